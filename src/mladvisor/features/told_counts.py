"""Rows of each class in each split as the settings, a report, the log or predictions beside it say them, where no table
is there.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from mladvisor.features.catalogue import Measures
from mladvisor.features.measured import Where
from mladvisor.features.true_classes import true_counts
from mladvisor.runs.data_verdicts import Said
from mladvisor.runs.layout import stem_and_form
from mladvisor.runs.other_languages import english
from mladvisor.runs.printed_classes import counts_printed, shares_printed
from mladvisor.runs.settings_said import mapping_of
from mladvisor.runs.split_counts import Counts, agreed, counted_once, counts_in, is_count, nested, split_counts
from mladvisor.runs.table_columns import LABEL_SETTINGS, LABELS, is_event
from mladvisor.runs.tabled import opened

if TYPE_CHECKING:
    from mladvisor.tables.drift import Drift


def told_counts(m: Measures) -> tuple[Counts, str]:
    """(split -> class -> rows, the file that says it); ({}, "") where nothing does. Use `m.once`."""
    folder = m.run.folder
    for file in m.run.files.get("split_counts", ()):
        table = opened(folder, file)
        found = counts_in(table, stem_and_form(table.name)[1])
        if found:
            return found, file
    settings = {key: mapping_of(each.value) or each.value for key, each in m.run.config.items()}
    found = split_counts(nested(settings))
    if found:
        return found, next((each.place.file for each in m.run.config.values()), "")
    found, file = _reported(m)
    found, file = (found, file) if found else _printed(m)
    return (found, file) if found else true_counts(m)


def counted_in_settings(m: Measures) -> tuple[dict[str, int], str]:
    """(class -> rows, file) where the settings count the classes without naming a split. Use `m.once`."""
    settings = {key: mapping_of(each.value) or each.value for key, each in m.run.config.items()}
    found = counted_once(nested(settings))
    return found, next((each.place.file for each in m.run.config.values()), "") if found else ""


def _printed(m: Measures) -> tuple[Counts, str]:
    """What the run printed of the classes of its splits before it trained, or a note beside it."""
    from mladvisor.features.report_said import written

    for file, lines in m.once(written):
        found = agreed(counts_printed(lines)) or agreed(shares_printed(lines))
        if found:
            return found, file
    return {}, ""


def _reported(m: Measures) -> tuple[Counts, str]:
    """What the first report about data that counts the classes of several splits says."""
    from mladvisor.features.report_said import told

    by_file: dict[str, Counts] = {}
    labels: dict[tuple[str, str], dict[str, Said]] = {}
    for said, file in m.once(told):
        if said.what == "classes":
            by_file.setdefault(file, {}).setdefault(said.split or "", {})[said.name] = int(said.value)
        elif said.split is not None and _is_label(said.name, m):
            labels.setdefault((file, said.split), {})[f"{said.what} {said.note}"] = said
    for (file, split), every in labels.items():
        counts = _of_label(every)
        if counts:
            by_file.setdefault(file, {}).setdefault(split, counts)
    return next(((found, file) for file, each in by_file.items() if (found := agreed(each))), ({}, ""))


def _is_label(name: str, m: Measures) -> bool:
    """A column that a report calls the label, or the settings do, or that is called after what people predict."""
    named = {
        str(each.value).lower()
        for key, each in m.run.config.items()
        if english(key.rpartition(".")[2]).lower() in LABEL_SETTINGS
    }
    return name.lower() in named or english(name).lower() in LABELS or is_event(name)


def _of_label(said: Mapping[str, Said]) -> dict[str, int]:
    """Class -> rows, by the values that are listed of the label, or by its mean where it is 0 or 1."""
    levels = {each.note: int(each.value) for each in said.values() if each.what == "level" and is_count(each.value)}
    mean, low, high, rows, blank = (said[what].value if (what := f"{each} ") in said else None for each in _OF_YES)
    if len(levels) > 1:  # a list of the most frequent is no list of all
        return levels if sum(levels.values()) >= (_LISTED - (blank or 0.0)) * (rows or 0) else {}
    if mean is None or low != 0.0 or high != 1.0 or not rows:
        return {}
    positive = round(mean * rows)
    return {"1": positive, "0": int(rows) - positive} if abs(positive - mean * rows) < _ROUNDED * rows else {}


_OF_YES = ("mean", "low", "high", "rows", "missing")
_LISTED = 0.999
"""Of the rows that are not blank, at least so many have one of the values that are listed of a label."""
_ROUNDED = 1e-4
"""Of the rows: how far rounding of a mean may put the number of those that are 1 from a whole one."""


def are_told(m: Measures) -> bool:
    """Whether somebody counted the classes of the splits."""
    return bool(m.once(told_counts)[0])


def evened_out(train: Mapping[str, float], other: Mapping[str, float]) -> bool:
    """The training classes have exactly as many rows each, those elsewhere have not, and none of them is missing there.

    No draw gives that: classes were balanced on purpose, and the others kept their mix.
    """
    even = len(train) > 1 and len(set(train.values())) == 1
    return even and len(set(other.values())) > 1 and all(other.get(name, 0) > 0 for name in train)


def told_drifts(m: Measures) -> dict[str, tuple[Where, Drift]]:
    """Split -> how its classes differ from those of training, by the counts alone."""
    from mladvisor.tables.drift import Drift
    from mladvisor.tables.statistics import shares_differ

    counts, file = m.once(told_counts)
    result: dict[str, tuple[Where, Drift]] = {}
    for split, other in counts.items():
        if split == "train":
            continue
        train = counts["train"]
        names = list(dict.fromkeys((*train, *other)))
        a = np.array([train.get(name, 0) for name in names], dtype=np.int64)
        b = np.array([other.get(name, 0) for name in names], dtype=np.int64)
        effect = shares_differ(a, b)
        if effect.size > 0.0 and evened_out(train, other):
            continue
        one, two = a / a.sum(), b / b.sum()
        most = int(np.argmax(np.abs(two - one)))
        lead = f'"{names[most][:40]}" is {one[most]:.1%} of training and {two[most]:.1%} of {split}, as {file} says'
        result[split] = (Where(file, split), Drift(effect, lead=lead))
    return result
