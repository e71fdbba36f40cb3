"""Curves over thresholds as arrays: what `precision_recall_curve` and `roc_curve` return, as JSON or in an archive.

    {"precision": [...], "recall": [...], "thresholds": [...]}        pr_curve.npz: precision, recall, thresholds

The curve of precision and recall ends with a point that has no threshold. Nothing but numbers is unpacked.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from mladvisor.runs.array_files import keys_of
from mladvisor.runs.readers import Candidate

_MOST_POINTS = 400
"""Of a curve with a point for each row, every so many."""
_MOST_DEPTH = 3
_LEAST_POINTS = 4

Rows = list[dict[str, Any]]


def in_json(content: Any, is_cut: Callable[[str], bool], depth: int = 0) -> Rows:
    """The points of the first such curve of a document; [] without one."""
    if not isinstance(content, Mapping) or depth > _MOST_DEPTH:
        return []
    lists = {str(key): value for key, value in content.items() if isinstance(value, list)}
    found = _points(lists, is_cut)
    for value in content.values() if not found else ():
        found = found or in_json(value, is_cut, depth + 1)
    return found


def in_archive(file: Candidate, is_cut: Callable[[str], bool]) -> Rows:
    """The same of the arrays of an archive, which are looked at where one is called a threshold."""
    if not any(map(is_cut, keys_of(Path(file.path)))):
        return []
    import numpy as np

    try:
        with np.load(io.BytesIO(file.read_bytes(file.size)), allow_pickle=False) as arrays:
            lists = {
                name: arrays[name].tolist() for name in arrays.files if arrays[name].ndim == 1 and arrays[name].size
            }
    except (ValueError, zipfile.BadZipFile, KeyError):
        return []
    return _points(lists, is_cut)


def _points(lists: Mapping[str, Sequence[Any]], is_cut: Callable[[str], bool]) -> Rows:
    """A row for each threshold; lists of another length are no part of the curve."""
    cuts = next((name for name in lists if is_cut(name)), None)
    if cuts is None or len(lists[cuts]) < _LEAST_POINTS:
        return []
    length = len(lists[cuts])
    along = {name: values for name, values in lists.items() if 0 <= len(values) - length <= 1}
    step = max(1, length // _MOST_POINTS)
    return [{name: values[at] for name, values in along.items()} for at in range(0, length, step)]
