"""Tests of learning: what any sound model learns, and what none can."""

from __future__ import annotations

import math
from typing import Final

import numpy as np

from mladvisor.features.evaluation.intervals import exact_tail
from mladvisor.testing.cases import Outcome, case
from mladvisor.testing.chances import LEVEL, correlation_p, sign_test
from mladvisor.testing.data import Array, Data, LabelWriter, easy_rows, same_rows, take
from mladvisor.testing.result import NotApplicableError
from mladvisor.testing.subjects import Subject, Trained

ERRORS_LEFT: Final = 0.1
"""Share of the constant guess's errors that may be left when the label is in the input."""
HEART: Final = 0.25
"""Share of the untrained loss that may be left on a set known by heart: a softmax in front of a loss that applies its
own leaves .45 to .63, the usual label smoothing of .1 under .25."""
SHUFFLES: Final = 14
"""2^-14 is below `LEVEL`."""
SECONDS: Final = 60.0
"""How long a training on at most 2,000 rows may take: model tests run with every change of the code."""


def quality(subject: Subject, model: object, x: object, y: Array, data: Data) -> float:
    """Share of right labels; R² in regression; 0 and below is no better than the constant guess."""
    predicted = np.asarray(subject.predict(model, x)).reshape(-1)
    if len(predicted) != len(y):
        raise ValueError(f"{len(predicted)} predictions for {len(y)} rows")
    if data.classes:
        return float((predicted == y).mean())
    errors = predicted.astype(float) - y.astype(float)
    spread = float(((y - y.mean()) ** 2).mean()) or 1.0
    result = 1 - float((errors**2).mean()) / spread
    return result if math.isfinite(result) else -math.inf


@case(
    "With the label written into its inputs a model must learn it at once: on held-out rows at most a tenth of the "
    "constant guess's errors (of the variance, in regression) may be left.",
    "test.label-as-feature",
)
def learns_label_as_feature(subject: Subject, data: Data, seed: int) -> Outcome:
    """Trains on inputs that tell the label; anything between data and loss that mixes rows up shows here."""
    write = LabelWriter(data.x, data.y, data.classes)
    model = subject.train(write(data.x, data.y), data.y, seed).model
    value = quality(subject, model, write(data.x_test, data.y_test), data.y_test, data)
    limit = 1 - ERRORS_LEFT * (1 - data.majority)
    return Outcome(value >= limit, value, limit, f"{'accuracy' if data.classes else 'R²'} on {len(data.y_test)} rows")


@case(
    "A handful of easy rows, shown over and over, must be known by heart: every label right (R² of 0.9 in regression), "
    "and where the loss can be asked for, under a quarter of what guessing costs.",
    "feat.tiny",
)
def learns_tiny_set(subject: Subject, data: Data, seed: int) -> Outcome:
    """Trains on copies of a few rows, as many in all as a usual epoch has."""
    rows = easy_rows(data.x, data.y, data.classes)
    many = same_rows(rows, max(200, min(400, len(data.y))))
    model = subject.train(take(data.x, many), data.y[many], seed).model
    x, y = take(data.x, rows), data.y[rows]
    value = quality(subject, model, x, y, data)
    limit = 1.0 if data.classes else 0.9
    detail = f"{len(rows)} rows, each about {len(many) // len(rows)} times in an epoch"
    if value < limit or not data.classes:
        return Outcome(value >= limit, value, limit, detail)
    try:
        loss = subject.loss(model, take(data.x, many), data.y[many])
    except NotApplicableError:
        return Outcome(True, value, limit, detail)
    most = HEART * math.log(len(data.classes))
    if math.isfinite(loss) and loss <= most:
        return Outcome(True, value, limit, detail)
    return Outcome(False, loss, most, f"{detail}; all labels are right, but the loss stays at {loss:.3g}")


@case(
    "Trained on shuffled labels nothing can be predicted: where each of 14 fresh models agrees with the true labels of "
    "held-out rows more than by chance (6 cases in 100,000), the answer leaks in, or an earlier training was kept.",
    "test.label-as-feature",
)
def ignores_shuffled_labels(subject: Subject, data: Data, seed: int) -> Outcome:
    """Trains once as it should be, then fresh models on shuffled labels, until one agrees less than chance does.

    One shuffle would not do: what a model of few inputs learns from noise is a direction, which agrees with the true
    one or contradicts it on all rows at once. Either is as likely.
    """
    subject.trained(data, seed)  # what this leaves behind in the model's code must not help the next
    rng = np.random.default_rng(seed + 1)
    for count in range(SHUFFLES):
        model = subject.train(data.x, rng.permutation(data.y), seed + 1 + count).model  # the start differs too
        if not _above_chance(np.asarray(subject.predict(model, data.x_test)).reshape(-1), data):
            return Outcome(True, count, SHUFFLES, "shuffles that agreed more than by chance before one did not")
    return Outcome(False, SHUFFLES, SHUFFLES, "each model agreed with labels that it cannot know")


def _above_chance(predicted: Array, data: Data) -> bool:
    if not data.classes:
        p = correlation_p(predicted.astype(float), data.y_test.astype(float))
        return p < 0.5
    chance = sum(float((predicted == k).mean()) * float((data.y_test == k).mean()) for k in data.classes)
    return float((predicted == data.y_test).mean()) > chance + 1e-9


@case(
    "Within its budget (60 seconds for at most 2,000 rows) training beats the constant guess on the rows that it has "
    "seen, beyond what chance gives in one of 10,000 cases.",
    "test.convergence-time",
    "hyper.complexity",
)
def converges(subject: Subject, data: Data, seed: int) -> Outcome:
    """Trains once; time and quality on the training rows."""
    trained = subject.trained(data, seed)
    if trained.seconds > SECONDS:
        return Outcome(False, trained.seconds, SECONDS, "seconds of training")
    predicted = np.asarray(subject.predict(trained.model, data.x)).reshape(-1)
    if data.classes:
        most = max(float((data.y == label).mean()) for label in data.classes)
        right = int((predicted == data.y).sum())
        p = exact_tail(right, len(data.y), most)
        what = f"{right} of {len(data.y)} training rows right, {most * len(data.y):.0f} by the constant guess"
    else:
        value = quality(subject, trained.model, data.x, data.y, data)
        p = correlation_p(predicted.astype(float), data.y.astype(float)) if value > 0 else 1.0
        what = f"R² of {value:.3g} on the training rows"
    what += f" after {trained.seconds:.1f} s"
    if p >= LEVEL:
        return Outcome(False, p, LEVEL, f"{what} (measured is the chance that guessing does as well)")
    return Outcome(True, trained.seconds, SECONDS, what)


@case(
    "The same seed gives the same run: two trainings end in the same outputs, up to the rounding of sums whose order "
    "may change (a ten-thousandth of the outputs' range).",
    "dev.check",
)
def reproducible(subject: Subject, data: Data, seed: int) -> Outcome:
    """Trains twice with all random numbers seeded alike."""
    first = subject.scores(subject.trained(data, seed).model, data.x_test)
    second = subject.scores(subject.train(data.x, data.y, seed).model, data.x_test)
    return compared(first, second, "two trainings with one seed")


@case(
    "More training data does not hurt: a model trained on all rows makes no more errors on held-out rows than one "
    "trained on a quarter, beyond what chance gives in one of 10,000 cases.",
    "feat.tiny",
)
def more_data_does_not_hurt(subject: Subject, data: Data, seed: int) -> Outcome:
    """Trains on a quarter of the rows of each class, and on all."""
    rng = np.random.default_rng(seed)
    groups = [np.flatnonzero(data.y == k) for k in data.classes] if data.classes else [np.arange(len(data.y))]
    rows = np.sort(np.concatenate([rng.permutation(g)[: max(2, len(g) // 4)] for g in groups]))
    few = subject.train(take(data.x, rows), data.y[rows], seed)
    all_ = subject.trained(data, seed)
    small, large = (_errors(subject, trained, data) for trained in (few, all_))
    worse, better = int((large > small).sum()), int((large < small).sum())
    p = sign_test(worse, better)
    detail = f"of {len(data.y_test)} held-out rows {worse} became worse and {better} better with four times the data"
    return Outcome(p >= LEVEL, p, LEVEL, detail)


def _errors(subject: Subject, trained: Trained, data: Data) -> Array:
    predicted = np.asarray(subject.predict(trained.model, data.x_test)).reshape(-1)
    if data.classes:
        return np.asarray(predicted != data.y_test, dtype=float)
    errors = np.abs(predicted.astype(float) - data.y_test.astype(float))
    return np.asarray(np.where(np.isfinite(errors), errors, np.inf))


def compared(first: Array, second: Array, what: str) -> Outcome:
    """Two arrays of outputs that must agree, up to rounding."""
    first, second = np.asarray(first), np.asarray(second)
    if first.shape != second.shape:
        return Outcome(False, str(second.shape), str(first.shape), f"{what}: the outputs have another shape")
    if first.dtype.kind not in "fiub" or second.dtype.kind not in "fiub":
        share = float((first != second).mean())
        return Outcome(share == 0, share, 0.0, f"{what}: share of labels that differ")
    first, second = first.astype(float), second.astype(float)
    if not (np.isfinite(first).all() and np.isfinite(second).all()):
        return Outcome(False, "not finite", None, f"{what}: outputs are NaN or infinite")
    difference = float(np.abs(first - second).max(initial=0.0))
    limit = 1e-4 * float(np.ptp(first)) + 1e-6 * float(np.abs(first).max(initial=0.0)) + 1e-12
    return Outcome(difference <= limit, difference, limit, f"{what}: greatest difference of outputs")
