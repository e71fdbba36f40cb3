"""Columns as a program prints them: a list of their names, and pandas' count of blank cells for each.

features: ['age', 'pay', 'calls', 'plan']            age         0
                                                     pay      1200
                                                     dtype: int64
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from mladvisor.runs.data_verdicts import Said
from mladvisor.runs.word_sets import word_set

_MOST_LINE = 4_000
_LEAST = 4
"""Names that a list must have to be one of the columns of a table."""
_MOST_LISTS = 100
"""Different lists of one text: all are held against each other."""
_LIST = re.compile(
    r"\[\s{0,3}(['\"][^'\"\]\[]{1,80}['\"](?:\s{0,3},\s{0,3}['\"][^'\"\]\[]{1,80}['\"]){3,400})\s{0,3}\]"
)
_NAME = re.compile(r"['\"]([^'\"]{1,80})['\"]")
_NOT_ALL = re.compile(
    r"(?i)drop|ignor|exclud|remov|skip|unused|top\b|import|select|categor|numeric|missing|absent|class|label|target|null"
    r"|without|encod|dummies|rank|sort|first|best|order of|metric|importance"
)
"""Lists of a part of the columns, or of something else."""


class Listed(NamedTuple):
    """The words before a list of names, and the names."""

    said: str
    names: tuple[str, ...]


def lists_in(lines: Sequence[str]) -> Iterator[Listed]:
    """Each list that may be one of all columns of a table, once: a service may print it for each request."""
    seen: set[Listed] = set()
    for line in lines:
        match = _LIST.search(line) if len(line) <= _MOST_LINE and "[" in line else None
        if match is None or _NOT_ALL.search(line[: match.start()]):
            continue
        names = tuple(_NAME.findall(match[1]))
        if len(names) >= _LEAST and len(set(names)) == len(names):
            listed = Listed(line[: match.start()].strip().lower(), names)
            if listed not in seen:
                seen.add(listed)
                yield listed
            if len(seen) >= _MOST_LISTS:
                return


_COUNT = re.compile(r"(\S(?:.{0,60}\S)?)\s{2,60}(\d{1,12}(?:\.\d{1,12})?)\s{0,3}")
_ENDS = re.compile(r"(?:Length: \d+, )?dtype: (int64|float64)\s{0,3}")
_MOST_COLUMNS = 500
_ZEROS = 1 / 3
"""Share of the columns without a blank from which on such a block counts blanks: unique values are never none."""


def blanks_by_column(lines: Sequence[str], rows: float | None) -> Iterator[Said]:
    """`frame.isna().sum()`, by the rows that something else printed tells, and `frame.isna().mean()`."""
    block: list[tuple[str, float]] = []
    heading = ""
    for line in lines:
        end = _ENDS.fullmatch(line)
        count = None if end else _COUNT.fullmatch(line[:200])
        if count is not None and len(block) < _MOST_COLUMNS:
            block.append((count[1], float(count[2])))
            continue
        if end is not None and len(block) >= _LEAST and _counts_blanks(block) and _NO_BLANKS.search(heading) is None:
            of = (rows if end[1] == "int64" else 1.0) or 0.0
            if not of:  # of how many rows is not told
                blank = sum(value for _, value in block)
                yield Said("cells-blank", "", None, blank, "isna().sum()")
            elif max(value for _, value in block) <= of:
                yield from (Said("missing", name, None, value / of) for name, value in block)
        block, heading = [], line[:200].lower() if line.strip() else heading


def _counts_blanks(block: Sequence[tuple[str, float]]) -> bool:
    none = sum(value == 0.0 for _, value in block)
    words = {name.lower() for name, _ in block}
    shares_out = abs(sum(value for _, value in block) - 1.0) < _ROUNDED and max(value for _, value in block) < 1.0
    return none > _ZEROS * len(block) and none < len(block) and words.isdisjoint(_STATISTICS) and not shares_out


_ROUNDED = 0.01
"""Importances and shares of classes add up to 1, with what rounding leaves."""
_NO_BLANKS = re.compile(
    r"zero|outli|clip|winsor|import|gain|weight|coef|varian|skew|corr|drift|psi|unique|distinct|duplic|negativ|score"
    r"|shap|chang|value_counts"
)
"""Words of a heading over numbers of something else."""


_STATISTICS = word_set("count mean std min max 25% 50% 75%")
