"""What a model that knows nothing of its inputs would score: the level to which losses and metrics are compared.

Cross-entropy of a uniform guess is ln K; squared error of the uniform guess over one-hot targets is (K - 1) / K^2; of
the mean over a number it is the variance of that number, which a squared error and its R2 tell together.
"""

from __future__ import annotations

import re
from math import exp, isfinite, log

import numpy as np

from mladvisor.features.catalogue import Measures, feature
from mladvisor.features.class_weights import weighted_guess
from mladvisor.features.data_tables import place, tables
from mladvisor.features.loss_metric import CROSS_ENTROPIES, aligned
from mladvisor.features.measured import Measured, Where, not_applicable, unknown
from mladvisor.features.metric_series import series
from mladvisor.features.robust import quantiles
from mladvisor.features.signal import primary, signal
from mladvisor.features.task import loss_of_two

_HOW = "write `num_classes:` and `loss:` into the configuration file beside the log"
_MOST_TOLD = 2.36
"""Above ln 10 the levels of neighbouring numbers of classes lie too close together to be told apart."""
_SETTLED = 10
"""Points that a loss must have before it counts as settled."""
_CROSS_ENTROPY = re.compile(r"(?i)log_?loss|cross_?entropy")
_PLAUSIBLE = 3.0
"""A loss of unknown name counts as cross-entropy only if it starts within this factor of chance."""
_ABOVE_YES_OR_NO = 1.3
"""A loss that starts so many times above ln 2 is no mean of losses of yes or no: bad first weights add less."""
_DEVIANCE = "Train Loss"
"""What scikit-learn calls the deviance that its boosting prints."""


@feature("chance.classes", unit="classes", doc="Number of classes to choose from", how=_HOW, source="metric.loss")
def classes(m: Measures) -> Measured | None:
    if m.value("task.family") not in ("classification", None):
        return not_applicable(f"the task is {m.value('task.family')}")
    told = m.one("config.classes")
    if isinstance(told.value, float):
        return Measured(max(2.0, told.value), note=told.note, where=told.where)
    if m.value("task") == "binary":
        return Measured(2.0, note="the task is binary")
    target = m.run.script.target if m.run.script is not None else None
    if target is not None and target.kind == "classes" and target.classes:
        return Measured(float(target.classes), note=f"the script learns {target.classes} classes")
    found = _classes_from_label(m) or _classes_from_curves(m) or _classes_from_outputs(m)
    return found or _classes_from_predictions(m)


def _classes_from_label(m: Measures) -> Measured | None:
    """The different labels of the training table, where they are classes."""
    if not m.run.files.get("train"):
        return None
    found = m.once(tables)
    table = found.get("train") if found.task == "multiclass" else None
    if table is None or found.label_column not in table:
        return None
    count = float(len(table.codes(found.label_column).values))
    return Measured(count, note=f"{count:g} labels in {table.file}", where=place(table, found.label_column))


def _classes_from_outputs(m: Measures) -> Measured | None:
    """One output for each class, where a loss over classes takes them and the task is known to be a choice of one."""
    units = m.one("model.output.units")
    if not isinstance(units.value, float) or units.value < 2 or m.value("task.family") != "classification":
        return None
    named = m.value("config.loss")
    if named not in ("cross-entropy", "nll") and (named is not None or not _starts_as_choice(m, units.value)):
        return None
    return Measured(units.value, note=f"the last layer has {units.value:g} outputs", where=units.where)


def _starts_as_choice(m: Measures, units: float) -> bool:
    """A loss beside accuracy that starts above that of guessing yes or no, as no mean of such losses does, and not far
    beyond that of guessing one of so many.
    """
    judged = [found for split in ("train", "val") if (found := series(m, split)) is not None]
    losses = m.once(signal, "train") or m.once(signal, "val")
    if losses is None or not len(losses) or losses.log or not any(each.name == "accuracy" for each in judged):
        return False
    return bool(_ABOVE_YES_OR_NO * log(2) < losses.start < _PLAUSIBLE * log(units))


def _classes_from_predictions(m: Measures) -> Measured | None:
    """The different classes of the stored predictions, where nothing else tells them; a rare one may be missing."""
    if not m.run.files.get("predictions"):
        return None
    found = m.one("predictions.classes")
    if not isinstance(found.value, float) or found.value < 2:
        return None
    return Measured(found.value, note=f"{found.value:g} classes among the predictions", where=found.where)


def _classes_from_curves(m: Measures) -> Measured | None:
    """K, where the loss stands at ln K while accuracy stands at 1/K: at the start, or for good if nothing is learnt.

    Without an accuracy, only a loss that has settled there tells it.
    """
    if m.value("config.loss") not in (None, *CROSS_ENTROPIES):
        return None
    for split in ("val", "train"):
        losses, metric = m.once(signal, split), series(m, split)
        if losses is None or not len(losses) or losses.log:
            continue
        if metric is None:
            guessed = _guessed(m, losses.end) if len(losses) >= _SETTLED else None
            if guessed is not None and float(np.ptp(losses.smooth[len(losses.smooth) // 2 :])) < _RESTS:
                return guessed
            count = nearest(losses.end)
            settled = len(losses) >= _SETTLED and float(np.ptp(losses.smooth[len(losses.smooth) // 2 :])) < 0.01
            if count and settled and m.value("task.family") in ("classification", None):
                return Measured(float(count), note=f"the loss has settled at ln {count}")
        elif metric.name == "accuracy":
            for level, accuracy in ((losses.start, metric.start), (losses.end, metric.end)):
                count = nearest(level)
                # Of two classes one may well be larger; with more, 1/K must be met.
                if count and abs(accuracy - 1 / count) < (0.14 if count == 2 else 0.07):
                    note = f"the loss stands at ln {count} where {metric.name} stands at {accuracy:.2g}"
                    return Measured(float(count), note=note)
    return None


def _guessed(m: Measures, level: float) -> Measured | None:
    """K, where an accuracy of 1/K was printed at the end, and the loss has come to rest at ln K or a little above."""
    from mladvisor.features.scores_elsewhere import printed_scores

    found = [(one, file) for one, file in m.once(printed_scores) if one.name == "accuracy" and one.place != "train"]
    said = [(one.value, file) for one, file in found]
    if not said or said[-1][0] <= 0:
        return None
    value, file = said[-1]
    near = range(max(2, round(0.87 / value)), round(1.17 / value) + 1)
    counts = [each for each in near if log(each) - 0.03 < level < 1.08 * log(each)]
    if not counts or value < _LEAST_GUESSED:
        return None
    count = min(counts, key=lambda each: abs(1 / each - value))
    note = f"an accuracy of {value:.2g} was printed, and the loss rests near ln {count}"
    return Measured(float(count), note=note, where=Where(file))


_LEAST_GUESSED = 1e-3
_RESTS = 0.15
"""By as much a loss of guessing goes up and down where the rate is too high."""


def nearest(level: float) -> int:
    """The number of classes, 2 to 10, whose loss of guessing this level is; 0 if it is none."""
    count = round(exp(level)) if 0.5 < level < _MOST_TOLD else 0
    return count if count >= 2 and abs(level - log(count)) < 0.03 else 0


def _variance_from_curves(m: Measures) -> Measured | None:
    """The variance of the label: loss over 1 - R2, if that is one number all along, as it is for a squared error."""
    for split in ("val", "train"):
        losses, metric = m.once(signal, split), series(m, split)
        if losses is None or metric is None or metric.name != "r2" or len(losses) < 3:
            continue
        pair = aligned(losses, metric)
        if pair is None:
            continue
        with np.errstate(all="ignore"):
            ratio = pair[0] / (1.0 - pair[1])
        ratio = ratio[np.isfinite(ratio) & (ratio > 0)]
        if len(ratio) < 3:
            continue
        low, middle, high = quantiles(ratio, 0.1, 0.5, 0.9)
        if high - low < 0.05 * middle:
            return Measured(
                middle, se=0.5 * (high - low), note="the variance of the label, from loss and R2", where=metric.where
            )
    return None


_NEAR = 3.0
"""A squared error that starts within this factor of the label's variance in the table counts in the table's units."""


def _variance_of_table(m: Measures) -> Measured | None:
    """The variance of the label in the training table, where the loss starts near it and so has not been rescaled."""
    if m.value("config.loss") not in (None, "mse") or not m.run.files.get("train"):
        return None
    spread, start = m.one("data.label_sd"), m.value("loss.train.start")
    if not isinstance(spread.value, float) or not isinstance(start, float) or spread.value <= 0:
        return None
    variance = spread.value**2
    if not variance / _NEAR <= start <= variance * _NEAR:
        return None
    return Measured(variance, note="the variance of the label in the training table", where=spread.where)


def _variance_as_set(m: Measures) -> Measured | None:
    """One, where the settings standardise the label and a squared error starts near it, being of the scaled label."""
    told, start = m.one("config.target_standardised"), m.value("loss.train.start")
    if told.value is not True or m.value("config.loss") not in (None, "mse") or not isinstance(start, float):
        return None
    if not 1.0 / _NEAR <= start <= _NEAR:
        return None
    return Measured(1.0, note="the variance of a standardised label", where=told.where)


def _quarter(m: Measures) -> Measured | None:
    """A quarter, if a squared error has settled there: the variance of a label that is 0 or 1, equally often."""
    losses = m.once(signal, "train") or m.once(signal, "val")
    if m.value("config.loss") != "mse" or losses is None or len(losses) < _SETTLED or losses.log:
        return None
    level = losses.smooth[len(losses.smooth) // 2 :]
    if abs(losses.end - 0.25) > 0.002 or float(np.ptp(level)) > 0.005:
        return None
    return Measured(0.25, note="a squared error that has settled at the variance of a balanced yes-or-no label")


@feature(
    "chance.loss",
    unit="loss",
    doc="Loss of a model that guesses: ln K for cross-entropy over K classes or tokens, (K-1)/K^2 for squared error,"
    " the variance of the label for a number",
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
        ways = (_variance_from_curves, _quarter, _variance_of_table, _variance_as_set)
        found: Measured | None = next((level for way in ways if (level := m.once(way)) is not None), None)
        return found or unknown(
            "log R2 beside the loss, or provide train.csv with the label column: the variance of the label is the level"
            " of chance"
        )
    else:
        choices = m.one("chance.classes")
    count, name = choices.value, m.value("config.loss")
    if not isinstance(count, float) or count < 2:
        return None
    if name is None and count == 2 and m.once(loss_of_two) is not None:
        name = "binary-cross-entropy"
    if name == "binary-cross-entropy" and m.value("model.family") == "boosting":
        first = m.value("loss.train.first")  # of one answer for all rows, so ln 2 at most where they count alike
        if isinstance(first, float) and first > _ABOVE_YES_OR_NO * log(2):
            return unknown("the loss starts far above ln 2, so that rows have weights in it")
    # an objective is the loss and its penalty, so the loss beside it is no sum
    if any(curve.role.component and curve.role.name != "objective" for curve in m.run.having("loss")):
        return unknown("the loss is a sum of several, of which guessing cannot be told")
    if name == "mse" and count > 2 and m.value("model.output.units") == 1:
        return unknown("classes are learnt as one number, of which the table of labels alone tells the variance")
    if name == "mse":
        return Measured((count - 1) / count**2, note=f"squared error, {count:g} classes, one-hot targets")
    weighted = weighted_guess(m) if count == 2 and name == "binary-cross-entropy" else None
    if weighted is not None:
        if not isfinite(weighted[0]):
            return unknown(f"{weighted[1]}, and the shares of the classes are not known")
        return Measured(log(count) * weighted[0], note=f"ln 2 with weights: {weighted[1]}", where=choices.where)
    units = m.value("model.output.units")
    if name == "binary-cross-entropy" and count > 2 and isinstance(units, float) and units == count:
        share = 1.0 / count  # each output is asked a yes or no of its own, and the mean is taken over them
        level = -(share * log(share) + (1 - share) * log(1 - share))
        return Measured(level, note=f"yes or no for each of {count:g} exclusive classes", where=choices.where)
    if name in CROSS_ENTROPIES:
        return Measured(log(count), note=f"ln {count:g}", where=choices.where)
    if name is not None:
        return None
    curve, start = m.once(primary, "train"), m.value("loss.train.start")
    if count == 2 and curve is not None and curve.name == _DEVIANCE and m.value("model.family") == "boosting":
        return Measured(2 * log(2), note="2 ln 2: the deviance, twice the cross-entropy", where=choices.where)
    if curve is not None and _CROSS_ENTROPY.search(curve.name):
        return Measured(log(count), note=f"ln {count:g}, by the name of the loss", where=choices.where)
    if curve is not None and isinstance(start, float) and log(count) / _PLAUSIBLE <= start <= log(count) * _PLAUSIBLE:
        return Measured(log(count), note=f"ln {count:g}, taking the loss for cross-entropy", where=choices.where)
    end = m.value("loss.train.end")
    if isinstance(start, float) and isinstance(end, float) and start > end and _at_rest_there(m, end, log(count)):
        return Measured(log(count), note=f"ln {count:g}, to which the loss has come down", where=choices.where)
    return None


def _at_rest_there(m: Measures, end: float, level: float) -> bool:
    """Half of a long run lies at the level of guessing: what came down to it from far above is a cross-entropy."""
    losses = m.once(signal, "train")
    if losses is None or len(losses) < _SETTLED or losses.log:
        return False
    rest = losses.smooth[len(losses.smooth) // 2 :]
    return bool(0.97 * level <= end <= 1.08 * level and float(np.ptp(rest)) < _RESTS)


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
    if m.value("config.loss_summed") is True:
        return unknown("by the settings the loss is a sum: divided by the rows of a batch it could be compared")
    level = m.one(name)
    if not isinstance(level.value, float):
        return None
    return Measured(level.value / chance.value, se=level.se / chance.value, note=chance.note, where=level.where)
