"""How many rows have a value in a column, where a report counts those that have one, or those that got a default.

column,rows,non_null    key  in_record  default_used    "available": {"rgb": 6400, "depth": 0}
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import pairwise
from math import isnan
from typing import Any

from mladvisor.runs.report_names import words_of
from mladvisor.runs.split_counts import is_count
from mladvisor.runs.word_sets import word_set

_FILLED = word_set("filled populated nonnull notnull nonmissing nonempty nonblank available availability completeness")
"""What is present, matched or known may be a finding of a patient or a product: such words tell of no cells."""
_DEFAULTED = word_set("default defaults defaulted fallback fallbacks placeholder placeholders")
_BLANKS = word_set("missing null nulls nan nans na blank blanks empty none")
_SHARES = word_set("share rate ratio fraction frac pct percent percentage proportion")
_PERCENTS = word_set("pct percent percentage")
_BESIDE = word_set(
    "n num number count counts of in rows row records record values value cells used filled with total samples p"
)
_ROWS = word_set("rows n total count requested returned records samples entities num examples size sample")
_NO_ROWS = word_set("null missing distinct unique used max min mean")


def blank_share(cells: Mapping[str, Any]) -> float | None:
    """The share of the rows without a value; None where nothing of the kind is counted."""
    for key, value in cells.items():
        number = _number(value)
        words = words_of(key)
        if number is None or not words or "." in key:  # what stands below a key is a record of its own
            continue
        told = _kind(words)
        if told is None:
            continue
        shared = not _SHARES.isdisjoint(words) or {"completeness", "availability"} & set(words)
        if (
            (shared and not is_count(number))
            or (shared and number in (0.0, 1.0))
            or (shared and _PERCENTS & set(words))
        ):
            share = number / 100.0 if number > 1.0 or (_PERCENTS & set(words) and not _is_fraction(value)) else number
        elif not shared and is_count(number) and (rows := _rows_of(cells, key)) and number <= rows:
            share = number / rows
        else:
            continue
        if 0.0 <= share <= 1.0:
            return 1.0 - share if told == "filled" else share
    return None


def _is_fraction(value: Any) -> bool:
    return isinstance(value, float) and 0.0 < value < 1.0


def _kind(words: list[str]) -> str | None:
    """ "filled", "blank" (with a word for a share or a default), or None."""
    told = set(words)
    beside = _BESIDE | _SHARES
    if words in (["in", "record"], ["in", "records"], ["in", "file"], ["in", "data"]):
        return "filled"
    pairs = list(pairwise(words))
    if any(first in ("non", "not") and second in _BLANKS for first, second in pairs):
        return "filled" if told <= beside | _BLANKS | {"non", "not"} else None
    if told & _FILLED and told <= beside | _FILLED:
        return "filled"
    if told & _DEFAULTED and told <= beside | _DEFAULTED:
        return "blank"
    return "blank" if told & _BLANKS and told & _SHARES and told <= beside | _BLANKS else None


def _rows_of(cells: Mapping[str, Any], own: str) -> float | None:
    for key, value in cells.items():
        words = set(words_of(key))
        if (
            key != own
            and words & _ROWS
            and not words & (_NO_ROWS | _FILLED | _DEFAULTED)
            and not {"non", "not"} & words
        ):
            number = _number(value)
            if number and is_count(number):
                return number
    other = [_number(value) for key, value in cells.items() if key != own and _kind(words_of(key)) is not None]
    mine = _number(cells[own])
    return mine + other[0] if len(other) == 1 and other[0] is not None and mine is not None else None


def _number(value: Any) -> float | None:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) and not isnan(value) else None


def blanks_by_name(path: tuple[str, ...], numbers: Mapping[str, float]) -> Iterator[tuple[str, float]]:
    """ "available": {"rgb": 6400, "depth": 0}: (name, share of rows without), by the key above the names."""
    words = words_of(path[-1])
    if len(path) < 2 or len(numbers) < 2 or _kind(words) != "filled" or not all(map(is_count, numbers.values())):
        return
    most = max(numbers.values())
    if most > _LEAST and any(is_count(each) and each == most for each in numbers.values()):
        yield from ((name, 1.0 - each / most) for name, each in numbers.items())


_LEAST = 20.0
"""Rows of which a column without any has none: of fewer it may be a list of anything."""
_NONZERO = re.compile(r"(?:^|_|\b)non[ _-]?zeros?\b|nonzero", re.IGNORECASE)
_ZEROS = re.compile(
    r"(?:^|_)(?:zeros?_(?:share|pct|percent|rate|fraction|ratio)|(?:share|pct|percent|p|n)_zeros?|zeros?)$"
)


def share_nonzero(cells: Mapping[str, Any]) -> float | None:
    """0 for a column of nothing but zeros, by a count of the rows that hold another number or a share of zeros."""
    for key, value in cells.items():
        number = _number(value)
        if number is None:
            continue
        if _NONZERO.search(key) is not None:
            return min(number, 1.0)
        if _ZEROS.search(key.replace(" ", "_")) is not None and not is_count(number) and 0.0 < number <= 1.0:
            return 1.0 - number
        if _ZEROS.search(key.replace(" ", "_")) is not None and (rows := _rows_of(cells, key)) and number <= rows:
            return 1.0 - number / rows
    return None
