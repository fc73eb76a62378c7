# @generated: comes with what ltpc writes for Python, and is the same for every protocol.
"""A JSON text as a tree of places: what the walk moves over.

Grammar, half surrogate pairs and depth are refused here. Of a list or object past its limit only as much is recorded as the limit allows.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Callable, List, Optional

from .values import Number, Value

if TYPE_CHECKING:
    from .schema import Limits

NULL, BOOL, NUMBER, STRING, LIST, OBJECT = range(6)

_PLAIN = re.compile(r'[^"\\\x00-\x1f]*')
_SPACE = re.compile(r"[ \n\r\t]*")
_DIGITS = re.compile(r"[0-9]*")
_HEX = "0123456789abcdefABCDEF"
_ESCAPES = {'"': '"', "\\": "\\", "/": "/", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}
_WORDS = (("true", BOOL), ("false", BOOL), ("null", NULL))


class Unreadable(Exception):
    """Why a whole text cannot be read: the rule, and the octet."""

    def __init__(self, rule: str, at: int) -> None:
        super().__init__(rule, at)
        self.rule = rule
        self.at = at


class Node:
    """One value: what it is, where it stands, and what it holds."""

    __slots__ = ("shape", "start", "end", "count", "string", "items", "names", "integer")

    def __init__(self, shape: int, start: int) -> None:
        self.shape = shape
        self.start = start
        self.end = start
        # Items or members that stand there; of a string, its octets.
        self.count = 0
        self.string = ""
        self.items: List[Node] = []
        self.names: List[Node] = []
        self.integer = False


class Tape:
    """A text and its nodes."""

    __slots__ = ("text", "root")

    def __init__(self, text: str, root: Node) -> None:
        self.text = text
        self.root = root

    def raw(self, node: Node) -> str:
        """The node's text as it stands."""
        return self.text[node.start : node.end]

    def value(self, node: Node) -> Value:
        """The node as a value without raw parts."""
        shape = node.shape
        if shape == STRING:
            return node.string
        if shape == NUMBER:
            return Number(self.raw(node))
        if shape == BOOL:
            return self.text[node.start] == "t"
        if shape == LIST:
            return [self.value(item) for item in node.items]
        if shape == OBJECT:
            return {name.string: self.value(item) for name, item in zip(node.names, node.items)}
        return None


def parse(text: str, depth: int, lists: Optional[int], members: Optional[int]) -> Tape:
    """Reads a text in which at most ``depth`` objects and lists may be nested.

    Raises :class:`Unreadable`.
    """
    return Tape(text, _Parser(text, depth, lists, members).run())


class _Parser:
    __slots__ = ("text", "at", "depth", "limits", "open", "muted")

    def __init__(self, text: str, depth: int, lists: Optional[int], members: Optional[int]) -> None:
        self.text = text
        self.at = 0
        self.depth = depth
        self.limits = (lists, members)
        self.open: List[Node] = []
        # How many lists and objects are open outside the one that is past its limit.
        self.muted = -1

    def fail(self, rule: str, at: int) -> Unreadable:
        return Unreadable(rule, len(self.text[:at].encode("utf-8", "surrogatepass")))

    def space(self) -> str:
        match = _SPACE.match(self.text, self.at)
        self.at = match.end() if match else self.at
        return self.text[self.at] if self.at < len(self.text) else ""

    def run(self) -> Node:
        root = self.one()
        self.space()
        if self.at < len(self.text):
            raise self.fail("syntax", self.at)
        return root

    def one(self) -> Node:
        """One value, with all that it holds."""
        root: Optional[Node] = None
        while True:
            first = self.space()
            start = self.at
            if first == "{" or first == "[":
                if len(self.open) >= self.depth:
                    raise self.fail("depth", start)
                node = Node(OBJECT if first == "{" else LIST, start)
                self.at += 1
                self.keep(node)
                self.open.append(node)
            elif first == '"':
                node = self.string()
                self.keep(node)
            elif first == "-" or "0" <= first <= "9":
                node = Node(NUMBER, start)
                self.number(node)
                self.keep(node)
            else:
                node = self.word()
                self.keep(node)
            if root is None:
                root = node
            if not self.next():
                return root

    def keep(self, node: Node) -> None:
        if self.muted < 0 and self.open:
            self.open[-1].items.append(node)

    def next(self) -> bool:
        """Passes what stands between two values; says whether another follows."""
        while self.open:
            node = self.open[-1]
            is_object = node.shape == OBJECT
            first = node.count == 0
            found = self.space()
            if found == ("}" if is_object else "]"):
                self.at += 1
                self.open.pop()
                node.end = self.at
                if self.muted >= len(self.open):
                    self.muted = -1
                continue
            if not found or not (first or found == ","):
                raise self.fail("syntax", self.at)
            if not first:
                self.at += 1
            node.count += 1
            limit = self.limits[1 if is_object else 0]
            if limit is not None and node.count > limit and self.muted < 0:
                self.muted = len(self.open) - 1
            if is_object:
                if self.space() != '"':
                    raise self.fail("syntax", self.at)
                name = self.string()
                if self.muted < 0:
                    node.names.append(name)
                if self.space() != ":":
                    raise self.fail("syntax", self.at)
                self.at += 1
            return True
        return False

    def word(self) -> Node:
        for word, shape in _WORDS:
            if self.text.startswith(word, self.at):
                node = Node(shape, self.at)
                self.at += len(word)
                node.end = self.at
                return node
        raise self.fail("syntax", self.at)

    def digits(self, at: int) -> int:
        match = _DIGITS.match(self.text, at)
        end = match.end() if match else at
        if end == at:
            raise self.fail("syntax", at)
        return end

    def number(self, node: Node) -> None:
        text, at, integer = self.text, self.at, True
        if text[at] == "-":
            at += 1
        at = at + 1 if text[at : at + 1] == "0" else self.digits(at)
        if text[at : at + 1] == ".":
            integer = False
            at = self.digits(at + 1)
        if text[at : at + 1] in ("e", "E"):
            integer = False
            at += 1
            if text[at : at + 1] in ("+", "-"):
                at += 1
            at = self.digits(at)
        node.integer = integer
        node.end = self.at = at

    def string(self) -> Node:
        node = Node(STRING, self.at)
        text, at = self.text, self.at + 1
        match = _PLAIN.match(text, at)
        end = match.end() if match else at
        if text[end : end + 1] == '"':
            node.string = text[at:end]
        else:
            parts: List[str] = []
            while True:
                parts.append(text[at:end])
                found = text[end : end + 1]
                if found == '"':
                    break
                if found != "\\":
                    raise self.fail("syntax", end)
                part, at = self.escape(end)
                parts.append(part)
                match = _PLAIN.match(text, at)
                end = match.end() if match else at
            node.string = "".join(parts)
        node.count = len(node.string) if node.string.isascii() else len(node.string.encode())
        node.end = self.at = end + 1
        return node

    def escape(self, at: int) -> "tuple[str, int]":
        kind = self.text[at + 1 : at + 2]
        if kind == "u":
            unit = self.hex(at + 2)
            if 0xD800 <= unit < 0xDC00:
                if self.text[at + 6 : at + 8] != "\\u":
                    raise self.fail("surrogate", at)
                low = self.hex(at + 8)
                if not 0xDC00 <= low < 0xE000:
                    raise self.fail("surrogate", at)
                return chr(0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00)), at + 12
            if 0xDC00 <= unit < 0xE000:
                raise self.fail("surrogate", at)
            return chr(unit), at + 6
        plain = _ESCAPES.get(kind)
        if plain is None:
            raise self.fail("syntax", at)
        return plain, at + 2

    def hex(self, at: int) -> int:
        for index in range(at, at + 4):
            digit = self.text[index : index + 1]
            if not digit or digit not in _HEX:
                raise self.fail("syntax", index)
        return int(self.text[at : at + 4], 16)


def find_string(text: str, wanted: str, limits: Limits, passable: Callable[[Node], bool]) -> Optional[str]:
    """The text of a member of the object that a text begins with; what stands behind it may be broken."""
    parser = _Parser(text, limits.depth - 1, limits.list, limits.members)
    try:
        if parser.space() != "{":
            return None
        parser.at += 1
        root = Node(OBJECT, 0)
        while True:
            first = parser.space()
            if root.count:
                if first != ",":
                    return None
                parser.at += 1
                parser.space()
            root.count += 1
            if root.count > limits.members or parser.text[parser.at : parser.at + 1] != '"':
                return None
            name = parser.string()
            if name.count > limits.string or parser.space() != ":":
                return None
            parser.at += 1
            value = parser.one()
            if name.string == wanted:
                return value.string if value.shape == STRING and value.count <= limits.string else None
            if not passable(value):
                return None
    except Unreadable:
        return None
