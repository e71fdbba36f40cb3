"""The cells of an Excel workbook (`.xlsx`) as plain values, read by openpyxl within limits.

openpyxl is imported when a workbook is opened: runs without one start without it.
"""

from __future__ import annotations

import io
import warnings
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time
from itertools import islice
from pathlib import Path
from typing import Any

from mladvisor.errors import ReadError

Cell = str | float
MAX_UNPACKED = 64_000_000
"""Bytes of all parts of a workbook, unpacked: openpyxl holds its texts, and one row at a time, in memory."""
MAX_ROWS, MAX_COLUMNS, MAX_SHEETS = 5_000, 200, 12
MAX_TITLES = 20
"""Rows that may stand above the head of a table."""
_MOST_PACKED = 100
"""Times that a part grows when it is unpacked: sheets of equal cells come to 50, a zip made to fill memory to 1,000."""
_SMALL = 1_000_000
"""Bytes of a part that may be packed as tightly as it likes."""
_MOST_EXACT = 2**53
"""Whole numbers beyond it are numbers as Excel keeps them: it counts in doubles."""


def sheets(source: Path | bytes, file: str = "") -> Iterator[tuple[str, list[list[Cell]]]]:
    """(name, rows of cells) of each sheet; "" for an empty cell, nothing after the last full one of a row.

    Args:
        source: the workbook, or where it lies.
        file: how to call it in a message.

    Raises:
        ReadError: it is no workbook, or a larger one than is read.
    """
    stream = io.BytesIO(source) if isinstance(source, bytes) else source
    try:
        _check(stream, file)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of styles and extensions that openpyxl does not know
            from openpyxl import load_workbook

            book = load_workbook(stream, read_only=True, data_only=True, keep_links=False)
    except ReadError:
        raise
    except Exception as error:  # whatever openpyxl stumbles over in a broken file
        raise _unreadable(error, file) from None
    try:
        for sheet in book.worksheets[:MAX_SHEETS]:
            yield sheet.title, _rows(sheet, file)
    finally:
        book.close()


def _check(stream: Path | io.BytesIO, file: str) -> None:
    """Raises ReadError for what unpacks to more than is read. A part never gives more bytes than the zip says of it."""
    with zipfile.ZipFile(stream) as packed:
        parts = [one for one in packed.infolist() if one.filename.endswith((".xml", ".rels"))]
    if sum(one.file_size for one in parts) > MAX_UNPACKED:
        raise ReadError(f"unpacks to more than {MAX_UNPACKED // 1_000_000} MB; save its table as CSV", file=file)
    if any(one.file_size > max(_SMALL, _MOST_PACKED * one.compress_size) for one in parts):
        raise ReadError("is packed more tightly than any workbook, and is not opened", file=file)


def _rows(sheet: Any, file: str) -> list[list[Cell]]:
    """The first rows of a sheet. What the sheet says of its size is not believed: programs write it wrongly."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            sheet.reset_dimensions()
            found = islice(sheet.iter_rows(values_only=True), MAX_ROWS)
            return [_trimmed([_cell(value) for value in row[:MAX_COLUMNS]]) for row in found]
    except Exception as error:
        raise _unreadable(error, file) from None


def _unreadable(error: Exception, file: str) -> ReadError:
    return ReadError(f"is no workbook that can be read ({type(error).__name__})", file=file)


def _cell(value: object) -> Cell:
    """A plain value: a date and a time as text, a formula as the value that was kept of it."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, datetime) and value.time() == time():
        return value.date().isoformat()
    if isinstance(value, datetime):
        return value.isoformat(sep=" ")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, int):  # yes and no are among them
        return value if abs(value) < _MOST_EXACT else float(value)
    return value if isinstance(value, float) else str(value)


def _trimmed(row: list[Cell]) -> list[Cell]:
    while row and row[-1] == "":
        row.pop()
    return row


def tables(source: Path | bytes, file: str = "") -> Iterator[tuple[str, list[str], list[list[Cell]]]]:
    """(sheet, head, rows) of each sheet: the head is the first row whose cells are all words; titles stand above it.

    Its first cell may be blank, as pandas leaves it above the numbers of rows; it is called as pandas calls it.
    """
    for name, rows in sheets(source, file):
        for at, row in enumerate(rows[: MAX_TITLES + 1]):
            head = [cell for cell in row if isinstance(cell, str) and cell]
            if len(head) > 1 and len(head) == len(row) - (row[0] == ""):
                head = head if len(head) == len(row) else ["Unnamed: 0", *head]
                yield name, head, [[*one, *[""] * (len(head) - len(one))][: len(head)] for one in rows[at + 1 :] if one]
                break
