"""The number of rows that accuracies are shares of, and what tells none."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from mladvisor.features.catalogue import Measures
from mladvisor.features.rows_by_shares import rows_by_shares
from mladvisor.runs.read import read_run


def _measured(folder: Path, accuracies: list[str], batch: int) -> Measures:
    rows = "".join(f"{n},{1 / (n + 1):.4f},{each}\n" for n, each in enumerate(accuracies))
    (folder / "history.csv").write_text(f"epoch,train_loss,train_acc\n{rows}")
    (folder / "config.yaml").write_text(f"batch_size: {batch}\n")
    return Measures(read_run(folder))


def _right(rows: int, epochs: int = 20) -> np.ndarray:
    return np.unique(np.random.default_rng(rows).integers(rows // 4, rows, epochs))


@pytest.mark.parametrize("digits", [6, 8])
def test_accuracies_are_shares_of_the_rows(tmp_path: Path, digits: int) -> None:
    """Twenty epochs of 1120 rows in one batch are twenty steps."""
    m = _measured(tmp_path, [f"{n / 1120:.{digits}g}" for n in _right(1120)], 1120)
    found = m.once(rows_by_shares)
    assert found is not None and found[0] == 1120
    assert m.value("run.updates_per_epoch") == 1.0


def test_small_batches_say_nothing_of_their_number(tmp_path: Path) -> None:
    """Means of many unequal batches are shares of a multiple of the rows, so that steps would be overcounted."""
    m = _measured(tmp_path, [f"{n / 1120:.6g}" for n in _right(1120)], 32)
    assert m.value("run.updates_per_epoch") is None


def test_few_digits_or_few_values_tell_no_number(tmp_path: Path) -> None:
    assert _measured(tmp_path, [f"{n / 1120:.2f}" for n in _right(1120)], 1120).once(rows_by_shares) is None
    assert _measured(tmp_path, ["0.5", "0.75", "0.75", "0.75"], 64).once(rows_by_shares) is None


@pytest.mark.parametrize("seed", range(20))
def test_arbitrary_numbers_are_shares_of_nothing(tmp_path: Path, seed: int) -> None:
    values = np.random.default_rng(seed).uniform(0.05, 0.95, 4 + seed)
    assert _measured(tmp_path, [f"{value:.6f}" for value in values], 64).once(rows_by_shares) is None


def test_a_batch_is_set_beside_the_rows_of_validation(tmp_path: Path) -> None:
    """Their accuracy is computed once over all of them, whatever the batches of training are."""
    rows = "".join(f"{n},{2.3 - n / 50:.4f},{each / 270}\n" for n, each in enumerate([32, 43, 53, 56, 75, 70, 74, 94]))
    (tmp_path / "training.log").write_text(f"epoch,loss,val_accuracy\n{rows}")
    (tmp_path / "config.yaml").write_text("batch_size: 1080\n")
    assert Measures(read_run(tmp_path)).value("run.batch_over_val") == 4.0


def test_rows_of_validation(tmp_path: Path) -> None:
    """Settings say how many, or the table; a share of the rows is no number of them."""
    (tmp_path / "history.csv").write_text("epoch,train_loss,val_loss\n1,0.5,0.6\n2,0.4,0.5\n3,0.3,0.4\n")
    for told, rows in (("data: {n_val: 24}", 24.0), ("n_val: 0.2", None)):
        (tmp_path / "config.yaml").write_text(told + "\n")
        assert Measures(read_run(tmp_path)).value("run.val_rows") == rows
    (tmp_path / "train.csv").write_text("a,b,label\n" + "".join(f"{n},{n % 7},{n % 2}\n" for n in range(90)))
    (tmp_path / "val.csv").write_text("a,b,label\n" + "".join(f"{n},{n % 5},{n % 2}\n" for n in range(31)))
    assert Measures(read_run(tmp_path)).value("run.val_rows") == 31.0
