"""Small tables that somebody saved in another form than CSV: a sheet of a workbook, a page, a printed frame, JSON by
columns or by periods.

`as_cells` gives such a file as what it would be as CSV, so that whoever reads tables reads it and nothing else need
know. Data, logs, settings and whatever has a name of its own in a run folder are left as they are, for they have
readers of their own; so is a file that holds more than the one table.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from mladvisor.errors import ReadError
from mladvisor.runs import data_names, settings_names, table_names
from mladvisor.runs.data_folders import holds_data
from mladvisor.runs.layout import stem_and_suffix
from mladvisor.runs.markdown import BarTable
from mladvisor.runs.readers import Candidate

MOST_BYTES = 400_000
_MOST_ROWS = 5_000
_LEAST_COLUMNS = 2
_PERIOD = re.compile(
    r"(?i)\d{4}[-/. ]?(?:\d\d?|w\d\d?|q\d)(?:[-/.]\d\d?)?|(?:kw|cw|wk|week|w|month|day|v|q)[ _-]?\d{1,4}(?:\.\d{1,3})*"
)
"""A date, a week, a month or a version."""


class Tabled(Candidate):
    """A file as CSV: `path`, `rel` and `mtime` are those of the file, its name ends in .csv, and `size` is that of the
    text.
    """

    __slots__ = ("_data",)

    def __init__(self, file: Candidate, data: bytes) -> None:
        super().__init__(file.path, file.rel, len(data), file.mtime, file.columns)
        self._data = data

    @property
    def name(self) -> str:
        """The file's own name, as a table has it."""
        return super().name.rpartition(".")[0] + ".csv"

    def read_from(self, start: int, count: int) -> bytes:
        """At most `count` bytes of the text from the byte `start`."""
        start = max(0, start)
        return self._data[start : start + count]


def opened(folder: Path, rel: str) -> Candidate:
    """A file of a run folder, as CSV where it is a table in another form."""
    return as_cells(Candidate(str(folder / rel), rel))


def as_cells(file: Candidate) -> Candidate:
    """The file as CSV, where it holds one small table in another form; else the file itself."""
    told = stem_and_suffix(file.name)[1] in _FORMS and not isinstance(file, Tabled)
    if not told or not 0 < file.size <= MOST_BYTES:
        return file
    if settings_names.may_be_config(file.name) or table_names.table_kind(file.name) is not None:
        return file
    if data_names.is_dictionary(file.name) or data_names.table_kind_at(file.rel) is not None or holds_data(file.rel):
        return file
    key = (file.path, file.size, file.mtime)
    if key not in _KEPT:
        if len(_KEPT) >= _MOST_KEPT:
            _KEPT.clear()
        _KEPT[key] = _cells_of(file)
    data = _KEPT[key]
    return file if data is None else Tabled(file, data)


_KEPT: dict[tuple[str, int, float], bytes | None] = {}
"""What was made of files, for each who asks something of a run opens them anew."""
_MOST_KEPT = 64


def _cells_of(file: Candidate) -> bytes | None:
    """The only table of a file as CSV; None where it holds none."""
    try:
        table = _FORMS[stem_and_suffix(file.name)[1]](file)
    except (ReadError, OSError, ValueError, RecursionError):
        return None
    if table is None or not _is_report(table, file):
        return None
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(table.head)
    writer.writerows(table.rows)
    return text.getvalue().encode()


def _is_report(table: BarTable, file: Candidate) -> bool:
    """It has rows as wide as its head, and is no log, which counts epochs or steps."""
    width = len(table.head)
    if width < _LEAST_COLUMNS or not 0 < len(table.rows) <= _MOST_ROWS or any(len(row) != width for row in table.rows):
        return False
    counts = [file.columns.x_kind(name) for name in table.head]
    return not any(count is not None and count[0] in ("epoch", "step") for count in counts)


def _of_workbook(file: Candidate) -> BarTable | None:
    from mladvisor.runs.workbook import tables

    found = list(tables(file.read_bytes(MOST_BYTES), file.rel))
    return _only([BarTable(name, head, [[str(cell) for cell in row] for row in rows]) for name, head, rows in found])


def _of_page(file: Candidate) -> BarTable | None:
    from mladvisor.runs.html_tables import page_tables

    return _only(page_tables(file.read_text(MOST_BYTES)))


def _of_print(file: Candidate) -> BarTable | None:
    """A text that is one printed table, and nothing else."""
    from mladvisor.runs.data_records import STATISTICS
    from mladvisor.runs.printed_frames import printed_frames

    text = file.read_text(MOST_BYTES)
    if text.count("\n") > _MOST_ROWS + _FEW_OTHERS:
        return None  # a log, more often than not
    table = _only(list(printed_frames(text)))
    lines = sum(1 for line in text.splitlines() if line.strip() and not _SHAPE.fullmatch(line.strip()))
    if table is None or lines > len(table.rows) + 1 or {row[0].lower() for row in table.rows} & STATISTICS:
        return None  # what `describe` prints is read as such
    if table.head[0] or not all(row[0].isdecimal() for row in table.rows):
        return table
    return BarTable(table.heading, table.head[1:], [row[1:] for row in table.rows])  # only numbers of rows


_FEW_OTHERS = 5
_SHAPE = re.compile(r"\[\d+ rows x \d+ columns\]")


def _of_json(file: Candidate) -> BarTable | None:
    """Columns as lists, of which one holds words, or the first counts batches; or rows by their period."""
    content = file.read_json()
    if not isinstance(content, dict) or len(content) < _LEAST_COLUMNS:
        return None
    names, values = list(map(str, content)), list(content.values())
    if all(map(_is_column, values)) and len({len(value) for value in values}) == 1:
        worded = any(all(isinstance(one, str) for one in value) for value in values)
        by_batch = (file.columns.x_kind(names[0]) or ("",))[0] == "batch"
        rows = [[_cell(one) for one in row] for row in zip(*values, strict=True)]
        return BarTable("", names, rows) if worded or by_batch else None  # other lists of numbers are a history
    if all(isinstance(value, dict) and _is_column(list(value.values())) for value in values):
        inner = list(dict.fromkeys(str(name) for value in values for name in value))
        rows = [[name, *(_cell(value.get(one)) for one in inner)] for name, value in zip(names, values, strict=True)]
        return BarTable("", ["period", *inner], rows) if all(map(_PERIOD.fullmatch, names)) else None
    return None


def _is_column(value: object) -> bool:
    """A list of plain values."""
    return isinstance(value, list) and bool(value) and not any(isinstance(one, dict | list) for one in value)


def _cell(value: Any) -> str:
    return "" if value is None else str(value)


def _only(found: Sequence[BarTable]) -> BarTable | None:
    return found[0] if len(found) == 1 else None


_FORMS: dict[str, Callable[[Candidate], BarTable | None]] = {
    "xlsx": _of_workbook,
    "html": _of_page,
    "htm": _of_page,
    "txt": _of_print,
    "json": _of_json,
    "yaml": _of_json,
    "yml": _of_json,
}
