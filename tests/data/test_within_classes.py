"""Columns that differ since the mix of the classes does, and columns that differ by themselves."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from mladvisor.features.catalogue import Measures
from mladvisor.runs.read import read_run


def _table(path: Path, positives: float, shift: float, seed: int, rows: int = 400) -> None:
    generator = np.random.default_rng(seed)
    label = (generator.random(rows) < positives).astype(int)
    size = generator.normal(2.0 * label + shift, 1.0)
    noise = generator.normal(0.0, 1.0, rows)
    lines = [f"{a:.4f},{b:.4f},{c}" for a, b, c in zip(size, noise, label, strict=True)]
    path.write_text("\n".join(("size,noise,label", *lines)) + "\n")


@pytest.mark.parametrize(("positives", "shift", "low", "high"), [(0.9, 0.0, 0.0, 0.2), (0.9, 3.0, 0.6, 2.0)])
def test_within_the_classes(tmp_path: Path, positives: float, shift: float, low: float, high: float) -> None:
    """A mix of nine tenths instead of one moves what goes with the class, and nothing among the rows of one class."""
    _table(tmp_path / "train.csv", 0.1, 0.0, 1)
    _table(tmp_path / "val.csv", positives, shift, 2)
    value = Measures(read_run(tmp_path)).one("split.moved_within_classes").value
    assert isinstance(value, float)
    assert low <= value <= high


def test_the_same_mix_says_nothing(tmp_path: Path) -> None:
    _table(tmp_path / "train.csv", 0.3, 0.0, 1)
    _table(tmp_path / "val.csv", 0.3, 1.0, 2)
    assert not Measures(read_run(tmp_path)).one("split.moved_within_classes").known
