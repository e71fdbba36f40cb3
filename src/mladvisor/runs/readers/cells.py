"""Delimited text: which delimiter, where the header is, and columns of numbers, as fast as Python alone allows.

`str.split` and `float` read a 100-row table in a seventh of the time that pandas needs (benchmarks); the csv module is
used only where a quotation mark occurs.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from mladvisor.runs.readers.decoding import number

DELIMITERS = ("\t", ";", ",", "|")
MAX_COLUMNS = 5_000
_CHUNK = 20_000  # rows split at once: bounds the memory that cells take
_RULE = frozenset("-=+ \t")
_CONFLICT = ("<<<<<<<", "=======", ">>>>>>>")
_LONG_CELL = 200  # characters
_COMPARED = 200  # rows above a last one without a line end
_PREAMBLE = 12  # lines
_LEVELS = 3  # columns of a table whose head may have two lines
_TEXT_SHARE = 0.5  # a column with more cells than this that are no numbers is text


class Sheet(NamedTuple):
    """How a table is written.

    Attributes:
        delimiter: one character, or None for any run of blanks.
        names: stripped header cells; [] when there is no header.
        width: cells in a row.
        start: index of the first data line.
    """

    delimiter: str | None
    names: list[str]
    width: int
    start: int


class Column(NamedTuple):
    """Numbers of one column. `at` holds the row of each value (None: every row has one); values are float64."""

    values: np.ndarray
    at: np.ndarray | None


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


def sheet_of(lines: Sequence[str]) -> Sheet | None:
    """How the table that begins in `lines` is written; None when it is no table."""
    head = 0
    while head < len(lines) and (not lines[head].strip() or lines[head].startswith(("#", *_CONFLICT))):
        head += 1
    head = _below_preamble(lines, head)
    if head >= len(lines):
        return None
    first = lines[head]
    if first.lstrip().startswith(("{", "[", "<")):
        return None
    sample = [line for line in lines[head + 1 : head + 12] if line.strip() and not line.startswith(_CONFLICT)]
    delimiter = _delimiter(first, sample)
    cells = split_row(first, delimiter)
    if delimiter is None:
        cells = _by_gaps(first, cells, sample)
    if len(cells) > MAX_COLUMNS:
        return None
    if all(number(cell) is not None for cell in cells if cell.strip()) and any(cell.strip() for cell in cells):
        return Sheet(delimiter, _commented(lines[:head], delimiter, len(cells)), len(cells), head)
    start = head + 1
    if start < len(lines) and _is_rule(lines[start]):
        start += 1
    names = [clean_name(cell) for cell in cells]
    lower = _second_head(lines, start, delimiter, len(cells))
    if lower:
        names = [one if one == other else f"{one} {other}".strip() for one, other in zip(names, lower, strict=True)]
        start += 1
    return Sheet(delimiter, names, len(cells), start)


def _below_preamble(lines: Sequence[str], head: int) -> int:
    """Where the table begins below "sep=;" (Excel's) and lines of single settings ("Run: 20240501")."""
    at = head
    while at < min(len(lines), head + _PREAMBLE):
        line = lines[at].strip()
        setting = line.startswith("sep=") or (":" in line and not any(mark in line for mark in DELIMITERS))
        if line and not setting:
            break
        at += 1
    cut = at > head and at + 1 < len(lines) and any(mark in lines[at] and mark in lines[at + 1] for mark in DELIMITERS)
    return at if cut else head


def _second_head(lines: Sequence[str], start: int, delimiter: str | None, width: int) -> list[str]:
    """The second line of names, as pandas writes columns of two levels ("train,train" above "loss,acc"); else []."""
    if delimiter is None or width < _LEVELS or start + 1 >= len(lines):
        return []
    cells = [clean_name(cell) for cell in split_row(lines[start], delimiter)]
    below = split_row(lines[start + 1], delimiter)
    if len(cells) != width or len(below) != width or not all(cells[1:]) or len(set(cells)) == 1:
        return []
    if any(number(cell) is not None or not any(ch.isalpha() for ch in cell) for cell in cells if cell):
        return []
    return cells if sum(number(cell) is not None for cell in below) * 2 > width else []


def _commented(above: Sequence[str], delimiter: str | None, width: int) -> list[str]:
    """The names in a comment right above the numbers (`np.savetxt` writes "# epoch train_loss"); [] when none fit."""
    said = next((line for line in reversed(above) if line.strip()), "")
    names = [clean_name(cell) for cell in split_row(said.lstrip("# "), delimiter)] if said.startswith("#") else []
    fits = len(names) == width and all(any(ch.isalpha() for ch in name) for name in names)
    return names if fits and len(set(names)) == width else []


def _is_rule(line: str) -> bool:
    """A line drawn under the head of a printed table."""
    return bool(line.strip()) and _RULE.issuperset(line)


def _by_gaps(head: str, words: list[str], sample: list[str]) -> list[str]:
    """The cells of a head whose names hold single blanks ("LOSS NER"), where the rows below have as many cells."""
    cells = [cell for cell in re.split(r"\s{2,}|\t", head.strip()) if cell]
    rows = [len(line.split()) for line in sample if not _is_rule(line)]
    fit = sum(size == len(cells) for size in rows)
    return cells if fit > sum(size == len(words) for size in rows) else words


def _delimiter(first: str, sample: list[str]) -> str | None:
    """The delimiter that cuts the first line, and most lines after it into as many cells."""
    best: tuple[float, int] = (0.0, 0)
    chosen: str | None = None
    for delimiter in DELIMITERS:
        count = first.count(delimiter)
        if not count:
            continue
        alike = sum(count <= line.count(delimiter) <= count + 2 for line in sample)
        score = (alike / len(sample) if sample else 1.0, count)
        if score > best:
            best, chosen = score, delimiter
    return chosen


def split_row(line: str, delimiter: str | None) -> list[str]:
    """The cells of one line."""
    if '"' in line and delimiter is not None:
        import csv

        return next(csv.reader([line], delimiter=delimiter), [])
    return line.split(delimiter)


def clean_name(cell: str) -> str:
    """A header cell without padding, quotes and control characters."""
    return "".join(ch for ch in cell.strip().strip("\"'").strip() if ch.isprintable())


def names_in(line: str) -> list[str]:
    """The column names in the first line of a text table, whatever separates them; [] where nothing does."""
    line = line.strip().lstrip("\ufeff")
    mark = max(",;\t|", key=line.count)
    return [clean_name(cell) for cell in split_row(line, mark)] if mark in line else []


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
    texts = 0
    for at in filled:
        cell = cells[at].strip()
        value = number(cell)
        if value is None and cell:
            value = _odd_number(cell)
        if value is not None:
            index.append(at)
            values.append(value)
        elif cell not in _BLANKS:
            texts += 1
    if texts > _TEXT_SHARE * (texts + len(values)):
        return None
    return Column(np.array(values, dtype=float), np.array(index, dtype=np.int64))


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
    return Column(values, np.concatenate(index))


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
