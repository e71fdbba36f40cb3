"""How far the primary metric stands above what guessing would score (metric.accuracy)."""

from __future__ import annotations

import numpy as np

from mladvisor.features.catalogue import Measures, feature
from mladvisor.features.measured import Measured, not_applicable
from mladvisor.features.metric_series import Series, grouped, series
from mladvisor.features.robust import running_median
from mladvisor.features.told_counts import told_counts
from mladvisor.runs.model import Curve

SPLITS = ("train", "val")
_TOLD = ("balanced-accuracy", "auc", "mcc", "kappa", "accuracy", "r2", "spearman", "pearson")
"""Metrics that guessing has a level of, those first that unequal classes leave alone."""
_OF_KEYPOINTS = ("pck", "nme", "epe")
_ZERO_AT_CHANCE = ("mcc", "kappa", "r2", "spearman", "pearson")


def judged(m: Measures, split: str) -> Series | None:
    """The primary metric, or where guessing has no level of it (F1, precision) one beside it that guessing has."""
    found = series(m, split)
    if found is None or found.name in _TOLD:
        return found
    groups, metrics = m.once(grouped)
    for name in _TOLD:
        curves = groups.get(name, {})
        curve = next(
            (curves[one] for one in (("train",) if split == "train" else ("val", "test", "")) if one in curves), None
        )
        # One value after training has no course.
        if curve is not None and len(curve) >= min(3, len(found.y)):
            taken = Series(curve, metrics[name])
            if len(taken.y):
                return taken
    return found


@feature(
    "metric.{split}.beside_chance",
    splits=SPLITS,
    doc="Level at the end of that {split} metric for which `metric.{split}.chance` says what guessing scores: the"
    " primary one, else one beside it",
    how="log accuracy or AUC beside the metric",
    source="metric.accuracy",
)
def beside_chance(m: Measures, split: str) -> Measured | None:
    found = m.once(judged, split)
    return None if found is None else Measured(found.end, se=found.noise, note=found.name, where=found.where)


@feature(
    "metric.beside_chance_name",
    type="choice",
    doc="The metric for which `metric.val.chance` says what guessing scores",
    how="log accuracy or AUC beside the metric",
    source="metric.accuracy",
)
def beside_chance_name(m: Measures) -> Measured | None:
    found = m.once(judged, "val") or m.once(judged, "train")
    return None if found is None else Measured(found.name, where=found.where)


@feature(
    "metric.{split}.chance",
    splits=SPLITS,
    doc="What guessing would score: 1/K for accuracy, a half for AUC, zero for correlations, kappa and R2",
    how="write `num_classes:` into the configuration file beside the log",
    source="metric.accuracy",
)
def chance(m: Measures, split: str) -> Measured | None:
    found = m.once(judged, split)
    if found is None:
        return None
    metric = found.name
    if metric == "auc":
        if any(one.role.name in _OF_KEYPOINTS for one in m.run.having("metric")):
            return not_applicable("beside PCK or NME it is the area under a curve of distances, not under an ROC curve")
        return Measured(0.5, note="AUC of random scores")
    if metric in _ZERO_AT_CHANCE:
        return Measured(0.0, note=f"{metric} of a constant or random prediction")
    if metric not in ("accuracy", "balanced-accuracy"):
        return not_applicable(f"{metric} has no level of chance that the number of classes would tell")
    classes = m.one("chance.classes")
    return Measured(1 / classes.value, note=f"1 of {classes.value:g}") if isinstance(classes.value, float) else None


@feature(
    "metric.{split}.over_chance",
    unit="fraction",
    splits=SPLITS,
    doc="How far the {split} metric ends between guessing (0) and perfect (1); negative below chance",
    how="write `num_classes:` into the configuration file beside the log",
    source="metric.accuracy",
)
def over_chance(m: Measures, split: str) -> Measured | None:
    found, level = m.once(judged, split), m.one(f"metric.{split}.chance")
    if found is None or not isinstance(level.value, float):
        return level if level.state == "not-applicable" else None
    scale = 1 - level.value
    return Measured((found.end - level.value) / scale, se=found.noise / scale, note=level.note, where=found.where)


@feature(
    "metric.{split}.over_majority",
    unit="fraction",
    splits=SPLITS,
    doc="How far the {split} accuracy ends between always naming the largest class (0) and perfect (1), by the counts"
    " of classes in the configuration or beside the log",
    how="write `class_counts:` into the configuration file beside the log",
    source="metric.accuracy",
)
def over_majority(m: Measures, split: str) -> Measured | None:
    found, share = series(m, split), _largest_share(m, split)
    if found is None or found.name != "accuracy" or share is None or share >= 1:
        return None
    return Measured((found.end - share) / (1 - share), se=found.noise / (1 - share), where=found.where)


def _largest_share(m: Measures, split: str) -> float | None:
    """Of the rows of that very split where somebody counted them, else of all."""
    rows: list[int] = list(m.once(told_counts)[0].get(split, {}).values())
    if len(rows) > 1:
        return max(rows) / sum(rows)
    share = m.value("config.majority_share")
    return share if isinstance(share, float) else None


@feature(
    "metric.val.share_of_negatives",
    unit="fraction",
    doc="Validation accuracy at evaluations where recall or F1 is zero: the share of the rows that are no positives,"
    " which is known from it",
    how="log accuracy and recall (or F1) at every evaluation",
    source="metric.accuracy",
)
def share_of_negatives(m: Measures) -> Measured | None:
    groups, metrics = m.once(grouped)
    right = _on_validation(groups, "accuracy")
    found = next((each for name in ("recall", "f1") if (each := _on_validation(groups, name)) is not None), None)
    if right is None or found is None:
        return None
    own, beside = Series(right, metrics["accuracy"]), Series(found, None)
    idle = np.isin(own.x, beside.x[beside.y == 0.0])
    if not idle.any() or float(np.ptp(own.y[idle])) > _SAME:
        return None  # answers were given that were not all one: accuracy is no share then
    return Measured(float(own.y[idle][0]), note=f"{int(idle.sum())} evaluations", where=own.where)


_SAME = 0.002
"""What rounding, or a row or two, leaves between accuracies of one answer to all rows."""


def _on_validation(groups: dict[str, dict[str, Curve]], name: str) -> Curve | None:
    return next((groups[name][each] for each in ("val", "test", "") if each in groups.get(name, {})), None)


@feature(
    "metric.{split}.best_over_chance",
    unit="fraction",
    splits=SPLITS,
    doc="How far the {split} metric stood between guessing (0) and perfect (1) at its best, single points left out",
    how="write `num_classes:` into the configuration file beside the log",
    source="metric.accuracy",
)
def best_over_chance(m: Measures, split: str) -> Measured | None:
    found, level = m.once(judged, split), m.one(f"metric.{split}.chance")
    if found is None or not isinstance(level.value, float):
        return level if level.state == "not-applicable" else None
    smooth = running_median(found.by, 3)
    # The median at an edge is the point itself, which is no more than one.
    best = max(float(smooth[1:-1].max()) if len(smooth) > 4 else found.end, found.start, found.end)
    return Measured((best - level.value) / (1 - level.value), se=found.noise / (1 - level.value), where=found.where)
