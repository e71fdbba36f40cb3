"""The decision threshold of a binary task, from stored scores: the one in use against the best for a goal (fig4.b).

A gain is cross-fitted: the threshold is chosen on one half of the rows and judged on the other, so that its interval
holds 0 where the best threshold is luck. Thresholds are chosen on validation rows where there are any.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mladvisor.features.catalogue import Measures, feature
from mladvisor.features.decision_costs import costs
from mladvisor.features.measured import Measured, Where, not_applicable, unknown
from mladvisor.features.predictions import HOW, JOB, of_scores, predicted

if TYPE_CHECKING:
    from mladvisor.features.evaluation.prediction_table import Predicted
    from mladvisor.features.evaluation.thresholds import Choice, Goal

SURE = 1.96
"""Standard errors from a value to the end of its 95 % interval."""
_COSTS = "write cost_false_positive: and cost_false_negative: into the configuration"


def scored(m: Measures) -> Predicted | Measured:
    """Rows on which a threshold is chosen: validation, else the judged ones; binary and with scores."""
    found: Predicted | Measured = m.once(of_scores)
    if isinstance(found, Measured):
        return found
    if found.kind != "binary":
        return not_applicable("more than two classes are told apart without a threshold")
    if found.split == "test":
        validation: Predicted | Measured = m.once(predicted, "val")
        if not isinstance(validation, Measured) and validation.score is not None and len(validation) >= len(found) / 2:
            return validation
    return found


def in_use(m: Measures) -> Measured:
    """The threshold that made the decisions: read off y_pred, else the configured one, else one half."""
    found = m.once(scored)
    if isinstance(found, Measured):
        return found
    place = Where(found.table.file, "y_score")
    if found.derived is None and found.decided is not None:
        called = found.decided == found.positive
        score = found.score
        low = float(score[~called].max()) if not called.all() else None
        high = float(score[called].min()) if called.any() else None
        configured = m.one("config.threshold")
        if low is not None and high is not None and low > high:
            return unknown("y_pred does not follow y_score: the rows called positive are not those with higher scores")
        for value in (configured.value, 0.5):
            if (
                isinstance(value, float)
                and (low is None or low < value or low == high == value)
                and (high is None or value <= high)
            ):
                return Measured(value, where=place)
        if low is None or high is None:
            edge = high if low is None else low
            assert edge is not None
            return Measured(edge if low is None else edge + 1e-12, where=place)
        return Measured(0.5 * (low + high), where=place, note="read off y_pred and y_score")
    if found.derived is not None:
        return Measured(
            found.derived, where=place, note="there is no y_pred: the configured or logged threshold, or 0.5"
        )
    return unknown("the scores are no probabilities and there is no y_pred, so no threshold is known to be in use")


def choice(m: Measures, goal: Goal) -> Choice | Measured:
    """The threshold in use and the best one for "f1", "balanced" or "cost"."""
    found, used = m.once(scored), m.once(in_use)
    if isinstance(found, Measured):
        return found
    if not isinstance(used.value, float):
        return Measured(None, state=used.state, reason=used.reason, note=used.note)
    from mladvisor.features.evaluation.thresholds import EVEN, Costs, choose

    given = m.once(costs)
    if goal == "cost" and given is None:
        return unknown(_COSTS)
    price = Costs(*given) if given is not None and goal == "cost" else EVEN
    made: Choice | None = choose(found.score, found.positives, used.value, goal, price)
    if made is None:
        return unknown(f"fewer than four rows of a class in {found.table.file}", "too-few-points")
    return made


def _of(m: Measures, goal: Goal, which: str, field: str) -> Measured:
    made = m.once(choice, goal)
    if isinstance(made, Measured):
        return made
    place = m.once(in_use).where
    if which == "gain":
        return Measured(made.gain, se=made.gain_error, where=place)
    if which == "gain_low":
        return Measured(made.gain - SURE * made.gain_error, where=place)
    return Measured(float(getattr(getattr(made, which), field)), where=place)


@feature("threshold.in_use", doc="Score from which on a row is called positive: read off y_pred, else configured, else"
         " one half", how=HOW, source="fig4.b", cost="cheap", job=JOB)  # fmt: skip
def threshold_in_use(m: Measures) -> Measured:
    return m.once(in_use)  # type: ignore[no-any-return]


@feature(
    "threshold.out_of_reach",
    type="flag",
    doc="The threshold that the settings or a report name lies above every score that was stored, or below every one",
    how=HOW,
    source="fig4.b",
    cost="cheap",
    job=JOB,
)
def threshold_out_of_reach(m: Measures) -> Measured:
    found = m.once(scored)
    if isinstance(found, Measured):
        return found
    told = m.one("config.threshold")
    if not isinstance(told.value, float):
        return unknown("nothing names the threshold that decides", "no-config")
    low, high = float(found.score.min()), float(found.score.max())
    beyond = told.value > high or told.value <= low
    return Measured(
        beyond, where=Where(found.table.file, "y_score"), note=f"the scores go from {low:.3g} to {high:.3g}"
    )


@feature(
    "threshold.out_of_reach_says",
    type="choice",
    doc="From where to where the stored scores go",
    how=HOW,
    source="fig4.b",
    cost="cheap",
    job=JOB,
)
def threshold_out_of_reach_says(m: Measures) -> Measured:
    found = m["threshold.out_of_reach"]
    assert isinstance(found, Measured)
    return Measured(found.note, where=found.where) if found.known and found.note else found


@feature("threshold.precision", unit="fraction", doc="Precision at the threshold in use", how=HOW, source="metric.prf",
         cost="cheap", job=JOB)  # fmt: skip
def precision(m: Measures) -> Measured:
    return _of(m, "f1", "used", "precision")


@feature("threshold.recall", unit="fraction", doc="Recall at the threshold in use", how=HOW, source="metric.prf",
         cost="cheap", job=JOB)  # fmt: skip
def recall(m: Measures) -> Measured:
    return _of(m, "f1", "used", "recall")


@feature("threshold.f1", unit="fraction", doc="F1 at the threshold in use", how=HOW, source="metric.prf", cost="cheap",
         job=JOB)  # fmt: skip
def f1(m: Measures) -> Measured:
    return _of(m, "f1", "used", "f1")


@feature("threshold.balanced", unit="fraction", doc="Balanced accuracy at the threshold in use", how=HOW,
         source="metric.multiclass", cost="cheap", job=JOB)  # fmt: skip
def balanced(m: Measures) -> Measured:
    return _of(m, "balanced", "used", "balanced")


@feature("threshold.best_for_f1", doc="The threshold with the best F1 on these rows", how=HOW, source="fig4.b",
         cost="cheap", job=JOB)  # fmt: skip
def best_for_f1(m: Measures) -> Measured:
    return _of(m, "f1", "best", "threshold")


@feature("threshold.precision_at_best", unit="fraction", doc="Precision at the threshold with the best F1", how=HOW,
         source="metric.prf", cost="cheap", job=JOB)  # fmt: skip
def precision_at_best(m: Measures) -> Measured:
    return _of(m, "f1", "best", "precision")


@feature("threshold.recall_at_best", unit="fraction", doc="Recall at the threshold with the best F1", how=HOW,
         source="metric.prf", cost="cheap", job=JOB)  # fmt: skip
def recall_at_best(m: Measures) -> Measured:
    return _of(m, "f1", "best", "recall")


@feature("threshold.f1_at_best", unit="fraction", doc="F1 at the threshold with the best F1 (on the rows it was chosen"
         " on)", how=HOW, source="metric.prf", cost="cheap", job=JOB)  # fmt: skip
def f1_at_best(m: Measures) -> Measured:
    return _of(m, "f1", "best", "f1")


@feature("threshold.f1_gain", unit="points of F1", doc="What the best threshold gains over the one in use, chosen and"
         " judged on different rows", how=HOW, source="fig4.b", cost="cheap", job=JOB)  # fmt: skip
def f1_gain(m: Measures) -> Measured:
    return _of(m, "f1", "gain", "")


@feature("threshold.f1_gain_low", unit="points of F1", doc="Lower end of the 95 % interval of that gain", how=HOW,
         source="fig4.b", cost="cheap", job=JOB)  # fmt: skip
def f1_gain_low(m: Measures) -> Measured:
    return _of(m, "f1", "gain_low", "")


@feature("threshold.best_for_balanced", doc="The threshold with the best balanced accuracy on these rows", how=HOW,
         source="fig4.b", cost="cheap", job=JOB)  # fmt: skip
def best_for_balanced(m: Measures) -> Measured:
    return _of(m, "balanced", "best", "threshold")


@feature("threshold.balanced_at_best", unit="fraction", doc="Balanced accuracy at the best threshold for it", how=HOW,
         source="metric.multiclass", cost="cheap", job=JOB)  # fmt: skip
def balanced_at_best(m: Measures) -> Measured:
    return _of(m, "balanced", "best", "balanced")


@feature("threshold.balanced_gain", unit="points of balanced accuracy", doc="What the best threshold for balanced"
         " accuracy gains over the one in use, chosen and judged on different rows", how=HOW, source="fig4.b",
         cost="cheap", job=JOB)  # fmt: skip
def balanced_gain(m: Measures) -> Measured:
    return _of(m, "balanced", "gain", "")


@feature("threshold.balanced_gain_low", unit="points of balanced accuracy", doc="Lower end of the 95 % interval of that"
         " gain", how=HOW, source="fig4.b", cost="cheap", job=JOB)  # fmt: skip
def balanced_gain_low(m: Measures) -> Measured:
    return _of(m, "balanced", "gain_low", "")


@feature("threshold.best_for_cost", doc="The threshold with the least cost on these rows", how=_COSTS, source="fig4.b",
         cost="cheap", job=JOB)  # fmt: skip
def best_for_cost(m: Measures) -> Measured:
    return _of(m, "cost", "best", "threshold")


@feature("threshold.cost_saved", unit="fraction", doc="Share of the cost at the threshold in use that the best"
         " threshold saves, chosen and judged on different rows", how=_COSTS, source="fig4.b", cost="cheap",
         job=JOB)  # fmt: skip
def cost_saved(m: Measures) -> Measured:
    made, found, given = m.once(choice, "cost"), m.once(scored), m.once(costs)
    if isinstance(made, Measured):
        return made
    called = found.score >= made.used.threshold
    alarms, misses = float((called & ~found.positives).sum()), float((found.positives & ~called).sum())
    cost = (given[0] * alarms + given[1] * misses) / len(found)
    if cost <= 0:
        return Measured(0.0, where=m.once(in_use).where)
    return Measured(made.gain / cost, se=made.gain_error / cost, where=m.once(in_use).where)
