"""What `summary()` of R prints of a table: the blank cells of each column.

     age            income
Min.   :18.00   Min.   :  812
Median :41.00   Median : 2702
NA's   :12      NA's   :391
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

_BLANKS = re.compile(r"NA's\s{0,6}:\s{0,12}(\d{1,12})")
_STATISTIC = re.compile(r"(?:Min\.|1st Qu\.|Median|Mean|3rd Qu\.|Max\.|Length|Class|Mode)\s{0,6}:")
_NAME = re.compile(r"\S+(?: \S+)*")
_LONGEST = 2_000
_MOST_WIDE = 80


def blanks_in_summary(lines: Sequence[str]) -> Iterator[tuple[str, int]]:
    """(column, blank cells) of each column that has some: the name stands above the middle of its cells."""
    names: list[tuple[float, str]] = []
    previous = ""
    for line in (each[:_LONGEST] for each in lines):
        if _STATISTIC.search(line) and not _STATISTIC.search(previous) and "NA's" not in previous:
            names = [((found.start() + found.end()) / 2.0, found[0]) for found in _NAME.finditer(previous)]
        for found in _BLANKS.finditer(line) if names and "NA's" in line else ():
            middle = (found.start() + found.end()) / 2.0
            at, name = min(names, key=lambda each: abs(each[0] - middle))
            if abs(at - middle) < _MOST_WIDE:
                yield name, int(found[1])
        previous = line if line.strip() else previous
