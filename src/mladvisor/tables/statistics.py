"""Two-sample statistics in plain numpy: effect sizes, their errors, and p-values that need no scipy."""

from __future__ import annotations

from math import erfc, exp, log, log10, sqrt
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


class Effect(NamedTuple):
    """How far two samples differ.

    Attributes:
        size: 0 (alike) to 1 (nothing in common).
        se: its standard error.
        p: probability of at least such a difference between samples of one source.
    """

    size: float
    se: float
    p: float


def ks(first: Floats, second: Floats) -> Effect:
    """Kolmogorov-Smirnov distance of two samples without NaN: the largest difference of their distribution functions.

    The p-value is the asymptotic one with Stephens' correction; it errs on the safe side for ties.
    """
    n, m = len(first), len(second)
    if n == 0 or m == 0:
        return Effect(0.0, 1.0, 1.0)
    a, b = np.sort(first), np.sort(second)
    grid = np.concatenate((a, b))
    below_a = np.searchsorted(a, grid, side="right") / n
    below_b = np.searchsorted(b, grid, side="right") / m
    size = float(np.abs(below_a - below_b).max())
    effective = sqrt(n * m / (n + m))
    return Effect(size, sqrt(max(size * (1.0 - size), 1e-6) * (1.0 / n + 1.0 / m)), kolmogorov(size, effective))


def kolmogorov(size: float, effective: float) -> float:
    """Survival function of Kolmogorov's distribution; Stephens (1970)."""
    x = (effective + 0.12 + 0.11 / effective) * size if effective > 0 else 0.0
    if x < 0.2:
        return 1.0
    total = sum((1.0 if k % 2 else -1.0) * exp(-2.0 * k * k * x * x) for k in range(1, 101))
    return min(1.0, max(0.0, 2.0 * total))


def shares_differ(first: NDArray[np.int64], second: NDArray[np.int64], *, least: float = 5.0) -> Effect:
    """How far the shares of categories differ: the largest share of rows that would have to change category.

    Args:
        first, second: (K,) counts of the same categories in the two samples.
        least: categories of which fewer rows are expected in the smaller sample are taken together.

    The size is the total variation distance less what counts of such a size show by chance; p is from a chi-squared
    test on categories with enough rows.
    """
    n, m = int(first.sum()), int(second.sum())
    if n == 0 or m == 0:
        return Effect(0.0, 1.0, 1.0)
    pooled = (first + second) / (n + m)
    common = pooled * min(n, m) >= least
    a = np.append(first[common], first[~common].sum())
    b = np.append(second[common], second[~common].sum())
    keep = (a + b) > 0
    a, b = a[keep].astype(np.float64), b[keep].astype(np.float64)
    if len(a) < 2:
        return Effect(0.0, 0.0, 1.0)
    p = (a + b) / (n + m)
    statistic = float((((a - n * p) ** 2) / (n * p) + ((b - m * p) ** 2) / (m * p)).sum())
    spread = np.sqrt(p * (1.0 - p) * (1.0 / n + 1.0 / m))
    distance = 0.5 * float(np.abs(a / n - b / m).sum())
    # The mean of |a normal| is sqrt(2/pi) sd: what the sum of absolute differences shows between equal sources.
    chance = 0.5 * sqrt(2.0 / np.pi) * float(spread.sum())
    size = sqrt(max(0.0, distance * distance - chance * chance))
    return Effect(size, 0.5 * sqrt(float((spread**2).sum())), chi_squared(statistic, len(a) - 1))


def chi_squared(statistic: float, degrees: int) -> float:
    """Survival function of the chi-squared distribution; Wilson and Hilferty (1931), good to a few percent of p."""
    if statistic <= 0 or degrees <= 0:
        return 1.0
    if degrees == 1:
        return float(erfc(sqrt(statistic / 2.0)))
    if degrees == 2:
        return exp(-statistic / 2.0)
    variance = 2.0 / (9.0 * degrees)
    z = ((statistic / degrees) ** (1.0 / 3.0) - (1.0 - variance)) / sqrt(variance)
    return 0.5 * erfc(z / sqrt(2.0))


def ranks_of(values: Floats) -> Floats:
    """(rows,) ranks from 0; equal values share the middle one, or the order in the file would be a trend."""
    ordered = np.sort(values)
    return np.asarray((ordered.searchsorted(values, "left") + ordered.searchsorted(values, "right") - 1) / 2.0)


def q_values(p: list[float]) -> list[float]:
    """Benjamini-Hochberg: the least false-discovery rate at which each test would be called a discovery."""
    if not p:
        return []
    values = np.asarray(p, dtype=np.float64)
    order = np.argsort(values)
    scaled = values[order] * len(p) / np.arange(1, len(p) + 1)
    lowest = np.minimum(np.minimum.accumulate(scaled[::-1])[::-1], 1.0)
    result = np.empty(len(p))
    result[order] = lowest
    return [float(value) for value in result]


def mean_shift(first: Floats, second: Floats) -> tuple[float, float]:
    """Difference of means (second less first) in standard deviations of the first, and its standard error."""
    if len(first) < 2 or len(second) < 2:
        return 0.0, 0.0
    with np.errstate(over="ignore", invalid="ignore"):
        sd, other = float(first.std()), float(second.std())
        size = float(second.mean() - first.mean()) / sd if sd > 0.0 else float("nan")
    if not (np.isfinite(size) and np.isfinite(other)):
        return 0.0, 0.0
    return size, sqrt(1.0 / len(first) + (other / sd) ** 2 / len(second))


UNIT_TOLERANCE = 0.04
"""Logarithm: medians of samples of one source differ by less once there are some hundred rows."""


def known_factor(ratio: float, tolerance: float = UNIT_TOLERANCE) -> float | None:
    """The nearest factor between two units (10, 1000, pounds and kilograms ...), when it is near (logarithm)."""
    if not 1e-300 < ratio < 1e300:
        return None
    near = [factor for factor in UNIT_FACTORS if abs(log(ratio / factor)) < tolerance]
    tens = [factor for factor in near if abs(log10(factor) - round(log10(factor))) < 1e-9]
    return min(tens or near, key=lambda factor: abs(log(ratio / factor)), default=None)  # 1,000 before 1,024


def _with_inverses(factors: tuple[float, ...]) -> tuple[float, ...]:
    return tuple(value for factor in factors for value in (factor, 1.0 / factor))


UNIT_FACTORS = _with_inverses(
    (
        10.0,
        100.0,
        1000.0,
        1e6,
        0.45359237,
        2.54,
        0.3048,
        1.609344,
        10.763910,
        28.349523,
        3.6,
        4.184,
        60.0,
        3600.0,
        24.0,
        1024.0,
        1e4,
        1e5,
    )
)
"""pounds, inches, feet, miles (no yards: 0.91 is too near to 1), square feet, ounces, km/h, calories, minutes,
hours, days, kibi."""
