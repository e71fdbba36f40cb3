"""Losses of one name that are no amounts of one thing: a sum over the rows of a batch beside a sum over all rows."""

from __future__ import annotations

import numpy as np

from mladvisor.features.catalogue import Measures
from mladvisor.features.robust import Array
from mladvisor.features.signal import Signal, signal
from mladvisor.runs.model import Curve

_ERRORS = frozenset(("mae", "rmse", "error", "mse"))
_POWERS = (2.0, 1.0)
"""A loss of squared errors goes with the square of their mean size, one of absolute errors with the size itself."""
_LEAST = 4
_MOVED = 1.15  # an error that stays as it is tells nothing of what errors cost
_STEADY = 1.3
"""What an error costs may wander by so much, as the shape of the errors changes. A few rows that are far off let the
cost rise while the others are learnt."""
_FAR = 3.0


def errors_cost_otherwise(m: Measures) -> bool:
    """On each split the loss goes with a mean error that is logged beside it, and the same error costs many times as
    much on the one as on the other, from the first evaluation to the last. Call through `m.once`.
    """
    val: Signal | None = m.once(signal, "val")
    train: Signal | None = m.once(signal, "train")
    if val is None or train is None:
        return False
    return any(
        _apart(_cost(train.curve, ours, power), _cost(val.curve, theirs, power))
        for ours in m.run.having("metric", "train")
        for theirs in m.run.having("metric", "val")
        if ours.role.name == theirs.role.name and ours.role.name in _ERRORS
        for power in _POWERS
    )


def _cost(loss: Curve, error: Curve, power: float) -> Array | None:
    """The loss over its error at the places that have both; None where it is no steady number."""
    if loss.x_unit != error.x_unit:
        return None
    _, at_loss, at_error = np.intersect1d(loss.x, error.x, return_indices=True)
    y, e = loss.y[at_loss], error.y[at_error]
    good = np.isfinite(y) & np.isfinite(e) & (y > 0) & (e > 0)
    y, e = y[good], e[good]
    if len(y) < _LEAST or e.max() < _MOVED * e.min():
        return None
    cost = y / e**power
    return cost if cost.max() <= _STEADY * cost.min() else None


def _apart(ours: Array | None, theirs: Array | None) -> bool:
    if ours is None or theirs is None:
        return False
    return bool(theirs.min() > _FAR * ours.max() or ours.min() > _FAR * theirs.max())
