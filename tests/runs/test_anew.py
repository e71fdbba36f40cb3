"""A log that several trainings wrote to: the settings and the batches are those of the training that is used."""

from pathlib import Path

import pytest

from mladvisor.features.catalogue import Measures
from mladvisor.features.report_said import sheets_told
from mladvisor.runs.read import read_run

BLOCK = (
    '2025-01-02 10:00:0{n},410 - INFO - {{\n      "lr": {lr},\n      "dropout": {dropout},\n      "batch_size": 8\n}}\n'
)
LINE = "{{'lr': {lr}, 'dropout': {dropout}, 'batch_size': 8}}\n"
CALL = "Namespace(lr={lr}, dropout={dropout}, batch_size=8)\n"


def _batches(first: float) -> str:
    """Three epochs of five batches, of which the first of all reaches `first`."""
    lines = []
    for epoch in (1, 2, 3):
        for at in (10, 20, 30, 40, 50):
            amount = first if (epoch, at) == (1, 20) else 5 + at / 50
            lines.append(f"Epoch {epoch} Batch {at}/50 | Loss: {3 / (epoch + at / 50):.4f} | Amount: {amount:.4f}\n")
    return "".join(lines)


def _log(folder: Path, form: str, again: str | None = None) -> Path:
    first = form.format(n=1, lr=0.5, dropout=0.25) + _batches(9000)
    folder.joinpath("training.log").write_text(
        first + (again or form).format(n=2, lr=0.001, dropout=0.05) + _batches(5), encoding="utf-8"
    )
    return folder


@pytest.mark.parametrize("form", [BLOCK, LINE, CALL])
@pytest.mark.parametrize("single", [True, False])
def test_settings_of_the_last_start(tmp_path: Path, form: str, single: bool) -> None:
    """As a block, a line or a call; of the folder and of the file alike."""
    _log(tmp_path, form)
    run = read_run(tmp_path / "training.log" if single else tmp_path)
    assert "2 trainings" in " ".join(run.notes)
    assert {key: each.value for key, each in run.config.items()} == {"lr": 0.001, "dropout": 0.05, "batch_size": 8}


def test_settings_that_are_told_once_hold(tmp_path: Path) -> None:
    """What is printed between the trainings is no start unless it names what was named before."""
    run = read_run(_log(tmp_path, BLOCK, '{{"seed": 3, "gpu": 1, "lr": 0.7}}\n'))
    assert run.config["lr"].value == 0.5


def test_batches_of_the_training_that_is_used(tmp_path: Path) -> None:
    """A batch far off in a training before says nothing of this one."""
    m = Measures(read_run(_log(tmp_path, BLOCK)))
    assert [said.value for said, _ in sheets_told(m) if said.what == "batch-far"] == [0.0]
    alone = tmp_path / "alone"
    alone.mkdir()
    alone.joinpath("training.log").write_text(BLOCK.format(n=1, lr=0.5, dropout=0.25) + _batches(9000))
    m = Measures(read_run(alone))
    assert max(said.value for said, _ in sheets_told(m) if said.what == "batch-far") > 100
