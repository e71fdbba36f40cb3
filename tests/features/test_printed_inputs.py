"""What a loop prints of inputs that are not finite, in its own words."""

from __future__ import annotations

from pathlib import Path

import pytest

from mladvisor.features.catalogue import Measures
from mladvisor.runs.read import read_run

LOG = "".join(f"epoch {n} train_loss {1 / n:.4f} val_loss {1.1 / n:.4f}\n" for n in range(1, 9))


@pytest.mark.parametrize(
    ("lines", "found"),
    [
        ("WARNING batch 3 x has 1 non-finite values (column temp)\nbatch 4 x has 3 non-finite values\n", 2.0),
        ("WARNING: input contains NaN\n", 1.0),
        ("step 7 batch_nan 0\nstep 8 batch_nan 2\n", 1.0),
        ("step 6 loss 0.9 input_absmax 2.5\nstep 7 loss nan input_absmax nan\n", 1.0),
        ("step 7 nan_in_batch=False\n", 0.0),
        ("inputs has 0 nan\n", 0.0),
        ("batch 3 has nan inputs, skipping it\n", None),
        ("batch 3: loss has nan\n", None),
        ("batch 3 predictions contain nan\n", None),
        ("column age has 12 nan values, filled with the median\n", None),
        ("input contains 120 NaN values\nimputed with column medians\n", None),
        ("X has 310 NaN values before imputation\n", None),
        ("starting\nValueError: Input contains NaN.\n", None),
        ("starting\n", None),
    ],
)
def test_inputs_that_are_not_finite(tmp_path: Path, lines: str, found: float | None) -> None:
    (tmp_path / "train.log").write_text(lines + LOG)
    assert Measures(read_run(tmp_path))["messages.inputs_not_finite"].value == found


@pytest.mark.parametrize(
    ("line", "factor"),
    [
        ("train 0.0 1.0 new 0.0 255.0", 255.0),
        ("x_train range [0.0, 1.0]  x_test range [0, 255]", 255.0),
        ("train min 0.0 max 1.0 | test min 0.0 max 1.0", 1.0),
        ("train 0.0 0.98 test 0.0 1.0", 1.0),
        ("train 0 900 val 900 1155", None),
        ("train loss 0.0 1.0 test loss 0.0 255.0", None),
        ("train -1.0 1.0 test 0.0 255.0", None),
        ("raw: min 0 max 255, train: min 0.0 max 1.0", None),
        ("images 0 255, train 0 1", None),
        ("train [0, 50000) val [0, 500)", None),
    ],
)
def test_printed_ranges_of_inputs(tmp_path: Path, line: str, factor: float | None) -> None:
    (tmp_path / "train.log").write_text(f"{line}\n{LOG}")
    assert Measures(read_run(tmp_path))["messages.ranges_apart"].value == factor


@pytest.mark.parametrize(
    ("line", "reach"),
    [
        ("X_train: (1078, 64) float32 min 0 max 256 mean 78.2", 256),
        ("inputs torch.Size([64, 3, 32, 32]) min=-2.1 max=2.6", 2.6),
        ("x range [0.0, 255.0]", 255),
        ("images (600, 28, 28) uint8 min 0 max 255", None),  # somebody is about to divide
        ("x_test: min 0 max 256", None),
        ("loss min 0.3 max 2.1", None),
    ],
)
def test_how_far_printed_inputs_reach(tmp_path: Path, line: str, reach: float | None) -> None:
    """The last line counts: what was printed before may have been scaled."""
    rows = "".join(f"epoch {n} train loss 2.3{n} val loss 2.31\n" for n in range(6))
    (tmp_path / "train.log").write_text(f"{line}\n{rows}")
    assert Measures(read_run(tmp_path))["messages.inputs_reach"].value == reach
