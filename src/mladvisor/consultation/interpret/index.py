"""What can be understood: every phrase of a rulebook, and how alike a clause is to each.

A phrase is one of a finding's `said`, its question or title; for causes their `said`, title and id. Two things are
told of a clause and a finding. Its *score* compares it with the finding's nearest phrase, word by word; words that tell
findings apart (rise and fall, training and validation, high and low) are compared on their own, for likeness in
everything else does not make up for a difference there. Its *chance* is that the finding is what is meant, of all that
are known and of none of them: it weighs the score with how near the clause is, by concepts, words and letters, to the
nearest phrase of each finding and to the middle of all its phrases.
"""

from __future__ import annotations

import math
import weakref
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mladvisor.consultation.interpret.contrast import told_apart
from mladvisor.consultation.interpret.likeness import (
    ADVERBS,
    COVER,
    SPLITS,
    STRANGE,
    SUBJECTS,
    WORDS,
    Senses,
    Vectors,
    half_said,
    kept,
    turned_round,
    undirected,
)
from mladvisor.consultation.interpret.meaning import Meaning
from mladvisor.consultation.interpret.phrases import Phrase, denies, spoken
from mladvisor.consultation.interpret.spaces import Rows, of_letters, of_names, of_plain, of_words
from mladvisor.consultation.interpret.words import lexicon
from mladvisor.rulebook import Rulebook

NEAREST, MIDDLE = (0.5, 1.9, 3.6), (1.2, 2.6, 3.7)
"""Weights of the likeness to a finding's nearest phrase and to the middle of its phrases, by concepts, words and
letters. All weights here are those of a conditional logistic regression on the rules' own phrases, each left out in
turn: 65 % of them came first without these six, and 76 % with them."""
SCORE, LOG_SCORE, SENSE, AGREES = 0.7, 0.35, 0.7, 0.8
"""Weights of the score and its logarithm, of how a finding is spoken of on the whole, and of the same negation."""
NONE = 5.0
"""What weighs as much as a finding that is not meant at all: 95 in 100 phrases that were left out weigh more."""
LITERAL, LITERALLY = 0.97, 2.0
"""From this likeness by words on a clause is a phrase as it stands; what that weighs besides."""
SAME, SAMELY = 0.97, 1.5
"""From this score on a clause says the same, word by word; what that weighs besides."""
HALF = 1.5
"""How much less a phrase about loss and metric weighs where one of the two is not spoken of: that accuracy still rises
is good news, and half of "loss rises and accuracy still rises"."""
CAUSE = 3.0
"""How much less a cause weighs against findings, which are what is seen of it."""
SET_APART, APART_AMONG = 1.5, 10
"""Weight of the logarithm of the share that a finding gets when the phrases of so many of the likeliest are set against
each other: of a stranger's sentences 80 % come first without it, 85 % with it, at any weight from 1 to 4."""
HOPELESS = 4.0
"""So far behind "nothing of this" no finding is even shown as the nearest, whichever of them it is."""
KEPT = 32
"""Clauses whose hits are kept: of a sentence some are looked up as a statement, as a wish, and as a name."""
MOST = 80
"""Phrases that are compared word by word: the likeliest by their words, and the likeliest by their letters."""


class Hit(NamedTuple):
    """How well a clause fits a finding or cause.

    Attributes:
        score: likeness to its nearest phrase.
        agrees: whether clause and phrase are both negated, or neither.
        weight: of all that speaks for it; hits are sorted by it.
        chance: 0 to 1, that just this is meant.
    """

    score: float
    phrase: Phrase
    agrees: bool
    weight: float = 0.0
    chance: float = 0.0


class Index:
    """The phrases of one rulebook as vectors; `words` are those that it is written in."""

    def __init__(self, book: Rulebook) -> None:
        self.phrases, self.words, spaces = spoken(book)
        *self._spaces, self._plain = spaces
        texts = [undirected(phrase.meaning.tokens) for phrase in self.phrases]
        self._vectors = Vectors(texts)
        owners = {key: number for number, key in enumerate(dict.fromkeys((one.kind, one.id) for one in self.phrases))}
        self._owners = owners
        self._owner = np.array([owners[one.kind, one.id] for one in self.phrases], np.intp)
        self._firsts = np.flatnonzero(np.diff(self._owner, prepend=-1))
        self._senses = Senses(texts, self._owner.tolist(), len(owners))
        self._ends = np.append(self._firsts[1:], len(self.phrases))
        self._rows = Rows(self._plain)
        self._all = lru_cache(maxsize=KEPT)(self._found)
        self._lengths = [each.lengths(self._owner, len(owners)) for each in self._spaces]

    def hits(self, clause: Meaning, *, names: bool = False) -> list[Hit]:
        """The best phrase of every finding and cause for a clause, by weight; `names`: a bare name is enough."""
        said = set(clause.tokens)
        if not said - ADVERBS:
            return []
        if not names and said <= SUBJECTS | SPLITS | ADVERBS:  # of it is said that there is none, or nothing else
            return [
                Hit(1.0, phrase, True, 2 * NONE, 1.0)
                for phrase in self.phrases
                if phrase.kind in ("finding", "cause")
                and clause.negated == phrase.meaning.negated
                and (clause.negated or "ONLY" in said)
                and set(phrase.meaning.tokens) == said
            ]
        return [hit for hit in self._all(clause) if hit.phrase.kind in ("finding", "cause")]

    def wished(self, clause: Meaning) -> Hit | None:
        """The wish that a text puts in other words than the patterns, when that is the likeliest of all it may say."""
        best = next((hit for hit in self._all(clause) if hit.phrase.kind != "cause"), None)
        return best if best is not None and best.phrase.kind == "wish" else None

    def _found(self, clause: Meaning) -> list[Hit]:
        tokens = undirected(clause.tokens)
        words, cover = self._vectors.alike(tokens)
        score = WORDS * words + COVER * cover * np.minimum(1.0, 2 * words + 0.2)
        # Words that stand in no phrase are left out by the vectors, but they do say something else.
        counted = [word for word in tokens if not word[0].isdigit() and word not in lexicon().numbers]
        strange = sum(word not in self._vectors for word in counted if "." not in word and "~" not in word)
        known = max(1, len(tokens))
        return self._ranked(score * (known / (known + strange)) ** STRANGE, clause)

    def knows(self, token: str) -> bool:
        """Whether a token stands in a phrase."""
        return token in self._vectors

    def _ranked(self, scores: NDArray[np.float64], clause: Meaning) -> list[Hit]:
        tokens = undirected(clause.tokens)
        near = [
            each.near(features)
            for each, features in zip(
                self._spaces, (of_names(tokens), of_words(clause.words), of_letters(clause.words)), strict=True
            )
        ]
        senses = self._senses.speak(tokens)
        weights = SENSE * senses
        for nearest, middle, likeness, lengths in zip(NEAREST, MIDDLE, near, self._lengths, strict=True):
            weights += nearest * np.maximum.reduceat(likeness, self._firsts)
            weights += middle * np.add.reduceat(likeness, self._firsts) / lengths
        likely = scores * np.exp(senses[self._owner] / 2)
        compared = {*np.argsort(-likely, kind="stable")[:MOST].tolist()}
        compared |= {*np.argsort(-(near[1] + near[2]), kind="stable")[:MOST].tolist()}
        best: dict[int, Hit] = {}
        for position in sorted(compared):
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
            owner = int(self._owner[position])
            if owner not in best or score > best[owner].score:
                weight = SCORE * score + LOG_SCORE * math.log(max(score, 1e-3)) + AGREES * agrees
                weight -= HALF * half_said(clause.tokens, phrase.meaning.tokens)
                weight += LITERALLY * (near[1][position] >= LITERAL) + SAMELY * (score >= SAME)
                best[owner] = Hit(score, phrase, agrees, weight + float(weights[owner]))
        ranked = sorted(best.values(), key=lambda hit: (-hit.weight, hit.phrase.id))
        return _with_chances(self._set_apart(ranked, clause))

    def _set_apart(self, ranked: list[Hit], clause: Meaning) -> list[Hit]:
        """Hits, those behind the one whose phrases fit best weighed down by what tells them from it."""
        owners = [self._owners[hit.phrase.kind, hit.phrase.id] for hit in ranked[:APART_AMONG]]
        if len(owners) < 2 or ranked[0].weight < NONE - HOPELESS:
            return ranked
        spans = [np.arange(self._firsts[owner], self._ends[owner]) for owner in owners]
        members = np.concatenate(spans)
        classes = np.repeat(np.arange(len(owners)), [len(span) for span in spans])
        near = self._plain.near(of_plain(clause.words))
        shares = told_apart(near[members], members, classes, self._rows)
        behind = (shares - shares.max()).tolist()
        behind += [min(behind)] * (len(ranked) - len(behind))
        weighed = [hit._replace(weight=hit.weight + SET_APART * less) for hit, less in zip(ranked, behind, strict=True)]
        return sorted(weighed, key=lambda hit: (-hit.weight, hit.phrase.id))


def _with_chances(hits: list[Hit]) -> list[Hit]:
    """Hits, each with the chance that it is meant rather than another, or none."""
    shares = [math.exp(hit.weight - CAUSE * (hit.phrase.kind == "cause")) for hit in hits]
    total = math.exp(NONE) + sum(shares)
    return [hit._replace(chance=share / total) for hit, share in zip(hits, shares, strict=True)]


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
