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
        ("weight_init: const0.3\n", "config.initializer", "constant"),
        ("weight_init: filled with 0.3\n", "config.initializer", "constant"),
        ("init: all equal\n", "config.initializer", "constant"),
        ("weight_init: {type: constant, value: 0.3}\n", "config.initializer", "constant"),
        ("init: 'np.full(shape, 0.3)'\n", "config.initializer", "constant"),
        ("init: 'xavier_uniform, zero bias'\n", "config.initializer", "xavier_uniform, zero bias"),
        ("weight_init: zero_residual\n", "config.initializer", "zero_residual"),
        ("init: fully_random\n", "config.initializer", "fully_random"),
        ("bias_init: const-6\n", "config.initial_bias", -6),
        ("{weight_init: normal2, channels: [6, 12]}\n", "config.initial_scale", 6),
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


NET = """
import torch
from torch import nn
{imports}
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.one, self.two = nn.Linear(8, 9), nn.Linear(9, 2)
    def forward(self, x):
        return self.two(torch.tanh(self.one(x)))
net = {made}
{start}
opt = torch.optim.{opt}
for epoch in range(9):
    for x, y in loader:
        opt.zero_grad()
        nn.functional.cross_entropy(net(x), y).backward()
        opt.step()
        {step}
"""
PLAIN = {"imports": "", "made": "Net()", "start": "", "opt": "Adam(net.parameters(), lr=1e-3)", "step": "pass"}


def scripted(folder: Path, **changed: str) -> Measures:
    """Measurements of a run with a script that trains a small network."""
    (folder / "train.py").write_text(NET.format(**{**PLAIN, **changed}))
    return measured(folder, "epochs: 9\n")


@pytest.mark.parametrize(
    ("start", "factor"),
    [
        ("net.one.weight.data *= 60.", 60.0),
        ("with torch.no_grad():\n    net.one.weight.mul_(0.001)", 0.001),
        ("net.one.weight.data = 25 * net.one.weight.data", 25.0),
        ("for p in net.parameters():\n    p.data.mul_(12)", 12.0),
        ("net.one.weight.data *= 2\nnet.two.weight.data *= 0.05", 0.05),  # what is furthest from 1
        ("net.one.bias.data *= 60.", None),
        ("net.last.weight.data *= 0.01", None),  # on purpose
        ("net.one.weight.data *= factor", None),
    ],
)
def test_weights_that_the_script_multiplies_before_it_trains(tmp_path: Path, start: str, factor: float | None) -> None:
    """They start so many times as large as the library draws them."""
    assert scripted(tmp_path, start=start).value("config.initial_scale") == factor


def test_weights_that_shrink_at_each_step_do_not_start_small(tmp_path: Path) -> None:
    """A decay written by hand is no start."""
    assert scripted(tmp_path, step="net.one.weight.data.mul_(0.5)").value("config.initial_scale") is None


@pytest.mark.parametrize(
    ("changed", "left"),
    [
        ({}, True),
        ({"start": "nn.init.normal_(net.one.weight, std=3)"}, None),
        ({"start": "net.one.weight.data *= 60"}, None),
        ({"start": "net.load_state_dict(torch.load('old.pt'))"}, None),
        ({"imports": "from models import build", "made": "build()"}, None),
    ],
)
def test_the_start_is_left_to_the_library(tmp_path: Path, changed: dict[str, str], left: bool | None) -> None:
    """Known where the script makes all layers, and nothing in it reaches for their weights."""
    assert scripted(tmp_path, **changed).value("model.start_scaled") is left


def test_settings_of_the_start_stand_above_the_script(tmp_path: Path) -> None:
    """What they tell may reach the model by another way."""
    scripted(tmp_path)
    assert measured(tmp_path, "epochs: 9\ninit_gain: 30\n").value("model.start_scaled") is None


@pytest.mark.parametrize(
    ("changed", "restrained"),
    [
        ({}, False),
        ({"opt": "SGD(net.parameters(), lr=0.1, weight_decay=0)"}, False),
        ({"opt": "SGD(net.parameters(), lr=0.1, weight_decay=decay)"}, None),
        ({"opt": "AdamW(net.parameters(), lr=0.1)"}, None),
        ({"opt": "Adam(groups, lr=0.1)"}, None),
        ({"start": "l2 = sum((p ** 2).sum() for p in net.parameters())"}, None),
        ({"start": "shrink = 0.02 * sum(p.abs().sum() for p in net.parameters())"}, None),
        ({"start": "net.drop = nn.Dropout(0.5)"}, None),
        ({"imports": "from models import build", "made": "build()"}, None),
    ],
)
def test_nothing_in_the_script_restrains_the_weights(
    tmp_path: Path, changed: dict[str, str], restrained: bool | None
) -> None:
    """Known where all that trains is there to read."""
    assert scripted(tmp_path, **changed).value("model.penalised") is restrained


@pytest.mark.parametrize(
    ("made", "restrained"),
    [
        ("MLPClassifier((16, 8), alpha=0.001)", False),
        ("MLPClassifier((16, 8))", False),
        ("MLPRegressor((16, 8), alpha=30.0)", None),
        ("MLPClassifier(**params)", False),
        ("MLPClassifier(**other)", None),
    ],
)
def test_networks_of_scikit_learn(tmp_path: Path, made: str, restrained: bool | None) -> None:
    """They draw their first weights by Glorot's scheme, and their penalty is weak as it comes."""
    (tmp_path / "train.py").write_text(
        "import pandas as pd\nfrom sklearn.neural_network import MLPClassifier, MLPRegressor\n"
        "df = pd.read_csv('t.csv')\nX, y = df.drop(columns='y'), df.y\n"
        f"params = dict(hidden_layer_sizes=(16, 8), alpha=0.001)\nnet = {made}\nnet.fit(X, y)\n"
    )
    m = measured(tmp_path, "max_iter: 9\n")
    assert m.value("model.penalised") is restrained and m.value("model.start_scaled") is True
