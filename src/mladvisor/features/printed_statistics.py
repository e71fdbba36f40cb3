"""Columns that never vary, by the statistics that a training printed: pandas' `describe()`, as it stands or turned."""

from __future__ import annotations

import re
from collections.abc import Iterator

from mladvisor.features.catalogue import Measures, feature
from mladvisor.features.measured import Measured, Where
from mladvisor.features.printed import texts
from mladvisor.runs.lines_said import columns_in

_SPREAD, _ENDS = "std", ("min", "max")
_WORDS = frozenset(("count", "mean", "std", "min", "max", "50%", "median"))
_LEAST = 3
"""Statistics that a header must name, of which the spread and both ends are needed."""
_DIGITS = 4
"""Digits behind the point with which a 0 is one."""
_MOST_COLUMNS, _MAX_LINE = 400, 4_000
_NUMBER = re.compile(r"-?(?:\d+(?:\.\d*)?(?:e[+-]?\d+)?|nan|inf)", re.IGNORECASE)


@feature(
    "column.printed_constant",
    type="flag",
    each="column",
    doc="A column has one value in all rows, by statistics that were printed (mean, std, min, max of each column)",
    how="print `features.describe().T` before training",
    source="data.engineered",
)
def printed_constant(m: Measures) -> dict[str, Measured] | None:
    found: dict[str, Measured] = {}
    for text in m.once(texts):
        lines = [line[:_MAX_LINE] for line in text.bare.decode("utf-8", "replace").split("\n")]
        for name, statistics, fine in (*tables_in(lines), *_of_lines(lines)):
            spread, low, high = (statistics.get(word) for word in (_SPREAD, *_ENDS))
            if None in (spread, low, high) or len(found) >= _MOST_COLUMNS:
                continue
            constant = spread == 0 and low == high
            if constant and low == 0 and not fine:
                continue  # small shares look like that, once they are rounded
            found[name] = Measured(constant, where=Where(text.file, name))
    return found or None


Row = tuple[str, dict[str, float], bool]


def _of_lines(lines: list[str]) -> Iterator[Row]:
    """A line for all columns that the run has just made: "build_features: bucket min=0 max=0 std=0.000 | ..."."""
    made = (column for line in lines for column in columns_in(line) if column.made)
    yield from ((column.name, column.statistics, column.exact) for column in made)


def tables_in(lines: list[str]) -> Iterator[Row]:
    """(column, statistics, whether they are printed to many digits) of each table of either form."""
    for at, line in enumerate(lines):
        head = line.split()
        if len(_WORDS.intersection(head)) >= _LEAST and not any(_NUMBER.fullmatch(word) for word in head):
            yield from _by_rows(head, lines[at + 1 :])
        elif head[:1] == ["count"] and at and all(_NUMBER.fullmatch(word) for word in head[1:]):
            yield from _by_columns(lines[at - 1].split(), lines[at:])


def _by_rows(head: list[str], lines: list[str]) -> Iterator[Row]:
    """A line for each column, below the names of the statistics."""
    for line in lines:
        name, *values = line.split() or [""]
        if len(values) != len(head) or not all(_NUMBER.fullmatch(value) for value in values):
            return
        yield name, dict(zip(head, map(float, values), strict=True)), _is_fine(values)


def _by_columns(names: list[str], lines: list[str]) -> Iterator[Row]:
    """A line for each statistic, below the names of the columns."""
    told: dict[str, dict[str, float]] = {name: {} for name in names}
    fine = False
    for line in lines:
        statistic, *values = line.split() or [""]
        if len(values) != len(names) or not all(_NUMBER.fullmatch(value) for value in values):
            break
        fine = fine or _is_fine(values)
        for name, value in zip(names, values, strict=True):
            told[name][statistic] = float(value)
    yield from ((name, statistics, fine) for name, statistics in told.items())


def _is_fine(values: list[str]) -> bool:
    return any(len(value.partition(".")[2]) >= _DIGITS or "e" in value.lower() for value in values)
