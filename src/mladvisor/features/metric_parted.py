"""Where the primary metric parts from the loss: it turns while the loss falls on; which metric the settings name."""

from __future__ import annotations

from math import sqrt
from typing import NamedTuple

import numpy as np

from mladvisor.features.catalogue import Measures, feature
from mladvisor.features.config_lookup import pick, text
from mladvisor.features.measured import Measured, unknown
from mladvisor.features.metric_names import metric_of
from mladvisor.features.metric_series import Series, grouped, series
from mladvisor.features.robust import Array, quantum
from mladvisor.features.signal import signal

_HOW = "log the loss and the metric that counts on the same validation data at every epoch"
_LEAST = 7  # evaluations: of three means one lies behind the best
_WIDTH = 3  # that a level is the mean of
_SURE = 4.0
"""Standard errors by which the end must lie below the best, which was picked as the best of many."""
_STEPS = 3.0
"""Steps of the metric by which it must, besides: of an accuracy a step is a row, and a row or two that tip are chance,
though a curve that rests in between shows no noise."""


class _Turn(NamedTuple):
    """Share of what the metric had gained that is lost again, what the loss falls in that time, the metric, and the
    levels of it: the first, the best and the last."""

    lost: float
    loss_fall: float
    metric: Series
    levels: tuple[float, float, float]


def turn(m: Measures) -> _Turn | None:
    """The primary metric after its best level, beside the validation loss. Use `m.once`."""
    metric, loss = series(m, "val"), m.once(signal, "val")
    if metric is None or loss is None or not metric.sign or len(metric.y) < _LEAST or len(loss.y) < _LEAST:
        return None
    if (metric.metric is not None and metric.metric.like_loss) or metric.curve.x_unit != loss.curve.x_unit:
        return None
    level = metric.sign * _smooth(metric.y)
    best = int(level.argmax())
    error = max(_SURE * metric.noise * sqrt(2.0 / _WIDTH), _STEPS * quantum(metric.y))
    gained, lost = float(level[best] - level[0]), float(level[best] - level[-1])
    before = np.interp(metric.x[best + _WIDTH // 2], loss.x, loss.y)
    if gained <= 0 or before <= 0:
        return None
    fall = 1.0 - float(np.mean(loss.y[-_WIDTH:])) / float(before)
    levels = (metric.sign * float(level[0]), metric.sign * float(level[best]), metric.sign * float(level[-1]))
    return _Turn(lost / gained if lost > error * (1.0 + 1e-9) else 0.0, fall, metric, levels)


def _smooth(y: Array) -> Array:
    return np.convolve(y, np.full(_WIDTH, 1.0 / _WIDTH), mode="valid")


@feature(
    "loss_metric.turned.lost",
    unit="fraction",
    doc="Share of what the validation metric had gained at its best that it has lost in the end, beyond noise",
    how=_HOW,
    source="fig4.a",
)
def lost(m: Measures) -> Measured | None:
    found = m.once(turn)
    return None if found is None else Measured(found.lost, where=found.metric.where)


def _level(which: int, name: str, words: str) -> None:
    @feature(
        f"loss_metric.turned.{name}",
        doc=f"{words} of the validation metric, a mean of three evaluations",
        how=_HOW,
        source="fig4.a",
    )
    def level(m: Measures) -> Measured | None:
        found = m.once(turn)
        return None if found is None else Measured(found.levels[which], where=found.metric.where)


for _which, (_name, _words) in enumerate((("first", "First level"), ("best", "Best level"), ("end", "Last level"))):
    _level(_which, _name, _words)


@feature(
    "loss_metric.turned.loss_fall",
    unit="fraction",
    doc="By how much of its level validation loss falls from the best level of the metric to the end",
    how=_HOW,
    source="fig4.a",
)
def loss_fall(m: Measures) -> Measured | None:
    found = m.once(turn)
    return None if found is None else Measured(found.loss_fall, where=found.metric.where)


@feature(
    "metric.named",
    type="choice",
    doc="Standard name of the metric that the settings say counts",
    how="name the metric that counts in the settings (`eval_metric: ndcg`)",
    source="fig4.a",
)
def named(m: Measures) -> Measured:
    picked = pick(m, "monitor", text)
    metric = metric_of("", picked.value) if picked is not None and "loss" not in picked.value.lower() else None
    if picked is None or metric is None:
        return unknown("name the metric that counts in the settings (`eval_metric: ndcg`)", "no-config")
    return Measured(metric.name, note=picked.key, where=picked.where())


@feature(
    "metric.named_is_logged",
    type="flag",
    doc="The log follows the metric that the settings say counts",
    how=_HOW,
    source="fig4.a",
)
def named_is_logged(m: Measures) -> Measured | None:
    name = m.value("metric.named")
    if name is None or not m.run.curves:
        return None
    return Measured(name in m.once(grouped)[0])
