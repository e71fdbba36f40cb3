"""Transforms of training and evaluation in the settings."""

from __future__ import annotations

from pathlib import Path

import pytest

from mladvisor.features.catalogue import Measures
from mladvisor.runs.read import read_run


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ("data: {train_transforms: [ToFloat, Rescale(1/255)], val_transforms: [ToFloat]}", "rescale"),
        ("train_transform: Compose(ToTensor(), Normalize(0.5, 0.2))\ntest_transform: Compose(ToTensor())", "normalize"),
        ("transforms: {train: [Normalize(0.5)], val: [Normalize(0.3)]}", "normalize"),
        ("transforms: {train: [RandomFlip, RandomRescale(2), Normalize(0.5)], val: [Normalize( 0.5 )]}", ""),
        ("transforms: {train: [ToTensor, Flip], val: [ToTensor]}", ""),
        ("transforms: {train: [Normalize(0.5)]}", None),
        ("lr_scale_train: 2\nval_scale: 3", None),
    ],
)
def test_steps_that_scale(tmp_path: Path, settings: str, expected: str | None) -> None:
    """What scales on one side alone, or with other numbers; what changes rows at random is of training alone."""
    (tmp_path / "log.csv").write_text("epoch,train_loss,val_loss\n1,2,2\n2,1,1\n3,0.9,1\n")
    (tmp_path / "config.yaml").write_text(settings + "\n")
    assert Measures(read_run(tmp_path)).value("config.scaled_apart") == expected
