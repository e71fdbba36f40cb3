"""Notes on another choice, set against where the run itself ends."""

from __future__ import annotations

from pathlib import Path

import pytest

from mladvisor.features.catalogue import Measures
from mladvisor.runs.read import read_run

STUCK = "epoch,loss,val_loss,val_acc\n" + "".join(f"{n},{1.2 + n % 3 / 10},{1.3 + n % 2 / 5},0.6\n" for n in range(12))
LEARNT = "epoch,loss,val_loss,val_acc\n" + "".join(f"{n},{1 / (n + 1)},{1.1 / (n + 1)},0.9\n" for n in range(12))
SMALLER = "With the learning rate divided by 20 the loss was at 0.2 after one epoch.\n"


def _measures(folder: Path, log: str, note: str) -> Measures:
    (folder / "log.csv").write_text(log)
    (folder / "mail.txt").write_text(note)
    return Measures(read_run(folder))


def test_a_trial_counts_by_where_the_run_ends(tmp_path: Path) -> None:
    """The same sentence beside a run that learnt says nothing against its rate."""
    assert _measures(tmp_path, STUCK, SMALLER).value("sweep.rate.smaller_better") > 2
    assert _measures(tmp_path, LEARNT, SMALLER).value("sweep.rate.smaller_better") == 0


def test_an_overfitted_run_is_no_case_of_a_rate(tmp_path: Path) -> None:
    log = "epoch,loss,val_loss\n" + "".join(f"{n},{0.8 / (n + 1)},{0.5 + n / 10}\n" for n in range(12))
    assert _measures(tmp_path, log, SMALLER).value("sweep.rate.smaller_better") == 0


@pytest.mark.parametrize(("own", "better"), [(4096, True), (64, False)])
def test_a_change_holds_for_the_run_that_was_changed(tmp_path: Path, own: int, better: bool) -> None:
    """A run with the old batch is not the one that the note speaks of."""
    (tmp_path / "config.yaml").write_text(f"batch_size: {own}\n")
    m = _measures(tmp_path, STUCK, "batch size 64 -> 4096: accuracy 0.6 (was 0.92)\n")
    assert (
        (m.value("sweep.batch.smaller_better") or 0) > 0.5 if better else not m.one("sweep.batch.smaller_better").known
    )


def test_notes_tell_settings_that_nothing_else_does(tmp_path: Path) -> None:
    m = _measures(tmp_path, STUCK, "SGD, batch size 4, learning rate 0.5\n")
    assert [m.value(f"config.{name}") for name in ("batch_size", "learning_rate", "optimizer")] == [4, 0.5, "sgd"]
    (tmp_path / "config.yaml").write_text("batch_size: 32\nlr: 0.01\n")
    m = Measures(read_run(tmp_path))
    assert [m.value(f"config.{name}") for name in ("batch_size", "learning_rate")] == [32, 0.01]
