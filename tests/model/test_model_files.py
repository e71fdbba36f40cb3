"""Layer lists in every form in which people keep them."""

from __future__ import annotations

import contextlib
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mladvisor.errors import ReadError
from mladvisor.features import layer_names
from mladvisor.features.catalogue import Measures
from mladvisor.features.layer_list import Architecture, analysed
from mladvisor.runs.model_files import ModelFile, layer_list, model_of, read_model, read_printed
from mladvisor.runs.model_text import in_one_line, in_words, printed
from mladvisor.runs.read import read_run


def stages(found: ModelFile) -> list[tuple[str, float | None, str | None]]:
    """(kind, units, activation) of the layers with weights."""
    return [(stage.kind, stage.layer.units, stage.activation) for stage in analysed(found).stages]


def of(*layers: Any) -> Architecture:
    """The analysed list of a `model.json`."""
    return analysed(model_of({"layers": list(layers)}, "model.json"))


@pytest.mark.parametrize(
    ("written", "kind", "units", "activation"),
    [
        ("Dense(64, activation='relu')", "dense", 64, "relu"),
        ("keras.layers.Dense(units=10)", "dense", 10, None),
        ("model.add(Dense(12, activation='sigmoid'))", "dense", 12, "sigmoid"),
        ("self.fc1 = nn.Linear(784, 128)", "dense", 128, None),
        ("nn.Linear(in_features=20, out_features=5)", "dense", 5, None),
        ("nn.Conv2d(3, 16, kernel_size=3)", "conv", 16, None),
        ("Conv2D(32, (3, 3), activation='relu')", "conv", 32, "relu"),
        ("tf.layers.dense(x, 256, activation=tf.nn.relu)", "dense", 256, "relu"),
        ("nn.Dense(features=128)", "dense", 128, None),
        ("nn.LSTM(10, 20, batch_first=True)", "recurrent", 20, None),
        ("LSTM(50, return_sequences=True)", "recurrent", 50, None),
        ("fully connected layer with 64 units, relu", "dense", 64, "relu"),
        ("hidden: 64 relu", "other", 64, "relu"),
        ("dense 10 softmax", "dense", 10, "softmax"),
        ("output layer, 3 units, no activation", "dense", 3, "linear"),
    ],
)
def test_a_layer_in_code_or_prose(written: str, kind: str, units: float, activation: str | None) -> None:
    """Constructor calls of all libraries and plain words give type, width and activation."""
    layer = in_words(written, "x")
    assert layer is not None
    assert layer.units == units
    assert (layer_names.activation(layer.activation) if layer.activation else None) == activation
    if kind != "other":
        assert layer_names.layer_kind(layer.type) == kind


@pytest.mark.parametrize(
    "written", ["ReLU()", "nn.ReLU", "nn.relu", "Activation('relu')", "activation relu", "jax.nn.relu"]
)
def test_an_activation_as_a_layer_belongs_to_the_layer_before(written: str) -> None:
    """Dense, then ReLU: the dense layer has ReLU."""
    assert of("Dense(8)", written, "Dense(1)").stages[0].activation == "relu"


@pytest.mark.parametrize("word", ["Dropout(0.5)", "dropout 50 %", "nn.Dropout(p=0.5)"])
def test_rates_of_dropout(word: str) -> None:
    """A dropout layer has a rate and no units."""
    layer = in_words(word, "d")
    assert layer is not None and layer.rate == 0.5 and layer.units is None


@pytest.mark.parametrize(
    ("name", "activation"),
    [
        ("log_softmax", "logsoftmax"),
        ("selu", "selu"),
        ("gelu", "gelu"),
        ("hard_sigmoid", "hardsigmoid"),
        ("ELU", "elu"),
    ],
)
def test_names_that_hold_other_names(name: str, activation: str) -> None:
    """`log_softmax` is not softmax, `selu` not ELU."""
    assert layer_names.activation(name) == activation


def test_silence_of_pytorch_is_not_linearity() -> None:
    """Activations of a PyTorch list may stand in `forward`; a Keras-like list with activations elsewhere tells all."""
    torch = model_of({"layers": [{"name": "a", "type": "Linear"}, {"name": "b", "type": "Linear"}]}, "m")
    assert [activation for _, _, activation in stages(torch)] == [None, None]
    keras = model_of({"layers": ["Dense(8, activation='relu')", "Dense(1)"]}, "m")
    assert [activation for _, _, activation in stages(keras)] == ["relu", "linear"]
    said = model_of({"layers": [{"name": "a", "type": "Linear", "activation": None}]}, "m")
    assert stages(said)[0][2] == "linear"


KERAS_2 = {
    "class_name": "Sequential",
    "config": {
        "name": "s",
        "layers": [
            {"class_name": "InputLayer", "config": {"batch_input_shape": [None, 8], "name": "in"}},
            {
                "class_name": "Dense",
                "config": {
                    "name": "d",
                    "units": 4,
                    "activation": "relu",
                    "kernel_initializer": {"class_name": "Zeros", "config": {}},
                },
            },
            {
                "class_name": "Bidirectional",
                "config": {"name": "b", "layer": {"class_name": "LSTM", "config": {"units": 5}}},
            },
            {"class_name": "Dense", "config": {"name": "o", "units": 1, "activation": "sigmoid"}},
        ],
    },
}
KERAS_3 = {
    "module": "keras",
    "class_name": "Functional",
    "config": {
        "layers": [
            {
                "module": "keras.layers",
                "class_name": "InputLayer",
                "config": {"batch_shape": [None, 8], "name": "in"},
                "inbound_nodes": [],
            },
            {
                "module": "keras.layers",
                "class_name": "Dense",
                "config": {"name": "a", "units": 4, "activation": "relu"},
                "inbound_nodes": [{"args": [{"class_name": "__keras_tensor__"}], "kwargs": {}}],
            },
            {
                "module": "keras.layers",
                "class_name": "Add",
                "config": {"name": "add"},
                "inbound_nodes": [{"args": [[{"class_name": "__keras_tensor__"}, {"class_name": "__keras_tensor__"}]]}],
            },
        ]
    },
    "compile_config": {
        "loss": {"class_name": "BinaryCrossentropy", "config": {"from_logits": True}},
        "optimizer": {"class_name": "Adam", "config": {"learning_rate": 0.01}},
    },
}


def test_keras_json() -> None:
    """`to_json()` of Keras 2 and 3: layers, initialisers, wrapped layers, branches, loss and optimizer."""
    two = model_of(KERAS_2, "m")
    assert two.chain
    assert stages(two) == [("dense", 4, "relu"), ("recurrent", 5, "tanh"), ("dense", 1, "sigmoid")]
    assert two.layers[1].initializer == "Zeros"
    assert model_of(json.dumps(KERAS_2), "m").layers == two.layers
    three = model_of(KERAS_3, "m")
    assert not three.chain
    assert three.settings == {
        "loss": "BinaryCrossentropy",
        "from_logits": True,
        "optimizer": "Adam",
        "learning_rate": 0.01,
    }


def test_keras_json_that_somebody_wrote() -> None:
    """Settings beside the class of a layer, and what it is compiled with under "compile"."""
    layers = [
        {"class_name": "Dense", "units": 64, "activation": "softmax"},
        {"class_name": "Dropout", "rate": 0.2},
        {"class_name": "Dense", "units": 10},
    ]
    compiled = {"loss": "mse", "optimizer": "adam", "learning_rate": 0.001}
    found = model_of({"class_name": "Sequential", "config": {"layers": layers}, "compile": compiled}, "m")
    assert stages(found) == [("dense", 64, "softmax"), ("dense", 10, "linear")]
    assert found.settings == compiled
    silent = model_of({"class_name": "Sequential", "config": {"layers": [layers[2], layers[2]]}}, "m")
    assert stages(silent) == [("dense", 10, None), ("dense", 10, None)]


SUMMARY_3 = """
Model: "sequential"
┏━━━━━━━━━━━━━━━━━━━━━━┳━━━━━━━━━━━━━━━━━━━┳━━━━━━━━━━━━┓
┃ Layer (type)         ┃ Output Shape      ┃    Param # ┃
┡━━━━━━━━━━━━━━━━━━━━━━╇━━━━━━━━━━━━━━━━━━━╇━━━━━━━━━━━━┩
│ dense (Dense)        │ (None, 64)        │     50,240 │
├──────────────────────┼───────────────────┼────────────┤
│ dense_1 (Dense)      │ (None, 10)        │        650 │
└──────────────────────┴───────────────────┴────────────┘
 Total params: 50,890
"""
TORCHSUMMARY = """
----------------------------------------------------------------
        Layer (type)               Output Shape         Param #
================================================================
            Conv2d-1           [-1, 32, 26, 26]             320
              ReLU-2           [-1, 32, 26, 26]               0
            Linear-3                   [-1, 10]          216,330
================================================================
Total params: 216,650
"""


def test_tables_of_layers_in_a_text() -> None:
    """Keras 3 and torchsummary print tables; widths and parameters are read, activations stay unknown."""
    found = printed("epoch 1 loss 0.3\n" + SUMMARY_3)
    assert found is not None
    assert [(layer.name, layer.units, layer.params) for layer in found[0]] == [
        ("dense", 64, 50240),
        ("dense_1", 10, 650),
    ]
    assert stages(ModelFile(found[0], "log", found[1], found[2]))[0][2] is None
    other = printed(TORCHSUMMARY)
    assert other is not None
    assert [(kind, units) for kind, units, _ in stages(ModelFile(other[0], "log", "summary", False))] == [
        ("conv", 32),
        ("dense", 10),
    ]


def test_a_printed_module_inside_a_log(tmp_path: Path) -> None:
    """`print(model)` among lines of a log: a Sequential is a chain, a module with a shared ReLU is not."""
    text = "start\nSequential(\n  (0): Linear(in_features=4, out_features=8, bias=True)\n  (1): Tanh()\n"
    text += "  (2): Linear(in_features=8, out_features=2, bias=True)\n)\nepoch 0 loss 1.2\n"
    (tmp_path / "train.log").write_text(text)
    found = read_printed(tmp_path, "train.log")
    assert found is not None and found.chain
    assert stages(found) == [("dense", 8, "tanh"), ("dense", 2, "linear")]
    net = text.replace("Sequential(", "Net(")
    (tmp_path / "train.log").write_text(net)
    found = read_printed(tmp_path, "train.log")
    assert found is not None and not found.chain
    assert stages(found)[1] == ("dense", 2, None)


def test_the_probes_file_tells_all_activations() -> None:
    """The probe sees functional activations too, so that none is none; an activation may stand at a normalisation."""
    content = {
        "framework": "pytorch",
        "class": "Net",
        "loss": "CrossEntropyLoss",
        "layers": [
            {"name": "conv", "type": "Conv2d", "units": 8},
            {"name": "bn", "type": "BatchNorm2d", "units": 8, "activation": "relu"},
            {"name": "fc", "type": "Linear", "units": 2},
        ],
    }
    assert stages(model_of(content, "m")) == [("conv", 8, "relu"), ("dense", 2, "linear")]
    assert not model_of(content, "m").chain
    assert model_of({**content, "class": "Sequential"}, "m").chain


@pytest.mark.parametrize(
    "content",
    ["[]", "{}", '{"layers": 3}', '{"layers": [1, 2]}', "[[[]]]", '"x"', "null", "{", '{"layers": [{"units": 3}]}'],
)
def test_files_without_layers_are_refused_in_words(content: str, tmp_path: Path) -> None:
    """Whatever else a JSON file holds, the error is one sentence."""
    (tmp_path / "model.json").write_text(content)
    with pytest.raises(ReadError) as caught:
        read_model(tmp_path, "model.json")
    assert "model.json" in str(caught.value)


def test_absurd_numbers_of_layers_are_bounded() -> None:
    """A list of a hundred thousand layers costs no more than its first thousands."""
    assert len(layer_list(["Dense(3)"] * 100_000)) == 4_000


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=20) | st.sampled_from(["Dense", "layers", "config"]),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["layers", "config", "class_name", "name", "type", "units", "activation", "inbound_nodes"]),
            inner,
        )
    ),
    max_leaves=25,
)


@given(JSON)
def test_any_json_gives_layers_or_a_sentence(content: Any) -> None:
    """A stranger's JSON never makes the reader fail otherwise."""
    with contextlib.suppress(ReadError):
        analysed(model_of(content, "model.json"))


@given(st.text(max_size=200))
def test_any_words_are_a_layer_or_none(text: str) -> None:
    """Free text never makes the parser fail."""
    assert in_words(text, "x") is None or in_words(text, "x") is not None
    printed("Net(\n" + text)
    printed("Layer (type)\n" + text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Linear(64,32) -> ReLU -> Linear(32,10) -> Softmax", [("dense", 32, "relu"), ("dense", 10, "softmax")]),
        ("input(784) -> fc 128 relu -> fc 10 softmax", [("dense", 128, "relu"), ("dense", 10, "softmax")]),
        ("784-128-64-10", [("dense", 128, None), ("dense", 64, None), ("dense", 10, None)]),
        ("2 -> 16 -> 1", [("dense", 16, None), ("dense", 1, None)]),
        ("Sequential([Dense(64, activation='relu'), Dropout(0.5), Dense(1)])",
         [("dense", 64, "relu"), ("dense", 1, "linear")]),
        ("model.add(Dense(12, input_dim=8, activation='relu'))\nmodel.add(Dense(1, activation='sigmoid'))",
         [("dense", 12, "relu"), ("dense", 1, "sigmoid")]),
        ("conv 32 3x3 relu > maxpool 2x2 > flatten > dense 10 softmax",
         [("conv", 32, "relu"), ("dense", 10, "softmax")]),
        ("slim.fully_connected(x, 16) -> slim.fully_connected(h, 10, activation_fn=None)",
         [("dense", 16, "relu"), ("dense", 10, "linear")]),
        ("LSTM(50) + Dense(1)", [("recurrent", 50, "tanh"), ("dense", 1, "linear")]),
    ],
)  # fmt: skip
def test_a_whole_model_in_one_text(text: str, expected: list[tuple[str, float, str | None]]) -> None:
    """Arrows, lines, sums of calls, a Sequential, or widths alone."""
    assert stages(ModelFile(layer_list(in_one_line(text)), "config.yaml", "list", True)) == expected


@pytest.mark.parametrize("text", ["resnet18", "bert-base-uncased", "64x64x3", "2023-01-15", "a-b-c", "", "->"])
def test_a_name_is_no_list_of_layers(text: str) -> None:
    """Names of models, shapes of pictures and dates are not taken for layers."""
    assert in_one_line(text) == []


def test_layers_that_are_classes_with_their_settings_below(tmp_path: Path) -> None:
    """`{SimpleRNN: {units: 24}}` in YAML; a recurrent layer that is not read would leave a linear model."""
    (tmp_path / "log.csv").write_text("epoch,loss\n0,1.0\n1,0.8\n2,0.7\n")
    (tmp_path / "model.yaml").write_text(
        "layers:\n- SimpleRNN:\n    units: 24\n    activation: relu\n- Dense:\n    units: 1\n"
        "optimizer:\n  SGD:\n    learning_rate: 0.001\n    momentum: 0.9\n"
    )
    m = Measures(read_run(tmp_path))
    assert (m.value("model.family"), m.value("model.recurrent_unbounded")) == ("rnn", True)
    assert (m.value("config.optimizer"), m.value("config.learning_rate")) == ("momentum", 0.001)
