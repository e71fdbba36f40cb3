"""Reports that are no plain table of cells: JSON (rows, or groups with what is said of each), JSON lines, tables in
markdown, what a program printed, workbooks, and long tables with a row for each metric of a release.

{"by_segment": {"retail": {"n": 900, "mape": 0.1}, "ngo": {"n": 20, "mape": 0.6}}}
"""

from __future__ import annotations

import csv
import os
import re
from collections.abc import Iterator, Sequence
from itertools import chain
from typing import Any

from mladvisor.errors import ReadError
from mladvisor.runs import layer_lines
from mladvisor.runs.config import flatten
from mladvisor.runs.layer_reports import layer_rows_in
from mladvisor.runs.layout import stem_and_form
from mladvisor.runs.log_table import LogTable
from mladvisor.runs.markdown import bar_tables
from mladvisor.runs.printed_frames import printed_frames
from mladvisor.runs.printed_groups import printed_groups
from mladvisor.runs.readers import Candidate
from mladvisor.runs.readers.decoding import parse_json
from mladvisor.runs.report_kinds import report_kind
from mladvisor.runs.report_names import (
    counts_training,
    group_named_in,
    is_amount_of_training_rows,
    is_metric,
    is_order,
    speaks_of_groups,
)
from mladvisor.runs.tabled import as_cells
from mladvisor.runs.word_sets import word_set

SUFFIXES = ("json", "jsonl", "ndjson", "md", "xlsx", "txt")
KINDS = ("slice_report", "business", "layers", "norm_buffers", "time_gradients", "learning_curve")
MOST_BYTES = 200_000
_LEAST_ROWS = 2
_NAMES = word_set("metric metric_name kpi measure indicator variable name")
_VALUES = word_set("value val metric_value result score")
_MOST_ROWS = 5_000

Row = dict[str, Any]


def kind_of(file: Candidate, suffix: str, stem: str) -> str | None:
    """One of `KINDS`, where the file holds one; None for others, and where it cannot be opened."""
    try:
        found = _report(file, suffix, stem)
    except (ReadError, OSError):
        return None
    return found[0] if found is not None else None


def read_report(folder: str | os.PathLike[str], file: str) -> LogTable:
    """The rows of a report. Raises ReadError where there are none."""
    return titled_report(folder, file)[1]


def titled_report(folder: str | os.PathLike[str], file: str) -> tuple[str, LogTable]:
    """What a report is called (its heading, its key, else the name of its file), and its rows; raises as above."""
    path = os.path.join(os.fspath(folder), file)  # noqa: PTH118
    try:
        opened = as_cells(Candidate(path, file))
        found = _report(opened, stem_and_form(opened.name)[1], opened.name.rpartition(".")[0])
    except OSError as error:
        raise ReadError(f"cannot be opened ({error.strerror})", file=file) from None
    if found is None:
        raise ReadError("holds no rows of a report", file=file)
    _, said, rows = found
    names = list(dict.fromkeys(name for row in rows for name in row))
    return said, LogTable(file, names, [[row.get(name, "") for row in rows] for name in names], len(rows))


def is_long(columns: Sequence[str], said: str = "") -> bool:
    """A row for each metric of each release or group: one column counts, or names the group by its own name or by that
    of the table, one names a metric, one holds its value.
    """
    names = [name.strip().lower() for name in columns]
    if not 3 <= len(names) <= 5 or _NAMES.isdisjoint(names) or _VALUES.isdisjoint(names):
        return False
    return is_order(names[0]) or (names[0] not in _NAMES and (speaks_of_groups(names[0]) or speaks_of_groups(said)))


def tables_in(file: Candidate, suffix: str, stem: str) -> Iterator[tuple[str, list[Row]]]:
    """(what it is called, rows) of each table in a file, by its form."""
    if suffix == "xlsx":
        return _of_workbook(file.read_bytes(MOST_BYTES), stem)
    if suffix == "json":
        return _of_json(file.read_json(), stem)
    text = file.read_text(MOST_BYTES)
    if suffix in ("md", "txt"):
        found = chain(_of_markdown(text), _of_layers(text, stem), printed_groups(text, stem))
        return found if suffix == "md" else chain(found, _of_bars(text, stem))
    return _of_lines(text, stem) if suffix in SUFFIXES else _of_cells(text, stem)


def _report(file: Candidate, suffix: str, stem: str) -> tuple[str, str, list[Row]] | None:
    """The kind of the first report in a file, what it is called, and its rows."""
    try:
        tables = list(tables_in(file, suffix, stem))
    except ReadError:
        return None
    for said, listed in tables:
        rows = _wide(listed) if listed and is_long(list(listed[0]), said) else listed
        if not _LEAST_ROWS <= len(rows) <= _MOST_ROWS:
            continue
        names = list(rows[0])
        kind = report_kind(names, said)
        if kind in KINDS and not (kind == "business" and counts_training(names[0])):
            return str(kind), said, rows
    return None


def _of_markdown(text: str) -> Iterator[tuple[str, list[Row]]]:
    """(heading above it, rows) of each table between bars, or with blanks between its columns."""
    for heading, head, rows in chain(bar_tables(text), printed_frames(text)):
        names = [cell.lower() for cell in head]
        yield heading, [dict(zip(names, map(_number, row), strict=False)) for row in rows if len(row) == len(names)]


def _of_layers(text: str, stem: str) -> Iterator[tuple[str, list[Row]]]:
    """What lines and plain tables tell of layers, a row for each."""
    if rows := layer_lines.rows_in(text, stem):
        yield stem, rows


def _of_workbook(data: bytes, stem: str) -> Iterator[tuple[str, list[Row]]]:
    """(name of the file and of the sheet, rows) of each sheet with a head."""
    from mladvisor.runs.workbook import tables

    for name, head, rows in tables(data):
        names = [cell.strip().lower() for cell in head]
        cells = [[_number(cell) if isinstance(cell, str) else cell for cell in row] for row in rows]
        yield f"{stem}_{name}", [dict(zip(names, row, strict=True)) for row in cells]


def _of_cells(text: str, stem: str) -> Iterator[tuple[str, list[Row]]]:
    """A long table as text."""
    first = text.partition("\n")[0]
    rows = list(csv.DictReader(text.splitlines()[: _MOST_ROWS + 1], delimiter=max(",;\t", key=first.count)))
    yield stem, [{str(key).strip().lower(): value for key, value in row.items() if value is not None} for row in rows]


def _wide(rows: list[Row]) -> list[Row]:
    """A row for each release, with a column for each metric."""
    names = list(rows[0])
    order = names[0]
    called = next(name for name in names if name in _NAMES)
    value = next(name for name in names if name in _VALUES)
    found: dict[Any, Row] = {}
    for row in rows:
        if {order, called, value} <= row.keys():
            found.setdefault(row[order], {order: row[order]})[str(row[called]).lower()] = row[value]
    return list(found.values())


def _number(cell: str) -> str:
    """ "12.5 %" without its sign, "8,120" as one number."""
    if _GROUPED.fullmatch(cell):
        return cell.replace(",", "")
    return cell.rstrip("% ") if cell.endswith("%") else cell


_GROUPED = re.compile(r"-?\d{1,3}(?:,\d{3})+(?:\.\d+)?")


def _of_lines(text: str, stem: str) -> Iterator[tuple[str, list[Row]]]:
    """A row for each line of JSON."""
    yield stem, [row for line in text.splitlines() if line.strip() and (row := _row(parse_json(line, "")))]


def _of_json(content: Any, stem: str) -> Iterator[tuple[str, list[Row]]]:
    """(what it is called, rows) of each list of rows and each group of groups."""
    if layers := layer_rows_in(stem, content):
        yield stem, layers
    pending: list[tuple[str, Any, int]] = [(stem, content, 0)]
    while pending:
        said, value, depth = pending.pop(0)
        if isinstance(value, list):
            yield said, [row for each in value[: _MOST_ROWS + 1] if (row := _row(each))]
        elif isinstance(value, dict):
            rows = (_by_column(value) or _by_number(value)) if speaks_of_groups(said) else learning_rows(value)
            groups = {name: row for name, each in value.items() if (row := _row(each))}
            alike = len(groups) == len(value) > 0 and bool(set.intersection(*map(set, groups.values())))
            if rows:
                yield said, rows
            elif speaks_of_groups(said) and alike:
                yield said, [{group_named_in(said): name, **row} for name, row in groups.items()]
            elif depth < 2:
                pending += [(str(key), each, depth + 1) for key, each in value.items() if isinstance(each, dict | list)]


def learning_rows(value: dict[str, Any]) -> list[Row]:
    """A row for each number of training rows, of lists as `learning_curve` returns them; scores of folds as their mean.

    [] of other lists, which are the course of one training.
    """
    lists = {str(key).lower(): each for key, each in value.items() if isinstance(each, list)}
    amounts = next((name for name in lists if is_amount_of_training_rows(name)), None)
    if amounts is None or len(lists[amounts]) < _LEAST_ROWS:
        return []
    along = {name: each for name, each in lists.items() if len(each) == len(lists[amounts])}
    return [{name: _mean(each[at]) for name, each in along.items()} for at in range(len(lists[amounts]))]


def _mean(value: Any) -> Any:
    """Of the scores of several folds their mean."""
    if isinstance(value, list) and value and all(isinstance(each, int | float) for each in value):
        return sum(value) / len(value)
    return value


def _by_column(value: dict[str, Any]) -> list[Row]:
    """The groups of several columns, {"scanner": {"a": {...}, "b": {...}}, "sex": {...}}: "scanner=a" and so on."""
    inner = [each for each in value.values() if isinstance(each, dict)]
    if len(inner) < len(value) or not all(
        each and all(isinstance(row, dict) for row in each.values()) for each in inner
    ):
        return []
    return [
        {"slice": f"{column}={name}", **row}
        for column, groups in value.items()
        for name, each in groups.items()
        if (row := _row(each))
    ]


def _of_bars(text: str, stem: str) -> Iterator[tuple[str, list[Row]]]:
    """Tables between bars, as databases print them: " device | n_test | acc "."""
    from mladvisor.runs.sheets.forms import of_text

    for title, head, rows in of_text(text, stem) if "|" in text or "│" in text else ():
        names = [name.lower() for name in head]
        yield title, [dict(zip(names, row, strict=True)) for row in rows]


def _by_number(value: dict[str, Any]) -> list[Row]:
    """A number of each group below its name, {"accuracy": {"a": 0.9, "b": 0.6}, "count": {...}}, turned over."""
    columns = [each for each in value.values() if isinstance(each, dict)]
    alike = len(columns) == len(value) > 1 and len({frozenset(each) for each in columns}) == 1
    if not alike or not any(map(is_metric, value)) or not 2 <= len(columns[0]) <= _MOST_ROWS:
        return []
    if not all(isinstance(cell, int | float) for each in columns for cell in each.values()):
        return []
    return [
        {"slice": name, **{key.lower(): each[name] for key, each in value.items() if isinstance(each, dict)}}
        for name in columns[0]
    ]


def _row(value: Any) -> Row:
    """Names in lower case, nested ones with dots; only plain cells, and the pairs of a key that a slice is cut by."""
    if not isinstance(value, dict):
        return {}
    cells = {key.lower(): _as_pair(each) for key, each in flatten(value).items()}
    return {key: each for key, each in cells.items() if isinstance(each, str | int | float)}


def _as_pair(value: Any) -> Any:
    """["language", "en"], as TensorFlow Model Analysis names a slice, as "language=en"; several with commas."""
    if isinstance(value, list) and value:
        pairs = value if isinstance(value[0], list) else [value]
        if all(
            isinstance(each, list) and len(each) == 2 and all(isinstance(one, str) for one in each) for each in pairs
        ):
            return ", ".join("=".join(each) for each in pairs)
    return value
