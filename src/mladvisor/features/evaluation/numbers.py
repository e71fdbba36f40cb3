"""Predicted numbers against true ones, with standard errors."""

from __future__ import annotations

from math import sqrt

from mladvisor.features.evaluation.intervals import Array


def explained(true: Array, predicted: Array) -> tuple[float, float] | None:
    """R2 and its standard error (delta method over rows); None when the true numbers are constant."""
    n = len(true)
    wrong, spread = (true - predicted) ** 2, (true - true.mean()) ** 2
    total = float(spread.sum())
    if total <= 0 or n < 3:
        return None
    lost = float(wrong.sum()) / total
    influence = (wrong - lost * spread) / total
    return 1 - lost, max(sqrt(float(influence @ influence)), 1 / n)


def root_mean_square(errors: Array) -> tuple[float, float]:
    """Root mean square and its standard error."""
    squares = errors**2
    value = sqrt(float(squares.mean()))
    return value, float(squares.std()) / (2 * value * sqrt(len(errors))) if value > 0 else 0.0
