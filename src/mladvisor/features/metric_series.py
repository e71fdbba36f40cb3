"""The primary evaluation metric: which curve it is, prepared for measuring.

Metrics within 0 and 1 that were logged in percent are brought to fractions. A rate of errors is turned into the
accuracy that it says as much as, so that what is known of accuracy holds for it. Without a validation metric a test
metric logged during training stands in for it.
"""

from __future__ import annotations

from math import sqrt

import numpy as np

from mladvisor.features.catalogue import Measures
from mladvisor.features.config_lookup import pick, text
from mladvisor.features.measured import Where
from mladvisor.features.metric_names import Metric, metric_of, rank
from mladvisor.features.robust import Array, blocks, median, quantum, white_noise
from mladvisor.features.signal import LARGEST
from mladvisor.runs.error_rates import scale_of_rates
from mladvisor.runs.model import Curve
from mladvisor.runs.primary import called_plainly

_MOST = 256
_ACCURACY = Metric("accuracy", True, True)


class Series:
    """One metric curve prepared for measuring.

    Attributes:
        curve: as logged; metric: what is known of it by name, None for a metric we do not know.
        of_errors: x and y are those of an accuracy, 1 minus the rate of errors that was logged.
        x, y: finite points, shape (n,), fractions where percent was logged; of a bias, which is best at zero, its size.
        by, bx: at most 512 block medians of them.
        noise: sd of a block around a smooth curve.
        sign: +1 when higher is better, -1 when lower is, 0 when that cannot be told.
    """

    __slots__ = ("bx", "by", "curve", "end", "metric", "noise", "of_errors", "sign", "start", "x", "y")

    def __init__(self, curve: Curve, metric: Metric | None, rates: float = 0.0) -> None:
        """`rates`: what a rate of errors of 1 is logged as (1, or 100 for percent); 0 for any other metric."""
        self.curve, self.metric, self.of_errors = curve, metric, bool(rates)
        good = np.abs(curve.y) < LARGEST
        self.x: Array = curve.x[good]
        self.y: Array = curve.y[good]
        if metric is not None and metric.name == "bias":
            self.y = np.abs(self.y)
        if rates:
            self.y, self.metric, metric = 1.0 - self.y / rates, _ACCURACY, _ACCURACY
        elif metric is not None and metric.bounded and len(self.y) and 1.5 < float(self.y.max()) <= 100.001:
            self.y = self.y / 100.0
        higher = True if rates else curve.role.higher_is_better
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
    """Name -> split ("" where none can be told) -> its longest curve, the plainest named; what is known of each."""
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
        if kept is None or (len(curve), called_plainly(curve)) > (len(kept), called_plainly(kept)):
            groups[name][curve.role.split or ""] = curve
    return groups, metrics


def _judged(curves: dict[str, Curve]) -> bool:
    """Whether a metric was followed on data that were not trained on."""
    return any(len(curves[split]) > 1 for split in ("val", "test", "") if split in curves)


def chosen(m: Measures) -> dict[str, Series]:
    """Split -> the primary metric's curve. One metric for all splits, rather one that validation data has.

    The one that the configuration monitors, else by `metric_names.PRIORITY`; losses under another name come last.
    """
    groups, metrics = m.once(grouped)
    if not groups:
        return {}
    order = list(groups)
    watched = _monitored(m)
    # One number after training says nothing of its course where another metric was followed.
    single = not any(map(_judged, groups.values()))

    def standing(name: str) -> tuple[bool, bool, bool, bool, bool, int, int]:
        metric, curves = metrics[name], groups[name]
        longest = max(len(curve) for curve in curves.values())
        return (
            name != watched,
            not _judged(curves) and not (single and longest <= 1),
            metric is None and all(curve.role.higher_is_better is None for curve in curves.values()),
            metric is not None and metric.like_loss,
            single and not ("train" in curves and len(curves) > 1),  # of single numbers a pair says more
            rank(name),
            order.index(name),
        )

    best = min(order, key=standing)
    curves = groups[best]
    rates = scale_of_rates(curves.values())
    found: dict[str, Series] = {}
    train, val = curves.get("train"), curves.get("val") or curves.get("test") or curves.get("")
    for split, taken in (("train", train), ("val", val)):
        if taken is not None:
            prepared = Series(taken, metrics[best], rates)
            if len(prepared.y):
                found[split] = prepared
    return found


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


def ranks(y: Array) -> Array:
    """Mean ranks of the values of `y`, ties sharing theirs; shape (n,)."""
    _, inverse, counts = np.unique(y, return_inverse=True, return_counts=True)
    ends = np.cumsum(counts)
    middle: Array = (ends - 0.5 * (counts - 1))[inverse]
    return middle
