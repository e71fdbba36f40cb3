"""What can be understood: every phrase of a rulebook, and how alike a clause is to each.

A phrase is one of a finding's `said`, its question or title; for causes their `said`, title and id. Likeness mixes the
cosine of TF-IDF vectors of words and pairs of words, that of character n-grams (for typing errors), and how much of
the phrase the clause covers. Words that tell findings apart (rise and fall, training and validation) are compared on
their own: likeness in everything else does not make up for a difference there.
"""

from __future__ import annotations

import re
import weakref
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mladvisor.consultation.interpret.words import MOVES, Meaning, lexicon, meaning, spelled
from mladvisor.rulebook import Rulebook

WORDS, SIGNS, COVER = 0.5, 0.15, 0.35
"""Shares of the three likenesses; chosen on the development sentences, and flat around there."""

STRANGE = 0.5
"""How much a word counts that stands in no phrase: n of them among as many known ones keep 0.7 of the likeness."""


def _tokens(names: str) -> frozenset[str]:
    return frozenset(names.split())


DECISIVE = _tokens("NAN EXPLODE ONLY")
SUBJECTS = _tokens("LOSS METRIC GRADIENT LABELS INPUTS TARGETS")
SPLITS = _tokens("TRAIN VAL")
TOPICS = _tokens("SHUFFLE SCALE DUPLICATE EVALMODE SAMECLASS BALANCED GAP ZERO BEGIN ONLY PEREPOCH")
ENOUGH = MOVES | _tokens("SHUFFLE SCALE DUPLICATE SAMECLASS BALANCED")
WEIGHTY = MOVES | SUBJECTS | SPLITS | TOPICS


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
        from sklearn.feature_extraction.text import TfidfVectorizer

        self.phrases = _phrases(book)
        texts = [phrase.meaning.text for phrase in self.phrases]
        pattern = r"(?u)\S+"
        self._words = TfidfVectorizer(token_pattern=pattern, lowercase=False, sublinear_tf=True)
        self._signs = TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 5), lowercase=False, sublinear_tf=True)
        self._by_words = self._words.fit_transform(texts)
        self._by_signs = self._signs.fit_transform(texts)
        counted = TfidfVectorizer(token_pattern=pattern, lowercase=False, use_idf=True, norm=None, binary=True)
        self._weights = counted.fit_transform(texts)  # (P, W) the weight of each word in each phrase
        self._counted = counted
        self._total = np.asarray(self._weights.sum(axis=1)).ravel()
        self.vocabulary = frozenset(word for text in texts for word in text.split())
        self.kinds = np.array([phrase.kind == "finding" for phrase in self.phrases])

    def hits(self, clauses: Sequence[Meaning]) -> list[list[Hit]]:
        """For each clause the best phrase of every finding and cause, best first."""
        if not clauses:
            return []
        texts = [clause.text for clause in clauses]
        words = (self._words.transform(texts) @ self._by_words.T).toarray()
        signs = (self._signs.transform(texts) @ self._by_signs.T).toarray()
        present = self._counted.transform(texts)
        present.data[:] = 1.0
        cover = (present @ self._weights.T).toarray() / np.maximum(self._total, 1e-9)
        score = WORDS * words + SIGNS * signs + COVER * cover * np.minimum(1.0, 2 * words + 0.2)
        # Words that stand in no phrase are left out by the vectors, but they do say something else.
        strange = [sum(word not in self.vocabulary for word in clause.tokens) for clause in clauses]
        kept = [
            (max(1, len(clause.tokens)) / (max(1, len(clause.tokens)) + n)) ** STRANGE
            for clause, n in zip(clauses, strange, strict=True)
        ]
        return [self._ranked(score[row] * kept[row], clause) for row, clause in enumerate(clauses)]

    def _ranked(self, scores: NDArray[np.float64], clause: Meaning) -> list[Hit]:
        best: dict[tuple[str, str], Hit] = {}
        for position in np.argsort(-scores)[:150].tolist():
            phrase = self.phrases[position]
            agrees = phrase.meaning.negated == clause.negated
            score = (
                float(scores[position])
                * _kept(clause.tokens, phrase.meaning.tokens)
                * (1.0 if agrees else 0.93 if phrase.single else 0.7)
            )
            if not phrase.own:
                score *= 0.95
            key = (phrase.kind, phrase.id)
            if key not in best or score > best[key].score:
                best[key] = Hit(score, phrase, agrees)
        return sorted(best.values(), key=lambda hit: (-hit.score, hit.phrase.id))


def _kept(clause: Sequence[str], phrase: Sequence[str]) -> float:
    """The share of a likeness that is kept where words that tell findings apart differ."""
    said, meant = WEIGHTY.intersection(clause), WEIGHTY.intersection(phrase)
    share = 1.0
    moves_said, moves_meant = said & MOVES, meant & MOVES
    if moves_said and moves_meant and not moves_said & moves_meant:
        share *= 0.45
    else:
        share *= 0.85 ** len(moves_meant - moves_said) * 0.8 ** len(moves_said - moves_meant)
    share *= 0.6 ** len((said ^ meant) & DECISIVE)
    bound_said = {token for token in clause if "." in token and token[0].isupper()}
    bound_meant = {token for token in phrase if "." in token and token[0].isupper()}
    for subject in ("TRAIN.", "VAL.", "METRIC."):
        one = {token for token in bound_said if token.startswith(subject)}
        other = {token for token in bound_meant if token.startswith(subject)}
        if one and other and not one & other:
            share *= 0.5
    compared_said = {token for token in clause if ">" in token}
    compared_meant = {token for token in phrase if ">" in token}
    if compared_said != compared_meant:
        share *= 0.4 if compared_said and compared_meant else 0.8
    subjects_said, subjects_meant = said & SUBJECTS, meant & SUBJECTS
    if subjects_said and subjects_meant and not subjects_said & subjects_meant:
        share *= 0.55
    splits_said, splits_meant = said & SPLITS, meant & SPLITS
    if splits_said != splits_meant:
        # Plain "loss" is the training loss; a validation loss is never meant by it.
        odd = (splits_said ^ splits_meant) - {"TRAIN"}
        share *= 0.75 if odd else 0.95
    others = (said ^ meant) - MOVES - SUBJECTS - SPLITS
    return share * 0.92 ** len(others)


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
    read = [(text, _phrase(kind, name, spelled(text), own)) for kind, name, text, own in said]
    return [phrase for text, phrase in read if _tells(phrase.meaning.tokens, len(text.split()))]


def _phrase(kind: str, name: str, text: str, own: bool) -> Phrase:
    return Phrase(kind, name, meaning(text), own, lexicon().splitter.search(text) is None)


def _tells(tokens: Sequence[str], words: int) -> bool:
    """Whether enough is left of a phrase without its small words: not just a subject, not one plain word of many."""
    return not set(tokens) <= SUBJECTS | SPLITS and (len(tokens) > 1 or tokens[0] in ENOUGH or words <= 2)


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
