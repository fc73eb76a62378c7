# @generated: comes with what ltpc writes for Python, and is the same for every protocol.
"""Accepting and writing messages fast: by structs whose constraints `msgspec` has compiled. It says only yes or no, and agrees with the walk.

What `msgspec` lets pass and the schema does not is found by counting. Every member of a text has a colon behind its name; whoever reads it and
holds fewer members than there are colons has met a name twice, or one that nothing declares, or a colon in a string. So a text is accepted only
if as many members were read as it can have. Everything else, such as long texts, other names of members, integers past 63 bits, or payloads of
an encoding, is the walk's affair.

What is written is checked where it stands; what would not stand there as the schema writes it is written by the tables.
"""

from __future__ import annotations

import re
from typing import Any, Callable, Dict, List, Mapping, Optional, Sequence, Union
from typing import Type as Class

import msgspec

from .fast_checks import No
from .fast_read import Accepting
from .fast_types import Annotations
from .fast_write import Giver, Giving, most
from .schema import Schema

Read = Callable[[Union[bytes, str]], Any]
"""Reads a frame: gives the message, or nothing: then the walk says why, or reads it."""

Write = Callable[[Any], Optional[str]]
"""Gives a message's text, if it conforms; nothing: then the walk says why, or writes it."""

_REFUSED = (No, AttributeError, TypeError, ValueError, OverflowError, msgspec.MsgspecError)
# A double without a fraction, as `msgspec` writes it.
_whole = re.compile(rb"([:,\[]-?[0-9]+)\.0(?=[,}\]])").sub


class Reader:
    """Reads and writes those messages of a schema that are as senders write them."""

    read: Read
    write: Write

    def __init__(
        self,
        schema: Schema,
        records: Mapping[int, Class[msgspec.Struct]],
        envelopes: Mapping[int, Class[msgspec.Struct]],
        messages: Sequence[Class[Any]],
    ) -> None:
        made: List[List[Class[Any]]] = []
        giving: Dict[Class[Any], Giving] = {}
        if schema.framed is None and len(schema.tag_names) == 1:
            annotations = Annotations(schema, records, envelopes)
            accepting, giver = Accepting(annotations, messages), Giver(annotations)
            annotations.names["whole"] = self._whole
            for index, message in enumerate(messages):
                wires = accepting.wires(index)
                give = giver.giving(wires, index) if wires else None
                if wires:
                    made.append(wires)
                if give is not None:
                    giving[message] = give
        self.read = _reading(made, most(schema.limits)) if made else _nothing
        self.write = _writing(giving) if giving else _nothing

    def _whole(self, text: bytes, message: Any) -> str:
        """The text without the fractions of doubles that have none; what was written otherwise says the same, or is written by the tables."""
        text = _whole(rb"\1", text)
        if self.read(text) != message:
            raise No
        return text.decode()


def _reading(made: List[List[Class[Any]]], most: int) -> Read:
    first, others = _decoders(made)

    def read(frame: Union[bytes, str]) -> Any:
        if type(frame) is not bytes and isinstance(frame, str):
            frame = frame.encode("utf-8", "surrogatepass")
        if len(frame) > most:
            return None
        try:
            return first(frame).accepted__(frame)
        except (msgspec.DecodeError, UnicodeDecodeError, No):
            if others is None:
                return None
        try:
            return others(frame).accepted__(frame)
        except (msgspec.DecodeError, UnicodeDecodeError, No):
            return None

    return read


def _writing(giving: Dict[Class[Any], Giving]) -> Write:
    giver = giving.get

    def write(message: Any) -> Optional[str]:
        give = giver(message.__class__)
        if give is None:
            return None
        try:
            return give(message)
        except _REFUSED:
            return None

    return write


def _decoders(made: List[List[Class[Any]]]) -> Any:
    """What reads any message, kinds of payloads told apart; and what reads those whose payloads are of no known kind."""
    first, others = (tuple(wires[at] for wires in made) for at in (-1, 0))
    decoder: Any = msgspec.json.Decoder(Union[first])
    return decoder.decode, None if first == others else msgspec.json.Decoder(Union[others]).decode


def _nothing(_: Any) -> Any:
    return None
