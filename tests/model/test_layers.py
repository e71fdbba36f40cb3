"""Measurements of per-layer logs on tables written for one test."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from mladvisor.errors import ReadError
from mladvisor.features.catalogue import Measures
from mladvisor.runs import log_table
from mladvisor.runs.log_table import read_log_table
from mladvisor.runs.read import read_run

COLUMNS = ("step", "layer", "index", "kind")


def measures(folder: Path, rows: list[dict[str, Any]], model: str = "") -> Measures:
    """Measurements of a folder with `layers.csv` made of these rows."""
    names = list(dict.fromkeys([*COLUMNS, *(name for row in rows for name in row)]))
    lines = [",".join(names), *(",".join(str(row.get(name, "")) for name in names) for row in rows)]
    (folder / "layers.csv").write_text("\n".join(lines) + "\n")
    (folder / "metrics.csv").write_text("epoch,loss\n0,1.0\n1,0.8\n2,0.7\n")
    if model:
        (folder / "model.json").write_text(model)
    return Measures(read_run(folder))


def rows(kind: str, layers: dict[str, dict[str, Any]], steps: int = 8) -> list[dict[str, Any]]:
    """One row per step and layer, in the order given; a list of values goes along the steps."""
    found = []
    for step in range(steps):
        for index, (layer, values) in enumerate(layers.items()):
            told = {name: value[step] if isinstance(value, list) else value for name, value in values.items()}
            found.append({"step": step, "layer": layer, "index": index, "kind": kind, **told})
    return found


def test_dead_units_are_those_of_the_end(tmp_path: Path) -> None:
    """A layer that dies half way is dead; the place names the layer and the stretch."""
    m = measures(tmp_path, rows("activation", {"a": {"dead_share": [0.1] * 4 + [0.9] * 4}, "b": {"dead_share": 0.1}}))
    found = m["layer.dead_share"]["a"]  # type: ignore[index]
    assert found.value == pytest.approx(0.9)
    assert found.where.file == "layers.csv" and found.where.column == "a" and found.where.x == "step"


def test_saturated_in_every_layer_from_the_start_to_the_end(tmp_path: Path) -> None:
    layers = {"a": {"saturated_share": 0.9}, "b": {"saturated_share": [0.7, *[0.95] * 7]}, "c": {"saturated_share": 0}}
    m = measures(tmp_path, rows("activation", layers))
    assert m.value("layers.saturated_throughout") == pytest.approx(0.7)


@pytest.mark.parametrize(
    ("told", "saturated"),
    [
        ({"mean": 0.0, "std": 0.98, "zero_share": 0.0}, True),
        ({"mean": 1.2, "std": 0.9, "zero_share": 0.1}, False),
        ({"mean": 0.6, "std": 0.7, "zero_share": 0.45}, False),
    ],
)
def test_only_what_has_a_range_is_at_its_ends(told: dict[str, float], saturated: bool, tmp_path: Path) -> None:
    """Outputs beyond 0.99 are counted of a ReLU too, whose own statistics say that it has no range."""
    layers = {name: {"saturated_share": 0.9, **told} for name in ("a", "b", "c")}
    m = measures(tmp_path, rows("activation", layers))
    assert isinstance(m["layer.saturated_share"], dict) == saturated


def test_an_activation_of_the_settings_that_has_a_range_is_believed(tmp_path: Path) -> None:
    """Who counts zeros and less as zero has half of a tanh's outputs there."""
    (tmp_path / "config.yaml").write_text("activation: tanh\nlr: 0.01\n")
    layers = {name: {"saturated_share": 0.9, "mean": 0.0, "std": 0.96, "zero_share": 0.5} for name in ("a", "b")}
    assert isinstance(measures(tmp_path, rows("activation", layers))["layer.saturated_share"], dict)


def test_what_was_at_the_ends_from_the_start(tmp_path: Path) -> None:
    """The first logged share stands beside the last ones."""
    layers = {"a": {"saturated_share": [0.1, *[0.9] * 7]}, "b": {"saturated_share": 0.9}, "c": {"saturated_share": 0.9}}
    m = measures(tmp_path, rows("activation", layers))
    firsts = {layer: each.value for layer, each in m["layer.saturated_share_first"].items()}  # type: ignore[union-attr]
    assert firsts == {"a": 0.1, "b": 0.9}
    assert m.value("layers.activation.start_saturated") == 0.1


@pytest.mark.parametrize(("widths", "hidden"), [("[16, 8]", {"a", "b"}), ("[16]", {"a"}), ("[16, 8, 4]", {"a"})])
def test_the_last_activation_is_hidden_where_the_settings_list_a_width_for_each(
    widths: str, hidden: set[str], tmp_path: Path
) -> None:
    """A log of activations alone may end with the output, unless there are as many of them as hidden layers."""
    (tmp_path / "config.yaml").write_text(f"hidden: {widths}\nactivation: tanh\n")
    m = measures(tmp_path, rows("activation", {name: {"saturated_share": 0.9} for name in ("a", "b")}))
    assert set(m["layer.saturated_share"]) == hidden


@pytest.mark.parametrize(
    ("bad", "direction", "layer"),
    [
        ({("activation", "a"), ("activation", "b"), ("activation", "c"), ("gradient", "a")}, "inputs", "a"),
        ({("activation", "b"), ("activation", "c"), ("gradient", "a"), ("gradient", "c")}, "forward", "b"),
        ({("gradient", "a"), ("gradient", "b"), ("gradient", "c")}, "loss", "c"),
        ({("gradient", "a"), ("gradient", "b")}, "backward", "b"),
        ({("weight", "b"), ("activation", "b"), ("activation", "c")}, "weights", "b"),
    ],
)
def test_where_nan_begins(bad: set[tuple[str, str]], direction: str, layer: str, tmp_path: Path) -> None:
    """The first layer of the forward pass, the last of the backward pass, or the weights."""
    table = []
    for kind in ("activation", "gradient", "weight"):
        layers = {
            name: {"nan_share": [0] * 5 + [0.5 if (kind, name) in bad else 0] + [1] * 2, "norm": 1.0} for name in "abc"
        }
        table += rows(kind, layers)
    table.sort(key=lambda row: row["step"])
    m = measures(tmp_path, table)
    assert m.value("layers.nonfinite.direction") == direction
    assert m.value("layers.nonfinite.layer") == layer
    assert m.value("layers.nonfinite.x") == 5


def test_a_blank_is_no_nan_and_a_spelled_nan_is_one(tmp_path: Path) -> None:
    """Blank: not logged. "nan" in a statistic: something is not finite."""
    assert measures(tmp_path, rows("activation", {"a": {"mean": ""}, "b": {"mean": 1}})).value(
        "layers.nonfinite.direction"
    ) == "none"  # fmt: skip
    m = measures(tmp_path, rows("activation", {"a": {"mean": 1}, "b": {"mean": ["1"] * 6 + ["nan"] * 2}}))
    assert m.value("layers.nonfinite.layer") == "b"


def test_gradients_are_compared_from_first_to_last_layer(tmp_path: Path) -> None:
    """A ratio of a millionth is six decades down, embeddings left out."""
    layers = {"embed": {"mean": 0, "std": 1e-12}, "a": {"mean": 0, "std": 1e-7}, "b": {"mean": 0, "std": 1e-4},
              "c": {"mean": 0, "std": 0.1}}  # fmt: skip
    m = measures(tmp_path, rows("gradient", layers))
    assert m.value("layers.gradient.ratio") == pytest.approx(-6)
    assert m.value("layers.gradient.first") == "a"
    assert m.value("layers.gradient.trend") == pytest.approx(0)


def test_layers_that_never_move(tmp_path: Path) -> None:
    """Left out of the updates, or switched off in the model; when nothing moves no single layer is named."""
    update = {"a": {"norm": 0, "update_ratio": 0}, "b": {"norm": 1, "update_ratio": 0.01}}
    assert measures(tmp_path, rows("update", update) + rows("weight", {"a": {"norm": 2}, "b": {"norm": 2}}))[
        "layer.never_moves"
    ]["a"].value == "left out"  # type: ignore[index]  # fmt: skip
    model = '{"layers": [{"name": "a", "type": "Embedding", "trainable": false}, {"name": "b", "type": "Linear"}]}'
    m = measures(tmp_path, rows("update", update) + rows("weight", {"a": {"norm": 2}, "b": {"norm": 2}}), model)
    assert {layer: value.value for layer, value in m["layer.never_moves"].items()} == {"a": "switched off", "b": ""}  # type: ignore[union-attr]
    (tmp_path / "model.json").unlink()
    still = measures(tmp_path, rows("weight", {"a": {"norm": 2, "std": 1}, "b": {"norm": 3, "std": 1}}))
    assert still.value("layers.still_share") == 1
    assert still.one("layers.still_share").known and not isinstance(still["layer.never_moves"], dict)


def test_weights_that_are_nothing_but_nan_say_nothing(tmp_path: Path) -> None:
    """A probe writes zeros where no weight is finite: they are neither still, nor constant, nor dead."""
    lost = {name: {"nan_share": 1, "norm": 0, "std": 0, "mean": 0} for name in ("a", "b")}
    silent = {name: {"nan_share": 1, "zero_share": 1} for name in ("a", "b")}
    m = measures(tmp_path, rows("weight", lost) + rows("activation", silent))
    assert not m.one("layers.still_share").known and not isinstance(m["layer.constant_weights"], dict)
    assert not isinstance(m["layer.zero_share"], dict) and m.value("layers.nonfinite.layer") == "a"
    partly = {"a": {"nan_share": 0.2, "norm": [1, 2] * 4}, "b": {"nan_share": 0, "norm": [1, 2] * 4}}
    assert measures(tmp_path, rows("weight", partly)).value("layers.still_share") == 0


def test_weights_that_begin_at_zero_are_no_dead_units(tmp_path: Path) -> None:
    """Zeros give zeros, and no gradient comes through them: no layer from there on is stuck, and none was left out."""
    silent = {"a": {"dead_share": 1.0, "zero_share": 1.0}, "b": {"dead_share": 1.0, "zero_share": 1.0}}
    zeros = {"norm": 0.0, "std": 0.0, "mean": 0.0}
    head = {"c": {"norm": 0.3, "std": 0.1, "mean": 0.0}}
    m = measures(tmp_path, rows("activation", silent) + rows("weight", {"a": zeros, "b": zeros, **head}))
    assert not isinstance(m["layer.dead_share"], dict)
    assert m["layer.constant_weights"]["a"].value is True  # type: ignore[index]
    assert m.value("layers.still_share") == 1  # of the one layer that could have moved
    gradients = rows("gradient", {"a": zeros, "b": zeros, "c": zeros})
    silent_net = measures(tmp_path, gradients + rows("weight", {"a": zeros, "b": zeros, **head}))
    assert silent_net.one("layers.gradient.all_zero").state == "not-applicable"


def test_a_step_below_the_digits_of_the_weights_is_a_step(tmp_path: Path) -> None:
    """The ratio of update and weight may stand in the rows of the weights."""
    ratio = {"norm": 2.0, "std": 1.0, "update_ratio": 1e-7}
    m = measures(tmp_path, rows("weight", {"a": ratio, "b": {"norm": [2.0 + n for n in range(8)], "std": 1.0}}))
    assert {layer: value.value for layer, value in m["layer.never_moves"].items()} == {"a": "", "b": ""}  # type: ignore[union-attr]


def test_update_ratio_is_that_of_the_beginning(tmp_path: Path) -> None:
    """Steps that a schedule makes small in the end are no small steps."""
    both = {"update_ratio": [1e-3] * 5 + [1e-9] * 3}
    m = measures(
        tmp_path, rows("update", {"a": both, "b": both}) + rows("weight", {"a": {"norm": 1}, "b": {"norm": 1}})
    )
    assert m.value("layers.update_ratio") == pytest.approx(-3)


def test_copies_and_constant_starts(tmp_path: Path) -> None:
    """Units that repeat others at the end; weights without spread at the start, the last layer's left out."""
    layers = {"a": {"identical_share": 0.9, "std": [0.0] + [0.1] * 7}, "b": {"identical_share": 0.0, "std": 0.0}}
    m = measures(tmp_path, rows("weight", layers))
    assert m["layer.identical_share"]["a"].value == pytest.approx(0.9)  # type: ignore[index]
    assert {layer: value.value for layer, value in m["layer.constant_weights"].items()} == {"a": True}  # type: ignore[union-attr]
    flat = {name: {"std": 0.0} for name in ("1.weight", "1.bias", "3.weight")}
    m = measures(tmp_path, rows("weight", flat))
    assert set(m["layer.constant_weights"]) == {"layer 1"}  # type: ignore[call-overload]


@pytest.mark.parametrize(
    "text",
    ["", "a\n1\n", "step,layer\n", "step,layer,kind\n1,a\n1,a,activation,4,5\n", "\0\1\2", "step,step\n1,2\n",
     "step,layer,kind,mean\n1,a,activation,x\n", "step,layer,kind,mean\n1,a,gradi"],
)  # fmt: skip
def test_odd_tables_are_notes_and_never_crashes(text: str, tmp_path: Path) -> None:
    """Empty, binary, torn, ragged: every measurement of layers is unknown or known, none fails."""
    (tmp_path / "layers.csv").write_text(text)
    (tmp_path / "metrics.csv").write_text("epoch,loss\n0,1.0\n1,0.8\n2,0.7\n")
    m = Measures(read_run(tmp_path))
    for name in m:
        if name.startswith(("layer.", "layers.")):
            m[name]
    assert m.failures == {}


def test_a_growing_table_is_read_up_to_its_last_whole_row(tmp_path: Path) -> None:
    """A row without an end is still being written; rows of another length are left out with a note."""
    (tmp_path / "layers.csv").write_text("step,layer,mean\n1,a,0.5\n2,a\n3,a,0.25\n4,a,0.1")
    table = read_log_table(tmp_path, "layers.csv")
    assert table.rows == 2 and table.numbers("step").tolist() == [1, 3]
    assert "1 rows" in table.notes[0]


def test_names_of_a_quoted_head_may_hold_its_separator(tmp_path: Path) -> None:
    """The rows were read by their quotation marks and the head was not: of all rows none had as many cells."""
    (tmp_path / "layers.csv").write_text('"step","layer","mean, of units"\n1,"a",0.5\n2,"a",0.25\n')
    table = read_log_table(tmp_path, "layers.csv")
    assert table.names == ["step", "layer", "mean, of units"]
    assert table.numbers("mean, of units").tolist() == [0.5, 0.25]


@pytest.mark.frameworks
def test_a_table_of_too_many_rows_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Parquet packs the same row ten million times into a few kilobytes."""
    pandas = pytest.importorskip("pandas")
    pytest.importorskip("pyarrow")
    monkeypatch.setattr(log_table, "MAX_ROWS", 100)
    pandas.DataFrame({"step": range(101), "mean": 0.0}).to_parquet(tmp_path / "layers.parquet")
    with pytest.raises(ReadError, match="has 101 rows"):
        read_log_table(tmp_path, "layers.parquet")


def test_a_vector_of_weights_may_start_constant(tmp_path: Path) -> None:
    """Scales and gains do so on purpose; they have no units that repeat each other."""
    table = rows("weight", {"scale": {"std": 0.0, "norm": 1}, "fc": {"std": 0.0, "norm": 1, "identical_share": 0.9},
                            "out": {"std": 0.1, "norm": 1, "identical_share": 0.0}})  # fmt: skip
    found = measures(tmp_path, table)["layer.constant_weights"]
    assert {layer: value.value for layer, value in found.items()} == {"fc": True}  # type: ignore[union-attr]


def test_one_update_is_enough_for_a_layer_that_the_model_calls_frozen(tmp_path: Path) -> None:
    """What is trainable needs two; the layers are named for the advice."""
    model = '{"layers": [{"name": "e", "type": "Embedding", "trainable": false}, {"name": "f", "type": "Linear"}]}'
    table = rows("update", {"e": {"norm": 0.0}, "f": {"norm": 0.1}}, steps=1)
    m = measures(tmp_path, table + rows("weight", {"e": {"norm": 1}, "f": {"norm": 1}}, steps=1), model)
    assert m.value("layers.switched_off") == "e" and m.value("layers.left_out") is None
    unknown = measures(tmp_path, table, model.replace("false", "true"))
    assert unknown.value("layers.switched_off") is None and unknown.value("layers.left_out") is None


def test_layers_with_numbers_are_called_alike_in_log_and_model(tmp_path: Path) -> None:
    """Measurements of both join on the name."""
    model = '{"framework": "pytorch", "class": "Sequential", "layers": [{"name": "0", "type": "Linear"}]}'
    m = measures(tmp_path, rows("activation", {"0": {"dead_share": 0.5}, "7": {"dead_share": 0.1}}), model)
    assert list(m["layer.dead_share"]) == ["layer 0 (Linear)", "layer 7"]  # type: ignore[arg-type]


LINEAR = """{"layers": [
    {"name": "a", "type": "Linear", "units": 8, "inputs": 100},
    {"name": "b", "type": "Linear", "units": 4, "inputs": 25}
]}"""


def test_where_weights_start(tmp_path: Path) -> None:
    """The spread of the first logged weights beside one over the root of the inputs, in decades."""
    table = rows("weight", {"a": {"std": [0.001] + [1.0] * 7}, "b": {"std": [0.002] + [1.0] * 7}})
    assert measures(tmp_path, table, LINEAR).value("layers.start_scale") == pytest.approx(-2)


def test_the_start_of_a_log_that_begins_late_is_unknown(tmp_path: Path) -> None:
    """Weights logged from the middle of a training say nothing of its initialisation."""
    table = [{**row, "step": row["step"] + 500} for row in rows("weight", {"a": {"std": 0.001}, "b": {"std": 0.002}})]
    assert measures(tmp_path, table, LINEAR).value("layers.start_scale") is None


def test_weights_that_no_epoch_moves_are_those_of_the_start(tmp_path: Path) -> None:
    """Rows at the end of each epoch, all alike, under a gradient that is no more than a trace."""
    parts = {
        kind: rows(kind, {"a": stats, "b": stats})
        for kind, stats in (("weight", {"std": 1e-5}), ("gradient", {"norm": 1e-18}))
    }
    table = [{**row, "step": 40 * (row["step"] + 1)} for part in parts.values() for row in part]
    assert measures(tmp_path, table, LINEAR).value("layers.start_scale") == pytest.approx(-4.15, abs=0.01)


@pytest.mark.parametrize(("type_", "scale"), [("Conv2d", -2.5), ("BatchNorm2d", None), ("", None)])
def test_weights_tiny_for_any_layer_whose_type_the_log_tells(tmp_path: Path, type_: str, scale: float | None) -> None:
    """Without a file of layers nobody knows the inputs; those of a normalisation lie about one and are no matrix."""
    stats = {"std": [1e-5] * 2 + [1e-3] * 6}
    table = [{**row, "type": type_} for row in rows("weight", {"0": stats, "3": stats})]
    found = measures(tmp_path, table).value("layers.start_scale")
    assert found == (None if scale is None else pytest.approx(scale))


def test_weights_after_an_epoch_that_stopped_learning_are_no_start(tmp_path: Path) -> None:
    """Rows that begin after the first epoch, with no gradient left: steps have made the weights what they are."""
    table = [
        {**row, "step": row["step"] + 1}
        for kind, stats in (("weight", {"std": 16.0}), ("gradient", {"norm": 0.0}))
        for row in rows(kind, {"a": stats, "b": stats})
    ]
    assert measures(tmp_path, table, LINEAR).value("layers.start_scale") is None


def test_inputs_of_a_layer_that_no_file_describes(tmp_path: Path) -> None:
    """Without a list of layers the number of weights, from norm and spread, stands for the inputs."""
    table = rows("weight", {"a": {"std": 0.001, "norm": 0.1}})  # 10,000 weights: about 100 inputs
    assert measures(tmp_path, table).value("layers.start_scale") == pytest.approx(-2)


def test_weights_that_shrink_away(tmp_path: Path) -> None:
    """Decades from the first logged step to the last quarter, the median over layers."""
    falling = [10.0 ** -(step / 2) for step in range(8)]
    m = measures(tmp_path, rows("weight", {"a": {"norm": falling}, "b": {"norm": falling}}))
    assert m.value("layers.weights_shrink") == pytest.approx(3.2, abs=0.1)


def test_gradients_that_climb_and_those_that_scatter(tmp_path: Path) -> None:
    """Both end a hundred times higher; only the one that never falls is steady."""
    climbing = [10.0 ** (step / 4) for step in range(9)]
    scattered = [1, 50, 1, 80, 1, 90, 1, 100, 100]
    for name, course, steady in (("up", climbing, 1.0), ("wild", scattered, 0.2)):
        (tmp_path / name).mkdir()
        m = measures(tmp_path / name, rows("gradient", {"a": {"norm": course}}, steps=9))
        assert m.value("layers.gradient_climb") == pytest.approx(2, abs=0.3)
        assert m.value("layers.gradient_steadiness") == pytest.approx(steady, abs=0.05)


def test_a_gradient_that_was_tiny_does_not_explode(tmp_path: Path) -> None:
    """What wakes up grows as far as the others, what fades shrinks; only what grows beyond them explodes."""
    courses = {
        "wakes": [1e-6] * 4 + [0.05] * 4,
        "explodes": [0.1] * 6 + [100.0] * 2,
        "fades": [0.1] + [1e-8] * 7,
        "usual": [1.0, 0.9, 1.1, 1.0] * 2,
    }
    m = measures(tmp_path, rows("gradient", {name: {"norm": course} for name, course in courses.items()}))
    growth = {name: one.value for name, one in m["layer.gradient_growth"].items()}  # type: ignore[union-attr]
    assert growth["explodes"] == pytest.approx(3)
    assert max(growth["wakes"], growth["fades"], growth["usual"]) < 0.1


@pytest.mark.parametrize(("steps", "still"), [([0] * 20, True), ([*range(20)], False), ([""] * 20, None)])
def test_an_optimizer_that_makes_no_step(steps: list[Any], still: bool | None, tmp_path: Path) -> None:
    """Batches count up while the steps stay; without a column of steps nothing is said."""
    lines = [f"{at // 10},{step},{at % 10},32,0.7" for at, step in enumerate(steps)]
    (tmp_path / "batches.csv").write_text("\n".join(["epoch,step,batch,rows,loss", *lines]) + "\n")
    (tmp_path / "metrics.csv").write_text("epoch,loss\n0,1.0\n1,0.8\n2,0.7\n")
    assert Measures(read_run(tmp_path)).value("run.steps_stand_still") is still


def test_a_probe_that_never_saw_a_step(tmp_path: Path) -> None:
    """A probe's log of one look at the layers, and nothing more, over three epochs of curves."""
    table = [{**row, "update_ratio": ""} for row in rows("activation", {"a": {"std": 1.0}}, steps=1)]
    assert measures(tmp_path, table).value("run.steps_stand_still") is True


def test_rows_of_a_typical_batch(tmp_path: Path) -> None:
    """The last, smaller batch of an epoch is not the typical one."""
    lines = [f"0,{at},{at},{2 if at < 5 else 1}" for at in range(6)]
    (tmp_path / "batches.csv").write_text("\n".join(["epoch,step,batch,rows", *lines]) + "\n")
    assert Measures(read_run(tmp_path)).value("batches.typical_rows") == 2


def test_a_layer_that_gets_a_gradient_and_no_step(tmp_path: Path) -> None:
    """Only the trainable layer that stands still under a gradient; one without any gradient may be frozen."""
    update = rows("update", {"a": {"norm": 0}, "b": {"norm": 1}, "c": {"norm": 0}})
    weight = rows("weight", {"a": {"norm": 2}, "b": {"norm": 2}, "c": {"norm": 2}})
    m = measures(tmp_path, rows("gradient", {"a": {"norm": 1}, "b": {"norm": 1}}) + update + weight)
    told = m["layer.gradient_unused"]
    assert isinstance(told, dict) and {layer: value.value for layer, value in told.items()} == {"a": True, "b": False}


def test_steps_too_small_to_be_seen_are_no_missing_steps(tmp_path: Path) -> None:
    """Weights under a gradient that has faded to a millionth stay the same to all logged digits: nothing is told."""
    gradient = rows("gradient", {"a": {"norm": 1e-7}, "b": {"norm": 1}})
    weight = rows("weight", {"a": {"std": 0.5}}) + [
        {**row, "std": 0.5 + 0.01 * at} for at, row in enumerate(rows("weight", {"b": {"std": 0.5}}))
    ]
    told = measures(tmp_path, gradient + weight)["layer.never_moves"]
    assert isinstance(told, dict) and {layer: value.value for layer, value in told.items()} == {"b": ""}


def test_a_gradient_that_came_down_to_nothing_was_too_small_before(tmp_path: Path) -> None:
    """Behind units that have died there is none any more; what it was before tells whether it could move anything."""
    gradient = rows("gradient", {"a": {"norm": [1e-18] * 2 + [0.0] * 6}, "b": {"norm": 1}})
    weight = rows("weight", {"a": {"std": 0.5}, "b": {"std": [0.5 + 0.01 * at for at in range(8)]}})
    told = measures(tmp_path, gradient + weight)["layer.never_moves"]
    assert isinstance(told, dict) and {layer: value.value for layer, value in told.items()} == {"b": ""}


def test_how_near_to_silence_a_network_has_been(tmp_path: Path) -> None:
    """Of the logged points the one where the most active layer has most zeros; no zeros do not count."""
    early = {"a": {"zero_share": [0.97, 0.9] + [0.7] * 6}, "b": {"zero_share": [0.99] * 2 + [0.6] * 6}}
    m = measures(tmp_path, rows("activation", {**early, "out": {"zero_share": 0.0}}))
    told = m.one("layers.silent_once")
    assert told.value == 0.97 and told.note == "a" and told.where is not None and told.where.end == 0.0
    assert m.value("layers.least_zero_share") == 0.6


def test_gradients_that_are_printed_as_zero_are_frozen_layers_of_a_model_that_was_trained_before(
    tmp_path: Path,
) -> None:
    """Four decimals may hide a small gradient, but a fine-tuned model has frozen layers far more often."""
    sizes = {"a": {"norm": 0.0}, "b": {"norm": 0.0}, "c": {"norm": 0.0312}, "d": {"norm": 0.031}, "e": {"norm": 0.2541}}
    ratio = measures(tmp_path, rows("gradient", sizes)).value("layers.gradient.ratio")
    assert isinstance(ratio, float) and ratio < -4
    (tmp_path / "config.yaml").write_text("fine_tuning: true\n")
    ratio = measures(tmp_path, rows("gradient", sizes)).value("layers.gradient.ratio")
    assert isinstance(ratio, float) and ratio > -1


def test_a_bias_is_no_layers_weights(tmp_path: Path) -> None:
    """Rows named after parameters: that of a single unit has no spread, and others may start at one value."""
    weights = {"fc1.weight": {"std": 0.1, "mean": 0}, "fc1.bias": {"std": 0.0, "mean": 0}, "fc2.weight": {"std": 0.2}}
    found = measures(tmp_path, rows("weight", weights | {"fc2.bias": {"std": 0.0}}))["layer.constant_weights"]
    assert {layer: value.value for layer, value in found.items()} == {"fc1": False}  # type: ignore[union-attr]


def test_weights_that_are_tiny_for_any_number_of_inputs(tmp_path: Path) -> None:
    """Of layers whose inputs nobody tells: those that never leave a spread of a hundred-thousandth started there."""
    tiny = {name: {"std": 1e-5, "mean": 0} for name in ("a", "b", "c")}
    assert measures(tmp_path, rows("weight", tiny)).value("layers.start_scale") == pytest.approx(-2.5)
    usual = {name: {"std": 0.02, "mean": 0} for name in ("a", "b", "c")}
    assert measures(tmp_path, rows("weight", usual)).value("layers.start_scale") is None
    driven = {name: {"std": [10.0 ** -(n + 1) for n in range(8)], "mean": 0} for name in ("a", "b", "c")}
    assert measures(tmp_path, rows("weight", driven)).value("layers.start_scale") is None


def test_units_without_a_gradient_are_idle_where_their_outputs_are_zero(tmp_path: Path) -> None:
    """Empty inputs leave weights without gradient, and sparse outputs are zero: only both together are idle units."""
    told = rows("gradient", {"0": {"zero_share": 0.95}, "2": {"zero_share": 0.9}, "4": {"zero_share": 0.1}})
    told += rows("activation", {"1": {"zero_share": 0.97}, "3": {"zero_share": 0.4}})
    order = ["0", "1", "2", "3", "4"]
    m = measures(tmp_path, [{**row, "index": order.index(row["layer"])} for row in told])
    found = m["layer.idle_share"]
    assert isinstance(found, dict)
    assert [each.value for each in found.values()] == [pytest.approx(0.95), pytest.approx(0.4)]


@pytest.mark.parametrize(
    ("name", "decades"), [("weight_norm", 1.0), ("param_norm", 1.0), ("grad_norm", None), ("weight_norm_ratio", None)]
)
def test_the_norm_of_all_weights_may_be_a_column(name: str, decades: float | None, tmp_path: Path) -> None:
    lines = [f"{epoch},{2.0 - epoch / 10},{10 ** (1 - epoch / 10):.4f}" for epoch in range(11)]
    (tmp_path / "metrics.csv").write_text("\n".join([f"epoch,loss,{name}", *lines]) + "\n")
    found = Measures(read_run(tmp_path)).value("layers.weights_shrink")
    assert found == (pytest.approx(decades, abs=0.11) if decades else None)


def test_outputs_at_the_ends_by_their_mean_and_spread(tmp_path: Path) -> None:
    """Outputs of a tanh whose mean square is near 1 lie at its ends; other layers' spreads say nothing of that."""
    told = {
        "1 (Tanh)": (0.05, 0.985),
        "3 (Tanh)": (0.0, 0.5),
        "7 (ReLU)": (0.5, 0.9),
        "8 (Linear)": (0, 1),
    }
    found = measures(tmp_path, rows("activation", {layer: {"mean": m, "std": s} for layer, (m, s) in told.items()}))
    shares = found["layer.saturated_share"]
    assert isinstance(shares, dict)
    assert {layer: round(float(each.value), 1) for layer, each in shares.items()} == {
        "1 (Tanh)": 0.9,
        "3 (Tanh)": 0.0,
    }


def test_the_largest_gradient_of_any_layer(tmp_path: Path) -> None:
    """Steps at which it is no number are passed over."""
    sizes = {"fc1": {"norm": [1265.0] + [""] * 7}, "fc2": {"norm": [15018.0] + [""] * 7}, "fc3": {"norm": 3.0}}
    assert measures(tmp_path, rows("gradient", sizes)).value("layers.gradient.largest") == 15018.0
