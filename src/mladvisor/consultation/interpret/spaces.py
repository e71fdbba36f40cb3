"""Texts as points: how near another text is to each of them, and to the middle of those that say the same.

Three spaces look at a text in three ways: by its concepts, by its words in their order, and by the letters of its
words, so that neither a synonym nor an ending nor a typing error hides what two texts have in common. A text is the
vector of its features, weighted by TF-IDF. Features are kept by the hash of their name, as plain arrays, so that a
space made at an earlier start is read back in milliseconds.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from functools import cache
from itertools import pairwise
from zlib import crc32

import msgspec
import numpy as np
from numpy.typing import NDArray

from mladvisor.consultation.interpret.words import lexicon, stem

LETTERS = (3, 4)
"""Lengths of the stretches of letters; with 5 and 6 there are three times as many, and no more phrases come first."""


class Space(msgspec.Struct, frozen=True, array_like=True):
    """Vectors of texts, feature by feature.

    Attributes:
        keys: (F,) uint32, hashes of the features, sorted.
        rarities: (F,) float32, how much each feature counts.
        starts: (F + 1,) int32, where the entries of each feature begin.
        texts: (N,) int32, the text of each entry.
        weights: (N,) float32, the weight of a feature in a text of length 1.
        count: number of texts.
    """

    keys: bytes
    rarities: bytes
    starts: bytes
    texts: bytes
    weights: bytes
    count: int

    def near(self, features: Iterable[int]) -> NDArray[np.float64]:
        """(count,) cosines of another text with each; what no text has counts as the rarest there is."""
        keys, times = np.unique(np.fromiter(features, np.uint32), return_counts=True)
        known = np.frombuffer(self.keys, np.uint32)
        if not keys.size or not known.size:
            return np.zeros(self.count)
        at = np.minimum(np.searchsorted(known, keys), known.size - 1)
        found = known[at] == keys
        unknown = float(((1 + np.log(times[~found])) ** 2).sum()) * (math.log(1 + self.count) + 1) ** 2
        at, times = at[found], times[found]
        mine = (1 + np.log(times)) * np.frombuffer(self.rarities, np.float32)[at]
        starts = np.frombuffer(self.starts, np.int32)
        ends, begins = starts[at + 1], starts[at]
        sizes = ends - begins
        entries = np.repeat(ends - np.cumsum(sizes), sizes) + np.arange(sizes.sum())
        shares = np.frombuffer(self.weights, np.float32)[entries] * np.repeat(mine, sizes)
        sums = np.bincount(np.frombuffer(self.texts, np.int32)[entries], shares, minlength=self.count)
        return np.asarray(sums / max(float((mine**2).sum()) + unknown, 1e-12) ** 0.5, np.float64)

    def lengths(self, owners: NDArray[np.intp], number: int) -> NDArray[np.float64]:
        """(number,) lengths of the sums of each owner's vectors; `owners` (count,) names the owner of each text."""
        starts = np.frombuffer(self.starts, np.int32)
        sizes = starts[1:] - starts[:-1]
        feature = np.repeat(np.arange(sizes.size), sizes)
        owner = owners[np.frombuffer(self.texts, np.int32)]
        cells, inverse = np.unique(feature * np.int64(number) + owner, return_inverse=True)
        sums = np.bincount(inverse, np.frombuffer(self.weights, np.float32), minlength=cells.size)
        return np.sqrt(np.maximum(np.bincount(cells % number, sums**2, minlength=number), 1e-12))


class Rows:
    """A space text by text: how alike some of its texts are among each other."""

    def __init__(self, each: Space) -> None:
        starts, text = np.frombuffer(each.starts, np.int32), np.frombuffer(each.texts, np.int32)
        order = np.argsort(text, kind="stable")
        self._features = np.repeat(np.arange(starts.size - 1), np.diff(starts))[order]
        self._weights = np.frombuffer(each.weights, np.float32)[order]
        self._ends = np.cumsum(np.bincount(text, minlength=each.count))
        self._number = starts.size - 1

    def alike(self, chosen: NDArray[np.intp]) -> NDArray[np.float32]:
        """(M, M) cosines between M texts."""
        ends = self._ends[chosen]
        sizes = ends - np.where(chosen > 0, self._ends[chosen - 1], 0)
        entries = np.repeat(ends - np.cumsum(sizes), sizes) + np.arange(sizes.sum())
        features = self._features[entries]
        shared = np.bincount(features, minlength=self._number) > 1  # of others no two texts have one in common
        inside = shared[features]
        place = np.cumsum(shared) - 1
        dense = np.zeros((chosen.size, int(place[-1]) + 1), np.float32)
        dense[np.repeat(np.arange(chosen.size), sizes)[inside], place[features[inside]]] = self._weights[entries][
            inside
        ]
        cosines: NDArray[np.float32] = dense @ dense.T
        np.fill_diagonal(cosines, 1.0)
        return cosines


def space(texts: Sequence[Sequence[int]], *, shared: bool = False) -> Space:
    """The space of texts, each given by its features; `shared`: without features that stand in one text alone."""
    count = len(texts)
    keys = np.fromiter((key for text in texts for key in text), np.uint32)
    text = np.repeat(np.arange(count), [len(one) for one in texts])
    cells, times = np.unique(keys.astype(np.int64) * count + text, return_counts=True)
    key, text = cells // max(count, 1), cells % max(count, 1)
    known, feature, spread = np.unique(key, return_inverse=True, return_counts=True)
    if shared:
        kept = spread > 1
        inside = kept[feature]
        feature, text, times = (np.cumsum(kept) - 1)[feature[inside]], text[inside], times[inside]
        known, spread = known[kept], spread[kept]
    rarities = np.log((1 + count) / (1 + spread)) + 1
    weights = (1 + np.log(times)) * rarities[feature]
    lengths = np.sqrt(np.bincount(text, weights**2, minlength=count))
    weights = weights / np.maximum(lengths, 1e-12)[text]
    starts = np.concatenate([[0], np.cumsum(np.bincount(feature, minlength=known.size))])
    return Space(
        known.astype(np.uint32).tobytes(),
        rarities.astype(np.float32).tobytes(),
        starts.astype(np.int32).tobytes(),
        text.astype(np.int32).tobytes(),
        weights.astype(np.float32).tobytes(),
        count,
    )


def of_words(text: str) -> list[int]:
    """The words of a text without articles and the like, and each two that follow each other, as features."""
    roots = (stem(word.rstrip(".")) for word in re.findall(r"[a-z0-9][\w%.-]*", text.lower()))
    said = [root for root in roots if root not in lexicon().articles]
    return [*map(_key, said), *(_key(f"{one} {two}") for one, two in pairwise(said))]


def of_plain(text: str) -> list[int]:
    """The words of a text as they stand, small ones too, and each two that follow each other, as features.

    "Only", "in" and "never" are in every other sentence, and yet they are what tells two findings apart.
    """
    said = re.findall(r"[a-z0-9]+", text.lower())
    return [*map(_key, said), *(_key(f"{one} {two}") for one, two in pairwise(said))]


def of_letters(text: str) -> list[int]:
    """The stretches of letters of a text's words, as features."""
    return [key for word in re.findall(r"[a-z0-9%]+", text.lower()) for key in _stretches(word)]


def of_names(names: Iterable[str]) -> list[int]:
    """Names as features."""
    return [_key(name) for name in names]


@cache
def _key(name: str) -> int:
    return crc32(name.encode())


@cache
def _stretches(word: str) -> tuple[int, ...]:
    padded = f" {word} "
    return tuple(_key(padded[i : i + n]) for n in LETTERS for i in range(max(1, len(padded) - n + 1)))
