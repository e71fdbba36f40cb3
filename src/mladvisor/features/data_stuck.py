"""Columns that stand still in a table, come from one place only, or hold words where another table holds numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mladvisor.features.catalogue import Measures, feature
from mladvisor.features.data_columns import CELLS
from mladvisor.features.data_splits import DRIFT, sides
from mladvisor.features.data_splits import HOW as PAIR
from mladvisor.features.data_tables import HOW, place, split_tables, tables
from mladvisor.features.measured import Measured

if TYPE_CHECKING:
    from mladvisor.tables.stuck import Stuck
    from mladvisor.tables.table import Table

Columns = dict[str, Measured] | Measured


def _runs(m: Measures) -> dict[str, tuple[Table, Stuck]] | Measured:
    from mladvisor.tables.stuck import stuck, takes_many_values

    splits = m.once(split_tables)
    if isinstance(splits, Measured):
        return splits
    label = m.once(tables).label_column
    worst: dict[str, tuple[Table, Stuck]] = {}
    for table in splits.values():
        others = [other for other in splits.values() if other is not table]
        for column in table.columns:
            if column == label:
                continue
            measured = any(column in other and takes_many_values(other, column) for other in others)
            found = stuck(table, column, measured=measured)
            if found is not None and (column not in worst or found.share > worst[column][1].share):
                worst[column] = (table, found)
    return worst


@feature(
    "column.stuck_share",
    each="column",
    unit="fraction",
    doc="Share of the rows of a table in which a measured quantity repeats one value row after row, far longer than "
    "any other value and hardly anywhere else; 0 where no run stands out",
    how=HOW,
    source="fig1.b",
    cost="cheap",
    job=CELLS,
)
def stuck_share(m: Measures) -> Columns:
    found = m.once(_runs)
    if isinstance(found, Measured):
        return found
    result = {}
    for column, (table, one) in found.items():
        rows = (one.first + 2, one.first + 1 + one.rows) if one.share and table.share == 1.0 else None
        result[column] = Measured(one.share, where=place(table, column, rows))
    return result


@feature(
    "column.stuck_says",
    type="choice",
    each="column",
    doc="The value that is repeated, how often, and where",
    how=HOW,
    source="fig1.b",
    cost="cheap",
    job=CELLS,
)
def stuck_says(m: Measures) -> Columns:
    found = m.once(_runs)
    if isinstance(found, Measured):
        return found
    result = {}
    for column, (table, one) in found.items():
        if one.share:
            lines = f" from line {one.first + 2}" if 0.0 < one.share < 1.0 and table.share == 1.0 else ""
            result[column] = Measured(f"{one.value:.6g} in {one.rows:,} rows of {table.file} on end{lines}")
    return result


@feature(
    "column.only_value",
    type="choice",
    each="column",
    doc="The only category that one table holds where another holds several, in words; empty where that is not so",
    how=PAIR,
    source="data.splits",
    cost="cheap",
    job=DRIFT,
)
def only(m: Measures) -> Columns:
    from mladvisor.tables.stuck import only_value

    both = m.once(sides)
    if isinstance(both, Measured):
        return both
    train, others = both
    label = m.once(tables).label_column
    result: dict[str, Measured] = {}
    for other in others:
        for column in train.columns:
            said = only_value(train, other, column) if column != label and column in other else None
            if said is not None and (said or column not in result):
                result[column] = Measured(said, where=place(other, column))
    return result


@feature(
    "column.divided",
    type="choice",
    each="column",
    doc="The categories of training and of evaluation, where none stands in both and each has many rows, in words;"
    " empty where some do",
    how=PAIR,
    source="data.splits",
    cost="cheap",
    job=DRIFT,
)
def parted_by(m: Measures) -> Columns:
    from mladvisor.tables.stuck import divided

    both = m.once(sides)
    if isinstance(both, Measured):
        return both
    train, others = both
    label = m.once(tables).label_column
    result: dict[str, Measured] = {}
    for column in train.columns:
        told = [(divided(train, other, column), other) for other in others if column in other and column != label]
        if told and all(said is not None for said, _ in told):  # of each table that rows are judged in
            result[column] = Measured(
                str(told[0][0]) if all(said for said, _ in told) else "", where=place(told[0][1], column)
            )
    return result


def _words(m: Measures) -> dict[str, tuple[float, Table, str]] | Measured:
    from mladvisor.tables.stuck import words_for_numbers

    splits = m.once(split_tables, 2)
    if isinstance(splits, Measured):
        return splits
    label = m.once(tables).label_column
    found = {}
    for column in m.once(tables).columns:
        one = words_for_numbers(list(splits.values()), column) if column != label else None
        if one is not None:
            found[column] = one
    return found


@feature(
    "column.words_for_numbers",
    each="column",
    unit="fraction",
    doc="Share of the filled cells of a table that are no numbers where another table's column holds numbers",
    how=PAIR,
    source="data.schema",
    cost="cheap",
    job=CELLS,
)
def words_share(m: Measures) -> Columns:
    found = m.once(_words)
    if isinstance(found, Measured):
        return found
    return {column: Measured(share, where=place(table, column)) for column, (share, table, _) in found.items()}


@feature(
    "column.words_for_numbers_says",
    type="choice",
    each="column",
    doc="One of the cells that are no numbers, and its table",
    how=PAIR,
    source="data.schema",
    cost="cheap",
    job=CELLS,
)
def words_says(m: Measures) -> Columns:
    found = m.once(_words)
    if isinstance(found, Measured):
        return found
    return {column: Measured(f'"{cell}" in {table.file}') for column, (share, table, cell) in found.items() if share}
