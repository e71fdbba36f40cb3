"""One loss curve prepared for measuring: finite points, bins, smooth, noise, levels. Everything about a curve that
several measurements share is computed here once a run.

Three decisions, made once for all loss features:

- *Working scale.* A loss that stays positive and falls by more than `WIDE` (a squared error from 0.5 to 1e-6) is looked
  at as people plot it, on a logarithmic axis: `z = log(y)`. All others are looked at as they are: `z = y`.
- *Bins.* More than `BINS` points are reduced to medians of equal runs of points; the shape is measured on those, and
  whatever single points show (spikes, noise, periods) on the raw points.
- *Smooth.* A running median, which leaves monotone stretches as they are and removes spikes, then a short running mean.
"""

from __future__ import annotations

from collections.abc import Callable
from math import exp, inf, sqrt
from typing import Any, TypeVar

import numpy as np

from mladvisor.features.catalogue import Measures, feature
from mladvisor.features.measured import Measured, Scalar, Where, unknown
from mladvisor.features.robust import (
    Array,
    blocks,
    lag_one,
    median,
    quantum,
    running_mean,
    running_median,
    spread,
    white_noise,
)
from mladvisor.runs import primary as choose
from mladvisor.runs.model import Curve

Result = Measured | Scalar
C = TypeVar("C", bound="Callable[[Signal], Measured | float | bool | str]")

WIDE = 1000.0
BELOW_ZERO = 0.01
"""Below zero a level says little, yet a movement under this share of it is none."""
PER_ROW = 20.0
"""The log of 500 million classes: above it a loss is no mean over rows, or counts squares of large numbers."""
CLEAN_POINTS = 20
"""Points that show the shape of a curve."""
BINS = 512
LARGEST = 3.5e38
"""Larger than any single-precision number: no training computes with it, so it counts as infinite."""
SMALLEST = 1e-290
LOSS_SPLITS = ("train", "val")
_WORDS = {"train": "training", "val": "validation", "test": "test"}


def _above_zero(y: Array) -> Array:
    """The points with half the smallest amount that was told in place of zeros, where no point is below zero: a log of
    five digits prints 0.00000 of any loss under them, and what divides by a loss or takes its logarithm needs one.
    """
    if y.min() != 0.0 or y.max() <= 0.0:
        return y
    told = float(y[y > 0.0].min())
    digit = quantum(y)
    return np.where(y == 0.0, 0.5 * (min(told, digit) if digit > 0.0 else told), y)


class Signal:
    """A loss curve with what its measurements share.

    Attributes:
        curve: as logged.
        bad: indices of the curve's points that are NaN, infinite or absurdly large.
        kept: indices of the finite points; None when all are.
        x, y: the finite points, shape (n,).
        t: position of each in the run, 0 to 1.
        positive: no point is zero or below.
        log: the working scale is logarithmic.
        z: the points on the working scale.
        bt, bz: position and median of each bin on the working scale, shape (b,); the points themselves if b == n.
        size: points in a bin.
        window: smoothing window in bins.
        base: running median of `bz`; smooth: the same, rounded off by a mean.
        slow: running median of `bz` over a fifth of the run, from which swings and spikes are measured.
        noise: sd of a single point around the curve; bin_noise: sd of a bin; late_noise: of a bin, second half.
        inflation: how much autocorrelation widens standard errors.
        start, end: levels on the working scale, with start_se and end_se.
        late: median of the second half, on the working scale.
        low, low_at: least value of `smooth` and its bin.
        span: how far the curve has moved on the working scale, explosions included; never 0 unless it is constant.
        progress: how far it came down from its start.
    """

    __slots__ = (
        "bad",
        "base",
        "bin_noise",
        "bt",
        "bz",
        "curve",
        "end",
        "end_se",
        "inflation",
        "kept",
        "late",
        "late_noise",
        "log",
        "low",
        "low_at",
        "noise",
        "positive",
        "progress",
        "shared",
        "size",
        "slow",
        "smooth",
        "span",
        "start",
        "start_se",
        "t",
        "window",
        "x",
        "y",
        "z",
    )

    def __init__(self, curve: Curve) -> None:
        self.curve = curve
        self.shared: dict[Any, Any] = {}
        good = np.abs(curve.y) < LARGEST
        self.kept: Any = None
        self.bad: Any = ()
        self.x: Array = curve.x
        self.y: Array = curve.y
        if not good.all():
            self.kept = np.flatnonzero(good)
            self.bad = np.flatnonzero(~good)
            self.x, self.y = curve.x[self.kept], curve.y[self.kept]
        n = len(self.y)
        if n:
            self.y = _above_zero(self.y)
            self._place(n)
            self._shape(n)

    def _place(self, n: int) -> None:
        x = self.x
        length = x[-1] - x[0]
        self.t: Array = (x - x[0]) / length if 0 < length < inf else np.linspace(0.0, 1.0, n)
        self.bt, self.size = self.t, 1
        if n > BINS:
            self.bt, self.size = blocks(self.t, BINS)

    def _shape(self, n: int) -> None:
        y = self.y
        smallest = float(y.min())
        self.positive = smallest > SMALLEST
        binned = blocks(y, BINS)[0] if n > BINS else y
        b = len(binned)
        self.window = _odd(b / 11) if b >= 6 else 1
        base = running_median(binned, self.window)
        self.log = False
        if self.positive and base.min() > SMALLEST and base[0] > WIDE * base.min():
            self.log = True
            self.z: Array = np.log(y)
            binned = np.log(binned)
            base = running_median(binned, self.window)
        else:
            self.z = y
        self.bz: Array = binned
        self.base: Array = base
        self.smooth: Array = running_mean(base, _odd(self.window / 2))
        self.slow: Array = running_median(binned, max(5, 2 * (b // 10) + 1)) if b >= 8 else base
        self._measure_noise(n, b)
        self._measure_levels(b)

    def _measure_noise(self, n: int, b: int) -> None:
        bz = self.bz
        if b < 4:
            self.noise = self.bin_noise = self.late_noise = 0.0
            self.inflation = 1.0
            return
        # Rounding error of the log. The steps of a curve with two levels are no digits: those are under 2 %.
        floor = 0.2887 * min(quantum(bz), 0.02 * float(np.abs(bz).max()))
        residual = bz - self.base
        half = b >> 1
        self.bin_noise = max(white_noise(bz), spread(residual), floor)
        self.late_noise = max(white_noise(bz[half - 1 :]), spread(residual[half:]), floor) if b >= 8 else self.bin_noise
        self.noise = self.bin_noise if self.size == 1 else max(white_noise(self.z), self.bin_noise)
        rho = lag_one((bz - self.smooth)[half:])
        self.inflation = sqrt((1.0 + rho) / (1.0 - rho))

    def _measure_levels(self, b: int) -> None:
        bz, smooth = self.bz, self.smooth
        wide = self.inflation * self.bin_noise
        few = min(max(3, b // 20), 9)
        self.start, self.start_se = float(bz[0]), self.bin_noise
        if b >= 10:
            level = median(bz[:few])
            if abs(self.start - level) < 2.5 * self.bin_noise or self._starts_off_scale():
                self.start, self.start_se = level, 1.25 * wide / sqrt(few)
        last = 1 if b < 8 else 2 if b < 30 else max(3, b // 20)
        self.end = float(bz[-1]) if last == 1 else median(bz[-last:])
        self.end_se = (1.25 if last > 2 else 1.0) * self.inflation * self.late_noise / sqrt(last)
        self.late = median(bz[b >> 1 :])
        # Of equal minima the first, in any unit: rounding must not choose.
        lowest = float(smooth.min())
        self.low_at = int((smooth <= lowest + 1e-12 * (abs(lowest) + abs(float(smooth[0])))).argmax())
        self.low = min(float(smooth[self.low_at]), self.end)
        self.progress = max(self.start - self.low, 0.0)
        high = float(np.sort(smooth)[int(0.95 * (b - 1))])
        self.span = max(self.progress, high - self.low, self.end - self.low, float(bz.max() - bz.min()) * 1e-12)

    def _starts_off_scale(self) -> bool:
        """The first point is some 30 times all that follow: a bad first batch, not the level the loss starts from."""
        first, ahead = float(self.bz[0]), self.bz[1:6]
        most = float(ahead.max())
        if self.log:
            return first - most > 3.4
        if self.positive:
            return first > 30.0 * most
        return first - most > 1000.0 * max(most - float(ahead.min()), self.bin_noise)

    def __len__(self) -> int:
        return len(self.y)

    def once(self, function: Callable[[Signal], Any]) -> Any:
        """`function(self)`, computed once and shared between features."""
        if function not in self.shared:
            self.shared[function] = function(self)
        return self.shared[function]

    def level(self, z: float) -> float:
        """A value of the working scale in loss units."""
        return exp(min(z, 700.0)) if self.log else z

    def level_se(self, z: float, se: float) -> float:
        """Standard error in loss units of a level on the working scale."""
        return self.level(z) * se if self.log else se

    @property
    def scale(self) -> float:
        """What a change is compared with: the start level of a positive loss, else how far the loss has moved (or the
        `BELOW_ZERO`th part of its level, so that noise about a constant is no movement)."""
        start = abs(self.level(self.start))
        return start if self.positive else max(self.span, BELOW_ZERO * start)

    @property
    def shaped(self) -> float:
        """Twice the movement of a positive loss that moves far beyond its noise, else infinite.

        A change is compared with no more than that where the level is higher than any mean loss over classes: a
        constant that was added to a loss raises its level and leaves its shape, and the shape is what an eye sees.
        Twice, because then it counts as a loss that has halved. Lower levels mean something, the more the lower.
        """
        if not self.clean:
            return inf
        level = self.level(self.start)
        return 2.0 * (self.level(self.low + self.span) - self.level(self.low)) * max(1.0, PER_ROW / level)

    @property
    def clean(self) -> bool:
        """The loss is positive and its movement is more than ten times the noise of a single point."""
        return self.positive and len(self) >= CLEAN_POINTS and self.span > 10.0 * self.noise

    @property
    def per_epoch(self) -> bool:
        """Points are epochs (averages over many batches) rather than single batches, as far as can be told."""
        curve, n = self.curve, len(self.curve)
        if curve.x_unit == "epoch":
            return n < 2 or (curve.x[-1] - curve.x[0]) / (n - 1) > 0.8
        if curve.epochs is not None and n > 1:
            return bool((curve.epochs[-1] - curve.epochs[0]) / (n - 1) > 0.8)
        return n <= 300 and curve.x_unit == "row"

    def at(self, i: int) -> Where:
        """The place of the finite point `i`."""
        x = float(self.x[i])
        return self.where(x, x)

    def bad_at(self) -> Where:
        """The place from the first to the last non-finite point; there must be one."""
        return self.where(float(self.curve.x[self.bad[0]]), float(self.curve.x[self.bad[-1]]))

    def stretch(self, start: float, end: float) -> Where:
        """The place of a stretch given as shares of the run."""
        first, length = float(self.x[0]), float(self.x[-1] - self.x[0])
        return self.where(first + start * length, first + end * length)

    def bin_x(self, b: int) -> float:
        """The x of the (middle of) bin `b`."""
        if self.size == 1:
            return float(self.x[b])
        n = len(self.x)
        return float(self.x[min(round((b + 0.5) * n / len(self.bt)), n - 1)])

    def where(self, start: float | None = None, end: float | None = None) -> Where:
        """The stretch of the log from x = start to x = end (defaults: its first and last point)."""
        curve = self.curve
        first = float(curve.x[0]) if start is None else start
        last = float(curve.x[-1]) if end is None else end
        rows = None
        if curve.rows is not None:
            i = min(int(curve.x.searchsorted(first, "left")), len(curve) - 1)
            j = max(int(curve.x.searchsorted(last, "right")) - 1, i)
            rows = (int(curve.rows[i]), int(curve.rows[j]))
        return Where(curve.place.file, curve.place.column, curve.x_unit, first, last, rows)


def _odd(width: float) -> int:
    """The odd window nearest to a width, at least 3."""
    return max(3, 2 * round((width - 1) / 2) + 1)


def primary(m: Measures, split: str) -> Curve | None:
    """The loss curve that stands for a split (the total, the epoch mean; see `runs.primary`), if it has points."""
    curve = choose.primary(m.run, "loss", split)  # type: ignore[arg-type]
    return curve if curve is not None and len(curve) else None


def signal(m: Measures, split: str) -> Signal | None:
    """The prepared primary loss of a split, None when none was logged. Use through `m.once(signal, split)`."""
    curve: Curve | None = m.once(primary, split)
    if curve is None:
        return None
    made = Signal(curve)
    if len(made.bad) and made.bad[-1] < len(curve) - 1:
        m.notes.append(_lost(made, split))
    return made


def _lost(made: Signal, split: str) -> str:
    """A loss that went on behind NaN is judged by its other points, which a person should know."""
    curve, count = made.curve, len(made.bad)
    first, last = (f"{curve.x[made.bad[at]]:g}" for at in (0, -1))
    where = f"{curve.x_unit} {first}" if count == 1 else f"{curve.x_unit}s {first} to {last}"
    return (
        f"the {_WORDS[split]} loss {curve.name} is NaN or infinite at {count} of its {len(curve):,} points ({where}) "
        "and goes on after that: it is judged by its other points"
    )


def step_signal(m: Measures, split: str) -> Signal | None:
    """The loss of single steps where it is logged beside its epoch mean, for what means hide; else `signal`."""
    whole: Signal | None = m.once(signal, split)
    curve = choose.step_curve(m.run, split)  # type: ignore[arg-type]
    return whole if curve is None or not len(curve) or (whole and whole.curve is curve) else Signal(curve)


def missing(split: str) -> Measured:
    """The answer of every loss feature when the loss of that split was not logged."""
    return unknown(
        f"no {_WORDS[split]} loss was logged: log it at every {'epoch' if split == 'val' else 'step or epoch'}"
    )


def loss_feature(
    name: str, *, points: int = 1, splits: tuple[str, ...] = LOSS_SPLITS, steps: bool = False, **entry: Any
) -> Callable[[C], C]:
    """Register `loss.{split}.<name>` as a function of the `Signal`; too few finite points make it unknown.

    With `steps` it looks at single steps where they are logged.
    """
    source = step_signal if steps else signal

    def register(compute: C) -> C:
        def measure(m: Measures, split: str) -> Result:
            s: Signal | None = m.once(source, split)
            if s is None:
                return missing(split)
            if len(s) < points:
                have = "1 finite one is" if len(s) == 1 else f"{len(s)} finite ones are"
                needed = "1 point is" if points == 1 else f"{points} points are"
                often = f"log it more often, or train longer: {needed} needed, {have} there"
                return unknown(f"too little {_WORDS[split]} loss: {often}", "too-few-points")
            return compute(s)

        entry.setdefault("how", "log the {split} loss at every epoch or step")
        feature(f"loss.{{split}}.{name}", splits=splits, **entry)(measure)
        return compute

    return register
