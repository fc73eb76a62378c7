# @generated: comes with what ltpc writes for Python, and is the same for every protocol.
"""TOON (Token-Oriented Object Notation, version 4): documents to JSON.

Decoding is strict and complete. What it gives is JSON text without white space, the number tokens as they stand; names that stand twice in
one object stand twice there too, for whoever reads it to refuse.
"""

from __future__ import annotations

import re
from typing import List, NamedTuple, Optional, Tuple

from . import numbers
from .values import quote

_INDENT = 2
_ESCAPES = {"\\": "\\", '"': '"', "n": "\n", "r": "\r", "t": "\t"}
_COUNT = re.compile(r"0|[1-9][0-9]*")


class Wrong(Exception):
    """Why a document is not read: ``text`` (at a line), ``size`` or ``depth``."""

    def __init__(self, what: str, line: int = 0) -> None:
        super().__init__(what, line)
        self.what = what
        self.line = line


class Line(NamedTuple):
    """One line that says something."""

    number: int
    depth: int
    content: str
    after_blank: bool


class Header(NamedTuple):
    """What a header line declares."""

    key: Optional[str]
    items: int
    delimiter: str
    keyed: bool
    fields: List[Tuple[str, str]]
    nesting: int
    inline: str


def to_json(document: str, depth: int, size: int, is_list: bool) -> str:
    """Decodes a document to JSON text of at most ``size`` octets, nested at most ``depth`` deep.

    A list may stand at the document's root or as the one member of the document's object. Raises :class:`Wrong`.
    """
    decoder = _Decoder(document, depth, size)
    start = decoder.root(is_list)
    if start is not None and is_list:
        return "".join(decoder.out[start:-1])
    return "".join(decoder.out)


class _Malformed(Exception):
    pass


class _Decoder:
    def __init__(self, document: str, deepest: int, most: int) -> None:
        self.lines = (document[1:] if document.startswith("\ufeff") else document).split("\n")
        self.number = 0
        self.peeked: Optional[Line] = None
        self.out: List[str] = []
        self.octets = 0
        self.most = most
        self.deepest = deepest
        self.depth = 0
        self.spans = 0

    def wrong(self) -> Wrong:
        return Wrong("text", self.number)

    def peek(self) -> Optional[Line]:
        if self.peeked is None:
            after_blank = False
            while self.number < len(self.lines):
                line = self.lines[self.number]
                self.number += 1
                line = (line[:-1] if line.endswith("\r") else line).rstrip(" ")
                content = line.lstrip(" ")
                spaces = len(line) - len(content)
                if not content:
                    after_blank = True
                elif content.startswith("#"):
                    continue
                elif spaces % _INDENT or content.startswith("\t"):
                    raise self.wrong()
                else:
                    self.peeked = Line(self.number, spaces // _INDENT, content, after_blank)
                    break
        return self.peeked

    def root(self, is_list: bool) -> Optional[int]:
        """Writes the whole document; of an object with one member gives where that member's value starts."""
        line = self.peek()
        if line is None:
            self.open("{")
            self.close("}")
            return None
        if line.depth:
            raise self.wrong()
        header = self.header(line.content)
        if header is not None and header.key is None:
            self.peeked = None
            self.table_or_list(header, 0)
        elif header is None and line.content == "[]":
            self.peeked = None
            self.push("[]")
        elif header is None and _find(line.content, ":") is None:
            self.peeked = None
            self.primitive(line.content)
        else:
            self.deepest += 1 if is_list else 0
            self.open("{")
            members, start = self.fields(0, 0)
            self.close("}")
            return start if members == 1 else None
        if self.peek() is not None:
            raise self.wrong()
        return None

    def fields(self, depth: int, members: int) -> Tuple[int, int]:
        first = 0
        while True:
            line = self.at(depth)
            if line is None:
                return members, first
            self.pass_(line)
            if members:
                self.push(",")
            members += 1
            start = self.field(line.content, depth)
            if members == 1:
                first = start

    def field(self, content: str, depth: int) -> int:
        header = self.header(content)
        if header is not None:
            if header.key is None:
                raise self.wrong()
            start = self.key(header.key)
            self.table_or_list(header, depth)
            return start
        colon = _find(content, ":")
        if colon is None:
            raise self.wrong()
        start = self.key(self.some(_key(content[:colon])))
        token = content[colon + 1 :].strip(" ")
        if token == "":
            self.open("{")
            self.fields(depth + 1, 0)
            self.close("}")
        elif token == "[]":
            self.push("[]")
        else:
            self.primitive(token)
        return start

    def table_or_list(self, header: Header, depth: int) -> None:
        self.open("{" if header.keyed else "[")
        if header.inline:
            count = self.cells(header)
        else:
            outside = self.spans
            count = self.scope(header, depth + 1, outside)
            self.spans = outside
        if count != header.items:
            raise self.wrong()
        self.close("}" if header.keyed else "]")

    def scope(self, header: Header, depth: int, outside: int) -> int:
        count = 0
        while True:
            line = self.at(depth)
            if line is None:
                return count
            self.pass_(line)
            self.spans = outside + 1
            if count:
                self.push(",")
            count += 1
            if header.keyed:
                colon = _find(line.content, ":")
                if colon is None:
                    raise self.wrong()
                self.key(self.some(_key(line.content[:colon])))
                self.row(header, line.content[colon + 1 :])
            elif not header.fields:
                self.item(line, depth)
            else:
                at = _find(line.content, header.delimiter + ":")
                if at is not None and line.content[at] == ":":
                    raise self.wrong()
                self.row(header, line.content)

    def cells(self, header: Header) -> int:
        tokens = _split(header.inline, header.delimiter)
        for index, token in enumerate(tokens):
            if index:
                self.push(",")
            self.primitive(token)
        return len(tokens)

    def row(self, header: Header, row: str) -> None:
        if self.depth + header.nesting > self.deepest:
            raise Wrong("depth")
        tokens = iter(_split(row, header.delimiter))
        self.push("{")
        opened = True
        for what, name in header.fields:
            if what == "close":
                self.push("}")
                opened = False
                continue
            if not opened:
                self.push(",")
            opened = False
            self.push(name)
            if what == "leaf":
                self.primitive(self.some(next(tokens, None)))
            else:
                self.push("{")
                opened = True
        if next(tokens, None) is not None:
            raise self.wrong()
        self.push("}")

    def item(self, line: Line, depth: int) -> None:
        if line.content == "-":
            content = ""
        elif line.content.startswith("- "):
            content = line.content[2:].strip(" ")
        else:
            raise self.wrong()
        if content == "":
            self.open("{")
            self.close("}")
            return
        if content == "[]":
            self.push("[]")
            return
        header = self.header(content)
        if header is not None and header.key is None:
            if header.fields:
                raise self.wrong()
            self.table_or_list(header, depth)
        elif header is None and _find(content, ":") is None:
            self.primitive(content)
        else:
            self.open("{")
            self.field(content, depth + 1)
            self.fields(depth + 1, 1)
            self.close("}")

    def at(self, depth: int) -> Optional[Line]:
        line = self.peek()
        if line is not None and line.depth > depth:
            raise self.wrong()
        return line if line is not None and line.depth == depth else None

    def pass_(self, line: Line) -> None:
        if line.after_blank and self.spans > 0:
            raise Wrong("text", line.number)
        self.peeked = None

    def header(self, content: str) -> Optional[Header]:
        try:
            return _header(content)
        except _Malformed:
            raise self.wrong() from None

    def key(self, key: str) -> int:
        self.push(quote(key) + ":")
        return len(self.out)

    def primitive(self, token: str) -> None:
        self.push(self.some(_primitive(token)))

    def open(self, bracket: str) -> None:
        self.depth += 1
        if self.depth > self.deepest:
            raise Wrong("depth")
        self.push(bracket)

    def close(self, bracket: str) -> None:
        self.depth -= 1
        self.push(bracket)

    def push(self, text: str) -> None:
        self.out.append(text)
        self.octets += len(text) if text.isascii() else len(text.encode())
        if self.octets > self.most:
            raise Wrong("size")

    def some(self, found: Optional[str]) -> str:
        if found is None:
            raise self.wrong()
        return found


def _find(text: str, wanted: str) -> Optional[int]:
    """Where the first of the wanted characters stands outside of quotes."""
    quoted = escaped = False
    for at, character in enumerate(text):
        if not quoted:
            quoted = character == '"'
            if character in wanted:
                return at
            continue
        quoted = escaped or character != '"'
        escaped = not escaped and character == "\\"
    return None


def _split(text: str, delimiter: str) -> List[str]:
    text = text.strip(" ")
    tokens: List[str] = []
    while text or tokens:
        at = _find(text, delimiter)
        tokens.append((text if at is None else text[:at]).strip(" "))
        if at is None:
            break
        text = text[at + 1 :]
    return tokens


def _closing(text: str) -> Optional[int]:
    """Where the quote stands that closes the quoted token at the text's start."""
    if not text.startswith('"'):
        return None
    escaped = False
    for at in range(1, len(text)):
        if not escaped and text[at] == '"':
            return at
        escaped = not escaped and text[at] == "\\"
    return None


def _key(token: str) -> Optional[str]:
    token = token.strip(" ")
    return _unquoted(token) if token.startswith('"') else token


def _primitive(token: str) -> Optional[str]:
    if token.startswith('"'):
        text = _unquoted(token)
        return None if text is None else quote(text)
    if token in ("true", "false", "null") or numbers.is_number(token):
        return token
    return quote(token)


def _unquoted(token: str) -> Optional[str]:
    closing = _closing(token)
    if closing is None or closing + 1 != len(token):
        return None
    inner, out, at = token[1:-1], [], 0
    while at < len(inner):
        character = inner[at]
        if character != "\\":
            if character < " " and character != "\t":
                return None
            out.append(character)
            at += 1
            continue
        kind = inner[at + 1 : at + 2]
        if kind == "u":
            digits = inner[at + 2 : at + 6]
            if len(digits) != 4 or any(digit not in "0123456789abcdefABCDEF" for digit in digits):
                return None
            unit = int(digits, 16)
            if 0xD800 <= unit < 0xE000:
                return None
            out.append(chr(unit))
            at += 6
            continue
        if kind not in _ESCAPES:
            return None
        out.append(_ESCAPES[kind])
        at += 2
    return "".join(out)


def _header(content: str) -> Optional[Header]:
    """Reads a line as a header: ``key[2]{a,b}:``. ``None`` if it is of another kind."""
    bracket = _bracket(content)
    if bracket is None:
        return None
    before, rest = content[:bracket], content[bracket + 1 :]
    if before.endswith((" ", "\t")):
        raise _Malformed
    key: Optional[str] = None
    if before:
        key = _key(before)
        if key is None:
            raise _Malformed
    match = re.match(r"[0-9]*", rest)
    digits = match.group() if match else ""
    if not _COUNT.fullmatch(digits) or len(digits) > 20 or int(digits) >= 1 << 64:
        raise _Malformed
    rest = rest[len(digits) :]
    keyed = rest.startswith(":")
    rest = rest[1:] if keyed else rest
    delimiter = ","
    if rest[:1] in ("|", "\t"):
        delimiter, rest = rest[0], rest[1:]
    if not rest.startswith("]"):
        raise _Malformed
    rest = rest[1:]
    fields: List[Tuple[str, str]] = []
    nesting = 0
    if rest.startswith("{"):
        fields, nesting, rest = _fields(rest[1:], delimiter)
    if not rest.startswith(":"):
        raise _Malformed
    inline = rest[1:].strip(" ")
    if (not fields and keyed) or (fields and inline):
        raise _Malformed
    return Header(key, int(digits), delimiter, keyed, fields, nesting, inline)


def _bracket(content: str) -> Optional[int]:
    if content.startswith('"'):
        closing = _closing(content)
        return closing + 1 if closing is not None and content[closing + 1 : closing + 2] == "[" else None
    bracket = _find(content, "[:")
    if bracket is None or content[bracket] != "[" or _find(content[bracket:], ":") is None:
        return None
    return bracket


def _fields(rest: str, delimiter: str) -> Tuple[List[Tuple[str, str]], int, str]:
    fields: List[Tuple[str, str]] = []
    groups: List[List[str]] = [[]]
    nesting = 1
    while True:
        start = rest.lstrip(" ")
        if start.startswith('"'):
            closing = _closing(start)
            if closing is None:
                raise _Malformed
            end = closing + 1
        else:
            ends = [at for at in (start.find(one) for one in ",|\t{}") if at >= 0]
            if not ends:
                raise _Malformed
            end = min(ends)
        name, rest = start[:end].rstrip(" "), start[end:].lstrip(" ")
        unquoted = _key(name) if name else None
        if unquoted is None:
            raise _Malformed
        text = quote(unquoted) + ":"
        groups[-1].append(unquoted)
        if rest.startswith("{"):
            rest = rest[1:]
            fields.append(("open", text))
            groups.append([])
            nesting = max(nesting, len(groups))
            continue
        fields.append(("leaf", text))
        while rest.startswith("}"):
            rest = rest[1:]
            names = groups.pop()
            if len(set(names)) != len(names):
                raise _Malformed
            if not groups:
                return fields, nesting, rest
            fields.append(("close", ""))
        if not rest.startswith(delimiter):
            raise _Malformed
        rest = rest[1:]
