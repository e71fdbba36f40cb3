"""Stages that a log counts."""

from __future__ import annotations

import pytest

from .fakes import curve, loss, measures


@pytest.mark.parametrize(
    ("name", "y", "stages"),
    [
        ("sparsity", [0.0] * 10 + [0.5] * 10 + [0.8] * 10, 3),
        ("img_size", [128] * 15 + [224] * 15, 2),
        ("sparsity", [at / 30 for at in range(30)], None),  # it grows all along
        ("sparsity", [0.5] * 30, None),
        ("lr", [0.1] * 15 + [0.01] * 15, None),
        ("stage", [0, 1] * 15, None),  # rows of two kinds take turns
    ],
)
def test_columns_that_move_in_steps(name: str, y: list[float], stages: float | None) -> None:
    m = measures(loss([1.0] * 30), curve(name, "other", None, y))
    assert m.value("run.stages") == stages
