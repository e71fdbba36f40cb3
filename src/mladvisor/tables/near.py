"""Evaluation rows that are a training row but for small changes of its numbers: augmented or measured again."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mladvisor.tables.hashing import column_hashes
from mladvisor.tables.overlap import Repeated, same_by_chance
from mladvisor.tables.table import NUMBERS, SEED, Table

Floats = NDArray[np.float64]
Hashes = NDArray[np.uint64]

NEAR = 0.1
"""Standard deviations by which each number may differ."""
WIDER = 2.0
"""Pairs that are near by chance are far more within twice the distance; copies with small changes are hardly more."""
CHANCE = 1.8
"""Pairs between once and twice the distance, over those within it, that chance gives where the data fill a space of one
and a half dimensions (2 ** 1.5 - 1); real data fill more."""
LEAST_ROWS = 3
LEAST_NUMBERS = 2
LEAST_BITS = 16.0
"""What the columns must tell of a row, keys of rows left out, before near means more than chance."""
BITS_OF_NEAR = 4.0
"""What a number tells that lies within `NEAR` of another: of a bell curve, one pair of rows in 18 does."""
LEAST_VALUES = 20
BIN = 1.0
"""Width, in standard deviations, of the bins in which pairs are looked for: ten times the distance that counts."""
PROJECTED = 6
TABLES = 6
"""Pairs are looked for in so many tables of bins over so many columns, drawn at random: one in which a number fell over
the edge of a bin is made good by the others."""
MOST_ROWS = 10_000
MOST_TRAIN = 100_000
MOST_PAIRS = 200_000
"""Pairs in one table above which it tells too little."""
PIECE = 1_000_000
"""Numbers that are compared at a time."""


def nearly(train: Table, other: Table, *, leave_out: str | None = None) -> Repeated | None:
    """Evaluation rows of which every number lies near that of one training row, all else but keys being equal.

    Exact copies are left out, and what chance gives is taken off. None where too few columns hold quantities.
    """
    columns = [c for c in train.columns if c in other and c != leave_out]
    kinds = {c: {train.kind(c), other.kind(c)} - {"empty"} for c in columns}
    columns = [c for c in columns if kinds[c] and "identifier" not in kinds[c]]
    numbers = [c for c in columns if kinds[c] <= set(NUMBERS) and _is_quantity(train, c)]
    keys = [c for c in train.columns if c in other and "identifier" in (train.kind(c), other.kind(c))]
    rest = [c for c in columns if c not in numbers and not any(_counts_within(train, other, c, key) for key in keys)]
    bits = BITS_OF_NEAR * len(numbers) - sum(np.log2(max(same_by_chance(train, c), 1e-6)) for c in rest)
    if len(numbers) < LEAST_NUMBERS or bits < LEAST_BITS or train.rows < 20:
        return None
    rows, asked = train.sample(MOST_TRAIN), other.sample(MOST_ROWS)
    first, second = _scaled(train, numbers, rows, train), _scaled(other, numbers, asked, train)
    key, asked_key = _keys(train, rest, rows), _keys(other, rest, asked)
    left, right = _pairs(first, second, key, asked_key)
    far = _distances(first, second, left, right)
    equal = np.zeros(len(asked), dtype=bool)
    equal[right[far == 0.0]] = True
    other_pairs = ~equal[right]
    close, wider = other_pairs & (far <= NEAR), int((other_pairs & (far <= WIDER * NEAR)).sum())
    near = np.zeros(len(asked), dtype=bool)
    near[right[close]] = True
    rows_near, count = int(near.sum()), max(1, len(asked))
    if rows_near < LEAST_ROWS:
        return Repeated(0.0, 0.0, rows_near, -1, count)
    chance = min(1.0, (wider - int(close.sum())) / CHANCE / int(close.sum()))
    share = min(1.0, (1.0 - chance) * rows_near / count * train.rows / train.share / len(rows))
    return Repeated(share, (share * (1.0 - share) / count) ** 0.5, rows_near, int(asked[np.argmax(near)]), count)


def _distances(first: Floats, second: Floats, left: NDArray[np.int64], right: NDArray[np.int64]) -> Floats:
    """The largest difference in any column of each pair."""
    each = max(1, PIECE // first.shape[1])
    pieces = [slice(at, at + each) for at in range(0, len(left), each)]
    parts = [np.abs(first[left[one]] - second[right[one]]).max(axis=1) for one in pieces]
    return np.concatenate(parts) if parts else np.zeros(0)


def _counts_within(train: Table, other: Table, column: str, key: str) -> bool:
    """The column counts the rows of each key ("reading" 0 to 3 of an inspection): no two of them have one number, and
    nothing else is told by it.
    """
    if {train.kind(column), other.kind(column)} - {"integer", "boolean"}:
        return False
    numbers = np.concatenate([train.numbers(column), other.numbers(column)])
    values = np.unique(numbers)
    if (
        not len(values)
        or not np.isfinite(values).all()
        or values[0] not in (0.0, 1.0)
        or values[-1] - values[0] != len(values) - 1
    ):
        return False
    hashes = np.concatenate([column_hashes(train, key), column_hashes(other, key)])
    pairs = np.unique(np.column_stack([hashes, numbers.astype(np.int64).view(np.uint64)]), axis=0)
    return len(pairs) == len(hashes) >= _SEVERAL * len(np.unique(hashes))


_SEVERAL = 2.0
"""Rows a key in the tables together: of fewer all could be unique by chance."""


def _is_quantity(table: Table, column: str) -> bool:
    some = table.numbers(column)[:2_000]
    return len(np.unique(some[np.isfinite(some)])) >= LEAST_VALUES


def _scaled(table: Table, columns: list[str], rows: NDArray[np.int64], train: Table) -> Floats:
    """(rows, columns) numbers in robust standard deviations of training; blanks far from everything but blanks."""
    parts = []
    for column in columns:
        known = train.numbers(column)
        low, high = np.quantile(known[np.isfinite(known)][:20_000], [0.16, 0.84])
        width = (float(high - low) / 2.0) or 1.0
        with np.errstate(over="ignore", invalid="ignore"):
            scaled = table.numbers(column)[rows] / width
        parts.append(np.clip(np.where(np.isfinite(scaled), scaled, 1e9), -1e9, 1e9))
    return np.column_stack(parts)


def _keys(table: Table, columns: list[str], rows: NDArray[np.int64]) -> Hashes:
    total = np.zeros(len(rows), dtype=np.uint64)
    with np.errstate(over="ignore"):
        for column in columns:
            total = total * np.uint64(0x9E3779B97F4A7C15) + column_hashes(table, column)[rows]
    return total


def _pairs(first: Floats, second: Floats, key: Hashes, asked: Hashes) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """(training rows, evaluation rows): each pair that falls into one bin in some table of bins, once."""
    rng = np.random.default_rng(SEED)
    found = []
    for _ in range(TABLES):
        chosen = rng.choice(first.shape[1], min(PROJECTED, first.shape[1]), replace=False)
        shift = rng.random(len(chosen))
        left = _binned(first[:, chosen], shift, key)
        right = _binned(second[:, chosen], shift, asked)
        order = np.argsort(left, kind="stable")
        ordered = left[order]
        start, end = np.searchsorted(ordered, right, side="left"), np.searchsorted(ordered, right, side="right")
        counts = end - start
        total = int(counts.sum())
        if not 0 < total <= MOST_PAIRS:
            continue
        within = np.arange(total) - np.repeat(np.cumsum(counts) - counts, counts)
        found.append(order[np.repeat(start, counts) + within] * len(right) + np.repeat(np.arange(len(right)), counts))
    pairs = np.unique(np.concatenate(found)) if found else np.zeros(0, dtype=np.int64)
    return pairs // max(1, len(second)), pairs % max(1, len(second))


def _binned(values: Floats, shift: Floats, key: Hashes) -> Hashes:
    total = key.copy()
    with np.errstate(over="ignore"):
        for place, column in enumerate(np.floor(values / BIN + shift).astype(np.int64).view(np.uint64).T):
            mixed = (column + np.uint64(place + 1)) * np.uint64(0xBF58476D1CE4E5B9)
            total = (total ^ (total >> np.uint64(29))) * np.uint64(0x94D049BB133111EB) + (
                mixed ^ (mixed >> np.uint64(31))
            )
    return total
