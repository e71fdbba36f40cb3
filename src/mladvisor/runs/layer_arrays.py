"""Statistics of layers out of arrays that were kept as files: what units gave, gradients, norms in time, first weights.

activations.npz (relu1: rows x units), grads.npz (fc1.weight: as the weight is), grad_norms.npz (fc1.weight: a norm for
each epoch, epochs: which), init_weights.npz
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator, Mapping
from typing import Any
from zipfile import BadZipFile

import numpy as np

from mladvisor.errors import ReadError
from mladvisor.runs.layer_meanings import Meaning, meaning
from mladvisor.runs.layer_shapes import at_start, inputs_of
from mladvisor.runs.layout import stem_and_suffix
from mladvisor.runs.log_table import LogTable
from mladvisor.runs.readers import Candidate
from mladvisor.runs.readers.packed import saved_arrays
from mladvisor.runs.word_sets import parted, word_set

MOST_BYTES = 8_000_000
_MOST_ROWS = 20_000
_OF_GRADIENTS = word_set("grad grads gradient gradients gnorm gnorms gradnorm gradnorms")
_OF_OUTPUTS = word_set("act acts activation activations preact hidden")
_OF_WEIGHTS = word_set("weight weights param params parameter parameters kernel kernels")
_OTHERS = word_set("train test data dataset features embedding embeddings labels pred preds predictions importance")
_X = {"epochs": "epoch", "epoch": "epoch", "steps": "step", "step": "step", "iters": "step", "iterations": "step"}
_NAMES = word_set("names layers layer_names param_names")
_LEAST_LAYERS, _LEAST_POINTS = 2, 2
_END = 0.01
"""Of the range: outputs of a sigmoid or tanh that lie as near to its ends hardly pass a gradient on."""
_LEAST_AT_ENDS = 0.2
"""Of outputs that lie within -1 and 1: fewer at the ends are those of any layer with a small spread."""


def _words(stem: str) -> set[str]:
    return set(re.findall(r"[a-z]+", parted(stem[:100]).lower()))


def kind_called(name: str) -> str | None:
    """The kind of tensor that a file of arrays holds by the words of its name; weights only of the start."""
    stem, suffix = stem_and_suffix(name)
    words = _words(name.rpartition(".")[0])
    if suffix not in ("npz", "npy") or not words.isdisjoint(_OTHERS):
        return None
    if words & _OF_GRADIENTS:
        return "gradient"
    if words & _OF_OUTPUTS:
        return "activation"
    return "weight" if words & _OF_WEIGHTS and at_start(stem) else None


def may_hold(rel: str) -> bool:
    """A file is called after tensors of layers, or lies in a folder that is."""
    folder, _, name = rel.rpartition("/")
    return kind_called(name) is not None or (name.endswith(".npy") and kind_called(f"{folder}.npz") is not None)


def table_of_folder(files: list[Candidate], folder: str) -> LogTable | None:
    """A folder that is called so, with a file for each tensor: init_weights/fc1.weight.npy."""
    kind = kind_called(f"{folder.rpartition('/')[2]}.npz")
    if kind is None or sum(file.size for file in files) > MOST_BYTES:
        return None
    arrays: dict[str, np.ndarray] = {}
    for file in files:
        try:
            (one,) = saved_arrays(file.read_bytes(MOST_BYTES), file.rel).values()
        except (ReadError, OSError, ValueError, EOFError, MemoryError, RuntimeError):
            continue
        if one is not None and one.dtype.kind in "fiu":
            arrays[file.name.rpartition(".")[0]] = one
    return _as_table(arrays, kind, folder.rpartition("/")[2], files[0].rel)


def table_of(file: Candidate) -> LogTable | None:
    """The arrays of a file as a table with a row for each layer (and point in time); None where they are no layers."""
    kind = kind_called(file.name)
    if kind is None or not 0 < file.size <= MOST_BYTES:
        return None
    try:
        found = saved_arrays(file.read_bytes(MOST_BYTES), file.rel)
    except (ReadError, OSError, ValueError, EOFError, MemoryError, RuntimeError, BadZipFile, zlib.error):
        return None
    arrays = {name: each for name, each in found.items() if each is not None and each.dtype.kind in "fiuU"}
    return _as_table(arrays, kind, stem_and_suffix(file.name)[0], file.rel)


def _as_table(arrays: Mapping[str, np.ndarray], kind: str, stem: str, file: str) -> LogTable | None:
    rows = list(_rows(arrays, kind, stem))[:_MOST_ROWS]
    if len({row["layer"] for row in rows}) < _LEAST_LAYERS:
        return None
    names = list(dict.fromkeys(name for row in rows for name in row))
    return LogTable(file, names, [[row.get(name, "") for row in rows] for name in names], len(rows))


def _rows(arrays: Mapping[str, np.ndarray], kind: str, stem: str) -> Iterator[dict[str, Any]]:
    plain = {name: each for name, each in arrays.items() if each.dtype.kind != "U" and name.lower() not in _X}
    counted = {_X[name.lower()]: each for name, each in arrays.items() if name.lower() in _X and each.ndim == 1}
    if kind == "gradient" or (found := meaning(stem)) is None or not found.statistic.endswith("share"):
        found = Meaning(kind, "norm")
    lengths = {each.shape for each in plain.values()}
    if len(plain) == 1:
        plain = _columns(next(iter(plain.values())), arrays)
        lengths = {each.shape for each in plain.values()}
    if plain and len(lengths) == 1 and all(each.ndim == 1 for each in plain.values()):
        count = next(iter(lengths))[0]
        if count < _LEAST_POINTS or (kind != "gradient" and not found.statistic.endswith("share")):
            return
        x = next(
            ((name, each) for name, each in counted.items() if len(each) == count), ("step", np.arange(1, count + 1))
        )
        for layer, each in plain.items():
            for at in range(count):
                value = float(each[at]) * found.factor
                yield {x[0]: float(x[1][at]), "layer": layer, "kind": found.kind, found.statistic: value}
        return
    for layer, each in plain.items():
        if each.ndim >= 2 and each.size:
            yield {"layer": layer, "kind": kind, **_of_tensor(each.astype(np.float64), kind, layer)}


def _columns(array: np.ndarray, arrays: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """A column for each layer of one table of norms (times x layers), by the names beside it or by its place."""
    if array.ndim != 2 or array.shape[1] < _LEAST_LAYERS:
        return {}
    told = next((each for name, each in arrays.items() if name.lower() in _NAMES and each.dtype.kind == "U"), None)
    if told is None or told.shape != (array.shape[1],):
        return {}
    return {str(name): array[:, at] for at, name in enumerate(told)}


def _of_tensor(x: np.ndarray, kind: str, layer: str) -> dict[str, float]:
    finite = x[np.isfinite(x)]
    told: dict[str, float] = {"nan_share": float(np.isnan(x).mean()), "inf_share": float(np.isinf(x).mean())}
    if not finite.size:
        return told
    told |= {"mean": float(finite.mean()), "std": float(finite.std()), "norm": float(np.sqrt((finite**2).sum()))}
    if kind == "weight":
        inputs = inputs_of(layer, "shape", str(x.shape))
        return {"step": 0.0, **told, **({"inputs": inputs} if inputs else {})}
    if kind == "activation":
        told["zero_share"] = float((x == 0).mean())
        axes = tuple(axis for axis in range(x.ndim) if axis != (1 if x.ndim != 3 else 2))
        if len(x) > 1:
            told["dead_share"] = float((x == 0).all(axis=axes).mean())
        told |= _at_ends(finite)
    return told


def _at_ends(x: np.ndarray) -> dict[str, float]:
    """The share at the ends of the range of what lies within -1 and 1, or within 0 and 1, and often comes near them."""
    low, high = float(x.min()), float(x.max())
    if high > 1 or low < -1 or (x == 0).mean() > _LEAST_AT_ENDS:
        return {}
    ends = float(((x > 1 - _END) | (x < (-1 + _END if low < 0 else _END))).mean())
    return {"saturated_share": ends} if ends >= _LEAST_AT_ENDS else {}
