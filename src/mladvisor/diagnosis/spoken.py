"""What the words of a folder do to the prior of a cause, in words: that they move a probability must be told."""

from __future__ import annotations

import msgspec

from mladvisor.diagnosis.phrases import decibans, odds, percent
from mladvisor.rulebook.word_model import Leaning
from mladvisor.runs.bag_of_words import in_words

SHOWN = 4
"""Words that are told, those that raise the cause most."""
LEAST = 1.05
"""Least factor of a word that is worth telling."""
TOLD = 1.8
"""Decibans by which the odds move (a factor of one and a half) for the words to be told at all."""


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
        """Whether it moves the odds enough to be told."""
        return abs(self.decibans) >= TOLD

    def __str__(self) -> str:
        """As a sentence."""
        by = f"({odds(self.decibans)}, {percent(self.before)} to {percent(self.after)})"
        if self.decibans > 0 and self.words:
            return f"runs whose files speak of {', '.join(self.words)} have it more often than others {by}"
        return f"runs whose files speak of such things have it {'more' if self.decibans > 0 else 'less'} often {by}"


def spoken_of(leaning: Leaning | None, cause: int | None, before: float, after: float) -> Spoken | None:
    """What the words do for a cause (its column; None: for health), given its prior without and with them."""
    if leaning is None:
        return None
    words = [] if cause is None else leaning.strongest(cause, SHOWN)
    return Spoken(before, after, [in_words(word) for word, factor in words if factor >= LEAST])
