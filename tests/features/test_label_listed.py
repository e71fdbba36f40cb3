"""Settings that list the target among the features."""

from __future__ import annotations

from pathlib import Path

import pytest

from mladvisor.features.catalogue import Measures
from mladvisor.features.measured import Measured
from mladvisor.runs.read import read_run

LOG = "epoch,loss,val_loss\n" + "".join(f"{n},{0.7 / n:.4f},{0.7 / n:.4f}\n" for n in range(1, 13))


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("config.yaml", "lr: 0.1\ntarget: left\nfeatures: [age, fee, left]\n", True),
        ("config.yaml", "lr: 0.1\ntarget: left\nfeatures: [age, fee]\n", False),
        ("config.yaml", "lr: 0.1\ntarget: price\nlookback: 30\nfeatures: [open, price]\n", None),
        ("config.yaml", "lr: 0.1\nfeatures: [age, left]\n", None),
        ("features.py", "TARGET = 'left'\nNUMERIC = ['age', 'left']\nCATEGORICAL = ['plan', 'city']\n", True),
    ],
)
def test_the_label_in_the_list(tmp_path: Path, name: str, text: str, expected: bool | None) -> None:
    (tmp_path / "log.csv").write_text(LOG)
    (tmp_path / name).write_text(text)
    found = Measures(read_run(tmp_path))["config.label_listed"]
    assert isinstance(found, Measured) and found.value is expected
