# @generated: comes with what ltpc writes for Python, and is the same for every protocol.
"""Work over sessions: nodes, which have it done by handlers and by peers, and reactors, which submit it and may do it."""

from __future__ import annotations

import asyncio
import inspect
import json
import logging
import math
import os
import uuid
from typing import Any, Awaitable, Callable, Dict, Mapping, NamedTuple, Optional, Set, Tuple, Union, cast

import msgspec

from . import scheduler as schedulers, walk
from .binding import Binding
from .drafts import Draft
from .findings import Refused
from .scheduler import HERE, Do, Limits, Scheduler
from .session import Ended, Full, NotNow, Session
from .values import Decoded, plain
from .work import Failure, Outcome, Unit, Work

Handler = Callable[..., Union[Any, Awaitable[Any]]]
_PEER_ROOM = 64


class Task(NamedTuple):
    """What a handler that takes two arguments is given beside its input."""

    id: str
    kind: str
    """The element, as ``group:element``."""
    priority: int
    more: Mapping[str, Any]
    """What else the request says."""


class Failed(Exception):
    """Raised by a handler to say with which code it failed."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(code, message)
        self.failure = Failure(code, message)


class Handlers:
    """What handles which elements, and how it is called."""

    def __init__(self, binding: Binding, work: Work) -> None:
        self._binding = binding
        self._work = work
        self._by_kind: Dict[str, Handler] = {}

    def __len__(self) -> int:
        return len(self._by_kind)

    @property
    def kinds(self) -> Set[str]:
        """As ``group:element``."""
        return set(self._by_kind)

    def add(self, group: str, element: str, handler: Handler) -> None:
        """Raises :class:`ValueError` if there is no such element."""
        kind = self._work.kind(group, element)
        if kind is None:
            raise ValueError(f"there is no {group}:{element}")
        self._by_kind[kind] = handler

    async def run(self, unit: Unit, kind: str) -> str:
        """What a handler gives, as JSON text. Raises :class:`Failed`."""
        work, binding = self._work, self._binding
        given = json.loads(unit.input)
        takes = work.typed(kind, "input")
        if takes is not None:
            try:
                given = binding.object(takes, walk.decode_value(work.schema, takes, unit.input))
            except Refused as refused:
                raise Failed(*work.refusal(refused)) from None
        handler = self._by_kind[kind]
        task = Task(unit.id, kind, unit.priority, {name: plain(value) for name, value in unit.more.items()})
        arguments = (given, task) if _takes_two(handler) else (given,)
        try:
            # What is no coroutine may block: it has a thread of its own.
            if inspect.iscoroutinefunction(handler) or inspect.iscoroutinefunction(getattr(handler, "__call__", None)):
                made = await handler(*arguments)
            else:
                made = await asyncio.get_running_loop().run_in_executor(None, lambda: handler(*arguments))
                if inspect.isawaitable(made):
                    made = await made
            return self._written(kind, made)
        except (Failed, asyncio.CancelledError):
            raise
        except Exception as error:
            raise Failed(*work.failure("failed", f"the handler failed: {error}")) from error

    def _written(self, kind: str, made: Any) -> str:
        work, gives = self._work, self._work.typed(kind, "output")
        if gives is None:
            text = json.dumps(_of_records(made), ensure_ascii=False, allow_nan=False, separators=(",", ":"))
        else:
            text = work.json(gives, self._binding.value(gives, made))
        failure = work.check(kind, "output", text)
        if failure is not None:
            raise Failed(*failure)
        most, octets = work.schema.limits.message - 4096, len(text.encode())
        if octets > most:
            raise Failed(*work.failure("failed", f"the handler gave {octets} octets, and {most} can be sent"))
        return text


class Pool:
    """Takes units in, and has them done: by handlers here, and by peers."""

    def __init__(self, binding: Binding, work: Work, handlers: Handlers, limits: Limits, parallel: Optional[int], logger: logging.Logger) -> None:
        self.work = work
        self._handlers = handlers
        self._scheduler = Scheduler(work, limits)
        self._logger = logger
        self._loop = asyncio.get_running_loop()
        self._begun: Dict[int, "asyncio.Task[None]"] = {}
        self._peers: Dict[int, Session] = {}
        self._timer: Optional[asyncio.TimerHandle] = None
        self._submitters = 0
        if len(handlers):
            self._do(self._scheduler.place(self._now(), HERE, handlers.kinds, max(parallel or os.cpu_count() or 2, 1)))

    @property
    def load(self) -> float:
        """How full it is, from 0 to 1."""
        return self._scheduler.load

    def submitter(self) -> int:
        """A number for somebody who submits."""
        self._submitters += 1
        return self._submitters

    def submit(self, submitter: int, unit: Unit, to: Callable[[Outcome], None]) -> None:
        """Submits a unit; ``to`` is told what became of it, once."""
        self._do(self._scheduler.submit(self._now(), submitter, unit, to))

    def attend(self, session: Session) -> None:
        """From now on answers what a peer submits, and hands it what it handles. Before the session starts."""
        submitter, work = self.submitter(), self.work

        def taken(message: Decoded) -> bool:
            if message.message == work.request:
                unit = work.unit(cast(Dict[str, Any], message.body))
                self.submit(submitter, unit, lambda outcome: session.spawn(self._reply(session, message, outcome)))
                return True
            if message.message == work.beat:
                kinds = work.handled(message)
                if kinds or (kinds is not None and submitter in self._peers):
                    self._peers[submitter] = session
                    known = {kind for kind in map(work.kind_of, kinds) if kind is not None}
                    self._do(self._scheduler.place(self._now(), submitter, known, _PEER_ROOM))
                load = work.busy(message)
                if load is not None:
                    self._scheduler.loaded(submitter, load)
            return False

        def gone() -> None:
            if self._peers.pop(submitter, None) is not None:
                self._do(self._scheduler.remove_place(self._now(), submitter))

        session.taken = taken
        session.gone = gone

    async def shut_down(self, grace: float) -> None:
        """Takes nothing in any more, waits until what it holds is done, and gives back what is not by then."""
        by = self._loop.time() + grace
        while not self._scheduler.drain() and self._loop.time() < by:
            await asyncio.sleep(0.01)
        self._do(self._scheduler.give_back(self._now()))
        if self._timer is not None:
            self._timer.cancel()

    def _now(self) -> int:
        return int(self._loop.time() * 1000)

    def _do(self, what: "list[Do]") -> None:
        for action in what:
            if isinstance(action, schedulers.Start):
                self._begun[action.serial] = self._loop.create_task(self._begin(action))
            elif isinstance(action, schedulers.Cancel):
                task = self._begun.pop(action.serial, None)
                if task is not None:
                    task.cancel()
            else:
                action.to(action.outcome)
        due = self._scheduler.next_deadline()
        if self._timer is not None:
            self._timer.cancel()
        self._timer = None if due is None else self._loop.call_at(due / 1000 + 0.001, self._due)

    def _due(self) -> None:
        self._do(self._scheduler.due(self._now()))

    async def _begin(self, start: schedulers.Start) -> None:
        output: Optional[str] = None
        failure: Optional[Failure] = None
        try:
            if start.place == HERE:
                output = await self._handlers.run(start.unit, start.kind)
            else:
                unit, peer = start.unit._replace(timeout=max(start.left, 1)), self._peers.get(start.place)
                output, failure = await self._hand(peer, unit)
                if peer is None or peer.machine.ended:
                    # What a lost peer held is begun anew or given up when the scheduler hears of the loss.
                    return
        except Failed as failed:
            failure = failed.failure
        if self._begun.get(start.serial) is asyncio.current_task():
            del self._begun[start.serial]
        self._do(self._scheduler.finished(self._now(), start.serial, output, failure))

    async def _hand(self, peer: Optional[Session], unit: Unit) -> Tuple[Optional[str], Optional[Failure]]:
        """Has a peer do it."""
        work = self.work
        try:
            if peer is None:
                raise Ended("the peer is gone")
            outcome = work.outcome(unit.id, await peer.ask_draft(_draft(work, work.request, {}, work.body(unit))))
        except (Ended, NotNow, Full, Refused) as error:
            return None, work.failure("unrouted", f"the peer cannot be handed it: {error}")
        return outcome.output, outcome.failure

    async def _reply(self, session: Session, request: Decoded, outcome: Outcome) -> None:
        """Answers a submit. What cannot be sent is answered as a failure."""
        work = self.work
        try:
            try:
                await session.call(_draft(work, work.reply, request.envelope, work.answer(outcome)))
            except Refused as refused:
                failure = work.failure("failed", f"the result cannot be sent: {refused.violations[0]}")
                undone = outcome._replace(output=None, failure=failure)
                await session.call(_draft(work, work.reply, request.envelope, work.answer(undone)))
        except (Ended, NotNow, Refused) as error:
            self._logger.debug("not answered", extra={"reason": str(error)})


class Submitter:
    """What nodes and reactors have in common: handlers, and submitting."""

    def __init__(self, binding: Binding, work: Work, limits: Optional[Limits], parallel: Optional[int], logger: logging.Logger) -> None:
        self._binding = binding
        self._work = work
        self._limits = limits or Limits()
        self._parallel = parallel
        self._logger = logger
        self._handlers = Handlers(binding, work)
        self._pool: Optional[Pool] = None

    def register(self, group: str, element: str, handler: Handler) -> None:
        """Has an element handled by a function, before the start: of its input it gives the output.

        The function is async, or has a thread of its own for as long as it takes. One of two arguments is given the :class:`Task` too. What it
        raises is a failure, :class:`Failed` one with a code.
        """
        if self._pool is not None:
            raise RuntimeError("what is handled is said when it starts: register before")
        self._handlers.add(group, element, handler)

    def _started(self) -> Pool:
        self._pool = self._pool or Pool(self._binding, self._work, self._handlers, self._limits, self._parallel, self._logger)
        return self._pool

    def _unit(self, packet: Any, members: Mapping[str, Any]) -> Unit:
        """The unit that an application asks for. Raises :class:`Refused` if it does not conform."""
        schema, of = self._work.schema, self._work.members
        record = schema.messages[self._work.request].body
        cls = self._binding.records[record]
        said = dict(members) if packet is None else packet
        if isinstance(said, Mapping):
            named = {wire: attribute for wire, attribute in cls.__wire__}
            said = {**said, **members}
            if of["id"] not in said and named[of["id"]] not in said:
                said[of["id"]] = str(uuid.uuid4())
        body = self._binding.value(record, said)
        text = self._work.json(record, _filled(schema, record, body))
        return self._work.unit(cast(Dict[str, Any], walk.decode_value(schema, record, text)))

    def _result(self, kind: Optional[str], outcome: Outcome) -> Any:
        """An outcome as an application sees it."""
        work = self._work
        if kind is not None and outcome.output is not None:
            failure = work.check(kind, "output", outcome.output)
            if failure is not None:
                outcome = outcome._replace(output=None, failure=failure)
        record = work.schema.messages[work.reply].body
        made = self._binding.object(record, work.answer(outcome))
        gives = None if kind is None else work.typed(kind, "output")
        if gives is not None and outcome.output is not None:
            attribute = next(attribute for wire, attribute in type(made).__wire__ if wire == work.members["output"])
            setattr(made, attribute, self._binding.object(gives, walk.decode_value(work.schema, gives, outcome.output)))
        return made

    async def _submitted(self, unit: Unit) -> Outcome:
        raise NotImplementedError

    async def _submit(self, packet: Any, members: Mapping[str, Any]) -> Any:
        try:
            unit = self._unit(packet, members)
        except Refused as refused:
            id = packet.get(self._work.members["id"], "") if isinstance(packet, Mapping) else ""
            said = "; ".join(str(violation) for violation in refused.violations)
            return self._result(None, Outcome(str(id), None, self._work.failure("invalid", said), 0))
        kind = self._work.kind(unit.group, unit.element)
        failure = None if kind is None else self._work.check(kind, "input", unit.input)
        if failure is not None:
            return self._result(None, Outcome(unit.id, None, failure, 0))
        return self._result(kind, await self._submitted(unit))


class Reactor(Submitter):
    """Submits work to a node over a session, and does what the node hands it."""

    def __init__(
        self,
        binding: Binding,
        work: Work,
        session: Callable[[Set[str]], Session],
        *,
        limits: Optional[Limits] = None,
        parallel: Optional[int] = None,
        logger: logging.Logger,
    ) -> None:
        super().__init__(binding, work, limits, parallel, logger)
        self._make = session
        self._session: Optional[Session] = None

    async def start(self) -> None:
        """Connects, and waits until it is. Raises :class:`Ended` if that cannot be."""
        if self._session is None:
            self._session = self._make(self._handlers.kinds)
            self._started().attend(self._session)
        await self._session.connect()

    async def stop(self, grace: float = 0.0) -> None:
        """Gives what it works on so many seconds, then closes."""
        if self._pool is not None:
            await self._pool.shut_down(grace)
        if self._session is not None:
            await self._session.close()

    async def _submitted(self, unit: Unit) -> Outcome:
        work, session = self._work, self._session
        try:
            if session is None:
                raise Ended("it was not started")
            return work.outcome(unit.id, await session.ask_draft(_draft(work, work.request, {}, work.body(unit))))
        except Full as full:
            return Outcome(unit.id, None, work.failure("overloaded", str(full)), 0)
        except Refused as refused:
            return Outcome(unit.id, None, work.failure("invalid", "; ".join(map(str, refused.violations))), 0)
        except (Ended, NotNow) as error:
            return Outcome(unit.id, None, work.failure("unrouted", str(error)), 0)


class Node(Submitter):
    """Takes work in from whoever connects, and has it done: by its handlers, and by peers that work."""

    def __init__(
        self,
        binding: Binding,
        work: Work,
        listen: Callable[[Callable[[Session], None]], Awaitable[Any]],
        *,
        limits: Optional[Limits] = None,
        parallel: Optional[int] = None,
        logger: logging.Logger,
    ) -> None:
        super().__init__(binding, work, limits, parallel, logger)
        self._listen = listen
        self._server: Any = None
        self._submitter = 0

    @property
    def port(self) -> int:
        """The port that is listened on."""
        return int(self._server.port) if self._server is not None else 0

    async def start(self) -> None:
        """Listens."""
        pool = self._started()
        self._submitter = self._submitter or pool.submitter()
        if self._server is None:
            self._server = await self._listen(pool.attend)

    async def stop(self, grace: float = 0.0) -> None:
        """Gives what is worked on so many seconds, gives back what is not done by then, and closes."""
        if self._pool is not None:
            await self._pool.shut_down(grace)
            # Those who submitted are told first.
            await asyncio.sleep(0)
        if self._server is not None:
            await self._server.close()

    async def _submitted(self, unit: Unit) -> Outcome:
        answered: "asyncio.Future[Outcome]" = asyncio.get_running_loop().create_future()

        def answer(outcome: Outcome) -> None:
            if not answered.done():
                answered.set_result(outcome)

        self._started().submit(self._submitter, unit, answer)
        return await answered


def _draft(work: Work, message: int, envelope: Mapping[str, Any], body: Dict[str, Any]) -> Draft:
    return Draft(message, work.schema.messages[message].tag or "", dict(envelope), body)


def _filled(schema: Any, record: int, body: Any) -> Any:
    """A body with the defaults of what is left out."""
    if not isinstance(body, dict):
        return body
    made = dict(body)
    for member in schema.types[record].members:
        if member.name not in made and member.fill is not None:
            made[member.name] = walk.constant(schema, member.type, member.fill)
    return made


def _takes_two(handler: Handler) -> bool:
    """Whether a handler asks for the task beside its input."""
    try:
        parameters = inspect.signature(handler).parameters.values()
    except (TypeError, ValueError):
        return False
    places = [known for known in parameters if known.kind in (known.POSITIONAL_ONLY, known.POSITIONAL_OR_KEYWORD)]
    return len([known for known in places if known.default is known.empty]) >= 2


def _of_records(made: Any) -> Any:
    """What a handler gave, as JSON has it."""
    if isinstance(made, float) and not math.isfinite(made):
        raise ValueError("numbers are finite")
    return msgspec.to_builtins(made)
