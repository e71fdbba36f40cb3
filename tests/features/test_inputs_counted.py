"""Inputs that are no numbers, as the log counts them beside the loss."""

from __future__ import annotations

from pathlib import Path

import pytest

from mladvisor.features.catalogue import Measures
from mladvisor.runs.read import read_run


@pytest.mark.parametrize(
    ("column", "at", "value"),
    [
        ("x_nonfinite", 12, 16.0),
        ("nan_inputs", 12, 16.0),
        ("n_non_finite_in_batch", 12, 16.0),
        ("x_nonfinite", 15, 0.0),  # behind the first loss that is none: not what made it so
        ("grad_nonfinite", 12, None),
        ("nan_share_of_outputs", 12, None),
    ],
)
def test_inputs_that_are_no_numbers_up_to_the_loss_that_is_none(
    tmp_path: Path, column: str, at: int, value: float | None
) -> None:
    rows = "".join(f"{n},{'nan' if n >= 12 else 1 / (n + 1)},{16 * (n == at)}\n" for n in range(30))
    (tmp_path / "steps.csv").write_text(f"step,train_loss,{column}\n{rows}")
    assert Measures(read_run(tmp_path)).value("loss.inputs_not_finite") == value
