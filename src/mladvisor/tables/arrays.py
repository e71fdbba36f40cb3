"""Numpy arrays (.npz, .npy) as a `Table`: a row for each sample, a few columns that say what is in it.

Thousands of pixels are no columns that a person could read, nor would statistics of single pixels say more than chance.
So an image or a signal is told by the mean, spread and largest value of each channel, and by means of a coarse grid;
an array of few columns keeps them. Arrays are read in chunks of rows, never whole (but for smaller ones that are stored
column by column, as pandas' `values` are); nothing in a file is unpickled.
"""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from math import prod
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, NamedTuple

import numpy as np
from numpy.typing import NDArray

from mladvisor.errors import ReadError
from mladvisor.runs.data_names import is_answer_array
from mladvisor.runs.split_names import split_called
from mladvisor.runs.table_columns import LABELS, PREDICTION_SPELLINGS, SCORE_PREFIX
from mladvisor.tables.table import Table

if TYPE_CHECKING:
    import pandas as pd

MOST_BYTES = 1 << 31
"""Unpacked bytes of the arrays of one split that are gone through at all."""
FASTER = 8
"""Bytes of an array take so many times less time than bytes of text, for which budgets are made."""
MOST_PLAIN = 64
"""Columns up to which an array is a table."""
MOST_CHANNELS = 16
GRID = 4
_CHUNK = 4 << 20  # bytes that are unpacked at a time
_MOST_ARRAYS = 40
_MOST_TURNED = 1 << 28  # bytes of an array that is stored column by column, which is unpacked whole


class _Array(NamedTuple):
    """An array in a file, before it is read.

    Attributes:
        key: its name in the archive, or the file's.
        name: the name without the split.
        start: bytes of its header.
        pixels: pictures as files hold them, 0 to 255, in all splits: told as shares of white. Where another split holds
            them scaled already, the numbers stand as they are.
    """

    key: str
    name: str
    shape: tuple[int, ...]
    dtype: np.dtype[Any]
    fortran: bool
    start: int
    pixels: bool = False

    @property
    def size(self) -> int:
        return prod(self.shape) * self.dtype.itemsize

    @property
    def turned(self) -> bool:
        """Stored column by column: no row lies in one piece."""
        return self.fortran and len(self.shape) > 1


def read_arrays(path: Path, name: str, file: str, *, most_bytes: int) -> Table:
    """The rows of a split in a file of arrays.

    Args:
        path: where it lies.
        name: what it is in the run ("train", "predictions", "val_labels"): of an archive only arrays of that split.
        file: how to call it in a sentence.
        most_bytes: of text that may be read; arrays may be larger. Of more, chunks spread over the rows are used.

    Raises:
        ReadError: it holds no array of numbers for this split, or too much.
    """
    import pandas as pd

    try:
        arrays = _of_split(_arrays(path, file), name)
        if not arrays:
            raise ReadError(f"holds no array of numbers for {name}", file=file)
        if sum(array.size for array in arrays) > MOST_BYTES:
            raise ReadError(f"holds arrays of over {MOST_BYTES >> 30} GB for {name}, more than is read", file=file)
        rows = arrays[0].shape[0]
        per_row = max(1, sum(array.size for array in arrays) // max(1, rows))
        step = max(1, -(-rows * per_row // (FASTER * max(1, most_bytes))))
        read = _answers if name == "predictions" else _columns
        parts = {array.key: _read(path, array, step, read) for array in arrays}
    except (OSError, ValueError, EOFError, zipfile.BadZipFile, zlib.error) as error:
        raise ReadError(f"is no file of arrays that can be read ({str(error)[:80]})", file=file) from None
    frame = pd.DataFrame({column: values for part in parts.values() for column, values in part.items()})
    frame = _without_still_cells(frame) if name == "train" else frame
    notes = [f"{file}: of {rows:,} rows, {len(frame):,} were read, spread over the file"] if len(frame) < rows else []
    return Table(name, file, frame, share=len(frame) / rows if rows else 1.0, notes=notes)


def _without_still_cells(frame: pd.DataFrame) -> pd.DataFrame:
    """Corners of pictures are of one colour: a cell of the grid that never changes says nothing of the data."""
    still = [column for column in frame.columns if "_cell_" in column and frame[column].nunique(dropna=False) < 2]
    return frame.drop(columns=still)


@contextmanager
def _opened(path: Path, key: str) -> Iterator[BinaryIO]:
    if path.suffix.lower() == ".npy":
        with path.open("rb") as stream:
            yield stream
    else:
        with zipfile.ZipFile(path) as archive, archive.open(f"{key}.npy") as stream:
            yield stream  # type: ignore[misc]


def _arrays(path: Path, file: str) -> list[_Array]:
    """The arrays of numbers in a file, from their headers."""
    if path.suffix.lower() == ".npy":
        keys = [path.stem]
    else:
        with zipfile.ZipFile(path) as archive:
            keys = [name.removesuffix(".npy") for name in archive.namelist() if name.endswith(".npy")][:_MOST_ARRAYS]
    found = []
    for key in keys:
        with _opened(path, key) as stream:
            version = np.lib.format.read_magic(stream)
            header = (
                np.lib.format.read_array_header_1_0(stream)
                if version == (1, 0)
                else np.lib.format.read_array_header_2_0(stream)
            )
            shape, fortran, dtype = header
            if len(shape) > 0 and dtype.kind in "biufUS" and dtype.itemsize > 0:
                found.append(_Array(key, _plain_name(key), shape, dtype, fortran, stream.tell()))
    if not found:
        raise ReadError("holds no array of numbers", file=file)
    scaled = {array.name for array in found if array.dtype != np.uint8}
    return [
        array._replace(pixels=array.dtype == np.uint8 and len(array.shape) > 2 and array.name not in scaled)
        for array in found
    ]


def _plain_name(key: str) -> str:
    """ "x_train" and "Xtr" are "x", "click_train" is "click"; one that is called after labels alone is the label."""
    words = [word for word in key.lower().replace("-", "_").split("_") if word]
    left = [word for word in words if split_called(word) is None]
    left = left or [word[0] for word in words if word[0] in "xy" and split_called(word[1:])] or words
    return "label" if set(left) <= LABELS else "_".join(left)


def _of_split(arrays: list[_Array], name: str) -> list[_Array]:
    """The arrays of one split with as many rows as its inputs; inputs first, the label last."""
    split = name.removesuffix("_labels")
    called = {array.key: split_called(array.key) for array in arrays}
    if len(arrays) > 1 and any(called.values()) and name != "predictions":
        arrays = [array for array in arrays if called[array.key] == split]
    if not arrays:
        return []
    if name == "predictions":
        rows = max((array.shape[0] for array in arrays if is_answer_array(array.key)), default=arrays[0].shape[0])
    else:
        rows = max(arrays, key=lambda array: array.size).shape[0]
    arrays = [array for array in arrays if array.shape[0] == rows and not (array.turned and array.size > _MOST_TURNED)]
    asked = next((array.key for array in arrays if array.name == "label"), None)
    if asked is None:  # what follows the inputs is what is asked of them; what follows that describes the rows
        asked = next((array.key for array in arrays if len(array.shape) == 1), None)
    return sorted(arrays, key=lambda array: (-len(array.shape), array.key == asked))


def _read(path: Path, array: _Array, step: int, columns: Any) -> dict[str, NDArray[Any]]:
    """Columns of one array; of `step` chunks of rows one is used."""
    per_row = max(1, array.size // max(1, array.shape[0]))
    most = max(1, _CHUNK // per_row)
    most = min(most, max(1, array.shape[0] // 64)) if step > 1 else most
    parts: list[dict[str, NDArray[Any]]] = []
    with _opened(path, array.key) as stream:
        stream.read(array.start)
        whole = _read_turned(stream, array) if array.turned else None
        for number, first in enumerate(range(0, array.shape[0], most)):
            rows = min(most, array.shape[0] - first)
            if whole is not None:
                values = whole[first : first + rows]
            else:
                values = np.frombuffer(_exactly(stream, rows * per_row), array.dtype).reshape(rows, *array.shape[1:])
            if number % step == 0:
                parts.append(columns(array, values))
    return {column: np.concatenate([part[column] for part in parts]) for column in parts[0]} if parts else {}


def _exactly(stream: BinaryIO, count: int) -> bytes:
    data = stream.read(count)
    if len(data) < count:
        raise EOFError("it is cut off")
    return data


def _read_turned(stream: BinaryIO, array: _Array) -> NDArray[Any]:
    """An array that is stored column by column, whole."""
    return np.frombuffer(_exactly(stream, array.size), array.dtype).reshape(array.shape, order="F")


def _columns(array: _Array, values: NDArray[Any]) -> dict[str, NDArray[Any]]:
    """What is told of each row, (rows,) each."""
    if values.dtype.kind in "US":
        return {array.name: values.astype(object)} if values.ndim == 1 else {}
    if values.ndim == 1:
        return {array.name: values}
    if values.ndim == 2 and values.shape[1] <= MOST_PLAIN:
        return {f"{array.name}_{number}": values[:, number] for number in range(values.shape[1])}
    numbers = values.astype(np.float64) / (255.0 if array.pixels else 1.0)
    channels, grid = _channels(numbers)
    found: dict[str, NDArray[Any]] = {}
    for number, channel in enumerate(channels):
        tag = f"_{number}" if len(channels) > 1 else ""
        flat = channel.reshape(len(channel), -1)
        with np.errstate(invalid="ignore", over="ignore"):
            found[f"{array.name}_mean{tag}"] = flat.mean(axis=1)
            found[f"{array.name}_spread{tag}"] = flat.std(axis=1)
            found[f"{array.name}_largest{tag}"] = np.abs(flat).max(axis=1)
            if channel.ndim == 2:  # along time
                found[f"{array.name}_change{tag}"] = np.abs(np.diff(channel, axis=1)).mean(axis=1)
    if grid:
        found |= _cells(array.name, np.mean(channels, axis=0))
    return found


def _channels(values: NDArray[np.float64]) -> tuple[list[NDArray[np.float64]], bool]:
    """The channels of pictures (rows, height, width) or signals (rows, length), and whether they are pictures."""
    if values.ndim == 2:
        return [values], False
    if values.ndim == 3:
        _, first, last = values.shape
        if min(first, last) <= MOST_CHANNELS and min(first, last) * 2 <= max(first, last):  # signals
            return list(np.moveaxis(values, 1 if first < last else 2, 0)), False
        return [values], True
    if values.ndim == 4:
        axis = 1 if values.shape[1] <= values.shape[3] else 3
        if values.shape[axis] <= MOST_CHANNELS:
            return list(np.moveaxis(values, axis, 0)), True
    return [values.reshape(len(values), -1)], False


def _cells(name: str, picture: NDArray[np.float64]) -> dict[str, NDArray[np.float64]]:
    """Means of the cells of a coarse grid over pictures (rows, height, width)."""
    rows = np.array_split(np.arange(picture.shape[1]), min(GRID, picture.shape[1]))
    columns = np.array_split(np.arange(picture.shape[2]), min(GRID, picture.shape[2]))
    return {
        f"{name}_cell_{at}_{beside}": picture[:, down[0] : down[-1] + 1, across[0] : across[-1] + 1].mean(axis=(1, 2))
        for at, down in enumerate(rows)
        for beside, across in enumerate(columns)
    }


def _answers(array: _Array, values: NDArray[Any]) -> dict[str, NDArray[Any]]:
    """What was asked for as y_true, what was answered as y_pred or scores; of logits the shares that softmax makes."""
    if values.ndim == 2 and 1 < values.shape[1] <= MOST_PLAIN and is_answer_array(array.key):
        scores = _shares(values.astype(np.float64)) if "logit" in array.key.lower() else values
        return {f"{SCORE_PREFIX}{number}": scores[:, number] for number in range(values.shape[1])}
    values = values[:, 0] if values.ndim == 2 and values.shape[1] == 1 else values
    if values.ndim > 1:
        return {}
    if is_answer_array(array.key):
        if "logit" in array.key.lower():
            return {"y_score": 1.0 / (1.0 + np.exp(-np.clip(values.astype(np.float64), -500, 500)))}
        return {"y_pred" if "pred" in array.key.lower() else "y_score": values}
    return {
        "y_true" if array.name == "label" or array.key.lower() in PREDICTION_SPELLINGS["y_true"] else array.name: values
    }


def _shares(logits: NDArray[np.float64]) -> NDArray[np.float64]:
    """(rows, classes) logits as probabilities."""
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=1, keepdims=True))
