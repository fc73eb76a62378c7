# @generated: comes with what ltpc writes for Python, and is the same for every protocol.
"""Accepting and writing messages fast: by structs whose constraints `msgspec` has compiled. It says only yes or no, and agrees with the walk.

What `msgspec` lets pass and the schema does not is found by counting. Every member of a text has a colon behind its name; whoever reads it and
holds fewer members than there are colons has met a name twice, or one that nothing declares, or a colon in a string. Where no white space stands
before a colon, those behind a quotation mark are enough. So a text is accepted only if as many members were read as it can have. Everything else,
such as long texts, other names of members, or payloads of an encoding, is the walk's affair.

What is written is read again before it is sent; what would not stand there as the schema writes it, such as a double without a fraction, is written
by the tables.
"""

from __future__ import annotations

import re
from typing import Annotated, Any, Callable, Dict, List, Literal, Mapping, Optional, Sequence, Set, Tuple, Union
from typing import Type as Class

import msgspec
from msgspec import Meta

from . import formats
from .schema import Member, Schema, Type
from .walk import default_text

_INT = (-(1 << 63), (1 << 63) - 1)
_UINT = (1 << 64) - 1
_UUID = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}").fullmatch
# `msgspec` forgets the sign of an integer 0.
_minus_zero = re.compile(rb"-0[,\]} \t\n\r]").search


class Unsupported(Exception):
    """A type that only the walk reads."""


class No(Exception):
    """The walk is to look at the message."""


class Reader:
    """Reads those messages of a schema that are as senders write them."""

    def __init__(
        self,
        schema: Schema,
        records: Mapping[int, Class[msgspec.Struct]],
        envelopes: Mapping[int, Class[msgspec.Struct]],
        messages: Sequence[Class[Any]],
    ) -> None:
        limits = schema.limits
        self._most = min(limits.message, limits.string, limits.list)
        self._members = limits.members
        self._depth = limits.depth
        self._decoder: Optional["msgspec.json.Decoder[Any]"] = None
        self._writers: Dict[Class[Any], Callable[[Any, Any], Any]] = {}
        self._encode = msgspec.json.Encoder().encode
        self._made: Dict[Class[Any], Tuple[Callable[[Any], int], Class[Any], str]] = {}
        if schema.framed is None and len(schema.tag_names) == 1:
            compiling = _Compiling(schema, records, envelopes)
            wires = [wire for wire in map(compiling.message, range(len(schema.messages))) if wire is not None]
            for wire, index, read in wires:
                self._made[wire] = (read, messages[index], schema.messages[index].tag or "")
                writer = compiling.writer(wire, index)
                if writer is not None:
                    self._writers[messages[index]] = writer
            if wires:
                self._decoder = msgspec.json.Decoder(Union[tuple(wire for wire, _, _ in wires)])

    def read(self, frame: bytes) -> Any:
        """The message, or nothing: then the walk says why, or reads it."""
        if self._decoder is None or len(frame) > self._most:
            return None
        try:
            wire = self._decoder.decode(frame)
            read, cls, tag = self._made[type(wire)]
            members = read(wire)
        except (msgspec.DecodeError, UnicodeDecodeError, No):
            return None
        colons = frame.count(b":")
        if members != colons and not (members < colons and members == _behind_quotes(frame)):
            return None
        if members > self._members or _minus_zero(frame):
            return None
        return cls(wire, wire.body__, tag)


    def write(self, message: Any) -> Optional[str]:
        """The message's text, if it conforms; nothing: then the walk says why, or writes it."""
        writer = self._writers.get(type(message))
        if writer is None:
            return None
        try:
            text: bytes = self._encode(writer(message.envelope, message.body))
        except (No, AttributeError, TypeError, ValueError, OverflowError, msgspec.MsgspecError):
            return None
        return None if self.read(text) is None else text.decode()


def finite(value: Any) -> None:
    """Whether all numbers in a value are JSON; raises :class:`No`."""
    if type(value) is float and not -1e308 <= value <= 1e308:
        raise No
    for item in value.values() if type(value) is dict else value if type(value) is list else ():
        if type(item) is dict or type(item) is list or type(item) is float:
            finite(item)


def _behind_quotes(frame: bytes) -> int:
    """The colons behind quotation marks, if there can be no other names than those before them."""
    spaced = b" :" in frame or b"\t:" in frame or b"\n:" in frame or b"\r:" in frame
    return -1 if spaced else frame.count(b'":')


def count(value: Any, left: int) -> int:
    """The members of objects in any value, of whose objects and lists so many may be nested."""
    members = 0
    if type(value) is dict:
        members, inner = len(value), list(value.values())
    elif type(value) is list:
        inner = value
    else:
        return 0
    if left <= 0:
        raise No
    for item in inner:
        if type(item) is dict or type(item) is list:
            members += count(item, left - 1)
    return members


class _Compiling:
    """Makes of tables what reads by them: annotations for `msgspec`, and a function that counts and checks the rest."""

    def __init__(self, schema: Schema, records: Mapping[int, Class[msgspec.Struct]], envelopes: Mapping[int, Class[msgspec.Struct]]) -> None:
        self.schema = schema
        self.records = records
        self.envelopes = envelopes
        # Records that are compiled, and those that are being.
        self.known: Set[int] = set()
        self.open: Set[int] = set()
        self.names: Dict[str, Any] = {"No": No, "count": count, "uuid": _is_uuid, "is_datetime": formats.is_datetime, "finite": finite, "UNSET": msgspec.UNSET}
        self.depth = schema.limits.depth
        # The member of the envelope that names an encoding, in the message that is compiled.
        self.encoding: Set[str] = set()

    def message(self, index: int) -> Optional[Tuple[Class[Any], int, Callable[[Any], int]]]:
        """The struct of a message with what reads it, if there can be one."""
        message = self.schema.messages[index]
        try:
            return None if message.tag is None else self._message(index)
        except Unsupported:
            return None

    def _message(self, index: int) -> Tuple[Class[Any], int, Callable[[Any], int]]:
        message = self.schema.messages[index]
        envelope = self.schema.envelopes[message.envelope]
        cls, body_type = self.envelopes[message.envelope], self.schema.types[message.body]
        if envelope.body is None:
            raise Unsupported
        fields: List[Any] = []
        lines: List[str] = ["def read(w):", " n = 1"]
        attributes = dict(cls.__wire__)  # type: ignore[attr-defined]
        for member in envelope.members:
            annotation = self.annotation(member.type, member)
            name = attributes[member.name]
            default = _default(cls, name)
            fields.append((name, annotation, msgspec.field(name=member.name, **default)))
            lines += self.checked(member, f"w.{name}", 1, default)
        said = {member.name: attributes[member.name] for member in envelope.members}
        self.encoding = {f"w.{name}" for name in said.values()}
        if body_type.kind == "record":
            fields.insert(envelope.position, ("body__", self.annotation(message.body), msgspec.field(name=envelope.body)))
            if self.encodes(message.body):
                wires = [member for member in envelope.members if member.name == self.encodes(message.body)]
                lines += [f" if w.{said[member.name]} not in (None, 'json'): raise No" for member in wires]
            lines += [" n += 1", " r = w.body__", *self.record(message.body, "r", 2, " ")]
        elif body_type.kind in ("object", "json"):
            fields.insert(envelope.position, ("body__", Dict[str, Any], msgspec.field(name=envelope.body)))
            lines.append(f" n += 1 + count(w.body__, {self.depth - 1})")
        else:
            raise Unsupported
        lines.append(" return n")
        wire = msgspec.defstruct(f"{message.name}Wire", fields, tag=message.tag, tag_field=envelope.tag, kw_only=True, omit_defaults=True, namespace={"__envelope__": cls})
        return wire, index, self.function("read", lines)

    def writer(self, wire: Class[Any], index: int) -> Optional[Callable[[Any, Any], Any]]:
        """Makes of an envelope and a body what is written."""
        message = self.schema.messages[index]
        envelope = self.schema.envelopes[message.envelope]
        attributes = dict(self.envelopes[message.envelope].__wire__)  # type: ignore[attr-defined]
        names = [attributes[member.name] for member in envelope.members]
        try:
            lines = ["def write(e, r):"]
            for member in envelope.members:
                lines += self.writable(member, f"e.{attributes[member.name]}", " ")
            lines += self.written(message.body, "r", " ")
            encoding = self.encodes(message.body)
            if encoding is not None:
                lines.append(f" if e.{attributes[encoding]} not in (None, 'json'): raise No")
        except Unsupported:
            return None
        self.names[f"Wire_{index}"] = wire
        given = ", ".join([*(f"{name}=e.{name}" for name in names), "body__=r"])
        made: Callable[[Any, Any], Any] = self.function("write", [*lines, f" return Wire_{index}({given})"])
        return made

    def writable(self, member: Member, place: str, indent: str) -> List[str]:
        """Checks that a member is written as it stands."""
        if member.always or (member.required and member.fill is not None):
            # It would be left out where it is its default.
            raise Unsupported
        lines = self.written(member.type, place, indent + " ")
        return [f"{indent}if {place} is not None:", *lines] if lines else []

    def written(self, type_id: int, place: str, indent: str) -> List[str]:
        """Checks that `msgspec` writes a value as the schema does."""
        known = self.schema.types[type_id]
        if known.kind == "float":
            # Others have another shortest form, or a fraction that is not written.
            return [f"{indent}if {place} % 1 == 0 or not 1e-4 < abs({place}) < 1e15: raise No"]
        if known.kind in ("json", "object", "payload"):
            check = [f"{indent}finite({place})"]
            if known.kind == "payload":
                return check + [line for of in dict.fromkeys(known.cases.values()) for line in self.of_kind(of, place, indent)]
            return check
        if known.kind == "nullable":
            inner = self.written(known.of, place, indent + " ")
            return [f"{indent}if {place} is not None:", *inner] if inner else []
        if known.kind == "record":
            cls = self.records[type_id]
            lines = [f"{indent}if {place}.extra: raise No"] if known.open else []
            for member in known.members:
                lines += self.writable(member, f"{place}.{dict(cls.__wire__)[member.name]}", indent)  # type: ignore[attr-defined]
            return lines
        if known.kind in ("list", "map"):
            item = f"i{len(indent)}"
            inner = self.written(known.of, item, indent + " ")
            return [f"{indent}for {item} in {place}{'.values()' if known.kind == 'map' else ''}:", *inner] if inner else []
        return []

    def of_kind(self, type_id: int, place: str, indent: str) -> List[str]:
        """Checks a payload, if it is of a kind's type: a record, or a list of records."""
        known = self.schema.types[type_id]
        if known.kind in ("json", "object"):
            return []
        is_list = known.kind == "list"
        of = known.of if is_list else type_id
        if self.schema.types[of].kind != "record":
            raise Unsupported
        self.names[f"Record_{of}"] = self.records[of]
        inner = self.written(of, "i", indent + "  ")
        items = f"{place} if type({place}) is list else ()" if is_list else f"({place},)"
        return [f"{indent}for i in {items}:", f"{indent} if type(i) is Record_{of}:", *inner] if inner else []

    def encodes(self, type_id: int) -> Optional[str]:
        """The envelope's member that names the encoding of a payload in a record."""
        for member in self.schema.types[type_id].members:
            payload = self.schema.payload(member.type)
            if payload is not None and payload.encoding is not None:
                if not payload.encoding_in_envelope:
                    raise Unsupported
                return payload.encoding
        return None

    def function(self, name: str, lines: List[str]) -> Any:
        """A function of these lines, as `dataclasses` makes those of a class."""
        space: Dict[str, Any] = {}
        exec("\n".join(lines), self.names, space)
        return space[name]

    def compile(self, type_id: int) -> None:
        """Has `msgspec` check what it can of a record."""
        if type_id in self.open:
            raise Unsupported
        if type_id in self.known:
            return
        self.open.add(type_id)
        cls, record = self.records[type_id], self.schema.types[type_id]
        attributes = dict(cls.__wire__)  # type: ignore[attr-defined]
        if any(wire != attribute for wire, attribute in attributes.items()):
            # Names that the language has for something else stand otherwise on the wire.
            raise Unsupported
        annotations = {attributes[member.name]: self.annotation(member.type, member) for member in record.members}
        if record.open:
            annotations["extra"] = Dict[str, Any]
        cls.__annotations__ = annotations
        self.known.add(type_id)
        self.open.discard(type_id)

    def record(self, type_id: int, place: str, depth: int, indent: str) -> List[str]:
        """Counts a record's members and checks what `msgspec` does not."""
        if depth > self.depth:
            raise Unsupported
        self.compile(type_id)
        cls, record = self.records[type_id], self.schema.types[type_id]
        attributes = dict(cls.__wire__)  # type: ignore[attr-defined]
        lines: List[str] = []
        payloads: List[str] = []
        sure = 0
        for member in record.members:
            attribute = attributes[member.name]
            payload = self.schema.payload(member.type)
            if payload is not None:
                payloads += self.payload(member, payload, record, attributes, depth, place, indent)
                continue
            made = self.checked(member, f"{place}.{attribute}", depth, _default(cls, attribute), indent)
            # What must be there is counted at once.
            sure += made[0] == f"{indent}n += 1"
            lines += made[1:] if made[0] == f"{indent}n += 1" else made
        return ([f"{indent}n += {sure}"] if sure else []) + lines + payloads

    def payload(
        self, member: Member, payload: Type, record: Type, attributes: Dict[str, str], depth: int, of_record: str, indent: str
    ) -> List[str]:
        """A member of which a sibling says what it is."""
        kind = next((known for known in record.members if known.name == payload.kind_member), None)
        if kind is None or not member.required or self.schema.types[member.type].kind == "nullable":
            raise Unsupported
        place, table = f"{of_record}.{attributes[member.name]}", f"kinds_{len(self.names)}"
        readers: Dict[str, Tuple[Any, Any]] = {}
        for text, of in payload.cases.items():
            decoder = msgspec.json.Decoder(self.annotation(of))
            readers[text] = (decoder.decode, self.function("read", ["def read(v):", " n = 0", *self.value(of, "v", depth, " "), " return n"]))
        other = (msgspec.json.Decoder().decode, self.function("read", ["def read(v):", f" return count(v, {self.depth - depth})"]))
        if not payload.open:
            return [f"{indent}raise No"]
        self.names[table], self.names[f"{table}_other"] = readers.get, other
        said = f"{of_record}.{attributes[kind.name]}"
        if default_text(kind) is not None:
            raise Unsupported
        lines = [f"d, c = {table}({said}, {table}_other)", f"{place} = v = d({place})", "n += 1 + c(v)"]
        return [indent + line for line in lines]

    def checked(self, member: Member, place: str, depth: int, default: Dict[str, Any], indent: str = " ") -> List[str]:
        """Counts a member, if it stands there, and checks its value."""
        v = f"v{depth}"
        lines = self.value(member.type, v, depth, indent + " ")
        if member.required and not default:
            inner = [line[1:] for line in lines]
            return [f"{indent}n += 1", *([f"{indent}{v} = {place}", *inner] if inner else [])]
        value = default["default"] if "default" in default else default["default_factory"]()
        name = f"default_{len(self.names)}"
        self.names[name] = value
        differs = "is not" if value is None or value is msgspec.UNSET else "!="
        if value is None:
            name = "None"
        if member.required:
            # What must be there, and is what the class has for it, may be absent.
            return [f"{indent}n += 1", f"{indent}{v} = {place}", f"{indent}if {v} == {name}: raise No", *(line[1:] for line in lines)]
        return [f"{indent}{v} = {place}", f"{indent}if {v} {differs} {name}:", f"{indent} n += 1", *lines]

    def value(self, type_id: int, place: str, depth: int, indent: str) -> List[str]:
        """Checks a value that stands in an object or list which is so deep."""
        known = self.schema.types[type_id]
        kind = known.kind
        no = f"{indent}if not (%s): raise No"
        if kind == "nullable":
            inner = self.value(known.of, place, depth, indent + " ")
            return [f"{indent}if {place} is not None:", *inner] if inner else []
        if kind in ("int", "uint"):
            if not known.ranges or (len(known.ranges) == 1 and _small(known.ranges[0])):
                return [no % f"{place} <= {_UINT}"] if kind == "uint" and not known.ranges else []
            return [no % " or ".join(f"{start} <= {place} <= {end}" for start, end in known.ranges)]
        if kind == "float":
            return [no % " or ".join(map(_within(place), known.ranges))] if len(known.ranges) > 1 else []
        if kind == "string":
            lines = []
            if known.pattern is not None:
                name = f"pattern_{type_id}"
                self.names[name] = known.pattern.matches
                lines.append(no % f"{name}({place})")
            if known.format is not None:
                lines.append(no % f"{'uuid' if known.format == 'uuid' else 'is_datetime'}({place})")
            return lines
        if kind in ("json", "object"):
            return [f"{indent}n += count({place}, {self.depth - depth})"]
        if kind == "record":
            return self.record(type_id, place, depth + 1, indent)
        if kind in ("list", "map"):
            return self.items(known, place, depth, indent)
        if kind in ("bool", "enum"):
            return []
        raise Unsupported

    def items(self, known: Type, place: str, depth: int, indent: str) -> List[str]:
        """Checks a list or a map."""
        if depth + 1 > self.depth:
            raise Unsupported
        item = f"{place}_"
        inner = self.value(known.of, item, depth + 1, indent + " ")
        lines = [f"{indent}n += len({place})"] if known.kind == "map" else []
        if known.kind == "map" and known.length is not None:
            least, most = known.length
            lines.append(f"{indent}if not ({least} <= len({place}){'' if most is None else f' <= {most}'}): raise No")
        if len(inner) == 1 and inner[0].startswith(f"{indent} n += ") and "count(" not in inner[0]:
            # As many of each.
            return [*lines, inner[0][1:].replace("n += ", f"n += len({place}) * ")]
        if inner:
            lines += [f"{indent}for {item} in {place}{'.values()' if known.kind == 'map' else ''}:", *inner]
        return lines

    def annotation(self, type_id: int, member: Optional[Member] = None) -> Any:
        """What `msgspec` checks of a type."""
        known = self.schema.types[type_id]
        made = self._annotation(type_id, known)
        if member is not None and member.optional:
            # Absent is none, which `null` is not: no default needs to be of the type.
            return Union[made, msgspec.UnsetType] if known.kind in ("nullable", "json", "payload") else made
        return made

    def _annotation(self, type_id: int, known: Type) -> Any:
        kind = known.kind
        if kind == "nullable":
            return Optional[self.annotation(known.of)]
        if kind == "bool":
            return bool
        if kind in ("int", "uint"):
            if len(known.ranges) == 1 and _small(known.ranges[0]):
                return _with(int, ge=known.ranges[0][0], le=known.ranges[0][1])
            return _with(int, ge=0) if kind == "uint" else _with(int, ge=_INT[0], le=_INT[1])
        if kind == "float":
            return _with(float, **_bounds(known.ranges[0])) if len(known.ranges) == 1 else float
        if kind == "string":
            if known.one_of:
                return Literal[tuple(known.one_of)] if known.length is None else _fail()
            least, most = known.length or (0, None)
            return str if known.length is None else _with(str, min_length=least, **({} if most is None else {"max_length": most}))
        if kind == "enum":
            return str if known.open or not known.variants else Literal[tuple(known.variants)]
        if kind == "json":
            return Any
        if kind == "object":
            return Dict[str, Any]
        if kind == "payload":
            return msgspec.Raw
        if kind == "list":
            least, most = known.length or (0, None)
            item: Any = self.annotation(known.of)
            made: Any = List[item]
            return made if known.length is None else _with(made, min_length=least, **({} if most is None else {"max_length": most}))
        if kind == "map":
            of: Any = self.annotation(known.of)
            return Dict[str, of]
        if kind == "record":
            self.compile(type_id)
            return self.records[type_id]
        raise Unsupported


def _fail() -> Any:
    raise Unsupported


def _with(made: Any, **constraints: Any) -> Any:
    return Annotated[made, Meta(**constraints)]


_known_uuids: Set[str] = set()


def _is_uuid(text: str) -> bool:
    """Whether a text is a UUID in lower case. Those of a connection come again and again."""
    if text in _known_uuids:
        return True
    if _UUID(text) is None:
        return False
    if len(_known_uuids) >= 4096:
        _known_uuids.clear()
    _known_uuids.add(text)
    return True


def _small(bounds: Sequence[int]) -> bool:
    return bounds[0] >= _INT[0] and bounds[1] <= _INT[1]


def _bounds(bounds: Sequence[Any]) -> Dict[str, float]:
    start, end, included = bounds
    made: Dict[str, float] = {} if start is None else {"ge": float(start)}
    if end is not None:
        made["le" if included else "lt"] = float(end)
    return made


def _within(place: str) -> Callable[[Sequence[Any]], str]:
    def one(bounds: Sequence[Any]) -> str:
        start, end, included = bounds
        least = "" if start is None else f"{float(start)!r} <= "
        most = "" if end is None else f" {'<=' if included else '<'} {float(end)!r}"
        return f"{least}{place}{most}" if start is not None or end is not None else "True"

    return one


def _default(cls: Class[msgspec.Struct], attribute: str) -> Dict[str, Any]:
    """What a struct's field is where nothing is said, as `msgspec.field` takes it."""
    names, defaults = cls.__struct_fields__, cls.__struct_defaults__
    at = names.index(attribute) - (len(names) - len(defaults))
    if at < 0 or defaults[at] is msgspec.NODEFAULT:
        return {}
    value = defaults[at]
    factory = getattr(value, "factory", None)
    return {"default": value} if factory is None else {"default_factory": factory}
