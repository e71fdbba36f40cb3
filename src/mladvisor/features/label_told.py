"""How far the label of a regression spreads where no table holds it: by the answers that were judged, or a report."""

from __future__ import annotations

from math import hypot

import numpy as np

from mladvisor.features.catalogue import Measures, feature
from mladvisor.features.measured import Measured, Where, unknown
from mladvisor.features.report_said import told
from mladvisor.runs.label_named import labels_named
from mladvisor.runs.other_languages import english
from mladvisor.runs.report_names import words_of
from mladvisor.runs.table_columns import LABEL_SETTINGS
from mladvisor.runs.word_sets import word_set

_HOW = "put predictions.csv (y_true, y_pred), or statistics of the label, beside the log"


def label_by_settings(m: Measures) -> frozenset[str]:
    """What settings call the label, in small letters. Use `m.once`."""
    return frozenset(
        str(each.value).lower()
        for key, each in m.run.config.items()
        if english(key.rpartition(".")[2]).lower() in LABEL_SETTINGS and isinstance(each.value, str)
    )


def label_by_scores(m: Measures) -> frozenset[str]:
    """What reports of the model's scores call the label, in small letters. Use `m.once`."""
    return frozenset(name.lower() for name in labels_named(m.run))


_CALLED_LABEL = frozenset(("target", "targets", "label", "labels", "y", "y_train", "train_target", "target_train"))


_OF_LABEL_ALONE = word_set("target targets label labels y response")
_OF_STATISTICS = word_set(
    "summary describe described description stats statistics distribution train training values col"
)


def _is_of_label(name: str, file: str) -> bool:
    """A column without a name of its own, in a file that is called after the label: "target_summary.txt"."""
    words = set(words_of(english(name)))
    own = name.lower() == file.rpartition("/")[2].partition(".")[0].lower()
    return own and bool(words & _OF_LABEL_ALONE) and words <= _OF_LABEL_ALONE | _OF_STATISTICS


def of_report(m: Measures) -> tuple[float, float, Where] | None:
    """Mean and standard deviation of the column that the settings name, else of one that is called the label, by a
    report of training data. Use `m.once`.
    """
    names = m.once(label_by_settings) or _CALLED_LABEL
    parts: dict[str, tuple[float, str]] = {}
    for said, file in m.once(told) if names else ():
        meant = said.name.lower() in names or _is_of_label(said.name, file)
        if said.what in ("mean", "std") and said.split in (None, "train") and meant:
            parts.setdefault(said.what, (said.value, file))
    if len(parts) < 2 or m.value("task.family") != "regression":
        return None
    return parts["mean"][0], parts["std"][0], Where(parts["std"][1], "std")


@feature("label.told_sd", unit="label units", doc="Standard deviation of the label of a regression, by the true values"
         " of its predictions, by a report, a note, or a squared error and R2 in the log", how=_HOW,
         source="+scaling")  # fmt: skip
def told_sd(m: Measures) -> Measured:
    spread, report = m.one("predictions.truth_spread"), m.once(of_report)
    if isinstance(spread.value, float):
        return Measured(10.0**spread.value, where=spread.where)
    if report is not None:
        return Measured(report[1], where=report[2])
    noted = m.one("report.target_spread")
    if isinstance(noted.value, float) and m.value("task.family") == "regression":
        return Measured(10.0**noted.value, note=noted.note, where=noted.where)
    return m.once(_of_log) or unknown(_HOW, "not-logged")


def _of_log(m: Measures) -> Measured | None:
    """By a squared error and the share of the variance that it leaves, logged side by side: mse / (1 - R2) is the
    variance of the label, and comes out the same at every evaluation where the loss is that error.
    """
    for split in ("val", "train", "test"):
        scores = [one for one in m.run.having("metric", split) if one.role.name == "r2"]
        losses = m.run.having("loss", split)
        for score in scores[:1]:
            for loss in losses[:1]:
                _, at, beside = np.intersect1d(score.x, loss.x, return_indices=True)
                left = 1.0 - score.y[at]
                fine = np.isfinite(left) & np.isfinite(loss.y[beside]) & (left > _LEAST_LEFT) & (loss.y[beside] > 0)
                if int(fine.sum()) < _LEAST_BESIDE:
                    continue
                variances = loss.y[beside][fine] / left[fine]
                middle = float(np.median(variances))
                alike = float(np.abs(variances / middle - 1.0).max()) <= _ALIKE
                moves = float(np.ptp(left[fine])) > _LEAST_LEFT or float(left[fine].min()) > _FAR_OFF
                if alike and moves:
                    note = "by the squared error and R2 beside it"
                    return Measured(middle**0.5, note=note, where=Where(loss.place.file, loss.name))
    return None


_LEAST_BESIDE = 3
_LEAST_LEFT = 0.02
_FAR_OFF = 2.0
"""Variances that the error amounts to all along: of any loss the quotient is large then only where the label is."""
_ALIKE = 0.15
"""Of means over batches, beside a score of all rows at the end of the epoch."""


@feature("label.told_range", unit="label units", doc="From the lowest to the highest value of a number that is learnt,"
         " by the settings", how="write target_min and target_max into the settings", source="+scaling")  # fmt: skip
def told_range(m: Measures) -> Measured:
    ends: dict[str, tuple[float, Where]] = {}
    for key, each in m.run.config.items():
        words = set(words_of(english(key.rpartition(".")[2])))
        side = words & {"min", "max", "minimum", "maximum"}
        plain = isinstance(each.value, int | float) and not isinstance(each.value, bool)
        if plain and len(side) == 1 and words - side <= _OF_LABEL and words & _OF_LABEL:
            ends[next(iter(side))[:3]] = (float(each.value), Where(each.place.file, key))
    if len(ends) == len(_ENDS) and ends["max"][0] > ends["min"][0]:
        return Measured(ends["max"][0] - ends["min"][0], where=ends["max"][1])
    return unknown("the settings do not give the range of the label", "not-logged")


_ENDS = ("min", "max")
_OF_LABEL = word_set("target targets label labels y value train")


@feature("label.told_size", unit="label units", doc="Root of the mean square of the label of a regression, by the true"
         " values of its predictions or by a report", how=_HOW, source="+scaling")  # fmt: skip
def told_size(m: Measures) -> Measured:
    size, report = m.one("predictions.truth_size"), m.once(of_report)
    if isinstance(size.value, float):
        return Measured(10.0**size.value, where=size.where)
    return unknown(_HOW, "not-logged") if report is None else Measured(hypot(report[0], report[1]), where=report[2])
