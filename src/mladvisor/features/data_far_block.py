"""Stretches of the training table whose rows lie far from all others: see `tables/far_block.py`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mladvisor.features.catalogue import Measures, feature
from mladvisor.features.data_columns import CELLS
from mladvisor.features.data_tables import HOW, place, split_tables
from mladvisor.features.measured import Measured, unknown

if TYPE_CHECKING:
    from mladvisor.tables.far_block import FarBlock
    from mladvisor.tables.table import Table


def _found(m: Measures) -> tuple[Table, FarBlock] | Measured:
    from mladvisor.tables.far_block import far_block

    splits = m.once(split_tables)
    if isinstance(splits, Measured):
        return splits
    train = splits.get("train")
    if train is None:
        return unknown("the training table is not known", "not-logged")
    found = far_block(train)
    if found is None:
        return unknown("the training table has too few rows, or was read in pieces", "too-few-points")
    return train, found


@feature(
    "data.far_block",
    unit="widths of the middle 80 %",
    doc="How far from all others the rows of a stretch of the training table lie, in the column where that is most; 0 "
    "where no five neighbouring rows lie far off, or where the table is sorted by that column",
    how=HOW,
    source="fig2.d",
    cost="cheap",
    job=CELLS,
)
def block(m: Measures) -> Measured:
    found = m.once(_found)
    if isinstance(found, Measured):
        return found
    table, one = found
    lines = (one.first + 2, one.last + 2) if one.rows else None
    return Measured(one.distance, where=place(table, one.column, lines))


@feature(
    "data.far_block_says",
    type="choice",
    doc="Which rows these are, and what they hold",
    how=HOW,
    source="fig2.d",
    cost="cheap",
    job=CELLS,
)
def block_says(m: Measures) -> Measured | None:
    found = m.once(_found)
    if isinstance(found, Measured):
        return found
    one = found[1]
    if not one.rows:
        return None
    said = f"{one.column} = {one.example:.4g}, others {one.low:.4g} to {one.high:.4g}"
    return Measured(f"{one.rows:,} rows, the first stretch at rows {one.first:,} to {one.last:,}: {said}")
