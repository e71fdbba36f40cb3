"""Columns as wide as they stand in the table, and first layers that answer in that size."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from mladvisor.features.catalogue import Measures
from mladvisor.runs.read import read_run

LOG = "epoch,loss,val_loss\n" + "".join(f"{n},{1 / n:.4f},{1.1 / n:.4f}\n" for n in range(1, 13))
LAYERS = "step,layer,index,kind,mean,std,norm\n" + "".join(
    f"{step},{layer},{index},weight,0,0.1,1\n{step},{layer},{index},activation,0,{{size}},\n"
    for step in (1, 50)
    for index, layer in enumerate(("fc1", "fc2", "out"))
)  # fmt: skip


def folder(path: Path, size: float) -> Measures:
    """A table with one wide column, and hidden activations of a size."""
    rng = np.random.default_rng(0)
    table = pd.DataFrame({"age": rng.normal(0, 1, 300), "turnover": rng.normal(1e6, 1e5, 300)})
    table.assign(label=(table.age > 0).astype(int)).to_csv(path / "train.csv", index=False)
    (path / "metrics.csv").write_text(LOG)
    (path / "layers.csv").write_text(LAYERS.format(size=size))
    return Measures(read_run(path))


@pytest.mark.parametrize(("size", "beside"), [(3e5, -0.5), (1.0, -6.0)])
def test_hidden_activations_are_set_against_the_widest_column(tmp_path: Path, size: float, beside: float) -> None:
    """As large as the inputs where nothing scales them, and about 1 where something does."""
    m = folder(tmp_path, size)
    assert m.value("data.widest_column") == pytest.approx(1e6, rel=0.05)
    assert m.value("layers.activation.beside_inputs") == pytest.approx(beside, abs=0.2)
