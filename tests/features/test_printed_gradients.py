"""Sizes of all layers' gradients in one line of the log are read in the order of the network."""

from pathlib import Path

import pytest

from mladvisor.features.catalogue import Measures
from mladvisor.features.printed_gradients import layers_in
from mladvisor.runs.read import read_run

LOG = "epoch {0} train loss 2.30{0} val loss 2.31{0}\n"


@pytest.mark.parametrize(
    "line",
    [
        "grad norm per layer (input -> output): 1e-06 2e-04 1e-01",
        "epoch 3 | layer grad norms: [1e-06, 2e-04, 0.1]",
        "gradients by layer, output to input = 0.1, 2e-4, 1e-6",
        "grad norms: fc1=1e-6 fc2=2e-4 out=0.1",
        "grads: fc1=1e-6 fc2=2e-4 out=0.1",
        "grad norms {'layers.0.weight': 1e-6, 'layers.1.weight': 2e-4, 'layers.2.weight': 0.1}",
        "  40 loss 0.69 acc 0.5 | grad 1.0e-06 2.0e-04 1.0e-01 | zero units 0.00 0.04",
        "ep 03 train 2.30 acc 0.09 grad first/mid/last 1e-06/2.00e-04/1.00e-01 zeros 0%",
        "epoch 3 loss 0.7 | grad norm (last/mid/first): 0.1/2e-4/1e-6 | lr 0.1",
        "gnorm fc1/fc2/out = 1e-6 / 2e-4 / 0.1",
        "epoch 3 loss 0.7 acc 0.5 | grad 0=1e-6 2=2e-4 4=0.1",
        "grad norms: 3:0.1, 2:2e-4, 1:1e-6 | lr 0.1",
        "2026-01-03 10:00:00 INFO gradient norms: conv1: 1e-6, conv2: 2e-4, head: 0.1",
    ],
)
def test_a_row_of_sizes_goes_from_the_first_layer_to_the_last(line: str) -> None:
    assert [size for _, size in layers_in(line)] == [1e-6, 2e-4, 0.1]


@pytest.mark.parametrize(
    "line",
    [
        "grad norm: 0.5",
        "loss 0.5 | grad 0.5 0.3 | lr 0.1",
        "loss 0.5 | grad 0.5 lr 0.1 0.2 0.3",
        "step 10 loss 0.5 grad_norm 0.3 lr 0.1",
        "grad norms p10 p50 p90: 0.1 0.2 0.9",
        "grad norms of the last steps: 0.1 0.2 0.9",
        "grad norms: min=0.1 mean=0.2 max=0.9",
        "weights per layer: 0.1 0.2 0.9",
        "grad mean/std/max 0.1/0.2/0.9",
        "grad before/after 0.1/0.2",
        "grad norm 25=0.1 50=0.2 75=0.9",
        "grad 1=0.1 2=0.2 50=0.9",
    ],
)
def test_percentiles_steps_and_single_norms_are_no_layers(line: str) -> None:
    assert layers_in(line) == []


def test_a_line_of_one_long_word_is_looked_through_once() -> None:
    """And not by its square: that would take hours."""
    many = 500_000
    assert layers_in("grads per layer: " + many * "a") == layers_in("grads per layer: a" + many * " " + "x") == []


def test_a_gradient_that_fades_in_printed_rows_is_measured(tmp_path: Path) -> None:
    rows = "grad norm per layer (input -> output): 4e-06 7e-05 1e-03 {}e-01\n"
    (tmp_path / "train.log").write_text("".join(rows.format(i + 1) + LOG.format(i) for i in range(4)))
    m = Measures(read_run(tmp_path))
    ratio = m.one("layers.gradient.ratio")
    assert ratio.value == pytest.approx(-4.8, abs=0.1) and ratio.where is not None and ratio.where.file == "train.log"


def test_two_ends_of_the_network_are_enough_where_they_are_called_so() -> None:
    assert layers_in("step 10 loss 0.69 grad first/last 1e-6/0.1") == [("first", 1e-6), ("last", 0.1)]
    assert layers_in("step 10 loss 0.69 grad norm out/in: 0.1/1e-6") == [("in", 1e-6), ("out", 0.1)]


def test_a_line_for_each_layer_is_a_row_where_they_follow_each_other(tmp_path: Path) -> None:
    names = ("inp.weight", "blocks.0.weight", "blocks.1.weight", "head.weight")
    epoch = "".join(f"   {name:<24} |grad| = {10.0 ** (at - 6):.3e}\n" for at, name in enumerate(names))
    (tmp_path / "train.log").write_text("".join(LOG.format(i) for i in range(4)))
    (tmp_path / "grads.txt").write_text(f"epoch 1\n{epoch}epoch 6\n{epoch}")
    m = Measures(read_run(tmp_path))
    assert m.one("layers.gradient.ratio").value == pytest.approx(-3)
    assert m.one("layers.gradient.first").value == "inp"
