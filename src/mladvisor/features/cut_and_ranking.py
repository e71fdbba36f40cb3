"""What the cut between yes and no costs, told by the usual scores alone: AUC knows no threshold, the others do.

Accuracy, precision and recall give the share of positives. Two normal classes of equal spread that are ranked with that
AUC lie sqrt(2) * inverse-normal(AUC) apart, and the best cut between them is known; own sound runs stay within two
points of it.
"""

from __future__ import annotations

from math import log, sqrt
from statistics import NormalDist

from mladvisor.features.catalogue import Measures, feature
from mladvisor.features.measured import Measured

_NORMAL = NormalDist()
_NAMES = ("auc", "accuracy", "recall", "precision")


@feature(
    "threshold.lost_to_cut",
    unit="points of accuracy",
    doc="Accuracy of the best cut between two normal classes that are ranked with this AUC, less the accuracy logged"
    " (of the validation, else of the training data)",
    how="log accuracy, auc, precision and recall of the validation data",
    source="+ranking Green & Swets 1966; metric.auc",
)
def lost_to_cut(m: Measures) -> Measured | None:
    for split in ("val", "train"):
        found = {name: m.one(f"metric.{split}.level.{name}") for name in _NAMES}
        auc, accuracy, recall, precision = (found[name].value for name in _NAMES)
        if not (isinstance(auc, float) and isinstance(accuracy, float) and isinstance(recall, float)):
            continue
        share = share_of_positives(accuracy, recall, precision if isinstance(precision, float) else 0.0)
        if share is None or not 0.5 < auc < 1.0:
            continue
        return Measured(best_accuracy(auc, share) - accuracy, where=found["accuracy"].where)
    return None


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
