"""Two runs beside each other: whether what was wrong with the first is gone in the second."""

from __future__ import annotations

from typing import Final, Literal

import msgspec

from mladvisor.diagnosis.model import Diagnosis, Hypothesis
from mladvisor.diagnosis.numbers import Numbers, Pair, beside
from mladvisor.diagnosis.phrases import lowered, percent
from mladvisor.diagnosis.verdict import NAMED, Kind, judge
from mladvisor.rulebook import Rulebook
from mladvisor.runs.model import Run

Outcome = Literal["fixed", "gone", "worse", "other", "remains", "new", "nothing", "unsure"]

TOLD: Final = 0.1
"""A cause is listed when it is at least this likely in one of the two runs."""

LESS: Final = 0.2
"""A cause that is this much less likely, and still likelier than not, is told as weaker: neither gone nor as it was."""


class Shift(msgspec.Struct):
    """A cause, and its probability in the two runs; None where a run allows no verdict."""

    cause: str
    title: str
    before: float | None
    after: float | None


class Change(msgspec.Struct):
    """A finding with its degree in the two runs (None: unknown), and the sentence of the last run that shows it."""

    finding: str
    title: str
    before: float | None
    after: float | None
    because: str = ""


class Comparison(msgspec.Struct):
    """Did the fix work.

    Attributes:
        before, after: the runs as given.
        outcome: fixed (what was named is gone, and the run looks healthy); gone (it is gone, but nothing else can be
            said); worse (nothing is named now, but the best validation got worse by more than noise); other (gone, but
            something else is named now); remains; new (nothing was named before, something is now); nothing (neither);
            unsure (a run allows no verdict, or the two are of different tasks).
        sentence: the same for people.
        warnings: why the values of the two runs cannot be compared, where they cannot.
        settings: what was changed in the configuration.
        numbers: the best loss and metric of both.
        causes: that are likely in one of them.
        cleared, appeared, unchanged, lost: findings that were present and are absent now; the reverse; present in
            both; present before and not to be judged now.
    """

    before: str
    after: str
    outcome: Outcome
    sentence: str
    warnings: list[str] = []
    settings: list[Pair] = []
    numbers: list[Pair] = []
    causes: list[Shift] = []
    cleared: list[Change] = []
    appeared: list[Change] = []
    unchanged: list[Change] = []
    lost: list[Change] = []


def compare(
    before: Diagnosis,
    after: Diagnosis,
    runs: tuple[Run | None, Run | None] = (None, None),
    book: Rulebook | None = None,
) -> Comparison:
    """Two diagnoses by the same rules; with `runs` their settings and numbers as well.

    From `book` it is known which faults, once they are mended, leave the values before and after without a common
    meaning: a leak into validation flatters, and a class that is made to count costs accuracy.
    """
    made = Comparison(before.run or "before", after.run or "after", "unsure", "")
    numbers = Numbers()
    if runs[0] is not None and runs[1] is not None:
        made.settings = _settings(*runs)  # type: ignore[arg-type]
        named = [one.cause for one in before.hypotheses if one.probability >= NAMED]
        causes = book.causes if book is not None else {}
        moved = {kind for one in named if one in causes for kind in causes[one].doc.remeasures}
        numbers = beside(runs[0], runs[1], moved)
        made.numbers, made.warnings = numbers.pairs, numbers.warnings
    made.causes = _shifts(before, after)
    degrees = {one.finding: one for one in after.findings}
    for one in before.findings:
        other = degrees.get(one.finding)
        now = other.degree if other is not None else None
        if other is not None and other.state == "not-applicable":
            now = 0.0
        was = one.degree or 0.0
        if was >= NAMED:
            shown = other if other is not None and now is not None and now >= NAMED else one
            change = Change(one.finding, one.title, was, now, shown.because)
            (made.lost if now is None else made.unchanged if now >= NAMED else made.cleared).append(change)
        elif other is not None and now is not None and now >= NAMED:
            made.appeared.append(Change(one.finding, one.title, one.degree, now, other.because))
    made.outcome, made.sentence = _outcome(before, after, made, numbers)
    return made


def _outcome(before: Diagnosis, after: Diagnosis, made: Comparison, numbers: Numbers) -> tuple[Outcome, str]:
    kinds: tuple[Kind, Kind] = (judge(before).kind, judge(after).kind)
    for diagnosis, kind in zip((before, after), kinds, strict=True):
        if kind in ("unreadable", "not-enough"):
            return "unsure", f"{diagnosis.run}: {judge(diagnosis).sentence}"
    if numbers.apart:
        return "unsure", f"These two runs say nothing of each other: {numbers.apart}"
    lost = numbers.decisive if numbers.decisive is not None and numbers.decisive.worse else None
    fell = f"the {lost.name} got worse, {lost.before:.4g} before, {lost.after:.4g} now" if lost is not None else ""
    now = {one.cause: one.probability for one in after.hypotheses}
    named = [one for one in before.hypotheses if one.probability >= NAMED]
    found = [one for one in after.hypotheses if one.probability >= NAMED]
    known = {one.cause for one in named}
    fresh = [one for one in found if one.cause not in known]
    if not named:
        if fresh:
            told = f"{lowered(fresh[0].title)} ({percent(fresh[0].probability)})"
            return "new", f"Nothing was named before; now it is this: {told}"
        if fell:
            return "worse", f"No cause is named in either run, but {fell}"
        return "nothing", "No cause is named in either run"
    moves = "; ".join(
        f"{lowered(one.title)} {percent(one.probability)} before, {percent(now.get(one.cause, 0.0))} now"
        for one in named
    )
    unseen = [one for one in named if not _looked_for(one, before, after, made)]
    if unseen and not any(one.cause in known for one in found):
        told = lowered(unseen[0].title)
        return "unsure", f"Whether it is gone is open: what showed it ({told}) was not measured in {made.after}"
    if any(one.cause in known for one in found):
        kept = [one for one in named if one.cause in {other.cause for other in found}]
        weaker = all(one.probability - now[one.cause] >= LESS for one in kept)
        still = "It may still be there, with less to show for it" if weaker else "It is still there"
        return "remains", f"{still}: {moves}"
    if fresh:
        told = f"{lowered(fresh[0].title)} ({percent(fresh[0].probability)})"
        return "other", f"That is gone ({moves}), but now it is this: {told}"
    if fell:
        return "worse", f"That is gone, but {fell}: {moves}"
    if kinds[1] == "healthy":
        return "fixed", f"The fix worked, and the run looks healthy: {moves}"
    return "gone", f"That is gone, though nothing more can be said for sure: {moves}"


def _looked_for(one: Hypothesis, before: Diagnosis, after: Diagnosis, made: Comparison) -> bool:
    """Whether anything that showed a cause was judged again: what is not known is not gone."""
    if one.cause in after.unjudged:
        return False
    shown = {finding.finding for finding in before.findings if one.cause in finding.explained_by}
    lost = {change.finding for change in made.lost}
    present = {change.finding for change in (*made.cleared, *made.unchanged, *made.lost)} & shown
    return not present or not present <= lost


def _shifts(before: Diagnosis, after: Diagnosis) -> list[Shift]:
    first = {one.cause: one for one in before.hypotheses}
    second = {one.cause: one for one in after.hypotheses}
    shifts = []
    for cause in dict.fromkeys([*first, *second]):
        was, now = (kept[cause].probability if cause in kept else None for kept in (first, second))
        if max(was or 0.0, now or 0.0) >= TOLD:
            now = None if cause in after.unjudged else now
            shifts.append(Shift(cause, (first.get(cause) or second[cause]).title, was, now))
    return sorted(shifts, key=lambda one: -max(one.before or 0.0, one.after or 0.0))


def _settings(before: Run, after: Run) -> list[Pair]:
    """Keys in the order of the first run's files, then what is new; nothing where one run keeps no configuration."""
    if not before.config or not after.config:
        return []
    pairs = []
    for key in dict.fromkeys([*before.config, *after.config]):
        was, now = (run.config[key].value if key in run.config else None for run in (before, after))
        if was != now:
            pairs.append(Pair(key, was, now))
    return pairs
