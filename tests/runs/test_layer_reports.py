"""Statistics of layers in JSON: by layer, by statistic, under epochs, as lists; columns of a table are no layers."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from mladvisor.features.catalogue import Measures
from mladvisor.runs.layer_columns import is_layer_table
from mladvisor.runs.layer_reports import layer_rows_in
from mladvisor.runs.read import read_run

LOG = "epoch,loss,val_loss\n" + "".join(f"{n},{1 / n:.4f},{1.1 / n:.4f}\n" for n in range(1, 13))
UNITS = {"kind": "ReLU", "frac_zero": 0.98, "units": 40, "dead_units": 39, "mean": 0.01, "std": 0.05}
IDLE = {"dead_frac": 0.9, "mean": 0.0}


@pytest.mark.parametrize(
    ("said", "content", "row"),
    [
        ("probe", {"1": UNITS, "3": UNITS}, {"layer": "1", "type": "ReLU", "units": 40}),
        ("report", {"1": UNITS, "3": UNITS}, {"layer": "1"}),  # each says that it is a ReLU
        ("report", {"fc1": IDLE, "fc2": IDLE}, {"layer": "fc1", "dead_frac": 0.9}),
        ("dead_units", {"a": IDLE, "b": IDLE}, {"layer": "a"}),
        ("report", {"epoch": 7, "layers": {"a": IDLE, "b": IDLE}}, {"epoch": 7, "layer": "a"}),
        ("report", [{"epoch": 3, "activations": {"a": IDLE, "b": IDLE}}], {"epoch": 3, "layer": "a"}),
        ("report", {"epoch_5": {"fc1": IDLE, "fc2": IDLE}}, {"epoch": 5, "layer": "fc1"}),
        ("activations", {"zero_share": {"relu1": 0.4}, "epoch": 3}, None),  # one layer at one point
        ("activations", [{"epoch": n, "zero_share": {"relu1": 0.4}} for n in (1, 2)], {"epoch": 1, "layer": "relu1"}),
        ("report", {"relu_zero_share": {"relu1": 0.4, "relu2": 0.9}}, {"layer": "relu1", "relu_zero_share": 0.4}),
        ("report", {"fc1": {"dead_share": [0.2, 0.9]}, "fc2": {"dead_share": [0, 0]}}, {"epoch": 1, "dead_share": 0.2}),
        (
            "report",
            [{"epoch": 2, "relu1.zero_fraction": 0.4, "relu2.zero_fraction": 0.9}],
            {"epoch": 2, "layer": "relu1", "zero_fraction": 0.4},
        ),
        ("report", {"dead_share/fc1": 0.4, "dead_share/fc2": 0.9, "lr": 0.1}, {"layer": "fc1", "dead_share": 0.4}),
        ("report", {"act_1_units_always_zero": 0.4, "act_2_units_always_zero": 0.9}, {"layer": "act_1"}),
        (
            "gradient_norms",
            {"epoch_2": {"rnn.weight_ih_l0": 0.2, "rnn.weight_hh_l0": 1.6, "head.weight": 0.4}},
            {"epoch": 2, "layer": "rnn.weight_ih_l0", "kind": "gradient", "norm": 0.2},
        ),
        ("grads", [{"step": 5, "fc1.weight": 0.2, "fc2.weight": 0.1}], {"step": 5, "layer": "fc1.weight"}),
        (
            "dead_units",
            {"relu1": "48/64", "relu2": "12.5%"},
            {"layer": "relu1", "kind": "activation", "dead_share": 0.75},
        ),
        ("update_ratios", {"fc1.weight": [-6.0, -6.5], "fc2.weight": [-6.2, -6.1]}, {"step": 1, "update_ratio": 1e-6}),
        ("grads", {"fc1.weight": 0.2, "fc2.weight": 0.1, "fc3.weight": None}, {"layer": "fc1.weight"}),
        (
            "init_stats",
            {"fc1.weight": {"shape": [64, 20], "std": 1.0}, "fc2.weight": {"shape": [5, 64], "std": 1.0}},
            {"step": 0, "layer": "fc1.weight", "kind": "weight", "inputs": 20.0, "std": 1.0},
        ),
        (
            "activation_histograms",
            {name: {"counts": [90, 0, 0], "bin_edges": [0, 1, 2, 3]} for name in ("relu1", "relu2")},
            {"layer": "relu1", "zero_share": 1.0, "std": 0.0},
        ),
        (
            "report",
            {"layers": [{"name": name, "grad": {"l2": 0.1, "max": 0.2}} for name in ("fc1", "fc2")]},
            {"layer": "fc1", "grad_l2": 0.1},
        ),
        ("weights", {"fc1.weight": 0.2, "fc2.weight": 0.1}, None),  # of what, nothing says
        ("gradients", {"mean": 0.2, "max": 0.9}, None),
        ("report", {"age.zero_share": 0.4, "bmi.zero_share": 0.9}, None),
        ("stats", {"age": {"mean": 40, "zero_share": 0.9}, "bmi": {"mean": 20, "zero_share": 0.9}}, None),
        ("stats", {"age": {"mean": 40}, "bmi": {"mean": 20}}, None),
        ("activations", {"fc1": {"mean": 0.1, "std": 0.2}, "fc2": {"mean": 0.1, "std": 0.2}}, None),
        ("layers", {"fc1": IDLE}, None),
        ("layers", {"zero_share": 0.3, "dead": [1, 2]}, None),
    ],
)
def test_rows_of_layers(said: str, content: Any, row: dict[str, Any] | None) -> None:
    """What each form says of its first layer; None where nothing says that these are layers."""
    found = layer_rows_in(said, content)
    assert (found[0].items() >= row.items()) if row is not None else not found


def measured(folder: Path, content: Any) -> Measures:
    """Measurements of a run with a log and this file of activations."""
    (folder / "log.csv").write_text(LOG)
    (folder / "activation_stats.json").write_text(json.dumps(content))
    return Measures(read_run(folder))


def shares(m: Measures, name: str) -> list[float]:
    """A share, layer by layer."""
    found = m[name]
    return [float(each.value) for each in found.values()] if isinstance(found, dict) else []  # type: ignore[arg-type]


def test_units_that_are_counted_become_shares(tmp_path: Path) -> None:
    """39 of 40 units are dead; a layer's type under "kind" is no kind of tensor."""
    m = measured(tmp_path, {"1": UNITS, "3": {**UNITS, "dead_units": 10}})
    assert shares(m, "layer.dead_share") == pytest.approx([0.975, 0.25])
    assert shares(m, "layer.zero_share") == [0.98, 0.98]


def test_an_activation_that_no_output_has_is_a_hidden_one(tmp_path: Path) -> None:
    """The last tanh counts as the first does; when these were taken is not told, and so not where they started."""
    tanh = {"kind": "Tanh", "frac_zero": 0.0, "saturated": 0.95, "mean": 0.0, "std": 0.98}
    m = measured(tmp_path, {"1": tanh, "3": tanh})
    assert shares(m, "layer.saturated_share") == [0.95, 0.95] and not m.value("layers.saturated_throughout")
    m = measured(tmp_path, {"1": tanh, "3": {**tanh, "kind": "Sigmoid"}})
    assert shares(m, "layer.saturated_share") == [0.95]


def test_lists_over_epochs_end_where_they_end(tmp_path: Path) -> None:
    """What counts is the level towards the end."""
    m = measured(tmp_path, {f"fc{n}": {"dead_share": [0.0, 0.0, 0.3, 0.9]} for n in (1, 2)})
    assert shares(m, "layer.dead_share") == [0.9, 0.9]


def test_columns_that_are_named_after_layer_and_statistic(tmp_path: Path) -> None:
    """A table without a column of layers; a log beside its metrics is none."""
    (tmp_path / "log.csv").write_text(LOG)
    rows = "".join(f"{e},{0.1 * e:.2f},0.0,{0.2 * e:.2f},0.0\n" for e in (1, 2, 3, 4))
    header = "epoch,relu1.zero_frac,relu1.units_always_zero,relu2.zero_frac,relu2.units_always_zero\n"
    (tmp_path / "stats_by_epoch.csv").write_text(header + rows)
    assert shares(Measures(read_run(tmp_path)), "layer.zero_share") == [0.4, 0.8]


def test_a_column_kind_may_hold_types(tmp_path: Path) -> None:
    """As in a table: ReLU is a type of layer, and its outputs are what the shares are of."""
    (tmp_path / "log.csv").write_text(LOG)
    rows = "".join(f"{e},act{n},ReLU,{0.1 * n * e:.2f}\n" for e in (1, 2, 3, 4) for n in (1, 2))
    (tmp_path / "layers.csv").write_text(f"epoch,layer,kind,zero_share\n{rows}")
    assert shares(Measures(read_run(tmp_path)), "layer.zero_share") == [0.4, 0.8]


@pytest.mark.parametrize(("activation", "name"), [("Sigmoid", "saturated_share"), ("ReLU", "zero_share")])
def test_a_share_of_zeros_or_ends_is_told_apart_by_the_activation(tmp_path: Path, activation: str, name: str) -> None:
    """One name for both: behind a sigmoid the ends are meant, behind a ReLU the zeros."""
    modules = ["Linear(in_features=6, out_features=9, bias=True)", f"{activation}()"]
    printed = [f"  ({at}): {module}" for at, module in enumerate([*modules, "Linear(in_features=9, out_features=1)"])]
    (tmp_path / "model.txt").write_text("\n".join(["Sequential(", *printed, ")"]) + "\n")
    (tmp_path / "layer_stats.csv").write_text(
        "epoch,layer,weight_std\n" + "".join(f"{e},{at}.weight,0.1\n" for e in (1, 2) for at in (0, 2))
    )
    m = measured(tmp_path, [{"epoch": e, "fraction_zero_or_saturated": {"act_1": 0.9}} for e in (1, 2)])
    assert shares(m, f"layer.{name}") == [0.9]
    assert not shares(m, f"layer.{'zero_share' if name == 'saturated_share' else 'saturated_share'}")


def test_a_histogram_of_bounded_outputs_tells_what_is_at_the_ends(tmp_path: Path) -> None:
    """The outer of narrow bins; of wide ones, and of a ReLU, nothing is said."""
    (tmp_path / "log.csv").write_text(LOG)
    bins = [round(-1 + 0.1 * at, 1) for at in range(20)]
    counts = [450, *[5] * 18, 460]
    rows = "".join(f"{at},{n},{1000 - n}\n" for at, n in zip(bins, counts, strict=True))
    (tmp_path / "activation_hist.csv").write_text("bin,tanh1,tanh2\n" + rows)
    assert shares(Measures(read_run(tmp_path)), "layer.saturated_share")[0] == pytest.approx(0.91)
    (tmp_path / "activation_hist.csv").write_text("bin,relu1,relu2\n" + rows)
    assert not shares(Measures(read_run(tmp_path)), "layer.saturated_share")


@pytest.mark.parametrize(
    ("columns", "stem", "tells"),
    [
        (["epoch", "tensor", "l2", "mean"], "weight_norms", True),
        (["step", "param", "weight_norm"], "stats", True),
        (["parameter", "delta_norm"], "stats", True),
        (["epoch", "tensor", "mean", "std"], "stats", False),  # of what is not said
        (["variable", "mean", "std"], "weight_stats", False),  # weights of persons, it may be
        (["block", "weight_mean"], "survey", False),
    ],
)
def test_tables_with_a_row_for_each_tensor_of_weights(columns: list[str], stem: str, tells: bool) -> None:
    assert is_layer_table(columns, stem) is tells
