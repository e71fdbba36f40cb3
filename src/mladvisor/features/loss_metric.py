"""Whether loss and metric tell the same story (fig4): rank correlation, a metric that does not follow, and a loss that
cannot be the cross-entropy of these decisions."""

from __future__ import annotations

from math import exp, log, sqrt

import numpy as np

from mladvisor.features.catalogue import Measures, feature
from mladvisor.features.measured import Measured, not_applicable, unknown
from mladvisor.features.metric_series import Series, ranks, series
from mladvisor.features.robust import Array, blocks
from mladvisor.features.signal import Signal, signal
from mladvisor.runs.model import Curve

_LEAST, _MOST, _EFFECTIVE = 6, 256, 30.0
CROSS_ENTROPIES = ("cross-entropy", "binary-cross-entropy", "nll")
_OF_SEQUENCES = frozenset(("cer", "wer", "edit_distance"))
LEAST_WRONG = 0.02
"""Share of wrong decisions below which a handful of rows would decide."""
_LOG = "log the loss and a metric on the same validation data at every epoch"


def aligned(loss: Signal, metric: Series) -> tuple[Array, Array] | None:
    """Loss and metric at the same x, at most 256 block medians each; None when they share too few."""
    x, y = loss.x, loss.y
    if len(x) == len(metric.x) and bool((x == metric.x).all()):
        first, second = y, metric.y
    elif loss.curve.x_unit == metric.curve.x_unit:
        low, high = max(x[0], metric.x[0]), min(x[-1], metric.x[-1])
        inside = (metric.x >= low) & (metric.x <= high)
        first, second = np.interp(metric.x[inside], x, y), metric.y[inside]
    else:
        return None
    if len(first) < _LEAST:
        return None
    return blocks(first, _MOST)[0], blocks(second, _MOST)[0]


@feature(
    "loss_metric.disagreement",
    doc="Rank correlation of validation (else training) loss and metric over the run: +1 they agree, -1 one gets better"
    " as the other gets worse",
    how=_LOG,
    source="fig4.a",
)
def disagreement(m: Measures) -> Measured | None:
    split = "val" if series(m, "val") is not None and m.once(signal, "val") is not None else "train"
    metric, loss = series(m, split), m.once(signal, split)
    if metric is None or loss is None or not len(loss):
        return None
    if metric.sign == 0:
        return unknown(f"it cannot be told whether higher values of {metric.name} are better")
    if metric.metric is not None and metric.metric.like_loss:
        return not_applicable(f"{metric.name} says what the loss says")
    pair = aligned(loss, metric)
    if pair is None:
        common = f"{_LEAST} common points of loss and {metric.name} are needed"
        return unknown(f"evaluate more often, or train longer: {common}", "too-few-points")
    first, second = ranks(pair[0]), ranks(pair[1])
    first, second = first - first.mean(), second - second.mean()
    power = sqrt(float(first @ first) * float(second @ second))
    if power <= 0:
        return unknown("the loss or the metric is constant")
    correlation = -metric.sign * float(first @ second) / power
    # Neighbours resemble each other, so a long curve holds fewer independent points than it has.
    effective = min(float(len(first)), _EFFECTIVE)
    return Measured(correlation, se=max(1 - correlation**2, 0.25) / sqrt(effective - 3), where=metric.where)


def _is_of_sequences(curve: Curve) -> bool:
    """Accuracy counts sequences without a mistake while the loss is that of their letters, or there are as many classes
    as a vocabulary has words.
    """
    return curve.role.name in _OF_SEQUENCES or (curve.role.name == "accuracy" and "token" in curve.name.lower())


_WEIGHED = 1.5
"""Weight of the positive class from which on a loss is no mean of what the rows cost."""
Pair = tuple[Signal, Series]
_SOFT = "mixed or softened targets (mixup, cutmix, distillation, a focal loss) cost something even where they are met"
_SMOOTHED = "write `num_classes:` into the configuration file: with label smoothing the least loss depends on it"


def _errors(m: Measures, split: str) -> Pair | Measured:
    """Loss and accuracy of one split of a classification whose loss may be a cross-entropy of labels; else why not."""
    if m.value("config.soft_targets"):
        return unknown(_SOFT)
    weight = m.value("config.positive_weight")
    if isinstance(weight, float) and not 1 / _WEIGHED < weight < _WEIGHED:
        return unknown(f"the loss counts a positive row {weight:g} times: it is not that of the decisions")
    if m.value("config.loss_summed") is True:
        return unknown("by the settings the loss is a sum over rows, and no mean of what a row costs")
    return _pair(m, split) or unknown(_LOG)


def _pair(m: Measures, split: str) -> Pair | None:
    losses, metric = m.once(signal, split), series(m, split)
    if losses is None or metric is None or metric.name != "accuracy" or len(losses) < 3 or len(metric.y) < 3:
        return None
    if any(_is_of_sequences(curve) for curve in m.run.curves):
        return None
    return None if m.value("config.loss") not in (None, *CROSS_ENTROPIES) else (losses, metric)


@feature(
    "loss_metric.{split}.cost_of_errors",
    splits=("train", "val"),
    unit="ratio",
    doc="End level of the {split} cross-entropy over the least that its errors can cost: a row put into the wrong class"
    " gives the right one a half at most, which costs ln 2. Below 1 the loss is not that of these decisions",
    how=_LOG,
    source="fig4.a",
)
def cost_of_errors(m: Measures, split: str) -> Measured | None:
    found = _errors(m, split)
    if isinstance(found, Measured):
        return found
    losses, metric = found
    wrong = 1.0 - metric.end
    if wrong < LEAST_WRONG:
        return not_applicable("hardly a row is put into the wrong class")
    cost = wrong * log(2.0)
    error = sqrt(losses.level_se(losses.end, losses.end_se) ** 2 + (log(2.0) * metric.noise) ** 2)
    return Measured(losses.level(losses.end) / cost, se=error / cost, where=losses.stretch(0.9, 1.0))


@feature(
    "loss_metric.{split}.per_error",
    splits=("train", "val"),
    unit="nats",
    doc="End level of the {split} cross-entropy for each row put into the wrong class. Libraries keep probabilities"
    " away from 0: Keras at 1e-7, which makes 15 to 16.2 for a model that is always sure; PyTorch's BCELoss makes 100",
    how=_LOG,
    source="metric.loss",
)
def per_error(m: Measures, split: str) -> Measured | None:
    found = _errors(m, split)
    if isinstance(found, Measured):
        return found
    losses, metric = found
    wrong = 1.0 - metric.end
    if wrong < LEAST_WRONG:
        return not_applicable("hardly a row is put into the wrong class")
    if smoothing(m) > 0:
        return unknown("with label smoothing rows that are put into the right class cost something, too")
    error = losses.level_se(losses.end, losses.end_se) / wrong
    return Measured(losses.level(losses.end) / wrong, se=error, where=losses.stretch(0.9, 1.0))


@feature(
    "loss_metric.gap_at_least",
    unit="points",
    doc="By how much validation accuracy lies below training accuracy at least, where only the training cross-entropy"
    " is logged: a row put into the wrong class costs ln 2 or more, so a mean of 0.07 leaves a tenth wrong at most",
    how="log the training accuracy at every epoch",
    source="fig3",
)
def gap_at_least(m: Measures) -> Measured | None:
    losses, metric = m.once(signal, "train"), series(m, "val")
    if series(m, "train") is not None:
        return not_applicable("the training metric itself is logged")
    if losses is None or metric is None or metric.name != "accuracy" or len(losses) < 3 or len(metric.y) < 3:
        return None
    if m.value("config.loss") not in CROSS_ENTROPIES or any(_is_of_sequences(curve) for curve in m.run.curves):
        return unknown("the training loss is not known to be a cross-entropy of the same decisions")
    weight = m.value("config.positive_weight")
    if m.value("config.loss_summed"):
        return unknown("by the settings the loss is a sum over rows, and no mean of what a row costs")
    if m.value("config.class_weight") or (isinstance(weight, float) and weight < 1 / _WEIGHED):
        return unknown("the loss counts some rows less than others")
    # A sum over batches that is divided by the number of rows is too small from the first epoch on.
    if losses.y[0] < log(2.0) * (1.0 - metric.y[0]):
        return unknown("the first training loss is too small for a mean over rows of what their classes cost")
    right = 1.0 - losses.level(losses.end) / log(2.0)
    error = sqrt((losses.level_se(losses.end, losses.end_se) / log(2.0)) ** 2 + metric.noise**2)
    return Measured(right - metric.end, se=error, where=losses.stretch(0.9, 1.0))


_OF_FEW_CLASSES = 2.6
"""A first loss above it, a little more than ln 10, may be that of many classes ..."""
_LUCK_OF_FEW_CLASSES = 0.3
"""... if the first accuracy is so low that it does not rule them out."""


_STILL = 3
"""Equal accuracies in the second half of a run that make it one that never moves."""
_TWO = 0.01
"""A constant answer costs more the more classes there are, so one that costs what two classes do has two."""
_UNLEARNT, _ALIKE = 0.6, 1.5
_TOO_DEAR = 16.2
"""Nats an error beyond what Keras' clipping lets one cost."""


@feature(
    "loss_metric.{split}.over_accuracy",
    splits=("train", "val"),
    unit="ratio",
    doc="End level of the {split} cross-entropy over what a calibrated model of this accuracy would have; well above 1"
    " the probabilities do not say what the decisions say",
    how=_LOG,
    source="fig4.a",
)
def over_accuracy(m: Measures, split: str) -> Measured | None:
    return _over_accuracy(m, split, at_start=False)


@feature(
    "loss_metric.{split}.start_over_accuracy",
    splits=("train", "val"),
    unit="ratio",
    doc="The same where the {split} loss starts: an untrained model that is sure of its guesses was started too large",
    how=_LOG,
    source="metric.loss",
)
def start_over_accuracy(m: Measures, split: str) -> Measured | None:
    return _over_accuracy(m, split, at_start=True)


def _over_accuracy(m: Measures, split: str, *, at_start: bool) -> Measured | None:
    found = _errors(m, split)
    if isinstance(found, Measured):
        return found
    losses, metric = found
    told = m.value("chance.classes")
    first = losses.level(losses.start)
    if not isinstance(told, float) and _OF_FEW_CLASSES < first < _TOO_DEAR and metric.start < _LUCK_OF_FEW_CLASSES:
        return unknown("write `num_classes:` into the configuration file: there may be many classes")
    # Unknown, the first loss tells the number of classes, within the range that is usual.
    classes = told if isinstance(told, float) else min(max(exp(min(first, 3.0)), 2.0), 10.0)
    if not isinstance(told, float) and smoothing(m) > 0:
        return unknown(_SMOOTHED)
    accuracy = metric.start if at_start else metric.end
    expected = calibrated(_smoothed(m, min(max(accuracy, 1.0 / classes), 1.0 - LEAST_WRONG), classes), classes)
    if _may_be_smoothed(m, accuracy, classes, losses.level(losses.end)):
        return unknown("write `label_smoothing:` into the configuration file: a loss at rest so low may be its floor")
    if m.once(_in_other_units):
        return not_applicable(f"the loss is many times what a mean over rows would be, at {metric.name}s of all levels")
    if at_start and first <= log(told if isinstance(told, float) else 2.0):
        # One that is sure of nothing loses as much, however often its one answer is right: classes of unequal size.
        # Of however many classes, that is no less than of two.
        expected = max(expected, first)
    z, error = (losses.start, losses.start_se) if at_start else (losses.end, losses.end_se)
    return Measured(
        min(losses.level(z) / expected, 1e6),
        se=min(losses.level_se(z, error) / expected, 1e6),
        where=losses.stretch(0.0, 0.05) if at_start else losses.stretch(0.9, 1.0),
    )


@feature(
    "loss_metric.{split}.over_share",
    splits=("train", "val"),
    unit="ratio",
    doc="End level of the {split} cross-entropy of two classes over that of the best constant answer, while accuracy"
    " never moves: 1 if all rows get the share of the classes, above if all get another number, below if rows differ",
    how=_LOG,
    source="base.constant",
)
def over_share(m: Measures, split: str) -> Measured | None:
    found = _errors(m, split)
    told = m.value("chance.classes")
    if isinstance(found, Measured):
        return found
    if told not in (2.0, None):
        return None
    losses, metric = found
    late = metric.y[len(metric.y) // 2 :]
    if len(late) < _STILL or float(np.ptp(late)) > 0.0:
        return not_applicable("the accuracy moves, so rows get different answers")
    share = metric.end
    if not LEAST_WRONG < share < 1.0 - LEAST_WRONG:
        return not_applicable("hardly a row is of the other class")
    entropy = calibrated(_smoothed(m, share, 2.0), 2.0)
    ratio, error = losses.level(losses.end) / entropy, losses.level_se(losses.end, losses.end_se) / entropy
    if told is None and abs(ratio - 1.0) > _TWO:
        return unknown("write `num_classes:` into the configuration file: there may be more than two classes")
    return Measured(ratio, se=error, where=losses.stretch(0.9, 1.0))


def _in_other_units(m: Measures) -> bool:
    """The training loss is a sum over rows, or weighted: many times as large as a mean could be, and by the same factor
    where a good part of the errors has been unlearnt. Outputs that are too large cost less and less as errors go.
    """
    found = _pair(m, "train")
    if found is None:
        return False
    losses, metric = found
    start, end = 1.0 - metric.start, 1.0 - metric.end
    if not LEAST_WRONG <= end <= _UNLEARNT * start:
        return False
    first, last = losses.level(losses.start) / start, losses.level(losses.end) / end
    return min(first, last) > _TOO_DEAR and max(first, last) < _ALIKE * min(first, last)


def smoothing(m: Measures) -> float:
    """The share of each label that is spread over all classes; 0 where nothing says so."""
    told = m.value("config.label_smoothing")
    return told if isinstance(told, float) else 0.0


_USUAL_SMOOTHING = 0.2
"""The most that people spread over the classes."""
_NEARLY_ALL = 0.95
_NEAR_FLOOR = 1.12  # of three classes softmax over softmax comes to rest above that


def _may_be_smoothed(m: Measures, accuracy: float, classes: float, level: float) -> bool:
    """Nothing tells of settings, nearly all rows of several classes are right, and the loss is no more than smoothed
    labels cost.
    """
    if m.run.config or m.run.script is not None or classes < 3 or accuracy < _NEARLY_ALL:
        return False
    kept = accuracy * (1.0 - _USUAL_SMOOTHING) + _USUAL_SMOOTHING / classes
    return level <= _NEAR_FLOOR * calibrated(kept, classes)


def _smoothed(m: Measures, accuracy: float, classes: float) -> float:
    """The share of the smoothed labels that the chosen classes hold: what a calibrated model then says of its choice.

    With every choice right it is 1 - s + s / K, and the loss of that model the entropy of a smoothed label.
    """
    spread = smoothing(m)
    return accuracy * (1.0 - spread) + spread / classes


def calibrated(accuracy: float, classes: float) -> float:
    """Cross-entropy of a model that gives its choice the probability `accuracy` and shares the rest equally."""
    wrong = 1.0 - accuracy
    return -accuracy * log(accuracy) - wrong * log(wrong / (classes - 1.0))
