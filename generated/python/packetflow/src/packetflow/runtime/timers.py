# @generated: comes with what ltpc writes for Python, and is the same for every protocol.
"""What runs by time, and where randomness comes from. All times are in milliseconds, and arguments."""

from __future__ import annotations

import secrets
from collections import deque
from typing import Any, Deque, Dict, Optional, Protocol, Set

_U64 = (1 << 64) - 1


class Entropy(Protocol):
    """Where randomness comes from."""

    def next_u32(self) -> int:
        """32 random bits."""
        ...


class SystemEntropy:
    """The operating system's randomness."""

    def next_u32(self) -> int:
        return secrets.randbits(32)


class SplitMix64:
    """The generator of scripts: the same seed gives the same numbers in every language."""

    def __init__(self, seed: int) -> None:
        self.state = seed & _U64

    def next_u32(self) -> int:
        self.state = (self.state + 0x9E37_79B9_7F4A_7C15) & _U64
        z = self.state
        z = ((z ^ (z >> 30)) * 0xBF58_476D_1CE4_E5B9) & _U64
        z = ((z ^ (z >> 27)) * 0x94D0_49BB_1331_11EB) & _U64
        return (z ^ (z >> 31)) >> 32


def fresh_uuid(entropy: Entropy) -> str:
    """A UUIDv4: four draws."""
    octets = bytearray(b"".join(entropy.next_u32().to_bytes(4, "big") for _ in range(4)))
    octets[6] = octets[6] & 0x0F | 0x40
    octets[8] = octets[8] & 0x3F | 0x80
    digits = octets.hex()
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"


def fresh_hex(entropy: Entropy, prefix: str, digits: int) -> str:
    """Random hexadecimal digits behind a text: a draw for each eight."""
    drawn = "".join(f"{entropy.next_u32():08x}" for _ in range(0, digits, 8))
    return prefix + drawn[:digits]


class Timer:
    """One deadline. Arming it again replaces it."""

    __slots__ = ("due",)

    def __init__(self) -> None:
        self.due: Optional[int] = None

    def arm(self, now: int, at: int) -> None:
        self.due = at

    def disarm(self) -> None:
        self.due = None

    def deadline(self) -> Optional[int]:
        return self.due

    def take(self, now: int) -> None:
        self.due = None


class Interval(Timer):
    """What falls due again and again; where whole periods were missed, once for all of them."""

    __slots__ = ("period",)

    def __init__(self, now: int, period: int) -> None:
        super().__init__()
        self.period = max(period, 1)
        self.due = min(now + self.period, _U64)

    def take(self, now: int) -> None:
        following = min((self.due or 0) + self.period, _U64)
        self.due = min(now + self.period, _U64) if following <= now else following


class TimerQueue(Timer):
    """Deadlines that are met in the order in which they were set. Arming a full queue makes the oldest due at once."""

    __slots__ = ("capacity", "deadlines", "overdue", "since")

    def __init__(self, capacity: int) -> None:
        super().__init__()
        self.capacity = max(capacity, 1)
        self.deadlines: Deque[int] = deque()
        self.overdue = 0
        self.since = 0

    def arm(self, now: int, at: int) -> None:
        if len(self.deadlines) >= self.capacity:
            self.deadlines.popleft()
            if self.overdue == 0:
                self.since = now
            self.overdue += 1
        self.deadlines.append(at)

    def disarm(self) -> None:
        if self.overdue:
            self.overdue -= 1
        elif self.deadlines:
            self.deadlines.popleft()

    def deadline(self) -> Optional[int]:
        if self.overdue:
            return self.since
        return self.deadlines[0] if self.deadlines else None

    def take(self, now: int) -> None:
        self.disarm()


class Retry(Timer):
    """Pauses between tries: each longer than the one before, up to a cap, varied by chance."""

    __slots__ = ("plan", "used", "delay")

    def __init__(self, plan: Dict[str, Any]) -> None:
        super().__init__()
        self.plan = plan
        self.used = 0
        self.delay: int = int(plan["first"])

    def reset(self) -> None:
        self.used = 0
        self.delay = int(self.plan["first"])
        self.due = None

    def next(self, now: int, entropy: Entropy) -> bool:
        """Uses up one try and sets its time; whether there was one left."""
        plan, cap = self.plan, int(self.plan["cap"])
        if self.used >= plan["tries"]:
            return False
        delay = min(self.delay, cap)
        self.used += 1
        self.delay = min(delay * plan["factor"], _U64)
        if plan["jitter"]:
            spread = delay * plan["jitter"] // 100
            offset = (entropy.next_u32() * (2 * spread + 1)) >> 32
            delay = min(delay - spread + offset, cap)
        self.due = min(now + delay, _U64)
        return True


class Window:
    """The last texts of a member that must not repeat."""

    __slots__ = ("capacity", "order", "known")

    def __init__(self, capacity: int) -> None:
        self.capacity = capacity
        self.order: Deque[str] = deque()
        self.known: Set[str] = set()

    def insert(self, text: str) -> bool:
        """Whether the text is new; if so it is remembered."""
        if text in self.known:
            return False
        if self.capacity:
            if len(self.order) >= self.capacity:
                self.known.discard(self.order.popleft())
            self.order.append(text)
            self.known.add(text)
        return True

    def clear(self) -> None:
        self.order.clear()
        self.known.clear()
