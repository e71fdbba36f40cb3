"""Which folders of a whole tree are runs."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from mladvisor.errors import ReadError
from mladvisor.runs import layout, log_names, script_names, settings_names, table_names
from mladvisor.runs.belonging import is_companion
from mladvisor.runs.data_folders import may_be_entered
from mladvisor.runs.data_sets import columns_of
from mladvisor.runs.layer_columns import is_layer_table
from mladvisor.runs.listing import MAX_DEPTH, Listing, files_of, is_part
from mladvisor.runs.printed_report import is_all_report
from mladvisor.runs.readers import Candidate, as_text, best_reader
from mladvisor.runs.report_names import is_no_log
from mladvisor.runs.watch_tables import is_watch

MAX_SNIFFED = 40  # files of one folder that are opened to see whether it is a run
_SEVERAL = 2  # logs below a folder: no more need be counted
_FEW_LINES, _MAX_SHOWN = 20, 400  # of a text that is asked for numbers


class _Frame:
    """A folder whose subfolders are being walked through."""

    __slots__ = ("above", "barren", "has_runs", "like_runs", "notebooks", "path", "told")

    def __init__(self, path: str, above: _Frame | None, notebooks: list[os.DirEntry[str]]) -> None:
        self.path, self.above, self.notebooks = path, above, notebooks
        self.barren: bool = above is not None and above.barren  # it was walked through, and no run lies below
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
    file whose name says that a log was meant; or the project of the only log below it (see `_below`). A folder of
    data is none where the folder it lies in is one. A folder beside runs whose files no reader claims is one too, after
    those beside it: a broken run must not be passed over in silence. Symbolic links to folders are not followed: what
    they point to is a run of its own, once. Raises ReadError when `root` cannot be listed.
    """
    return _walk(root, projects=True)


def runs_below(folder: str | Path) -> Iterator[Path]:
    """Every run folder below one that is looked at as the project of what lies in it."""
    own = Path(folder)
    return (found for found in _walk(folder, projects=False) if found != own)


def _walk(root: str | Path, projects: bool) -> Iterator[Path]:
    """The runs at or below `root`; whether it may itself be the project of a log below."""
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
        only: list[Path] | None = None
        if not part and not frame.barren and (above is not None or projects) and _may_be_project(listing, is_run):
            logs, others = _below(path)
            only = others if logs == 1 else None
            frame.barren = (
                not logs and not others
            )  # or each of its folders would be walked through as often as it is deep
        if is_run or only is not None:
            frame.is_run()
            yield Path(path)
        elif not part and above is not None and _is_like_a_run(listing, path):
            above.like_runs.append(path)
        if depth >= MAX_DEPTH or not listing.folders:
            yield from _left(frame)
            continue
        if only is not None:
            frame.has_runs = True
            pending.append(frame)
            pending += [(os.fspath(left), depth + 1, False, frame) for left in reversed(only)]
            continue
        beside = {entry.name for entry in listing.files}
        below: list[tuple[str, int, bool, _Frame | None]] = []
        for entry in listing.folders:
            own = (is_run or part) and is_part(entry, beside, False)
            if entry.is_symlink() or (own and entry.name in layout.OWN_BESIDE) or (is_run and is_data(entry.path)):
                continue  # it belongs to the run; other folders in it (tensorboard/run-1/) are runs of their own
            below.append((entry.path, depth + 1, own, frame))
        pending.append(frame)
        pending.extend(reversed(below))


def _may_be_project(listing: Listing, is_run: bool) -> bool:
    """The log that belongs to what lies here may lie below: scripts, settings or tables, and no log of their own.

    Beside the store of a tracker any file (a report, what was printed) is about its run.
    """
    if not listing.folders:
        return False
    stored = any(entry.name in layout.STORES for entry in listing.folders)
    if not listing.files:
        return stored and any(may_be_entered(one.name) or is_companion(one.path) for one in listing.folders)
    if stored:
        return True
    if not any(_is_of_a_project(entry.name) for entry in listing.files):
        return False
    if not is_run:
        return True
    return not _claims([(entry.path, entry.name, "") for entry in listing.files if not _is_of_layers(entry)])


def _is_of_layers(entry: os.DirEntry[str]) -> bool:
    """A table of statistics of layers: it counts epochs as a log does, and its log may lie below."""
    stem, suffix = layout.stem_and_suffix(entry.name)
    if suffix not in ("csv", "tsv"):
        return False
    return is_layer_table(columns_of(Path(entry.path)), stem)


def _below(path: str) -> tuple[int, list[Path]]:
    """How many logs lie below a project, 2 for more, and what else is a run there.

    `train.py` and `data/` with `lightning_logs/version_0/` or `mlruns/0/<id>/` below them are one run: its log lies
    where the tool puts it. With several logs below, each is a run; so is one that has a script beside it.
    """
    logs = 0
    others: list[Path] = []
    for found in runs_below(path):
        if is_data(found) or is_job(found) or is_companion(found):
            continue
        try:
            files = files_of(os.fspath(found))
        except ReadError:
            return _SEVERAL, others
        meant = any(log_names.meant_as_log(file.name) for file in files if not file.folder)
        if meant or _claims([(each.path, each.rel, each.folder) for each in files]):
            logs += 1
        else:
            others.append(found)
        if logs > 1 or any(script_names.may_be_script(file.rel) and not file.folder for file in files):
            return _SEVERAL, others
    return logs, others


def _is_of_a_project(name: str) -> bool:
    """A file from which a run was started, or that was kept of it; a notebook may look at the runs of others."""
    script = script_names.may_be_script(name) and not script_names.is_notebook(name)
    return script or settings_names.may_be_config(name) or table_names.table_kind(name) is not None


def _makes_a_run(name: str) -> bool:
    return table_names.own_kind(name) in table_names.MAKES_A_RUN


def is_job(folder: str | Path) -> bool:
    """A folder that Hydra made for a job, and no log: the curves of its project are with a tracker."""
    if not os.path.isdir(os.path.join(folder, layout.JOB_FOLDER)):  # noqa: PTH112, PTH118
        return False
    return not holds_log(folder)


def is_run_of_its_own(folder: str | Path) -> bool:
    """A folder that holds a log, or something from which a log was meant to come; also one that cannot be listed."""
    try:
        listing = Listing(os.fspath(folder))
    except ReadError:
        return True
    return len(listing.files) > MAX_SNIFFED or _is_run(os.fspath(folder), listing)


def is_data(folder: str | Path) -> bool:
    """A folder with tables of the run beside it, by its name or by theirs, and no log."""
    try:
        listing = Listing(os.fspath(folder))
    except ReadError:
        return False
    entered = may_be_entered(os.path.basename(folder))  # noqa: PTH119
    if any(
        log_names.meant_as_log(e.name) and not (entered and table_names.bare_training(e.name)) for e in listing.files
    ):
        return False
    if entered:
        return True
    kinds = {table_names.own_kind(entry.name) for entry in listing.files} & table_names.MAKES_A_RUN
    if not kinds <= table_names.ROWS or not (len(kinds) > 1 or "train" in kinds):
        return False
    return not _claims([(entry.path, entry.name, "") for entry in listing.files])


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
    return [entry for entry in listing.files if script_names.is_notebook(entry.name)][:MAX_SNIFFED]


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
        if suffix not in log_names.TEXT_LOG_SUFFIXES or stem in log_names.NOT_LOGS:
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
    if layout.MANIFEST in names or any(map(_makes_a_run, names)):
        return True
    if any(log_names.meant_as_log(e.name) and not (listing.folders and _is_about_runs(e)) for e in listing.files):
        return True
    own = [entry.name for entry in listing.folders if is_part(entry, set(names), False)]
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
        if log_names.is_card(entry.name):
            try:
                return best_reader(Candidate(entry.path, entry.name))[0] is not None
            except (OSError, ReadError):
                return False
    return False


def holds_log(folder: str | Path) -> bool:
    """Some reader claims a file of the run in `folder` as a log."""
    try:
        return _claims([(each.path, each.rel, each.folder) for each in files_of(os.fspath(folder))])
    except ReadError:
        return False


def _claims(files: list[tuple[str, str, str]]) -> bool:
    """Some reader claims one of the files (path, relative path, folder)."""
    opened = 0
    for path, rel, folder in files:
        name = rel.rpartition("/")[2]
        if not log_names.may_be_log(name, folder):
            continue
        opened += 1
        if opened > MAX_SNIFFED:
            return False
        try:
            file = as_text(Candidate(path, rel))
            table = name.endswith((".csv", ".tsv"))
            if table and (is_watch(file.lines) or is_no_log(next(iter(file.lines), ""), name.partition(".")[0])):
                continue
            if best_reader(file)[0] is not None and not is_all_report(file.lines):
                return True
        except (OSError, ReadError):
            continue
    return False
