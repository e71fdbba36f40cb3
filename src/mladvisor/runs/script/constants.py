"""Values that a script writes down and never changes, and what expressions and conditions of them come to.

A name that is set twice to different values, or by anything but a literal, has no value here.
"""

from __future__ import annotations

import ast
from typing import Any, NamedTuple

from mladvisor.runs.script.code import Code
from mladvisor.runs.script.handed import Handed
from mladvisor.runs.script.outside import NOTHING, Outside, Roots, argument

_MAX_ITEMS = 64
_MAX_TEXT = 200
_DEPTH = 8
_OF_TEXT = ("lower", "upper", "strip", "title", "split")
_MOST_OF_GET = 2
VARIABLE = object()
"""A name that takes several values."""


class Written(NamedTuple):
    """A value and the node that it stands at."""

    value: Any
    node: ast.AST


class Constants:
    """Values by the way they are used: `lr`, `Config.lr`, `args.lr`, `config["lr"]`.

    Attributes:
        plain: by name, as it would be spoken: what `Config.lr` and `config["lr"]` call "lr".
    """

    def __init__(self, code: Code | None = None, outside: Outside = NOTHING) -> None:
        self.used: dict[str, Written] = {}
        self.plain: dict[str, Written] = {}
        self.roots = Roots(code, outside) if code is not None and outside.documents else None
        self.words = outside.words_for(code) if code is not None else None
        self.handed = Handed(code) if code is not None else None

    def store(self, key: str, value: Any, node: ast.AST) -> None:
        """Note that `key` takes a value; None is one that cannot be told."""
        if not key:
            return
        written = Written(VARIABLE if value is None else value, node)
        earlier = self.used.get(key)
        if earlier is None or not _same(earlier.value, written.value):
            self.used[key] = written if earlier is None else Written(VARIABLE, node)

    def speak(self, name: str, value: Any, node: ast.AST) -> None:
        """Note a value under the last part of its name, as a configuration file would have it."""
        leaf = name.rpartition(".")[2].rpartition("[")[2].rstrip("]")
        earlier = self.plain.get(leaf)
        if earlier is None or not _same(earlier.value, value):
            self.plain[leaf] = Written(value if earlier is None else VARIABLE, node)

    def value(self, node: ast.AST | None, depth: int = 0) -> Any:
        """The value of an expression; None where it cannot be told (or is None)."""
        if node is None or depth > _DEPTH:
            return None
        if isinstance(node, ast.Constant):
            value = node.value
            return value if not isinstance(value, str) or len(value) <= _MAX_TEXT else None
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub | ast.UAdd):
            inner = self.value(node.operand, depth + 1)
            if isinstance(inner, int | float) and not isinstance(inner, bool):
                return -inner if isinstance(node.op, ast.USub) else inner
            return None
        if isinstance(node, ast.Tuple | ast.List):
            if len(node.elts) > _MAX_ITEMS:
                return None
            items = [self.value(each, depth + 1) for each in node.elts]
            return None if any(each is None for each in items) else items
        if isinstance(node, ast.BinOp):
            return _arithmetic(node.op, self.value(node.left, depth + 1), self.value(node.right, depth + 1))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in KINDS:
            inner = self.value(node.args[0], depth + 1) if len(node.args) == 1 and not node.keywords else None
            return as_number(str(inner), node.func.id) if isinstance(inner, int | float | str) else None
        if isinstance(node, ast.Subscript) and is_argv(node.value) and isinstance(node.slice, ast.Constant):
            return argument(self.words, node.slice.value) if isinstance(node.slice.value, int) else None
        key = key_of(node)
        known = self.used.get(key) if key else None
        if known is not None and known.value is not VARIABLE:
            return known.value
        found = self.roots.value(node) if self.roots is not None and not isinstance(node, ast.Name) else None
        if found is None and isinstance(node, ast.Call | ast.Subscript):
            found = self._worked_out(node, depth)
        return self._handed(node, key, depth) if found is None else found

    def _worked_out(self, node: ast.Call | ast.Subscript, depth: int) -> Any:
        """`name.lower()`, `target.split(".")[-1]`, `cfg.get("lr")`, `len(CLASSES)`."""
        if isinstance(node, ast.Subscript):
            at = self.value(node.slice, depth + 1) if not isinstance(node.slice, ast.Slice) else None
            whole = self.value(node.value, depth + 1) if isinstance(at, int) and not isinstance(at, bool) else None
            return (
                whole[at]
                if isinstance(whole, list) and isinstance(at, int) and -len(whole) <= at < len(whole)
                else None
            )
        method = node.func if isinstance(node.func, ast.Attribute) else None
        if isinstance(node.func, ast.Name) and node.func.id == "len" and len(node.args) == 1:
            held = self.value(node.args[0], depth + 1)
            return len(held) if isinstance(held, list) else None
        if method is None or node.keywords:
            return None
        if method.attr == "get" and 0 < len(node.args) <= _MOST_OF_GET:
            asked = self._canon(ast.Subscript(value=method.value, slice=node.args[0], ctx=ast.Load()), depth + 1)
            known = self.used.get(asked) if asked else None
            return known.value if known is not None and known.value is not VARIABLE else None
        text = self.value(method.value, depth + 1) if method.attr in _OF_TEXT else None
        if not isinstance(text, str):
            return None
        given = [self.value(each, depth + 1) for each in node.args]
        if method.attr == "split":
            return text.split(given[0]) if len(given) == 1 and isinstance(given[0], str) and given[0] else None
        return None if given else getattr(text, method.attr)()

    def _handed(self, node: ast.AST, key: str, depth: int) -> Any:
        """The value of a parameter or attribute, or of an entry of one, by what it is given."""
        if self.handed is None or not isinstance(node, ast.Name | ast.Attribute | ast.Subscript):
            return None
        given = self.handed.given(node)
        if given is not None:
            return self.value(given, depth + 1)
        canon = self._canon(node, depth)
        known = self.used.get(canon) if canon and canon != key else None
        return known.value if known is not None and known.value is not VARIABLE else None

    def _canon(self, node: ast.AST, depth: int) -> str:
        """As `key_of`, with what parameters and attributes stand for in their place."""
        given = self.handed.given(node) if self.handed is not None and depth <= _DEPTH else None
        if given is not None:
            return self._canon(given, depth + 1)
        if isinstance(node, ast.Attribute) and not (isinstance(node.value, ast.Name) and node.value.id == "self"):
            base = self._canon(node.value, depth + 1)
            return f"{base}.{node.attr}"[:_MAX_TEXT] if base else ""
        asked = node.slice.value if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant) else None
        if isinstance(node, ast.Subscript) and isinstance(asked, str):
            base = self._canon(node.value, depth + 1)
            return f"{base}[{asked}]"[:_MAX_TEXT] if base else ""
        return key_of(node)

    def holds(self, test: ast.AST, depth: int = 0) -> bool | None:
        """Whether a condition holds, as far as the values in it are known."""
        if depth > _DEPTH:
            return None
        if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
            inner = self.holds(test.operand, depth + 1)
            return None if inner is None else not inner
        if isinstance(test, ast.BoolOp):
            sides = [self.holds(each, depth + 1) for each in test.values]
            decides = isinstance(test.op, ast.Or)
            return decides if decides in sides else None if None in sides else not decides
        if isinstance(test, ast.Compare) and len(test.ops) == 1:
            left, right = self.value(test.left), self.value(test.comparators[0])
            if (
                isinstance(test.left, ast.Call)
                and isinstance(test.left.func, ast.Attribute)
                and test.left.func.attr == "lower"
            ):
                spoken = self.value(test.left.func.value)
                left = spoken.lower() if isinstance(spoken, str) else None
            return None if left is None or right is None else _compared(test.ops[0], left, right)
        value = self.value(test)
        return bool(value) if isinstance(value, bool | int | float | str) and value is not None else None

    def is_dead(self, code: Code, node: ast.AST) -> bool:
        """The node stands in the branch of a condition that is known not to be taken."""
        inner = node
        for outer in code.above(node):
            if isinstance(outer, ast.If | ast.IfExp) and inner is not outer.test:
                holds = self.holds(outer.test)
                body = outer.body if isinstance(outer.body, list) else [outer.body]
                taken = any(inner is each for each in body)
                if holds is not None and holds is not taken:
                    return True
            elif isinstance(outer, ast.FunctionDef) and self._is_past_return(outer, inner):
                return True
            elif isinstance(outer, ast.Match) and isinstance(inner, ast.match_case):
                value = self.value(outer.subject)
                chosen = next((case for case in outer.cases if self._matches(case, value) is not False), None)
                if value is not None and chosen is not inner and chosen is not None and self._matches(chosen, value):
                    return True
            inner = outer
        return False

    def _is_past_return(self, function: ast.FunctionDef, statement: ast.AST) -> bool:
        """Before the statement the function has given something back for sure: `if name == "sgd": return ...`."""
        for each in function.body:
            if each is statement:
                return False
            if isinstance(each, ast.If) and isinstance(each.body[-1], ast.Return) and self.holds(each.test) is True:
                return True
        return False

    def _matches(self, case: ast.match_case, value: Any) -> bool | None:
        """Whether a case holds a value; None where that cannot be told."""
        if case.guard is not None:
            return None
        patterns = case.pattern.patterns if isinstance(case.pattern, ast.MatchOr) else [case.pattern]
        if len(patterns) == 1 and isinstance(patterns[0], ast.MatchAs) and patterns[0].pattern is None:
            return True
        if not all(isinstance(each, ast.MatchValue) for each in patterns):
            return None
        said = [self.value(each.value) for each in patterns if isinstance(each, ast.MatchValue)]
        return True if value in said else None if None in said else False


KINDS = ("int", "float", "str")


def is_argv(node: ast.AST) -> bool:
    return (isinstance(node, ast.Attribute) and node.attr == "argv") or (
        isinstance(node, ast.Name) and node.id == "argv"
    )


def _compared(op: ast.cmpop, left: Any, right: Any) -> bool | None:
    if isinstance(op, ast.Eq | ast.Is):
        return bool(left == right)
    if isinstance(op, ast.NotEq | ast.IsNot):
        return bool(left != right)
    if isinstance(op, ast.In | ast.NotIn) and isinstance(right, list | str) and isinstance(left, str):
        return (left in right) is isinstance(op, ast.In)
    numbers = all(isinstance(side, int | float) for side in (left, right))
    if numbers and isinstance(op, ast.Gt | ast.GtE | ast.Lt | ast.LtE):
        over = left > right if isinstance(op, ast.Gt | ast.LtE) else left >= right
        return bool(over if isinstance(op, ast.Gt | ast.GtE) else not over)
    return None


def _arithmetic(op: ast.operator, left: Any, right: Any) -> Any:
    if isinstance(left, list) and isinstance(right, list) and isinstance(op, ast.Add):
        return [*left, *right] if len(left) + len(right) <= _MAX_ITEMS else None
    if isinstance(op, ast.Mult) and isinstance(left, list) and isinstance(right, int) and not isinstance(right, bool):
        return left * right if right >= 0 and len(left) * right <= _MAX_ITEMS else None  # (50,) * 3
    numbers = all(isinstance(side, int | float) and not isinstance(side, bool) for side in (left, right))
    if not numbers or abs(left) > 1e15 or abs(right) > 1e15:
        return None
    if isinstance(op, ast.Mult):
        return left * right
    if isinstance(op, ast.Add):
        return left + right
    if isinstance(op, ast.Sub):
        return left - right
    if isinstance(op, ast.Div):
        return left / right if right else None
    if isinstance(op, ast.FloorDiv):
        return left // right if right else None
    if isinstance(op, ast.Pow) and abs(right) <= 40 and 0 < abs(left) <= 1000:
        return left**right
    return None


def key_of(node: ast.AST) -> str:
    """How a value is asked for: "lr", "args.lr", "config[lr]"; "" for anything longer. `self.lr` is "lr"."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
        return node.attr if node.value.id == "self" else f"{node.value.id}.{node.attr}"
    if isinstance(node, ast.Attribute) and key_of(node.value):
        return f"{key_of(node.value)}.{node.attr}"[:_MAX_TEXT]
    if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant) and isinstance(node.slice.value, str):
        return f"{key_of(node.value)}[{node.slice.value}]"[:_MAX_TEXT]
    return ""


def _same(one: Any, other: Any) -> bool:
    return type(one) is type(other) and bool(one == other)


def as_number(value: str, kind: str) -> Any:
    if kind in ("float", "int"):
        try:
            return float(value) if kind == "float" else int(value)
        except ValueError:
            return value
    return value


def is_told(written: Written) -> bool:
    """The name has one value."""
    return written.value is not VARIABLE
