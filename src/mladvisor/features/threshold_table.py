"""The threshold in use beside a table of thresholds that was written or printed: what another one of it would do."""

from __future__ import annotations

from math import isfinite
from typing import NamedTuple

from mladvisor.features.catalogue import Measures, feature
from mladvisor.features.decision_costs import costs
from mladvisor.features.measured import Measured, Where, unknown
from mladvisor.runs.cut_tables import Cut, cuts_in, cuts_printed, worth_of

_HOW = "write a table with a row for each threshold beside the log: threshold, tp, fp, fn, cost"
_NO_CUT = (
    "the table of thresholds is there; write threshold: into the configuration, so that it is known which is in use"
)


class _Table(NamedTuple):
    file: str
    cuts: list[Cut]


def _table(m: Measures) -> _Table | None:
    """The first table of thresholds beside the log, else the last that was printed. Use `m.once`."""
    from mladvisor.features.printed import texts
    from mladvisor.runs.readers.decoding import decode
    from mladvisor.runs.tabled import opened

    for file in m.run.files.get("cut_table", ()):
        found = cuts_in(opened(m.run.folder, file))
        if found:
            return _Table(file, found)
    for text in m.once(texts):
        found = cuts_printed(decode(text.bare))
        if found:
            return _Table(text.file, found)
    return None


class _Choice(NamedTuple):
    """The cut in use and the best one of the table, by `what`, and what each is worth (more is better)."""

    what: str
    used: Cut
    best: Cut
    worth_used: float
    worth_best: float
    file: str


def _choices(m: Measures) -> list[_Choice] | Measured:
    """For each goal that the table tells; costs first. Use `m.once`."""
    table = m.once(_table)
    if table is None:
        return unknown(_HOW)
    used = _in_use(m, table.cuts)
    if used is None:
        return unknown(_NO_CUT)
    at = min(range(len(table.cuts)), key=lambda each: abs(table.cuts[each].threshold - used))
    if abs(table.cuts[at].threshold - used) > _NEAR:
        return unknown(f"{table.file} has no row near the threshold in use, {used:g}")
    found = []
    for what, worth in worth_of(table.cuts, m.once(costs)):
        best = max(range(len(worth)), key=worth.__getitem__)
        found.append(_Choice(what, table.cuts[at], table.cuts[best], worth[at], worth[best], table.file))
    return found


_NEAR = 0.05
"""Between the rows of a table nobody looks closer."""


def _in_use(m: Measures, cuts: list[Cut]) -> float | None:
    marked = [cut.threshold for cut in cuts if cut.used]
    if len(marked) == 1:
        return marked[0]
    for name in ("config.threshold", "threshold.in_use"):
        value = m.value(name)
        if isinstance(value, float):
            return value
    return None


def _of(m: Measures, what: str) -> _Choice | Measured:
    found = m.once(_choices)
    if isinstance(found, Measured):
        return found
    return next((each for each in found if each.what == what), None) or unknown(f"the table tells no {what}")


@feature("threshold_table.cost_saved", unit="fraction", doc="Share of what the threshold in use costs that the cheapest"
         " one of a table of thresholds saves; of a gain, the share that is missed (above 1: it loses money)",
         how=_HOW, source="fig4.b")  # fmt: skip
def cost_saved(m: Measures) -> Measured:
    found = _of(m, "costs")
    if isinstance(found, Measured):
        return found
    whole = max(abs(found.worth_used) if found.worth_best <= 0 else abs(found.worth_best), 1e-12)
    return Measured((found.worth_best - found.worth_used) / whole, where=Where(found.file))


@feature("threshold_table.f1_gain", unit="points of F1", doc="What the best threshold of a table of thresholds gains in"
         " F1 over the one in use", how=_HOW, source="fig4.b")  # fmt: skip
def f1_gain(m: Measures) -> Measured:
    found = _of(m, "f1")
    if isinstance(found, Measured):
        return found
    return Measured(found.worth_best - found.worth_used, where=Where(found.file))


@feature("threshold_table.in_use", doc="The threshold in use, by the row of the table of thresholds that is nearest",
         how=_HOW, source="fig4.b")  # fmt: skip
def in_use(m: Measures) -> Measured:
    found = m.once(_choices)
    if isinstance(found, Measured) or not found:
        return found if isinstance(found, Measured) else unknown(_HOW)
    return Measured(found[0].used.threshold, where=Where(found[0].file))


@feature("threshold_table.best", doc="The threshold of the table that is cheapest, else best for F1", how=_HOW,
         source="fig4.b")  # fmt: skip
def best(m: Measures) -> Measured:
    found = m.once(_choices)
    if isinstance(found, Measured) or not found:
        return found if isinstance(found, Measured) else unknown(_HOW)
    return Measured(found[0].best.threshold, where=Where(found[0].file))


@feature("threshold_table.f1_at_best", unit="fraction", doc="F1 at the best threshold for it of a table of thresholds",
         how=_HOW, source="fig4.b")  # fmt: skip
def f1_at_best(m: Measures) -> Measured:
    found = _of(m, "f1")
    if isinstance(found, Measured):
        return found
    return Measured(found.worth_best, where=Where(found.file))


@feature("threshold_table.best_for_f1", doc="The best threshold for F1 of a table of thresholds", how=_HOW,
         source="fig4.b")  # fmt: skip
def best_for_f1(m: Measures) -> Measured:
    found = _of(m, "f1")
    if isinstance(found, Measured):
        return found
    return Measured(found.best.threshold, where=Where(found.file))


@feature("threshold_table.recall_at_best", unit="fraction", doc="Recall at the best threshold for F1 of a table of"
         " thresholds: 1 where all are called positive", how=_HOW, source="metric.prf")  # fmt: skip
def recall_at_best(m: Measures) -> Measured:
    found = _of(m, "f1")
    if isinstance(found, Measured):
        return found
    best = found.best
    recall = best.recall if isfinite(best.recall) else best.tp / max(best.tp + best.fn, 1e-12)
    return Measured(recall, where=Where(found.file)) if isfinite(recall) else unknown(_HOW)
