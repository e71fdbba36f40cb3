"""What else was seen, beside the reasons of the named causes: striking, harmless, or looked for and not found."""

from __future__ import annotations

from collections.abc import Set as AbstractSet

import msgspec

from mladvisor.diagnosis.model import Diagnosis, Evidence, FindingResult
from mladvisor.diagnosis.phrases import HARDLY, SURELY_ABSENT, lowered
from mladvisor.diagnosis.reasons import Reason, place, reason
from mladvisor.diagnosis.verdict import NAMED, striking


def seen_besides(diagnosis: Diagnosis, told: AbstractSet[str], suspects: AbstractSet[str]) -> list[Reason]:
    """What is striking and not told: the rarest in healthy runs first.

    Another view of what a suspect shows anyway says nothing new; a column or table of its own does.

    Args:
        told: findings among the reasons that are told.
        suspects: causes that they are told of.
    """
    return [
        _as_seen(one)
        for one in striking(diagnosis)
        if one.finding not in told and (one.items or suspects.isdisjoint(one.explained_by))
    ]


def present_besides(diagnosis: Diagnosis, told: AbstractSet[str]) -> list[Reason]:
    """Every other finding that is present: nothing that was found is kept from the reader. The rarest come first."""
    present = [one for one in diagnosis.findings if one.degree is not None and one.degree >= NAMED]
    left = [one for one in present if one.finding not in told]
    left.sort(key=lambda one: (one.otherwise is None, one.otherwise or 0.0))
    return [_as_seen(one) for one in left]


def _as_seen(one: FindingResult) -> Reason:
    where = place(one.where) if one.where else ""
    return Reason(one.finding, one.because or one.title, one.title, where, 0.0, True, do=one.do)


def in_order(diagnosis: Diagnosis) -> list[Reason]:
    """What was measured and is absent: first what most faults would have shown in a curve, one phenomenon at a time."""
    weights: dict[str, float] = {}
    for hypothesis in diagnosis.hypotheses:
        for each in hypothesis.evidence:
            weights[each.finding] = weights.get(each.finding, 0.0) + min(0.0, each.decibans)
    absent = [one for one in diagnosis.findings if one.degree is not None and one.degree < HARDLY]
    absent.sort(key=lambda one: (-one.telling, weights.get(one.finding, 0.0)))
    nth: dict[str, int] = {}
    rounds: dict[str, int] = {}
    for one in absent:
        key = one.group or one.finding
        rounds[one.finding] = nth[key] = nth.get(key, -1) + 1
    absent.sort(key=lambda one: (one.where is None or not one.where.x, rounds[one.finding]))
    return [_as_checked(one, weights.get(one.finding, 0.0)) for one in absent]


def _as_checked(one: FindingResult, decibans: float) -> Reason:
    """Under a heading that says that nothing of it was found: the title alone, or how little was found."""
    degree = one.degree or 0.0
    text = one.title if degree <= SURELY_ABSENT else f"hardly: {lowered(one.title)}"
    seen = reason(Evidence(one.finding, one.title, degree, decibans, one.because, one.where))
    return msgspec.structs.replace(seen, text=text)
