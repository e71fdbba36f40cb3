"""Settings that say how rows are divided: at random, by their place in the file, or in time."""

from __future__ import annotations

from pathlib import Path

import pytest

from mladvisor.features.catalogue import Measures
from mladvisor.runs.read import read_run

LOG = "epoch,train_loss,val_loss\n" + "".join(f"{n},{1 / n:.4f},{1.1 / n:.4f}\n" for n in range(1, 13))


@pytest.mark.parametrize(
    ("settings", "found"),
    [
        ("split:\n  method: head_tail\n  shuffle: false\n", False),
        ("data:\n  split_strategy: sequential\n", False),
        ("split:\n  sort_by: income\n  train_fraction: 0.7\n", False),
        ("split:\n  method: stratified\n", True),
        ("split:\n  shuffle: true\n", True),
        ("split:\n  method: sequential\n  time_column: day\n", None),
        ("split:\n  shuffle: false\n  sort_by: created_at\n", None),
        ("shuffle: false\n", None),
        ("split:\n  train_fraction: 0.7\n  seed: 3\n", None),
    ],
)
def test_how_rows_are_divided(tmp_path: Path, settings: str, found: bool | None) -> None:
    (tmp_path / "config.yaml").write_text(settings)
    (tmp_path / "log.csv").write_text(LOG)
    assert Measures(read_run(tmp_path))["config.splits_at_random"].value is found
