"""Which files of numpy arrays hold the data of a run, and as what: `x_train` in an archive, `train_images.npy`.

Only names are looked at here, those of files and those of arrays within an archive; nothing is unpacked.
"""

from __future__ import annotations

import zipfile
from pathlib import Path

from mladvisor.runs import data_names, split_names, table_columns
from mladvisor.runs.readers import Candidate

_SPLITS = ("train", "val", "test")
_MOST_FILES = 60
_MOST_KEYS = 200


def keys_of(path: Path) -> tuple[str, ...]:
    """The names of the arrays in an archive (.npz); none where it is no archive."""
    try:
        with zipfile.ZipFile(path) as archive:
            return tuple(name.removesuffix(".npy") for name in archive.namelist()[:_MOST_KEYS])
    except (OSError, zipfile.BadZipFile, ValueError):
        return ()


def data_in_arrays(files: list[Candidate]) -> dict[str, str]:
    """Split -> the file of its inputs, and `<split>_labels` -> that of its labels; {} where several may be meant."""
    arrays = [file for file in files if data_names.is_array(file.name)][:_MOST_FILES]
    whole = [file for file in arrays if file.name.lower().endswith(".npz") and len(splits_within(file)) > 1]
    if len(whole) == 1:
        return dict.fromkeys(splits_within(whole[0]), whole[0].rel)
    found: dict[str, list[str]] = {}
    for file in arrays:
        kind = _kind(file) if not whole else None
        if kind is not None:
            found.setdefault(kind, []).append(file.rel)
    if "train" not in found or any(len(names) > 1 for names in found.values()):
        return {}
    return {kind: names[0] for kind, names in found.items()}


def splits_within(file: Candidate) -> list[str]:
    """The splits that an archive holds inputs or labels of: `x_train`, `y_train`, `x_val`."""
    called = [split_names.split_called(key) for key in keys_of(Path(file.path)) if not data_names.is_answer_array(key)]
    found = [split for split in _SPLITS if split in called]
    return found if "train" in found else []


def _kind(file: Candidate) -> str | None:
    """What a file of one split holds."""
    stem = file.name.partition(".")[0]
    if data_names.is_answer_array(stem):
        return None
    split = split_names.part_called(file.name)
    words = set(split_names.words_of(file.name))
    if file.name.lower().endswith(".npz"):
        keys = keys_of(Path(file.path))
        if not keys:
            return split  # what is wrong with it is told when it is read
        return split if len(keys) > 1 and not any(map(data_names.is_answer_array, keys)) else None
    labels = bool(words & table_columns.LABELS)
    if not labels and words.isdisjoint(data_names.INPUT_ARRAYS):
        return None
    split = split or ("train" if len(words) == 1 else None)  # X.npy beside y.npy
    return f"{split}_labels" if labels and split is not None else split


def answers_in_arrays(files: list[Candidate]) -> str | None:
    """The one file of arrays that holds what a model answered for the rows of evaluation."""
    found: dict[str, list[str]] = {}
    for file in [file for file in files if data_names.is_array(file.name)][:_MOST_FILES]:
        keys = keys_of(Path(file.path)) or (file.name.partition(".")[0],)
        if any(map(data_names.is_answer_array, keys)):
            found.setdefault(split_names.part_called(file.name) or "", []).append(file.rel)
    for split in ("test", "val", ""):
        if len(found.get(split, ())) == 1:
            return found[split][0]
    return None
