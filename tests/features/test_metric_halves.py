"""Precision from F1 and recall, and recall from F1 and precision."""

from __future__ import annotations

from pathlib import Path

import pytest

from mladvisor.features.catalogue import Measures
from mladvisor.runs.read import read_run


def measures(folder: Path, metrics: str, *rows: str, task: str = "binary") -> Measures:
    lines = [f"{n},{0.7 / (n + 1):.3f},{0.72 / (n + 1):.3f},{row}" for n, row in enumerate(rows)]
    (folder / "log.csv").write_text(f"epoch,train_loss,val_loss,{metrics}\n" + "\n".join(lines) + "\n")
    (folder / "config.yaml").write_text(f"task: {task}\n")
    return Measures(read_run(folder))


@pytest.mark.parametrize("percent", [1, 100])
def test_the_third_follows_from_two(tmp_path: Path, percent: int) -> None:
    """Undefined where nothing is found; percent or fractions."""
    f1, recall = 0.4 * percent, 0.25 * percent
    m = measures(tmp_path, "val_f1,val_recall", "0.0,0.0", *[f"{f1},{recall}"] * 5)
    assert m.value("metric.val.level.precision") == pytest.approx(1.0)
    m = measures(tmp_path, "val_f1,val_precision", "0.0,0.0", *[f"{f1},{recall}"] * 5)
    assert m.value("metric.val.level.recall") == pytest.approx(1.0)
    m = measures(tmp_path, "val_f1,val_recall", *["0.6,0.75"] * 5)
    assert m.value("metric.val.level.precision") == pytest.approx(0.5)


def test_averages_over_classes_say_nothing(tmp_path: Path) -> None:
    """By their names or by the task; what was logged is never worked out."""
    rows = ["0.6,0.75"] * 5
    assert measures(tmp_path, "val_f1_macro,val_recall_macro", *rows).value("metric.val.level.precision") is None
    assert measures(tmp_path, "val_f1,val_recall", *rows, task="multiclass").value("metric.val.level.precision") is None
    m = measures(tmp_path, "val_f1,val_recall,val_precision", *["0.6,0.75,0.9"] * 5)
    assert m.value("metric.val.level.precision") == pytest.approx(0.9)
