"""The story that every front end tells: verdict, picture, reasons, what speaks against, what to do, what to ask.

`tell` turns a `Diagnosis` (and the `Run`, for the picture) into plain data. It decides what is said and in which order,
nothing else: no probabilities are computed here and nothing is formatted for a screen.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import msgspec

from mladvisor.diagnosis.advice import WORTH_FIXING, Advice, fixes_in_order, gist, practice, remedies
from mladvisor.diagnosis.besides import in_order, present_besides, seen_besides
from mladvisor.diagnosis.model import Diagnosis, Hypothesis, NextStep, Unchecked
from mladvisor.diagnosis.phrases import TELLING, joined, odds, percent
from mladvisor.diagnosis.reasons import Reason, ranked, reach, reason
from mladvisor.diagnosis.spoken import Spoken
from mladvisor.diagnosis.verdict import NAMED, Verdict, judge, not_judged

if TYPE_CHECKING:
    from mladvisor.diagnosis.picture import Panel
    from mladvisor.runs.model import Run

MENTIONED = 0.05
"""Below this a hypothesis is no longer worth a reader's line."""
MORE_THAN_ALL = 1.02
"""Sums of probabilities from which on a reader would stumble."""
WORTH_ASKING = 0.05
"""Where the verdict stands, a question that is expected to tell less than this many bits is not put to a reader."""

CHECKED = "Looked for and not found"
DISAPPOINTED = "If it disappoints all the same"
ASKS_ON = "`mladvisor chat RUN` asks about what the files do not tell"
NO_CURVES = "no curves"
PRESENT = "Also seen"
HARMLESS = "Seen, but no cause for alarm by itself"
"""Headings that every front end uses."""
NO_VALIDATION = "no validation loss or metric was logged: nothing says whether this model generalises"
NO_REASON = "nothing points to it by itself: it is what is left where other causes explain less of what is seen"


class Suspect(msgspec.Struct):
    """A named or mentioned cause: what speaks for it and against it, strongest first.

    Attributes:
        before: its probability before anything was seen.
        spoken: what the words of the folder do to that, if it is worth telling.
    """

    cause: str
    title: str
    probability: float
    reasons: list[Reason] = []
    against: list[Reason] = []
    because_of: str = ""
    before: float | None = None
    spoken: Spoken | None = None

    @property
    def joined(self) -> str:
        """How what is told and what is not lead from the prior to the belief; "" where the prior is not known."""
        told = sum(one.decibans for one in (*self.reasons, *self.against))
        if self.before is None:
            return ""
        if self.spoken is None:
            return joined(self.before, self.probability, told)
        by = f"{odds(self.spoken.decibans)}, {percent(self.spoken.before)} to {percent(self.spoken.after)}"
        return f"{joined(self.before, self.probability, told + self.spoken.decibans)}; {self.spoken} ({by})"


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
        talk: for a healthy run, whether a consultation would ask about what its files do not tell.
        seen: what is present and striking, and no reason of a suspect.
        present: what else is present: views of what a suspect shows anyway, and what healthy runs often show, too.
        fixes: in order of belief over cost, a root before its mechanism; of no likely cause what findings advise.
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
    talk: bool = False
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
        likeliest=max((one.probability for one in diagnosis.hypotheses), default=None),
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
    if not_judged(diagnosis):  # priors that nothing here could lower
        others = [one for one in others if any(each.degree >= NAMED and each.decibans > 0 for each in one.evidence)]
    if verdict.kind == "unsure":
        suspects = [one for one in others[:1] if one.probability >= WORTH_FIXING]
    story.suspects = [suspect(one, titles) for one in suspects]
    _reconcile(story.suspects, suspects)
    story.runners_up = [suspect(one, titles) for one in others if one not in suspects]
    told = {one.finding for each in story.suspects for one in (*each.reasons, *each.against)}
    told |= {other for one in suspects for evidence in one.evidence for other in evidence.others}
    story.seen = seen_besides(diagnosis, told, {one.cause for one in story.suspects})
    story.checked = in_order(diagnosis) if verdict.kind == "healthy" else []
    findings = {one.finding: one.title for one in diagnosis.findings} | {
        u.finding: u.title for u in diagnosis.unchecked
    }
    if verdict.kind not in ("healthy", "not-enough"):
        story.fixes = fixes_in_order(suspects, diagnosis.hypotheses, findings)
    if verdict.kind == "unsure" and not story.fixes:
        story.fixes = remedies(story.seen)
        story.seen = [msgspec.structs.replace(one, do="") for one in story.seen]
    offered = {gist(fix.do) for fix in story.fixes}
    advised = [fix for fix in diagnosis.advice if gist(fix.do) not in offered]
    story.practice = [practice(fix, diagnosis.findings) for fix in advised]
    told |= {one.finding for one in story.seen} | {finding for fix in advised for finding in fix.clears}
    story.present = present_besides(diagnosis, told)
    if diagnosis.splits == ["train"] and verdict.kind not in ("healthy", "not-enough"):
        story.notes.append(NO_VALIDATION)
    shown = [one.probability for one in (*story.suspects, *story.runners_up)]
    if sum(shown) + (diagnosis.healthy or 0.0) > MORE_THAN_ALL:
        story.notes.append("several causes can hold at once, so their probabilities add up to more than 100%")
    step = diagnosis.next[0] if diagnosis.next else None
    settled = verdict.kind in ("healthy", "one", "two")
    if step is not None and not (settled and step.bits < WORTH_ASKING and not step.follows):
        if verdict.kind != "healthy":
            story.question = step
        else:  # what is wrong is asked of somebody who says that something is
            story.talk = diagnosis.run is not None
    story.gaps = _gaps(diagnosis.unchecked, diagnosis.next)
    if run is not None and run.curves:
        from mladvisor.diagnosis.picture import panels

        seen = [
            evidence.where
            for one in suspects
            for evidence in ranked(one.evidence)
            if evidence.where is not None and evidence.degree >= NAMED and evidence.weight >= TELLING
        ]
        story.panels = panels(run, seen)
    return story


def _about(diagnosis: Diagnosis, run: Run | None) -> list[str]:
    about = [part for part in (diagnosis.format, diagnosis.task) if part]
    if run is None:
        return about
    longest = max(run.curves, key=len, default=None)
    if longest is not None and len(longest):
        about.append(reach(longest.x_unit, float(longest.x[0]), float(longest.x[-1])))
    files = list(dict.fromkeys(curve.place.file for curve in run.curves))
    if not run.curves:
        about += [*diagnosis.holds, NO_CURVES]
    if files:
        about.append(", ".join(files[:2]) + (f" and {len(files) - 2} more" if len(files) > 2 else ""))
    if run.growing:
        about.append("may still be training")
    return about


def suspect(hypothesis: Hypothesis, titles: dict[str, str]) -> Suspect:
    """What speaks for and against one cause; `titles` are those of all causes, by id."""
    alike = {other for one in hypothesis.evidence for other in one.others}
    evidence = [one for one in ranked(hypothesis.evidence) if one.finding not in alike]
    names = {one.finding: one.title for one in hypothesis.evidence}
    return Suspect(
        cause=hypothesis.cause,
        title=hypothesis.title,
        probability=hypothesis.probability,
        reasons=[reason(one, [names[other] for other in one.others]) for one in evidence if one.weight >= TELLING],
        against=[reason(one) for one in reversed(evidence) if one.weight <= -TELLING],
        because_of=titles.get(hypothesis.because_of or "", ""),
        before=hypothesis.prior,
        spoken=hypothesis.spoken if hypothesis.spoken is not None and hypothesis.spoken.telling else None,
    )


def _reconcile(told: list[Suspect], hypotheses: list[Hypothesis]) -> None:
    """What shows the root of a mechanism is no reason against the mechanism where both are named."""
    by_cause = {one.cause: one for one in told}
    for one, hypothesis in zip(told, hypotheses, strict=True):
        root = by_cause.get(hypothesis.because_of or "")
        if root is not None:
            shown = {each.finding for each in root.reasons}
            one.against = [each for each in one.against if each.finding not in shown]


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
