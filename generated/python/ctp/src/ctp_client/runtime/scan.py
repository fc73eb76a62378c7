# @generated: comes with what ltpc writes for Python, and is the same for every protocol.
"""The form of framed text, octet by octet: one scan that can stop wherever octets run out and go on when more have come."""

from __future__ import annotations

import re
from typing import Any, Callable, Dict, List, NamedTuple, Optional, Tuple, Union

MORE, PAUSE, NOTHING = range(3)
"""What comes behind the octets that are there: perhaps more, nothing for a while, nothing."""

Octets = Union[bytes, bytearray]

_NOT_IN_LINE = re.compile(rb"[^\x20-\x7e\t]")
_TOKEN = re.compile(rb"[A-Za-z0-9!#-'*+\-.^-`|~]*")
_BLANKS = b" \t\n\x0c\r"
_UINT = (1 << 64) - 1


class Framing:
    """How messages stand as text."""

    def __init__(self, table: Dict[str, Any]) -> None:
        self.envelope: int = table["envelope"]
        self.newline: str = table["newline"]
        self.reads_lf: bool = table["reads_lf"]
        self.reads_crlf: bool = table["reads_crlf"]
        self.start: List[Dict[str, Any]] = table["start"]
        self.separator: str = table["separator"]
        self.insensitive: bool = table["insensitive"]
        self.trim: bool = table["trim"]
        self.unknown: str = table["unknown"]
        self.most: int = table["most"]
        self.lists: Dict[str, str] = dict(table["lists"])
        self.until: str = table["until"]
        self.has_body: bool = table["has_body"]
        self.length: Optional[str] = table["length"]
        self.marker: Optional[str] = table["marker"]
        self.strict: bool = table["strict"]
        self.charset: str = table["charset"]
        self.line: int = table["line"]

    def same(self, one: str, other: str) -> bool:
        """Whether two names are one header's."""
        return one == other or (self.insensitive and one.isascii() and one.lower() == other.lower())

    def content(self, line: bytes) -> bytes:
        """A line without its end; the LF is gone already."""
        return line[:-1] if self.reads_crlf and line.endswith(b"\r") else line


class Lengths(NamedTuple):
    """A declared length that the end marker contradicts."""

    declared: int
    """The octets that the header says."""
    actual: int
    """The octets before the first end marker."""


class Extent(NamedTuple):
    """Where the parts of a whole message stand: the line that ends the head, the body, and the end of it all."""

    head: int
    body: Tuple[int, int]
    end: int
    lengths: Optional[Lengths]


class Wrong(Exception):
    """What breaks the form: the rule, the octet, and which marker, length or header it is about."""

    def __init__(self, rule: str, at: int, about: str = "", declared: int = 0, actual: Optional[int] = None) -> None:
        super().__init__(rule, at)
        self.rule = rule
        self.at = at
        self.about = about
        self.declared = declared
        self.actual = actual


class Scan:
    """A scan of one message."""

    __slots__ = ("framing", "line", "seen", "lines", "length", "body", "marker")

    def __init__(self, framing: Framing) -> None:
        self.framing = framing
        # Where the line begins that is looked at, and where its end has not been looked for.
        self.line = 0
        self.seen = 0
        # Lines of the head so far.
        self.lines = 0
        # What the length's header says, and where.
        self.length: Optional[Tuple[int, int]] = None
        # Where the head's last line and the body begin.
        self.body: Optional[Tuple[int, int]] = None
        # The first end marker: where its line begins and where the next does.
        self.marker: Optional[Tuple[int, int]] = None

    def step(self, limit: int, strict: bool, octets: Octets, behind: int) -> Optional[Extent]:
        """Goes on with all octets of the message so far, of which a message has at most ``limit``.

        Gives nothing while more are needed. Raises :class:`Wrong`.
        """
        stop = min(len(octets), limit)
        # What is past the limit is no end of the text.
        found = self._go(limit, strict, octets, stop, MORE if stop < len(octets) else behind)
        if found is None and len(octets) > limit:
            raise Wrong("size", limit)
        return found

    def _go(self, limit: int, strict: bool, octets: Octets, stop: int, behind: int) -> Optional[Extent]:
        if self.body is None:
            self.body = self._head(octets, stop, behind)
            if self.body is None:
                if behind == NOTHING:
                    raise self._cut_off(octets, stop)
                return None
            self.line = self.seen = self.body[1]
        head, body = self.body
        framing = self.framing
        if not framing.has_body:
            return Extent(head, (body, body), body, None)
        if framing.marker is None:
            length, said = self.length or (0, body)
            if body + length > limit:
                raise Wrong("size", said)
            if stop >= body + length:
                return Extent(head, (body, body + length), body + length, None)
            if behind == NOTHING:
                raise Wrong("truncated", stop, "lengths", length)
            return None
        marker = framing.marker.encode()
        if self.length is None:
            return self._unmeasured(head, body, marker, strict, octets, stop, behind)
        return self._measured(head, body, marker, limit, strict, octets, stop, behind)

    def _unmeasured(
        self, head: int, body: int, marker: bytes, strict: bool, octets: Octets, stop: int, behind: int
    ) -> Optional[Extent]:
        """Where the body ends of which no length is declared."""
        found = self._first_marker(marker, octets, stop, behind)
        if found is None:
            if behind == NOTHING:
                raise Wrong("marker", stop, "body_end")
            return None
        end = self._before(octets, body, found[0])
        if strict and end > body and self.framing.length is not None:
            raise Wrong("required", head, "length")
        return Extent(head, (body, end), found[1], None)

    def _measured(
        self, head: int, body: int, marker: bytes, limit: int, strict: bool, octets: Octets, stop: int, behind: int
    ) -> Optional[Extent]:
        """Where the body ends of which a length is declared: there, if the marker stands behind it."""
        declared, said = self.length or (0, body)
        end, contradicted = body + declared, True
        if end <= limit:
            found, next_at = self._behind(marker, octets, stop, body, end, behind)
            if found == "yes":
                return Extent(head, (body, end), next_at, None)
            if found == "unknown":
                if behind == MORE or (behind == PAUSE and strict):
                    return None
                contradicted = False
        elif strict:
            raise Wrong("size", said)
        first = self._first_marker(marker, octets, stop, behind)
        if first is not None:
            ends = self._before(octets, body, first[0])
            if strict:
                raise Wrong("length_mismatch", said, "lengths", declared, ends - body)
            return Extent(head, (body, ends), first[1], Lengths(declared, ends - body))
        if contradicted and strict:
            raise Wrong("length_mismatch", said, "lengths", declared, None)
        if behind == NOTHING:
            raise Wrong("marker", stop, "body_end")
        return None

    def _head(self, octets: Octets, stop: int, behind: int) -> Optional[Tuple[int, int]]:
        """Reads lines of the head; gives the place of its last line and of the body."""
        framing = self.framing
        until, marker = framing.until.encode(), None if framing.marker is None else framing.marker.encode()
        while True:
            end = self._line_end(octets, stop)
            if end is None:
                break
            start = self.line
            text = framing.content(bytes(octets[start:end]))
            self.line = self.seen = end + 1
            self.lines += 1
            odd = _NOT_IN_LINE.search(text)
            if odd is not None:
                raise Wrong("charset", start + odd.start())
            # A line end of another kind than the framing reads.
            if not framing.reads_lf and start + len(text) == end:
                raise Wrong("charset", end)
            if self.lines == 1:
                _start_line(framing, text)
                continue
            if text == until:
                return start, end + 1
            if marker is not None and text == marker:
                raise Wrong("marker", start, "head_end")
            if self.lines > framing.most + 1:
                raise Wrong("headers", start)
            self._header(text, start)
        # A marker needs no line end where nothing comes behind it.
        last = octets[self.line : stop]
        ends = behind == NOTHING or (behind == PAUSE and not framing.has_body)
        return (self.line, stop) if ends and self.lines and last and last == until else None

    def _line_end(self, octets: Octets, stop: int) -> Optional[int]:
        """The place of the LF that ends the line; refuses as soon as the line is too long."""
        most = self.line + self.framing.line
        end = octets.find(b"\n", self.seen, stop)
        reached = stop if end < 0 else end
        carriage = self.framing.reads_crlf and reached == most + 1 and octets[most : most + 1] == b"\r"
        if reached > most + (1 if carriage else 0):
            raise Wrong("line_size", most)
        if end < 0:
            self.seen = stop
            return None
        return end

    def _header(self, text: bytes, at: int) -> None:
        """Looks at a header for its form, and for the length if it says it."""
        framing = self.framing
        name = header_name(framing, text)
        if name is None:
            raise Wrong("header", at)
        if framing.length is None or not framing.same(framing.length, name.decode()):
            return
        value = text[len(name) + len(framing.separator) :]
        place = at + len(text) - len(value)
        if framing.trim:
            place = at + len(text) - len(value.lstrip(_BLANKS))
            value = value.strip(_BLANKS)
        if self.length is not None:
            raise Wrong("duplicate", place, "length")
        length = digits(value)
        if length is None:
            raise Wrong("number", place, "length")
        self.length = (length, place)

    def _cut_off(self, octets: Octets, stop: int) -> Wrong:
        """What a text breaks that ends in its head."""
        if self.lines == 0:
            try:
                _start_line(self.framing, bytes(octets[:stop]))
            except Wrong as wrong:
                return wrong
        return Wrong("marker", stop, "head_end")

    def _first_marker(self, marker: bytes, octets: Octets, stop: int, behind: int) -> Optional[Tuple[int, int]]:
        """The first line of the body that is the marker."""
        while self.marker is None:
            end = octets.find(b"\n", self.seen, stop)
            if end < 0:
                self.seen = stop
                return (self.line, stop) if behind != MORE and octets[self.line : stop] == marker else None
            line = octets[self.line : end]
            if (self.framing.reads_crlf and line == marker + b"\r") or (self.framing.reads_lf and line == marker):
                self.marker = (self.line, end + 1)
            self.line = self.seen = end + 1
        return self.marker

    def _before(self, octets: Octets, body: int, marker: int) -> int:
        """Where a body ends whose marker's line begins there: before the line end."""
        if marker == body:
            return body
        return body + len(self.framing.content(bytes(octets[body : marker - 1])))

    def _behind(self, marker: bytes, octets: Octets, stop: int, body: int, end: int, behind: int) -> Tuple[str, int]:
        """Whether the marker stands behind a body that ends there, and the place behind its line."""
        if end > stop:
            return "unknown", 0
        framing, partly = self.framing, False
        for line_end, read in ((b"\n", framing.reads_lf), (b"\r\n", framing.reads_crlf), (b"", end == body)):
            if not read:
                continue
            wanted = line_end + marker
            stands = bytes(octets[end : min(end + len(wanted) + 2, stop)])
            if not stands.startswith(wanted):
                partly = partly or wanted.startswith(stands)
                continue
            rest, whole = stands[len(wanted) :], end + len(wanted)
            if not rest and behind != MORE:
                return "yes", stop
            if rest.startswith(b"\n") and framing.reads_lf:
                return "yes", whole + 1
            if rest.startswith(b"\r\n") and framing.reads_crlf:
                return "yes", whole + 2
            if not rest or (rest == b"\r" and framing.reads_crlf and behind != NOTHING):
                partly = True
        return ("unknown" if partly else "no"), 0


def header_name(framing: Framing, line: bytes) -> Optional[bytes]:
    """The name that a line of the head begins with, if it is a header."""
    match = _TOKEN.match(line)
    name, separator = match.group() if match else b"", framing.separator.encode()
    cut = name.find(separator[:1])
    name = name if cut < 0 else name[:cut]
    return name if name and line.startswith(separator, len(name)) else None


def read_start(framing: Framing, line: bytes, each: Callable[[Dict[str, Any], str, int], None]) -> None:
    """Reads the start line: gives each part that is no literal, with its text and the octet at which that begins.

    Raises :class:`Wrong` at the octet at which the line is of another form.
    """
    at, parts = 0, framing.start
    for index, part in enumerate(parts):
        if "text" in part:
            literal = part["text"].encode()
            if not line.startswith(literal, at):
                same = 0
                while same < len(literal) and line[at + same : at + same + 1] == literal[same : same + 1]:
                    same += 1
                raise Wrong("start", at + same)
            at += len(literal)
            continue
        end = len(line)
        if index + 1 < len(parts) and "text" in parts[index + 1]:
            end = line.find(parts[index + 1]["text"].encode(), at)
            if end < 0:
                raise Wrong("start", len(line))
        if end == at:
            raise Wrong("start", at)
        each(part, line[at:end].decode("utf-8", "replace"), at)
        at = end
    if at < len(line):
        raise Wrong("start", at)


def digits(text: bytes) -> Optional[int]:
    """A number in decimal digits alone, without leading zeros, so that no two readers can differ over it."""
    if not text.isdigit() or len(text) > 20 or (len(text) > 1 and text.startswith(b"0")):
        return None
    value = int(text)
    return value if value <= _UINT else None


def trimmed(text: bytes) -> bytes:
    """Without ASCII white space around it."""
    return text.strip(_BLANKS)


def _start_line(framing: Framing, line: bytes) -> None:
    """Looks at the start line for its form."""
    if not line.strip(_BLANKS):
        raise Wrong("empty", 0)
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        raise Wrong("start", 0) from None
    read_start(framing, line, lambda part, text, at: None)
