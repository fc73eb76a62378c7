"""How fast a generated Python package is, beside pydantic v2, in one process: each takes its turn again and again, and the best turn counts.

Usage: python race.py SOURCES"""

import sys
import time
from typing import Annotated, Any, Dict, List, Literal, Optional, Union

import msgspec
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

sys.path.insert(0, sys.argv[1])

import ltp_client  # noqa: E402

ENCODE = msgspec.json.Encoder().encode

UUID = Annotated[str, Field(pattern=r"^[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}$")]
Unit = Annotated[float, Field(ge=-1, le=1)]
Unsigned = Annotated[int, Field(strict=True, ge=0, le=2**64 - 1)]


class Affect(BaseModel):
    valence: Unit
    arousal: Unit


class Meta(BaseModel):
    model_config = ConfigDict(extra="allow")
    client_id: Optional[str] = None
    trace_id: Optional[str] = None
    parent_span_id: Optional[str] = None
    user_agent: Optional[str] = None
    context_tag: Optional[str] = None
    affect: Optional[Affect] = None


class Point(BaseModel):
    t: Unsigned
    valence: Unit
    arousal: Unit


class Log(BaseModel):
    kind: Literal["affect_log_v1"]
    data: List[Point]


class Minimal(BaseModel):
    kind: Literal["minimal", "full", "delta"]
    data: Dict[str, Any]


class Event(BaseModel):
    event_type: str
    data: Any


class Envelope(BaseModel):
    thread_id: UUID
    session_id: UUID
    timestamp: Unsigned
    content_encoding: Literal["json", "toon"] = "json"
    meta: Optional[Meta] = None
    nonce: Optional[str] = None
    signature: Optional[str] = None


class StateUpdateMessage(Envelope):
    type: Literal["state_update"]
    payload: Annotated[Union[Log, Minimal], Field(discriminator="kind")]


class EventMessage(Envelope):
    type: Literal["event"]
    payload: Event


class PingMessage(Envelope):
    type: Literal["ping"]
    payload: Dict[str, Any] = {}


PYDANTIC = TypeAdapter(Annotated[Union[StateUpdateMessage, EventMessage, PingMessage], Field(discriminator="type")])
HEAD = '"thread_id":"4f3c9e2a-8b21-4c71-9d3f-1a9b12345678","session_id":"7c9e6679-7425-40de-944b-e07fc1f90ae7","timestamp":1731700000'
META = '"meta":{"client_id":"device-1","trace_id":"abc","context_tag":"focus","affect":{"valence":0.5,"arousal":-0.25}},"nonce":"n-1"'
POINTS = ",".join(f'{{"t":{t},"valence":0.{t + 1},"arousal":-0.{t + 1}}}' for t in range(8))
MESSAGES = {
    "a ping": f'{{"type":"ping",{HEAD},"payload":{{}}}}',
    "an event": f'{{"type":"event",{HEAD},"payload":{{"event_type":"tap","data":{{"target":"button","n":3}}}},{META}}}',
    "a log of eight": f'{{"type":"state_update",{HEAD},"payload":{{"kind":"affect_log_v1","data":[{POINTS}]}},{META}}}',
}


def race(contenders, turns=400, each=40):
    best = dict.fromkeys(contenders, float("inf"))
    for _ in range(turns):
        for name, run in contenders.items():
            start = time.perf_counter()
            for _ in range(each):
                run()
            best[name] = min(best[name], (time.perf_counter() - start) / each)
    return best


def again(made):
    """What an application does to make a model: its constructor judges."""
    model, given = type(made), made.model_dump(exclude_none=True)
    return lambda: model(**given)


def plainly(made):
    """The same, of classes that do not judge before they are written."""
    envelope, body = made.envelope, made.body
    said = {name: getattr(envelope, name) for name in type(envelope).__struct_fields__ if getattr(envelope, name) is not None}
    content = {name: getattr(body, name) for name in type(body).__struct_fields__}
    message, carrying, of, tag = type(made), type(envelope), type(body), made.tag
    return lambda: message(carrying(**said), of(**content), tag)


print(f"{'':16}{'':34}{'pydantic':>10}{'generated':>11}{'ratio':>7}")
for name, text in MESSAGES.items():
    frame = text.encode()
    theirs, ours = PYDANTIC.validate_json(frame), ltp_client.decode(frame)
    assert ltp_client.encode(ours) == text, "what is read is written again"
    make, make_ours = again(theirs), plainly(ltp_client.decode(frame))
    assert ltp_client.encode(make_ours()) == text
    assert PYDANTIC.validate_json(make().model_dump_json(exclude_none=True)) == theirs
    application = make_ours()
    rows = {
        "decode and validate": (lambda: PYDANTIC.validate_json(frame), lambda: ltp_client.decode(frame)),
        # pydantic judges when a model is made, and does not look at what it writes.
        "make, validate and encode": (lambda: make().model_dump_json(exclude_none=True), lambda: ltp_client.encode(make_ours())),
        "encode (theirs does not validate)": (lambda: theirs.model_dump_json(exclude_none=True), lambda: ltp_client.encode(application)),
    }
    for what, (pydantic, generated) in rows.items():
        best = race({"pydantic": pydantic, "generated": generated})
        print(f"{name:16}{what:34}{best['pydantic'] * 1e6:8.2f}us{best['generated'] * 1e6:9.2f}us{best['pydantic'] / best['generated']:7.1f}")

# What there is no way around: `msgspec` itself, which forgets names that stand twice, and judges nothing that it writes.
print(f"{'of ours, msgspec':24}{'decodes':>10}{'encodes':>11}")
for name, text in MESSAGES.items():
    frame, message = text.encode(), ltp_client.decode(text)
    decode, wire = msgspec.json.Decoder(type(message._envelope)).decode, message._envelope
    best = race({"decodes": lambda: decode(frame), "encodes": lambda: ENCODE(wire)})
    print(f"{name:24}{best['decodes'] * 1e6:8.2f}us{best['encodes'] * 1e6:9.2f}us")
