"""Metrics beside the primary one that get worse while the loss falls, and accuracies that come to rest at one share.

The primary metric is what the run is judged by as far as names tell; which of its metrics its owner cares for is not
known. One that moves against the loss on the same data for the whole run says that the loss does not serve it.
"""

from __future__ import annotations

from math import sqrt

import numpy as np

from mladvisor.features.catalogue import Measures, feature
from mladvisor.features.loss_metric import aligned
from mladvisor.features.measured import Measured
from mladvisor.features.metric_series import Series, grouped, ranks, series
from mladvisor.features.signal import Signal, signal

_ONE_SIDED = ("precision", "recall", "specificity", "error", "accuracy")
"""Metrics that a moving balance of the classes worsens by itself, and decisions, which have rules of their own."""
_TURNED = -0.5
"""Below it two curves move against each other; on a plateau at the end both only tremble."""
_STILL, _SHARE = 4, 0.3
"""Evaluations without any change, and their share of the run, after which an accuracy is at rest."""
_HOW = "log the loss and every metric that counts on the same validation data at every epoch"


def _opposed(m: Measures) -> tuple[float, float, Series] | None:
    """(rank correlation, relative worsening, metric) of the metric that moves most against the loss of its split.

    Of several that do so throughout, the one that worsens most.
    """
    groups, metrics = m.once(grouped)
    found: list[tuple[float, float, Series]] = []
    for split in ("val", "train"):
        loss, judged = m.once(signal, split), series(m, split)
        if loss is None or not len(loss):
            continue
        for name, curves in groups.items():
            metric = metrics[name]
            if metric is None or split not in curves or name in _ONE_SIDED:
                continue
            if judged is not None and judged.curve is curves[split] and not metric.like_loss:
                continue
            one = _against(loss, Series(curves[split], metric))
            if one is not None:
                found.append(one)
    turned = [one for one in found if one[0] < _TURNED]
    if turned:
        return max(turned, key=lambda one: one[1])
    return min(found, key=lambda one: one[0]) if found else None


def _against(loss: Signal, metric: Series) -> tuple[float, float, Series] | None:
    if not metric.sign or len(metric.y) < 2:
        return None
    pair = aligned(loss, metric)
    if pair is None:
        return None
    first, second = ranks(pair[0]), ranks(pair[1])
    first, second = first - first.mean(), second - second.mean()
    power = sqrt(float(first @ first) * float(second @ second))
    if power <= 0:
        return None
    change, error = metric.change()
    scale = 1.0 if metric.metric is not None and metric.metric.bounded else abs(metric.start)
    if scale <= 0 or not np.isfinite(scale):
        return None
    worse = max(0.0, -change - 2.0 * error) / scale
    return -metric.sign * float(first @ second) / power, min(worse, 1e6), metric


@feature(
    "loss_metric.another.disagreement",
    doc="Rank correlation of validation (else training) loss and that metric beside the primary one which follows it"
    " least: -1 where it only gets worse while the loss falls",
    how=_HOW,
    source="fig4.a",
)
def another_disagreement(m: Measures) -> Measured | None:
    found = m.once(_opposed)
    return None if found is None else Measured(found[0], note=found[2].curve.name, where=found[2].where)


@feature(
    "loss_metric.another.worsening",
    unit="fraction",
    doc="How much worse that metric ends than it began, beyond its noise: points for metrics within 0 and 1, else as a"
    " share of its first level",
    how=_HOW,
    source="fig4.a",
)
def another_worsening(m: Measures) -> Measured | None:
    found = m.once(_opposed)
    return None if found is None else Measured(found[1], note=found[2].curve.name, where=found[2].where)


@feature(
    "loss_metric.another.name",
    type="choice",
    doc="The name of that metric in the log",
    how=_HOW,
    source="fig4.a",
)
def another_name(m: Measures) -> Measured | None:
    found = m.once(_opposed)
    return None if found is None else Measured(found[2].curve.name, where=found[2].where)


@feature(
    "metric.comes_to_rest",
    type="flag",
    doc="The accuracy takes exactly one value at all later evaluations, in training, too, where that is logged,"
    " although the loss goes on falling: the rows get one answer, of which the model gets surer",
    how="log the accuracy of training and validation data at every epoch",
    source="fig4.c",
)
def comes_to_rest(m: Measures) -> Measured | None:
    train, val = series(m, "train"), series(m, "val")
    found = [one for one in (train, val) if one is not None and one.name == "accuracy"]
    if not found:
        return None
    rests = [_rest(one) for one in found]
    least = min(rests)
    x = min(float(one.x[-rest]) if rest else float(one.x[-1]) for one, rest in zip(found, rests, strict=True))
    n = min(len(one.y) for one in found)
    still = least >= max(_STILL, _SHARE * n)
    return Measured(still and _falls_after(m, x, found[-1].curve.x_unit), where=found[-1].where)


def _rest(one: Series) -> int:
    """Evaluations at the end that have the same value exactly."""
    other = np.nonzero(one.y != one.y[-1])[0]
    return len(one.y) - (int(other[-1]) + 1 if len(other) else 0)


def _falls_after(m: Measures, x: float, unit: str) -> bool:
    """A loss ends below nine tenths of what it was at `x` (of that unit)."""
    for split in ("val", "train"):
        loss = m.once(signal, split)
        if loss is not None and len(loss) and loss.curve.x_unit == unit:
            late = loss.curve.y[loss.curve.x >= x]
            late = late[np.isfinite(late)]
            return len(late) >= _STILL and float(late[-1]) < 0.9 * float(late[0])
    return False
