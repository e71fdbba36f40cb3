"""What a model that knows nothing of its inputs would score: the level to which losses and metrics are compared.

Cross-entropy of a uniform guess is ln K; squared error of the uniform guess over one-hot targets is (K - 1) / K^2.
"""

from __future__ import annotations

from math import log

from mladvisor.features.catalogue import Measures, feature
from mladvisor.features.measured import Measured, not_applicable, unknown
from mladvisor.features.signal import primary

_HOW = "write `num_classes:` and `loss:` into the configuration file beside the log"
_CROSS_ENTROPIES = ("cross-entropy", "binary-cross-entropy", "nll")
_PLAUSIBLE = 3.0
"""A loss of unknown name counts as cross-entropy only if it starts within this factor of chance."""


@feature("chance.classes", unit="classes", doc="Number of classes to choose from", how=_HOW, source="metric.loss")
def classes(m: Measures) -> Measured | None:
    if m.value("task.family") not in ("classification", None):
        return not_applicable(f"the task is {m.value('task.family')}")
    told = m.one("config.classes")
    if isinstance(told.value, float):
        return Measured(max(2.0, told.value), note=told.note, where=told.where)
    return Measured(2.0, note="the task is binary") if m.value("task") == "binary" else None


@feature(
    "chance.loss",
    unit="loss",
    doc="Loss of a model that guesses: ln K for cross-entropy over K classes or tokens, (K-1)/K^2 for squared error",
    how=_HOW,
    source="metric.loss",
)
def loss(m: Measures) -> Measured | None:
    family = m.value("task.family")
    if family in ("reinforcement", "adversarial", "detection", "segmentation", "other"):
        return not_applicable(f"the loss of a task of kind {family} has no level of chance that could be told")
    if family == "language-modelling":
        choices = m.one("config.vocabulary")
    elif family == "regression":
        return unknown("provide train.csv with the label column: the variance of the label is the level of chance")
    else:
        choices = m.one("chance.classes")
    count, name = choices.value, m.value("config.loss")
    if not isinstance(count, float) or count < 2:
        return None
    if any(curve.role.component for curve in m.run.having("loss")):
        return unknown("the loss is a sum of several, of which guessing cannot be told")
    if name == "mse":
        return Measured((count - 1) / count**2, note=f"squared error, {count:g} classes, one-hot targets")
    if name in _CROSS_ENTROPIES:
        return Measured(log(count), note=f"ln {count:g}", where=choices.where)
    if name is not None:
        return None
    curve, start = m.once(primary, "train"), m.value("loss.train.start")
    if curve is not None and isinstance(start, float) and log(count) / _PLAUSIBLE <= start <= log(count) * _PLAUSIBLE:
        return Measured(log(count), note=f"ln {count:g}, taking the loss for cross-entropy", where=choices.where)
    return None


@feature(
    "loss.{split}.over_chance",
    unit="ratio",
    splits=("train", "val"),
    doc="End level of the {split} loss over the loss of guessing: 1 is no better than chance",
    how=_HOW,
    source="metric.loss",
)
def over_chance(m: Measures, split: str) -> Measured | None:
    return _ratio(m, f"loss.{split}.end")


@feature(
    "loss.{split}.start_over_chance",
    unit="ratio",
    splits=("train", "val"),
    doc="Start level of the {split} loss over the loss of guessing: a sound initialisation starts near 1",
    how=_HOW,
    source="metric.loss",
)
def start_over_chance(m: Measures, split: str) -> Measured | None:
    return _ratio(m, f"loss.{split}.start")


def _ratio(m: Measures, name: str) -> Measured | None:
    chance = m.one("chance.loss")
    if not isinstance(chance.value, float):
        return chance if chance.state == "not-applicable" else None
    level = m.one(name)
    if not isinstance(level.value, float):
        return None
    return Measured(level.value / chance.value, se=level.se / chance.value, note=chance.note, where=level.where)
