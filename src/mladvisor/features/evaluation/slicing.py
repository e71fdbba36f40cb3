"""Subsets of the rows on which a model is worse than on the rest: all values of one column, all pairs of two.

A subset must have enough rows, and its error is tested against that of the rest; the rate of false discoveries is
controlled over everything that was looked at. A pair of conditions must be clearly worse than each of its two alone.
Where rows have an expected error (that of their class), a subset is held against the sum of these: a part of the table
that holds more of the rare class has more errors, and that is the class's story.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations, pairwise
from math import sqrt
from typing import NamedTuple

import numpy as np

from mladvisor.features.evaluation.intervals import Array, binomial_tail, false_discovery, upper_tail

_PARTS = 4
_CATEGORIES = 20
_CLEARLY = 3.0


class Coded(NamedTuple):
    """One column cut into parts.

    Attributes:
        name: of the column.
        codes: part of each row, shape (n,).
        words: what each part is called ("region = north", "age above 61").
    """

    name: str
    codes: Array
    words: tuple[str, ...]


class Slice(NamedTuple):
    """A subset and how the model does on it.

    Attributes:
        words: the conditions, joined by "and".
        parts: (column, code) of each condition.
        rows, share: size, and share of all rows.
        error, rest: mean error inside and outside.
        excess, excess_error: error minus what is expected there, and its standard error.
        q: rate of false discoveries at which it is found (one-sided: worse than the rest).
    """

    words: str
    parts: tuple[tuple[str, int], ...]
    rows: int
    share: float
    error: float
    rest: float
    excess: float
    excess_error: float
    q: float


class Found(NamedTuple):
    """The slices of a run, and whether each was given; `train` tells the rows of each in the training table, `surprise`
    its error less what the scores of its rows admit."""

    slices: list[tuple[Slice, bool]]
    train: dict[str, tuple[float, float]]
    tested: int
    surprise: dict[str, float]


def cut_numbers(name: str, values: Array, parts: int = _PARTS) -> tuple[Coded, Array]:
    """A column of numbers in quantile parts (or its few values), and the edges with which to cut another table."""
    present = values[~np.isnan(values)]
    distinct = np.unique(present)
    if len(distinct) <= parts + 2:
        edges = distinct[:-1]
        words = [f"{name} = {value:g}" for value in distinct]
    else:
        edges = np.unique(np.quantile(present, np.linspace(0, 1, parts + 1)[1:-1], method="inverted_cdf"))
        edges = edges[edges < distinct[-1]]
        words = [f"{name} up to {edges[0]:.4g}"] if len(edges) else [f"{name} present"]
        words += [f"{name} above {low:.4g} up to {high:.4g}" for low, high in pairwise(edges)]
        words += [f"{name} above {edges[-1]:.4g}"] if len(edges) else []
    return Coded(name, with_edges(values, edges), (*(words or [f"{name} present"]), f"{name} missing")), edges


def with_edges(values: Array, edges: Array) -> Array:
    """Parts of numbers by the edges of `cut_numbers`; missing values in the last part."""
    codes = np.searchsorted(edges, values, side="left")
    codes[np.isnan(values)] = len(edges) + 1
    return codes


def find_slices(
    columns: Sequence[Coded],
    errors: Array,
    *,
    expected: Array | None = None,
    least: int = 30,
    least_share: float = 0.01,
    pairs: bool = True,
    most: int = 8,
) -> list[Slice]:
    """The slices with the clearest excess of error, worst first; every tested one counts for the rate of discoveries.

    Args:
        columns: coded columns of the same rows as errors.
        errors: shape (n,), error of each row: 0 or 1, or an absolute error; finite.
        expected: shape (n,), error that each row would have wherever it stood; the mean error when None.
        least, least_share: fewest rows of a slice, and fewest as a share of all.
        pairs: whether two columns are combined, too.
        most: slices returned.
    """
    n = len(errors)
    if n < 2 * least:
        return []
    expected = np.full(n, errors.mean()) if expected is None else expected
    support = max(least, int(np.ceil(least_share * n)))
    tested: list[_Cell] = []
    singles: dict[tuple[int, int], float] = {}
    for i, column in enumerate(columns):
        for code, rows, total, usual in _cells(column.codes, errors, expected, support):
            tested.append(_Cell(((i, code),), rows, total, usual))
            singles[i, code] = (total - usual) / rows
    if pairs:
        for i, j in combinations(range(len(columns)), 2):
            width = int(columns[j].codes.max(initial=0)) + 1
            both = columns[i].codes * width + columns[j].codes
            for code, rows, total, usual in _cells(both, errors, expected, support):
                tested.append(_Cell(((i, code // width), (j, code % width)), rows, total, usual))
    tested = [each for each in tested if each.rows <= n - least]
    return _clearest(columns, errors, tested, singles, most) if tested else []


class _Cell(NamedTuple):
    """Conditions as (column, code), rows, summed error, and summed expected error."""

    conditions: tuple[tuple[int, int], ...]
    rows: int
    total: float
    usual: float


def _cells(codes: Array, errors: Array, expected: Array, support: int) -> list[tuple[int, int, float, float]]:
    """(code, rows, summed error, summed expected error) of every cell with enough rows."""
    counts = np.bincount(codes)
    sums, usual = np.bincount(codes, weights=errors), np.bincount(codes, weights=expected)
    large = np.flatnonzero(counts >= support).tolist()
    return [(code, int(counts[code]), float(sums[code]), float(usual[code])) for code in large]


def _clearest(
    columns: Sequence[Coded], errors: Array, tested: list[_Cell], singles: dict[tuple[int, int], float], most: int
) -> list[Slice]:
    n, total, variance = len(errors), float(errors.sum()), float(errors.var())
    rows = np.array([each.rows for each in tested], float)
    hits = np.array([each.total for each in tested])
    usual = np.array([each.usual for each in tested]) / rows
    inside, rest = hits / rows, (total - hits) / (n - rows)
    # One variance for all: under "no difference" that is what each cell has, and a cell without errors has none itself.
    z = (inside - usual) / np.sqrt(max(variance, 1e-300) * (1 / rows - 1 / n))
    counted = bool(((errors == 0) | (errors == 1)).all())
    p = binomial_tail(hits, rows, usual) if counted else np.asarray(upper_tail(z))
    q = false_discovery(p)
    kept: list[Slice] = []
    members: list[Array] = []
    for at in np.lexsort((-z, p)).tolist():
        conditions = tested[at].conditions
        if len(kept) == most or inside[at] <= usual[at]:
            break
        worse = _CLEARLY * sqrt(variance / rows[at])
        if len(conditions) == 2 and not all(
            inside[at] - usual[at] - singles.get(one, 0.0) > worse for one in conditions
        ):
            continue
        mask = np.logical_and.reduce([columns[i].codes == code for i, code in conditions])
        if any(float((mask & other).sum()) > 0.5 * float((mask | other).sum()) for other in members):
            continue
        members.append(mask)
        spread = float(errors[mask].var()) / rows[at] + float(errors[~mask].var()) / (n - rows[at])
        kept.append(
            Slice(
                " and ".join(columns[i].words[code] for i, code in conditions),
                tuple((columns[i].name, code) for i, code in conditions),
                int(rows[at]),
                float(rows[at]) / n,
                float(inside[at]),
                float(rest[at]),
                float(inside[at] - usual[at]),
                sqrt(max(spread, variance / n / rows[at])),
                float(q[at]),
            )
        )
    return kept
