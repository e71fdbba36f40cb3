"""Whether a training script puts the rows that it trains on in the order of their label."""

from __future__ import annotations

import ast
import re

from mladvisor.features.code_names import LABEL_NAME, Fact
from mladvisor.features.code_ordered import is_of_training, takes_rows_by
from mladvisor.features.code_split import MIXES, is_label, kept_as, sorted_by
from mladvisor.runs.script.class_by_class import gathered_by_class
from mladvisor.runs.script.code import Code


def keeps_rows_unsorted(code: Code) -> Fact:
    """False where rows are sorted by their label and nothing mixes them after that; never known not to be so.

    `order = np.argsort(y)`, `X, y = X[order], y[order]`; `df = df.sort_values("label")`;
    `rows.sort(key=lambda row: row["label"])`; a data set that gathers its rows class by class.
    """
    for node in code.nodes:
        if not isinstance(node, ast.Call):
            continue
        column = sorted_by(node)
        by_column = bool(column) and is_label(code, column) and is_of_training(kept_as(code, node))
        if by_column or takes_rows_by(code, node) or _sorts_by_key(code, node):
            mixed = any(name.rpartition(".")[2] in MIXES and call.lineno >= node.lineno for call, name in code.calls)
            if not mixed:
                return False, node
        if _queried_in_order(code, node):
            return False, node
    for call, name in code.calls:
        loop = gathered_by_class(code, call) if name.rpartition(".")[2] == "DataLoader" else None
        if loop is not None and is_of_training(code.assigned_to(call)):
            return False, loop
    return None


_HALVES = re.compile(
    r"(?is)\bwhere\s+(?P<no>not\s+)?(?P<flag>[a-z_]\w*)(?:\s*(?:=|is)\s*(?P<one>\w+))?\s+union\s+all\s+select\b[^;]*?"
    r"\bwhere\s+(?P<not>not\s+)?(?P=flag)(?:\s*(?:=|is)\s*(?P<other>\w+))?\s*$"
)
_BY_LABEL = re.compile(r"(?i)\border\s+by\s+(?P<column>[a-z_]\w*)(?:\s+(?:asc|desc))?\s*;?\s*$")


def _queried_in_order(code: Code, call: ast.Call) -> bool:
    """A query that lists the rows of one class before those of the other, with nothing behind it that mixes them:
    "select * from t where ok union all select * from t where not ok", "select * from t order by label".
    """
    for given in call.args[:1]:
        if not (isinstance(given, ast.Constant) and isinstance(given.value, str)):
            continue
        halves, ordered = _HALVES.search(given.value.strip()), _BY_LABEL.search(given.value.strip())
        parted = halves is not None and (bool(halves["no"]), halves["one"]) != (bool(halves["not"]), halves["other"])
        by_label = ordered is not None and is_label(code, ordered["column"])
        if (parted or by_label) and not any(
            name.rpartition(".")[2] in MIXES and one.lineno >= call.lineno for one, name in code.calls
        ):
            return True
    return False


def _sorts_by_key(code: Code, call: ast.Call) -> bool:
    """`rows.sort(key=lambda row: row["label"])`, `rows = sorted(rows, key=lambda row: row.label)`."""
    name = code.dotted(call.func).rpartition(".")[2]
    key = next((word.value for word in call.keywords if word.arg == "key"), None)
    if name not in ("sort", "sorted") or not isinstance(key, ast.Lambda):
        return False
    body = key.body
    asked = (
        body.slice.value if isinstance(body, ast.Subscript) and isinstance(body.slice, ast.Constant)
        else body.attr if isinstance(body, ast.Attribute)
        else ""
    )  # fmt: skip
    owner = call.func.value if isinstance(call.func, ast.Attribute) and name == "sort" else None
    kept = code.dotted(owner) if owner is not None else code.assigned_to(call)
    return isinstance(asked, str) and bool(LABEL_NAME.search(asked.lower())) and is_of_training(kept)
