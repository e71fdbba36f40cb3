"""Faults that came in between raw columns and those made of them, as reports count them.

"source_nunique": 71, "output_nunique": 1    raw_count,encoded_sum    nulls_source;nulls_derived
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from math import isinf, isnan
from typing import Any

from mladvisor.runs.data_records import Record
from mladvisor.runs.data_verdicts import A_CASE, MADE, Said
from mladvisor.runs.other_languages import english
from mladvisor.runs.report_names import words_of
from mladvisor.runs.split_counts import is_count
from mladvisor.runs.word_sets import word_set

_RAW = word_set("raw source sources original input before in distinct_raw pre waveform waveforms")
_AFTER = MADE | word_set("output out after used encoded hashed result transformed mapped bucketed post")
_DISTINCT = word_set("nunique unique distinct cardinality categories values buckets levels")
_SUMS = word_set("sum count rows hits total ones")
_BLANKS = word_set("null nulls nan nans missing empty blank inf infs infinite")
_NAMES = ("encoded_column", "output", "derived", "feature", "column", "variable", "name", "transform", "encoded")
_VARIES = 3
"""Values of a source of which a step that leaves one has lost what there was."""
_ALL_IN_ONE = 0.99
_SHARE_WORDS = word_set("share rate ratio fraction frac pct percent")


def made_faults(records: Sequence[Record]) -> Iterator[Said]:
    """What the records of one report say of the steps between raw and made columns."""
    rows = next(
        (
            float(value)
            for each in records
            if len(each.path) == 1
            for key, value in each.cells.items()
            if _is_rows(key, value)
        ),
        0.0,
    )
    for record in records:
        name = _name(record)
        if name:
            yield from _distinct(name, record.cells)
            yield from _sums(name, record.cells)
            yield from _blanks(name, record.cells, rows)
            yield from _bounds(name, record.cells)
    yield from _by_stage(records, rows)


def _is_rows(key: str, value: Any) -> bool:
    return (
        is_count(value)
        and value > 0
        and not {"rows", "docs", "n", "samples", "records", "total"}.isdisjoint(words_of(key))
        and len(words_of(key)) < 3
    )


def _name(record: Record) -> str:
    told = next((record.cells[key] for key in _NAMES if isinstance(record.cells.get(key), str)), "")
    return str(told)


def _side(key: str) -> str:
    words = set(words_of(english(key)))
    raw, after = bool(words & _RAW), bool(words & _AFTER)
    return "" if raw == after else "raw" if raw else "made"


def _number(value: Any) -> float | None:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def _by_side(cells: Mapping[str, Any], words: frozenset[str]) -> dict[str, float]:
    """The number at each side under a key with one of the words."""
    found: dict[str, float] = {}
    for key, value in cells.items():
        told, side, number = set(words_of(english(key))), _side(key), _number(value)
        if side and number is not None and told & words and not told & _SHARE_WORDS:
            found.setdefault(side, number)
    return found


def _distinct(name: str, cells: Mapping[str, Any]) -> Iterator[Said]:
    """One value is left of a source with many, or nearly all rows fall into one bucket."""
    counts = _by_side(cells, _DISTINCT)
    if len(counts) < 2 or counts["raw"] < _VARIES:
        return
    shares = [
        number
        for key, value in cells.items()
        if {"largest", "top", "max"} & set(words_of(key))
        and _SHARE_WORDS & set(words_of(key))
        and (number := _number(value)) is not None
    ]
    largest = max(shares, default=0.0)
    all_in_one = largest >= _ALL_IN_ONE and counts["raw"] > _VARIES * 2
    yield Said("lost", name, None, float(counts["made"] <= 1.0 or all_in_one))


def _sums(name: str, cells: Mapping[str, Any]) -> Iterator[Said]:
    """A category that stands in raw rows, and in none once it is encoded."""
    counts = _by_side(cells, _SUMS)
    if len(counts) == 2 and counts["raw"] > 0.0 and not _by_side(cells, _BLANKS):
        yield Said("lost", name, None, float(counts["made"] == 0.0))


def _blanks(name: str, cells: Mapping[str, Any], rows: float) -> Iterator[Said]:
    counts = _by_side(cells, _BLANKS)
    if len(counts) == 2 and counts["made"] >= counts["raw"]:
        own = next((float(value) for key, value in cells.items() if _is_rows(key, value)), rows)
        more = counts["made"] - counts["raw"]
        yield Said("made-blank", name, None, more / own if own >= more > 0.0 else SOME * (more > 0.0))


SOME = 0.2
"""Of blanks that a step brought in, where they are counted without the rows."""
_RANGE = re.compile(
    r"\s*[\[(]?\s*(-?\d+(?:[.,]\d+)?)\s*(?:a|to|bis|à|\.\.+|–|-|,|;|~)\s*(-?\d+(?:[.,]\d+)?)\s*[\])]?\s*"
)


def _bounds(name: str, cells: Mapping[str, Any]) -> Iterator[Said]:
    """The ends of a made column beside the range that was expected of it."""
    ranges = [str(value) for key, value in cells.items() if _is_expected_range(set(words_of(english(key))))]
    told = ranges[0] if ranges else ""
    found = _RANGE.fullmatch(told.replace(",", ".")) if told else None
    if found is None:
        return
    ends = [
        _end(value)
        for key, value in cells.items()
        if {"min", "max"} & set(words_of(english(key))) and _side(key) == "made"
    ]
    known = [each for each in ends if each is not None and not isnan(each)]
    low, high = float(found[1]), float(found[2])
    if known:
        outside = any(isinf(each) or each < low or each > high for each in known)
        yield Said("made-broken", name, None, A_CASE * outside, f"expected {low:g} to {high:g}")


def _is_expected_range(words: set[str]) -> bool:
    return "range" in words and bool({"expected", "allowed", "valid"} & words)


def _end(value: Any) -> float | None:
    try:
        return float(str(value).replace(",", "."))
    except ValueError:
        return None


_STAGES_MADE = MADE | word_set(
    "clean cleaned cleaning tfidf mfcc mel spectrogram encoded embedded tokens tokenized prepared hashed scaled"
)


def _by_stage(records: Sequence[Record], rows: float) -> Iterator[Said]:
    """ "raw": {"empty": 0}, "clean": {"empty": 18102}: rows that a stage emptied, of all that the report is about."""
    shares: dict[str, dict[str, float]] = {"raw": {}, "made": {}}
    for record in records:
        if len(record.path) != 2 or record.path[-1].isdigit():
            continue
        words = set(words_of(record.path[-1]))
        side = "made" if words & _STAGES_MADE and not words & _RAW else "raw" if words & _RAW else ""
        share = _share_blank(record.cells, rows) if side else None
        if share is not None:
            shares[side][record.path[-1]] = share
    if not shares["raw"] or not shares["made"]:
        return
    before = max(shares["raw"].values())
    for name, share in shares["made"].items():
        yield Said("made-blank", name, None, max(share - before, 0.0))


def _share_blank(cells: Mapping[str, Any], rows: float) -> float | None:
    found = []
    own = next((float(value) for key, value in cells.items() if _is_rows(key, value)), rows)
    for key, value in cells.items():
        words = set(words_of(key))
        number = _number(value)
        if number is None or isnan(number) or not (words & _BLANKS or {"all", "zero"} <= words or {"const"} & words):
            continue
        if words & {"pct", "percent"}:
            found.append(number / 100.0)
        elif words & {"const"}:
            dims = next(
                (float(each) for name, each in cells.items() if words_of(name) == ["dims"] and is_count(each)), 0.0
            )
            found.append(number / dims if dims else 0.0)
        elif is_count(value) and own and number <= own:
            found.append(number / own)
    return max(found, default=None)
