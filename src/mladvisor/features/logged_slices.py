"""A metric that the log follows group by group ("val_acc_scan", "val_acc_photo"), where the settings count the rows of
these groups by split ({"sources": {"train": {"scan": 1428, "photo": 10}, "val": ...}}): a report by slice.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import numpy as np

from mladvisor.features.catalogue import Measures
from mladvisor.runs.log_table import LogTable
from mladvisor.runs.model import Curve
from mladvisor.runs.report_names import words_of
from mladvisor.runs.settings_said import mapping_of
from mladvisor.runs.split_counts import is_count, nested
from mladvisor.runs.split_names import split_called
from mladvisor.runs.word_sets import word_set

_JUDGED = ("val", "test")
_LAST = 3  # evaluations that a level is the mean of
_CLASSES = word_set("class classes label labels target targets")  # what is told apart, and no group that is served
_GAP = re.compile(r"[^a-z0-9]+")


def logged_slices(m: Measures) -> Iterator[tuple[str, LogTable]]:
    """(what cuts the rows, a row for each group) for each metric with a curve of every group. Use `m.once`."""
    for said, counts in _counted(m):
        judged = next((counts[split] for split in _JUDGED if split in counts), None)
        if judged is None or len(judged) < 2:
            continue
        for curves in _of_groups(m.run.having("metric"), set(judged)):
            if curves.keys() != judged.keys():
                continue
            first = next(iter(curves.values()))
            trained = counts.get("train")
            columns: dict[str, list[object]] = {
                "slice": list(judged),
                "n": [judged[name] for name in judged],
                first.role.name: [_level(curves[name]) for name in judged],
            }
            if trained is not None:
                columns["n_train"] = [trained.get(name, 0) for name in judged]
            table = LogTable(first.place.file, list(columns), list(columns.values()), len(judged))
            table.lines = np.full(len(judged), 1)
            yield said, table


def _level(curve: Curve) -> float:
    return float(np.mean(curve.y[-_LAST:]))


def _counted(m: Measures) -> Iterator[tuple[str, dict[str, dict[str, int]]]]:
    """(what is counted, split -> group -> rows) of every block of settings that counts groups by split."""
    pending: list[tuple[str, Any]] = [
        ("", nested({key: mapping_of(each.value) or each.value for key, each in m.run.config.items()}))
    ]
    while pending:
        said, block = pending.pop()
        if not isinstance(block, dict):
            continue
        parts = {split: each for key, each in block.items() if (split := split_called(str(key))) and _counts(each)}
        if parts and _CLASSES.isdisjoint(words_of(said)):
            yield said, {split: {str(key).lower(): rows for key, rows in each.items()} for split, each in parts.items()}
        pending += [(str(key), each) for key, each in block.items()]


def _counts(block: Any) -> bool:
    return isinstance(block, dict) and len(block) > 1 and all(map(is_count, block.values()))


def _of_groups(curves: tuple[Curve, ...] | list[Curve], groups: set[str]) -> Iterator[dict[str, Curve]]:
    """Group -> curve, for each name that curves of metrics share but for the group in it; none of training."""
    found: dict[tuple[str, str], dict[str, Curve]] = defaultdict(dict)
    for curve in curves:
        if curve.role.split == "train" or not len(curve):
            continue
        name = f"_{_GAP.sub('_', curve.name.lower())}_"
        group = next((each for each in groups if f"_{_GAP.sub('_', each)}_" in name), None)
        if group is not None:
            found[name.replace(f"_{_GAP.sub('_', group)}_", "__"), curve.role.name][group] = curve
    yield from found.values()
