"""Gross errors among the labels of a regression: a factor of ten, a slipped digit, another row's value."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mladvisor.features.catalogue import Measures, feature
from mladvisor.features.data_tables import line, place, tables
from mladvisor.features.measured import Measured, Where, not_applicable, unknown
from mladvisor.features.predictions import HOW as PREDICTIONS
from mladvisor.features.predictions import JOB as PREDICTIONS_JOB
from mladvisor.features.predictions import predicted
from mladvisor.features.predictiveness import HOW, JOB, training_rows

if TYPE_CHECKING:
    from mladvisor.features.evaluation.gross import Gross
    from mladvisor.features.evaluation.intervals import Array

_HEAVY = "too few rows, or the labels scatter with heavy tails about the prediction: far ones belong to them"


WIDE = 10.0
"""The upper part of the labels is so many times as long as the lower one: they live on a logarithmic scale, where a
slipped digit is as plain, and a large amount no error."""


def _over_powers(amounts: Array) -> bool:
    low, middle, high = (float(each) for each in np.quantile(amounts, [0.02, 0.5, 0.98]))
    return float(amounts.min()) >= 0.0 and high - middle > WIDE * (middle - low)


def _logs(amounts: Array) -> Array:
    """Logarithms; what was rounded to zero counts as the least amount above it."""
    return np.log(np.maximum(amounts, float(amounts[amounts > 0.0].min())))


def _of_training(m: Measures) -> Gross | Measured:
    from mladvisor.features.evaluation.columns import matrix, usable
    from mladvisor.features.evaluation.gross import crossed, gross

    found = m.once(training_rows)
    if isinstance(found, Measured):
        return found
    if found.label.codes is not None:
        return not_applicable("gross errors are those of amounts")
    (x,) = matrix(found.table, usable(m.once(tables), found.table), [(found.table, found.rows)], most=200)
    amounts = found.label.targets[:, 0]
    left = crossed(x, _logs(amounts) if _over_powers(amounts) else amounts) if x.shape[1] else None
    if left is None:
        return unknown("no column varies", "too-few-points")
    made = gross(left)
    return made._replace(rows=found.rows[made.rows]) if made is not None else not_applicable(_HEAVY)


def _of_predictions(m: Measures) -> Gross | Measured:
    from mladvisor.features.evaluation.gross import gross

    found = m.once(predicted)
    if isinstance(found, Measured):
        return found
    if found.kind != "regression" or found.decided is None or found.split == "train":
        return not_applicable("gross errors are those of amounts that the model has not seen")
    return gross(found.true - found.decided) or not_applicable(_HEAVY)


@feature(
    "labels.gross_low",
    unit="fraction",
    doc="Share of training labels of a regression that lie far off a linear model that has not seen them, where the "
    "others scatter about it as a bell curve: lower end of its 95 % interval",
    how=HOW,
    source="data.quality",
    cost="cheap",
    job=JOB,
)
def gross_low(m: Measures) -> Measured:
    made = m.once(_of_training)
    if isinstance(made, Measured):
        return made
    rows = m.once(training_rows)
    at = line(rows.table, int(made.rows[0])) if len(made.rows) else None
    return Measured(made.low, where=place(rows.table, rows.column, at))


@feature(
    "labels.gross_says",
    type="choice",
    doc="How many labels lie far off, and the lines of the farthest",
    how=HOW,
    source="data.quality",
    cost="cheap",
    job=JOB,
)
def gross_says(m: Measures) -> Measured:
    made = m.once(_of_training)
    if isinstance(made, Measured):
        return made
    if not len(made.rows):
        return not_applicable("no label lies far off")
    rows = m.once(training_rows)
    lines = ", ".join(str(int(row) + 2) for row in made.rows[:5])
    return Measured(f"{made.share:.1%} of {rows.table.file}, first lines to read: {lines}")


@feature(
    "labels.predicted_gross_low",
    unit="fraction",
    doc="Share of the judged labels of a regression that lie far off the model's predictions, where the others scatter "
    "as a bell curve: lower end of its 95 % interval",
    how=PREDICTIONS,
    source="data.quality",
    cost="cheap",
    job=PREDICTIONS_JOB,
)
def predicted_gross_low(m: Measures) -> Measured:
    made = m.once(_of_predictions)
    if isinstance(made, Measured):
        return made
    return Measured(made.low, where=Where(m.once(predicted).table.file, "y_true"))
