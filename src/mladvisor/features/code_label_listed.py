"""Whether the columns that a script lists as inputs hold its label, or those that it drops leave the label in.

`features = ["age", "pay", "churned"]` and `fit(df[features], df["churned"])`; `X = df.drop(columns=["id"])` beside
`y = df["churned"]`, and no other line takes the label out.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from mladvisor.features.code_data import IN_TIME
from mladvisor.features.code_names import LABEL_NAME, Fact
from mladvisor.runs.script.assignments import constants
from mladvisor.runs.script.code import Code
from mladvisor.runs.script.constants import Constants
from mladvisor.runs.script.handed import told_pairs
from mladvisor.runs.script.reads import texts_of

_INPUTS = re.compile(r"^(?:x|xs|features?|inputs?)(?:_?(?:all|data|full|raw|df|train|tr))?$")
_TAKES_BOTH = re.compile(r"(?:^|\.)(?:train_test_split|fit|TensorDataset|from_tensor_slices|DMatrix|Pool|Dataset)$")
_CHOOSES = frozenset(("drop", "pop", "filter", "select_dtypes", "difference", "isin", "loc", "iloc", "delete"))
_LEAST = 2


def lists_label(code: Code) -> Fact:
    """False where the label's column is one of the inputs that are listed, or the only one that a drop should have
    named and did not. In a series yesterday's label is an honest input, so that nothing is said there.
    """
    if "pandas" not in code.text or IN_TIME.search(code.text):
        return None
    values = constants(code)
    for table, column in sorted(set(_labels(code, values))):
        for node in code.nodes:
            taken = _listed(code, values, node, table, column) or _dropped(code, values, node, table, column)
            if taken and _are_inputs(code, node):
                return False, node
    return None


def _labels(code: Code, values: Constants) -> Iterator[tuple[str, str]]:
    """(table, column) of what is learnt: `y = df["kind"]`, `train_test_split(df[cols], df[TARGET])`."""
    for node in code.nodes:
        if isinstance(node, ast.Assign):
            for target, value in told_pairs(node):
                if isinstance(target, ast.Name) and LABEL_NAME.search(target.id.lower()):
                    yield from _column(code, values, value)
        elif isinstance(node, ast.Call) and len(node.args) > 1 and _TAKES_BOTH.search(code.dotted(node.func)):
            yield from _column(code, values, node.args[1])


def _column(code: Code, values: Constants, node: ast.expr) -> Iterator[tuple[str, str]]:
    """The column that an expression is, whatever form its cells get: `df["kind"].values`, `df[TARGET].astype(int)`."""
    while True:
        if isinstance(node, ast.Attribute) and node.attr == "values":
            node = node.value
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            if node.func.attr not in ("astype", "to_numpy", "copy", "map"):
                return
            node = node.func.value
        else:
            break
    if isinstance(node, ast.Subscript) and isinstance(node.value, ast.Name):
        value = values.value(node.slice)
        if isinstance(value, str):
            yield node.value.id, value


def _listed(code: Code, values: Constants, node: ast.AST, table: str, column: str) -> bool:
    """`df[cols]`, where the list is known and holds the label."""
    if not (isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Load) and isinstance(node.value, ast.Name)):
        return False
    if node.value.id != table or isinstance(node.slice, ast.Slice | ast.Constant):
        return False
    chosen = code.meant(node.slice)
    if isinstance(chosen, ast.ListComp):
        return _leaves_in(code, values, chosen, table, column)
    names = texts_of([node.slice], values)
    return len(names) >= _LEAST and column in names


def _leaves_in(code: Code, values: Constants, chosen: ast.ListComp, table: str, column: str) -> bool:
    """`[c for c in df.columns if c != "id"]`: all that is left out is known, and the label is not among it."""
    one = chosen.generators[0]
    whole = len(chosen.generators) == 1 and isinstance(chosen.elt, ast.Name) and ast.unparse(chosen.elt) == ast.unparse(
        one.target)  # fmt: skip
    of_table = ast.unparse(one.iter) in (table, f"{table}.columns", f"{table}.columns.tolist()")
    if not whole or not of_table or len(one.ifs) > 1:
        return False
    left: list[str] = []
    for test in one.ifs:
        plain = isinstance(test, ast.Compare) and len(test.ops) == 1 and isinstance(test.ops[0], ast.NotEq | ast.NotIn)
        left = texts_of(test.comparators, values) if plain else []  # type: ignore[attr-defined]
        parts = getattr(test.comparators[0], "elts", [0]) if plain else []  # type: ignore[attr-defined]
        if not left or len(left) < len(parts):
            return False
    return column not in left


def _dropped(code: Code, values: Constants, node: ast.AST, table: str, column: str) -> bool:
    """`df.drop(columns=["id"])`, where what goes is known and is not the label, and nothing else takes columns out."""
    method = node.func if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) else None
    if not isinstance(node, ast.Call) or method is None or method.attr != "drop":
        return False
    if not isinstance(method.value, ast.Name) or method.value.id != table:
        return False
    words = {word.arg: word.value for word in node.keywords}
    across = "axis" in words and ast.unparse(words["axis"]) in ("1", "'columns'")
    given = words.get("columns", node.args[0] if node.args and across else None)
    names = texts_of([given], values) if given is not None else []
    if given is None or not names or column in names or len(names) < len(getattr(given, "elts", ())):
        return False
    others = [
        one for one in code.nodes if isinstance(one, ast.Attribute) and one.attr in _CHOOSES and one is not method
    ]
    picked = [one for one in code.nodes if isinstance(one, ast.Subscript) and isinstance(one.ctx, ast.Load)
              and isinstance(one.slice, ast.List | ast.Tuple | ast.ListComp)]  # fmt: skip
    return not others and not picked and not any(isinstance(one, ast.Delete | ast.ListComp) for one in code.nodes)


_FORMS = ("values", "to_numpy", "astype", "copy", "fillna", "reset_index")


def _are_inputs(code: Code, node: ast.AST) -> bool:
    """They are kept under a name of inputs, or are the first of what a fit or a split is handed."""
    outer = code.parent(node)
    while isinstance(outer, ast.Attribute) and outer.attr in _FORMS:
        node, outer = outer, code.parent(outer)
        if isinstance(outer, ast.Call) and outer.func is node:
            node, outer = outer, code.parent(outer)
    if isinstance(outer, ast.Tuple):  # X, y = df[cols], df["kind"]
        outer = code.parent(outer)
    if isinstance(outer, ast.Assign):
        target = next((one for one, value in told_pairs(outer) if value is node), None)
        return isinstance(target, ast.Name) and bool(_INPUTS.match(target.id.lower()))
    both = isinstance(outer, ast.Call) and len(outer.args) > 1 and outer.args[0] is node
    return both and bool(_TAKES_BOTH.search(code.dotted(outer.func)))  # type: ignore[union-attr]
