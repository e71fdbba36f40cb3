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
    single, double, triple = invert(terms, value)
    result = np.outer(none, above[sets.singles])
    wanted = np.ones(terms.finding.size, dtype=bool) if rows is None else rows[terms.finding]
    kept = np.flatnonzero(wanted[:one])
    _add_rows(result, terms.finding[kept], single[kept], above[sets.pair_at][terms.cause[kept]])
    if sets.largest >= 2:
        unions = above[union_table(sets.causes, sets.largest)]
        kept = np.flatnonzero(wanted[one:two])
        _add_rows(result, terms.finding[one:two][kept], double[kept], unions[terms.pair[kept]])
    if sets.largest >= 3:
        kept = np.flatnonzero(wanted[two:])
        chosen, finding = terms.triple[kept], terms.finding[two:][kept]
        moved = triple[kept] * above[sets.threes][chosen]
        flat = result.reshape(-1)
        for cause in sets.triples[:, chosen]:
            flat += np.bincount(finding * (sets.causes + 1) + cause, moved, flat.size)
    return result


def _add_rows(result: Floats, row: Indices, factor: Floats, values: Floats) -> None:
    """Add to each row of `result` the values of that row (changed here), most of which follow each other, times a
    factor each. Not as a product of matrices: BLAS would start its threads for it."""
    if row.size:
        values *= factor[:, None]
        starts = np.flatnonzero(np.concatenate([[True], row[1:] != row[:-1]]))
        np.add.at(result, row[starts], np.add.reduceat(values, starts, axis=0))
