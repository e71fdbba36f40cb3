"""How far the columns of an evaluation table differ from those of the training table."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mladvisor.tables.statistics import Effect, chi_squared, ks, mean_shift, shares_differ
from mladvisor.tables.table import Table
from mladvisor.tables.units import Unit, unit_of

MOST_ROWS = 20_000
"""Rows of each table that distributions are compared on: a KS distance is then known to 0.01."""
LEAST_TEXTS = 50
MOST_TEXTS = 5_000
MOST_WORDS = 1_000
LONGEST_TEXT = 2_000
FEW_VALUES = 20
"""Whole numbers of so few distinct values are compared by their shares."""


class Drift(NamedTuple):
    """One column in two tables.

    Attributes:
        effect: KS distance (numbers) or chance-corrected total variation (categories).
        shift: difference of means in standard deviations of the training table; 0 for categories. shift_se: its error.
        unit: the change of unit that explains the difference, where one does.
        new: share of evaluation rows whose category training never shows; new_p: how likely that is by chance.
        newest: the commonest of them.
        lead: what differs most, in words.
        blanks: difference of the shares of blank cells, with its p-value.
        sampled: whether only some rows were compared.
    """

    effect: Effect
    shift: float = 0.0
    shift_se: float = 0.0
    unit: Unit = Unit()
    new: float = 0.0
    new_p: float = 1.0
    newest: str = ""
    lead: str = ""
    blanks: Effect = Effect(0.0, 0.0, 1.0)
    sampled: bool = False


def compare(train: Table, other: Table, column: str) -> Drift | None:
    """How one column differs; None when its kind cannot be compared (identifiers, dates, free text, nested cells)."""
    kinds = {train.kind(column), other.kind(column)} - {"empty"}
    if not kinds or kinds & {"identifier", "datetime", "nested"}:
        return None
    if "text" in kinds:
        return _texts(train, other, column) if kinds == {"text"} else None
    blanks = _blanks(train, other, column)
    if kinds <= {"numeric", "integer"}:
        first, second, sampled = finite(train, column), finite(other, column), _is_sampled(train, other)
        if len(first) < 2 or len(second) < 2:
            return None
        if kinds == {"integer"} and len(np.unique(first)) <= FEW_VALUES:
            found = _categories(train, other, column, vocabulary=False)
        else:
            found = Drift(ks(first, second))
        shift, error = mean_shift(first, second)
        with np.errstate(over="ignore", invalid="ignore"):
            lead = f"mean {first.mean():.4g} in {train.file}, {second.mean():.4g} in {other.file}"
        unit = unit_of(first, second, column)
        return found._replace(
            shift=shift, shift_se=error, unit=unit, lead=lead, blanks=blanks, sampled=sampled, new=0.0, new_p=1.0
        )
    return _categories(train, other, column, vocabulary=True)._replace(blanks=blanks)


def compare_label(train: Table, other: Table, column: str, *, classes: bool) -> Drift | None:
    """How the label differs: by the shares of its classes, or as an amount."""
    if classes:
        return _categories(train, other, column, vocabulary=False)
    return compare(train, other, column)


def _is_sampled(*tables: Table) -> bool:
    return any(table.rows > MOST_ROWS or table.share < 1.0 for table in tables)


def finite(table: Table, column: str) -> NDArray[np.float64]:
    """The finite numbers of a column, of at most `MOST_ROWS` rows, which are always the same ones."""
    values = table.numbers(column)
    if table.rows > MOST_ROWS:
        values = values[table.sample(MOST_ROWS)]
    return values[np.isfinite(values)]


def _blanks(train: Table, other: Table, column: str) -> Effect:
    counts = []
    for table in (train, other):
        missing = int(table.missing(column).sum())
        counts.append(np.array([missing, table.rows - missing]))
    return shares_differ(counts[0], counts[1], least=0.0)


def _texts(train: Table, other: Table, column: str) -> Drift | None:
    """How far free text differs: the word whose share of texts differs most, over the commonest words."""
    first, second = _words(train, column), _words(other, column)
    n, m = first[1], second[1]
    if min(n, m) < LEAST_TEXTS:
        return None
    together = {word: first[0].get(word, 0) + second[0].get(word, 0) for word in {**first[0], **second[0]}}
    common = sorted(together, key=lambda word: (-together[word], word))[:MOST_WORDS]
    if not common:
        return None
    a = np.array([first[0].get(word, 0) for word in common]) / n
    b = np.array([second[0].get(word, 0) for word in common]) / m
    pooled = (a * n + b * m) / (n + m)
    error = np.sqrt(np.maximum(pooled * (1.0 - pooled), 1e-9) * (1.0 / n + 1.0 / m))
    most = int(np.argmax(np.abs(b - a)))
    p = min(1.0, len(common) * chi_squared(float(((b - a) / error).max() ** 2), 1))
    p = min(p, len(common) * chi_squared(float(((b - a) / error).min() ** 2), 1))
    lead = (
        f'"{common[most][:40]}" stands in {a[most]:.1%} of the texts of {train.file} and {b[most]:.1%} of {other.file}'
    )
    size = float(abs(b[most] - a[most]))
    return Drift(
        Effect(size, float(error[most]), p),
        lead=lead,
        blanks=_blanks(train, other, column),
        sampled=max(n, m) >= MOST_TEXTS,
    )


def _words(table: Table, column: str) -> tuple[dict[str, int], int]:
    """In how many of the texts each word stands, and the number of texts looked at."""
    cells = table.series(column).iloc[table.sample(MOST_TEXTS)].dropna()
    counts: dict[str, int] = {}
    for cell in cells:
        for word in set(str(cell)[:LONGEST_TEXT].lower().split()):
            counts[word] = counts.get(word, 0) + 1
    return counts, len(cells)


def _categories(train: Table, other: Table, column: str, *, vocabulary: bool) -> Drift:
    first, second = counted(train, column), counted(other, column)
    names = list(dict.fromkeys((*first, *second)))
    a = np.array([first.get(name, 0) for name in names], dtype=np.int64)
    b = np.array([second.get(name, 0) for name in names], dtype=np.int64)
    if a.sum() == 0 or b.sum() == 0:
        return Drift(Effect(0.0, 1.0, 1.0))
    difference = b / b.sum() - a / a.sum()
    most = int(np.argmax(np.abs(difference)))
    lead = (
        f'"{names[most][:40]}" is {a[most] / a.sum():.1%} of {train.file} and {b[most] / b.sum():.1%} of {other.file}'
    )
    result = Drift(shares_differ(a, b), lead=lead)
    fresh = (a == 0) & (b > 0)
    # A list of words that keeps growing (surnames, street names) has new ones everywhere, and no vocabulary.
    if vocabulary and fresh.any() and len(first) <= 0.2 * a.sum():
        top = int(np.argmax(np.where(fresh, b, 0)))
        p = _p_new(int(b[top]), int(a.sum()), int(b.sum()), len(names))
        result = result._replace(new=float(b[fresh].sum() / b.sum()), new_p=p, newest=names[top][:60])
    return result


def _p_new(rows: int, train: int, other: int, names: int) -> float:
    """Probability that all rows of some category lie in the evaluation table, when rows were dealt at random."""
    return min(1.0, names * (other / (train + other)) ** min(rows, 300))


def counted(table: Table, column: str) -> dict[str, int]:
    """Category, as spelled -> rows."""
    codes, values = table.codes(column)
    counts = np.bincount(codes[codes >= 0], minlength=len(values)).tolist()
    found: dict[str, int] = {}
    for value, count in zip(values, counts, strict=True):
        name = spelled(value)
        found[name] = found.get(name, 0) + count
    return found


_FLAGS = {"true": "1", "false": "0"}


def spelled(value: object) -> str:
    """A cell as text: 3.0 and 3 and "3" are the same category; True, "true" and 1 too."""
    if isinstance(value, bool | np.bool_):
        return str(int(value))
    if isinstance(value, float | np.floating) and float(value).is_integer():
        return str(int(value))
    text = str(value).strip()
    return _FLAGS.get(text.lower(), text) if len(text) <= 5 else text
