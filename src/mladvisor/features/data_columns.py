"""What is odd about the cells of each column, with nothing expected of it: blanks, mixed types, outliers ..."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from mladvisor.features.catalogue import Measures, feature
from mladvisor.features.data_tables import HOW, line, place, split_tables, tables, worst
from mladvisor.features.measured import Measured, not_applicable
from mladvisor.features.work import job
from mladvisor.runs.table_columns import roles_of
from mladvisor.tables.places import places

if TYPE_CHECKING:
    from mladvisor.tables.hygiene import Odd
    from mladvisor.tables.table import Table

CELLS = job("cells", "looking at the cells of each column", nanoseconds=190)
COPIES = job("column-copies", "looking for columns that are copies of others", nanoseconds=40)
LEAST_ROWS = 20
"""Filled cells from which on a single value means a constant column."""

Columns = dict[str, Measured] | Measured
Seen = dict[str, list[tuple["Table", "Odd"]]]


def seen(m: Measures) -> Seen | Measured:
    """Column -> (table, what is odd there) for each table that has it; the label's column included."""
    from mladvisor.tables.hygiene import odd

    splits = m.once(split_tables)
    if isinstance(splits, Measured):
        return splits
    found: Seen = {}
    for table in splits.values():
        for column in table.columns:
            found.setdefault(column, []).append((table, odd(table, column)))
    return found


def _worst(m: Measures, share: Callable[[Odd], float], note: Callable[[Odd], str] = lambda _: "") -> Columns:
    """The largest share of each column over the tables, and where it stands."""
    found = m.once(seen)
    if isinstance(found, Measured):
        return found
    result = {}
    for column, parts in found.items():
        table, part = max(parts, key=lambda one: share(one[1]))
        result[column] = Measured(share(part), note=note(part), where=place(table, column))
    return result


@feature(
    "column.blank_share",
    each="column",
    unit="fraction",
    doc="Share of the cells that are blank, in the table where it is largest",
    how=HOW,
    source="test.nan-inputs",
    cost="cheap",
    job=CELLS,
)
def blank_share(m: Measures) -> Columns:
    return _worst(m, lambda part: part.blank)


@feature(
    "column.blank_numbers",
    each="column",
    unit="fraction",
    doc="The same of columns whose filled cells are numbers: a blank among words often is a value of its own (no pool)",
    how=HOW,
    source="test.missing-inputs",
    cost="cheap",
    job=CELLS,
)
def blank_numbers(m: Measures) -> Columns:
    found = m.once(seen)
    if isinstance(found, Measured):
        return found
    aside = {*m.once(tables).left_out, m.once(tables).label_column}
    numbers = {
        column: max(part.blank for _, part in parts)
        for column, parts in found.items()
        if column not in aside and any(table.kind(column) in ("numeric", "integer", "empty") for table, _ in parts)
    }
    return {column: Measured(share) for column, share in numbers.items()}


@feature(
    "column.array_nan_share",
    each="column",
    unit="fraction",
    doc="Share of the samples in an array (.npz, .npy) that hold NaN, in the array where it is largest",
    how=HOW,
    source="test.nan-inputs",
    cost="cheap",
    job=CELLS,
)
def array_nan_share(m: Measures) -> Columns:
    found = m.once(seen)
    if isinstance(found, Measured):
        return found
    result = {}
    for column, parts in found.items():
        arrays = [(table, part) for table, part in parts if table.file.lower().endswith((".npz", ".npy"))]
        if arrays and column != "label":
            table, part = max(arrays, key=lambda one: one[1].blank)
            result[column] = Measured(part.blank, where=place(table, column))
    return result or not_applicable("the data are no arrays")


@feature(
    "column.infinite_share",
    each="column",
    unit="fraction",
    doc="Share of the filled cells that are infinite, in the table where it is largest",
    how=HOW,
    source="test.nan-inputs",
    cost="cheap",
    job=CELLS,
)
def infinite_share(m: Measures) -> Columns:
    return _worst(m, lambda part: part.infinite)


@feature(
    "column.mixed_share",
    each="column",
    unit="fraction",
    doc="Share of the filled cells that are of the rarer type: numbers in a column of words, or words among numbers",
    how=HOW,
    source="data.schema",
    cost="cheap",
    job=CELLS,
)
def mixed_share(m: Measures) -> Columns:
    return _worst(m, lambda part: part.mixed)


@feature(
    "column.mixed_example",
    type="choice",
    each="column",
    doc="A cell of the rarer type",
    how=HOW,
    source="data.schema",
    cost="cheap",
    job=CELLS,
)
def mixed_example(m: Measures) -> Columns:
    return _texts(m, lambda part: part.example)


@feature(
    "column.disguised_share",
    each="column",
    unit="fraction",
    doc='Share of the filled cells that stand for a blank: a lone -999 far outside all other values, "?" among words',
    how=HOW,
    source="data.schema",
    cost="cheap",
    job=CELLS,
)
def disguised_share(m: Measures) -> Columns:
    return _worst(m, lambda part: part.disguised)


@feature(
    "column.disguise",
    type="choice",
    each="column",
    doc="The cell that stands for a blank",
    how=HOW,
    source="data.schema",
    cost="cheap",
    job=CELLS,
)
def disguise(m: Measures) -> Columns:
    return _texts(m, lambda part: part.disguise)


def _texts(m: Measures, text: Callable[[Odd], str]) -> Columns:
    found = m.once(seen)
    if isinstance(found, Measured):
        return found
    shown = {column: next((text(part) for _, part in parts if text(part)), "") for column, parts in found.items()}
    return {column: Measured(value) for column, value in shown.items() if value}


@feature(
    "column.constant",
    type="flag",
    each="column",
    doc="Every filled cell of every table holds the same value, and no cell is blank; few places of a picture that do"
    " are left out",
    how=HOW,
    source="data.engineered",
    cost="cheap",
    job=CELLS,
)
def constant(m: Measures) -> Columns:
    found = m.once(seen)
    if isinstance(found, Measured):
        return found
    result = {}
    label, trained = m.once(tables).label_column, m.once(tables).splits.get("train")
    answers = {column for role, column in roles_of(list(found)).items() if role in ("y_pred", "y_score")}
    for column, parts in found.items():
        table, first = parts[0]
        if trained is not None and column not in trained:
            continue  # nothing was learnt with it, and it may have varied where it comes from
        if trained is None and column in answers:
            continue  # what a model answers to the rows that it was given in use
        if first.filled >= LEAST_ROWS and column != label and all(t.kind(column) != "nested" for t, _ in parts):
            same = all(part.distinct <= 1 and part.blank == 0.0 for _, part in parts)
            result[column] = Measured(same, where=place(table, column))
    for family in places(result):  # some places of a picture never vary, as the corners of written digits do
        if 2 * sum(result[column].value is True for column in family) < len(family):
            result = {column: told for column, told in result.items() if column not in family}
    return result


@feature(
    "column.empty",
    type="flag",
    each="column",
    doc="No cell of the column is filled, in some table with at least 20 rows",
    how=HOW,
    source="test.missing-inputs",
    cost="cheap",
    job=CELLS,
)
def empty(m: Measures) -> Columns:
    found = m.once(seen)
    if isinstance(found, Measured):
        return found
    result = {}
    label = m.once(tables).label_column
    for column, parts in found.items():
        table, least = min(parts, key=lambda one: one[1].filled)
        if table.rows >= LEAST_ROWS and column != label:
            result[column] = Measured(least.filled == 0, where=place(table, column))
    return result


@feature(
    "column.outlier_gap",
    each="column",
    unit="ratio",
    doc="Gap between the outermost values (at most 1 % of the rows) and the others, over their range; as it "
    "is or on a logarithmic scale, whichever is smaller",
    how=HOW,
    source="fig2.d",
    cost="cheap",
    job=CELLS,
)
def outlier_gap(m: Measures) -> Columns:
    from mladvisor.tables.hygiene import isolation

    def isolated(table: Table, column: str) -> Measured | None:
        if table.kind(column) not in ("numeric", "integer"):
            return None
        gap, value, rows = isolation(table.numbers(column))
        first = line(table, int((table.numbers(column) == value).argmax())) if rows else None
        return Measured(gap, note=f"{value:g} in {rows} row(s)", where=place(table, column, first))

    return worst(m, isolated)


@feature(
    "column.date_formats",
    each="column",
    doc="Number of formats in a column of dates, those of fewer than 0.1 % of the rows left out",
    how=HOW,
    source="data.schema",
    cost="cheap",
    job=CELLS,
)
def date_formats(m: Measures) -> Columns:
    from mladvisor.tables.dates import formats_of
    from mladvisor.tables.table import is_text

    splits = m.once(split_tables)
    if isinstance(splits, Measured):
        return splits
    result = {}
    for table in splits.values():
        for column in table.columns:
            if column not in result and table.kind(column) == "datetime" and is_text(table.frame[column]):
                formats = formats_of(table, column)
                common = [shape for shape, rows in formats.items() if rows >= 0.001 * table.rows]
                result[column] = Measured(float(len(common)), note=", ".join(common[:5]), where=place(table, column))
    return result


@feature(
    "column.date_orders",
    type="choice",
    each="column",
    doc="Where dates of the column are written with the day first and where with the month first, in words; empty text "
    "where all are written alike",
    how=HOW,
    source="data.schema",
    cost="cheap",
    job=CELLS,
)
def date_orders(m: Measures) -> Columns:
    from mladvisor.tables.dates import parts_order
    from mladvisor.tables.table import is_text

    splits = m.once(split_tables)
    if isinstance(splits, Measured):
        return splits
    orders: dict[str, dict[str, str]] = {}
    for table in splits.values():
        for column in table.columns:
            if is_text(table.frame[column]) and (order := parts_order(table, column)):
                orders.setdefault(column, {})[table.file] = order
    return {
        column: Measured(
            ", ".join(f"{file}: {order}" for file, order in told.items())
            if "both" in told.values() or len(set(told.values())) > 1
            else ""
        )
        for column, told in orders.items()
    }


@feature(
    "column.copy_of",
    type="choice",
    each="column",
    doc="An earlier column of the training table with the same cell in every row",
    how=HOW,
    source="data.engineered",
    cost="cheap",
    job=COPIES,
)
def copy_of(m: Measures) -> Columns:
    from mladvisor.tables.engineered import copies_of

    splits = m.once(split_tables)
    if isinstance(splits, Measured):
        return splits
    table = next(iter(splits.values()))
    features = [column for column in table.columns if column != m.once(tables).label_column]
    found = copies_of(table, features)
    return {column: Measured(found.get(column, ""), where=place(table, column)) for column in features}


@feature(
    "data.duplicate_names",
    unit="columns",
    doc="Column names that stand more than once in the header of a table",
    how=HOW,
    source="data.schema",
    cost="cheap",
)
def duplicate_names(m: Measures) -> Measured:
    splits = m.once(split_tables)
    if isinstance(splits, Measured):
        return splits
    table = max(splits.values(), key=lambda one: len(one.duplicate_names))
    return Measured(float(len(table.duplicate_names)), where=place(table, ", ".join(table.duplicate_names[:3])))


@feature(
    "data.torn_lines",
    unit="fraction",
    doc="Share of the lines of a table that have more cells than the header",
    how=HOW,
    source="data.schema",
    cost="cheap",
)
def torn_lines(m: Measures) -> Measured:
    splits = m.once(split_tables)
    if isinstance(splits, Measured):
        return splits
    table = max(splits.values(), key=lambda one: one.bad_lines / max(1, one.rows))
    return Measured(table.bad_lines / max(1, table.rows + table.bad_lines), where=place(table))
