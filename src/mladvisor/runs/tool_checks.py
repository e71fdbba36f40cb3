"""Checks of tools with forms of their own that are not records: constraints of Deequ, the text of a scan of Soda."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from mladvisor.runs.data_records import Cells
from mladvisor.runs.data_verdicts import A_CASE, Said

_CONSTRAINT = re.compile(
    r"\b(Completeness|Compliance|PatternMatch|Minimum|Maximum|Mean|Uniqueness|DataType)\(([^()]{1,200})"
)
_VALUE = re.compile(r"(?i)\bvalue:\s{0,3}(-?\d{1,12}(?:\.\d{1,18})?)")
_OF_PARTS = ("Completeness", "Compliance", "PatternMatch", "DataType")
_PASSED = ("success", "passed", "pass", "true")


def deequ_said(cells: Cells) -> list[Said] | None:
    """A constraint with its outcome, or a metric ("Column, pay, Completeness, 0.64"); None for others."""
    constraint, status = cells.get("constraint"), cells.get("constraint_status")
    if isinstance(constraint, str) and status is not None:
        return list(_constraint(constraint, str(status), str(cells.get("constraint_message", ""))))
    named = all(isinstance(cells.get(key), str) for key in ("entity", "instance", "name"))
    if named and cells["name"] == "Completeness" and isinstance(cells.get("value"), int | float):
        return [Said("missing", str(cells["instance"]), None, 1.0 - float(cells["value"]), "Completeness")]
    return [] if named and "value" in cells else None


def _constraint(constraint: str, status: str, message: str) -> Iterator[Said]:
    found = _CONSTRAINT.search(constraint)
    if found is None or found[1] == "Uniqueness":
        return
    passed, told = status.lower() in _PASSED, _VALUE.search(message)
    share = 1.0 - float(told[1]) if told and found[1] in _OF_PARTS and 0.0 <= float(told[1]) <= 1.0 else A_CASE
    column = found[2].split(",")[0].strip().strip("'\"")
    yield Said("blank" if found[1] == "Completeness" else "broken", column, None, 0.0 if passed else share, constraint)


_SCAN = re.compile(r"\s{0,12}(missing|invalid)_(percent|count)\((\w{1,60})\)[^\n\[]{0,60}\[(PASSED|FAILED|WARNED)\]")
_CHECKED = re.compile(r"\s{0,20}check_value:\s(\d{1,12}(?:\.\d{1,12})?)")


def soda_said(lines: Sequence[str]) -> Iterator[Said]:
    """Checks of a scan, each with the value that it came to on the line below: blanks as shares, and invalid cells."""
    for at, line in enumerate(lines):
        found = _SCAN.match(line) if "[" in line else None
        if found is None or (found[1] == "missing" and found[2] == "count"):  # counted blanks need their rows
            continue
        value = _CHECKED.match(lines[at + 1]) if at + 1 < len(lines) else None
        share = A_CASE if value is None or found[2] == "count" else min(1.0, float(value[1]) / 100.0)
        what = "missing" if found[1] == "missing" else "broken"
        yield Said(what, found[3], None, 0.0 if found[4] == "PASSED" else share, line.strip())
