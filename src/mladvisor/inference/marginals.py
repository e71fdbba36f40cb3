"""Marginals after one finding's likelihood is put in or taken out, for all findings at once.

The joint marginals of up to three causes hold everything that a single finding can change: the mass of the sets with
cause c, tilted by a function of the finding's parents, is a sum over the function's Moebius terms U of
term(U) * P(the set holds U and c). So nothing needs to visit the sets again.
"""

from __future__ import annotations

import numpy as np

from mladvisor.inference.network import Floats
from mladvisor.inference.sets import Indices, union_table
from mladvisor.inference.terms import Terms, invert


def tilted_totals(terms: Terms, above: Floats, value: Floats) -> Floats:
    """(F,) mass of all sets, each multiplied by a finding's factor.

    Args:
        above: (N + 1,) masses of supersets (`sum_over_supersets`).
        value: (M,) the factor at each term.
    """
    sets, zero = terms.sets, terms.ends[0]
    single, double, triple = invert(terms, value)
    moved = np.concatenate(
        [
            single * above[sets.singles][terms.cause],
            double * above[sets.doubles][terms.pair],
            triple * above[sets.threes][terms.triple],
        ]
    )
    total = value[:zero] * above[0]
    total += np.bincount(terms.finding[zero:], moved, zero)
    return total


def tilted(terms: Terms, above: Floats, value: Floats) -> Floats:
    """(F, C) mass of the sets that hold each cause, each set multiplied by a finding's factor; arguments as above."""
    sets, (zero, one, two, _) = terms.sets, terms.ends
    single, double, triple = invert(terms, value)
    result = np.outer(value[:zero], above[sets.singles])
    _add_rows(result, terms.finding[zero:one], single[:, None] * above[sets.pair_at[terms.cause]])
    if sets.largest >= 2:
        unions = union_table(sets.causes, sets.largest)
        _add_rows(result, terms.finding[one:two], double[:, None] * above[unions[terms.pair]])
    if sets.largest >= 3:
        moved = triple * above[sets.threes][terms.triple]
        flat = result.reshape(-1)
        for cause in sets.triples[:, terms.triple]:
            flat += np.bincount(terms.finding[two:] * sets.causes + cause, moved, flat.size)
    return result


def _add_rows(result: Floats, row: Indices, values: Floats) -> None:
    """Add to each row of `result` the values of that row, which follow each other."""
    if row.size:
        starts = np.flatnonzero(np.concatenate([[True], row[1:] != row[:-1]]))
        result[row[starts]] += np.add.reduceat(values, starts, axis=0)
