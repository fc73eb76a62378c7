# @generated: comes with what ltpc writes for Python, and is the same for every protocol.
"""What the sides of sessions have in common."""

from __future__ import annotations

from typing import Any, Dict, List, Mapping, Optional, Sequence, Tuple, Type

from .binding import Binding, Record
from .evaluate import Scope
from .drafts import options as read_options
from .machine import Machine
from .schema import Schema
from .transport import Endpoint
from .values import Value


def options_of(given: Mapping[str, Any]) -> Dict[str, Any]:
    """The options of which something is said."""
    return {name: value for name, value in given.items() if value is not None}


def machine_of(schema: Schema, session: int, role: int, binding: Binding, options: Mapping[str, Any]) -> Machine:
    """A machine with the application's options. Raises :class:`Refused` if they do not conform."""
    table = schema.sessions[session]["roles"][role]
    types = {var["name"]: var["type"] for var in table["options"]}
    said = {name: binding.value(types[name], value) if name in types else value for name, value in options.items()}

    def evaluate(before: List[Value], expr: Dict[str, Any]) -> Value:
        return Scope(schema, table, before).eval(expr)

    return Machine(schema, table, read_options(schema, table, said, evaluate), binding.arrived)


def endpoint_of(endpoints: Sequence[Endpoint], url: Optional[str]) -> Endpoint:
    """The endpoint that an address is one of, by its scheme; without an address the first."""
    schemes = {"websocket": ("ws://", "wss://"), "lines": ("tcp://", "tls://"), "framed": ("tcp://", "tls://")}
    for endpoint in endpoints:
        if url is None or url.startswith(schemes[endpoint.transport]) or (endpoint.alias and url.startswith(endpoint.alias)):
            return endpoint
    raise ValueError(f"no endpoint is reached by {url}")


def given(cls: Type[Record], said: Sequence[Any], members: Mapping[str, Any]) -> Tuple[Any, Dict[str, Any]]:
    """What a call says of a message and of its envelope: one whole body, or members in their order and by name."""
    names = [attribute for _, attribute in cls.__wire__]
    if len(said) == 1 and isinstance(said[0], (cls, Mapping)):
        return said[0], dict(members)
    if len(said) > len(names):
        raise TypeError(f"{cls.__name__} has {len(names)} members, {len(said)} were given")
    body: Dict[str, Any] = dict(zip(names, said))
    envelope: Dict[str, Any] = {}
    for name, value in members.items():
        if name in names:
            body[name] = value
        else:
            envelope[name] = value
    return body, envelope
