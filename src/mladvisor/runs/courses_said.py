"""How numbers went from release to release, as people write it in a sentence: "MAPE 31% -> 26% -> 22%, waste 4.0% ->
4.5% -> 5.1%", "AUC: 0.71 (v1), 0.75 (v2), 0.80 (v3)".
"""

from __future__ import annotations

import re
from collections import defaultdict
from typing import Any

from mladvisor.runs.other_languages import english
from mladvisor.runs.outcome_words import direction
from mladvisor.runs.report_names import is_metric, words_of

_NUMBER = r"(?:R\$|[$€£])?\s?[-+]?\d{1,12}(?:[.,]\d{1,6})?\s?(?:%|€|k\b)?"
_ARROWS = re.compile(rf"{_NUMBER}(?:\s{{0,3}}(?:->|→|=>|-->|then|,\s?then|dann|luego)\s{{0,3}}{_NUMBER}){{2,11}}")
_NAMED = re.compile(
    rf"{_NUMBER}\s?\([^()\d]{{0,12}}\d[\w.-]{{0,10}}\)(?:\s?[,;]\s{{0,3}}{_NUMBER}\s?\([^()\d]{{0,12}}\d[\w.-]{{0,10}}\)){{2,11}}"
)
_LISTED = re.compile(
    r"(?:R\$|[$€£])\s?\d{1,12}(?:[.,]\d{1,6})?(?:\s?[,;]\s{1,3}(?:R\$|[$€£])\s?\d{1,12}(?:[.,]\d{1,6})?){2,11}"
)
_ONE = re.compile(r"[-+]?\d{1,12}(?:[.,]\d{1,6})?")
_IN_BRACKETS = re.compile(r"\([^()]{0,40}\)")
_MARKS = ("->", "→", "=>", " then ", "(", "$", "€", "£", " dann ", " luego ")
_MOST_LINES, _LONGEST = 2_000, 1_000
_CLAUSE = re.compile(r"[.;:!?]\s|,\s|\s-\s|\band\b|\bund\b|\by\b|\be\b")


def courses_in(text: str) -> list[dict[str, Any]]:
    """A row for each release, of the courses of a text that have the same number of steps; [] where none is a metric of
    models or none is an outcome.
    """
    found: dict[int, dict[str, list[float]]] = defaultdict(dict)
    for line in text.split("\n")[:_MOST_LINES]:
        if len(line) > _LONGEST or not any(mark in line for mark in _MARKS):
            continue
        end = 0
        for match in _courses(line):
            values = [float(each.replace(",", ".")) for each in _ONE.findall(_IN_BRACKETS.sub("", match[0]))]
            name = _name(line[end : match.start()])
            end = match.end()
            if name and len(values) > 2:
                found[len(values)].setdefault(name, values)
    for steps, courses in sorted(found.items(), reverse=True):
        if any(map(_is_model, courses)) and any(not _is_model(name) and direction(name) for name in courses):
            return [{"release": at + 1} | {name: values[at] for name, values in courses.items()} for at in range(steps)]
    return []


def _courses(line: str) -> list[re.Match[str]]:
    every = [match for pattern in (_ARROWS, _NAMED, _LISTED) for match in pattern.finditer(line)]
    return sorted(every, key=lambda match: match.start())


def _is_model(name: str) -> bool:
    return is_metric(name) or "ks" in words_of(name)


def _name(before: str) -> str:
    """What a course is of: the words of the clause right before it, or of those before that, which say what it is."""
    clauses = _CLAUSE.split(_IN_BRACKETS.sub("", before).strip(" :-*#|"))
    for clause in reversed(clauses):
        name = english("_".join(re.findall(r"[^\W_]+", clause)[-8:]).lower())
        if name and (_is_model(name) or direction(name)):
            return name
    return ""
