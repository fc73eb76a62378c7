# @generated: comes with what ltpc writes for Python, and is the same for every protocol.
"""Reading and writing messages, however they stand on the wire."""

from __future__ import annotations

from typing import Optional, Sequence, Union

from . import encode as encoding, framed, framed_encode, walk
from .findings import Refused, Violation
from .schema import Schema
from .values import Decoded


def decode(schema: Schema, frame: Union[bytes, str], strict: Optional[bool] = None) -> Decoded:
    """Reads and validates one message. Raises :class:`Refused` with everything that is wrong with it."""
    if schema.framed is None:
        return walk.decode(schema, frame)
    octets = frame.encode("utf-8", "surrogatepass") if isinstance(frame, str) else frame
    return framed.decode(schema, octets, strict)


def encode(schema: Schema, decoded: Decoded) -> str:
    """The message's canonical text. What does not conform is found by :func:`check`, not here."""
    if schema.framed is None:
        return encoding.encode(schema, decoded)
    return framed_encode.encode(schema, schema.framed, decoded)


def check(schema: Schema, decoded: Decoded) -> Sequence[Violation]:
    """Everything for which a receiver would refuse the message, or read another."""
    if schema.framed is not None:
        return framed_encode.check(schema, schema.framed, decoded)
    try:
        walk.decode(schema, encoding.encode(schema, decoded))
    except Refused as refused:
        return refused.violations
    return ()
