"""Neighbouring rows of a table that lie far from all others: what a broken export or a device leaves in one stretch."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mladvisor.tables.table import NUMBERS, Table

LEAST_ROWS = 5
"""Rows in one stretch: so many extreme ones do not meet by chance."""
MOST_SHARE = 0.15
"""Of the rows that may lie far off: three batches of thirty are a tenth, and more is another half of the data."""
MOST_STRETCHES = 4
SPARSE = 10
"""Far rows belong to one stretch where those between them are at most a tenth of what chance would put there: a batch
may hold bad rows and sound ones. Five in a row so close meet by chance once in ten thousand tables.
"""
IN_STRETCHES = 0.8
"""Of the rows that lie far off, the share that must stand in such stretches."""
FAR = 3.0
"""Widths of the middle 80 % of the rows from which on a row lies far off."""
MIDDLES = ((0.1, 1.0), (0.25, 1.9))
"""(quantile, factor): the width as the middle 80 % tell it, else, as many far rows stretch that, as the middle half
does; in a bell curve both are the same.
"""
SORTED = 0.5
"""Rank correlation with the place in the file above which large values stand together because the file is sorted."""
LEAST_COLUMNS = 3
"""Columns over which rows are looked at as a whole: in two of them a stretch would show in each."""
MOST_ROWS = 200_000
LEAST_TABLE = 100


class FarBlock(NamedTuple):
    """Stretches of rows that lie far off.

    Attributes:
        distance: of the nearest of them from the middle (of the middle one, where no column tells all of them), in
            widths of the middle 80 % of the rows; 0 for none.
        rows: how many. first, last: rows (from 0) of the largest stretch. column: where; example: a value of it.
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
    """The stretch that lies farthest off, in one column of numbers or over all of them; None where there are too few
    rows or columns.

    Rows that were scaled as a whole are near the middle in some columns, each in others: together they stand out.
    """
    columns = [column for column in table.columns if table.kind(column) in NUMBERS]
    if not LEAST_TABLE <= table.rows <= MOST_ROWS or not columns or table.share < 1.0:
        return None
    for quantile, factor in MIDDLES:
        measured = [one for column in columns if (one := _distances(table, column, quantile, factor)) is not None]
        found = [*(_in_column(one) for one in measured), _in_rows(measured, table.rows)]
        best = max(found, key=lambda one: one.distance)
        if best.rows:
            return best
    return FarBlock()


class _Column(NamedTuple):
    """A column's values, and how far each lies from the middle, in widths of the middle 80 % (0 for blanks)."""

    name: str
    values: NDArray[np.float64]
    fine: NDArray[np.bool_]
    distance: NDArray[np.float64]

    def is_sorted(self, far: NDArray[np.bool_]) -> bool:
        """The table is sorted by it, the rows that lie far off left aside."""
        rest = np.flatnonzero(self.fine & ~far)
        ranks = np.argsort(np.argsort(self.values[rest], kind="stable"), kind="stable")
        return len(rest) > 1 and abs(float(np.corrcoef(ranks, rest)[0, 1])) > SORTED

    def block(self, far: NDArray[np.bool_], parts: list[NDArray[np.intp]], distance: float) -> FarBlock:
        """The stretch as it is told by this column."""
        largest = max(parts, key=len)
        rest = self.values[self.fine & ~far]
        shown = largest[int(np.argmax(self.distance[largest]))]
        return FarBlock(
            distance, sum(map(len, parts)), int(largest[0]), int(largest[-1]), self.name, float(self.values[shown]),
            float(rest.min()), float(rest.max()),
        )  # fmt: skip


def _distances(table: Table, column: str, quantile: float, factor: float) -> _Column | None:
    values = table.numbers(column)
    fine = np.isfinite(values)
    if fine.sum() < LEAST_TABLE:
        return None
    low, middle, high = np.quantile(values[fine], [quantile, 0.5, 1.0 - quantile])
    width = factor * float(high - low)
    if width <= 0.0:
        return None
    with np.errstate(invalid="ignore", over="ignore"):
        return _Column(column, values, fine, np.where(fine, np.abs(values - middle) / width, 0.0))


def _stretches(far: NDArray[np.bool_]) -> list[NDArray[np.intp]]:
    """The far rows of the few stretches in which nearly all of them stand; none where they do not."""
    found = np.flatnonzero(far)
    if not LEAST_ROWS <= len(found) <= MOST_SHARE * len(far):
        return []
    near = max(1, len(far) // (SPARSE * len(found)))
    parts = [part for part in np.split(found, np.flatnonzero(np.diff(found) > near) + 1) if len(part) >= LEAST_ROWS]
    inside = sum(map(len, parts))
    return parts if 1 <= len(parts) <= MOST_STRETCHES and inside >= IN_STRETCHES * len(found) else []


def _in_column(one: _Column) -> FarBlock:
    far = one.distance > FAR
    parts = _stretches(far)
    if not parts or one.is_sorted(far):
        return FarBlock()
    return one.block(far, parts, float(min(one.distance[part].min() for part in parts)))


def _in_rows(columns: list[_Column], rows: int) -> FarBlock:
    """Rows of which some column lies far off, whichever; the distance is that of the middle one of them."""
    none = np.zeros(rows, dtype=bool)
    used = [one for one in columns if not one.is_sorted(none)]
    if len(used) < LEAST_COLUMNS:
        return FarBlock()
    farthest = np.max([one.distance for one in used], axis=0)
    far = farthest > FAR
    parts = _stretches(far)
    if not parts:
        return FarBlock()
    inside = np.concatenate(parts)
    shown = max(used, key=lambda one: float(np.median(one.distance[inside])))
    return shown.block(far, parts, float(np.median(farthest[inside])))
