"""Columns that are known too late, as a note says it in a line of its own, or a dictionary in a column of moments.

"- line_status (A, D): set by the cancellation batch, the day after the customer left"
column,role,available at        age,input,triage        vent_hours,input,discharge        icu,target,discharge
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from mladvisor.runs.afterwards_words import is_written_afterwards
from mladvisor.runs.data_records import Record
from mladvisor.runs.report_names import words_of
from mladvisor.runs.word_sets import word_set

_LINE = re.compile(r"^[\s*>+-]{0,6}`?([A-Za-z][A-Za-z0-9_]{2,40})`?\s?(?:\([^()]{0,60}\))?\s?:\s(.{8,300})$")
_IS_NAME = re.compile(r"[a-z0-9]_[a-z0-9]|[a-z][A-Z]")
_NEGATED = re.compile(
    r"(?i)\b(?:not|never|no longer|removed|dropped|excluded|left out)\b.{0,40}\b(?:used|input|feature|model)"
    r"|\bnot an input"
)
_MOMENT = word_set("available availability known moment timing verfuegbar disponible")
_ROLE = ("role", "usage", "use", "used_as", "kind", "type")
_TARGET = word_set("target label outcome y")
_MOST_LINES = 2_000


def late_in_lines(lines: Sequence[str]) -> Iterator[tuple[str, str]]:
    """(column, what is said of it) for each that a line describes as written once the outcome is known."""
    for line in lines[:_MOST_LINES]:
        found = _LINE.match(line) if ":" in line and len(line) < 400 else None
        if found is None or not _IS_NAME.search(found[1]) or _NEGATED.search(found[2]):
            continue
        if is_written_afterwards(found[2]):
            yield found[1], found[2]


def late_by_moment(records: Sequence[Record]) -> Iterator[tuple[str, str]]:
    """(input, moment) for each that is there only when the target is, where most inputs are there at another"
    " moment."""
    moments: dict[str, str] = {}
    targets: set[str] = set()
    for record in records:
        cells = {key: value.strip().lower() for key, value in record.cells.items() if isinstance(value, str)}
        moment = next((cells[key] for key in cells if not _MOMENT.isdisjoint(words_of(key))), "")
        name = next(iter(cells.values()), "")
        role = " ".join(cells[key] for key in _ROLE if key in cells)
        if not moment or not name:
            continue
        if not _TARGET.isdisjoint(words_of(role)):
            targets.add(moment)
        elif "input" in role or "feature" in role:
            moments[name] = moment
    late = {name: moment for name, moment in moments.items() if moment in targets}
    if len(targets) == 1 and 0 < 2 * len(late) < len(moments):
        yield from late.items()
