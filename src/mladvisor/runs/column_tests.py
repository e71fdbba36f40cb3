"""Tests of columns in results of test runners: pytest, JUnit, dbt. One that failed says that a column is empty, breaks
its schema, or was made wrongly of others.

    <testcase classname="accepted_values" name="orders.shift"><failure message="Got 981 results">values found: ...
    tests/features/test_share.py::test_between_0_and_1 FAILED
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from mladvisor.runs.data_verdicts import A_CASE, Said
from mladvisor.runs.readers.base import Candidate
from mladvisor.runs.report_names import words_of
from mladvisor.runs.word_sets import word_set

_CASE = re.compile(r"<testcase\b([^>]{0,2000}?)(/>|>((?:(?!<testcase\b).){0,20000}?)</testcase>)", re.DOTALL)
_ATTRIBUTE = re.compile(r'\b(name|classname|file|message)="([^"]{0,400})"')
_TAG = re.compile(r"<[^>]{0,400}>")
_PYTEST = re.compile(
    r"^(?:(?P<early>FAILED|PASSED)\s+)?(?P<path>[\w./-]{1,200}\.py)::(?:\w+::)?(?P<name>test_\w+(?:\[[^\]]{0,100}\])?)(?:\s+(?P<late>FAILED|PASSED))?"
)
_MOST = 2_000
_EMPTY = re.compile(
    r"\b(?:not_?null|no_?nulls?|null|nulls|nan|nans|missing|non-?empty|nonempty|empty|has_?values?|is_?filled"
    r"|not_?blank|blank|completeness|0 non-empty"
    r"|present|exists?|in_?columns)\b|KeyError",
    re.IGNORECASE,
)
_SCHEMA = re.compile(
    r"accepted_?values|values? found|unexpected values?|data_?type|\bdtypes?\b|\btypes?\b|varchar|schema|contract"
    r"|domain|vocabular|\brange\b|in_?range|outside|allowed|"
    r"\benum\b|\bunits?\b|categor|\bregex\b|\bformat\b|between|\bmin\b.{0,40}\bmax\b",
    re.IGNORECASE,
)
_OTHER = re.compile(
    r"refus|reject|rais|predict|model|train(?:ing|er)\b|loss|gradient|overfit|learn|api|endpoint|request|checkpoint|config|import|shape|latency|label|leak"
    r"|overlap|duplicat|unique|split|drift|psi|skew",
    re.IGNORECASE,
)
"""A test of something else than the cells of columns."""
_MADE = word_set(
    "derived transform transforms transformed transformation engineered computed processed featurize featurizer "
    "encoders"
)
_FEATURES, _RAW = word_set("feature features"), word_set("raw source input inputs bronze staging")
_BROKE = re.compile(
    r"\b(?:Import|ModuleNotFound|FileNotFound|Timeout|Connection|Type|Attribute|Permission|Memory|Syntax)\w*Error\b|\bfixture\b"
)
"""Errors in front of what a test asserts."""
_BY_HEART = re.compile(
    r"unit_?circle|not_?constant|constant|sin_?cos|finite|round_?trip|monoton|matches_?raw|between_|in_-?\d|one_?hot|sums?_to",
    re.IGNORECASE,
)
_COUNT = re.compile(
    r"\b(?:got|found)?\s?(\d[\d ]{0,12}) (?:results|rows|values|failing|records)\b|\b0 non-empty values in (\d[\d "
    r"]{0,12}) rows",
    re.IGNORECASE,
)
_EVERY = re.compile(
    r"\b(?:0|no) (?:non-?(?:empty|null) )?values?\b|\ball (?:rows|values|cells)? ?(?:are )?(?:null|nan|empty"
    r"|missing)|KeyError|100(?:\.0+)? ?%",
    re.IGNORECASE,
)
_SHARE = re.compile(r"share (?:outside|failing|null|missing)?\s?[:=]?\s?(0?\.\d+|1\.0+|1)\b", re.IGNORECASE)


class Case(NamedTuple):
    """A test: where it stands, its name, whether it failed, and what it said."""

    where: str
    name: str
    failed: bool
    said: str


def cases_of_junit(text: str) -> list[Case]:
    """The cases of a JUnit file that ran; read with regular expressions, as an XML parser would expand entities."""
    found = []
    for number, match in enumerate(_CASE.finditer(text)):
        if number >= _MOST:
            break
        told = dict(_ATTRIBUTE.findall(match[1]))
        inner = match[3] or ""
        if "name" not in told or "<skipped" in inner:
            continue
        failed = "<failure" in inner or "<error" in inner
        message = dict(_ATTRIBUTE.findall(inner)).get("message", "")
        said = f"{message} {_TAG.sub(' ', inner)}"[:600]
        found.append(Case(f"{told.get('classname', '')} {told.get('file', '')}", told["name"], failed, said.strip()))
    return found


def cases_of_pytest(lines: Sequence[str]) -> list[Case]:
    """The cases that pytest printed; where as many messages follow as tests failed, each has its own."""
    found: list[Case] = []
    for line in lines[: 10 * _MOST]:
        match = _PYTEST.match(line.strip()[:500]) if "::" in line else None
        outcome = match and (match["early"] or match["late"])
        if match and outcome and not any(each.name == match["name"] and each.where == match["path"] for each in found):
            found.append(Case(match["path"], match["name"], outcome == "FAILED", ""))
    messages = (
        [line.strip()[1:].strip()[:300] for line in lines if re.match(r"\s{0,3}E\s{2,}\S", line)] if found else []
    )
    failed = [at for at, each in enumerate(found) if each.failed]
    if len(messages) == len(failed):
        for at, said in zip(failed, messages, strict=True):
            found[at] = found[at]._replace(said=said)
    return found


def tests_columns(file: Candidate) -> bool:
    """A JUnit file with a test of columns that failed."""
    if not file.name.lower().endswith(".xml") or b"<test" not in file.head or file.size > _MOST_BYTES:
        return False
    return any(said_by_tests(cases_of_junit(file.text)))


_MOST_BYTES = 1_000_000


def said_by_tests(cases: Sequence[Case]) -> Iterator[Said]:
    """What tests that failed say of columns."""
    raw_passed = any(not each.failed and not _RAW.isdisjoint(_words(each)) for each in cases)
    for case in cases:
        whole = f"{case.where} {case.name}"
        if not case.failed or _OTHER.search(case.name) is not None or _BROKE.search(case.said) is not None:
            continue
        words = _words(case)
        made = not _MADE.isdisjoint(words) or (
            raw_passed and not _FEATURES.isdisjoint(words) and _RAW.isdisjoint(words)
        )
        empty = _EMPTY.search(f"{whole} {case.said}") is not None
        broken = _SCHEMA.search(f"{whole} {case.said}") is not None or (
            made and _BY_HEART.search(case.name) is not None
        )
        share = _share_of(case.said)
        if made and (broken or empty):
            yield Said("made-broken", column_of(case.name), None, share, case.name)
        elif empty and not _SCHEMA.search(whole):
            every = 1.0 if _EVERY.search(case.said) is not None else share
            yield Said("blank", column_of(case.name), None, every, case.name)
        elif broken:
            yield Said("broken", column_of(case.name), None, share, case.name)


def _words(case: Case) -> set[str]:
    return set(words_of(case.where)) | set(words_of(case.name))


def _share_of(said: str) -> float:
    share = _SHARE.search(said)
    return max(float(share[1]), A_CASE) if share is not None else A_CASE


_PARAMETER = re.compile(r"\[([^\]]{1,100})\]$")
_TEST_WORDS = word_set(
    "test not null range integer accepted values type has feature is in no nulls features eval between"
)


def column_of(name: str) -> str:
    """The column that a test is about: in its brackets, before two underscores, or what is left of its name."""
    inside = _PARAMETER.search(name)
    if inside is not None:
        return inside[1]
    last = name.rpartition(".")[2]
    head = last.partition("__")[0]
    return head if head != last else re.sub(r"^test_", "", last)
