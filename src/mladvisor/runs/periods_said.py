"""From which time data is, as file names, settings and lines of a log say it: "2021_2022.csv", "2018-01/2019-06",
"train: applications 2019Q1-2020Q4, valid: applications 2023Q1"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from mladvisor.runs.split_names import split_called

_YEAR = r"(?<![\d.])((?:19|20)\d\d)"
_MOMENT = re.compile(
    rf"{_YEAR}(?:[-_ ]?[qQ]([1-4])|[-_/.](0[1-9]|1[0-2])(?:[-_/.](?:[0-2]\d|3[01]))?(?!\d)|[-_ ]?[hH]([12])(?!\d))?"
    r"(?!\d|\.\d)"
)
_SPLIT = re.compile(
    r"(?<![A-Za-z])(train(?:ing)?|val(?:id(?:ation)?)?|test(?:ing)?|eval(?:uation)?|holdout|serving|production|live)"
    r"(?![A-Za-z])",
    re.IGNORECASE,
)
_IN_PROSE = re.compile(r"[qQ][1-4]|[-/.](?:0[1-9]|1[0-2])\b|\b(?:19|20)\d\d\s?(?:-|–|to|\.\.|/)\s?(?:19|20)\d\d")
_TRAINS = re.compile(r"loss|epoch|\bstep\b|\bacc(?:uracy)?\b|\bauc\b|seed|\brows?\b", re.IGNORECASE)
_MOST_LINE = 400


class Period(NamedTuple):
    """From when to when, in years: 2020.0 to 2020.25 is the first quarter."""

    first: float
    last: float


def period_of(text: str) -> Period | None:
    """The time from the first to the last moment that a text names; None where it names none."""
    spans = [_span(found) for found in _MOMENT.finditer(text)]
    return Period(min(first for first, _ in spans), max(last for _, last in spans)) if spans else None


def _span(found: re.Match[str]) -> tuple[float, float]:
    year, quarter, month, half = found.groups()
    if quarter:
        return int(year) + (int(quarter) - 1) / 4, int(year) + int(quarter) / 4
    if month:
        return int(year) + (int(month) - 1) / 12, int(year) + int(month) / 12
    if half:
        return int(year) + (int(half) - 1) / 2, int(year) + int(half) / 2
    return float(year), float(year) + 1.0


def periods_in(line: str) -> Iterator[tuple[str, Period]]:
    """(split, period) of each split that a line speaks of; none of a line about rows, epochs or scores."""
    if len(line) > _MOST_LINE or _TRAINS.search(line):
        return
    parts = list(_SPLIT.finditer(line))
    ends = [*(part.start() for part in parts[1:]), len(line)]
    for part, end in zip(parts, ends, strict=False):
        said = line[part.end() : end]
        split = split_called(part[0].lower())
        found = period_of(said) if _IN_PROSE.search(said) else None
        if split is not None and found is not None:
            yield split, found
