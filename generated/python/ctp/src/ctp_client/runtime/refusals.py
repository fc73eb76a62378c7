# @generated: comes with what ltpc writes for Python, and is the same for every protocol.
"""What can be told of a text that cannot be read: why, and which message it would have been."""

from __future__ import annotations

from typing import Dict, Optional, Tuple, Union

from . import numbers, tape as tapes, words
from .schema import Schema
from .tape import LIST, NUMBER, OBJECT, STRING, Node, Tape, Unreadable


def named(schema: Schema, octets: bytes, tape: Optional[Tape]) -> Tuple[Optional[str], Optional[str]]:
    """What the tag of a refused text says, and the message that it names: as far as it can be read."""
    if len(octets) > schema.limits.message:
        return None, None
    for name in schema.tag_names:
        tag = _found_text(schema, octets, tape, name)
        if tag is not None:
            found = schema.find(name, tag)
            return tag, None if found is None else schema.messages[found].name
    return None, None


def _found_text(schema: Schema, octets: bytes, tape: Optional[Tape], wanted: str) -> Optional[str]:
    if tape is None:
        return _peek(schema, octets, wanted)
    if tape.root.shape != OBJECT:
        return None
    for index, (name, value) in enumerate(zip(tape.root.names, tape.root.items)):
        if index >= schema.limits.members or name.count > schema.limits.string:
            return None
        if name.string == wanted:
            return value.string if value.shape == STRING and value.count <= schema.limits.string else None
        if not _passable(schema, value):
            return None
    return None


def readable_of(schema: Schema, tape: Optional[Tape]) -> Dict[str, Union[str, int]]:
    """Short texts and unsigned integers of the outermost two objects, by JSON pointer; nothing, unless the text is within limits."""
    said: Dict[str, Union[str, int]] = {}
    if tape is not None and _passable(schema, tape.root):
        _gather(tape, tape.root, "", True, said)
    return said


_MOST_READ, _LONGEST_READ = 64, 256


def _gather(tape: Tape, node: Node, above: str, deeper: bool, said: Dict[str, Union[str, int]]) -> None:
    for name, value in zip(node.names, node.items):
        if len(said) >= _MOST_READ or name.count > _LONGEST_READ:
            return
        pointer = f"{above}/{name.string.replace('~', '~0').replace('/', '~1')}"
        if value.shape == STRING and value.count <= _LONGEST_READ:
            said[pointer] = value.string
        elif value.shape == NUMBER and value.integer:
            number = numbers.unsigned(tape.raw(value))
            if number is not None:
                said[pointer] = number
        elif deeper:
            _gather(tape, value, pointer, False, said)


def _passable(schema: Schema, node: Node) -> bool:
    """Whether a reader that passes over the value finds nothing wrong with it."""
    if node.shape == STRING:
        return node.count <= schema.limits.string
    if node.shape == LIST:
        return node.count <= schema.limits.list and all(_passable(schema, item) for item in node.items)
    if node.shape == OBJECT:
        names = [name.string for name in node.names]
        return (
            node.count <= schema.limits.members
            and len(set(names)) == len(names)
            and all(name.count <= schema.limits.string for name in node.names)
            and all(_passable(schema, item) for item in node.items)
        )
    return True


def _peek(schema: Schema, octets: bytes, wanted: str) -> Optional[str]:
    """The tag of a text that is broken behind it: members are read one by one up to it."""
    try:
        text = octets.decode("utf-8")
    except UnicodeDecodeError:
        return None
    return tapes.find_string(text, wanted, schema.limits, lambda node: _passable(schema, node))


def unreadable(refused: Unreadable, octets: bytes, schema: Schema) -> Tuple[str, str]:
    """What makes a whole text unreadable, in words: what was expected, and what stood there."""
    at = refused.at
    if refused.rule == "size":
        return f"at most {schema.limits.message} octets", f"{len(octets)} octets"
    if refused.rule == "utf8":
        return "UTF-8", f"something else at octet {at}"
    if refused.rule == "surrogate":
        return "whole surrogate pairs", f"half a pair at octet {at}"
    if refused.rule == "depth":
        return f"at most {schema.limits.depth} nested objects and lists", f"one more at octet {at}"
    rest = octets[at : at + 4].decode("utf-8", "ignore")
    return "JSON", f"`{words.shown(rest[0])}` at octet {at}" if rest else f"the end at octet {at}"
