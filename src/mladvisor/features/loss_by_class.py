"""Losses that are taken class by class, of targets of which exactly one is 1: K classes leave their mark on the log.

An untrained model names the right one of K classes once in K rows. A squared error of one-hot targets then stands at
(K - 1) / K^2, and a binary cross-entropy comes to rest at the entropy of 1 in K. Where loss and accuracy say the same K
the classes are exclusive, and cross-entropy over all of them is what they are learnt by.
"""

from __future__ import annotations

from math import log

import numpy as np

from mladvisor.features.catalogue import Measures, feature
from mladvisor.features.measured import Measured, not_applicable, unknown
from mladvisor.features.metric_series import Series, series
from mladvisor.features.robust import Array
from mladvisor.features.signal import Signal, signal

_FEWEST, _MOST = 3, 60
_LEAST = 3
"""Evaluations at which loss and accuracy must agree on a binary cross-entropy: one may pass there."""
_NEAR = (0.65, 1.6)
"""Accuracy beside 1 / K: classes are of unequal size, and few rows are counted."""
_SQUARED = (0.75, 1.6)
"""Squared error beside that of always answering 1 / K: the first epoch's mean begins above it."""
_LEARNT = 0.1
"""By which accuracy must rise above 1 / K: of an autoencoder and of a regression it means nothing and stays."""
_ENTROPY = 0.02


@feature(
    "loss.classes_by_accuracy",
    unit="classes",
    doc="Number of exclusive classes on which accuracy and a loss taken class by class (squared error of one-hot"
    " targets, binary cross-entropy) agree where nothing has been learnt yet",
    how="log loss and accuracy of the same data at every epoch, and write `loss:` into the configuration file",
    source="+model",
)
def classes_by_accuracy(m: Measures) -> Measured | None:
    loss = m.one("config.loss")
    if not loss.known:
        return unknown(loss.note) if loss.note else None
    if loss.value not in ("mse", "binary-cross-entropy"):
        return not_applicable("the loss is taken over all classes, or of a number")
    found = False
    for split in ("train", "val"):
        losses, metric = m.once(signal, split), series(m, split)
        if losses is None or metric is None or metric.name != "accuracy":
            continue
        pair = _paired(losses, metric)
        if pair is None:
            continue
        found = True
        classes = _squared(*pair) if loss.value == "mse" else _binary(*pair)
        if classes is not None:
            return Measured(classes, where=losses.where())
    return not_applicable("loss and accuracy agree on no number of classes") if found else None


def _paired(losses: Signal, metric: Series) -> tuple[Array, Array] | None:
    """Loss and accuracy at the same points, at least three; None for others."""
    _, first, second = np.intersect1d(losses.x, metric.x, return_indices=True)
    if len(first) < _LEAST or losses.curve.x_unit != metric.curve.x_unit:
        return None
    return losses.y[first], metric.y[second]


def _squared(loss: Array, accuracy: Array) -> float | None:
    start = float(accuracy[0])
    if not 1 / _MOST < start < 1 / _FEWEST + 0.05 or float(accuracy.max()) < start + _LEARNT:
        return None
    expected = start * (1 - start)
    return float(round(1 / start)) if _within(float(loss[0]) / expected, _SQUARED) else None


def _binary(loss: Array, accuracy: Array) -> float | None:
    """The K of at least three evaluations: each loss says a share of ones, and accuracy is that share."""
    shares = np.array([_share_of(float(each)) for each in loss])
    at = np.flatnonzero(shares > 0)
    classes = np.round(1 / shares[at])
    exact = np.array([abs(float(loss[n]) / _entropy(1 / k) - 1) < _ENTROPY for n, k in zip(at, classes, strict=True)])
    near = np.array([_within(float(accuracy[n]) * k, _NEAR) for n, k in zip(at, classes, strict=True)])
    agreed = classes[exact & near & (classes >= _FEWEST) & (classes <= _MOST)] if len(at) else classes
    if len(agreed) < _LEAST:
        return None
    values, counts = np.unique(agreed, return_counts=True)
    return float(values[int(np.argmax(counts))]) if counts.max() >= _LEAST else None


def _entropy(share: float) -> float:
    return -share * log(share) - (1 - share) * log(1 - share)


def _share_of(loss: float) -> float:
    """The share below a half whose entropy is this loss; 0 where there is none."""
    low, high = 1e-4, 0.5
    if not _entropy(low) < loss < _entropy(high):
        return 0.0
    for _ in range(40):
        middle = (low + high) / 2
        low, high = (middle, high) if _entropy(middle) < loss else (low, middle)
    return low


def _within(value: float, bounds: tuple[float, float]) -> bool:
    return bounds[0] <= value <= bounds[1]
