"""Cells of an evaluation table that training rules out: far outside its range, or its words in another spelling."""

from __future__ import annotations

import unicodedata
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mladvisor.tables.drift import spelled
from mladvisor.tables.table import NUMBERS, Table

BEYOND = 0.5
"""So many widths of the training range beyond its ends: no tail of thousands of rows reaches so far again and again."""
LEAST_ROWS = 5
"""Rows that lie there: chance alone deals so many to one side in one of a thousand columns, however heavy the tail."""
LEAST_SIGNED = 100
MOST_CATEGORIES = 2_000


class Beyond(NamedTuple):
    """Cells far outside what training shows.

    Attributes:
        share: of the filled cells; 0 with fewer than `LEAST_ROWS` of them.
        first: row (from 0) of the first; -1 for none. example: its value.
        factor: the power of ten that leads them back into the usual; 1 where none does.
        signed: whether they have the sign that no training value has.
    """

    share: float
    first: int
    example: float
    factor: float
    signed: bool = False


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
    signed = _other_sign(known, asked)
    if signed is not None:
        far = far | signed
    rows = int(far.sum())
    if rows < LEAST_ROWS or margin == 0.0:
        return Beyond(0.0, -1, 0.0, 1.0)
    first = int(np.argmax(far))
    middle = float(np.median(known))
    ratio = float(np.median(asked[far])) / middle if middle else 0.0
    return Beyond(
        rows / int(np.isfinite(asked).sum()), first, float(asked[first]), _power_of_ten(ratio), signed is not None
    )


def _power_of_ten(ratio: float) -> float:
    """The power of ten (10 at least) that a ratio of typical values is near to; 1 for none."""
    if not np.isfinite(ratio) or ratio <= 0.0:
        return 1.0
    power = round(float(np.log10(ratio)))
    return 10.0**power if power and abs(np.log10(ratio) - power) < 0.1 else 1.0


def _other_sign(known: NDArray[np.float64], asked: NDArray[np.float64]) -> NDArray[np.bool_] | None:
    """(rows,) the cells below zero where training has none, and that are no rounding of zero; None where there are few.

    That none of so many cells lies in the training table has a probability below one in a million when rows were dealt.
    """
    if float(known.min()) < 0.0 or len(known) < LEAST_SIGNED:
        return None
    with np.errstate(invalid="ignore"):
        below = (asked < 0.0) & np.isfinite(asked)
    rows, finite = int(below.sum()), int(np.isfinite(asked).sum())
    if rows < LEAST_ROWS or rows * np.log(finite / (finite + len(known))) > np.log(1e-6):
        return None
    usual = float(np.median(known[known > 0.0])) if (known > 0.0).any() else 0.0
    return below if float(np.median(-asked[below])) > 0.1 * usual > 0.0 else None


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
    words = [_raw(value) for value in train.codes(column).values]
    if not words or max(len(words), len(values)) > MOST_CATEGORIES:
        return None
    exact, loose = set(words), {plainly(word): word for word in reversed(words)}
    rows, most, pair = 0, 0, ("", "")
    for value, count in zip(values, counts.tolist(), strict=True):
        word = _raw(value)
        known = loose.get(plainly(word), "") if word not in exact else ""
        if known:
            rows += count
            most, pair = (count, (word[:40], known[:40])) if count > most else (most, pair)
    return Respelled(rows / max(1, int(counts.sum())), *pair)


def _raw(value: object) -> str:
    """A word as an encoder sees it, with the spaces around it."""
    return value if isinstance(value, str) and value != value.strip() else spelled(value)


def plainly(word: str) -> str:
    """A word without case, accents, spaces and marks; "" when nothing is left."""
    bare = unicodedata.normalize("NFKD", word.casefold())
    return "".join(letter for letter in bare if letter.isalnum())
