"""All sets of up to three causes, numbered once, and the two sums over them that inference is made of.

Set 0 is the empty set (healthy), then come the C single causes, the unlisted fault (index C, never together with a
cause), the pairs and the triples, each in lexical order.
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Indices = NDArray[np.intp]


class Sets(NamedTuple):
    """The sets of up to `largest` of `causes` causes.

    Attributes:
        pairs: (2, P) causes of each pair; triples: (3, T) causes of each triple.
        pair_at: (C + 1, C + 1) number of the set {a, b} (a = b: the single cause); `total` where there is none.
        triple_pairs: (3, T) position among the pairs of the pairs ab, ac and bc inside each triple abc.
        singles, doubles, threes: slices of the set numbers; singles are C + 1 with the unlisted fault.
        total: number of sets.
    """

    causes: int
    largest: int
    pairs: Indices
    triples: Indices
    pair_at: Indices
    triple_pairs: Indices
    singles: slice
    doubles: slice
    threes: slice
    total: int

    def members(self, number: int) -> tuple[int, ...]:
        """The causes of a set, ascending; (C,) is the unlisted fault."""
        if number < self.singles.start:
            return ()
        if number < self.doubles.start:
            return (number - self.singles.start,)
        if number < self.threes.start:
            return tuple(int(i) for i in self.pairs[:, number - self.doubles.start])
        return tuple(int(i) for i in self.triples[:, number - self.threes.start])

    def sizes(self) -> Indices:
        """(N,) number of causes in each set."""
        return np.repeat([0, 1, 2, 3], [1, self.causes + 1, self.pairs.shape[1], self.triples.shape[1]])


@lru_cache(maxsize=8)
def all_sets(causes: int, largest: int) -> Sets:
    """The numbering for `causes` causes; `largest` is 1, 2 or 3."""
    if largest not in (1, 2, 3):
        raise ValueError(f"sets of at most 1, 2 or 3 causes can be enumerated, not {largest}")
    none = np.empty(0, dtype=np.intp)
    first, second = np.triu_indices(causes, 1) if largest >= 2 else (none, none)
    position = np.zeros((causes, causes), dtype=np.intp)
    position[first, second] = position[second, first] = np.arange(first.size)
    triples = np.empty((3, 0), dtype=np.intp)
    if largest >= 3:
        followers = causes - 1 - second
        a, b = np.repeat(first, followers), np.repeat(second, followers)
        c = b + 1 + np.arange(a.size) - np.repeat(np.cumsum(followers) - followers, followers)
        triples = np.stack([a, b, c])
    a, b, c = triples
    start = 2 + causes, 2 + causes + first.size
    total = start[1] + a.size
    pair_at = np.full((causes + 1, causes + 1), total, dtype=np.intp)
    if largest >= 2:
        pair_at[:causes, :causes] = position + start[0]
    np.fill_diagonal(pair_at, 1 + np.arange(causes + 1))
    return Sets(
        causes=causes,
        largest=largest,
        pairs=np.stack([first, second]),
        triples=triples,
        pair_at=pair_at,
        triple_pairs=np.stack([position[a, b], position[a, c], position[b, c]]),
        singles=slice(1, start[0]),
        doubles=slice(start[0], start[1]),
        threes=slice(start[1], total),
        total=total,
    )


@lru_cache(maxsize=4)
def union_table(causes: int, largest: int) -> Indices:
    """(P, C + 1) number of the set {a, b, c} for each pair ab and each cause c; `total` where there is no such set."""
    sets = all_sets(causes, largest)
    table = np.full((sets.pairs.shape[1], causes + 1), sets.total, dtype=np.intp)
    rows = np.arange(sets.pairs.shape[1])
    for cause in sets.pairs:
        table[rows, cause] = sets.doubles.start + rows
    numbers = np.arange(sets.threes.start, sets.threes.stop)
    for pair, other in zip(sets.triple_pairs, sets.triples[::-1], strict=True):
        table[pair, other] = numbers
    return table


def sum_over_subsets(sets: Sets, one: Floats, two: Floats, three: Floats) -> Floats:
    """(N,) for each set the sum of the terms of its non-empty subsets: `one` (C + 1,), `two` (P,) and `three` (T,)."""
    total = np.zeros(sets.total)
    total[sets.singles] = one
    if sets.largest >= 2:
        a, b = sets.pairs
        total[sets.doubles] = two + one[a] + one[b]
    if sets.largest >= 3:
        ab, ac, bc = sets.triple_pairs
        total[sets.threes] = three + total[sets.doubles][ab] + two[ac] + two[bc] + one[sets.triples[2]]
    return total


def sum_over_supersets(sets: Sets, mass: Floats) -> Floats:
    """(N + 1,) for each set the mass of all sets that hold it, and a last 0 for sets that are too large.

    For a posterior these are joint marginals: of the empty set 1, of a single cause its probability.
    """
    total = np.zeros(sets.total + 1)
    total[0] = mass.sum()
    total[sets.singles] = mass[sets.singles]
    if sets.largest >= 2:
        count = sets.pairs.shape[1]
        pair_mass, inside = mass[sets.doubles], np.zeros(count)
        if sets.largest >= 3:
            total[sets.threes] = triple_mass = mass[sets.threes]
            for pair in sets.triple_pairs:
                inside += np.bincount(pair, triple_mass, count)
        total[sets.doubles] = pair_mass + inside
        # Each triple lies in two of the pairs of any of its causes.
        share = pair_mass + 0.5 * inside
        for cause in sets.pairs:
            total[sets.singles] += np.bincount(cause, share, sets.causes + 1)
    return total
