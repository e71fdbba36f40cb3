"""Folders right below a run folder that hold something of it, wherever its log lies: data, reports, settings, code.

Nothing that is listed here is offered as a log. `discover` has the folders that are parts of the run itself.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterator

from mladvisor.errors import ReadError
from mladvisor.runs import data_folders, data_names, layout, script_names, settings_names, table_names
from mladvisor.runs.belonging import is_companion
from mladvisor.runs.data_sets import columns_in
from mladvisor.runs.discover import MAX_SNIFFED, is_data, is_run_of_its_own
from mladvisor.runs.listing import Listing
from mladvisor.runs.other_languages import english
from mladvisor.runs.readers import Candidate
from mladvisor.runs.roles import default_columns
from mladvisor.runs.split_names import words_of

MAX_DATA = 200  # tables in folders of data
MAX_OTHERS = 20  # folders whose names say nothing that are looked into for reports
MAX_SETTINGS_DEPTH = 2
MAX_STORED_DEPTH = 3
MAX_CODE, MAX_CODE_DEPTH = 40, 2  # scripts in folders of code
_Entry = os.DirEntry[str]


def data_below(folder: str, inner: str = "") -> list[Candidate]:
    """Tables, arrays and answers in the folders of data, and in those of data within them; also of a run below."""
    found: list[Candidate] = []
    for above, rel, files in _data_listed(folder, inner):
        name = rel.split("/")[-2].lower()
        if name in data_folders.SERVING_FOLDERS:
            fitting = [each for each in files if data_names.rows_in_use(rel + each.name)]
        else:
            fits = table_names.is_table if name in data_folders.ANSWER_FOLDERS else data_names.may_hold_rows
            fitting = [each for each in files if fits(each.name) or data_names.rows_in_json(rel + each.name)]
        found += [Candidate(each.path, above + rel + each.name) for each in fitting][: MAX_DATA - len(found)]
        if len(found) == MAX_DATA:
            break
    return found


def _data_listed(folder: str, inner: str) -> Iterator[tuple[str, str, list[_Entry]]]:
    """(where it lies, folder, its files) of each folder of data: first those of the run's own folder."""
    yield from (("", rel, files) for rel, files in _listed(folder, _holds_tables, 1))
    if inner:
        yield from ((f"{inner}/", rel, files) for rel, files in _listed(f"{folder}/{inner}", _holds_tables, 1))


def companions_below(folder: str, inner: str = "") -> list[Candidate]:
    """Reports, descriptions and settings in folders of that name, and what a run of MLflow's store keeps of it.

    Args:
        folder: where the run is.
        inner: where its log lies below that, if not right in it.
    """
    below = [("", folder), (f"{inner}/", f"{folder}/{inner}")] if inner else [("", folder)]
    return [
        Candidate(each.path, f"{above}{rel}{each.name}")
        for above, path in below
        for rel, files in (*_listed(path, _companions(), 1), *_kept(path), *_reports_among_data(path))
        for each in files[:MAX_SNIFFED]
    ]


def _reports_among_data(folder: str) -> Iterator[tuple[str, list[_Entry]]]:
    """What lies in folders of data and is no rows: counts, profiles and checks of them."""
    for rel, files in _listed(folder, _holds_tables, 0):
        if rel.split("/")[-2].lower() not in data_folders.SERVING_FOLDERS:
            yield rel, [each for each in files if _may_report(each.name)]


def _may_report(name: str) -> bool:
    suffix = name.lower().rpartition(".")[2]
    return suffix in _OF_REPORTS and not data_names.may_hold_rows(name) and not settings_names.may_be_config(name)


_OF_REPORTS = ("json", "yaml", "yml", "csv", "tsv", "md", "txt", "pbtxt")


def _kept(folder: str) -> Iterator[tuple[str, list[_Entry]]]:
    """The files right in `artifacts/`, which no listing enters; folders in it are told by their names."""
    if os.path.isdir(f"{folder}/{layout.KEPT_FOLDER}"):  # noqa: PTH112
        with contextlib.suppress(ReadError):
            yield f"{layout.KEPT_FOLDER}/", Listing(f"{folder}/{layout.KEPT_FOLDER}").files


def _right_below(folder: str) -> Iterator[tuple[_Entry, str]]:
    """(folder, its name with "/") of each folder right below, and of each that is kept in `artifacts/`."""
    yield from ((entry, f"{entry.name}/") for entry in Listing(folder).folders)
    if os.path.isdir(f"{folder}/{layout.KEPT_FOLDER}"):  # noqa: PTH112
        with contextlib.suppress(ReadError):
            kept = Listing(f"{folder}/{layout.KEPT_FOLDER}").folders
            yield from ((entry, f"{layout.KEPT_FOLDER}/{entry.name}/") for entry in kept)


def steps_below(folder: str, beside: list[Candidate]) -> list[Candidate]:
    """Tables of the loss or the norm of the gradient of single steps, in folders of what was counted on the way.

    Args:
        folder: where the run is.
        beside: the files of the run; where one right in the folder counts steps itself, no other is looked for.
    """
    found: list[Candidate] = []
    for rel, files in _listed(folder, _holds_telemetry, 1):
        tables = [
            Candidate(each.path, rel + each.name) for each in files[:MAX_SNIFFED] if each.name.endswith(_STEPS_IN)
        ]
        found += filter(_counts_steps, tables)
    own = [file for file in beside if not file.folder and file.name.endswith(_STEPS_IN)] if found else []
    return [] if any(map(_counts_steps, own)) else found


_STEPS_IN = ("csv", "tsv", "jsonl", "ndjson")
_OF_STEPS = frozenset(("loss", "gradient-norm"))


def _holds_telemetry(entry: _Entry, rel: str) -> bool:
    return entry.name in layout.OUTPUT_FOLDERS or is_companion(entry.path)


def _counts_steps(file: Candidate) -> bool:
    """A row a step with a loss or a norm, and nothing of validation."""
    roles = default_columns()
    names = columns_in(file)
    told = [roles.meaning(name) for name in names if roles.x_kind(name) is None]
    steps = any((roles.x_kind(name) or ("",))[0] == "step" for name in names)
    judged = any(one.kind in _OF_STEPS for one in told)
    return steps and judged and not any(one.split in ("val", "test") or one.kind == "metric" for one in told)


def settings_below(folder: str) -> list[Candidate]:
    """Files in the folders of settings and in the folders within these, where each holds the options of one group."""
    found: list[Candidate] = []
    for rel, files in _listed(folder, _holds_settings, MAX_SETTINGS_DEPTH):
        found += [Candidate(each.path, rel + each.name) for each in files[:MAX_SNIFFED]][: MAX_DATA - len(found)]
        if len(found) == MAX_DATA:
            break
    return found


def stored_settings(folder: str) -> list[Candidate]:
    """The settings that a tracker keeps of a run (`wandb/run-<id>/files/config.yaml`,
    `lightning_logs/version_0/hparams.yaml`), where its stores beside the log hold those of one run alone.
    """
    found: dict[str, Candidate] = {}
    for rel, files in _listed(folder, _is_stored, MAX_STORED_DEPTH):
        for each in files:
            if settings_names.may_be_config(each.name) and each.name.lower().endswith(_OF_TRACKERS):
                found.setdefault(os.path.realpath(each.path), Candidate(each.path, rel + each.name))
        if len(found) > 1:
            return []
    return list(found.values())


_OF_TRACKERS = (".yaml", ".yml", ".json")


def _is_stored(entry: _Entry, rel: str) -> bool:
    return entry.name in layout.STORES or "/" in rel


def code_below(folder: str) -> list[Candidate]:
    """Scripts in a project's folders of code: `src/`, packages in it or beside it, `scripts/train/` and the like."""
    found: list[Candidate] = []
    for rel, files in _listed(folder, _holds_code, MAX_CODE_DEPTH):
        scripts = [Candidate(each.path, rel + each.name) for each in files if script_names.may_be_script(each.name)]
        found += scripts[: MAX_CODE - len(found)]
        if len(found) == MAX_CODE:
            break
    return found


def _listed(folder: str, holds: Callable[[_Entry, str], bool], deepest: int) -> Iterator[tuple[str, list[_Entry]]]:
    """(folder with its "/", its files) of each folder below that `holds` accepts, nearest first.

    What a symbolic link points to is listed; folders within it are not, for links may form loops.
    """
    pending = [(entry, rel, 0) for entry, rel in _right_below(folder) if holds(entry, entry.name)]
    while pending:
        entry, rel, depth = pending.pop(0)
        try:
            listing = Listing(entry.path)
        except ReadError:
            continue
        yield rel, listing.files
        if depth < deepest and not entry.is_symlink():
            pending += [(one, f"{rel}{one.name}/", depth + 1) for one in listing.folders if holds(one, rel + one.name)]


def _holds_tables(entry: _Entry, rel: str) -> bool:
    return data_folders.may_be_entered(entry.name) or is_data(entry.path)


def _companions() -> Callable[[_Entry, str], bool]:
    """Whether a folder is one of reports or settings by its name or one of its words; of other names, one of the first
    few that are nothing else: a folder for each of a thousand patients holds no reports.
    """
    others = 0

    def holds(entry: _Entry, rel: str) -> bool:
        nonlocal others
        name = entry.name.lower()
        if not {name, english(name)}.isdisjoint(layout.REPORT_FOLDERS | settings_names.SETTINGS_FOLDERS):
            return True
        words = set(words_of(name))
        if not words.isdisjoint(layout.OF_OTHER_RUNS) or data_folders.may_be_entered(name):
            return False
        if words.isdisjoint(layout.REPORT_WORDS):
            if others >= MAX_OTHERS or name in _NO_COMPANIONS or layout.is_part_by_name(name):
                return False
            others += 1
        return not is_run_of_its_own(entry.path)

    return holds


_NO_COMPANIONS = layout.NOT_RUNS | layout.STORES | layout.OWN_FOLDERS | frozenset(script_names.CODE_FOLDERS)


def _holds_settings(entry: _Entry, rel: str) -> bool:
    return "/" in rel or entry.name.lower() in settings_names.SETTINGS_FOLDERS


def _holds_code(entry: _Entry, rel: str) -> bool:
    """A folder of code by its name, or a package; links may lead anywhere."""
    if entry.is_symlink():
        return False
    return rel.lower() in script_names.CODE_FOLDERS or os.path.isfile(f"{entry.path}/{script_names.PACKAGE}")  # noqa: PTH113
