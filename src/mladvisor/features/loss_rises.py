"""Rises of a loss curve that last: an explosion that is not made good before the log ends, and jumps (fig2).

A rise is compared with what was at stake, mostly the progress that the loss had made, on the working scale of the
`Signal`.
"""

from __future__ import annotations

from math import sqrt
from typing import NamedTuple

import numpy as np

from mladvisor.features.loss_shape import smooth_se
from mladvisor.features.measured import Measured
from mladvisor.features.robust import Array, running_median
from mladvisor.features.signal import Signal, loss_feature

OUTSTANDING = 7.0
"""Points that stand this many robust sd above their surroundings are no noise."""
ROUNDING = 1e-9
"""A rise under this share of what is at stake is what float64 makes of none."""


def stake(s: Signal) -> float:
    """What a rise is compared with, on the working scale: the progress made, at least half of the level reached (a loss
    that never fell must double before it has exploded), and never less than the noise."""
    level = 0.4 if s.log else 0.5 * abs(s.low) if s.positive else 0.0
    return max(s.progress, level, 4.0 * s.bin_noise)


class Explosion(NamedTuple):
    """A rise that was not made good: size over what was at stake, its error, start (bin) and how long it took."""

    ratio: float
    se: float
    at: int
    speed: float
    level: float


def explosion_of(s: Signal) -> Explosion:
    """How far the loss stands above its lowest level when the log ends (or turns into NaN)."""
    end, end_se = s.end, s.end_se
    ends_bad = len(s.bad) > 0 and int(s.bad[-1]) == len(s.curve) - 1
    tail = float(s.z[-1]) if ends_bad else float(s.z[-2:].min())
    if tail > end + OUTSTANDING * s.late_noise:
        end, end_se = tail, s.late_noise
    rise = end - s.low
    scale = stake(s)
    if scale <= 0.0 or rise <= ROUNDING * scale:
        return Explosion(0.0, 0.0, len(s.bz) - 1, 1.0, end)
    after = s.bz[s.low_at :]
    below = np.flatnonzero(after <= s.low + 0.1 * rise)
    at = s.low_at + (int(below[-1]) if len(below) else 0)
    reached = at + int((s.bz[at:] >= s.low + 0.8 * rise).argmax())
    speed = float(s.bt[reached] - s.bt[at])
    error = sqrt(end_se**2 + smooth_se(s, s.bin_noise) ** 2)
    return Explosion(min(rise / scale, 1e6), min(error / scale, 1e6), at, speed, end)


@loss_feature(
    "explosion",
    unit="ratio",
    points=4,
    doc="How far above its lowest level the {split} loss ends, over the progress it had made until then (1: all lost)",
    source="fig2",
)
def explosion(s: Signal) -> Measured:
    found: Explosion = s.once(explosion_of)
    return Measured(found.ratio, found.se, where=s.where(s.bin_x(found.at), None))


@loss_feature(
    "explosion_x", points=4, doc="Where the {split} loss begins to rise for good (epoch or step)", source="fig2"
)
def explosion_x(s: Signal) -> Measured:
    found: Explosion = s.once(explosion_of)
    return Measured(s.bin_x(found.at), where=s.where(s.bin_x(found.at), None))


@loss_feature(
    "explosion_share", unit="fraction", points=4, doc="Share of the run before the {split} loss begins to rise for good"
)
def explosion_share(s: Signal) -> float:
    found: Explosion = s.once(explosion_of)
    return float(s.bt[found.at])


@loss_feature(
    "explosion_speed",
    unit="fraction",
    points=4,
    doc="Share of the run that the lasting rise of the {split} loss took: small is sudden, large is a drift",
    source="fig2",
)
def explosion_speed(s: Signal) -> float:
    found: Explosion = s.once(explosion_of)
    return found.speed


class Jump(NamedTuple):
    """The largest lasting upward step: bin and height on the working scale."""

    at: int
    height: float
    se: float


def jump_of(s: Signal) -> Jump:
    """Compare medians of an eighth of the run before and after each point; needs 24 bins."""
    b = len(s.bz)
    half = max(2, b // 16)
    levels = running_median(s.bz, 2 * half + 1)
    before, after = levels[half : b - half - 1], levels[half + 1 :][half:]
    m = min(len(before), len(after))
    steps: Array = after[: m - half] - before[: m - half]
    at = int(steps.argmax())
    error = 1.25 * sqrt(2.0) * s.inflation * s.bin_noise / sqrt(2 * half + 1)
    return Jump(at + 2 * half, max(float(steps[at]), 0.0), error)


@loss_feature(
    "max_jump",
    unit="ratio",
    points=24,
    doc="Largest lasting upward step of the {split} loss, over the progress it has made",
    source="fig2",
)
def max_jump(s: Signal) -> Measured:
    found: Jump = s.once(jump_of)
    scale = stake(s)
    if scale <= 0.0:
        return Measured(0.0)
    x = s.bin_x(found.at)
    return Measured(found.height / scale, found.se / scale, where=s.where(x, None))


@loss_feature("max_jump_x", points=24, doc="Where the largest lasting upward step of the {split} loss is")
def max_jump_x(s: Signal) -> float:
    found: Jump = s.once(jump_of)
    return s.bin_x(found.at)
