"""The verdict: what the probabilities of a diagnosis allow to be said, in one sentence."""

from __future__ import annotations

from typing import Literal

import msgspec

from mladvisor.diagnosis.model import Diagnosis, FindingResult, Hypothesis
from mladvisor.diagnosis.phrases import lowered
from mladvisor.inference.ranking import BELIEVED

Kind = Literal["healthy", "one", "two", "unsure", "not-enough", "unreadable"]

NAMED = BELIEVED
"""A cause is named in the verdict when it is more likely than not."""

TOO = 0.8
"""A third cause is named beside two when it is very likely, too."""
STRIKING = 0.05
"""What is present though healthy runs show it at most so often is told, whether or not it speaks for a likely cause."""

CERTAIN = 0.001
"""What is present though next to no healthy run shows it is a fact to be told in one breath with a healthy curve."""

PROBABLE, AHEAD = 0.3, 2.0
"""Below one half a cause is still put first when it is this likely, and so many times as likely as the next."""

FEWEST = 4
"""Points below which a curve shows no course: no trend, no turn, no level."""
PLAIN = 8.0
"""Decibans (odds times six) from which on one finding is taken for a fact that needs no course: one NaN is enough."""

_WORDS = ((0.95, "almost certain"), (0.8, "very likely"), (0.6, "likely"), (NAMED, "more likely than not"))
"""Words for probabilities, after Kent (*Words of estimative probability*, 1964), rounded to what can be told apart."""


class Verdict(msgspec.Struct):
    """What is wrong, in one sentence.

    Attributes:
        kind: healthy; one cause; two (or three) together; unsure (nothing above one half); not enough; unreadable.
        sentence: without the number, so that a front end can set it apart.
        probability: of what the sentence says; None for the last three kinds.
        confidence: the same in words; "" where there is no probability.
        because_of: title of a root that may work through the named cause, less likely than not by itself; "".
        causes: ids of the causes named.
    """

    kind: Kind
    sentence: str
    probability: float | None = None
    confidence: str = ""
    because_of: str = ""
    causes: list[str] = []


def judge(diagnosis: Diagnosis) -> Verdict:
    """What kind of verdict the probabilities allow, and its sentence."""
    if diagnosis.error is not None:
        return Verdict("unreadable", diagnosis.error)
    if not diagnosis.enough or diagnosis.healthy is None:
        return Verdict("not-enough", "There is not enough in this run to say what is wrong, or that nothing is")
    likely = [one for one in diagnosis.hypotheses[:2] if one.probability >= NAMED]
    points = diagnosis.points or 0
    ill = [*likely[:1], *(diagnosis.hypotheses[:1] if diagnosis.healthy < NAMED else [])]
    few = 0 < points < FEWEST and not any(map(_without_course, ill))
    if few:
        likely = []
    if len(likely) == 2:
        likely += [one for one in diagnosis.hypotheses[2:] if one.probability >= TOO][:1]
    titles = {one.cause: one.title for one in diagnosis.hypotheses}
    if len(likely) > 1:
        weaker = min(one.probability for one in likely)
        rest = [lowered(one.title) for one in likely[1:]]
        sentence = ", and ".join([", ".join([likely[0].title, *rest[:-1]]), rest[-1]])
        return Verdict("two", sentence, weaker, in_words(weaker), causes=[one.cause for one in likely])
    if likely:
        first = likely[0]
        root = titles.get(first.because_of or "", "")
        return Verdict("one", first.title, first.probability, in_words(first.probability), root, [first.cause])
    if diagnosis.healthy >= NAMED:
        kind, sentence, sure = "healthy", _sound(diagnosis), diagnosis.healthy
    else:
        kind, sentence, sure = "unsure", _undecided(diagnosis), None
    if few:
        many = f"{points} point{'s' if points > 1 else ''}"
        return Verdict("not-enough", f"Not enough to say: a curve of {many} shows no course, good or bad")
    return Verdict(kind, sentence, sure, in_words(sure) if sure is not None else "")  # type: ignore[arg-type]


def _without_course(first: Hypothesis) -> bool:
    """Whether something speaks for a cause that needs no course of a curve: a setting, a table, a plain fact."""
    return any(
        one.degree >= NAMED
        and one.decibans > 0
        and (one.decibans >= PLAIN or (first.probability >= NAMED and one.where is not None and not one.where.x))
        for one in first.evidence
    )


def striking(diagnosis: Diagnosis, limit: float = STRIKING) -> list[FindingResult]:
    """Measured findings that are present though healthy runs show them at most so often, the rarest first."""
    found = [
        one
        for one in diagnosis.findings
        if one.degree is not None
        and one.degree >= NAMED
        and one.state != "answered"
        and one.otherwise is not None
        and one.otherwise <= limit
    ]
    return sorted(found, key=lambda one: one.otherwise or 0.0)


def _sound(diagnosis: Diagnosis) -> str:
    if not diagnosis.unjudged:
        if of := not_judged(diagnosis):
            return f"Nothing wrong was found; this is {of}, whose losses are not judged"
        if diagnosis.splits == ["train"]:
            return "Training looks healthy; without validation nothing says whether it generalises"
        odd = next(iter(striking(diagnosis, CERTAIN)), None)
        return "This run looks healthy" + (f", but for this: {lowered(odd.title)}" if odd is not None else "")
    parts = _held(diagnosis)
    first = next(iter(striking(diagnosis)), None)
    found = f"Nothing wrong was found in the {parts}"
    if first is not None:
        found = f"Nothing worse was found in the {parts} than this: {lowered(first.title)}"
    return f"{found}; there are no curves, so training itself was not judged"


_NOT_JUDGED = {
    "reinforcement": "reinforcement learning",
    "adversarial": "a pair of networks that play against each other",
}


def not_judged(diagnosis: Diagnosis) -> str:
    """What kind of training this is, where the loss tells nothing by its course; "" for all others."""
    return _NOT_JUDGED.get(diagnosis.task or "", "")


def _held(diagnosis: Diagnosis) -> str:
    held = diagnosis.holds
    return f"{', '.join(held[:-1])} and {held[-1]}" if len(held) > 1 else held[0] if held else "folder"


def in_words(probability: float) -> str:
    """A probability of at least one half in words."""
    return next((words for least, words in _WORDS if probability >= least), "possible")


def _undecided(diagnosis: Diagnosis) -> str:
    healthy = diagnosis.healthy or 0.0
    seen = next(iter(striking(diagnosis, 1.0)), None)
    if diagnosis.unjudged and seen is not None:  # of a table it is a fact, whatever it comes from
        return f"One thing stands out in the {_held(diagnosis)}: {lowered(seen.title)}; where it comes from is open"
    first = next(iter(diagnosis.hypotheses), None)
    second = diagnosis.hypotheses[1].probability if len(diagnosis.hypotheses) > 1 else 0.0
    if first is not None and first.probability >= max(PROBABLE, AHEAD * second):
        if first.probability < AHEAD * healthy:
            return f"Hard to call: it may be healthy, or this: {lowered(first.title)}"
        return f"Probably this, though it is not sure: {lowered(first.title)}"
    if first is None or healthy > first.probability:
        if (of := not_judged(diagnosis)) and not diagnosis.unjudged:
            return (
                f"Nothing wrong was found; this is {of}, whose losses go up and down in sound runs and are not judged"
            )
        if diagnosis.unjudged:  # of settings or a script alone
            return f"Nothing wrong was found in the {_held(diagnosis)}; only a log says how training went"
        return "Hard to call: it may well be healthy, and no single cause explains what is seen"
    return "Something is probably wrong, but no single cause stands out"
