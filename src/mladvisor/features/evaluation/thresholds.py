"""The decision threshold in use against the best one, with a gain that is not the luck of having looked.

A threshold chosen and judged on the same rows looks better than it is. The best threshold that is *reported* is that
of all rows; its *gain* is measured by choosing on one half of the rows and judging on the other, both ways round.
"""

from __future__ import annotations

from math import sqrt
from typing import Literal, NamedTuple

import numpy as np

from mladvisor.features.evaluation.intervals import Array

Goal = Literal["f1", "balanced", "cost"]


class Costs(NamedTuple):
    """What a false alarm and a miss cost; only their ratio matters."""

    false_positive: float = 1.0
    false_negative: float = 1.0


EVEN = Costs()


class Cut(NamedTuple):
    """A threshold and what it gives: rows with a score of at least `threshold` are called positive."""

    threshold: float
    precision: float
    recall: float
    f1: float
    balanced: float


class Choice(NamedTuple):
    """The threshold in use and the best for one goal; `gain` (with error) is cross-fitted, positive = the best wins."""

    used: Cut
    best: Cut
    gain: float
    gain_error: float


class _Curve(NamedTuple):
    """Counts over the thresholds, from "none is positive" to "all are"; thresholds fall, +inf first."""

    thresholds: Array
    hits: Array
    alarms: Array
    positives: int
    negatives: int


def _curve(score: Array, positive: Array) -> _Curve:
    order = np.argsort(-score, kind="stable")
    ordered, hit = score[order], positive[order]
    last = np.append(ordered[1:] != ordered[:-1], True)
    hits, alarms = np.cumsum(hit)[last], np.cumsum(~hit)[last]
    zero = np.zeros(1)
    return _Curve(
        np.concatenate([np.full(1, np.inf), ordered[last]]),
        np.concatenate([zero, hits]),
        np.concatenate([zero, alarms]),
        int(positive.sum()),
        int((~positive).sum()),
    )


def _worth(curve: _Curve, goal: Goal, costs: Costs) -> Array:
    """The goal at each threshold, higher is better."""
    worth: Array
    if goal == "f1":
        worth = 2 * curve.hits / np.maximum(curve.hits + curve.alarms + curve.positives, 1)
    elif goal == "balanced":
        worth = 0.5 * (curve.hits / max(curve.positives, 1) + 1 - curve.alarms / max(curve.negatives, 1))
    else:
        worth = -(costs.false_positive * curve.alarms + costs.false_negative * (curve.positives - curve.hits))
    return worth


def _best(score: Array, positive: Array, goal: Goal, costs: Costs) -> float:
    curve = _curve(score, positive)
    at = int(np.argmax(_worth(curve, goal, costs)))
    high = float(curve.thresholds[at])
    low = float(curve.thresholds[at + 1]) if at + 1 < len(curve.thresholds) else None
    if high == np.inf:
        # Nothing should be called positive: any threshold above the highest score.
        return float(np.nextafter(float(score.max()), np.inf))
    return high if low is None else _roundest(low, high)


def _roundest(low: float, high: float) -> float:
    """The number with the fewest digits in (low, high], so that a person can write it down."""
    middle = 0.5 * (low + high)
    for digits in range(1, 12):
        rounded = round(middle, digits)
        if low < rounded <= high:
            return rounded
    return high


def cut(score: Array, positive: Array, threshold: float) -> Cut:
    """What a threshold gives on these rows; a precision of no positive call is 0."""
    called = score >= threshold
    hits, positives, negatives = float((called & positive).sum()), float(positive.sum()), float((~positive).sum())
    calls = float(called.sum())
    found = hits / max(positives, 1.0)
    return Cut(
        threshold,
        hits / calls if calls else 0.0,
        found,
        2 * hits / max(calls + positives, 1.0),
        0.5 * (found + 1 - (calls - hits) / max(negatives, 1.0)),
    )


def choose(score: Array, positive: Array, used: float, goal: Goal, costs: Costs = EVEN) -> Choice | None:
    """The threshold in use and the best one for a goal.

    Args:
        score: shape (n,), finite, higher = more positive. positive: shape (n,), bool.
        used: a row is called positive when its score is at least this.

    Returns:
        None with fewer than four rows of a class: nothing can be chosen on two.
    """
    if min(int(positive.sum()), int((~positive).sum())) < 4:
        return None
    half = _halves(score, positive)
    called_best = np.empty(len(score), bool)
    for one in (False, True):
        chosen = _best(score[half == one], positive[half == one], goal, costs)
        called_best[half != one] = score[half != one] >= chosen
    gain, error = _gain(positive, score >= used, called_best, goal, costs)
    best = _best(score, positive, goal, costs)
    return Choice(cut(score, positive, used), cut(score, positive, best), gain, error)


def _halves(score: Array, positive: Array) -> Array:
    """Every second row of each class in a seeded order, shape (n,) bool: halves alike in size and mix."""
    half = np.zeros(len(score), bool)
    rng = np.random.default_rng(0)
    for member in (positive, ~positive):
        rows = rng.permutation(np.flatnonzero(member))
        half[rows[::2]] = True
    return half


def _gain(positive: Array, used: Array, best: Array, goal: Goal, costs: Costs) -> tuple[float, float]:
    """How much better the second decisions are than the first on the same rows, and the error of the difference."""
    values, influences = zip(*(_value(positive, called, goal, costs) for called in (used, best)), strict=True)
    difference = influences[1] - influences[0]
    # At least the weight of one row: an error of 0 would claim to know.
    floor = float(np.abs(influences[0]).max(initial=0.0)) or 1 / len(positive)
    return values[1] - values[0], max(sqrt(float(difference @ difference)), floor)


def _value(positive: Array, called: Array, goal: Goal, costs: Costs) -> tuple[float, Array]:
    """A goal and the influence of each row on it, shape (n,)."""
    hit = (positive & called).astype(float)
    if goal == "f1":
        marks = positive.astype(float) + called
        whole = max(float(marks.sum()), 1.0)
        value = 2 * float(hit.sum()) / whole
        return value, (2 * hit - value * marks) / whole
    if goal == "balanced":
        right = np.where(positive, called, ~called).astype(float)
        value, influence = 0.0, np.zeros(len(positive))
        for member in (positive, ~positive):
            share = float(right[member].mean())
            value += 0.5 * share
            influence[member] = 0.5 * (right[member] - share) / float(member.sum())
        return value, influence
    cost = costs.false_positive * (called & ~positive) + costs.false_negative * (positive & ~called)
    n = float(len(positive))
    return -float(cost.mean()), -(cost - cost.mean()) / n
