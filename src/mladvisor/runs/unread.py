"""Why a folder or a file is no run, and what a run without a log is judged by, in sentences for people."""

from __future__ import annotations

import os
from itertools import islice
from pathlib import Path

from mladvisor.errors import nearest
from mladvisor.runs import script_names, settings_names, table_names
from mladvisor.runs.config import read_config
from mladvisor.runs.damaged import damaged
from mladvisor.runs.model import Ignored, Run
from mladvisor.runs.open_logs import unclaimed
from mladvisor.runs.readers import Candidate
from mladvisor.runs.readers.decoding import in_units
from mladvisor.runs.shut import SHUT

SHOWN = 4  # names or reasons in a sentence
_SIBLINGS = 2_000  # names that are looked through for one like a mistyped one
_MISSING = "what tells most is missing: a log of loss and metric (a table, JSON, an event file or printed text)"


def why_nothing(run: Run, files: list[Candidate], of_scripts: list[str]) -> str:
    """Why there is no curve, in one sentence; `of_scripts`: why no script is used, where that is known."""
    if not files and not run.ignored:
        return _why_no_files(run.path)
    if run.path.is_file() and settings_names.may_be_config(run.path.name):
        said = _as_config(run, files)
        if said:
            return said
    if run.path.is_file() and script_names.may_be_script(run.path.name) and not run.ignored:
        return _why_no_script(files[0], of_scripts)
    if all(one.why == SHUT for one in run.ignored):  # of tables of data nobody expects curves
        run.ignored = [*run.ignored, *unread_logs(files)]
    if not run.ignored:
        if run.script is None and of_scripts:
            return f"holds no training log, and no script that can be judged: {'; '.join(of_scripts[:SHOWN])}"
        names = ", ".join(file.rel for file in files[:SHOWN])
        more = f" and {len(files) - SHOWN} more files" if len(files) > SHOWN else ""
        broken = damaged(run, files)
        others = f", and so with {len(broken) - 1} more" if len(broken) > 1 else ""
        told = f": {broken[0]}{others}" if broken else ""
        return f"holds no training log, only {names}{more}, of which nothing could be used{told}; {_MISSING}"
    if len(files) <= 1 and len(run.ignored) == 1:
        only = run.ignored[0]
        return only.why if only.file == run.path.name else f"holds only {only.file}, which {only.why}"
    reasons = "; ".join(f"{one.file} {one.why}" for one in run.ignored[:SHOWN])
    more = f"; and {len(run.ignored) - SHOWN} more files" if len(run.ignored) > SHOWN else ""
    return f"holds no training log that can be read: {reasons}{more}"


def _why_no_script(file: Candidate, said: list[str]) -> str:
    """Why a script that was named is not judged."""
    if file.size == 0:
        return "is empty: a run folder, one log, or the script that trains is expected"
    if said:
        return said[0].removeprefix(f"{file.rel} ")
    if file.binary:
        return f"holds binary data ({in_units(file.size)}), where a script was expected"
    from mladvisor.runs.script.code import MAX_BYTES

    if file.size > MAX_BYTES:
        return f"is {in_units(file.size)} large; no script over {in_units(MAX_BYTES)} is read"
    return (
        "is a script that trains nothing, as far as can be told (no fit, no backward and step, no Trainer): "
        "the one that trains, a run folder or one log is expected"
    )


def without_log(run: Run, why: str) -> str:
    """What a run is judged by that has no log: tables and reports, its script, or settings alone."""
    because = f": {why}" if run.files or run.ignored else ""
    if run.files.keys() - {script_names.SCRIPT}:
        return f"no training log was found{because}"
    if run.script is None:
        return f"no training log was found, so only the settings are judged; {_MISSING}{because}"
    how = (
        "" if script_names.is_notebook(run.script.file) else f". `python {run.script.file} > train.log 2>&1` keeps one"
    )
    if run.path.is_file():
        how = f'. What lies beside it is read when its folder is named ("{os.fspath(run.path.parent)}")'
    return f"no training log was found, so only what {run.script.file} says is judged; {_MISSING}{how}"


def unread_logs(files: list[Candidate]) -> list[Ignored]:
    """Files that no reader takes for a log, and why; tables that make a run are expected to be none."""
    return unclaimed([file for file in files if table_names.table_kind(file.name) not in table_names.MAKES_A_RUN])


def _as_config(run: Run, files: list[Candidate]) -> str:
    """That the one file named is a configuration; "" when it is none."""
    found = read_config(files, [], [])
    if not found:
        return ""
    folder = os.fspath(run.path.parent)
    return (
        f"is a configuration of {len(found)} settings and no log: name the folder with the log instead, and the "
        f'settings beside it are used ("{folder}" holds this file)'
    )


def _why_no_files(folder: Path) -> str:
    """What stands in a folder without a file that can be read."""
    try:
        with os.scandir(folder) as entries:
            kinds = [_sort_of(entry) for entry in entries]
    except OSError as error:
        return f"cannot be listed ({error.strerror})"
    if not kinds:
        return (
            "is empty: the folder that holds the training log (a table, JSON, event file or printed text) is expected"
        )
    count = {kind: kinds.count(kind) for kind in dict.fromkeys(sorted(kinds))}
    told = ", ".join(f"{number} {kind}{'s' if number > 1 else ''}" for kind, number in count.items())
    return f"holds no files: only {told}"


def absent(path: Path) -> str:
    """That nothing stands at a path, with the nearest name beside it."""
    try:
        with os.scandir(path.parent) as entries:
            beside = [entry.name for entry in islice(entries, _SIBLINGS)]
    except OSError:
        beside = []
    return f"does not exist{nearest(path.name, beside)}"


def _sort_of(entry: os.DirEntry[str]) -> str:
    try:
        if entry.is_dir():
            return "folder"
        return "dead link" if entry.is_symlink() else "pipe or device"
    except OSError:
        return "dead link"
