"""Columns as the script will have them: those that it makes of raw ones, and numbers that it cannot read for a unit."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

import numpy as np

from mladvisor.features.catalogue import Measures, feature
from mladvisor.features.data_tables import HOW, place, split_tables, worst
from mladvisor.features.measured import Measured, Where, on_line
from mladvisor.features.work import job

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mladvisor.runs.script.code import Code
    from mladvisor.tables.made import Made
    from mladvisor.tables.table import Table

LEAST_ROWS = 20
_NUMBERS = ("integer", "numeric", "boolean")
_NEARLY_ALL, _MOST = 0.99, 0.9
MADE = job("made", "working out the columns that the script makes", nanoseconds=120)

Columns = dict[str, Measured] | Measured


def made(m: Measures) -> tuple[list[Made], Table] | None:
    """The columns of numbers that the script makes of raw ones that vary, and the table; None without. Use `m.once`."""
    from mladvisor.tables.made import made_columns

    script, splits = m.run.script, m.once(split_tables)
    if script is None or isinstance(splits, Measured) or "train" not in splits:
        return None
    table = splits["train"]
    return [
        one for one in made_columns(script.code.nodes, table)
        if len(one.values) >= LEAST_ROWS and one.values.dtype != object
        and all(len(table.codes(name).values) > 1 for name in one.sources)
    ], table  # fmt: skip


def _where(m: Measures, one: Made) -> Where | None:
    return on_line(m.run.script.code.place(one.node), one.column) if m.run.script is not None else None


@feature(
    "column.made_constant",
    type="flag",
    each="column",
    doc="A column that the training script makes of raw ones (`df['band'] = df['km'] // 50`) comes out as one value "
    "on the rows of the training table, where the raw ones vary; or in 99 rows of 100, where fractions are cut off",
    how="put the training script and its table into the folder of the log",
    source="data.engineered",
    cost="cheap",
    job=MADE,
)
def made_constant(m: Measures) -> Columns | None:
    from mladvisor.tables.made import is_rounded

    found = m.once(made)
    if found is None:
        return None
    result = {}
    for one in found[0]:
        known = one.values[~np.isnan(one.values)]
        constant = len(known) == 0 or float(known.min()) == float(known.max())
        if not constant and is_rounded(one.node):
            constant = _commonest(known) >= _NEARLY_ALL and _varies(found[1], one)
        result[one.column] = Measured(constant, where=_where(m, one))
    return result or None


def _commonest(values: NDArray[np.float64]) -> float:
    """The share of the value that most of them have."""
    return float(np.unique(values, return_counts=True)[1].max()) / len(values)


def _varies(table: Table, one: Made) -> bool:
    """No raw column that the column is made of has one value in most of its rows."""
    return all(_commonest(numbers[~np.isnan(numbers)]) < _MOST for name in one.sources
               if len(numbers := table.numbers(name)) and not np.isnan(numbers).all())  # fmt: skip


_GUARDS = frozenset(
    ("query", "dropna", "fillna", "nan_to_num", "where", "mask", "interpolate", "ffill", "bfill", "replace",
     "SimpleImputer", "KNNImputer", "IterativeImputer", "Imputer")
)  # fmt: skip
"""Calls by which a script leaves rows out or fills them: what is lost in a column may never reach the model."""
_ASKS = frozenset(("isfinite", "isnan", "isinf", "isna", "notna", "isnull", "notnull", "between", "isin"))


@feature(
    "column.made_lost_share",
    each="column",
    unit="fraction",
    doc="Share of the rows in which a column that the training script makes (`df['x'] = np.log(df['x'] - 50)`) is NaN "
    "or infinite although the raw ones are filled; unknown where the script fills blanks, or leaves rows out",
    how="put the training script and its table into the folder of the log",
    source="data.engineered",
    cost="cheap",
    job=MADE,
)
def made_lost_share(m: Measures) -> Columns | None:
    found = m.once(made)
    if found is None or m.run.script is None or _is_guarded(m.run.script.code):
        return None
    result = {}
    without_infinite = _replaces_infinite(m.run.script.code)
    for one in found[0]:
        table = found[1]
        if not all(table.kind(name) in _NUMBERS for name in one.sources):
            continue
        step = -(-table.rows // len(one.values))
        filled = np.all([np.isfinite(table.numbers(name)[::step]) for name in one.sources], axis=0)
        if len(filled) == len(one.values) and filled.sum() >= LEAST_ROWS:
            lost = np.isnan(one.values) if without_infinite else ~np.isfinite(one.values)
            share = float(lost[filled].mean())
            result[one.column] = Measured(share, where=_where(m, one))
    return result or None


def _of_infinite(call: ast.Call) -> bool:
    """`df.replace([np.inf, -np.inf], 0)`: what is infinite becomes something else, and NaN stays."""
    words = {getattr(each, "attr", getattr(each, "id", "")) for each in ast.walk(call.args[0])} if call.args else set()
    return (
        isinstance(call.func, ast.Attribute) and call.func.attr == "replace" and "inf" in words and "nan" not in words
    )


def _replaces_infinite(code: Code) -> bool:
    return any(_of_infinite(call) for call, _ in code.calls)


def _is_guarded(code: Code) -> bool:
    """Blanks are filled, or rows taken by a condition, somewhere in the script."""
    harmless = {id(call.func) for call, _ in code.calls if _of_infinite(call)}
    called = any(name.rpartition(".")[2] in _GUARDS and id(call.func) not in harmless for call, name in code.calls)
    named = any(
        isinstance(node, ast.Attribute) and node.attr in _GUARDS and id(node) not in harmless for node in code.nodes
    )
    return (
        called
        or named
        or any(
            isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Load) and _is_condition(code, node.slice)
            for node in code.nodes
        )
    )


def _is_condition(code: Code, node: ast.expr) -> bool:
    """`df[df.x > 0]`, `df[keep]`, `df.loc[~np.isnan(x), :]`: rows are taken by what they hold."""
    for each in node.elts if isinstance(node, ast.Tuple) else [node]:
        meant = code.meant(each)
        asks = any(isinstance(one, ast.Attribute) and one.attr in _ASKS for one in ast.walk(meant))
        if asks or any(isinstance(one, ast.Compare) for one in ast.walk(meant)):
            return True
    return False


@feature(
    "column.made_cut_share",
    each="column",
    unit="fraction",
    doc="Share of the rows that lie beyond the two limits at which the training script cuts a column that it makes "
    "(`df.x.clip(0, 1)`)",
    how="put the training script and its table into the folder of the log",
    source="data.engineered",
    cost="cheap",
    job=MADE,
)
def made_cut_share(m: Measures) -> Columns | None:
    found = m.once(made)
    if found is None:
        return None
    return {one.column: Measured(one.cut, where=_where(m, one)) for one in found[0] if one.cut is not None} or None


@feature(
    "column.with_unit_share",
    each="column",
    unit="fraction",
    doc="Share of the filled cells that are a number with a unit ('46 mo') in a column where others are plain numbers, "
    "in the table where it is largest",
    how=HOW,
    source="data.schema",
    cost="cheap",
    job=MADE,
)
def with_unit_share(m: Measures) -> Columns:
    from mladvisor.tables.table import NUMBERS
    from mladvisor.tables.written_units import with_unit

    def share(table: Table, column: str) -> Measured:
        worded = table.kind(column) not in (*NUMBERS, "datetime", "identifier", "empty", "nested")
        found, said = with_unit(table, column) if worded else (0.0, "")
        return Measured(found, note=said, where=place(table, column))

    return worst(m, share)


@feature(
    "column.with_unit_example",
    type="choice",
    each="column",
    doc="A cell that is a number with a unit where others are plain numbers",
    how=HOW,
    source="data.schema",
    cost="cheap",
    job=MADE,
)
def with_unit_example(m: Measures) -> Columns:
    found = m.once(with_unit_share)
    if isinstance(found, Measured):
        return found
    return {column: Measured(one.note, where=one.where) for column, one in found.items()}
