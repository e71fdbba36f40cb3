"""Logs in files that are no text: tables in columns, saved arrays, pickled histories, compressed text.

`Packed` is a `Candidate` whose bytes are the same log as text: CSV of a Parquet or Feather table, and of lists of one
length in arrays, a pickled dictionary or YAML; JSON of any other; the text within a compressed file. So every reader of
text reads it, and nothing else need know. A pickle is a program; only numbers, texts, lists and dictionaries of it are
made, and nothing is called.
"""

from __future__ import annotations

import bz2
import csv
import gzip
import importlib
import io
import json
import lzma
import math
import pickle
import zipfile
import zlib
from collections.abc import Callable
from functools import lru_cache
from typing import Any

import numpy as np

from mladvisor.errors import ReadError
from mladvisor.runs.layout import packed_as
from mladvisor.runs.readers.base import Candidate
from mladvisor.runs.readers.decoding import in_units
from mladvisor.runs.roles import Columns

MAX_PACKED = 64 * 1024 * 1024
MAX_COLUMNAR = 8 * 1024 * 1024  # as packed as columns are
MAX_UNPACKED = 256 * 1024 * 1024
_MOST_NODES = 4_000_000  # numbers and names of an unpickled object: lists may hold one another many times
_MOST_KEYS = 2_000
_ROWS = 2  # from which on lists are columns
_INSTEAD = "save the numbers as JSON or CSV"
_CALLED = {
    "parquet": "Parquet", "feather": "Feather", "arrays": "arrays of numpy", "pickle": "a pickle", "yaml": "YAML",
}  # fmt: skip
# What a pickle of numbers names to be made: numpy's own arrays and scalars, and dictionaries that remember an order.
_HARMLESS = {
    ("collections", "OrderedDict"),
    *((f"numpy{core}.multiarray", name) for core in (".core", "._core") for name in ("_reconstruct", "scalar")),
    ("numpy", "ndarray"),
    ("numpy", "dtype"),
}


class Packed(Candidate):
    """A packed log as text; `path`, `rel` and `mtime` are those of the file, `size` is that of the text."""

    __slots__ = ("_data",)

    def __init__(self, path: str, rel: str, size: int = -1, mtime: float = 0.0, columns: Columns | None = None) -> None:
        """Raises ReadError when it cannot be unpacked, is too large, or holds more than numbers and names."""
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
    most = MAX_COLUMNAR if kind in ("parquet", "feather") else MAX_PACKED
    if size > most:
        raise ReadError(f"is {in_units(size)} large; no packed log over {in_units(most)} is read", file=rel)
    try:
        return _UNPACK[kind](file.read_bytes(MAX_PACKED), rel)
    except ReadError:
        raise
    except ImportError:
        raise ReadError(
            f'is {_CALLED[kind]}: `pip install pyarrow` (or "mladvisor[tables]") to read it', file=rel
        ) from None
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
        if len(text) > MAX_UNPACKED:
            raise ReadError(f"unpacks to over {in_units(MAX_UNPACKED)}; no log of that size is read", file=rel)
        return text

    return unpack


def _columnar(module: str, name: str) -> Callable[[bytes, str], bytes]:
    def unpack(data: bytes, rel: str) -> bytes:
        table = getattr(importlib.import_module(module), name)(io.BytesIO(data))
        frame = table.to_pandas()
        named = [level for level in frame.index.names if level is not None]  # pandas keeps the epoch as the index
        text: str = frame.to_csv(index=bool(named))
        return text.encode()

    return unpack


def _arrays(data: bytes, rel: str) -> bytes:
    """An archive of arrays; one saved array, of records or of a dictionary."""
    if data[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = [name for name in archive.namelist() if name.endswith(".npy")][:_MOST_KEYS]
            if sum(archive.getinfo(name).file_size for name in names) > MAX_UNPACKED:
                raise ReadError(f"unpacks to over {in_units(MAX_UNPACKED)}; no log of that size is read", file=rel)
            return _as_text({name.removesuffix(".npy"): _array(archive.read(name), rel) for name in names}, rel)
    return _as_text(_array(data, rel), rel)


def _array(data: bytes, rel: str) -> Any:
    stream = io.BytesIO(data)
    version = np.lib.format.read_magic(stream)
    reading = np.lib.format.read_array_header_1_0 if version == (1, 0) else np.lib.format.read_array_header_2_0
    shape, _, dtype = reading(stream)
    if dtype.hasobject:  # np.save of a dictionary
        return _Numbers(stream, rel).load()
    values = np.load(io.BytesIO(data), allow_pickle=False)
    if values.dtype.names:
        return {name: values[name] for name in values.dtype.names}
    return values if len(shape) <= 1 else None


def _pickled(data: bytes, rel: str) -> bytes:
    """A pickle, or PyTorch's archive around one."""
    if data[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            inner = next((name for name in archive.namelist() if name.endswith("/data.pkl")), None)
            if inner is None or archive.getinfo(inner).file_size > MAX_PACKED:
                raise ReadError(f"is no archive of PyTorch's with a history in it: {_INSTEAD}", file=rel)
            data = archive.read(inner)
    return _as_text(_Numbers(io.BytesIO(data), rel).load(), rel)


class _Numbers(pickle.Unpickler):
    """Numbers, texts, lists and dictionaries of a pickle; anything else it names ends the reading."""

    def __init__(self, stream: io.BytesIO, rel: str) -> None:
        super().__init__(stream)
        self._rel = rel

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) not in _HARMLESS:
            raise ReadError(
                f"holds an object of {module}.{name}, which is not made, for that runs code: {_INSTEAD}",
                file=self._rel,
            )
        return getattr(importlib.import_module(module.replace("numpy.core", "numpy._core")), name)  # where it is now

    def persistent_load(self, pid: Any) -> Any:
        raise ReadError(f"holds tensors: {_INSTEAD}", file=self._rel)


def _yaml(data: bytes, rel: str) -> bytes:
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return _as_text(yaml.load(data, Loader=loader), rel)


def _as_text(value: Any, rel: str) -> bytes:
    """Lists of one length as a table, whose names stand in its first line however long the lists are; else JSON."""
    left = [_MOST_NODES]
    plain = _plain(value, left)
    if left[0] < 0:
        raise ReadError("holds more numbers than a log has", file=rel)
    columns = plain if isinstance(plain, dict) else {}
    lengths = {len(each) if isinstance(each, list) else 0 for each in columns.values()}
    if len(lengths) != 1 or min(lengths) < _ROWS or not all(map(_is_flat, columns.values())):
        return json.dumps(plain).encode()
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow(columns)
    table.writerows(zip(*columns.values(), strict=True))
    return text.getvalue().encode()


def _is_flat(values: list[Any]) -> bool:
    return not any(isinstance(each, list | dict) for each in values)


def _plain(value: Any, left: list[int]) -> Any:
    """The value in JSON's own types; what has none is None, as are numbers that are none."""
    left[0] -= 1
    if left[0] < 0:
        return None
    if isinstance(value, np.ndarray):
        left[0] -= value.size
        value = value.tolist() if left[0] >= 0 else None
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, dict):
        return {str(key): _plain(one, left) for key, one in list(value.items())[:_MOST_KEYS]}
    if isinstance(value, list | tuple):
        return [_plain(one, left) for one in value]
    if isinstance(value, str | bool | int) or value is None:
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else float(value)  # bare NaN and Infinity, which the readers read
    return str(value)[:80]


_UNPACK: dict[str, Callable[[bytes, str], bytes]] = {
    "gzip": _compressed(lambda stream: gzip.GzipFile(fileobj=stream)),
    "bzip2": _compressed(bz2.BZ2File),
    "xz": _compressed(lzma.LZMAFile),
    "parquet": _columnar("pyarrow.parquet", "read_table"),
    "feather": _columnar("pyarrow.feather", "read_table"),
    "arrays": _arrays,
    "pickle": _pickled,
    "yaml": _yaml,
}
