"""Tests of bad input as lines that a script or a person left: a request, what came of it, and maybe what was wanted."""

from __future__ import annotations

import json
import re
from typing import Any

from mladvisor.runs.answer_words import ANSWERED, CLUMSY, MAX_CASES, REFUSED, add, gives_number, without_designed
from mladvisor.runs.check_words import fault_of
from mladvisor.runs.input_records import from_records

_TRAFFIC = re.compile(r"\b(?:GET|POST|PUT|HTTP/\d)\b")
_PAIR = re.compile(
    r"^(?:[-*•]|\d+[.)])?\s*+(\S.{2,99}?)(?:\s{2,}|\t|\s*->\s*|\s*=>\s*|\s*→\s*|:\s+|\s*\|\s*"
    r"|,?\s(?:and )?(?:(?:it|we|i) )?(?:got|gave|returned|answered|responded(?: with)?|came back(?: with)?)\s(?=\S*\d))"
    r"(\S.*)$"
)


_STAMP = re.compile(
    r"^\[?\d{4}-\d\d-\d\d[ T]\d\d:\d\d\S*\s+(?:\[?(?:INFO|WARN|WARNING|ERROR|DEBUG)\]?[: -]*)?"
    r"|^(?:INFO|WARN|WARNING|ERROR)\b[: -]*",
    re.IGNORECASE,
)
_ASKED = re.compile(r"^(?:curl\s+-X\s*)?(?:POST|PUT|GET|PATCH)\s+\S+[\s#:]*(?=.*(?:->|=>|→))")
_ARROW = re.compile(r"\s*(?:->|=>|→|⇒)\s*")
_WANTED = re.compile(
    r"[\s,;(\[|-]*\b(?:contract|expected|expects?|want(?:ed)?|should(?: be| have been)?|erwartet|soll)\b\s*[:=]?\s*"
    r"(?P<wanted>[^()\[\];|]{1,80}?)\s*(?:[)\]|;]|,?\s*(?:but )?(?:got|received|returned)\b|$)",
    re.IGNORECASE,
)
_SOUND = re.compile(
    r"\b(?:valid|ok|sound|good|normal|ordinary|regular|baseline|clean|typical|happy|reference|gültig)\b", re.IGNORECASE
)
_STATUS = re.compile(
    r"\b(?:HTTP|status|code)\b[ =:/.\d]*\b[245]\d\d\b|^[245]\d\d\b|\b\w+(?:Error|Exception)\b", re.IGNORECASE
)
_PREDICTED = re.compile(
    r"\{\s?['\"](?:y_?)?(?:class|label|pred\w{0,8}|score|prob\w{0,8}|confidence|output|result|answer|forecast|price|risk)['\"]\s?:"
    r"(?!.{0,300}?['\"]?(?:error|detail|message)['\"]?\s?:)",
    re.IGNORECASE,
)
"""A record of what a model predicted, and of no error."""
_LEAST = 3
"""Lines of a list that stands in the output of a program; and the most that may stand between them."""
_APART = 3


def _bare(line: str) -> str:
    """A line without its stamp, its bullet, and the method and path of the request."""
    line = _STAMP.sub("", line.strip()[:600])
    return _ASKED.sub("", line.lstrip("-*•# ")).lstrip("# ")


_PAIRED = re.compile(r"(?<![\w.])([A-Za-z_][\w.]*)=(\"[^\"]{0,200}\"|[^\s,;]+)")
_LEAST_PAIRS = 3


def from_service_lines(text: str) -> dict[str, Any]:
    """Checks in lines of a service, of pairs or of JSON: `level=info case=nan_age status=200 expected=422`."""
    records: list[dict[str, Any]] = []
    for line in text.split("\n")[:MAX_CASES]:
        bare = line.strip()[:2_000]
        if bare.startswith("{"):
            try:
                one = json.loads(bare)
            except (ValueError, RecursionError):
                continue
            records += [one] if isinstance(one, dict) else []
        elif len(pairs := _PAIRED.findall(bare[:600])) >= _LEAST_PAIRS:
            records.append({key: value.strip('"') for key, value in pairs})
    found = from_records([one for one in records if any("expect" in key.lower() for key in one)])
    return found if len(found) > 1 else {}


def from_contracts(text: str) -> dict[str, Any]:
    """Checks in lines that say what should have come, in any order: "NaN in age -> 200 score 0.4 (contract: 422)"."""
    records = []
    for line in text.split("\n")[:MAX_CASES]:
        bare = _bare(line)
        wanted = _WANTED.search(bare)
        if wanted is None or not wanted.start():
            continue
        rest = f"{bare[: wanted.start()]} {bare[wanted.end() :]}".strip(" ()[],;|")
        pair = _ARROW.split(rest, maxsplit=1)
        if len(pair) == 1 and (match := _PAIR.match(rest)) is not None:
            pair = [match[1], match[2]]
        if len(pair) == 2 and all(pair):
            records.append({"case": pair[0], "expected": wanted["wanted"], "got": pair[1]})
    return from_records(records) if len(records) > 1 else {}


def from_printed_list(text: str) -> dict[str, Any]:
    """Checks in a list of requests that a program printed among other things: a sound one and some that are spoilt.

    Each line has an arrow, and an HTTP status, the name of an error or a record of what was predicted; a number that is
    put in beside a sound row is one that should be refused.
    """
    blocks: list[list[tuple[str, str]]] = []
    last = -_APART - 1
    for number, line in enumerate(text.split("\n")):
        pair = _ARROW.split(_bare(line), maxsplit=1) if len(line) < 600 else []
        if len(pair) != 2 or not pair[0] or not (_STATUS.search(pair[1]) or _PREDICTED.match(pair[1])):
            continue
        if number - last > _APART:
            blocks.append([])
        blocks[-1].append((pair[0].strip(), pair[1].strip()))
        last = number
    found: dict[str, Any] = {}
    for block in blocks:
        if len(block) < _LEAST or not any(_SOUND.search(given) for given, _ in block):
            continue
        for given, came in block[:MAX_CASES]:
            fault = None if _SOUND.search(given) else fault_of(given) or _number_put_in(given)
            answered, refused = bool(ANSWERED.search(came)), bool(REFUSED.search(came))
            answered |= not _STATUS.search(came) and bool(_PREDICTED.match(came))
            if fault is not None and answered != refused and not CLUMSY.search(came):
                add(found, fault, refused, f"{given} -> {came}")
    return without_designed(found) if len(found) > 1 else {}


_PUT_IN = re.compile(r"[=:]\s*-?\d|\w\s{1,3}(?:-\d|\d{5}|\d(?:\.\d{1,9})?e\d)", re.IGNORECASE)
"""A field and its number; without a mark between them one that nobody counts cases by."""


def _number_put_in(given: str) -> str | None:
    return "refuses_out_of_range" if _PUT_IN.search(given) and gives_number(given) else None


def from_requests(text: str) -> dict[str, Any]:
    """Checks in a list of requests and answers: "price empty    accepted, prediction=[296.9]".

    A refusal by an error out of the depths counts as none at all: it is neither silent nor said well.
    """
    found: dict[str, Any] = {}
    faults: set[str] = set()
    for line in text.split("\n")[:MAX_CASES]:
        match = _PAIR.match(_ASKED.sub("", line.strip()[:600]).lstrip("# "))
        if match is None:
            continue
        given, came = match[1], match[2]
        answered, refused = bool(ANSWERED.search(came)), bool(REFUSED.search(came))
        clumsy = bool(CLUMSY.search(came))
        if not (answered or refused or clumsy):
            continue
        fault = fault_of(given)
        if fault is None or _TRAFFIC.search(_ASKED.sub("", line.strip()[:600])):
            continue
        faults.add(fault)
        if clumsy or answered == refused:
            continue
        add(found, fault, refused, line.strip())
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
