"""A final evaluation as a table of two columns, a row for each metric: what others write as one record of JSON.

metric,value
accuracy,0.9933
recall,0.0
"""

from __future__ import annotations

import csv
import json
from collections.abc import Sequence

from mladvisor.runs.other_languages import english
from mladvisor.runs.word_sets import word_set

_NAMES = word_set("metric metrics name measure kpi statistic score indicator")
_VALUES = word_set("value val values result score")
_MOST_ROWS = 80


def as_record(lines: Sequence[str]) -> str | None:
    """The table as one record of JSON; None for any other, and for one that names a metric twice."""
    head = lines[0].lstrip("\ufeff") if lines else ""
    mark = next((each for each in (",", ";", "\t") if head.count(each) == 1), None)
    if mark is None or len(lines) > _MOST_ROWS:
        return None
    try:
        rows = [row for row in csv.reader(lines, delimiter=mark) if row]
    except csv.Error:
        return None
    names, values = (english(cell.strip()).lower() for cell in rows[0])
    if names not in _NAMES or values not in _VALUES or names == values or any(len(row) != len(rows[0]) for row in rows):
        return None
    record = {name.strip().lower(): number for name, cell in rows[1:] if (number := _number(cell)) is not None}
    return json.dumps(record) if 1 < len(record) == len(rows) - 1 else None


def _number(cell: str) -> float | None:
    try:
        return float(cell)
    except ValueError:
        return None
