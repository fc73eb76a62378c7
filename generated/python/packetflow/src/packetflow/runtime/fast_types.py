# @generated: comes with what ltpc writes for Python, and is the same for every protocol.
"""What `msgspec` checks of a schema's types, as annotations of structs."""

from __future__ import annotations

from typing import Annotated, Any, Dict, List, Literal, Mapping, Optional, Sequence, Set, Union
from typing import Type as Class

import msgspec
from msgspec import Meta

from . import formats
from .fast_checks import CONTAINERS, SCALARS, No, Unsupported, agrees, carried, count, is_uuid, known_uuids, minus_zero
from .schema import Member, Schema, Type

_INT = (-(1 << 63), (1 << 63) - 1)
_UINT = (0, (1 << 64) - 1)


class Annotations:
    """Annotations of records' structs, and functions whose lines are written from the tables."""

    def __init__(self, schema: Schema, records: Mapping[int, Class[msgspec.Struct]], envelopes: Mapping[int, Class[msgspec.Struct]]) -> None:
        self.schema = schema
        self.records = records
        self.envelopes = envelopes
        # Records that are compiled, and those that are being.
        self.known: Set[int] = set()
        self.open: Set[int] = set()
        self.names: Dict[str, Any] = {
            "CONTAINERS": CONTAINERS,
            "No": No,
            "SCALARS": SCALARS,
            "UNSET": msgspec.UNSET,
            "agrees": agrees,
            "carried": carried,
            "count": count,
            "encode": msgspec.json.Encoder().encode,
            "is_datetime": formats.is_datetime,
            "is_uuid": is_uuid,
            "known_uuids": known_uuids,
            "minus_zero": minus_zero,
        }

    def attributes(self, cls: Class[msgspec.Struct]) -> Dict[str, str]:
        """What each name on the wire is in a class."""
        wire: Any = cls
        return dict(wire.__wire__)

    def function(self, name: str, lines: List[str]) -> Any:
        """A function of these lines, as `dataclasses` makes those of a class."""
        space: Dict[str, Any] = {}
        exec("\n".join(lines), self.names, space)
        return space[name]

    def named(self, name: str, value: Any) -> str:
        """A name by which lines know a value."""
        name = f"{name}_{len(self.names)}"
        self.names[name] = value
        return name

    def compile(self, type_id: int) -> None:
        """Has `msgspec` check what it can of a record."""
        if type_id in self.open:
            raise Unsupported
        if type_id in self.known:
            return
        self.open.add(type_id)
        cls, record = self.records[type_id], self.schema.types[type_id]
        attributes = self.attributes(cls)
        if any(wire != attribute for wire, attribute in attributes.items()):
            # Names that the language has for something else stand otherwise on the wire.
            raise Unsupported
        annotations = {attributes[member.name]: self.annotation(member.type, member) for member in record.members}
        if record.open:
            annotations["extra"] = Dict[str, Any]
        cls.__annotations__ = annotations
        self.known.add(type_id)
        self.open.discard(type_id)

    def encodes(self, type_id: int) -> Optional[str]:
        """The envelope's member that names the encoding of a payload in a record."""
        for member in self.schema.types[type_id].members:
            payload = self.schema.payload(member.type)
            if payload is not None and payload.encoding is not None:
                if not payload.encoding_in_envelope:
                    raise Unsupported
                return payload.encoding
        return None

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
            # Those past 63 bits, which `msgspec` cannot compare with, are the walk's.
            bounds = known.ranges[0] if len(known.ranges) == 1 else (_UINT if kind == "uint" else _INT)
            least, most = max(bounds[0], _INT[0]), min(bounds[1], _INT[1])
            return _with(int, ge=least, le=most) if least <= most else _fail()
        if kind == "float":
            return _with(float, **_bounds(known.ranges[0])) if len(known.ranges) == 1 else float
        if kind == "string":
            if known.one_of:
                return Literal[tuple(known.one_of)] if known.length is None else _fail()
            return str if known.length is None else _with(str, **_lengths(known))
        if kind == "enum":
            return str if known.open or not known.variants else Literal[tuple(known.variants)]
        if kind == "json":
            return Any
        if kind == "object":
            return Dict[str, Any]
        if kind == "payload":
            return msgspec.Raw
        if kind == "list":
            made: Any = List[self.annotation(known.of)]  # type: ignore[misc]
            return made if known.length is None else _with(made, **_lengths(known))
        if kind == "map":
            return Dict[str, self.annotation(known.of)]  # type: ignore[misc]
        if kind == "record":
            self.compile(type_id)
            return self.records[type_id]
        raise Unsupported


def integers(known: Type) -> Sequence[Sequence[int]]:
    """The ranges of a type of integers."""
    if known.ranges:
        return known.ranges
    return [_INT if known.kind == "int" else _UINT]


def within(ranges: Sequence[Sequence[Any]], place: str) -> str:
    """An expression that says whether a number is in one of the ranges."""
    return " or ".join(_within(bounds, place) for bounds in ranges) or "True"


def default(cls: Class[msgspec.Struct], attribute: str) -> Dict[str, Any]:
    """What a struct's field is where nothing is said, as `msgspec.field` takes it."""
    names, defaults = cls.__struct_fields__, cls.__struct_defaults__
    at = names.index(attribute) - (len(names) - len(defaults))
    if at < 0 or defaults[at] is msgspec.NODEFAULT:
        return {}
    value = defaults[at]
    factory = getattr(value, "factory", None)
    return {"default": value} if factory is None else {"default_factory": factory}


def _fail() -> Any:
    raise Unsupported


def _with(made: Any, **constraints: Any) -> Any:
    return Annotated[made, Meta(**constraints)]


def _lengths(known: Type) -> Dict[str, int]:
    least, most = known.length or (0, None)
    return {"min_length": least, **({} if most is None else {"max_length": most})}


def _bounds(bounds: Sequence[Any]) -> Dict[str, float]:
    start, end, included = bounds
    made: Dict[str, float] = {} if start is None else {"ge": float(start)}
    if end is not None:
        made["le" if included else "lt"] = float(end)
    return made


def _within(bounds: Sequence[Any], place: str) -> str:
    start, end = bounds[:2]
    if start is None and end is None:
        return "True"
    least = "" if start is None else f"{start!r} <= "
    most = "" if end is None else f" {'<' if len(bounds) > 2 and not bounds[2] else '<='} {end!r}"
    return f"{least}{place}{most}"
