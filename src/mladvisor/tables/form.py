"""How the text of a table is written: encoding, separator, decimal mark, and the lines above its header."""

from __future__ import annotations

import csv
import gzip
import re
import zlib
from pathlib import Path
from typing import BinaryIO, NamedTuple

from mladvisor.errors import ReadError
from mladvisor.runs.readers.sheet import mark_in

MAX_LINE = 4_000_000
"""Bytes of one line: 20,000 columns of 200 letters."""
HEAD = 65_536
FEW_NULLS = 0.01
"""Share of zero bytes up to which a text is a damaged text; above it is no text."""
SHOWN = 50
"""Lines that are looked at to tell the separator and the decimal mark."""
MOST_COMMENTS = 100

_COMMA = re.compile(r"[+-]?(?:\d+|\d{1,3}(?:\.\d{3})+),\d+$")
_POINT = re.compile(r"[+-]?\d*\.\d+$")


class Form(NamedTuple):
    """How a text file is written.

    Attributes:
        header: the column names.
        separator: between cells, as `pandas.read_csv` takes it.
        encoding: of the bytes.
        skip: lines of comments above the header.
        decimal: "," or ".".
        nulls: whether zero bytes stand within the text.
        in_lines: whether the start of a line can be found from anywhere within the file.
    """

    header: list[str]
    separator: str
    encoding: str
    skip: int = 0
    decimal: str = "."
    nulls: bool = False
    in_lines: bool = True


def form_of(path: Path, file: str) -> Form:
    """How a text file is written, judged by its first lines. Raises ReadError where it is no table."""
    try:
        with opened(path) as stream:
            start = stream.readline(MAX_LINE)
            head = start + stream.read(HEAD)
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise ReadError(f"cannot be unpacked ({short(error)})", file=file) from None
    if head.startswith(b"version https://git-lfs"):
        raise ReadError("is only a pointer of Git LFS; fetch the table itself with `git lfs pull`", file=file)
    if head.lstrip()[:14].lower().startswith((b"<!doctype html", b"<html")):
        raise ReadError("is a web page, no table", file=file)
    encoding, nulls = _encoding(head)
    if not encoding:
        raise ReadError("is binary, no table", file=file)
    wide = encoding.startswith("utf-16")
    text = head.decode(encoding, errors="replace").replace("\0", "")
    lines = re.split(r"\r\n|\n|\r", text)
    if len(start) >= MAX_LINE and len(lines[0]) >= MAX_LINE // 2:
        raise ReadError(f"its first line has more than {MAX_LINE:,} characters", file=file)
    if len(lines) > 1:
        lines = lines[:-1]  # the last one may be cut
    skip = _comments(lines)
    lines = lines[skip:]
    separator = _separator(lines)
    delimiter = " " if separator == r"\s+" else separator
    header = [column.strip() for column in _cells(lines[0], delimiter, file)]
    decimal = _decimal(lines[1 : SHOWN + 1], delimiter) if separator in (";", "\t", "|", r"\s+") else "."
    alone = b"\n" not in head and b"\r" in head
    return Form(header, separator, encoding, skip, decimal, nulls, not (wide or alone))


def _encoding(head: bytes) -> tuple[str, bool]:
    """(the encoding, "" for no text; whether zero bytes stand within it).

    UTF-8, Windows' Latin-1 when the first bytes are no UTF-8, or UTF-16, with or without its mark.
    """
    if head[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return "utf-16", False
    marked = head.startswith(b"\xef\xbb\xbf")
    zeros = head.count(b"\0")
    if zeros > FEW_NULLS * len(head):
        even, odd = head[::2].count(b"\0"), head[1::2].count(b"\0")
        if max(even, odd) < 0.8 * len(head) / 2 or min(even, odd) > 0.05 * len(head):
            return "", False
        return ("utf-16-le" if odd > even else "utf-16-be"), False
    if zeros and not _legible(head):
        return "", False
    try:
        head[: max(head.rfind(b"\n"), head.rfind(b"\r")) + 1].decode("utf-8")
    except UnicodeDecodeError:
        return "cp1252", zeros > 0
    return ("utf-8-sig" if marked else "utf-8"), zeros > 0


def _legible(head: bytes) -> bool:
    """Nearly no control characters but those of lines and tabs."""
    odd = sum(head.count(bytes((code,))) for code in range(1, 32) if code not in (9, 10, 13))
    return odd <= FEW_NULLS * len(head)


def _comments(lines: list[str]) -> int:
    """Lines that start with # above the header; a header whose first name starts so is none of them."""
    count = 0
    while count < min(len(lines) - 1, MOST_COMMENTS) and lines[count].startswith("#"):
        count += 1
    if count == 0 or count == len(lines):
        return 0
    last, first = lines[count - 1], lines[count]
    alike = any(last.count(mark) == first.count(mark) > 0 for mark in "\t,;|")
    return count - 1 if alike else count


def _separator(lines: list[str]) -> str:
    """The commonest of tab, comma, semicolon and bar in the header; blanks where there is none and all lines agree."""
    if mark := mark_in(lines[0]):
        return mark
    try:
        widths = {len(_split(line, " ")) for line in lines[:SHOWN] if line.strip()}
    except csv.Error:
        return ","
    return r"\s+" if len(lines) > 2 and len(widths) == 1 and widths.pop() > 1 else ","


def _decimal(lines: list[str], delimiter: str) -> str:
    """A comma where cells such as 3,14 stand and none such as 3.14."""
    try:
        cells = [cell.strip() for line in lines for cell in _split(line, delimiter)]
    except csv.Error:
        return "."
    commas = sum(_COMMA.match(cell) is not None for cell in cells if len(cell) < 40)
    return "," if commas and not any(_POINT.match(cell) for cell in cells if len(cell) < 40) else "."


def _cells(line: str, delimiter: str, file: str) -> list[str]:
    try:
        return _split(line, delimiter)
    except csv.Error as error:
        raise ReadError(f"its header cannot be read ({error})", file=file) from None


def _split(line: str, delimiter: str) -> list[str]:
    before = csv.field_size_limit(MAX_LINE)
    try:
        return next(csv.reader([line.strip(" ")], delimiter=delimiter, skipinitialspace=True), [])
    finally:
        csv.field_size_limit(before)  # of the whole process: what else is read must not hang on what was read before


def is_number(cell: str) -> bool:
    """Whether a cell is a number; "18_24" is none, though Python reads 1824."""
    try:
        float(cell)
    except ValueError:
        return False
    return "_" not in cell


def opened(path: Path) -> BinaryIO:
    """The bytes of a file, unpacked where its name ends in .gz."""
    return gzip.open(path, "rb") if path.suffix.lower() == ".gz" else path.open("rb")  # type: ignore[return-value]


def short(error: BaseException) -> str:
    """What an error says, on one line of bounded length."""
    return str(error).replace("\n", " ")[:160]
