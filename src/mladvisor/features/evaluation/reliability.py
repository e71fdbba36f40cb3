"""Calibration: whether a score of 0.8 is right in eight of ten rows."""

from __future__ import annotations

from math import sqrt
from typing import NamedTuple

import numpy as np

from mladvisor.features.evaluation.intervals import Array

_ROWS_A_BIN, _BINS = 40, 20
_STEPS = 40


class Calibration(NamedTuple):
    """How far confidence and outcome part.

    Attributes:
        error: expected distance of confidence and outcome, corrected for the part that chance alone gives (points).
        error_low: lower end of its 95 % interval.
        plain: the same without the correction, as other tools print it.
        excess: mean confidence minus mean outcome (positive: too sure), with its standard error `excess_error`.
        bins: shape (b, 3): mean confidence, mean outcome, rows.
    """

    error: float
    error_low: float
    plain: float
    excess: float
    excess_error: float
    bins: Array


def calibration(confidence: Array, outcome: Array) -> Calibration | None:
    """Distance of confidence and outcome over bins of equal size.

    The square of the distance is corrected bin by bin for the noise of the outcome (Kumar, Liang and Ma 2019): the
    plain error of a perfect model on 500 rows is several points.

    Args:
        confidence: shape (n,), in 0..1. outcome: shape (n,), bool: whether it happened (or the prediction was right).

    Returns:
        None under 80 rows.
    """
    n = len(confidence)
    bins = min(_BINS, n // _ROWS_A_BIN)
    if bins < 2:
        return None
    order = np.argsort(confidence, kind="stable")
    edges = np.linspace(0, n, bins + 1).astype(int)
    rows = np.diff(edges).astype(float)
    said = np.add.reduceat(confidence[order], edges[:-1]) / rows
    came = np.add.reduceat(outcome[order].astype(float), edges[:-1]) / rows
    noise = np.maximum(said * (1 - said), came * (1 - came)) / (rows - 1)
    share = rows / n
    squares = (said - came) ** 2 - noise
    square = float(share @ squares)
    spread = sqrt(float((share**2) @ (4 * np.maximum(squares, 0) * noise + 2 * noise**2)))
    gap = confidence - outcome
    return Calibration(
        sqrt(max(square, 0.0)),
        sqrt(max(square - 1.645 * spread, 0.0)),
        float(share @ np.abs(said - came)),
        float(gap.mean()),
        float(gap.std()) / sqrt(n),
        np.column_stack([said, came, rows]),
    )


def temperature(scores: Array, true: Array) -> tuple[float, float] | None:
    """The factor by which log scores must be divided to fit the outcome best, and its error in logarithms.

    Above 1 the scores are too sure, below 1 not sure enough (Guo et al. 2017). None when the fit does not settle.

    Args:
        scores: shape (n, classes), rows add to 1. true: codes, shape (n,).
    """
    logs = np.log(np.clip(scores, 1e-12, None))
    rows = np.arange(len(true))

    def slopes(a: float) -> tuple[float, float]:
        scaled = a * logs
        scaled -= scaled.max(axis=1, keepdims=True)
        weight = np.exp(scaled)
        weight /= weight.sum(axis=1, keepdims=True)
        mean = (weight * logs).sum(axis=1)
        first = float((logs[rows, true] - mean).sum())
        second = float(((weight * logs**2).sum(axis=1) - mean**2).sum())
        return first, second

    # The likelihood is concave in a = 1 / temperature: bisection on its slope cannot leave the rails.
    low, high = 0.02, 50.0
    if slopes(low)[0] <= 0 or slopes(high)[0] >= 0:
        return None
    for _ in range(_STEPS):
        middle = sqrt(low * high)
        if slopes(middle)[0] > 0:
            low = middle
        else:
            high = middle
    a = sqrt(low * high)
    information = slopes(a)[1]
    return (1 / a, 1 / (a * sqrt(information))) if information > 0 else None
