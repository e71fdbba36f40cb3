"""Scales and ticks: which values stand on an axis and how they are written."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Literal

import msgspec

Scale = Literal["auto", "linear", "log"]

LOG_DECADES = 1.5
"""An all-positive range wider than this many factors of ten is drawn on a log scale: on a linear one the lower half
of the story would share the last row or two of a dozen."""

_LARGEST = 8e307  # so that the difference of two values never overflows


class Axis(msgspec.Struct, frozen=True):
    """One axis: the range it shows, and whether it is logarithmic (`low` and `high` are then log10 of values)."""

    low: float
    high: float
    log: bool = False

    def share(self, value: float) -> float:
        """Where a value stands on the axis, 0 at its low end, 1 at its high end; outside values are clamped."""
        if self.log:
            value = math.log10(value) if value > 0 else self.low
        value = min(max(value, self.low), self.high)
        return (value - self.low) / (self.high - self.low)


def axis(low: float, high: float, scale: Scale, *, positive: float | None = None) -> Axis:
    """The axis over finite values from `low` to `high`; a single value gets room around it.

    Args:
        positive: the smallest value above 0, for a forced log scale over data that reaches 0 or below; None: no such
            value, or not known.
    """
    low, high = max(low, -_LARGEST), min(high, _LARGEST)
    bottom = low if low > 0 else positive
    decades = math.log10(high) - math.log10(bottom) if bottom and high > 0 else 0.0
    if decades > 1e-9 and (scale == "log" or (scale == "auto" and low > 0 and decades > LOG_DECADES)):
        assert bottom is not None
        return Axis(math.log10(bottom), math.log10(high), True)
    room = 1e-12 * max(abs(low), abs(high), 1e-290)
    if high - low <= room:
        pad = abs(low) / 2 if abs(low) > 1e-290 else 1.0
        return Axis(max(low - pad, -_LARGEST), min(high + pad, _LARGEST))
    return Axis(low, high)


def ticks(on: Axis, count: int) -> list[tuple[float, str]]:
    """About `count` values on the axis, round in the 1-2-5 way, with their labels, ascending."""
    return _log_ticks(on, count) if on.log else _linear_ticks(on.low, on.high, count)


def _linear_ticks(low: float, high: float, count: int, *, whole: bool = False) -> list[tuple[float, str]]:
    step = nice_step((high - low) / max(1, count), whole=whole)
    first = math.ceil(low / step - 1e-9)
    last = math.floor(high / step + 1e-9)
    if last - first > 1000:
        return []
    return [(number * step, compact(number * step, step)) for number in range(first, last + 1)]


def whole_ticks(on: Axis, count: int) -> list[tuple[float, str]]:
    """Like `ticks` for things that are counted: epochs, steps, rows."""
    return _linear_ticks(on.low, on.high, count, whole=True)


def _log_ticks(on: Axis, count: int) -> list[tuple[float, str]]:
    low, high = math.ceil(on.low - 1e-9), math.floor(on.high + 1e-9)
    every = max(1, math.ceil((high - low + 1) / max(1, count)))
    values = [10.0**power for power in range(low, high + 1) if power % every == 0 and abs(power) <= 307]
    if len(values) < min(count, 3):
        values = [
            factor * 10.0**power
            for power in range(max(low - 1, -307), min(high, 306) + 1)
            for factor in (1, 2, 5)
            if on.low - 1e-9 <= power + math.log10(factor) <= on.high + 1e-9
        ]
    if len(values) < 2:
        return _linear_ticks(10.0**on.low, 10.0**on.high, count)
    return [(value, compact(value, value)) for value in values]


def nice_step(rough: float, *, whole: bool = False) -> float:
    """The smallest of 1, 2, 5 times a power of ten that is at least `rough` (and at least 1 if `whole`)."""
    if not rough > 0 or not math.isfinite(rough):
        return 1.0
    power = math.floor(math.log10(rough))
    pick: Callable[[float], bool] = lambda factor: factor * 10.0**power >= rough * (1 - 1e-9)  # noqa: E731
    step = next((factor for factor in (1, 2, 5) if pick(factor)), 10) * 10.0**power
    return max(step, 1.0) if whole else max(step, 5e-324)


def compact(value: float, step: float) -> str:
    """A number as short as it can be while neighbours a `step` apart stay different: 0.05, 20k, 1.5M, 1e-6."""
    size = abs(value)
    if size < step * 1e-6:
        return "0"
    if size >= 1e12 or size < 1e-3:
        digits = min(12, max(0, math.floor(math.log10(size)) - math.floor(math.log10(step) + 1e-9)))
        mantissa, _, exponent = f"{value:.{digits}e}".partition("e")
        return f"{mantissa}e{int(exponent)}"
    for unit, sign in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
        if size >= unit and (size >= 10_000 or step >= unit) and step >= unit / 1000:
            return f"{_decimals(value / unit, step / unit)}{sign}"
    return _decimals(value, step)


def _decimals(value: float, step: float) -> str:
    return f"{value:.{max(0, -math.floor(math.log10(step) + 1e-9))}f}"
