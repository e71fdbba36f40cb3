"""What a model loses without each feature, by a table of an ablation beside the log."""

from __future__ import annotations

from mladvisor.features.catalogue import Measures, feature
from mladvisor.features.measured import Measured, Where, unknown
from mladvisor.features.report_said import said_of

HOW = "write the score with all features and without each of them into a table beside the log"


def _drops(m: Measures) -> list[tuple[float, str, str]]:
    """(loss of score, feature, file), the largest first. Use `m.once`."""
    found = said_of(m, "ablated")
    return [] if isinstance(found, Measured) else sorted(((s.value, s.name, f) for s, f in found), reverse=True)


def _drop(m: Measures, at: int) -> Measured:
    found = m.once(_drops)
    if len(found) <= at:
        return unknown(HOW, "not-logged")
    drop, name, file = found[at]
    return Measured(drop, note=name, where=Where(file, name))


@feature("report.ablation_base", unit="score", doc="Score with all features, by a table of an ablation", how=HOW,
         source="feat.nonlinear")  # fmt: skip
def base(m: Measures) -> Measured:
    found = said_of(m, "ablation-base")
    return found if isinstance(found, Measured) else Measured(found[0][0].value, where=Where(found[0][1]))


@feature("report.ablation_drop", unit="score", doc="The most that the score loses without one feature, by a table of an"
         " ablation", how=HOW, source="feat.nonlinear")  # fmt: skip
def drop(m: Measures) -> Measured:
    return _drop(m, 0)


@feature("report.ablation_next", unit="score", doc="The most but one", how=HOW, source="feat.nonlinear")
def next_drop(m: Measures) -> Measured:
    return _drop(m, 1)


@feature("report.ablation_says", type="choice", doc="The feature without which the score loses most", how=HOW,
         source="feat.nonlinear")  # fmt: skip
def says(m: Measures) -> Measured:
    found = _drop(m, 0)
    return Measured(found.note, where=found.where) if found.known else found
