"""Which files beside a log hold results of tests, requests with their answers, or what a service accepts."""

from __future__ import annotations

import re

from mladvisor.errors import ReadError
from mladvisor.runs import layout, log_names, settings_names, table_names
from mladvisor.runs.checksums import is_about_checksums
from mladvisor.runs.config import load
from mladvisor.runs.learning_scores import learnt_by_curve
from mladvisor.runs.model import Run
from mladvisor.runs.paired_requests import paired, pairs_of, printed
from mladvisor.runs.readers import Candidate
from mladvisor.runs.repeat_tables import scored_again
from mladvisor.runs.report_names import is_about_tests, may_hold_requests, words_of
from mladvisor.runs.word_sets import word_set

_TEXT_TABLES = ("csv", "tsv")
_SUFFIXES = ("xml", "log", "txt", "out", "json", "jsonl", "ndjson", "md", "yaml", "yml", *_TEXT_TABLES)
_MOST_REPORT = 8_000_000  # bytes
_MOST_SUMMARY = 200_000  # bytes: of what a person reads


def holds_tests(file: Candidate, stem: str, suffix: str) -> bool:
    """Results of tests, or of requests, with bad input: by the words of the name and by the content."""
    if suffix not in _SUFFIXES or table_names.own_kind(file.name) is not None:
        return False
    if suffix in _TEXT_TABLES and file.size > _MOST_SUMMARY:
        return False  # "test.csv" is rows of data far more often
    if suffix in _TEXT_TABLES and _scores_again(file, stem):
        return True
    by_content = (suffix == "json" and _PYTEST_REPORT in file.text) or _lists_cases(file, suffix)
    if suffix == "json" and _tells_few_rows(file, stem):
        return True
    asked = may_hold_requests(stem) and not settings_names.may_be_config(file.name)
    if not (is_about_tests(stem) or asked or by_content or is_about_checksums(stem)):
        return False
    if suffix in ("log", "txt", "out") and log_names.meant_as_log(file.name):
        return False
    from mladvisor.runs.input_tests import results_in
    from mladvisor.runs.request_logs import exchanges

    try:
        if suffix in ("yaml", "yml"):
            return by_content and len(results_in(file.text, suffix)) >= _LEAST_CASES
        text = file.text if suffix != "json" else file.read_text(_MOST_REPORT)
        return bool(results_in(text, suffix)) or len(exchanges(text, suffix)[0]) >= _LEAST_REQUESTS
    except (ReadError, OSError):
        return False


def _tells_few_rows(file: Candidate, stem: str) -> bool:
    """The loss on a few rows that were to be learnt by heart, as it fell."""
    try:
        if file.size > _MOST_SUMMARY or b"loss" not in file.read_bytes(_MOST_SUMMARY):
            return False
        return bool(learnt_by_curve(file.read_json(), stem))
    except (ReadError, OSError, RecursionError):
        return False


def requests_and_answers(files: list[Candidate]) -> list[str]:
    """Files that hold requests wrong on purpose, and those with the answers to them, line by line."""
    by_name = {file.rel: file for file in files if file.size <= _MOST_SUMMARY}
    found: list[str] = []
    for pair in pairs_of(tuple(by_name)):
        sides = [by_name[name] for name in pair]
        try:
            (asked, one), (came, other) = [(file.text, layout.stem_and_suffix(file.name)[1]) for file in sides]
        except (ReadError, OSError):
            continue
        found += pair if paired(asked, one, came, other) else ()
    return found


def _scores_again(file: Candidate, stem: str) -> bool:
    """The same rows scored several times, by the names of the columns."""
    try:
        head = file.text.partition("\n")[0]
    except (ReadError, OSError):
        return False
    return scored_again([name.strip() for name in re.split("[,;\t]", head)], stem) is not None


def _lists_cases(file: Candidate, suffix: str) -> bool:
    """Cases with what was wanted of each and what came, whatever the file is called."""
    if file.size > _MOST_SUMMARY or suffix not in ("json", "jsonl", "ndjson", "md", "yaml", "yml", *_TEXT_TABLES):
        return False
    try:
        text = file.text if suffix not in _TEXT_TABLES else file.text.partition("\n")[0]
    except (ReadError, OSError):
        return False
    return _WANTED.search(text) is not None and _CAME.search(text) is not None


def tests_in_output(run: Run, files: list[Candidate]) -> tuple[str, ...]:
    """Files of what programs printed, the log as well, that hold results of tests among other things."""
    from mladvisor.runs.input_tests import in_output

    found = []
    for file in files:
        taken = file.rel in run.files.get("checks", ())
        if taken or not (file.rel in run.logs or log_names.may_hold_messages(file.name)) or file.size > _MOST_PRINTED:
            continue
        try:
            text = file.read_text(_MOST_PRINTED)
            if (_MARKS.search(text) and in_output(text)) or (_REQUEST.search(text) and printed(text)):
                found.append(file.rel)
        except (ReadError, OSError):
            continue
    return tuple(found)


_MOST_PRINTED = 1_000_000
_MARKS = re.compile(
    r"::test_|^_{3,} (?:\w+\.)?test_\w+ _{3,}"
    r"|\.\.\. (?:ok|FAIL)|^not ok |(?:->|=>|→)\s(?:.*\b(?:HTTP|status|\w+Error)\b|\{\s?['\"]\w+['\"]\s?:)",
    re.MULTILINE,
)
_REQUEST = re.compile(r"\{.{0,2000}\}\s*(?:->|=>|→|⇒)\s*\S")
_LEAST_CASES = 2
_WANTED = re.compile(
    r"(?:^|[\s\"'{,;|])(?:\w*_)?(?:expect(?:ed|ation)?|want(?:ed)?|contract|specified|erwartet)(?:_\w+)?[\"']?\s*[:,;|\t]",
    re.I,
)
_CAME = re.compile(
    r"(?:^|[\s\"'{,;|])(?:\w*_)?(?:observed|actual|got|received|returned|response|status|result|answer|outcome|erhalten"
    r"|ergebnis)(?:_\w+)?[\"']?\s*(?:[:,;|\t\n]|$)",
    re.I,
)


def is_interface(file: Candidate, stem: str, suffix: str) -> bool:
    """A description of what a service accepts, by its name and its content."""
    if suffix not in ("yaml", "yml", "json") or file.size > _MOST_SUMMARY or _INTERFACES.isdisjoint(words_of(stem)):
        return False
    from mladvisor.runs.request_logs import is_contract

    try:
        return is_contract(load(file))
    except (ReadError, OSError):
        return False


_INTERFACES = word_set("openapi swagger api contract interface")
_PYTEST_REPORT = '"nodeid"'
_LEAST_REQUESTS = 3
"""Requests with their answers: of fewer the content may be anything."""
