"""What reports and sentences tell of how far the target reaches and how far the answers do (`runs/answer_ranges`)."""

from __future__ import annotations

from math import inf, isfinite

from mladvisor.features.catalogue import Measures, feature
from mladvisor.features.measured import Measured, Where, unknown
from mladvisor.features.printed import texts
from mladvisor.runs.answer_ranges import Reach, reaches_in_file, said_in
from mladvisor.runs.tabled import opened

_HOW = "write the smallest and the largest target and prediction into a report beside the log"


def told_reaches(m: Measures) -> list[tuple[str, list[Reach]]]:
    """(file, what it tells) of each report or text that tells how far target or answers reach. Use `m.once`."""
    reports = m.run.files.get("answer_report", ())
    found = [(file, reaches_in_file(opened(m.run.folder, file))) for file in reports]
    for text in m.once(texts):
        if text.file not in reports:
            lines = [line for _, line in text.lines(b"target", b"true", b"ziel", b"label")]
            found.append((text.file, said_in(lines)))
    return [(file, reaches) for file, reaches in found if reaches]


def _pairs(m: Measures) -> list[tuple[str, list[Reach], list[Reach]]]:
    """(file, targets, answers) of each name that has both; what has no name stands for all. Use `m.once`."""
    found = []
    for file, reaches in m.once(told_reaches):
        for name in dict.fromkeys(each.name for each in reaches if not each.truth):
            answers = [each for each in reaches if not each.truth and each.name == name]
            targets = [each for each in reaches if each.truth and each.name == name]
            targets = targets or [each for each in reaches if each.truth and not each.name]
            if targets:
                found.append((file, targets, answers))
    return found


@feature(
    "answers.told_end",
    type="choice",
    choices=("zero", "zero to one", "minus one to one", "none"),
    doc="Where the answers end by a report or a sentence, while the target goes on beyond it by a tenth of its range"
    " and more: at 0, or at the two ends of a sigmoid or a tanh",
    how=_HOW,
    source="+model",
)
def told_end(m: Measures) -> Measured:
    found, seen = None, ""
    for file, targets, answers in m.once(_pairs):
        seen = seen or file
        ends = {_end(target, answer) for target in targets for answer in answers}
        if len(ends) == 1 and None not in ends and found is None:
            target, answer = targets[0], answers[0]
            named = f" ({answer.name})" if answer.name else ""
            said = f"the target goes {_shown(target)}, the answers {_shown(answer)}{named}"
            found = Measured(ends.pop(), note=said, where=Where(file, answer.name))
    return found or (Measured("none", where=Where(seen)) if seen else unknown(_HOW, "not-logged"))


def _shown(reach: Reach) -> str:
    if not isfinite(reach.low):
        return "below zero"
    return f"from {reach.low:.4g}" + (f" to {reach.high:.4g}" if isfinite(reach.high) else " on")


_NEAR = 0.01
_BEYOND = 0.1
"""Share of the target's range that lies beyond: a single odd row may."""


def _end(target: Reach, answer: Reach) -> str | None:
    """Where the answers end, and the target does not."""
    span = target.high - target.low
    below = target.low < answer.low and (target.low < answer.low - _BEYOND * span if isfinite(span) else True)
    above = isfinite(target.high) and target.high > 1.5 and target.high > answer.high + _BEYOND * span
    at_zero = 0.0 <= answer.low <= (max(_NEAR, 0.002 * span) if isfinite(span) else _NEAR)
    up_to_one = 0.9 <= answer.high <= 1.0 + 1e-9
    if answer.low >= 0.0 and up_to_one and (above or (below and target.low < 0)):
        return "zero to one"
    both = abs(answer.low + 1.0) <= _NEAR and abs(answer.high - 1.0) <= _NEAR
    if both and (above or target.low < -1.5):
        return "minus one to one"
    return "zero" if below and at_zero and target.low < 0 else None


@feature(
    "answers.told_ends",
    type="any",
    doc="The ends that `answers.told_end` goes by",
    how=_HOW,
    source="+model",
)
def told_ends(m: Measures) -> Measured | None:
    found = m.one("answers.told_end")
    return Measured(found.note, where=found.where) if found.known and found.note else None


@feature("target.told_low", doc="The smallest target by reports and sentences that give its ends; the largest such end"
         " where they give several", how=_HOW, source="+model")  # fmt: skip
def told_low(m: Measures) -> Measured:
    return _of_target(m, low=True)


@feature("target.told_high", doc="The largest target by reports and sentences that give its ends; the smallest such end"
         " where they give several", how=_HOW, source="+model")  # fmt: skip
def told_high(m: Measures) -> Measured:
    return _of_target(m, low=False)


def _of_target(m: Measures, *, low: bool) -> Measured:
    ends = [
        (each.low if low else each.high, file)
        for file, reaches in m.once(told_reaches)
        for each in reaches
        if each.truth and not each.name and isfinite(each.low) and isfinite(each.high)
    ]
    if not ends:
        return unknown(_HOW, "not-logged")
    value, file = max(ends) if low else min(ends)
    return Measured(value, where=Where(file))


@feature("answers.told_outside", doc="How far answers go beyond 0 and 1, by a report or a sentence, where the target"
         " has no other ends than these", how=_HOW, source="metric.loss")  # fmt: skip
def told_outside(m: Measures) -> Measured:
    found = [
        (max(0.0 - answer.low, answer.high - 1.0), file)
        for file, targets, answers in m.once(_pairs)
        for answer in answers
        if all((each.low, each.high) == (0.0, 1.0) for each in targets) and -inf < answer.low and answer.high < inf
    ]
    if not found:
        return unknown(_HOW, "not-logged")
    value, file = max(found)
    return Measured(value, where=Where(file))
