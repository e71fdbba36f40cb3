"""Whether the losses of single batches go the same way through every epoch, stretch by stretch (fig5).

Each epoch is laid over the next. What is left of an epoch's losses without its own bend is the same again where the
rows come in the same order, and it goes in stretches where neighbouring batches hold like rows: a sorted file. Batches
that are fixed and mixed repeat, too, but jump from one to the next. Other than a period (`loss_period`) this needs few
epochs, and the first ones may be many times as high as the last.
"""

from __future__ import annotations

from itertools import pairwise

import msgspec
import numpy as np

from mladvisor.features.catalogue import Measures, feature
from mladvisor.features.loss_places import HOW, Steps, steps_of
from mladvisor.features.measured import Measured, Where, unknown
from mladvisor.features.robust import Array

EPOCHS = 5
"""Of fewer epochs than this two random walks agree now and then."""
BATCHES = 12
"""Batches of an epoch that a parabola leaves something of."""
_BEND = 2
_WANDERS = 0.5
"""Standard deviation of the correlation of two epochs in which the loss wanders in a few slow waves of its own."""
_LARGE = 1e6


class Order(msgspec.Struct, eq=False):
    """How epochs resemble each other.

    Attributes:
        agreement: the mean correlation of an epoch with the next one. error: its standard error.
        smoothness: correlation of neighbouring batches within an epoch, the mean over the epochs.
        height: from the lowest to the highest stretch of that, as a share of the level.
        where: the stretch of the log.
    """

    agreement: float
    error: float
    smoothness: float
    height: float
    where: Where


def order_of(m: Measures) -> Order | None:
    """The order in the training losses of single batches; None without whole epochs of them. Use `m.once`."""
    steps: Steps | None = m.once(steps_of)[0]
    if steps is None:
        return None
    width = max(len(values) for values in steps.values)
    whole = [values for values in steps.values if len(values) == width and float(np.abs(values).max()) < _LARGE]
    if len(whole) < EPOCHS or width < BATCHES:
        return None
    left = [_left(values) for values in whole]
    pairs = [float(a @ b) for a, b in pairwise(left)]
    level = float(np.median([np.median(np.abs(values)) for values in whole]))
    residual = np.median([values - _bend(values) for values in whole[1:]], axis=0)
    low, high = np.quantile(residual, [0.1, 0.9])
    smooth = float(np.mean([each[1:] @ each[:-1] for each in left]))
    error = _WANDERS / len(pairs) ** 0.5
    share = float(high - low) / level if level > 0 else 0.0
    return Order(float(np.mean(pairs)), error, smooth, share, steps.where)


def _bend(values: Array) -> Array:
    t = np.linspace(-1.0, 1.0, len(values))
    return np.asarray(np.polyval(np.polyfit(t, values, _BEND), t), dtype=np.float64)


def _left(values: Array) -> Array:
    """An epoch's losses without their own bend, of length 1; one batch far off counts no more than others."""
    left = values - _bend(values)
    reach = 3.0 * float(np.median(np.abs(left)))
    held: Array = np.clip(left, -reach, reach)
    held = held - float(held.mean())
    size = float(np.sqrt(held @ held))
    return held / size if size > 0 else held


def _of_order(m: Measures, name: str) -> Measured:
    found: Order | None = m.once(order_of)
    if found is None:
        return unknown(f"the losses of single batches of {EPOCHS} whole epochs are needed: {HOW}", "not-logged")
    return Measured(float(getattr(found, name)), found.error if name == "agreement" else 0.0, where=found.where)


@feature(
    "batches.order_agreement",
    doc="Mean correlation of the training losses of an epoch with those of the next one, batch by batch, the bend of"
    " each epoch left out (0: the order is new in each, 1: the same)",
    how=HOW,
    source="fig5.a",
)
def agreement(m: Measures) -> Measured:
    return _of_order(m, "agreement")


@feature(
    "batches.order_smoothness",
    doc="Correlation of neighbouring batches within an epoch, its bend left out: high where like rows come together",
    how=HOW,
    source="fig5.a",
)
def smoothness(m: Measures) -> Measured:
    return _of_order(m, "smoothness")


@feature(
    "batches.order_height",
    unit="fraction",
    doc="From the low to the high stretches of what the epochs have in common, as a share of the level of the loss",
    how=HOW,
    source="fig5.a",
)
def height(m: Measures) -> Measured:
    return _of_order(m, "height")
