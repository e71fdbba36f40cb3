"""Validation loss against its own best: how far it has risen since (fig3)."""

from __future__ import annotations

from math import log, sqrt
from typing import NamedTuple

from mladvisor.features.loss_shape import smooth_se
from mladvisor.features.measured import Measured, not_applicable
from mladvisor.features.signal import Signal, loss_feature

FLOOR = 0.05
"""A rise is compared with the best value, but never with less than this share of the start: from 1.0 to 0.001 and back
to 0.002 has not doubled in any sense that matters."""


class Rise(NamedTuple):
    """From the best (bin) to the end, in loss units; `scale` is what to compare it with."""

    rise: float
    se: float
    scale: float
    at: int


def rise_of(s: Signal) -> Rise:
    """The rise of the end level over the lowest smoothed level.

    The lowest of many noisy levels lies below their mean. That luck is taken off, so that a flat noisy curve has risen
    by about 0, and the standard error tells a wiggle of a tiny validation set from a turn.
    """
    noise = max(s.late_noise, s.bin_noise if s.low_at < len(s.bz) // 2 else s.late_noise)
    error = smooth_se(s, noise) if s.low_at > s.window // 2 else noise
    rivals = int((s.smooth < s.low + 6.0 * error).sum())
    luck = error * sqrt(2.0 * log(max(2.0 * rivals / s.window, 1.0)))
    lowest = min(s.low + luck, max(s.end, s.low))
    low, end = s.level(lowest), s.level(s.end)
    se = sqrt(s.level_se(s.end, s.end_se) ** 2 + s.level_se(lowest, error) ** 2)
    scale = min(max(abs(low), FLOOR * abs(s.level(s.start))), s.shaped) if s.positive else s.scale
    return Rise(end - low, se, scale, s.low_at)


@loss_feature(
    "rise_from_best",
    unit="fraction",
    points=4,
    doc="How far the {split} loss ends above its lowest smoothed level, as a share of that level (of at least 5 % of"
    " its start; of its movement if it goes below zero)",
    source="fig3",
)
def rise_from_best(s: Signal) -> Measured:
    found: Rise = s.once(rise_of)
    if found.scale <= 0.0:
        return Measured(0.0)
    return Measured(
        min(found.rise / found.scale, 1e6),
        min(found.se / found.scale, 1e6),
        where=s.where(s.bin_x(found.at), None),
    )


@loss_feature(
    "rise_of_fall",
    unit="ratio",
    points=4,
    doc="How far the {split} loss ends above its lowest smoothed level, over the fall that came before",
    source="fig3",
)
def rise_of_fall(s: Signal) -> Measured:
    found: Rise = s.once(rise_of)
    fallen = s.level(s.start) - s.level(s.low)
    if fallen <= 0.0:
        return not_applicable("the loss never fell below its start")
    return Measured(min(found.rise / fallen, 1e6), min(found.se / fallen, 1e6), where=s.where(s.bin_x(found.at), None))


@loss_feature(
    "best_level",
    unit="loss",
    points=4,
    doc="Lowest level of the smoothed {split} loss, without the luck of the lowest of many noisy points: what the rise"
    " is measured from",
    source="fig3",
)
def best_level(s: Signal) -> Measured:
    if not s.positive:
        return not_applicable("the loss goes below zero, so nothing is a share of its level")
    found: Rise = s.once(rise_of)
    return Measured(s.level(s.end) - found.rise, where=s.where(s.bin_x(found.at), None))
