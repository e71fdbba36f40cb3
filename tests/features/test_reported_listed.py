"""Features of the settings beside those that a run printed it uses."""

from __future__ import annotations

from pathlib import Path

import pytest

from mladvisor.features.catalogue import Measures
from mladvisor.runs.read import read_run

LOSSES = "".join(f"epoch {n} train_loss {1 / n:.4f} val_loss {1.1 / n:.4f}\n" for n in range(1, 9))


@pytest.mark.parametrize(
    ("line", "gone"),
    [
        ("features used (2): rooms, lot_size", ["area_name", "grade"]),
        ("using 4 features: ['rooms', 'lot_size', 'grade', 'area_name_Hill', 'area_name_Old']", []),
        ("feature columns: rooms, lot_size, grade, ...", None),
        ("input features: x1, x2, x3", None),
    ],
)
def test_listed_features_that_the_run_does_not_use(tmp_path: Path, line: str, gone: list[str] | None) -> None:
    (tmp_path / "train.log").write_text(f"{line}\n{LOSSES}")
    (tmp_path / "config.yaml").write_text("data:\n  features: [rooms, lot_size, grade, area_name]\n")
    found = Measures(read_run(tmp_path))["column.listed_unused"]
    if gone is None:
        assert not isinstance(found, dict)
    else:
        assert isinstance(found, dict)
        assert [name for name, each in found.items() if each.value] == gone
