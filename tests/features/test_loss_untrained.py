"""The loss of the first batch: a single step that nothing came before, or unknown."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from mladvisor.features.catalogue import Measures
from mladvisor.runs.model import Curve, Place, Role, Run


def _of(x: list[float], y: list[float], unit: str = "step", epochs: list[float] | None = None) -> Measures:
    role = Role("loss", "train", "total")
    told = None if epochs is None else np.array(epochs)
    curve = Curve("loss", role, np.array(x), np.array(y), unit, Place("log.csv", "loss"), epochs=told)  # type: ignore[arg-type]
    return Measures(Run(path=Path("made-up"), name="made-up", format="", curves=(curve,)))


def test_the_first_batch_is_told_where_steps_are_logged_apart() -> None:
    """Every hundredth step, from step 0: the first value is that of one batch."""
    m = _of([0, 100, 200, 300], [7000.0, 2.3, 2.2, 2.4])
    assert m.value("loss.untrained") == 7000
    assert m.value("loss.untrained_over_next") == 7000 / 2.3


def test_steps_of_one_epoch_are_single_ones() -> None:
    """Steps 1, 2, 3 of one epoch."""
    assert _of([1, 2, 3, 4], [9.0, 3.0, 3.0, 3.0], epochs=[0, 0, 1, 1]).value("loss.untrained") == 9


def test_means_of_epochs_and_late_beginnings_are_unknown() -> None:
    """An epoch is many steps, whatever it is called; a log that begins at step 50 has 50 behind it."""
    assert not _of([1, 2, 3, 4], [9.0, 3.0, 3.0, 3.0]).one("loss.untrained").known
    assert not _of([0, 1, 2, 3], [9.0, 3.0, 3.0, 3.0], "epoch").one("loss.untrained").known
    assert not _of([50, 100, 150, 200], [9.0, 3.0, 3.0, 3.0]).one("loss.untrained").known
