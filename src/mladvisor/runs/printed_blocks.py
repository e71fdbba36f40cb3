"""Statistics of columns as pandas prints them, in a text of their own or among the lines of a log: `df.describe()`,
`df.describe().T`, that of a series, a frame with a row for each column or split, or with statistics of several tables
side by side ("mean_train", "mean_live", or "train" and "live" on a line above); and the line above that says what they
are of.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from mladvisor.runs.word_sets import word_set

_STATISTICS = word_set("count n mean std min max 25% 50% 75% unique missing median")
_SURE = word_set("mean std min max")
"""Words of which a block has three: nothing else is printed so."""
_LEAST = 3
_NUMBER = re.compile(r"[-+]?(?:\d{1,18}(?:\.\d{0,18})?|\.\d{1,18})(?:e[-+]?\d{1,3})?|nan|-?inf", re.IGNORECASE)
_MAX_LINE = 2_000
_MOST_LINES = 20_000
Block = tuple[str, list[str], list[list[str]]]


def statistics_printed(lines: Sequence[str]) -> Iterator[Block]:
    """(heading, names of the columns, rows) of each block of statistics."""
    at = 0
    lines = lines[:_MOST_LINES]
    while at < len(lines) - 1:
        head = lines[at][:_MAX_LINE].split()
        head = _of_two_lines(lines[at - 1][:_MAX_LINE].split(), head) if at and _repeats(head) else head
        rows = _rows_below(lines, at, len(head)) if _may_be_head(head) else []
        if rows and (_are_statistics(head, rows) or _are_side_by_side(head)):
            wide = len(rows[0]) > len(head)
            yield _heading(lines, at), ["name", *head] if wide else head, rows
            at += len(rows)
        elif series := _series(lines, at):
            name, rows = series
            yield _heading(lines, at), ["", name], rows
            at += len(rows) - 1
        at += 1


_NAMED = re.compile(r"Name: ([^,]{1,60}),")


def _series(lines: Sequence[str], at: int) -> tuple[str, list[list[str]]] | None:
    """`series.describe()`: a line for each statistic of one column, whose name stands below them, or nowhere ("")."""
    rows: list[list[str]] = []
    for line in lines[at : at + len(_STATISTICS)]:
        cells = line[:_MAX_LINE].split()
        if len(cells) != 2 or cells[0].lower() not in _STATISTICS or _NUMBER.fullmatch(cells[1]) is None:
            break
        rows.append(cells)
    told = {row[0].lower() for row in rows}
    if len(told) < _LEAST + 1 or len(told) < len(rows) or len(told & _SURE) < _LEAST or "count" not in told:
        return None
    below = _NAMED.match(lines[at + len(rows)][:_MAX_LINE]) if at + len(rows) < len(lines) else None
    return (below[1].strip() if below else ""), rows


def _repeats(head: list[str]) -> bool:
    """ "mean std mean std": the same statistics of several tables."""
    return len(head) >= 2 * 2 and head.count(head[0]) > 1 and _STATISTICS.issuperset(each.lower() for each in head)


def _of_two_lines(above: list[str], head: list[str]) -> list[str]:
    """Names of the columns of a frame whose head has two lines: tables above, of which each has the same statistics
    below, and then columns that have nothing below them.
    """
    tables = head.count(head[0])
    each = head[: len(head) // tables]
    if head != each * tables or len(above) < tables or len(set(above)) < len(above):
        return head
    return [f"{table}_{name}" for table in above[:tables] for name in each] + above[tables:]


def _are_side_by_side(head: list[str]) -> bool:
    """ "mean_train std_train mean_live std_live": a mean and a spread of several tables."""
    told = [set(re.split(r"[_.:/-]", cell.lower())) for cell in head]
    return all(sum(len(words) > 1 and not words.isdisjoint(one) for words in told) > 1 for one in (_MEANS, _SPREADS))


_MEANS, _SPREADS = word_set("mean avg"), word_set("std sd stddev")


def _may_be_head(head: list[str]) -> bool:
    return 1 < len(head) < _MAX_LINE and not any(_NUMBER.fullmatch(cell) for cell in head)


def _rows_below(lines: Sequence[str], at: int, width: int) -> list[list[str]]:
    """The lines below, as long as they are a name and numbers, all of one width: that of the head, or one more."""
    rows: list[list[str]] = []
    for line in lines[at + 1 :]:
        cells = line[:_MAX_LINE].split()
        fits = len(cells) == (len(rows[0]) if rows else len(cells)) and len(cells) in (width, width + 1)
        if not fits or _NUMBER.fullmatch(cells[0]) or not all(map(_NUMBER.fullmatch, cells[1:])):
            break
        rows.append(cells)
    return rows


def _are_statistics(head: list[str], rows: list[list[str]]) -> bool:
    across, down = {cell.lower() for cell in head}, {row[0].lower() for row in rows}
    return any(len(words & _STATISTICS) >= _LEAST and len(words & _SURE) > 1 for words in (across, down))


def _heading(lines: Sequence[str], at: int) -> str:
    """The words of the line above, or of the one above a blank line: "== train ==" is "train"."""
    for line in (lines[at - 1] if at else "", lines[at - 2] if at > 1 and not lines[at - 1].strip() else ""):
        words = re.findall(r"[a-z_]+", line[:_MAX_LINE].lower())
        if words and not re.search(r"\d\.\d", line):
            return " ".join(words)
    return ""
