"""The core: measurements, a rulebook and answers in, a `Diagnosis` out. A pure function on data; it reads no file."""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import cache, partial
from typing import Any

import numpy as np

from mladvisor.diagnosis.evidence import evidence_of
from mladvisor.diagnosis.fixes import advice, fixes_of
from mladvisor.diagnosis.model import Diagnosis, FindingResult, Hypothesis, Unchecked
from mladvisor.diagnosis.phrases import lowered
from mladvisor.diagnosis.spoken import hints_of, spoken_of
from mladvisor.diagnosis.state import Believed, Lookup, believe
from mladvisor.diagnosis.steps import next_steps
from mladvisor.diagnosis.verdict import NAMED
from mladvisor.features.measured import Items, Measured, Where
from mladvisor.inference import evidence_table, joint_evidence, posterior, sort_keys
from mladvisor.rulebook import Judged, Rulebook

LARGEST = 3
"""Most causes that are considered at once, in one run and in each of many: one folder has one diagnosis."""
EXPLAINED = 0.02
"""Causes below this probability get no evidence and no fixes: nobody reads them, and they cost time."""
ENOUGH = 4
"""Known witnesses, a group of findings counting as one, from which on silence means health."""


def infer(
    lookup: Lookup | Mapping[str, Measured | Items],
    rulebook: Rulebook,
    answers: Mapping[str, Any] | None = None,
    *,
    largest: int = LARGEST,
    healthy: float | None = None,
    steps: bool = True,
) -> Diagnosis:
    """What is wrong, given measurements and answers.

    Args:
        lookup: measurements by feature name (a `Measures`, a function or a mapping).
        answers: finding -> degree or word (yes, probably, unsure, probably-not, no); question or feature -> value.
        largest: most causes at once, 1 to 3.
        healthy: prior probability that nothing is wrong, instead of the rulebook's.
        steps: whether to look for the next best question, too.
    """
    state = believe(lookup, rulebook, answers or {}, largest=largest, healthy=healthy)
    return conclude(state, steps=steps)


def conclude(state: Believed, *, steps: bool = True, detail: bool = True) -> Diagnosis:
    """What is believed, in words and numbers for a person.

    Args:
        steps: whether to look for the next best question, too.
        detail: False for a row in a table of many runs: the ranking, and what is present.
    """
    told = [each for each in state.judged.values() if detail or each.present]
    places = {each.finding: _where(state, each) for each in told if each.features}
    sentences = {each.finding: finding_sentence(state, each) for each in told}
    return Diagnosis(
        run=None,
        healthy=state.belief.healthy,
        unlisted=state.belief.unlisted,
        enough=_enough(state),
        hypotheses=_hypotheses(state, sentences, places, detail=detail),
        findings=_findings(state, told, sentences, places, detail=detail),
        unchecked=_unchecked(state) if detail else [],
        next=next_steps(state, thorough=False) if steps else [],
        advice=advice(state) if detail else [],
        warnings=state.scope.warnings,
        unjudged=list(state.unjudged),
    )


def _enough(state: Believed) -> bool:
    """Whether so much is known that silence means something: an answer, anything present, or enough witnesses."""
    if any(state.judged[finding].state == "answered" for finding in state.network.findings):
        return True
    known = ~np.isnan(state.degrees)
    return bool((state.degrees[known] >= 0.5).any() or len(set(state.network.group[known].tolist())) >= ENOUGH)


def _hypotheses(
    state: Believed, sentences: dict[str, str], places: dict[str, Where | None], *, detail: bool
) -> list[Hypothesis]:
    names = state.network.causes
    # A row of a table tells no reason of a healthy run.
    argued = detail or state.belief.healthy < NAMED or bool((state.belief.probability >= NAMED).any())
    table = np.zeros((state.degrees.size, len(names) + 2))
    if argued:
        table = evidence_table(state.network, state.degrees, now=state.belief, present_only=not detail, **state.limits)
    evident = {name: (sentence, places.get(name)) for name, sentence in sentences.items()} if argued else {}
    at_once = cache(partial(joint_evidence, state.network, state.degrees, now=state.belief, **state.limits))
    probability = {cause: float(p) for cause, p in zip(names, state.belief.probability.tolist(), strict=True)}
    nothing = np.full_like(state.degrees, np.nan)
    before = posterior(state.network, nothing, **state.unspoken) if detail else None
    spoken = posterior(state.network, nothing, **state.limits) if detail and state.leaning is not None else None
    result = []
    keys = sort_keys(state.belief.probability[None], state.network.roots)[0].tolist()
    for index in sorted(range(len(names)), key=lambda i: (-round(keys[i], 9), names[i])):
        cause = state.rulebook.causes[names[index]]
        hypothesis = Hypothesis(cause.id, cause.doc.title, probability[cause.id])
        if hypothesis.probability >= EXPLAINED:
            hypothesis.evidence = evidence_of(state, index, table[:, index], evident, at_once)
            hypothesis.fixes = fixes_of(state, cause) if detail else []
            hypothesis.prior = None if before is None else float(before.probability[index])
            if hypothesis.prior is not None and spoken is not None:
                hints = hints_of(state.rulebook.causes[hypothesis.cause])
                after = float(spoken.probability[index])
                hypothesis.spoken = spoken_of(state.leaning, index, hypothesis.prior, after, hints)
            hypothesis.excludes = sorted(cause.excludes)
            # A root is named when it is itself likely enough to be looked at first.
            likely = [root for root in cause.due_to if probability.get(root, 0.0) >= hypothesis.probability / 3]
            hypothesis.because_of = max(likely, key=lambda root: probability[root], default=None)
        result.append(hypothesis)
    return result


def _findings(
    state: Believed,
    told: list[Judged],
    sentences: dict[str, str],
    places: dict[str, Where | None],
    *,
    detail: bool,
) -> list[FindingResult]:
    results = [_finding(state, each, sentences, places) for each in told]
    if detail:
        priors = {cause.id: cause.prior for cause in state.rulebook.causes.values()}
        total = sum(priors.values()) or 1.0
        for one in results:
            arrows = state.rulebook.findings[one.finding].arrows
            one.telling = round(sum(priors[cause] * p for cause, p in arrows.items()) / total, 4)
    return results


def _finding(
    state: Believed, judged: Judged, sentences: dict[str, str], places: dict[str, Where | None]
) -> FindingResult:
    rule = state.rulebook.findings[judged.finding]
    return FindingResult(
        judged.finding,
        rule.doc.title,
        judged.state,
        judged.degree,
        items=list(judged.items),
        case=judged.case,
        features=_values(judged) if judged.degree is not None else {},
        because=sentences[judged.finding],
        where=places.get(judged.finding) if judged.degree is not None else None,
        otherwise=rule.otherwise,
        do=rule.remedy if judged.present else "",
        explained_by=sorted(rule.arrows) if judged.present else [],
        group=rule.doc.group,
    )


def finding_sentence(state: Believed, judged: Judged) -> str:
    """The measured sentence when present; features and values when absent, for the sentence is worded for "present"."""
    if judged.degree is None:
        return ""
    measured = state.rulebook.sentence(judged, state.scope) if judged.present else _plain(judged)
    if judged.finding not in state.answers or judged.state != "answered":
        return measured
    if (
        judged.present
        and judged.case is None
        and "{case}" in (state.rulebook.findings[judged.finding].doc.measured or "")
    ):
        measured = "by what was measured it is not so"  # the sentence is about cases, of which none holds
    title, degree = lowered(state.rulebook.findings[judged.finding].doc.title), judged.degree
    sure = f" ({max(degree, 1 - degree):.0%} sure)" if 0.05 < degree < 0.95 else ""
    answer = f"you say{sure}: {title}" if judged.present else f"you say{sure} that it is not so: {title}"
    return f"{answer} (the log says otherwise: {measured})" if judged.disputed and measured else answer


def _plain(judged: Judged) -> str:
    shown = (
        f"{name} = {value:.3g}" if isinstance(value, float) else f"{name} = {value}"
        for name, value in _values(judged).items()
        if not isinstance(value, dict)
    )
    return ", ".join(shown)


def _values(judged: Judged) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for name, measured in judged.features.items():
        if isinstance(measured, Measured):
            if measured.known:
                values[name] = measured.value
        elif known := {item: each.value for item, each in measured.items() if each.known}:
            values[name] = known
    return values


def _where(state: Believed, judged: Judged) -> Where | None:
    """The stretch that a finding stands on: that of the first measurement with a place, narrowed by `show`; one of the
    curve that is shown goes before settings that only had to be looked at.
    """
    show = state.rulebook.findings[judged.finding].doc.show
    curve = f"{show.curve}." if show is not None and show.curve else "\0"
    found = (
        measured if isinstance(measured, Measured) else measured.get(judged.worst or "")
        for _, measured in sorted(judged.features.items(), key=lambda each: not each[0].startswith(curve))
    )
    place = next((each.where for each in found if each is not None and each.where is not None), None)
    if place is None or not judged.present or place.x == "":
        return place
    shown = state.rulebook.shown(judged, state.scope)
    start, end = (_on_axis(shown.get(field, own), place) for field, own in (("from", place.start), ("to", place.end)))
    return place if (start, end) == (place.start, place.end) else Where(place.file, place.column, place.x, start, end)


def _on_axis(x: float | None, place: Where) -> float | None:
    """A computed x as the log could have it: not before 0 where the log is not, and whole where it counts."""
    if x is None or not math.isfinite(x):
        return None
    if place.start is not None and place.start >= 0:
        x = max(x, 0.0)
    return float(round(x)) if place.x in ("step", "row") else x


def _unchecked(state: Believed) -> list[Unchecked]:
    """Findings that a measurement could settle and that stayed unknown, with what is missing."""
    result = []
    for each in state.judged.values():
        rule = state.rulebook.findings[each.finding]
        if each.state == "unknown" and rule.when and each.askable:
            missing = [(name, state.scope.measured(name)) for name in each.missing]
            reason = next((m.reason for _, m in missing if isinstance(m, Measured) and m.reason), "not-logged")
            names = [name for name, _ in missing]
            result.append(Unchecked(each.finding, rule.doc.title, names, reason, each.note))
    return result
