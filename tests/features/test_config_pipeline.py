"""Steps of a pipeline in the settings, in their order."""

from __future__ import annotations

from pathlib import Path

import pytest

from mladvisor.features.catalogue import Measures
from mladvisor.runs.read import read_run

LOG = "epoch,train_loss,val_loss\n" + "".join(f"{n},{1 / n},{1.1 / n}\n" for n in range(1, 9))


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ("pipeline:\n- step: load\n- step: random_oversample\n- step: train_test_split\n- step: fit\n", False),
        ("pipeline:\n- step: load\n- step: train_test_split\n- step: smote\n- step: fit\n", True),
        ("preprocessing:\n  steps: [impute, SMOTE, train_test_split]\n", False),
        ("pipeline:\n- step: smote\n  rows: train only\n- step: train_test_split\n", None),
        ("steps: [smote, scale, fit]\n", None),
    ],
)
def test_rows_are_divided_before_some_are_copied(tmp_path: Path, settings: str, expected: bool | None) -> None:
    (tmp_path / "log.csv").write_text(LOG)
    (tmp_path / "config.yaml").write_text(settings)
    assert Measures(read_run(tmp_path))["config.splits_before_oversampling"].value is expected
