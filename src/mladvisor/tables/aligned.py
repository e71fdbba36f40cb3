"""Whether the rows of an engineered table stand beside their raw rows, and follow one transform."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mladvisor.tables.engineered import LEAST_ROWS, is_standard, scale_of
from mladvisor.tables.statistics import ranks_of
from mladvisor.tables.table import NUMBERS, Table

Floats = NDArray[np.float64]

TOLERANCE = 2e-3
"""Of the spread of a column: what rounding leaves of a straight line."""
REFINED = (0.2, 0.05, 0.02, 0.005)
"""Of the spread: the line is drawn again through the rows that lie so near to the line before."""
A_LINE = 0.5
"""Share of the rows on one line from which on the transform is that line."""
UNRELATED = 0.5
"""Rank correlation below which a column of the same values is in another order."""
SAME_VALUES = 0.02
LEAST_VALUES = 10
STEP_ROWS = 2_000


class Line(NamedTuple):
    """Rows that do not follow.

    Attributes:
        share: of the rows. first: row (from 0) of the first; -1 for none. says: what they do, in words.
    """

    share: float
    first: int = -1
    says: str = ""


def out_of_line(raw: Table, own: Table, column: str) -> Line | None:
    """Rows of an engineered column that do not follow from the raw column of its name; None where nothing can be told.

    A column of numbers that is a straight line of its raw one in most rows must be one in all, clipped ends and filled
    blanks aside; one that holds the same values in another order is out of step. The same for classes.
    """
    if raw.rows != own.rows or column not in raw or raw.rows < LEAST_ROWS:
        return None
    kinds = raw.kind(column), own.kind(column)
    if kinds[0] in NUMBERS and kinds[1] in NUMBERS:
        return _numbers(raw.numbers(column), own.numbers(column))
    if {"categorical", "boolean"} & set(kinds):
        return _classes(raw.codes(column).codes, own.codes(column).codes)
    return None


def _numbers(x: Floats, y: Floats) -> Line | None:
    fine = np.isfinite(x) & np.isfinite(y)
    rows = np.flatnonzero(fine)
    a, b = x[rows], y[rows]
    if len(rows) < LEAST_ROWS or len(np.unique(a[:STEP_ROWS])) < LEAST_VALUES:
        return None
    spread = float(np.subtract(*np.quantile(b, [0.9, 0.1])))
    low, high = np.quantile(a, [0.25, 0.75])
    bottom, top = a <= low, a >= high
    width = float(np.median(a[top]) - np.median(a[bottom]))
    if spread <= 0.0 or width <= 0.0:
        return None
    slope = float(np.median(b[top]) - np.median(b[bottom])) / width
    with np.errstate(over="ignore", invalid="ignore"):
        for near in REFINED:
            left = b - slope * a
            left = left - np.median(left)
            near_line = np.abs(left) <= near * spread
            x_near = a[near_line] - a[near_line].mean() if near_line.any() else a[:0]
            size = float(x_near @ x_near)
            slope += float(x_near @ left[near_line]) / size if size > 0.0 else 0.0
        left = b - slope * a
        rounding = abs(slope) * _step(a) + _step(b)
        left = left - np.median(left)
        off = np.abs(left) > max(TOLERANCE * spread, rounding)
    if off.mean() <= 1.0 - A_LINE:
        off &= ((b != b.min()) | (left < 0.0)) & ((b != b.max()) | (left > 0.0))  # clipped: the line goes on beyond
        return Line(float(off.mean()), int(rows[np.argmax(off)]) if off.any() else -1, "off the line of the other rows")
    return Line(1.0, 0, "the raw values in another order") if _reordered(a, b) else Line(0.0)


def _step(values: Floats) -> float:
    """The least distance between two different values: raw tables are often saved with fewer digits than were used."""
    gaps = np.diff(np.unique(values[:STEP_ROWS]))
    return float(gaps.min()) if len(gaps) else 0.0


def _reordered(a: Floats, b: Floats) -> bool:
    """The sorted values are one line, and the unsorted ones have nothing to do with each other."""
    first, second = np.sort(a), np.sort(b)
    first, second = (each - np.median(each) for each in (first, second))
    size = float(first @ first)
    slope = float(first @ second) / size if size > 0.0 else 0.0
    spread = float(np.subtract(*np.quantile(second, [0.9, 0.1])))
    same = float(np.quantile(np.abs(second - slope * first), 0.95)) <= SAME_VALUES * spread
    return same and slope > 0.0 and abs(float(np.corrcoef(ranks_of(a), ranks_of(b))[0, 1])) < UNRELATED


def _classes(first: NDArray[np.int64], second: NDArray[np.int64]) -> Line | None:
    """Classes of which there are as many as before, each of which must become one class."""
    fine = (first >= 0) & (second >= 0)
    rows = np.flatnonzero(fine)
    a, b = first[rows], second[rows]
    if len(rows) < LEAST_ROWS:
        return None
    counts = np.bincount(a), np.bincount(b)
    if sorted(counts[0][counts[0] > 0].tolist()) != sorted(counts[1][counts[1] > 0].tolist()) or len(counts[0]) < 2:
        return None
    table = np.zeros((len(counts[0]), len(counts[1])), dtype=np.int64)
    np.add.at(table, (a, b), 1)
    off = table.argmax(axis=1)[a] != b
    return Line(float(off.mean()), int(rows[np.argmax(off)]) if off.any() else -1, "the raw classes in other rows")


def scaled_apart(train: Table, other: Table, column: str) -> bool | None:
    """Whether a column is standardised in both tables, each by its own mean; None where training is not standardised.

    A sample of the same source has a mean of 0 to four digits by chance in one of a thousand tables at most.
    """
    here, there = scale_of([train], column), scale_of([other], column)
    if here is None or there is None or not is_standard(here):
        return None
    return is_standard(there)
