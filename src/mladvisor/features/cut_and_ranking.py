"""What the cut between yes and no costs, told by the usual scores alone: AUC knows no threshold, the others do.

Accuracy, precision and recall give the share of positives. Two normal classes of equal spread that are ranked with that
AUC lie sqrt(2) * inverse-normal(AUC) apart, and the best cut between them is known; own sound runs stay within two
points of it.

Averages over many classes tell no share. Where the number of classes is not known, the share that follows from the
scores must be the same at every evaluation, as that of one class among the same rows is.
"""

from __future__ import annotations

import re
from math import log, sqrt
from statistics import NormalDist

import numpy as np

from mladvisor.features.catalogue import Measures, feature
from mladvisor.features.measured import Measured, not_applicable
from mladvisor.features.metric_series import grouped
from mladvisor.runs.model import Curve

_NORMAL = NormalDist()
_NAMES = ("auc", "accuracy", "recall", "precision")
_LEAST = 3
"""Evaluations at which the share of positives must follow."""
_ALIKE = 0.1
"""How far apart the shares may lie, as a part of the middle one: scores are printed with few digits."""
_SAME = 0.02


@feature(
    "threshold.lost_to_cut",
    unit="points of accuracy",
    doc="Accuracy of the best cut between two normal classes that are ranked with this AUC, less the accuracy logged"
    " (of the validation, else of the training data)",
    how="log accuracy, auc, precision and recall of the validation data",
    source="+ranking Green & Swets 1966; metric.auc",
)
def lost_to_cut(m: Measures) -> Measured | None:
    known = m.value("chance.classes")
    if known not in (2.0, None):
        return not_applicable("there are more than two classes, and their scores are averages")
    for split in ("val", "train"):
        found = {name: m.one(f"metric.{split}.level.{name}") for name in _NAMES}
        auc, accuracy, recall, precision = (found[name].value for name in _NAMES)
        if not (isinstance(auc, float) and isinstance(accuracy, float) and isinstance(recall, float)):
            continue
        share = share_of_positives(accuracy, recall, precision if isinstance(precision, float) else 0.0)
        if share is None or not 0.5 < auc < 1.0 or not (known or _of_one_class(m, split)):
            continue
        return Measured(best_accuracy(auc, share) - accuracy, where=found["accuracy"].where)
    return None


@feature(
    "threshold.counted_lost_to_cut",
    unit="points of accuracy",
    doc="The same, where decisions are counted and the scores of rows are not there: by the AUC that is printed beside"
    " the counts, or logged",
    how="print the AUC beside the confusion matrix or the report by class",
    source="+ranking Green & Swets 1966; metric.auc",
)
def counted_lost_to_cut(m: Measures) -> Measured | None:
    if m.value("predictions.classes") != _TWO or m.one("predictions.auc").known:
        return None
    accuracy, recall, precision = (m.one(f"predictions.{name}") for name in _NAMES[1:])
    area = m.once(_area_beside)
    share = (
        share_of_positives(accuracy.value, recall.value, precision.value)
        if isinstance(accuracy.value, float) and isinstance(recall.value, float) and isinstance(precision.value, float)
        else None
    )
    if share is None or area is None or not isinstance(accuracy.value, float):
        return None
    return Measured(best_accuracy(area, share) - accuracy.value, note=f"{area:.3g}", where=accuracy.where)


_TWO = 2.0
_AREA = re.compile(
    r"(?i)(?<![a-z])(?<!pr[ _-])(?<!train[ _-])(?:roc[ _-]?)?(?:auc|auroc)(?:[ _-]score)?"
    r"[^\w\n]{0,4}\s{0,12}(0\.\d{2,18})"
)


def _area_beside(m: Measures) -> float | None:
    """The AUC printed last in the file of the counts, else that of the log. Use `m.once`."""
    from mladvisor.features.printed import texts

    where = m.one("predictions.accuracy").where
    file = where.file if where is not None else ""
    printed = [
        float(each)
        for text in m.once(texts)
        if text.file == file
        for each in _AREA.findall(text.bare.decode("utf-8", "replace"))
    ]
    logged = m.value("metric.val.level.auc")
    area = printed[-1] if printed else logged if isinstance(logged, float) else None
    return area if area is not None and _HALF < area < 1.0 else None


_HALF = 0.5


def _of_one_class(m: Measures, split: str) -> bool:
    """Whether accuracy, recall and precision are those of one class: its share is the same at every evaluation, and
    its recall is not the accuracy.
    """
    groups = m.once(grouped)[0]
    curves = [_fractions(groups.get(name, {}), split) for name in _NAMES[1:]]
    if any(one is None or len(one) != len(curves[0] or ()) for one in curves):
        return False
    points = list(zip(*(one for one in curves if one is not None), strict=True))
    if all(abs(accuracy - recall) < _SAME for accuracy, recall, _ in points):
        return False  # so are averages over classes
    shares = [share for each in points if each[1] > 0 and (share := share_of_positives(*each)) is not None]
    middle = sorted(shares)[len(shares) // 2] if len(shares) >= _LEAST else 0.0
    return middle > 0 and max(shares) - min(shares) <= _ALIKE * middle


def _fractions(curves: dict[str, Curve], split: str) -> list[float] | None:
    curve = curves.get(split) or (curves.get("test") or curves.get("") if split == "val" else None)
    if curve is None or not np.isfinite(curve.y).all():
        return None
    return [float(y) / (100.0 if curve.y.max() > 1.5 else 1.0) for y in curve.y]


def share_of_positives(accuracy: float, recall: float, precision: float) -> float | None:
    """The share of rows that are positive, in (0, 1); None where the scores do not tell, or contradict each other."""
    if recall <= 0.0:
        share = 1.0 - accuracy  # none is called positive
    elif precision <= 0.0:
        return None
    else:
        wrong = 1.0 - recall + recall * (1.0 - precision) / precision  # for each positive row
        if wrong <= 0.0:
            return None
        share = (1.0 - accuracy) / wrong
    return share if 0.0 < share < 1.0 else None


def best_accuracy(auc: float, share: float) -> float:
    """Accuracy of the best cut between two normal classes of equal spread; `auc` in (0.5, 1), `share` in (0, 1)."""
    apart = sqrt(2.0) * _NORMAL.inv_cdf(auc)
    cut = apart / 2.0 + log((1.0 - share) / share) / apart
    return share * _NORMAL.cdf(apart - cut) + (1.0 - share) * _NORMAL.cdf(cut)
