"""A CSV, TSV, Parquet or numpy file as a `Table`. Bounded in size; whatever is odd about the file becomes a note."""

from __future__ import annotations

import codecs
import csv
import gzip
import io
import warnings
import zlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from mladvisor.errors import ReadError
from mladvisor.runs import workbook, workbook_parts
from mladvisor.runs.readers import Candidate
from mladvisor.runs.table_names import JSON_LINES
from mladvisor.runs.tabled import Tabled, as_cells
from mladvisor.runs.tables_within import DATABASES, split_of
from mladvisor.tables import formats
from mladvisor.tables.form import MAX_LINE, Form, form_of, is_number, opened, short
from mladvisor.tables.kinds import nested_columns
from mladvisor.tables.table import Table

if TYPE_CHECKING:
    import pandas as pd

MAX_COLUMNS = 20_000
_START = 64
_NO_TEXT = codecs.BOM_UTF8 + b" \t\r\n"
PIECES = 64
"""A file that is too large for the budget is read in so many pieces, spread evenly over it."""
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
    other = as_cells(Candidate(str(path), file))
    if isinstance(other, Tabled):
        return _read_tabled(other, name)
    if path.suffix.lower() == ".xlsx":
        return _read_workbook(path, name, file)
    if path.suffix.lower() in formats.SUFFIXES:
        frame, share = formats.read_format(path, name, file, most_bytes)
        if len(frame.columns) > MAX_COLUMNS:
            raise ReadError(f"has {len(frame.columns):,} columns; at most {MAX_COLUMNS:,} are read", file=file)
        frame, doubles = _distinct(frame)
        called = f"{file} [{name}]" if path.suffix.lower() in DATABASES else file
        return _table(frame, name, called, doubles, share=share, size=path.stat().st_size, how="from its start")
    if path.suffix.lower() in (".npz", ".npy"):
        from mladvisor.tables.arrays import read_arrays

        return read_arrays(path, name, file, most_bytes=most_bytes)
    if path.suffix.lower() in (*JSON_LINES, ".json"):
        return _read_lines(path, name, file, most_bytes)
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
        raise ReadError(f"is no Parquet table that can be read ({short(error)})", file=file) from None
    if len(frame.columns) > MAX_COLUMNS:
        raise ReadError(f"has {len(frame.columns):,} columns; at most {MAX_COLUMNS:,} are read", file=file)
    if isinstance(frame.index, pd.RangeIndex) is False and frame.index.names != [None]:
        frame = frame.reset_index()
    frame, doubles = _distinct(frame.reset_index(drop=True))
    for column in frame.columns[[kind.kind == "m" for kind in frame.dtypes]]:  # durations count in seconds
        frame[column] = frame[column].dt.total_seconds()
    return _table(frame, name, file, doubles, share=share, size=path.stat().st_size)


def _read_tabled(file: Tabled, name: str) -> Table:
    """A small table in another form, from its cells."""
    import pandas as pd

    frame, doubles = _distinct(pd.read_csv(io.BytesIO(file.read_bytes())))
    return _table(frame, name, file.rel, doubles, share=1.0, size=file.size)


def _read_workbook(path: Path, name: str, file: str) -> Table:
    """The sheet with a head that is such a table, or the first, as far as it is read."""
    import pandas as pd

    found = workbook_parts.sheet_for(name, path, file)
    if found is None:
        raise ReadError("is a workbook without a table", file=file)
    sheet, head, rows = found
    if split_of(sheet) == name:
        file = f"{file} [{sheet}]"
    frame, doubles = _distinct(
        pd.DataFrame([[None if cell == "" else cell for cell in row] for row in rows], columns=head)
    )
    frame = frame.infer_objects()
    cut = len(rows) >= workbook.MAX_ROWS - workbook.MAX_TITLES - 1  # what stands above the head is read as well
    share = 0.5 if cut else 1.0  # how many there are is not counted
    return _table(frame, name, file, doubles, share=share, size=path.stat().st_size, how="from its start")


def _read_lines(path: Path, name: str, file: str, most_bytes: int) -> Table:
    """JSON, a row a line or a list of rows; of a large file with lines the first ones."""
    import pandas as pd

    size = path.stat().st_size
    with path.open("rb") as stream:
        text = stream.read(most_bytes)
    torn = False
    try:
        if text[:_START].lstrip(_NO_TEXT)[:1] == b"[":
            if size > most_bytes:
                raise ReadError(f"is a list of {size / 1e6:,.0f} MB, more than is read at once", file=file)
            rows = msgspec.json.decode(text.removeprefix(codecs.BOM_UTF8), type=list[dict[str, Any]])
        else:
            whole = text if size <= most_bytes else text[: text.rfind(b"\n") + 1]
            rows, torn = _rows_of_lines(whole.removeprefix(codecs.BOM_UTF8), file)
    except (ValueError, RecursionError) as error:
        raise ReadError(f"is no table of JSON that can be read ({short(error)})", file=file) from None
    frame = pd.DataFrame(rows)
    if len(frame.columns) > MAX_COLUMNS:
        raise ReadError(f"has {len(frame.columns):,} columns; at most {MAX_COLUMNS:,} are read", file=file)
    frame, doubles = _distinct(frame)
    share = min(1.0, most_bytes / max(1, size))
    table = _table(frame, name, file, doubles, share=share, size=size, how="from its start")
    if torn:
        table.notes.append(f"{file}: its last line is cut off and was left out")
    return table


def _rows_of_lines(text: bytes, file: str) -> tuple[list[dict[str, Any]], bool]:
    """The row of each line, and whether the last one was cut off as it was written. Raises ReadError."""
    rows: list[dict[str, Any]] = []
    lines = text.splitlines()
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            rows.append(msgspec.json.decode(line, type=dict[str, Any]))
        except ValueError as error:
            if rows and number == len(lines) and not text.endswith(b"\n"):
                return rows, True
            raise ReadError(f"line {number} is no row of JSON ({short(error)})", file=file) from None
    return rows, False


def _read_text(path: Path, name: str, file: str, most_bytes: int) -> Table:
    import pandas as pd

    if path.stat().st_size == 0:
        raise ReadError("is empty", file=file)
    size = size_of(path)
    form = form_of(path, file)
    header = form.header
    if len(header) > MAX_COLUMNS:
        raise ReadError(f"has {len(header):,} columns; at most {MAX_COLUMNS:,} are read", file=file)
    bare = len(header) > 1 and all(is_number(cell) for cell in header) and not _counts(header)
    if bare:  # the first line is a row: the table has no header
        header = [f"column_{number}" for number in range(1, len(header) + 1)]
    share = min(1.0, most_bytes / size)
    notes: list[str] = []
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            frame = _parsed(path, form, header if bare else None, size=size, most_bytes=most_bytes, notes=notes)
        except pd.errors.EmptyDataError:
            raise ReadError("holds no header", file=file) from None
        except (EOFError, gzip.BadGzipFile, zlib.error) as error:
            raise ReadError(f"cannot be unpacked ({short(error)})", file=file) from None
        except (pd.errors.ParserError, ValueError, MemoryError) as error:
            raise ReadError(f"is no table that can be read ({short(error)})", file=file) from None
    if share < 1.0 and not form.in_lines:
        frame = frame.iloc[:-1]  # the last line was cut
    said = [str(warning.message) for warning in caught]
    bad = sum(text.count("Skipping line") for text in said) + any("Length of header" in text for text in said)
    doubles = (
        tuple(dict.fromkeys(column for column in header if column and header.count(column) > 1))
        if len(set(header)) < len(header)
        else ()
    )
    frame.columns = [str(column) for column in frame.columns]
    how = _SPREAD if form.in_lines else "from its start"
    table = _table(frame, name, file, doubles, bad=bad, share=share, size=size, how=how)
    table.notes.extend(f"{file}: {note}" for note in notes)
    if bare:
        table.notes.append(
            f"{file}: its first line holds numbers only, so its columns are called column_1, column_2 ..."
        )
    return table


_LEAST_COUNTED = 3


def _counts(header: list[str]) -> bool:
    """The names are 0, 1, 2 ... or 1, 2, 3 ...: so pandas calls the columns of an array, and no row of data begins."""
    first = header[0]
    return (
        len(header) >= _LEAST_COUNTED
        and first in ("0", "1")
        and header == [str(number) for number in range(int(first), int(first) + len(header))]
    )


_SPREAD = f"in {PIECES} pieces spread evenly over the file"


def _table(
    frame: pd.DataFrame,
    name: str,
    file: str,
    doubles: tuple[str, ...],
    *,
    bad: int = 0,
    share: float = 1.0,
    size: int = 0,
    how: str = _SPREAD,
) -> Table:
    notes = []
    if doubles:
        shown = ", ".join(f'"{column[:60]}"' for column in doubles[:3])
        notes.append(f"{file}: {len(doubles)} column name(s) stand in the header more than once ({shown})")
    if bad:
        notes.append(f"{file}: {bad:,} line(s) have more cells than the header and were left out")
    if share < 1.0:
        notes.append(f"{file}: of {size / 1e6:,.0f} MB, {share:.0%} were read, {how} (a larger --budget reads more)")
    if not len(frame):
        notes.append(f"{file}: has a header and no rows")
    elif len(frame) == 1:
        notes.append(f"{file}: has a single row")
    nested = nested_columns(frame)
    if nested:
        shown = ", ".join(column[:60] for column in nested[:3]) + (" ..." if len(nested) > 3 else "")
        notes.append(f"{file}: {len(nested)} column(s) hold lists or structures, which are not looked into ({shown})")
    return Table(name, file, frame, share=share, notes=notes, duplicate_names=doubles, bad_lines=bad)


def _parsed(
    path: Path, form: Form, names: list[str] | None, *, size: int, most_bytes: int, notes: list[str]
) -> pd.DataFrame:
    """The rows of a text file, of a large one those of its pieces; what was odd about the text is added to `notes`."""
    import pandas as pd

    source: Any = path
    if size > most_bytes:
        source = _pieces(path, size, most_bytes, form.skip) if form.in_lines else _beginning(path, most_bytes)
    elif form.nulls:
        with opened(path) as stream:
            source = io.BytesIO(stream.read().replace(b"\0", b""))
        notes.append("holds zero bytes within its text, which were left out")
    options: dict[str, Any] = {
        "sep": form.separator,
        "decimal": form.decimal,
        "skiprows": form.skip,
        "header": None if names else 0,
        "names": names,
        "encoding": form.encoding,
        "encoding_errors": "replace",
        "low_memory": False,
        "on_bad_lines": "warn" if size <= most_bytes else "skip",
        "index_col": False,
        "skipinitialspace": True,
    }
    try:
        return pd.read_csv(source, **options)
    except pd.errors.ParserError as error:
        if "EOF inside string" not in str(error):
            raise
    if hasattr(source, "seek"):
        source.seek(0)
    notes.append("a quotation mark opens and never closes, so quotation marks were taken for letters")
    return pd.read_csv(source, quoting=csv.QUOTE_NONE, **options)


def _pieces(path: Path, size: int, most_bytes: int, skip: int) -> io.BytesIO:
    """The header and evenly spaced pieces of a text file, each from the start of a line to the end of one."""
    each = max(1, most_bytes // PIECES)
    joined = io.BytesIO()
    with opened(path) as stream:
        for _ in range(skip + 1):
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


def _beginning(path: Path, most_bytes: int) -> io.BytesIO:
    """The first bytes of a file whose lines cannot be found from anywhere within it."""
    with opened(path) as stream:
        return io.BytesIO(stream.read(most_bytes // 2 * 2))


def _distinct(frame: pd.DataFrame) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """Distinct text names for the columns, and the names that stood there more than once."""
    names = [str(column) for column in frame.columns]
    seen: dict[str, int] = {}
    taken, new = set(names), []
    for name in names:
        count = seen.get(name, 0)
        seen[name] = count + 1
        called = name
        while count and called in taken:
            called, count = f"{name}.{count}", count + 1
        taken.add(called)
        new.append(called)
    frame.columns = new
    return frame, tuple(name for name, count in seen.items() if count > 1)
