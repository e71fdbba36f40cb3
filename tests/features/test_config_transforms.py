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
        (
            "train_transforms: ['RandomCrop(9, scale=(0.1, 1))', 'Normalize((1, 2), (3, 4))']\n"
            "val_transforms: ['Resize(9)', 'Normalize(mean=[1.0, 2], std=[3, 4])']",
            "",
        ),
        (
            "train_transforms: ['T.Normalize((1, 2), (3, 4))']\nval_transforms: ['T.Normalize((1, 2), (5, 4))']",
            "normalize",
        ),
        (
            "train_pipeline: [{type: Crop, scales: [1, 2]}, {type: Normalize, mean: [3]}]\n"
            "test_pipeline: [{type: Resize, scale: [1, 2]}, {type: TTA, transforms: [{type: Normalize, mean: [3.0]}]}]",
            "",
        ),
        ("train_pipeline: [{type: Flip}, {type: Normalize, mean: [3]}]\ntest_pipeline: [{type: Resize}]", "normalize"),
        ("train_transforms: [{Normalize: {mean: 3}}]\nval_transforms: [{Normalize: {mean: 4}}]", "normalize"),
        ("train_transforms: [Normalize]\nval_transforms: [Normalize(0.5)]", ""),
        ("train_transforms: [Normalize]\ntest_time_transforms: [Flip]", None),
        ("transforms: {train: [Normalize(0.5)]}", None),
        ("lr_scale_train: 2\nval_scale: 3", None),
    ],
)
def test_steps_that_scale(tmp_path: Path, settings: str, expected: str | None) -> None:
    """What scales on one side alone, or with other numbers; what changes rows at random is of training alone."""
    (tmp_path / "log.csv").write_text("epoch,train_loss,val_loss\n1,2,2\n2,1,1\n3,0.9,1\n")
    (tmp_path / "config.yaml").write_text(settings + "\n")
    assert Measures(read_run(tmp_path)).value("config.scaled_apart") == expected
