"""Which tables beside the log are the data of the run: by what its script reads, by its settings, or as the only ones.

A script that reads `data/loans_2019.csv` into `train` says which table it is more surely than any name. Where there is
none, names that differ in their split alone ("loans_train", "loans_valid") belong together.
"""

from __future__ import annotations

import re
from pathlib import Path

from mladvisor.runs import data_names, log_names, split_names, table_columns, table_names
from mladvisor.runs.array_files import answers_in_arrays, data_in_arrays
from mladvisor.runs.data_folders import holds_data
from mladvisor.runs.data_reports import holds_statistics, is_matrix, tells_of_labels
from mladvisor.runs.data_sets import (
    LEAST_DATA,
    LIKE,
    answers_among,
    by_development,
    file_at,
    header_in,
    lines_of,
    named_by_settings,
    tables_alike,
)
from mladvisor.runs.model import Run
from mladvisor.runs.raw_tables import Found, lies_made, made_beside_plain, made_table, raw_beside
from mladvisor.runs.readers import Candidate
from mladvisor.runs.sheets.ranges import lists_windows
from mladvisor.runs.split_lists import lists_beside
from mladvisor.runs.tables_within import data_within
from mladvisor.runs.workbook_parts import answers_in, is_workbook

_DATA = ("train", "val", "test")
_SPLITS = frozenset(_DATA)
_OF_TRAINING = table_columns.LABELS | {"split", "subset", "fold"}  # columns of what is learned from
_MOST_COUNTED = 8_000_000  # bytes of a table whose rows are counted


def tables_beside(run: Run, files: list[Candidate]) -> Found:
    """The tables of data that their names alone do not tell; what is taken for what is said in `run.assumed`."""
    logs = run.logs
    books = [file for file in files if is_workbook(file)]
    files = [file for file in files if file.rel not in logs]
    lists = lists_beside(run, files)
    listed = {file for names in lists.values() for file in names}
    files = [file for file in files if file.rel not in listed and not holds_statistics(file)]
    found = _read_by_script(run, files)
    found = _by_settings(run, files) | found
    found |= _made_of(run, files, found)
    found |= made_beside_plain(run, files, found)
    known = (*found.get("train", ()), *run.files.get("train", ()), "")[0]
    if not found and not known and _SPLITS.isdisjoint(run.files):
        found = _paired(run, files) or _alike(run, files) or _within(run, files, books)
        found = found or _only_table(run, files, divided=bool(lists))
    elif known:
        taken = {**run.files, **found}
        found = {kind: names for kind, names in _alike(run, files, known, taken).items() if kind not in taken} | found
    found |= _others_of(run, files, found)
    if _SPLITS.isdisjoint(found) and _SPLITS.isdisjoint(run.files):
        found |= _arrays(run, files)
    found |= _answers(run, files, found, books)
    found |= raw_beside(run, files, found)
    dictionaries = [file.rel for file in files if data_names.is_dictionary(file.name)]
    dictionaries = dictionaries or [
        file.rel for file in files if not file.binary and data_names.describes_columns(file.name, file.text)
    ]
    if "schema" not in run.files and len(dictionaries) == 1 and not _SPLITS.isdisjoint((*found, *run.files)):
        found["schema"] = (dictionaries[0],)
    return found | lists


def _read_by_script(run: Run, files: list[Candidate]) -> Found:
    """The tables that the script reads, each as the split that the script, or its own name, calls it.

    One that neither says is the training data, where nothing else is.
    """
    found: dict[str, str] = {}
    unnamed: list[str] = []
    late: set[str] = set()
    called: dict[str, str | None] = {}
    for path, name in run.script.tables if run.script is not None else ():
        file = file_at(path, files)
        if file is None:
            continue
        by_name = data_names.table_kind_at(file)
        if by_name == "val" and split_names.is_held_out(file.rpartition("/")[2]):
            by_name = split_names.split_called(name) or by_name
        beside = table_names.beside_split(file.rpartition("/")[2])
        kind = by_name or split_names.split_called(name) or (beside[0] if beside else None)
        called.setdefault(file, kind or split_names.part_called(file.rpartition("/")[2]))
        if kind is None and data_names.may_be_data(file.rpartition("/")[2]):
            unnamed.append(file)
            late |= {file} if run.script is not None and path in run.script.read_late else set()
        elif kind in (*_DATA, "serving"):
            found.setdefault(kind, file)
    if developed := by_development(called) if "train" not in run.files else {}:
        found, unnamed = developed, []
    unnamed = [
        file for file in dict.fromkeys(unnamed) if file not in late
    ]  # what is read after training is not learned
    if len(unnamed) == 1 and "train" not in found and "train" not in run.files:
        found["train"] = unnamed[0]
    new = {kind: file for kind, file in found.items() if file not in run.files.get(kind, ())}
    if new and run.script is not None:
        told = " and ".join(f"{file} as {kind}" for kind, file in new.items())
        run.assumed.append(f"{told}: so {run.script.file} reads its data")
    return {kind: (file,) for kind, file in found.items()}


def _made_of(run: Run, files: list[Candidate], found: Found) -> Found:
    """Tables of features that lie beside the tables that the script makes them of: they are learned from."""
    listed = {file.rel: file for file in files}
    made: Found = {}
    for split in _DATA:
        read = (*found.get(split, ()), "")[0]
        own = [name for name in run.files.get(split, ()) if name != read and data_names.is_made(name)]
        own = own or (_written_beside(run, files, read) if split == "train" else [])
        raw = (*run.files.get(f"{split}_raw", ()), read)[0]
        if not read or data_names.is_made(read) or len(own) != 1 or own[0] not in listed:
            continue
        columns, before = header_in(listed[own[0]]), header_in(listed[raw]) if raw in listed else frozenset()
        if columns and len(columns & before) < len(columns) / 2:
            made |= {split: (own[0],), f"{split}_raw": (raw,)}
    if "train" not in made:
        return {}
    told = " and ".join(f"{names[0]} as {kind}" for kind, names in made.items())
    run.assumed.append(f"{told}: features are made of the columns that the script reads")
    return made


def _written_beside(run: Run, files: list[Candidate], read: str) -> list[str]:
    """Tables called made, a row for each of the table that is read: the label stays behind there, by the script."""
    source = next((file for file in files if file.rel == read), None)
    labels = run.script.taken_out if run.script is not None else ()
    if source is None or header_in(source).isdisjoint(labels):
        return []
    made = [file for file in files if data_names.is_made(file.name) and data_names.may_be_data(file.name)
            and file.folder == source.folder and file.size <= _MOST_COUNTED]  # fmt: skip
    rows = lines_of(Path(source.path)) if made and source.size <= _MOST_COUNTED else 0
    return [file.rel for file in made if rows and lines_of(Path(file.path)) == rows]


def _by_settings(run: Run, files: list[Candidate]) -> Found:
    """The tables that settings name."""
    found = named_by_settings(run, files)
    if new := {split: file for split, file in found.items() if file not in run.files.get(split, ())}:
        told = " and ".join(f"{file} as {split}" for split, file in new.items())
        run.assumed.append(f"{told}: so the settings name their data")
    return {split: (file,) for split, file in found.items()}


def _alike(run: Run, files: list[Candidate], train: str = "", taken: Found | None = None) -> Found:
    """Tables with the same columns, told apart by their names."""
    found = {split: file for split, file in tables_alike(run, files, train).items() if split not in (taken or {})}
    if found:
        told = " and ".join(f"{file} as {split}" for split, file in found.items())
        run.assumed.append(f"{told}: tables with the same columns are taken for parts of one data set")
    return {split: (file,) for split, file in found.items()}


def _arrays(run: Run, files: list[Candidate]) -> Found:
    """Arrays of inputs and labels, where no table holds them."""
    found = data_in_arrays(files)
    if found:
        run.assumed.append(
            f"{' and '.join(dict.fromkeys(found.values()))}: taken for the data, by the names of the arrays"
        )
    return {kind: (file,) for kind, file in found.items()}


def _within(run: Run, files: list[Candidate], books: list[Candidate]) -> Found:
    """The sheets of a workbook, or the tables of a database, that are called after the splits."""
    found = data_within([*files, *(book for book in books if book not in files)])
    if found:
        run.assumed.append(f"{next(iter(found.values()))}: holds a table for each split, by their names")
    return {kind: (file,) for kind, file in found.items()}


def _answers(run: Run, files: list[Candidate], found: Found, books: list[Candidate]) -> Found:
    """A table with answers of the model beside what was asked for, whatever it is called; also in a workbook."""
    if "predictions" in run.files:
        return {}
    used = {name for names in (*run.files.values(), *found.values()) for name in names}
    train = (*found.get("train", ()), *run.files.get("train", ()), "")[0]
    listed = {file.rel: file for file in files}
    columns = header_in(listed[train]) if train in listed else _label_told(run)
    left = [one for one in files if one.rel not in used and not tells_of_labels(header_in(one)) and not is_matrix(one)]
    left = [one for one in left if not data_names.is_picked(one.name)]
    file = answers_among(left, columns) or answers_in_arrays(left)
    file = file or next((one.rel for one in books if answers_in(one)), None)
    if file is None:
        return {}
    run.assumed.append(f"{file} is taken for the predictions, by its columns")
    return {"predictions": (file,)}


def _label_told(run: Run) -> frozenset[str]:
    """What settings call the label, and what the script takes out to learn it: without data beside them it may still be
    repeated in a table of answers.
    """
    found = [
        each.value for key, each in run.config.items() if key.rpartition(".")[2].lower() in table_columns.LABEL_SETTINGS
    ]
    taken = (*run.script.taken_out, *run.script.answered) if run.script is not None else ()
    return frozenset((*(value for value in found if isinstance(value, str)), *taken))


def _paired(run: Run, files: list[Candidate]) -> Found:
    """Tables of one folder whose names differ in the split alone, or a training table beside its labels."""
    sets: dict[tuple[str, str], dict[str, str]] = {}
    for file in files:
        named = table_names.beside_split(file.name)
        if named is not None and file.size >= LEAST_DATA:
            sets.setdefault((file.folder, named[1]), {}).setdefault(named[0], file.rel)
    labelled = table_names.labels_kind("train") in run.files
    whole = [splits for splits in sets.values() if "train" in splits and (len(splits) > 1 or labelled)]
    if len(whole) != 1:
        return {}
    alike = ", called alike, are" if len(whole[0]) > 1 else ", whose labels stand beside it, is"
    run.assumed.append(f"{' and '.join(whole[0].values())}{alike} taken for the data")
    return {kind: (file,) for kind, file in whole[0].items()}


def _others_of(run: Run, files: list[Candidate], found: Found) -> Found:
    """Splits that are still missing: tables beside the training table that are named after one and have its columns.

    "dev.csv" and "test_oot.csv" may be anything; with the columns of train.csv they are rows of the same kind.
    """
    train = (found.get("train") or run.files.get("train") or ("",))[0]
    listed = {file.rel: file for file in files}
    columns = header_in(listed[train]) if train in listed else frozenset()
    others: dict[str, str] = {}
    for file in files if len(columns) > 1 else ():
        split = split_names.split_called(file.name.partition(".")[0])
        taken = split is None or split == "train" or split in found or split in run.files or split in others
        if taken or split is None or file.folder != train.rpartition("/")[0]:
            continue
        if data_names.table_kind_at(file.rel) is None and len(header_in(file) & columns) >= LIKE * len(columns):
            others[split] = file.rel
    if others:
        run.assumed.append(f"{' and '.join(others.values())}: rows like those of {train}, by name and columns")
    return {split: (file,) for split, file in others.items()}


def _only_table(run: Run, files: list[Candidate], *, divided: bool) -> Found:
    """The one table beside the log, or in its folder of data, whatever it is called, as the training data.

    Args:
        divided: the examples of its splits are listed beside it.
    """
    found = [
        file.rel
        for file in files
        if ("/" not in file.rel or holds_data(file.rel))
        and data_names.may_be_data(file.name)
        and file.size >= LEAST_DATA
        and not lists_windows(tuple(header_in(file)))
    ]
    made = made_table(found)
    if made is not None and _is_named(run, files, made):
        run.assumed.append(f"{made} is taken for the training data: the other tables are called raw")
        return {"train": (made,)}
    of_raw = len(found) == 1 and "train_raw" in run.files and lies_made(found[0])
    if len(found) != 1 or not (divided or of_raw or _is_named(run, files, found[0])):
        return {}
    run.assumed.append(f"{found[0]}, the only table beside the log, is taken for the training data")
    return {"train": (found[0],)}


def _is_named(run: Run, files: list[Candidate], table: str) -> bool:
    """Something of the run speaks of the table: script, log or settings name it or its columns, its own name calls it a
    sample, or it has a label, or a column that says which split each row belongs to.
    """
    columns = next(header_in(file) for file in files if file.rel == table)
    if data_names.is_sample(table):
        return True
    if not _OF_TRAINING.isdisjoint(name.lower() for name in columns):
        return True
    values = [each.value for each in run.config.values()]
    listed = [value for value in values if isinstance(value, list) and len(columns.intersection(map(str, value))) > 1]
    if listed or any(isinstance(value, str) and (value in columns or table in value) for value in values):
        return True
    name = table.rpartition("/")[2]
    texts = [file for file in files if log_names.may_hold_messages(file.name) or file.name.endswith((".py", ".ipynb"))]
    logs = (run.path / log for log in sorted(run.logs) if log_names.may_hold_messages(log.rpartition("/")[2]))
    return any(name in file.text for file in texts) or any(_prints_columns(_start(log), columns) for log in logs)


def _start(log: Path) -> str:
    try:
        with log.open(encoding="utf-8", errors="replace") as stream:
            return stream.read(_MOST_TEXT)
    except OSError:
        return ""


def _prints_columns(text: str, columns: frozenset[str]) -> bool:
    """Most of the columns of a table are named in the first part of a text, and some have names that are no words."""
    named = columns.intersection(_WORDS.findall(text))
    own = sum("_" in name or any(map(str.isdigit, name)) for name in named)
    return own >= _LEAST_OWN and len(named) >= LIKE * len(columns)


_WORDS = re.compile(r"[A-Za-z_]\w{0,80}")
_MOST_TEXT = 100_000
_LEAST_OWN = 3
