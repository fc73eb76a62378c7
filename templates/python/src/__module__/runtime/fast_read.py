# @generated: comes with what ltpc writes for Python, and is the same for every protocol.
"""Makes of tables what accepts: a struct for each message, with a function that counts its members and checks what `msgspec` does not.

A message whose payload is one of known kinds has a second struct, in which `msgspec` tells the kinds apart; what it refuses, the first may read.
"""

from __future__ import annotations

from typing import Any, Dict, List, Optional, Sequence, Tuple, Union
from typing import Type as Class

import msgspec

from .fast_checks import Unsupported
from .fast_types import Annotations, default, within
from .schema import Envelope, Member, Message, Schema, Type
from .walk import default_text


class Accepting:
    """Structs that a frame is read as. Each has `accepted__(frame)`, which gives the message, or raises `No` where the walk is to look at it."""

    def __init__(self, annotations: Annotations, messages: Sequence[Class[Any]]) -> None:
        self.types = annotations
        self.schema: Schema = annotations.schema
        self.depth = self.schema.limits.depth
        self.messages = messages
        # Whether kinds of payloads are told apart while they are read.
        self.by_kind = False
        # Whether a value was met that may be 0 with a sign and is not asked for it where it stands.
        self.signs = False

    def wires(self, index: int) -> List[Class[Any]]:
        """The structs of a message: for any payload, and the one that tells kinds apart if there is one; none if only the walk reads it."""
        made: List[Class[Any]] = []
        if self.schema.messages[index].tag is not None:
            for self.by_kind in (False, True):
                try:
                    wire = self._wire(index, self.schema.messages[index], self.schema.envelopes[self.schema.messages[index].envelope])
                except Unsupported:
                    continue
                if wire is not None:
                    made.append(wire)
        return made

    def _wire(self, index: int, message: Message, envelope: Envelope) -> Optional[Class[Any]]:
        body_type = self.schema.types[message.body]
        cls = self.types.envelopes[message.envelope]
        if envelope.body is None:
            raise Unsupported
        attributes, self.signs = self.types.attributes(cls), False
        fields: List[Any] = []
        # What must stand there, the tag and the body among it, and what may: where there are no more colons than those have, nothing else is there.
        surely: List[str] = [" n += 2"]
        perhaps: List[str] = []
        for member in envelope.members:
            name = attributes[member.name]
            value = default(cls, name)
            fields.append((name, self.types.annotation(member.type, member), msgspec.field(name=member.name, **value)))
            lines = surely if member.required else perhaps
            lines += self.checked(member, f"w.{name}", 1, value)
        if body_type.kind == "record":
            encoding = self.types.encodes(message.body)
            surely += [f" if w.{attributes[encoding]} not in (None, 'json'): raise No"] if encoding is not None else []
            annotation = self.kinds(message.body) if self.by_kind else self.types.annotation(message.body)
            if annotation is None:
                return None
            # The struct of a kind gives the body as the application sees it.
            surely += [" n = w.body__.body__(w, n, f)", " r = w.body__"] if self.by_kind else [" r = w.body__", *self.record(message.body, "r", 2, " ")]
        elif body_type.kind in ("object", "json") and not self.by_kind:
            annotation = Dict[str, Any]
            surely += [" r = w.body__", f" n += count(r, {self.depth - 1}, f)"]
        elif self.by_kind:
            return None
        else:
            raise Unsupported
        fields.insert(envelope.position, ("body__", annotation, msgspec.field(name=envelope.body)))
        sure, surely = _summed(surely)
        accept = [
            "def accepted__(w, f):",
            f" n = {sure}",
            *surely,
            " c = f.count(b':')",
            f" if c != {sure}:",
            *(f" {line}" for line in perhaps),
            f"  if n != c and not agrees(f, n, c) or n > {self.schema.limits.members}: raise No",
            *([" if minus_zero(f): raise No"] if self.signs else []),
            f" return {self.types.named('Message', self.messages[index])}(w, r, {message.tag!r})",
        ]
        namespace = {"__envelope__": cls, "accepted__": self.types.function("accepted__", accept)}
        return msgspec.defstruct(
            f"{message.name}Wire", fields, tag=message.tag, tag_field=envelope.tag, kw_only=True, omit_defaults=True, namespace=namespace
        )

    def kinds(self, body: int) -> Any:
        """Structs of a body, one for each kind of its payload; nothing if it has no such payload.

        Their `body__(w, n, f)` gives a message's struct the body as the application sees it, and adds what stands in it to what is counted.
        """
        record, cls = self.schema.types[body], self.types.records[body]
        attributes = self.types.attributes(cls)
        carried = [member for member in record.members if self.schema.payload(member.type) is not None]
        payload = self.schema.payload(carried[0].type) if len(carried) == 1 else None
        if payload is None or not payload.cases or record.open:
            return None
        kind = next((member for member in record.members if member.name == payload.kind_member), None)
        if kind is None or not carried[0].required or not kind.required or self.schema.types[carried[0].type].kind != "payload":
            return None
        others = [member for member in record.members if member is not kind and member is not carried[0]]
        structs: List[Any] = []
        name = self.types.named("Body", cls)
        lines = [f" n += {len(record.members) - len(others)}"]
        for member in others:
            lines += self.checked(member, f"s.{attributes[member.name]}", 2, default(cls, attributes[member.name]))
        lines.append(f" v = s.{attributes[carried[0].name]}")
        signs = self.signs
        for text, of in payload.cases.items():
            fields: List[Any] = []
            for member in record.members:
                if member is not kind:
                    attribute = attributes[member.name]
                    annotation = self.types.annotation(of if member is carried[0] else member.type, member)
                    fields.append((attribute, annotation, msgspec.field(name=member.name, **default(cls, attribute))))
            given = [f"{attributes[member.name]}={repr(text) if member is kind else 's.' + attributes[member.name]}" for member in record.members]
            self.signs = signs
            sure, inner = _summed([*lines, *self.value(of, "v", 2, " ")])
            if self.signs and not signs:
                # Other kinds have no such numbers; those of a list stand between brackets.
                bounds = ", f.find(b'['), f.rfind(b']') + 1" if self.schema.types[of].kind == "list" else ""
                inner.append(f" if minus_zero(f{bounds}): raise No")
            made = self.types.function(
                "body__", ["def body__(s, w, n, f):", *inner, f" w.body__ = {name}({', '.join(given)})", f" return n + {sure}"]
            )
            structs.append(
                msgspec.defstruct(f"{cls.__name__}Of", fields, tag=text, tag_field=kind.name, kw_only=True, namespace={"body__": made})
            )
        self.signs = signs
        return Union[tuple(structs)]

    def record(self, type_id: int, place: str, depth: int, indent: str) -> List[str]:
        """Counts a record's members and checks what `msgspec` does not."""
        if depth > self.depth:
            raise Unsupported
        self.types.compile(type_id)
        cls, record = self.types.records[type_id], self.schema.types[type_id]
        attributes = self.types.attributes(cls)
        lines: List[str] = []
        payloads: List[str] = []
        sure = 0
        for member in record.members:
            attribute = attributes[member.name]
            payload = self.schema.payload(member.type)
            if payload is not None:
                payloads += self.payload(member, payload, record, attributes, depth, place, indent)
                continue
            made = self.checked(member, f"{place}.{attribute}", depth, default(cls, attribute), indent)
            # What must be there is counted at once.
            sure += made[0] == f"{indent}n += 1"
            lines += made[1:] if made[0] == f"{indent}n += 1" else made
        return ([f"{indent}n += {sure}"] if sure else []) + lines + payloads

    def payload(
        self, member: Member, payload: Type, record: Type, attributes: Dict[str, str], depth: int, of_record: str, indent: str
    ) -> List[str]:
        """A member of which a sibling says what it is."""
        kind = next((known for known in record.members if known.name == payload.kind_member), None)
        if kind is None or not member.required or self.schema.types[member.type].kind == "nullable" or default_text(kind) is not None:
            raise Unsupported
        if not payload.open:
            return [f"{indent}raise No"]
        self.signs = True
        readers: Dict[str, Tuple[Any, Any]] = {}
        for text, of in payload.cases.items():
            decoder = msgspec.json.Decoder(self.types.annotation(of))
            lines = ["def read(v):", " n, f = 0, b''", *self.value(of, "v", depth, " "), " return n"]
            readers[text] = (decoder.decode, self.types.function("read", lines))
        counted = ["def read(v):", f" return count(v, {self.depth - depth}, b'') if v.__class__ in CONTAINERS else 0"]
        other = (msgspec.json.Decoder().decode, self.types.function("read", counted))
        table, rest = self.types.named("kinds", readers.get), self.types.named("other", other)
        place, said = f"{of_record}.{attributes[member.name]}", f"{of_record}.{attributes[kind.name]}"
        made = [f"d, c = {table}({said}, {rest})", f"{place} = v = d({place})", "n += 1 + c(v)"]
        return [indent + line for line in made]

    def checked(self, member: Member, place: str, depth: int, absent: Dict[str, Any], indent: str = " ") -> List[str]:
        """Counts a member, if it stands there, and checks its value."""
        v = f"v{depth}"
        lines = self.value(member.type, v, depth, indent + " ")
        if member.required and not absent:
            inner = [line[1:] for line in lines]
            return [f"{indent}n += 1", *([f"{indent}{v} = {place}", *inner] if inner else [])]
        value = absent["default"] if "default" in absent else absent["default_factory"]()
        name = repr(value) if value is None or value.__class__ in (str, bool, int) else self.types.named("default", value)
        differs = "is not" if value is None or value is msgspec.UNSET else "!="
        if member.required:
            # What must be there, and is what the class has for it, may be absent.
            return [f"{indent}n += 1", f"{indent}{v} = {place}", f"{indent}if {v} == {name}: raise No", *(line[1:] for line in lines)]
        if not lines:
            return [f"{indent}if {place} {differs} {name}: n += 1"]
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
            ranges = [no % within(known.ranges, place)] if len(known.ranges) > 1 else []
            return self.signed(known, place, indent) + ranges
        if kind == "float":
            ranges = [no % within(known.ranges, place)] if len(known.ranges) > 1 else []
            return self.signed(known, place, indent) + ranges
        if kind == "string":
            lines = []
            if known.pattern is not None:
                lines.append(no % f"{self.types.named('pattern', known.pattern.matches)}({place})")
            if known.format == "uuid":
                lines.append(f"{indent}if {place} not in known_uuids and not is_uuid({place}): raise No")
            elif known.format is not None:
                lines.append(no % f"is_datetime({place})")
            return lines
        if kind in ("json", "object"):
            return self.carried(place, self.depth - depth, indent)
        if kind == "record":
            return self.record(type_id, place, depth + 1, indent)
        if kind in ("list", "map"):
            return self.items(known, place, depth, indent)
        if kind in ("bool", "enum"):
            return []
        raise Unsupported

    def carried(self, place: str, left: int, indent: str) -> List[str]:
        """Counts what stands in any JSON: what an object holds by these lines, what is deeper by a function."""
        item = f"{place}_"
        zero = f"{indent}elif not {place} and minus_zero(f): raise No"
        if left <= 0:
            return [f"{indent}if {place}.__class__ in CONTAINERS: raise No", zero]
        return [
            f"{indent}if {place}.__class__ is dict:",
            f"{indent} n += len({place})",
            f"{indent} for {item} in {place}.values():",
            f"{indent}  if {item}.__class__ is not str:",
            f"{indent}   if {item}.__class__ in CONTAINERS: n += count({item}, {left - 1}, f)",
            f"{indent}   elif not {item} and minus_zero(f): raise No",
            f"{indent}elif {place}.__class__ is list: n += count({place}, {left}, f)",
            zero,
        ]

    def signed(self, known: Type, place: str, indent: str) -> List[str]:
        """Has the walk look at a number that may be 0 with a sign."""
        if self.signs or known.ranges and not any(_holds_zero(bounds) for bounds in known.ranges):
            return []
        return [f"{indent}if not {place} and minus_zero(f): raise No"]

    def items(self, known: Type, place: str, depth: int, indent: str) -> List[str]:
        """Checks a list or a map."""
        if depth + 1 > self.depth:
            raise Unsupported
        # Many numbers are not asked one by one.
        self.signs = True
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


def _summed(lines: List[str]) -> Tuple[int, List[str]]:
    """What is counted in any case, and the other lines."""
    sure = [line for line in lines if line.startswith(" n += ") and line[6:].isdigit()]
    return sum(int(line[6:]) for line in sure), [line for line in lines if line not in sure]


def _holds_zero(bounds: Sequence[Any]) -> bool:
    return (bounds[0] is None or bounds[0] <= 0) and (bounds[1] is None or bounds[1] >= 0)
