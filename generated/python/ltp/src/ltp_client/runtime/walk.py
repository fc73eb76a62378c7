# @generated: comes with what ltpc writes for Python, and is the same for every protocol.
"""Reading messages by the tables: accepts, or explains everything that is wrong."""

from __future__ import annotations

from typing import Optional, Tuple, Union

from . import tape as tapes, words
from .findings import Refused, Violation
from .refusals import named, readable_of, unreadable
from .schema import Envelope, Message, Schema, Type, places
from .tape import OBJECT, STRING, Tape, Unreadable
from .values import Decoded, Raw, Value, quote
from .walk_values import NOTHING, Members, Sorted, ValueWalk, constant, decode_value, default_text, encoding_of, kind_of, member_of

__all__ = ["Walk", "constant", "decode", "decode_value", "default_text", "kind_of"]


def decode(schema: Schema, frame: Union[bytes, str]) -> Decoded:
    """Reads and validates one message. Raises :class:`Refused` with everything that is wrong with it."""
    octets = frame.encode("utf-8", "surrogatepass") if isinstance(frame, str) else frame
    walk = Walk(schema)
    tape: Optional[Tape] = None
    decoded: Optional[Decoded] = None
    try:
        if len(octets) > schema.limits.message:
            raise Unreadable("size", schema.limits.message)
        try:
            text = octets.decode("utf-8")
        except UnicodeDecodeError as error:
            raise Unreadable("utf8", error.start) from None
        tape = tapes.parse(text, schema.limits.depth, schema.limits.list, schema.limits.members)
        decoded = walk.message(tape)
        violations = walk.findings.finish()
    except Unreadable as refused:
        violations = [Violation("", refused.rule, *unreadable(refused, octets, schema))]
    if decoded is not None and not violations:
        return decoded
    tag, name = named(schema, octets, tape)
    readable = readable_of(schema, tape) if len(octets) <= schema.limits.message else {}
    raise Refused(violations or [Violation("", "type", "a message", "another")], tag, name, len(octets), readable)


class Walk(ValueWalk):
    """A walk over a message."""

    def message(self, tape: Tape) -> Optional[Decoded]:
        """Reads a message: the tag names it, the envelope holds it."""
        root = tape.root
        if root.shape != OBJECT:
            self.findings.note("type", "an object", tape.raw(root))
            self.audit(tape, root)
            return None
        which = self.which(tape)
        if which is None:
            self.audit(tape, root)
            return None
        index, tag = which
        message = self.schema.messages[index]
        return self.carried(tape, index, tag, message, self.schema.envelopes[message.envelope])

    def which(self, tape: Tape) -> Optional[Tuple[int, str]]:
        """Which message it is, and what the tag says."""
        root = tape.root
        if root.count > self.limits.members:
            return None
        standing = [name for name in self.schema.tag_names if member_of(root, name) is not None]
        for name in standing:
            value = member_of(root, name)
            if value is not None and value.shape == STRING and value.count <= self.limits.string:
                found = self.schema.find(name, value.string)
                if found is not None:
                    return found, value.string
        tags = words.listed(
            quote(message.tag) if message.tag is not None else f"text that matches `{message.pattern.source if message.pattern else ''}`"
            for message in self.schema.messages
            if self.schema.envelopes[message.envelope].tag
        )
        name = standing[0] if standing else next(iter(self.schema.tag_names), "")
        tag = self.tag(tape, root, name, tags)
        if tag is not None:
            self.findings.note_at(name, "unknown_tag", tags, quote(tag))
        return None

    def carried(self, tape: Tape, index: int, tag: str, message: Message, envelope: Envelope) -> Optional[Decoded]:
        body_type = self.schema.types[message.body]
        is_record = body_type.kind == "record"
        beside = envelope.body is None or (message.flat and member_of(tape.root, envelope.body) is None)
        flat = body_type.members if beside and is_record else []
        members = envelope.members + flat
        by_name = places(members) if flat else envelope.by_name
        found = self.sort(tape, tape.root, by_name, members, envelope.tag, envelope.body)
        if found is None:
            return None
        first = len(envelope.members)
        for member, place in zip(envelope.members, found.places):
            if self.is_text(member.type):
                self.encodings[member.name] = encoding_of(member, place)
        own: Members = {}
        self.declared(tape, found.places[:first], envelope.members, own)
        body: Value
        if beside:
            body = self.beside(tape, found, first, message, envelope, body_type, is_record)
        else:
            self.audit_unknown(tape, found)
            body = self.inside(tape, found, message, envelope, body_type, is_record)
        return Decoded(index, tag, own, body)

    def inside(
        self, tape: Tape, found: Sorted, message: Message, envelope: Envelope, body_type: Type, is_record: bool
    ) -> Value:
        name = envelope.body or ""
        if found.body is not None:
            self.findings.enter(name)
            value = self.value(tape, found.body[1], message.body)
            self.findings.leave()
            return value
        if envelope.body_optional and _can_be_empty(body_type, is_record):
            empty = tapes.parse("{}", self.limits.depth, None, None)
            return self.value(empty, empty.root, message.body)
        self.findings.note_at(name, "required", "an object", NOTHING)
        return None

    def beside(
        self, tape: Tape, found: Sorted, first: int, message: Message, envelope: Envelope, body_type: Type, is_record: bool
    ) -> Value:
        if not is_record:
            self.audit_unknown(tape, found)
            return Raw("{" + ",".join(f"{tape.raw(name)}:{tape.raw(value)}" for name, value in found.unknown) + "}")
        some = any(place is not None for place in found.places[first:])
        if envelope.body is not None and not some and not _can_be_empty(body_type, is_record):
            self.audit_unknown(tape, found)
            expected = f"an object (or the members of {message.name} beside the others)"
            self.findings.note_at(envelope.body, "required", expected, NOTHING)
            return None
        members: Members = {}
        self.declared(tape, found.places[first:], body_type.members, members)
        self.rest(tape, found, body_type.open, members)
        return members

    def is_text(self, type_id: int) -> bool:
        known = self.schema.types[type_id]
        if known.kind == "nullable":
            known = self.schema.types[known.of]
        return known.kind in ("enum", "string")


def _can_be_empty(body_type: Type, is_record: bool) -> bool:
    return not is_record or not any(member.required for member in body_type.members)
