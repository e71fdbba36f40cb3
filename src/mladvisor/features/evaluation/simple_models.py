"""The lower rungs of the ladder in numpy: constant, single best column, linear; small enough for every diagnosis.

Trees and boosted trees are in `ladder`, which imports scikit-learn.
"""

from __future__ import annotations

import numpy as np

from mladvisor.features.evaluation.intervals import Array

_NEWTON_STEPS = 12
_PENALTY = 1.0


def standardised(train: Array, other: Array) -> tuple[Array, Array]:
    """Both with the training columns' mean 0 and deviation 1, NaN at the mean, and clipped at 8 deviations."""
    with np.errstate(all="ignore"):
        present = np.isfinite(train)
        rows = np.maximum(present.sum(axis=0), 1)
        mean = np.where(present, train, 0.0).sum(axis=0) / rows
        deviation = np.sqrt((np.where(present, train - mean, 0.0) ** 2).sum(axis=0) / rows)
        deviation[~(deviation > 0)] = 1.0

        def scaled(x: Array) -> Array:
            return np.clip(np.where(np.isfinite(x), (x - mean) / deviation, 0.0), -8.0, 8.0)

        return scaled(train), scaled(other)


def ridge(x: Array, y: Array, other: Array, penalty: float = _PENALTY) -> Array:
    """Least squares with a small penalty; predictions for `other`, shape (m, k). y: shape (n, k)."""
    mean = y.mean(axis=0)
    gram = x.T @ x + penalty * np.eye(x.shape[1])
    predicted: Array = other @ np.linalg.solve(gram, x.T @ (y - mean)) + mean
    return predicted


def logistic(x: Array, positive: Array, other: Array, penalty: float = _PENALTY) -> Array:
    """Logistic regression by Newton's method with a small penalty; probabilities for `other`, shape (m,)."""
    a = np.column_stack([np.ones(len(x)), x])
    penal = np.full(a.shape[1], penalty)
    penal[0] = 1e-6
    share = min(max(float(positive.mean()), 1e-6), 1 - 1e-6)
    w = np.zeros(a.shape[1])
    w[0] = np.log(share / (1 - share))
    for _ in range(_NEWTON_STEPS):
        p = 1 / (1 + np.exp(-np.clip(a @ w, -30, 30)))
        slope = a.T @ (positive - p) - penal * w
        curvature = (a * np.maximum(p * (1 - p), 1e-9)[:, None]).T @ a + np.diag(penal)
        step = np.linalg.solve(curvature, slope)
        # A step of more than 5 in the linear predictor would overshoot on separable data.
        step *= min(1.0, 5.0 / max(float(np.abs(a @ step).max()), 1e-12))
        w += step
        if float(np.abs(step).max()) < 1e-5:
            break
    p = 1 / (1 + np.exp(-np.clip(np.column_stack([np.ones(len(other)), other]) @ w, -30, 30)))
    return np.asarray(p)


def class_scores(x: Array, codes: Array, classes: int, other: Array) -> Array:
    """A linear model of classes: logistic for two, one against the rest for more; shape (m, classes), rows add to 1."""
    if classes == 2:
        p = logistic(x, (codes == 1).astype(float), other)
        return np.column_stack([1 - p, p])
    scores = np.column_stack([logistic(x, (codes == k).astype(float), other) for k in range(classes)])
    return np.asarray(scores / np.maximum(scores.sum(axis=1, keepdims=True), 1e-12))


def by_bin(codes: Array, targets: Array, other: Array, groups: int) -> Array:
    """Mean target of the training rows in the same bin, drawn towards the overall mean; shape (m, k).

    Args:
        codes, other: bins of the training and of the other rows, 0 .. groups - 1. targets: shape (n, k).
    """
    rows = np.bincount(codes, minlength=groups).astype(float)
    mean = targets.mean(axis=0)
    sums = np.column_stack([np.bincount(codes, weights=column, minlength=groups) for column in targets.T])
    return np.asarray(((sums + 2.0 * mean) / (rows + 2.0)[:, None])[other])
