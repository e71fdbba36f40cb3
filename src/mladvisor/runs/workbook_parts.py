"""What a workbook keeps of a run on its sheets: the log, the settings, and what the model answered.

Some people write one workbook a run in place of a folder: a sheet with a row for each epoch, one with names and values
of settings, one with the rows that were judged. A sheet is told by its head; of several the first that fits is taken.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from mladvisor.errors import ReadError
from mladvisor.runs import settings_names, table_columns
from mladvisor.runs.config import flatten
from mladvisor.runs.other_languages import english
from mladvisor.runs.plain_settings import plain_settings
from mladvisor.runs.readers.base import Candidate
from mladvisor.runs.roles import Columns
from mladvisor.runs.split_names import split_called, words_of
from mladvisor.runs.word_sets import word_set
from mladvisor.runs.workbook import Cell, tables

SUFFIX = ".xlsx"
MAX_BYTES = 8_000_000
_NAMES = word_set("setting settings parameter param key name option hyperparameter hyperparam field config item hp")
_VALUES = word_set("value values setting chosen used")
_CALLED = word_set("settings setting config configuration parameters params hyperparameters hparams args options")
_COUNTS = ("epoch", "step")
_JUDGED = ("loss", "metric", "reward")
_LEAST_CALLED = 1  # settings that are sure, on a sheet that is called so


def is_workbook(file: Candidate) -> bool:
    """A workbook that may be read, by its name and size."""
    return file.name.lower().endswith(SUFFIX) and file.size <= MAX_BYTES


def log_text(data: bytes, rel: str, columns: Columns) -> bytes:
    """The sheet that is a log as CSV: one column counts, and another is called after what is judged; b"" for none."""
    for _, head, rows in tables(data, rel):
        if counts_training(head, columns):
            text = io.StringIO()
            written = csv.writer(text, lineterminator="\n")
            written.writerow(head)
            written.writerows(rows)
            return text.getvalue().encode()
    return b""


def counts_training(head: Sequence[str], columns: Columns) -> bool:
    """A row an epoch or step, with a loss or a metric."""
    kinds = [columns.x_kind(name) for name in head]
    judged = any(columns.meaning(name).kind in _JUDGED for name, kind in zip(head, kinds, strict=True) if kind is None)
    return judged and any(kind is not None and kind[0] in _COUNTS for kind in kinds)


def settings_in(file: Candidate) -> dict[str, Any]:
    """The settings on a sheet of names and values, or on one with a single row below names; {} without one."""
    return file.once(_settings) if is_workbook(file) else {}


def _settings(file: Candidate) -> dict[str, Any]:
    try:
        for name, head, rows in tables(Path(file.path), file.rel):
            found = plain_settings("\n".join(f"{key}: {value}" for key, value in _pairs(head, rows))) or {}
            said = {english(part).lower() for key in flatten(found) for part in key.split(".")}
            called = not _CALLED.isdisjoint({english(word) for word in words_of(name)})
            least = _LEAST_CALLED if called else settings_names.LEAST_SURE
            if len(settings_names.sure_among(said)) >= least:
                return found
    except (ReadError, OSError):
        return {}
    return {}


def _pairs(head: list[str], rows: list[list[Cell]]) -> Iterator[tuple[str, Cell]]:
    """(name, value) of each row of two columns, or of each column above one row."""
    first, second = (english(name).lower() for name in head[:2])
    if len(rows) == 1 and len(head) > 2:
        yield from ((name, value) for name, value in zip(head, rows[0], strict=True) if value != "")
    elif first in _NAMES and second in _VALUES:
        yield from ((str(row[0]), row[1]) for row in rows if row[0] != "" and row[1] != "")
    elif (
        len(head) == 2 and rows and all(isinstance(row[0], str) for row in rows)
    ):  # no head: the first pair looks like one
        listed: list[list[Cell]] = [[*head], *rows]
        yield from ((str(row[0]), row[1]) for row in listed if row[0] != "" and row[1] != "")


def answers_in(file: Candidate) -> bool:
    """A sheet holds what was asked for beside what the model said, next to others that do not."""
    return is_workbook(file) and file.once(_answers)


def _answers(file: Candidate) -> bool:
    try:
        return any(holds_answers(head) for _, head, _ in tables(Path(file.path), file.rel))
    except (ReadError, OSError):
        return False


def holds_answers(head: Sequence[str]) -> bool:
    """The names of the columns tell both."""
    roles = table_columns.roles_of(head)
    counted = {name.lower() for name in head} & table_columns.TIMES_OF_LOGS
    return "y_true" in roles and ("y_pred" in roles or "y_score" in roles) and not counted


def sheet_for(kind: str, path: Path, file: str) -> tuple[str, list[str], list[list[Cell]]] | None:
    """The sheet that is a table of the given kind: of answers by its columns, of a split by its name; or the first."""
    found = list(tables(path, file))
    if kind == "predictions":
        return next((one for one in found if holds_answers(one[1])), found[0] if found else None)
    called = (one for one in found if len(found) > 1 and split_called(one[0]) == kind and not holds_answers(one[1]))
    return next(called, found[0] if found else None)
