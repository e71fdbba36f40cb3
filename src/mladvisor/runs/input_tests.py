"""Tests of bad input that people ran themselves: JUnit files, what pytest printed, and lists of requests and answers.

Gives results in the form of `checks.json`: `refuses_nan: {passed: false}`. What was given is told by the words of a
test's name or of a request; whether it should have been refused, by the name of the test ("rejects", "raises") or by
the list, which says what is wrong with each request.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from itertools import islice
from typing import Any

from mladvisor.runs.answer_words import MAX_CASES, add, check_of_test
from mladvisor.runs.checksums import from_checksums
from mladvisor.runs.input_lines import (
    from_contracts,
    from_expectations,
    from_printed_list,
    from_requests,
    from_service_lines,
)
from mladvisor.runs.input_records import from_json, from_markdown, from_table
from mladvisor.runs.learning_scores import learnt_in_line
from mladvisor.runs.unittest_output import cases
from mladvisor.yaml_io import YamlError, load_lenient

MAX_BYTES = 4_000_000
_PYTEST = re.compile(r"^(?:(FAILED|PASSED)\s+)?\S*::(?:\w+::)?(test_\w+(?:\[[^\]]*\])?)(?:\s+(FAILED|PASSED))?(.*)$")


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
        check = check_of_test(name[1], failed=failed, said=inner)
        add(found, check, not failed, name[1])
    return found


def from_pytest(text: str) -> dict[str, Any]:
    """Checks in what pytest printed: `tests/test_inputs.py::test_rejects_nan FAILED`."""
    found: dict[str, Any] = {}
    lines = text.split("\n")[: 10 * MAX_CASES]
    told = _told_of(lines)
    listed: set[str] = set()
    for line in lines:
        match = _PYTEST.match(line.strip()[:400])
        if match and (match[1] or match[3]):
            failed = (match[1] or match[3]) == "FAILED"
            check = check_of_test(match[2], failed=failed, said=f"{match[4]} {told.get(match[2], '')}")
            add(found, check, not failed, match[2])
            listed.add(match[2])
    for name in sorted(told.keys() - listed):  # of a report that shows the others as a dot each
        add(found, check_of_test(name, failed=True, said=told[name]), False, name)
    return found


def from_unittest(text: str) -> dict[str, Any]:
    """Checks in what unittest printed: `test_rejects_nan (tests.TestInput) ... FAIL`."""
    found: dict[str, Any] = {}
    for name, failed, said in islice(cases(text), MAX_CASES):
        add(found, check_of_test(name, failed=failed, said=said), not failed, name)
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
        delimiter = "\t" if suffix == "tsv" else ";" if ";" in text.partition("\n")[0] else ","
        return from_checksums(text, delimiter) or from_table(text, delimiter)
    if suffix in ("yaml", "yml"):
        try:
            return from_json(load_lenient(text))
        except YamlError:
            return {}
    found = from_markdown(text) if suffix == "md" else {}
    return from_scores(text) | (
        found
        or in_output(text)
        or from_expectations(text)
        or from_service_lines(text)
        or from_contracts(text)
        or from_requests(text)
    )


def from_scores(text: str) -> dict[str, Any]:
    """Checks of the training in lines that give what came of it: "overfit 32 rows: loss 2.3 -> 2.2"."""
    found: dict[str, Any] = {}
    for line in text.split("\n")[:MAX_CASES]:
        told = learnt_in_line(line)
        if told is not None:
            add(found, *told, line.strip())
    return found


def in_output(text: str) -> dict[str, Any]:
    """Checks among other things that programs print, by a form that nothing else has."""
    return from_pytest(text) or from_unittest(text) or from_tap(text) or from_printed_list(text)


_TAP = re.compile(r"^(not )?ok\s+\d+\s+-?\s*(?P<name>\S.{1,150}?)(?:\s+#\s*(?P<note>.*))?$")


def from_tap(text: str) -> dict[str, Any]:
    """Checks in the Test Anything Protocol: "not ok 3 - rejects NaN"."""
    found: dict[str, Any] = {}
    for line in text.split("\n")[: 10 * MAX_CASES]:
        match = _TAP.match(line.strip()[:300])
        if match is not None and not str(match["note"] or "").lower().startswith(("skip", "todo")):
            add(found, check_of_test(match["name"], failed=bool(match[1])), not match[1], match["name"])
    return found
