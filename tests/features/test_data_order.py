"""The order of the rows that a model is judged on."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from mladvisor.features.catalogue import Measures
from mladvisor.runs.read import read_run

LOG = "epoch,loss,val_loss\n" + "".join(f"{n},{1 / n:.4f},{1.1 / n:.4f}\n" for n in range(1, 13))


@pytest.mark.parametrize(("ordered", "size"), [(True, 1.0), (False, 0.0)])
def test_labels_of_neighbouring_validation_rows(tmp_path: Path, ordered: bool, size: float) -> None:
    """They agree where the table is sorted by class, whatever the order of the training rows."""
    rng = np.random.default_rng(0)
    (tmp_path / "log.csv").write_text(LOG)
    for split in ("train", "val"):
        labels = np.sort(rng.integers(0, 4, 300)) if ordered and split == "val" else rng.integers(0, 4, 300)
        rows = [f"{rng.normal():.4f},{rng.normal():.4f},{'abcd'[label]}" for label in labels]
        (tmp_path / f"{split}.csv").write_text("width,height,label\n" + "\n".join(rows) + "\n")
    found = Measures(read_run(tmp_path)).value("data.validation_label_runs")
    assert isinstance(found, float)
    assert abs(found - size) < 0.1
