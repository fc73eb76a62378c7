# @generated: comes with what ltpc writes for Python, and is the same for every protocol.
"""A session at work: it moves frames, keeps time and obeys its machine. It holds no protocol behaviour."""

from __future__ import annotations

import asyncio
import logging
import time
from collections import deque
from typing import Any, AsyncIterator, Awaitable, Callable, Deque, Dict, List, Optional, Tuple, Type, TypeVar, Union

from . import actions as does
from .actions import Action
from .binding import Binding, Message
from .context import Context
from .drafts import Draft
from .evaluate import key_text
from .findings import Refused, Violation
from .machine import Machine
from .policy import Policy
from .script import oversized
from .store import MemoryStore, Store
from .timers import Entropy, SystemEntropy
from .transport import FramedTransport, Gone, Late, Oversized, Transport
from .values import Decoded

Dial = Callable[[], Awaitable[Transport]]
Handler = Callable[[Any], Union[None, Awaitable[None]]]
M = TypeVar("M", bound=Message[Any, Any])

_WAITING = 1024
_CLOSE_TIMEOUT = 5.0


class NotNow(Exception):
    """The session's state does not send this."""

    def __init__(self, message: str, state: str) -> None:
        super().__init__(f"`{message}` cannot be sent in state `{state}`")
        self.message = message
        self.state = state


class Full(Exception):
    """So many requests wait for their answers already that no further one finds room."""

    def __init__(self, most: int) -> None:
        super().__init__(f"{most} requests wait already")
        self.most = most


class Ended(Exception):
    """The session has ended."""


_END = object()


class Session:
    """One side of a session. Messages arrive at handlers, else by ``async for``."""

    def __init__(
        self,
        binding: Binding,
        machine: Machine,
        *,
        dial: Optional[Dial] = None,
        transport: Optional[Transport] = None,
        store: Optional[Store] = None,
        policy: Optional[Policy] = None,
        entropy: Optional[Entropy] = None,
        preferred_encoding: Optional[str] = None,
        logger: Optional[logging.Logger] = None,
        epoch: Optional[float] = None,
    ) -> None:
        self.binding = binding
        self.machine = machine
        self._dial = dial
        self._transport = transport
        self._store: Store = store or MemoryStore()
        self._logger = logger or logging.getLogger(__name__)
        self._epoch = time.monotonic() if epoch is None else epoch
        self._context = Context(0, 0, entropy or SystemEntropy(), policy or Policy(), transport.peer if transport else "")
        self._preferred = preferred_encoding
        self._inputs: "asyncio.Queue[Tuple[str, Any, Any]]" = asyncio.Queue()
        self._arrived: "asyncio.Queue[Any]" = asyncio.Queue()
        self._handlers: Dict[Type[Message[Any, Any]], List[Handler]] = {}
        # Who waits for the answers to which requests: of equal ones the oldest first.
        self._asking: Dict[Tuple[int, str], Deque["asyncio.Future[Decoded]"]] = {}
        self._changed = asyncio.Event()
        self._tasks: List["asyncio.Task[None]"] = []
        self._running: Optional["asyncio.Task[None]"] = None
        self._generation = 0
        self._reason = ""
        self.taken: Optional[Callable[[Decoded], bool]] = None
        """Is shown what arrives before anybody else, and says whether it has taken it."""
        self.gone: Optional[Callable[[], None]] = None
        """Is called once the session has ended."""

    @property
    def state(self) -> str:
        """The state's name in the schema."""
        return self.machine.state

    def on(self, message: Type[M], handler: Callable[[M], Union[None, Awaitable[None]]]) -> None:
        """Hands messages of a class to a function; they do not arrive by ``async for`` then."""
        self._handlers.setdefault(message, []).append(handler)

    async def start(self) -> None:
        """Starts the session, without waiting for anything."""
        if self._running is None:
            self._running = asyncio.ensure_future(self._run())

    async def connect(self) -> None:
        """Starts the session and waits until something can be sent. Raises :class:`Ended` if it never can."""
        await self.start()
        while self._transport is None or not self._can_send():
            if self.machine.ended or (self._running is not None and self._running.done()):
                raise Ended(self._reason or f"the session ended in state `{self.state}`")
            await self._wait()

    async def reached(self, state: str) -> None:
        """Waits until the session is in a state. Raises :class:`Ended` if it has ended in another."""
        while self.state != state:
            if self.machine.ended or (self._running is not None and self._running.done()):
                raise Ended(self._reason)
            await self._wait()

    async def close(self) -> None:
        """Asks the machine to close, and waits for the end."""
        if self._running is None or self._running.done():
            return
        try:
            await self._ask("close", None)
        except (NotNow, Ended):
            self._running.cancel()
        await asyncio.wait([self._running], timeout=_CLOSE_TIMEOUT)

    def __aiter__(self) -> AsyncIterator[Message[Any, Any]]:
        return self

    async def __anext__(self) -> Message[Any, Any]:
        message = await self._arrived.get()
        if message is _END:
            self._arrived.put_nowait(_END)
            raise StopAsyncIteration
        arrived: Message[Any, Any] = message
        return arrived

    async def send(self, index: int, body: Any, envelope: Dict[str, Any], tag: Optional[str] = None) -> None:
        """Asks to send a message. Raises :class:`NotNow`, :class:`Refused`, :class:`Ended`."""
        draft = self.binding.draft(index, body, envelope, tag)
        self._prefer(draft)
        await self._ask("call", draft)

    async def ask(self, index: int, body: Any, envelope: Dict[str, Any], tag: Optional[str] = None) -> Message[Any, Any]:
        """Asks to send a message, and waits for its answer.

        Giving up on it, as by cancelling, takes it back. Raises :class:`NotNow`, :class:`Full`, :class:`Refused`, :class:`Ended`.
        """
        draft = self.binding.draft(index, body, envelope, tag)
        self._prefer(draft)
        return self.binding.message(await self.ask_draft(draft))

    async def call(self, draft: Draft) -> None:
        """Asks to send a draft. Raises :class:`NotNow`, :class:`Full`, :class:`Refused`, :class:`Ended`."""
        await self._ask("call", draft)

    async def ask_draft(self, draft: Draft) -> Decoded:
        """As :meth:`ask`, of a draft."""
        index, key = draft.message, self._first_key(draft)
        answered: "asyncio.Future[Decoded]" = asyncio.get_running_loop().create_future()
        self._asking.setdefault((index, key), deque()).append(answered)
        try:
            await self._ask("call", draft)
            return await answered
        except asyncio.CancelledError:
            if self._running is not None and not self._running.done():
                self._inputs.put_nowait(("cancel", key, None))
            raise
        finally:
            self._forget(index, key, answered)

    # What happens.

    def _first_key(self, draft: Draft) -> str:
        """The text of the member by which a request is told first."""
        for pending in self.machine.role["pendings"]:
            if pending["request"] == draft.message:
                of = pending["keys"][0]["request"]
                members = draft.body if of["of"] == "body" else draft.envelope
                return key_text(members.get(of["name"])) if isinstance(members, dict) else ""
        return ""

    def _forget(self, index: int, key: str, answered: "asyncio.Future[Decoded]") -> None:
        waiting = self._asking.get((index, key))
        if waiting is not None and answered in waiting:
            waiting.remove(answered)
        if not waiting:
            self._asking.pop((index, key), None)

    def _answer(self, action: does.Answer) -> None:
        """Hands an answer to who waits for it; what nobody waits for arrives as any message."""
        request = action.request
        waiting = self._asking.get((request.message, self._first_key(Draft(request.message, request.tag, request.envelope, request.body))))
        while waiting:
            answered = waiting.popleft()
            if not answered.done():
                answered.set_result(action.reply)
                return
        self._deliver(action.reply)

    def _prefer(self, draft: Draft) -> None:
        """Asks for the preferred encoding where the message's payload has one and nothing else is said."""
        schema = self.binding.schema
        if self._preferred is None:
            return
        for member in schema.body_members(draft.message):
            payload = schema.payload(member.type)
            if payload is not None and payload.encoding is not None and payload.encoding_in_envelope:
                draft.envelope.setdefault(payload.encoding, self._preferred)

    async def _ask(self, what: str, value: Any) -> None:
        if self._running is None:
            raise Ended("the session was not started")
        if self._running.done():
            raise Ended(self._reason or "the session has ended")
        answer: "asyncio.Future[None]" = asyncio.get_running_loop().create_future()
        self._inputs.put_nowait((what, value, answer))
        await answer

    def _can_send(self) -> bool:
        states = self.machine.role["states"]
        return any(transition["on"] == "call" for transition in states[self.machine.current]["transitions"])

    async def _wait(self) -> None:
        self._changed.clear()
        await self._changed.wait()

    def _now(self) -> Context:
        self._context.now = int((time.monotonic() - self._epoch) * 1000)
        self._context.unix = int(time.time() * 1000)
        return self._context

    async def _run(self) -> None:
        machine = self.machine
        try:
            place = machine.persistence()
            stored = None if place is None else await self._store.get(*place)
            await self._obey(machine.start(self._now(), stored))
            if self._transport is not None:
                self._attach(self._transport)
                await self._obey(machine.opened(self._now()))
            while not machine.ended:
                await self._input()
        except Exception as error:
            self._reason = str(error)
            self._logger.exception("the session failed", extra={"state": machine.state})
        finally:
            await self._finish()

    async def _input(self) -> None:
        machine = self.machine
        due = machine.next_deadline()
        timeout = None if due is None else max(due / 1000 - (time.monotonic() - self._epoch), 0)
        try:
            what, value, extra = await asyncio.wait_for(self._inputs.get(), timeout)
        except asyncio.TimeoutError:
            await self._obey(machine.due(self._now()))
            return
        if what == "call" or what == "close":
            actions = machine.call(self._now(), value) if what == "call" else machine.close(self._now())
            await self._obey(actions, extra)
        elif what == "cancel":
            await self._obey(machine.cancel(self._now(), value))
        elif what == "opened":
            await self._opened(value, extra)
        elif what == "closed":
            if extra == self._generation:
                await self._gone(str(value))
        elif what == "frame" and extra == self._generation:
            await self._frame(value)
        elif what == "oversized" and extra == self._generation:
            self._logger.warning("refused", extra={"violations": [f"{value} octets"]})
            await self._obey(machine.malformed(self._now(), oversized(self.binding.schema, value)))
        elif what == "late" and extra == self._generation:
            self._logger.warning("refused", extra={"violations": [f"not whole in time: {value} octets"]})
            violation = Violation("", "truncated", f"a whole message within {FramedTransport.MESSAGE_TIME:g}s", f"{value} octets")
            await self._obey(machine.malformed(self._now(), Refused([violation], size=value)))

    async def _opened(self, transport: Transport, generation: int) -> None:
        if generation != self._generation:
            transport.drop()
            return
        self._context.peer = transport.peer
        self._attach(transport)
        self._logger.info("connected", extra={"peer": transport.peer})
        await self._obey(self.machine.opened(self._now()))

    async def _frame(self, frame: Union[bytes, str]) -> None:
        try:
            message = self.binding.arrived(frame)
        except Refused as refused:
            self._logger.warning("refused", extra={"violations": [str(violation) for violation in refused.violations]})
            await self._obey(self.machine.malformed(self._now(), refused))
            return
        await self._obey(self.machine.message(self._now(), message))

    async def _obey(self, actions: List[Action], answer: Optional["asyncio.Future[None]"] = None) -> None:
        refused: Optional[Exception] = None
        for action in actions:
            if isinstance(action, does.NotNow):
                refused = NotNow(action.message, action.state)
            elif isinstance(action, does.Full):
                refused = Full(action.most)
            elif isinstance(action, does.Invalid):
                refused = Refused(action.violations)
            else:
                await self._do(action)
        if answer is not None and not answer.done():
            if refused is None:
                answer.set_result(None)
            else:
                answer.set_exception(refused)
        elif refused is not None:
            self._logger.error("not sent", extra={"reason": str(refused)})

    async def _do(self, action: Action) -> None:
        if isinstance(action, does.Send):
            await self._write(action.text)
        elif isinstance(action, does.Deliver):
            self._deliver(action.message)
        elif isinstance(action, does.Answer):
            self._answer(action)
        elif isinstance(action, does.Enter):
            self._logger.info("entered", extra={"state": action.state})
            self._changed.set()
        elif isinstance(action, does.Store):
            await self._store.put(action.space, action.key, action.value, action.expires)
        elif isinstance(action, does.Forget):
            await self._store.remove(action.space, action.key)
        elif isinstance(action, does.Lookup):
            await self._obey(self.machine.found(self._now(), await self._store.get(action.space, action.key)))
        elif isinstance(action, does.Connect):
            self._generation += 1
            self.spawn(self._open(self._generation))
        elif isinstance(action, does.Close):
            self._reason = action.reason
            await self._leave(action.reason, drop=False)
        elif isinstance(action, does.Drop):
            self._reason = action.reason
            await self._leave(action.reason, drop=True)
        elif isinstance(action, does.Unexpected):
            self._logger.warning("unexpected", extra={"input": action.input, "state": action.state})

    def spawn(self, what: Any) -> None:
        """Has a coroutine run beside the session; at its end it is waited for, for a short time."""
        self._tasks = [task for task in self._tasks if not task.done()]
        self._tasks.append(asyncio.ensure_future(what))

    async def _open(self, generation: int) -> None:
        if self._dial is None:
            return
        try:
            transport = await self._dial()
        except Exception as error:
            self._logger.warning("not connected", extra={"reason": str(error)})
            self._inputs.put_nowait(("closed", str(error), generation))
            return
        if generation != self._generation:
            transport.drop()
            return
        self._inputs.put_nowait(("opened", transport, generation))

    def _attach(self, transport: Transport) -> None:
        self._transport = transport
        self.spawn(self._read(transport, self._generation))

    async def _read(self, transport: Transport, generation: int) -> None:
        while True:
            # Who does not take what arrived is not read for any more.
            while self._arrived.qsize() >= _WAITING or self._inputs.qsize() >= _WAITING:
                await asyncio.sleep(0.01)
            try:
                frame = await transport.receive()
            except Oversized as over:
                self._inputs.put_nowait(("oversized", over.octets, generation))
            except Late as late:
                self._inputs.put_nowait(("late", late.octets, generation))
            except Gone as gone:
                self._inputs.put_nowait(("closed", str(gone), generation))
                return
            else:
                self._inputs.put_nowait(("frame", frame, generation))

    async def _write(self, text: str) -> None:
        if self._transport is None:
            return
        try:
            await self._transport.send(text)
        except Gone as gone:
            self._inputs.put_nowait(("closed", str(gone), self._generation))

    def _deliver(self, arrived: Decoded) -> None:
        if self.taken is not None and self.taken(arrived):
            return
        message = self.binding.message(arrived)
        handlers = self._handlers.get(type(message))
        if not handlers:
            self._arrived.put_nowait(message)
            return
        for handler in handlers:
            try:
                awaitable = handler(message)
                if awaitable is not None:
                    # It may itself ask the session for something, and so cannot be waited for here.
                    self.spawn(awaitable)
            except Exception:
                self._logger.exception("a handler failed")

    async def _leave(self, reason: str, drop: bool) -> None:
        """Closes or drops the transport; the machine is told that it is gone."""
        transport, self._transport = self._transport, None
        if transport is not None:
            if drop:
                transport.drop()
            else:
                self.spawn(_closing(transport, reason))
        self._inputs.put_nowait(("closed", reason, self._generation))

    async def _gone(self, reason: str) -> None:
        self._generation += 1
        transport, self._transport = self._transport, None
        if transport is not None:
            transport.drop()
        self._reason = reason or self._reason
        self._logger.info("closed", extra={"reason": reason})
        await self._obey(self.machine.closed(self._now()))

    async def _finish(self) -> None:
        self._generation += 1
        transport, self._transport = self._transport, None
        if transport is not None:
            transport.drop()
        closing = [task for task in self._tasks if not task.done()]
        if closing:
            await asyncio.wait(closing, timeout=_CLOSE_TIMEOUT)
            for task in closing:
                task.cancel()
        for waiting in self._asking.values():
            for answered in waiting:
                if not answered.done():
                    answered.set_exception(Ended(self._reason or "the session has ended"))
                    # Who asked may have gone; then nobody is left to be told.
                    answered.exception()
        while not self._inputs.empty():
            _, _, answer = self._inputs.get_nowait()
            if isinstance(answer, asyncio.Future) and not answer.done():
                answer.set_exception(Ended(self._reason or "the session has ended"))
        self._arrived.put_nowait(_END)
        if self.gone is not None:
            self.gone()
        self._logger.info("ended", extra={"state": self.machine.state, "reason": self._reason})
        self._changed.set()


async def _closing(transport: Transport, reason: str) -> None:
    try:
        await asyncio.wait_for(transport.close(reason), _CLOSE_TIMEOUT)
    except (asyncio.TimeoutError, OSError):
        transport.drop()
