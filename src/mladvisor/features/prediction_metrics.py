"""Metrics of the predictions overall, with standard errors; `predicted_classes` has those class by class."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from mladvisor.features.catalogue import Measures, feature
from mladvisor.features.measured import Measured, not_applicable, unknown
from mladvisor.features.predictions import (
    HOW,
    JOB,
    by_class,
    counted,
    of_numbers,
    of_scores,
    one_class,
    placed,
    placed_counts,
    predicted,
    predicted_apart,
    where,
)

if TYPE_CHECKING:
    from mladvisor.features.evaluation.prediction_table import Predicted


@feature("predictions.rows", unit="rows", doc="Rows of the predictions that are judged", how=HOW, source="metric.prf",
         cost="cheap", job=JOB)  # fmt: skip
def rows(m: Measures) -> Measured:
    found = m.once(predicted)
    if not isinstance(found, Measured):
        return Measured(float(len(found)), where=where(found))
    counts = m.once(counted)
    return found if isinstance(counts, Measured) else Measured(counts.total, where=counts.where())


@feature("predictions.split", type="choice", doc="Split whose predictions are judged: test, else validation, else what"
         " the table holds", how=HOW, source="metric.prf", cost="cheap", job=JOB)  # fmt: skip
def split_judged(m: Measures) -> Measured:
    found = m.once(predicted)
    if not isinstance(found, Measured):
        return Measured(found.split or "all", where=where(found))
    counts = m.once(counted)
    return found if isinstance(counts, Measured) else Measured(counts.split or "all", where=counts.where())


@feature("predictions.classes", unit="classes", doc="Classes of the predictions", how=HOW, source="metric.multiclass",
         cost="cheap", job=JOB)  # fmt: skip
def classes(m: Measures) -> Measured:
    found = m.once(counted)
    return found if isinstance(found, Measured) else Measured(float(len(found.classes)), where=found.where())


@feature("predictions.accuracy", unit="fraction", doc="Share of right decisions", how=HOW, source="metric.accuracy",
         cost="cheap", job=JOB)  # fmt: skip
def accuracy(m: Measures) -> Measured:
    found = m.once(counted)
    if isinstance(found, Measured):
        return found
    from mladvisor.features.evaluation.intervals import share_error

    error = share_error(found.right, found.total)
    return Measured(found.right / found.total, se=error, where=found.where("y_pred"))


@feature("predictions.majority_share", unit="fraction", doc="Share of the largest class among the judged rows", how=HOW,
         source="metric.accuracy", cost="cheap", job=JOB)  # fmt: skip
def majority_share(m: Measures) -> Measured:
    found = m.once(by_class)
    if isinstance(found, Measured):
        return found
    return Measured(float(found.support.max()) / found.total, where=found.where("y_true"))


@feature("predictions.over_majority", unit="fraction", doc="How far accuracy lies between always naming the largest"
         " class (0) and perfect (1), paired row by row; negative below it", how=HOW, source="metric.accuracy",
         cost="cheap", job=JOB)  # fmt: skip
def over_majority(m: Measures) -> Measured:
    found = m.once(by_class)
    if isinstance(found, Measured):
        return found
    return placed_counts(found, found.over_majority(), "y_pred") or one_class(found)


def _macro(m: Measures, name: str) -> Measured | None:
    """A metric of the positive class, or its mean over the classes."""
    found = m.once(by_class)
    if isinstance(found, Measured):
        return found
    from mladvisor.features.evaluation.decisions import mean_of

    measure = getattr(found, name)
    if found.kind == "binary":
        if not found.support[found.positive]:
            return unknown(f'no judged row is of the class "{found.classes[found.positive]}"')
        return placed_counts(found, measure(found.positive) or (0.0, 0.0), "y_pred")
    # A class that is never called has no precision; for the mean it counts as 0, as everywhere.
    return placed_counts(found, mean_of([measure(k) or (0.0, 0.0) for k in found.present]), "y_pred")


@feature("predictions.precision", unit="fraction", doc="Precision (positive predictive value) of the positive class, or"
         " its mean over classes", how=HOW, source="metric.prf", cost="cheap", job=JOB)  # fmt: skip
def precision(m: Measures) -> Measured | None:
    return _macro(m, "precision")


@feature("predictions.recall", unit="fraction", doc="Recall (sensitivity) of the positive class, or its mean over"
         " classes", how=HOW, source="metric.prf", cost="cheap", job=JOB)  # fmt: skip
def recall(m: Measures) -> Measured | None:
    return _macro(m, "recall")


@feature("predictions.f1", unit="fraction", doc="F1 (harmonic mean of precision and recall) of the positive class, or"
         " its mean over classes", how=HOW, source="metric.prf", cost="cheap", job=JOB)  # fmt: skip
def f1(m: Measures) -> Measured | None:
    return _macro(m, "f1")


@feature("predictions.balanced_accuracy", unit="fraction", doc="Mean recall over all classes", how=HOW,
         source="metric.multiclass", cost="cheap", job=JOB)  # fmt: skip
def balanced_accuracy(m: Measures) -> Measured | None:
    found = m.once(by_class)
    if isinstance(found, Measured):
        return found
    from mladvisor.features.evaluation.decisions import mean_of

    if len(found.present) < 2:
        return one_class(found)
    return placed_counts(found, mean_of([found.recall(k) for k in found.present]), "y_pred")


def class_rankings(m: Measures) -> dict[int, tuple[Any, Any]]:
    """Class -> (AUC, average precision), each with error or None; one class against the rest, at most 50 classes."""
    from mladvisor.features.evaluation.ranking import auc, average_precision

    found = m.once(of_scores)
    wanted = [found.positive] if found.kind == "binary" else range(min(len(found.classes), 50))
    return {
        k: (auc(found.scores[:, k], found.true == k), average_precision(found.scores[:, k], found.true == k))
        for k in wanted
        if (found.true == k).any()
    }


def _ranking(m: Measures, which: int) -> Measured | None:
    found = m.once(of_scores)
    if isinstance(found, Measured):
        return found
    from mladvisor.features.evaluation.decisions import mean_of

    value = mean_of([pair[which] for pair in m.once(class_rankings).values()])
    if value is None:
        return unknown(f"all judged rows of {found.table.file} have the same y_true")
    return placed(found, value, found.score_columns[0])


@feature("predictions.auc", unit="fraction", doc="Chance that a positive row is scored above a negative one (area under"
         " the ROC curve), or its mean over classes, one against the rest", how=HOW, source="metric.auc", cost="cheap",
         job=JOB)  # fmt: skip
def auc(m: Measures) -> Measured | None:
    return _ranking(m, 0)


@feature("predictions.average_precision", unit="fraction", doc="Mean precision over the recall levels, or its mean over"
         " classes", how=HOW, source="metric.auc", cost="cheap", job=JOB)  # fmt: skip
def average_precision(m: Measures) -> Measured | None:
    return _ranking(m, 1)


@feature("predictions.log_loss", unit="nats", doc="Mean negative log probability of the true class", how=HOW,
         source="metric.loss", cost="cheap", job=JOB)  # fmt: skip
def log_loss(m: Measures) -> Measured | None:
    found = m.once(of_scores)
    if isinstance(found, Measured):
        return found
    if not found.probabilities:
        return not_applicable("the scores are no probabilities")
    loss = -np.log(np.clip(found.scores[np.arange(len(found)), found.true], 1e-9, None))
    return Measured(
        float(loss.mean()), se=float(loss.std()) / len(found) ** 0.5, where=where(found, found.score_columns[0])
    )


@feature("predictions.loss_skill", unit="fraction", doc="Share of the log loss of the class shares alone that the model"
         " removes (0: it knows no more than these; negative: less)", how=HOW, source="metric.loss", cost="cheap",
         job=JOB)  # fmt: skip
def loss_skill(m: Measures) -> Measured | None:
    found, loss = m.once(of_scores), m.one("predictions.log_loss")
    if isinstance(found, Measured) or not isinstance(loss.value, float):
        return found if isinstance(found, Measured) else loss
    shares = np.bincount(found.true, minlength=len(found.classes)) / len(found)
    chance = float(-(shares[shares > 0] * np.log(shares[shares > 0])).sum())
    if chance <= 0:
        return unknown(f"all judged rows of {found.table.file} have the same y_true")
    return Measured(1 - loss.value / chance, se=loss.se / chance, where=loss.where)


@feature("predictions.decision_skill", unit="fraction", doc="Balanced accuracy between guessing (0) and perfect (1)",
         how=HOW, source="fig4", cost="cheap", job=JOB)  # fmt: skip
def decision_skill(m: Measures) -> Measured | None:
    balanced, number = m.one("predictions.balanced_accuracy"), m.value("predictions.classes")
    if not isinstance(balanced.value, float) or not isinstance(number, float) or number < 2:
        return balanced
    chance = 1 / number
    return Measured((balanced.value - chance) / (1 - chance), se=balanced.se / (1 - chance), where=balanced.where)


@feature("predictions.r2", unit="fraction", doc="Share of the variance of the true numbers that predictions explain (0:"
         " no better than their mean; negative: worse)", how=HOW, source="base.constant", cost="cheap",
         job=JOB)  # fmt: skip
def r2(m: Measures) -> Measured | None:
    found = m.once(of_numbers)
    if isinstance(found, Measured):
        return found
    from mladvisor.features.evaluation.numbers import explained

    return placed(found, explained(found.true, found.decided), "y_pred") or unknown("y_true is constant")


@feature("predictions.rmse", unit="label", doc="Root mean squared error", how=HOW, source="metric.loss", cost="cheap",
         job=JOB)  # fmt: skip
def rmse(m: Measures) -> Measured | None:
    found = m.once(of_numbers)
    if isinstance(found, Measured):
        return found
    from mladvisor.features.evaluation.numbers import root_mean_square

    return placed(found, root_mean_square(found.true - found.decided), "y_pred")


@feature("predictions.mae", unit="label", doc="Mean absolute error", how=HOW, source="metric.loss", cost="cheap",
         job=JOB)  # fmt: skip
def mae(m: Measures) -> Measured | None:
    found = m.once(of_numbers)
    if isinstance(found, Measured):
        return found
    wrong = np.abs(found.true - found.decided)
    return Measured(float(wrong.mean()), se=float(wrong.std()) / len(found) ** 0.5, where=where(found, "y_pred"))


@feature("predictions.bias", unit="fraction", doc="Mean of predicted minus true, in standard deviations of the true"
         " numbers", how=HOW, source="metric.loss", cost="cheap", job=JOB)  # fmt: skip
def bias(m: Measures) -> Measured | None:
    found = m.once(of_numbers)
    if isinstance(found, Measured):
        return found
    spread = float(found.true.std())
    if spread <= 0:
        return unknown("y_true is constant")
    gap = (found.decided - found.true) / spread
    return Measured(float(gap.mean()), se=float(gap.std()) / len(found) ** 0.5, where=where(found, "y_pred"))


_LEAST_TRAINED = 20
_MOST_TIMES = 1000.0


def _of_training(m: Measures) -> tuple[Predicted, Predicted] | Measured:
    """(predictions of training rows, those of the judged ones), where a table holds both. Use `m.once`."""
    judged = m.once(predicted)
    if isinstance(judged, Measured):
        return judged
    trained = predicted(m, "train") if judged.split not in ("", "train") else unknown(HOW)
    if isinstance(trained, Measured) and judged.split != "train":
        trained = predicted_apart(m, "train")
    if isinstance(trained, Measured) or judged.decided is None or trained.decided is None:
        return unknown("the predictions hold no rows of training beside others")
    if min(len(trained), len(judged)) < _LEAST_TRAINED:
        return unknown(f"it needs {_LEAST_TRAINED} predicted rows of training and as many others", "too-few-points")
    return trained, judged


@feature("predictions.train_gap", unit="fraction", doc="How much larger the share of right decisions is among the"
         " predicted rows of training than among the judged ones", how=HOW, source="fig3.a", cost="cheap",
         job=JOB)  # fmt: skip
def train_gap(m: Measures) -> Measured:
    found = m.once(_of_training)
    if isinstance(found, Measured):
        return found
    if found[1].kind == "regression":  # the kind is the table's, and that of both
        return not_applicable("numbers are predicted")
    ours, there = (float((each.decided == each.true).mean()) for each in found)
    note = f"{ours:.1%} of {len(found[0]):,} training rows are right, {there:.1%} of {len(found[1]):,} others"
    return Measured(ours - there, note=note, where=where(found[1], "y_pred"))


@feature("predictions.train_error_ratio", unit="ratio", doc="How many times larger the root mean squared error is on"
         " the judged rows than on the predicted rows of training", how=HOW, source="fig3.a", cost="cheap",
         job=JOB)  # fmt: skip
def train_error_ratio(m: Measures) -> Measured:
    found = m.once(_of_training)
    if isinstance(found, Measured):
        return found
    if found[1].kind != "regression":
        return not_applicable("classes are predicted")
    ours, there = (float(np.sqrt(np.mean((each.decided - each.true) ** 2))) for each in found)
    if there <= 0.0:
        return Measured(1.0, note="no row is wrong at all", where=where(found[1], "y_pred"))
    ratio = min(there / ours, _MOST_TIMES) if ours > 0.0 else _MOST_TIMES
    return Measured(ratio, where=where(found[1], "y_pred"))
