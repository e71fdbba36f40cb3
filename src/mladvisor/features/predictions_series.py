"""Whether the judged rows are the moments of one series, in the order of time."""

from __future__ import annotations

import numpy as np

from mladvisor.features.catalogue import Measures, feature
from mladvisor.features.measured import Measured, not_applicable, unknown
from mladvisor.features.predictions import HOW, JOB, predicted, where

LEAST = 50
NEIGHBOURS = 0.8
"""Correlation of a label with the one before: of an hourly or a daily measurement it is above, of shuffled rows 0, and
of rows that lie by groups below, as within a group they differ."""
SORTED = 0.7
"""Correlation with the place in the table from which the rows may as well be sorted by the label."""


@feature("predictions.series", type="flag", doc="The true numbers of the judged rows go up and down from row to row as"
         " a series does: each is next to the one before, and they are not sorted", how=HOW, source="+time",
         cost="cheap", job=JOB)  # fmt: skip
def series(m: Measures) -> Measured | None:
    found = m.once(predicted)
    if isinstance(found, Measured):
        return found
    if found.kind != "regression":
        return not_applicable("classes make no series of numbers")
    from mladvisor.tables.statistics import ranks_of

    y = np.asarray(found.true, dtype=float)
    y = y[np.isfinite(y)]
    if len(y) < LEAST or y.min() == y.max():
        return unknown(f"{LEAST} rows of different numbers are needed", "too-few-points")
    ranks = ranks_of(y)
    near = float(np.corrcoef(ranks[1:], ranks[:-1])[0, 1])
    along = abs(float(np.corrcoef(ranks, np.arange(len(ranks)))[0, 1]))
    return Measured(near >= NEIGHBOURS and along < SORTED, note=f"{near:.2f}", where=where(found, "y_true"))
