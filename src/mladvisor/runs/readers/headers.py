"""What the header and the first rows of a table tell: a training log, a list of runs, printed lines, or data."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from mladvisor.runs import layout, log_names, table_names
from mladvisor.runs.readers.base import Candidate
from mladvisor.runs.readers.cells import Column, to_numbers
from mladvisor.runs.readers.decoding import number
from mladvisor.runs.readers.dialects import dialect_of
from mladvisor.runs.readers.nameless import names_quantities, only_splits, tidy_columns
from mladvisor.runs.readers.sheet import Sheet, sheet_of, split_row
from mladvisor.runs.roles import Columns

JUDGED = frozenset(("loss", "metric", "reward", "gradient-norm", "learning-rate"))
_TABLE_KINDS_WITH_LOGS = frozenset(("train", "val", "test"))


def sureness(candidate: Candidate) -> float:
    """How surely a file is a log, by the columns that have a meaning in one; 0 for data tables and other text."""
    lines = candidate.lines
    if not lines:
        return 0.0
    sheet = sheet_of(lines)
    if sheet is None:
        return 0.0
    if not sheet.names:
        told = sheet.width == 1 or (sheet.width == 2 and counting_column(lines, sheet) is not None)
        return 0.2 if told and _named_after(candidate) and _all_numbers(lines, sheet) else 0.0
    return _by_names(candidate, sheet, lines)


def _by_names(candidate: Candidate, sheet: Sheet, lines: list[str]) -> float:
    columns = candidate.columns
    names = sheet.names
    if _is_printed(names) or _ends_in_words(sheet, lines):
        return 0.0
    if _lists_runs(sheet, lines, columns):
        return 0.0
    counts = [columns.x_kind(name) for name in names]
    has_x = any(kind is not None and kind[0] in ("epoch", "step") for kind in counts)
    if (not has_x and _scores_by_split(sheet, lines, columns)) or log_names.is_called_range_test(candidate.name):
        return 0.0
    kinds = [columns.meaning(name).kind for name, count in zip(names, counts, strict=True) if name and count is None]
    if has_x and {name.lower() for name in names} == {"wall time", "step", "value"}:
        return 0.6  # a scalar that TensorBoard exported
    if _by_layer(names, kinds):
        return 0.0
    tidy = tidy_columns(names, columns)
    if tidy is not None:
        rows = [split_row(line, sheet.delimiter) for line in lines[sheet.start :] if line.strip()]
        cells = [row[tidy[0]] for row in rows if len(row) == sheet.width]
        return 0.45 if names_quantities(cells, columns) else 0.0
    if only_splits(names, columns) and (has_x or log_names.meant_as_log(candidate.name)):
        return 0.3 if _rows_fit(lines, sheet) else 0.0
    own = dialect_of(names, sheet.delimiter, candidate.rel)
    if own.counts:
        return own.sure if _rows_fit(lines, sheet) is not False else 0.0
    judged = sum(kind in JUDGED for kind in kinds)
    losses = kinds.count("loss")
    if not has_x and judged == kinds.count("reward") and not log_names.meant_as_log(candidate.name):
        return 0.0  # "ret_lag1" is a return of shares, not of episodes
    if sum(count is not None for count in counts) > 1 and not kinds:
        return own.sure  # DVCLive's epoch.tsv
    if not judged and not (has_x and len(kinds) == 1):
        if not (has_x and "time" in kinds):
            return 0.0
        return 0.1 if _rows_fit(lines, sheet) is not False else 0.0
    fits = _rows_fit(lines, sheet)
    if fits is False:
        return 0.0
    kind = table_names.table_kind(candidate.name)
    if kind in _TABLE_KINDS_WITH_LOGS and not (has_x and losses):
        return 0.0
    if not has_x and judged < 2 and len(kinds) > judged and not log_names.meant_as_log(candidate.name):
        return 0.0  # one column called "loss" among others is a data set, not a log
    few = judged * 2 < len(kinds) or _repeats_a_quantity(names, columns)
    if not has_x and not losses and few and not log_names.meant_as_log(candidate.name):
        return 0.0
    objective = own.id == "catboost" and candidate.name in log_names.CATBOOST_TABLES  # of any name
    if (judged and has_x) or objective:
        return own.sure
    return min(own.sure, 0.45) if judged else 0.2


def _by_layer(names: list[str], kinds: Sequence[str]) -> bool:
    """A row for each layer or parameter, with norms of its gradient beside its other statistics."""
    lower = {name.lower() for name in names}
    return not _LAYERS.isdisjoint(lower) and not any(kind in ("loss", "metric", "reward") for kind in kinds)


def _repeats_a_quantity(names: list[str], columns: Columns) -> bool:
    """Several columns are one measure of one split: "acc_x, acc_y, acc_z" are accelerations, and no accuracies."""
    roles = [columns.meaning(name) for name in names if columns.x_kind(name) is None]
    measures = [(role.name, role.split) for role in roles if role.kind == "metric"]
    return len(set(measures)) < len(measures)


_LAYERS = frozenset(("layer", "layer_name", "module", "param", "parameter", "tensor", "block", "weights"))


def _named_after(candidate: Candidate) -> bool:
    """The file's own name says what its one column is ("train_loss.txt")."""
    stem, suffix = layout.stem_and_suffix(candidate.name)
    return bool(suffix) and candidate.columns.meaning(stem).kind in JUDGED


def _all_numbers(lines: list[str], sheet: Sheet) -> bool:
    columns = _first_rows(lines, sheet)
    return bool(columns) and all(column is not None and len(column.values) > 0 for column in columns)


def _first_rows(lines: list[str], sheet: Sheet) -> list[Column | None]:
    """The columns of the first rows as numbers; [] when a row has another number of cells."""
    rows = [split_row(line, sheet.delimiter) for line in lines[sheet.start : sheet.start + 50] if line.strip()]
    if any(len(row) != sheet.width for row in rows):
        return []
    return [to_numbers(cells) for cells in zip(*rows, strict=True)]


def counting_column(lines: list[str], sheet: Sheet) -> int | None:
    """Which of the columns without names rises evenly over three rows or more; None when none does."""
    for at, column in enumerate(_first_rows(lines, sheet)):
        if column is not None and len(column.values) > 2 and np.isfinite(column.values).all():
            ahead = np.diff(column.values)
            if ahead[0] > 0 and (ahead == ahead[0]).all():
                return at
    return None


def _rows_fit(lines: list[str], sheet: Sheet) -> bool | None:
    """Some cell of the first rows is a number; None when there are no rows yet."""
    rows = [split_row(line, sheet.delimiter) for line in lines[sheet.start : sheet.start + 30] if line.strip()]
    if not rows:
        return None
    # "using L1Loss" above printed lines is no header of theirs
    fit = [row for row in rows if sheet.width - 2 <= len(row) <= 2 * sheet.width + 2]
    if len(fit) * 2 < len(rows):
        return False
    return any(to_numbers(column) is not None for column in zip(*fit, strict=False))


def _is_printed(names: list[str]) -> bool:
    """ "Epoch 0 loss: 0.5" or "0:<TAB>learn: 0.69" is a printed line, not a header."""
    return any(name.endswith((":", "=")) or (name and number(name) is not None) for name in names[1:]) or any(
        number(name.rpartition(mark)[2]) is not None for name in names for mark in (": ", "=") if mark in name
    )


def _ends_in_words(sheet: Sheet, lines: list[str]) -> bool:
    """Below a table that blanks alone divide, and a blank line, the program goes on to print something else.

    Such a file is what was printed, and the table is its beginning: rounds of scikit-learn, then a report of classes.
    """
    if sheet.delimiter is not None:
        return False
    below = [line.split() for line in lines[sheet.start :]]
    gap = next((at for at, cells in enumerate(below) if at and not cells), len(below))
    rest = [cells for cells in below[gap:] if cells]
    return bool(rest) and len(rest[0]) != sheet.width and number(rest[0][0]) is None


def lists_runs(candidate: Candidate) -> bool:
    """The file holds one row a run (an index, a leader board, the output of `batch`), not one row an epoch."""
    text = candidate.text
    if text.startswith(layout.OWN_DOCUMENTS):
        return True
    sheet = sheet_of(candidate.lines) if candidate.lines else None
    if sheet is None or not sheet.names or _is_printed(sheet.names):
        return False
    judged = any(candidate.columns.meaning(name).kind in JUDGED for name in sheet.names)
    return (judged or _is_ours(sheet)) and _lists_runs(sheet, candidate.lines, candidate.columns)


def _is_ours(sheet: Sheet) -> bool:
    """A table that `batch` wrote."""
    return tuple(sheet.names[: len(layout.OWN_TABLE)]) == layout.OWN_TABLE


def _lists_runs(sheet: Sheet, lines: list[str], columns: Columns) -> bool:
    """Each row is named by a text of its own, and nothing counts from row to row."""
    if _is_ours(sheet):
        return True
    rows = [split_row(line, sheet.delimiter) for line in lines[sheet.start : sheet.start + 30] if line.strip()]
    rows = [row for row in rows if len(row) == sheet.width]
    if len(rows) < 2 or sheet.width < 2:
        return False
    named = False
    for at, name in enumerate(sheet.names):
        counted = columns.x_kind(name)
        cells = [row[at].strip() for row in rows]
        if counted is not None and counted[0] != "set":
            values = [number(cell) for cell in cells]
            known = [value for value in values if value is not None]
            if len(known) > 1 and known[0] < known[-1] and sorted(known) == known:
                return False
        elif counted is None and not columns.meaning(name).resource and len(set(cells)) == len(cells):
            named = named or all(cell and not cell[0].isdigit() and number(cell) is None for cell in cells)
    return named


def _scores_by_split(sheet: Sheet, lines: list[str], columns: Columns) -> bool:
    """A row for each split, and no split twice: what came of a training, and nothing of its course."""
    at = next((at for at, name in enumerate(sheet.names) if (columns.x_kind(name) or ("",))[0] == "set"), None)
    rows = [split_row(line, sheet.delimiter) for line in lines[sheet.start :] if line.strip()]
    if at is None or len(rows) < 2 or any(len(row) != sheet.width for row in rows):
        return False
    cells = [row[at].strip().lower() for row in rows]
    return len(set(cells)) == len(cells) and all(columns.is_split(cell) for cell in cells)


def why_nameless(candidate: Candidate) -> str:
    """What is wrong with a table of numbers that has no header; "" for other files."""
    sheet = sheet_of(candidate.lines) if candidate.lines else None
    if sheet is None or sheet.names or sheet.width < 2 or not _all_numbers(candidate.lines, sheet):
        return ""
    counting = counting_column(candidate.lines, sheet)
    which = {0: "the first", sheet.width - 1: "the last"}.get(counting or 0, f"number {(counting or 0) + 1}")
    counts = "" if counting is None else f", of which {which} counts,"
    return (
        f"has {sheet.width} columns of numbers{counts} and no header: what they hold cannot be told. Put a line of "
        "names above them, such as epoch,train_loss,val_loss"
    )
