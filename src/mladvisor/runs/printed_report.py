"""scikit-learn's `classification_report` in a printed text, as the table it prints, as a frame, or as a dict.

A report is believed when it adds up: rows per class, then `accuracy` and `macro avg`, whose numbers follow from those
above. So reports of several labels a row (`micro avg` for accuracy) and tables that only look alike are left alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from math import isfinite, isnan
from typing import NamedTuple

from mladvisor.runs.logger_prefix import without_prefix

MOST_CLASSES = 1_000
_MAX_LINE = 400
_MAX_NAME = 200
_MAX_BLANK = 2  # blank lines in a row inside a report
_MAX_BETWEEN = 400  # characters between two classes of a dict
_EPSILON = 1e-9
_TITLE = 2  # lines beside a report that is all of its file
_HEAD = re.compile(r"\bprecision\s+recall\s+f1-score\s+support\s*$")
_VALUE = re.compile(r"(?:[01]?\.\d{0,20}|[01]|nan|NaN)$")
_COUNT = re.compile(r"(\d{1,12})(?:\.0{0,12})?$")
_MEANS = ("macro avg", "weighted avg")
_ENTRY = re.compile(r"""(['"])([^'"\n]{1,200})\1\s{0,200}:\s{0,200}\{([^{}]{20,600})\}""")
_FIELD = re.compile(
    r"""['"](precision|recall|f1-score|support)['"]\s{0,200}:\s{0,200}(?:np\.float\d\d\()?([\d.eE+-]{1,30}|nan|NaN)"""
)
_ACCURACY = re.compile(r"""['"]accuracy['"]\s{0,200}:\s{0,200}(?:np\.float\d\d\()?([\d.eE+-]{1,30})""")
_BETWEEN = re.compile(rf"[\s,]*(?:{_ACCURACY.pattern}\)?[\s,]*)?")
"""What stands between two classes of a dict."""


class Report(NamedTuple):
    """One report.

    Attributes:
        first, last: its lines in the text, from 0.
        classes: names as printed, in the order printed.
        precision, recall, f1: per class, NaN where `zero_division` left it so.
        support: rows per class.
        accuracy: share of right decisions.
        half: half a unit of the last decimal printed: how far a value may be off.
    """

    first: int
    last: int
    classes: tuple[str, ...]
    precision: tuple[float, ...]
    recall: tuple[float, ...]
    f1: tuple[float, ...]
    support: tuple[int, ...]
    accuracy: float
    half: float


class _Row(NamedTuple):
    name: str
    values: tuple[float, float, float]
    support: int
    decimals: int


def reports(lines: Sequence[str]) -> list[Report]:
    """All reports of a text, in the order in which they end.

    Args:
        lines: the text without line ends.
    """
    heads = [at for at, line in enumerate(lines) if "f1-score" in line]
    if not heads:
        return []
    found = [_below(lines, at) for at in heads if _HEAD.search(lines[at][-_MAX_LINE:])]
    if any("{" in lines[at] or lines[at].lstrip()[:1] in "'\"" for at in heads):
        found += _dicts("\n".join(lines))
    return sorted((each for each in found if each is not None), key=lambda each: each.last)


def is_all_report(lines: Sequence[str]) -> bool:
    """The text is one report, under a title at most: it says how the model decided, and nothing of how it trained."""
    told = [at for at, line in enumerate(lines) if line.strip()]
    found = reports(lines) if len(told) <= MOST_CLASSES else []
    return len(found) == 1 and len([at for at in told if not found[0].first <= at <= found[0].last]) <= _TITLE


def _below(lines: Sequence[str], head: int) -> Report | None:
    """The report whose head is a line."""
    rows: list[_Row] = []
    accuracy: float | None = None
    macro: _Row | None = None
    blank, last = 0, head
    for at in range(head + 1, min(len(lines), head + 3 * MOST_CLASSES)):
        line = without_prefix(lines[at][:_MAX_LINE]).strip()
        if not line:
            blank += 1
            if blank > _MAX_BLANK:
                break
            continue
        blank = 0
        row, share = _row(line), _accuracy(line)
        if accuracy is None and share is not None:
            accuracy = share
        elif row is not None and row.name == "macro avg" and accuracy is not None:
            macro = row
        elif row is not None and row.name == "weighted avg" and macro is not None:
            last = at
            break
        elif row is not None and accuracy is None and row.name not in _MEANS:
            rows.append(row)
        else:
            break
        last = at
    return _checked(rows, accuracy, macro, head, last)


def _row(line: str) -> _Row | None:
    """A name, three shares and a count."""
    parts = line.rsplit(None, 4)
    if len(parts) < 5 or len(parts[0]) > _MAX_NAME or not all(map(_VALUE.match, parts[1:4])):
        return None
    count = _COUNT.match(parts[4])
    if count is None:
        return None
    values = (float(parts[1]), float(parts[2]), float(parts[3]))
    return _Row(parts[0], values, int(count[1]), max(map(_decimals, parts[1:4])))


def _accuracy(line: str) -> float | None:
    """`accuracy 0.97 2250`, or four times the same in a frame, each column with decimals of its own."""
    name, *cells = line.split()
    if name != "accuracy" or not cells or not _VALUE.match(cells[0]):
        return None
    printed = len(cells) == 2 and _COUNT.match(cells[1])
    framed = len(cells) == 4 and all(map(_VALUE.match, cells)) and len(set(map(float, cells))) == 1
    return float(cells[0]) if printed or framed else None


def _decimals(cell: str) -> int:
    return len(cell.partition(".")[2])


def _checked(rows: list[_Row], accuracy: float | None, macro: _Row | None, first: int, last: int) -> Report | None:
    """The rows as a report, when what stands below them follows from them."""
    if accuracy is None or macro is None or not 2 <= len(rows) <= MOST_CLASSES:
        return None
    names = tuple(row.name for row in rows)
    total = sum(row.support for row in rows)
    decimals = max(row.decimals for row in (*rows, macro))
    half = 0.5 * 10.0**-decimals
    slack = 2 * half + _EPSILON
    found = sum(row.values[1] * row.support for row in rows if row.support)
    if len(set(names)) < len(names) or not total or total != macro.support or isnan(found):
        return None
    if abs(found / total - accuracy) > slack:
        return None
    recalls = [row.values[1] for row in rows if not isnan(row.values[1])]
    if not recalls or abs(sum(recalls) / len(recalls) - macro.values[1]) > slack:
        return None
    precision, recall, f1 = (tuple(row.values[k] for row in rows) for k in range(3))
    return Report(first, last, names, precision, recall, f1, tuple(row.support for row in rows), accuracy, half)


def _dicts(text: str) -> Iterator[Report]:
    """Reports made with `output_dict=True`, on one line or several, their keys in any order."""
    group: list[_Row] = []
    begin = end = 0
    for found in _ENTRY.finditer(text):
        row = _entry(found[2], found[3])
        if group and (row is None or not _BETWEEN.fullmatch(text[end : found.start()][: _MAX_BETWEEN + 1])):
            yield from _of_group(group, text, begin, end)
            group = []
        if row is not None:
            begin, end = found.start() if not group else begin, found.end()
            group.append(row)
    if group:
        yield from _of_group(group, text, begin, end)


def _of_group(group: list[_Row], text: str, begin: int, end: int) -> Iterator[Report]:
    """The report that entries in a row make, if they do; accuracy may stand before or behind them all."""
    share = _ACCURACY.search(text, max(0, begin - _MAX_BETWEEN), end + _MAX_BETWEEN)
    macro = next((row for row in group if row.name == "macro avg"), None)
    rows = [row for row in group if row.name not in _MEANS]
    first, last = text.count("\n", 0, begin), text.count("\n", 0, end)
    report = _checked(rows, _share(share[1]) if share else None, macro, first, last)
    if report is not None:
        yield report


def _entry(name: str, body: str) -> _Row | None:
    fields = dict(_FIELD.findall(body))
    if len(fields) != 4:
        return None
    values = [_share(fields[each]) for each in ("precision", "recall", "f1-score")]
    support = _share(fields["support"], most=1e12)
    if None in values or support is None or support != round(support):
        return None
    decimals = max(_decimals(cell) for cell in fields.values() if "e" not in cell.lower())
    return _Row(name, (values[0] or 0.0, values[1] or 0.0, values[2] or 0.0), int(support), decimals)


def _share(cell: str, most: float = 1.0) -> float | None:
    try:
        value = float(cell)
    except ValueError:
        return None
    return value if isnan(value) or (isfinite(value) and 0 <= value <= most) else None
