"""Tests of data that failed, by what they are called and what they measured: pytest, JUnit, Great Expectations.

test_rows_disjoint: assert 2120 == 0        test_unit_variance: assert tensor(398112.4) < 5
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from mladvisor.runs.data_verdicts import Said
from mladvisor.runs.sheets.words import sides, words
from mladvisor.runs.word_sets import word_set


class Failed(NamedTuple):
    """A test that failed: its name, and what it said."""

    name: str
    said: str


_SECTION = re.compile(r"_{3,} (?:[\w.]*\.)?(test_\w+)(?:\[([^\]]*)\])? _{3,}\s*$")
_NAMED = re.compile(r'\bname="([^"]{1,300})"')
_SHORT = re.compile(r"^FAILED \S*::(test_\w+)(?:\[[^\]]*\])?(.*)$")


def failed_tests(text: str) -> list[Failed]:
    """The tests that failed, in a JUnit file or in what pytest printed."""
    if "<testcase" in text:
        cases = [case.partition("</testcase>")[0][:_MOST_SAID] for case in text.split("<testcase")[1:_MOST_LINES]]
        named = [(_NAMED.search(case), case) for case in cases if "<failure" in case]
        return [Failed(name[1], case) for name, case in named if name is not None]
    found: list[Failed] = []
    name = ""
    told: dict[str, str] = {}
    for line in text.splitlines()[:_MOST_LINES]:
        section, short = _SECTION.match(line.strip()[:300]), _SHORT.match(line.strip()[:300])
        if section is not None:
            name = f"{section[1]} {section[2] or ''}"
            told[name] = ""
        elif short is not None and not any(each.startswith(short[1]) for each in told):
            told[short[1]] = short[2]
        elif name and line.lstrip().startswith((">", "E ")):
            told[name] += f" {line.strip()[1:].strip()[:300]}"
    found += [Failed(each, said) for each, said in told.items()]
    return found


_MOST_LINES, _MOST_SAID = 5_000, 4_000
_BOTH = word_set(
    "disjoint overlap overlaps overlapping leak leakage leaks duplicates duplicate dup intersect intersection "
    "shared contamination contaminated unique"
)
_ALIKE = word_set(
    "share shares balance balanced stratified stratification distribution proportion proportions median "
    "prevalence mix representative similar alike ratio class positives"
)
_SCALE = word_set(
    "variance std stdev standardised standardized standardized scaled scale normalised normalized "
    "normalisation normalization mean zero unit range scaling"
)
_OF_INPUTS = word_set(
    "variance inputs input features feature x tensors tensor columns unit zero scaled standardised "
    "standardized normalised normalized scaling"
)
_ORDER = word_set("shuffled shuffle shuffling mixed mixing order sorted")
_OF_OUTPUT = word_set("report export log print printed output table")
_OF_SPLITS = word_set("split splits rows ids users patients speakers groups customers documents hashes images")
_BATCH = word_set("batch batches loader")
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:e[-+]?\d+)?")
_ASSERTED = re.compile(
    r"assert\b[^<>=]{0,60}?\(?(-?\d+(?:\.\d+)?(?:e[-+]?\d+)?)\)?[^<>=]{0,30}?(?:==|<=?|>=?"
    r"|!=)\s{0,3}\(?(?:\w+\()?(-?\d+(?:\.\d+)?(?:e[-+]?\d+)?)"
)
_ROWS = re.compile(r"(?:len|n|rows|size)\W{0,3}(?:\(?\s?(?:dev|val\w*|test\w*|holdout|eval\w*)\)?)?\s?=\s?(\d{2,9})")


def said_of_failures(failures: Sequence[Failed]) -> Iterator[Said]:
    """What the names of failed tests say of the data, with the number that was asserted."""
    for name, said in failures:
        bare = name.removeprefix("test_")  # which names no side
        called = {*words(bare)}
        asserted = _ASSERTED.search(said)
        value, limit = (float(asserted[1]), float(asserted[2])) if asserted else (None, None)
        text = f"{bare} {said.replace(name, bare)}"
        about_split = bool(sides(text)) or not called.isdisjoint(_OF_SPLITS)
        if called & _BOTH and about_split and not called & {"column", "columns", "labels", "index", "name", "names"}:
            rows = _ROWS.search(said)
            if value is not None and rows and value <= float(rows[1]):
                yield Said("copies", "", None, value / float(rows[1]), f"{name} failed")
            elif value is None and sides(text) != {"train", "other"} and called.isdisjoint(_OF_SPLITS):
                continue
            elif value is None or value >= 1:
                counted = _COUNTED.search(said)
                some = float(counted[1]) if counted else _SOME
                yield Said("copies-counted", "", None, value if value is not None else some, f"{name} failed")
        elif called & _ALIKE and sides(text) == {"train", "other"}:
            yield Said(
                "split-gap", "", None, value if value is not None and value <= 1 else _SOME_GAP, f"{name} failed"
            )
        elif called & _BATCH and called & _ORDER and not called & _OF_OUTPUT:
            yield Said("batch-of-one-kind", "", None, 1.0, f"{name} failed")
        elif called & _BATCH and called & _RANGES and (beyond := _BEYOND.search(said)):
            yield Said("batch-far", "", None, float(beyond[1]) / max(float(beyond[2]), 1e-9), f"{name} failed")
        elif _of_scale(called) and value is not None and limit:
            by_far = abs(value) > _FAR * max(abs(limit), 1.0)
            yield Said("fed-test", "", None, abs(value) if by_far else 1.0, f"{name} failed")


def _of_scale(called: set[str]) -> bool:
    """ "unit variance", "inputs scaled", "standardised": a unit or a range alone may be of anything."""
    told = bool(called & _SCALE and called & _OF_INPUTS)
    return told and (len(called & (_SCALE | _OF_INPUTS)) > 1 or bool(called & _SCALED))


_SCALED = word_set("variance scaled standardised standardized normalised normalized scaling")
_RANGES = word_set("range ranges bounds outlier outliers finite max values amplitude spike spikes")
_BEYOND = re.compile(r"(-?\d+(?:\.\d+)?(?:e[-+]?\d+)?)\)? (?:>|<|<=|>=) (\d+(?:\.\d+)?(?:e[-+]?\d+)?)")
_COUNTED = re.compile(
    r"\b(\d{1,9}) (?:\w+ ){0,2}(?:in both|are in|occur|appear|shared|overlap|found|ids|rows|users|patients)"
)
_SOME, _SOME_GAP, _FAR = 30.0, 0.3, 10.0
"""What a failed test stands for that says no number; and how far beyond its limit a scale is one that nobody set."""


def said_of_expectations(records: Sequence[dict[str, Any]]) -> Iterator[Said]:
    """Expectations on the spread (or mean) of columns around one, that failed by far: nothing was scaled."""
    observed = []
    for record in records:
        kind = next((str(value) for key, value in record.items() if key.endswith(("expectation_type", "type"))), "")
        limit = next((value for key, value in record.items() if key.endswith("max_value")), None)
        value = next((each for key, each in record.items() if key.endswith("observed_value")), None)
        if "stdev" in kind and isinstance(limit, int | float) and isinstance(value, int | float) and 0 < limit <= _UNIT:
            observed.append(abs(float(value)))
    far = [each for each in observed if each > _FAR]
    if len(far) >= len(("one", "other")):
        yield Said("fed-test", "", None, max(far), "the spread of columns was expected around one")


_UNIT = 5.0
