"""Validation loss beside a score in tables of checkpoints, epochs or runs (`runs/score_tables`): whether they agree."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from mladvisor.features.catalogue import Measures, feature
from mladvisor.features.measured import Measured, Where, unknown
from mladvisor.features.metric_names import metric_of
from mladvisor.runs.outcome_words import direction
from mladvisor.runs.report_names import is_metric

if TYPE_CHECKING:
    from mladvisor.runs.score_tables import Scored

_HOW = "write a table with a row for each checkpoint or run: val_loss and the score that counts"
_THIRD = 3
_RANGE = 0.1
"""Share of its level by which the loss must differ between the rows, so that its order means something."""


class _Parted(NamedTuple):
    """Upper end of the interval of the agreement, share of the score that is lost with the better loss, in words."""

    high: float
    lost: float
    said: str
    file: str


def _follows(each: Scored) -> bool:
    """A metric of the model that gets better with the loss: what parts from both is no fault of the loss."""
    from mladvisor.features.evaluation.intervals import rank_correlation

    metric = metric_of("", each.score)
    if metric is None or metric.like_loss:
        return False
    loss, score = np.array(each.losses), np.array(each.scores) * (1 if metric.higher else -1)
    fine = np.isfinite(loss) & np.isfinite(score)
    agreement = rank_correlation(-loss[fine], score[fine]) if int(fine.sum()) > _THIRD else None
    return agreement is not None and agreement > _WITH_LOSS


_WITH_LOSS = 0.5


def _worst(m: Measures) -> _Parted | None:
    """The score that goes most against the loss. Use `m.once`."""
    from mladvisor.features.evaluation.intervals import correlation_interval, rank_correlation, surely_of
    from mladvisor.runs.score_tables import scored_in
    from mladvisor.runs.tabled import opened

    found: list[_Parted] = []
    for file in m.run.files.get("score_table", ()):
        tables = scored_in(opened(m.run.folder, file))
        follows = any(_follows(each) for each in tables)
        for each in tables:
            metric = metric_of("", each.score)
            if file in m.run.logs and is_metric(each.score):
                continue  # a curve of the log, which is judged as such
            sign = direction(each.score) if metric is None else 1 if metric.higher else -1
            if not sign or (metric is not None and metric.like_loss) or (metric is None and follows):
                continue
            loss, score = np.array(each.losses), np.array(each.scores)
            fine = np.isfinite(loss) & np.isfinite(score)
            loss, score = loss[fine], score[fine]
            if len(loss) < 2 * _THIRD or float(np.ptp(loss)) < _RANGE * float(np.abs(loss).max()):
                continue
            agreement = rank_correlation(-loss, sign * score)
            if agreement is None:
                continue
            high = correlation_interval(agreement, len(loss), surely_of(len(tables)))[1]
            order = np.argsort(loss)
            third = max(1, len(loss) // _THIRD)
            best, worst = float(score[order[:third]].mean()), float(score[order[-third:]].mean())
            lost = sign * (worst - best) / abs(worst) if worst else 0.0
            said = f"{each.score} is {best:.3g} where {each.loss} is lowest and {worst:.3g} where it is highest"
            found.append(_Parted(high, lost, f"{said}, over {len(loss)} rows", each.file))
    return min(found, key=lambda one: (one.high, -one.lost)) if found else None


@feature("score_table.agreement_high", doc="Upper end of the 95 % interval of the rank correlation of a score with the"
         " validation loss, both turned so that more is better, over the rows of a table of checkpoints or runs",
         how=_HOW, source="fig4.a")  # fmt: skip
def agreement_high(m: Measures) -> Measured:
    found = m.once(_worst)
    return unknown(_HOW, "not-logged") if found is None else Measured(found.high, where=Where(found.file))


@feature("score_table.lost", unit="fraction", doc="Share of the score that the third of the rows with the lowest loss"
         " lacks beside the third with the highest", how=_HOW, source="fig4.a")  # fmt: skip
def lost(m: Measures) -> Measured:
    found = m.once(_worst)
    return unknown(_HOW, "not-logged") if found is None else Measured(found.lost, where=Where(found.file))


@feature("score_table.says", type="choice", doc="The score where the loss is lowest and highest", how=_HOW,
         source="fig4.a")  # fmt: skip
def says(m: Measures) -> Measured:
    found = m.once(_worst)
    return unknown(_HOW, "not-logged") if found is None else Measured(found.said, where=Where(found.file))
