"""Data for `mladvisor check-model --data DIR`: tables of a run folder, its feature dictionary and its design."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import numpy as np

from mladvisor.errors import ReadError, UsageError
from mladvisor.runs import layout, table_names
from mladvisor.testing.data import Data, prepare
from mladvisor.yaml_io import YamlError, load_strict

LABELS: Final = ("label", "target", "y", "class")
ARRAYS: Final = ("x.npy", "y.npy")


def load(folder: str, *, label: str = "", task: str = "", seed: int = 0) -> Data:
    """Rows out of a folder: `x.npy` and `y.npy`, or `train.csv`/`.parquet` with, where it is there, a held-out table.

    The label's column is the one told, else the manifest's `label`, else one called label, target, y or class, else the
    last. `schema.yaml` and `design.yaml` are read where they are there. Nothing in the folder is executed.

    Raises:
        UsageError: no table, or no such label column. ReadError: a file that cannot be read.
    """
    place = Path(folder)
    if not place.is_dir():
        raise UsageError(f'"{folder}" is no folder; --data takes one with train.csv, or with x.npy and y.npy')
    extras: dict[str, Any] = {"dictionary": _dictionary(place), "design": _design(place), "task": task, "seed": seed}
    if all((place / name).is_file() for name in ARRAYS):
        x, y = (_array(place / name) for name in ARRAYS)
        return _prepared((x, y), extras)
    train = _table(place, "train")
    if train is None:
        raise UsageError(f'no train.csv, train.parquet or x.npy with y.npy in "{folder}"')
    name = label or str(_content(place / layout.MANIFEST).get("label") or "")
    if name and name not in train.columns:
        raise UsageError(f'the label column "{name}" is not among the columns of the training table')
    name = name or next((c for c in train.columns if str(c).lower() in LABELS), train.columns[-1])
    parts: list[Any] = [train.drop(columns=name), train[name].to_numpy()]
    held_out = _table(place, "test")
    held_out = _table(place, "val") if held_out is None else held_out
    if held_out is not None and name in held_out.columns:
        parts += [held_out.drop(columns=name), held_out[name].to_numpy()]
    return _prepared(tuple(parts), extras)


def _prepared(parts: tuple[Any, ...], extras: dict[str, Any]) -> Data:
    try:
        return prepare(parts, **extras)
    except ValueError as error:
        raise UsageError(str(error)) from None


def _array(path: Path) -> np.ndarray[Any, Any]:
    """An array of numbers or words; pickled objects are never opened."""
    try:
        return np.asarray(np.load(path, allow_pickle=False))
    except ValueError as error:
        raise ReadError(str(error), file=path.name) from None


def _table(place: Path, kind: str) -> Any:
    import pandas as pd

    stems, suffixes = table_names.TABLES[kind]
    for stem in stems:
        for suffix in suffixes:
            path = place / f"{stem}.{suffix}"
            if path.is_file():
                try:
                    if suffix == "parquet":
                        return pd.read_parquet(path)
                    return pd.read_csv(path, sep="\t" if suffix == "tsv" else ",")
                except Exception as error:
                    raise ReadError(str(error).splitlines()[0], file=path.name) from None
    return None


def _yaml(place: Path, kind: str) -> dict[str, Any]:
    stems, suffixes = table_names.TABLES[kind]
    for suffix in suffixes:
        path = place / f"{stems[0]}.{suffix}"
        if path.is_file():
            return _content(path)
    return {}


def _content(path: Path) -> dict[str, Any]:
    """Keys and values of a YAML file; {} where there is none."""
    if not path.is_file():
        return {}
    try:
        documents = load_strict(path.read_text(encoding="utf-8"))
    except YamlError as error:
        raise ReadError(error.message, file=path.name, place=f"line {error.line}") from None
    if documents and not isinstance(documents[0], dict):
        raise ReadError("expected keys and values", file=path.name)
    return documents[0] if documents else {}


def _dictionary(place: Path) -> dict[str, dict[str, Any]]:
    entries = _yaml(place, "schema").get("features") or []
    return {str(entry["name"]): entry for entry in entries if isinstance(entry, dict) and "name" in entry}


def _design(place: Path) -> list[dict[str, Any]] | None:
    layers = _yaml(place, "design").get("layers")
    return [layer for layer in layers if isinstance(layer, dict)] if isinstance(layers, list) else None
