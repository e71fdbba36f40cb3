"""How often a report says that each value of a column occurs: categories with their rows, or with their shares."""

from __future__ import annotations

import re
from collections.abc import Iterator

from mladvisor.runs.data_records import VALUE_LISTS, Cells
from mladvisor.runs.data_verdicts import Said, number
from mladvisor.runs.report_names import words_of
from mladvisor.runs.word_sets import word_set

_LEVELS = ("value", "category", "level", "bucket", "bin", "group")
_ROWS = ("count", "n", "rows", "frequency", "freq", "counts", "share", "fraction", "frac", "pct", "percent", "")
_ONE = re.compile(
    r"(?P<value>[^\s:=,;|(][^:=,;|(]{0,60}?)\s?[:=(]\s?(?P<rows>\d{1,15}(?:\.\d{1,9})?)(?P<percent>%?)\)?"
)
_MOST_TEXT = 4_000
_LEAST = 2
_STATISTICS = word_set("mean std stddev min max median sum var variance q25 q50 q75 p50 skew kurtosis")
"""What also stands below "values" and "distribution"."""


def levels_said(name: str, split: str | None, cells: Cells) -> Iterator[Said]:
    """A `level` for each value that the record lists for the column; `note` is the value."""
    for key in cells:
        found = _in_text(cells[key]) if key.rpartition(".")[2] in VALUE_LISTS and isinstance(cells[key], str) else {}
        for value, rows in found.items():
            yield Said("level", name, split, rows, value)
        if found:
            return
    listed: dict[str, float] = {}
    for key in cells:
        above, _, value = key.rpartition(".")
        count = number(cells, (key,))
        if above.rpartition(".")[2] in VALUE_LISTS and count is not None and count >= 0.0:
            listed[value] = count
    if not _STATISTICS.isdisjoint(listed):
        return
    for value, rows in listed.items() if len(listed) >= _LEAST else ():
        yield Said("level", name, split, rows, value)
    if not listed:
        yield from _one_a_row(name, split, cells)


def level_of(cells: Cells) -> Cells:
    """The cell that says which value of a column a row counts."""
    return {key: cells[key] for key in _LEVELS if isinstance(cells.get(key), str)}


def _one_a_row(name: str, split: str | None, cells: Cells) -> Iterator[Said]:
    """ "column, value, count": a row for each value."""
    level = next(iter(level_of(cells).values()), None)
    rows = number(cells, [key for key in _ROWS if key in cells])
    if level is not None and rows is not None and rows >= 0.0 and level != name:
        yield Said("level", name, split, rows, str(level))


def _in_text(text: str) -> dict[str, float]:
    """ "city:229 mall:149 rural:72", "a=3, b=1", "a (3), b (1)", "a: 75%; b: 25%"; {} for other texts."""
    text = text[:_MOST_TEXT].strip(" {}[]").replace("'", "").replace('"', "")
    found = {
        one["value"].strip(): float(one["rows"]) / (100.0 if one["percent"] else 1.0) for one in _ONE.finditer(text)
    }
    left = words_of(_ONE.sub(" ", text))
    return found if len(found) >= _LEAST and not left else {}
