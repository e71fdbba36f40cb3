"""Whether an average over classes is what one class alone brings (fig4, class imbalance).

Who answers the largest class for every row has an F1 of 2a / (1 + a) there, a being its share, and of 0 for all others:
the mean over K classes lies right below 1/K where a is large.
"""

from __future__ import annotations

import numpy as np

from mladvisor.features.catalogue import Measures, feature
from mladvisor.features.measured import Measured, Where, unknown

LEAST = 4
MOST_CLASSES = 8
"""Of more classes 1/K is a level that poor models of all kinds pass."""
LARGE = 0.889
"""F1 of a class of four fifths of the rows, if all rows get it."""
_SAME = 1e-3
_HOW = "log the macro-averaged F1 at every evaluation, and write `num_classes:` into the settings"


@feature(
    "metric.val.macro_of_one",
    unit="fraction",
    doc="Share of the evaluations in which the macro F1 keeps the value that answering one large class always has:"
    " right below 1/K, and the same",
    how=_HOW,
    source="metric.multiclass",
)
def macro_of_one(m: Measures) -> Measured:
    count = m.value("chance.classes")
    curves = [
        curve
        for curve in m.run.having("metric")
        if curve.role.split == "val" and curve.role.name == "f1" and "macro" in curve.name.lower()
    ]
    if not curves or not isinstance(count, float) or not 3 <= count <= MOST_CLASSES or len(curves[0]) < LEAST:
        return unknown(_HOW, "not-logged")
    y = curves[0].y[np.isfinite(curves[0].y)]
    inside = y[(y >= LARGE / count) & (y <= 1.0 / count + 1e-6)]
    if not len(inside):
        return Measured(0.0)
    same = int((np.abs(inside - np.median(inside)) <= _SAME).sum())
    where = Where(curves[0].place.file, curves[0].place.column)
    return Measured(same / len(y), note=f"{float(np.median(inside)):.3f}", where=where)
