"""Tables of per-layer and per-batch logs: `layers.*`, `batches.*`. Cells stay text until a column is asked for.

Five thousand rows of sixteen columns are split in a few milliseconds, and a measurement turns only its own columns into
numbers. Parquet is read when pyarrow is there.
"""

from __future__ import annotations

import os
import re
from collections.abc import Sequence

import numpy as np

from mladvisor.errors import ReadError
from mladvisor.runs.readers.base import Candidate
from mladvisor.runs.readers.decoding import in_units, number, parse_json
from mladvisor.runs.readers.sheet import mark_in, split_row
from mladvisor.runs.tabled import as_cells

MAX_BYTES = 256 * 1024 * 1024
LINES = (".jsonl", ".ndjson")
MAX_ROWS = 2_000_000
_NAN = float("nan")
_DECIMAL_COMMA = re.compile(r"\s*[-+]?\d+,\d+(?:[eE][-+]?\d+)?\s*")


class LogTable:
    """One table: `names`, and columns as text or numbers.

    Attributes:
        file: relative to the run folder.
        names: lower-case header cells.
        rows: how many.
        spelled: somewhere in the table a cell may spell NaN or infinity.
        lines: (rows,) line of the file of each row, where it is not the row's number plus 2.
        files: file of each row, where rows of several files were put together; None where all are of `file`.
        notes: what was odd ("3 rows have another number of cells and are left out").
    """

    __slots__ = ("_columns", "_numbers", "file", "files", "lines", "names", "notes", "rows", "spelled")

    def __init__(self, file: str, names: list[str], columns: list[Sequence[object]], rows: int) -> None:
        self.file, self.names, self.rows = file, names, rows
        self._columns = dict(zip(names, columns, strict=True))
        self._numbers: dict[str, np.ndarray] = {}
        self.notes: list[str] = []
        self.lines: np.ndarray | None = None
        self.files: list[str] | None = None
        self.spelled = True

    def __contains__(self, name: str) -> bool:
        return name in self._columns

    def line(self, row: int) -> int:
        """The line of the file that a row stands on, from 1."""
        return row + 2 if self.lines is None else int(self.lines[row])

    def file_at(self, row: int) -> str:
        """The file that a row stands in."""
        return self.file if self.files is None else self.files[row]

    def texts(self, name: str) -> list[str]:
        """Cells of a column, stripped; KeyError when there is none."""
        cells = self._columns[name]
        stripped = {cell: str(cell).strip() for cell in set(cells)}
        return [stripped[cell] for cell in cells]

    def numbers(self, name: str) -> np.ndarray:
        """(rows,) float64 of a column: NaN for blanks and for text; all NaN when there is no such column."""
        found = self._numbers.get(name)
        if found is None:
            cells = self._columns.get(name)
            found = np.full(self.rows, np.nan) if cells is None else _floats(cells)
            self._numbers[name] = found
        return found

    def not_finite(self, name: str) -> np.ndarray:
        """(rows,) bool: the cell spells NaN or infinity, which a blank does not."""
        if not self.spelled:
            return np.zeros(self.rows, dtype=bool)
        values = self.numbers(name)
        odd: np.ndarray = ~np.isfinite(values)
        if not odd.any() or name not in self._columns:
            return np.zeros(self.rows, dtype=bool)
        cells = self._columns[name]
        for at in np.flatnonzero(odd).tolist():
            cell = cells[at]
            odd[at] = (isinstance(cell, str) and cell.strip().lower().lstrip("+-") in _SPELLED) or isinstance(
                cell, float
            )
        return odd


_SPELLED = frozenset(("nan", "inf", "infinity", "1.#qnan", "1.#inf"))


def _floats(cells: Sequence[object]) -> np.ndarray:
    try:
        return np.array(list(map(float, cells)), dtype=np.float64)  # type: ignore[arg-type]
    except (ValueError, TypeError, OverflowError):
        pass
    try:
        return np.array([float(cell) if cell else _NAN for cell in cells], dtype=np.float64)  # type: ignore[arg-type]
    except (ValueError, TypeError, OverflowError):
        return np.array([_cell(cell) for cell in cells], dtype=np.float64)


def _cell(cell: object) -> float:
    if not isinstance(cell, str):
        found = number(cell)
        return _NAN if found is None else found
    if not cell:
        return _NAN
    try:
        return float(cell)
    except ValueError:
        found = number(cell) if cell.strip() else None
        return _NAN if found is None else found


def read_log_table(folder: str | os.PathLike[str], file: str, *, growing: bool = True) -> LogTable:
    """The table in a CSV, TSV or Parquet file of a run folder.

    Args:
        growing: a last line without an end may still be being written, and is left out.

    Raises:
        ReadError: it cannot be opened, is too large, holds no header, or needs pyarrow.
    """
    path = os.path.join(os.fspath(folder), file)  # noqa: PTH118
    if file.lower().endswith(".parquet"):
        return _parquet(path, file)
    if file.lower().endswith(LINES):
        return _json_lines(path, file)
    try:
        text = as_cells(Candidate(path, file)).read_text(MAX_BYTES)
    except OSError as error:
        raise ReadError(f"cannot be opened ({error.strerror})", file=file) from None
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    lines = text.split("\n")
    ended = not lines[-1] and len(lines) > 1
    if ended:
        lines.pop()
    header = lines[0]
    delimiter = mark_in(header) or ","
    names = [name.strip().strip('"').lower() for name in split_row(header, delimiter)]
    if len(names) < 2 or len(set(names)) < len(names):
        raise ReadError("has no header of different column names", file=file, place="line 1")
    body = lines[1 : MAX_ROWS + 1]
    if '"' in text:
        import csv

        cells = list(csv.reader(body, delimiter=delimiter))
    else:
        cells = [line.split(delimiter) for line in body]
    if delimiter != "," and "," in text:  # 0,52 between semicolons
        cells = [[cell.replace(",", ".") if _DECIMAL_COMMA.fullmatch(cell) else cell for cell in row] for row in cells]
    if cells and not ended and growing:
        cells.pop()  # still being written
    width = len(names)
    kept = cells if all(len(row) == width for row in cells) else [row for row in cells if len(row) == width]
    columns: list[Sequence[object]] = list(zip(*kept, strict=True)) if kept else [()] * width
    table = LogTable(file, names, columns, len(kept))
    start = len(header)
    table.spelled = any(
        text.find(word, start) >= 0 for word in ("nan", "NaN", "NAN", "inf", "Inf", "INF", "IND", "QNAN")
    )
    odd = sum(1 for row in cells if len(row) != width and row not in ([], [""]))
    if odd:
        table.notes.append(f"{file}: {odd} rows have another number of cells than the header and are left out")
    return table


def _json_lines(path: str, file: str) -> LogTable:
    """A row for each line that is an object; what is nested, and a line that breaks off, is left out."""
    try:
        lines = Candidate(path, file).read_text(MAX_BYTES).splitlines()[:MAX_ROWS]
    except OSError as error:
        raise ReadError(f"cannot be opened ({error.strerror})", file=file) from None
    rows = []
    for line in lines:
        try:
            row = parse_json(line, file)
        except ReadError:
            continue
        if isinstance(row, dict):
            rows.append({str(key).lower(): own for key, own in row.items() if not isinstance(own, dict | list)})
    names = list(dict.fromkeys(name for row in rows for name in row))
    if not names:
        raise ReadError("holds no line that is an object", file=file)
    cells: list[Sequence[object]] = [
        ["" if row.get(name) is None else str(row[name]) for row in rows] for name in names
    ]
    return LogTable(file, names, cells, len(rows))


def _parquet(path: str, file: str) -> LogTable:
    try:
        from pyarrow import parquet
    except ImportError:
        raise ReadError(
            "is Parquet, which needs pyarrow (pip install pyarrow); CSV is read without", file=file
        ) from None
    try:
        if (size := os.path.getsize(path)) > MAX_BYTES:  # noqa: PTH202 - its path is a string
            raise ReadError(f"is {in_units(size)} large; no log over {in_units(MAX_BYTES)} is read", file=file)
        if (rows := parquet.read_metadata(path).num_rows) > MAX_ROWS:
            raise ReadError(f"has {rows:,} rows; no log of over {MAX_ROWS:,} is read", file=file)
        found = parquet.read_table(path)
    except ReadError:
        raise
    except Exception as error:
        raise ReadError(f"is no Parquet file that can be read ({error})", file=file) from None
    names = [str(name).lower() for name in found.column_names]
    return LogTable(file, names, [column.to_pylist() for column in found.columns], found.num_rows)
