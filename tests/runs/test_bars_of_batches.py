"""Progress bars that show single batches are curves by step; those that show a running mean have an end alone."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from mladvisor.runs.read import read_run


def _log(path: Path, *, running: bool, rate: str = ", 12.1it/s", title: str = "Epoch {}/6:") -> None:
    """Six epochs of 20 batches, each state of the bar and the mean of the epoch."""
    rng = np.random.default_rng(5)
    lines = []
    for epoch in range(1, 7):
        losses = (1.5 - 0.15 * epoch) * (1 + 0.25 * rng.normal(size=20))
        for n in range(20):
            shown = losses[: n + 1].mean() if running else losses[n]
            bar = f"{5 * (n + 1):3d}%|###   | {n + 1}/20 [00:0{n % 10}<00:01{rate}, loss={shown:.4f}, lr=2.0e-03]"
            lines.append(f"{title.format(epoch)} {bar}")
        lines.append(f"epoch {epoch} train_loss: {losses.mean():.5f} val_loss: {1.1 * losses.mean():.5f}")
    (path / "train.log").write_text("\n".join(lines) + "\n")


@pytest.mark.parametrize("rate", [", 12.1it/s", ""])
def test_single_batches_are_points_of_steps(tmp_path: Path, rate: str) -> None:
    _log(tmp_path, running=False, rate=rate)
    steps = next(curve for curve in read_run(tmp_path).curves if curve.name == "loss_step")
    assert len(steps) == 120
    assert steps.epochs is not None
    assert (float(steps.epochs[0]), float(steps.epochs[-1])) == pytest.approx((1, 6), abs=1.1)


@pytest.mark.parametrize("title", ["Epoch {}/6:", "Epoch {}"])
def test_a_running_mean_is_none(tmp_path: Path, title: str) -> None:
    _log(tmp_path, running=True, title=title)
    assert not any(curve.name == "loss_step" for curve in read_run(tmp_path).curves)
