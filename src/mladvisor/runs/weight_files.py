"""Weights of the model as files beside the log: the matrix of a layer, or the coefficients of a linear model.

dense_1_kernel.csv (a row for each input, a column for each unit), fc1_weights.npy, weights.npz, coefficients.csv
(feature,coef). Nothing is unpickled; checkpoints are not opened.
"""

from __future__ import annotations

import csv
import re
import zlib
from itertools import islice
from typing import NamedTuple
from zipfile import BadZipFile

import numpy as np

from mladvisor.errors import ReadError
from mladvisor.runs.layout import stem_and_suffix
from mladvisor.runs.readers import Candidate
from mladvisor.runs.readers.decoding import number
from mladvisor.runs.readers.packed import saved_arrays
from mladvisor.runs.report_names import words_of
from mladvisor.runs.word_sets import word_set

MOST_BYTES = 8_000_000
_MOST_ARRAYS = 200
_CELLS = ("csv", "tsv", "txt")
_MATRIX = word_set("kernel kernels weight weights w")
_LINEAR = word_set("coef coefs coefficient coefficients beta betas")
_OTHERS = word_set(
    "class classes sample samples row rows instance importance importances grad grads gradient gradients norm norms "
    "hist history histogram log logs stats statistics summary loss decay train val valid test by per delta update"
)
_NUMBERS = word_set("coef coefs coefficient coefficients weight weights value beta estimate w")


class Weights(NamedTuple):
    """The weights of one layer: (inputs, units) or turned round; of a linear model (inputs, 1)."""

    name: str
    matrix: np.ndarray
    linear: bool


def may_hold_weights(name: str) -> bool:
    """By the words of its name the file holds weights of a layer or a linear model, and no statistics of them."""
    stem, suffix = stem_and_suffix(name)
    words = {word.rstrip("0123456789") for word in words_of(_WEEK.sub("", stem.lower()))}
    return suffix in (*_CELLS, "npy", "npz") and bool(words & (_MATRIX | _LINEAR)) and not words & _OTHERS


_WEEK = re.compile(r"(?:19|20)\d\d[-_]?(?:kw|w)\d{1,2}(?!\d)")
""" "2026w12" is a week, and no matrix w12."""


def weights_in(file: Candidate) -> list[Weights]:
    """The weights in a file; [] of one that is called otherwise or holds no matrix of finite numbers."""
    if not may_hold_weights(file.name) or not 0 < file.size <= MOST_BYTES:
        return []
    stem, suffix = stem_and_suffix(file.name)
    try:
        if suffix in _CELLS:
            return _of_cells(file, stem, "\t" if suffix == "tsv" else ",")
        return _of_arrays(file, stem)
    except (ReadError, OSError, ValueError, EOFError, MemoryError, RuntimeError, csv.Error, BadZipFile, zlib.error):
        return []  # cut off, encrypted, or of a shape that no memory holds


def _of_cells(file: Candidate, stem: str, delimiter: str) -> list[Weights]:
    lines = [line for line in file.read_text(MOST_BYTES).splitlines() if line.strip() and not line.startswith("#")]
    blanks = bool(lines) and delimiter not in lines[-1]  # as NumPy's savetxt writes them
    rows = [line.split() for line in lines] if blanks else list(csv.reader(lines, delimiter=delimiter))
    if not rows or any(len(row) != len(rows[0]) for row in rows):
        return []
    header = None if all(number(cell) is not None for cell in rows[0]) else [cell.strip().lower() for cell in rows[0]]
    body = rows[1:] if header is not None else rows
    if not body:
        return []
    linear = not _LINEAR.isdisjoint(words_of(stem))
    first = 0 if all(number(row[0]) is not None for row in body) else 1  # the inputs by name
    if _counts(header, [number(row[0]) for row in body]) and len(rows[0]) > 1:
        first = 1
    if header is not None and any(name in ("epoch", "step", "layer", "iteration") for name in header):
        return []
    at = next((at for at, name in enumerate(header or ()) if name in _NUMBERS), None) if linear else None
    cells = [row[first:] if at is None else [row[at]] for row in body]
    values = [[number(cell) for cell in row] for row in cells]
    if not values[0] or any(value is None for row in values for value in row):
        return []
    return _kept([(stem, np.array(values, dtype=float), linear)])


_PLACES = word_set("unit units neuron neurons row index idx i input feature node channel filter #")


def _counts(header: list[str] | None, column: list[float | None]) -> bool:
    """The first column numbers the rows, by its name and by its values."""
    told = header is not None and (header[0] in _PLACES or not header[0])
    start = column[0] if column else None
    return told and start in (0, 1) and all(value == start + at for at, value in enumerate(column))


def _of_arrays(file: Candidate, stem: str) -> list[Weights]:
    linear = not _LINEAR.isdisjoint(words_of(stem))
    arrays = saved_arrays(file.read_bytes(MOST_BYTES), file.rel)
    named = {key: array for key, array in arrays.items() if array is not None and "bias" not in words_of(key)}
    return _kept([(key or stem, array, linear) for key, array in islice(named.items(), _MOST_ARRAYS)])


def _kept(found: list[tuple[str, np.ndarray, bool]]) -> list[Weights]:
    """Matrices of finite numbers; filters of a convolution are laid out flat, a row each."""
    kept = []
    for name, array, linear in found:
        if array.dtype.kind not in "fiu" or array.size < 2 or not np.isfinite(array).all():
            continue
        values = np.asarray(array, dtype=float)
        if values.ndim == 1 and linear:
            values = values[:, None]
        if values.ndim > 2:
            values = values.reshape(len(values), -1)
        if values.ndim == 2:
            kept.append(Weights(name, values, linear))
    return kept
