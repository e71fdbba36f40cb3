"""Files that hold several tables, of which some are called after the splits: a workbook with a sheet for each, a
database of SQLite.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from mladvisor.errors import ReadError
from mladvisor.runs import split_names, table_names
from mladvisor.runs.readers import Candidate
from mladvisor.runs.word_sets import word_set
from mladvisor.runs.workbook_parts import counts_training, holds_answers, is_workbook

DATABASES = (".db", ".sqlite", ".sqlite3")
MOST_DATABASE = 200_000_000
"""Bytes of a database that is opened."""
_MOST_TABLES = 60
_MOST_WORK = 2_000_000
"""Steps of SQLite's machine for a question about the tables themselves."""
_SPLITS = ("train", "val", "test")
_OF_LABELS = word_set("y label labels target targets")


def is_database(file: str) -> bool:
    """A database of SQLite, by its name."""
    return file.lower().endswith(DATABASES)


def opened_database(path: Path) -> Any:
    """A connection that only reads, and of which each question may only take so long. Raises sqlite3.Error."""
    import sqlite3
    from urllib.parse import quote

    connection = sqlite3.connect(f"file:{quote(str(path))}?mode=ro&immutable=1", uri=True)
    left = [_MOST_WORK]

    def count() -> int:
        left[0] -= 1
        return int(left[0] < 0)

    connection.set_progress_handler(count, 1_000)
    return connection


def tables_in(path: Path) -> list[str]:
    """The names of the tables of a database, no views; [] of a file that is none."""
    import sqlite3

    try:
        connection = opened_database(path)
        try:
            found = connection.execute("select name from sqlite_master where type = 'table' order by name")
            return [str(name) for (name,) in found.fetchmany(_MOST_TABLES)]
        finally:
            connection.close()
    except (sqlite3.Error, ValueError):
        return []


def split_of(name: str) -> str | None:
    """The split that a table is called after: "train", "customers_valid"; none for labels alone, or for answers."""
    words = split_names.words_of(f"{name}.csv")
    others = (table_names.PREDICTION_WORDS | table_names.LOG_WORDS | _OF_LABELS) - set(split_names.SPLIT_WORDS)
    split = split_names.split_called("_".join(words))
    return split if split in _SPLITS and others.isdisjoint(words) else None


def splits_in(file: Candidate) -> dict[str, str]:
    """Split -> the table of the file that is called after it; {} where none or several are, or there is one alone."""
    return file.once(_splits)


def _splits(file: Candidate) -> dict[str, str]:
    if is_workbook(file):
        names = _sheets(file)
    elif is_database(file.name) and file.size <= MOST_DATABASE:
        names = tables_in(Path(file.path))
    else:
        return {}
    called = [(split, name) for name in names if (split := split_of(name)) is not None]
    found = dict(called)
    return found if len(found) == len(called) > 1 and "train" in found else {}


def _sheets(file: Candidate) -> list[str]:
    """The sheets that hold rows of data: no log, no answers, no settings."""
    from mladvisor.runs.roles import default_columns
    from mladvisor.runs.workbook import tables

    try:
        return [
            name
            for name, head, rows in tables(Path(file.path), file.rel)
            if len(rows) > 1
            and len(head) > 1
            and not holds_answers(head)
            and not counts_training(head, default_columns())
        ]
    except (ReadError, OSError):
        return []


def data_within(files: list[Candidate]) -> dict[str, str]:
    """Split -> the one file that holds a table for each; {} where several files do."""
    found = [(file, splits) for file in files if (splits := splits_in(file))]
    return dict.fromkeys(found[0][1], found[0][0].rel) if len(found) == 1 else {}


def table_for(path: Path, kind: str) -> str | None:
    """The table of a database that is called after a split, or the only one."""
    names = tables_in(path)
    return next((name for name in names if split_of(name) == kind), names[0] if len(names) == 1 else None)


def quoted(name: str) -> str:
    """A name as SQL writes it."""
    return '"' + name.replace('"', '""') + '"'
