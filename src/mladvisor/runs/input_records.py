"""Tests of bad input as lists of cases: JSON, tables and Markdown with what was tried, what was wanted and what came.

{"probe": "NaN in a feature", "expected": "ValueError", "observed": "score 0.4", "ok": false}
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from mladvisor.runs.answer_words import (
    ANSWERED,
    CLUMSY,
    MAX_CASES,
    add,
    came_of,
    check_of_test,
    fault_wanted,
    wanted_error,
    wants_refusal,
    without_designed,
    wrong_error,
)
from mladvisor.runs.check_words import fault_of
from mladvisor.runs.learning_scores import learnt, tells_scores
from mladvisor.runs.markdown import bar_tables
from mladvisor.runs.training_tests import failed_as_test, training_test, verdict
from mladvisor.runs.word_sets import word_set

_GIVEN = (
    "nodeid",
    "name",
    "test",
    "case",
    "request",
    "input",
    "probe",
    "scenario",
    "payload",
    "given",
    "check",
    "what",
    "bad_input",
    "fault",
    "file",
    "upload",
    "fall",
    "eingabe",
    "pruefung",
)
_CAME = (
    "outcome",
    "status",
    "result",
    "response",
    "answer",
    "got",
    "actual",
    "observed",
    "received",
    "output",
    "came",
    "erhalten",
    "ergebnis",
    "ist",
    "antwort",
    "http_status",
    "status_code",
    "http_code",
    "http",
)
_WANTED = (
    "expected",
    "expect",
    "want",
    "wanted",
    "should",
    "expectation",
    "expected_result",
    "expected_status",
    "contract",
    "specified",
    "specification",
    "spec",
    "documented",
    "erwartet",
    "soll",
)
_MESSAGES = ("call", "message", "detail", "details", "reason", "error", "comment")
_WANTED_WORDS = word_set("expected expect expectation wanted want should required specified specification")
_CAME_WORDS = word_set("actual observed got received returned response outcome result answer")
_GIVEN_WORDS = word_set("input request payload test case scenario check probe description tried")


def _key(cell: object) -> str:
    return str(cell).strip().lower().replace(" ", "_")


def _value(one: dict[str, Any], names: Sequence[str], words: frozenset[str], other: frozenset[str]) -> Any:
    """The first value under one of the names, else under a name with one of the words and none of the others."""
    named = [name for name in names if one.get(name) not in (None, "")]
    worded = [
        name
        for name, value in one.items()
        if value not in (None, "") and words.intersection(name.split("_")) and other.isdisjoint(name.split("_"))
    ]
    return one[(named or worded)[0]] if named or worded else None


def from_records(records: Sequence[Any]) -> dict[str, Any]:
    """Checks in a list of `{case, status}`, `{probe, expected, got}`; pytest's own entries are among them.

    Where it is said what was expected, what may be answered on purpose is not guessed.
    """
    found: dict[str, Any] = {}
    asked: dict[str, Any] = {}
    for record in records[:MAX_CASES]:
        case = _case(record) if isinstance(record, dict) else None
        if case is None:
            continue
        told = _judged(case)
        if told is not None:
            supposed = case.wanted is None and case.came.lower() not in _VERDICTS
            add(asked if supposed else found, told[0], told[1], case.name)
    return without_designed(asked) | found


_VERDICTS = ("passed", "failed")


class _Case(NamedTuple):
    """What was tried, what was wanted (None: not said), what came, and what was said of it."""

    name: str
    wanted: Any
    came: str
    message: str


def _case(record: dict[str, Any]) -> _Case | None:
    one = {_key(key): value for key, value in record.items()}
    name = _value(one, _GIVEN, _GIVEN_WORDS, _WANTED_WORDS | _CAME_WORDS)
    wanted = _value(one, _WANTED, _WANTED_WORDS, frozenset())
    came = _value(one, _CAME, _CAME_WORDS, _WANTED_WORDS)
    if came is None or (wants_refusal(wanted) and any(isinstance(one.get(key), bool) for key in _PASSED_KEYS)):
        came = _passed_of(record)  # who says what was wanted and whether it came needs no guess at what did
    if came is None:
        came = _raised(one)
    if isinstance(came, dict):  # the body of an answer, beside its status or alone
        came = next((came[key] for key in _CAME if key in came), json.dumps(came))
    if isinstance(name, dict):  # the request itself
        name = _told_by_values(name)
    if isinstance(name, str) and training_test(name) is not None and (came is None or verdict(came) is None):
        passed = learnt(record)
        came = came if passed is None else "passed" if passed else "failed"
    if not isinstance(name, str) or came is None:
        return None
    return _Case(name, wanted, str(came), next((str(one[key]) for key in _MESSAGES if key in one), ""))


_RAISED = ("raised", "raises", "exception", "threw", "thrown", "exception_raised", "error_raised", "error")
_NOTHING = ("", "none", "null", "no", "nothing", "-", "false", "nan")


def _raised(one: dict[str, Any]) -> str | None:
    """What came where only the exception is told: with none of them the input was answered."""
    key = next((key for key in _RAISED if key in one), None)
    if key is None:
        return None
    if one[key] is not None and str(one[key]).strip().lower() not in _NOTHING:
        return None if isinstance(one[key], bool) else str(one[key])
    answered = any(one.get(name) not in (None, "") for name in _ANSWERS)
    return "answered" if answered or key != "error" else None  # a run without an error may have given nothing


_ANSWERS = ("label", "prediction", "predicted", "score", "confidence", "probability", "class", "value", "y_pred")


def _told_by_values(given: dict[str, Any]) -> str:
    """What is odd about a request, in words of its own values: "age null", "income -5"."""
    odd = [f"{key} null" for key, each in given.items() if each is None]
    odd += [f"{key} negative" for key, each in given.items() if isinstance(each, int | float) and each < 0]
    return ", ".join(odd) or "a request"


def _judged(case: _Case) -> tuple[str | None, bool] | None:
    """(check, passed) of one case; None where it says nothing of bad input."""
    name, wanted, came, message = case
    short = name.rpartition("::")[2]
    learning = training_test(short)
    if learning is not None:
        passed = verdict(came)
        return (learning, passed) if passed is not None and (passed or failed_as_test(message)) else None
    if came.lower() in _VERDICTS:
        failed = came.lower() == "failed"
        check = (
            fault_wanted(name, wanted) if wants_refusal(wanted) else check_of_test(short, failed=failed, said=message)
        )
        return check, not failed
    if wanted is not None and not wants_refusal(wanted):
        return None  # sound input, which is to be answered
    answered, refused = came_of(came)
    if wrong_error(str(wanted or ""), came):
        return fault_wanted(name, wanted), False
    if wanted_error(str(wanted or ""), came):
        return fault_wanted(name, wanted), True
    if answered != refused and not CLUMSY.search(came):
        return fault_wanted(name, wanted), refused
    return None


_LISTS = ("tests", "results", "cases", "checks", "probes", "requests", "scenarios", "bad_inputs", "findings", "entries")


def from_json(content: Any) -> dict[str, Any]:
    """Checks in pytest's JSON report, in a list of `{case, status}`, or by name: `{"overfits_batch": "fail"}`."""
    listed = content
    if isinstance(content, dict):
        named = next((content[key] for key in _LISTS if isinstance(content.get(key), list | dict)), None)
        alone = [each for each in content.values() if isinstance(each, list) and each and isinstance(each[0], dict)]
        listed = named if named is not None else alone[0] if len(alone) == 1 else content
        if isinstance(listed, list):
            listed = list(_wanted_of_all(content, listed))
    if isinstance(listed, dict):
        listed = [_by_name(str(name), one) for name, one in listed.items()]
    return from_records(listed) if isinstance(listed, list) else {}


def _wanted_of_all(content: dict[str, Any], listed: Sequence[Any]) -> Iterator[Any]:
    """The cases with what is wanted of all of them, which stands once above the list.

    Only those take it whose names say what is wrong with them: a sound one among them is to be answered.
    """
    wanted = next((value for key, value in content.items() if _key(key) in _WANTED and isinstance(value, str)), None)
    answered = wanted is not None and ANSWERED.search(wanted) is not None
    for one in listed:
        keys = set(map(_key, one)) if isinstance(one, dict) else set()
        name = str(next((one[key] for key in one if _key(key) in _GIVEN), "")) if keys else ""
        told = fault_of(name) is not None if wants_refusal(wanted) else answered
        takes = told and bool(keys) and keys.isdisjoint(_WANTED)
        yield {**one, "expected": wanted} if takes else one


def _by_name(name: str, one: Any) -> dict[str, Any]:
    """A case whose name is its key: with what was wanted and what came, or with a verdict alone."""
    if isinstance(one, dict) and (any(_key(key) in _WANTED for key in one) or training_test(name) is not None):
        return {"name": name, **one}
    if isinstance(one, int | float) and not isinstance(one, bool) and training_test(name) is not None:
        return {"name": name, name: one}  # {"overfit_16_rows_acc": 1.0}
    return {"name": name, "status": _passed_of(one)}


_PASSED_KEYS = ("passed", "ok", "success", "pass", "status", "outcome", "result", "verdict")


def _passed_of(one: Any) -> str | None:
    """ "passed" or "failed", as a value or a block of values says; None where it says neither."""
    if isinstance(one, dict):
        lower = {_key(key): value for key, value in one.items()}
        one = next((lower[key] for key in _PASSED_KEYS if key in lower), None)
    passed = verdict(one) if isinstance(one, bool | str) else None
    return None if passed is None else "passed" if passed else "failed"


def from_table(text: str, delimiter: str) -> dict[str, Any]:
    """Checks in a table with a row for each request: `case,expected,status,score`."""
    rows = csv.reader(text.split("\n")[: MAX_CASES + 1], delimiter=delimiter)
    try:
        head = [_key(cell) for cell in next(rows, [])]
        if not _may_list(head):
            return {}
        found = from_records([dict(zip(head, row, strict=False)) for row in rows])
    except csv.Error:
        return {}
    # One alone, with nothing that was expected, may be a row of data with such a word.
    wanted = any(not _WANTED_WORDS.isdisjoint(name.split("_")) for name in head)
    return found if len(found) > 1 or wanted else {}


def _may_list(head: Sequence[str]) -> bool:
    """The columns of a table name what was tried and what came of it."""
    words = [set(name.split("_")) for name in head]
    given = not set(head).isdisjoint(_GIVEN) or any(each & _GIVEN_WORDS for each in words)
    came = not set(head).isdisjoint(_CAME + _RAISED) or any(each & _CAME_WORDS - _GIVEN_WORDS for each in words)
    return given and (came or tells_scores(head))


def from_markdown(text: str) -> dict[str, Any]:
    """Checks in a table between bars that a report has: `| test | result | detail |`."""
    found: dict[str, Any] = {}
    for _, head, rows in bar_tables(text):
        names = [_key(cell) for cell in head]
        if not _may_list(names):
            continue
        for check, one in from_records([dict(zip(names, row, strict=False)) for row in rows]).items():
            add(found, check, one["passed"], one["said"])
    return found
