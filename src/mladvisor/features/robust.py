"""Robust numerics on short arrays: running medians, levels, noise. Pure functions on float64 arrays, no NaN.

`numpy.median` costs 14 us on a hundred numbers, a sort 1 us; these functions run dozens of times for each curve, so
they sort. All are linear in the length of the array (times a bounded window).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

NORMAL_MAD = 1.4826
"""Standard deviation of a normal distribution over its median absolute deviation."""


def median(y: Array) -> float:
    """The median of a non-empty array."""
    n = len(y)
    middle = n >> 1
    ordered = np.sort(y) if n < 4096 else np.partition(y, (middle - 1, middle))
    return float(ordered[middle]) if n & 1 else float(0.5 * ordered[middle - 1] + 0.5 * ordered[middle])


def quantiles(y: Array, *shares: float) -> list[float]:
    """Values at the given shares of the sorted non-empty array (linear interpolation)."""
    ordered = np.sort(y)
    last = len(ordered) - 1
    result = []
    for share in shares:
        place = share * last
        low = int(place)
        high = min(low + 1, last)
        result.append(float(ordered[low] + (place - low) * (ordered[high] - ordered[low])))
    return result


def spread(residual: Array) -> float:
    """Standard deviation of the bulk: normal-consistent median absolute deviation around zero."""
    return NORMAL_MAD * median(np.abs(residual))


def pad(y: Array, half: int, last: float) -> Array:
    """`y` with `half` points added at each end by odd reflection, so that a slope goes on beyond the edges.

    The first point is taken as it is, because curves start steeply; `last` is the level to reflect about at the end.
    Needs `half < len(y)`.
    """
    left = 2.0 * y[0] - y[half:0:-1]
    right = 2.0 * last - y[-2 : -half - 2 : -1]
    return np.concatenate((left, y, right))


def running_median(y: Array, window: int) -> Array:
    """Median over an odd window around each point, shape (n,). Monotone stretches are left exactly as they are."""
    window = min(window, len(y) - (1 - (len(y) & 1)))
    if window < 3:
        return y
    half = window >> 1
    # Reflected about its last point, a median there would be that one noisy point.
    padded = pad(y, half, median(y[-half - 1 :]) if half > 1 else float(y[-1]))
    rows: Array = np.ndarray((len(y), window), dtype=np.float64, buffer=padded, strides=(8, 8))
    if window == 3:
        return np.maximum(
            np.minimum(rows[:, 0], rows[:, 1]), np.minimum(np.maximum(rows[:, 0], rows[:, 1]), rows[:, 2])
        )
    result: Array = np.partition(rows, half, axis=1)[:, half]
    return result


def running_mean(y: Array, window: int) -> Array:
    """Mean over an odd window around each point, shape (n,). Straight stretches are left as they are."""
    window = min(window, len(y) - (1 - (len(y) & 1)))
    if window < 3:
        return y
    centre = y[0]
    total = np.cumsum(pad(y - centre, window >> 1, float(y[-1] - centre)))
    result = total[window - 1 :].copy()
    result[1:] -= total[:-window]
    result /= window
    result += centre
    return result


def white_noise(y: Array) -> float:
    """Noise of single points from second differences, which a smooth curve does not disturb. Needs 3 points."""
    second = y[2:] - 2.0 * y[1:-1] + y[:-2]
    return spread(second) / 2.449489742783178


def quantum(y: Array) -> float:
    """Smallest step between different values: the last printed digit, if the log was rounded; 0 if constant."""
    steps = np.diff(np.sort(y))
    steps = steps[steps > 0]
    return float(steps.min()) if len(steps) else 0.0


def lag_one(residual: Array) -> float:
    """Autocorrelation of neighbours in 0..0.95, shrunk to 0 for short arrays."""
    n = len(residual)
    power = float(residual @ residual)
    if n < 8 or power <= 0.0:
        return 0.0
    rho = float(residual[1:] @ residual[:-1]) / power
    return min(max(rho * n / (n + 10.0), 0.0), 0.95)


def slope(t: Array, y: Array) -> tuple[float, float]:
    """Least-squares slope of `y` over `t`, and the sum of squares of `t`, for its standard error."""
    dt = t - t.sum() / len(t)
    square = float(dt @ dt)
    if square <= 0.0:
        return 0.0, 0.0
    return float(dt @ y) / square, square


def blocks(y: Array, count: int) -> tuple[Array, int]:
    """Medians of at most `count` equal runs of points (all points if there are fewer), and the points in each.

    The size is odd, because the upper of two middles would lie above the level. A remainder is dropped evenly.
    """
    size = -(-len(y) // count) | 1
    if size == 1:
        return y, 1
    return np.partition(even(y, size), size >> 1, axis=1)[:, size >> 1], size


def even(y: Array, size: int) -> Array:
    """`y` as rows of `size` points; the remainder is dropped evenly along the way, ends kept."""
    n = len(y)
    rows = n // size
    if rows * size != n:
        y = y[np.linspace(0, n - 1, rows * size).round().astype(np.intp)]
    return y.reshape(rows, size)
