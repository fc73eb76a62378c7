# @generated: comes with what ltpc writes for Python, and is the same for every protocol.
"""What a state's stamps do to an envelope.

What the application or the schema gives is given whole: a record that stands there says the defaults of its members too. Of a record that
is made by the way nothing is said but what other stamps put there.
"""

from __future__ import annotations

from typing import Any, Callable, Dict, List, Sequence, Set, Tuple

from . import walk
from .schema import Member, Schema
from .values import Decoded, Value

Path = Tuple[str, ...]


def stamp(schema: Schema, stamps: Sequence[Dict[str, Any]], made: Decoded, evaluate: Callable[[Any], Value]) -> None:
    """Stamps a message of whose envelope only what is said stands there, and gives the rest its defaults."""
    of = schema.messages[made.message].envelope
    stamping = _Stamping(schema, schema.envelopes[of].members)
    for entry in stamps:
        if entry["envelope"] != of:
            continue
        path = tuple(entry["path"])
        if entry["absent"] and stamping.stands(path, made.envelope):
            continue
        value = evaluate(entry["value"])
        if value is not None:
            stamping.put(path, made.envelope, value)
    stamping.complete(made.envelope)


class _Stamping:
    def __init__(self, schema: Schema, members: Sequence[Member]) -> None:
        self.schema = schema
        self.members = members
        self.made: Set[Path] = set()
        self.order: List[Path] = []

    def stands(self, path: Path, envelope: Value) -> bool:
        """Whether the member that a path leads to is said."""
        value, members = envelope, self.members
        for depth, name in enumerate(path):
            member = next((known for known in members if known.name == name), None)
            if member is None:
                return False
            if isinstance(value, dict) and name in value:
                value = value[name]
            elif depth > 0 and path[:depth] not in self.made and member.fill is not None:
                value = walk.constant(self.schema, member.type, member.fill)
            else:
                return False
            members = self.within(member)
        return True

    def put(self, path: Path, envelope: Dict[str, Value], value: Value) -> None:
        """Puts a value where a path leads; records on the way are made."""
        members, here = self.members, envelope
        for depth, name in enumerate(path):
            member = next((known for known in members if known.name == name), None)
            if member is None or not isinstance(here, dict):
                return
            if depth == len(path) - 1:
                here[name] = value
                return
            if name not in here:
                if depth > 0 and path[:depth] not in self.made and member.fill is not None:
                    here[name] = walk.constant(self.schema, member.type, member.fill)
                else:
                    here[name] = {}
                    self.made.add(path[: depth + 1])
                    self.order.append(path[: depth + 1])
            elif isinstance(here[name], dict):
                # What the application gave is not changed in its own hands.
                here[name] = dict(here[name])
            here, members = here[name], self.within(member)

    def complete(self, envelope: Dict[str, Value]) -> None:
        """Gives all of which nothing is said its default: members of the envelope, and of records that were made."""
        self.fill(self.members, envelope)
        for path in self.order:
            members, here = self.members, envelope
            for name in path:
                member = next(known for known in members if known.name == name)
                here, members = here[name], self.within(member)
            self.fill(members, here)

    def fill(self, members: Sequence[Member], here: Dict[str, Value]) -> None:
        for member in members:
            if member.name not in here and member.fill is not None:
                here[member.name] = walk.constant(self.schema, member.type, member.fill)

    def within(self, member: Member) -> Sequence[Member]:
        known = self.schema.types[member.type]
        if known.kind == "nullable":
            known = self.schema.types[known.of]
        return known.members
