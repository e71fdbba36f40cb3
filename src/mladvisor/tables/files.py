"""Which file each table of a run is, where it lies, and how large it is."""

from __future__ import annotations

import os
from pathlib import Path

from mladvisor.errors import MladvisorError, ReadError
from mladvisor.runs.data_sets import columns_of
from mladvisor.runs.model import Run
from mladvisor.runs.split_lists import list_kind
from mladvisor.runs.table_names import labels_kind, own_kind
from mladvisor.tables.outcomes import outcomes_in

SPLITS = ("train", "val", "test")
KINDS = (
    *SPLITS,
    *map(labels_kind, SPLITS),
    *map(list_kind, SPLITS),
    "train_raw",
    "val_raw",
    "test_raw",
    "predictions",
    "business",
    "batches",
    "layers",
)


def files_of_tables(run: Run, notes: list[str]) -> dict[str, str]:
    """Table -> file: the manifest's word, else the nearest file that is not a log of the run.

    Files whose names fit and whose columns do not are told in `notes`.
    """
    logs = run.logs

    def nearest(kind: str, stands_for: str) -> str | None:
        files = [file for file in run.files.get(kind, ()) if file not in logs]
        fit = [file for file in files if _may_stand_beside(run, file, stands_for)]
        aside = [file for file in files if file not in fit]
        if aside:
            notes.append(f"{', '.join(aside)}: shares too few columns with the training table to be a part of its data")
        return min(fit, key=_nearness) if fit else None

    named = {kind: nearest(kind, kind) for kind in KINDS}
    found = {kind: file for kind, file in named.items() if file is not None}
    serving = nearest("serving", "test")
    if serving is not None:
        # Data in use stands where the test split does; a test split beside it where validation data would stand.
        if "test" in found and "val" not in found:
            found["val"] = found["test"]
        found["test"] = serving
    outcomes = outcomes_in(run)
    if outcomes:
        found["business"] = outcomes[0].place.file
    for split, file in run.manifest.splits.items():
        found[{"valid": "val", "validation": "val"}.get(split, split)] = file
    return found


def _may_stand_beside(run: Run, file: str, kind: str) -> bool:
    """A split that only the words of its name tell has columns of the training table, as far as both have a header."""
    if kind not in SPLITS or kind == "train" or own_kind(file.rpartition("/")[2]) == kind:
        return True
    train = [_header(run, one) for one in run.files.get("train", ())[:1]]
    own = _header(run, file)
    return not train or not train[0] or not own or len(own & train[0]) * 2 >= len(train[0])


def _header(run: Run, file: str) -> frozenset[str]:
    try:
        return frozenset(columns_of(inside(run, file)))
    except MladvisorError:
        return frozenset()


def _nearness(file: str) -> tuple[int, bool, int]:
    """The nearest to the run folder first, of those one that is called exactly so, then the shortest name."""
    name = file.rpartition("/")[2]
    return file.count("/"), own_kind(name) is None, len(name)


def size(path: Path) -> int:
    if path.suffix.lower() in (".gz", ".parquet"):
        from mladvisor.tables.load import size_of

        return size_of(path)
    return path.stat().st_size


def inside(run: Run, file: str) -> Path:
    """The path of a file of the run. Raises ReadError when a manifest points outside the folder."""
    root = run.folder
    path = Path(os.path.normpath(root / file))
    if not path.is_relative_to(os.path.normpath(root)):
        raise ReadError("lies outside the run folder, where a manifest may not point", file=file)
    return path
