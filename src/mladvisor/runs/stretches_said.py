"""Stretches of one source that a split manifest gives to each split, by where they begin and end.

{"train": {"start_char": 0, "end_char": 12000}, "val": {"start_char": 5000, "end_char": 8000}}
{"ranges": {"train": [0, 800], "test": [700, 900]}}
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from mladvisor.runs.data_records import Cells, Record
from mladvisor.runs.data_verdicts import Said, number
from mladvisor.runs.report_names import words_of
from mladvisor.runs.split_counts import is_count
from mladvisor.runs.split_names import split_called
from mladvisor.runs.word_sets import word_set

_FIRST, _LAST = word_set("start begin from first lo offset"), word_set("end stop to until last hi")
_OF_ROWS = word_set(
    "char chars character characters byte bytes row rows line lines index idx position pos sample samples record "
    "records token tokens frame frames id ids example examples item items"
)
_PAIRS = word_set("range ranges slice slices span spans interval intervals stretch indices rows lines chars index")
_SOURCES = ("source", "file", "path", "corpus", "table")


class _Stretch(NamedTuple):
    first: float
    end: float
    source: str


def stretches_shared(records: Sequence[Record]) -> Iterator[Said]:
    """The share of each other split that lies inside the stretch of training. Where both begin at the start, each may
    be counted in a file of its own.
    """
    tables: dict[tuple[str, ...], dict[str, _Stretch]] = {}
    for record in records:
        split = split_called(record.path[-1]) if len(record.path) > 1 else None
        found = _stretch(record.cells) if split is not None else None
        if split is not None and found is not None:
            tables.setdefault(record.path[:-1], {})[split] = found
        if not _PAIRS.isdisjoint(words_of(record.path[-1])):
            for key, value in record.cells.items():
                named = split_called(key)
                if named is not None and (pair := _pair(value)) is not None:
                    tables.setdefault(record.path, {})[named] = pair
    for stretches in tables.values():
        train = stretches.get("train")
        for split, other in stretches.items() if train is not None else ():
            if train is None or split == "train" or other.source != train.source or not train.first + other.first > 0:
                continue
            shared = min(train.end, other.end) - max(train.first, other.first)
            yield Said("copies", "", None, max(0.0, shared) / (other.end - other.first), f"stretch of {split}")


def _stretch(cells: Cells) -> _Stretch | None:
    source = next((str(cells[key]) for key in _SOURCES if isinstance(cells.get(key), str)), "")
    for key, value in cells.items():
        if key in _PAIRS and (pair := _pair(value)) is not None:
            return pair._replace(source=source)
    first, end = _end(cells, _FIRST), _end(cells, _LAST)
    return _Stretch(first, end, source) if first is not None and end is not None and first < end else None


def _end(cells: Cells, words: frozenset[str]) -> float | None:
    """ "start", "start_char", "row_from": whole numbers, and no dates."""
    keys = [key for key in cells if words.intersection(words_of(key)) and (words | _OF_ROWS).issuperset(words_of(key))]
    found = number(cells, keys)
    return found if found is not None and is_count(found) else None


def _pair(value: object) -> _Stretch | None:
    if not isinstance(value, list) or len(value) != len(("first", "end")) or not all(map(is_count, value)):
        return None
    return _Stretch(float(value[0]), float(value[1]), "") if value[0] < value[1] else None
