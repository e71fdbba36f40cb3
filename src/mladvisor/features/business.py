"""Real-world metrics against model metrics, over epochs or versions: whether the one follows the other (real.differ).

`business.csv` has a row per epoch, version or date. The model metric stands in the same file, by its standard name, or
is the validation metric of the log at the same epochs. Without such a file outcomes may stand in the log itself.
Whether more of a real-world metric is better is told by its name, or by the manifest: a leading minus
(`business_metrics: [-complaints]`) says that less is better.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mladvisor.features.catalogue import Measures, feature
from mladvisor.features.data_tables import tables
from mladvisor.features.logged_outcomes import logged_outcomes, logged_pairs
from mladvisor.features.measured import Measured, Where, unknown
from mladvisor.features.outcomes_told import printed_pairs
from mladvisor.features.work import job

if TYPE_CHECKING:
    from mladvisor.features.evaluation.outcomes import Pair

HOW = "write business.csv beside the log: epoch (or version, date), the real-world metrics, and the model metric"


def _told(m: Measures) -> object:
    """Outcomes in the log or in what was printed, where no table holds them."""
    return m.once(logged_outcomes) or m.once(printed_pairs)


JOB = job("business", "setting real-world metrics against model metrics", nanoseconds=500, tables=("business",),
          wanted=HOW, otherwise=_told)  # fmt: skip


def pairs(m: Measures) -> list[Pair] | Measured:
    """Every real-world metric whose direction is known, the one that contradicts most first."""
    if "business" not in m.once(tables):
        return logged_pairs(m) or m.once(printed_pairs) or unknown(HOW)
    from mladvisor.features.evaluation import outcomes

    return outcomes.pairs(m, HOW)


def _worst(m: Measures, field: str) -> Measured:
    found = m.once(pairs)
    if isinstance(found, Measured):
        return found
    where = Where(found[0].file, found[0].outcome)
    value = getattr(found[0], field)
    return Measured(value if isinstance(value, str | bool) else float(value), where=where)


def _register(name: str, field: str, doc: str, unit: str = "", kind: str = "number") -> None:
    def compute(m: Measures) -> Measured:
        return _worst(m, field)

    feature(f"business.{name}", type=kind, unit=unit, doc=doc, how=HOW, source="real.cross", cost="cheap", job=JOB)(  # type: ignore[arg-type]
        compute
    )


for _each in (
    ("outcome", "outcome", "The real-world metric that follows the model metric least", "", "choice"),
    ("model_metric", "model", "The model metric that it is set against", "", "choice"),
    ("rows", "n", "Rows (epochs, versions, dates) that have both", "rows"),
    ("agreement", "agreement", "Rank correlation of the two, both turned so that more is better"),
    ("agreement_low", "low", "Lower end of its 95 % interval"),
    ("agreement_high", "high", "Upper end of its 95 % interval"),
    ("model_trend", "model_trend", "Rank correlation of the model metric with time, more is better"),
    ("model_trend_low", "model_trend_low", "Lower end of the 95 % interval of the model metric's trend"),
    ("outcome_trend", "outcome_trend", "Rank correlation of the real-world metric with time, more is better"),
    ("outcome_trend_low", "outcome_trend_low", "Lower end of the 95 % interval of the real-world metric's trend"),
    ("best", "best", "The row (epoch, version) with the best outcome", "", "choice"),
    (
        "late_high",
        "late_high",
        "Upper end of the 95 % interval of the agreement after that row, where the model metric "
        "goes on getting better; 1 where nothing can be said",
    ),
    (
        "steps_high",
        "steps_high",
        "Upper end of the 95 % interval of the rank correlation of what both change by from row to row; 1 where "
        "nothing can be said",
    ),
    (
        "lost",
        "lost",
        "Share of its early level that the real-world metric has lost in the end, where that is more than its ups and"
        " downs: every row of the last third is worse than every one of the first, or all lie far below the first row,"
        " or each of a few is worse than the one before; else 0",
        "fraction",
    ),
    (
        "fallen",
        "fallen",
        "By how far the real-world metric is worse in the last third of the rows than in the first, where it is a share"
        " (or a count) of customers, orders or visits that the table counts; else 0",
        "standard errors of counting",
    ),
    ("model_kept", "kept", "The model metric is at least as good in the end as at first", "", "flag"),
    ("outcome_trend_high", "outcome_trend_high", "Upper end of the 95 % interval of the real-world metric's trend"),
):
    _register(*_each)


@feature(
    "business.over_control",
    unit="fraction",
    doc="By how much of what the control group has the outcome is better in the last third of the rows",
    how="put what the control group has beside the outcome: orders, orders_control",
    source="real.cross",
    job=JOB,
)
def over_control(m: Measures) -> Measured | None:
    """Of several outcomes beside a control the worst one."""
    found = m.once(pairs)
    if isinstance(found, Measured):
        return found
    beside = [pair for pair in found if pair.control]
    if not beside:
        return None
    worst = min(beside, key=lambda pair: pair.over)
    return Measured(worst.over, se=worst.over_se, note=worst.outcome, where=Where(worst.file, worst.outcome))
