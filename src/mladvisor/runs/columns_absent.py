"""Columns that a check of the data says are not there, in a line or in a row of a table.

missing columns: income, tenure      | missing columns | - | income, tenure |      columns absent from test: ['income']
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from mladvisor.runs.data_records import Cells, names_absent
from mladvisor.runs.data_verdicts import Said
from mladvisor.runs.split_names import split_called
from mladvisor.runs.table_columns import LABELS, is_event

_LONGEST = 600
_OF = r"(?: (?:data|set|table|split|frame))?"
_LINE = re.compile(
    r"(?i)\b(?:missing|absent|lost) (?:required |expected |mandatory )?(?:columns?|features?|fields?|inputs?)"
    r"(?: (?:in|from|of) (?:the )?(?P<where>\w{1,20})" + _OF + r")?\s?[:=]\s?(?P<names>\S[^\n]{0,400})"
    r"|\b(?:columns?|features?|fields?) (?:missing|absent|not found|not present) (?:in|from) (?:the )?"
    r"(?P<there>\w{1,20})" + _OF + r"\s?[:=]\s?(?P<others>\S[^\n]{0,400})"
)
_NAME = re.compile(r"[A-Za-z_][\w.-]{0,60}")
_NONE = re.compile(r"(?i)\W{0,6}(?:(?:none|no|nothing|0|n/?a|nil|null|ok|false)\b|set\(\))|\W*$")
_PART = re.compile(r"\s{0,3}(?:,|;|\band\b|&)\s{0,3}")
_MOST = 30
_BARE = re.compile(r"(?i)(?<=[;,.(\-] )(?:missing|absent|not found)\s?: ")
"""Behind a count of the columns: "expected 9 columns, found 7; missing: pay, tenure"."""
_IN_USE = ("production", "prod", "serving", "live", "request", "payload")
_CHEAP = ("missing", "absent", "lost", "not found", "not present")


def absent_in_line(line: str) -> Iterator[Said]:
    """Each column that the line says is missing, and not the cells of it that are blank."""
    line = line[:_LONGEST]
    low = line.lower()
    if "column" in low or "feature" in low:
        line = _BARE.sub("missing columns: ", line)
    found = _LINE.search(line) if any(each in low for each in _CHEAP) else None
    if found is None:
        return
    place = found["where"] or found["there"] or ""
    unlabelled = split_called(place.lower()) == "test" or place.lower() in _IN_USE
    for name in listed(found["names"] or found["others"]):
        if not unlabelled or not (name.lower() in LABELS or is_event(name)):
            yield from _absent(name, "missing columns")


def listed(text: str) -> list[str]:
    """The names of a list: "income, tenure", "['income', 'tenure']"; [] of a text that is none."""
    if _NONE.match(text):
        return []
    bare = re.sub(r"\s{0,3}\(\d{1,4}\)\s*$", "", text.strip()).strip(" []{}().'\"`")
    names = [each.strip(" '\"`") for each in _PART.split(bare) if each.strip(" '\"`")]
    plain = 0 < len(names) <= _MOST and all(_NAME.fullmatch(name) for name in names)
    return names if plain else []


def absent_in_row(cells: Cells) -> list[Said] | None:
    """A row of checks with a column for each table: "missing columns", "-", "income, tenure"; None for others."""
    first: Sequence[object] = list(cells.values())[:1]
    if not first or not isinstance(first[0], str) or not names_absent(first[0]):
        return None
    others = [(key, cell) for key, cell in list(cells.items())[1:] if isinstance(cell, str)]
    return [
        said
        for key, cell in others
        if split_called(key) or len(others) == 1
        for name in listed(cell)
        for said in _absent(name, str(first[0]))
    ]


def _absent(name: str, note: str) -> Iterator[Said]:
    yield Said("blank", name, None, 1.0, note)
    yield Said("absent", name, None, 1.0, note)
