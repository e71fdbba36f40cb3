"""Tests of bad input that people ran themselves: JUnit files, what pytest printed, and lists of requests and answers.

Gives results in the form of `checks.json`: `refuses_nan: {passed: false}`. What was given is told by the words of a
test's name or of a request; whether it should have been refused, by the name of the test ("rejects", "raises") or by
the list, which says what is wrong with each request.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Sequence
from itertools import islice
from typing import Any

from mladvisor.runs.check_words import fault_of, words_of
from mladvisor.runs.markdown import bar_tables
from mladvisor.runs.training_tests import failed_as_test, training_test, verdict
from mladvisor.runs.unittest_output import cases
from mladvisor.runs.word_sets import word_set

MAX_BYTES = 4_000_000
MAX_CASES = 2_000

_REFUSE = word_set(
    "reject rejects rejected refuse refuses refused raise raises raised forbid forbids forbidden disallow disallows "
    "throws throw"
)
_MAY_REFUSE = _REFUSE | word_set("error errors invalid validates validate validation bad guard guards fails")
_ANSWERED = re.compile(
    r"\b(accepted|answered|predicted|no error|no exception|(?:status|http|code)[=: ]*200|200 ok|returned"
    r"|scored|predictions?[=: ]|score[=: ]|ok)\b"
    r"|\b(?:scores?|predictions?|output|result|value)s?\s*[=:]?\s*-?(?:\d|nan\b|inf\b)|->\s*-?\d|=>\s*-?\d|^\s*200\b",
    re.IGNORECASE,
)
_REFUSED = re.compile(
    r"\b(rejected|refused|denied|valueerror|validationerror|schemaerror|bad request|unprocessable)\b"
    r"|(?:^|status|http|code)[=: /]*4\d\d\b",
    re.IGNORECASE,
)
_CLUMSY = re.compile(  # an error out of the depths, which nobody wrote to say what is wrong with the input
    r"\b(keyerror|typeerror|indexerror|attributeerror|runtimeerror|traceback|internal server error)\b"
    r"|(?:^|status|http|code)[=: /]*5\d\d\b",
    re.IGNORECASE,
)
_NOT_RAISED = re.compile(
    r"assert [25]\d\d == 4\d\d|\b[25]\d\d != 4\d\d"
    r"|did not raise|not raised|no exception|nothing was raised|expected .{0,60}(?:error|exception)"
    r"|not an instance of (?:\(?<class '[\w.]*(?:error|exception|reject\w*|refus\w*|invalid\w*)'>)"
    r"|= isinstance\(.{0,200}\b[\w.]*(?:error|exception|reject\w*|refus\w*|invalid\w*)\)",
    re.IGNORECASE,
)
_TRAFFIC = re.compile(r"\b(?:GET|POST|PUT|HTTP/\d)\b")
_PYTEST = re.compile(r"^(?:(FAILED|PASSED)\s+)?\S*::(?:\w+::)?(test_\w+(?:\[[^\]]*\])?)(?:\s+(FAILED|PASSED))?(.*)$")
_PAIR = re.compile(r"^(?:[-*•]|\d+[.)])?\s*+(\S.{2,99}?)(?:\s{2,}|\t|\s*->\s*|\s*=>\s*|\s*→\s*|:\s+|\s*\|\s*)(\S.*)$")


def _of_test(name: str, *, failed: bool, said: str = "") -> str | None:
    """The check that a test is, by its name; None for one that does not expect a refusal, or of something unknown.

    A test that failed may have failed for another reason, unless its name or its message says that it expected one.
    """
    learning = training_test(name)
    if learning is not None:
        return learning if not failed or failed_as_test(said) else None
    words = words_of(name)
    expected = not (_REFUSE if failed else _MAY_REFUSE).isdisjoint(words)
    return fault_of(name) if expected or (failed and _NOT_RAISED.search(said)) else None


_BY_DESIGN = ("refuses_nan", "refuses_unknown_category")
_ABSURD = ("refuses_out_of_range", "refuses_infinite", "refuses_mistyped_column", "refuses_missing_column")


def without_designed(found: dict[str, Any]) -> dict[str, Any]:
    """Results without what a sound model may answer on purpose: it fills blanks, and has a place for new categories.

    Only where an absurd value was answered too does nothing look at the input. A test by somebody says what was wanted.
    """
    if any(check in found and not found[check]["passed"] for check in _ABSURD):
        return found
    return {check: one for check, one in found.items() if check not in _BY_DESIGN or one["passed"]}


def _add(found: dict[str, Any], check: str | None, passed: bool, said: str) -> None:
    """A check that failed once has failed."""
    if check is not None and (check not in found or not passed):
        found[check] = {"passed": passed, "said": said[:200]}


_CASE = re.compile(r"<testcase\b([^>]{0,2000}?)(/>|>((?:(?!<testcase\b).)*?)</testcase>)", re.DOTALL)


def from_junit(text: str) -> dict[str, Any]:
    """Checks in a JUnit file; read with regular expressions, as an XML parser would expand entities."""
    found: dict[str, Any] = {}
    cases = _CASE.finditer(text)
    for number, case in enumerate(cases):
        if number >= MAX_CASES:
            break
        name = re.search(r'\bname="([^"]{1,300})"', case[1])
        inner = case[3] or ""
        if name is None or "<skipped" in inner:
            continue
        failed = "<failure" in inner
        if "<error" in inner and not failed:
            continue  # broke in its set-up: says nothing of the model
        check = _of_test(name[1], failed=failed, said=inner)
        _add(found, check, not failed, name[1])
    return found


def from_pytest(text: str) -> dict[str, Any]:
    """Checks in what pytest printed: `tests/test_inputs.py::test_rejects_nan FAILED`."""
    found: dict[str, Any] = {}
    lines = text.split("\n")[: 10 * MAX_CASES]
    told = _told_of(lines)
    for line in lines:
        match = _PYTEST.match(line.strip()[:400])
        if match and (match[1] or match[3]):
            failed = (match[1] or match[3]) == "FAILED"
            check = _of_test(match[2], failed=failed, said=f"{match[4]} {told.get(match[2], '')}")
            _add(found, check, not failed, match[2])
    return found


def from_unittest(text: str) -> dict[str, Any]:
    """Checks in what unittest printed: `test_rejects_nan (tests.TestInput) ... FAIL`."""
    found: dict[str, Any] = {}
    for name, failed, said in islice(cases(text), MAX_CASES):
        _add(found, _of_test(name, failed=failed, said=said), not failed, name)
    return found


_SECTION = re.compile(r"_{3,} (?:[\w.]*\.)?(test_\w+)(?:\[[^\]]*\])? _{3,}$")


def _told_of(lines: Sequence[str]) -> dict[str, str]:
    """What pytest says in the section of each test that failed: the lines behind "E"."""
    told: dict[str, str] = {}
    test = ""
    for line in lines:
        section = _SECTION.match(line.strip()[:300])
        if section is not None:
            test = section[1]
        elif line.lstrip().startswith("E  ") and test:
            told[test] = f"{told.get(test, '')} {line.strip()[1:].strip()[:200]}"
    return told


def from_requests(text: str) -> dict[str, Any]:
    """Checks in a list of requests and answers: "price empty    accepted, prediction=[296.9]".

    A refusal by an error out of the depths counts as none at all: it is neither silent nor said well.
    """
    found: dict[str, Any] = {}
    faults: set[str] = set()
    for line in text.split("\n")[:MAX_CASES]:
        match = _PAIR.match(line.strip()[:600])
        if match is None:
            continue
        given, came = match[1], match[2]
        answered, refused = bool(_ANSWERED.search(came)), bool(_REFUSED.search(came))
        clumsy = bool(_CLUMSY.search(came))
        if not (answered or refused or clumsy):
            continue
        fault = fault_of(given)
        if fault is None or _TRAFFIC.search(line):
            continue
        faults.add(fault)
        if clumsy or answered == refused:
            continue
        _add(found, fault, refused, line.strip())
    return without_designed(found) if len(faults) > 1 else {}  # one alone may be any sentence with such a word


_EXPECTING = re.compile(
    r"^(?:[-*•]|\d+[.)]|\[?(?:pass|fail|ok)(?:ed)?\]?:?)?\s*+(?P<case>\S.{1,100}?)[\s:|,;-]+"
    r"(?:expect(?:ed|s)?|want(?:ed|s)?)\b[\s:=]*(?P<expected>\S.{0,60}?)[\s,;:|-]+"
    r"(?:(?:but\s+)?(?:got|gave|received|actual(?:ly)?)\b[\s:=]*|(?=returned\b))(?P<got>\S.*)$",
    re.IGNORECASE,
)


def from_expectations(text: str) -> dict[str, Any]:
    """Checks that a script printed, one a line: "negative_age  expected ValueError  got returned [0.6]  FAIL"."""
    matches = [_EXPECTING.match(line.strip()[:600]) for line in text.split("\n")[:MAX_CASES]]
    found = [match.groupdict() for match in matches if match is not None]
    return from_records(found) if len(found) > 1 else {}


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
)
_CAME = ("outcome", "status", "result", "response", "answer", "got", "actual", "observed", "received", "output", "came")
_WANTED = ("expected", "expect", "want", "wanted", "should", "expectation", "expected_result", "expected_status")
_MESSAGES = ("call", "message", "detail", "details", "reason", "error", "comment")
_WANTS_REFUSAL = re.compile(
    r"reject|refus|error|exception|rais|den(?:y|ied)|invalid|fail|unprocessable|bad request|\b4\d\d\b", re.IGNORECASE
)


_WANTED_WORDS = word_set("expected expect expectation wanted want should required")
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
        if not isinstance(record, dict):
            continue
        one = {_key(key): value for key, value in record.items()}
        name = _value(one, _GIVEN, _GIVEN_WORDS, _WANTED_WORDS | _CAME_WORDS)
        wanted = _value(one, _WANTED, _WANTED_WORDS, frozenset())
        came = _value(one, _CAME, _CAME_WORDS, _WANTED_WORDS)
        if not isinstance(name, str) or came is None:
            continue
        learning = training_test(name.rpartition("::")[2])
        if learning is not None:
            passed = verdict(came)
            message = next((str(one[key]) for key in _MESSAGES if key in one), "")
            if passed is not None and (passed or failed_as_test(message)):
                _add(found, learning, passed, name)
            continue
        if str(came).lower() in ("passed", "failed"):
            failed = str(came).lower() == "failed"
            message = next((str(one[key]) for key in _MESSAGES if key in one), "")
            check = (
                fault_of(name) if _wants(wanted) else _of_test(name.rpartition("::")[2], failed=failed, said=message)
            )
            _add(found, check, not failed, name)
            continue
        if wanted is not None and not _wants(wanted):
            continue  # sound input, which is to be answered
        answered, refused = _answer(str(came))
        if _wrong_error(str(wanted or ""), str(came)):
            _add(found, fault_of(name), False, name)
        elif _wanted_error(str(wanted or ""), str(came)):
            _add(found, fault_of(name), True, name)
        elif answered != refused and not _CLUMSY.search(str(came)):
            fault = fault_of(name) or ("refuses_out_of_range" if _GIVES_NUMBER.search(name) and wanted else None)
            _add(asked if wanted is None else found, fault, refused, name)
    return without_designed(asked) | found


_GIVES_NUMBER = re.compile(r"\w\s*[=:]?\s*-?\d+(?:\.\d+)?(?:e\d+)?$", re.IGNORECASE)
"""A field and the number that was put in ("utilization 37"), where only the expectation tells that it is wrong."""


def _wants(wanted: Any) -> bool:
    return wanted is not None and bool(_WANTS_REFUSAL.search(str(wanted)))


_ERROR_NAME = re.compile(r"\b[A-Za-z]\w*(?:Error|Exception)\b|\b4\d\d\b")


def _wrong_error(wanted: str, came: str) -> bool:
    """A certain error was expected, and another came out of the depths, by chance."""
    names = _ERROR_NAME.findall(wanted)
    return bool(names) and bool(_CLUMSY.search(came)) and not any(name in came for name in names)


def _wanted_error(wanted: str, came: str) -> bool:
    """The certain error that was expected came, even where it is one of those that come out of the depths."""
    return any(re.search(rf"\b{name}\b", came) for name in _ERROR_NAME.findall(wanted))


def _answer(came: str) -> tuple[bool, bool]:
    """Whether an answer was given, and whether the input was refused; a number alone is a score or an HTTP status."""
    text = came.strip()
    if re.fullmatch(r"[1-5]\d\d", text):
        return text[0] == "2", text[0] == "4"
    if re.fullmatch(r"-?\d+(?:\.\d*)?(?:e[+-]?\d+)?", text, re.IGNORECASE):
        return True, False
    return bool(_ANSWERED.search(text)), bool(_REFUSED.search(text))


def from_json(content: Any) -> dict[str, Any]:
    """Checks in pytest's JSON report, in a list of `{case, status}`, or by name: `{"overfits_batch": "fail"}`."""
    listed = (
        content.get("tests", content.get("results", content.get("cases", content.get("checks", content))))
        if isinstance(content, dict)
        else content
    )
    if isinstance(listed, dict):
        listed = [{"name": str(name), "status": _passed_of(one)} for name, one in listed.items()]
    return from_records(listed) if isinstance(listed, list) else {}


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
    return given and (not set(head).isdisjoint(_CAME) or any(each & _CAME_WORDS - _GIVEN_WORDS for each in words))


def from_markdown(text: str) -> dict[str, Any]:
    """Checks in a table between bars that a report has: `| test | result | detail |`."""
    found: dict[str, Any] = {}
    for _, head, rows in bar_tables(text):
        names = [_key(cell) for cell in head]
        if not _may_list(names):
            continue
        for check, one in from_records([dict(zip(names, row, strict=False)) for row in rows]).items():
            _add(found, check, one["passed"], one["said"])
    return found


def results_in(text: str, suffix: str) -> dict[str, Any]:
    """Checks that a file of tests or requests holds, by its form; {} for none."""
    if suffix == "xml":
        return from_junit(text)
    if suffix in ("json", "jsonl", "ndjson"):
        try:
            lines = [line for line in text.split("\n") if line.strip()]
            content = json.loads(text) if suffix == "json" else [json.loads(line) for line in lines[:MAX_CASES]]
        except (ValueError, RecursionError):
            return {}
        return from_json(content)
    if suffix in ("csv", "tsv"):
        return from_table(text, "\t" if suffix == "tsv" else ";" if ";" in text.partition("\n")[0] else ",")
    found = from_markdown(text) if suffix == "md" else {}
    return found or from_pytest(text) or from_unittest(text) or from_expectations(text) or from_requests(text)
