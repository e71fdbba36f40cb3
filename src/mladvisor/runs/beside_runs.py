"""Folders beside runs that hold nothing: a job that never started, or whose files were not copied."""

from __future__ import annotations

import os
from collections.abc import Iterable

from mladvisor.runs import layout


def empty_beside(root: str, runs: Iterable[str]) -> list[str]:
    """Folders without any file that lie beside runs below `root`, in the order of their paths.

    Those whose names say that no run was meant (hidden ones, `checkpoints`) are left out.
    """
    found = {os.path.normpath(run) for run in runs}
    top = os.path.normpath(root)
    places = {os.path.dirname(run) for run in found if run != top} - found  # noqa: PTH120
    empty = []
    for place in sorted(places):
        try:
            with os.scandir(place or ".") as entries:
                folders = [entry for entry in entries if entry.is_dir(follow_symlinks=False)]
        except OSError:
            continue
        empty += [
            entry.path
            for entry in folders
            if not entry.name.startswith(".")
            and entry.name.lower() not in layout.NOT_RUNS
            and os.path.normpath(entry.path) not in found
            and _holds_nothing(entry.path)
        ]
    return sorted(empty)


def _holds_nothing(folder: str) -> bool:
    try:
        with os.scandir(folder) as entries:
            return next(entries, None) is None
    except OSError:
        return False
