# @generated: comes with what ltpc writes for Python, and is the same for every protocol.
"""Writing framed text."""

from __future__ import annotations

import json
from typing import Dict, List, Optional, Sequence

from . import encode as encoding, framed, walk, words
from .findings import Refused, Violation
from .framed import BODY
from .scan import Framing
from .schema import Member, Schema
from .values import Decoded, Raw, Value, write

Members = Dict[str, Value]


def encode(schema: Schema, framing: Framing, decoded: Decoded) -> str:
    """The message's text. What does not conform is found by :func:`check`, not here; but no value breaks out of its line."""
    message = schema.messages[decoded.message]
    envelope, record = schema.envelopes[message.envelope], schema.types[message.body]
    out: List[str] = []
    for part in framing.start:
        if "text" in part:
            out.append(part["text"])
        elif "tag" in part:
            out.append(_line(decoded.tag))
        else:
            said = _said(schema, framing, envelope.members[part["member"]], decoded.envelope)
            out.append("" if said is None else _line(said))
    out.append(framing.newline)
    members: Members = decoded.body if isinstance(decoded.body, dict) else {}
    body: Optional[str] = None
    for member in record.members:
        if member.name == BODY:
            body = _said(schema, framing, member, members)
        else:
            text = _written(schema, framing, member, members)
            if text is not None:
                _header(framing, member.name, text, out)
    if framing.length is not None and body is not None:
        _header(framing, framing.length, str(len(body.encode("utf-8", "surrogatepass"))), out)
    declared = {member.name for member in record.members}
    for name, value in members.items():
        if name not in declared:
            _header(framing, name, text_of(schema, None, value, None), out)
    out += [framing.until, framing.newline]
    if framing.has_body:
        body = body or ""
        out.append(body)
        if framing.marker is not None:
            if body:
                out.append(framing.newline)
            out += [framing.marker, framing.newline]
    return "".join(out)


def check(schema: Schema, framing: Framing, decoded: Decoded) -> Sequence[Violation]:
    """Everything for which a receiver with the same schema would refuse the message, or read another."""
    text = encode(schema, framing, decoded)
    try:
        read = framed.decode(schema, text.encode("utf-8", "surrogatepass"), True)
    except Refused as refused:
        return refused.violations
    message = schema.messages[decoded.message]
    lost = _lost(schema, schema.envelopes[message.envelope].members, decoded.envelope, read.envelope, True)
    lost += _lost(schema, schema.types[message.body].members, decoded.body, read.body, False)
    return sorted(lost)


def text_of(schema: Schema, type_id: Optional[int], value: Value, separator: Optional[str]) -> str:
    """The text of a value of a type."""
    known = None if type_id is None else schema.types[type_id]
    if known is not None and known.kind == "nullable":
        return text_of(schema, known.of, value, separator)
    if isinstance(value, str):
        return value.lower() if known is not None and known.format == "uuid" and value.isascii() else value
    if known is not None and known.kind == "list" and isinstance(value, (list, tuple)):
        return (separator or "").join(text_of(schema, known.of, item, None) for item in value)
    if isinstance(value, Raw):
        parsed = json.loads(value.text)
        return parsed if isinstance(parsed, str) else value.text
    return _json(schema, type_id, value)


def _json(schema: Schema, type_id: Optional[int], value: Value) -> str:
    if type_id is not None:
        return encoding.encode_value(schema, type_id, value)
    out: List[str] = []
    write(value, out)
    return "".join(out)


def _said(schema: Schema, framing: Framing, member: Member, values: Members) -> Optional[str]:
    """The text of a member's value, or of its default."""
    if member.name in values:
        value = values[member.name]
    elif member.default is not None:
        value = walk.constant(schema, member.type, member.default)
    else:
        return None
    return text_of(schema, member.type, value, framing.lists.get(member.name))


def _written(schema: Schema, framing: Framing, member: Member, values: Members) -> Optional[str]:
    """The text of a member, if it is written."""
    if member.default is not None and not member.always:
        if member.name not in values or _json(schema, member.type, values[member.name]) == member.default:
            return None
    return _said(schema, framing, member, values)


def _header(framing: Framing, name: str, value: str, out: List[str]) -> None:
    space = " " if framing.trim and value else ""
    out.append(f"{_line(name)}{framing.separator}{space}{_line(value)}{framing.newline}")


def _line(text: str) -> str:
    """Text that stays in its line: a line end in it is written as a space."""
    return text.replace("\n", " ").replace("\r", " ")


def _lost(schema: Schema, declared: Sequence[Member], sent: Value, read: Value, is_start: bool) -> List[Violation]:
    """The values that are read as others than they were written from."""
    if not isinstance(sent, dict):
        return []
    types = {member.name: member.type for member in declared}
    lost: List[Violation] = []
    for name, value in sent.items():
        written = _json(schema, types.get(name), value)
        if not isinstance(read, dict) or name not in read or _json(schema, types.get(name), read[name]) != written:
            pointer = f"({name})" if is_start else name
            lost.append(Violation(pointer, "charset", "a value that its place in the text can hold", words.shorten(written)))
    return lost
