"""Cells of an evaluation table that training rules out: far outside its range, or its words in another spelling."""

from __future__ import annotations

import unicodedata
from typing import NamedTuple

import numpy as np

from mladvisor.tables.drift import FAR, spelled
from mladvisor.tables.statistics import known_factor
from mladvisor.tables.table import NUMBERS, Table

BEYOND = 0.5
"""So many widths of the training range beyond its ends: no tail of thousands of rows reaches so far again and again."""
LEAST_ROWS = 5
"""Rows that lie there: chance alone deals so many to one side in one of a thousand columns, however heavy the tail."""
MOST_CATEGORIES = 2_000


class Beyond(NamedTuple):
    """Cells far outside what training shows.

    Attributes:
        share: of the filled cells; 0 with fewer than `LEAST_ROWS` of them.
        first: row (from 0) of the first; -1 for none. example: its value.
        factor: the factor between two units that leads them back into the usual; 1 where none does.
    """

    share: float
    first: int
    example: float
    factor: float


def beyond(train: Table, other: Table, column: str) -> Beyond | None:
    """The cells of a column of numbers that lie far outside the training range; None for other columns."""
    if column not in other or train.kind(column) not in NUMBERS or other.kind(column) not in (*NUMBERS, "identifier"):
        return None
    known, asked = train.numbers(column), other.numbers(column)
    known = known[np.isfinite(known)]
    if len(known) < 20:
        return None
    low, high = float(known.min()), float(known.max())
    with np.errstate(invalid="ignore", over="ignore"):
        margin = BEYOND * (high - low)
        far = np.isfinite(asked) & ((asked < low - margin) | (asked > high + margin))
    rows = int(far.sum())
    if rows < LEAST_ROWS or margin == 0.0:
        return Beyond(0.0, -1, 0.0, 1.0)
    first = int(np.argmax(far))
    middle = float(np.median(known))
    ratio = float(np.median(asked[far])) / middle if middle else 0.0
    factor = known_factor(ratio, 0.2) if low >= 0.0 else None
    if factor is None or 1.0 / FAR < factor < FAR:  # smaller ones are found between any two numbers
        factor = 1.0
    return Beyond(rows / int(np.isfinite(asked).sum()), first, float(asked[first]), factor)


class Respelled(NamedTuple):
    """Categories that are those of training in other letters.

    Attributes:
        share: of the filled cells. asked, known: one of them, and how training spells it.
    """

    share: float
    asked: str = ""
    known: str = ""


def respelled(train: Table, other: Table, column: str) -> Respelled | None:
    """Words that training lacks and that are one of its words but for case, spaces, accents and marks."""
    if column not in other or not {train.kind(column), other.kind(column)} <= {"categorical", "boolean"}:
        return None
    values, counts = other.codes(column).values, other.codes(column).counts()
    words = [spelled(value) for value in train.codes(column).values]
    if not words or max(len(words), len(values)) > MOST_CATEGORIES:
        return None
    exact, loose = set(words), {plainly(word): word for word in reversed(words)}
    rows, most, pair = 0, 0, ("", "")
    for value, count in zip(values, counts.tolist(), strict=True):
        word = spelled(value)
        known = loose.get(plainly(word), "") if word not in exact else ""
        if known:
            rows += count
            most, pair = (count, (word[:40], known[:40])) if count > most else (most, pair)
    return Respelled(rows / max(1, int(counts.sum())), *pair)


def plainly(word: str) -> str:
    """A word without case, accents, spaces and marks; "" when nothing is left."""
    bare = unicodedata.normalize("NFKD", word.casefold())
    return "".join(letter for letter in bare if letter.isalnum())
