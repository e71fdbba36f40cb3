"""A run folder, or a single file, as a `Run`.

A file that cannot be read is a line in `run.ignored`; only when nothing at all can be read is it an error, and that
says what was looked at and why each was not used.
"""

from __future__ import annotations

import os
import time
from itertools import islice
from pathlib import Path
from typing import Any

from mladvisor.errors import ReadError
from mladvisor.runs import layout, log_names, report_forms, script_names, settings_names
from mladvisor.runs.belonging import apart
from mladvisor.runs.beside import outcomes_beside, reports_about_data, reports_of, tables_of, without_logs
from mladvisor.runs.command_line import Command, command_in, settings_of
from mladvisor.runs.config import add_settings, read_config
from mladvisor.runs.damaged import damaged
from mladvisor.runs.data_beside import tables_beside
from mladvisor.runs.data_reports import lists_features, prints_report_by_class
from mladvisor.runs.decision_words import decisions_told, told_of
from mladvisor.runs.discover import holds_log, is_data, is_job, runs_below
from mladvisor.runs.folders import companions_below, data_below, settings_below, steps_below, stored_settings
from mladvisor.runs.guarded import attempt
from mladvisor.runs.inside_files import told_of_inside
from mladvisor.runs.listing import files_of
from mladvisor.runs.log_gaps import judged_by_nothing, of_steps_alone, of_use_alone
from mladvisor.runs.logs import add_logs, read_logs
from mladvisor.runs.manifest import read_manifest
from mladvisor.runs.model import Ignored, Manifest, Run, Setting
from mladvisor.runs.model_printed import model_printed
from mladvisor.runs.notebooks import read_notebooks
from mladvisor.runs.noted_settings import add_noted_settings
from mladvisor.runs.other_scripts import add_settings_of_other_scripts
from mladvisor.runs.printed_alone import PRINTED, printed_results
from mladvisor.runs.printed_arguments import printed_arguments
from mladvisor.runs.readers import Candidate, best_reader
from mladvisor.runs.report_names import SURE_REPORTS
from mladvisor.runs.reported_threshold import reported_threshold
from mladvisor.runs.reports_alone import tell_of_data, tell_of_model
from mladvisor.runs.roles import Columns, columns_with
from mladvisor.runs.scripts import add_script
from mladvisor.runs.shut import note_folders, openable, shut_ones
from mladvisor.runs.sweeps import settings_tried
from mladvisor.runs.tests_beside import tests_in_output
from mladvisor.runs.unread import SHOWN, absent, unread_logs, why_nothing, without_log

_MAX_NESTED = 200
_NO_FILE = "is a pipe or device, neither a file nor a folder: a log from standard input is read as `-`"
_ABOUT_ROWS = ("label_audit", "label_votes")  # reports that lie beside the data they are about; others there are data
_JUST_NOW = 60.0  # seconds


def read_run(path: str | Path, *, columns: Path | None = None, inside: Path | None = None) -> Run:
    """Read a run folder or a single log.

    Args:
        path: the folder or file.
        columns: a column map of the user's own (the format of `columns.yaml`).
        inside: a folder above `path`: configuration files between it and `path` hold for this run too.

    Raises:
        ReadError: nothing can be read; the message says what was looked at, and why each was not used.
    """
    where, shown = Path(path), os.fspath(path)
    if not shown:
        raise ReadError("an empty path names no run: a run folder or one log is expected")
    run = Run(
        where, where.name or where.resolve().name, config={}, files={}, notes=[], warnings=[], assumed=[], ignored=[]
    )
    if where.is_dir():
        files = _read_folder(run, shown, columns)
    elif where.is_file():
        stat = where.stat()
        files = [Candidate(shown, where.name, stat.st_size, stat.st_mtime)]
        run.name = where.stem
        if script_names.is_notebook(where.name):
            run.ignored.extend(read_notebooks(run, files, columns_with(file=columns)))
        elif not script_names.may_be_script(where.name):
            read_logs(run, files, columns_with(file=columns), single=True)
    else:
        raise ReadError(_NO_FILE if where.exists() else absent(where), file=shown)
    if inside is not None:
        run.config = {**_config_above(run, where, inside), **run.config}
    before, beside = (len(run.notes), len(run.assumed)), False
    add_script(run, files)
    if not run.curves and run.script is not None and where.is_dir():
        attempt(run, "the bare numbers that were printed", lambda: _read_printed_numbers(run, files, columns))
    if not run.curves:
        why = why_nothing(
            run,
            files,
            [
                *(line.removesuffix(": nothing of it is used") for line in run.notes[before[0] :]),
                *(f"{line}: name the one that was run" for line in run.assumed[before[1] :]),
            ],
        )
        if not run.files and not run.config:
            results = printed_results(files)
            told = bool(results) or (where.is_dir() and tell_of_data(run, files))
            run.files = {PRINTED: results} if results else {}
            if not told and where.is_dir():
                _add_what_lies_beside(run, files)
                beside = told = tell_of_model(run, files)
            if not told:
                raise ReadError(why, file=shown)
        run.warnings.append(without_log(run, why))
    if where.is_dir() and not beside:
        _add_what_lies_beside(run, files)
    printed = tests_in_output(run, files)
    if printed:
        run.files = {**run.files, "checks": (*run.files.get("checks", ()), *printed)}
    if "predictions" in run.files:
        run.config = {**run.config, **reported_threshold(run, files)}
    if where.is_dir() and run.curves:
        run.warnings += [*shut_ones(run), *damaged(run, files)]
    run.printed = tuple(file.rel for file in files) if where.is_file() else _printed(run, files)
    run.looked_at = tuple(dict.fromkeys(file.rel for file in files))
    run.growing = run.growing or _is_growing(run, shown, files)
    return run


def _printed(run: Run, files: list[Candidate]) -> tuple[str, ...]:
    """The texts in which a program's output may stand."""
    logs = run.logs
    own = (
        logs | {run.script.file} if run.script is not None else logs
    )  # the notebook that trains prints what came of it
    texts = [file.rel for file in files if log_names.may_be_output(file.name)]
    alone = texts if len(texts) == 1 else []  # of a run without a log it is what was printed, whatever it is called
    return tuple(
        file.rel
        for file in files
        if log_names.may_hold_messages(file.name)
        or (not logs and file.rel in (*alone, *run.files.get(PRINTED, ())))
        or (file.rel in logs and file.name.lower().endswith(".txt"))
        or (file.rel in own and script_names.is_notebook(file.name))
    )


def _read_printed_numbers(run: Run, files: list[Candidate], columns: Path | None) -> None:
    """Output without words as the log, where the script that printed it says what its numbers are."""
    from mladvisor.runs.printed_numbers import printed_numbers

    if run.script is not None:
        mapped = columns_with(aliases=run.manifest.columns, file=columns)
        add_logs(run, printed_numbers(run.script.code, files, mapped, run.ignored), mapped)


def _add_what_lies_beside(run: Run, files: list[Candidate]) -> None:
    """Tables, decisions, settings and reports that the files beside a log tell."""
    attempt(run, "notes of settings", lambda: add_noted_settings(run, files))
    attempt(run, "scripts of other languages", lambda: add_settings_of_other_scripts(run, files))
    reported = {file for kind in (*SURE_REPORTS, "business") for file in run.files.get(kind, ())}
    tables = [file for file in files if file.rel not in reported]
    run.files = {**run.files, **(attempt(run, "the tables", lambda: tables_beside(run, tables)) or {})}
    told = attempt(run, "decisions", lambda: decisions_told(run, files)) or {}
    run.config = {**(attempt(run, "tables of tries", lambda: settings_tried(run, files)) or {}), **told, **run.config}
    run.assumed += told_of(told)
    run.files |= attempt(run, "the reports", lambda: reports_about_data(run, files)) or {}
    run.files |= attempt(run, "what is told of the model's inside", lambda: told_of_inside(run, files)) or {}
    if model := attempt(run, "the printed model", lambda: model_printed(run, files)):
        run.files |= {"model_text": model}


def _read_folder(run: Run, shown: str, columns: Path | None) -> list[Candidate]:
    """Fill `run` from the folder, or from the only run below it. Returns the files that were looked at."""
    note_folders(run, shown)
    files = openable(run, files_of(shown))
    run.manifest = _manifest(files)
    mapped = columns_with(aliases=run.manifest.columns, file=columns)
    reports = reports_of(files)
    run.files = _tables_and_reports(files, reports)
    files += _read_logs_here(run, shown, _but(files, reports), files, mapped)
    inner = ""
    aside = of_use_alone(run) or judged_by_nothing(run)
    if not run.curves or aside:
        kept, run.curves, run.format = (run.curves, run.format), (), ""
        try:
            files, inner = _read_nested(run, shown, files, mapped)
        except ReadError:
            if not aside:
                raise
        if kept[0] and (not run.curves or judged_by_nothing(run)):
            run.curves, run.format = kept
        reports = reports_of(files)
    known = {file.path for file in files}
    data = openable(run, [file for file in data_below(shown, inner) if file.path not in known])
    beside = openable(run, [file for file in companions_below(shown, inner) if file.path not in known])
    told = reports_of(beside)
    audits = {kind: files for kind, files in reports_of(data).items() if kind in _ABOUT_ROWS}
    reports = {**audits, **told, **reports}
    run.files = {**tables_of(_but(data, reports)), **audits, **_companions(beside, told), **run.files}
    unread: list[Ignored] = []
    if not run.curves:  # a notebook often repeats a part of what a log beside or below it holds
        unread = read_notebooks(run, files, mapped)
    if not run.curves:
        cards = [file for file in files if log_names.is_card(file.rel) and best_reader(file)[0] is not None]
        read_logs(run, cards, mapped, single=True)
    if unread and not run.curves and not run.files:
        run.ignored = [*(run.ignored or unread_logs(files)), *unread]
    outcomes_beside(run, reports)
    if run.curves:
        run.files = without_logs(run)
        for name, hint in mapped.not_met(run.manifest.columns).items():
            run.warnings.append(f'{layout.MANIFEST}: the log has no column "{name}"{hint or _columns_of(run)}')
    command, below = command_in(files), settings_below(shown)
    found = read_config(files, run.ignored, run.warnings, run.assumed) or _settings_below(run, below, command)
    if not found and (stored := [file for file in stored_settings(shown) if file.path not in known]):
        found = read_config(stored, run.ignored, run.warnings)
        run.assumed.append(f"{stored[0].rel}, the only one that a tracker keeps here, holds the settings of this run")
    found = {**(settings_of(command) if command is not None else {}), **found}
    run.config = {**run.config, **found} if found else run.config
    for file in files:
        said = file.once(printed_arguments)
        if not _of_another_start(run, file.rel, said):
            add_settings(run.config, said, file.rel)
    listed = {file.path for file in (*files, *data, *beside)}
    return [*files, *data, *beside, *(file for file in below if file.path not in listed)]


def _of_another_start(run: Run, file: str, said: dict[str, Any]) -> bool:
    """What a log begins with, where the training that is used has told other settings further down."""
    own = {key: each.value for key, each in run.config.items() if each.place.file == file}
    return file in run.kept and any(own.get(key, value) != value for key, value in said.items())


def _read_logs_here(
    run: Run, shown: str, logs: list[Candidate], files: list[Candidate], columns: Columns
) -> list[Candidate]:
    """Read the logs right in the folder. Returns the files below it that belong to them.

    Args:
        logs: those of `files` that may be logs.
    """
    steps = openable(run, steps_below(shown, files))
    read_logs(run, [*logs, *steps] if steps and holds_log(shown) else logs, columns)
    means = openable(run, _only_run_below(shown)) if of_steps_alone(run) else []
    if means:
        run.curves, run.format, run.notes, run.assumed, run.warnings = (), "", [], [], []
        read_logs(run, [*logs, *means], columns)
    return means


_LOGS = frozenset(("logs", "log", "runs", "tb", "tensorboard", "csv_logs"))


def _only_run_below(shown: str) -> list[Candidate]:
    """The files of the only run in the folders below: a tracker keeps the means of the epochs there."""
    below = list(islice(runs_below(shown), 2))
    if len(below) != 1 or not holds_log(below[0]):
        return []
    within = below[0].relative_to(shown).as_posix()
    if within.partition("/")[0] not in layout.STORES | layout.OUTPUT_FOLDERS | _LOGS:
        return []  # another run may lie there
    return [
        Candidate(file.path, f"{within}/{file.rel}", file.size, file.mtime) for file in files_of(os.fspath(below[0]))
    ]


def _companions(beside: list[Candidate], reports: dict[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    """Reports and descriptions in folders beside the log; rows of a split lie in folders of data."""
    found = _tables_and_reports(beside, reports)
    return {kind: files for kind, files in found.items() if kind not in ("train", "val", "test")}


def _settings_below(run: Run, below: list[Candidate], command: Command | None) -> dict[str, Setting]:
    """The settings in folders of settings, as far as their files are parts of those of this run."""
    if not below:
        return {}
    from mladvisor.runs.settings_folder import as_settings, settings_in_folders

    taken = settings_in_folders(below, command, run.ignored, run.warnings)
    if taken.files:
        by = "is taken for the configuration of this run, by its place"
        if len(taken.files) > 1:
            by = "are taken for parts of the configuration of this run, by their place and names"
        run.assumed.append(f"{' and '.join(taken.files)} {by}")
    if taken.left:
        run.assumed.append(f"{' and '.join(taken.left)}: nothing says which of these files is this run's, none is used")
    return as_settings(taken)


def _tables_and_reports(files: list[Candidate], reports: dict[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    """The tables by their names, and before them the reports that nothing but a report can be."""
    sure = {kind: reports[kind] for kind in SURE_REPORTS if kind in reports}
    named = tables_of(_but(files, reports))
    return {kind: (*named.get(kind, ()), *sure.get(kind, ())) for kind in (*named, *sure)}


def _but(files: list[Candidate], reports: dict[str, tuple[str, ...]]) -> list[Candidate]:
    """The files without reports that can be no log."""
    sure = {file for kind in SURE_REPORTS for file in reports.get(kind, ())}
    # releases in JSON lines: what a log of training counts is none of their columns
    sure |= {file for file in reports.get("business", ()) if file.lower().rpartition(".")[2] in report_forms.SUFFIXES}
    told = (prints_report_by_class, lists_features)
    return [file for file in files if file.rel not in sure and not any(each(file) for each in told)]


def _columns_of(run: Run) -> str:
    names = [curve.name for curve in run.curves]
    more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
    return f"; it has {', '.join(names[:SHOWN])}{more}"


def _read_nested(run: Run, shown: str, files: list[Candidate], columns: Columns) -> tuple[list[Candidate], str]:
    """Read the only run below a folder that has no log of its own. Raises ReadError when there are several.

    Returns the files that were looked at, and the folder of that run ("" when there is none).
    """
    own = Path(shown)
    below = list(islice(runs_below(shown), _MAX_NESTED))
    if not below:
        return files, ""
    data = [found for found in below if found.parent == own and is_data(found)]
    if 0 < len(data) < len(below):  # a project: logs/ with one log, data/ with its tables
        below = [found for found in below if found not in data]
    jobs = [found for found in below if is_job(found)]
    if 0 < len(jobs) < len(below):  # mlruns/ with the curves, outputs/ with the settings they were made with
        below = [found for found in below if found not in jobs]
        data += jobs
    below, beside = apart(below)
    logged = list(islice(filter(holds_log, below), 2)) if len(below) > 1 else below
    if len(logged) == 1:  # what is left has tables and no log: they are those of the run beside them
        beside += [found for found in below if found not in logged]
        below = logged
    names = [found.relative_to(own).as_posix() for found in below]
    if len(below) > 1:
        if run.files:
            return files, ""
        more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
        raise ReadError(
            f"holds {len(names)} runs and no log of its own: name one of them ({', '.join(names[:SHOWN])}{more}) "
            "or use `mladvisor batch`",
            file=shown,
        )
    nested = [
        Candidate(file.path, f"{found.relative_to(own).as_posix()}/{file.rel}", file.size, file.mtime)
        for found in (below[0], *(one for one in (*data, *beside) if one != below[0]))
        for file in files_of(os.fspath(found))
    ]
    nested = openable(run, nested)
    reports = reports_of(nested)
    run.files = {**_tables_and_reports(nested, reports), **run.files}
    read_logs(run, _but(nested, reports), columns)
    if run.curves:
        run.assumed.append(f"the log is that of {names[0]}, the only run in this folder")
    return [*nested, *files], names[0]


def _manifest(files: list[Candidate]) -> Manifest:
    own = next((file for file in files if file.rel == layout.MANIFEST), None)
    return read_manifest(own) if own is not None else Manifest()


def _config_above(run: Run, where: Path, inside: Path) -> dict[str, Setting]:
    """Settings of the configuration files in the folders from `inside` down to the run's parent, nearest first."""
    config: dict[str, Setting] = {}
    inner, outer = where.resolve(), inside.resolve()
    if outer not in inner.parents:
        return config
    up = 1
    for folder in inner.parents:
        files = [
            Candidate(entry.path, "../" * up + entry.name)
            for entry in sorted(os.scandir(folder), key=lambda entry: entry.name)
            if settings_names.may_be_config(entry.name) and entry.is_file()
        ]
        for key, setting in read_config(files, run.ignored, run.warnings).items():
            config.setdefault(key, setting)
        if folder == outer:
            break
        up += 1
    return config


def _is_growing(run: Run, shown: str, files: list[Candidate]) -> bool:
    """The log changed within the last minute, and long after its folder got its last file.

    A folder just copied or unpacked is as young as its files: it is not taken for a training that goes on.
    """
    logs = run.logs
    newest = max((file.mtime for file in files if file.rel in logs), default=0.0)
    if time.time() - newest > _JUST_NOW:
        return False
    try:
        made = os.stat(shown).st_mtime  # noqa: PTH116
    except OSError:
        return False
    return newest - made > _JUST_NOW
