"""What the words of a folder do to the prior of a cause, in words: that they move a probability must be told."""

from __future__ import annotations

from collections.abc import Collection

import msgspec

from mladvisor.diagnosis.phrases import TELLING, decibans, percent
from mladvisor.rulebook.book import CauseRule
from mladvisor.rulebook.word_model import Leaning
from mladvisor.runs.bag_of_words import BESIDE, in_words, words

SHOWN = 4
"""Words that are told, those that raise the cause most."""
LEAST = 1.05
"""Least factor of a word that is worth telling."""


class Spoken(msgspec.Struct):
    """What the files of a run speak of, for one cause.

    Attributes:
        before, after: its prior probability without and with the words of the files.
        words: those that raise it most and that a person would take for a hint, as people read them.
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
        return self.decibans >= TELLING and percent(self.before) != percent(self.after)

    def __str__(self) -> str:
        """As a sentence: what folders tend to have, which is told apart from what was seen in this one."""
        of = f"{', '.join(self.words[:-1])} and {self.words[-1]}" if len(self.words) > 1 else "".join(self.words)
        if self.decibans <= 0:
            return "folders whose files speak of such things have this less often, which is no sign in this run"
        speak = f"speak of {of}" if of else "have such words"
        return f"folders whose files {speak} have this cause more often, which is no sign in this run"


def spoken_of(
    leaning: Leaning | None, cause: int | None, before: float, after: float, hints: Collection[str]
) -> Spoken | None:
    """What the words do for a cause (its column; None: for health), given its prior without and with them.

    Args:
        hints: the words that may be named, as `hints_of` has them.
    """
    if leaning is None:
        return None
    told: dict[str, str] = {}  # each word once, as it says most: "std", or "std" 0.3 to 0.5
    for token, factor in [] if cause is None else leaning.strongest(cause):
        word = token.partition(BESIDE)[0]
        if factor >= LEAST and word in hints and word not in leaning.usual:
            told.setdefault(word, in_words(token))
    return Spoken(before, after, list(told.values())[:SHOWN])


def hints_of(cause: CauseRule | None) -> frozenset[str]:
    """Words by which the rules themselves speak of a cause: others ("math") go with it by chance, for all one sees."""
    if cause is None:
        return frozenset()
    return frozenset(words(" ".join((cause.id, cause.doc.title, *cause.doc.said))))
