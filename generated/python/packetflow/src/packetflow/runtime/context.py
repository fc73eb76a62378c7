# @generated: comes with what ltpc writes for Python, and is the same for every protocol.
"""What a step of a machine may know of the world."""

from __future__ import annotations

from .policy import Policy
from .timers import Entropy


class Context:
    """What a step may know of the world."""

    __slots__ = ("now", "unix", "entropy", "policy", "peer")

    def __init__(self, now: int, unix: int, entropy: Entropy, policy: Policy, peer: str = "") -> None:
        self.now = now
        """Milliseconds since a beginning that only this machine knows."""
        self.unix = unix
        """Milliseconds since the Unix epoch."""
        self.entropy = entropy
        self.policy = policy
        self.peer = peer
        """The host at the transport's other end."""
