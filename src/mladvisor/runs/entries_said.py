"""Entries of a list of what is wrong with the data: violations, errors of rows; checks whose text holds the column.

{"violations": [{"feature_name": "age", "constraint_check_type": "data_type_check", "description": "..."}]}
{"errors": [{"type": "type-error", "fieldName": "income", "rowNumber": 7}, ...]}
{"Description": "IsComplete \"income\"", "Result": "FAIL", "EvaluationMessage": "Value: 0.64 does not meet ..."}
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from mladvisor.runs.checks_said import outcome_of
from mladvisor.runs.data_records import Cells, Record
from mladvisor.runs.data_verdicts import A_CASE, Said, number
from mladvisor.runs.report_names import words_of
from mladvisor.runs.word_sets import word_set

_LISTS = word_set("violation violations error errors issue issues failures failure problems")
_COLUMN = ("feature_name", "feature", "column", "column_name", "field", "fieldname", "field_name", "loc", "variable")
_KIND = ("constraint_check_type", "type", "check", "rule", "code", "error", "kind", "reason", "name")
_ROW = ("rownumber", "row", "row_number", "index", "line", "row_index")
_BLANK = word_set("completeness complete missing null nulls blank required")
_MOVED = word_set("drift baseline_drift distance skew")
_OF_CELLS = word_set(
    "type types dtype data_type constraint format pattern enum range minimum maximum domain category categorical "
    "unexpected value values non negative unit"
)
_NOT_DATA = word_set("request requests endpoint http api payload exception traceback metric loss model epoch lint")
_FEW = 10
"""Rows of one column in such a list that make it more than a slip."""


def entries_said(records: Sequence[Record]) -> Iterator[Said]:
    """What the entries of such lists say of columns."""
    rows: Counter[tuple[str, str]] = Counter()
    for record in records:
        path, cells = record.path, record.cells
        listed = len(path) > 1 and path[-1].isdigit() and not _LISTS.isdisjoint(words_of(path[-2]))
        column = next((cells[key] for key in _COLUMN if isinstance(cells.get(key), str)), None)
        kind = next((cells[key] for key in _KIND if isinstance(cells.get(key), str) and cells[key] != column), None)
        around = {word for each in (str(kind), *record.path, *cells) for word in words_of(each)}
        if not listed or not column or kind is None or not _NOT_DATA.isdisjoint(around):
            continue
        what = _about(str(kind))
        if what is None:
            continue
        if any(key in cells for key in _ROW):
            rows[what, str(column)] += 1
        else:
            yield Said(what, str(column), None, 1.0 if what == "drifted" else A_CASE, str(kind))
    for (what, column), count in rows.items():
        yield Said(what, column, None, A_CASE if count >= _FEW else A_CASE * count / _FEW / _FEW, f"{count} rows")


def _about(kind: str) -> str | None:
    words = set(words_of(kind))
    if words & _MOVED:
        return "drifted"
    if words & _BLANK:
        return "blank"
    return "broken" if words & _OF_CELLS else None


_CALL = re.compile(r"\b([A-Za-z]{3,30})\s{0,2}\(?\s?[\"'`]([\w .-]{1,60})[\"'`]")
_VALUE = re.compile(r"(?i)\bvalue:\s{0,3}(\d(?:\.\d{1,18})?)\b")
_TEXTS = ("description", "rule", "check", "expression", "name", "definition")


def called_check(cells: Cells) -> list[Said] | None:
    """A check whose text names the column in quotes, with its outcome; None for any other record."""
    passed = outcome_of(cells)
    text = next((cells[key] for key in _TEXTS if isinstance(cells.get(key), str) and _CALL.search(cells[key])), None)
    if passed is None or text is None or any(isinstance(cells.get(key), str) for key in _COLUMN):
        return None
    found = _CALL.search(text)
    words = set(words_of(found[1])) if found is not None else set()
    if found is None or not words & (_BLANK | _OF_CELLS | {"exists", "matches"}):
        return None
    blank = bool(words & _BLANK)
    said = next((each for each in cells.values() if isinstance(each, str) and _VALUE.search(each)), "")
    told = _VALUE.search(said)
    share = 1.0 - float(told[1]) if told and blank and float(told[1]) <= 1.0 else A_CASE
    count = number(cells, ("failures", "failed_rows", "violations"))
    failed = 0.0 if passed or count == 0.0 else share
    return [Said("blank" if blank else "broken", found[2], None, failed, str(text)[:80])]
