"""How a loss moves as a whole: levels, fall, trend, elbow, plateau, and where it still is at its end (hyper.epochs)."""

from __future__ import annotations

from math import hypot, sqrt

import numpy as np

from mladvisor.features.measured import Measured, not_applicable, unknown
from mladvisor.features.robust import Array, lag_one, median, slope
from mladvisor.features.signal import Signal, loss_feature

SHORT = 5
"""Points from which on it can be said how a curve ends."""
_LARGE = 1e300
SIGNIFICANT = 3.0
"""Standard errors that a trend must exceed: 1 false alarm in 700 looks."""


@loss_feature("count", unit="points", doc="Points of the {split} loss, non-finite ones included", points=0)
def count(s: Signal) -> float:
    return float(len(s.curve))


@loss_feature("first_x", doc="First x (epoch or step) of the {split} loss", points=0)
def first_x(s: Signal) -> float:
    return float(s.curve.x[0])


@loss_feature("last_x", doc="Last x (epoch or step) of the {split} loss", points=0)
def last_x(s: Signal) -> float:
    return float(s.curve.x[-1])


@loss_feature("first", unit="loss", doc="First finite value of the {split} loss")
def first(s: Signal) -> Measured:
    return Measured(float(s.y[0]), where=s.at(0))


@loss_feature("last", unit="loss", doc="Last finite value of the {split} loss")
def last(s: Signal) -> Measured:
    return Measured(float(s.y[-1]), where=s.at(len(s) - 1))


@loss_feature("best", unit="loss", doc="Lowest value of the {split} loss")
def best(s: Signal) -> Measured:
    i = int(s.y.argmin())
    return Measured(float(s.y[i]), where=s.at(i))


@loss_feature("best_epoch", doc="Where the {split} loss is lowest, in the units of its x (epoch or step)")
def best_epoch(s: Signal) -> Measured:
    i = int(s.y.argmin())
    return Measured(float(s.x[i]), where=s.at(i))


@loss_feature(
    "best_share", unit="fraction", points=3, doc="Share of the run at which the smoothed {split} loss is lowest"
)
def best_share(s: Signal) -> float:
    return float(s.bt[s.low_at])


@loss_feature("start", unit="loss", doc="Level at which the {split} loss starts")
def start(s: Signal) -> Measured:
    return Measured(s.level(s.start), s.level_se(s.start, s.start_se), where=s.stretch(0.0, 0.05))


@loss_feature("end", unit="loss", doc="Level at which the {split} loss ends")
def end(s: Signal) -> Measured:
    return Measured(s.level(s.end), s.level_se(s.end, s.end_se), where=s.stretch(0.95, 1.0))


@loss_feature("span", unit="loss", points=2, doc="How far the smoothed {split} loss has moved, single spikes left out")
def span(s: Signal) -> float:
    return s.level(s.low + s.span) - s.level(s.low) if s.log else s.span


@loss_feature(
    "noise", unit="fraction", points=5, doc="Scatter of single points of the {split} loss, as a share of its movement"
)
def noise(s: Signal) -> Measured:
    value = s.noise / s.span if s.span > 0 else 0.0
    return Measured(value, value / sqrt(len(s)), where=s.where())


@loss_feature(
    "noise_level",
    unit="fraction",
    points=5,
    doc="Scatter of single points of the {split} loss, as a share of its level",
)
def noise_level(s: Signal) -> Measured:
    if not s.positive:
        return not_applicable("the loss goes below zero, so its scatter has no level to compare with")
    value = min(s.noise if s.log else s.noise / s.late, 10.0)
    return Measured(value, value / sqrt(len(s)), where=s.where())


@loss_feature(
    "fall",
    unit="fraction",
    points=2,
    doc="How far the {split} loss has come down from its start level to its end, as a share of the start (of its"
    " movement if it goes below zero); negative if it has risen",
    source="fig1",
)
def fall(s: Signal) -> Measured:
    return _fall(s, s.end, s.end_se)


@loss_feature(
    "fall_best",
    unit="fraction",
    points=2,
    doc="How far the {split} loss had come down at its lowest, as a share of its start level",
)
def fall_best(s: Signal) -> Measured:
    return _fall(s, s.low, smooth_se(s, s.bin_noise))


@loss_feature(
    "late_fall_share",
    unit="fraction",
    points=8,
    doc="Share of the {split} loss's whole fall that comes in the second half of the run: learning slows down (well"
    " below a half), learning by heart speeds up",
    source="+memorisation Zhang et al. 2017",
)
def late_fall_share(s: Signal) -> Measured:
    start, middle, end = s.level(s.start), s.level(float(s.smooth[len(s.smooth) // 2])), s.level(s.end)
    if not start - end > 0.1 * abs(start):
        return not_applicable("the loss has hardly fallen")
    return Measured((middle - end) / (start - end), where=s.where())


@loss_feature(
    "trend",
    type="choice",
    choices=("falling", "flat", "rising"),
    points=3,
    doc="Whether the {split} loss ends lower or higher than it started, beyond its noise",
    source="fig1",
)
def trend(s: Signal) -> Measured:
    change = s.end - s.start
    error = SIGNIFICANT * sqrt(s.end_se**2 + s.start_se**2)
    # A change under a thousandth of the level is no trend to a person, however exact the log.
    floor = 0.001 * (1.0 if s.log else abs(s.start) if s.positive else s.span)
    return Measured(_direction(change, max(error, floor)), where=s.where())


@loss_feature(
    "end_trend",
    type="choice",
    choices=("falling", "flat", "rising"),
    points=SHORT,
    doc="Whether the {split} loss still falls or rises in the last quarter of the run, beyond its noise",
    source="hyper.epochs",
)
def end_trend(s: Signal) -> Measured:
    rate, error, at = tail(s)
    width = 1.0 - at
    floor = 0.002 * s.span
    return Measured(_direction(rate * width, max(SIGNIFICANT * error * width, floor)), where=s.stretch(at, 1.0))


@loss_feature(
    "end_slope",
    unit="fraction",
    points=SHORT,
    doc="Change of the {split} loss per tenth of the run at its end, as a share of its end level; negative if falling",
    source="hyper.epochs",
)
def end_slope(s: Signal) -> Measured:
    rate, error, at = tail(s)
    scale = 1.0 if s.log else abs(s.end) if s.positive else s.span
    if scale <= 0.0:
        return Measured(0.0)
    return Measured(0.1 * rate / scale, 0.1 * error / scale, where=s.stretch(at, 1.0))


@loss_feature(
    "end_fall",
    unit="fraction",
    points=SHORT,
    doc="Share of the whole fall of the {split} loss that is new in the last fifth of the run (0.2: a straight line)",
    source="hyper.epochs",
)
def end_fall(s: Signal) -> Measured:
    if not _has_fallen(s):
        return not_applicable("the loss has not fallen")
    # What it had reached before, not where it happened to stand: after a restart only new ground is progress.
    before = float(s.smooth[s.bt <= 0.8 + 1e-9].min())
    fallen = s.start - s.low
    # At the end the smooth is an edge; the level is steadier.
    error = sqrt(s.end_se**2 + smooth_se(s, s.late_noise) ** 2) / fallen
    return Measured((before - s.end) / fallen, error, where=s.stretch(0.8, 1.0))


_EARLIEST = 4.0


def _early(s: Signal) -> float:
    """How many times nearer to the one before the last point stands than is usual; 1 where it does not."""
    gaps = np.diff(s.x)
    if len(gaps) < 2 or float(gaps.min()) <= 0.0:
        return 1.0
    return min(max(median(gaps[:-1]) / float(gaps[-1]), 1.0), _EARLIEST)


@loss_feature(
    "last_gain",
    unit="fraction",
    points=2,
    doc="Fall of the {split} loss from the last point but one to the last, as a share of the former; of an evaluation"
    " that comes early, since the run ends there, what it would be at the usual distance",
    source="hyper.epochs",
)
def last_gain(s: Signal) -> Measured:
    """For a log of three epochs, in which there is no last fifth to look at."""
    before, last = float(s.y[-2]), float(s.y[-1])
    if before <= 0.0:
        return not_applicable("the loss is not positive")
    gain = (before - last) / before if abs(last) < 1e6 * before else -1e6 if last > 0.0 else 1e6
    gain *= _early(s)
    return Measured(gain, where=s.where(float(s.x[-2]), None))


@loss_feature(
    "last_pace",
    unit="ratio",
    points=3,
    doc="Fall of the {split} loss from the last point but one to the last, over the mean fall of the steps before,"
    " where it falls at each: 1 and more is a run that has not slowed down",
    source="hyper.epochs",
)
def last_pace(s: Signal) -> Measured:
    """For a log of a few epochs, whose noise cannot be told: one that rises in between has no pace."""
    with np.errstate(over="ignore"):
        falls = s.y[:-1] - s.y[1:]
        before = float(falls[:-1].mean())
        falls[-1] *= _early(s)
    if float(falls.min()) <= 0.0:
        return not_applicable("the loss rises in between")
    if not np.isfinite(falls[-1]) or not 0.0 < before < np.inf:
        return not_applicable("the loss leaves the range of numbers")
    return Measured(float(falls[-1]) / before if falls[-1] < 1e6 * before else 1e6, where=s.where(float(s.x[-2]), None))


@loss_feature(
    "elbow_share",
    unit="fraction",
    points=8,
    doc="Where the {split} loss bends from falling fast to falling slowly, as a share of the run",
    source="hyper.epochs",
)
def elbow_share(s: Signal) -> Measured:
    if not _has_fallen(s):
        return not_applicable("the loss has not fallen, so there is no elbow")
    progress = (s.start - np.minimum.accumulate(s.smooth)) / (s.start - s.low)
    bend = progress - s.bt / max(float(s.bt[s.low_at]), 1e-9)
    at = int(bend[: s.low_at + 1].argmax())
    if bend[at] < 0.2:
        return unknown("the loss falls along a straight line: there is no elbow yet", "too-few-points")
    return Measured(float(s.bt[at]), where=s.stretch(0.0, float(s.bt[at])))


@loss_feature(
    "plateau_share",
    unit="fraction",
    points=SHORT,
    doc="Share of the run, counted from its end, in which the {split} loss made no progress (1 if it never did)",
    source="hyper.epochs",
)
def plateau_share(s: Signal) -> Measured:
    slack = max(0.02 * s.span, 2.0 * smooth_se(s, s.late_noise))
    reached = float(s.bt[int((s.smooth <= s.low + slack).argmax())])
    return Measured(1.0 - reached, where=s.stretch(reached, 1.0))


@loss_feature(
    "time_to_converge",
    unit="fraction",
    points=8,
    doc="Share of the run after which the {split} loss had made 95 % of its fall",
    source="test.convergence-time",
)
def time_to_converge(s: Signal) -> Measured:
    if not _has_fallen(s):
        return not_applicable("the loss has not fallen")
    reached = float(s.bt[int((s.smooth <= s.start - 0.95 * (s.start - s.low)).argmax())])
    return Measured(reached, where=s.stretch(0.0, reached))


@loss_feature(
    "plateau_then_drop",
    unit="fraction",
    points=20,
    doc="Share of the run that the {split} loss stood still near its start before most of its fall came",
    source="hyper.complexity",
)
def plateau_then_drop(s: Signal) -> Measured:
    if not _has_fallen(s):
        return not_applicable("the loss has not fallen")
    lowest = np.minimum.accumulate(s.smooth)
    progress = (s.start - lowest) / (s.start - s.low)
    tenth, most = int((progress > 0.1).argmax()), int((progress > 0.5).argmax())
    stood, fell = float(s.bt[tenth]), float(s.bt[most])
    # A slow start is no plateau: the drop must be steeper than the wait was long.
    return Measured(stood if fell - stood < 0.5 * stood else 0.0, where=s.stretch(0.0, stood))


def smooth_se(s: Signal, noise: float) -> float:
    """Standard error of one value of the smooth, on the working scale."""
    return 1.1 * s.inflation * noise / sqrt(s.window)


def tail(s: Signal) -> tuple[float, float, float]:
    """Slope of the last quarter (at least 6 bins) per unit of the run, its standard error, and where it begins."""
    b = len(s.bz)
    first_bin = max(min(b - b // 4, b - 6), 0) if b >= 8 else b // 2
    t: Array = s.bt[first_bin:]
    z: Array = s.base[first_bin:] if s.window > 1 else s.bz[first_bin:]
    rate, square = slope(t, s.bz[first_bin:])
    robust, _ = slope(t, z)
    if square <= 0.0:
        return 0.0, 0.0, float(t[0])
    # A single spike turns the plain slope, the running median's edges turn the other: the smaller is the safer.
    chosen = rate if abs(rate) < abs(robust) else robust
    residual = s.bz[first_bin:] - (s.bz[first_bin:].mean() + rate * (t - t.mean()))
    rho = lag_one(residual)
    noise = max(s.late_noise, sqrt(float(residual @ residual) / max(len(t) - 2, 1)))
    return chosen, noise * sqrt((1 + rho) / (1 - rho)) / sqrt(square), float(t[0])


def _has_fallen(s: Signal) -> bool:
    error = sqrt(s.start_se**2 + smooth_se(s, s.bin_noise) ** 2)
    return s.start - s.low > max(SIGNIFICANT * error, 1e-9 * s.span)


def _fall(s: Signal, to: float, error: float) -> Measured:
    scale = s.scale
    if scale <= 0.0:
        return Measured(0.0)
    begin, finish = s.level(s.start), s.level(to)
    ratio = finish / scale if s.positive else 0.0
    start_se = s.level_se(s.start, s.start_se) / scale * (abs(ratio) if s.positive else 1.0)
    end_se = s.level_se(to, error) / scale
    return Measured((begin - finish) / scale, min(hypot(start_se, end_se), _LARGE), where=s.where())


def _direction(change: float, limit: float) -> str:
    return "falling" if change < -limit else "rising" if change > limit else "flat"
