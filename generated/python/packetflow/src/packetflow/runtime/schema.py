# @generated: comes with what ltpc writes for Python, and is the same for every protocol.
"""A protocol's tables, read once."""

from __future__ import annotations

import json
from typing import Any, Dict, List, Optional, Sequence, Tuple

from .scan import Framing
from .values import Decoded, Value


class Limits:
    """What a receiver enforces while it reads."""

    __slots__ = ("message", "depth", "string", "list", "members")

    def __init__(self, limits: Dict[str, int]) -> None:
        self.message = limits["message"]
        self.depth = limits["depth"]
        self.string = limits["string"]
        self.list = limits["list"]
        self.members = limits["members"]


class Pattern:
    """A regular expression as the table of its automaton: one look-up an octet, no backtracking."""

    __slots__ = ("source", "classes", "next", "stride", "accepting")

    def __init__(self, table: Dict[str, Any]) -> None:
        self.source: str = table["source"]
        self.classes: List[int] = table["classes"]
        self.next: List[int] = table["next"]
        self.stride: int = table["stride"]
        self.accepting = frozenset(table["accepting"])

    def matches(self, text: str) -> bool:
        state = 1
        for octet in text.encode():
            state = self.next[state * self.stride + self.classes[octet]]
            if state == 0:
                return False
        return state in self.accepting


class Member:
    """A member of a record or an envelope."""

    __slots__ = ("name", "type", "accepts", "optional", "default", "always", "fill")

    def __init__(self, table: Dict[str, Any]) -> None:
        self.name: str = table["name"]
        self.type: int = table["type"]
        self.accepts: Sequence[str] = table.get("accepts", ())
        self.optional: bool = table.get("optional", False)
        # What absent means, as canonical text.
        self.default: Optional[str] = table.get("default")
        self.always: bool = table.get("always", False)
        # What a sender says where nothing is said.
        self.fill: Optional[str] = table.get("fill", self.default)

    @property
    def required(self) -> bool:
        return not self.optional and self.default is None


class Type:
    """What a value may be."""

    __slots__ = (
        "kind", "name", "ranges", "length", "one_of", "pattern", "format", "of", "toon_key", "members", "by_name", "open",
        "variants", "tag", "cases", "kind_member", "encoding", "encoding_in_envelope",
    )  # fmt: skip

    def __init__(self, table: Dict[str, Any]) -> None:
        self.kind: str = table["is"]
        self.name: str = table.get("name", "")
        self.ranges: List[List[Any]] = table.get("ranges") or []
        if self.kind in ("int", "uint"):
            self.ranges = [[int(start), int(end)] for start, end in self.ranges]
        bounds = table.get("length")
        self.length = None if bounds is None else (int(bounds[0]), None if bounds[1] is None else int(bounds[1]))
        self.one_of: Sequence[str] = table.get("one_of", ())
        self.pattern = Pattern(table["pattern"]) if "pattern" in table else None
        self.format: Optional[str] = table.get("format")
        self.of: int = table.get("of", 0)
        self.toon_key: Optional[str] = table.get("toon_key")
        self.members = [Member(member) for member in table.get("members", ())]
        self.by_name = places(self.members)
        self.open: bool = table.get("open", False)
        self.variants: Sequence[str] = table.get("variants", ())
        self.tag: str = table.get("tag", "")
        self.cases: Dict[str, int] = dict(table.get("cases") or table.get("kinds") or ())
        self.kind_member: str = table.get("kind", "")
        encoding = table.get("encoding")
        self.encoding: Optional[str] = encoding and encoding["name"]
        self.encoding_in_envelope: bool = bool(encoding and encoding["envelope"])


class Envelope:
    """What carries messages."""

    __slots__ = ("name", "tag", "members", "by_name", "body", "position", "body_optional")

    def __init__(self, table: Dict[str, Any]) -> None:
        self.name: str = table["name"]
        self.tag: str = table["tag"]
        self.members = [Member(member) for member in table["members"]]
        self.by_name = places(self.members)
        body = table["body"]
        self.body: Optional[str] = body and body["name"]
        self.position: int = body["position"] if body else len(self.members)
        self.body_optional: bool = bool(body and body["optional"])


class Message:
    """A message."""

    __slots__ = ("name", "tag", "pattern", "envelope", "body", "flat")

    def __init__(self, table: Dict[str, Any]) -> None:
        self.name: str = table["name"]
        self.tag: Optional[str] = table["tag"]
        self.pattern = Pattern(table["pattern"]) if table["pattern"] else None
        self.envelope: int = table["envelope"]
        self.body: int = table["body"]
        self.flat: bool = table["flat"]


class Schema:
    """Everything that the walk and the machines read."""

    def __init__(self, text: str) -> None:
        tables = json.loads(text)
        self.protocol: str = tables["protocol"]
        self.version: str = tables["version"]
        self.limits = Limits(tables["limits"])
        self.types = [Type(table) for table in tables["types"]]
        self.envelopes = [Envelope(table) for table in tables["envelopes"]]
        self.messages = [Message(table) for table in tables["messages"]]
        self.tiers: List[List[Dict[str, Any]]] = tables["tiers"]
        self.digests: List[Dict[str, Any]] = tables["digests"]
        self.sessions: List[Dict[str, Any]] = tables["sessions"]
        self.groups: List[Dict[str, Any]] = tables["groups"]
        self.works: List[Dict[str, Any]] = tables["works"]
        framing = tables["framing"]
        self.framed: Optional[Framing] = None if framing is None else Framing(framing)
        self.constants: Dict[Tuple[int, str], Value] = {}
        """Defaults that were read, each by its type and text."""
        self._payloads = [self._payload(known) for known in self.types]
        self.tag_names = list(dict.fromkeys(envelope.tag for envelope in self.envelopes if envelope.tag))

    def role(self, session: str, role: str) -> Dict[str, Any]:
        """A role's table."""
        for known in self.sessions:
            for candidate in known["roles"]:
                if known["name"] == session and candidate["name"] == role:
                    found: Dict[str, Any] = candidate
                    return found
        raise KeyError(f"{session}.{role}")

    def find(self, member: Optional[str], tag: str) -> Optional[int]:
        """The message that a tag's text names, where the tag member has that name; ``None``: in any envelope."""
        for by_text in (True, False):
            for index, message in enumerate(self.messages):
                if member is not None and self.envelopes[message.envelope].tag != member:
                    continue
                if by_text and message.tag == tag or not by_text and message.pattern and message.pattern.matches(tag):
                    return index
        return None

    def payload(self, type_id: int) -> Optional[Type]:
        """The payload that a type is, `null` aside."""
        return self._payloads[type_id]

    def _payload(self, found: Type) -> Optional[Type]:
        while found.kind == "nullable":
            found = self.types[found.of]
        return found if found.kind == "payload" else None

    def body_members(self, message: int) -> Sequence[Member]:
        """The members of a message's body; none if it is any object."""
        return self.types[self.messages[message].body].members


def places(members: Sequence[Member]) -> Dict[str, int]:
    """Which member each name is read as."""
    found: Dict[str, int] = {}
    for index, member in enumerate(members):
        for name in (member.name, *member.accepts):
            found.setdefault(name, index)
    return found


__all__ = ["Decoded", "Envelope", "Limits", "Member", "Message", "Pattern", "Schema", "Type", "Value"]
