"""The primary evaluation metric: its name and direction, levels, trends, gaps (dev.check, fig3, fig4)."""

from __future__ import annotations

from math import hypot, sqrt

import numpy as np

from mladvisor.features.catalogue import Measures, feature
from mladvisor.features.measured import Measured, unknown
from mladvisor.features.metric_halves import HALVES, of_f1
from mladvisor.features.metric_series import Series, grouped, series
from mladvisor.features.robust import lag_one, slope

SPLITS = ("train", "val")
SIGNIFICANT = 3.0
"""Standard errors that a trend must exceed."""
_LATE = 4  # points at the end that are alike by more than chance
_LOG = "log an evaluation metric (accuracy, F1, AUC ...) for training and validation data at every epoch"


@feature(
    "metric.val.level.*",
    doc="Level at the end of the validation metric of that standard name (accuracy, f1, precision, recall, auc ...)",
    how="log precision, recall, F1 and AUC for validation data at every epoch",
    source="metric.prf",
)
def level(m: Measures, name: str) -> Measured | None:
    return _level(m, name, ("val", "test", ""))


@feature(
    "metric.train.level.*",
    doc="Level at the end of the training metric of that standard name",
    how="log precision, recall, F1 and AUC for training data at every epoch",
    source="metric.prf",
)
def train_level(m: Measures, name: str) -> Measured | None:
    return _level(m, name, ("train",))


def _level(m: Measures, name: str, splits: tuple[str, ...]) -> Measured | None:
    groups, metrics = m.once(grouped)
    curves = groups.get(name, {})
    curve = next((curves[split] for split in splits if split in curves), None)
    if curve is None and name in HALVES:
        curve = of_f1(m, groups, name, splits)
    found = Series(curve, metrics.get(name)) if curve is not None else None
    if found is None or not len(found.y):
        return None
    # What moved while training began says nothing of how sure the end is: a recall that stays at 0 is surely 0.
    late = found.by[-max(_LATE, len(found.by) // 2) :]
    still = len(late) >= _LATE and float(late.min()) == float(late.max())
    return Measured(found.end, se=0.0 if still else found.noise, where=found.where)


def _any(m: Measures) -> Series | None:
    return series(m, "val") or series(m, "train")


@feature("metric.name", type="choice", doc="The primary metric", how=_LOG, source="dev.check")
def name(m: Measures) -> Measured | None:
    found = _any(m)
    if found is None:
        return None
    return Measured(found.name, note=f"1 - {found.curve.name}" if found.of_errors else "", where=found.where)


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
    " within 0 and 1 and for R2, else a share of its range",
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
    scale = 1.0 if _in_points(found) else float(found.y.max() - found.y.min())
    return Measured(fall / scale if scale > 0 else 0.0, where=found.where)


def _in_points(found: Series) -> bool:
    """Falls are told in points. R2 has a scale of its own, too: 0 is a constant, 1 is perfect."""
    return found.metric is not None and (found.metric.bounded or found.metric.name == "r2")


@feature(
    "metric.{split}.fall_says",
    splits=SPLITS,
    type="any",
    doc="The same in words, with what it is measured in",
    how=_LOG,
    source="fig3",
)
def fall_says(m: Measures, split: str) -> Measured | None:
    fall: Measured | None = fall_from_best(m, split)
    found = _with_direction(m, split, 4)
    if fall is None or not isinstance(found, Series):
        return fall
    said = f"{fall.value:.2g}" if _in_points(found) else f"{fall.value:.2g} of its range"
    return Measured(said, where=fall.where)


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
