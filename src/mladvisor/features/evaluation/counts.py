"""Counts of decisions by class: of the rows of a table of predictions, or of what a training printed of them."""

from __future__ import annotations

from math import isnan, sqrt
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from mladvisor.features.evaluation import decisions
from mladvisor.features.evaluation.intervals import Array, share_error
from mladvisor.features.measured import Where

if TYPE_CHECKING:
    from mladvisor.features.evaluation.prediction_table import Predicted
    from mladvisor.runs.printed_report import Report

Share = tuple[float, float]
"""A value and its standard error."""


class Counts(NamedTuple):
    """How many rows of each class there are, and what became of them.

    Attributes:
        file: where they stand. rows: the lines of it, for what was printed; None for a table.
        split: test, val, train, or "" when it is not told.
        kind: binary or multiclass.
        classes: names in order. positive: index of the positive class of a binary task.
        total, right: rows, and those decided rightly.
        support: rows of each class, shape (classes,); None where it cannot be told which axis is the truth.
        table: rows by (true, predicted) class, shape (classes, classes); None where only a report was printed.
        report: that report; its values are rounded.
    """

    file: str
    rows: tuple[int, int] | None
    split: str
    kind: str
    classes: tuple[str, ...]
    positive: int
    total: float
    right: float
    support: Array | None
    table: Array | None
    report: Report | None = None

    def where(self, column: str = "") -> Where:
        """The lines that were printed, or a column of the table of predictions."""
        return Where(self.file, rows=self.rows) if self.rows else Where(self.file, column)

    @property
    def present(self) -> list[int]:
        """The classes that have rows."""
        return [] if self.support is None else np.flatnonzero(self.support).tolist()

    def recall(self, k: int) -> Share | None:
        """Share of the rows of class k that are found, and its error; None without such rows."""
        if self.table is not None or self.report is None or self.support is None:
            return decisions.recall(self.table, k) if self.table is not None else None
        n = float(self.support[k])
        return _rounded(self.report.recall[k], n, self.report.half) if n else None

    def precision(self, k: int) -> Share | None:
        """Share of the rows called k that are k, and its error; None when none is called so, or that is not known."""
        if self.table is not None or self.report is None:
            return decisions.precision(self.table, k) if self.table is not None else None
        n = self.called(k)
        return _rounded(self.report.precision[k], n, self.report.half) if n else None

    def f1(self, k: int) -> Share | None:
        """Harmonic mean of both, and its error; None where the class has neither rows nor calls."""
        if self.table is not None or self.report is None or self.support is None:
            return decisions.f1(self.table, k) if self.table is not None else None
        rows, value = float(self.support[k]), self.report.f1[k]
        hits = 0.0 if isnan(self.report.recall[k]) else self.report.recall[k] * rows
        found = decisions.f1(np.array([[hits, rows - hits], [(self.called(k) or hits) - hits, 0.0]]), 0)
        if found is None or isnan(value):
            return None
        return value, sqrt(found[1] ** 2 + self.report.half**2 / 3)

    def called(self, k: int) -> float | None:
        """Rows that were called k, as near as rounding lets it be known; None where it cannot be told."""
        if self.table is not None:
            return float(self.table[:, k].sum())
        if self.report is None or self.support is None:
            return None
        hits, precision = self.report.recall[k] * float(self.support[k]), self.report.precision[k]
        if isnan(precision):
            return 0.0  # scikit-learn's `zero_division=nan`
        return hits / precision if hits > 0 and precision > 0 else None

    @property
    def most_called(self) -> float | None:
        """Rows that get the commonest answer; None where it cannot be told."""
        return float(self.table.sum(axis=0).max()) if self.table is not None and self.support is not None else None

    def over_majority(self) -> Share | None:
        """How far accuracy lies from always naming the largest class (0) to perfect (1); None with one class alone."""
        if self.support is None:
            return None
        usual = float(self.support.max())
        missed = self.total - usual
        if missed <= 0:
            return None
        at = int(self.support.argmax())
        found = self.recall(at)
        hits = usual * (found[0] if found else 0.0)
        gain = (self.right - usual) / self.total
        power = ((usual - hits) + (self.right - hits)) / self.total
        spread = max(sqrt(max(power - gain * gain, 0.0)), self.total**-0.5)
        return gain * self.total / missed, spread * self.total**0.5 / missed


def _rounded(value: float, n: float, half: float) -> Share:
    """A printed share of n rows: the one count that it can be, else as printed; rounding then adds to its error."""
    value = 0.0 if isnan(value) else value
    hits = round(value * n)
    exact = n * half < 0.5 and abs(hits / n - value) <= half + 1e-9 and n == round(n)
    return (hits / n if exact else value), sqrt(share_error(value * n, n) ** 2 + (0.0 if exact else half * half / 3))


def of_rows(found: Predicted) -> Counts:
    """Counts of the judged rows of a table of predictions, where classes are predicted and decided."""
    table = decisions.confusion(found.true, found.decided, len(found.classes))  # type: ignore[arg-type]
    return of_table(table, found.classes, found.positive, found.table.file, None, split=found.split)


def of_table(
    table: Array,
    classes: tuple[str, ...],
    positive: int,
    file: str,
    rows: tuple[int, int] | None,
    *,
    split: str = "",
    axis_known: bool = True,
) -> Counts:
    """Counts of a table of (true, predicted) classes; `axis_known`: whether that is the order of its axes."""
    return Counts(
        file, rows, split, "binary" if len(classes) <= 2 else "multiclass", classes, positive, float(table.sum()),
        float(np.trace(table)), table.sum(axis=1) if axis_known else None, table if axis_known else None,
    )  # fmt: skip


def of_report(
    report: Report, classes: tuple[str, ...], positive: int, file: str, rows: tuple[int, int], *, split: str = ""
) -> Counts:
    """Counts of a report, with a whole table where two classes and unrounded counts give one."""
    support = np.array(report.support, dtype=np.int64)
    found = np.array([0.0 if isnan(each) else each for each in report.recall])
    table = None
    if len(support) == 2 and (support * report.half < 0.5).all():
        first, second = np.round(found * support).astype(np.int64).tolist()
        table = np.array([[first, support[0] - first], [support[1] - second, second]])
    counts = Counts(
        file, rows, split, "binary" if len(support) == 2 else "multiclass", classes, positive,
        float(support.sum()), float((found * support).sum()), support, table, report,
    )  # fmt: skip
    return counts._replace(right=float(np.trace(table))) if table is not None else counts
