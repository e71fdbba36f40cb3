"""How numbers and choices are put into words, the same in every report."""

from __future__ import annotations

from mladvisor.diagnosis.model import NextStep
from mladvisor.diagnosis.phrases import effort, odds, percent
from mladvisor.diagnosis.reasons import Reason
from mladvisor.diagnosis.story import Story
from mladvisor.diagnosis.verdict import Kind, Verdict, in_words
from mladvisor.render.cells import Style

__all__ = [
    "belief",
    "effort",
    "headline",
    "how_to_answer",
    "odds",
    "percent",
    "sign",
    "small",
    "verdict_style",
    "worth",
]


def small(reason: Reason) -> str:
    """What stands in small print behind a reason: its weight, the numbers of what is absent, and the place."""
    return "; ".join(part for part in (f"odds {odds(reason.decibans)}", reason.detail, reason.place) if part)


def sign(kind: Kind) -> str:
    """One character for the kind of verdict, so that colour is never alone."""
    return {"healthy": "✓", "one": "✗", "two": "✗", "unreadable": "!"}.get(kind, "?")


def verdict_style(kind: Kind) -> Style:
    """The style of a kind of verdict."""
    return "good" if kind == "healthy" else "bad" if kind in ("one", "two", "unreadable") else "warn"


def headline(verdict: Verdict) -> str:
    """The verdict in one sentence, with its number."""
    text = verdict.sentence
    if verdict.because_of:
        text += f", perhaps because of: {verdict.because_of}"
    if verdict.probability is None:
        return text
    both = _both(verdict.causes) if verdict.kind == "two" else ""
    return f"{text}: {both}{verdict.confidence}, {percent(verdict.probability)}"


def _both(causes: list[str]) -> str:
    return "both " if len(causes) == 2 else "each "


def belief(story: Story) -> str:
    """The line under the verdict: how sure, and how likely the run is healthy after all."""
    verdict = story.verdict
    parts = []
    if verdict.probability is not None:
        if verdict.kind == "two":
            parts.append(_each_sure(verdict, [one.probability for one in story.suspects]))
        else:
            parts.append(f"{verdict.confidence} ({percent(verdict.probability)})")
    if verdict.kind == "healthy" and story.likeliest is not None:
        # Else a reader takes what is missing to 100% for a suspicion: it is spread over everything that could be wrong.
        parts.append(f"no single cause is above {percent(max(story.likeliest, 0.01))}")
    if verdict.kind in ("one", "two", "unsure") and story.healthy is not None:
        parts.append(f"healthy {percent(story.healthy)}")
    return " · ".join(parts)


def _each_sure(verdict: Verdict, probabilities: list[float]) -> str:
    """How sure each of several causes is; in one word where it is the same word."""
    words = [in_words(probability) for probability in probabilities]
    numbers = [percent(probability) for probability in probabilities]
    if len(set(words)) == 1:
        return f"{_both(verdict.causes)}{words[0]} ({' and '.join(numbers)})"
    return ", then ".join(f"{word} ({number})" for word, number in zip(words, numbers, strict=True))


def worth(step: NextStep) -> str:
    """What a next step takes and how much it is expected to tell."""
    amount = "much" if step.bits >= 0.3 else "something" if step.bits >= 0.1 else "a little"
    return f"takes {effort(step.effort)}; the answer would tell {amount}"


def gone(titles: list[str], most: int) -> str:
    """What a fix should make disappear."""
    from mladvisor.diagnosis.phrases import lowered

    return "gone afterwards if it was that: " + "; ".join(map(lowered, titles[:most])) + ("; …" * (len(titles) > most))


def how_to_answer(step: NextStep) -> str:
    """One line that tells a reader of a report how to feed the answer back."""
    if step.kind == "check":
        return f"run: {step.command}" if step.command else "can be checked on the data of this run"
    if step.sets == step.finding and not step.choices:
        return "then: put the files beside the log, and diagnose again"
    if step.sets:
        from shlex import quote

        value = f"{step.sets}={_short(step.choices[0], step.choices) if step.choices else 'VALUE'}"
        return f"then: `--answer {quote(value)}`"
    return f"then: `--answer {step.finding}=yes` (or probably, probably-not, no)"


def _short(choice: str, choices: list[str]) -> str:
    """A choice up to its first comma, where that fits no other: what is accepted for it."""
    head = choice.split(",", maxsplit=1)[0]
    return head if sum(head in one for one in choices) == 1 else choice
