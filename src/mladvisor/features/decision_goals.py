"""What the decisions are asked for, beside the threshold in use: rates that are required, and the cut by costs alone.

A requirement stands in the settings (`min_recall: 0.95`) or in what was written about the model. The rates reached are
those of the stored scores at the threshold in use, else those of the log.
"""

from __future__ import annotations

from math import sqrt
from typing import TYPE_CHECKING

import numpy as np

from mladvisor.features.catalogue import Measures, feature
from mladvisor.features.config_lookup import number, pick
from mladvisor.features.decision_costs import costs
from mladvisor.features.decision_threshold import in_use, scored
from mladvisor.features.measured import Measured, unknown
from mladvisor.features.work import job

if TYPE_CHECKING:
    from numpy.typing import NDArray

_HOW = "write min_recall:, min_precision: or min_specificity: into the configuration"
_RATES = ("recall", "precision", "specificity")


def required(m: Measures) -> dict[str, float]:
    """Rate -> the least that is asked of it; a percentage as a fraction. Use `m.once`."""
    found: dict[str, float] = {}
    for rate in _RATES:
        picked = pick(m, f"min_{rate}", number)
        if picked is not None and 0 < picked.value <= 100:
            found[rate] = picked.value if picked.value <= 1 else picked.value / 100
    return found


_JOB = job("rates", "setting the rates that are asked for beside those reached", nanoseconds=100,
           tables=("predictions",), wanted=_HOW, otherwise=required)  # fmt: skip


@feature("threshold.by_costs", unit="fraction", doc="Score from which on a yes is worth its cost where scores are"
         " probabilities: cost of a false alarm over the sum of both costs",
         how="write cost_false_positive: and cost_false_negative: into the configuration", source="fig4.b")  # fmt: skip
def by_costs(m: Measures) -> Measured:
    given = m.once(costs)
    if given is None:
        return unknown("no costs of the two errors are told")
    return Measured(given[0] / sum(given))


@feature("threshold.required", type="choice", doc="The rates that are asked of the decisions, and the least of each",
         how=_HOW, source="fig4.b")  # fmt: skip
def required_rates(m: Measures) -> Measured:
    asked = m.once(required)
    return Measured(" and ".join(f"{rate} of {least:.0%}" for rate, least in asked.items())) if asked else unknown(_HOW)


@feature("threshold.required_missed", unit="points", doc="How far the decisions in use stay below the rate that is"
         " asked of them, the worst of several; below 0 where all are met", how=_HOW, source="fig4.b",
         job=_JOB)  # fmt: skip
def required_missed(m: Measures) -> Measured:
    asked = m.once(required)
    if not asked:
        return unknown(_HOW)
    found, used = m.once(scored), m.once(in_use)
    if not isinstance(found, Measured) and isinstance(used.value, float):
        reached = _reached(found.score >= used.value, found.positives)
        worst = max(asked, key=lambda rate: asked[rate] - reached[rate][0])
        return Measured(asked[worst] - reached[worst][0], se=reached[worst][1], where=used.where)
    logged = {rate: m.one(f"metric.val.level.{rate}") for rate in asked}
    known = {rate: one for rate, one in logged.items() if isinstance(one.value, float)}
    if len(known) < len(asked):
        return unknown("neither scores nor the log tell the rates that are asked for")
    short = {rate: asked[rate] - one.value for rate, one in known.items() if isinstance(one.value, float)}
    worst = max(short, key=lambda rate: short[rate])
    return Measured(short[worst], se=known[worst].se, where=known[worst].where)


@feature("threshold.required_at_best", unit="points", doc="The same at the cut that meets the rates best; 0 where a"
         " single rate is asked for, which some cut always reaches", how=_HOW, source="fig4.b", job=_JOB)  # fmt: skip
def required_at_best(m: Measures) -> Measured:
    asked = m.once(required)
    if not asked:
        return unknown(_HOW)
    found = m.once(scored)
    if isinstance(found, Measured):
        return Measured(0.0) if len(asked) == 1 else found
    best, error = 1.0, 0.0
    for cut in np.unique(np.quantile(found.score, np.linspace(0, 1, 401))):
        reached = _reached(found.score >= cut, found.positives)
        worst = max(asked, key=lambda rate: asked[rate] - reached[rate][0])
        short = asked[worst] - reached[worst][0]
        if short < best:
            best, error = short, reached[worst][1]
    return Measured(best, se=error, where=m.once(in_use).where)


def _reached(called: NDArray[np.bool_], positive: NDArray[np.bool_]) -> dict[str, tuple[float, float]]:
    """Rate -> (value, standard error) of decisions."""
    hits, alarms = float((called & positive).sum()), float((called & ~positive).sum())
    positives, negatives = float(positive.sum()), float((~positive).sum())
    return {
        "recall": _share(hits, positives),
        "precision": _share(hits, hits + alarms),
        "specificity": _share(negatives - alarms, negatives),
    }


def _share(part: float, whole: float) -> tuple[float, float]:
    if whole <= 0:
        return 0.0, 1.0
    share = part / whole
    return share, max(sqrt(share * (1 - share) / whole), 0.5 / whole)
