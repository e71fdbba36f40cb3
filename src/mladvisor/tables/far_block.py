"""Neighbouring rows of a table that lie far from all others: what a broken export or a device leaves in one stretch."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from mladvisor.tables.table import NUMBERS, Table

LEAST_ROWS = 5
"""Rows in one stretch: so many extreme ones do not meet by chance."""
MOST_SHARE = 0.08
MOST_STRETCHES = 4
IN_STRETCHES = 0.8
"""Of the rows that lie far off, the share that must stand in such stretches."""
FAR = 3.0
"""Widths of the middle 80 % of the rows from which on a row lies far off."""
SORTED = 0.5
"""Rank correlation with the place in the file above which large values stand together because the file is sorted."""
MOST_ROWS = 200_000
LEAST_TABLE = 100


class FarBlock(NamedTuple):
    """Stretches of rows that lie far off.

    Attributes:
        distance: of the nearest of them from the middle, in widths of the middle 80 % of the rows; 0 for none.
        rows: how many. first, last: rows (from 0) of the longest stretch. column: where; example: a value of it.
    """

    distance: float = 0.0
    rows: int = 0
    first: int = -1
    last: int = -1
    column: str = ""
    example: float = 0.0
    low: float = 0.0
    high: float = 0.0


def far_block(table: Table) -> FarBlock | None:
    """The stretch that lies farthest off over all columns of numbers; None where there are too few rows or columns."""
    columns = [column for column in table.columns if table.kind(column) in NUMBERS]
    if not LEAST_TABLE <= table.rows <= MOST_ROWS or not columns or table.share < 1.0:
        return None
    return max((_in_column(table, column) for column in columns), key=lambda one: one.distance)


def _in_column(table: Table, column: str) -> FarBlock:
    values = table.numbers(column)
    fine = np.isfinite(values)
    if fine.sum() < LEAST_TABLE:
        return FarBlock()
    low, middle, high = np.quantile(values[fine], [0.1, 0.5, 0.9])
    width = float(high - low)
    if width <= 0.0:
        return FarBlock()
    with np.errstate(invalid="ignore", over="ignore"):
        distance = np.where(fine, np.abs(values - middle) / width, 0.0)
    far = distance > FAR
    if not LEAST_ROWS <= far.sum() <= MOST_SHARE * table.rows:
        return FarBlock()
    edges = np.flatnonzero(np.diff(np.concatenate(([0], far.astype(np.int8), [0]))))
    starts, ends = edges[::2], edges[1::2]
    lengths = ends - starts
    long = lengths >= LEAST_ROWS
    if not 1 <= long.sum() <= MOST_STRETCHES or lengths[long].sum() < IN_STRETCHES * far.sum():
        return FarBlock()
    rest = np.flatnonzero(fine & ~far)
    ranks = np.argsort(np.argsort(values[rest], kind="stable"), kind="stable")
    if abs(float(np.corrcoef(ranks, rest)[0, 1])) > SORTED:
        return FarBlock()
    at = int(np.argmax(lengths))
    inside = np.concatenate([np.arange(a, b) for a, b in zip(starts[long], ends[long], strict=True)])
    return FarBlock(
        float(distance[inside].min()),
        len(inside),
        int(starts[at]),
        int(ends[at]) - 1,
        column,
        float(values[starts[at]]),
        float(values[rest].min()),
        float(values[rest].max()),
    )
