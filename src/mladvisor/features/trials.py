"""A controlled trial of the model in use (A/B test): whether what counts got worse with the better model metric."""

from __future__ import annotations

from math import isfinite, nan
from statistics import NormalDist
from typing import TYPE_CHECKING

from mladvisor.features.catalogue import Measures, feature
from mladvisor.features.measured import Measured, Where, unknown
from mladvisor.features.metric_names import metric_of
from mladvisor.runs.outcome_words import direction

if TYPE_CHECKING:
    from mladvisor.runs.trials import Compared

HOW = "put the result of the controlled trial beside the log: ab_test.json (control, treatment and ci95 of each metric)"
_LEAST_P = 1e-12


def compared(m: Measures) -> tuple[list[Compared], str]:
    """What the arms of the first trial beside the log are compared by, and its file. Use `m.once`."""
    from mladvisor.runs.tabled import opened
    from mladvisor.runs.trials import compared_in

    folder = m.run.folder
    for file in m.run.files.get("trial", ()):
        found = compared_in(opened(folder, file))
        if found:
            return found, file
    return [], ""


def _worst(m: Measures) -> tuple[Compared, float] | None:
    """The outcome that is worse by most standard errors with the new model (below 0: none is), of those told."""
    rated = [
        (each, -direction(each.name) * errors)
        for each in m.once(compared)[0]
        if metric_of("", each.name) is None and direction(each.name) and isfinite(errors := _errors(each))
    ]
    return max(rated, key=lambda one: one[1]) if rated else None


def _errors(each: Compared) -> float:
    """Difference of the arms in standard errors, by its interval, else by its p; NaN where neither is given."""
    if isfinite(each.low) and isfinite(each.high) and each.low < each.high:
        return 1.96 * (each.low + each.high) / (each.high - each.low)
    if 0 <= each.p <= 1:
        z = NormalDist().inv_cdf(1 - max(each.p, _LEAST_P) / 2)
        return z if each.treatment > each.control else -z
    return nan


@feature("trial.worse_by", unit="standard errors", doc="How far the real-world metric that suffers most is worse with"
         " the new model, in a controlled trial; below 0: all are better", how=HOW, source="real.differ")  # fmt: skip
def worse_by(m: Measures) -> Measured:
    found = m.once(_worst)
    return unknown(HOW, "not-logged") if found is None else Measured(found[1], where=Where(m.once(compared)[1]))


@feature("trial.outcome", type="choice", doc="That real-world metric, and its level with both models", how=HOW,
         source="real.differ")  # fmt: skip
def outcome(m: Measures) -> Measured:
    found = m.once(_worst)
    if found is None:
        return unknown(HOW, "not-logged")
    each = found[0]
    return Measured(f"{each.name} {each.treatment:g} after {each.control:g}", where=Where(m.once(compared)[1]))


@feature("trial.model_better", type="flag", doc="By the model metrics beside them the new model is better", how=HOW,
         source="real.differ")  # fmt: skip
def model_better(m: Measures) -> Measured:
    found, file = m.once(compared)
    gains = [
        (each.treatment - each.control) * (1 if metric.higher else -1)
        for each in found
        if (metric := metric_of("", each.name)) is not None
    ]
    if not gains:
        return unknown("the result of the trial has no model metric (auc, rmse ...) of both models", "not-logged")
    return Measured(min(gains) >= 0 and max(gains) > 0, where=Where(file))
