"""Parts of a loss that go apart between the splits."""

from __future__ import annotations

from pathlib import Path

import pytest

from mladvisor.features.catalogue import Measures
from mladvisor.runs.read import read_run


def _log(path: Path, val_class: float) -> None:
    lines = ["epoch,train/box_loss,train/cls_loss,val/box_loss,val/cls_loss"]
    for epoch in range(20):
        t = epoch / 19
        lines.append(f"{epoch},{2 - 1.9 * t:.4f},{1.1 - 0.7 * t:.4f},{2 - 1.7 * t:.4f},{1.1 - val_class * t:.4f}")
    path.write_text("\n".join(lines) + "\n")


@pytest.mark.parametrize(("val_class", "name"), [(0.0, "cls"), (-0.3, "cls"), (0.65, "box")])
def test_the_part_that_goes_apart_is_named(tmp_path: Path, val_class: float, name: str) -> None:
    _log(tmp_path / "results.csv", val_class)
    m = Measures(read_run(tmp_path))
    assert m.value("loss.part.name") == name
    assert (m.value("loss.part.train_fall") > 0.5) and (m.value("loss.part.val_fall") < 0.1) == (name == "cls")


def test_without_parts_nothing_is_said(tmp_path: Path) -> None:
    (tmp_path / "log.csv").write_text("epoch,loss,val_loss\n" + "".join(f"{n},{1 / (n + 1)},0.9\n" for n in range(20)))
    assert Measures(read_run(tmp_path)).value("loss.part.train_fall") is None


@pytest.mark.parametrize(
    ("part", "value", "share"),
    [("rpn_bbox", 0.0, 1.0), ("rpn_bbox", 0.02, 0.0), ("cls", 0.0, None), ("inbox_score", 0.0, None)],
)
def test_a_detector_that_meets_no_box(tmp_path: Path, part: str, value: float, share: float | None) -> None:
    """What lies beside no object has no box to be moved; other parts may well be zero."""
    rows = "".join(f"{n},{1 / (n + 1):.4f},{value},{0.5 / (n + 1):.4f}\n" for n in range(20))
    (tmp_path / "log.csv").write_text(f"epoch,loss,loss_{part},loss_other\n{rows}")
    assert Measures(read_run(tmp_path)).value("loss.box_zero_share") == share
