"""Metrics of the predictions class by class, and which classes are taken for each other."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np

from mladvisor.features.catalogue import Measures, feature
from mladvisor.features.measured import Items, Measured, not_applicable, unknown
from mladvisor.features.prediction_metrics import class_rankings
from mladvisor.features.predictions import (
    HOW,
    JOB,
    by_class,
    counted,
    of_scores,
    placed,
    placed_counts,
)

if TYPE_CHECKING:
    from mladvisor.features.evaluation.counts import Counts


_MATRIX = "print the confusion_matrix beside the classification_report, or write predictions.csv beside the log"


def _by_class(m: Measures, name: str) -> Items | Measured:
    found = m.once(by_class)
    if isinstance(found, Measured):
        return found
    measure = getattr(found, name)
    values = {k: placed_counts(found, measure(k), "y_pred") for k in found.present}
    return {found.classes[k]: value or _not_called(found.called(k)) for k, value in values.items()}


def _not_called(called: float | None) -> Measured:
    """Why a class has no precision: it is never called, or the report does not tell how often."""
    return not_applicable("this class is never predicted") if called is not None else unknown(_MATRIX)


@feature("class.recall", unit="fraction", doc="Share of the rows of a class that are found", how=HOW, each="class",
         source="metric.multiclass", cost="cheap", job=JOB)  # fmt: skip
def class_recall(m: Measures) -> Items | Measured:
    return _by_class(m, "recall")


@feature("class.precision", unit="fraction", doc="Share of the rows called so that are of the class", how=HOW,
         each="class", source="metric.multiclass", cost="cheap", job=JOB)  # fmt: skip
def class_precision(m: Measures) -> Items | Measured:
    return _by_class(m, "precision")


@feature("class.f1", unit="fraction", doc="F1 of a class", how=HOW, each="class", source="metric.multiclass",
         cost="cheap", job=JOB)  # fmt: skip
def class_f1(m: Measures) -> Items | Measured:
    return _by_class(m, "f1")


def _ranked(m: Measures, which: int) -> Items | Measured:
    found = m.once(of_scores)
    if isinstance(found, Measured):
        return found
    rankings = {k: pair[which] for k, pair in m.once(class_rankings).items()}
    return {found.classes[k]: placed(found, value) or unknown(HOW) for k, value in rankings.items()}


@feature("class.auc", unit="fraction", doc="Area under the ROC curve of a class against the rest", how=HOW,
         each="class", source="metric.auc", cost="cheap", job=JOB)  # fmt: skip
def class_auc(m: Measures) -> Items | Measured:
    return _ranked(m, 0)


@feature("class.average_precision", unit="fraction", doc="Average precision of a class against the rest", how=HOW,
         each="class", source="metric.auc", cost="cheap", job=JOB)  # fmt: skip
def class_average_precision(m: Measures) -> Items | Measured:
    return _ranked(m, 1)


@feature("class.rows", unit="rows", doc="Judged rows of a class", how=HOW, each="class", source="metric.multiclass",
         cost="cheap", job=JOB)  # fmt: skip
def class_rows(m: Measures) -> Items | Measured:
    found = m.once(by_class)
    if isinstance(found, Measured):
        return found
    place = found.where("y_true")
    return {
        name: Measured(float(n), where=place) for name, n in zip(found.classes, found.support.tolist(), strict=True)
    }


@feature("class.share", unit="fraction", doc="Share of a class among the judged rows", how=HOW, each="class",
         source="metric.accuracy", cost="cheap", job=JOB)  # fmt: skip
def class_share(m: Measures) -> Items | Measured:
    found = m["class.rows"]
    if isinstance(found, Measured):
        return found
    total = sum(each.value for each in found.values() if isinstance(each.value, float))
    known = {name: each for name, each in found.items() if isinstance(each.value, float)}
    return {name: Measured(float(each.value or 0.0) / total, where=each.where) for name, each in known.items()}


@feature("class.least_share", unit="fraction", doc="Share of a class among the judged rows or among those of training,"
         " whichever is smaller", how=HOW, each="class", source="fig4.c", cost="cheap", job=JOB)  # fmt: skip
def least_share(m: Measures) -> Items | Measured:
    """A class may be as common as others where it is judged, and hardly there to learn from."""
    shares, trained = m["class.share"], m["class.train_share"]
    if isinstance(shares, Measured):
        return shares
    seen = _called_alike(list(shares), trained) if not isinstance(trained, Measured) else {}
    return {
        name: min((each, seen[name]), key=lambda one: float(one.value or 0.0)) if name in seen else each
        for name, each in shares.items()
    }


def _called_alike(names: list[str], trained: Items) -> dict[str, Measured]:
    """The training shares by the names of the judged classes, where all of them are there: "8" is "c8" or "class 8"."""
    if set(names) <= trained.keys():
        return {name: trained[name] for name in names}
    numbers = {name: found[0] for name in names if (found := _NUMBER.search(name))}
    own = {found[0]: name for name in trained if (found := _NUMBER.search(name))}
    alike = len(set(numbers.values())) == len(names) and set(numbers.values()) <= own.keys()
    return {name: trained[own[number]] for name, number in numbers.items()} if alike else {}


_NUMBER = re.compile(r"\d{1,6}$")


@feature("class.priority", type="flag", doc="The manifest names the class as one that matters", each="class", how="name"
         " the classes that matter most under `priority_classes:` in mladvisor.yaml", source="metric.multiclass",
         cost="cheap", job=JOB)  # fmt: skip
def class_priority(m: Measures) -> Items | Measured:
    found = m.once(counted)
    if isinstance(found, Measured):
        return found
    from mladvisor.features.evaluation.prediction_columns import word

    wanted = {word(name) for name in m.run.manifest.priority_classes}
    return {name: Measured(name in wanted) for name in found.classes} if wanted else {}


@feature("class.deficit", unit="fraction", doc="How far the recall of a class lies below the mean recall of the others;"
         " a multiclass task", how=HOW, each="class", source="metric.multiclass", cost="cheap", job=JOB)  # fmt: skip
def class_deficit(m: Measures) -> Items | Measured:
    recalls = m["class.recall"]
    if isinstance(recalls, Measured):
        return recalls
    known = {name: each for name, each in recalls.items() if isinstance(each.value, float)}
    if len(known) < 2:
        return unknown("recall is known for one class only")
    total, count = sum(float(each.value or 0.0) for each in known.values()), len(known)
    errors = sum(each.se**2 for each in known.values())
    result = {}
    for name, each in known.items():
        assert isinstance(each.value, float)
        others = (total - each.value) / (count - 1)
        spread = each.se**2 + (errors - each.se**2) / (count - 1) ** 2
        result[name] = Measured(others - each.value, se=spread**0.5, where=each.where)
    return result


@feature("class.deficit_low", unit="fraction", doc="Lower end of the 95 % interval of the same", how=HOW, each="class",
         source="metric.multiclass", cost="cheap", job=JOB)  # fmt: skip
def class_deficit_low(m: Measures) -> Items | Measured:
    deficits = m["class.deficit"]
    if isinstance(deficits, Measured):
        return deficits
    from mladvisor.features.evaluation.intervals import Z95

    return {
        name: Measured(each.value - Z95 * each.se, where=each.where)
        for name, each in deficits.items()
        if isinstance(each.value, float)
    }


@feature("class.deficit_q", unit="q value", doc="Rate of false discoveries at which a class is found below the others",
         how=HOW, each="class", source="metric.multiclass", cost="cheap", job=JOB)  # fmt: skip
def class_deficit_q(m: Measures) -> Items | Measured:
    deficits = m["class.deficit"]
    if isinstance(deficits, Measured):
        return deficits
    from mladvisor.features.evaluation.intervals import false_discovery, upper_tail

    z = np.array([float(each.value or 0.0) / max(each.se, 1e-12) for each in deficits.values()])
    q = false_discovery(np.asarray(upper_tail(z))).tolist()
    return {name: Measured(each, where=deficits[name].where) for name, each in zip(deficits, q, strict=True)}


def _confused(m: Measures) -> Counts | Measured:
    """Counts by true and predicted class, or why there are none."""
    found: Counts | Measured = m.once(by_class)
    return found if isinstance(found, Measured) or found.table is not None else unknown(_MATRIX)


def _confusions(m: Measures) -> dict[str, tuple[str, float, float]]:
    """Class -> (the class it is most often taken for, share of its rows, error)."""
    from mladvisor.features.evaluation.intervals import share_error

    found = m.once(_confused)
    table = found.table
    result = {}
    for k, name in enumerate(found.classes):
        n = float(table[k].sum())
        wrong = table[k].astype(float)
        wrong[k] = -1
        if n:
            at = int(wrong.argmax())
            result[name] = (found.classes[at], float(wrong[at]) / n, share_error(float(wrong[at]), n))
    return result


@feature("class.taken_for", type="choice", doc="The class that rows of a class are most often taken for", how=HOW,
         each="class", source="metric.multiclass", cost="cheap", job=JOB)  # fmt: skip
def class_taken_for(m: Measures) -> Items | Measured:
    found = m.once(_confused)
    if isinstance(found, Measured):
        return found
    return {name: Measured(other) for name, (other, _, _) in m.once(_confusions).items()}


@feature("class.confusion", unit="fraction", doc="Share of the rows of a class that are taken for the one class they"
         " are most often taken for", how=HOW, each="class", source="metric.multiclass", cost="cheap",
         job=JOB)  # fmt: skip
def class_confusion(m: Measures) -> Items | Measured:
    found = m.once(_confused)
    if isinstance(found, Measured):
        return found
    return {
        name: Measured(share, se=error, where=found.where("y_pred"))
        for name, (_, share, error) in m.once(_confusions).items()
    }


@feature("class.mutual_confusion", unit="fraction", doc="The lesser of the shares in which a class and the one that it"
         " is most often taken for are taken for each other; a multiclass task", how=HOW, each="class",
         source="metric.multiclass", cost="cheap", job=JOB)  # fmt: skip
def class_mutual_confusion(m: Measures) -> Items | Measured:
    found = m.once(_confused)
    if isinstance(found, Measured):
        return found
    table = found.table
    if len(found.classes) < 3:
        return not_applicable("two classes can only be taken for each other")
    result = {}
    for name, (other, share, error) in m.once(_confusions).items():
        a, b = found.classes.index(name), found.classes.index(other)
        n = float(table[b].sum())
        back = float(table[b, a]) / n if n else 0.0
        result[name] = Measured(min(share, back), se=error, where=found.where("y_pred"))
    return result
