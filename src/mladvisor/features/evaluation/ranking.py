"""How well scores rank rows: area under the ROC curve and average precision, with standard errors."""

from __future__ import annotations

from math import sqrt

import numpy as np

from mladvisor.features.evaluation.intervals import Array, midranks


def auc(score: Array, positive: Array) -> tuple[float, float] | None:
    """The chance that a positive row ranks above a negative one, and its standard error.

    DeLong's estimate (Sun and Xu 2014, in n log n); the variance gets a floor from the smaller class, since a perfect
    ranking of five rows proves little. None where a class is missing.

    Args:
        score: shape (n,), finite. positive: shape (n,), bool.
    """
    m, n = int(positive.sum()), int((~positive).sum())
    if not m or not n:
        return None
    ranks = midranks(score)
    above = (ranks[positive] - midranks(score[positive])) / n
    below = 1 - (ranks[~positive] - midranks(score[~positive])) / m
    area = float(above.mean())
    variance = float(above.var(ddof=1)) / m if m > 1 else 0.25
    variance += float(below.var(ddof=1)) / n if n > 1 else 0.25
    least = min(m, n)
    smoothed = (area * least + 0.5) / (least + 1)
    floor = smoothed * (1 - smoothed) / (4 * least)
    return area, sqrt(max(variance, floor))


def average_precision(score: Array, positive: Array) -> tuple[float, float] | None:
    """Mean precision over the positives, ties taken together, and its standard error (Boyd, Eng and Page 2013).

    None without positives.
    """
    m = int(positive.sum())
    if not m:
        return None
    order = np.argsort(-score, kind="stable")
    hits = positive[order]
    last = np.append(score[order][1:] != score[order][:-1], True)
    found = np.cumsum(hits)[last]
    called = np.flatnonzero(last) + 1.0
    gained = np.diff(found, prepend=0)
    value = float((gained * found / called).sum() / m)
    smoothed = (value * m + 0.5) / (m + 1)
    return value, sqrt(smoothed * (1 - smoothed) / m)
