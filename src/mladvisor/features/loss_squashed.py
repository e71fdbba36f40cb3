"""Whether a loss is the cross-entropy of answers that have been through softmax twice.

A model that is sure of everything gives the right class e / (e + K - 1) where it is right, and 1 / (e + K - 1) where
it is wrong: each row costs ln(e + K - 1), less 1 if it is right. That is the least such a loss can come down to, and
where the answers are so sure it follows from the accuracy to a hair.
"""

from __future__ import annotations

from math import e, log, sqrt

import numpy as np

from mladvisor.features.catalogue import Measures, feature
from mladvisor.features.chance import nearest
from mladvisor.features.loss_metric import CROSS_ENTROPIES, aligned, smoothing
from mladvisor.features.measured import Measured, not_applicable, unknown
from mladvisor.features.metric_series import series
from mladvisor.features.signal import signal

LEAST = 5
DIFFERENT = 3
"""Values of accuracy in the second half of the run: of one value alone a loss may be there by chance."""
_HOW = "log the loss and the accuracy of the same rows at every epoch, and write `num_classes:` into the settings"
_SOFT = "mixed or softened targets raise the floor by an amount that is not known"
_SOURCE = "+model PyTorch's CrossEntropyLoss applies softmax itself"


def _classes(m: Measures) -> float:
    """How many there are, or 0. Softmax over softmax starts next to ln K: all its answers are alike."""
    count, start = m.value("chance.classes"), m.value("loss.train.start")
    return count if isinstance(count, float) else float(nearest(start)) if isinstance(start, float) else 0.0


def cost_of_error(classes: float) -> float:
    """What a row costs that is surely wrong after two softmaxes; one that is surely right costs 1 less."""
    return log(e + classes - 1.0)


@feature(
    "loss.{split}.over_squashed_floor",
    unit="ratio",
    splits=("train", "val"),
    doc="End level of the {split} cross-entropy over the least that it can be when softmax is applied twice: a perfect"
    " answer then gets e / (e + K - 1) of K classes, and not 1",
    how="write `num_classes:` and `loss:` into the configuration file beside the log",
    source=_SOURCE,
)
def over_squashed_floor(m: Measures, split: str) -> Measured | None:
    count, level = _classes(m), m.one(f"loss.{split}.end")
    if count < 3 or not isinstance(level.value, float) or m.value("config.loss") not in (None, *CROSS_ENTROPIES):
        return None
    if m.value("config.soft_targets"):
        return unknown(_SOFT)
    spread = smoothing(m)
    floor = cost_of_error(count) - (1.0 - spread + spread / count)
    return Measured(
        level.value / floor, se=level.se / floor, note=f"{floor:.3f} for {count:g} classes", where=level.where
    )


@feature(
    "loss_metric.{split}.over_squashed_least",
    unit="ratio",
    splits=("train", "val"),
    doc="End level of the {split} cross-entropy over the least that it can be at the accuracy of the same rows, when"
    " softmax is applied twice: a wrong answer costs least where it is a tie, ln(2 sqrt(e) + K - 2) - 1/2 of K classes",
    how=_HOW,
    source=_SOURCE,
)
def over_squashed_least(m: Measures, split: str) -> Measured | None:
    """Below 1 there are not two: a loss that happens to rest at the floor of right answers has wrong ones, too."""
    metric, over = series(m, split), m.one(f"loss.{split}.over_squashed_floor")
    level = m.one(f"loss.{split}.end")
    if metric is None or metric.name != "accuracy" or not len(metric.y) or not isinstance(over.value, float):
        return None
    if not isinstance(level.value, float):
        return None
    count = _classes(m)
    floor, spread = level.value / over.value, smoothing(m)
    wrong = log(2.0 * sqrt(e) + count - 2.0) - 0.5 * (1.0 - spread) - spread / count
    least = floor + (1.0 - metric.end) * (wrong - floor)
    error = level.se / least + 2.0 * metric.noise * (wrong - floor) / least
    return Measured(level.value / least, se=error, note=f"{least:.3f} for {count:g} classes", where=level.where)


@feature(
    "loss_metric.{split}.off_squashed",
    unit="loss",
    splits=("train", "val"),
    doc="How far the {split} loss lies from what sure answers cost after two softmaxes at its accuracy,"
    " ln(e + K - 1) less the accuracy: the median over the second half of the evaluations",
    how=_HOW,
    source=_SOURCE,
)
def off_squashed(m: Measures, split: str) -> Measured:
    losses, metric, count = m.once(signal, split), series(m, split), m.value("chance.classes")
    if m.value("config.loss") not in (None, *CROSS_ENTROPIES):
        return not_applicable("the loss is no cross-entropy")
    if losses is None or metric is None or metric.name != "accuracy" or not isinstance(count, float) or count < 3:
        return unknown(_HOW, "not-logged")
    if m.value("config.soft_targets"):
        return unknown(_SOFT)
    pair = aligned(losses, metric)
    if pair is None or len(pair[0]) < 2 * LEAST:
        return unknown(_HOW, "too-few-points")
    loss, right = (each[len(each) // 2 :] for each in pair)
    if len(np.unique(right)) < DIFFERENT:
        return unknown(f"accuracy has fewer than {DIFFERENT} values in the second half", "too-few-points")
    return Measured(float(np.median(np.abs(loss - (cost_of_error(count) - right)))), where=losses.stretch(0.5, 1.0))
