"""What a loss that is taken class by class leaves in a log beside accuracy, and what only looks like it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from mladvisor.features.catalogue import Measures
from mladvisor.runs.read import read_run


def _measured(folder: Path, loss: str, losses: Sequence[float], accuracies: Sequence[float]) -> Measures:
    rows = [f"{n},{a:.6f},{b:.6f}" for n, (a, b) in enumerate(zip(losses, accuracies, strict=True))]
    (folder / "history.csv").write_text("epoch,train_loss,train_acc\n" + "\n".join(rows) + "\n")
    (folder / "config.yaml").write_text(f"loss: {loss}\n")
    return Measures(read_run(folder))


@pytest.mark.parametrize(
    ("loss", "losses", "accuracies", "classes"),
    [
        ("mse", [0.115, 0.104, 0.098, 0.093, 0.088, 0.081], [0.1, 0.11, 0.14, 0.2, 0.31, 0.43], 10.0),
        ("bce", [0.44, 0.3257, 0.3254, 0.3246, 0.3237, 0.3226], [0.11, 0.12, 0.12, 0.14, 0.14, 0.17], 10.0),
        ("mse", [1.05, 0.9, 0.7, 0.6, 0.5, 0.4], [0.1, 0.11, 0.14, 0.2, 0.31, 0.43], None),
        ("mse", [0.09, 0.06, 0.04, 0.03, 0.02, 0.02], [0.1, 0.11, 0.12, 0.11, 0.1, 0.11], None),
        ("bce", [0.69, 0.6, 0.5, 0.42, 0.36, 0.33], [0.5, 0.66, 0.75, 0.8, 0.84, 0.86], None),
        ("cross_entropy", [2.3, 2.2, 2.0, 1.8, 1.6, 1.5], [0.1, 0.11, 0.14, 0.2, 0.31, 0.43], None),
    ],
)
def test_loss_and_accuracy_agree_on_the_classes(
    tmp_path: Path, loss: str, losses: list[float], accuracies: list[float], classes: float | None
) -> None:
    """One-hot squared errors and binary cross-entropies are told; regressions, autoencoders, two classes are not."""
    assert _measured(tmp_path, loss, losses, accuracies).value("loss.classes_by_accuracy") == classes


@pytest.mark.parametrize("scale", [1.0, 100.0])
def test_an_accuracy_of_many_classes_rules_two_out(tmp_path: Path, scale: float) -> None:
    """Of two classes the larger one alone is better than a half; an accuracy that is low throughout has more."""
    low = np.linspace(0.1, 0.3, 8) * scale
    assert _measured(tmp_path, "bce", np.linspace(0.4, 0.3, 8), low).value("task") != "binary"
    high = np.linspace(0.5, 0.9, 8) * scale
    assert _measured(tmp_path, "bce", np.linspace(0.7, 0.3, 8), high).value("task") == "binary"
