"""What a profile says of a column besides its statistics: its type, and whether a step left one value of several."""

from __future__ import annotations

import re

from mladvisor.runs.data_records import Cells
from mladvisor.runs.data_verdicts import number
from mladvisor.runs.report_names import words_of
from mladvisor.runs.word_sets import word_set

_TYPES = ("dtype", "dtypes", "data_type", "datatype", "inferred_type", "pandas_type", "column_type", "type")
_NUMERIC = re.compile(r"u?int(?:eger)?\d{0,3}|float\d{0,3}|double|decimal|number|numeric|long|bigint|real", re.I)
_TEXTUAL = re.compile(
    r"str(?:ing)?(?:\[\w{1,20}\])?|object|text|utf8|large_?string|(?:n?var)?char(?:\(\d{1,5}\))?", re.I
)
_LONGEST = 40


def type_told(cells: Cells) -> tuple[bool, str] | None:
    """Whether the cells of a column are numbers or text, and what the profile calls it; None for dates, flags and
    categories, which are written either way.
    """
    told = next((cells[key] for key in _TYPES if isinstance(cells.get(key), str)), "").strip()[:_LONGEST]
    if _NUMERIC.fullmatch(told):
        return True, told
    return (False, told) if _TEXTUAL.fullmatch(told) else None


def lost_in_step(cells: Cells) -> bool | None:
    """Whether a step leaves one value of a column that had several, by its spread or the count of its values on both
    sides: "source_unique" and "output_unique", "std_before" and "std_after", "raw_std" and "n_unique".
    """
    varied = False
    for statistic, least in ((_SPREAD, 0.0), (_DIFFERENT, 1.0)):
        sides: dict[bool, float] = {}
        for key in cells:
            words = set(words_of(key))
            before, after = bool(words & _IN), bool(words & _OUT)
            if before == after or not words & statistic or not words <= statistic | _IN | _OUT | _BESIDE:
                continue
            amount = number(cells, (key,))
            if amount is not None:
                sides.setdefault(after, amount)
        if len(sides) == 2:
            return sides[False] > least and sides[True] == least
        if False in sides:
            varied = varied or sides[False] > least
    return _is_one_value(cells) if varied else None


def _is_one_value(cells: Cells) -> bool | None:
    """Whether what came out has one value, by the count of its values, or its ends."""
    different, low, high = number(cells, _COUNTS), number(cells, ("min",)), number(cells, ("max",))
    if different is not None:
        return different == 1.0
    return None if low is None or high is None else low == high


_COUNTS = ("n_unique", "nunique", "unique", "distinct", "n_distinct", "unique_count", "distinct_count")


_SPREAD, _DIFFERENT = word_set("std stddev stdev sd"), word_set("unique nunique distinct cardinality")
_IN = word_set("raw before source input in original")
_OUT = word_set("out after output made derived engineered processed result")
_BESIDE = word_set("n num count of values value")
