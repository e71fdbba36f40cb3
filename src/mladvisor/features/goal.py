"""A measure of somebody's own that the settings name as the one that counts, or that is counted in money: does it still
move while the loss falls?

Such a curve has no role: nobody knows its scale or which way is better. That it stands still can be told all the same.
"""

from __future__ import annotations

import re
from typing import NamedTuple

import numpy as np

from mladvisor.features.catalogue import Measures, feature
from mladvisor.features.config_lookup import pick, text
from mladvisor.features.config_names import listed
from mladvisor.features.measured import Measured, Where
from mladvisor.features.signal import primary
from mladvisor.runs.model import Curve

_HOW = "log what the model is judged by at every epoch, and name it in the settings (`report_metric:`)"
_GENERIC = frozenset(
    listed(
        "val valid validation eval evaluation test dev metric metrics score per mean avg average rate share total the"
        " of loss epoch at top pct percent ratio number num count"
    )
)
_OF_MONEY = frozenset(
    listed("saved savings saving revenue profit turnover eur euro euros usd dollars gmv roi uplift payoff")
)
_LEAST = 10  # points
_EARLY = 0.2  # share of the run after which an early rise is over
_WIDTH = 3  # points that a level is the mean of


class _Goal(NamedTuple):
    """The curve, its levels early and at the end; what the loss falls and the best of the metrics gains in between."""

    curve: Curve
    early: float
    end: float
    loss_fall: float
    metric_gain: float | None


def goal(m: Measures) -> _Goal | None:
    """The only curve of the run that is somebody's own measure of success. Use `m.once`."""
    picked = pick(m, "monitor", text)
    named = _words(picked.value) if picked is not None else frozenset()
    own = [
        curve
        for curve in m.run.curves
        if curve.role.kind == "other"
        and curve.role.split != "train"
        and len(curve.y) >= _LEAST
        and np.isfinite(curve.y).all()
    ]
    found = [curve for curve in own if _words(curve.name) & named] or [
        curve for curve in own if _words(curve.name) & _OF_MONEY
    ]
    loss = m.once(primary, "val") or m.once(primary, "train")
    if len(found) != 1 or loss is None or not _is_whole(loss):
        return None
    x = found[0].x
    early = float(x[0]) + _EARLY * (float(x[-1]) - float(x[0]))
    first, last = _levels(found[0], early)
    before, after = _levels(loss, early)
    if before <= 0:
        return None
    others = [each for each in m.run.having("metric") if each.role.split != "train" and _is_whole(each)]
    return _Goal(found[0], first, last, 1 - after / before, max((_gain(each, early) for each in others), default=None))


def _is_whole(curve: Curve) -> bool:
    return len(curve.y) >= _LEAST and bool(np.isfinite(curve.y).all())


def _gain(curve: Curve, early: float) -> float:
    """By how much of its level a metric gets better after that."""
    before, after = _levels(curve, early)
    size = max(abs(before), abs(after))
    better = after - before if curve.role.higher_is_better is not False else before - after
    return better / size if size > 0 else 0.0


def _levels(curve: Curve, early: float) -> tuple[float, float]:
    at = min(int(np.searchsorted(curve.x, early)), len(curve.y) - _WIDTH)
    return float(np.mean(curve.y[at : at + _WIDTH])), float(np.mean(curve.y[-_WIDTH:]))


def _words(name: str) -> frozenset[str]:
    return frozenset(word for word in re.split(r"[^a-z]+", name.lower()) if len(word) > 1) - _GENERIC


def _where(found: _Goal) -> Where:
    curve = found.curve
    return Where(curve.place.file, curve.place.column, curve.x_unit, float(curve.x[0]), float(curve.x[-1]))


@feature(
    "goal.change",
    unit="fraction",
    doc="How far the measure that counts moves after the first fifth of the run, beside its level",
    how=_HOW,
    source="fig4.a",
)
def change(m: Measures) -> Measured | None:
    found = m.once(goal)
    if found is None:
        return None
    size = max(abs(found.early), abs(found.end))
    return Measured(abs(found.end - found.early) / size if size > 0 else 0.0, where=_where(found))


@feature("goal.end", doc="Level of the measure that counts at the end of the run", how=_HOW, source="fig4.a")
def end(m: Measures) -> Measured | None:
    found = m.once(goal)
    return None if found is None else Measured(found.end, where=_where(found))


@feature(
    "goal.loss_fall",
    unit="fraction",
    doc="How far the loss falls after the first fifth of the run, in which the measure that counts is looked at",
    how=_HOW,
    source="fig4.a",
)
def loss_fall(m: Measures) -> Measured | None:
    found = m.once(goal)
    return None if found is None else Measured(found.loss_fall, where=_where(found))


@feature(
    "goal.metric_gain",
    unit="fraction",
    doc="By how much of its level the usual metric that gains most gets better in that time",
    how=_HOW,
    source="fig4.a",
)
def metric_gain(m: Measures) -> Measured | None:
    found = m.once(goal)
    return None if found is None or found.metric_gain is None else Measured(found.metric_gain, where=_where(found))


@feature("goal.name", type="any", doc="The measure that counts, as the log calls it", how=_HOW, source="fig4.a")
def name(m: Measures) -> Measured | None:
    found = m.once(goal)
    return None if found is None else Measured(found.curve.name[:60], where=_where(found))
