"""Columns of a printed line that have no name but that of their data, beside parts of the loss."""

from __future__ import annotations

from pathlib import Path

from mladvisor.runs.read import read_run


def test_a_bare_train_and_test_beside_parts_are_the_loss(tmp_path: Path) -> None:
    """A variational autoencoder prints its total by the split alone; its divergence is "kl", and may be negative."""
    lines = (f"epoch {n}  train {30 - n}.5  test {31 - n}.2  (recon {29 - n}.1, kl -{n}.4)" for n in range(1, 9))
    (tmp_path / "train.log").write_text("\n".join(lines) + "\n")
    roles = {
        curve.name: (curve.role.kind, curve.role.split, curve.role.component) for curve in read_run(tmp_path).curves
    }
    assert roles == {
        "train": ("loss", "train", False),
        "test": ("loss", "test", False),
        "test recon": ("loss", "test", True),
        "test kl": ("loss", "test", True),
    }


def test_a_divergence_by_itself_is_no_loss(tmp_path: Path) -> None:
    """Trainers of agents watch how far a step moved the policy."""
    rows = "".join(f"{n},{n - 40},{0.003 + n % 3 / 1000},{n / 30}\n" for n in range(1, 12))
    (tmp_path / "progress.csv").write_text("EpLenMean,EpRewMean,KL,EVAfter\n" + rows)
    assert {curve.name: curve.role.kind for curve in read_run(tmp_path).curves}["KL"] == "other"


def test_what_is_generated_or_searched_for_is_evaluation(tmp_path: Path) -> None:
    """A mean average precision beside `loss` and `val_loss` names no split, and nobody computes it in training."""
    rows = "".join(f"{n},{9 / n},{10 / n},{0.03 + n / 100},{n / 20}\n" for n in range(1, 9))
    (tmp_path / "log.csv").write_text("epoch,loss,val_loss,mAP50,dice\n" + rows)
    splits = {curve.name: curve.role.split for curve in read_run(tmp_path).curves}
    assert splits == {"loss": "train", "val_loss": "val", "mAP50": "val", "dice": "train"}
