"""Rows that stand twice: within a table, in two tables, nearly so, and entities that stand in two tables.

Tables of few coarse columns hold equal rows by chance. They are not judged: the columns must tell so many rows apart
that equal ones are next to impossible. What chance still gives is estimated from pairs of rows that agree in all
columns but one and differ there: for each of these, chance makes same / (1 - same) pairs that agree there, too.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mladvisor.tables.hashing import column_hashes
from mladvisor.tables.table import Table

Hashes = NDArray[np.uint64]
MARGIN_BITS = 5.0
USABLE = 0.7
"""Share of the columns' information that is taken to be no repetition of other columns'."""
LEFT_OUT = 6
"""Columns that are left out in turn to see what chance gives."""
UNSEEN = 3.0
"""Of what was never seen, so many cases may be expected at most (95 %)."""
LEAST_ROWS = 5
MOSTLY = 0.5
"""Where rows are equal by chance, too, only a table most of which was copied is told."""
MANY, SELDOM, LEAST_COLUMNS = 0.2, 0.05, 5
"""Copies of so many rows, of which chance gives so few, in a table of so many columns, are none of chance."""
IN_STEP = 0.9
LEAST_IN_STEP = 20
"""Of so many rows or more nine in ten are equal, each to the one in its place: that is the same table."""
ENTITY_ROWS = 50.0
"""An entity has at most so many rows on average: with more it is a category that rows share."""


class Repeated(NamedTuple):
    """Rows that stand twice.

    Attributes:
        share: share of rows beyond what chance gives; se: its standard error.
        rows: how many rows are equal to another one, chance included.
        first: row number (from 0) of the first of them; -1 for none.
        of: rows that were compared.
    """

    share: float
    se: float
    rows: int
    first: int
    of: int


class Hashed:
    """The rows of one table as hashes over the columns that two rows must share to be equal."""

    def __init__(self, table: Table, columns: list[str]) -> None:
        self.table, self.columns = table, columns
        self.parts = {column: _mixed(column_hashes(table, column), index) for index, column in enumerate(columns)}
        self.whole: Hashes = np.zeros(table.rows, dtype=np.uint64)
        with np.errstate(over="ignore"):
            for part in self.parts.values():
                self.whole = self.whole + part

    def over(self, columns: list[str]) -> Hashed:
        """The same rows, told apart by some of the columns only."""
        other = Hashed.__new__(Hashed)
        other.table, other.columns = self.table, columns
        other.parts = {column: self.parts[column] for column in columns}
        other.whole = np.zeros_like(self.whole)
        with np.errstate(over="ignore"):
            for part in other.parts.values():
                other.whole = other.whole + part
        return other

    def without(self, column: str) -> Hashes:
        """(rows,) hashes of the rows with one column left out."""
        with np.errstate(over="ignore"):
            return self.whole - self.parts[column]


def _mixed(hashes: Hashes, index: int) -> Hashes:
    """Sums of these identify rows: the place of the column is part of each term (splitmix64's finaliser)."""
    with np.errstate(over="ignore"):
        x = hashes + np.uint64((index + 1) * 0x9E3779B97F4A7C15 & 0xFFFFFFFFFFFFFFFF)
        x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        mixed: Hashes = x ^ (x >> np.uint64(31))
        return mixed


def comparable(tables: list[Table]) -> list[str]:
    """The columns by which rows are told apart: those of all tables, without keys, which differ for copies too."""
    shared = [column for column in tables[0].columns if all(column in table for table in tables)]
    kinds = {column: {table.kind(column) for table in tables} for column in shared}
    return [column for column in shared if "identifier" not in kinds[column] and kinds[column] != {"empty"}]


def repeated(hashed: Hashed, *, always: bool = False) -> Repeated | None:
    """Rows of a table that are equal to an earlier row of it; None where that would be no wonder, unless `always`.

    Of columns that tell fewer rows apart, many copies are told where chance gives next to none of them: rows that agree
    in all columns but one agree in that one, too.
    """
    told = always or _tells(hashed, len(hashed.whole))
    again = _repeats(hashed.whole)
    found = int(again.sum())
    if not told and found < MANY * len(again):
        return None
    chance = 0.0
    if found:
        pairs = _pairs(hashed.whole, hashed.whole)
        for column in _left_out(hashed):
            part = hashed.without(column)
            chance = max(chance, _by_chance(_pairs(part, part), pairs, _same(hashed.parts[column])))
    if not told and (chance > SELDOM or len(hashed.columns) < LEAST_COLUMNS):
        return None
    return _result(again, chance, 1.0 / hashed.table.share)


def copied(train: Hashed, other: Hashed) -> Repeated | None:
    """Rows of an evaluation table that stand in the training table; None where that would be no wonder."""
    if len(other.whole) < LEAST_ROWS:
        return None
    if not _tells(train, len(other.whole)):
        return _row_by_row(train.whole, other.whole) or _mostly(train.whole, other.whole)
    inside = np.isin(other.whole, train.whole)
    chance = 0.0
    if inside.any():
        pairs = _pairs(other.whole, train.whole)
        for column in _left_out(train):
            near = _pairs(other.without(column), train.without(column))
            chance = max(chance, _by_chance(near, pairs, _same(train.parts[column])))
    return _result(inside, chance, 1.0 / train.table.share)


def copied_texts(train: Table, other: Table) -> Repeated | None:
    """Evaluation rows whose text stands in the training table, whatever the other columns say; None without texts.

    A text of several words is what a model reads; beside it stand sources and channels, which differ between copies.
    Texts that training rows share with each other as often say nothing.
    """
    best: Repeated | None = None
    for column in train.columns:
        if column not in other or train.kind(column) != "text" or not _is_prose(train, column):
            continue
        index = train.columns.index(column)
        first, second = (_mixed(column_hashes(table, column), index) for table in (train, other))
        _, counts = np.unique(first, return_counts=True)
        own = float(counts[counts > 1].sum()) / max(1, len(first))
        inside = np.isin(second, first) & ~other.missing(column)
        if len(second) < LEAST_IN_STEP or own > _OWN_TEXTS:
            continue
        chance = 3.0 * (own * (1.0 - own) * (1.0 / len(first) + 1.0 / len(second))) ** 0.5
        beyond = max(0.0, (float(inside.mean()) - own - chance) / (1.0 - own))
        error = (beyond * (1.0 - beyond) / len(second)) ** 0.5
        found = Repeated(beyond, error, int(inside.sum()), int(np.argmax(inside)) if inside.any() else -1, len(second))
        best = found if best is None or found.share > best.share else best
    return best


_OWN_TEXTS = 0.3
"""Where more of the training texts stand there twice, texts are phrases that come again."""
_WORDS = 4.0
"""Words of a text on average: shorter ones are names and phrases that come again."""


def _is_prose(table: Table, column: str) -> bool:
    cells = [str(value) for value in table.series(column).head(200).tolist()]
    return bool(cells) and sum(len(cell.split()) for cell in cells) / len(cells) >= _WORDS


def _mostly(first: Hashes, second: Hashes) -> Repeated | None:
    """Tables of coarse columns of which nearly all evaluation rows stand in training, where few training rows do twice.

    Rows dealt at random have a twin in training as often as training rows have one there.
    """
    _, inverse, counts = np.unique(first, return_inverse=True, return_counts=True)
    own = float((counts[inverse] > 1).mean())
    inside = np.isin(second, first)
    beyond = (float(inside.mean()) - own) / max(1e-9, 1.0 - own)
    error = (0.25 / len(second) + 0.25 / len(first)) ** 0.5 / max(1e-9, 1.0 - own)
    if beyond < MOSTLY or beyond < 5.0 * error:
        return None
    return Repeated(beyond, error, int(inside.sum()), int(np.argmax(inside)), len(second))


def _row_by_row(first: Hashes, second: Hashes) -> Repeated | None:
    """Tables whose rows are equal one after the other, and no longer so when moved by one: the same file twice."""
    n = min(len(first), len(second))
    if n < LEAST_IN_STEP:
        return None
    hit = first[:n] == second[:n]
    moved = float((first[1:n] == second[: n - 1]).mean())
    return _result(hit, 0.0) if hit.mean() > IN_STEP and moved < 1.0 - IN_STEP / 2.0 else None


def _by_chance(near: float, equal: float, same: float) -> float:
    """Share of the equal pairs that chance gives, told by the pairs that agree in all columns but one.

    Args:
        near: pairs that agree in the other columns, whether or not in this one. equal: those that agree in all.
        same: how often two rows agree in this column by chance.
    """
    return (near - equal) * same / max(1e-9, 1.0 - same) / equal


def _result(hit: NDArray[np.bool_], chance: float, scale: float = 1.0) -> Repeated:
    """The rows that are hit, less what chance gives.

    Args:
        chance: share of the equal pairs that chance gives.
        scale: inverse share of the rows that were read: of a table read in part only so many twins can be met.
    """
    count, found = len(hit), int(hit.sum())
    if not found:
        return Repeated(0.0, 0.0, 0, -1, count)
    share = min(1.0, found * max(0.0, 1.0 - chance) * scale / count)
    return Repeated(share, scale * found**0.5 / count if share > 0 else 0.0, found, int(np.argmax(hit)), count)


def _tells(hashed: Hashed, rows: int) -> bool:
    """Whether equal rows are next to impossible by chance: the columns hold bits enough for all pairs of rows."""
    bits = sum(-np.log2(max(_same(part), 1e-6)) for part in hashed.parts.values())
    pairs = max(1.0, float(len(hashed.whole)) * max(1, rows))
    return bool(USABLE * bits >= np.log2(pairs) + MARGIN_BITS)


def _pairs(first: Hashes, second: Hashes) -> float:
    """Number of pairs (a row of the first, a row of the second) that are equal; a row with itself counts for none."""
    values, counts = np.unique(second, return_counts=True)
    at = np.searchsorted(values, first)
    at[at == len(values)] = 0
    total = float(counts[at][values[at] == first].sum())
    return total - len(first) if first is second else total


def _repeats(hashes: Hashes) -> NDArray[np.bool_]:
    """(rows,) True for each row that is equal to an earlier one."""
    order = np.argsort(hashes, kind="stable")
    ordered = hashes[order]
    again = np.zeros(len(hashes), dtype=bool)
    again[order[1:]] = ordered[1:] == ordered[:-1]
    return again


def _left_out(hashed: Hashed) -> list[str]:
    """The columns that tell rows apart best, whose omission shows what chance gives."""
    if len(hashed.columns) <= 1:
        return []
    same = {column: _same(part) for column, part in hashed.parts.items()}
    return sorted(hashed.columns, key=lambda column: same[column])[:LEFT_OUT]


def _same(part: Hashes) -> float:
    """Probability that two rows agree in a column, from a sample."""
    ordered = np.sort(part[:20_000])
    edges = np.flatnonzero(np.concatenate(([True], ordered[1:] != ordered[:-1])))
    runs = np.diff(np.append(edges, len(ordered))).astype(np.float64)
    n = len(ordered)
    return float((runs * (runs - 1)).sum()) / max(1.0, n * (n - 1.0))


class Groups(NamedTuple):
    """Entities of one column in two tables.

    Attributes:
        share: share of evaluation rows whose entity stands in training too.
        entities: how many entities stand in both.
        example: one of them.
    """

    share: float
    entities: int
    example: str


def shared_groups(train: Table, other: Table, column: str) -> Groups | None:
    """Entities in both tables; None when the column names no entities with several rows each."""
    if column not in train or column not in other or train.kind(column) != "identifier":
        return None
    known = column_hashes(train, column)[~train.missing(column)]
    asked = column_hashes(other, column)
    entities = len(np.unique(known))
    if entities == 0 or not 1.2 <= len(known) / entities <= ENTITY_ROWS:
        return None
    inside = np.isin(asked, known) & ~other.missing(column)
    both = np.unique(asked[inside])
    example = str(other.series(column).iloc[int(np.argmax(inside))])[:40] if len(both) else ""
    return Groups(float(inside.mean()), len(both), example)


def keys_repeat(train: Table, other: Table, column: str) -> float | None:
    """Share of evaluation rows whose key, unique in training, stands in training too; None for other columns.

    Random numbers and sparse names meet by chance, too: what keys that repeat inside a table give is taken off. Nothing
    is left where rows of the same key have nothing else in common: then each table was numbered on its own.
    """
    if column not in train or column not in other or train.kind(column) != "identifier":
        return None
    known = column_hashes(train, column)[~train.missing(column)]
    if len(known) == 0 or len(np.unique(known)) < 0.95 * len(known):
        return None
    asked = column_hashes(other, column)[~other.missing(column)]
    chance = len(known) * min(_meeting(known), _meeting(asked))
    by_chance: float = chance * len(asked) + 2.0 * (chance * len(asked)) ** 0.5
    if _strangers(train, other, column):
        return 0.0
    return max(0.0, float(np.isin(asked, known).sum()) - by_chance) / max(1, other.rows)


def _strangers(train: Table, other: Table, key: str) -> bool:
    """Rows of the two tables that carry the same key agree in no other column more often than any two rows do."""
    ours, theirs = column_hashes(train, key), column_hashes(other, key)
    order = np.argsort(ours, kind="stable")
    at = np.minimum(np.searchsorted(ours[order], theirs), len(ours) - 1)
    met = np.flatnonzero((ours[order][at] == theirs) & ~other.missing(key))
    if len(met) < _LEAST_MET:
        return False
    paired = order[at[met]]
    shared = [column for column in train.columns if column in other and column != key]
    for column in shared:
        first, second = column_hashes(train, column)[paired], column_hashes(other, column)[met]
        same, chance = first == second, float((first == np.roll(second, 1)).mean())
        spread = (max(chance * (1.0 - chance), 1.0 / len(met)) / len(met)) ** 0.5
        if float(same.mean()) > chance + _SURELY * spread:
            return False
    return len(shared) >= _LEAST_SHARED


_LEAST_MET, _LEAST_SHARED = 30, 3
"""Rows of the same key, and other columns, by which strangers are told from one example measured twice."""
_SURELY = 5.0
"""Standard errors: agreement beyond them is no chance in any of a hundred columns."""


def _meeting(keys: Hashes) -> float:
    """The most probable that two rows carry the same key by chance is: two standard errors above what is seen."""
    count = len(keys)
    again = float(count - len(np.unique(keys)))
    return float(again + 2.0 * again**0.5 + UNSEEN) / max(1.0, count * (count - 1) / 2.0)


def same_by_chance(table: Table, column: str) -> float:
    """Probability that two rows agree in a column."""
    return _same(column_hashes(table, column))
