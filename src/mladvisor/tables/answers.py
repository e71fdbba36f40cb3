"""Faults of the label's column in tables: spellings, and labels that do not stand beside their own rows."""

from __future__ import annotations

from math import sqrt
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mladvisor.tables.drift import spelled
from mladvisor.tables.statistics import ranks_of
from mladvisor.tables.table import NUMBERS, Table
from mladvisor.tables.unlike import MOST_CATEGORIES

MOST_COLUMNS = 60
MOST_ROWS = 20_000
LEAST_ROWS = 100


class Spelled(NamedTuple):
    """Classes that are one but for case, spaces and marks: share of the rows in the rarer spelling, and the two."""

    share: float
    rarer: str = ""
    usual: str = ""


def spellings(tables: list[Table], column: str) -> Spelled | None:
    """Two spellings of one class over all tables; None where there are too many values to be classes, or numbers."""
    counts: dict[str, int] = {}
    for table in tables:
        if table.kind(column) in NUMBERS:
            return None
        codes = table.codes(column)
        for value, rows in zip(codes.values, codes.counts().tolist(), strict=True):
            word = value if isinstance(value, str) else spelled(value)
            counts[word] = counts.get(word, 0) + rows
    if not counts or len(counts) > MOST_CATEGORIES:
        return None
    usual: dict[str, str] = {}
    for word in sorted(counts, key=lambda each: -counts[each]):
        usual.setdefault(_loosely(word), word)
    odd = {word: usual[_loosely(word)] for word in counts if usual[_loosely(word)] != word}
    if not odd:
        return Spelled(0.0)
    worst = max(odd, key=lambda word: counts[word])
    return Spelled(sum(counts[word] for word in odd) / max(1, sum(counts.values())), worst[:40], odd[worst][:40])


def _loosely(word: str) -> str:
    """A class without case, spaces and underscores; other marks may tell classes apart (A+ and A)."""
    return "".join(word.casefold().replace("_", " ").split())


def correlation(x: NDArray[np.float64], y: NDArray[np.float64]) -> float:
    """Spearman's correlation over the rows that hold both; 0 where one of them never changes.

    Of ranks, as a few cells of -9999 beside labels of 65535 would say all of a correlation of the cells as they are.
    """
    both = np.isfinite(x) & np.isfinite(y)
    if both.sum() < LEAST_ROWS:
        return 0.0
    a, b = (each - each.mean() for each in map(ranks_of, (x[both], y[both])))
    size = float(np.sqrt(float(a @ a) * float(b @ b)))
    return float(a @ b) / size if size > 0.0 else 0.0


class Turned(NamedTuple):
    """Rank correlation of a column with the label in training and in an evaluation table, and the rows of each."""

    before: float
    now: float
    rows: tuple[int, int]

    @property
    def sure(self) -> float:
        """The smaller of both, less three standard errors; below 0 where the signs agree or nothing is sure."""
        if self.before * self.now >= 0.0:
            return -min(abs(self.before), abs(self.now))
        n, m = self.rows
        return min(abs(self.before) - 3.0 / sqrt(max(1, n - 3)), abs(self.now) - 3.0 / sqrt(max(1, m - 3)))
