"""Distances between distributions that a report gives of columns, by whatever measure, and histograms of two tables
side by side, of which the stability index is worked out here.

feature,js_distance    metric,series,value: input_divergence/kl,price,1.204    bin_lo,bin_hi,train,prod
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from math import log
from typing import Any

from mladvisor.runs.columns_said import side_of
from mladvisor.runs.data_records import Record
from mladvisor.runs.data_verdicts import Said
from mladvisor.runs.report_names import words_of
from mladvisor.runs.word_sets import word_set

_INDEX = word_set("kl kld kullback psi")
_BOUNDED = word_set("js jsd jensen hellinger linf infty linfty wasserstein ks kolmogorov tvd")
_SAID = word_set(
    "distance divergence stat statistic drift score value max norm shannon leibler smirnov variation input feature "
    "data mean of train current"
)
_OF_INPUTS = word_set("divergence drift input feature data train current")
_NOT = word_set("p pvalue pval threshold limit alpha loss teacher student policy prior latent")
_NAMED = ("feature", "column", "variable", "series", "field", "name")
_OF_FEATURES = word_set("feature column variable field js drift")
_OF_DRIFT = word_set("drift drifts shift skew divergence monitoring monitor psi distance")
APART = 0.1
"""Of a distance between 0 and 1, and of Wasserstein's over the spread: the limit that the tools have by default."""


def distances(
    name: str | None, split: str | None, cells: Mapping[str, Any], path: tuple[str, ...] = ()
) -> Iterator[Said]:
    """What the cells of a row say of how far a column has moved."""
    named = name or next(
        (
            str(value)
            for key, value in cells.items()
            if isinstance(value, str) and words_of(key)[-1:] and words_of(key)[-1] in _NAMED
        ),
        None,
    )
    if named is None:
        return
    told = any(str(key).rpartition("_")[0] in _OF_FEATURES or key in _OF_FEATURES for key in cells)
    told = told or any(not _OF_DRIFT.isdisjoint(words_of(each)) for each in (*path, *cells))
    if not told:
        return  # "ks" is a score of models, too
    for key, value in cells.items():
        if isinstance(value, int | float) and not isinstance(value, bool) and 0.0 <= value < _MOST:
            yield from _distance(set(words_of(key)), named, split, float(value))
    measure = next(
        (
            str(cells[key])
            for key in ("metric", "measure", "statistic", "stat", "tag")
            if isinstance(cells.get(key), str)
        ),
        "",
    )
    value = cells.get("value")
    if (
        measure
        and isinstance(value, int | float)
        and not isinstance(value, bool)
        and 0.0 <= value < 50.0
        and name is not measure
    ):
        series = next(
            (str(cells[key]) for key in ("series", "feature", "column", "variable") if isinstance(cells.get(key), str)),
            named,
        )
        if series != measure:
            yield from _distance(set(words_of(measure)), series, split, float(value))


def _distance(words: set[str], name: str, split: str | None, value: float) -> Iterator[Said]:
    told = words - {word for word in words if word.isdigit()}
    if told & _NOT or not told <= _INDEX | _BOUNDED | _SAID:
        return
    if told & (_INDEX - {"psi"}) and told & _OF_INPUTS:
        yield Said("psi", name, split, value)  # of small moves the index is this divergence, added up both ways
    elif told & _BOUNDED:
        yield Said("drifted", name, split, float(value > APART), "distance")


def said_by_curve(name: str, values: Sequence[float]) -> Iterator[Said]:
    """A curve of a tracker that is called after drift and a column, "data_drift/psi/price": how far it has come."""
    parts = [part for part in re.split(r"[/.:]", name) if part]
    words = {word for part in parts for word in words_of(part)}
    if len(parts) < 2 or not len(values) or words & _NOT or not words & {"drift", "psi", "divergence", "skew"}:
        return
    measure = [part for part in parts if set(words_of(part)) <= _INDEX | _BOUNDED | _SAID]
    columns = [part for part in parts if part not in measure]
    last = float(values[-1])
    if len(columns) == 1 and measure and 0.0 <= last < _MOST:
        told = {word for part in measure for word in words_of(part)}
        yield from _distance(told if told & (_INDEX | _BOUNDED) else {"js"}, columns[0], None, last)


_MOST = 50.0
_BINS = word_set("bin bins bucket buckets decile deciles quantile interval lo hi lower upper edge left right from to")
_COUNTS = word_set("count counts n rows share frequency freq pct percent p")
_LEAST_BINS, _LEAST_ROWS = 4, 200.0


def histograms(records: Sequence[Record]) -> Iterator[Said]:
    """Counts or shares by bin of training and of other rows: one index for the table."""
    columns: dict[tuple[str, str], list[float]] = {}
    rows = [record for record in records if any(not _BINS.isdisjoint(words_of(key)) for key in record.cells)]
    if _LEAST_BINS <= len(rows) <= 200:
        for record in rows:
            for key, value in record.cells.items():
                split = side_of("_".join(words_of(key)))
                left = {word for word in words_of(key) if side_of(word) is None}
                if (
                    split
                    and left <= _COUNTS
                    and isinstance(value, int | float)
                    and not isinstance(value, bool)
                    and value >= 0
                ):
                    columns.setdefault((split, key), []).append(float(value))
        yield from _index(columns, len(rows), rows[0].path[0])
    for record in records:
        lists = {
            key: value for key, value in record.cells.items() if isinstance(value, list) and len(value) >= _LEAST_BINS
        }
        told = any(
            not (_BINS | word_set("hist histogram edges distribution")).isdisjoint(words_of(each))
            for each in (*record.cells, *record.path)
        )
        if told and len(lists) > 1:
            sided = {
                (split, key): [float(each) for each in value]
                for key, value in lists.items()
                if (split := side_of("_".join(words_of(key)))) is not None
            }
            yield from _index(sided, min(map(len, sided.values()), default=0), record.path[-1])


def _index(columns: Mapping[tuple[str, str], Sequence[float]], bins: int, name: str) -> Iterator[Said]:
    train = next((values for (split, _), values in columns.items() if split == "train" and len(values) == bins), None)
    for (split, _), values in columns.items():
        if train is None or split == "train" or len(values) != bins or bins < _LEAST_BINS:
            continue
        first, second = sum(train), sum(values)
        counted = min(first, second) >= _LEAST_ROWS or (abs(first - 1.0) < 0.02 and abs(second - 1.0) < 0.02)
        if counted and min(first, second) > 0.0:
            yield Said("psi", name, split, stability(train, values))


def stability(before: Sequence[float], after: Sequence[float]) -> float:
    """The population stability index of two histograms; an empty bin holds half a row."""
    first, second = sum(before), sum(after)
    pairs = [
        (max(a, 0.5 if first > 2 else 1e-4) / first, max(b, 0.5 if second > 2 else 1e-4) / second)
        for a, b in zip(before, after, strict=True)
    ]
    return sum((b - a) * log(b / a) for a, b in pairs)


_MIXED = re.compile(
    r"\b(?:lang|language|locale|country|region|site|source|domain|device|channel|camera|store|city|market|segment|sensor|version)"
)
_LEAST_VALUES = 2


def mixes(records: Sequence[Record]) -> Iterator[Said]:
    """ "lang_counts.json": {"train": {"en": 91240, "de": 310}, "test": {...}}: values of what the file is named for."""
    for record in records:
        split = side_of(record.path[-1].replace(" ", "_")) if len(record.path) == 2 else None
        named = _MIXED.search(record.path[0].replace("_", " ")) if split else None
        numbers = {
            key: value
            for key, value in record.cells.items()
            if isinstance(value, int) and not isinstance(value, bool) and value >= 0
        }
        if split and named is not None and len(numbers) == len(record.cells) >= _LEAST_VALUES:
            for value, rows in numbers.items():
                yield Said("level", named[0], split, float(rows), value)
