"""The threshold that decisions were made with, told by the metrics that the log gives for them.

A table of scores alone does not say from which score on a row was called positive. The log often does: of all
thresholds only one makes just the accuracy, recall and precision that it holds for the same rows.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from mladvisor.features.evaluation.intervals import Array

NAMES = ("accuracy", "precision", "recall", "f1")
SAME = 0.01
"""Logged values are rounded, and may be means over batches: as near they are the same."""
_NEAR = 0.005
_GRID = np.round(np.arange(0.01, 1.0, 0.01), 2)


def logged_cutoff(score: Array, positive: Array, logged: Mapping[str, Array]) -> float | None:
    """The threshold whose decisions have the logged metrics; None where none does, or little is logged.

    One half needs no more than the logged accuracy: everybody's first guess is believed sooner than any other.

    Args:
        score: shape (rows,), the probability of the positive class. positive: shape (rows,) bool, which rows are.
        logged: name (of `NAMES`) -> its values, one for each evaluation; the scores are those of one of these.
    """
    names = [name for name in NAMES if name in logged]
    if not names or not 0 < positive.sum() < len(positive):
        return None
    alone = {name: np.asarray(logged[name])[None, :] for name in names}
    if any(_distance(score, positive, 0.5, [name], alone[name]) <= _NEAR for name in names if name == "accuracy"):
        return 0.5
    if len({len(logged[name]) for name in names}) > 1:
        return None
    told = np.concatenate([alone[name] for name in names])  # (names, evaluations)
    if _distance(score, positive, 0.5, names, told) <= SAME:
        return 0.5
    if len(names) < 2:
        return None
    far = [_distance(score, positive, float(cut), names, told) for cut in _GRID]
    best = min(far)
    if best > _NEAR:
        return None
    fit = _GRID[np.asarray(far) <= best + 1e-9]
    return float(fit[len(fit) // 2])


def _distance(score: Array, positive: Array, cut: float, names: list[str], told: Array) -> float:
    """The largest difference to the metrics of the evaluation that is nearest."""
    called = score >= cut
    hits = float((called & positive).sum())
    precision = hits / called.sum() if called.any() else 0.0
    recall = hits / positive.sum()
    made = {
        "accuracy": float((called == positive).mean()),
        "precision": precision,
        "recall": recall,
        "f1": 2 * precision * recall / (precision + recall) if hits else 0.0,
    }
    apart = np.abs(told - np.array([[made[name]] for name in names])).max(axis=0)
    return float(np.min(apart[np.isfinite(apart)], initial=np.inf))
