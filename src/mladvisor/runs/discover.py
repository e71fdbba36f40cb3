"""Which folders are runs, and which files belong to one.

`files_of` lists the files of one run folder, its own subfolders included; `find_runs` walks a whole tree for `batch`.
Both use `os.scandir` and plain strings: thousands of folders must cost milliseconds each.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from mladvisor.errors import ReadError
from mladvisor.runs import layout, table_names
from mladvisor.runs.readers import Candidate, as_text, best_reader

MAX_FILES = 5_000  # of one run: MLflow stores have one file a metric, DVCLive too
MAX_DEPTH = 12
MAX_SNIFFED = 40  # files of one folder that are opened to see whether it is a run
_FEW_LINES, _MAX_SHOWN = 20, 400  # of a text that is asked for numbers


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


def files_of(folder: str) -> list[Candidate]:
    """Every file of the run in `folder`, those of its own subfolders included; nearest first, then by name.

    Raises ReadError when the folder cannot be listed.
    """
    found: list[Candidate] = []
    pending: list[tuple[str, str, bool, int]] = [(folder, "", False, 0)]
    seen: set[tuple[int, int]] = set()
    while pending and len(found) < MAX_FILES:
        path, rel, inside_own, depth = pending.pop(0)
        listing = Listing(path)
        for entry in listing.files:
            try:
                stat = entry.stat()
            except OSError:
                continue
            if not table_names.holds_data(rel) or table_names.may_hold_rows(entry.name):
                found.append(Candidate(entry.path, rel + entry.name, stat.st_size, stat.st_mtime))
        if not listing.folders or depth >= MAX_DEPTH:
            continue
        beside = {entry.name for entry in listing.files}
        for entry in listing.folders:
            if _is_part(entry, beside, inside_own) and _is_new(entry, seen):
                own = inside_own or entry.name in layout.OWN_BESIDE
                pending.append((entry.path, f"{rel}{entry.name}/", own, depth + 1))
    return found


def _is_part(entry: os.DirEntry[str], beside: set[str], inside_own: bool) -> bool:
    """The subfolder holds a part of its parent's run.

    A folder called `train` may be a whole run instead (Ultralytics calls its first one so): then it has its own
    configuration.
    """
    if not layout.belongs(entry.name, beside, inside_own):
        return _is_writer(entry, beside)
    if entry.name not in layout.SPLIT_FOLDERS or inside_own:
        return True
    try:
        with os.scandir(entry.path) as inside:
            return not any(layout.may_be_config(one.name) for one in inside)
    except OSError:
        return False


def _is_writer(entry: os.DirEntry[str], beside: set[str]) -> bool:
    """A subfolder that TensorBoard's writer made beside its own file: `add_scalars("loss", {"val": ...})` opens
    `loss_val/`, `add_hparams` a folder named after the time. It holds one event file or more and nothing else.
    """
    if not any(layout.EVENTS_MARK in name for name in beside):
        return False
    try:
        listing = Listing(entry.path)
        if listing.folders or not listing.files or any(layout.EVENTS_MARK not in e.name for e in listing.files):
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


class _Frame:
    """A folder whose subfolders are being walked through."""

    __slots__ = ("above", "has_runs", "like_runs", "notebooks", "path", "told")

    def __init__(self, path: str, above: _Frame | None, notebooks: list[os.DirEntry[str]]) -> None:
        self.path, self.above, self.notebooks = path, above, notebooks
        self.told = False  # it, or a folder below, is a run
        self.has_runs = False  # a folder directly in it is a run
        self.like_runs: list[str] = []  # folders directly in it that hold something like a log, and are no runs

    def is_run(self) -> None:
        self.told = True
        if self.above is not None:
            self.above.has_runs = True


def find_runs(root: str | Path) -> Iterator[Path]:
    """Every run folder at or below `root`, in the order of their paths; the root itself first, if it is one.

    A run folder is one in which a reader claims a log, or that holds a table or check of the run-folder layout, or a
    file whose name says that a log was meant. A folder beside runs whose files no reader claims is one too, after
    those beside it: a broken run must not be passed over in silence. Symbolic links to folders are not followed: what
    they point to is a run of its own, once. Raises ReadError when `root` cannot be listed.
    """
    pending: list[tuple[str, int, bool, _Frame | None] | _Frame] = [(os.fspath(root), 0, False, None)]
    while pending:
        step = pending.pop()
        if isinstance(step, _Frame):
            yield from _left(step)
            continue
        path, depth, part, above = step
        try:
            listing = Listing(path)
        except ReadError:
            if above is None:
                raise
            if not part:
                yield Path(path)  # whoever reads it says why it cannot be read
            continue
        frame = _Frame(path, above, [] if part else _notebooks(path, listing))
        is_run = not part and _is_run(path, listing)
        if is_run:
            frame.is_run()
            yield Path(path)
        elif not part and above is not None and _is_like_a_run(listing, path):
            above.like_runs.append(path)
        if depth >= MAX_DEPTH or not listing.folders:
            yield from _left(frame)
            continue
        beside = {entry.name for entry in listing.files}
        below: list[tuple[str, int, bool, _Frame | None]] = []
        for entry in listing.folders:
            own = (is_run or part) and _is_part(entry, beside, False)
            # What belongs to the run is passed over; other folders in it (tensorboard/run-1/) are runs of their own.
            if not entry.is_symlink() and not (own and entry.name in layout.OWN_BESIDE):
                below.append((entry.path, depth + 1, own, frame))
        pending.append(frame)
        pending.extend(reversed(below))


def _left(frame: _Frame) -> Iterator[Path]:
    """What is known of a folder once everything below it has been walked through."""
    if frame.has_runs:
        yield from map(Path, frame.like_runs)
    if not frame.told and any(map(_holds_log, frame.notebooks)):  # opened only where nothing else is a log
        frame.is_run()
        yield Path(frame.path)
    if frame.above is not None and frame.told:
        frame.above.told = True
        if frame.path in frame.above.like_runs:
            frame.above.like_runs.remove(frame.path)


def _notebooks(path: str, listing: Listing) -> list[os.DirEntry[str]]:
    """The notebooks of a folder that may be a run."""
    if path.rpartition("/")[2].lower() in layout.NOT_RUNS:
        return []
    return [entry for entry in listing.files if layout.is_notebook(entry.name)][:MAX_SNIFFED]


def _holds_log(entry: os.DirEntry[str]) -> bool:
    """The cells of a notebook printed what a reader takes for a log."""
    from mladvisor.runs.readers.notebook import Outputs

    try:
        return best_reader(Outputs(entry.path, entry.name))[0] is not None
    except (OSError, ReadError, MemoryError):
        return False


def _is_like_a_run(listing: Listing, path: str) -> bool:
    """The folder holds text with rows of numbers that might have been meant as a log."""
    if path.rpartition("/")[2].lower() in layout.NOT_RUNS:
        return False
    for entry in listing.files[:MAX_SNIFFED]:
        stem, suffix = layout.stem_and_suffix(entry.name)
        if suffix not in layout.TEXT_LOG_SUFFIXES or stem in layout.NOT_LOGS:
            continue
        try:
            lines = Candidate(entry.path, entry.name).lines
        except (OSError, ReadError):
            return True
        if sum(any(ch.isdigit() for ch in line[:_MAX_SHOWN]) for line in lines[:_FEW_LINES]) > 1:
            return True
    return False


def _is_run(path: str, listing: Listing) -> bool:
    names = [entry.name for entry in listing.files]
    if layout.MANIFEST in names or any(table_names.own_kind(name) in table_names.MAKES_A_RUN for name in names):
        return True
    if any(layout.meant_as_log(e.name) and not (listing.folders and _is_about_runs(e)) for e in listing.files):
        return True
    own = [entry.name for entry in listing.folders if _is_part(entry, set(names), False)]
    if not own:
        return _claims([(e.path, e.name, "") for e in listing.files]) or (not listing.folders and _has_card(listing))
    # `train/` of one run, or a run of its own called "train"? It is part of this one when this folder has a log, or
    # when several such folders stand side by side (train/ and validation/), or its place says so (dvclive/, metrics/).
    if _claims([(e.path, e.name, "") for e in listing.files]):
        return True
    splits = [name for name in own if name in layout.SPLIT_FOLDERS]
    if len(splits) > 1 or any(name in layout.TOOL_FOLDERS or layout.is_part_by_name(name) for name in own):
        try:
            return _claims([(c.path, c.rel, c.folder) for c in files_of(path)])
        except ReadError:
            return False
    return False


def _is_about_runs(entry: os.DirEntry[str]) -> bool:
    """Of a file called like a log, above other folders: it lists the runs below, or is the one we are writing."""
    from mladvisor.runs.readers.headers import lists_runs

    try:
        stat = entry.stat()
        if not stat.st_size:
            out = os.fstat(1)
            return (out.st_dev, out.st_ino) == (stat.st_dev, stat.st_ino)
        return lists_runs(Candidate(entry.path, entry.name, stat.st_size, stat.st_mtime))
    except (OSError, ReadError):
        return False


def _has_card(listing: Listing) -> bool:
    """A model card with the table of a training is all that is left of a run."""
    for entry in listing.files:
        if layout.is_card(entry.name):
            try:
                return best_reader(Candidate(entry.path, entry.name))[0] is not None
            except (OSError, ReadError):
                return False
    return False


def _claims(files: list[tuple[str, str, str]]) -> bool:
    """Some reader claims one of the files (path, relative path, folder)."""
    opened = 0
    for path, rel, folder in files:
        name = rel.rpartition("/")[2]
        if not layout.may_be_log(name, folder):
            continue
        opened += 1
        if opened > MAX_SNIFFED:
            return False
        try:
            if best_reader(as_text(Candidate(path, rel)))[0] is not None:
                return True
        except (OSError, ReadError):
            continue
    return False
