"""Bad input that somebody gave a model by hand in a notebook: `predict({"age": -4, "income": None})` and what came."""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping
from math import inf, nan
from typing import Any

from mladvisor.runs.notebook_cells import cells_of
from mladvisor.runs.request_logs import Exchange, faults
from mladvisor.runs.word_sets import word_set

_CALLED = word_set(
    "predict predict_one predict_proba score score_one infer inference classify forecast scoring predict_row"
)
_NUMBER = re.compile(r"-?\d|nan\b|array\(|\[|['\"]", re.IGNORECASE)
_LEAST = 3


def from_notebook(text: str) -> dict[str, Any]:
    """Checks by the calls of a notebook, of which the first is sound and the others spoil it."""
    asked: list[Exchange] = []
    for source, shown, raised in cells_of(text):
        given = _given(source)
        if given is not None and (raised or _NUMBER.match(shown.strip())):
            asked.append(Exchange(given, not raised))
    return faults(asked, by_hand=True, contract={}) if len(asked) >= _LEAST else {}


def _given(source: str) -> Mapping[str, Any] | None:
    """The fields of the one call that a cell consists of."""
    if "(" not in source or len(source) > 2_000:
        return None
    try:
        tree = ast.parse(source.strip())
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    call = tree.body[-1].value if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    if not isinstance(call, ast.Call) or _name(call.func) not in _CALLED or len(call.args) != 1:
        return None
    row = call.args[0]
    row = row.elts[0] if isinstance(row, ast.List) and len(row.elts) == 1 else row
    if not isinstance(row, ast.Dict):
        return None
    found: dict[str, Any] = {}
    for key, value in zip(row.keys, row.values, strict=True):
        if not isinstance(key, ast.Constant) or not isinstance(key.value, str):
            return None
        found[key.value] = _value(value)
    return found


def _name(func: ast.expr) -> str:
    return func.attr if isinstance(func, ast.Attribute) else func.id if isinstance(func, ast.Name) else ""


def _value(node: ast.expr) -> Any:
    """A plain value; NaN and infinity are written in many ways."""
    said = ast.unparse(node)[:60].lower()
    if said in ("float('nan')", "np.nan", "math.nan", "numpy.nan"):
        return nan
    if "inf" in said and said.lstrip("-") in ("float('inf')", "np.inf", "math.inf", "numpy.inf"):
        return inf
    try:
        return ast.literal_eval(node)
    except (ValueError, TypeError, MemoryError, RecursionError):
        return said
