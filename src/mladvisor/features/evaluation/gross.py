"""Labels of a regression that are gross errors: far off a prediction about which the others lie as a bell curve."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from mladvisor.features.evaluation.intervals import Array

LEAST = 200
BELL = 2.7
"""The 90th percentile of absolute residuals over their median: 2.44 for a bell curve, 2.77 for Student's t of 5
degrees, 3.1 of 3. Above it tails are heavy by nature, and far labels belong to them."""
FAR = 7.0
"""Standard deviations, as the median tells them; one of 10^11 rows of a bell curve lies there, and with tails as heavy
as `BELL` allows three of 10,000."""
LEAST_FAR = 5
PARTS = 3
RIDGE = 1e-3


class Gross(NamedTuple):
    """Labels far off.

    Attributes:
        share: of the rows; 0 where they are too few to be told from a tail.
        low: lower end of its 95 % interval. rows: their numbers, farthest first, shape (k,). limit: how far is far.
    """

    share: float
    low: float
    rows: Array
    limit: float


def gross(residuals: Array) -> Gross | None:
    """Residuals far outside the others, shape (n,); None with few rows, or where the others have heavy tails anyway."""
    from mladvisor.features.evaluation.intervals import wilson

    if len(residuals) < LEAST:
        return None
    far = np.abs(residuals - np.median(residuals))
    middle, wide = (float(value) for value in np.quantile(far, [0.5, 0.9]))
    if middle <= 0.0 or wide / middle > BELL:
        return None
    limit = FAR * middle / 0.6745
    found = np.flatnonzero(far > limit)
    if len(found) < LEAST_FAR:
        return Gross(0.0, 0.0, found[:0], limit)
    found = found[np.argsort(-far[found], kind="stable")]
    return Gross(len(found) / len(far), wilson(len(found), len(far))[0], found, limit)


def crossed(x: Array, y: Array) -> Array | None:
    """Residuals of a linear model that has not seen the row, shape (n,); None where no column varies.

    Args:
        x: columns, NaN where blank, shape (n, k). y: the label, shape (n,).
    """
    fine = np.isfinite(x)
    mean = np.where(fine, x, 0.0).sum(axis=0) / np.maximum(fine.sum(axis=0), 1)
    filled = np.where(fine, x, mean) - mean
    spread = filled.std(axis=0)
    filled = filled[:, spread > 0.0] / spread[spread > 0.0]
    if not filled.shape[1]:
        return None
    columns = np.column_stack([np.clip(filled, -4.0, 4.0), np.ones(len(y))])
    low, high = np.quantile(y, [0.01, 0.99])
    held = np.clip(y, low, high)  # what is far off does not draw the line
    part = np.random.default_rng(0).integers(0, PARTS, len(y))
    left = np.zeros(len(y))
    for each in range(PARTS):
        inside = columns[part != each]
        square = inside.T @ inside + RIDGE * len(inside) * np.eye(columns.shape[1])
        left[part == each] = y[part == each] - columns[part == each] @ np.linalg.solve(
            square, inside.T @ held[part != each]
        )
    return left
