"""Leaps where epochs begin, in logs of every other step."""

from __future__ import annotations

from pathlib import Path

from mladvisor.features.catalogue import Measures
from mladvisor.runs.read import read_run

from .test_loss_places import _log


def test_a_leap_where_each_epoch_begins_is_no_batch_of_its_own(tmp_path: Path) -> None:
    """In a sorted file the first batch follows the last: it leaps for that, also where every other step is logged."""
    _log(tmp_path / "batches.csv", leaps={0: 9.0, 1: 6.0, 12: 1.0})
    rows = [line.split(",") for line in (tmp_path / "batches.csv").read_text().splitlines()[1:]]
    (tmp_path / "batches.csv").unlink()
    (tmp_path / "log.csv").write_text("step,loss\n" + "".join(f"{int(row[0]) + 2},{row[3]}\n" for row in rows[::2]))
    assert Measures(read_run(tmp_path)).value("batches.leap_q") == 1.0
    (tmp_path / "config.yaml").write_text("n_train: 960\nbatch_size: 32\n")
    assert Measures(read_run(tmp_path)).value("batches.leap_q") == 1.0
