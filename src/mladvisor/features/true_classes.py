"""The classes of the rows that a model was asked about, split by split: predictions of training rows are often kept
beside those of validation or test rows, and their true classes say how the data was cut.
"""

from __future__ import annotations

from collections import Counter

from mladvisor.features.catalogue import Measures
from mladvisor.features.evaluation.prediction_columns import word
from mladvisor.features.report_tables import prediction_tables
from mladvisor.runs import table_columns
from mladvisor.runs.log_table import LogTable
from mladvisor.runs.split_counts import Counts, agreed
from mladvisor.runs.split_names import part_called

_LEAST_ROWS = 30
"""Of a split: fewer may be examples that somebody picked."""
_MOST_CLASSES = 100
_ROWS_EACH = 5
"""Rows for each class of a split, on average: of numbers that are predicted each value comes once or twice."""


def true_counts(m: Measures) -> tuple[Counts, str]:
    """(split -> class -> rows, the file of the training rows); ({}, "") where one split alone has predictions."""
    counts: dict[str, Counter[str]] = {}
    files: dict[str, str] = {}
    for file, table in prediction_tables(m):
        for split, name in _rows(table, file):
            counts.setdefault(split, Counter())[name] += 1
            files.setdefault(split, file)
    told = {split: dict(each) for split, each in counts.items() if _are_classes(each)}
    found = agreed(told) if len(told) == len(counts) else {}
    return (found, files["train"]) if found else ({}, "")


def _rows(table: LogTable, file: str) -> list[tuple[str, str]]:
    """(split, true class) of each row that tells both."""
    columns = table_columns.roles_of(table.names)
    true, part = columns.get("y_true"), columns.get("split")
    if true is None:
        return []
    called = part_called(file.rpartition("/")[2])
    splits = [part_called(cell) for cell in table.texts(part)] if part else [called] * table.rows
    return [(split, word(cell)) for split, cell in zip(splits, table.texts(true), strict=True) if split and cell]


def _are_classes(rows: Counter[str]) -> bool:
    few = len(rows) <= min(_MOST_CLASSES, rows.total() / _ROWS_EACH)
    return rows.total() >= _LEAST_ROWS and few and not any(_is_fraction(name) for name in rows)


def _is_fraction(name: str) -> bool:
    whole, point, rest = name.lstrip("-").partition(".")
    return bool(point) and whole.isdigit() and rest.isdigit()
