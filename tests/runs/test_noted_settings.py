"""Settings that notes tell, where nothing else does."""

from __future__ import annotations

from pathlib import Path

import pytest

from mladvisor.runs.read import read_run

LOG = "epoch,loss,val_loss\n0,1.0,1.1\n1,0.8,0.9\n2,0.7,0.85\n3,0.6,0.8\n"
TABLE = (
    "# Model card\n\n## Training\n\n| setting | value |\n|---|---|\n"
    "| Learning rate | 0.03 |\n| bs | 1 |\n| optimizer | Adam |\n| hidden | [32, 16] |\n"
)
LIST = (
    "# tuned\n\n### Training hyperparameters\n\nThe following hyperparameters were used during training:\n"
    "- learning_rate: 2e-05\n- train_batch_size: 16\n- seed: 42\n"
    "- optimizer: Adam with betas=(0.9,0.999) and epsilon=1e-08\n- num_epochs: 3\n"
)
BOLD = "# Run 7\n\n* **Learning rate**: 0.1\n* **Batch size:** 64\n* `optimizer` = sgd\n"
CODE = "# Notes\n\nStarted with\n\n```yaml\nlr: 0.5\nbatch_size: 8\noptimizer: sgd\n```\n"


def settings(folder: Path) -> dict[str, object]:
    """What was set, by the folder."""
    return {key: setting.value for key, setting in read_run(folder).config.items()}


@pytest.mark.parametrize(
    ("name", "text", "some"),
    [
        ("MODEL_CARD.md", TABLE, {"learning_rate": 0.03, "bs": 1, "optimizer": "Adam", "hidden": [32, 16]}),
        ("docs/model_card.md", TABLE, {"learning_rate": 0.03, "bs": 1}),
        ("README.md", LIST, {"learning_rate": 2e-5, "train_batch_size": 16, "num_epochs": 3}),
        ("notes.md", BOLD, {"learning_rate": 0.1, "batch_size": 64, "optimizer": "sgd"}),
        ("run.md", CODE, {"lr": 0.5, "batch_size": 8}),
    ],
)
def test_notes_tell_what_a_run_was_set_to(tmp_path: Path, name: str, text: str, some: dict[str, object]) -> None:
    """A table, the list of the Trainer's cards, bold words, a block of code."""
    (tmp_path / "history.csv").write_text(LOG)
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).write_text(text)
    assert some.items() <= settings(tmp_path).items()
    assert any(name in line for line in read_run(tmp_path).assumed)


@pytest.mark.parametrize(
    "text",
    [
        "# Usage\n\n- lr: 0.1\n- batch_size: 8\n",
        "# Baseline\n\n| setting | value |\n|---|---|\n| lr | 0.1 |\n| batch_size | 8 |\n",
        "# a\n\n- lr: 0.1\n- optimizer: sgd\n\n# b\n\n- lr: 0.2\n- optimizer: sgd\n",  # two runs
        "# Results\n\n| lr | batch_size | acc |\n|---|---|---|\n| 0.1 | 8 | 0.9 |\n| 0.2 | 8 | 0.8 |\n",
        "# Model\n\n- accuracy: 0.9\n- owner: us\n",
    ],
)
def test_notes_of_other_runs_are_no_settings(tmp_path: Path, text: str) -> None:
    """Examples, baselines, several runs, results."""
    (tmp_path / "history.csv").write_text(LOG)
    (tmp_path / "README.md").write_text(text)
    assert settings(tmp_path) == {}


@pytest.mark.parametrize(("name", "text"), [("config.yaml", "lr: 0.2\noptimizer: sgd\n"), ("train.py", "lr = 0.2\n")])
def test_notes_are_silent_beside_a_configuration_or_a_script(tmp_path: Path, name: str, text: str) -> None:
    """What a run was started with is known better there."""
    (tmp_path / "history.csv").write_text(LOG)
    (tmp_path / "README.md").write_text(TABLE)
    (tmp_path / name).write_text(text)
    assert "bs" not in settings(tmp_path)


def test_the_layers_of_a_card_are_the_intention_beside_a_description(tmp_path: Path) -> None:
    """What became of it stands in the printed model."""
    (tmp_path / "history.csv").write_text(LOG)
    (tmp_path / "model_card.md").write_text(TABLE)
    (tmp_path / "model.txt").write_text("Sequential(\n  (0): Linear(in_features=8, out_features=2, bias=True)\n)\n")
    found = settings(tmp_path)
    assert found["learning_rate"] == 0.03
    assert "hidden" not in found
