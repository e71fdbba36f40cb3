"""Logs in files that are no text: tables in columns, saved arrays, YAML, compressed text.

`Packed` is a `Candidate` whose bytes are the same log as text: CSV of a Parquet or Feather table, and of lists of one
length in arrays or YAML; JSON of any other YAML; the text within a compressed file. So every reader of text reads it,
and nothing else need know. A pickle may run code: none is opened, and it is told what to save instead.
"""

from __future__ import annotations

import bz2
import csv
import gzip
import importlib
import io
import json
import lzma
import zipfile
import zlib
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any, NoReturn

import numpy as np

from mladvisor.errors import ReadError
from mladvisor.runs.log_names import packed_as
from mladvisor.runs.readers.base import Candidate
from mladvisor.runs.readers.decoding import decode, in_units
from mladvisor.runs.roles import Columns, default_columns

MAX_PACKED = 64 * 1024 * 1024
MAX_COLUMNAR = 8 * 1024 * 1024  # as packed as columns are
MAX_UNPACKED = 256 * 1024 * 1024
_MOST_KEYS = 2_000
_ZIP = b"PK"
_NUMPY = b"\x93NUMPY"
_ROWS = 2  # from which on lists are columns
_INSTEAD = "save the numbers as JSON or CSV"
_CALLED = {
    "parquet": "Parquet",
    "feather": "Feather",
    "arrays": "arrays of numpy",
    "yaml": "YAML",
    "workbook": "a workbook",
}
_PANDAS_INDEX = "__index_level_"  # rows that were only counted


class Packed(Candidate):
    """A packed log as text; `path`, `rel` and `mtime` are those of the file, `size` is that of the text."""

    __slots__ = ("_data",)

    def __init__(self, path: str, rel: str, size: int = -1, mtime: float = 0.0, columns: Columns | None = None) -> None:
        """Raises ReadError when it is a pickle, cannot be unpacked, or is too large."""
        super().__init__(path, rel, size, mtime, columns)
        self._data = _unpacked(path, rel, self.size, self.mtime)
        self.size = len(self._data)

    def read_from(self, start: int, count: int) -> bytes:
        """At most `count` bytes of the text from the byte `start`."""
        start = max(0, start)
        return self._data[start : start + count]


@lru_cache(maxsize=2)
def _unpacked(path: str, rel: str, size: int, mtime: float) -> bytes:
    """The text; kept, for a file is sniffed by several readers of a batch, and then read."""
    file = Candidate(path, rel, size, mtime)
    kind = packed_as(file.name) or ""
    most = MAX_COLUMNAR if kind in ("parquet", "feather", "workbook") else MAX_PACKED
    if size > most:
        raise ReadError(f"is {in_units(size)} large; no packed log over {in_units(most)} is read", file=rel)
    try:
        return _UNPACK[kind](file.read_bytes(MAX_PACKED), rel)
    except ReadError:
        raise
    except ImportError:
        what = _CALLED[kind]
        raise ReadError(f'is {what}: `pip install pyarrow` (or "mladvisor[tables]") to read it', file=rel) from None
    except MemoryError:
        raise ReadError("needs more memory than there is", file=rel) from None
    except Exception as error:  # whatever a library says of a broken file
        said = (str(error).splitlines() or [kind])[0][:80]
        raise ReadError(f"cannot be read as {_CALLED[kind]} ({said}): {_INSTEAD}", file=rel) from None


def _compressed(opener: Callable[[io.BytesIO], Any]) -> Callable[[bytes, str], bytes]:
    def unpack(data: bytes, rel: str) -> bytes:
        try:
            with opener(io.BytesIO(data)) as stream:
                text: bytes = stream.read(MAX_UNPACKED + 1)
        except (OSError, EOFError, zlib.error, lzma.LZMAError) as error:
            said = str(error).rstrip(".")[:80]
            raise ReadError(
                f"is cut off, or not compressed at all ({said}): unpack what is there into a file of its own", file=rel
            ) from None
        _check_size(len(text), rel)
        return text

    return unpack


def _check_size(size: int, rel: str) -> None:
    if size > MAX_UNPACKED:
        raise ReadError(f"unpacks to over {in_units(MAX_UNPACKED)}; no log of that size is read", file=rel)


def _columnar(module: str) -> Callable[[bytes, str], bytes]:
    def unpack(data: bytes, rel: str) -> bytes:
        table = importlib.import_module(module).read_table(io.BytesIO(data))
        table = table.select([name for name in table.column_names if not name.startswith(_PANDAS_INDEX)])
        text = io.BytesIO()
        importlib.import_module("pyarrow.csv").write_csv(table, text)
        return text.getvalue()

    return unpack


def _arrays(data: bytes, rel: str) -> bytes:
    """An archive of arrays, one saved array of records, or one of numbers, which becomes a column without a name."""
    arrays = saved_arrays(data, rel)
    if data[:2] != _ZIP:
        values = arrays[""]
        if values is None:
            _pickle(data, rel)
        if values.ndim == 1 and values.dtype.kind in "fiu":  # np.save("train_loss.npy", losses): named by its file
            return "".join(f"{value!r}\n" for value in values.tolist()).encode()
        return _as_text({name: values[name] for name in values.dtype.names or ()})
    plain = {name: values for name, values in arrays.items() if values is not None}
    return _as_text(plain) if plain or not arrays else _pickle(data, rel)


def saved_arrays(data: bytes, rel: str) -> dict[str, np.ndarray | None]:
    """Name -> array of an archive, "" -> the only one of a file without names; None for objects, which are pickled.

    Raises ReadError where they unpack to too much, and of a broken file whatever numpy and zipfile raise.
    """
    if data[:2] != _ZIP:
        return {"": _array(data, rel)}
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        names = [name for name in archive.namelist() if name.endswith(".npy")][:_MOST_KEYS]
        _check_size(sum(archive.getinfo(name).file_size for name in names), rel)
        return {name.removesuffix(".npy"): _array(archive.read(name), rel) for name in names}


def _array(data: bytes, rel: str) -> np.ndarray | None:
    """None for an array of objects, which is a pickle."""
    if not data.startswith(_NUMPY):
        raise ReadError(f"does not begin as an array of numpy does: {_INSTEAD}", file=rel)
    try:
        return np.asarray(np.load(io.BytesIO(data), allow_pickle=False))
    except ValueError as error:
        if str(error).startswith("Object arrays"):
            return None
        raise


def _pickle(data: bytes, rel: str) -> NoReturn:
    """No pickle is opened: neither a history, nor an array of objects, nor a checkpoint."""
    raise ReadError(f"is a pickle, and none is opened, for that may run code: {_INSTEAD}", file=rel)


def _yaml(data: bytes, rel: str) -> bytes:
    from mladvisor import yaml_io

    try:
        content = yaml_io.load_lenient(decode(data))
    except yaml_io.YamlError as error:
        raise ReadError(f"cannot be read as YAML (line {error.line}: {error.message})", file=rel) from None
    return _as_text(content)


def _as_text(value: Any) -> bytes:
    """Lists of one length as a table, whose names stand in its first line however long the lists are; else JSON."""
    named = value if isinstance(value, Mapping) else {}
    columns = {str(name): column for name, each in named.items() if (column := _column(each)) is not None}
    lengths = {len(column) for column in columns.values()}
    if len(columns) < len(named) or len(lengths) != 1 or min(lengths) < _ROWS:
        return json.dumps(value, default=_column).encode()
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow(columns)
    table.writerows(zip(*columns.values(), strict=True))
    return text.getvalue().encode()


def _column(value: Any) -> list[Any] | None:
    """A list of single values; of an array of one dimension its values; None for what is no column."""
    if isinstance(value, np.ndarray):
        return value.tolist() if value.ndim == 1 else None
    if isinstance(value, list):
        return None if any(isinstance(each, list | dict) for each in value) else value
    return None


def _workbook(data: bytes, rel: str) -> bytes:
    from mladvisor.runs.workbook_parts import log_text

    return log_text(data, rel, default_columns())


_UNPACK: dict[str, Callable[[bytes, str], bytes]] = {
    "gzip": _compressed(lambda stream: gzip.GzipFile(fileobj=stream)),
    "bzip2": _compressed(bz2.BZ2File),
    "xz": _compressed(lzma.LZMAFile),
    "parquet": _columnar("pyarrow.parquet"),
    "feather": _columnar("pyarrow.feather"),
    "arrays": _arrays,
    "pickle": _pickle,
    "yaml": _yaml,
    "workbook": _workbook,
}
