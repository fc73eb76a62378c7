# @generated: comes with what ltpc writes for Python, and is the same for every protocol.
"""TOON: lists of records to tables."""

from __future__ import annotations

import re
from typing import List, Optional

from . import numbers, tape as tapes
from .tape import BOOL, LIST, NULL, NUMBER, OBJECT, STRING, Node, Tape
from .values import quote


def table(key: Optional[str], text: str) -> Optional[str]:
    """Writes a list, given as canonical JSON text, as a table; ``None`` if it has none that decodes to the very same values."""
    tape = tapes.parse(text, 1 << 30, None, None)
    root = tape.root
    if root.shape != LIST or not root.items or root.items[0].shape != OBJECT:
        return None
    names = [name.string for name in root.items[0].names]
    if not names:
        return None
    rows: List[str] = []
    for item in root.items:
        row = _row(tape, item, names)
        if row is None:
            return None
        rows.append("\n  " + row)
    heads = ",".join(_key_text(name) for name in names)
    return f"{'' if key is None else _key_text(key)}[{root.count}]{{{heads}}}:{''.join(rows)}"


def _row(tape: Tape, item: Node, names: List[str]) -> Optional[str]:
    if item.shape != OBJECT or item.count != len(names):
        return None
    members = {name.string: value for name, value in reversed(list(zip(item.names, item.items)))}
    cells: List[str] = []
    for name in names:
        value = members.get(name)
        cell = None if value is None else _cell(tape, value)
        if cell is None:
            return None
        cells.append(cell)
    return ",".join(cells)


def _cell(tape: Tape, node: Node) -> Optional[str]:
    raw = tape.raw(node)
    if node.shape in (NULL, BOOL):
        return raw
    if node.shape == NUMBER:
        if raw == "-0":
            return None
        if node.integer:
            return raw
        value = numbers.double(raw)
        return raw if value is not None and numbers.write_float(value) == raw else None
    if node.shape == STRING:
        if quote(node.string) != raw:
            return None
        return _text(node.string, _needs_quotes(node.string))
    return None


def _key_text(key: str) -> str:
    return _text(key, re.fullmatch(r"[A-Za-z_][A-Za-z0-9_.]*", key) is None)


def _needs_quotes(text: str) -> bool:
    return (
        text == ""
        or text[0] in " \t-#"
        or text[-1] in " \t"
        or text in ("true", "false", "null")
        or any(character < " " or character in ':"\\[]{},' for character in text)
        or _is_numeric(text)
    )


def _is_numeric(text: str) -> bool:
    """Whether a text looks like a number: it may have a plus sign or leading zeros, which a number has not."""
    digits = text[1:] if text[:1] in ("+", "-") else text
    significant = digits.lstrip("0")
    zeros = len(digits) - len(significant)
    whole = significant[:1].isascii() and significant[:1].isdigit()
    start = zeros if whole else max(zeros - 1, 0)
    return not digits.startswith("-") and numbers.is_number(digits[start:])


def _text(text: str, quotes: bool) -> str:
    if not quotes:
        return text
    out: List[str] = ['"']
    for character in text:
        if character in '"\\':
            out.append("\\" + character)
        elif character in "\n\r\t":
            out.append({"\n": "\\n", "\r": "\\r", "\t": "\\t"}[character])
        elif character < " ":
            out.append(f"\\u{ord(character):04x}")
        else:
            out.append(character)
    return "".join(out) + '"'
