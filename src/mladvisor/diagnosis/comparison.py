"""Two runs beside each other: whether what was wrong with the first is gone in the second."""

from __future__ import annotations

from typing import Any, Final, Literal

import msgspec
import numpy as np

from mladvisor.diagnosis.model import Diagnosis, Hypothesis
from mladvisor.diagnosis.phrases import lowered, percent
from mladvisor.diagnosis.verdict import NAMED, Kind, judge
from mladvisor.runs.model import Curve, Run
from mladvisor.runs.primary import primary

Outcome = Literal["fixed", "gone", "other", "remains", "new", "nothing", "unsure"]

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


class Pair(msgspec.Struct):
    """A setting or a number in the two runs; None where a run does not have it."""

    name: str
    before: Any
    after: Any


class Comparison(msgspec.Struct):
    """Did the fix work.

    Attributes:
        before, after: the runs as given.
        outcome: fixed (what was named is gone, and the run looks healthy); gone (it is gone, but nothing else can be
            said); other (gone, but something else is named now); remains; new (nothing was named before, something is
            now); nothing (neither); unsure (a run allows no verdict).
        sentence: the same for people.
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
    settings: list[Pair] = []
    numbers: list[Pair] = []
    causes: list[Shift] = []
    cleared: list[Change] = []
    appeared: list[Change] = []
    unchanged: list[Change] = []
    lost: list[Change] = []


def compare(before: Diagnosis, after: Diagnosis, runs: tuple[Run | None, Run | None] = (None, None)) -> Comparison:
    """Two diagnoses by the same rules; with `runs` their settings and numbers as well."""
    made = Comparison(before.run or "before", after.run or "after", "unsure", "")
    if runs[0] is not None and runs[1] is not None:
        made.settings = _settings(*runs)  # type: ignore[arg-type]
        made.numbers = _numbers(*runs)  # type: ignore[arg-type]
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
    made.outcome, made.sentence = _outcome(before, after, made)
    return made


def _outcome(before: Diagnosis, after: Diagnosis, made: Comparison) -> tuple[Outcome, str]:
    kinds: tuple[Kind, Kind] = (judge(before).kind, judge(after).kind)
    for diagnosis, kind in zip((before, after), kinds, strict=True):
        if kind in ("unreadable", "not-enough"):
            return "unsure", f"{diagnosis.run}: {judge(diagnosis).sentence}"
    now = {one.cause: one.probability for one in after.hypotheses}
    named = [one for one in before.hypotheses if one.probability >= NAMED]
    found = [one for one in after.hypotheses if one.probability >= NAMED]
    known = {one.cause for one in named}
    fresh = [one for one in found if one.cause not in known]
    if not named:
        if fresh:
            told = f"{lowered(fresh[0].title)} ({percent(fresh[0].probability)})"
            return "new", f"Nothing was named before; now it is this: {told}"
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


def _numbers(before: Run, after: Run) -> list[Pair]:
    """The best of the loss and of the metric that are judged, where both runs logged the same one."""
    pairs = []
    for kind in ("loss", "metric"):
        for split in ("val", "train"):
            curves = [primary(run, kind, split) for run in (before, after)]
            first, second = curves
            if (
                first is None
                or second is None
                or (first.role.name, first.role.kind) != (second.role.name, second.role.kind)
            ):
                continue
            values = [_best(curve) for curve in (first, second)]
            if None not in values:
                words = "validation" if split == "val" else "training"
                name = "loss" if kind == "loss" else first.role.name or "metric"
                pairs.append(Pair(f"best {words} {name}", *values))
            break
    return pairs


def _best(curve: Curve) -> float | None:
    fine = np.asarray(curve.y, dtype=float)
    fine = fine[np.isfinite(fine)]
    if not len(fine):
        return None
    return float(fine.max() if curve.role.higher_is_better else fine.min())
