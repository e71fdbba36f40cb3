"""How numbers and titles are put into words, the same in every report and in the consultation."""

from __future__ import annotations

import math
from collections.abc import Sequence

TELLING = 1.0
"""Evidence under this many decibans (odds times 1.26) moves nobody and is left out of reasons."""
SURELY_ABSENT, HARDLY = 0.05, 0.2
"""Up to these degrees there is no sign of a finding, and hardly one."""

_EFFORT = {
    "glance": "a glance",
    "check": "a few minutes",
    "minutes": "a few minutes",
    "experiment": "an experiment",
    "one run": "one training run",
    "many runs": "several training runs",
}


def percent(probability: float) -> str:
    """A probability as a whole percentage that never claims certainty."""
    if probability < 0.005:
        return "<1%"
    if probability > 0.995:
        return ">99%"
    return f"{probability:.0%}"


def absence(title: str, degree: float) -> str:
    """A finding that is not present, in words that claim no more than was measured."""
    sign = "no sign" if degree <= SURELY_ABSENT else "hardly a sign" if degree <= HARDLY else "no clear sign"
    return f"{sign} that {lowered(title)}"


def elsewhere(sentence: str) -> str:
    """What is present and speaks against a cause, as others show it more often; in another run it may speak for it."""
    return f"more often seen with other causes: {sentence}"


def one_of(choices: Sequence[str]) -> str:
    """Answers to choose from in a line; where one holds a comma, a comma cannot stand between them."""
    return ("; " if any("," in choice for choice in choices) else ", ").join(choices)


def and_more(others: int) -> str:
    """That a finding is told for others, too, which measure the same."""
    return f", and {others} more sign{'s' if others > 1 else ''} of this kind" if others else ""


def odds(decibans: float) -> str:
    """A weight of evidence as the factor by which it changes the odds: "x13" up, "/4" down; two digits at most."""
    factor = 10 ** (abs(decibans) / 10)
    text = ">999" if factor > 999 else f"{factor:.0f}" if factor >= 9.5 else f"{factor:.1f}"
    return ("×" if decibans >= 0 else "÷") + text.removesuffix(".0")


def rest(before: float, after: float, told: float) -> float:
    """Decibans of the way from one probability to another that those `told` leave open."""
    return decibans(after) - decibans(before) - told


def decibans(probability: float) -> float:
    """10 log10 of the odds."""
    inside = min(max(probability, 1e-12), 1 - 1e-12)
    return 10 * math.log10(inside / (1 - inside))


def joined(before: float, after: float, told: float) -> str:
    """How the factors that are told and all that are not lead from what was believed before to what is now."""
    left = rest(before, after, told)
    return (
        f"it was {percent(before)} before anything was read; with everything else together ({odds(left)}: small signs, "
        f"what speaks against other causes, and how far the reasons overlap) it is {percent(after)}"
    )


def effort(step: str) -> str:
    """What an effort or cost means to a reader."""
    return _EFFORT.get(step, step)


def begun(text: str) -> str:
    """As a sentence begins: its first letter large."""
    return text[:1].upper() + text[1:]


def lowered(title: str) -> str:
    """A title inside a sentence: its first letter small, unless the first word is an abbreviation."""
    first = title.split(" ", 1)[0]
    known = len(first) > 1 and first.isupper()  # "A transformer ..." starts with a word, "AUC ..." with a name
    return title if known or not (first[1:].islower() or len(first) == 1) else title[:1].lower() + title[1:]
