"""In what way a column of numbers differs between two tables: moved as it is, stretched, or swapped with another one.

A distribution that moved within its quantity keeps its form and spread; another unit, a scaler that is missing, or
another column under the name has another spread.
"""

from __future__ import annotations

from math import nan
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mladvisor.tables.statistics import ks

LEAST_ROWS = 15
SPREADS_ALIKE = 1.6
"""Ratio of the spreads (90th less 10th percentile) of samples of one source: 1.3 is common with thirty rows."""
MOSTLY = 0.4
"""What is left of the distance once the shift is taken off; a change of form as well leaves more."""
NEAR = 0.2
"""Distance of two distributions that count as one and the same column's, beside what chance gives."""


class Form(NamedTuple):
    """How the second sample differs from the first.

    Attributes:
        shift: distance of the medians in standard deviations of the first (a bell curve's, from the 10th and the 90th
            percentile); nan where these are equal.
        ratio: spread of the second over that of the first; nan where one of them is 0.
        alone: the shift explains the difference: the same form and spread, elsewhere.
    """

    shift: float = nan
    ratio: float = nan
    alone: bool = False


def form_of(first: NDArray[np.float64], second: NDArray[np.float64]) -> Form:
    """How two samples without NaN differ in place, spread and form."""
    if min(len(first), len(second)) < LEAST_ROWS:
        return Form()
    low, middle, high = (float(value) for value in np.quantile(first, [0.1, 0.5, 0.9]))
    there_low, there, there_high = (float(value) for value in np.quantile(second, [0.1, 0.5, 0.9]))
    width, other = high - low, there_high - there_low
    if not (np.isfinite(width) and np.isfinite(other)) or width <= 0.0:
        return Form()
    shift = 2.56 * (there - middle) / width
    if other <= 0.0:
        return Form(shift)
    ratio = other / width
    if not 1.0 / SPREADS_ALIKE < ratio < SPREADS_ALIKE:
        return Form(shift, ratio)
    before, left = ks(first, second), ks(first + (there - middle), second)
    noise = 1.4 * (1.0 / len(first) + 1.0 / len(second)) ** 0.5
    return Form(shift, ratio, left.size < max(MOSTLY * before.size, min(noise, 0.7 * before.size)))


def exchanged(before: dict[str, NDArray[np.float64]], after: dict[str, NDArray[np.float64]]) -> tuple[str, str] | None:
    """Two columns of the second table that each look like the other one in the first and unlike themselves.

    Args:
        before, after: column -> its cells in the two tables; columns that differ surely.
    """
    names = [name for name in before if len(before[name]) and len(after[name])]
    place = {name: np.quantile(before[name], [0.25, 0.75]) for name in names}
    middle = {name: float(np.median(after[name])) for name in names}
    for index, one in enumerate(names):
        for other in names[index + 1 :]:
            pairs = ((one, other), (other, one))
            if not all(place[a][0] <= middle[b] <= place[a][1] for a, b in pairs):
                continue
            crossed = [ks(before[a], after[b]) for a, b in pairs]
            straight = [ks(before[a], after[a]) for a in (one, other)]
            if all(
                near.size < max(NEAR, 1.4 * (1.0 / len(before[a]) + 1.0 / len(after[b])) ** 0.5)
                and near.size < MOSTLY * min(straight[0].size, straight[1].size)
                for near, (a, b) in zip(crossed, pairs, strict=True)
            ):
                return one, other
    return None
