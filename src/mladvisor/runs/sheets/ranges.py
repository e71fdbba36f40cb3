"""Windows of a series that are listed with the split they belong to: how many lie over windows of the training data.

start,end,split
0,48,val
1,49,train
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from mladvisor.runs.data_verdicts import Said
from mladvisor.runs.report_names import is_part_column, words_of
from mladvisor.runs.sheets.forms import Sheet
from mladvisor.runs.sheets.words import amount, is_side
from mladvisor.runs.word_sets import word_set

_START = word_set("start begin beginning from first t0 lower")
_END = word_set("end stop until to last t1 upper")
_BESIDE = word_set(
    "window windows segment clip index idx row step time t frame sample pos position at ts date of sec s"
)
_LEAST = 20  # windows of evaluation
_HALF = 0.5
"""Of a window: windows that share less are neighbours, and a gap between the parts is a matter of taste."""


def _end_of(names: Sequence[str], words: frozenset[str]) -> int | None:
    """The only column that holds one end of the windows: "start", "window_start", "end_idx"."""
    found = [
        at
        for at, name in enumerate(names)
        if not words.isdisjoint(words_of(name)) and (words | _BESIDE).issuperset(words_of(name))
    ]
    return found[0] if len(found) == 1 else None


def lists_windows(names: Sequence[str]) -> bool:
    """A table of windows of a series, and of the splits that they belong to: no rows of data."""
    ends = {_end_of(names, _START), _end_of(names, _END)}
    parts = {at for at, name in enumerate(names) if is_part_column(name)}
    rest = [name for at, name in enumerate(names) if at not in ends | parts]
    return None not in ends and len(ends) == len(("start", "end")) and bool(parts) and len(rest) <= _MOST_BESIDE


_MOST_BESIDE = 2
"""Columns besides: a number of the window, the series that it is cut from."""


def windows_in_sheet(sheet: Sheet) -> Iterator[Said]:
    """The share of the windows of another part that share half of their steps or more with one of training."""
    if not lists_windows(sheet.head):
        return
    start, end = _end_of(sheet.head, _START), _end_of(sheet.head, _END)
    part = next(at for at, name in enumerate(sheet.head) if is_part_column(name))
    series = [
        at
        for at in range(len(sheet.head))
        if at not in (start, end, part) and len(set(sheet.column(at))) <= len(sheet.rows) / 4
    ]
    placed: dict[tuple[str, ...], dict[str, list[tuple[float, float]]]] = defaultdict(lambda: defaultdict(list))
    for row in sheet.rows:
        low, high = _number(row[start or 0]), _number(row[end or 0])
        called = is_side(row[part])
        if low is None or high is None or high <= low or called is None:
            return
        placed[tuple(row[at] for at in series)]["train" if called == "train" else row[part]].append((low, high))
    for name in {name for parts in placed.values() for name in parts} - {"train"}:
        asked = sum(len(parts.get(name, ())) for parts in placed.values())
        over = sum(_over(parts.get(name, ()), parts.get("train", ())) for parts in placed.values())
        if asked >= _LEAST:
            note = f"{over:,} of {asked:,} windows of {name} lie half or more over one of training"
            yield Said("copies", "", None, over / asked, note)


def _number(cell: str) -> float | None:
    """A place in a series: a number, or a time."""
    found = amount(cell)
    if found is not None:
        return found
    try:
        when = datetime.fromisoformat(cell.strip())
    except ValueError:
        return None
    return (when if when.tzinfo is not None else when.replace(tzinfo=UTC)).timestamp()


def _over(asked: Sequence[tuple[float, float]], train: Sequence[tuple[float, float]]) -> int:
    """How many of the first share half of their length or more with one of the others."""
    known = sorted(train)
    starts = [low for low, _ in known]
    count = 0
    for low, high in asked:
        at = bisect_left(starts, low)  # of windows of about one length the nearest starts share most
        near = known[max(0, at - 1) : at + 1]
        count += any(min(high, end) - max(low, begin) >= _HALF * (high - low) for begin, end in near)
    return count
