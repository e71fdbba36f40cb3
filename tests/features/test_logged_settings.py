"""Rows of an update and updates of an epoch that the log tells itself."""

from __future__ import annotations

from pathlib import Path

import pytest

from mladvisor.features.catalogue import Measures
from mladvisor.runs.read import read_run


def _measures(folder: Path, name: str, text: str) -> Measures:
    (folder / name).write_text(text)
    return Measures(read_run(folder))


def test_rows_and_updates_stand_in_columns(tmp_path: Path) -> None:
    """A column that keeps one number; a batch that varies with the length of texts has none."""
    rows = "".join(f"{n},3,2000,{2 - n / 50},{2 - n / 60}\n" for n in range(1, 9))
    m = _measures(tmp_path, "log.csv", "epoch,param_updates,examples_per_update,loss,val_loss\n" + rows)
    assert m.value("config.batch_size") == 2000
    assert m.value("run.updates_per_epoch") == 3
    assert m.value("run.updates") == 24
    rows = "".join(f"{n},{n * 3},{60 + n % 3},{2 - n / 50},{2 - n / 60}\n" for n in range(1, 9))
    m = _measures(tmp_path, "log.csv", "epoch,param_updates,examples_per_update,loss,val_loss\n" + rows)
    assert not m.one("config.batch_size").known
    assert m.value("run.updates_per_epoch") != 3


LINES = "".join(f"epoch {n} loss {2 - n / 50:.3f} val_loss {2.1 - n / 60:.3f}\n" for n in range(1, 9))


@pytest.mark.parametrize(
    ("head", "size"),
    [
        ("rows per update: 1\n", 1),
        ("examples per optimizer step = 64\n", 64),
        ("images per second: 1\n", 32),
        ("CUDA out of memory, retrying with batch_size=16\nCUDA out of memory, retrying with batch_size=8\n", 8),
        ("trying batch size 16\n", 32),  # nothing says that it was kept
    ],
)
def test_lines_say_how_many_rows_an_update_has(tmp_path: Path, head: str, size: int) -> None:
    """What was given up for want of memory overrules the configuration; what is only counted does not."""
    (tmp_path / "config.yaml").write_text("batch_size: 32\n" if size in (32, 8) else "epochs: 8\n")
    assert _measures(tmp_path, "train.log", head + LINES).value("config.batch_size") == size


@pytest.mark.parametrize(
    ("config", "size"),
    [
        ({"train_batch_size": 512, "train_micro_batch_size_per_gpu": 8, "gradient_accumulation_steps": 16}, 512),
        ({"effective_batch_size": 256, "gradient_accumulation_steps": 8}, 256),
        ({"batch_size": 32, "gradient_accumulation_steps": 8}, 256),
    ],
)
def test_all_rows_of_a_step_are_accumulated_already(tmp_path: Path, config: dict[str, int], size: int) -> None:
    """DeepSpeed's `train_batch_size` holds the devices that nothing else names."""
    (tmp_path / "config.yaml").write_text("".join(f"{key}: {value}\n" for key, value in config.items()))
    assert _measures(tmp_path, "train.log", LINES).value("config.batch_size") == size
