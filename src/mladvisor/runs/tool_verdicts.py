"""Verdicts of more tools that check data: Deequ, SageMaker Model Monitor, and Great Expectations as a flat table; and
alerts of profilers and of monitoring that are sentences.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from mladvisor.runs.data_records import Record
from mladvisor.runs.data_verdicts import A_CASE, Said, number
from mladvisor.runs.report_names import words_of
from mladvisor.runs.word_sets import word_set

_BLANK = re.compile(r"completeness|not_?null|missing|null|not_be_null", re.IGNORECASE)
_INSIDE = re.compile(r"\((?:[A-Za-z]+\()?([A-Za-z_][\w.]{0,80})")
_VALUE = re.compile(r"\bValue:\s?(-?\d+(?:\.\d+)?)")


def tool_verdict(record: Record) -> list[Said] | None:
    """What a result of one of these tools says; None for a record of another kind."""
    cells = record.cells
    if "constraint" in cells and "constraint_status" in cells:
        return list(_deequ(cells))
    if "constraint_check_type" in cells:
        return list(_sagemaker(cells))
    if str(cells.get("expectation", "")).startswith("expect_") and isinstance(cells.get("success"), bool):
        return list(_expectation(cells))
    return None


def _deequ(cells: Mapping[str, Any]) -> Iterator[Said]:
    """ "ComplianceConstraint(Compliance(currency in EUR USD))", "Failure", "Value: 0.41 does not meet ..."."""
    constraint, status = str(cells["constraint"]), str(cells["constraint_status"]).lower()
    inside = _INSIDE.search(constraint.partition("(")[2])
    column = inside[1] if inside is not None else "table"
    if status not in ("failure", "success") or _OF_TABLE.search(constraint) is not None:
        return
    value = _VALUE.search(str(cells.get("constraint_message", "")))
    share = 0.0 if status == "success" else A_CASE
    if status == "failure" and value is not None and 0.0 <= float(value[1]) <= 1.0:
        share = 1.0 - float(value[1])
    yield Said("blank" if _BLANK.search(constraint) is not None else "broken", column, None, share, constraint[:80])


_OF_TABLE = re.compile(r"\b(?:Size|Uniqueness|Distinctness|UniqueValueRatio|Entropy|MutualInformation|Correlation)\b")


def _sagemaker(cells: Mapping[str, Any]) -> Iterator[Said]:
    kind, said = str(cells["constraint_check_type"]).lower(), str(cells.get("description", ""))
    column = str(cells.get("feature_name") or cells.get("column") or "table")
    if "drift" in kind:
        yield Said("drifted", column, "serving", 1.0, said[:120])
    elif "extra" not in kind:
        percent = re.search(r"(\d+(?:\.\d+)?)\s?%", said)
        kept = float(percent[1]) / 100.0 if percent is not None else None
        what = "blank" if "missing" in kind or "completeness" in kind else "broken"
        share = 1.0 if "missing_column" in kind else A_CASE if kept is None else 1.0 - kept if kept > 0.5 else kept
        yield Said(what, column, "serving", max(share, A_CASE), said[:120])


def _expectation(cells: dict[str, Any]) -> Iterator[Said]:
    kind = str(cells["expectation"])
    column = str(cells.get("column") or "table")
    gone = kind.endswith("to_exist")
    failed = not cells["success"]
    percent = number(cells, ("unexpected_percent",))
    count, rows = number(cells, ("unexpected_count",)), number(cells, ("element_count",))
    share = 1.0 if gone else percent / 100.0 if percent is not None else count / rows if count and rows else 1.0
    what = "blank" if gone or _BLANK.search(kind) is not None else "broken"
    yield Said(what, column, None, min(share, 1.0) if failed else 0.0, kind.replace("_", " "))


_ALERT = re.compile(r"^\[([^\]]{1,80})\]\s(.{3,200})$")
_PERCENT = re.compile(r"(\d+(?:\.\d+)?)\s?%")
_ALL_MISSING = re.compile(r"\ball values (?:are )?missing\b|\bis empty\b|\bonly missing\b", re.IGNORECASE)


def said_by_alert(line: str) -> Iterator[Said]:
    """ "[lag_7] has 9000 (100.0%) missing values", as ydata-profiling puts it."""
    found = _ALERT.match(line.strip()[:300])
    if found is None:
        return
    words = set(words_of(found[2]))
    percent = _PERCENT.search(found[2])
    if _ALL_MISSING.search(found[2]) is not None:
        yield Said("missing", found[1], None, 1.0)
    elif "missing" in words and percent is not None:
        yield Said("missing", found[1], None, float(percent[1]) / 100.0)
    elif "constant" in words:
        yield Said("one-value", found[1], None, 1.0)


_ALERT_KEYS = word_set("alerts warnings messages alert warning")


def alerts_in(record: Record, listed: Mapping[str, Any]) -> Iterator[Said]:
    """Alerts in a list of texts."""
    for key, each in listed.items():
        if not _ALERT_KEYS.isdisjoint(words_of(key)) and isinstance(each, list):
            for one in each[:500]:
                yield from said_by_alert(str(one))


_FOUND = re.compile(
    r"\bfound (?P<n>\d{1,5}) (?:out of \d{1,5} )?(?:categorical |numeric(?:al)? )?(?:features?"
    r"|columns?)\b[^{\n]{0,80}\{(?P<columns>[^}\n]{3,600})\}",
    re.IGNORECASE,
)
_COLUMN_SHARE = re.compile(r"['\"](\w[^'\"]{0,60})['\"]\s?:\s?['\"]?(\d+(?:\.\d+)?)\s?(%?)")
_OF_DRIFT = re.compile(r"drift|cramer|wasserstein|kolmogorov|psi\b|earth mover", re.IGNORECASE)
_OF_VALUES = re.compile(
    r"categor|mismatch|dtype|new (?:value|label)|string|mixed type|out of range|special char", re.IGNORECASE
)
_TWO_TYPES = re.compile(
    r"['\"](?P<name>\w[^'\"]{0,60})['\"]\s?:\s?train (?P<one>\w{1,20}) / (?:test|val\w*|eval\w*) (?P<two>\w{1,20})",
    re.IGNORECASE,
)


def said_by_condition(line: str) -> Iterator[Said]:
    """ "Found 2 out of 4 categorical features above threshold: {'brand': '63.18%'}", as Deepchecks puts it."""
    line = line[:1_500]
    found = _FOUND.search(line) if "{" in line and "ound " in line else None
    drift = found is not None and _OF_DRIFT.search(line) is not None
    if found is not None and (drift or _OF_VALUES.search(line) is not None):
        for name, value, percent in _COLUMN_SHARE.findall(found["columns"]):
            share = float(value) / (100.0 if percent else 1.0)
            if drift:
                yield Said("drifted", name, None, 1.0, "condition on drift")
            elif share <= 1.0:
                yield Said("broken", name, None, share, "condition on values")
    for types in _TWO_TYPES.finditer(line) if " / " in line else ():
        if types["one"].lower() != types["two"].lower():
            yield Said("broken", types["name"], None, 1.0, types[0][:80])
