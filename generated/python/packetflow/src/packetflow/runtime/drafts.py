# @generated: comes with what ltpc writes for Python, and is the same for every protocol.
"""What an application asks to send, what it chooses, and what was stored for it."""

from __future__ import annotations

import re
from typing import Any, Dict, List, Mapping, Optional, Sequence

from . import tape as tapes, walk
from .findings import Refused, Violation
from .framed import expected_tags
from .refusals import unreadable
from .schema import Member, Schema
from .tape import Unreadable
from .values import Decoded, Raw, Value, text_of
from .words import shorten

TAG = "(tag)"
"""The member of a draft that names a message which is framed text."""

_DURATION = re.compile(r"\s*([0-9_]+)\s*(ms|s|min|h|d)\s*")
_UNITS = {"ms": 1, "s": 1_000, "min": 60_000, "h": 3_600_000, "d": 86_400_000}


class Draft:
    """A message that an application asks to send: its body, and what it says of the envelope.

    What it leaves out is filled in by defaults and by the state's stamps.
    """

    __slots__ = ("message", "tag", "envelope", "body")

    def __init__(self, message: int, tag: str, envelope: Dict[str, Value], body: Value) -> None:
        self.message = message
        self.tag = tag
        self.envelope = envelope
        self.body = body


def parse(schema: Schema, text: str) -> Draft:
    """Reads the JSON form: the message as it is sent, without what is to be filled in. Raises :class:`Refused`."""
    try:
        tape = tapes.parse(text, schema.limits.depth, schema.limits.list, schema.limits.members)
    except Unreadable as refused:
        raise Refused([Violation("", refused.rule, *unreadable(refused, text.encode(), schema))]) from None
    return of_members(schema, tape.value(tape.root))


def of_members(schema: Schema, members: Value) -> Draft:
    """The draft that an object's members make. Raises :class:`Refused` if they name no message."""
    if isinstance(members, dict):
        for name in schema.tag_names if schema.framed is None else [""]:
            tag = members.get(name or TAG)
            if not isinstance(tag, str):
                continue
            message = schema.find(name, tag)
            if message is not None:
                return _sorted(schema, message, tag, members)
    if schema.framed is not None:
        expected = f'an object with "{TAG}": {expected_tags(schema, schema.framed)}'
        raise Refused([Violation("", "type", expected, shorten(text_of(members)))])
    walk.decode(schema, text_of(members))
    raise Refused([Violation("", "type", "a message", "another")])


def _sorted(schema: Schema, message: int, tag: str, members: Dict[str, Value]) -> Draft:
    envelope = schema.envelopes[schema.messages[message].envelope]
    own = {name for name in (member.name for member in envelope.members)}
    of_envelope = {name: value for name, value in members.items() if name in own}
    body: Value
    if envelope.body is not None:
        body = members.get(envelope.body)
    else:
        body = {name: value for name, value in members.items() if name not in own and name != (envelope.tag or TAG)}
    return Draft(message, tag, of_envelope, body)


def filled(schema: Schema, draft: Draft) -> Decoded:
    """The message, with the defaults of what is left out. It need not conform."""
    message = schema.messages[draft.message]
    envelope = _filled(schema, schema.envelopes[message.envelope].members, draft.envelope)
    body = {} if draft.body is None else draft.body
    if schema.types[message.body].kind == "record" and isinstance(body, dict):
        body = _filled(schema, schema.types[message.body].members, body)
    return Decoded(draft.message, draft.tag, envelope, body)


def _filled(schema: Schema, members: Sequence[Member], given: Dict[str, Value]) -> Dict[str, Value]:
    made = dict(given)
    for member in members:
        if member.name not in made and member.fill is not None:
            made[member.name] = walk.constant(schema, member.type, member.fill)
    return made


def with_defaults(schema: Schema, members: Sequence[Member], given: Dict[str, Value]) -> Dict[str, Value]:
    """An object of members that are given; of the others, and of those that may be absent and are none, the default."""
    made: Dict[str, Value] = {}
    for member in members:
        if member.name in given and (given[member.name] is not None or member.required):
            made[member.name] = given[member.name]
        elif member.fill is not None:
            made[member.name] = walk.constant(schema, member.type, member.fill)
    return made


def load(schema: Schema, persists: Sequence[Dict[str, Any]], stored: Optional[str]) -> List[Value]:
    """The persisted variables of a stored object; none where it does not conform."""
    members: Value = None
    if stored is not None:
        try:
            tape = tapes.parse(stored, schema.limits.depth, schema.limits.list, schema.limits.members)
            members = tape.value(tape.root)
        except Unreadable:
            members = None
    values: List[Value] = []
    for var in persists:
        value: Value = None
        if isinstance(members, dict) and var["name"] in members:
            try:
                value = walk.decode_value(schema, var["type"], text_of(members[var["name"]]))
            except Refused:
                value = None
        values.append(value)
    return values


def options(schema: Schema, role: Dict[str, Any], given: Mapping[str, Value], evaluate: Any) -> List[Value]:
    """The values of a role's options: those that are given, else as declared.

    Durations are milliseconds, or text such as ``"45 s"``. Raises :class:`Refused` with all that is wrong.
    """
    violations: List[Violation] = []
    values: List[Value] = []
    for var in role["options"]:
        name = var["name"]
        if name not in given:
            if var["init"] is None and not var["nullable"]:
                violations.append(Violation(f"/{name}", "required", walk.kind_of(schema, var["type"]), "nothing"))
            values.append(None if var["init"] is None else evaluate(values, var["init"]))
            continue
        value = given[name]
        text = text_of(value)
        if value is None and var["nullable"]:
            values.append(None)
            continue
        if var["duration"] and isinstance(value, str):
            match = _DURATION.fullmatch(value)
            if match is None:
                violations.append(Violation(f"/{name}", "type", 'a duration such as "45 s", or milliseconds', text))
                values.append(0)
                continue
            text = str(int(match.group(1).replace("_", "")) * _UNITS[match.group(2)])
        try:
            values.append(walk.decode_value(schema, var["type"], text))
        except Refused as refused:
            violations += [violation._replace(pointer=f"/{name}{violation.pointer}") for violation in refused.violations]
            values.append(None)
    known = [var["name"] for var in role["options"]]
    for name in given:
        if name not in known:
            violations.append(Violation(f"/{name}", "one_of", f"one of {', '.join(known)}", f"the unknown option `{name}`"))
    if violations:
        raise Refused(violations)
    return values


__all__ = ["Draft", "Raw", "filled", "load", "of_members", "options", "parse"]
