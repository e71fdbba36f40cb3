"""Run folders of made-up tables for tests of what is measured on them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from mladvisor.features.catalogue import Measures
from mladvisor.features.data_tables import tables
from mladvisor.rulebook import load
from mladvisor.runs.read import read_run
from mladvisor.tables.collection import Tables
from mladvisor.tables.table import Table


def plain(rows: int = 400, seed: int = 0) -> pd.DataFrame:
    """A healthy table: key, two amounts, a count, a category, a flag, a label."""
    rng = np.random.default_rng(seed)
    score = rng.normal(size=rows)
    return pd.DataFrame(
        {
            "row_id": np.arange(rows) + 100_000 * seed,
            "height": np.round(rng.normal(170, 9, rows), 3),
            "pay": np.round(rng.lognormal(8, 0.6, rows), 2),
            "load": np.round(rng.gamma(3, 4, rows), 4),
            "shift": np.round(score, 5),
            "visits": rng.poisson(4, rows),
            "city": rng.choice(["oslo", "rome", "wien"], rows, p=[0.5, 0.3, 0.2]),
            "member": rng.random(rows) < 0.4,
            "label": (score + rng.normal(size=rows) > 0).astype(int),
        }
    )


def write(folder: Path, **frames: pd.DataFrame | str | bytes) -> Path:
    """Each table as NAME.csv, or the text or bytes of NAME.csv; `schema` and `mladvisor` as YAML."""
    for name, frame in frames.items():
        if isinstance(frame, pd.DataFrame):
            frame.to_csv(folder / f"{name}.csv", index=False)
        elif isinstance(frame, bytes):
            (folder / f"{name}.csv").write_bytes(frame)
        else:
            suffix = "yaml" if name in ("schema", "mladvisor") else "csv"
            (folder / f"{name}.{suffix}").write_text(frame, encoding="utf-8")
    return folder


def measured(folder: Path, budget: float | None = None, **frames: pd.DataFrame | str | bytes) -> Measures:
    """The measurements of a run folder with these tables."""
    return Measures(read_run(write(folder, **frames)), budget=budget)


def opened(folder: Path, **frames: pd.DataFrame | str | bytes) -> Tables:
    """The tables of such a folder."""
    found: Tables = measured(folder, **frames).once(tables)
    return found


def values(m: Measures, name: str) -> dict[str, Any]:
    """Item -> known value of a feature that has one value per item."""
    found = m[name]
    assert not hasattr(found, "state"), found
    return {item: one.value for item, one in found.items() if one.known}  # type: ignore[union-attr]


def present(m: Measures) -> dict[str, tuple[str, ...]]:
    """Finding -> the items of which it holds, for findings of the shipped rules that are present."""
    book = load(())
    return {name: one.items for name, one in book.evaluate(m.__getitem__).items() if one.present}


def table(frame: pd.DataFrame, name: str = "train") -> Table:
    """A table in memory."""
    return Table(name, f"{name}.csv", frame)
