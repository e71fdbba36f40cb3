"""The cells of an Excel workbook (`.xlsx`), without a library for it: a zip of XML, of which small sheets are read.

XML is read with regular expressions, as a parser would expand entities. What a cell shows (its format) is not looked
at: a date is the number of its day, which counts as well as a date does.
"""

from __future__ import annotations

import html
import io
import re
import zipfile
import zlib
from collections.abc import Iterator

from mladvisor.errors import ReadError

Cell = str | float
MAX_PART = 4_000_000
"""Bytes of one part of the workbook, unpacked."""
MAX_ROWS, MAX_COLUMNS, MAX_SHEETS = 5_000, 200, 12

_SHEET = re.compile(r"<sheet\b[^>]*?\bname=\"([^\"]*)\"[^>]*?r:id=\"([^\"]*)\"")
_RELATION = re.compile(r"<Relationship\b[^>]*>")
_ROW = re.compile(r"<row\b[^>]*?(?:/>|>(.*?)</row>)", re.DOTALL)
_CELL = re.compile(r"<c\b([^>]*?)(?:/>|>(.*?)</c>)", re.DOTALL)
_ATTRIBUTE = re.compile(r"(\w+)=\"([^\"]*)\"")
_VALUE = re.compile(r"<v>(.*?)</v>", re.DOTALL)
_TEXT = re.compile(r"<t\b[^>]*>(.*?)</t>", re.DOTALL)
_SHARED = re.compile(r"<si\b[^>]*?(?:/>|>(.*?)</si>)", re.DOTALL)


def sheets(data: bytes) -> Iterator[tuple[str, list[list[Cell]]]]:
    """(name, rows of cells) of each sheet; "" for an empty cell. Raises ReadError for what is no workbook."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as book:
            shared = [_plain(one) for one in _SHARED.findall(_part(book, "xl/sharedStrings.xml"))]
            for name, part in _parts(book)[:MAX_SHEETS]:
                yield name, _rows(_part(book, part), shared)
    except (zipfile.BadZipFile, KeyError, OSError, ValueError, zlib.error, NotImplementedError, RuntimeError) as error:
        raise ReadError(f"is no workbook that can be read ({type(error).__name__})") from None


def _part(book: zipfile.ZipFile, name: str) -> str:
    """The text of one part, "" without it; of a large one its start."""
    if name not in book.namelist():
        return ""
    with book.open(name) as stream:
        return stream.read(MAX_PART).decode("utf-8", "replace")


def _parts(book: zipfile.ZipFile) -> list[tuple[str, str]]:
    """(name of a sheet, the part that holds it), in the order of the workbook."""
    targets: dict[str, str] = {}
    for relation in _RELATION.findall(_part(book, "xl/_rels/workbook.xml.rels")):
        told = dict(_ATTRIBUTE.findall(relation))
        target = told.get("Target", "")
        targets[told.get("Id", "")] = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
    named = _SHEET.findall(_part(book, "xl/workbook.xml"))
    return [(html.unescape(name), targets[key]) for name, key in named if key in targets]


def _rows(text: str, shared: list[str]) -> list[list[Cell]]:
    found: list[list[Cell]] = []
    for inner in _ROW.findall(text)[:MAX_ROWS]:
        cells: list[Cell] = []
        for attributes, content in _CELL.findall(inner):
            told = dict(_ATTRIBUTE.findall(attributes))
            at = _column(told.get("r", "")) if "r" in told else len(cells)
            if at >= MAX_COLUMNS:
                break
            cells += [""] * (at + 1 - len(cells))
            cells[at] = _cell(told.get("t", "n"), content, shared)
        found.append(cells)
    return found


def _cell(kind: str, content: str, shared: list[str]) -> Cell:
    if kind == "inlineStr":
        return _plain(content)
    value = _VALUE.search(content)
    if value is None:
        return ""
    text = html.unescape(value[1])
    if kind == "s":
        return shared[int(text)] if text.isdecimal() and int(text) < len(shared) else ""
    if kind in ("str", "e", "b", "d"):
        return text
    try:
        return float(text)
    except ValueError:
        return text


def _plain(content: str) -> str:
    return html.unescape("".join(_TEXT.findall(content))).strip()


def _column(reference: str) -> int:
    """ "A7" -> 0, "AB3" -> 27."""
    number = 0
    for letter in reference:
        if not letter.isalpha():
            break
        number = 26 * number + ord(letter.upper()) - ord("A") + 1
    return max(0, number - 1)


def tables(data: bytes) -> Iterator[tuple[str, list[str], list[list[Cell]]]]:
    """(sheet, head, rows) of each sheet: the head is the first row whose cells are all words; titles stand above it."""
    for name, rows in sheets(data):
        for at, row in enumerate(rows[:20]):
            filled = [cell for cell in row if cell != ""]
            if len(filled) > 1 and all(isinstance(cell, str) for cell in filled) and len(filled) == len(row):
                body = [[*one, *[""] * (len(row) - len(one))][: len(row)] for one in rows[at + 1 :] if any(one)]
                yield name, [str(cell) for cell in row], body
                break
