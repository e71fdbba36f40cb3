"""Settings that keep every layer still, and widths that are called like penalties."""

from __future__ import annotations

from pathlib import Path

import pytest

from mladvisor.runs.read import read_run

from .fakes import measures


@pytest.mark.parametrize(
    ("config", "expected"),
    [
        ({"freeze_all": True}, True),
        ({"env.FREEZE_BACKBONE": "true", "env.FREEZE_HEAD": "true"}, True),
        ({"freeze": "all"}, True),
        ({"frozen_layers": ["encoder", "classifier"]}, True),
        ({"freeze_backbone": True, "freeze_head": False}, False),
        ({"frozen_layers": ["layer1", "encoder"]}, False),
        ({"freeze_all": True, "lora_r": 8}, None),
        ({"freeze_head": False}, None),
        ({"freeze_bn": True}, None),
    ],
)
def test_all_layers_kept_still(config: dict[str, object], expected: bool | None) -> None:
    """By one word, or the body and the head; what is added to a model may learn all the same."""
    assert measures(config=config).value("config.all_frozen") is expected


def test_whole_numbers_called_l1_and_l2_are_widths() -> None:
    """PyTorch's tutorial on tuning calls two layers so; a fraction is a penalty, and so is one alone."""
    widths = measures(config={"l1": 64, "l2": 32, "lr": 0.01})
    assert (widths.value("config.l1"), widths.value("config.l2")) == (None, None)
    assert measures(config={"l1": 0.5, "l2": 2}).value("config.l2") == 2
    assert measures(config={"l2": 64}).value("config.l2") == 64


def test_what_a_file_is_called_names_what_it_sets(tmp_path: Path) -> None:
    """The name in `optimizer_config.json` is that of the optimizer, and MATLAB's options are of a class called so."""
    (tmp_path / "log.csv").write_text("epoch,loss\n0,1\n1,0.9\n")
    (tmp_path / "optimizer_config.json").write_text('{"name": "adam", "learning_rate": 0.5, "beta_1": 0.9}')
    assert read_run(tmp_path).config["optimizer.name"].value == "adam"
    (tmp_path / "optimizer_config.json").unlink()
    shown = "  TrainingOptionsSGDM with properties:\n\n  Momentum: 0.999\n  InitialLearnRate: 0.05\n  MaxEpochs: 3\n"
    (tmp_path / "options.txt").write_text(shown)
    assert read_run(tmp_path).config["optimizer"].value == "sgdm"
