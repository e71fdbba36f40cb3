"""An AUC of exactly one half: one answer for all rows gives it, and rows in no order never do to the digit."""

from __future__ import annotations

import numpy as np

from mladvisor.features.catalogue import Measures, feature
from mladvisor.features.measured import Measured, Where, unknown

_LEAST = 4
"""Evaluations."""
_HALF = 0.5
_HOW = "log the AUC of validation with four digits at every evaluation"


@feature(
    "metric.val.auc_half_share",
    unit="fraction",
    doc="Share of the evaluations in the second half of the run at which the AUC of validation is exactly one half,"
    " where numbers are logged with three digits or more",
    how=_HOW,
    source="base.constant",
)
def auc_half_share(m: Measures) -> Measured:
    curves = m.run.having("metric", "val")
    scores = [curve for curve in curves if curve.role.name == "auc"]
    if len(scores) != 1 or np.isfinite(scores[0].y).sum() < _LEAST:
        return unknown(_HOW, "not-logged")
    every = np.concatenate([curve.y[np.isfinite(curve.y)] for curve in (*curves, *m.run.having("loss", "val"))])
    if np.array_equal(every, every.round(2)):
        return unknown("numbers are logged with two digits", "too-few-points")
    known = scores[0].y[np.isfinite(scores[0].y)]
    place = scores[0].place
    return Measured(float((known[len(known) // 2 :] == _HALF).mean()), where=Where(place.file, place.column))
