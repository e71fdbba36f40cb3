"""What a training printed of its columns in a line: "train means: age=41.2 pay=3100" or "ratio nan=55.7% std=0.31".

`data_said` reads reports; a script that writes none often prints the same in a line of its log.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from mladvisor.runs.checks_in_lines import broken_by_row, broken_in_line
from mladvisor.runs.columns_absent import absent_in_line
from mladvisor.runs.columns_said import COUNTED, MEAN, MISSING, STD
from mladvisor.runs.copies_said import copies_below, copies_in_line
from mladvisor.runs.data_verdicts import Said
from mladvisor.runs.drift_lines import moved_in_line
from mladvisor.runs.elsewhere_said import said_of_own
from mladvisor.runs.joins_said import unmatched_in_line
from mladvisor.runs.label_lines import said_of_labels
from mladvisor.runs.means_said import means_in_line
from mladvisor.runs.report_names import is_loss, is_metric, words_of
from mladvisor.runs.split_names import split_called
from mladvisor.runs.vocabulary_said import unknown_values_in_line

_MAX_LINE = 1_000
_NUMBER = r"[-+]?\d[\d_]*(?:\.\d*)?(?:e[-+]?\d+)?"
_FILLER = r"(?:[\s_(\[-]+(?:set|split|data|features?|columns?|inputs?|raw|values?|of|the|per|by))*[\s_)\]-]*"
_OF_SPLIT = re.compile(
    r"(?i)\b(train(?:ing)?|val(?:id(?:ation)?)?|dev|test|eval(?:uation)?|serving|production|live)"
    rf"{_FILLER}\b(means?|averages?|avg|stds?|stddevs?|sds?){_FILLER}[:=]\s*(\S.*)"
)
"""Nothing but fillers: "train mean IoU: car=0.4" is about a model."""
_SPREADS = ("std", "sd", "stddev")
_PAIR = re.compile(rf"['\"]?([A-Za-z_][\w ./-]{{0,40}}?)['\"]?\s*[=:]\s*({_NUMBER})(?![\w%.])", re.IGNORECASE)
_STATISTIC = re.compile(rf"\b([a-z]{{2,8}})\s?[=:]\s?({_NUMBER}|nan)(\s?%)?", re.IGNORECASE)
_NAME = re.compile(r"([A-Za-z_][\w.-]{0,60})\s*:?\s*[\[({]?\s*$")
_ENDS = ("min", "max")
_MADE = ("build", "built", "engineer", "engineered", "derive", "derived", "make", "made", "transform", "transformed",
         "create", "created", "compute", "computed", "processed", "preprocess")  # fmt: skip
"""Words of a step that makes columns of others."""


class Column(NamedTuple):
    """Statistics of one column as a line gives them.

    Attributes:
        blank: share of its cells, None where it is not told or only counted.
        made: the line is about columns made of others.
        exact: its bounds are whole numbers that were not rounded to be so.
    """

    name: str
    statistics: dict[str, float]
    blank: float | None
    made: bool
    exact: bool


def said_in_lines(lines: Iterable[str]) -> Iterator[Said]:
    """Means and spreads by split, checks of labels, and blank cells of single columns."""
    lines = list(lines)
    for line in lines:
        yield from said_of_own(_said_in_line, line[:_MAX_LINE])
    yield from broken_by_row(lines)
    yield from copies_below(lines)


def _said_in_line(line: str) -> Iterator[Said]:
    yield from said_of_labels(line)
    yield from copies_in_line(line)
    yield from unmatched_in_line(line)
    yield from unknown_values_in_line(line)
    yield from _blanks_counted(line)
    yield from broken_in_line(line)
    yield from absent_in_line(line)
    yield from moved_in_line(line)
    yield from means_in_line(line)
    if "=" not in line and ":" not in line:
        return
    yield from _by_split(line)
    for column in columns_in(line):
        if column.blank is not None:
            yield Said("made-blank" if column.made else "missing", column.name, None, column.blank)


_COUNTED_BLANKS = re.compile(
    r"(?i)\b(?:nulls?|nans?|missing|blank)(?:[ _-](?:count|values?|cells?|entries))?"
    r"\s{0,3}[:=]?\s{1,3}(\d{1,12})(?![\w.%/])"
    r"|(?<![\w.])(\d{1,12})\s{1,3}(?:nulls?|nans?|missing|blank|empty)(?:\s{1,3}(?:values?|cells?|entries))\b"
)
_INFINITE = re.compile(
    r"(?i)\b([A-Za-z_]\w{1,60})['\"]?\s?[:=]\s(\d{1,12}) (?:of|out of|/) (\d{1,12}) (?:values|rows|cells) "
    r"(?:are|is|were|became|turned|hold) [-+]?inf(?:inite|inity)?\b"
)
_ISNAN = re.compile(
    r"\bis(?:nan|na|null)\([\w.\[\]:, ]{1,40}\)\)?(?:\.\w{2,8}\(\)){1,3}\s?[:=]{1,2}\s?(\d{1,12})(?![\w.])"
)
_OF_TABLE = re.compile(r"(?i)\b(?:loaded|read|rows|columns|features|shape|samples|table|frame)\b")


def _blanks_counted(line: str) -> Iterator[Said]:
    """ "loaded train.parquet: 1500 rows, 16 columns, null count 2": cells that are blank as the rows come in."""
    infinite = _INFINITE.search(line)
    if infinite is not None and int(infinite[2]) <= int(infinite[3]):
        yield Said("infinite", infinite[1], None, float(infinite[2]), infinite[0])
        return
    summed = _ISNAN.search(line)
    if summed is not None:
        yield Said("cells-blank", "", None, float(summed[1]), summed[0].strip())
        return
    if _OF_TABLE.search(line) is None:
        return
    found = _COUNTED_BLANKS.search(line)
    if found is not None:
        yield Said("cells-blank", "", None, float(found[1] or found[2]), found[0].strip())


def _by_split(line: str) -> Iterator[Said]:
    """ "train means: age=41.2 pay=3100": columns, and no measures of a model."""
    match = _OF_SPLIT.search(line)
    if match is None:
        return
    split, what, rest = match.groups()
    pairs = [(name.strip(), float(value.replace("_", ""))) for name, value in _PAIR.findall(rest)]
    if any(is_loss(name) or is_metric(name) for name, _ in pairs):
        return
    kind = "std" if what.lower().rstrip("s") in _SPREADS else "mean"
    for name, value in pairs:
        yield Said(kind, name, split_called(split.lower()), value)


def columns_in(line: str) -> list[Column]:
    """The columns of "build_features: bucket min=0 max=0 std=0.000 | ratio nan=55.7%", a part for each."""
    if not any(f"{word}=" in line.lower() for word in ("std", "nan", "nulls", "null", "missing", "min")):
        return []
    made = False
    found: list[Column] = []
    for part in re.split(r"\s*[|;]\s*", line):
        told = list(_STATISTIC.finditer(part))
        name = _NAME.search(part[: told[0].start()]) if told else None
        if not told or name is None:
            continue
        stage = words_of(part[: name.start()])
        made = made or (not set(stage).isdisjoint(_MADE) and any(word.startswith("feature") for word in stage))
        values: dict[str, float] = {}
        blank = None
        whole = True
        for each in told:
            key = each[1].lower()
            values[key] = float(each[2].replace("_", "")) / (100.0 if each[3] else 1.0)
            whole = whole and (key not in _ENDS or "." not in each[2])
            if key in _BLANK and 0.0 <= values[key] <= 1.0 and (each[3] or "." in each[2] or not values[key]):
                blank = values[key]
        if _is_about_column(name[1], values):
            found.append(Column(name[1], values, blank, made, whole))
    return found


_BLANK = frozenset((*MISSING, *COUNTED))
_KNOWN = {*MEAN, *STD, *_BLANK, *_ENDS, "count", "median"}


def _is_about_column(name: str, values: dict[str, float]) -> bool:
    known = _KNOWN.issuperset(values)
    return known and not is_loss(name) and not is_metric(name) and not words_of(name)[0].startswith("grad")
