# @generated: comes with what ltpc writes for Python, and is the same for every protocol.
"""Between the walk's values and the classes of a package."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, ClassVar, Dict, Generic, List, Mapping, Optional, Sequence, Tuple, Type, TypeVar, Union, cast

import msgspec

from . import codec, encode as encoding, walk
from .drafts import Draft
from .evaluate import digest
from .fast import Read, Reader, Write
from .findings import Refused, Violation
from .schema import Member, Schema
from .values import Decoded, Raw, Value, plain


class Record(msgspec.Struct, kw_only=True, omit_defaults=True):
    """A record of the schema. What is absent is ``None``; where ``null`` means something else, absent is ``msgspec.UNSET``."""

    __wire__: ClassVar[Tuple[Tuple[str, str], ...]] = ()
    """Names on the wire, each with the attribute's."""


_SCALARS = frozenset(("bool", "int", "uint", "float", "string", "enum"))

E = TypeVar("E", bound=Record)
B = TypeVar("B")


class _Carried(msgspec.Struct):
    """What a message holds. An envelope that was read is in one struct with the body, until it is asked for."""

    envelope: Any
    body: Any
    tag: str


class Message(_Carried, Generic[E, B]):
    """A message that arrived: what carries it, and what it says."""

    __index__: ClassVar[int] = -1
    __schema_name__: ClassVar[str] = ""
    _envelope: ClassVar[Any] = _Carried.__dict__["envelope"]

    if TYPE_CHECKING:
        body: B
        """What it says."""
        tag: str
        """What names it on the wire."""

        def __init__(self, envelope: E, body: B, tag: str) -> None: ...

    @property  # type: ignore[misc]
    def envelope(self) -> E:
        """What carries it."""
        known: Any = self._envelope
        if not isinstance(known, Record):
            # It becomes the envelope's when it is first asked for.
            cls = known.__envelope__
            known = cls(**{name: getattr(known, name) for name in cls.__struct_fields__})
            _put(self, known)
        return cast(E, known)

    @envelope.setter
    def envelope(self, envelope: E) -> None:
        _put(self, envelope)

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and isinstance(other, Message) and (other.tag, other.envelope, other.body) == (self.tag, self.envelope, self.body)

    def __repr__(self) -> str:
        return f"{type(self).__name__}(envelope={self.envelope!r}, body={self.body!r}, tag={self.tag!r})"


_put = Message._envelope.__set__


class Arrived(Decoded):
    """A message that was read fast. What the walk would make of it is made when it is first asked for."""

    __slots__ = ("seen", "_binding", "_frame")

    def __init__(self, binding: Binding, frame: Union[bytes, str], seen: Message[Any, Any]) -> None:
        self.message = seen.__index__
        self.tag = seen.tag
        self.seen = seen
        self._binding = binding
        self._frame = frame

    def __getattr__(self, name: str) -> Any:
        if name not in ("envelope", "body", "lengths"):
            raise AttributeError(name)
        walked = codec.decode(self._binding.schema, self._frame)
        self.envelope, self.body, self.lengths = walked.envelope, walked.body, walked.lengths
        return getattr(self, name)

    def member(self, base: str, path: Sequence[str]) -> Value:
        attribute = self._binding.scalars(self.message, base).get(path[0]) if len(path) == 1 else None
        if attribute is None:
            return super().member(base, path)
        return getattr(self.seen._envelope if base == "envelope" else self.seen.body, attribute)


class Binding:
    """Which class stands for which part of the schema."""

    def __init__(
        self,
        schema: Schema,
        records: Mapping[int, Type[Record]],
        envelopes: Mapping[int, Type[Record]],
        messages: Sequence[Type[Message[Any, Any]]],
    ) -> None:
        self.schema = schema
        self.records = records
        self.envelopes = envelopes
        self.messages = messages
        self._scalars: Dict[Tuple[int, str], Dict[str, str]] = {}
        self.read: Read = self._first_read
        """Reads fast what is as senders write it; gives nothing where the walk is to look at it."""
        self.write: Write = self._first_write
        """Writes fast what conforms; gives nothing where the walk is to look at it."""

    def _first_read(self, frame: Union[bytes, str]) -> Any:
        self._compile()
        return self.read(frame)

    def _first_write(self, message: Any) -> Optional[str]:
        self._compile()
        return self.write(message)

    def _compile(self) -> None:
        """Makes what reads and writes fast, when it is first needed."""
        reader = Reader(self.schema, self.records, self.envelopes, self.messages)
        self.read, self.write = reader.read, reader.write

    # Reading.

    def decode(self, frame: Union[bytes, str]) -> Message[Any, Any]:
        """Reads and validates one message. Raises :class:`Refused` with everything that is wrong with it."""
        message: Optional[Message[Any, Any]] = self.read(frame)
        return self.walk(frame) if message is None else message

    def walk(self, frame: Union[bytes, str]) -> Message[Any, Any]:
        """As :meth:`decode`, by the tables alone."""
        return self.message(codec.decode(self.schema, frame))

    def arrived(self, frame: Union[bytes, str]) -> Decoded:
        """Reads and validates one message for a machine. Raises :class:`Refused`."""
        message: Optional[Message[Any, Any]] = self.read(frame)
        return codec.decode(self.schema, frame) if message is None else Arrived(self, frame, message)

    def scalars(self, message: int, base: str) -> Dict[str, str]:
        """The members of a message's envelope or body whose attributes have the value that the walk gives them."""
        found = self._scalars.get((message, base))
        if found is None:
            of = self.schema.messages[message]
            in_envelope = base == "envelope"
            members = self.schema.envelopes[of.envelope].members if in_envelope else self.schema.body_members(message)
            cls = self.envelopes[of.envelope] if in_envelope else self.records.get(of.body)
            attributes = {} if cls is None else dict(cls.__wire__)
            found = {member.name: attributes[member.name] for member in members if self.schema.types[member.type].kind in _SCALARS}
            self._scalars[message, base] = found
        return found

    def explain(self, frame: Union[bytes, str]) -> Sequence[Violation]:
        """Everything that is wrong with a message, sorted; empty if and only if :meth:`decode` reads it."""
        try:
            codec.decode(self.schema, frame)
        except Refused as refused:
            return refused.violations
        return ()

    def message(self, decoded: Decoded) -> Message[Any, Any]:
        """A message as an application sees it."""
        if isinstance(decoded, Arrived):
            return decoded.seen
        message = self.schema.messages[decoded.message]
        cls = self.envelopes[message.envelope]
        envelope = self._record(cls, self.schema.envelopes[message.envelope].members, decoded.envelope, False)
        return self.messages[decoded.message](envelope, self.object(message.body, decoded.body), decoded.tag)

    def object(self, type_id: int, value: Value) -> Any:
        """A value of a type as an application sees it."""
        known = self.schema.types[type_id]
        if value is None or isinstance(value, Raw):
            return plain(value)
        if known.kind == "nullable":
            return self.object(known.of, value)
        if known.kind == "list":
            return [self.object(known.of, item) for item in value]
        if known.kind == "map":
            return {name: self.object(known.of, item) for name, item in value.items()}
        if known.kind == "record":
            return self._record(self.records[type_id], known.members, value, known.open)
        if known.kind == "union":
            case = known.cases[value[known.tag]]
            record = self.schema.types[case]
            made = self._record(self.records[case], record.members, value, record.open, known.tag)
            return made
        return plain(value)

    def _record(self, cls: Type[Record], members: Sequence[Member], value: Dict[str, Value], is_open: bool, tag: str = "") -> Any:
        given: Dict[str, Any] = {}
        for member, (wire, attribute) in zip(members, cls.__wire__):
            if wire in value:
                payload = self.schema.payload(member.type)
                of = member.type
                if payload is not None:
                    kind = next((known for known in members if known.name == payload.kind_member), None)
                    said = encoding.said(kind, value) if kind else None
                    of = payload.cases.get(said, member.type) if said is not None else member.type
                given[attribute] = self.object(of, value[wire])
        if is_open:
            known = {member.name for member in members}
            given["extra"] = {name: plain(item) for name, item in value.items() if name not in known and name != tag}
        return cls(**given)

    def digest(self, index: int, items: Sequence[Any]) -> str:
        """A digest of a list of records. Raises :class:`Refused` if one does not conform."""
        table = self.schema.digests[index]
        listed = [walk.decode_value(self.schema, table["record"], encoding.encode_value(self.schema, table["record"], self.value(table["record"], item))) for item in items]
        return digest(table, listed)

    # Writing.

    def encode(self, message: Message[Any, Any]) -> str:
        """The message's canonical text. Raises :class:`Refused` if it does not conform."""
        text = self.write(message)
        return self.walk_out(message) if text is None else text

    def walk_out(self, message: Message[Any, Any]) -> str:
        """As :meth:`encode`, by the tables alone."""
        made = self.decoded(message)
        violations = codec.check(self.schema, made)
        if violations:
            raise Refused(violations)
        return codec.encode(self.schema, made)

    def decoded(self, message: Message[Any, Any]) -> Decoded:
        """A message as the walk has it. It need not conform."""
        of = self.schema.messages[message.__index__]
        envelope = self.members(self.schema.envelopes[of.envelope].members, message.envelope, type(message.envelope))
        return Decoded(message.__index__, message.tag, envelope, self.value(of.body, message.body))

    def draft(self, index: int, body: Any, envelope: Mapping[str, Any], tag: Optional[str] = None) -> Draft:
        """What an application asks to send; of the envelope what is not ``None``."""
        message = self.schema.messages[index]
        own = self.schema.envelopes[message.envelope]
        said = {name: value for name, value in envelope.items() if value is not None}
        members = self.members(own.members, said, self.envelopes[message.envelope])
        return Draft(index, tag or message.tag or "", members, self.value(message.body, body))

    def value(self, type_id: int, given: Any) -> Value:
        """What an application says of a type, as the walk holds it."""
        known = self.schema.types[type_id]
        if known.kind in ("json", "object", "payload"):
            return _carried(given)
        if given is None:
            return None
        if known.kind == "nullable":
            return self.value(known.of, given)
        if known.kind == "list" and isinstance(given, (list, tuple)):
            return [self.value(known.of, item) for item in given]
        if known.kind == "map" and isinstance(given, Mapping):
            return {str(name): self.value(known.of, item) for name, item in given.items()}
        if known.kind == "record":
            return self.members(known.members, given, self.records[type_id])
        if known.kind == "union":
            for tag, case in known.cases.items():
                if isinstance(given, self.records[case]) or (isinstance(given, Mapping) and given.get(known.tag) == tag):
                    members = self.members(self.schema.types[case].members, given, self.records[case])
                    return {known.tag: tag, **members}
            return _carried(given)
        if isinstance(given, (str, bool, int, float)):
            return given
        return _carried(given)

    def members(self, members: Sequence[Member], given: Any, cls: Type[Record]) -> Any:
        """The members that are said, by their names on the wire."""
        if isinstance(given, Record):
            said = [(wire, getattr(given, attribute)) for wire, attribute in type(given).__wire__]
            extra: Dict[str, Any] = getattr(given, "extra", {})
            said += list(extra.items())
            absent = {member.name for member in members if not self._nullable(member)}
            pairs = [(wire, value) for wire, value in said if value is not msgspec.UNSET and not (value is None and wire in absent)]
        elif isinstance(given, Mapping):
            wires = {attribute: wire for wire, attribute in cls.__wire__}
            pairs = [(wires.get(str(name), str(name)), value) for name, value in given.items()]
        else:
            return _carried(given)
        by_name = {member.name: member for member in members}
        made: Dict[str, Value] = {}
        for wire, value in pairs:
            member = by_name.get(wire)
            made[wire] = _carried(value) if member is None else self._member(member, members, value, dict(pairs))
        return made

    def _member(self, member: Member, members: Sequence[Member], value: Any, said: Dict[str, Any]) -> Value:
        payload = self.schema.payload(member.type)
        if payload is None:
            return self.value(member.type, value)
        kind = next((known for known in members if known.name == payload.kind_member), None)
        name = said.get(payload.kind_member, walk.default_text(kind) if kind else None)
        of = payload.cases.get(name) if isinstance(name, str) else None
        return _carried(value) if of is None else self.value(of, value)

    def _nullable(self, member: Member) -> bool:
        return self.schema.types[member.type].kind in ("nullable", "json", "payload")


def _carried(given: Any) -> Value:
    """Any JSON, as its text."""
    if isinstance(given, str):
        return given
    try:
        text = json.dumps(given, ensure_ascii=False, allow_nan=False, separators=(",", ":"), default=_default)
    except ValueError as error:
        raise Refused([Violation("", "number", "finite numbers", str(error))]) from None
    return Raw(text)


def _default(given: Any) -> Any:
    if isinstance(given, Record):
        fields: List[Tuple[str, Any]] = [(wire, getattr(given, attribute)) for wire, attribute in type(given).__wire__]
        return {wire: value for wire, value in fields if value is not None and value is not msgspec.UNSET}
    raise TypeError(f"{type(given).__name__} is no JSON")
