# @generated: comes with what ltpc writes for Python, and is the same for every protocol.
"""What a machine asks for."""

from __future__ import annotations

from typing import NamedTuple, Optional, Sequence, Union

from .findings import Refused, Violation
from .values import Decoded


class Connect(NamedTuple):
    """Open the transport."""


class Send(NamedTuple):
    """Send a message."""

    message: Decoded
    text: str


class Deliver(NamedTuple):
    """Hand a message to the application."""

    message: Decoded


class Answer(NamedTuple):
    """Hand the answer to a request that waited to who asked: a peer sent it, or the schema made it."""

    request: Decoded
    reply: Decoded


class Close(NamedTuple):
    """Close the transport in good order; ``closed`` follows."""

    reason: str


class Drop(NamedTuple):
    """Drop the transport at once; ``closed`` follows."""

    reason: str


class Enter(NamedTuple):
    """The machine entered a state."""

    state: str


class Store(NamedTuple):
    """Store a JSON object at a place, until a time in milliseconds since the Unix epoch."""

    space: str
    key: str
    value: str
    expires: Optional[int]


class Forget(NamedTuple):
    """Remove what is stored at a place."""

    space: str
    key: str


class Lookup(NamedTuple):
    """Look up what is stored at a place; ``found`` answers before anything else comes in."""

    space: str
    key: str


class NotNow(NamedTuple):
    """The application's call cannot be carried out: the state does not send this."""

    message: str
    state: str


class Full(NamedTuple):
    """The application's call cannot be carried out: so many requests wait already."""

    most: int


class Invalid(NamedTuple):
    """The application's call cannot be carried out: the message does not conform."""

    violations: Sequence[Violation]


class Unexpected(NamedTuple):
    """An input that the state does not handle, or says to report."""

    input: str
    state: str
    refused: Optional[Refused]


Action = Union[Connect, Send, Deliver, Answer, Close, Drop, Enter, Store, Forget, Lookup, NotNow, Full, Invalid, Unexpected]
