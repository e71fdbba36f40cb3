"""What settings say of the data itself: bounds of the inputs, their mean and spread in each split, rows on both sides.

Scripts that log their arguments often log such checks among them.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from typing import Any

from mladvisor.runs.columns_said import MEAN, STD
from mladvisor.runs.data_verdicts import Said
from mladvisor.runs.label_lines import said_of_labels
from mladvisor.runs.report_names import words_of
from mladvisor.runs.split_names import split_called
from mladvisor.runs.word_sets import word_set

_MOST_TEXT = 20_000
_INPUTS = word_set("feature features input inputs column columns raw x data")
_BOUNDS = word_set("range ranges bounds minmax extent extents")
_STATISTICS = word_set("stats statistics statistic summary moments")
_SHARED = word_set("shared overlap overlapping common duplicated duplicates leaked both")
_THINGS = word_set(
    "ids id row rows sample samples record records example examples user users patient patients customer customers "
    "item items listing listings session sessions group groups document documents image images subject subjects "
    "speaker speakers entity entities"
)
_COUNTS = ("n_val", "val_rows", "num_val", "val_size", "n_test", "test_rows")


def said_in_settings(settings: Mapping[str, Any]) -> Iterator[tuple[Said, str]]:
    """(statement, key) of each setting that says something of the data."""
    for key, value in settings.items():
        words = words_of(key.rpartition(".")[2])
        above = [word for part in key.split(".")[:-1] for word in words_of(part)]
        yield from ((said, key) for said in _bounds(words, above, key, value))
        yield from ((said, key) for said in _moments(above, key, value))
        if isinstance(value, int | float | str) and not isinstance(value, bool):
            yield from ((said, key) for said in said_of_labels(f"{' '.join(above[-2:] + words)}: {value}"))
        shared = _shared(words, value, settings)
        if shared is not None:
            yield shared, key


def _bounds(words: list[str], above: list[str], key: str, value: Any) -> Iterator[Said]:
    """ "feature_ranges": {"rpm": [141, 2566]}, or as text, or a setting for each column below it."""
    if _speaks_of(words):
        for name, ends in mapping_of(value).items():
            yield from _ends(str(name), ends)
    elif _speaks_of(above):
        yield from _ends(key.rpartition(".")[2], value)


def _speaks_of(words: list[str]) -> bool:
    return not _BOUNDS.isdisjoint(words) and not _INPUTS.isdisjoint(words)


def _ends(name: str, value: Any) -> Iterator[Said]:
    ends = list(value) if isinstance(value, list | tuple) else []
    if len(ends) == len(("low", "high")) and all(isinstance(each, int | float) for each in ends) and ends[0] <= ends[1]:
        yield Said("low", name, "train", float(ends[0]))
        yield Said("high", name, "train", float(ends[1]))


def mapping_of(value: Any) -> Mapping[Any, Any]:
    """A mapping, which a tracker may have made text of; {} for anything else."""
    if isinstance(value, str) and value.lstrip().startswith("{") and len(value) <= _MOST_TEXT:
        try:
            value = ast.literal_eval(value.strip())
        except (ValueError, SyntaxError, MemoryError, RecursionError):
            return {}
    return value if isinstance(value, Mapping) else {}


def _moments(above: list[str], key: str, value: Any) -> Iterator[Said]:
    """ "train_stats.mean" beside "val_stats.mean": of all inputs."""
    leaf = key.rpartition(".")[2].lower()
    split = split_called("_".join(above)) if not _STATISTICS.isdisjoint(above) else None
    what = "mean" if leaf in MEAN else "std" if leaf in STD else None
    if split and what and isinstance(value, int | float) and not isinstance(value, bool):
        yield Said(what, "inputs", split, float(value))


def _shared(words: list[str], value: Any, settings: Mapping[str, Any]) -> Said | None:
    """ "shared_listing_ids": 75, as a share of the validation rows where these are counted."""
    if _SHARED.isdisjoint(words) or _THINGS.isdisjoint(words) or isinstance(value, bool):
        return None
    if isinstance(value, float) and 0.0 <= value <= 1.0:
        return Said("copies", "", None, value, "_".join(words))
    leaves = {key.rpartition(".")[2].lower(): each for key, each in settings.items()}
    rows = next((leaves[name] for name in _COUNTS if name in leaves), None)
    if isinstance(value, int) and isinstance(rows, int) and 0 <= value <= rows and rows > 0:
        return Said("copies", "", None, value / rows, "_".join(words))
    return None
