"""Columns of the training table, ready for arithmetic: numbers, bins and the label of the rows that have one."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from mladvisor.features.evaluation.binning import Label, bins_of, class_label, number_label
from mladvisor.features.evaluation.intervals import Array
from mladvisor.features.evaluation.prediction_columns import word
from mladvisor.runs.data_names import is_listing

if TYPE_CHECKING:
    from mladvisor.tables.collection import Tables
    from mladvisor.tables.table import Table

SAMPLE = 10_000
_CATEGORIES = 60
_SKIPPED = ("text", "nested", "empty")
_MOST_CLASSES = 100


class Labelled(NamedTuple):
    """Rows of one table that have a label.

    Attributes:
        table: the table. rows: row numbers, shape (n,). label: theirs.
        column: the label's name. classes: names of the codes; () for a number.
    """

    table: Table
    rows: Array
    label: Label
    column: str
    classes: tuple[str, ...]


def labelled(
    tables: Tables, table: Table, task: str | None, most: int = SAMPLE, classes: tuple[str, ...] = ()
) -> Labelled | str:
    """Rows with a label, or the reason why there are none to work with.

    Args:
        task: binary, multiclass or regression; told from the label's cells when None.
        most: rows drawn, always the same ones.
        classes: names of the codes of another table; rows of other classes are left out.
    """
    column = tables.label_column
    if column is None:
        return "no column is known to be the label: name it under `label:` in mladvisor.yaml"
    if column not in table:
        return f'{table.file} has no column "{column}", the label'
    rows = table.sample(most)
    task = task or tables.task
    if task == "regression":
        values = table.numbers(column)[rows]
        fine = np.isfinite(values)
        if int(fine.sum()) < 2 or float(np.ptp(values[fine])) <= 0:
            return f'the label "{column}" of {table.file} has fewer than two different numbers'
        return Labelled(table, rows[fine], number_label(values[fine]), column, ())
    codes, kept = table.codes(column)
    words = [word(value) for value in kept]
    if len(set(words)) > _MOST_CLASSES:
        return f'the label "{column}" has {len(kept):,} different values, too many to be classes'
    names = classes or tuple(sorted(set(words)))
    place = {name: index for index, name in enumerate(names)}
    lookup = np.array([*(place.get(name, -1) for name in words), -1])
    found = lookup[codes[rows]]
    fine = found >= 0
    if not classes and len(np.unique(found[fine])) < 2:
        return f'the label "{column}" of {table.file} has one value only'
    return Labelled(table, rows[fine], class_label(found[fine], len(names)), column, names)


def usable(tables: Tables, table: Table) -> list[str]:
    """Columns whose cells can be set against the label: neither the label, nor free text, nor empty, nor a key, nor one
    that the model does not get. None of a list of files.
    """
    if is_listing(table.file):
        return []
    aside = {*tables.left_out, tables.label_column}
    columns = [column for column in table.columns if column not in aside]
    return [column for column in columns if table.kind(column) not in (*_SKIPPED, "identifier")]


def numbers(table: Table, column: str, rows: Array) -> Array:
    """The column as numbers, NaN where blank or no number; dates as seconds; infinities as NaN."""
    values = table.times(column)[rows] if table.kind(column) == "datetime" else table.numbers(column)[rows]
    return np.where(np.isfinite(values), values, np.nan)


def is_number(table: Table, column: str) -> bool:
    """Whether order means something in this column."""
    kind = table.kind(column)
    if kind == "boolean":
        return bool(np.isfinite(table.numbers(column)).any())
    return kind in ("numeric", "integer", "datetime", "identifier") and bool(np.isfinite(table.numbers(column)).any())


def parts(table: Table, column: str, rows: Array) -> Array:
    """Bins of numbers, or codes of categories (the commonest ones, the rest together), blanks apart; shape (n,)."""
    if is_number(table, column) or table.kind(column) == "datetime":
        return bins_of(numbers(table, column, rows))
    codes = table.codes(column).codes[rows]
    counts = np.bincount(codes[codes >= 0], minlength=1)
    common = np.argsort(-counts, kind="stable")[:_CATEGORIES]
    lookup = np.full(len(counts) + 1, len(common))
    lookup[common] = np.arange(len(common))
    lookup[-1] = len(common) + 1
    return np.asarray(lookup[codes])


def matrix(train: Table, columns: list[str], parts_of: list[tuple[Table, Array]], most: int = 60) -> list[Array]:
    """Numbers, and categories as 0/1 columns, of the same columns in several tables.

    Args:
        train: tells which categories get a column (its ten commonest).
        parts_of: (table, rows) of each matrix wanted.
        most: columns of the matrices.

    Returns:
        One (n, k) float array per entry of parts_of, NaN where blank.
    """
    blocks: list[list[Array]] = [[] for _ in parts_of]
    width = 0
    for column in columns:
        if width >= most:
            break
        if is_number(train, column) or train.kind(column) == "datetime":
            for block, (table, rows) in zip(blocks, parts_of, strict=True):
                present = column in table
                block.append(numbers(table, column, rows)[:, None] if present else np.full((len(rows), 1), np.nan))
            width += 1
            continue
        codes, values = train.codes(column)
        counts = np.bincount(codes[codes >= 0], minlength=max(len(values), 1))
        names = [word(values[i]) for i in np.argsort(-counts, kind="stable")[:10].tolist() if i < len(values)]
        for block, (table, rows) in zip(blocks, parts_of, strict=True):
            if column in table:
                other, found = table.codes(column)
                place = {name: index for index, name in enumerate(names)}
                lookup = np.array([*(place.get(word(value), -1) for value in found), -1])
                block.append((lookup[other[rows]][:, None] == np.arange(len(names))).astype(float))
            else:
                block.append(np.zeros((len(rows), len(names))))
        width += len(names)
    return [
        np.concatenate(block, axis=1) if block else np.zeros((len(r), 0))
        for block, (_, r) in zip(blocks, parts_of, strict=True)
    ]
