"""Tables that belong together by their columns, whatever they are called; tables of answers; tables that settings name.

Strangers call their splits fit and check, dev and oot, 2024 and 2025q1, clicks and clicks_holdout. What such files
share is the header: rows of one data set have the same columns. So the header says that they belong together, and the
name only which of them is which.
"""

from __future__ import annotations

import gzip
import json
import re
import zlib
from pathlib import Path

from mladvisor.errors import ReadError
from mladvisor.runs import data_names, split_names, table_columns, table_names
from mladvisor.runs.model import Run
from mladvisor.runs.readers import Candidate
from mladvisor.runs.readers.sheet import names_in
from mladvisor.runs.tabled import Tabled

LIKE = 0.8
"""Share of the training table's columns that a table has which holds rows of the same kind."""
LEAST_DATA = 1_000  # bytes: of a smaller table nothing could be said
_LEAST_COLUMNS = 3
_MOST_FILES = 60  # headers that are looked at
_MAX_HEADER = 100_000  # bytes
_LEAST_ANSWERS = 20  # lines of a table of answers
_DATA = ("train", "val", "test")


def header_in(file: Candidate) -> frozenset[str]:
    """The column names of a table as a set; none where they cannot be told so easily."""
    return frozenset(columns_in(file))


def columns_in(file: Candidate) -> list[str]:
    """The column names of a table, in order, looked up once for all who ask about the file."""
    return file.once(_columns)


def _columns(file: Candidate) -> list[str]:
    return names_in(file.lines[0]) if isinstance(file, Tabled) else columns_of(Path(file.path))


def columns_of(path: Path) -> list[str]:
    """The column names of a text table, packed or not, from its first line, in order; of JSON lines their keys."""
    if path.suffix.lower() == ".parquet":
        return _columns_of_parquet(path)
    if path.suffix.lower() == ".xlsx":
        return _columns_of_workbook(path)
    if path.suffix.lower() == ".feather":
        return _columns_of_feather(path)
    if path.suffix.lower() == ".arff":
        return _columns_of_arff(path)
    packed = path.suffix.lower() == ".gz"
    suffix = (Path(path.stem) if packed else path).suffix.lower()
    if suffix not in (".csv", ".tsv", *table_names.JSON_LINES):
        return []
    try:
        with gzip.open(path) if packed else path.open("rb") as stream:
            first = stream.readline(_MAX_HEADER).decode("utf-8", "replace").splitlines()
            if suffix in table_names.JSON_LINES:
                return _keys_in(first[0]) if first else []
            return names_in(first[0]) if first else []
    except (OSError, EOFError, zlib.error):
        return []


def _columns_of_workbook(path: Path) -> list[str]:
    from mladvisor.runs import workbook

    try:
        return next((head for _, head, _ in workbook.tables(path)), [])
    except (OSError, ReadError):
        return []


def lines_of(path: Path) -> int:
    """The lines of a text table as it lies there; 0 where it cannot be read. For files of a few megabytes."""
    try:
        text = path.read_bytes()
    except OSError:
        return 0
    return text.count(b"\n") + (not text.endswith(b"\n") and bool(text))


def _keys_in(line: str) -> list[str]:
    try:
        record = json.loads(line)
    except (ValueError, RecursionError):
        return []
    return list(record) if isinstance(record, dict) else []


def _columns_of_parquet(path: Path) -> list[str]:
    """The column names of a Parquet table; none without pyarrow."""
    try:
        from pyarrow.parquet import read_schema

        return [str(name) for name in read_schema(path).names]
    except (ImportError, OSError, ValueError):
        return []


def _columns_of_feather(path: Path) -> list[str]:
    """The same of a Feather table."""
    try:
        from pyarrow.ipc import open_file

        return [str(name) for name in open_file(path).schema.names]
    except (ImportError, OSError, ValueError):
        return []


def _columns_of_arff(path: Path) -> list[str]:
    from mladvisor.runs.arff import attributes_in

    try:
        with path.open("rb") as stream:
            return [name for name, _ in attributes_in(stream.read(_MAX_HEADER).decode("utf-8", "replace").splitlines())]
    except OSError:
        return []


def named_by_settings(run: Run, files: list[Candidate]) -> dict[str, str]:
    """Split -> the table that a setting of that name holds the path of: `data.train: data/houses_2019.csv`."""
    found: dict[str, str] = {}
    for key, setting in run.config.items():
        if not isinstance(setting.value, str) or not table_names.is_table(setting.value):
            continue
        file = file_at(setting.value, files)
        split = split_names.split_called(key.replace(".", "_")) or split_names.split_called(key.rpartition(".")[2])
        if file is not None and split in _DATA:
            found.setdefault(split, file)
    return found


def file_at(path: str, files: list[Candidate]) -> str | None:
    """The file that a path in a script or setting means; None where several may be meant, or none."""
    wanted = [part for part in path.replace("\\", "/").split("/") if part not in (".", "..")]
    fit = [file.rel for file in files if file.rel.split("/")[-len(wanted) :] == wanted]
    if not fit:  # run from another folder
        fit = [file.rel for file in files if file.name == wanted[-1]] if wanted else []
    return fit[0] if len(fit) == 1 else None


def tables_alike(run: Run, files: list[Candidate], train: str = "") -> dict[str, str]:
    """Split -> table, for tables of one folder with the same columns, whose names tell them apart.

    Args:
        train: the training table, where it is known: then only tables like it are looked for.
    """
    told = [found for found in map(_told, _groups(files)) if len(found) > 1]
    if train:
        told = [found for found in told if found.get("train") == train]
    elif run.script is not None and run.script.tables:  # it says which tables count, even if not as what
        read = {file_at(path, files) for path, _ in run.script.tables}
        told = [found for found in told if read.issuperset(found.values())] if read - {None} else told
    return told[0] if len(told) == 1 else {}


def _groups(files: list[Candidate]) -> list[list[Candidate]]:
    """Tables of one folder with (nearly) the same columns."""
    groups: list[tuple[str, frozenset[str], list[Candidate]]] = []
    for file in [one for one in files if data_names.may_be_part(one.name) and one.size >= LEAST_DATA][:_MOST_FILES]:
        columns = header_in(file)
        if len(columns) < _LEAST_COLUMNS:
            continue
        for folder, others, group in groups:
            if folder == file.folder and len(columns & others) >= LIKE * max(len(columns), len(others)):
                group.append(file)
                break
        else:
            groups.append((file.folder, columns, [file]))
    return [group for _, _, group in groups if len(group) > 1]


def _told(group: list[Candidate]) -> dict[str, str]:
    """Which table of a data set is which split, by what tells their names apart; {} where that says nothing."""
    called = {file.rel: split_names.part_called(file.name) for file in group}
    left = [rel for rel, split in called.items() if split is None]
    found: dict[str, str] = {}
    for rel, split in called.items():
        if split is not None and split not in found:
            found[split] = rel
    if "train" in found:
        return found
    if not left and (developed := by_development(called)):
        return developed
    if found and len(left) == 1:  # clicks.csv beside clicks_holdout.csv
        return {"train": left[0], **found}
    if not found and len(left) == 2:
        return _by_time(left)
    return {}


def by_development(called: dict[str, str | None]) -> dict[str, str]:
    """Split -> table, where one is the development sample and the others are held out of it; {} where that is not so.

    In lending and insurance "dev" is what was learned from, beside a holdout and what came later ("oot"). With a table
    called after training beside it, or no other evaluation data than "test", it is validation data as everywhere.
    """
    developed = [rel for rel in called if split_names.is_developed(rel.rpartition("/")[2])]
    others = [rel for rel, split in called.items() if rel not in developed and split in ("val", "test")]
    if len(developed) != 1 or "train" in called.values() or all(called[rel] == "test" for rel in others):
        return {}
    late = [rel for rel in others if not split_names.LATE.isdisjoint(split_names.words_of(rel.rpartition("/")[2]))]
    others.sort(key=lambda rel: (called[rel] == "test", rel in late))
    return dict(zip(_DATA, [developed[0], *others], strict=False))


def _by_time(pair: list[str]) -> dict[str, str]:
    """Of two tables named after years or months the earlier is learned from."""
    when = {rel: _numbers(rel) for rel in pair}
    years = [numbers for numbers in when.values() if numbers and 1990 <= numbers[0] <= 2100]
    first, second = sorted(pair, key=lambda rel: when[rel])
    stems = {re.sub(r"[\dqwm_\-]+", "", rel.rpartition("/")[2].partition(".")[0].lower()) for rel in pair}
    return (
        {"train": first, "val": second} if len(years) == 2 and when[first] != when[second] and len(stems) == 1 else {}
    )


def _numbers(rel: str) -> list[int]:
    found = re.findall(r"\d{4}(?=\d{2}(?!\d))|\d+", rel.rpartition("/")[2])
    return [int(number) for number in found[:4]]


def answers_among(files: list[Candidate], columns: frozenset[str]) -> str | None:
    """The table of answers: what was asked for beside what the model said; None without one, or with several.

    Args:
        columns: those of the training table, one of which may be repeated as what was asked for.
    """
    found: dict[str, list[str]] = {}
    known = {each.lower() for each in columns}
    for file in [one for one in files if data_names.may_hold_answers(one.name)][:_MOST_FILES]:
        names = {name.lower() for name in header_in(file)}
        answers = {name for name in names if table_columns.is_answer(name)}
        answers |= {name for name in names if columns and table_columns.may_be_score(name)} - known
        truth = names.intersection(table_columns.PREDICTION_SPELLINGS["y_true"]) - answers
        asked = truth or (names - answers) & known or table_columns.asked_by_name(names - answers, answers)
        asked = asked or _yes_or_no_beside(file, names, answers)
        counted = names & table_columns.TIMES_OF_LOGS
        if answers and asked and not counted and _has_rows(file):
            found.setdefault(split_names.part_called(file.name) or "", []).append(file.rel)
    for split in ("test", "val", ""):
        if len(found.get(split, ())) == 1:
            return found[split][0]
    return None


def _yes_or_no_beside(file: Candidate, names: set[str], answers: set[str]) -> frozenset[str]:
    """The only column beside one score, and a number of the row, whose cells are all 0 or 1: what came true."""
    if len(answers) != 1 or not len(names) <= _OF_SCORES or file.name.lower().endswith(".parquet"):
        return frozenset()
    rows = file.text.splitlines()
    mark = max(",;\t", key=rows[0].count) if rows else ","
    head = [cell.strip(' "').lower() for cell in rows[0].split(mark)] if rows else []
    cells = [row.split(mark) for row in rows[1:-1]]
    cells = [row for row in cells if len(row) == len(head)]
    found = [
        name
        for at, name in enumerate(head)
        if name not in answers and {row[at].strip(' "') for row in cells} in ({"0", "1"}, {"0.0", "1.0"})
    ]
    return frozenset(found) if len(found) == 1 and len(cells) >= _LEAST_ANSWERS else frozenset()


_OF_SCORES = 3
"""Columns: a number of the row, what came true, and the score."""


def _has_rows(file: Candidate) -> bool:
    """Enough lines for a table of answers; of columns in Parquet the size has to do."""
    if file.name.lower().endswith(".parquet"):
        return file.size >= LEAST_DATA
    return file.text.count("\n") >= min(_LEAST_ANSWERS, file.size // 20)
