"""Tables of batches under other names: `epoch,batch,loss,x_mean` where the probes write `input_mean`, and `class_0,
class_1` with the rows of each class where they write its share.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from mladvisor.runs.layout import BATCH_COLUMNS, LABEL_SHARE_PREFIX
from mladvisor.runs.log_table import LogTable
from mladvisor.runs.other_languages import english
from mladvisor.runs.report_names import words_of
from mladvisor.runs.word_sets import word_set

_INPUTS = word_set("x input inputs data image images img pixel pixels px feature features")
_STATISTICS = {
    "input_mean": word_set("mean avg average mu"),
    "input_std": word_set("std stdev stddev sd sigma"),
    "input_max": word_set("max maximum absmax amax"),
}
_ANSWERS = word_set("target targets label labels y")
_OF_ANSWERS = {"target_mean": _STATISTICS["input_mean"], "target_std": _STATISTICS["input_std"]}
"""Of a number that is learned, where classes would be counted."""
_BATCH = word_set("batch minibatch")
_BATCH_ELSEWHERE = word_set("lot lote lotto stapel")
"""What French, Spanish, Portuguese, Italian and German call it; lots of goods as well, so a loss must stand beside."""
_POSITIVE = word_set("positive positives pos")
_PART = word_set("share frac fraction rate ratio mean prop proportion label labels target")
_NUMBER = word_set("idx index number num no nr id i")
_CLASS = word_set("class label target y cls")
_OTHERS = {"rows": ("batch_size", "n", "size", "n_rows"), "first_row": ("start", "offset", "first_index", "start_row")}


_COUNTED = re.compile(r"(?:n|num|count|cnt)_\d{1,4}")


_LOSS_OF_EACH = {"epoch", "batch", "loss"}


def is_batch_table(columns: Sequence[str]) -> bool:
    """A row for each batch, with its number, and its loss in that epoch or statistics of what was fed."""
    ours = set(our_names(columns).values())
    return "batch" in ours and (
        ours >= _LOSS_OF_EACH or not ours.isdisjoint((*_STATISTICS, *_OF_ANSWERS)) or bool(_classes(columns))
    )


def _classes(columns: Sequence[str]) -> dict[str, str]:
    """Class -> the column that counts its rows ("class_0", "n_class_1", "label_cat"), of two classes at least."""
    found: dict[str, str] = {}
    for name in columns:
        words = [word for word in words_of(name) if word not in ("n", "num", "count", "share", "frac")]
        if len(words) == 2 and words[0] in _CLASS and words[1] not in _ENDS and _ours(name) is None:
            found[words[1]] = name
    numbered = [name for name in columns if _COUNTED.fullmatch(name.strip().lower())]
    if not found and len(numbered) == len(columns) - 1:  # beside the number of the batch nothing but "n_0, n_1"
        return {name.rpartition("_")[2]: name for name in numbered} if len(numbered) > 1 else {}
    return found if len(found) > 1 and len({words_of(name)[0] for name in found.values()}) == 1 else {}


_ENDS = ("min", "max")
_MOST_LABELS = 200
_NEAR = 1 / 5
"""Of the range of all labels, that those of a batch span at most where they tell what it holds."""


def _of_ends(table: LogTable) -> dict[int, NDArray[np.float64]]:
    """Class -> its share of each batch, by the least and the largest label that it holds ("label_min, label_max").

    Where they are the same all rows have it; else the two ends stand for what lies between. Of batches that are mixed
    the ends are those of all classes, every time.
    """
    found: dict[str, NDArray[np.float64]] = {}
    for name in table.names:
        words = words_of(english(name.strip().lower()))
        side = words[-1] if len(words) == 2 and words[0] in _CLASS else ""
        if side in _ENDS and not any(name.startswith(LABEL_SHARE_PREFIX) for name in table.names):
            found[side] = table.numbers(name)
    if len(found) < 2 or not all(np.isfinite(ends).all() and (ends == ends.round()).all() for ends in found.values()):
        return {}
    low, high = found["min"], found["max"]
    labels = np.unique(np.concatenate([low, high]))
    if not 1 < len(labels) <= _MOST_LABELS:
        return {}
    near = float(np.median(high - low)) <= _NEAR * (labels[-1] - labels[0])
    if not (np.ptp(low) == np.ptp(high) == 0 or (near and np.ptp(low) > 0 and np.ptp(high) > 0)):
        return {}  # of many or rare labels the ends differ by chance, and most lie between
    return {int(label): ((found["min"] == label) * 0.5 + (found["max"] == label) * 0.5) for label in labels}


def our_names(columns: Sequence[str]) -> dict[str, str]:
    """The names of columns -> ours, for those that a table of batches may have."""
    found: dict[str, str] = {}
    for name in columns:
        ours = _ours(name)
        if ours is not None and ours not in found.values():
            found[name] = ours
    if "batch" not in found.values() and "loss" in found.values():
        elsewhere = next(
            (name for name in columns if words_of(name) and _BATCH_ELSEWHERE.issuperset(words_of(name))), ""
        )
        if elsewhere:
            found[elsewhere] = "batch"
    return found


def _ours(name: str) -> str | None:
    low = name.strip().lower()
    if low in BATCH_COLUMNS:
        return low
    words = words_of(english(low))
    if len(words) == 1 and words[0] in BATCH_COLUMNS:
        return words[0]
    if words and not _BATCH.isdisjoint(words) and _BATCH.union(_NUMBER).issuperset(words):
        return "batch"
    if len(words) > 2:
        words = [word for word in words if word != "abs"]  # "x_abs_max"
    if len(words) == 2 and not _INPUTS.isdisjoint(words):
        return next((ours for ours, told in _STATISTICS.items() if not told.isdisjoint(words)), None)
    if len(words) == 2 and not _ANSWERS.isdisjoint(words):
        return next((ours for ours, told in _OF_ANSWERS.items() if not told.isdisjoint(words)), None)
    if len(words) == 2 and not _POSITIVE.isdisjoint(words) and not _PART.isdisjoint(words):
        return "target_mean"  # of answers of 0 and 1
    return next((ours for ours, told in _OTHERS.items() if low in told), None)


def input_statistic(name: str) -> str | None:
    """Which statistic of what is fed a column holds, in our name: `px_mean` -> `input_mean`."""
    ours = _ours(name)
    return ours if ours in _STATISTICS else None


def in_our_words(table: LogTable) -> LogTable:
    """The table in the columns of `BATCH_COLUMNS` as far as it has them; itself where it is so already."""
    ours = {name: each for name, each in our_names(table.names).items() if name != each and each not in table}
    classes = {} if any(name.startswith(LABEL_SHARE_PREFIX) for name in table.names) else _classes(table.names)
    ends = {} if classes else _of_ends(table)
    if not ours and not classes and not ends:
        return table
    cells: dict[str, list[str]] = {ours.get(name, name): table.texts(name) for name in table.names}
    if "target_mean" in cells and "target_std" not in cells:
        shares = table.numbers(next(name for name in table.names if ours.get(name, name) == "target_mean"))
        told = shares[np.isfinite(shares)]
        if len(told) and ((told >= 0) & (told <= 1)).all() and bool(((told == 0) | (told == 1)).any()):
            cells["target_std"] = [f"{np.sqrt(one * (1 - one)):.6g}" if 0 <= one <= 1 else "" for one in shares]
    if classes:
        counts = np.column_stack([table.numbers(name) for name in classes.values()])
        rows = counts.sum(axis=1)
        for at, of_class in enumerate(classes):
            cells[f"{LABEL_SHARE_PREFIX}{of_class}"] = [f"{one:.6g}" for one in counts[:, at] / np.maximum(rows, 1.0)]
        if "rows" not in cells and bool((rows[np.isfinite(rows)] > 1.5).any()):  # shares add up to 1
            cells["rows"] = [f"{one:g}" for one in rows]
    cells |= {f"{LABEL_SHARE_PREFIX}{label}": [f"{one:g}" for one in shares] for label, shares in ends.items()}
    renamed = LogTable(table.file, list(cells), list(cells.values()), table.rows)
    renamed.lines, renamed.files, renamed.spelled, renamed.notes = table.lines, table.files, table.spelled, table.notes
    return renamed
