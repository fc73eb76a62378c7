# @generated: comes with what ltpc writes for Python, and is the same for every protocol.
"""Cutting a stream of octets into the frames of framed text."""

from __future__ import annotations

from typing import NamedTuple, Optional

from .scan import MORE, NOTHING, PAUSE, Framing, Lengths, Scan, Wrong


class Frame(NamedTuple):
    """A whole message: its octets, and lengths that disagree, where the splitter is an advisory one."""

    octets: bytes
    lengths: Optional[Lengths]


class Broken(Exception):
    """Octets that no message can begin with, as many as are there."""

    def __init__(self, octets: bytes) -> None:
        super().__init__(octets)
        self.octets = octets


class Splitter:
    """Takes octets in pieces of any size and gives whole frames; the same octets give the same frames however they are cut.

    Never more is held than one message may have, beside what a single read brought. Line ends between messages are passed over. What
    breaks the form breaks the stream: there is no place to go on from.
    """

    def __init__(self, framing: Framing, limit: int, strict: Optional[bool] = None) -> None:
        self._framing = framing
        self._limit = limit
        self._strict = framing.strict if strict is None else strict
        self._held = bytearray()
        self._scan = Scan(framing)
        self._broken = False

    @property
    def pending(self) -> int:
        """Octets that no frame has been made of yet."""
        return len(self._held)

    def push(self, octets: bytes) -> None:
        """Takes octets."""
        self._held += octets

    def next(self) -> Optional[Frame]:
        """The next whole message; nothing: more octets are needed. Raises :class:`Broken`."""
        return self._cut(MORE)

    def pause(self) -> Optional[Frame]:
        """As :meth:`next`, when the peer has paused.

        A message is also whole whose end marker lacks only its line end, and, for an advisory reader, one whose declared length reaches
        past its end marker.
        """
        return self._cut(PAUSE)

    def finish(self) -> Optional[Frame]:
        """As :meth:`next`, when no more octets will come."""
        return self._cut(NOTHING)

    def _cut(self, behind: int) -> Optional[Frame]:
        held = self._held
        if self._scan.seen == 0:
            self._pass_over()
        if self._broken:
            raise Broken(bytes(held))
        if not held or (self._framing.reads_crlf and behind != NOTHING and held == b"\r"):
            return None
        try:
            extent = self._scan.step(self._limit, self._strict, held, behind)
        except Wrong:
            self._broken = True
            raise Broken(bytes(held)) from None
        if extent is None:
            return None
        frame = bytes(held[: extent.end])
        del held[: extent.end]
        self._scan = Scan(self._framing)
        return Frame(frame, extent.lengths)

    def _pass_over(self) -> None:
        """Passes over line ends before a message."""
        held = self._held
        while True:
            if self._framing.reads_lf and held.startswith(b"\n"):
                del held[:1]
            elif self._framing.reads_crlf and held.startswith(b"\r\n"):
                del held[:2]
            else:
                return
