# @generated: comes with what ltpc writes for Python, and is the same for every protocol.
"""Writing messages and values in their canonical text."""

from __future__ import annotations

from typing import Dict, List, Optional, Sequence

from . import numbers
from .schema import Member, Schema, Type
from .table import table
from .values import Decoded, Number, Raw, Value, quote, text_of, write
from .walk import default_text

Members = Dict[str, Value]


def encode(schema: Schema, decoded: Decoded) -> str:
    """The message's text. What does not conform is written as the JSON that it is."""
    message = schema.messages[decoded.message]
    envelope = schema.envelopes[message.envelope]
    writer = _Writer(schema)
    members: Members = dict(decoded.envelope)
    for member in envelope.members:
        encoding = said(member, members) or "json"
        if encoding == "toon" and not writer.has_tables(message.body, decoded.body, member.name, [0]):
            _say_json(member, members)
            encoding = "json"
        writer.encodings[member.name] = encoding
    out: List[str] = ["{", quote(envelope.tag), ":", quote(decoded.tag)]
    writer.declared(envelope.members[: envelope.position], members, out)
    if envelope.body is not None:
        _name(envelope.body, out)
        writer.value(message.body, decoded.body, out)
    else:
        body = decoded.body
        if schema.types[message.body].kind == "record" and isinstance(body, dict):
            writer.record(schema.types[message.body], body, out)
        elif isinstance(body, dict):
            for name, value in body.items():
                _name(name, out)
                write(value, out)
        elif isinstance(body, Raw):
            inner = body.text.strip(" \n\r\t")[1:-1]
            if inner.strip(" \n\r\t"):
                out.append(",")
                out.append(inner)
    writer.declared(envelope.members[envelope.position :], members, out)
    out.append("}")
    return "".join(out)


def encode_value(schema: Schema, type_id: int, value: Value) -> str:
    """The text of one value of a type."""
    out: List[str] = []
    _Writer(schema).value(type_id, value, out)
    return "".join(out)


def said(member: Member, members: Members) -> Optional[str]:
    """The text of a member, or of its default."""
    if member.name in members:
        value = members[member.name]
        return value if isinstance(value, str) else None
    return default_text(member)


class _Writer:
    def __init__(self, schema: Schema) -> None:
        self.schema = schema
        self.encodings: Dict[str, str] = {}

    def value(self, type_id: int, value: Value, out: List[str]) -> None:
        known = self.schema.types[type_id]
        kind = known.kind
        if kind == "nullable":
            self.value(known.of, value, out)
        elif isinstance(value, Number) and numbers.is_number(value.text) and kind in ("int", "float"):
            out.append(_canonical(kind, value.text))
        elif kind == "float" and isinstance(value, int) and not isinstance(value, bool):
            out.append(_canonical(kind, str(value)))
        elif kind == "string" and known.format == "uuid" and isinstance(value, str):
            out.append(quote(value.lower() if value.isascii() else value))
        elif kind == "list" and isinstance(value, (list, tuple)):
            out.append("[")
            for index, item in enumerate(value):
                if index:
                    out.append(",")
                self.value(known.of, item, out)
            out.append("]")
        elif kind == "map" and isinstance(value, dict):
            out.append("{")
            for name, item in value.items():
                _name(name, out)
                self.value(known.of, item, out)
            out.append("}")
        elif kind == "record" and isinstance(value, dict):
            out.append("{")
            self.record(known, value, out)
            out.append("}")
        elif kind == "union" and isinstance(value, dict) and value.get(known.tag) in known.cases:
            tag = value[known.tag]
            record = self.schema.types[known.cases[tag]]
            out += ["{", quote(known.tag), ":", quote(tag)]
            self.declared(record.members, value, out)
            if record.open:
                _kept(record.members, value, out, known.tag)
            out.append("}")
        else:
            write(value, out)

    def record(self, known: Type, members: Members, out: List[str]) -> None:
        self.declared(known.members, members, out)
        if known.open:
            _kept(known.members, members, out, None)

    def declared(self, declared: Sequence[Member], members: Members, out: List[str]) -> None:
        members = self.patched(declared, members)
        for member in declared:
            if member.name not in members:
                if member.default is not None and member.always:
                    _name(member.name, out)
                    out.append(member.default)
                continue
            value = members[member.name]
            start = len(out)
            _name(member.name, out)
            written = len(out)
            payload = self.schema.payload(member.type)
            if payload is not None:
                self.payload(payload, value, declared, members, out)
            else:
                self.value(member.type, value, out)
            if member.default is not None and not member.always and "".join(out[written:]) == member.default:
                del out[start:]

    def patched(self, declared: Sequence[Member], members: Members) -> Members:
        """The members, those that name an encoding corrected where a payload cannot be written in it."""
        for member in declared:
            payload = self.schema.payload(member.type)
            if payload is None or payload.encoding is None or payload.encoding_in_envelope:
                continue
            naming = next((other for other in declared if other.name == payload.encoding), None)
            if naming is None or said(naming, members) != "toon":
                continue
            if member.name in members and self.document(payload, members[member.name], declared, members) is None:
                members = dict(members)
                _say_json(naming, members)
        return members

    def payload(self, payload: Type, value: Value, declared: Sequence[Member], members: Members, out: List[str]) -> None:
        encoding: Optional[str] = "json"
        if payload.encoding is not None:
            if payload.encoding_in_envelope:
                encoding = self.encodings.get(payload.encoding, "json")
            else:
                naming = next((other for other in declared if other.name == payload.encoding), None)
                encoding = said(naming, members) if naming else None
        if encoding == "toon" and value is not None:
            document = self.document(payload, value, declared, members)
            if document is not None:
                out.append(quote(document))
                return
        known = _kind(payload, declared, members)
        if known is None:
            write(value, out)
        else:
            self.value(known, value, out)

    def document(self, payload: Type, value: Value, declared: Sequence[Member], members: Members) -> Optional[str]:
        """The TOON document of a payload, if it has one that we write."""
        if value is None:
            return ""
        known = _kind(payload, declared, members)
        if known is None:
            return value if isinstance(value, str) else None
        of = self.schema.types[known]
        if of.kind != "list" or not isinstance(value, (list, tuple)):
            return None
        out: List[str] = []
        self.value(known, value, out)
        return table(of.toon_key, "".join(out))

    def has_tables(self, type_id: int, value: Value, naming: str, payloads: List[int]) -> bool:
        """Whether each payload whose encoding stands in an envelope's member has a TOON document; counts them."""
        known = self.schema.types[type_id]
        if known.kind == "nullable":
            return self.has_tables(known.of, value, naming, payloads)
        if known.kind == "list" and isinstance(value, (list, tuple)):
            return all(self.has_tables(known.of, item, naming, payloads) for item in value)
        if known.kind == "map" and isinstance(value, dict):
            return all(self.has_tables(known.of, item, naming, payloads) for item in value.values())
        if known.kind == "union" and isinstance(value, dict) and value.get(known.tag) in known.cases:
            known = self.schema.types[known.cases[value[known.tag]]]
        if known.kind != "record" or not isinstance(value, dict):
            return True
        for member in known.members:
            if member.name not in value:
                continue
            payload = self.schema.payload(member.type)
            if payload is None:
                if not self.has_tables(member.type, value[member.name], naming, payloads):
                    return False
            elif payload.encoding_in_envelope and payload.encoding == naming:
                payloads[0] += 1
                if self.document(payload, value[member.name], known.members, value) is None:
                    return False
        return True


def _canonical(kind: str, text: str) -> str:
    if kind == "float":
        value = numbers.double(text)
        return text if value is None else numbers.write_float(value)
    integer = None if set(text) & set(".eE") else numbers.signed(text)
    return text if integer is None else str(integer)


def _name(name: str, out: List[str]) -> None:
    if out[-1] != "{":
        out.append(",")
    out.append(quote(name))
    out.append(":")


def _kept(declared: Sequence[Member], members: Members, out: List[str], tag: Optional[str]) -> None:
    known = {member.name for member in declared}
    for name, value in members.items():
        if name not in known and name != tag:
            _name(name, out)
            write(value, out)


def _kind(payload: Type, declared: Sequence[Member], members: Members) -> Optional[int]:
    naming = next((member for member in declared if member.name == payload.kind_member), None)
    kind = said(naming, members) if naming else None
    return None if kind is None else payload.cases.get(kind)


def _say_json(member: Member, members: Members) -> None:
    """Makes the member that names an encoding say JSON: by being absent where it can."""
    members.pop(member.name, None)
    if not member.optional:
        members[member.name] = "json"


__all__ = ["encode", "encode_value", "said", "text_of"]
