"""Columns that stand still: a sensor that repeats one value, and a table that comes from one place only."""

from __future__ import annotations

import re
from math import log
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mladvisor.tables.drift import spelled
from mladvisor.tables.table import NUMBERS, Table

LEAST_RUN = 20
LEAST_VALUES = 20
"""A quantity that is measured takes many values; a count or a code may well stay the same."""
AHEAD = 5.0
"""So many times as long as the longest run of any other value: sorted columns and slow ones have many long runs."""
MOST_ELSEWHERE = 0.05
"""Share of the other rows that hold the value: zeros that come in spells are everywhere."""
SURE = 1e-6


class Stuck(NamedTuple):
    """A run of one value in a column of measured numbers.

    Attributes:
        share: of the rows of the table that the run takes; 0 where no run stands out.
        value: the value. first: row (from 0) where the run begins; rows: its length.
    """

    share: float
    value: float = 0.0
    first: int = -1
    rows: int = 0


def stuck(table: Table, column: str, *, measured: bool) -> Stuck | None:
    """The longest run of one value, where it stands out; None for a column that is no measured quantity.

    Args:
        measured: whether the column takes many values in another table, though it does not here.
    """
    if table.kind(column) not in NUMBERS:
        return None
    values = table.numbers(column)
    values = values[np.isfinite(values)] if not np.isfinite(values).all() else values
    if len(values) < LEAST_RUN:
        return None
    edges = np.flatnonzero(np.concatenate(([True], values[1:] != values[:-1])))
    if len(edges) == 1:
        return Stuck(1.0, float(values[0]), 0, len(values)) if measured else None
    lengths = np.diff(np.append(edges, len(values)))
    longest = int(np.argmax(lengths))
    value, rows = float(values[edges[longest]]), int(lengths[longest])
    if rows < LEAST_RUN or (not measured and not _many(values)):
        return Stuck(0.0)
    others = values[edges] != value
    if rows < AHEAD * float(lengths[others].max(initial=1)):
        return Stuck(0.0)
    elsewhere = int((values == value).sum()) - rows
    if elsewhere > MOST_ELSEWHERE * (len(values) - rows):
        return Stuck(0.0)
    return Stuck(rows / len(values), value, int(edges[longest]), rows)


def _many(values: NDArray[np.float64]) -> bool:
    return len(np.unique(values[:: max(1, len(values) // 2_000)])) >= LEAST_VALUES


def takes_many_values(table: Table, column: str) -> bool:
    """Whether a column holds numbers of many values."""
    if table.kind(column) not in NUMBERS:
        return False
    values = table.numbers(column)
    return _many(values[np.isfinite(values)])


def only_value(train: Table, other: Table, column: str) -> str | None:
    """What is said where one of two tables holds a single category that is one of several in the other; "" where not.

    None for columns without categories. Chance must be out of the question for rows dealt at random.
    """
    kinds = {train.kind(column), other.kind(column)} - {"empty"}
    if not kinds or not kinds <= {"categorical", "boolean"}:
        return None
    for one, several in ((other, train), (train, other)):
        counts = one.codes(column).counts()
        if int((counts > 0).sum()) != 1 or int(counts.sum()) < LEAST_RUN:
            continue
        value = spelled(one.codes(column).values[int(np.argmax(counts))])
        shares = _shares(several, column)
        share = shares.get(value, 0.0)
        if len(shares) > 1 and share > 0.0 and int(counts.sum()) * log(share) < log(SURE):
            return f'{one.file} holds nothing but "{value[:40]}", which is {share:.1%} of {several.file}'
    return ""


def _shares(table: Table, column: str) -> dict[str, float]:
    codes = table.codes(column)
    counts = codes.counts()
    found: dict[str, float] = {}
    for value, count in zip(codes.values, counts.tolist(), strict=True):
        found[spelled(value)] = found.get(spelled(value), 0.0) + count / max(1, int(counts.sum()))
    return found


def divided(train: Table, other: Table, column: str) -> str | None:
    """What is said where two tables share no category of a column that both write in one form; "" where they do.

    None for columns without categories, and for those of which each is an entity of its own. A category that is written
    in another way ("M" and "male") is told by its form.
    """
    if {train.kind(column), other.kind(column)} != {"categorical"}:
        return None
    sides = [_shares(train, column), _shares(other, column)]
    rows = [train.rows, other.rows]
    few = [len(side) for side in sides]
    numbered = {_NUMBER.sub("#", one.strip().casefold()) for side in sides for one in side}
    of_one_kind = len(numbered) == 1 and "#" in next(iter(numbered))  # "M1" and "M2", and nothing but "M3"
    if max(few) > _MOST_PLACES or min(few) < 1 or max(few) < 2 or (min(few) < 2 and not of_one_kind):
        return None
    if any(min(side.values()) * count < _LEAST_OF_PLACE for side, count in zip(sides, rows, strict=True)):
        return None
    alike = [{one.strip().casefold() for one in side} for side in sides]  # "Bath" is "BATH" in other letters
    if alike[0] & alike[1] or {_form(one) for one in sides[0]} != {_form(one) for one in sides[1]}:
        return ""
    told = [", ".join(sorted(side)[:3]) for side in sides]
    return f"{told[0]} in {train.file}, {told[1]} in {other.file}"


_NUMBER = re.compile(r"\d{1,6}|(?<=[ _-])[a-z]$")
_MOST_PLACES, _LEAST_OF_PLACE = 12, 10
"""More categories, or fewer rows of each, are people, devices or words, of which each set may have its own."""


def _form(text: str) -> tuple[bool, bool, int]:
    """How a category is written: in digits, with a capital, and how short."""
    return text.isdigit(), text[:1].isupper(), min(len(text), 3)


def words_for_numbers(tables: list[Table], column: str) -> tuple[float, Table, str] | None:
    """(share of the filled cells that are no numbers, the table, one of them), where another table holds numbers.

    None where no table holds numbers there.
    """
    having = [table for table in tables if column in table and table.kind(column) != "empty"]
    if not any(table.kind(column) in NUMBERS for table in having):
        return None
    worst: tuple[float, Table, str] = (0.0, having[0], "")
    for table in having:
        if table.kind(column) not in ("categorical", "text", "identifier", "boolean"):
            continue
        filled = ~table.missing(column)
        words = filled & np.isnan(table.numbers(column))
        share = float(words.sum()) / max(1, int(filled.sum()))
        if share > worst[0]:
            worst = share, table, str(table.series(column).iloc[int(np.argmax(words))])[:40]
    return worst
