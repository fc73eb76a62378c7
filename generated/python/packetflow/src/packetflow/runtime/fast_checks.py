# @generated: comes with what ltpc writes for Python, and is the same for every protocol.
"""What compiled readers and writers ask of values that `msgspec` does not look into."""

from __future__ import annotations

import re
from typing import Any, Set

CONTAINERS = frozenset((dict, list))
"""The types of values that hold others."""

SCALARS = frozenset((str, int, bool, type(None)))
"""The types of values that are written alike by everybody."""
_UUID = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}").fullmatch
minus_zero = re.compile(rb"-0[,\]} \t\n\r]").search
"""Where in a text there may be an integer 0 with a sign, which `msgspec` forgets."""


class Unsupported(Exception):
    """A type that only the walk reads."""


class No(Exception):
    """The walk is to look at the message."""


known_uuids: Set[str] = set()
"""Those of a connection come again and again."""


def is_uuid(text: str) -> bool:
    """Whether a text is a UUID in lower case; remembers those that are."""
    if _UUID(text) is None:
        return False
    if len(known_uuids) >= 4096:
        known_uuids.clear()
    known_uuids.add(text)
    return True


def count(value: Any, left: int, frame: bytes) -> int:
    """The members of objects in an object or list of a frame, of whose objects and lists so many may be nested."""
    members, inner = 0, value
    if value.__class__ is dict:
        members, inner = len(value), value.values()
    if left <= 0:
        raise No
    for item in inner:
        if item.__class__ in CONTAINERS:
            members += count(item, left - 1, frame)
        elif not item and minus_zero(frame):
            raise No
    return members


def carried(value: Any, left: int) -> None:
    """Whether a value is JSON that `msgspec` writes as the schema does, with at most so many objects and lists nested; raises :class:`No`."""
    kind = value.__class__
    if kind is dict:
        if left <= 0:
            raise No
        for name, item in value.items():
            if name.__class__ is not str:
                raise No
            if item.__class__ not in SCALARS:
                carried(item, left - 1)
    elif kind is list:
        if left <= 0:
            raise No
        for item in value:
            if item.__class__ not in SCALARS:
                carried(item, left - 1)
    elif kind is float:
        if not -1e308 <= value <= 1e308:
            raise No
    elif kind not in SCALARS:
        raise No


def agrees(frame: bytes, members: int, colons: int) -> bool:
    """Whether a text with so many colons holds no more than so many members.

    Where no white space stands before a colon, those behind a quotation mark are enough.
    """
    spaced = b" :" in frame or b"\t:" in frame or b"\n:" in frame or b"\r:" in frame
    return members < colons and not spaced and members == frame.count(b'":')
