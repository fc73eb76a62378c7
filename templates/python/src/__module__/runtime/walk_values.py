# @generated: comes with what ltpc writes for Python, and is the same for every protocol.
"""Reading values by the tables: each of its type, with everything that is wrong with it."""

from __future__ import annotations

from typing import Dict, List, Optional, Sequence, Tuple

from . import formats, numbers, tape as tapes, toon, words
from .findings import Findings, Refused, Violation
from .refusals import unreadable
from .schema import Member, Schema, Type
from .tape import BOOL, LIST, NULL, NUMBER, OBJECT, STRING, Node, Tape, Unreadable
from .values import Raw, Value, quote

NOTHING = "nothing"
_ONCE = "a name that stands once"

Members = Dict[str, Value]


class Sorted:
    """An object's members by what the schema calls them."""

    __slots__ = ("tag", "body", "places", "unknown")

    def __init__(self, count: int) -> None:
        self.tag: Optional[Tuple[Node, Node]] = None
        self.body: Optional[Tuple[Node, Node]] = None
        self.places: List[Optional[Tuple[Node, Node]]] = [None] * count
        self.unknown: List[Tuple[Node, Node]] = []


def kind_of(schema: Schema, type_id: int) -> str:
    """The kind of value that a type is, in words."""
    known = schema.types[type_id]
    if known.kind == "nullable":
        return kind_of(schema, known.of) + " or null"
    return _KINDS[known.kind]


_KINDS = {
    "json": "a value", "payload": "a value", "bool": "true or false", "int": "an integer", "uint": "an unsigned integer",
    "float": "a number", "string": "a string", "enum": "a string", "list": "a list", "object": "an object", "map": "an object",
    "record": "an object", "union": "an object",
}  # fmt: skip


class ValueWalk:
    """A walk over one value of a text. What it gives back counts only if nothing was noted."""

    def __init__(self, schema: Schema) -> None:
        self.schema = schema
        self.limits = schema.limits
        self.findings = Findings()
        # What the envelope's members say of encodings: `json`, `toon` or something else.
        self.encodings: Dict[str, str] = {}

    def value(self, tape: Tape, node: Node, type_id: int) -> Value:
        if self.findings.full:
            return None
        known, nullable = self.schema.types[type_id], False
        while known.kind == "nullable":
            known, nullable = self.schema.types[known.of], True
        kind, shape = known.kind, node.shape
        if shape == NULL and nullable:
            return None
        if shape == STRING:
            if kind == "string":
                return self.text(tape, node, known)
            if kind == "enum":
                return self.variant(tape, node, known)
        elif shape == NUMBER:
            if kind == "float":
                return self.double(tape.raw(node), known)
            if node.integer and (kind == "int" or kind == "uint"):
                return self.integer(tape.raw(node), known)
        elif shape == BOOL:
            if kind == "bool":
                return tape.text[node.start] == "t"
        elif shape == LIST:
            if kind == "list":
                return self.list(tape, node, known)
        elif shape == OBJECT:
            if kind == "record":
                return self.record(tape, node, known)
            if kind == "union":
                return self.union(tape, node, known)
            if kind == "map":
                return self.map(tape, node, known)
            if kind == "object":
                return self.raw(tape, node)
        if kind == "json" or kind == "payload":
            return self.raw(tape, node)
        self.findings.note("type", kind_of(self.schema, type_id), tape.raw(node))
        self.audit(tape, node)
        return None

    def raw(self, tape: Tape, node: Node) -> Raw:
        """A value that is carried as it stands."""
        self.audit(tape, node)
        return Raw(tape.raw(node))

    def integer(self, raw: str, known: Type) -> Value:
        value = numbers.signed(raw) if known.kind == "int" else numbers.unsigned(raw)
        if value is None:
            sign = "a signed" if known.kind == "int" else "an unsigned"
            self.findings.note("number", sign + " 64-bit integer", raw)
        elif known.ranges and not any(start <= value <= end for start, end in known.ranges):
            self.findings.note("range", words.integers(known.ranges), raw)
        return value

    def double(self, raw: str, known: Type) -> Value:
        value = numbers.double(raw)
        if value is None:
            self.findings.note("number", "a finite double", raw)
        elif known.ranges and not any(_inside(value, bounds) for bounds in known.ranges):
            self.findings.note("range", words.floats(known.ranges), raw)
        return value

    def text(self, tape: Tape, node: Node, known: Type) -> Value:
        if not self.short_enough(node):
            return None
        text, note = node.string, self.findings.note
        if known.length is not None:
            least, most = known.length
            if len(text) < least or (most is not None and len(text) > most):
                note("length", words.length(least, most, "character"), tape.raw(node))
        if known.one_of and text not in known.one_of:
            note("one_of", words.one_of(known.one_of), tape.raw(node))
        if known.pattern is not None and not known.pattern.matches(text):
            note("pattern", f"text that matches `{known.pattern.source}`", tape.raw(node))
        if known.format == "uuid":
            if not formats.is_uuid(text):
                note("format", "a UUID", tape.raw(node))
            return text.lower()
        if known.format == "datetime" and not formats.is_datetime(text):
            note("format", "an RFC 3339 date and time", tape.raw(node))
        return text

    def variant(self, tape: Tape, node: Node, known: Type) -> Value:
        if not self.short_enough(node):
            return None
        if not known.open and node.string not in known.variants:
            self.findings.note("one_of", words.one_of(known.variants), tape.raw(node))
        return node.string

    def list(self, tape: Tape, node: Node, known: Type) -> Value:
        if not self.few_enough(node):
            return None
        self.counted(tape, node, known, "item")
        items: List[Value] = []
        for index, item in enumerate(node.items):
            self.findings.enter_item(index)
            items.append(self.value(tape, item, known.of))
            self.findings.leave()
            if self.findings.full:
                break
        return items

    def map(self, tape: Tape, node: Node, known: Type) -> Value:
        found = self.sort(tape, node, {}, ())
        if found is None:
            return None
        self.counted(tape, node, known, "member")
        members: Members = {}
        for name, value in found.unknown:
            self.findings.enter(name.string)
            members[name.string] = self.value(tape, value, known.of)
            self.findings.leave()
        return members

    def counted(self, tape: Tape, node: Node, known: Type, one: str) -> None:
        if known.length is not None:
            least, most = known.length
            if node.count < least or (most is not None and node.count > most):
                self.findings.note("length", words.length(least, most, one), tape.raw(node))

    def record(self, tape: Tape, node: Node, known: Type) -> Value:
        found = self.sort(tape, node, known.by_name, known.members)
        if found is None:
            return None
        members: Members = {}
        self.declared(tape, found.places, known.members, members)
        self.rest(tape, found, known.open, members)
        return members

    def union(self, tape: Tape, node: Node, known: Type) -> Value:
        tag = self.tag(tape, node, known.tag, words.one_of(known.cases))
        if tag is None:
            self.audit(tape, node)
            return None
        if tag not in known.cases:
            if not known.open:
                self.findings.note_at(known.tag, "one_of", words.one_of(known.cases), quote(tag))
            return self.raw(tape, node)
        record = self.schema.types[known.cases[tag]]
        found = self.sort(tape, node, record.by_name, record.members, known.tag)
        if found is None:
            return None
        members: Members = {known.tag: tag}
        self.declared(tape, found.places, record.members, members)
        self.rest(tape, found, record.open, members)
        return members

    def tag(self, tape: Tape, node: Node, name: str, expected: str) -> Optional[str]:
        """The text of the member that tells what an object is."""
        value = member_of(node, name)
        if value is None:
            self.findings.note_at(name, "required", expected, NOTHING)
            return None
        self.findings.enter(name)
        tag: Optional[str] = None
        if value.shape != STRING:
            self.findings.note("type", "a string", tape.raw(value))
        elif self.short_enough(value):
            tag = value.string
        self.findings.leave()
        return tag

    def declared(
        self, tape: Tape, found: Sequence[Optional[Tuple[Node, Node]]], members: Sequence[Member], out: Members
    ) -> None:
        for member, place in zip(members, found):
            if place is not None:
                payload = self.schema.payload(member.type)
                if payload is not None:
                    out[member.name] = self.payload(tape, member, payload, place, found, members)
                    continue
                self.findings.enter(_written(member, place))
                out[member.name] = self.value(tape, place[1], member.type)
                self.findings.leave()
            elif member.default is not None:
                out[member.name] = constant(self.schema, member.type, member.default)
            elif not member.optional:
                self.findings.note_at(member.name, "required", kind_of(self.schema, member.type), NOTHING)

    def rest(self, tape: Tape, found: Sorted, is_open: bool, out: Members) -> None:
        self.audit_unknown(tape, found)
        if is_open:
            for name, value in found.unknown:
                out[name.string] = Raw(tape.raw(value))

    def sort(
        self,
        tape: Tape,
        node: Node,
        by_name: Dict[str, int],
        members: Sequence[Member],
        tag: Optional[str] = None,
        body: Optional[str] = None,
    ) -> Optional[Sorted]:
        """An object's members by their places; notes names that stand twice or are too long, and too many members."""
        if node.shape != OBJECT:
            self.findings.note("type", "an object", tape.raw(node))
            return None
        if not self.few_enough(node):
            return None
        found = Sorted(len(members))
        known: Dict[str, None] = {}
        for name, value in zip(node.names, node.items):
            if not self.short_enough(name):
                continue
            text = name.string
            if text == tag:
                if found.tag is None:
                    found.tag = (name, value)
                    continue
                expected = _ONCE
            elif text == body:
                if found.body is None:
                    found.body = (name, value)
                    continue
                expected = _ONCE
            else:
                place = by_name.get(text)
                if place is None:
                    if text not in known:
                        known[text] = None
                        found.unknown.append((name, value))
                        continue
                    expected = _ONCE
                elif found.places[place] is None:
                    found.places[place] = (name, value)
                    continue
                else:
                    member = members[place]
                    accepts = ", ".join(member.accepts)
                    expected = f"only one of its names ({member.name}, {accepts})" if member.accepts else _ONCE
            self.findings.note_at(text, "duplicate", expected, tape.raw(value))
        return found

    def audit(self, tape: Tape, node: Node) -> None:
        """Notes what breaks a rule for every value, whatever its type: names that stand twice, and the limits."""
        if self.findings.full:
            return
        if node.shape == STRING:
            self.short_enough(node)
        elif node.shape == LIST:
            if self.few_enough(node):
                for index, item in enumerate(node.items):
                    self.findings.enter_item(index)
                    self.audit(tape, item)
                    self.findings.leave()
        elif node.shape == OBJECT:
            found = self.sort(tape, node, {}, ())
            if found is not None:
                self.audit_unknown(tape, found)

    def audit_unknown(self, tape: Tape, found: Sorted) -> None:
        for name, value in found.unknown:
            self.findings.enter(name.string)
            self.audit(tape, value)
            self.findings.leave()

    def short_enough(self, node: Node) -> bool:
        if node.count > self.limits.string:
            self.findings.note("string_size", words.length(0, self.limits.string, "octet"), words.count(node.count, "octet"))
            return False
        return True

    def few_enough(self, node: Node) -> bool:
        is_list = node.shape == LIST
        limit = self.limits.list if is_list else self.limits.members
        if node.count > limit:
            one = "item" if is_list else "member"
            rule = "list_size" if is_list else "members"
            self.findings.note(rule, words.length(0, limit, one), words.count(node.count, one))
            return False
        return True

    def payload(
        self,
        tape: Tape,
        member: Member,
        payload: Type,
        place: Tuple[Node, Node],
        found: Sequence[Optional[Tuple[Node, Node]]],
        members: Sequence[Member],
    ) -> Value:
        """A member of which a sibling says what it is."""
        index = next((index for index, other in enumerate(members) if other.name == payload.kind_member), None)
        kind: Optional[str] = None
        known: Optional[int] = None
        if index is not None:
            kind = self.said(members[index], found[index])
            if kind is not None:
                known = payload.cases.get(kind)
                if known is None and not payload.open:
                    name = _written(members[index], found[index])
                    self.findings.note_at(name, "one_of", words.one_of(payload.cases), quote(kind))
        encoding = self.encoding(payload, found, members)
        node = place[1]
        nullable = self.schema.types[member.type].kind == "nullable"
        self.findings.enter(_written(member, place))
        value: Value
        if nullable and node.shape == NULL:
            value = None
        elif known is not None and encoding == "json":
            value = self.value(tape, node, known)
        elif known is not None and encoding == "toon":
            value = self.document(tape, node, known)
        elif known is None and encoding == "toon" and kind is not None:
            value = node.string if node.shape == STRING else self.no_document(tape, node)
        else:
            value = self.raw(tape, node)
        self.findings.leave()
        return value

    def said(self, member: Member, place: Optional[Tuple[Node, Node]]) -> Optional[str]:
        """The text of a member, or of its default."""
        if place is not None:
            return place[1].string if place[1].shape == STRING else None
        return default_text(member)

    def encoding(self, payload: Type, found: Sequence[Optional[Tuple[Node, Node]]], members: Sequence[Member]) -> str:
        if payload.encoding is None:
            return "json"
        if payload.encoding_in_envelope:
            return self.encodings.get(payload.encoding, "json")
        for member, place in zip(members, found):
            if member.name == payload.encoding:
                return encoding_of(member, place)
        return "json"

    def document(self, tape: Tape, node: Node, known: int) -> Value:
        """A string that holds a TOON document."""
        if node.shape != STRING:
            return self.no_document(tape, node)
        limits = self.limits
        deepest = max(limits.depth - len(self.findings.path), 0)
        try:
            text = toon.to_json(node.string, deepest, limits.message, self.schema.types[known].kind == "list")
        except toon.Wrong as wrong:
            if wrong.what == "size":
                self.findings.note("size", f"at most {limits.message} octets as JSON", tape.raw(node))
            elif wrong.what == "depth":
                self.findings.note("depth", f"at most {limits.depth} nested objects and lists", tape.raw(node))
            else:
                lines = node.string.split("\n")
                if lines[-1] == "":
                    lines.pop()
                line = lines[wrong.line - 1] if 0 < wrong.line <= len(lines) else ""
                line = line[:-1] if line.endswith("\r") else line
                self.findings.note("encoding", f"a TOON document (line {wrong.line})", line)
            return None
        try:
            inner = tapes.parse(text, deepest, limits.list, limits.members)
        except Unreadable as refused:
            self.findings.note(refused.rule, *unreadable(refused, text.encode(), self.schema))
            return None
        return self.value(inner, inner.root, known)

    def no_document(self, tape: Tape, node: Node) -> Value:
        self.findings.note("type", "a string that holds a TOON document", tape.raw(node))
        self.audit(tape, node)
        return None


def constant(schema: Schema, type_id: int, text: str) -> Value:
    """A default, as a value of its type."""
    known = schema.constants.get((type_id, text))
    if known is None:
        tape = tapes.parse(text, 256, None, None)
        known = ValueWalk(schema).value(tape, tape.root, type_id)
        # Only what nobody can change is everybody's.
        if isinstance(known, (str, bool, int, float, Raw)):
            schema.constants[type_id, text] = known
    return known


def default_text(member: Member) -> Optional[str]:
    """The text that a member's default is."""
    if member.default is None or not member.default.startswith('"'):
        return None
    return tapes.parse(member.default, 1, None, None).root.string


def decode_value(schema: Schema, type_id: int, text: str) -> Value:
    """Reads one value of a type, as if it stood by itself. Raises :class:`Refused`."""
    octets = text.encode("utf-8", "surrogatepass")
    walk = ValueWalk(schema)
    try:
        if len(octets) > schema.limits.message:
            raise Unreadable("size", schema.limits.message)
        tape = tapes.parse(text, schema.limits.depth, schema.limits.list, schema.limits.members)
    except Unreadable as refused:
        raise Refused([Violation("", refused.rule, *unreadable(refused, octets, schema))], size=len(octets)) from None
    value = walk.value(tape, tape.root, type_id)
    violations = walk.findings.finish()
    if violations:
        raise Refused(violations, size=len(octets))
    return value


def _inside(value: float, bounds: Sequence[Optional[float]]) -> bool:
    start, end, included = bounds
    if start is not None and value < start:
        return False
    return end is None or value < end or (bool(included) and value == end)


def member_of(node: Node, name: str) -> Optional[Node]:
    for known, value in zip(node.names, node.items):
        if known.string == name:
            return value
    return None


def _written(member: Member, place: Optional[Tuple[Node, Node]]) -> str:
    """What a member was read from: the name that stood there, or its own."""
    return place[0].string if place is not None and member.accepts else member.name


def encoding_of(member: Member, place: Optional[Tuple[Node, Node]]) -> str:
    """The encoding that a member names; absent means JSON."""
    if place is None:
        return default_text(member) or "json"
    if place[1].shape == STRING:
        return place[1].string
    return "json" if place[1].shape == NULL else ""
