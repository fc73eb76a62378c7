# @generated: comes with what ltpc writes for Python, and is the same for every protocol.
"""What a framing allows, in words, and where in a text something stands."""

from __future__ import annotations

from typing import Any, Dict, Optional, Tuple

from . import words
from .findings import Violation
from .scan import Framing, Wrong
from .schema import Schema


def position(text: bytes, at: int) -> Tuple[int, int]:
    """The line and the character of an octet, from 1."""
    before = text[:at]
    start = before.rfind(b"\n") + 1
    return before.count(b"\n") + 1, len(before[start:].decode("utf-8", "surrogateescape")) + 1


def unreadable(schema: Schema, framing: Framing, text: bytes, wrong: Wrong) -> Violation:
    """The violation of a text whose form is broken."""
    line, column = position(text, wrong.at)
    here = f"line {line}, column {column}"
    expected, actual = _words(schema, framing, text, wrong, here)
    pointer = (framing.length or "") if wrong.about == "length" else ""
    return Violation(pointer, wrong.rule, expected, actual, line, column)


def _words(schema: Schema, framing: Framing, text: bytes, wrong: Wrong, here: str) -> Tuple[str, str]:
    rule, length, limit = wrong.rule, framing.length or "", schema.limits.message
    character = _character(text, wrong.at)
    stands = f"the end at {here}" if character is None else f"`{words.shown(character)}` at {here}"
    if rule == "empty":
        return "a message", "nothing"
    if rule == "size":
        return f"at most {limit} octets", f"more, as shows at {here}"
    if rule == "line_size":
        return f"at most {framing.line} octets in a line", f"more at {here}"
    if rule == "headers":
        return f"at most {framing.most} headers", f"one more at {here}"
    if rule == "start":
        return _form(schema, framing), stands
    if rule == "header":
        return f"a header (a name, `{framing.separator}` and a value)", f"`{words.shorten(_line(text, wrong.at))}` at {here}"
    if rule == "marker":
        return _marker((framing.marker or "") if wrong.about == "body_end" else framing.until), stands
    if rule == "length_mismatch":
        expected = f"the line `{framing.marker or ''}` behind {wrong.declared} octets of body, as {length} says"
        return expected, "something else there" if wrong.actual is None else f"it behind {wrong.actual} octets"
    if rule == "truncated" and wrong.about == "lengths":
        return f"{wrong.declared} octets of body, as {length} says", stands
    if rule == "trailing":
        return "nothing behind the message", stands
    if rule == "duplicate":
        return "a header that stands once", f"another at {here}"
    if rule == "required":
        return "the number of the body's octets", "nothing"
    if rule == "number":
        return "a number of octets, in digits", f"`{words.shorten(_line(text, wrong.at))}` at {here}"
    if rule == "charset":
        if _in_head(framing, text, wrong.at):
            return "printable ASCII in the head", stands
        return "printable ASCII" if framing.charset == "ascii" else "text without control characters", stands
    return "UTF-8", f"something else at {here}"


def _form(schema: Schema, framing: Framing) -> str:
    """The start line's form, such as ``GET <target> HTTP/1.1``."""
    members = schema.envelopes[framing.envelope].members

    def part(of: Dict[str, Any]) -> str:
        if "text" in of:
            return str(of["text"])
        return f"<{members[of['member']].name}>" if "member" in of else "<message>"

    return "`" + "".join(part(of) for of in framing.start) + "`"


def _marker(line: str) -> str:
    return f"the line `{line}`" if line else "a blank line behind the headers"


def _character(text: bytes, at: int) -> Optional[str]:
    if at >= len(text):
        return None
    return text[at : at + 4].decode("utf-8", "replace")[0]


def _line(text: bytes, at: int) -> str:
    """What stands from there to the end of the line."""
    rest = text[at:].split(b"\n", 1)[0].split(b"\r", 1)[0]
    try:
        return rest.decode("utf-8")
    except UnicodeDecodeError:
        return ""


def _in_head(framing: Framing, text: bytes, at: int) -> bool:
    """Whether an octet stands in the head, as far as there is one."""
    until = framing.until.encode()
    whole = text[:at].split(b"\n")[1:-1]
    return not any(line.rstrip(b" \t\x0c\r") == until for line in whole)
