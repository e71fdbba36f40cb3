"""What can be understood: every phrase of a rulebook, and how alike a clause is to each.

A phrase is one of a finding's `said`, its question or title; for causes their `said`, title and id. Likeness mixes the
cosine of TF-IDF vectors of words and of who does what, and how much of the phrase the clause covers. Words that tell
findings apart (rise and fall, training and validation, high and low) are compared on their own: likeness in everything
else does not make up for a difference there.
"""

from __future__ import annotations

import re
import weakref
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mladvisor.consultation.interpret.likeness import (
    ADVERBS,
    COVER,
    ENOUGH,
    SPLITS,
    STRANGE,
    SUBJECTS,
    WORDS,
    Vectors,
    kept,
    turned_round,
    undirected,
)
from mladvisor.consultation.interpret.meaning import Meaning, meaning
from mladvisor.consultation.interpret.words import lexicon, spelled_each
from mladvisor.rulebook import Rulebook


class Phrase(NamedTuple):
    """One way of saying something.

    Attributes:
        kind: finding or cause.
        own: from `said`, not from a question or title.
        single: one clause; a negation in one of several does not turn the whole round.
    """

    kind: str
    id: str
    meaning: Meaning
    own: bool
    single: bool = True


class Hit(NamedTuple):
    """How well a clause fits the nearest phrase of a finding or cause; `agrees`: both are negated, or neither."""

    score: float
    phrase: Phrase
    agrees: bool


class Index:
    """The phrases of one rulebook as vectors."""

    def __init__(self, book: Rulebook) -> None:
        self.phrases = _phrases(book)
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
            if _denies(phrase.meaning):
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


def _phrases(book: Rulebook) -> list[Phrase]:
    said: list[tuple[str, str, str, bool]] = []
    for rule in book.findings.values():
        said += [("finding", rule.id, text, True) for text in rule.doc.said]
        said.append(("finding", rule.id, rule.doc.title, False))
        if rule.doc.ask:
            said.append(("finding", rule.id, _statement(rule.doc.ask), False))
    for cause in book.causes.values():
        said += [("cause", cause.id, text, True) for text in cause.doc.said]
        said += [("cause", cause.id, text, False) for text in (cause.doc.title, cause.id.replace("-", " "))]
    plain = spelled_each(text for _, _, text, _ in said)
    read = [(text, _phrase(kind, name, line, own)) for (kind, name, text, own), line in zip(said, plain, strict=True)]
    return [
        phrase
        for text, phrase in read
        if phrase.meaning.tokens and (_tells(phrase.meaning.tokens, len(text.split())) or _denies(phrase.meaning))
    ]


def _phrase(kind: str, name: str, text: str, own: bool) -> Phrase:
    return Phrase(kind, name, meaning(text), own, lexicon().splitter.search(text) is None)


def _tells(tokens: Sequence[str], words: int) -> bool:
    """Whether enough is left of a phrase without its small words: not just a subject, not one plain word of many."""
    return not set(tokens) <= SUBJECTS | SPLITS and (len(tokens) > 1 or tokens[0] in ENOUGH or words <= 2)


def _denies(one: Meaning) -> bool:
    """Whether a phrase says that there is no such thing at all: "no validation data"."""
    return one.negated and bool(one.tokens) and set(one.tokens) <= SPLITS


def _statement(question: str) -> str:
    """A question as the statement that a yes would make of it, without examples in brackets."""
    plain = re.sub(r"\([^)]*\)", "", question).rstrip("? ")
    return re.sub(r"^(is|are|was|were|does|do|did|has|have|can)\s+", "", plain, flags=re.IGNORECASE)


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
