"""Batches at which the loss or the gradient norm leaps in every epoch."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from mladvisor.features.catalogue import Measures
from mladvisor.runs.read import read_run


def _log(path: Path, *, leaps: dict[int, float], norms: dict[int, float] | None = None, moving: bool = False) -> None:
    """Six epochs of 30 batches with their loss and gradient norm; at some batches either is a multiple."""
    rng = np.random.default_rng(3)
    lines = ["step,epoch,batch,loss,grad_norm"]
    for step in range(180):
        epoch, batch = divmod(step, 30)
        place = (batch + 7 * epoch) % 30 if moving else batch
        loss = (1.0 - 0.1 * epoch) * (1.0 + 0.05 * rng.normal()) * leaps.get(place, 1.0)
        norm = (1.0 + 0.1 * rng.normal()) * (norms or {}).get(place, 1.0)
        lines.append(f"{step},{epoch},{batch},{loss:.5f},{norm:.5f}")
    path.write_text("\n".join(lines) + "\n")


@pytest.mark.parametrize("name", ["batch_log.csv", "train_steps.csv", "batches.csv"])
def test_a_batch_that_leaps_in_every_epoch_is_named_whatever_the_file_is_called(tmp_path: Path, name: str) -> None:
    _log(tmp_path / name, leaps={12: 6.0})
    m = Measures(read_run(tmp_path))
    assert m.value("batches.leap_q") < 1e-5
    assert m.value("batches.leap_batch") == 12
    assert m.value("batches.leap_epochs") == 6
    assert 4 < m.value("batches.leap_height") < 8


def test_the_gradient_tells_where_the_loss_is_known_by_heart(tmp_path: Path) -> None:
    _log(tmp_path / "batch_log.csv", leaps={12: 0.3}, norms={12: 20.0})
    m = Measures(read_run(tmp_path))
    assert m.value("batches.leap_q") < 1e-5
    assert m.value("batches.leap_batch") == 12


def test_leaps_that_move_and_a_rare_class_at_the_end_are_no_such_batch(tmp_path: Path) -> None:
    _log(tmp_path / "batch_log.csv", leaps={12: 6.0}, moving=True)
    assert Measures(read_run(tmp_path)).value("batches.leap_q") > 1e-3
    _log(tmp_path / "batch_log.csv", leaps={28: 6.0, 29: 6.0})
    assert Measures(read_run(tmp_path)).value("batches.leap_q") == 1.0
    _log(tmp_path / "batch_log.csv", leaps=dict.fromkeys(range(8, 20), 6.0))
    assert Measures(read_run(tmp_path)).value("batches.leap_q") == 1.0


def test_without_single_batches_nothing_is_said(tmp_path: Path) -> None:
    rows = "\n".join(f"{epoch},{1 / epoch:.4f}" for epoch in range(1, 30))
    (tmp_path / "log.csv").write_text("epoch,loss\n" + rows + "\n")
    assert Measures(read_run(tmp_path)).value("batches.leap_q") is None


def test_epochs_are_counted_by_their_updates_where_the_log_numbers_steps_alone(tmp_path: Path) -> None:
    _log(tmp_path / "batches.csv", leaps={12: 6.0})
    rows = [line.split(",") for line in (tmp_path / "batches.csv").read_text().splitlines()[1:]]
    (tmp_path / "batches.csv").unlink()
    (tmp_path / "log.csv").write_text("step,loss\n" + "".join(f"{row[0]},{row[3]}\n" for row in rows))
    alone = Measures(read_run(tmp_path))  # what leaps at one distance comes back
    assert alone.value("batches.leap_q") < 1e-5
    assert alone.value("batches.leap_batch") == 12
    (tmp_path / "config.yaml").write_text("n_train: 960\nbatch_size: 32\n")
    assert Measures(read_run(tmp_path)).value("batches.leap_batch") == 12


def test_leaps_at_any_distance_are_no_such_batch(tmp_path: Path) -> None:
    """Without epochs a common distance is asked for; leaps that come anywhere have none."""
    rng = np.random.default_rng(3)
    loss = 1.0 + 0.02 * rng.standard_normal(120)
    loss[[7, 30, 41, 77, 102]] = 9.0
    (tmp_path / "log.csv").write_text("step,loss\n" + "".join(f"{n},{one:.4f}\n" for n, one in enumerate(loss)))
    assert Measures(read_run(tmp_path)).value("batches.leap_q") == 1.0


@pytest.mark.parametrize(("leap", "told"), [(30, False), (1, False), (13, True)])
def test_what_leaps_where_epochs_meet_is_no_batch_of_its_own(tmp_path: Path, leap: int, told: bool) -> None:
    """A log of each second step: the rows at the ends of a sorted file leap, too, once an epoch."""
    rng = np.random.default_rng(5)
    steps = range(2, 600, 2)
    loss = [
        (9.0 if step % 60 in (2 * leap % 60, 2 * leap % 60 + 1) else 1.0) * (1 + 0.03 * rng.normal()) for step in steps
    ]
    rows = "".join(f"{step},{each:.5f}\n" for step, each in zip(steps, loss, strict=True))
    (tmp_path / "log.csv").write_text("step,train_loss\n" + rows)
    q = Measures(read_run(tmp_path)).value("batches.leap_q")
    assert isinstance(q, float) and (q < 1e-4) == told
