# @generated: comes with what ltpc writes for Python, and is the same for every protocol.
"""JSON numbers: how they are told, read and written."""

from __future__ import annotations

import math
import re
from typing import Optional

_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?")

INT_MIN, INT_MAX, UINT_MAX = -(1 << 63), (1 << 63) - 1, (1 << 64) - 1


def is_number(text: str) -> bool:
    """Whether the whole text is a JSON number."""
    # `scan` takes leading zeros for numbers of their own, so that what follows them is refused; no grammar does more.
    return _NUMBER.fullmatch(text) is not None


def signed(raw: str) -> Optional[int]:
    """The integer that fits 64 bits with a sign."""
    value = int(raw) if len(raw) < 21 else None
    return value if value is not None and INT_MIN <= value <= INT_MAX else None


def unsigned(raw: str) -> Optional[int]:
    """The integer that fits 64 bits without a sign, of which there must be none."""
    if raw.startswith("-") or len(raw) > 20:
        return None
    value = int(raw)
    return value if value <= UINT_MAX else None


def double(raw: str) -> Optional[float]:
    """The nearest finite double."""
    value = float(raw)
    return value if math.isfinite(value) else None


def write_float(value: float) -> str:
    """ECMAScript's shortest form, except that ``-0`` keeps its sign."""
    if value == 0:
        return "-0" if math.copysign(1.0, value) < 0 else "0"
    if not math.isfinite(value):
        return "null"
    text = repr(value)
    sign = "-" if text[0] == "-" else ""
    text = text[1:] if sign else text
    mantissa, _, exponent = text.partition("e")
    whole, _, fraction = mantissa.partition(".")
    if fraction == "0":
        fraction = ""
    digits = (whole + fraction).lstrip("0")
    point = len(whole) + int(exponent or 0)
    if whole == "0":
        point -= 1 + len(fraction) - len(fraction.lstrip("0"))
    stripped = digits.rstrip("0")
    count = len(stripped)
    if count <= point <= 21:
        return sign + stripped + "0" * (point - count)
    if 0 < point <= 21:
        return f"{sign}{stripped[:point]}.{stripped[point:]}"
    if -6 < point <= 0:
        return f"{sign}0.{'0' * -point}{stripped}"
    power = point - 1
    tail = f".{stripped[1:]}" if count > 1 else ""
    return f"{sign}{stripped[0]}{tail}e{'+' if power > 0 else '-'}{abs(power)}"
