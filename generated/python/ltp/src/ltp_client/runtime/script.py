# @generated: comes with what ltpc writes for Python, and is the same for every protocol.
"""Scripts and their traces: what shows that this machine does what every other one does."""

from __future__ import annotations

from typing import Any, Dict, List, Optional

from . import actions as does, codec, drafts, tape as tapes
from .context import Context
from .drafts import options as read_options
from .evaluate import Scope
from .findings import Refused, Violation
from .machine import Machine, Read
from .policy import Policy
from .schema import Schema
from .timers import SplitMix64
from .values import Number, Raw, Value, plain, text_of


def replay(schema: Schema, lines: List[str], read: Optional[Read] = None) -> List[str]:
    """The trace of a script; ``read`` reads messages, else the walk does."""
    runner: Optional[_Runner] = None
    for line in lines:
        tape = tapes.parse(line, 256, None, None)
        members: Dict[str, Value] = tape.value(tape.root)
        if runner is None:
            runner = _Runner(schema, members, read or (lambda text: codec.decode(schema, text)))
            if "at" not in members:
                continue
        runner.line(members)
    return runner.trace if runner else []


class _Runner:
    def __init__(self, schema: Schema, head: Dict[str, Value], read: Read) -> None:
        self.schema = schema
        self.read = read
        role = schema.role(head["session"], head["role"])
        self.machine = Machine(schema, role, script_options(schema, role, head.get("options") or {}), read)
        self.unix = int(plain(head.get("unix", 0)))
        self.context = Context(0, self.unix, SplitMix64(int(plain(head.get("seed", 0)))), Policy(plain(head.get("registry"))), head.get("peer", ""))
        self.at = 0
        self.asked = False
        self.trace: List[str] = []

    def line(self, members: Dict[str, Value]) -> None:
        at = int(members["at"].text)
        if not self.asked:
            self.advance(at)
        self.move(at)
        for name, value in members.items():
            if name != "at":
                self.step(name, value)

    def advance(self, at: int) -> None:
        while not self.asked and not self.machine.ended:
            due = self.machine.next_deadline()
            if due is None or due > at:
                return
            self.move(max(due, self.at))
            self.step("due", None)

    def move(self, at: int) -> None:
        self.at = self.context.now = at
        self.context.unix = self.unix + at

    def step(self, name: str, value: Value) -> None:
        machine, context = self.machine, self.context
        self.asked = False
        stored = None if value is None else text_of(value)
        if name == "start":
            actions = machine.start(context, stored)
        elif name == "open":
            actions = machine.opened(context)
        elif name == "closed":
            actions = machine.closed(context)
        elif name == "message":
            try:
                message = self.read(str(value))
            except Refused as refused:
                actions = machine.malformed(context, refused)
            else:
                actions = machine.message(context, message)
        elif name == "oversized":
            actions = machine.malformed(context, oversized(self.schema, int(plain(value))))
        elif name == "call":
            actions = machine.call(context, drafts.of_members(self.schema, value))
        elif name == "close":
            actions = machine.close(context)
        elif name == "cancel":
            actions = machine.cancel(context, str(value))
        elif name == "found":
            actions = machine.found(context, stored)
        else:
            actions = machine.due(context)
        for action in actions:
            self.asked = self.asked or isinstance(action, does.Lookup)
            self.note(described(self.schema, action))
        due = None if machine.ended else machine.next_deadline()
        self.note({"state": machine.state, "due": due})

    def note(self, members: Dict[str, Value]) -> None:
        self.trace.append(text_of({"at": self.at, **members}))


def oversized(schema: Schema, octets: int) -> Refused:
    """What is said of a frame that is not read."""
    return Refused([Violation("", "size", f"at most {schema.limits.message} octets", f"{octets} octets")], size=octets)


def script_options(schema: Schema, role: Dict[str, Any], given: Dict[str, Value]) -> List[Value]:
    """The values of options that are given by their names in the schema."""

    def evaluate(before: List[Value], expr: Dict[str, Any]) -> Value:
        return Scope(schema, role, before).eval(expr)

    return read_options(schema, role, given, evaluate)


def described(schema: Schema, action: does.Action) -> Dict[str, Value]:
    """An action as a line of a trace."""
    if isinstance(action, does.Connect):
        return {"connect": True}
    if isinstance(action, does.Send):
        return {"send": Raw(action.text)}
    if isinstance(action, does.Deliver):
        return {"deliver": Raw(codec.encode(schema, action.message))}
    if isinstance(action, does.Answer):
        pair = (codec.encode(schema, action.request), codec.encode(schema, action.reply))
        return {"answer": {"request": Raw(pair[0]), "reply": Raw(pair[1])}}
    if isinstance(action, does.Close):
        return {"close": action.reason}
    if isinstance(action, does.Drop):
        return {"drop": action.reason}
    if isinstance(action, does.Enter):
        return {"enter": action.state}
    if isinstance(action, does.Store):
        return {"store": {"space": action.space, "key": action.key, "value": Raw(action.value), "expires": action.expires}}
    if isinstance(action, (does.Forget, does.Lookup)):
        place = {"space": action.space, "key": action.key}
        return {"forget" if isinstance(action, does.Forget) else "lookup": place}
    if isinstance(action, does.NotNow):
        return {"refuse": {"message": action.message, "state": action.state}}
    if isinstance(action, does.Full):
        return {"refuse": {"full": action.most}}
    if isinstance(action, does.Invalid):
        return {"refuse": {"violations": _listed(action.violations)}}
    members: Dict[str, Value] = {"input": action.input, "state": action.state}
    if action.refused is not None:
        members["violations"] = _listed(action.refused.violations)
    return {"unexpected": members}


def _listed(violations: Any) -> List[Dict[str, Value]]:
    return [{"pointer": violation.pointer, "rule": violation.rule} for violation in violations]


__all__ = ["Number", "oversized", "replay", "script_options"]
