"""Rows of delimited text -> columns of numbers, as fast as Python alone allows; `sheet` tells how they are written.

`str.split` and `float` read a 100-row table in a seventh of the time that pandas needs (benchmarks); the csv module is
used only where a quotation mark occurs.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from mladvisor.runs.readers.decoding import number
from mladvisor.runs.readers.sheet import Sheet, clean_name, split_row

_CHUNK = 20_000  # rows split at once: bounds the memory that cells take
_LONG_CELL = 200  # characters
_COMPARED = 200  # rows above a last one without a line end
_TEXT_SHARE = 0.5  # a column with more cells than this that are no numbers is text


class Column(NamedTuple):
    """Numbers of one column. `at` holds the row of each value (None: every row has one); values are float64.

    `words` are cells that are neither blank nor numbers, with their rows: left out.
    """

    values: np.ndarray
    at: np.ndarray | None
    words: tuple[tuple[int, str], ...] = ()


class Table(NamedTuple):
    """Columns of a table.

    Attributes:
        columns: one for each header cell; None where the cells are text.
        texts: cells of the columns that were asked for as text, by their position.
        lines: (rows,) int64, the line of each row in the file, from 1.
        short, long: rows with too few (filled up) and too many cells (left out).
        torn: the last line had no end: left out with too few cells, else without its last cell.
    """

    columns: list[Column | None]
    texts: dict[int, list[str]]
    lines: np.ndarray
    short: int
    long: int
    torn: bool


def read_table(lines: list[str], sheet: Sheet, *, texts: Sequence[int] = (), ended: bool = True) -> Table:
    """All columns of the table as numbers.

    Args:
        lines: every line of the file.
        texts: positions of columns to give back as text too.
        ended: the last line has an end; if not, and its cells are too few, it is torn and left out; if its last cell
            is shorter than those above, that cell is (`8` of 81.25).
    """
    width = sheet.width
    parts: list[list[Column | None]] = []
    offsets: list[int] = []
    kept: list[np.ndarray] = []
    wanted: dict[int, list[str]] = {at: [] for at in texts}
    short = long = rows = 0
    torn = False
    header = sheet.names
    for begin in range(sheet.start, len(lines), _CHUNK):
        chunk = lines[begin : begin + _CHUNK]
        cells, numbers = _rows(chunk, begin, sheet.delimiter)
        if any(len(row) != width for row in cells) or (header and cells and _repeats(cells, header)):
            last = begin + _CHUNK >= len(lines) and not ended
            if numbers is None:
                numbers = list(range(begin + 1, begin + 1 + len(cells)))
            cells, numbers, few, many, cut = _mended(cells, numbers, width, header, last)
            short, long, torn = short + few, long + many, torn or cut
        if not ended and begin + _CHUNK >= len(lines) and not torn and _breaks_off(cells):
            torn = True
            if width > 1:
                cells[-1] = [*cells[-1][:-1], ""]
            else:
                cells = cells[:-1]
                numbers = numbers and numbers[:-1]
        if not cells:
            continue
        by_column = list(zip(*cells, strict=True))
        for at, into in wanted.items():
            into.extend(by_column[at])
        parts.append([to_numbers(column) for column in by_column])
        offsets.append(rows)
        rows += len(cells)
        kept.append(np.arange(begin + 1, begin + 1 + len(cells)) if numbers is None else np.array(numbers))
    lines_of = np.concatenate(kept) if kept else np.empty(0, np.int64)
    columns = [_joined([part[at] for part in parts], offsets, kept) for at in range(width)] if parts else []
    return Table(columns or [None] * width, wanted, lines_of, short, long, torn)


def _rows(chunk: list[str], begin: int, delimiter: str | None) -> tuple[list[list[str]], list[int] | None]:
    """Cells of each line that has some, and line numbers where a line was left out (else None)."""
    quoted = any('"' in line for line in chunk) if delimiter is not None else False
    if all(chunk) and not quoted:
        return [line.split(delimiter) for line in chunk], None
    cells: list[list[str]] = []
    numbers: list[int] = []
    for at, line in enumerate(chunk, begin + 1):
        if line.strip():
            cells.append(split_row(line, delimiter) if quoted else line.split(delimiter))
            numbers.append(at)
    return cells, numbers if len(cells) != len(chunk) else None


def _breaks_off(cells: list[list[str]]) -> bool:
    """The last cell of all is shorter than each of those above it: of a number only the first digits were written."""
    above = [cell for row in cells[-_COMPARED:-1] if (cell := row[-1].strip())]
    return bool(above) and 0 < len(cells[-1][-1].strip()) < min(map(len, above))


def _repeats(cells: list[list[str]], header: list[str]) -> bool:
    """The header comes again among the rows (a second `fit` appended to the file)."""
    name = next((name for name in header if name), "")
    at = header.index(name) if name else 0
    return any(row[at].strip().strip("\"'") == name for row in cells)


def _mended(
    cells: list[list[str]], numbers: list[int], width: int, header: list[str], last: bool
) -> tuple[list[list[str]], list[int], int, int, bool]:
    """Rows of the right width: (rows, their numbers, filled up, left out, the last is torn)."""
    good: list[list[str]] = []
    kept: list[int] = []
    short = long = 0
    for row, number_of in zip(cells, numbers, strict=True):
        if len(row) != width:
            full = [cell for cell in row if cell.strip()]
            if last and row is cells[-1] and len(row) < width:
                return good, kept, short, long, True
            if len(row) > width and len(full) == width:  # flair writes two tabs after a column
                row = full  # noqa: PLW2901
            elif len(row) > width and not any(cell.strip() for cell in row[width:]):
                row = row[:width]  # noqa: PLW2901
            elif len(row) < width and full:
                row = row + [""] * (width - len(row))  # noqa: PLW2901
                short += 1
            else:
                long += 1
                continue
        if header and [clean_name(cell) for cell in row] == header:
            continue
        good.append(row)
        kept.append(number_of)
    return good, kept, short, long, False


def to_numbers(cells: Sequence[str]) -> Column | None:
    """A column of cells as numbers: blank cells are left out; None when it is text."""
    try:
        return Column(np.array(list(map(float, cells))), None)
    except ValueError:
        pass
    filled = [at for at, cell in enumerate(cells) if cell]
    try:
        return Column(np.array([float(cells[at]) for at in filled]), np.array(filled, dtype=np.int64))
    except ValueError:
        pass
    index: list[int] = []
    values: list[float] = []
    texts: list[tuple[int, str]] = []
    for at in filled:
        cell = cells[at].strip()
        value = number(cell)
        if value is None and cell:
            value = _odd_number(cell)
        if value is not None:
            index.append(at)
            values.append(value)
        elif cell not in _BLANKS:
            texts.append((at, cell))
    if len(texts) > _TEXT_SHARE * (len(texts) + len(values)):
        return None
    return Column(np.array(values, dtype=float), np.array(index, dtype=np.int64), tuple(texts))


_BLANKS = frozenset(("", "_", "-", "--", '""', "No log"))  # the last in the Trainer's model cards


def _odd_number(cell: str) -> float | None:
    """`0,123` (decimal comma), `93.1%` and `3/100` (of so many) as numbers."""
    if cell.endswith("%"):
        return number(cell[:-1])
    if cell.count(",") == 1 and "." not in cell:
        return number(cell.replace(",", "."))
    before, slash, after = cell.partition("/")
    if slash and after.strip().isdigit():
        return number(before)
    return None


def _joined(parts: list[Column | None], offsets: list[int], kept: list[np.ndarray]) -> Column | None:
    """One column from those of the chunks."""
    if len(parts) == 1:
        return parts[0]
    good = [(part, at, len(rows)) for part, at, rows in zip(parts, offsets, kept, strict=True) if part is not None]
    if not good:
        return None
    values = np.concatenate([part.values for part, _, _ in good])
    if len(good) == len(parts) and all(part.at is None for part, _, _ in good):
        return Column(values, None)
    index = [np.arange(at, at + n) if part.at is None else part.at + at for part, at, n in good]
    words = tuple((at + row, word) for part, at, _ in good for row, word in part.words)
    return Column(values, np.concatenate(index), words)


def without_long_cells(line: str) -> str:
    """The line with quoted cells that no number can be in emptied."""
    parts = line.split('"')
    parts[1::2] = ["" if len(part) > _LONG_CELL else part for part in parts[1::2]]
    return '"'.join(parts)


def without_conflicts(lines: list[str]) -> tuple[list[str], int]:
    """Lines with the second side of each git conflict emptied (line numbers stay), and the number of conflicts."""
    result: list[str] = []
    count = 0
    side = 0
    for line in lines:
        if line.startswith("<<<<<<<"):
            side, count = 1, count + 1
            result.append("")
        elif side and line.startswith("======="):
            side = 2
            result.append("")
        elif side and line.startswith(">>>>>>>"):
            side = 0
            result.append("")
        else:
            result.append("" if side == 2 else line)
    return result, count
