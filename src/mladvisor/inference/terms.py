"""What each finding says about each set, in closed form and without visiting the sets.

A finding looks only at those causes of a set that have an arrow to it, its parents. So its contribution to a set is a
sum over the subsets of the set's parents of one term each (a Moebius inversion), and a finding with k parents has
k + k(k-1)/2 + k(k-1)(k-2)/6 terms instead of one number for each of 11,522 sets. Nothing is approximated.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from mladvisor.inference.network import Network
from mladvisor.inference.sets import Floats, Indices, Sets, all_sets


class Terms(NamedTuple):
    """The subsets of up to `largest` parents of every finding, by size; the F empty ones come first.

    Attributes:
        sets: the numbering of the sets of causes.
        finding: (M,) finding of each term. present, absent: (M,) its probability given just these parents.
        ends: where the terms of size 0, 1, 2 and 3 end.
        cause: (M1,) the parent. pair: (M2,) position among all pairs; triple: (M3,) position among all triples.
        in_pair: (2, M2) the two single terms of each pair term. in_triple: (3, M3) the pair terms ab, ac, bc of a
            triple term; last: (M3,) its single term c.
        triple_causes: (3, M3) the parents of each triple term.
    """

    sets: Sets
    finding: Indices
    present: Floats
    absent: Floats
    ends: tuple[int, int, int, int]
    cause: Indices
    pair: Indices
    triple: Indices
    in_pair: Indices
    in_triple: Indices
    last: Indices


def terms_of(network: Network, largest: int) -> Terms:
    """The terms of a network, computed once and kept in it."""
    key = ("terms", largest)
    if key not in network.cache:
        network.cache[key] = _enumerate(network, largest)
    result: Terms = network.cache[key]
    return result


def _enumerate(network: Network, largest: int) -> Terms:
    sets = all_sets(len(network.causes), largest)
    count = (network.arrows > 0).sum(axis=1)
    log_absent = np.log1p(-network.arrows)
    base = np.log1p(-network.otherwise)
    findings: list[list[Indices]] = [[], [], []]
    logs: list[list[Floats]] = [[], [], []]
    causes: list[Indices] = []
    pairs: list[Indices] = []
    triples: list[Indices] = []
    in_pair: list[Indices] = []
    in_triple: list[Indices] = []
    last: list[Indices] = []
    done = [0, 0]
    for k in np.unique(count[count > 0]):
        rows = np.flatnonzero(count == k)
        parents = np.nonzero(network.arrows[rows])[1].reshape(rows.size, k)
        local = all_sets(int(k), largest)
        single = np.take_along_axis(log_absent[rows], parents, axis=1)
        offset = done[0] + np.arange(rows.size)[:, None] * k
        causes.append(parents.ravel())
        findings[0].append(np.repeat(rows, k))
        logs[0].append((base[rows, None] + single).ravel())
        done[0] += rows.size * int(k)
        a, b = local.pairs
        if a.size:
            offset_pair = done[1] + np.arange(rows.size)[:, None] * a.size
            pairs.append((sets.pair_at[parents[:, a], parents[:, b]] - sets.doubles.start).ravel())
            in_pair.append(np.stack([(offset + a).ravel(), (offset + b).ravel()]))
            findings[1].append(np.repeat(rows, a.size))
            logs[1].append((base[rows, None] + single[:, a] + single[:, b]).ravel())
            done[1] += rows.size * a.size
        a, b, c = local.triples
        if a.size:
            triples.append(_triple_position(sets, parents[:, a], parents[:, b], parents[:, c]).ravel())
            in_triple.append(np.stack([(offset_pair + pair).ravel() for pair in local.triple_pairs]))
            last.append((offset + c).ravel())
            findings[2].append(np.repeat(rows, a.size))
            logs[2].append((base[rows, None] + single[:, a] + single[:, b] + single[:, c]).ravel())
    log_q = np.concatenate([base, *logs[0], *logs[1], *logs[2]])
    sizes = [base.size, *(sum(part.size for part in parts) for parts in findings)]
    ends = np.cumsum(sizes)
    return Terms(
        sets=sets,
        finding=np.concatenate([np.arange(base.size), *findings[0], *findings[1], *findings[2]]),
        present=-np.expm1(log_q),
        absent=np.exp(log_q),
        ends=(int(ends[0]), int(ends[1]), int(ends[2]), int(ends[3])),
        cause=_join(causes, 1),
        pair=_join(pairs, 1),
        triple=_join(triples, 1),
        in_pair=_join(in_pair, 2),
        in_triple=_join(in_triple, 3),
        last=_join(last, 1),
    )


def _triple_position(sets: Sets, a: Indices, b: Indices, c: Indices) -> Indices:
    """Positions among all triples of a < b < c: those of one pair ab follow each other, by c."""
    first = np.searchsorted(sets.triple_pairs[0], sets.pair_at[a, b] - sets.doubles.start)
    return np.asarray(first + c - b - 1, dtype=np.intp)


def _join(parts: list[Indices], rows: int) -> Indices:
    if not parts:
        return np.empty(0 if rows == 1 else (rows, 0), dtype=np.intp)
    return np.concatenate(parts, axis=-1)


def likelihood(terms: Terms, degree: Floats) -> Floats:
    """(M,) degree * P(present) + (1 - degree) * P(absent) of every term."""
    d = degree[terms.finding]
    return np.asarray(d * terms.present + (1.0 - d) * terms.absent, dtype=np.float64)


def log_likelihood(terms: Terms, degree: Floats, weight: Floats) -> Floats:
    """(M,) weight * log(2 * likelihood) of every term; 0 at degree 1/2."""
    value = np.log(2.0 * likelihood(terms, degree))
    value *= weight[terms.finding]
    return np.asarray(value, dtype=np.float64)


def invert(terms: Terms, value: Floats) -> tuple[Floats, Floats, Floats]:
    """The Moebius terms of sizes 1, 2 and 3 of a function of the parents, given as (M,) its values.

    The function of a set is its value for the empty set plus the terms of all non-empty subsets of the set's parents.
    """
    zero, one, two, _ = terms.ends
    single = value[zero:one] - value[terms.finding[zero:one]]
    double = value[one:two] - value[terms.finding[one:two]]
    double -= single[terms.in_pair[0]] + single[terms.in_pair[1]]
    triple = value[two:] - value[terms.finding[two:]]
    ab, ac, bc = terms.in_triple
    a, b = terms.in_pair[:, ab]
    triple -= double[ab] + double[ac] + double[bc] + single[a] + single[b] + single[terms.last]
    return single, double, triple
