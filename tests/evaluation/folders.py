"""Run folders with tables, for tests of measurements and rules."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from mladvisor.features.catalogue import Measures
from mladvisor.runs.read import read_run

pd = pytest.importorskip("pandas")


def measures(folder: Path, *, budget: float | None = None, manifest: str = "", **tables: Any) -> Measures:
    """Measurements of a folder with these tables: a frame, a dict of columns, or the text of the file."""
    folder.mkdir(exist_ok=True)
    for name, content in tables.items():
        path = folder / f"{name}.csv"
        if isinstance(content, str):
            path.write_text(content)
        else:
            pd.DataFrame(content).to_csv(path, index=False)
    if manifest:
        (folder / "mladvisor.yaml").write_text(manifest)
    return Measures(read_run(folder), budget=budget)


def scores(n: int = 1000, *, seed: int = 0, share: float = 0.5, spread: float = 2.0) -> tuple[np.ndarray, np.ndarray]:
    """(calibrated probabilities, outcomes) of a model that is as good as its scores say."""
    rng = np.random.default_rng(seed)
    p = 1 / (1 + np.exp(-(rng.normal(0, spread, n) + np.log(share / (1 - share)))))
    return p, rng.random(n) < p


def predictions(n: int = 1000, *, threshold: float = 0.5, **more: Any) -> dict[str, Any]:
    """A table of binary predictions whose decisions are made at `threshold`."""
    p, y = scores(n, **more)
    return {"split": "test", "y_true": y.astype(int), "y_pred": (p >= threshold).astype(int), "y_score": p.round(5)}
