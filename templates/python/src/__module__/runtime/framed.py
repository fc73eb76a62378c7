# @generated: comes with what ltpc writes for Python, and is the same for every protocol.
"""Reading framed text by the tables: each value becomes the JSON that it stands for, and the walk judges it."""

from __future__ import annotations

from typing import Any, Dict, Iterator, List, NamedTuple, Optional, Sequence, Tuple

from . import numbers, tape as tapes, words
from .findings import Refused, Violation
from .positions import position, unreadable
from .scan import NOTHING, PAUSE, Framing, Lengths, Scan, Wrong, header_name, read_start, trimmed
from .schema import Member, Message, Schema, Type
from .values import Decoded, Value, quote
from .walk import Walk

BODY = "(body)"
"""What the member is called that stands behind the head."""


class Header(NamedTuple):
    """A line ``name: value``, and the octet at which the value begins."""

    name: str
    value: str
    at: int


class Partial(NamedTuple):
    """What can be read of a text, whole or not. Nothing in it is checked against the message's members."""

    tag: Optional[str]
    """What names the message, if the start line is whole."""
    headers: List[Header]
    """The headers whose lines are whole."""
    head_complete: bool
    """Whether the head is whole."""
    body: bytes
    """The octets of the body that are there, if the head is whole."""
    state: str
    """``complete``, ``cut`` (it could be the beginning of a message), or the rule that it breaks."""


def decode(schema: Schema, frame: bytes, strict: Optional[bool] = None) -> Decoded:
    """Reads and validates one message. Raises :class:`Refused` with everything that is wrong with it.

    ``strict``: whether lengths that disagree are refused; if nothing is said, as the schema has it. Else they are the message's ``lengths``.
    """
    framing = schema.framed
    if framing is None:
        raise Refused([Violation("", "start", "a schema with a framing", "none", 1, 1)], size=len(frame))
    mode = framing.strict if strict is None else strict
    try:
        parts = _Parts(framing, schema.limits.message, mode, frame)
    except Wrong as wrong:
        raise _refused(schema, framing, frame, [unreadable(schema, framing, frame, wrong)]) from None
    reading = _Reading(schema, framing, frame)
    decoded = reading.message(parts)
    violations = _sorted(reading.found)
    if decoded is None or violations:
        raise _refused(schema, framing, frame, violations or [Violation("", "type", "a message", "another")])
    decoded.lengths = parts.lengths
    return decoded


def partial(schema: Schema, text: bytes, strict: Optional[bool] = None) -> Partial:
    """Reads as much as there is of a text that may be cut off."""
    framing = schema.framed
    if framing is None:
        return Partial(None, [], False, b"", "start")
    state, end, whole = "cut", len(text), None
    try:
        whole = Scan(framing).step(schema.limits.message, framing.strict if strict is None else strict, text, PAUSE)
        state = "cut" if whole is None else "complete"
    except Wrong as wrong:
        # Of what is broken only the lines above count.
        state, end = wrong.rule, wrong.at
    tag: List[str] = []
    headers: List[Header] = []
    at, body = 0, None
    while body is None:
        stop = text.find(b"\n", at, end)
        if stop < 0:
            break
        line = framing.content(text[at:stop])
        if at == 0:
            _start(framing, line, tag)
        elif line == framing.until.encode():
            body = stop + 1
        else:
            headers += _headers(framing, text, at, stop)
        at = stop + 1
    octets = b"" if body is None else text[body:] if whole is None else text[whole.body[0] : whole.body[1]]
    return Partial(tag[0] if tag else None, headers, body is not None, octets, state)


class _Parts:
    """A frame taken apart."""

    def __init__(self, framing: Framing, limit: int, strict: bool, text: bytes) -> None:
        extent = Scan(framing).step(limit, strict, text, NOTHING)
        if extent is None:
            raise Wrong("truncated", len(text))
        if extent.end < len(text):
            raise Wrong("trailing", extent.end)
        start, end = extent.body
        body = text[start:end]
        try:
            self.body = body.decode("utf-8")
        except UnicodeDecodeError as error:
            raise Wrong("utf8", start + error.start) from None
        odd = _odd(framing.charset, body)
        if odd is not None:
            raise Wrong("charset", start + odd)
        first = text.find(b"\n")
        first = len(text) if first < 0 else first
        self.start = framing.content(text[:first])
        self.headers = list(_headers(framing, text, first + 1, extent.head))
        self.head_end = extent.head
        self.body_at = start
        self.lengths: Optional[Lengths] = extent.lengths


class _Reading:
    """What gives back a message; it counts only if nothing was found."""

    def __init__(self, schema: Schema, framing: Framing, text: bytes) -> None:
        self.schema = schema
        self.framing = framing
        self.text = text
        self.found: List[Violation] = []

    def message(self, parts: _Parts) -> Optional[Decoded]:
        envelope = self.schema.envelopes[self.framing.envelope]
        texts: Dict[int, Tuple[str, int]] = {}
        tags: List[Tuple[str, int]] = []

        def each(part: Dict[str, Any], text: str, at: int) -> None:
            if "member" in part:
                texts[part["member"]] = (text, at)
            else:
                tags.append((text, at))

        read_start(self.framing, parts.start, each)
        own: Dict[str, Value] = {}
        for index, member in enumerate(envelope.members):
            if index not in texts:
                continue
            text, at = texts[index]
            value, violations = self.judged(member.type, to_json(self.schema, self.framing.trim, member.type, text, None))
            own[member.name] = value
            for violation in violations:
                self.note(f"({member.name})", violation.rule, violation.expected, violation.actual, at)
        if not tags:
            return None
        tag, at = tags[0]
        found = self.schema.find("", tag)
        if found is None:
            self.note("(tag)", "unknown_tag", expected_tags(self.schema, self.framing), quote(tag), at)
            return None
        message = self.schema.messages[found]
        body = self.body(parts, message, self.schema.types[message.body])
        return None if body is None else Decoded(found, tag, own, body)

    def judged(self, type_id: int, json: str) -> Tuple[Value, List[Violation]]:
        """The value that a text of JSON is, and all that is wrong with it. It is ours: no limit of size holds for it."""
        tape = tapes.parse(json, 256, None, None)
        walk = Walk(self.schema)
        value = walk.value(tape, tape.root, type_id)
        return value, walk.findings.finish()

    def body(self, parts: _Parts, message: Message, record: Type) -> Value:
        """Reads headers and body as the members of the message."""
        framing = self.framing
        json: List[str] = []
        places: List[Tuple[str, int]] = []
        for header in parts.headers:
            if framing.length is not None and framing.same(framing.length, header.name):
                continue
            member, name = self.declared(record, header.name)
            if any(_declares(record, known, name) or framing.same(known, header.name) for known, _ in places):
                self.note(name, "duplicate", "a header that stands once", quote(header.value), header.at)
                continue
            places.append((name, header.at))
            if member is not None:
                separator = framing.lists.get(member.name)
                json.append(f"{quote(name)}:{to_json(self.schema, framing.trim, member.type, header.value, separator)}")
            elif framing.unknown == "keep":
                json.append(f"{quote(header.name)}:{quote(header.value)}")
            elif framing.unknown == "refuse":
                self.note(header.name, "header", "a header that the message declares", quote(header.value), header.at)
        for member in record.members:
            if member.name == BODY:
                json.append(f"{quote(BODY)}:{to_json(self.schema, framing.trim, member.type, parts.body, None)}")
        value, violations = self.judged(message.body, "{" + ",".join(json) + "}")
        for violation in violations:
            # A name is a token: nothing in it is escaped but `~`.
            pointer = violation.pointer[1:].replace("~0", "~")
            name = pointer.split("/", 1)[0]
            at = parts.body_at if name == BODY else next((at for known, at in places if known == name), parts.head_end)
            self.note(pointer, violation.rule, violation.expected, violation.actual, at)
        return None if violations else value

    def declared(self, record: Type, name: str) -> Tuple[Optional[Member], str]:
        """The member that a header is, and the name by which it is one."""
        for member in record.members:
            for known in (member.name, *member.accepts):
                if self.framing.same(known, name):
                    return member, known
        return None, name

    def note(self, pointer: str, rule: str, expected: str, actual: str, at: int) -> None:
        line, column = position(self.text, at)
        self.found.append(Violation(pointer, rule, expected, words.shorten(actual), line, column))


def to_json(schema: Schema, trim: bool, type_id: int, text: str, separator: Optional[str]) -> str:
    """The JSON value that a text stands for, as far as the type goes; a text that is none of the type's becomes a string."""
    known = schema.types[type_id]
    if known.kind == "nullable":
        return to_json(schema, trim, known.of, text, separator)
    if known.kind == "bool" and text in ("true", "false"):
        return text
    if known.kind in ("int", "uint", "float") and numbers.is_number(text):
        return text
    if known.kind == "list":
        parts = [] if not text else text.split(separator) if separator else [text]
        items = (part.strip(" \t\n\x0c\r") if trim else part for part in parts)
        return "[" + ",".join(to_json(schema, trim, known.of, item, None) for item in items) + "]"
    return quote(text)


def expected_tags(schema: Schema, framing: Framing) -> str:
    """Which messages there are, in words."""
    own = (message for message in schema.messages if message.envelope == framing.envelope)
    return words.listed(
        quote(message.tag) if message.tag is not None else f"text that matches `{message.pattern.source if message.pattern else ''}`"
        for message in own
    )


def _headers(framing: Framing, text: bytes, start: int, end: int) -> Iterator[Header]:
    """The headers between two octets, in their order."""
    at = start
    while at < end:
        stop = text.find(b"\n", at, end)
        stop = end if stop < 0 else stop
        line = framing.content(text[at:stop])
        name = header_name(framing, line)
        if name is not None:
            value = line[len(name) + len(framing.separator) :]
            place = at + len(line) - len(value)
            if framing.trim:
                place = at + len(line) - len(value.lstrip(b" \t\n\x0c\r"))
                value = trimmed(value)
            yield Header(name.decode(), value.decode("utf-8", "replace"), place)
        at = stop + 1


def _start(framing: Framing, line: bytes, tag: List[str]) -> bool:
    """Reads a start line for its tag; whether it is of the declared form."""

    def each(part: Dict[str, Any], text: str, at: int) -> None:
        if "tag" in part:
            tag.append(text)

    try:
        read_start(framing, line, each)
    except Wrong:
        return False
    return True


def _odd(charset: str, body: bytes) -> Optional[int]:
    """The first octet that a body may not hold."""
    if charset == "utf8":
        return None
    at = body.translate(_ASCII if charset == "ascii" else _TEXT).find(1)
    return None if at < 0 else at


_BLANKS = (9, 10, 13)
_TEXT = bytes(0 if octet in _BLANKS or (octet >= 32 and octet != 127) else 1 for octet in range(256))
_ASCII = bytes(0 if octet in _BLANKS or 32 <= octet < 127 else 1 for octet in range(256))


def _declares(record: Type, one: str, other: str) -> bool:
    """Whether both names are those of one member."""
    if one == other:
        return True
    places = (record.by_name.get(one), record.by_name.get(other))
    return places[0] is not None and places[0] == places[1]


def _sorted(found: Sequence[Violation]) -> List[Violation]:
    """All violations, sorted; of those at one place that break one rule, the first."""
    kept: List[Violation] = []
    for violation in sorted(found, key=lambda violation: (violation.pointer.encode(), violation.rule)):
        if not kept or (kept[-1].pointer, kept[-1].rule) != (violation.pointer, violation.rule):
            kept.append(violation)
    return kept


def _refused(schema: Schema, framing: Framing, text: bytes, violations: Sequence[Violation]) -> Refused:
    line = text.split(b"\n", 1)[0].rstrip(b" \t\n\x0c\r")
    tags: List[str] = []
    tag: Optional[str] = None
    if len(line) <= framing.line and _is_utf8(line) and _start(framing, line, tags):
        tag = tags[0] if tags else None
    index = None if tag is None else schema.find("", tag)
    return Refused(violations, tag, None if index is None else schema.messages[index].name, len(text))


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
