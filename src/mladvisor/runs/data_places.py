"""Statistics by place, period or client, where no table is called after a split: which of them the model learned from.

{"Dresden": {"temp_c": {...}}, "Austin": {"temp_c": {...}}}    sites_train: [Dresden], sites_valid: [Austin]
{"st_anna_train": {...}, "county_general": {...}}              what is beside a table of training is of other data
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from mladvisor.runs.data_context import is_other
from mladvisor.runs.data_records import Record
from mladvisor.runs.report_names import words_of
from mladvisor.runs.split_names import split_called
from mladvisor.runs.word_sets import word_set

_EXTERNAL = word_set("external extern outside target deploy rollout new")
_LEAST = 3
"""Columns that the tables of a report share."""
_NO_PLACE = re.compile(r"[\\/]|\.\w{2,7}$|^[\d.\s%-]*$")
"""A path, the name of a file, or a number."""
_STAGES = word_set(
    "scaled scaling normalized normalised standardized standardised processed preprocessed prepared transformed "
    "engineered clean cleaned filtered imputed encoded after before output outputs out augmented balanced resampled "
    "smote synthetic generated sampled weights model models gradients layers predictions features config settings "
    "stage final bins clipped logged removed outliers dropped excluded rejected archive old simulation simulated "
    "simulator sim pretrain pretraining pretrained imagenet census population published"
)
"""What tables are called that hold the same rows at another stage of their preparation, or something else."""


def places_in(settings: Mapping[str, Any]) -> dict[str, str]:
    """Place -> split, as settings name them: `sites_train: [Dresden]`, `hospital_external: County General`; none that
    stands on both sides.
    """
    found: dict[str, set[str]] = {}
    for key, value in settings.items():
        leaf = key.rpartition(".")[2]
        split = split_called(leaf) or ("serving" if not _EXTERNAL.isdisjoint(words_of(leaf)) else None)
        if split is None or len(words_of(leaf)) < 2:
            continue
        for each in value if isinstance(value, list) else [value]:
            if isinstance(each, str) and 1 < len(each) < 60 and _NO_PLACE.search(each) is None:
                found.setdefault(_plain(each), set()).add(split)
    return {name: next(iter(splits)) for name, splits in found.items() if len(splits) == 1}


def _plain(name: str) -> str:
    return re.sub(r"\W+", "_", name.strip().lower()).strip("_")


def with_places(records: Sequence[Record], places: Mapping[str, str]) -> list[Record]:
    """The records with the split of their table, where settings name it or another table is one of training."""
    tables: dict[str, set[tuple[str, ...]]] = {}
    for record in records:
        if len(record.path) > 2:
            tables.setdefault(record.path[1], set()).add(record.path[2:])
    splits = _told(tables, places)
    return [
        record._replace(path=(record.path[0], f"{splits[record.path[1]]} {record.path[1]}", *record.path[2:]))
        if len(record.path) > 1 and record.path[1] in splits
        else record
        for record in records
    ]


def _told(tables: Mapping[str, set[tuple[str, ...]]], places: Mapping[str, str]) -> dict[str, str]:
    named = {name: places[_plain(name)] for name in tables if _plain(name) in places and split_called(name) is None}
    if "train" in named.values() and len(named) > 1:
        return named
    training = [name for name in tables if split_called(_plain(name)) == "train"]
    if len(training) != 1 or any(split_called(_plain(name)) not in ("train", None) for name in tables):
        return {}  # beside a table of evaluation data others are there on purpose
    own, placed = tables[training[0]], len(words_of(_plain(training[0]))) > 1
    return {
        name: "serving"
        for name, columns in tables.items()
        if (placed or not _EXTERNAL.isdisjoint(words_of(_plain(name))))
        and is_other(_plain(name))
        and len(columns & own) >= max(_LEAST, len(own) // 2)
        and not _is_stage(name)
    }


def _is_stage(name: str) -> bool:
    return not _STAGES.isdisjoint(words_of(_plain(name)))
