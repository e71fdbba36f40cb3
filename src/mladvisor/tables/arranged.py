"""Splits as people arrange them: labels in a table of their own, or all rows in one, with a column that says which."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mladvisor.runs.split_names import part_called, split_called
from mladvisor.runs.table_columns import BOOKKEEPING, FOLDS, LABELLERS, SPLIT_COLUMNS, is_answer, is_truth
from mladvisor.tables.table import Table

_LEAST = 2  # splits that a column must tell apart
_LABELS = 2  # values that labels must have
MOST = 6  # distinct values of such a column


def without_bookkeeping(table: Table, *, all_of_it: bool = False) -> Table:
    """A table without columns that are no features: folds, weights of rows, and who labelled them.

    Args:
        table: as it was read.
        all_of_it: take out a column that divides the table, too: its other parts stand elsewhere.
    """
    aside = BOOKKEEPING | LABELLERS
    kept = [
        column
        for column in table.columns
        if column.lower() not in aside or (not all_of_it and _parts_in(table, column))
    ]
    if len(kept) < len(table.columns):
        table.frame = table.frame[kept]
    return table


def take_out_answers(table: Table, train: Table) -> list[str]:
    """Take out of a split what a model answered for it, and what came true of that; the columns of answers.

    Columns that training has are data, however they are called.
    """
    answers = [c for c in table.columns if is_answer(c) and c not in train]
    if answers:
        came_true = [c for c in table.columns if is_truth(c) and c not in train]
        table.frame = table.frame.drop(columns=[*answers, *came_true])
    return answers


def joined(table: Table, labels: Table) -> str | None:
    """Put the labels of another table beside the rows of one; the name of their column.

    Of several columns the last holds them: those before it name the rows. None where the rows are not the same, in the
    same order, or where all labels are one: a placeholder.
    """
    if labels.rows != table.rows or not labels.columns:
        return None
    column = labels.columns[-1]
    shared = [each for each in labels.columns[:-1] if each in table]
    if any(not labels.frame[each].equals(table.frame[each]) for each in shared):
        return None
    if labels.frame[column].nunique(dropna=False) < _LABELS:
        return None
    name = "label" if column in table or column.startswith("column_") else column
    table.frame = table.frame.assign(**{name: labels.frame[column].to_numpy()})
    return name


_MOST_HISTORY = 0.25  # of the rows: more is no beginning


def without_history(table: Table, train: Table) -> Table:
    """An evaluation table without the history at its head; the table itself where there is none.

    The first predictions of a series look back on its last days in training, so people leave these rows at the head of
    the evaluation table: they are the last rows of training, in the same order. What is predicted comes after them.
    """
    if table.columns != train.columns or min(table.share, train.share) < 1.0 or min(table.rows, train.rows) < _LEAST:
        return table
    if not any(train.kind(column) == "datetime" for column in train.columns):
        return table
    own, theirs = table.hashes(table.columns), train.hashes(train.columns)
    for at in (theirs == own[0]).nonzero()[0]:
        rows = train.rows - int(at)
        if rows <= _MOST_HISTORY * table.rows and bool((own[:rows] == theirs[at:]).all()):
            told = f"{table.file}: its first {rows:,} rows are the last ones of {train.file}: history for the first"
            notes = [*table.notes, f"{told} predictions, not counted as rows of evaluation"]
            return table.part(table.frame.iloc[rows:], notes=notes)
    return table


_ALL = 0.99  # a cell that was rounded or filled in on the way makes another row of it


def without_predicted(whole: Table, predicted: Table) -> Table | None:
    """The rows of a table of all data that are not among the predicted ones; None where it does not hold these.

    A script that divides the rows itself leaves them in one table, and beside it the test rows with its answers. Of
    equal rows as many are taken out as were predicted: those that are left were learned from and are copies.
    """
    if min(whole.share, predicted.share) < 1.0 or predicted.rows < _LEAST:
        return None
    taken = _as_often(whole.hashes(predicted.columns), predicted.hashes(predicted.columns))
    count = int(taken.sum())
    if count < _ALL * predicted.rows or whole.rows - count < predicted.rows:
        return None
    told = f"{whole.file}: the {count:,} rows of it that stand in {predicted.file} are not learned from"
    return whole.part(whole.frame[~taken], notes=[*whole.notes, told])


def _as_often(hashes: NDArray[np.uint64], theirs: NDArray[np.uint64]) -> NDArray[np.bool_]:
    """Which rows stand in the other table: the first of equal ones, as many as stand there."""
    values, counts = np.unique(theirs, return_counts=True)
    order = np.argsort(hashes, kind="stable")
    found = hashes[order]
    number = np.arange(len(found)) - np.searchsorted(found, found)  # how many equal ones stand before it
    place = np.minimum(np.searchsorted(values, found), len(values) - 1)
    taken = np.zeros(len(found), dtype=np.bool_)
    taken[order] = (values[place] == found) & (number < counts[place])
    return taken


MOST_FOLDS = 20


def _parts_in(table: Table, column: str) -> dict[Any, str]:
    """Value -> split, of a column that says which row belongs to which; {} of any other.

    Each of numbered folds is held out once, so the first one says as much as any.
    """
    if column.lower() in FOLDS and table.kind(column) == "integer":
        folds = sorted(table.frame[column].dropna().unique().tolist())
        counted = folds == list(range(int(folds[0]), int(folds[0]) + len(folds))) and folds[0] in (0, 1)
        if counted and _LEAST <= len(folds) <= MOST_FOLDS:
            return {fold: "val" if fold == folds[0] else "train" for fold in folds}
    if (flagged := _flag_of_split(table, column)) is not None:
        return flagged
    told = part_called if column.lower() in SPLIT_COLUMNS else split_called
    if table.kind(column) not in ("categorical", "text", "boolean"):
        return {}
    values = table.frame[column].dropna().unique()
    if not _LEAST <= len(values) <= MOST or not all(isinstance(value, str) for value in values):
        return {}
    called = {value: told(value) for value in values}
    return {value: split for value, split in called.items() if split} if None not in called.values() else {}


_FLAG = re.compile(
    r"(?i)(?:is|in|for|use)_?(train|training|val|valid|validation|test|holdout|eval)(?:_?(?:set|split|data|flag))?"
)


def _flag_of_split(table: Table, column: str) -> dict[Any, str] | None:
    """ "is_train", "in_test": yes and no, in every row; None for any other column."""
    match = _FLAG.fullmatch(column)
    values = set(table.frame[column].dropna().unique().tolist()) if match is not None else set()
    if match is None or not values or not values <= {0, 1, "0", "1", "yes", "no", "true", "false", "True", "False"}:
        return None
    split = split_called(match[1].lower()) or "train"
    other = "val" if split == "train" else "train"
    return {value: split if str(value).lower() in ("1", "1.0", "yes", "true") else other for value in values}


def divided(table: Table) -> dict[str, Table]:
    """The splits of a table whose column says which row belongs to which ("split": train, val); {} where none does."""
    for column in table.columns:
        called = _parts_in(table, column)
        found: dict[str, Table] = {}
        for split in dict.fromkeys(called.values()):
            rows = table.frame[column].map(called) == split
            frame = table.frame.loc[rows].drop(columns=column)
            if len(frame):
                part = f"{table.file} [{column}={split}]"
                found[split] = table.part(frame, name=split, file=part, notes=())
        if "train" in found and len(found) >= _LEAST:
            return {split: found[split] for split in ("train", "val", "test") if split in found}
    return {}
