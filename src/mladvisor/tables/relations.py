"""Relations between columns that hold in training and not in another table: drift that no single column shows."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mladvisor.tables.statistics import ranks_of
from mladvisor.tables.table import NUMBERS, Table

Floats = NDArray[np.float64]

MOST_COLUMNS = 60
MOST_ROWS = 10_000
LEAST_ROWS = 100
MOST_OF_ONE = 0.9
SURE = 6.0
"""Standard errors: among the 1,770 pairs of sixty columns none differs so by chance."""


class Relation(NamedTuple):
    """The pair of columns whose rank correlation differs most.

    Attributes:
        size: how far it differs beyond `SURE` standard errors; 0 where no pair does.
        first, second: the columns. before, now: their rank correlation in training and there.
    """

    size: float
    first: str = ""
    second: str = ""
    before: float = 0.0
    now: float = 0.0


def related(
    train: Table, other: Table, *, leave_out: Collection[str | None], alike: Callable[[str], float] = lambda _: 1.0
) -> Relation | None:
    """The pair of columns of numbers that are related most differently in two tables; None with too few of them.

    Args:
        leave_out: columns that are not looked at: the label, the name of a group.
        alike: design effect of a column where rows come in groups: so many rows count as one.
    """
    columns = [
        column
        for column in train.columns
        if column not in leave_out
        and column in other
        and train.kind(column) in NUMBERS
        and other.kind(column) in NUMBERS
    ][:MOST_COLUMNS]
    first, second = (_ranks(table, columns) for table in (train, other))
    varying = np.array([_varies(first[:, i]) and _varies(second[:, i]) for i in range(len(columns))], dtype=bool)
    if int(varying.sum()) < 2 or min(len(first), len(second)) < LEAST_ROWS:
        return None
    names = [column for column, fine in zip(columns, varying, strict=True) if fine]
    before, now = (np.asarray(np.corrcoef(part[:, varying].T)) for part in (first, second))
    error = (1.1 / (len(first) - 3) + 1.1 / (len(second) - 3)) ** 0.5  # of Fisher's z of ranks
    wider = np.array([alike(name) for name in names]) ** 0.5
    error = error * np.maximum.outer(wider, wider)
    z = np.abs(np.arctanh(np.clip(now, -0.999, 0.999)) - np.arctanh(np.clip(before, -0.999, 0.999))) / error
    beyond = np.where(np.triu(z, 1) > SURE, np.abs(now - before) * (1.0 - SURE / np.maximum(z, SURE)), 0.0)
    i, j = np.unravel_index(int(np.argmax(beyond)), beyond.shape)
    if beyond[i, j] <= 0.0:
        return Relation(0.0)
    return Relation(float(beyond[i, j]), names[i], names[j], float(before[i, j]), float(now[i, j]))


def _varies(ranks: Floats) -> bool:
    """Not nearly all rows hold one value: the correlation of two columns of rare ones hangs on single rows."""
    return bool(len(ranks)) and float(np.unique(ranks, return_counts=True)[1].max()) <= MOST_OF_ONE * len(ranks)


def _ranks(table: Table, columns: list[str]) -> Floats:
    """(rows, columns) ranks of a sample of the rows; blanks in the middle."""
    rows = table.sample(MOST_ROWS)
    parts = []
    for column in columns:
        values = table.numbers(column)[rows]
        fine = np.isfinite(values)
        ranks = np.zeros(len(values))
        if fine.any():
            ranks[fine] = ranks_of(values[fine])
            ranks[fine] -= ranks[fine].mean()
        parts.append(ranks)
    return np.column_stack(parts) if parts else np.zeros((len(rows), 0))
