"""Settings that a tracker keeps in its store, beside a log that lies elsewhere in the folder."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from mladvisor.runs.read import read_run

CONFIG = "wandb_version: 1\nlearning_rate:\n  desc: null\n  value: 0.02\n"
LOG = "".join(json.dumps({"epoch": n, "train/loss": 1 / n, "val/loss": 1.2 / n}) + "\n" for n in range(1, 9))


def _kept(root: Path, name: str, text: str = CONFIG) -> None:
    folder = root / "wandb" / name / "files"
    folder.mkdir(parents=True)
    (folder / "config.yaml").write_text(text)
    (folder / "wandb-summary.json").write_text('{"_runtime": 4.0, "train/loss": 0.125}')


@pytest.mark.parametrize("log", ["history.jsonl", "export/history.jsonl"])
def test_the_only_run_of_a_store_tells_the_settings(tmp_path: Path, log: str) -> None:
    """An export of the curves, right in the folder or in one of its own, is of that run."""
    _kept(tmp_path, "run-20240301_101010-abcd1234")
    (tmp_path / log).parent.mkdir(exist_ok=True)
    (tmp_path / log).write_text(LOG)
    run = read_run(tmp_path)
    assert {curve.name for curve in run.curves} >= {"train/loss", "val/loss"}
    assert run.config["learning_rate"].value == 0.02


def test_of_several_runs_in_a_store_none_is_taken(tmp_path: Path) -> None:
    """Nobody can tell which of them the log is of."""
    _kept(tmp_path, "run-20240301_101010-abcd1234")
    _kept(tmp_path, "run-20240302_101010-efgh5678")
    (tmp_path / "history.jsonl").write_text(LOG)
    assert "learning_rate" not in read_run(tmp_path).config
