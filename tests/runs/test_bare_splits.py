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


def _kinds(folder: Path) -> dict[str, tuple[str, str | None]]:
    return {curve.name: (curve.role.kind, curve.role.split) for curve in read_run(folder).curves}


def test_bare_splits_beside_a_named_score_are_the_loss_though_training_rises(tmp_path: Path) -> None:
    """Above 1, or falling where accuracy rises, they are no accuracy of their own."""
    rows = ((0.33, 0.09, 0.97), (0.17, 0.10, 0.97), (0.30, 0.72, 0.89), (0.74, 0.35, 0.94), (1.33, 1.10, 0.92))
    lines = "".join(f"{n}\t{a}\t{b}\t{c}\n" for n, (a, b, c) in enumerate(rows, 1))
    (tmp_path / "results.tsv").write_text("ep\ttrain\tdev\tdev_acc\n" + lines)
    assert _kinds(tmp_path)["dev"] == ("loss", "val")
    lines = "".join(f"{n}\t{a / 2}\t{b / 2}\t{c}\n" for n, (a, b, c) in enumerate(rows, 1))
    (tmp_path / "results.tsv").write_text("ep\ttrain\tdev\tdev_acc\n" + lines)
    assert _kinds(tmp_path)["train"] == ("loss", "train")


def test_bare_splits_that_go_with_a_score_may_be_one(tmp_path: Path) -> None:
    """Two scores, of which only one has a name."""
    rows = ((0.31, 0.39, 0.47), (0.42, 0.40, 0.57), (0.53, 0.52, 0.69), (0.64, 0.55, 0.74), (0.68, 0.60, 0.78))
    lines = "".join(f"{n}\t{a}\t{b}\t{c}\n" for n, (a, b, c) in enumerate(rows, 1))
    (tmp_path / "results.tsv").write_text("ep\ttrain\tdev\tdev_acc\n" + lines)
    assert _kinds(tmp_path)["train"][0] == "other"


def test_what_is_generated_or_searched_for_is_evaluation(tmp_path: Path) -> None:
    """A mean average precision beside `loss` and `val_loss` names no split, and nobody computes it in training."""
    rows = "".join(f"{n},{9 / n},{10 / n},{0.03 + n / 100},{n / 20}\n" for n in range(1, 9))
    (tmp_path / "log.csv").write_text("epoch,loss,val_loss,mAP50,dice\n" + rows)
    splits = {curve.name: curve.role.split for curve in read_run(tmp_path).curves}
    assert splits == {"loss": "train", "val_loss": "val", "mAP50": "val", "dice": "train"}
