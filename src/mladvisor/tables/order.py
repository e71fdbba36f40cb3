"""Order: dates that overlap between tables, and labels that come in runs."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mladvisor.runs.word_sets import word_set
from mladvisor.tables.statistics import ranks_of
from mladvisor.tables.table import NUMBERS, Table


class Dates(NamedTuple):
    """A column of dates in training and one evaluation table.

    Attributes:
        overlap: share of evaluation rows that are earlier than the last training row. Those of the same moment are at
            the cut: of a table cut by the row, months and quarters stand on both sides.
        later: share of training rows that are earlier than the middle of the evaluation table: near 1 after a cut by
            time, 0.5 after a random one.
        last: the last date of training; first: the first of the evaluation table; seconds since 1970.
    """

    overlap: float
    later: float
    last: float
    first: float


def dates(train: Table, other: Table, column: str) -> Dates | None:
    """How a column of dates lies in two tables; None when it holds no dates in both."""
    if column not in other or "datetime" not in (train.kind(column), other.kind(column)):
        return None
    before, after = train.times(column), other.times(column)
    before, after = before[np.isfinite(before)], after[np.isfinite(after)]
    if len(before) < 5 or len(after) < 5:
        return None
    last = float(before.max())
    return Dates(float((after < last).mean()), float((before < np.median(after)).mean()), last, float(after.min()))


def as_date(seconds: float) -> str:
    """Seconds since 1970 as a day."""
    return str(np.datetime64(int(seconds), "s").astype("datetime64[D]"))


def is_series(table: Table) -> bool:
    """The rows are the moments of one series: by a column of dates, or of a time that is counted, each follows the one
    before, most by one step.
    """
    return any(
        (table.kind(column) == "datetime" and _goes_on(table.times(column)))
        or (column.strip().lower() in _COUNTED and table.kind(column) in _COUNTS and _goes_on(table.numbers(column)))
        for column in table.columns
    )


_COUNTS = (*NUMBERS, "identifier")  # the kind of whole numbers that all differ
_COUNTED = word_set(
    "t time timestep time_step time_idx time_index tick hour hours minute minutes second seconds sec ms day"
)


_EVEN = 0.75  # of the steps are alike: days of trade leave weekends out
_LEAST_MOMENTS = 50


def _goes_on(times: NDArray[np.float64]) -> bool:
    steps = np.diff(times)
    if len(times) < _LEAST_MOMENTS or not np.isfinite(steps).all() or not (steps > 0).all():
        return False
    usual = float(np.median(steps))
    return float((np.abs(steps - usual) <= 0.1 * usual).mean()) >= _EVEN


class Runs(NamedTuple):
    """How alike the labels of neighbouring rows are: 0 as after a shuffle, 1 when sorted; se: its standard error."""

    size: float
    se: float


def label_in_time(table: Table, label: str, date: str, *, classes: bool) -> Runs | None:
    """`label_runs` in the order of a column of dates; rows of one date in an order that chance deals."""
    times = table.times(date)
    rows = np.random.default_rng(0).permutation(np.flatnonzero(np.isfinite(times)))
    return label_runs(table, label, classes=classes, rows=rows[np.argsort(times[rows], kind="stable")])


def label_runs(table: Table, column: str, *, classes: bool, rows: NDArray[np.intp] | None = None) -> Runs | None:
    """Agreement of neighbouring labels beyond chance: of classes, or the correlation of neighbouring ranks.

    Args:
        rows: in the order to look at; as they stand in the table by default.

    None for tables under 50 rows, a single class, or a column in which too little is filled.
    """
    if classes:
        codes, values = table.codes(column)
        codes = codes if rows is None else codes[rows]
        codes = codes[codes >= 0]
        if len(codes) < 50 or len(values) < 2:
            return None
        shares = np.bincount(codes) / len(codes)
        chance = float((shares**2).sum())
        if chance >= 0.999:
            return None
        same = float((codes[1:] == codes[:-1]).mean())
        error = float(np.sqrt(chance * (1.0 - chance) / len(codes))) / (1.0 - chance)
        return Runs((same - chance) / (1.0 - chance), error)
    values_ = table.numbers(column)
    values_ = values_ if rows is None else values_[rows]
    values_ = values_[np.isfinite(values_)]
    if len(values_) < 50 or values_.min() == values_.max():
        return None
    ranks = ranks_of(values_)
    ranks -= ranks.mean()
    size = float((ranks[1:] * ranks[:-1]).sum() / (ranks**2).sum())
    return Runs(size, 1.0 / float(np.sqrt(len(values_))))
