"""Verdicts of tools that check data: Great Expectations, TensorFlow Data Validation, Deepchecks, Soda, Pandera."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from math import isnan
from typing import NamedTuple

from mladvisor.runs.data_records import Cells, Record, names_absent
from mladvisor.runs.report_names import words_of
from mladvisor.runs.word_sets import word_set

_BLANK_CHECKS = ("not_be_null", "no_nulls", "not_null", "missing", "completeness")


class Said(NamedTuple):
    """One statement.

    Attributes:
        what: psi, distance (of two distributions, in standard deviations), drifted,
            outside (the share of the cells that lie where none of training does),
            broken, made-broken (the same of a column that was made of others), made-blank (the blanks
            that its making brought in), blank (a check on blanks that failed), absent (a check
            that a column is there), typed (1 where its cells are numbers, 0 where they are text), missing, infinite,
            cells-blank (how many cells of the whole table are),
            nan-fed (NaN among the numbers that a model is given), mean, std, low, high,
            importance, iv (the information value of a feature),
            mutual, related, related-most (the largest of all columns), alone (the area under the curve of
            one feature), wrong-labels, label-issue, agreement (of those who labelled the same rows), copies, told-apart
            (the area by which a model tells two tables apart), classes, level (how often a value of a column occurs, as
            rows or as a share; `note` is the value), rows (how many a column was counted on), lost (an engineered
            feature without spread), one-value (in all of many rows), blown-up (how many times as far it spreads as its
            source, and as the others),
            unfollowed (1 less its correlation with its source), unmatched (the share of rows that a join found nothing
            for), unknown-words (the share of the tokens that a vocabulary lacks), baseline and constant (the score of a
            simple model; `note` is the metric), in-use (a metric of one month; `note` is the month).
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
    if any(key in cells for key in _EXPECTATIONS) or _is_plain_check(cells):
        return list(_expectation(cells))
    if "anomaly" in cells and "column" in cells:
        return list(_anomaly(str(cells["column"]), str(cells["anomaly"])))
    short = next((str(cells[key]) for key in _SHORT if key in cells), None)
    if short is not None:
        return [] if record.path[-2:-1] == ("reason",) else list(_anomaly(record.path[-1], short, cells))
    if (compared := _of_schema(record)) is not None:
        return compared
    if (listed := _listed_anomaly(record)) is not None:
        return listed
    if (skills := list(_skills(cells))) or ("condition" in cells and "status" in cells):
        return skills  # of a suite, whose check names it
    if "check.name" in cells:
        return list(_check(cells))
    if "check" in cells and ("outcome" in cells or "failure_case" in cells):
        return list(_failed_case(cells))
    if "outcome" in cells and "column" in cells and "name" in cells:
        return list(_failed_case({**cells, "check": cells["name"]}))
    if str(cells.get("unique_id", "")).startswith("test.") and "status" in cells:
        # "test.project.not_null_orders_id.c12f0": what tells tests of one name apart stands last
        return list(_test_of_dbt(str(cells["unique_id"]).split(".", 2)[-1], str(cells["status"])))
    return None


_TYPES, _UNLIKE = (
    word_set("type types dtype dtypes"),
    word_set("mismatch mismatches change changes changed diff errors"),
)


def _of_schema(record: Record) -> list[Said] | None:
    """A comparison with a schema: columns that are not there, by name, and those of another type; None for others."""
    cells = record.cells
    found = [
        Said("blank", name, None, 1.0, key.replace("_", " "))
        for key, names in cells.items()
        if isinstance(names, list) and names_absent(key)
        for name in names
        if isinstance(name, str)
    ]
    words = {word for each in record.path for word in words_of(each)}
    column = next((cells[key] for key in ("column", "feature", "field", "name") if isinstance(cells.get(key), str)), "")
    if column and words & _TYPES and words & _UNLIKE and "expected" in cells:
        got = next((cells[key] for key in ("actual", "found", "got", "observed") if key in cells), None)
        if got is not None and got != cells["expected"]:
            found.append(Said("broken", str(column), None, 1.0, f"{cells['expected']} expected, {got} found"))
    return found or None


def _failed_case(cells: Cells) -> Iterator[Said]:
    """A check with its outcome (Soda), or a case that failed one (Pandera)."""
    column, check = str(cells.get("column") or "table"), str(cells["check"])
    outcome = str(cells.get("outcome", "fail")).lower()
    if outcome in ("fail", "failed", "pass", "passed"):
        what = "blank" if any(word in check.lower() for word in (*_BLANK_CHECKS, "null")) else "broken"
        yield Said(what, column, None, float(outcome.startswith("fail")) * A_CASE, check)


_OF_DBT = ("not_null", "accepted_values", "accepted_range", "relationships", "unique", "expression_is_true")


def _test_of_dbt(name: str, status: str) -> Iterator[Said]:
    """A generic test of dbt, whose name is that of the test, the table and the column."""
    kind = next((each for each in _OF_DBT if each in name), None)
    if kind is None or status not in ("pass", "fail", "warn"):
        return
    column = name.partition(kind)[2].partition("__")[0].partition(".")[0].strip("_") or "table"
    yield Said("blank" if kind == "not_null" else "broken", column, None, float(status != "pass") * A_CASE, name)


A_CASE = 0.05
"""Share of the cells that a failed check without a count is taken to speak of: enough to count, not an empty column."""


_WITHIN = ("expectation_config.", "")
"""Where a result says which expectation it is of: as the tool writes it, or beside the outcome, as people do."""
_EXPECTATIONS = [f"{above}{key}" for above in _WITHIN for key in ("expectation_type", "type") if above or key != "type"]
_STAGES = ("stage", "layer", "phase", "step", "level", "asset", "table", "dataset", "zone")
MADE = word_set("processed preprocessed engineered derived transformed features feature featurized computed made")


_PLAIN_CHECKS = ("check", "rule", "expectation", "constraint", "assertion")
_COUNTED = ("unexpected_percent", "unexpected_count", "result.unexpected_percent", "result.unexpected_count")


def _is_plain_check(cells: Cells) -> bool:
    """The same as people write it out: a column, a check of it, whether it passed, and how many cells did not."""
    told = isinstance(cells.get("column"), str) and any(isinstance(cells.get(key), str) for key in _PLAIN_CHECKS)
    return told and isinstance(cells.get("success"), bool) and any(key in cells for key in _COUNTED)


def _expectation(cells: Cells) -> Iterator[Said]:
    """A result of Great Expectations."""
    kind = next(str(cells[key]) for key in (*_EXPECTATIONS, *_PLAIN_CHECKS) if key in cells)
    column = next((cells[key] for above in _WITHIN for key in (f"{above}kwargs.column", "column") if key in cells), "")
    passed = cells.get("success")
    if not isinstance(passed, bool):
        return
    gone = kind.endswith(_EXISTS)
    what = "blank" if gone or any(word in kind for word in _BLANK_CHECKS) or _only_blanks(cells) else "broken"
    stage = next((str(cells[key]) for key in _STAGES if key in cells), "")
    if what == "broken" and not MADE.isdisjoint(words_of(stage)):
        what = "made-broken"
    share = 0.0 if passed else 1.0 if gone else _share_failed(cells)
    yield Said(what, str(column or "table"), None, share, kind.replace("_", " "))
    if gone and column:
        yield Said("absent", str(column), None, share, kind.replace("_", " "))


def _only_blanks(cells: Cells) -> bool:
    """Whether all the values that a check did not expect, as far as it lists them, are blanks."""
    key = next((key for key in ("result.partial_unexpected_list", "partial_unexpected_list") if key in cells), "")
    listed = cells.get(key)
    return (
        isinstance(listed, list)
        and bool(listed)
        and all(
            each is None or (isinstance(each, float) and isnan(each)) or str(each).strip().lower() in _BLANKS
            for each in listed
        )
    )


_BLANKS = ("", "nan", "none", "null", "na", "n/a", "<na>", "nat")
_EXISTS = ("column_to_exist", "columns_to_exist")
"""A column that is not there has no value in any row."""


def _share_failed(cells: Cells) -> float:
    """The share of the cells that failed a check; of those that are counted without their total, that of a case."""
    percent = number(cells, ("result.unexpected_percent", "unexpected_percent"))
    if percent is not None:
        return percent / 100.0
    failed = number(cells, ("result.unexpected_count", "unexpected_count"))
    looked = number(cells, ("result.element_count", "element_count"))
    if failed is None:
        return 1.0
    return failed / looked if looked else A_CASE


_SHORT = ("short_description", "shortdescription")
_PERCENT = re.compile(r"(\d+(?:\.\d+)?)%")


def _anomaly(column: str, said: str, cells: Cells | None = None) -> Iterator[Said]:
    """An anomaly of TensorFlow Data Validation, whose description gives the shares of the values that are not known."""
    words = said.lower()
    if words.startswith("new column"):
        return  # nobody reads it
    if any(word in words for word in ("distance", "divergence", "skew", "drift")):
        yield Said("drifted", column, None, 1.0, said)
    elif "dropped" in words or "missing" in words:
        yield Said("blank", column, None, 1.0, said)
    else:
        shares = [float(share) for share in _PERCENT.findall(str((cells or {}).get("description", "")))]
        yield Said("broken", column, None, min(sum(shares) / 100.0, 1.0) if shares else 1.0, said)


def _listed_anomaly(record: Record) -> list[Said] | None:
    """An entry of a list of anomalies: {"feature": "plan", "reason": "Unexpected values", "share_of_rows": 0.4}."""
    if not any("anomal" in each for each in record.path):
        return None
    cells = record.cells
    column = next(
        (cells[key] for key in ("feature", "column", "field", "path") if isinstance(cells.get(key), str)), None
    )
    reason = next((cells[key] for key in ("reason", "anomaly", "message", "description", "issue")
                   if isinstance(cells.get(key), str)), None)  # fmt: skip
    if column is None or reason is None:
        return None
    share = number(cells, [key for key in cells if {"share", "fraction", "rate", "frac"} & set(words_of(key))])
    found = list(_anomaly(str(column), str(reason)))
    return [each._replace(value=share) if share is not None and 0.0 <= share <= 1.0 else each for each in found]


def _skills(cells: Cells) -> Iterator[Said]:
    """The predictive power score of each feature alone, which is 0 for guessing and 1 for certainty (Deepchecks)."""
    called = " ".join(str(cells[key]) for key in ("check", "check.name", "name") if key in cells)
    words = set(words_of(called))
    if not ({"pps"} <= words or {"predictive", "power"} <= words or {"feature", "label", "correlation"} <= words):
        return
    for key, value in cells.items():
        within, _, name = key.partition(".")
        if within == "value" and name and isinstance(value, int | float) and 0.0 <= value <= 1.0:
            yield Said("alone", name, None, (1.0 + value) / 2.0, called)  # as the area under the curve of that skill


_CHECKS = {"mix": "copies", "duplicates": "copies", "drift": "drifted", "category": "broken", "mismatch": "broken"}


def _check(cells: Cells) -> Iterator[Said]:
    """A check of a suite (Deepchecks), whose value stands beside its name."""
    words = words_of(str(cells["check.name"]))
    what = next((meaning for word, meaning in _CHECKS.items() if word in words), None)
    ratio = number(cells, ("value.ratio", "value.share"))
    if what == "copies" and {"train", "test"} <= set(words) and ratio is not None:
        yield Said("copies", "", None, ratio, str(cells["check.name"]))
