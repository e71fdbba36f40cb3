"""Shares of dead, zero and saturated outputs of all layers in lines of the log."""

from __future__ import annotations

from pathlib import Path

import pytest

from mladvisor.features.catalogue import Measures
from mladvisor.features.printed_layers import shares_in
from mladvisor.runs.read import read_run


@pytest.mark.parametrize(
    "line",
    [
        "  zero activations per layer: [0.25, 0.75]",
        "zero fraction by layer: ['0.25', '0.75']",
        "dead units: fc1=16/64 fc2=48/64",
        "relu1 25.0% dead, relu2 75% dead",
        "[probe] saturated tanh units (%) per layer: 25 75.0",
        "sparsity of layers {'conv1': 0.25, 'conv2': 0.75}",
        "  40 loss 0.69 acc 0.5 | grad 1.0e-06 2.0e-04 1.0e-01 | zero units 0.25 0.75",
        "dead neurons per layer: 4/16, 12 / 16",
    ],
)
def test_shares_of_two_layers(line: str) -> None:
    """Lists, names, percents and counts beside how many there are."""
    assert [share for _, _, share in shares_in(line)] == [0.25, 0.75]


@pytest.mark.parametrize(
    "line",
    [
        "dead units per layer: [12, 30, 64]",  # of nobody knows how many
        "nonzero outputs per layer: [0.3, 0.4]",
        "zero-shot accuracy of outputs: [0.3, 0.4]",
        "epoch 1 loss 0.3 zero_division 0.0",
        "dead=0.3 lr=0.1",
        "optimizer.zero_grad() took 0.3 0.4",
        "learning rate is zero",
        "channels silent on any one image: fc1 82%, fc2 76%",
        "units always zero after magnitude pruning: fc1 0.75 fc2 0.5",
        "zero" * 400,
    ],
)
def test_other_lines_say_nothing(line: str) -> None:
    assert shares_in(line) == []


def test_a_layer_in_a_line_of_its_own() -> None:
    assert shares_in("fc2 | mean 0.000 std 0.001 | dead 97%") == [("fc2", "dead_share", 0.97)]


def run(folder: Path, *lines: str) -> Measures:
    """Measurements of a run whose log has these lines behind each epoch."""
    text = "".join(
        f"epoch {n} loss 2.303 val_loss 2.304\n" + "".join(f"  {line}\n" for line in lines) for n in range(9)
    )
    (folder / "train.log").write_text(text)
    return Measures(read_run(folder))


def test_what_is_printed_stands_for_a_log_of_layers(tmp_path: Path) -> None:
    """With the epochs that stand above, and the places of the lines; gradients in quotes are numbers, too."""
    m = run(
        tmp_path,
        "zero activations per layer: [0.8, 0.99, 1.0]",
        "grad norm per layer: ['0.00e+00', '0.00e+00', '0.00e+00']",
    )
    found = m["layer.zero_share"]
    assert isinstance(found, dict) and [each.value for each in found.values()] == [0.8, 0.99, 1.0]
    where = found["layer 2"].where
    assert where is not None and where.rows == (2, 26) and (where.start, where.end) == (0.0, 8.0)
    assert m.value("layers.gradient.all_zero") is True and m.value("layers.least_zero_share") == 0.8


def test_one_layer_alone_is_no_log_of_layers(tmp_path: Path) -> None:
    assert not isinstance(run(tmp_path, "fc1 dead 97%")["layer.dead_share"], dict)
