"""Verdicts of tools that check data: Great Expectations, TensorFlow Data Validation, Deepchecks, Soda, Pandera."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from math import isnan
from typing import NamedTuple

from mladvisor.runs.data_reports import Cells, Record
from mladvisor.runs.report_names import words_of

_BLANK_CHECKS = ("not_be_null", "no_nulls", "not_null", "missing", "completeness")


class Said(NamedTuple):
    """One statement.

    Attributes:
        what: psi, drifted, broken, blank (a check on blanks that failed), missing, infinite, mean, std, low, high,
            importance, mutual, related, wrong-labels, label-issue, copies, classes, lost (an engineered feature without
            spread), baseline and constant (the score of a simple model; `note` is the metric), in-use (a metric of one
            month; `note` is the month).
        name: the column; the class for `classes`; "" where the data as a whole is meant.
        split: of which split it is said; None where that is open.
        value: a number; truth values are 1 and 0. note: what the report calls it.
    """

    what: str
    name: str
    split: str | None
    value: float
    note: str = ""


def number(cells: Cells, names: Iterable[str]) -> float | None:
    """The first number under one of the names; a blank that was written as nan is none."""
    for name in names:
        value = cells.get(name)
        if isinstance(value, int | float) and not isinstance(value, bool) and not isnan(value):
            return float(value)
    return None


def verdict(record: Record) -> list[Said] | None:
    """What a check of a tool says; None for a record that is no check."""
    cells = record.cells
    if "expectation_config.expectation_type" in cells or "expectation_config.type" in cells:
        return list(_expectation(cells))
    if "anomaly" in cells and "column" in cells:
        return list(_anomaly(str(cells["column"]), str(cells["anomaly"])))
    if "condition" in cells and "status" in cells:
        return []  # of a suite, whose check names it
    if "check.name" in cells:
        return list(_check(cells))
    if "check" in cells and ("outcome" in cells or "failure_case" in cells):
        return list(_failed_case(cells))
    return None


def _failed_case(cells: Cells) -> Iterator[Said]:
    """A check with its outcome (Soda), or a case that failed one (Pandera)."""
    column, check = str(cells.get("column") or "table"), str(cells["check"])
    outcome = str(cells.get("outcome", "fail")).lower()
    if outcome in ("fail", "failed", "pass", "passed"):
        what = "blank" if any(word in check.lower() for word in (*_BLANK_CHECKS, "null")) else "broken"
        yield Said(what, column, None, float(outcome.startswith("fail")) * _A_CASE, check)


_A_CASE = 0.05
"""Share of the cells that a failed check without a count is taken to speak of: enough to count, not an empty column."""


def _expectation(cells: Cells) -> Iterator[Said]:
    """A result of Great Expectations."""
    kind = str(cells.get("expectation_config.expectation_type") or cells.get("expectation_config.type"))
    column, passed = cells.get("expectation_config.kwargs.column"), cells.get("success")
    if not isinstance(passed, bool):
        return
    share = number(cells, ("result.unexpected_percent",))
    value = 0.0 if passed else (share / 100.0 if share is not None else 1.0)
    what = "blank" if any(word in kind for word in _BLANK_CHECKS) else "broken"
    yield Said(what, str(column or "table"), None, value, kind.replace("_", " "))


def _anomaly(column: str, said: str) -> Iterator[Said]:
    """An anomaly of TensorFlow Data Validation."""
    words = said.lower()
    if "distance" in words or "skew" in words or "drift" in words:
        yield Said("drifted", column, None, 1.0, said)
    else:
        yield Said("blank" if "dropped" in words or "missing" in words else "broken", column, None, 1.0, said)


_CHECKS = {"mix": "copies", "duplicates": "copies", "drift": "drifted", "category": "broken", "mismatch": "broken"}


def _check(cells: Cells) -> Iterator[Said]:
    """A check of a suite (Deepchecks), whose value stands beside its name."""
    words = words_of(str(cells["check.name"]))
    what = next((meaning for word, meaning in _CHECKS.items() if word in words), None)
    ratio = number(cells, ("value.ratio", "value.share"))
    if what == "copies" and {"train", "test"} <= set(words) and ratio is not None:
        yield Said("copies", "", None, ratio, str(cells["check.name"]))
