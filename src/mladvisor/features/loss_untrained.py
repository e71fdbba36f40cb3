"""The loss of the very first batch, before any step: what the weights that training starts from answer."""

from __future__ import annotations

from math import isfinite
from typing import TYPE_CHECKING

import numpy as np

from mladvisor.features.catalogue import Measures, feature
from mladvisor.features.measured import Measured, Where

if TYPE_CHECKING:
    from mladvisor.runs.model import Curve

_NEXT = 3
"""Points after the first, of which the median is what a few steps made of it."""
_HOW = "log the loss of single steps, from the first step on"


def _at_first_batch(m: Measures) -> Curve | None:
    """The curve of single steps where its first point is the first batch: no mean, and no epoch called a step."""
    for curve in m.run.having("loss", "train"):
        role = curve.role
        if role.component or role.running or curve.x_unit != "step" or len(curve) <= _NEXT or curve.x[0] not in (0, 1):
            continue
        within = curve.epochs is not None and curve.epochs[0] == curve.epochs[1]
        if within or curve.x[1] - curve.x[0] > 1:
            return curve
    return None


@feature(
    "loss.untrained",
    doc="Loss of the very first batch, before any step",
    how=_HOW,
    source="+loss at initialisation is ln K Karpathy's recipe",
)
def untrained(m: Measures) -> Measured | None:
    curve = m.once(_at_first_batch)
    if curve is None or not isfinite(curve.y[0]):
        return None
    where = Where(curve.place.file, curve.name, "step", float(curve.x[0]), float(curve.x[0]))
    return Measured(float(curve.y[0]), where=where)


@feature(
    "loss.untrained_over_next",
    unit="ratio",
    doc="Loss of the very first batch over that of the next batches that are logged",
    how=_HOW,
    source="+loss at initialisation is ln K Karpathy's recipe",
)
def over_next(m: Measures) -> Measured | None:
    curve = m.once(_at_first_batch)
    if curve is None:
        return None
    first, then = float(curve.y[0]), float(np.median(curve.y[1 : 1 + _NEXT]))
    if not isfinite(first) or not isfinite(then) or then <= 0:
        return None
    return Measured(first / then, where=Where(curve.place.file, curve.name, "step", float(curve.x[0])))
