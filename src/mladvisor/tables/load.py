"""A CSV, TSV or Parquet file as a `Table`. Bounded in size; whatever is odd about the file becomes a note."""

from __future__ import annotations

import csv
import gzip
import io
import warnings
import zlib
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from mladvisor.errors import ReadError
from mladvisor.tables.kinds import nested_columns
from mladvisor.tables.table import Table

if TYPE_CHECKING:
    import pandas as pd

MAX_COLUMNS = 20_000
MAX_LINE = 4_000_000
"""Bytes of one line: 20,000 columns of 200 letters."""
PIECES = 64
"""A file that is too large for the budget is read in so many pieces, spread evenly over it."""
HEAD = 65_536
BYTES_PER_CELL = 10
"""What a cell of a usual table takes as text: budgets are counted in bytes of text."""


def read_table(path: Path, name: str, file: str, *, most_bytes: int) -> Table:
    """The table in a file.

    Args:
        path: where it lies.
        name: what it is in the run ("train").
        file: how to call it in a sentence.
        most_bytes: of a larger text file only pieces are read, spread evenly over it.

    Raises:
        ReadError: it is no table, or a library for its format is missing; the message says which.
    """
    if path.suffix.lower() == ".parquet":
        return _read_parquet(path, name, file, most_bytes)
    return _read_text(path, name, file, most_bytes)


def size_of(path: Path) -> int:
    """Bytes of a table as text: of a compressed one what its cells come to, as far as the file says."""
    size = path.stat().st_size
    if path.suffix.lower() == ".gz":
        with path.open("rb") as stream:
            stream.seek(max(0, size - 4))
            return max(size, int.from_bytes(stream.read(4), "little"))
    if path.suffix.lower() == ".parquet":
        from mladvisor.tables.parquet import cells_of

        return BYTES_PER_CELL * cells_of(path) or size
    return size


def _read_parquet(path: Path, name: str, file: str, most_bytes: int) -> Table:
    import pandas as pd

    from mladvisor.tables.parquet import read_parquet

    try:
        frame, share = read_parquet(path, most_cells=max(1, most_bytes // BYTES_PER_CELL), pieces=PIECES)
    except ImportError:
        raise ReadError('is Parquet: `pip install pyarrow` (or "mladvisor[tables]") to read it', file=file) from None
    except Exception as error:
        raise ReadError(f"is no Parquet table that can be read ({_short(error)})", file=file) from None
    if len(frame.columns) > MAX_COLUMNS:
        raise ReadError(f"has {len(frame.columns):,} columns; at most {MAX_COLUMNS:,} are read", file=file)
    if isinstance(frame.index, pd.RangeIndex) is False and frame.index.names != [None]:
        frame = frame.reset_index()
    frame, doubles = _distinct(frame.reset_index(drop=True))
    for column in frame.columns[[kind.kind == "m" for kind in frame.dtypes]]:  # durations count in seconds
        frame[column] = frame[column].dt.total_seconds()
    return _table(frame, name, file, doubles, share=share, size=path.stat().st_size)


def _read_text(path: Path, name: str, file: str, most_bytes: int) -> Table:
    import pandas as pd

    if path.stat().st_size == 0:
        raise ReadError("is empty", file=file)
    size = size_of(path)
    header, separator, encoding = _header(path, file)
    if len(header) > MAX_COLUMNS:
        raise ReadError(f"has {len(header):,} columns; at most {MAX_COLUMNS:,} are read", file=file)
    bare = len(header) > 1 and all(_is_number(cell) for cell in header)
    if bare:  # the first line is a row: the table has no header
        header = [f"column_{number}" for number in range(1, len(header) + 1)]
    source: Any = path
    share = 1.0
    if size > most_bytes:
        source, share = _pieces(path, size, most_bytes), most_bytes / size
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            frame = pd.read_csv(
                source,
                sep=separator,
                header=None if bare else 0,
                names=header if bare else None,
                encoding=encoding,
                encoding_errors="replace",
                low_memory=False,
                on_bad_lines="warn" if share == 1.0 else "skip",
                index_col=False,
                skipinitialspace=True,
            )
        except pd.errors.EmptyDataError:
            raise ReadError("holds no header", file=file) from None
        except (EOFError, gzip.BadGzipFile, zlib.error) as error:
            raise ReadError(f"cannot be unpacked ({_short(error)})", file=file) from None
        except (pd.errors.ParserError, ValueError, MemoryError) as error:
            raise ReadError(f"is no table that can be read ({_short(error)})", file=file) from None
    said = [str(warning.message) for warning in caught]
    bad = sum(text.count("Skipping line") for text in said) + any("Length of header" in text for text in said)
    doubles = (
        tuple(dict.fromkeys(column for column in header if column and header.count(column) > 1))
        if len(set(header)) < len(header)
        else ()
    )
    frame.columns = [str(column) for column in frame.columns]
    table = _table(frame, name, file, doubles, bad=bad, share=share, size=size)
    if bare:
        table.notes.append(
            f"{file}: its first line holds numbers only, so its columns are called column_1, column_2 ..."
        )
    return table


def _table(
    frame: pd.DataFrame,
    name: str,
    file: str,
    doubles: tuple[str, ...],
    *,
    bad: int = 0,
    share: float = 1.0,
    size: int = 0,
) -> Table:
    notes = []
    if doubles:
        shown = ", ".join(f'"{column[:60]}"' for column in doubles[:3])
        notes.append(f"{file}: {len(doubles)} column name(s) stand in the header more than once ({shown})")
    if bad:
        notes.append(f"{file}: {bad:,} line(s) have more cells than the header and were left out")
    if share < 1.0:
        notes.append(
            f"{file}: of {size / 1e6:,.0f} MB, {share:.0%} were read, in {PIECES} pieces spread evenly over the file "
            "(a larger --budget reads more)"
        )
    if not len(frame):
        notes.append(f"{file}: has a header and no rows")
    elif len(frame) == 1:
        notes.append(f"{file}: has a single row")
    nested = nested_columns(frame)
    if nested:
        shown = ", ".join(column[:60] for column in nested[:3]) + (" ..." if len(nested) > 3 else "")
        notes.append(f"{file}: {len(nested)} column(s) hold lists or structures, which are not looked into ({shown})")
    return Table(name, file, frame, share=share, notes=notes, duplicate_names=doubles, bad_lines=bad)


def _header(path: Path, file: str) -> tuple[list[str], str, str]:
    """Column names, separator and encoding, from the first line."""
    try:
        with _opened(path) as stream:
            start = stream.readline(MAX_LINE)
            head = start + stream.read(HEAD)
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise ReadError(f"cannot be unpacked ({_short(error)})", file=file) from None
    if head.startswith(b"version https://git-lfs"):
        raise ReadError("is only a pointer of Git LFS; fetch the table itself with `git lfs pull`", file=file)
    if head.lstrip()[:14].lower().startswith((b"<!doctype html", b"<html")):
        raise ReadError("is a web page, no table", file=file)
    if head[:2] in (b"\xff\xfe", b"\xfe\xff"):
        encoding = "utf-16"
        first = head.decode("utf-16", errors="replace").split("\n", 1)[0]
    else:
        if b"\0" in head:
            raise ReadError("is binary, no table", file=file)
        encoding = "utf-8-sig" if head.startswith(b"\xef\xbb\xbf") else _encoding(head)
        first = start.decode(encoding, errors="replace")
    if len(start) >= MAX_LINE and not start.endswith(b"\n"):
        raise ReadError(f"its first line has more than {MAX_LINE:,} characters", file=file)
    counts = {mark: first.count(mark) for mark in ("\t", ",", ";", "|")}
    separator = max(counts, key=lambda mark: counts[mark]) if any(counts.values()) else ","
    try:
        csv.field_size_limit(MAX_LINE)
        header = next(csv.reader([first.rstrip("\r\n")], delimiter=separator), [])
    except csv.Error as error:
        raise ReadError(f"its header cannot be read ({error})", file=file) from None
    return [column.strip() for column in header], separator, encoding


def _encoding(head: bytes) -> str:
    """UTF-8, or Windows' Latin-1 when the first bytes are no UTF-8."""
    try:
        head[: head.rfind(b"\n") + 1].decode("utf-8")
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8"


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True


def _pieces(path: Path, size: int, most_bytes: int) -> io.BytesIO:
    """The header and evenly spaced pieces of a text file, each from the start of a line to the end of one."""
    each = max(1, most_bytes // PIECES)
    joined = io.BytesIO()
    with _opened(path) as stream:
        joined.write(stream.readline(MAX_LINE))
        first = stream.tell()
        for piece in range(PIECES):
            start = first + (size - first) * piece // PIECES
            stream.seek(start)
            if piece:
                stream.readline(MAX_LINE)
            joined.write(stream.read(each))
            rest = stream.readline(MAX_LINE)
            joined.write(rest if rest.endswith(b"\n") else rest + b"\n")
    joined.seek(0)
    return joined


def _opened(path: Path) -> BinaryIO:
    return gzip.open(path, "rb") if path.suffix.lower() == ".gz" else path.open("rb")  # type: ignore[return-value]


def _distinct(frame: pd.DataFrame) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """Distinct text names for the columns, and the names that stood there more than once."""
    names = [str(column) for column in frame.columns]
    seen: dict[str, int] = {}
    new = []
    for name in names:
        count = seen.get(name, 0)
        seen[name] = count + 1
        new.append(f"{name}.{count}" if count else name)
    frame.columns = new
    return frame, tuple(name for name, count in seen.items() if count > 1)


def _short(error: BaseException) -> str:
    return str(error).replace("\n", " ")[:160]
