"""A reader that stumbles over a file is noted, and the rest of the folder is read."""

from __future__ import annotations

from pathlib import Path

import pytest

from mladvisor.errors import ReadError
from mladvisor.runs import beside
from mladvisor.runs.guarded import attempt
from mladvisor.runs.model import Run
from mladvisor.runs.read import read_run

LOG = "epoch,loss,val_loss\n" + "".join(f"{n},{1 / n},{1.1 / n}\n" for n in range(1, 12))


def test_the_log_is_read_though_a_look_at_a_note_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Once for each file, by its name and with the error."""

    def stumbles(file: object) -> bool:
        raise ValueError("no such number")

    monkeypatch.setattr(beside, "may_note", stumbles)
    (tmp_path / "log.csv").write_text(LOG)
    (tmp_path / "notes.txt").write_text("12 of 40 rows are blank\n")
    run = read_run(tmp_path)
    assert len(run.curves) == 2
    (note,) = [note for note in run.notes if "stumbled" in note]
    assert "notes.txt" in note and "ValueError: no such number" in note


def test_an_error_on_purpose_is_no_stumble() -> None:
    """It says what a person can do, and ends where it is caught."""
    run = Run(Path(), "r", notes=[])

    def refuses() -> int:
        raise ReadError("too large")

    with pytest.raises(ReadError):
        attempt(run, "a table", refuses)
    assert attempt(run, "a table", lambda: 1 // 0) is None
    assert "ZeroDivisionError" in run.notes[0]
