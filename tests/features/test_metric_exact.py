"""An AUC of exactly one half is that of one answer for all rows."""

from __future__ import annotations

from pathlib import Path

import pytest

from mladvisor.features.catalogue import Measures
from mladvisor.runs.read import read_run


@pytest.mark.parametrize(
    ("scores", "share"),
    [
        ([0.4979, 0.4946, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5], 1.0),
        ([0.4979, 0.4946, 0.5, 0.51, 0.5, 0.4919, 0.5, 0.5], 0.75),
        ([0.4979, 0.4946, 0.5012, 0.5021, 0.4981, 0.5033, 0.4992, 0.5007], 0.0),
        ([0.5, 0.5, 0.5], None),
    ],
)
def test_the_share_of_exact_halves(tmp_path: Path, scores: list[float], share: float | None) -> None:
    rows = "".join(f"{n},0.69{n},0.69{n},{score}\n" for n, score in enumerate(scores))
    (tmp_path / "log.csv").write_text("epoch,train_loss,val_loss,val_auc\n" + rows)
    assert Measures(read_run(tmp_path)).value("metric.val.auc_half_share") == share


def test_two_digits_tell_nothing(tmp_path: Path) -> None:
    """0.496 is printed as 0.50, too."""
    rows = "".join(f"{n},0.7,0.7,0.50\n" for n in range(8))
    (tmp_path / "log.csv").write_text("epoch,train_loss,val_loss,val_auc\n" + rows)
    assert Measures(read_run(tmp_path)).value("metric.val.auc_half_share") is None
