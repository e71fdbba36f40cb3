"""Tables in other formats than text and Parquet: Feather, Weka's ARFF, LIBSVM, a database of SQLite. As data frames."""

from __future__ import annotations

import csv
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mladvisor.errors import ReadError
from mladvisor.runs.arff import attributes_in, is_data_line
from mladvisor.tables.form import short

if TYPE_CHECKING:
    import pandas as pd

SUFFIXES = (".feather", ".arff", ".libsvm", ".svmlight", ".db", ".sqlite", ".sqlite3")
_BYTES_PER_CELL = 10
_MOST_SPARSE = 2_000
"""Columns of a sparse table that is spread out."""


def read_format(path: Path, name: str, file: str, most_bytes: int) -> tuple[pd.DataFrame, float]:
    """The table, and the share of it that was read. Raises ReadError."""
    suffix = path.suffix.lower()
    if suffix == ".feather":
        return _feather(path, file)
    if suffix == ".arff":
        return _arff(path, file, most_bytes)
    if suffix in (".libsvm", ".svmlight"):
        return _sparse(path, file, most_bytes)
    return _database(path, name, file, most_bytes)


def _feather(path: Path, file: str) -> tuple[pd.DataFrame, float]:
    try:
        from pyarrow.feather import read_table

        return read_table(path, memory_map=False).to_pandas(), 1.0
    except ImportError:
        raise ReadError('is Feather: `pip install pyarrow` (or "mladvisor[tables]") to read it', file=file) from None
    except Exception as error:
        raise ReadError(f"is no Feather table that can be read ({short(error)})", file=file) from None


def _start(path: Path, most_bytes: int) -> tuple[list[str], float]:
    """The first lines of a text, without one that is cut, and the share of the file that they are."""
    size = path.stat().st_size
    with path.open("rb") as stream:
        text = stream.read(most_bytes)
    lines = text.decode("utf-8", "replace").splitlines()
    return (lines, 1.0) if size <= most_bytes else (lines[:-1], most_bytes / size)


def _arff(path: Path, file: str, most_bytes: int) -> tuple[pd.DataFrame, float]:
    import pandas as pd

    lines, share = _start(path, most_bytes)
    names = attributes_in(lines)
    start = next((at + 1 for at, line in enumerate(lines) if line.strip().lower() == "@data"), None)
    if not names or start is None:
        raise ReadError("is no table of Weka: it names no attributes, or holds no @data", file=file)
    rows = [line for line in lines[start:] if is_data_line(line)]
    if any(line.lstrip().startswith("{") for line in rows[:20]):
        raise ReadError("is a sparse table of Weka, which is not read", file=file)
    cells = [row for row in csv.reader(rows, quotechar="'", skipinitialspace=True) if len(row) == len(names)]
    frame = pd.DataFrame(cells, columns=[name for name, _ in names]).replace("?", None)
    for name, numeric in names:
        if numeric:
            frame[name] = pd.to_numeric(frame[name], errors="coerce")
    return frame, share


_PAIR = re.compile(r"(\d{1,7}):(\S{1,40})")


def _sparse(path: Path, file: str, most_bytes: int) -> tuple[pd.DataFrame, float]:
    """A label and pairs of a column and its value; what is left out is zero."""
    import numpy as np
    import pandas as pd

    lines, share = _start(path, most_bytes)
    try:
        rows = [
            (float(line.split(None, 1)[0]), {int(place): float(value) for place, value in _PAIR.findall(line)})
            for line in (each.partition("#")[0] for each in lines)
            if line.strip()
        ]
    except ValueError as error:
        raise ReadError(f"is no table of LIBSVM that can be read ({short(error)})", file=file) from None
    width = max((max(pairs, default=0) for _, pairs in rows), default=0)
    if not 0 < width <= _MOST_SPARSE:
        raise ReadError(f"has {width:,} columns; of a sparse table at most {_MOST_SPARSE:,} are read", file=file)
    values = np.zeros((len(rows), width + 1))
    for at, (label, pairs) in enumerate(rows):
        values[at, 0] = label
        for place, value in pairs.items():
            values[at, place] = value
    return pd.DataFrame(values, columns=["label", *(f"x{place}" for place in range(1, width + 1))]), share


def _database(path: Path, name: str, file: str, most_bytes: int) -> tuple[pd.DataFrame, float]:
    import sqlite3

    import pandas as pd

    from mladvisor.runs.tables_within import opened_database, quoted, table_for

    table = table_for(path, name)
    if table is None:
        raise ReadError(f"is a database without a table for {name}", file=file)
    try:
        connection = opened_database(path)
        try:
            found: Any = connection.execute(f"select * from {quoted(table)} limit 0")
            columns = [each[0] for each in found.description]
            most = max(1, most_bytes // (_BYTES_PER_CELL * max(1, len(columns))))
            rows = connection.execute(f"select * from {quoted(table)} limit {most + 1}").fetchall()
        finally:
            connection.close()
    except (sqlite3.Error, ValueError) as error:
        raise ReadError(f"is no database that can be read ({short(error)})", file=file) from None
    frame = pd.DataFrame(rows[:most], columns=columns)
    return frame, 1.0 if len(rows) <= most else 0.5  # how many there are is not counted
