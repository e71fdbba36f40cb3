"""What a log of reinforcement learning shows: the return's gain, the policy's entropy, and whether the goal is met.

Losses of a policy have no level to come down to; return, entropy and the share of episodes that reach the goal do.
"""

from __future__ import annotations

import re
from math import log

import numpy as np

from mladvisor.features.catalogue import Measures, feature
from mladvisor.features.config_lookup import number, pick, say
from mladvisor.features.measured import Measured, Where, on_line
from mladvisor.features.robust import median
from mladvisor.runs.model import Curve
from mladvisor.runs.script.rate_by_hand import OF_TABLE

_HOW = "log the mean return of each iteration, the policy's entropy, and the share of episodes that reach the goal"
_LEAST = 10
"""Points from which a beginning and an end can be told apart."""
_SPREADS = re.compile(r"(?:^|[_/ .-])(?:std|sd|var|min|max|sem)(?:$|[_/ .-])", re.IGNORECASE)
_ENTROPY = re.compile(r"(?:^|[_/ .-])entropy(?:[_ ]loss)?$", re.IGNORECASE)
_GOAL = re.compile(r"(?:^|[_/ .-])(?:is_)?(?:success|successes|win|wins|solved|goal)(?:$|[_/ .-])", re.IGNORECASE)
_GONE = 0.05
"""Share of the first entropy below which a policy no longer tries anything."""
_CHOOSING = 0.07
"""Nats: a tenth of what a free choice between two actions has. Below it the policy was certain before the log began."""
_AT_ALL = 0.1
"""A goal that hardly any episode reached at the beginning cannot be lost."""


def _curve(m: Measures, kind: str) -> Curve | None:
    """The curve of the return, of the entropy, or of the goal."""
    if m.value("run.kind") != "reinforcement":
        return None
    if kind == "return":
        found = [curve for curve in m.run.having("reward") if not _SPREADS.search(curve.name)]
    else:
        name = _ENTROPY if kind == "entropy" else _GOAL
        found = [curve for curve in m.run.curves if name.search(curve.name) and not _SPREADS.search(curve.name)]
    found = [curve for curve in found if int(np.isfinite(curve.y).sum()) >= _LEAST]
    return max(found, key=len, default=None)


def _ends(curve: Curve) -> tuple[float, float, float]:
    """Level of the first points, level of the last third, and the scatter from point to point."""
    y = curve.y[np.isfinite(curve.y)]
    scatter = float(np.median(np.abs(np.diff(y)))) if len(y) > 1 else 0.0
    return float(y[: max(2, len(y) // 20)].mean()), median(y[-(len(y) // 3) :]), scatter


def _at(curve: Curve, value: float) -> Measured:
    where = Where(curve.place.file, curve.place.column, curve.x_unit, float(curve.x[0]), float(curve.x[-1]))
    return Measured(float(value), where=where)


@feature(
    "config.table_rate",
    doc="The part of its error by which a cell of a table of values (Q-learning, TD learning) is moved at each visit,"
    " as the script has it",
    how="lay the script that learns the table into the run folder",
    source="+tabular Sutton and Barto 2018",
)
def table_rate(m: Measures) -> Measured | None:
    given = m.run.script.called.get(OF_TABLE) if m.run.script is not None else None
    return Measured(float(given.value), where=on_line(given.place)) if given is not None else None


@feature(
    "reward.gain",
    unit="fraction",
    doc="By how much the mean return of the last third of a run of reinforcement learning lies above that of its "
    "first twentieth, in the latter's size and its scatter",
    how=_HOW,
    source="+kind",
)
def gain(m: Measures) -> Measured | None:
    curve = _curve(m, "return")
    if curve is None:
        return None
    first, last, scatter = _ends(curve)
    size = abs(first) + scatter
    return None if size == 0.0 else _at(curve, (last - first) / size)


@feature(
    "reward.entropy_left",
    unit="fraction",
    doc="Entropy of the policy in the last third of the run, as a share of its first value",
    how=_HOW,
    source="+kind",
)
def entropy_left(m: Measures) -> Measured | None:
    y = _entropy(m)
    return None if y is None else _at(y[0], median(y[1][-(len(y[1]) // 3) :]) / float(y[1][0]))


@feature(
    "reward.chooses_freely",
    unit="fraction",
    doc="Entropy of the policy in the last third of the run, as a share of that of a free choice among two to ten"
    " actions, at which it began; unknown where it began elsewhere",
    how=_HOW,
    source="+kind",
)
def chooses_freely(m: Measures) -> Measured | None:
    y = _entropy(m)
    free = _free(float(y[1][0])) if y is not None else None
    if y is None or free is None:
        return None
    return _at(y[0], median(y[1][-(len(y[1]) // 3) :]) / free)


_MOST_ACTIONS = 10
"""Logarithms of more lie too close together to be told apart."""
_NEAR = 0.015
"""An output layer that starts small leaves as much of the free choice out, and a first update as well."""


def _free(first: float) -> float | None:
    """The logarithm of a small number of actions beside an entropy; None where there is none so near."""
    levels = (log(count) for count in range(2, _MOST_ACTIONS + 1))
    return next((level for level in levels if abs(first / level - 1) <= _NEAR), None)


@feature(
    "reward.entropy_gone_at",
    unit="fraction",
    doc="Share of the run after which the policy's entropy stays below a twentieth of its first value; 1 where it never"
    " does",
    how=_HOW,
    source="+kind",
)
def entropy_gone_at(m: Measures) -> Measured | None:
    y = _entropy(m)
    if y is None:
        return None
    above = np.flatnonzero(y[1] >= _GONE * y[1][0])
    return _at(y[0], (int(above[-1]) + 1) / len(y[1]))


def _is_taken_up(curve: Curve) -> bool:
    """The first point lies many times as far from the start as from the next one."""
    apart = float(np.median(np.diff(curve.x))) if len(curve) > 1 else 0.0
    return apart > 0.0 and float(curve.x[0]) > _TAKEN_UP * apart


_TAKEN_UP = 20


def _entropy(m: Measures) -> tuple[Curve, np.ndarray] | None:
    """Positive entropies, which a policy over discrete actions has; some log them negated, as a loss.

    None where the first one is next to nothing, or the log begins in the middle (a training that was taken up again):
    of what an untrained policy had no share can be told.
    """
    curve = _curve(m, "entropy")
    if curve is None or _is_taken_up(curve):
        return None
    y = curve.y[np.isfinite(curve.y)]
    y = -y if (y <= 0.0).all() else y
    return (curve, y) if y[0] >= _CHOOSING and (y >= 0.0).all() else None


@feature(
    "reward.goal_lost",
    unit="fraction",
    doc="Share of the episodes that reached the goal at the beginning which no longer do in the last third of the run, "
    "while the return rises; 0 where the goal is kept",
    how=_HOW,
    source="real.differ",
)
def goal_lost(m: Measures) -> Measured | None:
    goal, risen = _curve(m, "goal"), m.one("reward.gain")
    if goal is None or not risen.known:
        return None
    first, last, _ = _ends(goal)
    lost = (first - last) / first if first >= _AT_ALL and float(risen.value or 0.0) > 0.0 else 0.0
    return _at(goal, max(0.0, lost))


@feature(
    "config.discount",
    doc="Discount of future rewards (gamma) of a run of reinforcement learning",
    how=say("gamma"),
    source="hyper.lr-range",
)
def discount(m: Measures) -> Measured | None:
    if m.value("run.kind") != "reinforcement":
        return None
    picked = pick(m, "discount", number)
    return Measured(picked.value, note=picked.note, where=picked.where()) if picked is not None else None
