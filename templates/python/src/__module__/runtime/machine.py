# @generated: comes with what ltpc writes for Python, and is the same for every protocol.
"""The session machine of any role, from its table. It reads no clock, socket or randomness of its own.

An input goes in with the time, actions come out in order; they never call back into the machine.
"""

from __future__ import annotations

from typing import Any, Callable, Dict, List, Optional, Sequence, Tuple

from . import codec, drafts, encode as encoding, walk
from .actions import Action, Close, Connect, Deliver, Drop, Enter, Forget, Invalid, Lookup, NotNow, Send, Store, Unexpected
from .context import Context
from .drafts import Draft
from .evaluate import Scope, key_text
from .findings import Refused
from .requests import Requests
from .schema import Member, Schema
from .stamping import stamp
from .timers import Interval, Retry, Timer, TimerQueue, Window
from .values import Decoded, Raw, Value, text_of

_U64 = (1 << 64) - 1

Read = Callable[[str], Decoded]
"""Reads and validates a message; raises :class:`Refused`."""


class Machine:
    """A machine of one role. It does nothing before :meth:`start`."""

    def __init__(self, schema: Schema, role: Dict[str, Any], options: Sequence[Value], read: Optional[Read] = None) -> None:
        """``read`` reads what is sent as a peer would; left out, the walk does."""
        self.schema = schema
        self._read: Read = read or (lambda text: codec.decode(schema, text))
        self.role = role
        self.scope = Scope(schema, role, list(options))
        self.current: int = role["start"]
        self._started = False
        self._retries = [Retry(plan) for plan in role["retries"]]
        self._windows = [Window(unique["last"]) for unique in role["uniques"]]
        self._requests = Requests(schema, role, self.scope)
        self._clocks: List[Optional[Timer]] = []
        self._timers: List[Timer] = []
        self._entered = False
        self._asked: Optional[int] = None
        self._actions: List[Action] = []
        self._said: Dict[str, Value] = {}

    @property
    def state(self) -> str:
        """The state's name in the schema."""
        name: str = self._state["name"]
        return name

    @property
    def ended(self) -> bool:
        """Whether nothing that comes in does anything any more."""
        return bool(self._state["end"])

    def next_deadline(self) -> Optional[int]:
        """When the next timer is due."""
        found, waiting = self._earliest(), self._requests.earliest()
        due = [at[0] for at in (found, waiting) if at is not None]
        return min(due) if due else None

    def persistence(self) -> Optional[Tuple[str, str]]:
        """Under which space and key the values that survive a restart are kept, if the role declares any."""
        role = self.role
        if not role["persists"]:
            return None
        key = role["persist_key"]
        return f"{role['session']}.{role['name']}", "" if key is None else key_text(self.scope.options[key])

    # Inputs. Each takes the context of the step and gives back what to do.

    def start(self, context: Context, persisted: Optional[str]) -> List[Action]:
        """The endpoint starts; ``persisted`` is the object's text that is stored at :meth:`persistence`."""
        return self._step(context, lambda: self._start(persisted), starts=True)

    def opened(self, context: Context) -> List[Action]:
        """The transport is open."""

        def open_() -> None:
            for window in self._windows:
                window.clear()
            self._came("open")
            self._expect("open", None, "open")

        return self._live(context, open_)

    def closed(self, context: Context) -> List[Action]:
        """The transport is gone, or could not be opened."""

        def close() -> None:
            self._came("closed")
            self._expect("closed", None, "closed")

        return self._live(context, close)

    def message(self, context: Context, message: Decoded) -> List[Action]:
        """A message arrived."""
        return self._live(context, lambda: self._message(message))

    def malformed(self, context: Context, refused: Refused) -> List[Action]:
        """Something arrived that is no message."""

        def malformed() -> None:
            self._came("malformed", refused=refused)
            self._expect("malformed", None, "malformed")

        return self._live(context, malformed)

    def due(self, context: Context) -> List[Action]:
        """The time of :meth:`next_deadline` has come."""
        return self._live(context, self._due)

    def call(self, context: Context, draft: Draft) -> List[Action]:
        """The application asks to send a message."""

        def call() -> None:
            self._said = dict(draft.envelope)
            self._came("call", message=drafts.filled(self.schema, draft))
            if not self._transition("call", draft.message):
                self._actions.append(NotNow(self.schema.messages[draft.message].name, self.state))

        return self._live(context, call)

    def close(self, context: Context) -> List[Action]:
        """The application asks to close."""

        def close() -> None:
            self._came("")
            if not self._transition("close", None):
                self._actions.append(NotNow("close", self.state))

        return self._live(context, close)

    def cancel(self, context: Context, key: str) -> List[Action]:
        """The application gives up on the request whose first key this is."""
        return self._live(context, lambda: self._cancel(key))

    def found(self, context: Context, row: Optional[str]) -> List[Action]:
        """The answer to a :class:`Lookup`: the row's JSON text, if there is one."""
        return self._live(context, lambda: self._found(row))

    # How a step goes.

    @property
    def _state(self) -> Dict[str, Any]:
        state: Dict[str, Any] = self.role["states"][self.current]
        return state

    def _live(self, context: Context, what: Callable[[], None]) -> List[Action]:
        if not self._started or self.ended:
            return []
        return self._step(context, what)

    def _step(self, context: Context, what: Callable[[], None], starts: bool = False) -> List[Action]:
        self._actions = []
        self.scope.context = context
        before = list(self.scope.persists)
        what()
        if not starts and before != self.scope.persists:
            self._actions.append(self._kept())
        actions, self._actions = self._actions, []
        return actions

    def _came(
        self,
        kind: str,
        message: Optional[Decoded] = None,
        refused: Optional[Refused] = None,
        row: Optional[Dict[str, Value]] = None,
    ) -> None:
        self.scope.came, self.scope.message, self.scope.refused, self.scope.row = kind, message, refused, row

    def _start(self, persisted: Optional[str]) -> None:
        role, scope = self.role, self.scope
        self._started = True
        self._came("")
        self._clocks, self._timers = [], []
        self._retries = [Retry(plan) for plan in role["retries"]]
        for window in self._windows:
            window.clear()
        self._requests.clear()
        scope.persists = drafts.load(self.schema, role["persists"], persisted)
        scope.vars = []
        for var in role["vars"]:
            scope.vars.append(scope.maybe(var["init"]))
        self._enter(role["start"], [])
        self._settle()

    def _message(self, message: Decoded) -> None:
        repeated = self._repeat(message)
        self._came("message", message=message)
        if repeated is not None:
            self._transition("repeat", repeated)
        else:
            self._expect("messages", message.message, self.schema.messages[message.message].name)

    def _repeat(self, message: Decoded) -> Optional[int]:
        """Which ``unique`` the message breaks, if any; else its texts are remembered."""
        envelope = self.schema.messages[message.message].envelope
        for index, unique in enumerate(self.role["uniques"]):
            if unique["envelope"] != envelope:
                continue
            text = message.member("envelope", [unique["member"]])
            if isinstance(text, str) and not self._windows[index].insert(text):
                return index
        return None

    def _found(self, row: Optional[str]) -> None:
        if self._asked is None:
            return
        table, self._asked = self.role["tables"][self._asked], None
        value: Value = None
        if row is not None:
            try:
                value = walk.decode_value(self.schema, table["row"], row)
            except Refused:
                value = None
        if value is None:
            self._came("")
            self._transition("missing", None)
        else:
            self._came("row", row=value)
            self._transition("found", None)

    def _expect(self, on: str, of: Optional[int], name: str) -> None:
        """Takes the first transition that fits; without one, what came is unexpected."""
        if not self._transition(on, of):
            self._unexpected(name)

    def _unexpected(self, name: str) -> None:
        self._actions.append(Unexpected(name, self.state, self.scope.refused))

    def _transition(self, on: str, of: Optional[int]) -> bool:
        for transition in self._state["transitions"]:
            if _fits(transition, on, of) and self._holds(transition):
                self._take(transition)
                self._settle()
                return True
        return False

    def _holds(self, transition: Dict[str, Any]) -> bool:
        guard = transition.get("guard")
        return guard is None or self.scope.eval(guard) is True

    def _settle(self) -> None:
        """Takes the ``enter`` transitions of states as long as they lead on."""
        while self._entered:
            self._entered = False
            self._came("")
            for transition in self._state["transitions"]:
                if transition["on"] == "enter" and self._holds(transition):
                    self._take(transition)
                    break

    def _take(self, transition: Dict[str, Any]) -> None:
        for action in transition["actions"]:
            self._act(action)
        following = transition.get("next")
        if following is None:
            return
        if "retry" in following:
            following = following["again"] if self._retry(following["retry"]) else following["spent"]
        self._enter(following["state"], [self.scope.eval(value) for value in following["values"]])

    def _enter(self, index: int, values: List[Value]) -> None:
        state = self.role["states"][index]
        self._clocks = [None] * len(state["transitions"])
        self._timers = [Timer() if timer["queue"] is None else TimerQueue(timer["queue"]) for timer in state["timers"]]
        if state["end"]:
            for retry in self._retries:
                retry.disarm()
        self._actions.append(Enter(state["name"]))
        self.current = index
        self.scope.state = values
        for init in state["vars"][len(values) :]:
            self.scope.state.append(self.scope.maybe(init))
        now = self.scope.context.now
        for at, transition in enumerate(state["transitions"]):
            if transition["on"] == "every":
                self._clocks[at] = Interval(now, self.scope.milliseconds(transition["of"]))
            elif transition["on"] == "after":
                timer = Timer()
                timer.arm(now, min(now + max(self.scope.milliseconds(transition["of"]), 1), _U64))
                self._clocks[at] = timer
        if state["end"]:
            self._actions += self._requests.abandon()
        self._entered = True

    # What transitions do.

    def _act(self, action: Dict[str, Any]) -> None:
        scope, do, now = self.scope, action["do"], self.scope.context.now
        if do == "deliver":
            if scope.came == "message" and scope.message is not None:
                self._actions.append(Deliver(scope.message))
        elif do == "send":
            self._send(action)
        elif do == "send_given":
            if scope.came == "call" and scope.message is not None:
                given = scope.message
                self._finish(Decoded(given.message, given.tag, dict(self._said), given.body))
        elif do == "set":
            value = scope.eval(action["value"])
            getattr(scope, _VARIABLES[action["base"]])[action["index"]] = value
        elif do == "arm":
            duration = max(scope.milliseconds(self._state["timers"][action["index"]]["duration"]), 1)
            self._timers[action["index"]].arm(now, min(now + duration, _U64))
        elif do == "disarm":
            self._timers[action["index"]].disarm()
        elif do == "reset":
            self._retries[action["index"]].reset()
        elif do == "connect":
            self._actions.append(Connect())
        elif do == "close":
            self._actions.append(Close(action["reason"]))
        elif do == "drop":
            self._actions.append(Drop(action["reason"]))
        elif do == "report":
            self._report()
        elif do in ("track", "resolve", "resend", "fail"):
            self._request(do, action)
        elif do == "count":
            scope.count(action["meter"], action["key"], action["tier"])
        elif do in ("lookup", "store", "forget"):
            self._row(action)

    def _report(self) -> None:
        scope = self.scope
        if scope.came == "message" and scope.message is not None:
            self._unexpected(self.schema.messages[scope.message.message].name)
        elif scope.came in ("malformed", "open", "closed"):
            self._unexpected(scope.came)

    def _request(self, do: str, action: Dict[str, Any]) -> None:
        """What is done about requests that wait for their answers."""
        index = action["index"]
        if do == "track":
            refusal = self._requests.full(index)
            if refusal is not None:
                self._actions.append(refusal)
                return
            before = len(self._actions)
            self._act({"do": "send_given"})
            for sent in self._actions[before:]:
                if isinstance(sent, Send):
                    self._requests.track(index, sent.message)
        elif do == "resolve":
            answer = self._requests.resolve(index)
            if answer is None:
                self._report()
            else:
                self._actions.append(answer)
        elif do == "resend":
            self._actions += self._requests.again(index)
        else:
            self._actions += self._requests.fail(index, action["guard"], action["answer"])

    def _cancel(self, key: str) -> None:
        for transition in self._state["transitions"]:
            if transition["on"] == "cancel":
                request = self._requests.cancel(transition["of"], key)
                if request is not None:
                    self._came("message", message=request)
                    self._transition("cancel", transition["of"])
                    return
        self._actions.append(NotNow("cancel", self.state))

    def _row(self, action: Dict[str, Any]) -> None:
        scope = self.scope
        table = self.role["tables"][action["table"]]
        key = key_text(scope.eval(action["key"]))
        if action["do"] == "lookup":
            self._asked = action["table"]
            self._actions.append(Lookup(table["space"], key))
        elif action["do"] == "forget":
            self._actions.append(Forget(table["space"], key))
        else:
            fields = {name: scope.eval(value) for name, value in action["fields"]}
            row = drafts.with_defaults(self.schema, self.schema.types[table["row"]].members, fields)
            text = encoding.encode_value(self.schema, table["row"], row)
            expires = min(scope.context.unix + scope.milliseconds(table["expires"]), _U64)
            self._actions.append(Store(table["space"], key, text, expires))

    def _kept(self) -> Action:
        """Stores those persisted variables that are not none; forgets them if all are."""
        space, key = self.persistence() or ("", "")
        kept = [
            (var["name"], Raw(encoding.encode_value(self.schema, var["type"], value)))
            for var, value in zip(self.role["persists"], self.scope.persists)
            if value is not None
        ]
        return Store(space, key, text_of(dict(kept)), None) if kept else Forget(space, key)

    def _send(self, action: Dict[str, Any]) -> None:
        scope, schema = self.scope, self.schema
        message = schema.messages[action["message"]]
        given = {name: scope.eval(value) for name, value in action["envelope"]}
        fields = {name: scope.eval(value) for name, value in action["body"]}
        body: Value = Raw("{}")
        if schema.types[message.body].kind == "record":
            body = drafts.with_defaults(schema, schema.types[message.body].members, fields)
        members = {member.name: member for member in schema.envelopes[message.envelope].members}
        envelope = {name: value for name, value in given.items() if value is not None or not _may_be_absent(members[name])}
        self._finish(Decoded(action["message"], message.tag or "", envelope, body))

    def _finish(self, made: Decoded) -> None:
        """Stamps and checks a message of whose envelope only what is said stands there."""
        stamp(self.schema, self._state["stamps"], made, self.scope.eval)
        text = codec.encode(self.schema, made)
        try:
            # What is sent is what the peer reads: the text, read again, has every value in its canonical form.
            self._actions.append(Send(self._read(text), text))
        except Refused as refused:
            self._actions.append(Invalid(refused.violations))

    # What runs by time.

    def _earliest(self) -> Optional[Tuple[int, int, int]]:
        found: Optional[Tuple[int, int, int]] = None
        groups: Tuple[Sequence[Optional[Timer]], ...] = (self._clocks, self._timers, self._retries)
        for group, timers in enumerate(groups):
            for index, timer in enumerate(timers):
                due = None if timer is None else timer.deadline()
                if due is not None and (found is None or (due, group, index) < found):
                    found = (due, group, index)
        return found

    def _due(self) -> None:
        self._came("")
        now = self.scope.context.now
        while True:
            found, waiting = self._earliest(), self._requests.earliest()
            # Of equal deadlines, those of requests come last.
            if waiting is not None and waiting[0] <= now and (found is None or waiting[0] < found[0]):
                self._actions += self._requests.overdue(waiting[1], now)
                continue
            if found is None or found[0] > now:
                return
            _, group, index = found
            self._came("")
            if group == 0:
                clock = self._clocks[index]
                if clock is not None:
                    clock.take(now)
                transition = self._state["transitions"][index]
                if self._holds(transition):
                    self._take(transition)
                    self._settle()
            elif group == 1:
                self._timers[index].take(now)
                self._transition("timeout", index)
            else:
                self._retries[index].disarm()
                self._transition("due", index)

    def _retry(self, index: int) -> bool:
        for retry in self._retries:
            retry.disarm()
        return self._retries[index].next(self.scope.context.now, self.scope.context.entropy)


_VARIABLES = {"option": "options", "var": "vars", "persist": "persists", "state": "state"}


def _fits(transition: Dict[str, Any], on: str, of: Optional[int]) -> bool:
    known = transition["on"]
    if known == on:
        if of is None:
            return True
        wanted = transition["of"]
        return of in wanted if isinstance(wanted, list) else bool(of == wanted)
    return known == "message" and on == "messages"


def _may_be_absent(member: Member) -> bool:
    return not member.required
