"""What each finding says about each set, in closed form and without visiting the sets.

A finding looks only at those causes of a set that have an arrow to it or to another finding of its group: its parents.
So its contribution to a set is a sum over the subsets of the set's parents of one term each (a Moebius inversion), and
a finding with k parents has k + k(k-1)/2 + k(k-1)(k-2)/6 terms instead of a number for each of 11,522 sets. Nothing is
approximated. Values are relative to healthy: the empty subset has the value 0 and is left out.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray

from mladvisor.inference.network import Floats, Network
from mladvisor.inference.sets import Indices, Sets, all_sets

_KEPT_PARTS = 4


class Terms(NamedTuple):
    """The subsets of one to `largest` parents of every finding: M of them, single parents first, then pairs, triples.

    The unlisted fault is a parent of every finding; its terms are the last F of the single ones, by finding.

    Attributes:
        sets: the numbering of the sets of causes.
        finding: (M,) finding of each term.
        present, absent: (M,) its probability given just these parents.
        ends: where the terms of one, two and three parents end.
        cause: (M1,) the parent. pair: (M2,) position among all pairs; triple: (M3,) position among all triples.
        in_pair: (2, M2) the single terms a and b inside the pair term ab.
        in_triple: (4, M3) the pair terms ab, ac and bc inside the triple term abc, and its single term c.
        shared: (G,) the terms of findings that share a group; those of one subset of parents follow each other.
        first: where each such subset starts in `shared`. cell: (G,) the number of the subset.
    """

    sets: Sets
    finding: Indices
    present: Floats
    absent: Floats
    ends: tuple[int, int, int]
    cause: Indices
    pair: Indices
    triple: Indices
    in_pair: Indices
    in_triple: Indices
    shared: Indices
    first: Indices
    cell: Indices


class _Block(NamedTuple):
    """The terms of one size, in parts that are still to be joined."""

    finding: list[Indices]
    causes: list[Indices]
    inside: list[Indices]
    subset: list[Indices]


def terms_of(network: Network, largest: int) -> Terms:
    """The terms of a network, computed once and kept in it."""
    key = ("terms", largest)
    if key not in network.cache:
        network.cache[key] = _enumerate(network, largest)
    result: Terms = network.cache[key]
    return result


def part_of(network: Network, largest: int, known: NDArray[np.bool_]) -> tuple[Network, Terms]:
    """The network of the findings that are `known` (F,) alone, and its terms: unknown ones say 0, so nothing is lost.

    The last few are kept in the network, since runs of one folder mostly log the same.
    """
    key = ("part", largest, known.tobytes())
    if key not in network.cache:
        old = [each for each in network.cache if each[0] == "part"]
        if len(old) >= _KEPT_PARTS:
            del network.cache[old[0]]
        network.cache[key] = _part(network, terms_of(network, largest), known)
    result: tuple[Network, Terms] = network.cache[key]
    return result


def _part(network: Network, terms: Terms, known: NDArray[np.bool_]) -> tuple[Network, Terms]:
    kept = known[terms.finding]
    places = np.cumsum(kept) - 1  # of each term among those kept; a term's subsets are of the same finding
    one, two, _ = terms.ends
    ends = np.cumsum([np.count_nonzero(each) for each in (kept[:one], kept[one:two], kept[two:])]).tolist()
    # The last F single terms are of the unlisted fault, which is the cause of no other.
    a, b = terms.in_pair[:, kept[one:two]]
    ab, ac, bc, c = terms.in_triple[:, kept[two:]]
    pairs = places[one:two] - ends[0]
    in_group = kept[terms.shared]
    cell = terms.cell[in_group]
    first = np.flatnonzero(np.diff(cell, prepend=-1))
    rows = np.flatnonzero(known)
    return msgspec.structs.replace(
        network,
        findings=tuple(network.findings[row] for row in rows.tolist()),
        arrows=network.arrows[rows],
        otherwise=network.otherwise[rows],
        group=network.group[rows],
        weight=network.weight[rows],
        cache={},
    ), Terms(
        sets=terms.sets,
        finding=(np.cumsum(known) - 1)[terms.finding[kept]],
        present=terms.present[kept],
        absent=terms.absent[kept],
        ends=(ends[0], ends[1], ends[2]),
        cause=terms.cause[kept[:one]],
        pair=terms.pair[kept[one:two]],
        triple=terms.triple[kept[two:]],
        in_pair=np.stack([places[a], places[b]]),
        in_triple=np.stack([pairs[ab], pairs[ac], pairs[bc], places[c]]),
        shared=places[terms.shared[in_group]],
        first=first,
        cell=np.repeat(np.arange(first.size), np.diff(first, append=cell.size)),
    )


Packed = list[tuple[str, tuple[int, ...], bytes]]
"""Arrays as plain data: type, shape and bytes of each."""


def packed(terms: Terms) -> Packed:
    """The arrays of the terms, indices as small as they fit; finding them takes five times as long as reading them."""
    arrays = (part for part in terms if isinstance(part, np.ndarray))
    small = (
        part if part.dtype.kind == "f" else part.astype(np.min_scalar_type(part.max(initial=0))) for part in arrays
    )
    return [(array.dtype.str, array.shape, array.tobytes()) for array in small]


def unpack(network: Network, largest: int, arrays: Packed) -> None:
    """Put the terms of just this network, as they were `packed`, into it."""
    fields = ("finding", "present", "absent", *Terms._fields[5:])
    parts: dict[str, Any] = {}
    for name, (dtype, shape, data) in zip(fields, arrays, strict=True):
        part = np.frombuffer(data, dtype).reshape(shape)
        parts[name] = part if part.dtype.kind == "f" else part.astype(np.intp)
    ends = np.cumsum([parts[name].size for name in ("cause", "pair", "triple")]).tolist()
    network.cache["terms", largest] = Terms(all_sets(len(network.causes), largest), ends=tuple(ends), **parts)


def _enumerate(network: Network, largest: int) -> Terms:
    sets = all_sets(len(network.causes), largest)
    is_parent = np.zeros((int(network.group.max(initial=-1)) + 1, len(network.causes)), dtype=bool)
    np.logical_or.at(is_parent, network.group, network.arrows > 0)
    count = is_parent.sum(axis=1)[network.group]
    singles, pairs, triples = (_Block([], [], [], []) for _ in range(3))
    singles_before = pairs_before = 0
    for k in sorted(set(count.tolist()) - {0}):
        rows = np.flatnonzero(count == k)
        parents = np.nonzero(is_parent[network.group[rows]])[1].reshape(rows.size, k)
        local, rank = all_sets(k, largest), np.arange(rows.size)[:, None]
        single, pair = singles_before + rank * k, pairs_before + rank * local.pairs.shape[1]
        _add(singles, rows, parents, np.arange(k)[None], [])
        _add(pairs, rows, parents, local.pairs, [single + i for i in local.pairs])
        in_triple = [pair + i for i in local.triple_pairs] + [single + local.triples[2]]
        _add(triples, rows, parents, local.triples, in_triple)
        singles_before += rows.size * k
        pairs_before += rows.size * local.pairs.shape[1]
    unlisted = len(network.causes)
    everything = np.arange(len(network.findings))
    singles.finding.append(everything)
    singles.causes.append(np.full((1, everything.size), unlisted))
    singles.subset.append(np.full(everything.size, unlisted))
    blocks = (singles, pairs, triples)
    finding = _join([part for block in blocks for part in block.finding])
    causes = [_join(block.causes, size) for size, block in enumerate(blocks, 1)]
    # A finding's absence may say no more against the unlisted fault than against each of its causes.
    least = np.where(network.arrows > 0, network.arrows, 1.0).min(axis=1)
    unlisted_arrow = np.where(least < 1.0, np.minimum(least, network.unlisted_rate), 0.0)
    log_absent = np.log1p(-np.column_stack([network.arrows, unlisted_arrow]))
    log_q = np.log1p(-network.otherwise)[finding]
    log_q += np.concatenate([log_absent[_join(b.finding), c].sum(axis=0) for b, c in zip(blocks, causes, strict=True)])
    ends = np.cumsum([c.shape[1] for c in causes])
    subset = np.concatenate([size * sets.total + _join(block.subset) for size, block in enumerate(blocks)])
    shared, first = _shared_cells(network.group, finding, subset)
    return Terms(
        sets=sets,
        finding=finding,
        present=-np.expm1(log_q),
        absent=np.exp(log_q),
        ends=(int(ends[0]), int(ends[1]), int(ends[2])),
        cause=causes[0][0],
        pair=sets.pair_at[causes[1][0], causes[1][1]] - sets.doubles.start,
        triple=_triple_position(sets, causes[2]),
        in_pair=_join(pairs.inside, 2),
        in_triple=_join(triples.inside, 4),
        shared=shared,
        first=first,
        cell=np.repeat(np.arange(first.size), np.diff(first, append=shared.size)),
    )


def _add(block: _Block, rows: Indices, parents: Indices, subsets: Indices, inside: list[Indices]) -> None:
    """Put subsets (size, m) of the parents (n, k) of n findings into a block; `inside`: (n, m) smaller terms."""
    number = subsets.shape[1]
    if number:
        block.finding.append(np.repeat(rows, number))
        block.causes.append(np.stack([parents[:, column].ravel() for column in subsets]))
        block.subset.append(np.tile(np.arange(number), rows.size))
        if inside:
            block.inside.append(np.stack([part.ravel() for part in inside]))


def _shared_cells(group: Indices, finding: Indices, subset: Indices) -> tuple[Indices, Indices]:
    """`shared` and `first` of `Terms`: a cell is one subset of the parents of one group of two or more findings."""
    crowded = np.flatnonzero(np.bincount(group)[group[finding]] > 1)
    order = np.lexsort((subset[crowded], group[finding[crowded]]))
    shared = crowded[order]
    keys = np.stack([group[finding[shared]], subset[shared]])
    starts = np.any(keys[:, 1:] != keys[:, :-1], axis=0)
    return shared, np.flatnonzero(np.concatenate([np.ones(min(1, shared.size), dtype=bool), starts]))


def _triple_position(sets: Sets, causes: Indices) -> Indices:
    """Positions among all triples of a < b < c: those of one pair ab follow each other, by c."""
    a, b, c = causes
    first = np.searchsorted(sets.triple_pairs[0], sets.pair_at[a, b] - sets.doubles.start)
    return np.asarray(first + c - b - 1, dtype=np.intp)


def _join(parts: list[Indices], rows: int = 0) -> Indices:
    """The parts side by side; without any, an empty array of `rows` rows (0: of one dimension)."""
    return np.concatenate(parts, axis=-1) if parts else np.empty((rows, 0) if rows else 0, dtype=np.intp)


def invert(terms: Terms, value: Floats) -> tuple[Floats, Floats, Floats]:
    """The Moebius terms of sizes 1, 2 and 3 of functions of the parents, given by their values (M,) relative to none.

    The value for a set is the sum of the terms of all subsets of the set's parents.
    """
    one, two, _ = terms.ends
    single = value[:one]
    a, b = terms.in_pair
    double = value[one:two] - single[a] - single[b]
    ab, ac, bc, c = terms.in_triple
    triple = value[two:] - (double[ab] + double[ac] + double[bc] + single[a[ab]] + single[b[ab]] + single[c])
    return single, double, triple
