"""Steps that the loss scaler of half precision skips, how far its factor falls, and the size of steps of all layers."""

from __future__ import annotations

from pathlib import Path

import pytest

from mladvisor.features.catalogue import Measures
from mladvisor.runs.read import read_run

APEX = "Gradient overflow.  Skipping step, loss scaler 0 reducing loss scale to 32768.0\n"


def measured(folder: Path, name: str) -> float | None:
    """The value of a measurement of a folder."""
    value = Measures(read_run(folder)).value(name)
    return value if isinstance(value, float) else None


def test_columns(tmp_path: Path) -> None:
    """A flag for each step, and the factor."""
    rows = "".join(f"{at},1.9,{65536 / 2**at:g},{at % 2}\n" for at in range(40))
    (tmp_path / "log.csv").write_text("step,loss,loss_scale,found_inf\n" + rows)
    assert measured(tmp_path, "scaler.skipped_share") == 0.5
    assert measured(tmp_path, "scaler.fall") == pytest.approx(11.74, abs=0.01)


def test_lines(tmp_path: Path) -> None:
    """Apex says it in a line of its own."""
    lines = "".join((APEX if at % 2 else "") + f"step {at} loss 1.{at:02d}\n" for at in range(41))
    (tmp_path / "train.log").write_text(lines)
    assert measured(tmp_path, "scaler.skipped_share") == pytest.approx(0.5, abs=0.02)


def test_nothing_skipped(tmp_path: Path) -> None:
    """Rows of data that were skipped are none of the steps, and a column of another name is no factor."""
    rows = "".join(f"{at},1.9,{3 + at},0.1\n" for at in range(40))
    (tmp_path / "log.csv").write_text("step,loss,skipped_rows,scale_factor\n" + rows)
    assert measured(tmp_path, "scaler.skipped_share") is None
    assert measured(tmp_path, "scaler.fall") is None


@pytest.mark.parametrize(
    ("line", "decades"),
    [
        ("update:weight ratio 1e-06", -6.0),
        ("mean |dW|/|W| = 1e-03", -3.0),
        ("update_ratio: 1.0e-4", -4.0),
        ("upd/param (log10) -5.0", -5.0),
        ("delta loss / weight 0.1", None),
        ("update 3: weight 0.4", None),
    ],
)
def test_steps_beside_weights(tmp_path: Path, line: str, decades: float | None) -> None:
    """The ratio of all layers together, in a line of the log."""
    lines = "".join(f"epoch {at} train_loss 1.{9 - at} val_loss 1.8\n{line}\n" for at in range(1, 6))
    (tmp_path / "train.log").write_text(lines)
    found = measured(tmp_path, "layers.update_ratio")
    assert found == (None if decades is None else pytest.approx(decades))
