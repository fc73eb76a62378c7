# @generated: comes with what ltpc writes for Python, and is the same for every protocol.
"""Expressions of sessions. Durations and moments are integers of milliseconds; none is ``None``."""

from __future__ import annotations

import hashlib
from typing import Any, Callable, Dict, List, Optional, Tuple

from . import formats, numbers
from .context import Context
from .findings import Refused
from .schema import Schema
from .timers import fresh_hex, fresh_uuid
from .values import Decoded, Number, Raw, Value, text_of, within

Expr = Dict[str, Any]

_MOST_SAID = 400


class Scope:
    """What an expression is evaluated in."""

    context: Context

    def __init__(self, schema: Schema, role: Dict[str, Any], options: List[Value]) -> None:
        self.schema = schema
        self.role = role
        self.options = options
        self.vars: List[Value] = []
        self.persists: List[Value] = []
        self.state: List[Value] = []
        # What came: `message`, `call`, `malformed`, `row`, `open`, `closed` or nothing.
        self.came = ""
        self.message: Optional[Decoded] = None
        self.refused: Optional[Refused] = None
        self.row: Optional[Dict[str, Value]] = None

    def maybe(self, expr: Optional[Expr]) -> Value:
        return None if expr is None else self.eval(expr)

    def milliseconds(self, expr: Expr) -> int:
        return max(integer(self.eval(expr)), 0)

    def eval(self, expr: Expr) -> Value:
        """The expression's value."""
        op = expr["op"]
        evaluate = _OPERATORS.get(op)
        if evaluate is not None:
            return evaluate(self, expr)
        return self.binary(op, expr)

    def binary(self, op: str, expr: Expr) -> Value:
        if op == "and":
            return self.eval(expr["left"]) is True and self.eval(expr["right"]) is True
        if op == "or":
            return self.eval(expr["left"]) is True or self.eval(expr["right"]) is True
        left = self.eval(expr["left"])
        if op == "coalesce":
            return self.eval(expr["right"]) if left is None else left
        right = self.eval(expr["right"])
        if op in ("add", "sub", "mul"):
            a, b = integer(left), integer(right)
            result = a + b if op == "add" else a - b if op == "sub" else a * b
            return _saturated(result, expr["signed"])
        if expr["tiers"] is not None:
            left, right = (None if value is None else -self.level(expr["tiers"], value) for value in (left, right))
        if op == "eq":
            return _equal(left, right)
        if op == "ne":
            return not _equal(left, right)
        a, b = _ordered(left), _ordered(right)
        if a is None or b is None or isinstance(a, bytes) != isinstance(b, bytes):
            return False
        return bool(a < b if op == "lt" else a <= b if op == "le" else a > b if op == "gt" else a >= b)

    def level(self, tiers: int, value: Value) -> int:
        """The level of a value of tiers: what is none of them is the last."""
        names = [tier["wire"] for tier in self.schema.tiers[tiers]]
        return names.index(value) if value in names else len(names) - 1

    def metered(self, meter: int, key: Expr, tier: Optional[Expr]) -> Tuple[Dict[str, Any], str, Optional[Dict[str, int]]]:
        table: Dict[str, Any] = self.role["meters"][meter]
        text = self.eval(key)
        of = self.maybe(tier)
        rate: Optional[Dict[str, int]] = table["rate"]
        if table["tiers"] is not None:
            rate = self.schema.tiers[table["tiers"]][self.level(table["tiers"], of)]["rate"]
        return table, text if isinstance(text, str) else "", rate

    def count(self, meter: int, key: Expr, tier: Optional[Expr]) -> None:
        table, text, rate = self.metered(meter, key, tier)
        if rate is not None:
            self.context.policy.count(table, text, rate, self.context.now)

    def peeked(self, pointer: str, kind: str) -> Value:
        """What stands at a pointer of what was malformed, if it can be read as that."""
        value = None if self.refused is None or self.came != "malformed" else self.refused.readable.get(pointer)
        return value if isinstance(value, int if kind == "uint" else str) else None

    def said(self, what: str) -> Value:
        """What is said of what was refused."""
        refused = self.refused
        if refused is None:
            return None
        first = refused.violations[0] if refused.violations else None
        if what == "tag":
            return refused.tag
        if what == "size":
            return refused.size
        if first is None:
            return ""
        if what == "rule":
            return first.rule
        if what == "pointer":
            return first.pointer
        colon = ": " if first.pointer else ""
        text = f"{first.pointer}{colon}expected {first.expected}, got {first.actual}"
        if first.line is None:
            return text
        # Of framed text it is fit to stand in a header; what breaks the form is told with its place already.
        text = "".join(_in_ascii(character) for character in text)[:_MOST_SAID]
        place = f" at line {first.line}, column {first.column}"
        return text if text.endswith(place) else text + place


def _in_ascii(character: str) -> str:
    """A character as it can stand in a header."""
    if " " <= character <= "~":
        return character
    known = {"\t": "\\t", "\r": "\\r", "\n": "\\n", "…": "..."}
    return known.get(character) or f"\\u{{{ord(character):x}}}"


def integer(value: Value) -> int:
    """The integer that a value is; 0 for what is none."""
    if isinstance(value, Number):
        try:
            return int(value.text)
        except ValueError:
            return 0
    return value if isinstance(value, int) and not isinstance(value, bool) else 0


def key_text(key: Value) -> str:
    """A key's text: of a text the text, of an integer its digits."""
    if isinstance(key, str):
        return key
    if isinstance(key, Number):
        return key.text
    return "" if key is None else str(integer(key))


def _saturated(value: int, signed: bool) -> int:
    least, most = (numbers.INT_MIN, numbers.INT_MAX) if signed else (0, numbers.UINT_MAX)
    return min(max(value, least), most)


def _ordered(value: Value) -> Any:
    """A value that can be compared: numbers as they are, texts by their octets."""
    if isinstance(value, Number):
        return float(value.text) if set(value.text) & set(".eE") else int(value.text)
    if isinstance(value, str):
        return value.encode("utf-8", "surrogatepass")
    return value if isinstance(value, (int, float)) and not isinstance(value, bool) else None


def _equal(a: Value, b: Value) -> bool:
    if isinstance(a, (int, float, Number)) and isinstance(b, (int, float, Number)) and not isinstance(a, bool) and not isinstance(b, bool):
        return bool(_ordered(a) == _ordered(b))
    if isinstance(a, Raw) or isinstance(b, Raw):
        return text_of(a) == text_of(b)
    if isinstance(a, str) and isinstance(b, str) and formats.is_uuid(a) and formats.is_uuid(b):
        return a.lower() == b.lower()
    return type(a) is type(b) and bool(a == b)


def _carried(value: Value, expr: Expr) -> Value:
    return Raw(text_of(value)) if expr["raw"] else value


def _object(scope: Scope, expr: Expr) -> Value:
    made: Dict[str, Value] = {}
    for name, member, left_out in expr["members"]:
        value = scope.eval(member)
        if not (left_out and value is None):
            made[name] = value
    return _carried(made, expr)


def _in_unit(scope: Scope, expr: Expr) -> Value:
    value = scope.eval(expr["of"])
    if value is None:
        return None
    return (integer(value) + (expr["unit"] - 1 if expr["up"] else 0)) // expr["unit"]


def _of_unit(scope: Scope, expr: Expr) -> Value:
    value = scope.eval(expr["of"])
    return None if value is None else _saturated(integer(value) * expr["unit"], False)


def _rfc3339(scope: Scope, expr: Expr) -> Value:
    value = scope.eval(expr["of"])
    return None if value is None else formats.rfc3339(integer(value))


def _grant(scope: Scope, expr: Expr) -> Value:
    agent = scope.eval(expr["agent"])
    level = scope.level(expr["tiers"], scope.eval(expr["claim"]))
    key = scope.maybe(expr["key"])
    tiers = scope.schema.tiers[expr["tiers"]]
    granted = scope.context.policy.grant(tiers, agent if isinstance(agent, str) else "", level, key if isinstance(key, str) else None)
    return tiers[granted]["wire"]


def _may(scope: Scope, expr: Expr) -> Value:
    tiers = scope.schema.tiers[expr["tiers"]]
    return expr["capability"] in tiers[scope.level(expr["tiers"], scope.eval(expr["tier"]))]["may"]


def _wait(scope: Scope, expr: Expr) -> Value:
    table, key, rate = scope.metered(expr["meter"], expr["key"], expr["tier"])
    return 0 if rate is None else scope.context.policy.wait(table, key, rate, scope.context.now)


def digest(table: Dict[str, Any], items: List[Dict[str, Value]]) -> str:
    """The digest of a list of records: sorted, joined and hashed as its table says."""
    if not items and table["empty"] is not None:
        return str(table["empty"])

    def text(item: Dict[str, Value], name: str) -> str:
        value = item.get(name)
        if isinstance(value, str):
            return value.lower() if formats.is_uuid(value) else value
        return "" if value is None else key_text(value)

    def order(item: Dict[str, Value]) -> List[Any]:
        return [integer(item.get(name)) if is_integer else text(item, name).encode() for name, is_integer in table["sort"]]

    joined = "".join(text(item, name) for item in sorted(items, key=order) for name in table["join"])
    return str(table["prefix"]) + hashlib.sha256(joined.encode()).hexdigest()[: table["digits"]]


_OPERATORS: Dict[str, Callable[[Scope, Expr], Value]] = {
    "text": lambda scope, expr: expr["value"],
    "int": lambda scope, expr: int(expr["value"]),
    "float": lambda scope, expr: float(expr["value"]),
    "bool": lambda scope, expr: expr["value"],
    "none": lambda scope, expr: None,
    "option": lambda scope, expr: within(scope.options[expr["index"]], expr["path"]),
    "var": lambda scope, expr: within(scope.vars[expr["index"]], expr["path"]),
    "persist": lambda scope, expr: within(scope.persists[expr["index"]], expr["path"]),
    "state": lambda scope, expr: within(scope.state[expr["index"]], expr["path"]),
    "body": lambda scope, expr: scope.message.member("body", expr["path"]) if scope.message else None,
    "envelope": lambda scope, expr: scope.message.member("envelope", expr["path"]) if scope.message else None,
    "row": lambda scope, expr: within(scope.row, expr["path"]),
    "tag": lambda scope, expr: scope.message.tag if scope.message else None,
    "refused": lambda scope, expr: scope.said(expr["what"]),
    "peek": lambda scope, expr: scope.peeked(expr["pointer"], expr["is"]),
    "now": lambda scope, expr: scope.context.unix,
    "fresh": lambda scope, expr: fresh_uuid(scope.context.entropy),
    "fresh_hex": lambda scope, expr: fresh_hex(scope.context.entropy, expr["prefix"], expr["digits"]),
    "peer": lambda scope, expr: scope.context.peer,
    "grant": _grant,
    "may": _may,
    "wait": _wait,
    "has": lambda scope, expr: scope.eval(expr["of"]) is not None,
    "not": lambda scope, expr: scope.eval(expr["of"]) is not True,
    "of_unit": _of_unit,
    "in_unit": _in_unit,
    "rfc3339": _rfc3339,
    "object": _object,
    "list": lambda scope, expr: _carried([scope.eval(item) for item in expr["items"]], expr),
    "digest": lambda scope, expr: digest(scope.schema.digests[expr["digest"]], scope.eval(expr["of"]) or []),
}
