"""How much of its early level a real-world metric has lost, where that is more than its ups and downs."""

from __future__ import annotations

import numpy as np

from mladvisor.features.evaluation.intervals import Array

_LEAST_IN_THIRD = 3
_FEW = 6
_SPREADS = 4.0
"""Spreads of the later rows that a first value lies above them, to be no luck of the first row."""
_LEAST_STEPS = 3
_LEAST_SHARE = 0.1


def outcome_loss(real: Array) -> float:
    """Share of the early level that is lost in the end; 0 where chance may have made it.

    Three ways that chance hardly makes: every row of the last third is worse than every one of the first; all rows
    since lie far below the first one, by their own spread; in few rows, each
    since the best is worse than the one before.

    Args:
        real: shape (rows,), in order of time, more is better (so maybe negative).
    """
    return max(_by_thirds(real), _below_first(real), _falling_since_best(real))


def is_kept(model: Array) -> bool:
    """The model metric is at least as good in the last third of the rows as in the first; of few rows, best at last, or
    either of the last two no worse than either of the first two.
    """
    if len(model) < _FEW:
        above = len(model) > _LEAST_STEPS and float(model[-2:].min()) >= float(model[:2].max())
        return above or float(model[-1]) >= float(model.max())
    third = len(model) // 3
    return float(np.median(model[-third:])) >= float(np.median(model[:third]))


def _share(before: float, after: float) -> float:
    return (before - after) / max(abs(before), 1e-12)


def _by_thirds(real: Array) -> float:
    third = len(real) // 3
    early, late = real[:third], real[-third:]
    if third < _LEAST_IN_THIRD or float(late.max()) >= float(early.min()):
        return 0.0
    return _share(float(np.median(early)), float(np.median(late)))


def _below_first(real: Array) -> float:
    if len(real) < _FEW:
        return 0.0
    later = real[len(real) // 2 :]
    level = float(np.median(later))
    spread = max(1.4826 * float(np.median(np.abs(later - level))), 0.25 * float(np.ptp(later)))
    first = float(real[0])
    if float(real[1:].max()) >= first or first - level <= _SPREADS * spread:
        return 0.0
    share = _share(first, level)
    return share if share >= _LEAST_SHARE else 0.0


def _falling_since_best(real: Array) -> float:
    """Of four or more rows from the best to the last each is worse, and the last two are the worst of all."""
    since = real[int(np.argmax(real)) :]
    if len(since) <= _LEAST_STEPS or len(real) > 2 * _FEW or not bool((np.diff(since) < 0).all()):
        return 0.0
    last = float(real[-2:].max())
    share = _share(float(real[0]), float(np.median(real[-2:])))
    return share if bool((real[:-2] > last).all()) and share >= _LEAST_SHARE else 0.0
