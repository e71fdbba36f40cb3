"""Distances of distributions under one measure: by how many standard deviations two normal ones would lie apart.

A report gives a Kolmogorov-Smirnov statistic, a Jensen-Shannon or Hellinger distance, a total variation: each has its
own scale. Of two normal distributions with the same spread each is a function of how far their means lie apart.
"""

from __future__ import annotations

from collections.abc import Iterable
from math import erf, sqrt

from mladvisor.runs.word_sets import word_set

_SUPREMUM = word_set("ks kolmogorov smirnov tvd variation")
_SHANNON = word_set("js jsd jensen shannon jensenshannon hellinger")
_SQUARED = word_set("divergence div")
_BESIDE = _SUPREMUM | _SHANNON | _SQUARED | word_set(
    "d stat stats statistic statistics distance dist score value test two sample total train training val valid "
    "validation dev test testing serving production live current reference vs and between by per feature features "
    "column columns of drift report"
)  # fmt: skip
_SQRT_8 = sqrt(8.0)
_FARTHEST, _HALVINGS = 8.0, 40


def distance(said: Iterable[str], value: float) -> float | None:
    """The distance in standard deviations; None for a number that the words call something else, as a p value."""
    words = {word for word in said if not word.isdigit()}
    if not _BESIDE.issuperset(words) or not 0.0 <= value <= 1.0:
        return None
    if words & _SUPREMUM and ("variation" not in words or "total" in words):
        return _of_supremum(value)
    if words & _SHANNON:
        # of small distances; of large ones it is an understatement
        return sqrt(8.0 * value) if words & _SQUARED else _SQRT_8 * value
    return None


def _of_supremum(value: float) -> float:
    """The distance of two normal distributions whose largest difference is `value`: erf(d / sqrt(8)) = value."""
    low, high = 0.0, _FARTHEST
    for _ in range(_HALVINGS):
        middle = (low + high) / 2.0
        low, high = (middle, high) if erf(middle / _SQRT_8) < value else (low, middle)
    return high


def compares_tables(said: Iterable[str]) -> bool:
    """Words of a report that holds two tables against each other: of scorecards the same statistic tells two classes of
    one table apart.
    """
    words = set(said)
    return not words.isdisjoint(_OF_TWO) and words.isdisjoint(_OF_CLASSES)


_OF_TWO = word_set(
    "drift drifted shift shifted train training val valid validation test testing serving production prod live current "
    "reference baseline psi jsd js jensen shannon hellinger jensenshannon splits split holdout dev vs versus"
)
_OF_CLASSES = word_set("iv woe gini goods bads separation discrimination scorecard")
