# @generated: comes with what ltpc writes for Python, and is the same for every protocol.
"""Values as the walk holds them.

``None``, ``bool``, ``int``, ``float``, ``str``, ``list`` and ``dict`` are what they are; two kinds keep their text.
"""

from __future__ import annotations

import json
from json.encoder import encode_basestring as _quote
from typing import Any, Dict, List, Optional, Sequence

from . import numbers

Value = Any
"""One of the above, :class:`Raw` or :class:`Number`."""


class Raw:
    """JSON text as it was received: of members typed ``json`` and ``object``, and of unknown members that are kept."""

    __slots__ = ("text",)

    def __init__(self, text: str) -> None:
        self.text = text

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Raw) and other.text == self.text

    def __hash__(self) -> int:
        return hash(self.text)

    def __repr__(self) -> str:
        return f"Raw({self.text!r})"


class Number:
    """A number of which no type is known yet: its text."""

    __slots__ = ("text",)

    def __init__(self, text: str) -> None:
        self.text = text

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Number) and other.text == self.text

    def __hash__(self) -> int:
        return hash(self.text)

    def __repr__(self) -> str:
        return f"Number({self.text!r})"


class Decoded:
    """A message as the walk reads it: its index, what the tag said, the envelope's members, and the body."""

    __slots__ = ("message", "tag", "envelope", "body", "lengths")

    def __init__(self, message: int, tag: str, envelope: Dict[str, Value], body: Value) -> None:
        self.message = message
        # Of framed text: lengths that disagree, which an advisory reader reports.
        self.lengths: Any = None
        self.tag = tag
        self.envelope = envelope
        self.body = body

    def member(self, base: str, path: Sequence[str]) -> Value:
        """What stands where a path leads in the ``envelope`` or the ``body``; none if nothing does."""
        return within(self.envelope if base == "envelope" else self.body, path)

    def __repr__(self) -> str:
        return f"Decoded({self.message}, {self.tag!r}, {self.envelope!r}, {self.body!r})"


def quote(text: str) -> str:
    """The text as a JSON string with the fewest escapes."""
    return _quote(text)


def write(value: Value, out: List[str]) -> None:
    """Appends the value as JSON text, knowing nothing of its type."""
    if value is None:
        out.append("null")
    elif value is True:
        out.append("true")
    elif value is False:
        out.append("false")
    elif isinstance(value, str):
        out.append(_quote(value))
    elif isinstance(value, int):
        out.append(str(value))
    elif isinstance(value, float):
        out.append(numbers.write_float(value))
    elif isinstance(value, Raw):
        out.append(value.text)
    elif isinstance(value, Number):
        out.append(value.text if numbers.is_number(value.text) else "null")
    elif isinstance(value, (list, tuple)):
        out.append("[")
        for index, item in enumerate(value):
            if index:
                out.append(",")
            write(item, out)
        out.append("]")
    else:
        out.append("{")
        for index, (name, item) in enumerate(value.items()):
            if index:
                out.append(",")
            out.append(_quote(name))
            out.append(":")
            write(item, out)
        out.append("}")


def text_of(value: Value) -> str:
    """The value's JSON text."""
    out: List[str] = []
    write(value, out)
    return "".join(out)


def plain(value: Value) -> Any:
    """The value as ordinary Python objects."""
    if isinstance(value, (Raw, Number)):
        return json.loads(value.text)
    if isinstance(value, list):
        return [plain(item) for item in value]
    if isinstance(value, dict):
        return {name: plain(item) for name, item in value.items()}
    return value


def within(value: Value, path: Sequence[str]) -> Value:
    """What stands where a path leads; none if nothing does."""
    for name in path:
        if not isinstance(value, dict) or name not in value:
            return None
        value = value[name]
    return value


def member(value: Value, name: str) -> Optional[Value]:
    """The member of an object, if it is one that has it."""
    return value.get(name) if isinstance(value, dict) else None
