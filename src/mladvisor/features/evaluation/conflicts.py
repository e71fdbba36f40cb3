"""Equal rows with different labels."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from mladvisor.features.evaluation.intervals import Array


class Conflicts(NamedTuple):
    """Rows whose features stand in the table with another label, too.

    Attributes:
        share: of all rows. repeated: share of rows whose features stand there more than once.
        ratio: disagreement within equal rows over that of any two rows (1: features do not matter).
        lines: lines of the first such pair in the file.
    """

    share: float
    repeated: float
    ratio: float
    lines: tuple[int, int] | None
    rows: int


def contradictions(hashes: Array, codes: Array) -> Conflicts | None:
    """Contradictions among rows.

    Args:
        hashes: of the features of each row, shape (n,). codes: of its label, -1 where blank.

    Returns:
        None where no row has a label.
    """
    kept = np.flatnonzero(codes >= 0)
    if not len(kept):
        return None
    _, group, counts = np.unique(hashes[kept], return_inverse=True, return_counts=True)
    classes = int(codes.max(initial=0)) + 1
    several = counts[group] > 1
    pairs = group * np.int64(classes) + codes[kept]
    _, own, own_counts = np.unique(pairs, return_inverse=True, return_counts=True)
    against = (own_counts[own] < counts[group]) & several
    twins = float((counts[group][several] - 1).sum())
    disagreeing = float((counts[group] - own_counts[own])[several].sum())
    shares = np.bincount(codes[kept]) / len(kept)
    chance = 1 - float((shares**2).sum())
    first = np.flatnonzero(against)
    lines = None
    if len(first):
        mates = np.flatnonzero(group == group[first[0]])
        other = mates[codes[kept][mates] != codes[kept][first[0]]]
        lines = (int(kept[first[0]]) + 2, int(kept[other[0]]) + 2)
    return Conflicts(
        float(against.mean()),
        float(several.mean()),
        disagreeing / twins / chance if twins and chance > 0 else 0.0,
        (min(lines), max(lines)) if lines else None,
        len(kept),
    )
