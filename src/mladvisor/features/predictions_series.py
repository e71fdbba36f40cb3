"""Whether the judged rows are the moments of one series, in the order of time."""

from __future__ import annotations

import numpy as np

from mladvisor.features.catalogue import Measures, feature
from mladvisor.features.data_tables import tables
from mladvisor.features.evaluation.intervals import Array
from mladvisor.features.evaluation.prediction_columns import columns_of
from mladvisor.features.measured import Measured, Where, not_applicable, unknown
from mladvisor.features.predictions import HOW, JOB, predicted, where

LEAST = 50
NEIGHBOURS = 0.8
"""Correlation of a label with the one before: of an hourly or a daily measurement it is above, of shuffled rows 0, and
of rows that lie by groups below, as within a group they differ."""
SORTED = 0.7
"""Correlation with the place in the table from which the rows may as well be sorted by the label."""


def truth(m: Measures) -> tuple[Array, Where] | Measured:
    """The true numbers of a regression in the order of the table, also where the model's answers are none. Use
    `m.once`."""
    found = m.once(predicted)
    if isinstance(found, Measured):
        table = m.once(tables).get("predictions") if m.value("task") == "regression" else None
        column = columns_of(table).get("y_true") if table is not None else None
        if table is None or column is None:
            return found
        y, place = table.numbers(column), Where(table.file, column)
    elif found.kind != "regression":
        return not_applicable("classes make no series of numbers")
    else:
        y, place = np.asarray(found.true, dtype=float), where(found, "y_true")
    y = y[np.isfinite(y)]
    if len(y) < LEAST or y.min() == y.max():
        return unknown(f"{LEAST} rows of different numbers are needed", "too-few-points")
    return y, place


@feature("predictions.series", type="flag", doc="The true numbers of the judged rows go up and down from row to row as"
         " a series does: each is next to the one before, and they are not sorted", how=HOW, source="+time",
         cost="cheap", job=JOB)  # fmt: skip
def series(m: Measures) -> Measured:
    found = m.once(truth)
    if isinstance(found, Measured):
        return found
    from mladvisor.tables.statistics import ranks_of

    y, place = found
    ranks = ranks_of(y)
    near = float(np.corrcoef(ranks[1:], ranks[:-1])[0, 1])
    along = abs(float(np.corrcoef(ranks, np.arange(len(ranks)))[0, 1]))
    return Measured(near >= NEIGHBOURS and along < SORTED, note=f"{near:.2f}", where=place)


@feature("predictions.series_size", unit="decades", doc="Root of the mean square of the true numbers, where they are a"
         " series, as a power of ten: what a model reads that is given the past of the series", how=HOW,
         source="+scaling", cost="cheap", job=JOB)  # fmt: skip
def series_size(m: Measures) -> Measured:
    found, told = m.once(truth), m.one("predictions.series")
    if isinstance(found, Measured):
        return found
    if not told.value:
        return not_applicable("the rows are no series")
    y, place = found
    return Measured(float(np.log10(np.sqrt(np.mean(np.square(y))))), where=place)
