"""What a layer list tells of activations, starts, order and output; and how it differs from a design."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mladvisor.features.catalogue import Measures
from mladvisor.features.design import Part, differences
from mladvisor.runs.read import read_run

LOG = "epoch,loss\n0,1.0\n1,0.8\n2,0.7\n"


def measures(tmp_path: Path, *layers: Any, design: list[Any] | None = None, **config: Any) -> Measures:
    """Measurements of a run with these layers."""
    (tmp_path / "metrics.csv").write_text(LOG)
    (tmp_path / "model.json").write_text(json.dumps({"layers": list(layers)}))
    if config:
        (tmp_path / "config.json").write_text(json.dumps(config))
    if design is not None:
        (tmp_path / "design.yaml").write_text(json.dumps({"layers": design}))
    return Measures(read_run(tmp_path))


def true_of(m: Measures, name: str) -> list[str]:
    """Items for which a flag is set."""
    return [item for item, value in m[name].items() if value.value]  # type: ignore[union-attr]


def test_a_hidden_layer_without_activation_collapses_unless_it_is_a_bottleneck(tmp_path: Path) -> None:
    """Two linear maps in a row are one; the narrow code of an autoencoder is meant."""
    m = measures(tmp_path, "a: Dense(64)", "b: Dense(32, activation='relu')", "c: Dense(1)")
    assert true_of(m, "layer.collapses") == ["a"]
    code = measures(
        tmp_path, "a: Dense(64, activation='relu')", "code: Dense(4)", "b: Dense(64, activation='relu')", "o: Dense(90)"
    )
    assert true_of(code, "layer.collapses") == []


def test_a_pooling_layer_is_a_non_linearity(tmp_path: Path) -> None:
    """Convolution, maximum, convolution is not linear."""
    m = measures(
        tmp_path, "a: Conv2D(8, 3)", "MaxPooling2D(2)", "b: Conv2D(8, 3, activation='relu')", "Flatten()", "Dense(2)"
    )
    assert true_of(m, "layer.collapses") == []


def test_sigmoid_layers_in_a_row_are_counted_between_normalisations(tmp_path: Path) -> None:
    """Normalisation between them breaks the row."""
    layer = "Dense(8, activation='sigmoid')"
    assert measures(tmp_path, *[layer] * 6, "Dense(1)").value("model.hidden.sigmoid_run") == 6
    broken = [layer, "BatchNormalization()"] * 3
    assert measures(tmp_path, *broken, "Dense(1)").value("model.hidden.sigmoid_run") == 0


def test_misplaced_layers(tmp_path: Path) -> None:
    """Dropout behind the output, dense straight behind a convolution; the usual order is fine."""
    m = measures(tmp_path, "c: Conv2D(8, 3, activation='relu')", "d: Dense(2, activation='softmax')", "x: Dropout(0.5)")
    said = {item: value.value for item, value in m["layer.misplaced"].items() if value.value}  # type: ignore[union-attr]
    assert said == {"d": "dense without flatten", "x": "behind the last layer"}
    usual = ["Conv2D(8, 3)", "BatchNormalization()", "ReLU()", "Dropout(0.2)", "GlobalAveragePooling2D()", "Dense(2)"]
    assert true_of(measures(tmp_path, *usual), "layer.misplaced") == []


CHAIN = """Sequential(
  (fc1): Linear(in_features=4, out_features=8, bias=True)
  (act): ReLU()
  (out): Linear(in_features=8, out_features=2, bias=True)
  (drop): Dropout(p=0.5, inplace=False)
)
"""


@pytest.mark.parametrize(
    ("printed", "said"),
    [
        (CHAIN, "behind the last layer"),
        (CHAIN.replace("Sequential", "Net"), "dropout made last"),
        (CHAIN.replace("ReLU", "Tanh"), "dropout made last"),  # another model
    ],
)
def test_a_list_of_modules_runs_in_the_order_of_a_printed_chain(tmp_path: Path, printed: str, said: str) -> None:
    """`model.json` lists modules as they were made; a printed `Sequential` of the same ones tells that they run so."""
    listed = [
        {"name": name, "type": kind} for name, kind in
        (("fc1", "Linear"), ("act", "ReLU"), ("out", "Linear"), ("drop", "Dropout"))
    ]  # fmt: skip
    (tmp_path / "metrics.csv").write_text(LOG)
    (tmp_path / "model.json").write_text(json.dumps({"layers": listed}))
    (tmp_path / "model_summary.txt").write_text(printed)
    found = Measures(read_run(tmp_path))["layer.misplaced"]
    assert found["drop"].value == said  # type: ignore[index]


@pytest.mark.parametrize(
    ("first", "misplaced"),
    [
        ("nn.AdaptiveAvgPool2d(1)", True),
        ("nn.AdaptiveAvgPool2d((1, 1))", True),
        ("nn.AvgPool2d(2)", True),
        ("nn.AdaptiveAvgPool2d((32, 32))", False),  # brings pictures to one size
        ("nn.Identity()", False),
    ],
)
def test_inputs_pooled_before_the_first_convolution(tmp_path: Path, first: str, misplaced: bool) -> None:
    """Also behind a change of form; but not where pooling brings pictures to a size."""
    m = measures(tmp_path, "nn.Unflatten(1, (1, 64, 64))", f"p: {first}", "Conv2D(8, 3)", "Flatten()", "Dense(2)")
    assert true_of(m, "layer.misplaced") == (["p"] if misplaced else [])


def test_starts_of_layers(tmp_path: Path) -> None:
    """Zeros in a hidden layer are a fault, in the last one they are not; a spread is compared with He's."""
    zero = {"name": "h", "type": "Dense", "units": 8, "initializer": "zeros"}
    wide = {
        "name": "w",
        "type": "Dense",
        "units": 8,
        "initializer": {"class_name": "RandomNormal", "config": {"stddev": 1.0}},
    }
    m = measures(tmp_path, zero, {**wide, "input_dim": 800}, {**zero, "name": "o"})
    assert true_of(m, "layer.starts_constant") == ["h"]
    assert 1.2 < m["layer.start_scale"]["w"].value < 1.4  # type: ignore[index, operator]


@pytest.mark.parametrize(
    ("initializer", "decades"),
    [
        ("keras.initializers.RandomNormal(stddev=4.0)", 1.35),
        ("RandomUniform(minval=-4.0, maxval=4.0)", 1.12),
        ("RandomNormal(stddev=0.05)", -0.55),
        ("HeNormal()", None),
    ],
)
def test_a_spread_that_stands_in_the_text_of_an_initialiser(
    tmp_path: Path, initializer: str, decades: float | None
) -> None:
    """As code has it; a first layer whose inputs are not told has four at least."""
    wide = f"kernel_initializer={initializer}"
    m = measures(tmp_path, f"a: Dense(64, {wide})", f"b: Dense(64, {wide})", "c: Dense(1)")
    found = m["layer.start_scale"]
    if decades is None:
        assert not isinstance(found, dict)
        return
    assert isinstance(found, dict) and found["b"].value == pytest.approx(decades, abs=0.01)
    assert ("a" in found) == (decades > 0)
    if decades > 0:
        assert found["a"].value == pytest.approx(decades - 0.602, abs=0.01)


def test_output_and_size_come_from_the_layers(tmp_path: Path) -> None:
    """Units and activation of the last layer, depth, parameters and family."""
    m = measures(
        tmp_path,
        {"name": "a", "type": "Dense", "units": 8, "activation": "relu", "params": 72},
        {"name": "b", "type": "Dense", "units": 3, "activation": "softmax", "params": 27},
        num_train_examples=990,
    )
    assert m.value("model.output.activation") == "softmax"
    assert m.value("model.output.units") == 3
    assert m.value("model.depth") == 1
    assert m.value("model.rows_per_parameter") == 10
    assert m.value("model.family") == "mlp"
    assert m.value("model.has_batch_norm") is False


def test_target_is_not_guessed_from_what_is_judged_by_it(tmp_path: Path) -> None:
    """Squared error alone does not make a regression of a program; a manifest or a metric does."""
    layers = ["Dense(8, activation='relu')", "Dense(1, activation='sigmoid')"]
    assert measures(tmp_path, *layers, loss="mse").value("target.kind") is None
    assert measures(tmp_path, *layers, loss="mse", task="regression").value("target.kind") == "number"
    tags = ["Dense(8, activation='relu')", "Dense(20, activation='sigmoid')"]
    assert measures(tmp_path, *tags, loss="binary_crossentropy").value("target.kind") == "labels"


def test_differences_from_the_design_name_the_layers(tmp_path: Path) -> None:
    """Missing, extra, moved, other width, other activation: each in words; what is open is not compared."""
    design = [
        "Dense(256, activation='relu')",
        "Dropout(0.2)",
        "Dense(128, activation='relu')",
        "Dense(10, activation='softmax')",
    ]
    m = measures(
        tmp_path,
        "h: Dense(256, activation='tanh')",
        "Dropout(0.5)",
        "o: Dense(12, activation='softmax')",
        design=design,
    )
    assert m.value("design.missing") == 1 and m.value("design.widths") == 1 and m.value("design.activations") == 2
    assert "h has tanh instead of relu" in m.value("design.diff")
    assert "128 is missing" in m.value("design.diff").replace(")", "")
    same = measures(tmp_path, "Flatten()", *design, design=[*design[:3], {"name": "out", "type": "Dense"}])
    assert same.value("design.differences") == 0
    assert same.value("design.diff") == "none"


@pytest.mark.parametrize(
    ("built", "meant", "cells"),
    [
        ("SimpleRNN", "Bidirectional(LSTM)", 1),
        ("LSTM", "GRU", 1),
        ("RNN", "SimpleRNN", 0),
        ("GRU", "Bidirectional(GRU)", 0),  # a list of types may leave the directions out
        ("GRU", "Recurrent", 0),
    ],
)
def test_another_recurrent_cell_than_in_the_design(tmp_path: Path, built: str, meant: str, cells: int) -> None:
    layers = [[{"name": "r", "type": each, "units": 20}, "Dense(2)"] for each in (built, meant)]
    m = measures(tmp_path, *layers[0], design=layers[1])
    assert m.value("design.cells") == cells


def test_what_a_design_cannot_tell_is_no_difference(tmp_path: Path) -> None:
    """Dropout that drops nothing is not missed, and a design of whole blocks is not held against their inner layers."""
    dense, out = {"name": "h", "type": "Linear", "units": 8}, {"name": "out", "type": "Linear", "units": 2}
    idle = {"name": "drop", "type": "Dropout", "rate": 0.0}
    assert measures(tmp_path, dense, idle, out, design=[dense, out]).value("design.differences") == 0
    block = [{"name": "block", "type": "transformer_encoder"}, out]
    inner = measures(tmp_path, {"name": "attention", "type": "MultiheadAttention"}, dense, out, design=block)
    assert not inner["design.differences"].known


def test_a_moved_layer_is_neither_missing_nor_extra() -> None:
    """Dropout behind instead of before a dense layer."""
    dense, drop = Part("d", "dense", 8, "relu", None), Part("x", "dropout", None, None, 0.5)
    out = Part("o", "dense", 2, None, None)
    assert [one.kind for one in differences([dense, drop, out], [drop, dense, out])] == ["moved"]


PART = st.builds(
    Part,
    st.sampled_from("abc"),
    st.sampled_from(["dense", "conv", "dropout", "flatten"]),
    st.none() | st.sampled_from([8.0, 16.0]),
    st.none() | st.sampled_from(["relu", "linear"]),
    st.none() | st.just(0.5),
    st.just(1),
)


@given(st.lists(PART, max_size=8))
def test_a_model_does_not_differ_from_itself(parts: list[Part]) -> None:
    """Whatever is built, built as designed it has no differences."""
    assert differences(parts, parts) == []


@given(st.lists(PART, min_size=1, max_size=6), st.integers(0, 5))
def test_a_layer_left_out_is_one_difference(parts: list[Part], at: int) -> None:
    """Leaving out one layer is never silent, and never more than a layer and a width."""
    at %= len(parts)
    left = [*parts[:at], *parts[at + 1 :]]
    silent = parts[at].kind == "flatten" and not any(part.kind == "flatten" for part in left)
    found = differences(left, parts)
    assert (not found) == silent
    assert len(found) <= 3


def test_layers_tell_dropout_penalties_and_widths_where_the_configuration_does_not(tmp_path: Path) -> None:
    """The strongest of each; the configuration wins where it speaks."""
    layers = (
        "Dense(32, activation='relu', kernel_regularizer=l2(0.5))",
        "Dropout(0.9)",
        "Dense(2, activation='relu')",
        "Dropout(0.2)",
        "Dense(10, activation='softmax')",
    )
    m = measures(tmp_path, *layers)
    assert m.value("config.dropout") == 0.9 and m.value("config.l2") == 0.5 and m.value("config.narrowest") == 2
    assert m.one("config.dropout").where.file == "model.json"  # type: ignore[union-attr]
    assert m.value("model.penalised") is True
    assert measures(tmp_path, *layers, dropout=0.1).value("config.dropout") == 0.1


def keras(tmp_path: Path, *layers: dict[str, Any]) -> Measures:
    """Measurements of a run with a Keras JSON file."""
    listed = [{"class_name": layer.pop("type"), "config": layer} for layer in layers]
    (tmp_path / "metrics.csv").write_text(LOG)
    (tmp_path / "model.json").write_text(json.dumps({"class_name": "Sequential", "config": {"layers": listed}}))
    return Measures(read_run(tmp_path))


def test_keras_files_tell_penalties_and_starts(tmp_path: Path) -> None:
    """L1, L2 and initialisers as Keras 2 and 3 write them; a file that has none says that there is none."""
    plain = {"type": "Dense", "name": "a", "units": 8, "activation": "relu"}
    scaled = {"class_name": "GlorotUniform", "config": {"seed": None}}
    fixed = {"class_name": "RandomNormal", "config": {"mean": 0.0, "stddev": 5.0}}
    sound = keras(tmp_path, {**plain, "kernel_initializer": scaled})
    assert sound.value("model.start_scaled") is True and sound.value("model.penalised") is False
    penalty = {"class_name": "L1L2", "config": {"l1": 0.0, "l2": 0.25}}
    odd = keras(tmp_path, {**plain, "kernel_initializer": fixed, "kernel_regularizer": penalty})
    assert odd.value("model.start_scaled") is False and odd.value("config.l2") == 0.25
    assert odd.value("config.l1") is None and odd.value("model.penalised") is True
    assert keras(tmp_path, plain).value("model.start_scaled") is None
    dropping = {"type": "LSTM", "name": "r", "units": 8, "recurrent_dropout": 0.3}
    assert keras(tmp_path, dropping).value("model.penalised") is True


def test_open_activations_are_those_without_an_upper_end(tmp_path: Path) -> None:
    """ReLU is, sigmoid and softmax are not; none is none."""
    relu, last = "Dense(8, activation='relu')", "Dense(1, activation='sigmoid')"
    assert measures(tmp_path, relu, relu, last).value("model.hidden.open_share") == 1
    for other in ("Dense(8, activation='sigmoid')", "Dense(8, activation='softmax')", "Dense(8)"):
        assert measures(tmp_path, relu, other, last).value("model.hidden.open_share") == 0.5


def test_an_output_at_every_step_is_one_without_an_end_of_the_sequence(tmp_path: Path) -> None:
    """Flattening, pooling, a last step or TimeDistributed make it meant or harmless."""
    steps, last = "LSTM(8, return_sequences=True)", "Dense(1)"
    assert measures(tmp_path, steps, "Dropout(0.2)", last).value("model.output.every_step") is True
    for others in ([steps, "Flatten()"], [steps, "GlobalMaxPooling1D()"], [steps, "LSTM(8, return_sequences=False)"]):
        assert measures(tmp_path, *others, last).value("model.output.every_step") is False
    assert measures(tmp_path, "Dense(8, activation='relu')", last).value("model.output.every_step") is None


def test_numbers_of_a_sequential_are_said_with_their_type(tmp_path: Path) -> None:
    """ "0" alone names nothing to a person."""
    linear = {"name": "0", "type": "Linear", "units": 8}
    m = measures(tmp_path, linear, {"name": "body.1", "type": "Linear", "units": 4})
    assert set(m["layer.activation"]) <= {"layer 0 (Linear)", "body.1 (Linear)"}  # type: ignore[arg-type]
    meant = [{"name": "fc", "type": "Linear", "units": 16}, {"name": "out", "type": "Linear", "units": 4}]
    assert measures(tmp_path, linear, {"name": "1", "type": "Linear", "units": 4}, design=meant).value(
        "design.diff"
    ) == ("layer 0 has 8 units instead of 16")


def test_layers_of_the_configuration_tell_more_than_a_table_in_the_log(tmp_path: Path) -> None:
    """A summary has no activations."""
    table = (
        "Layer (type)                 Output Shape              Param #   \n"
        "=================================================================\n"
        "dense (Dense)                (None, 16)                80        \n"
        "dense_1 (Dense)              (None, 3)                 51        \n"
        "=================================================================\n"
        "Total params: 131\n"
        "Epoch 1/2\n4/4 - 0s - loss: 1.1 - accuracy: 0.4\nEpoch 2/2\n4/4 - 0s - loss: 0.9 - accuracy: 0.5\n"
    )
    (tmp_path / "train.log").write_text(table)
    assert Measures(read_run(tmp_path)).value("model.output.activation") is None
    layers = ["Dense(16, activation='relu')", "Dense(3, activation='sigmoid')"]
    (tmp_path / "config.json").write_text(json.dumps({"layers": layers}))
    assert Measures(read_run(tmp_path)).value("model.output.activation") == "sigmoid"


@pytest.mark.parametrize(("entering", "narrowest"), [(1, 1), (9, None)])
def test_the_one_embedding_that_all_passes_counts_as_a_layer(
    tmp_path: Path, entering: int, narrowest: int | None
) -> None:
    """Where the layer behind it takes other numbers as well, a narrow embedding may hold what is simple."""
    layers = f"  (emb): EmbeddingBag(71, 1)\n  (fc): Linear(in_features={entering}, out_features=4, bias=True)\n"
    (tmp_path / "metrics.csv").write_text(LOG)
    (tmp_path / "model_summary.txt").write_text(f"Bow(\n{layers})\n")
    assert Measures(read_run(tmp_path)).value("config.narrowest") == narrowest


def test_of_layers_beside_each_other_the_widest_recurrent_one_counts(tmp_path: Path) -> None:
    """A gate of one unit may be meant there; a sequence that passes two units may not."""
    listed = [
        {"name": "embed", "type": "Embedding", "units": 12, "inputs": 40},
        {"name": "body", "type": "GRU", "units": 2, "inputs": 12},
        {"name": "gate", "type": "Linear", "units": 1, "inputs": 12},
        {"name": "head", "type": "Linear", "units": 5, "inputs": 2},
    ]
    (tmp_path / "metrics.csv").write_text(LOG)
    (tmp_path / "model.json").write_text(json.dumps({"framework": "pytorch", "class": "Recurrent", "layers": listed}))
    assert Measures(read_run(tmp_path)).value("config.narrowest") == 2


def test_a_list_of_modules_leaves_out_what_forward_does(tmp_path: Path) -> None:
    """PyTorch flattens by a function and uses one dropout anywhere; blocks of attention hold layers of their own."""

    def listed(*layers: str) -> Measures:
        (tmp_path / "metrics.csv").write_text(LOG)
        (tmp_path / "config.json").write_text(json.dumps({"layers": list(layers), "lr": 0.1, "batch_size": 8}))
        return Measures(read_run(tmp_path))

    conv = "Conv1d(3, 12, kernel_size=(3,), stride=(1,), padding=(1,))"
    head = "Linear(in_features=288, out_features=4, bias=True)"
    assert true_of(listed(conv, "ReLU()", "MaxPool1d(2)", head), "layer.misplaced") == []
    shared = listed("Linear(8, 16)", "ReLU()", "Linear(16, 2)", "Dropout(p=0.5)")
    assert true_of(shared, "layer.misplaced") == ["layer 4"]
    assert shared["layer.misplaced"]["layer 4"].value == "dropout made last"  # type: ignore[index]
    own = listed("Linear(8, 16)", "ReLU()", "Linear(16, 9)", "ReLU()", "Linear(9, 2)", "Dropout(p=0.5)")
    assert own["layer.misplaced"]["layer 6"].value == "behind the last layer"  # type: ignore[index]
    block = ["TransformerEncoderLayer(24, heads=2)", "Linear(24, 48)", "Dropout(0.3)", "Dropout(0.3)", "Linear(24, 4)"]
    assert not listed("Embedding(73, 24)", *block).one("model.widths_grow").value
    keras = listed("Conv2D(8, 3, activation='relu')", "Dense(2, activation='softmax')")
    assert len(true_of(keras, "layer.misplaced")) == 1


def test_softmax_inside_the_network_is_told_of_recurrent_layers_too(tmp_path: Path) -> None:
    """Units of a recurrent layer compete as those of a dense one do; the usual tanh and the last layer are sound."""
    last = "Dense(3, activation='softmax')"
    assert true_of(measures(tmp_path, "LSTM(8, activation='softmax')", last), "layer.hidden_softmax") == ["layer 1"]
    assert true_of(measures(tmp_path, "LSTM(8)", last), "layer.hidden_softmax") == []


def test_biases_of_hidden_layers_start_where_their_initialisers_say(tmp_path: Path) -> None:
    """In code and in what Keras writes; the last layer's may be the log-odds of a rare class."""
    last = "Dense(1, activation='sigmoid', bias_initializer=Constant(-5.0))"
    far = "Dense(8, activation='relu', bias_initializer=keras.initializers.Constant(value=-4.0))"
    assert measures(tmp_path, far, last).value("config.initial_bias") == -4
    assert measures(tmp_path, "Dense(8, activation='relu')", last).value("config.initial_bias") is None
    constant = {"class_name": "Constant", "config": {"value": -3.0}}
    dense = {"type": "Dense", "name": "a", "units": 8, "activation": "relu", "bias_initializer": constant}
    assert keras(tmp_path, dense, {"type": "Dense", "name": "o", "units": 1}).value("config.initial_bias") == -3


def test_an_initialiser_under_a_name_is_that_of_the_layers(tmp_path: Path) -> None:
    """`start = Constant(0.5)`, handed to layers that a loop adds; a name that is set twice tells nothing."""
    (tmp_path / "metrics.csv").write_text(LOG)
    again = "start = initializers.Constant(0.5)\n"
    script = (
        "from keras import Sequential, initializers\nfrom keras.layers import Dense\n{before}"
        "start = initializers.Constant(0.5)\nnet = Sequential()\nfor n in range(2):\n"
        "    net.add(Dense(8, activation='relu', kernel_initializer=start))\n"
        "net.add(Dense(1, kernel_initializer=start))\nnet.compile(loss='mse')\nnet.fit(x, y)\n"
    )
    (tmp_path / "train.py").write_text(script.format(before=""))
    assert len(true_of(Measures(read_run(tmp_path)), "layer.starts_constant")) == 2
    (tmp_path / "train.py").write_text(script.format(before=again))
    assert true_of(Measures(read_run(tmp_path)), "layer.starts_constant") == []


def test_activations_of_forward_stand_beside_a_printed_model(tmp_path: Path) -> None:
    """What PyTorch prints shows no functional activation: the script does, where it builds the same widths."""
    lines = "".join(f"Epoch {e}: loss {1 / (e + 1):.4f}\n" for e in range(6))
    printed = "Net(\n  (a): Linear(in_features=4, out_features=8, bias=True)\n" + (
        "  (b): Linear(in_features=8, out_features=2, bias=True)\n)\n"
    )
    (tmp_path / "train.log").write_text(printed + lines)
    script = (
        "import torch\nfrom torch import nn\nimport torch.nn.functional as F\nclass Net(nn.Module):\n"
        "    def __init__(self):\n        super().__init__()\n"
        "        self.a = nn.Linear(4, {width})\n        self.b = nn.Linear({width}, 2)\n"
        "    def forward(self, x):\n        return self.b(F.softmax(self.a(x), dim=1))\n"
        "net = Net()\nprint(net)\nopt = torch.optim.SGD(net.parameters(), lr=0.1)\n"
        "for x, y in loader:\n    opt.zero_grad()\n    F.cross_entropy(net(x), y).backward()\n    opt.step()\n"
    )
    (tmp_path / "train.py").write_text(script.format(width=8))
    assert true_of(Measures(read_run(tmp_path)), "layer.hidden_softmax") == ["a"]
    (tmp_path / "train.py").write_text(script.format(width=16))
    assert not getattr(Measures(read_run(tmp_path))["layer.hidden_softmax"], "known", True)


PRINTED = """Net(
  (body): Sequential(
    (0): Linear(in_features=6, out_features=8, bias=True)
    (1): Softmax(dim=-1)
  )
  (head): Linear(in_features=8, out_features={classes}, bias=True)
)
epoch 1 loss 1.10
epoch 2 loss 1.05
epoch 3 loss 1.00
"""
BUILDS = """
import torch
from torch import nn
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(nn.Linear(6, 8), nn.Softmax(dim=-1))
        self.head = nn.Linear(8, 3)
    def forward(self, x):
        return self.head(self.body(x))
net = Net()
print(net)
loss = nn.functional.cross_entropy(net(x), y)
loss.backward()
"""


@pytest.mark.parametrize(("classes", "known"), [(3, True), (5, False)])
def test_the_script_tells_the_order_of_printed_modules(tmp_path: Path, classes: int, known: bool) -> None:
    """Modules print in the order of their making; the script says in which they are used, if it is the same model."""
    (tmp_path / "train.log").write_text(PRINTED.format(classes=classes))
    (tmp_path / "train.py").write_text(BUILDS)
    found = Measures(read_run(tmp_path))["layer.hidden_softmax"]
    assert isinstance(found, dict) is known
    assert not isinstance(found, dict) or [value.value for value in found.values()] == [True]


def test_recurrent_layers_are_plain_where_none_has_gates(tmp_path: Path) -> None:
    """An LSTM or a GRU beside them is enough to carry something; without recurrent layers nothing is said."""
    last = "Dense(1)"
    assert measures(tmp_path, "SimpleRNN(8)", "SimpleRNN(8)", last).value("model.recurrent_plain") is True
    assert measures(tmp_path, "SimpleRNN(8)", "GRU(8)", last).value("model.recurrent_plain") is False
    assert not measures(tmp_path, "Dense(8)", last).one("model.recurrent_plain").known
