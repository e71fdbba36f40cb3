"""What configuration and layer lists say of the start, of what trains, and of the classes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from mladvisor.features.catalogue import Measures
from mladvisor.runs.read import read_run

LOG = "epoch,loss,val_accuracy\n" + "".join(f"{e},{1 / e},0.97\n" for e in range(1, 8))


def measured(folder: Path, config: str, model: str = "") -> Measures:
    """Measurements of a run with this configuration."""
    (folder / "metrics.csv").write_text(LOG)
    (folder / "config.yaml").write_text(config)
    if model:
        (folder / "model.json").write_text(model)
    return Measures(read_run(folder))


@pytest.mark.parametrize(
    ("said", "factor"),
    [
        ("tf.random_normal(stddev=1.0)", 8.0),
        ("normal(0, 5)", 40.0),
        ("normal(3.0)", 24.0),
        ("gaussian 2", 16.0),
        ("he_normal(3)", None),  # a seed, perhaps
        ("normal_(std=2)", 16.0),
        ("tf.random_normal([128, 10])", 8.0),
        ("0.01 * np.random.randn(128, 10)", None),
        ("normal(0, 0.05)", None),  # a little small: usual
        ("he_normal", None),
        ("glorot_uniform", None),
    ],
)
def test_the_spread_of_initial_weights(said: str, factor: float | None, tmp_path: Path) -> None:
    """A spread that is told, beside He's for the widest layer."""
    m = measured(tmp_path, f'weight_init: "{said}"\nhidden_sizes: [128, 64]\n')
    found = m.value("config.initial_scale")
    assert found == (pytest.approx(factor) if factor is not None else None)


@pytest.mark.parametrize(
    ("flags", "share"), [((False, False), 0.0), ((True, False), 0.5), ((True, True), 1.0), ((True, None), None)]
)
def test_the_share_of_layers_that_train(flags: tuple[bool | None, ...], share: float | None, tmp_path: Path) -> None:
    """Known where the file tells it of every layer with weights."""
    layers = [
        {"name": f"l{at}", "type": "Dense", "units": 4, **({} if one is None else {"trainable": one})}
        for at, one in enumerate(flags)
    ]
    described = json.dumps({"layers": layers})
    assert measured(tmp_path, "lr: 0.1\n", described).value("model.trainable_share") == share


@pytest.mark.parametrize(("activation", "unbounded"), [("relu", True), ("tanh", False), ("sigmoid", False)])
def test_recurrent_layers_without_an_upper_end(activation: str, unbounded: bool, tmp_path: Path) -> None:
    """ReLU in the LSTM is told apart from ReLU in the dense layer behind it."""
    model = (
        f'{{"layers": [{{"type": "LSTM", "units": 8, "activation": "{activation}"}},'
        ' {"type": "Dense", "units": 8, "activation": "relu"}, {"type": "Dense", "units": 1, "activation": "linear"}]}'
    )
    assert measured(tmp_path, "lr: 0.1\n", model).value("model.recurrent_unbounded") is unbounded


@pytest.mark.parametrize("config", ["class_counts: {ok: 970, fraud: 30}\n", "samples_per_class: [970, 30]\n"])
def test_accuracy_beside_the_largest_class(config: str, tmp_path: Path) -> None:
    """Counts of classes in the configuration tell what naming the largest class scores."""
    m = measured(tmp_path, config)
    assert m.value("config.majority_share") == pytest.approx(0.97)
    assert m.value("metric.val.over_majority") == pytest.approx(0, abs=1e-9)


@pytest.mark.parametrize(("classes", "loss"), [(3, "cross-entropy"), (2, "binary-cross-entropy")])
def test_log_loss_of_many_classes(classes: int, loss: str, tmp_path: Path) -> None:
    """scikit-learn calls cross-entropy over any number of classes by one name."""
    assert measured(tmp_path, f"loss: log_loss\nn_classes: {classes}\n").value("config.loss") == loss


@pytest.mark.parametrize(
    ("config", "feature", "value"),
    [
        ("optimizer: 'SGD(lr=10, momentum=0.9)'\n", "config.learning_rate", 10),
        ("optimizer: 'SGD(lr=10, momentum=0.9)'\n", "config.momentum", 0.9),
        ("optimizer: 'Adam(0.01)'\n", "config.learning_rate", 0.01),
        ("optimizer: 'torch.optim.AdamW(model.parameters(), lr=1e-3, weight_decay=1.0)'\n", "config.weight_decay", 1),
        ("compile: \"model.compile(loss='mse', optimizer=SGD(lr=10))\"\n", "config.learning_rate", 10),
        ("compile: \"model.compile(loss='mse', optimizer=SGD(lr=10))\"\n", "config.loss", "mse"),
        ("model: 'MLPClassifier(hidden_layer_sizes=(64, 32), learning_rate_init=1.0)'\n", "config.learning_rate", 1),
        ("lr: 0.1\noptimizer: 'SGD(lr=10)'\n", "config.learning_rate", 10),  # what the optimizer got is nearer
        ("weight_initialization: all zeros\n", "config.initializer", "zeros"),
        ("init: 'tf.zeros([64, 10])'\n", "config.initializer", "zeros"),
        ("init: zero-mean gaussian\n", "config.initializer", "zero-mean gaussian"),
        ("last_layer_activation: softmax\n", "model.output.activation", "softmax"),
    ],
)
def test_settings_inside_calls_and_words(config: str, feature: str, value: float | str, tmp_path: Path) -> None:
    """Arguments of a constructor are settings; words and code say the same as a plain name."""
    assert measured(tmp_path, config).value(feature) == value


def test_code_beside_the_log_is_read_as_text(tmp_path: Path) -> None:
    """Layers line by line, loss and optimizer of `compile`; nothing is run, prose is no list of layers."""
    (tmp_path / "model.txt").write_text(
        "from keras import *\nmodel = Sequential()\nmodel.add(Dense(64, input_dim=20, activation='relu'))\n"
        "model.add(Dense(1, activation='softmax'))  # one unit\n"
        "model.compile(loss='binary_crossentropy', optimizer=Adam(lr=0.01))\n"
    )
    m = measured(tmp_path, "epochs: 3\n")
    assert m.value("model.output.activation") == "softmax" and m.value("model.output.units") == 1
    assert m.value("config.loss") == "binary-cross-entropy" and m.value("config.learning_rate") == 0.01
    (tmp_path / "model.txt").write_text("A small model with relu.\nIt has a dense layer of 64.\nTrained on a laptop.\n")
    assert Measures(read_run(tmp_path)).value("model.output.units") is None


@pytest.mark.parametrize(
    "head",
    [
        "{'lr': 5.0, 'momentum': 0.9, 'optimizer': 'SGD', 'batch_size': 64}\n",
        "SGD (\nParameter Group 0\n    dampening: 0\n    lr: 5.0\n    momentum: 0.9\n)\n",
    ],
)
def test_settings_printed_above_a_log(head: str, tmp_path: Path) -> None:
    """A dictionary on one line, and an optimizer as PyTorch prints it."""
    lines = "".join(f"Epoch [{e}/8], Loss: {2 / e:.4f}, Val Loss: {2.1 / e:.4f}\n" for e in range(1, 9))
    (tmp_path / "train.log").write_text(head + lines)
    m = Measures(read_run(tmp_path))
    assert (m.value("config.optimizer"), m.value("config.learning_rate"), m.value("config.momentum")) == (
        "momentum",
        5,
        0.9,
    )


@pytest.mark.parametrize(
    ("model", "expects"),
    [
        ("Sequential(\n  (0): Linear(in_features=8, out_features=4, bias=True)\n  (1): Out()\n)\n", "logits"),
        ("Sequential(\n  (0): Linear(in_features=8, out_features=4, bias=True)\n  (1): Softmax(dim=1)\n)\n", "logits"),
        ("Sequential(\n  (0): ReLU()\n  (1): Linear(in_features=8, out_features=4, bias=True)\n)\n", None),
        ("", None),
    ],
)
def test_a_printed_model_says_whose_cross_entropy_is_meant(model: str, expects: str | None, tmp_path: Path) -> None:
    """PyTorch's takes logits; a model that ends in weights gives them, whatever the settings say of its answers."""
    if model:
        (tmp_path / "model.txt").write_text(model)
    assert measured(tmp_path, "loss: cross_entropy\noutput_activation: softmax\n").value("loss.expects") == expects
