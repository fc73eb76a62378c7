# @generated: comes with what ltpc writes for Python, and is the same for every protocol.
"""What is wrong, and where: violations with JSON pointers, and a bound on how many there can be."""

from __future__ import annotations

from typing import Dict, List, NamedTuple, Optional, Sequence, Union

from .words import shorten

_MOST = 1_000
_MOST_OCTETS = 1 << 20


class Violation(NamedTuple):
    """One thing that is wrong with a message."""

    pointer: str
    """Where: a JSON pointer (RFC 6901), or a header's name."""
    rule: str
    """The rule's stable name, such as ``required``."""
    expected: str
    """What the schema allows, in words."""
    actual: str
    """What stood there, shortened to 64 characters."""
    line: Optional[int] = None
    """Of framed text: the line, from 1."""
    column: Optional[int] = None
    """Of framed text: the character in the line, from 1."""

    def __str__(self) -> str:
        space = " " if self.pointer else ""
        return f"{self.pointer}{space}({self.rule}): expected {self.expected}, got {self.actual}"


class Refused(Exception):
    """Something is no message, with all that is wrong with it."""

    def __init__(self, violations: Sequence[Violation], tag: Optional[str] = None, message: Optional[str] = None, size: int = 0, readable: Optional[Dict[str, Union[str, int]]] = None) -> None:
        super().__init__(violations)
        self.violations: Sequence[Violation] = tuple(violations)
        """All that is wrong, sorted by pointer and rule; never empty."""
        self.tag = tag
        """What the tag member said, if it could be read."""
        self.message = message
        """The schema's name of the message that the tag names."""
        self.size = size
        """The octets of what arrived."""
        self.readable: Dict[str, Union[str, int]] = readable or {}
        """What could be read of it all the same: short texts and unsigned integers of the outermost two objects, by JSON pointer."""

    def __str__(self) -> str:
        what = self.message or "what arrived"
        return f"{what} does not conform; " + "; ".join(str(violation) for violation in self.violations)


class Findings:
    """The violations found so far, and the place that is looked at."""

    __slots__ = ("found", "octets", "path")

    def __init__(self) -> None:
        self.found: List[Violation] = []
        self.octets = 0
        self.path: List[str] = []

    @property
    def full(self) -> bool:
        return len(self.found) >= _MOST or self.octets >= _MOST_OCTETS

    def enter(self, name: str) -> None:
        self.path.append("/" + name.replace("~", "~0").replace("/", "~1"))

    def enter_item(self, index: int) -> None:
        self.path.append(f"/{index}")

    def leave(self) -> None:
        self.path.pop()

    def note(self, rule: str, expected: str, actual: str) -> None:
        if not self.full:
            pointer = "".join(self.path)
            self.octets += len(pointer.encode())
            self.found.append(Violation(pointer, rule, expected, shorten(actual)))

    def note_at(self, name: str, rule: str, expected: str, actual: str) -> None:
        self.enter(name)
        self.note(rule, expected, actual)
        self.leave()

    def finish(self) -> List[Violation]:
        """All violations, sorted; of those at one place that break one rule, the first."""
        kept: List[Violation] = []
        for violation in sorted(self.found, key=lambda found: (found.pointer.encode(), found.rule)):
            if not kept or (kept[-1].pointer, kept[-1].rule) != (violation.pointer, violation.rule):
                kept.append(violation)
        return kept
