"""How alike two meanings are: cosines and coverage of words, and what a difference in telling words costs."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from mladvisor.consultation.interpret.meaning import DOWN, MOVES, UP

WORDS, COVER = 0.5, 0.5
"""Shares of the two likenesses; chosen on the development sentences, and flat around there."""

STRANGE = 0.5
"""How much a word counts that stands in no phrase: n of them among as many known ones keep 0.7 of the likeness."""


def _tokens(names: str) -> frozenset[str]:
    return frozenset(names.split())


DECISIVE = _tokens("NAN EXPLODE ONLY RECOVER")
SUBJECTS = _tokens("LOSS METRIC GRADIENT LABELS INPUTS TARGETS LRATE BATCHSIZE WEIGHTDECAY BATCHNORM model")
SPLITS = _tokens("TRAIN VAL")
ADVERBS = _tokens("ONLY BEGIN END MORE BOTH SUDDEN LATER PEREPOCH ATONCE EVERYSTEP WASFINE")
TOPICS = _tokens("SHUFFLE SCALE DUPLICATE EVALMODE SAMECLASS BALANCED GAP ZERO BEGIN ONLY PEREPOCH EVERYSTEP LATER")
ENOUGH = MOVES | _tokens("SHUFFLE SCALE DUPLICATE SAMECLASS BALANCED WARMUP")


class Vectors:
    """Texts as TF-IDF vectors: how alike another text is to each, as cosines and as shares of words that it covers.

    Small enough to be made when the first sentence is read; scikit-learn's own would cost a second of imports.
    """

    def __init__(self, texts: Sequence[Sequence[str]]) -> None:
        count = len(texts)
        found: dict[str, dict[int, int]] = {}
        for number, words in enumerate(texts):
            for word in words:
                places = found.setdefault(word, {})
                places[number] = places.get(number, 0) + 1
        self._rarity = {word: math.log((1 + count) / (1 + len(places))) + 1 for word, places in found.items()}
        squares, totals = np.zeros(count), np.zeros(count)
        self._places = {word: np.fromiter(places, np.intp, len(places)) for word, places in found.items()}
        self._weights = {}
        for word, places in found.items():
            rarity = self._rarity[word]
            weights = np.array([(1 + math.log(times)) * rarity for times in places.values()])
            self._weights[word] = weights
            squares[self._places[word]] += weights**2
            totals[self._places[word]] += rarity
        self._lengths = np.sqrt(np.maximum(squares, 1e-12))
        self._totals = np.maximum(totals, 1e-12)

    def __contains__(self, word: str) -> bool:
        return word in self._places

    def alike(self, words: Sequence[str]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """(P,) cosines with each text, and (P,) shares of each text's weight that stands in `words`."""
        cosines, covered = np.zeros(len(self._lengths)), np.zeros(len(self._lengths))
        named = np.zeros(len(self._lengths), bool)
        square = 0.0
        for word in dict.fromkeys(words):
            if word in self._places:
                places, rarity = self._places[word], self._rarity[word]
                cosines[places] += rarity * self._weights[word]
                covered[places] += rarity
                square += rarity**2
                if not word[0].isdigit():
                    named[places] = True
        cosines *= named  # a number alone that happens to stand in a phrase says nothing
        return cosines / self._lengths / max(square, 1e-12) ** 0.5, covered * named / self._totals


class Senses:
    """How each owner of texts is spoken of on the whole: which words its texts use more often than those of others.

    A phrase that nobody wrote down is often made of words of several that somebody did; the likeness to each of them
    alone does not see that.
    """

    def __init__(self, texts: Sequence[Sequence[str]], owners: Sequence[int], count: int) -> None:
        found: dict[str, dict[int, int]] = {}
        written = np.zeros(count)
        for words, owner in zip(texts, owners, strict=True):
            written[owner] += 1
            for word in dict.fromkeys(words):
                of = found.setdefault(word, {})
                of[owner] = of.get(owner, 0) + 1
        self._without = -np.log(written + 1)
        self._gains = {}
        for word, of in found.items():
            usual = sum(of.values()) / len(texts)
            times = np.fromiter(of.values(), np.float64, len(of))
            self._gains[word] = (np.fromiter(of, np.intp, len(of)), np.log(times / usual + 1))

    def speak(self, words: Sequence[str]) -> NDArray[np.float64]:
        """(O,) for each owner the mean logarithm of how much more often it uses these words than all do; known ones."""
        known = [word for word in dict.fromkeys(words) if word in self._gains]
        if not known:
            return np.zeros(len(self._without))
        total = np.zeros(len(self._without))
        for word in known:
            owners, gains = self._gains[word]
            total[owners] += gains
        mean: NDArray[np.float64] = self._without + total / len(known)
        return mean


def undirected(tokens: Sequence[str]) -> list[str]:
    """Tokens with comparisons that do not say which is the higher."""
    return ["<>".join(sorted(token.split(">"))) if ">" in token else token for token in tokens]


def turned_round(clause: Sequence[str], phrase: Sequence[str]) -> bool:
    """Whether two are compared the other way round than in the phrase."""
    said = {tuple(token.split(">")) for token in clause if ">" in token}
    return bool(said) and any(tuple(reversed(token.split(">"))) in said for token in phrase if ">" in token)


def kept(clause: Sequence[str], phrase: Sequence[str]) -> float:
    """The share of a likeness that is kept where words that tell findings apart differ."""
    said, meant = frozenset(clause), frozenset(phrase)
    share = _moves(said & MOVES, meant & MOVES) * _subjects(said & SUBJECTS, meant & SUBJECTS)
    share *= _levels(said, meant) * _deeds(said, meant) * _comparisons(clause, phrase)
    share *= 0.6 ** len((said ^ meant) & DECISIVE) * 0.92 ** len((said ^ meant) & TOPICS)
    odd = (said ^ meant) & SPLITS
    # Plain "loss" is the training loss, plain "accuracy" that of validation.
    plain = odd == {"TRAIN"} and "METRIC" not in said | meant
    return share * (1.0 if not odd else 0.95 if plain else 0.75)


def half_said(clause: Sequence[str], phrase: Sequence[str]) -> bool:
    """Whether a phrase sets loss and metric beside each other, and the clause speaks of one alone."""
    return {"LOSS", "METRIC"} <= set(phrase) and len({"LOSS", "METRIC"} & set(clause)) == 1


def _moves(said: frozenset[str], meant: frozenset[str]) -> float:
    """What the curve does."""
    if said and meant and not said & meant:
        return 0.45
    return float(0.85 ** len(meant - said) * 0.8 ** len(said - meant))


def _subjects(said: frozenset[str], meant: frozenset[str]) -> float:
    """What it is said of."""
    if said and meant and not said & meant:
        return 0.55
    return float(0.8 ** len(meant - said - {"model"})) if said else 1.0


def _levels(said: frozenset[str], meant: frozenset[str]) -> float:
    """High and low, good and bad."""
    turned = (UP & said and DOWN & meant and not DOWN & said) or (DOWN & said and UP & meant and not UP & said)
    return 0.4 if turned else 1.0


def _deeds(said: frozenset[str], meant: frozenset[str]) -> float:
    """Who does what ("VAL.RISE"), and what after what ("FALL~FLAT")."""
    share = 1.0
    doing, deeds = _named(said, "."), _named(meant, ".")
    if doing and deeds and not {one.split(".")[0] for one in doing} & {one.split(".")[0] for one in deeds}:
        share *= 0.6
    for subject in ("TRAIN.", "VAL.", "METRIC.", "BOTH."):
        one = {token for token in doing if token.startswith(subject)}
        other = {token for token in deeds if token.startswith(subject)}
        if one and other and not one & other:
            share *= 0.5
    first, second = _named(said, "~"), _named(meant, "~")
    return share * (0.6 if first and second and not first & second else 1.0)


def _named(tokens: frozenset[str], sign: str) -> set[str]:
    return {token for token in tokens if sign in token and token[0].isupper()}


def _comparisons(clause: Sequence[str], phrase: Sequence[str]) -> float:
    """Which of two is the higher, or the better."""
    said, meant = {token for token in clause if ">" in token}, {token for token in phrase if ">" in token}
    share = 1.0
    if said != meant and not turned_round(clause, phrase):
        share = 0.4 if said and meant else 0.8
    one, other = {"BETTERTHAN", "WORSETHAN"} & set(clause), {"BETTERTHAN", "WORSETHAN"} & set(phrase)
    if len(one) == len(other) == 1 and one != other and not (said and meant):
        share *= 0.4
    return share
