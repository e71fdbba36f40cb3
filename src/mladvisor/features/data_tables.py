"""What measurements of tables share: the tables themselves, the note when there are none, and the place of a column.

A measurement of tables declares the work it waits for and gets its tables here; heavy statistics live in `tables/`:

    MIX = job("class-mix", "comparing the classes of the splits", nanoseconds=15)

    @feature("split.label_shift", unit="fraction", doc="...", how=HOW, source="data.splits", cost="cheap", job=MIX)
    def label_shift(m: Measures) -> Measured | None:
        splits = m.once(split_tables, 2)
        if isinstance(splits, Measured):  # unknown, with the reason
            return splits
        ...
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from mladvisor.features.catalogue import Measures
from mladvisor.features.measured import Measured, Where, unknown
from mladvisor.features.work import READING, TABLES_WANTED
from mladvisor.tables.collection import Tables

if TYPE_CHECKING:
    from mladvisor.tables.table import Table

HOW = TABLES_WANTED


def tables(m: Measures) -> Tables:
    """The tables of the run; `m.once(tables)`. What was inferred or odd is told in the diagnosis."""
    found = Tables(m.run, budget=READING * m.budget)
    if found:
        label = found.label
        if label is not None and not label.said:
            m.assumed.append(f'the label is the column "{label.column}": {label.reason}')
        m.notes = found.notes  # later readings add to it
    return found


def split_tables(m: Measures, least: int = 1) -> dict[str, Table] | Measured:
    """The splits that have rows, or why there are fewer than `least` of them."""
    found: Tables = m.once(tables)
    if not found:
        return unknown(HOW, "not-logged")
    splits = found.splits
    if len(splits) >= least:
        return splits
    if found.errors:
        return unknown("; ".join(found.errors.values()), "failed")
    return unknown(f"only {len(splits)} of the tables train, val and test has rows; {least} are compared", "not-logged")


def worst(m: Measures, judge: Callable[[Table, str], Measured | None]) -> dict[str, Measured] | Measured:
    """For each column what is judged worst (the largest value) in any table, or why there are no tables."""
    splits = m.once(split_tables)
    if isinstance(splits, Measured):
        return splits
    result: dict[str, Measured] = {}
    for table in splits.values():
        for column in table.columns:
            found = judge(table, column)
            if found is not None and (column not in result or found.value > result[column].value):  # type: ignore[operator]
                result[column] = found
    return result


def place(table: Table, column: str = "", rows: tuple[int, int] | None = None) -> Where:
    """A column of a table; `rows` are lines of the file, the header being line 1."""
    return Where(table.file, column, x="row" if rows else "", rows=rows)


def line(table: Table, row: int) -> tuple[int, int] | None:
    """The line of a row (from 0) in its file; None when the file was read in pieces."""
    return (row + 2, row + 2) if table.share == 1.0 else None
