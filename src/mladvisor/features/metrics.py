"""The primary evaluation metric: which one it is, its direction, level, trend, and what guessing would score.

Metrics within 0 and 1 that were logged in percent are brought to fractions. Without a validation metric a test metric
logged during training stands in for it.
"""

from __future__ import annotations

from math import hypot, sqrt

import numpy as np

from mladvisor.features.catalogue import Measures, feature
from mladvisor.features.config_lookup import pick, text
from mladvisor.features.measured import Measured, Where, not_applicable, unknown
from mladvisor.features.metric_names import Metric, metric_of, rank
from mladvisor.features.robust import Array, blocks, lag_one, median, quantum, running_median, slope, white_noise
from mladvisor.features.signal import LARGEST
from mladvisor.runs.model import Curve

SPLITS = ("train", "val")
SIGNIFICANT = 3.0
"""Standard errors that a trend must exceed."""
_MOST = 256
_LOG = "log an evaluation metric (accuracy, F1, AUC ...) for training and validation data at every epoch"
_ZERO_AT_CHANCE = ("mcc", "kappa", "r2", "spearman", "pearson")


class Series:
    """One metric curve prepared for measuring.

    Attributes:
        curve: as logged; metric: what is known of it by name, None for a metric we do not know.
        x, y: finite points, shape (n,), fractions where percent was logged.
        by, bx: at most 512 block medians of them.
        noise: sd of a block around a smooth curve.
        sign: +1 when higher is better, -1 when lower is, 0 when that cannot be told.
    """

    __slots__ = ("bx", "by", "curve", "end", "metric", "noise", "sign", "start", "x", "y")

    def __init__(self, curve: Curve, metric: Metric | None) -> None:
        self.curve, self.metric = curve, metric
        good = np.abs(curve.y) < LARGEST
        self.x: Array = curve.x[good]
        self.y: Array = curve.y[good]
        if metric is not None and metric.bounded and len(self.y) and 1.5 < float(self.y.max()) <= 100.001:
            self.y = self.y / 100.0
        higher = curve.role.higher_is_better
        if higher is None and metric is not None:
            higher = metric.higher
        self.sign = 0 if higher is None else 1 if higher else -1
        if not len(self.y):
            return
        self.by, size = blocks(self.y, _MOST)
        self.bx = self.x if size == 1 else blocks(self.x, _MOST)[0]
        n = len(self.by)
        self.noise = max(white_noise(self.by), 0.29 * quantum(self.by)) if n >= 4 else 0.0
        self.start = median(self.by[: max(1, min(n // 20, 3))])
        self.end = median(self.by[-max(1, min(n // 10, 9), 2 if n >= 8 else 1) :])

    @property
    def where(self) -> Where:
        place = self.curve.place
        return Where(place.file, place.column, self.curve.x_unit, float(self.x[0]), float(self.x[-1]))

    @property
    def name(self) -> str:
        """The metric's standard name, else the log's canonical or own one."""
        return self.metric.name if self.metric else self.curve.role.name or self.curve.name

    def change(self) -> tuple[float, float]:
        """Change for the better from start to end, and its standard error."""
        n = len(self.by)
        first, last = max(1, min(n // 20, 3)), max(1, min(n // 10, 9))
        error = 1.25 * self.noise * sqrt(1 / first + 1 / last)
        return self.sign * (self.end - self.start), error


def grouped(m: Measures) -> tuple[dict[str, dict[str, Curve]], dict[str, Metric | None]]:
    """Name -> split ("" where none can be told) -> its longest curve; and what is known of each name."""
    groups: dict[str, dict[str, Curve]] = {}
    metrics: dict[str, Metric | None] = {}
    for curve in m.run.having("metric"):
        if not len(curve):
            continue
        metric = metric_of(curve.role.name, curve.name)
        name = metric.name if metric else curve.role.name or curve.name
        if name not in groups:
            groups[name], metrics[name] = {}, metric
        kept = groups[name].get(curve.role.split or "")
        if kept is None or len(curve) > len(kept):
            groups[name][curve.role.split or ""] = curve
    return groups, metrics


def chosen(m: Measures) -> dict[str, Series]:
    """Split -> the primary metric's curve. One metric for all splits, rather one that validation data has.

    The one that the configuration monitors, else by `metric_names.PRIORITY`; losses under another name come last.
    """
    groups, metrics = m.once(grouped)
    if not groups:
        return {}
    order = list(groups)
    watched = _monitored(m)

    def standing(name: str) -> tuple[bool, bool, bool, bool, int, int]:
        metric, curves = metrics[name], groups[name]
        longest = max(len(curve) for curve in curves.values())
        judged = any(len(curves[split]) > 1 for split in ("val", "test", "") if split in curves)
        return (
            name != watched,
            not judged and longest > 1,
            metric is None and all(curve.role.higher_is_better is None for curve in curves.values()),
            metric is not None and metric.like_loss,
            rank(name),
            order.index(name),
        )

    best = min(order, key=standing)
    curves = groups[best]
    found: dict[str, Series] = {}
    train, val = curves.get("train"), curves.get("val") or curves.get("test") or curves.get("")
    for split, taken in (("train", train), ("val", val)):
        if taken is not None:
            prepared = Series(taken, metrics[best])
            if len(prepared.y):
                found[split] = prepared
    return found


@feature(
    "metric.val.level.*",
    doc="Level at the end of the validation metric of that standard name (accuracy, f1, precision, recall, auc ...)",
    how="log precision, recall, F1 and AUC for validation data at every epoch",
    source="metric.prf",
)
def level(m: Measures, name: str) -> Measured | None:
    groups, metrics = m.once(grouped)
    curves = groups.get(name, {})
    curve = curves.get("val") or curves.get("test") or curves.get("")
    found = Series(curve, metrics[name]) if curve is not None else None
    return Measured(found.end, se=found.noise, where=found.where) if found is not None and len(found.y) else None


def _monitored(m: Measures) -> str | None:
    picked = pick(m, "monitor", text)
    if picked is None or "loss" in picked.value.lower():
        return None
    metric = metric_of("", picked.value)
    return metric.name if metric else None


def series(m: Measures, split: str) -> Series | None:
    """The primary metric of a split, None when it was not logged."""
    found: Series | None = m.once(chosen).get(split)
    return found


def _any(m: Measures) -> Series | None:
    return series(m, "val") or series(m, "train")


@feature("metric.name", type="choice", doc="The primary metric", how=_LOG, source="dev.check")
def name(m: Measures) -> Measured | None:
    found = _any(m)
    return None if found is None else Measured(found.name, where=found.where)


@feature(
    "metric.higher_is_better",
    type="flag",
    doc="Higher values of the primary metric are better",
    how=_LOG,
    source="dev.check",
)
def higher_is_better(m: Measures) -> bool | None:
    found = _any(m)
    return None if found is None or found.sign == 0 else found.sign > 0


@feature(
    "metric.like_loss",
    type="flag",
    doc="The primary metric says what the loss says (perplexity, squared error), so it cannot contradict it",
    how=_LOG,
    source="fig4.a",
)
def like_loss(m: Measures) -> bool | None:
    found = _any(m)
    return None if found is None else found.metric is not None and found.metric.like_loss


@feature(
    "metric.{split}.count",
    splits=SPLITS,
    unit="points",
    doc="Logged points of the {split} metric",
    how=_LOG,
    source="dev.check",
)
def count(m: Measures, split: str) -> Measured | None:
    found = series(m, split)
    return None if found is None else Measured(float(len(found.y)), where=found.where)


@feature("metric.{split}.first", splits=SPLITS, doc="First value of the {split} metric", how=_LOG, source="dev.check")
def first(m: Measures, split: str) -> Measured | None:
    found = series(m, split)
    return None if found is None else Measured(float(found.y[0]), where=found.where)


@feature("metric.{split}.last", splits=SPLITS, doc="Last value of the {split} metric", how=_LOG, source="dev.check")
def last(m: Measures, split: str) -> Measured | None:
    found = series(m, split)
    return None if found is None else Measured(float(found.y[-1]), where=found.where)


@feature(
    "metric.{split}.end",
    splits=SPLITS,
    doc="Level of the {split} metric at the end (median of the last points)",
    how=_LOG,
    source="dev.check",
)
def end(m: Measures, split: str) -> Measured | None:
    found = series(m, split)
    return None if found is None else Measured(found.end, se=found.noise, where=found.where)


@feature("metric.{split}.best", splits=SPLITS, doc="Best value of the {split} metric", how=_LOG, source="dev.check")
def best(m: Measures, split: str) -> Measured | None:
    found = series(m, split)
    if found is None or found.sign == 0:
        return None
    return Measured(float(found.y.max() if found.sign > 0 else found.y.min()), where=found.where)


@feature(
    "metric.{split}.best_epoch",
    splits=SPLITS,
    doc="Where the {split} metric is best, in the units of its x",
    how=_LOG,
    source="hyper.epochs",
)
def best_epoch(m: Measures, split: str) -> Measured | None:
    found = series(m, split)
    if found is None or found.sign == 0:
        return None
    return Measured(float(found.x[int((found.sign * found.y).argmax())]), where=found.where)


@feature(
    "metric.{split}.range",
    splits=SPLITS,
    doc="Largest minus smallest value of the {split} metric",
    how=_LOG,
    source="fig4",
)
def spread(m: Measures, split: str) -> Measured | None:
    found = series(m, split)
    return None if found is None else Measured(float(found.y.max() - found.y.min()), where=found.where)


@feature(
    "metric.{split}.gain",
    splits=SPLITS,
    doc="Change of the {split} metric for the better from start to end, in its own units",
    how=_LOG,
    source="fig4",
)
def gain(m: Measures, split: str) -> Measured | None:
    found = _with_direction(m, split, 2)
    if not isinstance(found, Series):
        return found
    change, error = found.change()
    return Measured(change, se=error, where=found.where)


def _short(found: Series, least: int) -> Measured:
    there = f"{least} points are needed, {len(found.y)} {'is' if len(found.y) == 1 else 'are'} there"
    return unknown(f"evaluate more often, or train longer: of {found.name} {there}", "too-few-points")


def _with_direction(m: Measures, split: str, least: int) -> Series | Measured | None:
    found = series(m, split)
    if found is None:
        return None
    if found.sign == 0:
        return unknown(f"it cannot be told whether higher values of {found.name} are better")
    if len(found.y) < least:
        return _short(found, least)
    return found


@feature(
    "metric.{split}.trend",
    type="choice",
    choices=("improving", "flat", "worsening"),
    splits=SPLITS,
    doc="Whether the {split} metric ends better or worse than it began, beyond its noise",
    how=_LOG,
    source="fig4",
)
def trend(m: Measures, split: str) -> Measured | None:
    found = _with_direction(m, split, 4)
    if not isinstance(found, Series):
        return found
    change, error = found.change()
    return Measured(_direction(change, SIGNIFICANT * error), where=found.where)


def _direction(change: float, limit: float) -> str:
    if abs(change) <= limit or change == 0:
        return "flat"
    return "improving" if change > 0 else "worsening"


@feature(
    "metric.{split}.end_trend",
    type="choice",
    choices=("improving", "flat", "worsening"),
    splits=SPLITS,
    doc="The same over the last quarter of the run",
    how=_LOG,
    source="hyper.epochs",
)
def end_trend(m: Measures, split: str) -> Measured | None:
    found = _with_direction(m, split, 8)
    if not isinstance(found, Series):
        return found
    n = max(5, len(found.by) // 4)
    tail = found.by[-n:]
    t = np.linspace(0.0, 1.0, n)
    steepness, square = slope(t, tail)
    residual = tail - tail.mean() - steepness * (t - t.mean())
    sd = max(sqrt(float(residual @ residual) / (n - 2)), found.noise)
    rho = lag_one(residual)
    error = sd / sqrt(square) * sqrt((1 + rho) / (1 - rho))
    return Measured(_direction(found.sign * steepness, SIGNIFICANT * error), where=found.where)


@feature(
    "metric.{split}.fall_from_best",
    splits=SPLITS,
    doc="How far the {split} metric ends below its best smoothed level, beyond what noise explains: points for metrics"
    " within 0 and 1, else a share of its range",
    how=_LOG,
    source="fig3",
)
def fall_from_best(m: Measures, split: str) -> Measured | None:
    found = _with_direction(m, split, 4)
    if not isinstance(found, Series):
        return found
    better = found.sign * found.by
    n = len(better)
    width = max(1, min(n // 10, 9), 2 if n >= 8 else 1)
    smooth = np.convolve(better, np.full(width, 1 / width), "valid") if width > 1 else better
    # The best of n noisy levels stands above the true one, by about two standard errors for the lengths seen here.
    fall = max(0.0, float(smooth.max()) - found.sign * found.end - 2 * found.noise / sqrt(width))
    scale = 1.0 if found.metric is not None and found.metric.bounded else float(found.y.max() - found.y.min())
    return Measured(fall / scale if scale > 0 else 0.0, where=found.where)


@feature(
    "metric.gap",
    unit="points",
    doc="Training minus validation metric at the end, in the better direction (0.1 = ten points for fractions)",
    how=_LOG,
    source="fig3",
)
def gap(m: Measures) -> Measured | None:
    train, val = series(m, "train"), series(m, "val")
    if train is None or val is None or train.sign == 0:
        return None
    return Measured(train.sign * (train.end - val.end), se=hypot(train.noise, val.noise), where=val.where)


@feature(
    "metric.gap_start",
    unit="points",
    doc="Training minus validation metric at the first evaluations, in the better direction",
    how=_LOG,
    source="fig3.b",
)
def gap_start(m: Measures) -> Measured | None:
    train, val = series(m, "train"), series(m, "val")
    if train is None or val is None or train.sign == 0 or len(val.y) < 3 or len(train.y) < 3:
        return None
    return Measured(train.sign * (train.start - val.start), se=hypot(train.noise, val.noise), where=val.where)


@feature(
    "metric.{split}.distinct",
    unit="values",
    splits=SPLITS,
    doc="Different values that the {split} metric takes",
    how=_LOG,
    source="metric.accuracy",
)
def distinct(m: Measures, split: str) -> Measured | None:
    found = series(m, split)
    return None if found is None else Measured(float(len(np.unique(found.y))), where=found.where)


@feature(
    "metric.{split}.constant",
    type="flag",
    splits=SPLITS,
    doc="The {split} metric keeps one value over three points or more",
    how=_LOG,
    source="metric.accuracy",
)
def constant(m: Measures, split: str) -> Measured | None:
    found = series(m, split)
    if found is None:
        return None
    if len(found.y) < 3:
        return _short(found, 3)
    return Measured(bool(found.y.max() - found.y.min() <= 1e-9 * max(1.0, abs(float(found.y[0])))), where=found.where)


@feature(
    "metric.{split}.quantised",
    type="flag",
    splits=SPLITS,
    doc="The {split} metric takes at most three values over ten points or more",
    how=_LOG,
    source="metric.accuracy",
)
def quantised(m: Measures, split: str) -> Measured | None:
    found = series(m, split)
    if found is None or len(found.y) < 10:
        return None
    return Measured(len(np.unique(found.y)) <= 3, where=found.where)


@feature(
    "metric.{split}.chance",
    splits=SPLITS,
    doc="What guessing would score: 1/K for accuracy, a half for AUC, zero for correlations, kappa and R2",
    how="write `num_classes:` into the configuration file beside the log",
    source="metric.accuracy",
)
def chance(m: Measures, split: str) -> Measured | None:
    found = series(m, split)
    if found is None:
        return None
    metric = found.name
    if metric == "auc":
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
    found, level = series(m, split), m.one(f"metric.{split}.chance")
    if found is None or not isinstance(level.value, float):
        return level if level.state == "not-applicable" else None
    scale = 1 - level.value
    return Measured((found.end - level.value) / scale, se=found.noise / scale, note=level.note, where=found.where)


@feature(
    "metric.{split}.best_over_chance",
    unit="fraction",
    splits=SPLITS,
    doc="How far the {split} metric stood between guessing (0) and perfect (1) at its best, single points left out",
    how="write `num_classes:` into the configuration file beside the log",
    source="metric.accuracy",
)
def best_over_chance(m: Measures, split: str) -> Measured | None:
    found, level = series(m, split), m.one(f"metric.{split}.chance")
    if found is None or not isinstance(level.value, float):
        return level if level.state == "not-applicable" else None
    smooth = running_median(found.by, 3)
    # The median at an edge is the point itself, which is no more than one.
    best = max(float(smooth[1:-1].max()) if len(smooth) > 4 else found.end, found.start, found.end)
    return Measured((best - level.value) / (1 - level.value), se=found.noise / (1 - level.value), where=found.where)


@feature(
    "metric.{split}.frozen_at_chance",
    type="flag",
    splits=SPLITS,
    doc="The {split} metric stays within two points of the level of guessing over the whole run",
    how="write `num_classes:` into the configuration file beside the log",
    source="metric.accuracy",
)
def frozen_at_chance(m: Measures, split: str) -> Measured | None:
    found, level = series(m, split), m.one(f"metric.{split}.chance")
    if found is None or len(found.y) < 3 or not isinstance(level.value, float):
        return level if level.state == "not-applicable" else None
    return Measured(bool(np.abs(found.by - level.value).max() <= 0.02), note=level.note, where=found.where)


def ranks(y: Array) -> Array:
    """Mean ranks of the values of `y`, ties sharing theirs; shape (n,)."""
    _, inverse, counts = np.unique(y, return_inverse=True, return_counts=True)
    ends = np.cumsum(counts)
    middle: Array = (ends - 0.5 * (counts - 1))[inverse]
    return middle
