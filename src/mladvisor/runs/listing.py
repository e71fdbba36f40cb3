"""The files of one folder, and which of its subfolders are parts of the run in it.

`os.scandir` and plain strings: thousands of folders must cost milliseconds each.
"""

from __future__ import annotations

import os

from mladvisor.errors import ReadError
from mladvisor.runs import data_names, layout, log_names, settings_names
from mladvisor.runs.data_folders import holds_data, is_data_folder
from mladvisor.runs.readers import Candidate

MAX_FILES = 5_000  # of one run: MLflow stores have one file a metric, DVCLive too
MAX_DEPTH = 12


class Listing:
    """The files of one folder, by name, and its subfolders."""

    __slots__ = ("files", "folders", "path")

    def __init__(self, path: str) -> None:
        """Raises ReadError when the folder cannot be listed."""
        self.path = path
        self.files: list[os.DirEntry[str]] = []
        self.folders: list[os.DirEntry[str]] = []
        try:
            with os.scandir(path) as entries:
                for entry in entries:
                    try:
                        if entry.is_dir():
                            if entry.name not in layout.SKIPPED_FOLDERS:
                                self.folders.append(entry)
                        elif entry.is_file():
                            self.files.append(entry)
                    except OSError:
                        continue
        except OSError as error:
            raise ReadError(f"cannot be listed ({error.strerror})", file=path) from None
        self.files.sort(key=_name)
        self.folders.sort(key=_name)


def _name(entry: os.DirEntry[str]) -> str:
    return entry.name


def is_shut(folder: str) -> bool:
    """The folder may not be listed, or what it lists may not be opened."""
    return not os.access(folder, os.R_OK | os.X_OK)


def files_of(folder: str) -> list[Candidate]:
    """Every file of the run in `folder`, those of its own subfolders included; nearest first, then by name.

    Raises ReadError when the folder cannot be listed.
    """
    found: list[Candidate] = []
    pending: list[tuple[str, str, bool, int]] = [(folder, "", False, 0)]
    seen: set[tuple[int, int]] = set()
    while pending and len(found) < MAX_FILES:
        path, rel, inside_own, depth = pending.pop(0)
        if rel and is_shut(path):
            continue
        listing = Listing(path)
        for entry in listing.files:
            try:
                stat = entry.stat()
            except OSError:
                continue
            if not holds_data(rel) or data_names.may_hold_rows(entry.name):
                found.append(Candidate(entry.path, rel + entry.name, stat.st_size, stat.st_mtime))
        if not listing.folders or depth >= MAX_DEPTH:
            continue
        beside = {entry.name for entry in listing.files}
        for entry in listing.folders:
            if is_part(entry, beside, inside_own) and _is_new(entry, seen):
                own = inside_own or entry.name in layout.OWN_BESIDE
                pending.append((entry.path, f"{rel}{entry.name}/", own, depth + 1))
    return found


def is_part(entry: os.DirEntry[str], beside: set[str], inside_own: bool) -> bool:
    """The subfolder holds a part of its parent's run.

    A folder called `train` may be a whole run instead (Ultralytics calls its first one so): then it has its own
    configuration.
    """
    if not _belongs(entry.name, beside, inside_own):
        return _is_writer(entry, beside)
    if entry.name not in layout.SPLIT_FOLDERS or inside_own:
        return True
    try:
        with os.scandir(entry.path) as inside:
            return not any(settings_names.may_be_config(one.name) for one in inside)
    except OSError:
        return False


def _belongs(folder: str, beside: set[str], inside_own: bool) -> bool:
    """A subfolder of this name is part of the run that its parent is.

    Args:
        beside: names of the files beside it.
        inside_own: the parent is itself reached through `layout.OWN_BESIDE` (everything below belongs).
    """
    return (
        inside_own
        or folder in layout.OWN_FOLDERS
        or layout.is_part_by_name(folder)
        or layout.OWN_BESIDE.get(folder, "\0") in beside
        or ((is_data_folder(folder) or folder in layout.OUTPUT_FOLDERS) and any(map(log_names.is_printed, beside)))
    )


def _is_writer(entry: os.DirEntry[str], beside: set[str]) -> bool:
    """A subfolder that TensorBoard's writer made beside its own file: `add_scalars("loss", {"val": ...})` opens
    `loss_val/`, `add_hparams` a folder named after the time. It holds one event file or more and nothing else.
    """
    if not any(log_names.EVENTS_MARK in name for name in beside):
        return False
    try:
        listing = Listing(entry.path)
        if listing.folders or not listing.files or any(log_names.EVENTS_MARK not in e.name for e in listing.files):
            return False
        if entry.name.replace(".", "", 1).isdigit():
            return True
        from mladvisor.runs.readers.tensorboard import tag_of_folder

        first = listing.files[0]
        return tag_of_folder(entry.name, Candidate(first.path, first.name).head) is not None
    except (OSError, ReadError):
        return False


def _is_new(entry: os.DirEntry[str], seen: set[tuple[int, int]]) -> bool:
    """The folder was not met before (symbolic links may form loops); a plain folder cannot be met twice."""
    if not entry.is_symlink():
        return True
    try:
        stat = entry.stat()
    except OSError:
        return False
    key = (stat.st_dev, stat.st_ino)
    if key in seen:
        return False
    seen.add(key)
    return True
