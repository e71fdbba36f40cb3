"""The story that every front end tells: verdict, picture, reasons, what speaks against, what to do, what to ask.

`tell` turns a `Diagnosis` (and the `Run`, for the picture) into plain data. It decides what is said and in which order,
nothing else: no probabilities are computed here and nothing is formatted for a screen.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import msgspec

from mladvisor.diagnosis.model import Diagnosis, Evidence, FindingResult, Fix, Hypothesis, NextStep, Unchecked
from mladvisor.diagnosis.phrases import SURELY_ABSENT, absence, joined
from mladvisor.diagnosis.verdict import NAMED, Verdict, judge, lowered, striking
from mladvisor.features.measured import Where

if TYPE_CHECKING:
    from mladvisor.diagnosis.picture import Panel
    from mladvisor.runs.model import Run

MENTIONED = 0.05
"""Below this a hypothesis is no longer worth a reader's line."""
WORTH_FIXING = 0.2
"""From here on a cause that the verdict does not name is argued and its fixes are offered: a cheap try pays at such
odds; below, a fix would be a false alarm in disguise."""
TELLING = 1.0
"""Evidence under this many decibans (odds times 1.26) moves nobody and is left out of reasons."""

IN_ORDER = 0.2
"""Findings below this degree are told as "in order" of a healthy run, with words for how sure that is."""
MORE_THAN_ALL = 1.02
"""Sums of probabilities from which on a reader would stumble."""
WORTH_ASKING = 0.05
"""Where the verdict stands, a question that is expected to tell less than this many bits is not put to a reader."""


CHECKED = "Looked for and not found"
PRESENT = "Also seen"
HARMLESS = "Seen, but no cause for alarm by itself"
"""Headings that every front end uses."""
NO_VALIDATION = "no validation loss or metric was logged: nothing says whether this model generalises"
NO_REASON = "nothing points to it by itself: it is what is left where other causes explain less of what is seen"


class Reason(msgspec.Struct):
    """One piece of evidence in words.

    Attributes:
        text: the measured sentence with this run's numbers; for what is absent, that it was not seen.
        detail: for what is absent, the sentence with the numbers that say so, if there is one.
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


class Suspect(msgspec.Struct):
    """A named or mentioned cause: what speaks for it and against it, strongest first.

    Attributes:
        before: its probability before anything was seen.
    """

    cause: str
    title: str
    probability: float
    reasons: list[Reason] = []
    against: list[Reason] = []
    because_of: str = ""
    before: float | None = None

    @property
    def joined(self) -> str:
        """How what is told and what is not lead from the prior to the belief; "" where the prior is not known."""
        told = sum(one.decibans for one in (*self.reasons, *self.against))
        return "" if self.before is None else joined(self.before, self.probability, told)


class Advice(msgspec.Struct):
    """A fix and the cause it is for; `clears` are titles of findings that should be gone afterwards, `why` is what good
    practice is advised for."""

    do: str
    steps: list[str]
    cost: str
    against: str
    clears: list[str]
    source: str
    why: str = ""


class Gap(msgspec.Struct):
    """Something that was not measured, how to get it, and which findings it would settle."""

    how: str
    settles: list[str]


class Story(msgspec.Struct):
    """Everything a front end needs, in the order in which it should be told.

    Attributes:
        likeliest: probability of the likeliest cause.
        about: what was read, in short pieces ("lightning-csv", "80 epochs", "metrics.csv").
        suspects: the causes that the verdict names (none for a healthy run).
        checked: for a healthy run, what was looked at and found in order.
        seen: what is present and striking, and no reason of a suspect.
        present: what else is present: views of what a suspect shows anyway, and what healthy runs often show, too.
        fixes: in order of belief over cost, a root before its mechanism.
        runners_up: other causes worth a line.
        practice: advice that is not tied to a cause.
    """

    run: str
    verdict: Verdict
    healthy: float | None = None
    likeliest: float | None = None
    about: list[str] = []
    panels: list[Panel] = []
    suspects: list[Suspect] = []
    checked: list[Reason] = []
    seen: list[Reason] = []
    present: list[Reason] = []
    fixes: list[Advice] = []
    question: NextStep | None = None
    runners_up: list[Suspect] = []
    practice: list[Advice] = []
    gaps: list[Gap] = []
    assumed: list[str] = []
    notes: list[str] = []
    warnings: list[str] = []


def present_title(story: Story) -> str:
    """The heading of what else is present: of a healthy run it must not sound like a reproach."""
    return HARMLESS if story.verdict.kind == "healthy" else PRESENT


def tell(diagnosis: Diagnosis, run: Run | None = None) -> Story:
    """The story of one diagnosis. Without `run` there is no picture."""
    verdict = judge(diagnosis)
    titles = {one.cause: one.title for one in diagnosis.hypotheses}
    named = [one for one in diagnosis.hypotheses if one.cause in verdict.causes]
    others = [one for one in diagnosis.hypotheses if one.cause not in verdict.causes and one.probability >= MENTIONED]
    story = Story(
        run=diagnosis.run or "what you told",
        verdict=verdict,
        healthy=diagnosis.healthy,
        likeliest=diagnosis.hypotheses[0].probability if diagnosis.hypotheses else None,
        about=_about(diagnosis, run),
        assumed=list(diagnosis.assumed),
        notes=list(diagnosis.notes),
        warnings=list(diagnosis.warnings),
    )
    if verdict.kind == "unreadable":
        return story
    if verdict.kind == "not-enough":
        others = []  # what is left are priors, or what two points suggest: nothing of this run
    suspects = named
    if verdict.kind == "unsure":
        suspects = [one for one in others[:1] if one.probability >= WORTH_FIXING]
    story.suspects = [suspect(one, titles) for one in suspects]
    story.runners_up = [suspect(one, titles) for one in others if one not in suspects]
    story.seen = _seen(diagnosis, story.suspects)
    story.checked = _in_order(diagnosis) if verdict.kind == "healthy" else []
    findings = {one.finding: one.title for one in diagnosis.findings} | {
        u.finding: u.title for u in diagnosis.unchecked
    }
    if verdict.kind not in ("healthy", "not-enough"):
        story.fixes = _fixes(suspects, diagnosis.hypotheses, findings)
    told = {_gist(fix.do) for fix in story.fixes}
    advised = [fix for fix in diagnosis.advice if _gist(fix.do) not in told]
    story.practice = [_practice(fix, diagnosis.findings) for fix in advised]
    story.present = _present(diagnosis, story, {finding for fix in advised for finding in fix.clears})
    if diagnosis.splits == ["train"] and verdict.kind not in ("healthy", "not-enough"):
        story.notes.append(NO_VALIDATION)
    shown = [one.probability for one in (*story.suspects, *story.runners_up)]
    if sum(shown) + (diagnosis.healthy or 0.0) > MORE_THAN_ALL:
        story.notes.append("several causes can hold at once, so their probabilities add up to more than 100%")
    step = diagnosis.next[0] if diagnosis.next else None
    settled = verdict.kind in ("healthy", "one", "two")
    story.question = None if step is None or (settled and step.bits < WORTH_ASKING) else step
    story.gaps = _gaps(diagnosis.unchecked, diagnosis.next)
    if run is not None and run.curves:
        from mladvisor.diagnosis.picture import panels

        seen = [
            evidence.where
            for one in suspects
            for evidence in _ranked(one.evidence)
            if evidence.where is not None and evidence.degree >= NAMED and evidence.decibans >= TELLING
        ]
        story.panels = panels(run, seen)
    return story


def _about(diagnosis: Diagnosis, run: Run | None) -> list[str]:
    about = [part for part in (diagnosis.format, diagnosis.task) if part]
    if run is None:
        return about
    longest = max(run.curves, key=len, default=None)
    if longest is not None and len(longest):
        about.append(_reach(longest.x_unit, float(longest.x[0]), float(longest.x[-1])))
    files = list(dict.fromkeys(curve.place.file for curve in run.curves))
    if files:
        about.append(", ".join(files[:2]) + (f" and {len(files) - 2} more" if len(files) > 2 else ""))
    if run.growing:
        about.append("may still be training")
    return about


def _reach(unit: str, first: float, last: float) -> str:
    return f"{unit} {first:,.10g}" if first == last else f"{unit}s {first:,.10g} to {last:,.10g}"


def _ranked(evidence: Iterable[Evidence]) -> list[Evidence]:
    return sorted(evidence, key=lambda one: -one.decibans)


def suspect(hypothesis: Hypothesis, titles: dict[str, str]) -> Suspect:
    """What speaks for and against one cause; `titles` are those of all causes, by id."""
    ranked = _ranked(hypothesis.evidence)
    return Suspect(
        cause=hypothesis.cause,
        title=hypothesis.title,
        probability=hypothesis.probability,
        reasons=[_reason(one) for one in ranked if one.decibans >= TELLING],
        against=[_reason(one) for one in reversed(ranked) if one.decibans <= -TELLING],
        because_of=titles.get(hypothesis.because_of or "", ""),
        before=hypothesis.prior,
    )


def _reason(evidence: Evidence) -> Reason:
    present = evidence.degree >= NAMED
    because = evidence.because or evidence.title
    absent = absence(evidence.title, evidence.degree)
    if evidence.decibans > 0 and not present:
        absent = f"not seen, though other causes would show it: {lowered(evidence.title)}"
    return Reason(
        finding=evidence.finding,
        text=because if present else absent,
        title=evidence.title,
        place=place(evidence.where) if evidence.where is not None else "",
        decibans=evidence.decibans,
        present=present,
        detail="" if present or _is_listing(evidence.because) else evidence.because,
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
    return f"{where.file}{rows}, {_reach(where.x, where.start, where.start if where.end is None else where.end)}"


def _seen(diagnosis: Diagnosis, suspects: Sequence[Suspect]) -> list[Reason]:
    """What is striking and not among the reasons told: the rarest in healthy runs first.

    Another view of what a suspect shows anyway says nothing new; a column or table of its own does.
    """
    told = {reason.finding for one in suspects for reason in (*one.reasons, *one.against)}
    causes = {one.cause for one in suspects}
    seen = [
        one
        for one in striking(diagnosis)
        if one.finding not in told and (one.items or causes.isdisjoint(one.explained_by))
    ]
    return [_as_seen(one) for one in seen]


def _as_seen(one: FindingResult) -> Reason:
    where = place(one.where) if one.where else ""
    return Reason(one.finding, one.because or one.title, one.title, where, 0.0, True, do=one.do)


def _present(diagnosis: Diagnosis, story: Story, advised: set[str]) -> list[Reason]:
    """Every other finding that is present: nothing that was found is kept from the reader. The rarest come first.

    Args:
        advised: findings that are told as the ground of good practice.
    """
    told = {reason.finding for one in story.suspects for reason in (*one.reasons, *one.against)}
    told |= {reason.finding for reason in story.seen}
    told |= advised
    present = [one for one in diagnosis.findings if one.degree is not None and one.degree >= NAMED]
    left = [one for one in present if one.finding not in told]
    left.sort(key=lambda one: (one.otherwise is None, one.otherwise or 0.0))
    return [_as_seen(one) for one in left]


def _in_order(diagnosis: Diagnosis) -> list[Reason]:
    """What was measured and is absent: first what most faults would have shown in a curve, one phenomenon at a time."""
    weights: dict[str, float] = {}
    for hypothesis in diagnosis.hypotheses:
        for each in hypothesis.evidence:
            weights[each.finding] = weights.get(each.finding, 0.0) + min(0.0, each.decibans)
    absent = [one for one in diagnosis.findings if one.degree is not None and one.degree < IN_ORDER]
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
    reason = _reason(Evidence(one.finding, one.title, degree, decibans, one.because, one.where))
    return msgspec.structs.replace(reason, text=text)


def _fixes(suspects: Sequence[Hypothesis], hypotheses: Sequence[Hypothesis], findings: dict[str, str]) -> list[Advice]:
    """Fixes in order of belief over cost; a likely root's fixes before those of the mechanism it works through."""
    from mladvisor.diagnosis.steps import EFFORT

    roots = {one.because_of for one in suspects if one.because_of}
    named = {one.cause for one in suspects}
    ruled_out: set[str] = set()  # by a likelier cause: its fixes would say the opposite
    ranked: list[tuple[bool, bool, float, Advice]] = []
    leading = suspects[0].cause if suspects else ""
    for hypothesis in hypotheses:
        if hypothesis.cause in ruled_out:
            continue
        root = hypothesis.cause in roots
        if root or hypothesis.cause in named or hypothesis.probability >= WORTH_FIXING:
            ruled_out.update(hypothesis.excludes)
            for number, fix in enumerate(hypothesis.fixes):
                # What the page argues for is answered first, however dear; then belief over cost decides.
                first = hypothesis.cause == leading and number == 0
                worth = hypothesis.probability / EFFORT.get(fix.cost, EFFORT["one run"])
                ranked.append((not root, not first, -worth, _advice(fix, hypothesis.title, findings)))
    ordered: dict[str, Advice] = {}
    for *_, advice in sorted(ranked, key=lambda entry: entry[:3]):
        ordered.setdefault(_gist(advice.do), advice)
    return list(ordered.values())


def _gist(do: str) -> str:
    """What a fix asks for without its numbers: the same thing is not told twice ("divide the rate by 10", "by 3")."""
    start = re.split(r"[;:,] | \(", do, maxsplit=1)[0].lower()
    words = [word for word in start.split() if not any(mark.isdigit() for mark in word) and word not in ("to", "or")]
    return " ".join(words)


def _advice(fix: Fix, against: str, findings: dict[str, str]) -> Advice:
    clears = [findings.get(name, name) for name in fix.clears]
    return Advice(fix.do, list(fix.steps), fix.cost, against, clears, fix.source)


def _practice(fix: Fix, findings: Sequence[FindingResult]) -> Advice:
    """Advice with what was measured, instead of what would be gone: nobody is accused of anything."""
    why = [one.because or one.title for one in findings if one.finding in fix.clears]
    return Advice(fix.do, list(fix.steps), fix.cost, "", [], fix.source, "; ".join(why))


def _gaps(unchecked: Sequence[Unchecked], steps: Sequence[NextStep]) -> list[Gap]:
    """What is missing, one entry per way of getting it; first what would settle most."""
    bits = {step.finding: step.bits for step in steps}
    grouped: dict[str, list[Unchecked]] = {}
    for one in unchecked:
        if one.how:
            grouped.setdefault(one.how, []).append(one)
    ranked = sorted(
        grouped.items(), key=lambda pair: (-sum(bits.get(one.finding, 0.0) for one in pair[1]), -len(pair[1]))
    )
    gaps: dict[str, Gap] = {}
    told: dict[str, str] = {}
    for how, group in ranked:  # a part that was told already is not told again
        parts = how.split("; ")
        rest = "; ".join(part for part in parts if part not in told) or told[parts[0]]
        gaps.setdefault(rest, Gap(rest, [])).settles.extend(one.title for one in group)
        told |= dict.fromkeys((part for part in parts if part not in told), rest)
    return list(gaps.values())
