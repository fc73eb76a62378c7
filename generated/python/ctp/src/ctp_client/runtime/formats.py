# @generated: comes with what ltpc writes for Python, and is the same for every protocol.
"""Formats with a name: UUID and date-time."""

from __future__ import annotations

import re

_UUID = re.compile(r"[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}")
_DATETIME = re.compile(
    r"([0-9]{4})-([0-9]{2})-([0-9]{2})[Tt]([0-9]{2}):([0-9]{2}):([0-9]{2})(?:\.[0-9]+)?(?:[Zz]|([+-])([0-9]{2}):([0-9]{2}))"
)
_DAYS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def is_uuid(text: str) -> bool:
    """Whether the text is of RFC 9562's form, in either case."""
    return _UUID.fullmatch(text) is not None


def is_datetime(text: str) -> bool:
    """Whether the text is an RFC 3339 date and time with an offset; a leap second only as the last one of a UTC day."""
    match = _DATETIME.fullmatch(text)
    if match is None:
        return False
    year, month, day, hour, minute, second = (int(match.group(index)) for index in range(1, 7))
    if not 1 <= month <= 12:
        return False
    leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    if not 1 <= day <= _DAYS[month - 1] + (1 if leap and month == 2 else 0):
        return False
    east = 0
    if match.group(7):
        hours, minutes = int(match.group(8)), int(match.group(9))
        if hours > 23 or minutes > 59:
            return False
        east = (hours * 60 + minutes) * (-1 if match.group(7) == "-" else 1)
    last = (hour * 60 + minute - east) % 1440 == 1439
    return hour < 24 and minute < 60 and (second < 60 or (second == 60 and last))


def rfc3339(unix: int) -> str:
    """Milliseconds since the Unix epoch as RFC 3339 text in UTC."""
    days, of_day = divmod(min(unix, 253_402_300_799_999), 86_400_000)
    shifted = days + 719_468
    era, of_era = divmod(shifted, 146_097)
    year = (of_era - of_era // 1_460 + of_era // 36_524 - of_era // 146_096) // 365
    of_year = of_era - (365 * year + year // 4 - year // 100)
    shifted_month = (5 * of_year + 2) // 153
    day = of_year - (153 * shifted_month + 2) // 5 + 1
    month = shifted_month + 3 if shifted_month < 10 else shifted_month - 9
    year = era * 400 + year + (1 if month <= 2 else 0)
    clock = f"{of_day // 3_600_000:02}:{of_day // 60_000 % 60:02}:{of_day // 1_000 % 60:02}.{of_day % 1_000:03}"
    return f"{year:04}-{month:02}-{day:02}T{clock}Z"
