"""Whether a loss is the cross-entropy of answers that have been through softmax twice.

Such a model that is sure of everything gives the right class e / (e + K - 1) where it is right, and 1 / (e + K - 1)
where it is wrong: each row costs ln(e + K - 1), less 1 if it is right. The loss follows from the accuracy to a hair.
"""

from __future__ import annotations

from math import e, log

import numpy as np

from mladvisor.features.catalogue import Measures, feature
from mladvisor.features.loss_metric import CROSS_ENTROPIES, aligned
from mladvisor.features.measured import Measured, not_applicable, unknown
from mladvisor.features.metric_series import series
from mladvisor.features.signal import signal

LEAST = 5
DIFFERENT = 3
"""Values of accuracy in the second half of the run: of one value alone a loss may be there by chance."""
_HOW = "log the loss and the accuracy of the same rows at every epoch, and write `num_classes:` into the settings"


@feature(
    "loss_metric.{split}.off_squashed",
    unit="loss",
    splits=("train", "val"),
    doc="How far the {split} loss lies from what sure answers cost after two softmaxes at its accuracy,"
    " ln(e + K - 1) less the accuracy: the median over the second half of the evaluations",
    how=_HOW,
    source="+model PyTorch's CrossEntropyLoss applies softmax itself",
)
def off_squashed(m: Measures, split: str) -> Measured:
    losses, metric, count = m.once(signal, split), series(m, split), m.value("chance.classes")
    if m.value("config.loss") not in (None, *CROSS_ENTROPIES):
        return not_applicable("the loss is no cross-entropy")
    if losses is None or metric is None or metric.name != "accuracy" or not isinstance(count, float) or count < 3:
        return unknown(_HOW, "not-logged")
    pair = aligned(losses, metric)
    if pair is None or len(pair[0]) < 2 * LEAST:
        return unknown(_HOW, "too-few-points")
    loss, right = (each[len(each) // 2 :] for each in pair)
    if len(np.unique(right)) < DIFFERENT:
        return unknown(f"accuracy has fewer than {DIFFERENT} values in the second half", "too-few-points")
    return Measured(float(np.median(np.abs(loss - (log(e + count - 1.0) - right)))), where=losses.stretch(0.5, 1.0))
