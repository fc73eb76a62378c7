# @generated: comes with what ltpc writes for Python, and is the same for every protocol.
"""What a schema allows, in words, and what is said of a refusal."""

from __future__ import annotations

from typing import Iterable, List, Optional, Sequence

from . import numbers
from .values import quote

_NAMED = 20
_SHOWN = 64


def listed(texts: Iterable[str]) -> str:
    """``one of a, b``; of many only the first are named."""
    named = list(texts)
    if len(named) == 1:
        return named[0]
    if len(named) > _NAMED:
        named = named[:_NAMED] + ["..."]
    return "one of " + ", ".join(named)


def one_of(texts: Iterable[str]) -> str:
    return listed([quote(text) for text in texts])


def length(least: int, most: Optional[int], one: str) -> str:
    def plural(count: int) -> str:
        return one if count == 1 else one + "s"

    if least == most:
        return f"{least} {plural(least)}"
    if most is None:
        return f"at least {least} {plural(least)}"
    if least == 0:
        return f"at most {most} {plural(most)}"
    return f"{least} ..= {most} {plural(most)}"


def count(number: int, one: str) -> str:
    return length(number, number, one)


def integers(ranges: Sequence[Sequence[int]]) -> str:
    parts = [str(start) if start == end else f"{start} ..= {end}" for start, end in ranges]
    return "an integer in " + " | ".join(parts)


def floats(ranges: Sequence[Sequence[Optional[float]]]) -> str:
    def one(value: Optional[float]) -> str:
        return "" if value is None else numbers.write_float(value)

    parts: List[str] = []
    for start, end, included in ranges:
        if start == end and start is not None:
            parts.append(one(start))
        else:
            parts.append(f"{one(start)} {'..=' if included else '..'} {one(end)}".strip())
    return "a number in " + " | ".join(parts)


def shorten(text: str) -> str:
    """At most 64 characters; what is longer ends in an ellipsis."""
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"


def shown(character: str) -> str:
    """A character as it can be printed."""
    known = {"\0": "\\0", "\t": "\\t", "\r": "\\r", "\n": "\\n", "'": "\\'", '"': '\\"', "\\": "\\\\"}
    if character in known:
        return known[character]
    return character if character.isprintable() else f"\\u{{{ord(character):x}}}"
