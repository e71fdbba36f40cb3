"""What two measures of the same errors tell of their shape: whether they are all of one size.

The mean of absolute errors is at most the root of the mean square, and reaches it where all errors have one size.
Errors that scatter around nothing stay below: 0.80 of a normal distribution, 0.87 of an even one.
"""

from __future__ import annotations

from math import sqrt

from mladvisor.features.catalogue import Measures, feature
from mladvisor.features.measured import Measured
from mladvisor.features.metric_series import series
from mladvisor.features.signal import signal


@feature(
    "metric.errors_alike",
    unit="ratio",
    doc="Mean absolute error over the root of the mean squared error at the end: near 1 all answers are off by the same"
    " amount, as where their level is still far from that of the labels",
    how="log the mean absolute error beside a squared error as the loss",
    source="+scaling",
)
def errors_alike(m: Measures) -> Measured | None:
    if m.value("config.loss") != "mse":
        return None
    for split in ("val", "train"):
        losses, metric = m.once(signal, split), series(m, split)
        if losses is None or metric is None or metric.name != "mae" or losses.log or losses.end <= 0 or metric.end <= 0:
            continue
        ratio = metric.end / sqrt(losses.end)
        if ratio <= 1.02:  # more is none of the same errors: other units, or a penalty's share
            return Measured(min(ratio, 1.0), where=metric.where)
    return None
