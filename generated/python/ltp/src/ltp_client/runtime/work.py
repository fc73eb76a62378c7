# @generated: comes with what ltpc writes for Python, and is the same for every protocol.
"""What a schema says of work: which messages and members say what, and what elements there are."""

from __future__ import annotations

from typing import Any, Dict, List, NamedTuple, Optional, Sequence, Tuple

from . import encode as encoding, walk
from .evaluate import key_text
from .findings import Refused
from .schema import Schema
from .values import Decoded, Raw, Value, text_of

Body = Dict[str, Value]


class Failure(NamedTuple):
    """Why a unit was not done: a code of the schema, and words."""

    code: str
    message: str


class Unit(NamedTuple):
    """A unit of work, as it is submitted."""

    id: str
    group: str
    element: str
    input: str
    """What the element takes: JSON text."""
    priority: int
    """The greater the sooner."""
    timeout: Optional[int]
    """How long it may take from when it is submitted, in milliseconds."""
    after: Tuple[str, ...]
    """What must have been done before: ids."""
    more: Body
    """What else the request says."""


class Outcome(NamedTuple):
    """What became of a unit: what the element gave, as JSON text, or why nothing was done."""

    id: str
    output: Optional[str]
    failure: Optional[Failure]
    took: int
    """How long it was worked on, in milliseconds."""


class Work:
    """One declaration of work in a schema."""

    def __init__(self, schema: Schema, index: int) -> None:
        table = schema.works[index]
        self.schema = schema
        self.request: int = table["request"]
        self.reply: int = table["reply"]
        self.fault: Optional[int] = table["fault"]
        self.beat: Optional[int] = table["beat"]
        self.codes: Dict[str, str] = table["codes"]
        self.members: Dict[str, Any] = table["members"]
        groups = schema.groups[table["groups"]]
        self.open: bool = groups["open"]
        self.refused: str = groups["refuse"]
        self.routes: Dict[str, str] = {group["code"]: group["route"] for group in groups["groups"]}
        # Elements by their group's code and any of their names.
        self._elements: Dict[Tuple[str, str], Dict[str, Any]] = {}
        for group in groups["groups"]:
            for element in group["elements"]:
                for name in (element["name"], *element["aliases"]):
                    self._elements[group["code"], name] = element

    def kind(self, group: str, element: str) -> Optional[str]:
        """What an element is known by, whichever of its names is used; nothing where no such element can be asked for."""
        known = self._elements.get((group, element))
        if known is not None:
            return f"{group}:{known['name']}"
        return f"{group}:{element}" if self.open and group in self.routes else None

    def kind_of(self, text: str) -> Optional[str]:
        """The same of what stands in one text, ``group:element``."""
        group, colon, element = text.partition(":")
        return self.kind(group, element) if colon else None

    def is_once(self, kind: str) -> bool:
        """Whether an element is never begun anew where it is not known what became of it."""
        group, _, element = kind.partition(":")
        known = self._elements.get((group, element))
        return known is not None and bool(known["once"])

    def typed(self, kind: str, part: str) -> Optional[int]:
        """The record that an element takes (``input``) or gives (``output``); nothing if that is any JSON."""
        group, _, element = kind.partition(":")
        known = self._elements.get((group, element))
        return None if known is None else known[part]

    def check(self, kind: str, part: str, json: str) -> Optional[Failure]:
        """Why a value is not what an element takes or gives."""
        of = self.typed(kind, part)
        if of is None:
            return None
        try:
            walk.decode_value(self.schema, of, json)
        except Refused as refused:
            return self.refusal(refused)
        return None

    def refusal(self, refused: Refused) -> Failure:
        """A value of the wrong type, with all that is wrong with it."""
        said = "; ".join(str(violation) for violation in refused.violations)
        return Failure(self.refused, f"the value does not conform; {said}")

    def failure(self, what: str, message: str) -> Failure:
        """A failure by what went wrong, such as ``late``."""
        return Failure(self.codes[what], message)

    # Between bodies of messages and what they say.

    def unit(self, body: Body) -> Unit:
        """The unit that a request's body asks for."""
        of = self.members
        known = {of[name] for name in ("id", "group", "element", "input", "priority", "timeout", "after")}
        after = body.get(of["after"]) if of["after"] else None
        timeout = body.get(of["timeout"]) if of["timeout"] else None
        priority = body.get(of["priority"], of["usual_priority"]) if of["priority"] else of["usual_priority"]
        return Unit(
            text(body, of["id"]),
            text(body, of["group"]),
            text(body, of["element"]),
            text_of(body.get(of["input"])),
            number(priority),
            None if timeout is None else number(timeout),
            tuple(str(id) for id in after or ()),
            {name: value for name, value in body.items() if name not in known},
        )

    def body(self, unit: Unit) -> Body:
        """The body of a request."""
        of = self.members
        made: Body = {of["id"]: unit.id, of["group"]: unit.group, of["element"]: unit.element, of["input"]: Raw(unit.input)}
        if of["priority"] and unit.priority > 0:
            made[of["priority"]] = unit.priority
        if of["timeout"] and unit.timeout is not None:
            made[of["timeout"]] = unit.timeout
        if of["after"] and unit.after:
            made[of["after"]] = list(unit.after)
        return {**made, **unit.more}

    def answer(self, outcome: Outcome) -> Body:
        """The body of a reply."""
        of = self.members
        made: Body = {of["answers"]: outcome.id}
        if outcome.failure is None:
            made[of["status"]] = of["done"]
            made[of["output"]] = Raw(outcome.output or "null")
        else:
            made[of["status"]] = of["undone"]
            made[of["failure"]] = {of["code"]: outcome.failure.code, of["message"]: outcome.failure.message}
        if of["took"]:
            made[of["took"]] = outcome.took
        return made

    def outcome(self, id: str, reply: Decoded) -> Outcome:
        """What an answer says became of a unit. A peer may have told it by something else than its id."""
        of, body = self.members, reply.body if isinstance(reply.body, dict) else {}
        if reply.message == self.fault:
            return Outcome(id, None, Failure(text(body, of["fault_code"]), text(body, of["fault_message"])), 0)
        took = number(body.get(of["took"])) if of["took"] else 0
        if text(body, of["status"]) == of["done"]:
            return Outcome(id, text_of(body.get(of["output"])), None, took)
        said = body.get(of["failure"])
        failure = said if isinstance(said, dict) else {}
        code = text(failure, of["code"]) or self.codes["failed"]
        return Outcome(id, None, Failure(code, text(failure, of["message"])), took)

    def handled(self, beat: Decoded) -> Optional[List[str]]:
        """The elements that a peer says it handles; nothing if it says nothing of them."""
        name = self.members["handlers"]
        said = beat.body.get(name) if name and isinstance(beat.body, dict) else None
        return None if said is None else [str(kind) for kind in said]

    def busy(self, beat: Decoded) -> Optional[float]:
        """How busy a peer says that it is."""
        name = self.members["load"]
        said = beat.body.get(name) if name and isinstance(beat.body, dict) else None
        return said if isinstance(said, (int, float)) else None

    def json(self, type_id: int, value: Value) -> str:
        """The canonical text of a value of a type."""
        return encoding.encode_value(self.schema, type_id, value)


def text(body: Body, name: str) -> str:
    """The text of a member; empty where there is none."""
    value = body.get(name)
    return value if isinstance(value, str) else ""


def number(value: Value) -> int:
    """The unsigned integer that a value is; 0 for what is none."""
    digits = key_text(value) if value is not None and not isinstance(value, (bool, list, dict)) else ""
    return int(digits) if digits.isdigit() else 0


__all__: Sequence[str] = ("Failure", "Outcome", "Unit", "Work")
