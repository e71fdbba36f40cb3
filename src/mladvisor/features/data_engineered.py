"""Engineered tables against their raw parents (`train_raw.*` beside `train.*`), row by row where they keep them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mladvisor.features.catalogue import Measures, feature
from mladvisor.features.data_tables import line, place, split_tables, tables
from mladvisor.features.measured import Measured, not_applicable, unknown
from mladvisor.features.work import job
from mladvisor.runs.word_sets import word_set
from mladvisor.tables.table import NUMBERS

if TYPE_CHECKING:
    from mladvisor.tables.aligned import Line
    from mladvisor.tables.engineered import Born
    from mladvisor.tables.table import Table

LEAST_ROWS = 20
_MANY_ROWS, _NEARLY_ALL, _FEW_VALUES = 200, 0.99, 4
PAIR_HOW = "put the raw table beside the engineered one: train_raw.csv beside train.csv"
PAIRS = job(
    "engineered",
    "comparing engineered with raw tables",
    nanoseconds=120,
    tables=("train", "val", "test", "train_raw", "val_raw", "test_raw"),
    needs="train_raw",
)


Columns = dict[str, Measured] | Measured


def pairs(m: Measures) -> dict[str, tuple[Table, Table]] | Measured:
    """Split -> (raw, engineered), or why there is none."""
    splits = m.once(split_tables)
    if isinstance(splits, Measured):
        return splits
    found = {name: both for name, both in m.once(tables).pairs.items() if both[0].rows and both[1].rows}
    return found or unknown(PAIR_HOW, "not-logged")


@feature(
    "data.rows_lost",
    unit="fraction",
    doc="Share of the raw rows that the engineered table no longer has (negative: it has more)",
    how=PAIR_HOW,
    source="data.engineered",
    cost="cheap",
    job=PAIRS,
)
def rows_lost(m: Measures) -> Measured:
    found = m.once(pairs)
    if isinstance(found, Measured):
        return found
    held = m.once(tables)
    if held.raw_is_whole:
        raw, own = held.get("train_raw"), next(iter(found.values()))[1]
        kept = sum(table.rows for table in held.splits.values())
        if len(held.splits) < 2 and kept < raw.rows:
            return unknown("the other splits may hold the other rows of the raw table", "not-logged")
        return Measured(1.0 - kept / raw.rows, note=f"{raw.file}: {raw.rows:,}, all splits: {kept:,}", where=place(own))
    both = {name: (held.get(f"{name}_raw"), own) for name, (_, own) in found.items()}
    raw, own = max(both.values(), key=lambda one: abs(1.0 - one[1].rows / one[0].rows))
    return Measured(
        1.0 - own.rows / raw.rows, note=f"{raw.file}: {raw.rows:,}, {own.file}: {own.rows:,}", where=place(own)
    )


def births(m: Measures) -> dict[str, list[tuple[Table, Born]]] | Measured:
    """Engineered column -> what its transform did, in each split."""
    from mladvisor.tables.engineered import born

    found = m.once(pairs)
    if isinstance(found, Measured):
        return found
    result: dict[str, list[tuple[Table, Born]]] = {}
    for raw, own in found.values():
        for column in own.columns:
            result.setdefault(column, []).append((own, born(raw, own, column)))
    return result


def _born(m: Measures, which: str) -> Columns:
    found = m.once(births)
    if isinstance(found, Measured):
        return found
    result = {}
    for column, parts in found.items():
        table, one = max(parts, key=lambda part: float(getattr(part[1], which)))
        share = float(getattr(one, which))
        where = place(table, column, line(table, one.first)) if share and one.first >= 0 else place(table, column)
        result[column] = Measured(share, where=where)
    return result


@feature(
    "column.born_blank_share",
    each="column",
    unit="fraction",
    doc="Share of the rows in which an engineered column is blank although the raw row it comes from is not",
    how=PAIR_HOW,
    source="data.engineered",
    cost="cheap",
    job=PAIRS,
)
def born_blank_share(m: Measures) -> Columns:
    return _born(m, "blank")


@feature(
    "column.born_infinite_share",
    each="column",
    unit="fraction",
    doc="Share of the rows in which an engineered column is infinite although the raw row it comes from is not",
    how=PAIR_HOW,
    source="data.engineered",
    cost="cheap",
    job=PAIRS,
)
def born_infinite_share(m: Measures) -> Columns:
    return _born(m, "infinite")


@feature(
    "column.became_constant",
    type="flag",
    each="column",
    doc="A column of the engineered training table holds a single value, or is one of fractions of which 99 rows in"
    " 100 do, and no raw column of its name does "
    "(indicators of a category aside)",
    how=PAIR_HOW,
    source="data.engineered",
    cost="cheap",
    job=PAIRS,
)
def became_constant(m: Measures) -> Columns | None:
    found = m.once(pairs)
    if isinstance(found, Measured):
        return found
    if "train" not in found:
        return None
    raw, own = found["train"]
    result = {}
    for column in own.columns:
        constant = own.rows >= LEAST_ROWS and (len(own.codes(column).values) <= 1 or _is_collapsed(own, column))
        before = column in raw and len(raw.codes(column).values) <= 1
        # The indicator of a category that these rows happen not to have is 0 throughout, as it should be.
        indicator = constant and _is_indicator(column, raw)
        result[column] = Measured(constant and not before and not indicator, where=place(own, column))
    return result


def _is_collapsed(own: Table, column: str) -> bool:
    """Nearly every row of a column of fractions holds one value, and the few others share a few: whole numbers divided,
    logarithms of what was rounded. Flags and counts are whole numbers, and rare amounts differ from one another.
    """
    codes = own.codes(column)
    if own.kind(column) not in NUMBERS or len(codes.values) > _FEW_VALUES or own.rows < _MANY_ROWS:
        return False
    values = own.numbers(column)
    values = values[np.isfinite(values)]
    return bool((values % 1 != 0).any()) and codes.counts().max() >= _NEARLY_ALL * own.rows


_OF_BLANKS = word_set("nan na missing isna isnull null blank none other unknown infrequent")


def _is_indicator(column: str, raw: Table) -> bool:
    """Whether a column is named after a raw column and one of its categories: city_oslo, city=oslo, age_30_40, age_nan.

    Those of a number are numbers: "age_bucket" and "hour_sin" are made of all of them.
    """
    for name in raw.columns:
        if name != column and column.startswith((f"{name}_", f"{name}=")):
            rest = column[len(name) + 1 :].lower()
            if raw.kind(name) not in NUMBERS or any(map(str.isdigit, rest)) or rest in _OF_BLANKS:
                return True
    return False


@feature(
    "data.engineered_scale_ratio",
    unit="ratio",
    doc="Largest over smallest standard deviation of the numeric columns that reach the model (known only where a raw "
    "table stands beside the engineered one)",
    how=PAIR_HOW,
    source="dev.roots",
    cost="cheap",
    job=PAIRS,
)
def engineered_scale_ratio(m: Measures) -> Measured | None:
    from mladvisor.tables.engineered import scale_of

    found = m.once(pairs)
    if isinstance(found, Measured):
        return found
    if "train" not in found:
        return None
    own = found["train"][1]
    label = m.once(tables).label_column
    columns = [column for column in own.columns if column != label and own.kind(column) in ("numeric", "integer")]
    scales = {column: scale_of([own], column) for column in columns}
    sds = {column: scale.sd for column, scale in scales.items() if scale is not None and scale.sd > 0}
    if len(sds) < 2:
        return None
    widest = max(sds, key=lambda column: sds[column])
    return Measured(sds[widest] / min(sds.values()), note=f"the widest is {widest}", where=place(own, widest))


def _lines(m: Measures) -> dict[str, tuple[Table, Line]] | Measured:
    """Engineered column -> the split in which most rows do not follow from the raw column, and which."""
    from mladvisor.tables.aligned import out_of_line

    found = m.once(pairs)
    if isinstance(found, Measured):
        return found
    worst: dict[str, tuple[Table, Line]] = {}
    for raw, own in found.values():
        for column in own.columns:
            one = out_of_line(raw, own, column)
            if one is not None and (column not in worst or one.share > worst[column][1].share):
                worst[column] = (own, one)
    return worst


@feature(
    "column.out_of_line",
    each="column",
    unit="fraction",
    doc="Share of the rows of an engineered column (the label, too) that do not follow from the raw column of its name "
    "as the other rows do",
    how=PAIR_HOW,
    source="data.engineered",
    cost="cheap",
    job=PAIRS,
)
def out_of_line_share(m: Measures) -> Columns:
    found = m.once(_lines)
    if isinstance(found, Measured):
        return found
    result = {}
    for column, (table, one) in found.items():
        where = place(table, column, line(table, one.first)) if one.first >= 0 else place(table, column)
        result[column] = Measured(one.share, where=where)
    return result


@feature(
    "column.out_of_line_says",
    type="choice",
    each="column",
    doc="How many rows do not follow, from which line on, and what they do",
    how=PAIR_HOW,
    source="data.engineered",
    cost="cheap",
    job=PAIRS,
)
def out_of_line_says(m: Measures) -> Columns:
    found = m.once(_lines)
    if isinstance(found, Measured):
        return found
    return {
        column: Measured(f"{one.share:.2%} of {table.file} from line {one.first + 2}: {one.says}")
        for column, (table, one) in found.items()
        if one.share > 0.0
    }


def _beside(m: Measures) -> list[tuple[Table, Table, str]] | Measured:
    """(raw table, engineered table, column of the latter) of the pairs whose rows stand beside each other."""
    found = m.once(pairs)
    if isinstance(found, Measured):
        return found
    return [(raw, own, column) for raw, own in found.values() if raw.rows == own.rows for column in own.columns]


@feature(
    "column.misnamed_unit",
    type="choice",
    each="column",
    doc="How an engineered column differs from what the units in its name and in that of its raw column say; only of "
    "those that do",
    how=PAIR_HOW,
    source="data.engineered",
    cost="cheap",
    job=PAIRS,
)
def misnamed_unit(m: Measures) -> Columns:
    from mladvisor.tables.named_units import misnamed

    found = m.once(_beside)
    if isinstance(found, Measured):
        return found
    result: dict[str, Measured] = {}
    for raw, own, column in found:
        one = misnamed(raw, own, column)
        if one is not None:
            says = f"{one.factor:.4g} times {one.source}, where the units say {one.wanted:.3g}"
            result[column] = Measured(says, where=place(own, column))
    return result or not_applicable("no engineered column differs from what the units in the names say")


@feature(
    "column.flattened",
    each="column",
    unit="fraction",
    doc="Share of the rows that lie at one end of an engineered column, where the raw column of its name goes on",
    how=PAIR_HOW,
    source="data.engineered",
    cost="cheap",
    job=PAIRS,
)
def flattened_share(m: Measures) -> Columns:
    from mladvisor.tables.flattened import flattened

    found = m.once(_beside)
    if isinstance(found, Measured):
        return found
    result: dict[str, Measured] = {}
    for raw, own, column in found:
        share = flattened(raw, own, column)
        if share is not None and (column not in result or share > float(result[column].value)):  # type: ignore[arg-type]
            result[column] = Measured(share, where=place(own, column))
    return result
