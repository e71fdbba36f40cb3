"""What can be understood: every phrase of a rulebook, and how alike a clause is to each.

A phrase is one of a finding's `said`, its question or title; for causes their `said`, title and id. Likeness mixes the
cosine of TF-IDF vectors of words and of who does what, and how much of the phrase the clause covers. Words that tell
findings apart (rise and fall, training and validation, high and low) are compared on their own: likeness in everything
else does not make up for a difference there.
"""

from __future__ import annotations

import math
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
    Senses,
    Vectors,
    kept,
    turned_round,
    undirected,
)
from mladvisor.consultation.interpret.meaning import Meaning
from mladvisor.consultation.interpret.phrases import Phrase, denies, spoken
from mladvisor.consultation.interpret.words import lexicon
from mladvisor.rulebook import Rulebook

SENSE = 0.5
"""Weight of how a finding is spoken of on the whole, beside the logarithm of a likeness. Chosen on the rules' phrases,
each left out in turn: 50 % of them come first without it, 64 % with it, and it is flat from 0.3 upwards."""
MOST = 200
"""Phrases that are compared word by word: the likeliest by their words alone."""
WORD_FOR_WORD = (0.9, 0.99)
"""From these likenesses on a phrase is said nearly, or just as it stands, and nothing else can mean it better."""


class Hit(NamedTuple):
    """How well a clause fits a finding or cause.

    Attributes:
        score: likeness to its nearest phrase.
        agrees: whether clause and phrase are both negated, or neither.
        rank: what hits are sorted by; it also counts how the finding is spoken of on the whole.
    """

    score: float
    phrase: Phrase
    agrees: bool
    rank: float = 0.0


class Index:
    """The phrases of one rulebook as vectors; `words` are those that it is written in."""

    def __init__(self, book: Rulebook) -> None:
        self.phrases, self.words = spoken(book)
        texts = [undirected(phrase.meaning.tokens) for phrase in self.phrases]
        self._vectors = Vectors(texts)
        owners = {key: number for number, key in enumerate(dict.fromkeys((one.kind, one.id) for one in self.phrases))}
        self._owners = owners
        self._owner = np.array([owners[one.kind, one.id] for one in self.phrases], np.intp)
        self._senses = Senses(texts, self._owner.tolist(), len(owners))

    def hits(self, clause: Meaning, *, names: bool = False) -> list[Hit]:
        """The best phrase of every finding and cause for a clause, by rank; `names`: a bare name is enough."""
        said = set(clause.tokens)
        if not said - ADVERBS:
            return []
        if not names and said <= SUBJECTS | SPLITS | ADVERBS:  # of it is said that there is none, or nothing else
            return [
                Hit(1.0, phrase, True)
                for phrase in self.phrases
                if clause.negated == phrase.meaning.negated
                and (clause.negated or "ONLY" in said)
                and set(phrase.meaning.tokens) == said
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
        senses = SENSE * self._senses.speak(undirected(clause.tokens))
        likely = scores * np.exp(senses[self._owner])
        for position in np.argsort(-likely, kind="stable")[:MOST].tolist():
            phrase = self.phrases[position]
            if denies(phrase.meaning):
                continue
            agrees = (phrase.meaning.negated == clause.negated) != turned_round(clause.tokens, phrase.meaning.tokens)
            as_said = agrees or clause.negated != phrase.meaning.negated  # not by a comparison turned round
            score = (
                float(scores[position])
                * kept(clause.tokens, phrase.meaning.tokens)
                * (1.0 if agrees else _denied(clause, phrase))
            )
            if not phrase.own:
                score *= 0.95
            key = (phrase.kind, phrase.id)
            if key not in best or score > best[key].score:
                rank = (
                    math.log(max(score, 1e-6))
                    + float(senses[self._owners[key]])
                    + (as_said and sum(score >= one for one in WORD_FOR_WORD))
                )
                best[key] = Hit(score, phrase, agrees, rank)
        return sorted(best.values(), key=lambda hit: (-hit.rank, hit.phrase.id))


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
