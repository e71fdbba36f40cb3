"""Whether a metric goes on while the loss is no number: then the outputs are finite, and the loss alone is not."""

from __future__ import annotations

import numpy as np

from mladvisor.features.catalogue import Measures, feature
from mladvisor.features.measured import Measured, not_applicable, unknown
from mladvisor.features.metric_series import series
from mladvisor.features.signal import signal

_LEAST = 3
"""Points of the metric beside a loss that is no number: fewer may be left over from before."""
_DIGITS = 9
"""Digits that count: the mean of the same errors differs in the last one."""
_PERFECT = 0.999
"""A score that no constant answer has, whatever the share of its class."""


@feature(
    "loss_metric.metric_lives_without_loss",
    type="flag",
    doc="Beside a training loss that is NaN or infinite the metric goes on moving, or is perfect",
    how="log a metric of training or validation data beside the loss at every epoch",
    source="fig2.c",
)
def metric_lives_without_loss(m: Measures) -> Measured | None:
    """Of weights that are NaN all outputs are: the predicted class is always the same, and errors are NaN."""
    loss = m.once(signal, "train")
    if loss is None:
        return None
    if not len(loss.bad):
        return not_applicable("every value of the loss is finite")
    start = loss.curve.x[loss.bad[0]]
    finite = np.delete(loss.curve.x, loss.bad)
    # Of training a single batch may be measured, whose rows move a metric of weights that are NaN.
    found = [one for split in ("val", "train") if (one := series(m, split)) is not None]
    for metric in found:
        if metric.metric is not None and metric.metric.like_loss:
            continue
        y = metric.y[(metric.x >= start) & ~np.isin(metric.x, finite)]
        if len(y) >= _LEAST:
            moves = len(np.unique(np.round(y / max(float(np.abs(y).max()), 1e-300), _DIGITS))) >= _LEAST
            perfect = metric.metric is not None and metric.metric.bounded and metric.sign > 0
            return Measured(moves or bool(perfect and y.min() >= _PERFECT), where=metric.where)
    return unknown("the metric has too few points beside it", "too-few-points")
