"""Columns that a script makes of raw ones, worked out on the rows of a table: `df["band"] = df["km"] // 50`.

A small set of operations of pandas and numpy is understood, on the syntax tree; nothing is executed. What is not
understood, or works on columns that the script changes before, is left aside.
"""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from mladvisor.tables.frames import used_whole
from mladvisor.tables.given import column_of, fresh_frames, given_columns, owner_of
from mladvisor.tables.table import NUMBERS, Table

MOST_ROWS = 20_000
MOST_COLUMNS = 60
_DEPTH = 12
_BINARY: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv, ast.Mod: operator.mod, ast.Pow: operator.pow,
}  # fmt: skip
_COMPARED: dict[type[ast.cmpop], Callable[[Any, Any], Any]] = {
    ast.Lt: operator.lt, ast.LtE: operator.le, ast.Gt: operator.gt, ast.GtE: operator.ge,
}  # fmt: skip
_OF_NUMPY: dict[str, Callable[[Any], Any]] = {
    "log": np.log, "log1p": np.log1p, "log10": np.log10, "log2": np.log2, "sqrt": np.sqrt, "exp": np.exp,
    "abs": np.abs, "floor": np.floor, "ceil": np.ceil, "round": np.round, "sign": np.sign,
}  # fmt: skip
_OF_TEXT: dict[str, Callable[[str], str]] = {
    "lower": str.lower, "upper": str.upper, "strip": str.strip, "title": str.title, "capitalize": str.capitalize,
}  # fmt: skip
_OF_COLUMN: dict[str, Callable[[Any], Any]] = {
    "max": np.max, "min": np.min, "mean": np.mean, "median": np.median, "sum": np.sum,
}  # fmt: skip
_INTEGERS = ("int", "int8", "int16", "int32", "int64", "bool")


class Made(NamedTuple):
    """A column that a script makes: what it is called, its values on the rows, what it is made of, and where.

    `cut` is the share of the rows that lie beyond the limits at which it is cut on both sides; None where it is not.
    """

    column: str
    values: np.ndarray
    sources: frozenset[str]
    node: ast.AST
    cut: float | None = None


class _StrangeError(Exception):
    """Not among the operations that are understood."""


def made_columns(nodes: list[ast.AST], table: Table) -> list[Made]:
    """The columns that can be worked out, each once, of those that the script uses under their names elsewhere."""
    given = given_columns(nodes)
    fresh = fresh_frames(nodes)
    changed = {each.column for each in given if owner_of(each.node) not in fresh}
    spoken = [node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)]
    whole = used_whole(nodes)
    found: dict[str, Made] = {}
    made: dict[str, tuple[np.ndarray, set[str]]] = {}
    for each in given[:MOST_COLUMNS]:
        name, value, node = each.column, each.value, each.node
        once = sum(other.column == name for other in given) == 1
        own = owner_of(node) in fresh  # a table of features that starts empty: all of it is used, whatever it repeats
        anew = name in table and not own  # a raw column that is made anew once, from what it was before
        unwritten = isinstance(node, ast.keyword) or own or owner_of(node) in whole or not each.written
        needed = 1 if unwritten else 2
        if not once:
            continue
        work = _Work(table, changed - {name} if anew else changed, fresh, made)
        try:
            with np.errstate(all="ignore"):
                values = work.of(value)
                inner = _cut_at_both_ends(value)
                before = work.of(inner) if inner is not None else None
        except (_StrangeError, TypeError, ValueError, OverflowError, ZeroDivisionError):
            continue
        if name not in table and not own and isinstance(values, np.ndarray) and values.ndim == 1:
            made[name] = values, work.sources
        if spoken.count(name) < needed and not anew:
            continue
        if anew and (name not in work.sources or _is_text(values) or np.isnan(values).all()):
            continue  # a map that meets no cell is of other spellings than the table was read in
        if work.sources and isinstance(values, np.ndarray) and values.ndim == 1:
            cut = None
            if isinstance(before, np.ndarray) and before.dtype != object:
                known = ~np.isnan(before)
                cut = float((before[known] != values[known]).mean()) if known.any() else None
            found[name] = Made(name, values, frozenset(work.sources), value, cut)
    return list(found.values())


class _Work:
    """One expression on the rows of a table; `made` holds what the columns before it came to, and of what."""

    def __init__(
        self, table: Table, changed: set[str], fresh: frozenset[str], made: dict[str, tuple[np.ndarray, set[str]]]
    ) -> None:
        self.table, self.changed, self.fresh, self.made = table, changed, fresh, made
        self.step = max(1, -(-table.rows // MOST_ROWS))  # spread over the table, which may be sorted
        self.sources: set[str] = set()

    def of(self, node: ast.AST, depth: int = 0) -> Any:
        """A column (rows,) or a constant. Raises _StrangeError."""
        if depth > _DEPTH:
            raise _StrangeError
        if isinstance(node, ast.Constant) and isinstance(node.value, int | float | str):
            return node.value
        if isinstance(node, ast.Subscript | ast.Attribute) and (name := self._named(node)):
            return self._column(name)
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
            return -self.of(node.operand, depth + 1)
        if isinstance(node, ast.BinOp) and type(node.op) in _BINARY:
            left, right = self.of(node.left, depth + 1), self.of(node.right, depth + 1)
            if any(isinstance(each, str) or _is_text(each) for each in (left, right)):
                raise _StrangeError
            if isinstance(node.op, ast.Pow) and not (isinstance(right, int | float) and abs(right) <= 9):
                raise _StrangeError
            return _BINARY[type(node.op)](left, right)
        if isinstance(node, ast.Compare) and len(node.ops) == 1:
            return self._compared(node, depth)
        if isinstance(node, ast.Call):
            return self._called(node, depth)
        raise _StrangeError

    def _named(self, node: ast.Subscript | ast.Attribute) -> str:
        if isinstance(node.value, ast.Name) and node.value.id in self.fresh:
            raise _StrangeError  # what stands there was made before
        if isinstance(node, ast.Attribute):
            return node.attr if isinstance(node.value, ast.Name) and node.attr in self.table else ""
        return column_of(node)

    def _column(self, name: str) -> np.ndarray:
        if name in self.made:
            values, sources = self.made[name]
            self.sources |= sources
            return values
        if name not in self.table or name in self.changed:
            raise _StrangeError
        self.sources.add(name)
        if self.table.kind(name) in NUMBERS:
            return self.table.numbers(name)[:: self.step]
        cells = self.table.series(name).to_numpy(dtype=object, na_value=None)
        return np.asarray(cells[:: self.step])

    def _compared(self, node: ast.Compare, depth: int) -> Any:
        left, right = self.of(node.left, depth + 1), self.of(node.comparators[0], depth + 1)
        kind = type(node.ops[0])
        if kind in (ast.Eq, ast.NotEq):
            same = np.asarray(left == right)
            return (same if kind is ast.Eq else ~same).astype(float)
        if kind not in _COMPARED or _is_text(left) or _is_text(right):
            raise _StrangeError
        return np.asarray(_COMPARED[kind](left, right)).astype(float)

    def _called(self, node: ast.Call, depth: int) -> Any:
        if not isinstance(node.func, ast.Attribute):
            raise _StrangeError
        name, owner = node.func.attr, node.func.value
        if isinstance(owner, ast.Name) and owner.id in ("np", "numpy") and name in _OF_NUMPY and len(node.args) == 1:
            return _OF_NUMPY[name](_numbers(self.of(node.args[0], depth + 1)))
        if isinstance(owner, ast.Attribute) and owner.attr == "str" and name in _OF_TEXT and not node.args:
            cells = self.of(owner.value, depth + 1)
            return np.array([_OF_TEXT[name](cell) if isinstance(cell, str) else cell for cell in cells], object)
        if isinstance(owner, ast.Name) and name in ("cut", "digitize") and len(node.args) <= 2:
            return self._binned(node, depth)
        if isinstance(owner, ast.Name) and owner.id in ("np", "numpy") and name == "where" and len(node.args) == 3:
            asked, yes, no = (self.of(each, depth + 1) for each in node.args)
            return np.where(_numbers(asked) != 0, yes, no).astype(float)
        if isinstance(owner, ast.Name) and owner.id in ("np", "numpy") and name == "clip" and len(node.args) == 3:
            values, *ends = (self.of(each, depth + 1) for each in node.args)
            return np.asarray(np.clip(_numbers(values), *ends))
        column = self.of(owner, depth + 1)
        if isinstance(column, float) and name == "astype" and len(node.args) == 1:
            return float(_method(name, np.array([column]), [None], {}, node)[0])
        if not isinstance(column, np.ndarray):
            raise _StrangeError
        if name in _OF_COLUMN and not node.args and not node.keywords:
            return _of_column(name, _numbers(column))
        if name in ("map", "replace") and len(node.args) == 1:
            return _mapped(column, _mapping(node.args[0]), keep=name == "replace")
        if name == "isin" and len(node.args) == 1 and isinstance(node.args[0], ast.List | ast.Tuple | ast.Set):
            known = {self.of(each, depth + 1) for each in node.args[0].elts}
            return np.array([cell in known for cell in column.tolist()], float)
        given = [self.of(each, depth + 1) for each in node.args if not isinstance(each, ast.Name)]
        named = {
            word.arg: self.of(word.value, depth + 1) for word in node.keywords if name in ("clip", "fillna", "round")
        }
        return _method(name, _numbers(column), given, named, node)

    def _binned(self, node: ast.Call, depth: int) -> np.ndarray:
        """`pd.cut(x, bins=[0, 10, 100])` and `np.digitize(x, [0, 10])`: the number of the bin; blank outside of all."""
        values = _numbers(self.of(node.args[0], depth + 1))
        words = {word.arg: word.value for word in node.keywords}
        try:
            limits = ast.literal_eval(node.args[1] if len(node.args) > 1 else words["bins"])
        except (KeyError, ValueError):
            raise _StrangeError from None
        if not isinstance(limits, list | tuple) or not all(isinstance(each, int | float) for each in limits):
            raise _StrangeError
        edges = np.sort(np.array(limits, float))
        if isinstance(node.func, ast.Attribute) and node.func.attr == "digitize":
            return np.asarray(np.digitize(values, edges), float)
        left = "right" in words and isinstance(words["right"], ast.Constant) and words["right"].value is False
        place = np.searchsorted(edges, values, side="right" if left else "left") - 1.0
        return np.where(np.isnan(values) | (place < 0) | (place >= len(edges) - 1), np.nan, place)


def _method(
    name: str, column: np.ndarray, given: list[Any], named: dict[str | None, Any], node: ast.Call
) -> np.ndarray:
    if name == "fillna" and len(given) == 1 and isinstance(given[0], int | float):
        return np.asarray(np.where(np.isnan(column), given[0], column))
    if name == "clip":
        low, high = [*given, None, None][:2]
        return np.asarray(np.clip(column, named.get("lower", low), named.get("upper", high)))
    if name in ("abs", "round"):
        return np.asarray(np.abs(column) if name == "abs" else np.round(column, int(given[0]) if given else 0))
    if name == "astype" and len(node.args) == 1:
        kind = node.args[0]
        called = kind.id if isinstance(kind, ast.Name) else kind.attr if isinstance(kind, ast.Attribute) else given[0]
        if called in _INTEGERS:
            return np.asarray(np.trunc(column) if called != "bool" else (column != 0).astype(float))
        if str(called).startswith("float"):
            return column
    raise _StrangeError


def _of_column(name: str, column: np.ndarray) -> float:
    """One number of a whole column: `df.age.max()`."""
    known = column[~np.isnan(column)]
    if not len(known):
        raise _StrangeError
    return float(_OF_COLUMN[name](known))


_ROUNDS = ("astype", "round", "floor", "ceil", "trunc", "int", "cut", "digitize")
_SORTS = ("map", "isin", "replace", "eq", "gt", "lt", "ge", "le")


def is_rounded(node: ast.AST) -> bool:
    """An expression that cuts fractions off, and asks for no class or limit: `df.km // 50`, `df.a.astype(int)`.

    The indicator of a rare class is 0 nearly always, as it should be.
    """
    names = {each.func.attr for each in ast.walk(node) if isinstance(each, ast.Call)
             and isinstance(each.func, ast.Attribute)}  # fmt: skip
    floors = any(isinstance(each, ast.BinOp) and isinstance(each.op, ast.FloorDiv) for each in ast.walk(node))
    asks = any(isinstance(each, ast.Compare) for each in ast.walk(node)) or not names.isdisjoint(_SORTS)
    return (floors or not names.isdisjoint(_ROUNDS)) and not asks


def _cut_at_both_ends(node: ast.AST) -> ast.expr | None:
    """What `df.x.clip(0, 1)` and `np.clip(df.x, 0, 1)` cut; with one limit (a hinge) it is another matter."""
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute) or node.func.attr != "clip":
        return None
    of_numpy = isinstance(node.func.value, ast.Name) and node.func.value.id in ("np", "numpy")
    ends = [*node.args[1 if of_numpy else 0 :], *(word.value for word in node.keywords)]
    if len(ends) != 2 or any(isinstance(end, ast.Constant) and end.value is None for end in ends):
        return None
    return node.args[0] if of_numpy and node.args else node.func.value


def _is_text(value: Any) -> bool:
    return isinstance(value, np.ndarray) and value.dtype == object


def _numbers(value: Any) -> np.ndarray:
    if not isinstance(value, np.ndarray) or value.dtype == object:
        raise _StrangeError
    return value.astype(float)


def _mapped(column: np.ndarray, mapping: dict[Any, Any], *, keep: bool) -> np.ndarray:
    cells = [mapping.get(cell, cell if keep else None) for cell in column.tolist()]
    if all(cell is None or isinstance(cell, int | float) for cell in cells):
        return np.array([np.nan if cell is None else float(cell) for cell in cells])
    return np.array(cells, object)


def _mapping(node: ast.expr) -> dict[Any, Any]:
    """`{"a": 0, "b": 1}`, and `{c: i for i, c in enumerate("ab")}`."""
    if isinstance(node, ast.Dict):
        try:
            found = ast.literal_eval(node)
        except ValueError:
            raise _StrangeError from None
        return dict(found)
    if isinstance(node, ast.DictComp) and len(node.generators) == 1 and not node.generators[0].ifs:
        made = node.generators[0]
        names = (
            [each.id for each in made.target.elts if isinstance(each, ast.Name)]
            if isinstance(made.target, ast.Tuple)
            else []
        )
        counted = (
            isinstance(made.iter, ast.Call)
            and isinstance(made.iter.func, ast.Name)
            and made.iter.func.id == "enumerate"
        )
        plain = isinstance(node.key, ast.Name) and isinstance(node.value, ast.Name)
        if counted and plain and isinstance(made.iter, ast.Call) and len(made.iter.args) == 1 and len(names) == 2:
            assert isinstance(node.key, ast.Name)
            assert isinstance(node.value, ast.Name)
            try:
                listed = ast.literal_eval(made.iter.args[0])
            except ValueError:
                raise _StrangeError from None
            if [node.value.id, node.key.id] == names and isinstance(listed, str | list | tuple):
                return {value: at for at, value in enumerate(listed)}
    raise _StrangeError
