"""Rows of a table that are repeated and look like no other; see `tables/absurd.py`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mladvisor.features.catalogue import Measures, feature
from mladvisor.features.data_columns import CELLS
from mladvisor.features.data_tables import HOW, place, split_tables, tables
from mladvisor.features.measured import Measured, not_applicable

if TYPE_CHECKING:
    from mladvisor.tables.absurd import Absurd
    from mladvisor.tables.table import Table

Splits = dict[str, Measured] | Measured


def absurd_rows(m: Measures) -> dict[str, tuple[Table, Absurd]] | Measured:
    """Split -> its table and the row in it that is repeated and absurd, if there is one."""
    from mladvisor.tables.absurd import absurd_copies

    splits = m.once(split_tables)
    if isinstance(splits, Measured):
        return splits
    label = m.once(tables).label_column
    found: dict[str, tuple[Table, Absurd]] = {}
    for name, table in splits.items():
        features = [c for c in table.columns if c != label and table.kind(c) not in ("identifier", "datetime")]
        one = absurd_copies(table, features)
        if one is not None:
            found[name] = (table, one)
    return found or not_applicable("the tables hold too few columns of numbers")


@feature(
    "split.absurd_copies",
    each="split",
    unit="fraction",
    doc="Share of the rows that are copies (four at least) of one row which lies outside the range of all others in a "
    "quarter of the columns of numbers, keys and dates aside; 0 for none",
    how=HOW,
    source="fig2.d",
    cost="cheap",
    job=CELLS,
)
def absurd_copies(m: Measures) -> Splits:
    found = m.once(absurd_rows)
    if isinstance(found, Measured):
        return found
    result = {}
    for name, (table, one) in found.items():
        lines = (one.first + 2, one.first + 1 + one.rows) if one.neighbours and table.share == 1.0 else None
        result[name] = Measured(one.rows / table.rows, where=place(table, "", lines))
    return result


@feature(
    "split.absurd_says",
    type="choice",
    each="split",
    doc="How many copies, in how many columns they lie outside, and one of these",
    how=HOW,
    source="fig2.d",
    cost="cheap",
    job=CELLS,
)
def absurd_says(m: Measures) -> Splits:
    found = m.once(absurd_rows)
    if isinstance(found, Measured):
        return found
    return {
        name: Measured(
            f"{one.rows:,} equal rows{' on end' if one.neighbours else ''} from line {one.first + 2:,}, outside all "
            f"others in {one.columns} of {one.of} columns ({one.example})"
        )
        for name, (table, one) in found.items()
        if one.rows
    }
