"""Evidence in words: a reason for or against a cause, and the place where to look."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from mladvisor.diagnosis.model import Evidence
from mladvisor.diagnosis.phrases import absence, and_more, elsewhere, lowered
from mladvisor.diagnosis.verdict import NAMED
from mladvisor.features.measured import Where


class Reason(msgspec.Struct):
    """One piece of evidence in words.

    Attributes:
        text: the measured sentence with this run's numbers, of what is against the cause with why; for what is absent,
            that it was not seen.
        detail: for what is absent, the sentence with the numbers that say so, if there is one; for what is told for
            others of its kind, these.
        title: of the finding.
        place: where to look ("metrics.csv:31-80, epochs 30 to 79"), or "".
        decibans: weight for (> 0) or against (< 0) the cause.
        present: the finding is present; False: its absence is the evidence.
        do: what to do about the finding itself, told beside what no named cause explains.
    """

    finding: str
    text: str
    title: str
    place: str
    decibans: float
    present: bool
    detail: str = ""
    do: str = ""


def ranked(evidence: Iterable[Evidence]) -> list[Evidence]:
    """What speaks loudest for a cause first."""
    return sorted(evidence, key=lambda one: -one.weight)


def reason(evidence: Evidence, alike: Sequence[str] = ()) -> Reason:
    """What one finding says of a cause, present or absent.

    Args:
        alike: titles of the findings of its kind that it is told for.
    """
    present = evidence.degree >= NAMED
    because = evidence.because or evidence.title
    absent = absence(evidence.title, evidence.degree)
    if evidence.weight > 0 and not present:
        absent = f"not seen, though other causes would show it: {lowered(evidence.title)}"
    seen = elsewhere(because) if evidence.weight < 0 else because + and_more(len(alike))
    return Reason(
        finding=evidence.finding,
        text=seen if present else absent,
        title=evidence.title,
        place=place(evidence.where) if evidence.where is not None else "",
        decibans=evidence.weight,
        present=present,
        detail="; ".join(map(lowered, alike)) if present else "" if _is_listing(evidence.because) else evidence.because,
    )


def _is_listing(because: str) -> bool:
    """Measurements by their names, of a finding without a sentence: no words for a reader of what is absent."""
    return " = " in because


def place(where: Where) -> str:
    """Where to look, as an editor takes it ("metrics.csv:31-80"), with the x that stands there."""
    rows = ""
    if where.rows is not None:
        first, last = where.rows
        rows = f":{first}" if first == last else f":{first}-{last}"
    if where.start is None or where.x in ("", "row"):
        return where.file + rows
    return f"{where.file}{rows}, {reach(where.x, where.start, where.start if where.end is None else where.end)}"


def reach(unit: str, first: float, last: float) -> str:
    """`epochs 30 to 79`."""
    return f"{unit} {first:,.10g}" if first == last else f"{unit}s {first:,.10g} to {last:,.10g}"
