# @generated: comes with what ltpc writes for Python, and is the same for every protocol.
"""Makes of tables what gives a message to `msgspec` to write: a function that checks the message where it stands.

What `msgspec` would write otherwise than the schema is left to the walk, but for doubles without a fraction.
"""

from __future__ import annotations

from typing import Any, Callable, List, Optional, Sequence, Tuple
from typing import Type as Class

import msgspec

from .fast_checks import Unsupported
from .fast_types import Annotations, default, integers, within
from .schema import Limits, Member, Schema, Type

Giving = Callable[[Any], str]
"""Gives a message's text; raises :class:`~.fast_checks.No`, and what `msgspec` raises of values that are no JSON."""


class Giver:
    """Writes the functions that give messages."""

    def __init__(self, annotations: Annotations) -> None:
        self.types = annotations
        self.schema: Schema = annotations.schema
        self.depth = self.schema.limits.depth
        # Whether any JSON is carried in the message, whose numbers stand as they are.
        self.carries = False

    def giving(self, wires: List[Class[Any]], index: int) -> Optional[Giving]:
        """What gives a message, as the first of its structs; nothing if it cannot be."""
        message = self.schema.messages[index]
        envelope, cls = self.schema.envelopes[message.envelope], self.types.envelopes[message.envelope]
        attributes = self.types.attributes(cls)
        self.carries = False
        try:
            lines = [line for member in envelope.members for line in self.member(member, ("e", cls), 1, " ")]
            lines += self.value(message.body, "r", 1, " ")
            encoding = self.types.encodes(message.body)
        except Unsupported:
            return None
        if encoding is not None:
            lines.append(f" if e.{attributes[encoding]} not in (None, 'json'): raise No")
        if self.carries:
            lines.append(" if z: raise No")
        wire, made = self.types.named("Wire", wires[0]), self.types.named("made", frozenset(wires))
        given = ", ".join([*(f"{name}=e.{name}" for name in attributes.values()), "body__=r"])
        members, octets = self.schema.limits.members, most(self.schema.limits)
        # Each member takes five octets at least, so a text of so many has few enough.
        few = min(octets, 5 * members)
        lines = [
            "def give(m):",
            " e, r, z = m._envelope, m.body, False",
            f" if e.__class__ is not {self.types.named('Envelope', cls)} and e.__class__ not in {made}: raise No",
            *lines,
            # What was read, and is given on, is written as it is.
            f" text = encode(e if e.__class__ in {made} and e.body__ is r else {wire}({given}))",
            " if z: return whole(text, m)",
            f" if len(text) > {few} and (len(text) > {octets} or text.count(b':') > {members}): raise No",
            " return text.decode()",
        ]
        giving: Giving = self.types.function("give", lines)
        return giving

    def member(self, member: Member, of: Tuple[str, Class[Any]], depth: int, indent: str) -> List[str]:
        """Checks a member of an object, if it stands there; the object's class says what it is where nothing is said."""
        if member.always or (member.required and member.fill is not None):
            # It would be left out where it is its default.
            raise Unsupported
        attribute = self.types.attributes(of[1])[member.name]
        # Those of an object that stands in this one have other names: this one's are still looked at behind it.
        place, v, known = f"{of[0]}.{attribute}", f"v{depth}", self.schema.types[member.type]
        if member.required:
            return [f"{indent}{v} = {place}", *self.value(member.type, v, depth, indent)]
        if member.default is None:
            absent = "UNSET" if known.kind in ("nullable", "json", "payload") else "None"
            return [f"{indent}{v} = {place}", f"{indent}if {v} is not {absent}:", *self.value(member.type, v, depth, indent + " ")]
        said = default(of[1], attribute).get("default", msgspec.UNSET)
        if said.__class__ not in (str, bool, int, float):
            raise Unsupported
        # Only what is the very same is left out.
        same = f"{indent}if {v} == {said!r}: {place} = {self.types.named('default', said)}"
        return [f"{indent}{v} = {place}", *self.value(member.type, v, depth, indent), same]

    def value(self, type_id: int, v: str, depth: int, indent: str) -> List[str]:
        """Checks a value that stands in an object or list which is so deep."""
        known = self.schema.types[type_id]
        kind = known.kind
        if kind == "bool":
            return [f"{indent}if {v}.__class__ is not bool: raise No"]
        if kind in ("int", "uint"):
            return [f"{indent}if {v}.__class__ is not int or not ({within(integers(known), v)}): raise No"]
        if kind == "float":
            return self.double(known, v, indent)
        if kind in ("string", "enum"):
            return [f"{indent}if {' or '.join(self.refused(known, v))}: raise No"]
        if kind in ("json", "object"):
            self.carries = True
            return self.any(kind, v, self.depth - depth, indent)
        if kind == "nullable":
            return [f"{indent}if {v} is not None:", *self.value(known.of, v, depth, indent + " ")]
        if kind == "record":
            return self.record(type_id, known, v, depth + 1, indent)
        if kind in ("list", "map"):
            return self.items(known, v, depth + 1, indent)
        raise Unsupported

    def any(self, kind: str, v: str, left: int, indent: str) -> List[str]:
        """Checks any JSON, or any object: what it holds by these lines, what is deeper by a function."""
        other = "raise No" if kind == "object" else f"carried({v}, {left})"
        if left <= 0:
            return [f"{indent}{other}"]
        n, i = f"{v}_n", f"{v}_i"
        return [
            f"{indent}if {v}.__class__ is dict:",
            f"{indent} for {n}, {i} in {v}.items():",
            f"{indent}  if {n}.__class__ is not str: raise No",
            f"{indent}  if {i}.__class__ not in SCALARS: carried({i}, {left - 1})",
            f"{indent}else: {other}",
        ]

    def record(self, type_id: int, known: Type, v: str, depth: int, indent: str) -> List[str]:
        if depth > self.depth:
            raise Unsupported
        cls = self.types.records[type_id]
        attributes = self.types.attributes(cls)
        lines = [f"{indent}if {v}.__class__ is not {self.types.named('Record', cls)}: raise No"]
        lines += [f"{indent}if {v}.extra: raise No"] if known.open else []
        for member in known.members:
            payload = self.schema.payload(member.type)
            if payload is None:
                lines += self.member(member, (v, cls), depth, indent)
            elif member.required and self.schema.types[member.type].kind == "payload" and payload.kind_member in attributes:
                lines += self.payload(payload, f"{v}.{attributes[member.name]}", f"{v}.{attributes[payload.kind_member]}", depth, indent)
            else:
                raise Unsupported
        return lines

    def payload(self, known: Type, place: str, said: str, depth: int, indent: str) -> List[str]:
        """Checks a payload as its kind says."""
        v, k = f"p{depth}", f"k{depth}"
        lines, carries = [f"{indent}{k} = {said}", f"{indent}{v} = {place}"], self.carries
        branch = "if"
        for text, of in known.cases.items():
            self.carries = False
            inner = self.value(of, v, depth, indent + " ")
            inner += [f"{indent} if z: raise No"] if self.carries else []
            lines += [f"{indent}{branch} {k} == {text!r}:", *inner]
            branch = "elif"
        self.carries = carries
        other = [f"carried({v}, {self.depth - depth})", "if z: raise No"] if known.open else ["raise No"]
        if branch == "if":
            return [*lines, *(indent + line for line in other)]
        return [*lines, f"{indent}else:", *(f"{indent} {line}" for line in other)]

    def items(self, known: Type, v: str, depth: int, indent: str) -> List[str]:
        if depth > self.depth:
            raise Unsupported
        i, is_list = f"i{depth}", known.kind == "list"
        lines = [f"{indent}if {v}.__class__ is not {'list' if is_list else 'dict'}: raise No"]
        if known.length is not None:
            least, most = known.length
            lines.append(f"{indent}if not {least} <= len({v}){'' if most is None else f' <= {most}'}: raise No")
        if not is_list:
            lines.append(f"{indent}if not all([n.__class__ is str for n in {v}]): raise No")
        return [*lines, f"{indent}for {i} in {v}{'' if is_list else '.values()'}:", *self.value(known.of, i, depth, indent + " ")]

    def double(self, known: Type, v: str, indent: str) -> List[str]:
        """Doubles that are very small or large have another shortest form."""
        below = bool(known.ranges) and all(None not in bounds[:2] and -1e15 < bounds[0] and bounds[1] < 1e15 for bounds in known.ranges)
        ranges = " or ".join([within(known.ranges, v)] if below else [f"-1e15 < {v} < 1e15"])
        surely = _surely(known, v)
        if surely is not None:
            lines = self._double(known, v, below, ranges, indent + " ")
            return [f"{indent}if {v}.__class__ is not float or not ({surely}):", *lines]
        return self._double(known, v, below, ranges, indent)

    def _double(self, known: Type, v: str, below: bool, ranges: str, indent: str) -> List[str]:
        lines = [
            f"{indent}if {v}.__class__ is not float and {v}.__class__ is not int or not ({ranges}): raise No",
            f"{indent}if not {v} % 1: z = True",
            f"{indent}elif -1e-4 < {v} < 1e-4: raise No",
        ]
        return lines if below or not known.ranges else [*lines, f"{indent}if not ({within(known.ranges, v)}): raise No"]

    def refused(self, known: Type, v: str) -> List[str]:
        """What a text must not be."""
        if known.kind == "enum":
            closed = not known.open and known.variants
            return [f"{v} not in {self.types.named('variants', frozenset(known.variants))}" if closed else f"{v}.__class__ is not str"]
        if known.format == "uuid" and known.length is None and known.pattern is None:
            return [f"{v} not in known_uuids and not is_uuid({v})"]
        made = [f"{v}.__class__ is not str"]
        if known.length is not None:
            least, most = known.length
            made.append(f"len({v}) < {least}" if most is None else f"not {least} <= len({v}) <= {most}")
        if known.one_of:
            made.append(f"{v} not in {self.types.named('texts', frozenset(known.one_of))}")
        if known.pattern is not None:
            made.append(f"not {self.types.named('pattern', known.pattern.matches)}({v})")
        if known.format is not None:
            made.append(f"not {'is_uuid' if known.format == 'uuid' else 'is_datetime'}({v})")
        return made


def most(limits: Limits) -> int:
    """So many octets hold no text or list that is too long."""
    return min(limits.message, limits.string, limits.list)


def _surely(known: Type, v: str) -> Optional[str]:
    """When a double with a fraction, whose form is nobody's affair, is in a range of few whole numbers: most are."""
    bounds: Sequence[Any] = known.ranges[0] if len(known.ranges) == 1 else ()
    if len(bounds) < 2 or bounds[0] not in (-1.0, 0.0) or bounds[1] != 1.0:
        return None
    below = f"-1.0 < {v} <= -1e-4 or " if bounds[0] else ""
    return f"{below}1e-4 <= {v} < 1.0"
