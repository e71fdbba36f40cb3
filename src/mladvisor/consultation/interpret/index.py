"""What can be understood: every phrase of a rulebook, and how alike a clause is to each.

A phrase is one of a finding's `said`, its question or title; for causes their `said`, title and id. Likeness mixes the
cosine of TF-IDF vectors of words and of who does what, and how much of the phrase the clause covers. Words that tell
findings apart (rise and fall, training and validation, high and low) are compared on their own: likeness in everything
else does not make up for a difference there.
"""

from __future__ import annotations

import weakref
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mladvisor.consultation.interpret.likeness import (
    ADVERBS,
    COVER,
    SPLITS,
    STRANGE,
    SUBJECTS,
    WORDS,
    Vectors,
    kept,
    turned_round,
    undirected,
)
from mladvisor.consultation.interpret.meaning import Meaning
from mladvisor.consultation.interpret.phrases import Phrase, denies, phrases_of
from mladvisor.consultation.interpret.words import lexicon
from mladvisor.rulebook import Rulebook


class Hit(NamedTuple):
    """How well a clause fits the nearest phrase of a finding or cause; `agrees`: both are negated, or neither."""

    score: float
    phrase: Phrase
    agrees: bool


class Index:
    """The phrases of one rulebook as vectors."""

    def __init__(self, book: Rulebook) -> None:
        self.phrases = phrases_of(book)
        self._vectors = Vectors([undirected(phrase.meaning.tokens) for phrase in self.phrases])

    def hits(self, clause: Meaning, *, names: bool = False) -> list[Hit]:
        """The best phrase of every finding and cause for a clause, best first; `names`: a bare name is enough."""
        said = set(clause.tokens)
        if not said - ADVERBS:
            return []
        if not names and said <= SUBJECTS | SPLITS | ADVERBS:  # nothing is said of it, but perhaps that there is none
            return [
                Hit(1.0, phrase, True)
                for phrase in self.phrases
                if clause.negated and phrase.meaning.negated and set(phrase.meaning.tokens) == said
            ]
        tokens = undirected(clause.tokens)
        words, cover = self._vectors.alike(tokens)
        score = WORDS * words + COVER * cover * np.minimum(1.0, 2 * words + 0.2)
        # Words that stand in no phrase are left out by the vectors, but they do say something else.
        counted = [word for word in tokens if not word[0].isdigit() and word not in lexicon().numbers]
        strange = sum(word not in self._vectors for word in counted if "." not in word and "~" not in word)
        known = max(1, len(tokens))
        return self._ranked(score * (known / (known + strange)) ** STRANGE, clause)

    def _ranked(self, scores: NDArray[np.float64], clause: Meaning) -> list[Hit]:
        best: dict[tuple[str, str], Hit] = {}
        for position in np.argsort(-scores, kind="stable")[:150].tolist():
            phrase = self.phrases[position]
            if denies(phrase.meaning):
                continue
            agrees = (phrase.meaning.negated == clause.negated) != turned_round(clause.tokens, phrase.meaning.tokens)
            score = (
                float(scores[position])
                * kept(clause.tokens, phrase.meaning.tokens)
                * (1.0 if agrees else _denied(clause, phrase))
            )
            if not phrase.own:
                score *= 0.95
            key = (phrase.kind, phrase.id)
            if key not in best or score > best[key].score:
                best[key] = Hit(score, phrase, agrees)
        return sorted(best.values(), key=lambda hit: (-hit.score, hit.phrase.id))


def _denied(clause: Meaning, phrase: Phrase) -> float:
    """The share that is kept where one denies what the other says: then the words must be the same."""
    if not phrase.single:
        return 0.7
    return 0.93 if set(undirected(clause.tokens)) == set(undirected(phrase.meaning.tokens)) else 0.87


_indexes: weakref.WeakKeyDictionary[Rulebook, Index] = weakref.WeakKeyDictionary()


def index_of(book: Rulebook) -> Index:
    """The index of a rulebook; made when the first sentence is read, and kept as long as the rulebook lives."""
    if book not in _indexes:
        _indexes[book] = Index(book)
    return _indexes[book]


def is_ready(book: Rulebook) -> bool:
    """Whether the index of a rulebook is made."""
    return book in _indexes


def prepare(book: Rulebook) -> None:
    """Make the index before it is needed; in a thread, say."""
    index_of(book)
