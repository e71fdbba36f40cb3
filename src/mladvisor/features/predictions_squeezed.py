"""Predictions that the last activation has squeezed: probabilities put through a sigmoid or softmax a second time, and
predicted numbers that stay on one side of the target's mean.

A sigmoid of a probability lies between 0.5 and 0.731, a softmax over probabilities of K classes below e / (e + K - 1).
A ReLU or sigmoid at the end of a regression on a scaled target never goes below the target's mean.
"""

from __future__ import annotations

from math import e, exp, log10
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from mladvisor.features.catalogue import Measures, feature
from mladvisor.features.measured import Measured, not_applicable, unknown
from mladvisor.features.predictions import HOW, JOB, of_numbers, of_scores, predicted, spread_numbers, where

if TYPE_CHECKING:
    from mladvisor.features.evaluation.intervals import Array
    from mladvisor.features.evaluation.prediction_table import Predicted

LEAST_ROWS: Final = 50
LEAST_FOR_LOSS: Final = 20
"""Rows from which on a loss is worked out again: it is the same rows' loss, no estimate."""
SLACK: Final = 0.002
"""Room for rounding about a bound of the squeezed range."""
FILLED: Final = 0.8
"""Squeezed scores fill at least this share of the range that is left to them ..."""
EDGE: Final = 0.1
AT_EDGES: Final = 0.25
"""... and pile up at its ends, where sure answers go: this share of them within that share of the range."""
NEAR: Final = 0.03
"""A loss worked out from predictions fits a logged one this closely (share of it) ..."""
FAR: Final = 0.15
"""... and another does not when it is this far off."""
TAIL: Final = 5.0
"""Per cent of the predictions that may lie on the other side of the mean."""
SOURCE: Final = "+model PyTorch's CrossEntropyLoss"


class Ranged(NamedTuple):
    """A range that scores fill when an activation was applied twice."""

    activation: str
    low: float
    high: float


def ranges(classes: int) -> list[Ranged]:
    """Ranges of a probability that was squeezed once more."""
    softmax = Ranged("softmax", 1.0 / (e + classes - 1.0), e / (e + classes - 1.0))
    return [softmax] if classes > 2 else [Ranged("sigmoid", 0.5, 1.0 / (1.0 + exp(-1.0))), softmax]


@feature("predictions.squeezed", type="choice", doc='"sigmoid" or "softmax" where the scores fill just the range that a'
         ' probability has after another one of it; "no"', how=HOW, source=SOURCE, cost="cheap", job=JOB)  # fmt: skip
def squeezed(m: Measures) -> Measured:
    found = m.once(of_scores)
    if isinstance(found, Measured):
        return found
    scores = found.scores[:, found.positive] if len(found.classes) == 2 else found.scores.ravel()
    if len(found) < LEAST_ROWS or not np.isfinite(scores).all():
        return unknown(f"{len(found)} rows with finite scores are too few; {LEAST_ROWS} are needed", "too-few-points")
    low, high = float(scores.min()), float(scores.max())
    for one in ranges(len(found.classes)):
        width = one.high - one.low
        inside = low >= one.low - SLACK and high <= one.high + SLACK
        sure = (scores < one.low + EDGE * width) | (scores > one.high - EDGE * width)
        if inside and high - low >= FILLED * width and float(sure.mean()) >= AT_EDGES:
            note = f"all scores lie from {low:.3f} to {high:.3f}, the range of a {one.activation} of a probability"
            return Measured(one.activation, note=note, where=where(found, found.score_columns[0]))
    return Measured("no")


@feature("predictions.loss_fits", type="choice", doc="Which loss of the stored validation scores the logged validation"
         ' loss is: "plain" theirs, "squeezed" that of the scores put through softmax (two classes: sigmoid) once more;'
         ' "neither"', how=HOW, source=SOURCE, cost="cheap", job=JOB)  # fmt: skip
def loss_fits(m: Measures) -> Measured:
    found = predicted(m, "val")
    if isinstance(found, Measured):
        return found
    if found.kind == "regression" or found.scores is None or not found.probabilities:
        return not_applicable("there are no class probabilities")
    logged = [value for name in ("loss.val.end", "loss.val.best") if isinstance(value := m.value(name), float)]
    if not logged or len(found) < LEAST_FOR_LOSS:
        return unknown(f"it needs a validation loss and the scores of {LEAST_FOR_LOSS} validation rows", "not-logged")
    plain, twice = _loss(found, squeeze=False), _loss(found, squeeze=True)
    fits = [near for loss in logged if (near := _near(loss, plain, twice)) is not None]
    if not fits:
        return Measured("neither")
    loss = logged[0]
    note = (
        f"the logged validation loss is {loss:.3g}; the stored scores give {plain:.3g}, squeezed once more {twice:.3g}"
    )
    return Measured("plain" if "plain" in fits else "squeezed", note=note, where=where(found, found.score_columns[0]))


def _near(loss: float, plain: float, twice: float) -> str | None:
    if abs(plain - loss) <= FAR * loss:
        return "plain"
    return "squeezed" if abs(twice - loss) <= NEAR * loss else None


def _loss(found: Predicted, *, squeeze: bool) -> float:
    """Cross-entropy of the stored scores, in nats."""
    assert found.scores is not None
    probability: Array = found.scores
    if squeeze and len(found.classes) == 2:
        positive = 1.0 / (1.0 + np.exp(-probability[:, found.positive]))
        own = np.where(found.true == found.positive, positive, 1.0 - positive)
    else:
        if squeeze:
            raised = np.exp(probability)
            probability = raised / raised.sum(axis=1, keepdims=True)
        own = probability[np.arange(len(found)), found.true]
    return float(-np.log(np.clip(own, 1e-7, 1.0)).mean())


@feature("predictions.raw_as_probabilities", type="flag", doc="The logged validation loss is that of the raw outputs"
         " behind the stored scores of a yes or no, taken for probabilities: about between 0 and 1", how=HOW,
         source=SOURCE, cost="cheap", job=JOB)  # fmt: skip
def raw_as_probabilities(m: Measures) -> Measured:
    found = predicted(m, "val")
    if isinstance(found, Measured):
        return found
    if found.kind != "binary" or found.scores is None or not found.probabilities:
        return not_applicable("there are no probabilities of a yes or no")
    logged = [value for name in ("loss.val.last", "loss.val.best") if isinstance(value := m.value(name), float)]
    if not logged or len(found) < LEAST_ROWS:
        return unknown(f"it needs a validation loss and the scores of {LEAST_ROWS} validation rows", "not-logged")
    score = np.clip(found.scores[:, found.positive], 1e-6, 1 - 1e-6)
    raw = np.log(score / (1.0 - score))
    inside = float(((raw > -_BEYOND) & (raw < 1.0 + _BEYOND)).mean())
    losses = []
    for least in _CUTS:
        taken = np.clip(raw, least, 1.0 - least)
        losses.append(float(-np.log(np.where(found.true == found.positive, taken, 1.0 - taken)).mean()))
    plain = _loss(found, squeeze=False)
    near = [one for one in losses for loss in logged if abs(one - loss) <= NEAR * loss < FAR * loss < abs(plain - loss)]
    note = f"the stored scores give {plain:.3g}, the raw outputs as probabilities {near[0]:.3g}" if near else ""
    return Measured(bool(near) and inside >= _INSIDE, note=note, where=where(found, found.score_columns[0]))


_CUTS: Final = (1e-7, 1e-8, 1e-12)
"""Where libraries, and people, cut probabilities off before the logarithm."""
_BEYOND, _INSIDE = 0.25, 0.8
"""How far raw outputs that are learnt as probabilities lie beyond 0 and 1, and the share that does not."""


class Side(NamedTuple):
    """The side of the target's mean to which predictions keep best.

    Attributes:
        beyond: from the mean to where 95 % of them end, in standard deviations of the truth; negative across the mean.
        tail: how far the last ones lie beyond that end, in standard deviations of their own.
    """

    beyond: float
    tail: float


def side(m: Measures) -> Side | Measured:
    """The side that predictions keep to. Use `m.once`."""
    found = spread_numbers(m, LEAST_ROWS)
    if isinstance(found, Measured):
        return found
    given, true, spread = found
    low, high = np.percentile(given, [TAIL, 100.0 - TAIL])
    own = float(given.std()) or 1.0
    above = Side(float(low - true.mean()) / spread, float(low - given.min()) / own)
    below = Side(float(true.mean() - high) / spread, float(given.max() - high) / own)
    return max(above, below)


@feature("predictions.one_side", unit="standard deviations", doc="How far their 5th"
         " percentile lies above the true mean (or the 95th below it), in standard deviations of the truth; negative"
         " where both sides are served", how=HOW, source="metric.loss", cost="cheap", job=JOB)  # fmt: skip
def one_side(m: Measures) -> Measured:
    found = m.once(side)
    return found if isinstance(found, Measured) else Measured(found.beyond, where=where(m.once(of_numbers), "y_pred"))


@feature("predictions.tail", unit="standard deviations", doc="How far the last predictions lie beyond the end of 95 %"
         " of them, on the side of the true mean, in standard deviations of their own: 0 where they pile up at a floor,"
         " about 1.4 where they thin out", how=HOW, source="metric.loss", cost="cheap", job=JOB)  # fmt: skip
def tail(m: Measures) -> Measured:
    found = m.once(side)
    return found if isinstance(found, Measured) else Measured(found.tail, where=where(m.once(of_numbers), "y_pred"))


@feature("predictions.spread", unit="ratio", doc="Standard deviation of the predicted numbers over that of the truth",
         how=HOW, source="metric.loss", cost="cheap", job=JOB)  # fmt: skip
def spread(m: Measures) -> Measured:
    found = m.once(of_numbers)
    if isinstance(found, Measured):
        return found
    true = float(np.std(found.true))
    if true <= 0:
        return unknown("the true values are all the same")
    return Measured(float(found.decided.std()) / true, where=where(found, "y_pred"))


@feature("predictions.truth_size", unit="decades", doc="Root of the mean square of the true numbers that a model was"
         " asked for, as a power of ten", how=HOW, source="metric.loss", cost="cheap", job=JOB)  # fmt: skip
def truth_size(m: Measures) -> Measured:
    found = m.once(of_numbers)
    if isinstance(found, Measured):
        return found
    size = float(np.sqrt(np.mean(np.square(found.true))))
    return Measured(log10(size), where=where(found, "y_true")) if size > 0 else unknown("the true values are all 0")


@feature("predictions.truth_spread", unit="decades", doc="Standard deviation of the true numbers that a model was asked"
         " for, as a power of ten", how=HOW, source="metric.loss", cost="cheap", job=JOB)  # fmt: skip
def truth_spread(m: Measures) -> Measured:
    found = m.once(of_numbers)
    if isinstance(found, Measured):
        return found
    true = float(np.std(found.true))
    if true <= 0:
        return unknown("the true values are all the same")
    return Measured(log10(true), where=where(found, "y_true"))
