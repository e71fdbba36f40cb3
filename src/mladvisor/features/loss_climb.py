"""A loss that climbs for long without running away: what steps do that are never damped.

Plain steps that are too long multiply the loss at each of them, so that it is beyond all numbers within an epoch.
Steps that add up (gradients that are never reset, a momentum near one) swing about the minimum, and noise feeds the
swing: the loss then climbs through whole epochs, one decade after the other, as a random walk that nothing holds back.
"""

from __future__ import annotations

from math import log
from typing import NamedTuple

import numpy as np

from mladvisor.features.measured import Measured, not_applicable
from mladvisor.features.metric_series import ranks
from mladvisor.features.robust import blocks, median
from mladvisor.features.signal import Signal, loss_feature

_BLOCKS = 16
_LEAST = 5
"""Blocks after the lowest point that make a climb."""


class Climb(NamedTuple):
    """The way up from the lowest point: decades, their rank correlation with time, and the points that it took."""

    decades: float
    steadiness: float
    points: int


def climb_of(s: Signal) -> Climb | None:
    """None where the loss is not positive throughout; no decades where too few points follow the lowest."""
    if not s.positive:
        return None
    z = s.bz if s.log else np.log(s.bz)
    after = z[int(z.argmin()) :]
    points = (len(after) - 1) * s.size
    if len(after) > _BLOCKS:
        after, _ = blocks(after, _BLOCKS)
    if len(after) < _LEAST:
        return Climb(0.0, 0.0, points)
    rise = (median(after[-3:]) - float(after[0])) / log(10.0)
    order = ranks(after)
    spread = float(order.std())
    if rise <= 0.0 or spread == 0.0:
        return Climb(0.0, 0.0, points)
    time = np.arange(1.0, len(after) + 1)
    steady = float(((order - order.mean()) * (time - time.mean())).mean()) / (spread * float(time.std()))
    return Climb(rise, steady, points)


def _measured(s: Signal, part: str) -> Measured:
    found: Climb | None = s.once(climb_of)
    if found is None:
        return not_applicable("the loss goes below zero, so it has no decades")
    return Measured(float(getattr(found, part)), where=s.where())


@loss_feature(
    "climb",
    unit="decades",
    points=6,
    doc="Decades (powers of ten) that the {split} loss has climbed from its lowest point to its end",
    source="fig1",
)
def climb(s: Signal) -> Measured:
    return _measured(s, "decades")


@loss_feature(
    "climb_steadiness",
    points=6,
    doc="Rank correlation of that climb of the {split} loss with time (1: higher at each point than at the one before)",
    source="fig1",
)
def climb_steadiness(s: Signal) -> Measured:
    return _measured(s, "steadiness")


@loss_feature(
    "climb_points",
    unit="points",
    points=6,
    doc="Points of the log that the climb of the {split} loss takes",
    source="fig1",
)
def climb_points(s: Signal) -> Measured:
    return _measured(s, "points")
