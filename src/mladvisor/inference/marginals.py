"""Marginals after one finding's likelihood is put in or taken out, for all findings at once.

The joint marginals of up to three causes hold everything that a single finding can change: the mass of the sets with
cause c, tilted by a function of the finding's parents, is a sum over the function's Moebius terms U of
term(U) * P(the set holds U and c). So nothing needs to visit the sets again.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mladvisor.inference.network import Floats
from mladvisor.inference.sets import Indices, union_table
from mladvisor.inference.terms import Terms, invert


def tilted_totals(terms: Terms, above: Floats, none: Floats, value: Floats) -> Floats:
    """(F,) mass of all sets, each multiplied by a finding's factor.

    Args:
        above: (N + 1,) masses of supersets (`sum_over_supersets`).
        none: (F,) the factor where none of the parents is at work. value: (M,) how much more it is at each term.
    """
    sets = terms.sets
    single, double, triple = invert(terms, value)
    moved = np.concatenate(
        [
            single * above[sets.singles][terms.cause],
            double * above[sets.doubles][terms.pair],
            triple * above[sets.threes][terms.triple],
        ]
    )
    return np.asarray(none * above[0] + np.bincount(terms.finding, moved, none.size), dtype=np.float64)


def tilted(terms: Terms, above: Floats, none: Floats, value: Floats, rows: NDArray[np.bool_] | None = None) -> Floats:
    """(F, C + 1) mass of the sets that hold each cause, tilted by each finding's factor; arguments as above.

    Args:
        rows: (F,) the findings that are wanted; the rows of others are not filled in, which is most of the work.
    """
    sets, (one, two, _) = terms.sets, terms.ends
    chosen = np.arange(none.size) if rows is None else np.flatnonzero(rows)
    row_of = np.full(none.size, -1)
    row_of[chosen] = np.arange(chosen.size)
    row = row_of[terms.finding]
    single, double, triple = invert(terms, value)
    moved = _table(row[:one], terms.cause, single, (chosen.size, sets.causes + 1)) @ above[sets.pair_at]
    if sets.largest >= 2:
        unions = union_table(sets.causes, sets.largest)
        moved += _table(row[one:two], terms.pair, double, (chosen.size, len(unions))) @ above[unions]
    if sets.largest >= 3:
        mass = triple * above[sets.threes][terms.triple]
        for cause in sets.triples:
            moved += _table(row[two:], cause[terms.triple], mass, moved.shape)
    result = np.outer(none, above[sets.singles])
    result[chosen] += moved
    return result


def _table(row: Indices, column: Indices, value: Floats, shape: tuple[int, int]) -> Floats:
    """Values summed by row and column; those of row -1 are left out."""
    kept = row >= 0
    cell = row[kept] * shape[1] + column[kept]
    return np.asarray(np.bincount(cell, value[kept], shape[0] * shape[1]), dtype=np.float64).reshape(shape)
