"""What the words of a folder do to the prior of a cause, in words: that they move a probability must be told."""

from __future__ import annotations

import msgspec

from mladvisor.diagnosis.phrases import TELLING, decibans, percent
from mladvisor.rulebook.word_model import Leaning
from mladvisor.runs.bag_of_words import BESIDE, in_words

SHOWN = 4
"""Words that are told, those that raise the cause most."""
LEAST = 1.05
"""Least factor of a word that is worth telling."""


class Spoken(msgspec.Struct):
    """What the files of a run speak of, for one cause.

    Attributes:
        before, after: its prior probability without and with the words of the files.
        words: those that raise it most, as people read them.
    """

    before: float
    after: float
    words: list[str] = []

    @property
    def decibans(self) -> float:
        """10 log10 of the change of its odds."""
        return decibans(self.after) - decibans(self.before)

    @property
    def telling(self) -> bool:
        """Whether it raises the odds enough to be told, and the percentage that is told."""
        return bool(self.words) and self.decibans >= TELLING and percent(self.before) != percent(self.after)

    def __str__(self) -> str:
        """As a sentence."""
        if self.decibans > 0 and self.words:
            of = f"{', '.join(self.words[:-1])} and {self.words[-1]}" if len(self.words) > 1 else self.words[0]
            return f"the files beside the log speak of {of}, as those of labelled runs with this cause more often do"
        return "the files beside the log speak of other things than those of labelled runs with this cause mostly do"


def spoken_of(leaning: Leaning | None, cause: int | None, before: float, after: float) -> Spoken | None:
    """What the words do for a cause (its column; None: for health), given its prior without and with them."""
    if leaning is None:
        return None
    told: dict[str, str] = {}  # each word once, as it says most: "std", or "std" 0.3 to 0.5
    for token, factor in [] if cause is None else leaning.strongest(cause):
        if factor >= LEAST:
            told.setdefault(token.partition(BESIDE)[0], in_words(token))
    return Spoken(before, after, list(told.values())[:SHOWN])
