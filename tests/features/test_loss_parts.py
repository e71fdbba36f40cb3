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


@pytest.mark.parametrize(("box", "share"), [(0.0, 1.0), (0.002, 0.0)])
def test_a_term_of_boxes_that_is_exactly_zero(tmp_path: Path, box: float, share: float) -> None:
    """The classes' term is no such term, and small is not zero."""
    rows = "".join(f"{n},{1 / (n + 1) + box},{box},{1 / (n + 1)},0\n" for n in range(20))
    (tmp_path / "log.csv").write_text("epoch,loss,loss_rpn_bbox,loss_cls,loss_mask\n" + rows)
    m = Measures(read_run(tmp_path))
    assert m.value("loss.box_term_zero") == share
    assert m.value("loss.box_term_says") == "loss_rpn_bbox"


def test_without_a_term_of_boxes_nothing_is_known_of_it(tmp_path: Path) -> None:
    (tmp_path / "log.csv").write_text("epoch,loss,loss_cls\n" + "".join(f"{n},{1 / (n + 1)},0\n" for n in range(20)))
    assert not Measures(read_run(tmp_path)).one("loss.box_term_zero").known
