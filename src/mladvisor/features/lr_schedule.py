"""The shape of the logged learning rate: what schedule it is, whether it warms up, restarts or dies early."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from mladvisor.features.catalogue import Measures, feature
from mladvisor.features.loss_shape import SHORT
from mladvisor.features.measured import Measured, Where, unknown
from mladvisor.features.signal import signal
from mladvisor.runs.model import Curve

SHAPES = ("constant", "decay", "warmup-decay", "cosine", "restarts", "step", "one-cycle", "rising", "other")
_LOG = "log the learning rate at each step"
_MOST_POINTS = 4096


class Schedule(NamedTuple):
    """A learning-rate curve, thinned to at most 4,096 points, blanks and non-finite values left out."""

    x: np.ndarray
    y: np.ndarray
    where: Where


def schedule(m: Measures) -> Schedule | None:
    """The learning rate of the main parameters. Of several groups: the longest, then the one that does not start high.

    YOLOv5 warms one group (biases) *down* from 0.1, hence the second rule.
    """
    best: tuple[tuple[float, float], Curve, np.ndarray] | None = None
    for curve in m.run.having("learning-rate"):
        finite = np.isfinite(curve.y)
        count = int(finite.sum())
        if count == 0 or float(curve.y[finite].max()) <= 0:
            continue  # zero throughout: printed with too few digits (flair's "0.0000"), since nothing trains at rate 0
        first = float(curve.y[finite][0])
        order = (-count, first if count > 1 else 0.0)
        if best is None or order < best[0]:
            best = (order, curve, finite)
    if best is None:
        return None
    _, curve, finite = best
    x, y = curve.x[finite], curve.y[finite]
    where = Where(curve.place.file, curve.place.column, curve.x_unit, float(x[0]), float(x[-1]))
    step = -(-len(y) // _MOST_POINTS)
    if step > 1:
        x, y = np.append(x[::step], x[-1]), np.append(y[::step], y[-1])
    return Schedule(x, y, where)


def _of(m: Measures, value: float | None) -> Measured | None:
    found = m.once(schedule)
    return None if found is None or value is None else Measured(float(value), where=found.where)


@feature("lr.first", doc="First logged learning rate", how=_LOG, source="hyper.lr-effect")
def first(m: Measures) -> Measured | None:
    found = m.once(schedule)
    return found and _of(m, found.y[0])


@feature("lr.last", doc="Last logged learning rate", how=_LOG, source="hyper.lr-effect")
def last(m: Measures) -> Measured | None:
    found = m.once(schedule)
    return found and _of(m, found.y[-1])


@feature("lr.max", doc="Largest logged learning rate", how=_LOG, source="hyper.lr-effect")
def largest(m: Measures) -> Measured | None:
    found = m.once(schedule)
    return found and _of(m, found.y.max())


@feature("lr.min", doc="Smallest logged learning rate", how=_LOG, source="hyper.lr-effect")
def smallest(m: Measures) -> Measured | None:
    found = m.once(schedule)
    return found and _of(m, found.y.min())


@feature(
    "lr.warmup_share",
    unit="fraction",
    doc="Share of the run during which the learning rate climbs to its largest value; 0 when it starts there",
    how=_LOG,
    source="hyper.lr-effect",
)
def warmup_share(m: Measures) -> Measured | None:
    found = m.once(schedule)
    if found is None or len(found.y) < 3:
        return None
    return _of(m, _climb(found))


def _climb(found: Schedule) -> float:
    x, y = found.x, found.y
    top = float(y.max())
    if top <= 0 or y[0] >= 0.98 * top or x[-1] <= x[0]:
        return 0.0
    return float((x[int(np.argmax(y >= 0.999 * top))] - x[0]) / (x[-1] - x[0]))


@feature(
    "lr.restarts",
    unit="times",
    doc="How often the learning rate rises again by a fifth of its maximum or more, after it had come down",
    how=_LOG,
    source="hyper.lr-effect",
)
def restarts(m: Measures) -> Measured | None:
    found = m.once(schedule)
    return None if found is None or len(found.y) < 3 else _of(m, _restarts(found.y))


def _restarts(y: np.ndarray) -> int:
    top = float(y.max())
    after = y[int(y.argmax()) :]
    if top <= 0 or len(after) < 3:
        return 0
    rises = np.diff(after)
    if not (rises > 0).any():
        return 0
    count, climbed = 0, 0.0
    for rise in rises.tolist():
        before = climbed
        climbed = climbed + rise if rise > 0 else 0.0
        if before < 0.2 * top <= climbed:
            count += 1
    return count


@feature(
    "lr.zero_share",
    unit="fraction",
    doc="Share of the logged points, first and last left out, at which the learning rate is zero",
    how=_LOG,
    source="hyper.lr-effect",
)
def zero_share(m: Measures) -> Measured | None:
    found = m.once(schedule)
    if found is None or len(found.y) < 3:
        return None
    return _of(m, float((found.y[1:-1] <= 0).mean()))


@feature(
    "lr.low_share",
    unit="fraction",
    doc="Share of the run, counted from the end, during which the learning rate is below a hundredth of its maximum",
    how=_LOG,
    source="hyper.lr-effect",
)
def low_share(m: Measures) -> Measured | None:
    found = m.once(schedule)
    if found is None or len(found.y) < 3:
        return None
    high = np.flatnonzero(found.y >= 0.0099 * found.y.max())  # two steps down by ten are no collapse
    x = found.x
    if found.y.max() <= 0 or not len(high) or x[-1] <= x[0]:
        return None
    return _of(m, (x[-1] - x[int(high[-1])]) / (x[-1] - x[0]))


@feature(
    "lr.collapsed_early",
    type="flag",
    doc="The learning rate falls below a hundredth of its maximum before half of the run, and stays there",
    how=_LOG,
    source="hyper.lr-effect",
)
def collapsed_early(m: Measures) -> Measured | None:
    share = m.one("lr.low_share")
    return Measured(float(share.value) > 0.5, where=share.where) if isinstance(share.value, float) else None


@feature(
    "lr.gain_before_drop",
    unit="fraction",
    doc="Share of all that the training loss had gained until the rate fell below a tenth of its maximum for good that"
    " was new in the last fifth of the way (of the sum of rates) until then; about 0: it had come to rest",
    how=_LOG,
    source="hyper.lr-effect",
)
def gain_before_drop(m: Measures) -> Measured | None:
    found, loss = m.once(schedule), signal(m, "train")
    if found is None or len(found.y) < 3 or loss is None or not len(loss):
        return None
    high = np.flatnonzero(found.y >= 0.0999 * found.y.max())
    if not len(high) or int(high[-1]) + 1 >= len(found.x) or found.x[-1] <= found.x[0]:
        return None
    t = (found.x - found.x[0]) / (found.x[-1] - found.x[0])
    drop = float(t[int(high[-1]) + 1])
    way = np.append(0.0, np.cumsum(0.5 * (found.y[1:] + found.y[:-1]) * np.diff(t)))  # how far the steps could lead
    gone = np.interp(loss.bt, t, way) / float(np.interp(drop, t, way))
    until = loss.bz[loss.bt <= drop]
    before = loss.bz[(loss.bt <= drop) & (gone <= 0.8)]
    gained = float(until[0] - until.min()) if len(until) else 0.0
    if len(until) < SHORT or not len(before) or gained <= 0.0:
        return unknown("the rate falls before the loss has shown how it goes", "too-few-points")
    return Measured(float(before.min() - until.min()) / gained, where=loss.stretch(0.0, drop))


@feature(
    "lr.schedule",
    type="choice",
    choices=SHAPES,
    doc="The shape of the logged learning rate",
    how=_LOG,
    source="hyper.lr-effect",
)
def shape(m: Measures) -> Measured | None:
    found = m.once(schedule)
    if found is None:
        return None
    if len(found.y) < 3:
        return unknown("the learning rate is logged fewer than three times", "too-few-points")
    return Measured(classify(found.x, found.y), where=found.where)


def classify(x: np.ndarray, y: np.ndarray) -> str:
    """The schedule's name, one of SHAPES.

    Args:
        x: shape (n,), n >= 3, not decreasing.
        y: shape (n,), finite learning rates.
    """
    top, low = float(y.max()), float(y.min())
    if top - low <= 1e-3 * abs(top):
        return "constant"
    if _restarts(y) >= 1:
        return "restarts"
    climb = _climb(Schedule(x, y, Where("")))
    peak = int(np.argmax(y >= 0.999 * top))
    tail_x, tail = x[peak:], y[peak:]
    if climb >= 0.9 and y[-1] >= 0.9 * top:
        return "rising"
    if len(tail) < 3 or tail_x[-1] <= tail_x[0] or tail[0] - tail[-1] <= 1e-3 * top:
        return "warmup-decay" if climb > 0 and tail[-1] < 0.999 * top else "other" if climb > 0.5 else "constant"
    if (np.diff(tail) > 0.02 * top).any():
        return "other"
    falls = -np.diff(tail)
    jumps = falls[falls > 1e-3 * top]
    if len(tail) >= 5 and len(jumps) <= max(1, len(tail) // 4) and jumps.sum() >= 0.9 * (tail[0] - tail[-1]):
        return "step"
    if climb >= 0.15 and y[-1] <= y[0]:
        return "one-cycle"
    if _is_cosine(tail_x, tail):
        return "cosine"
    return "warmup-decay" if climb > 0 else "decay"


def _is_cosine(x: np.ndarray, y: np.ndarray) -> bool:
    """Whether a half cosine fits a fall better than a line and an exponential do."""
    t = (x - x[0]) / (x[-1] - x[0])
    fall = (y - y[-1]) / (y[0] - y[-1])
    half_cosine = float(np.abs(fall - 0.5 * (1 + np.cos(np.pi * t))).mean())
    line = float(np.abs(fall - (1 - t)).mean())
    return len(y) >= 5 and half_cosine < 0.05 and half_cosine < line
