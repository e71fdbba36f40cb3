"""PyTorch models that a script puts together in loops, helpers and blocks: their layers, or no answer."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

import pytest

from mladvisor.features.catalogue import Measures
from mladvisor.runs.read import read_run
from mladvisor.runs.script.code import Code
from mladvisor.runs.script.find import script_of

HEAD = (
    "import torch\nfrom torch import nn\nimport torch.nn.functional as F\n"
    "loss = F.mse_loss(net(x), y)\nloss.backward()\n"
)


def layers(text: str) -> list[str] | None:
    """Types and widths of the layers of a script."""
    notes: list[str] = []
    script = script_of(Code("train.py", HEAD + dedent(text)), notes)
    assert not notes
    if script.model is None:
        return None
    return [one.type + ("" if one.units is None else f" {one.units:g}") for one in script.model.layers]


STACK = ["Linear 8", "Tanh", "Linear 4", "Tanh", "Linear 1"]


@pytest.mark.parametrize(
    "text",
    [
        """
        ACTS = {"tanh": nn.Tanh, "relu": nn.ReLU}
        def build(n, widths=(8, 4), act="tanh"):
            layers, d = [], n
            for h in widths:
                layers += [nn.Linear(d, h), ACTS[act]()]
                d = h
            return nn.Sequential(*layers, nn.Linear(d, 1))
        net = build(X.shape[1])
        """,
        """
        def mlp(dims):
            seq = []
            for a, b in zip(dims[:-1], dims[1:]):
                seq.append(nn.Linear(a, b))
                seq.append(nn.Tanh())
            seq.append(nn.Linear(dims[-1], 1))
            return nn.Sequential(*seq)
        def main():
            net = mlp([X.shape[1]] + [8, 4]).to("cpu")
        """,
        """
        layers, d = [], 20
        for i in range(2):
            h = 8 // 2 ** i
            layers.extend([nn.Linear(d, h), getattr(nn, "Tanh")()])
            d = h
        layers.append(nn.Linear(d, 1))
        net = nn.Sequential(*layers)
        """,
        """
        class Net(nn.Module):
            def __init__(self, n, hidden):
                super().__init__()
                sizes = [n, *hidden]
                self.hidden = nn.ModuleList([nn.Linear(a, b) for a, b in zip(sizes, sizes[1:])])
                self.out = nn.Linear(sizes[-1], 1)
            def forward(self, x):
                for layer in self.hidden:
                    x = torch.tanh(layer(x))
                return self.out(x)
        net = Net(X.shape[1], hidden=[int(h) for h in "8,4".split(",")])
        """,
        """
        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.l = nn.ModuleList([nn.Linear(a, b) for a, b in zip([6, 8, 4, 1][:-1], [6, 8, 4, 1][1:])])
            def forward(self, x):
                for f in self.l[:-1]: x = torch.tanh(f(x))
                return self.l[-1](x)
        net = Net()
        """,
        """
        class Block(nn.Module):
            def __init__(self, i, o):
                super().__init__()
                self.fc = nn.Linear(i, o)
            def forward(self, x):
                return torch.tanh(self.fc(x))
        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.a, self.b = Block(20, 8), Block(8, 4)
                self.out = nn.Linear(4, 1)
            def forward(self, x):
                return self.out(self.b(self.a(x)))
        net = Net()
        """,
    ],
)
def test_the_layers_are_followed(text: str) -> None:
    """However the same stack is written, it is found."""
    assert layers(text) == STACK


@pytest.mark.parametrize(
    "text",
    [
        """
        def build(widths):
            layers = []
            for h in widths:
                layers.append(nn.Linear(4, h))
            return nn.Sequential(*layers, nn.Linear(4, 1))
        net = build(sizes_of(data))
        """,
        """
        def build(deep):
            layers = [nn.Linear(4, 4)]
            if deep:
                layers.append(nn.ReLU())
            return nn.Sequential(*layers)
        net = build(flag())
        """,
        """
        layers = [nn.Linear(4, 4)]
        extend(layers)
        net = nn.Sequential(*layers)
        """,
    ],
)
def test_what_depends_on_unknown_values_is_not_told(text: str) -> None:
    """A wrong list of layers would be worse than none."""
    assert layers(text) is None


@pytest.mark.parametrize("body", ["for f in self.l: x = f(x)", "for f in self.l[1:]: x = f(x)", "x = self.l[0](x)"])
def test_a_layer_of_a_list_that_is_applied_twice_gives_no_list(body: str) -> None:
    """One set of weights in two places, by its place in the list."""
    text = f"""
        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.l = nn.ModuleList([nn.Linear(6, 6), nn.Linear(6, 6)])
            def forward(self, x):
                x = self.l[-1](self.l[0](x))
                {body}
                return x
        net = Net()
        """
    assert layers(text) is None


def test_a_width_that_is_not_known_stays_unknown() -> None:
    """The number of inputs is never taken for the number of outputs."""
    assert layers("net = nn.Sequential(nn.Linear(16, 8), nn.ReLU(), nn.Linear(8, n_classes))\n") == [
        "Linear 8",
        "ReLU",
        "Linear",
    ]


def test_layers_without_gradients_are_frozen() -> None:
    """What runs inside `torch.no_grad()` in `forward` learns nothing."""
    text = """
        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.rnn = nn.GRU(3, 8, batch_first=True)
                self.out = nn.Linear(8, 1)
            def forward(self, x):
                with torch.no_grad():
                    h, _ = self.rnn(x)
                return self.out(h[:, -1])
        net = Net()
        """
    script = script_of(Code("train.py", HEAD + dedent(text)), [])
    assert [(one.type, one.trainable) for one in script.model.layers] == [("GRU", False), ("Linear", None)]


KERAS = "import keras\nfrom keras import layers\nfrom keras.layers import Dense\n"


def of_keras(text: str) -> list[str] | None:
    """Types, widths and activations of the layers of a Keras script."""
    notes: list[str] = []
    script = script_of(
        Code("train.py", KERAS + dedent(text) + "\nmodel.compile('adam', 'mse')\nmodel.fit(x, y)\n"), notes
    )
    assert not notes
    if script.model is None:
        return None
    parts = ((one.type, f"{one.units:g}" if one.units else "", one.activation or "") for one in script.model.layers)
    return [" ".join(part for part in each if part) for each in parts if each[0] != "InputLayer"]


@pytest.mark.parametrize(
    "text",
    [
        """
        WIDTHS = [8, 4]
        model = keras.Sequential([layers.Input((3,))])
        for n in WIDTHS:
            model.add(layers.Dense(n, activation="tanh"))
        model.add(Dense(1))
        """,
        """
        model = keras.Sequential()
        model.add(layers.Input((3,))); model.add(Dense(8, "tanh"))
        model.add(Dense(4, "tanh")); model.add(Dense(1))
        """,
        """
        P = {"hidden": [8, 4], "act": "tanh"}
        hidden = [layers.Dense(n, activation=P["act"]) for n in P["hidden"]]
        model = keras.Sequential([keras.Input((3,))] + hidden + [Dense(1)])
        """,
        """
        parts = [layers.Input((3,))]
        for n in (8, 4):
            parts.append(Dense(n, "tanh"))
        parts += [Dense(1)]
        model = keras.models.Sequential(parts)
        """,
        """
        inp = keras.Input((3,))
        h = inp
        for n in (8, 4):
            h = layers.Dense(n, activation="tanh")(h)
        model = keras.Model(inputs=inp, outputs=layers.Dense(1)(h))
        """,
        """
        def build(widths, act="tanh"):
            net = keras.Sequential()
            for n in widths:
                net.add(Dense(n, activation=act))
            net.add(Dense(1))
            net.compile("adam", "mse")
            return net
        model = build([8, 4])
        """,
    ],
)
def test_keras_models_put_together(text: str) -> None:
    """Loops, comprehensions, lists, calls on tensors and builders all give the same layers."""
    assert of_keras(text) == ["Dense 8 tanh", "Dense 4 tanh", "Dense 1"]


@pytest.mark.parametrize(
    "text",
    [
        """
        model = keras.Sequential()
        for n in widths_from_elsewhere():
            model.add(Dense(n))
        model.add(Dense(1))
        """,
        """
        inp = keras.Input((3,))
        h = Dense(8)(inp)
        model = keras.Model(inp, Dense(1)(layers.Add()([h, Dense(8)(h)])))
        """,
        """
        inp = keras.Input((3,))
        h = Dense(8)(inp)
        model = keras.Model(inp, Dense(1)(h + Dense(8)(h)))
        """,
        """
        model = keras.Sequential()
        model.add(Dense(8))
        model.add(MyOwnLayer(8))
        model.add(Dense(1))
        """,
        """
        model = keras.Sequential([Dense(8)] * 2 + [Dense(1)])
        """,
        """
        model = keras.Sequential([Dense(8)])
        if deep:
            model.add(Dense(8))
        model.add(Dense(1))
        """,
    ],
)
def test_keras_models_that_cannot_be_followed(text: str) -> None:
    """A layer that cannot be told leaves no list: a wrong one would be worse."""
    assert of_keras(text) is None


@pytest.mark.parametrize(
    ("loop", "widths"),
    [
        ("for width in sorted((8, 2, 4)):", ["Linear 2", "Linear 4", "Linear 8", "Linear 1"]),
        ("for width in sorted((8, 2, 4), reverse=True):", None),
        ("for at, width in enumerate((8, 4), start=1):", ["Linear 8", "Linear 4", "Linear 1"]),
    ],
)
def test_built_ins_do_what_python_does_or_say_nothing(loop: str, widths: list[str] | None) -> None:
    """What a keyword changes is not passed over: an order that is not known is no order."""
    text = f"""
        stack, last = [], 10
        {loop}
            stack += [nn.Linear(last, width)]
            last = width
        net = nn.Sequential(*stack, nn.Linear(last, 1))
        """
    assert layers(text) == widths


def test_a_layer_that_a_helper_lists_is_a_part_of_the_model() -> None:
    """Though it has a name of its own."""
    text = """
        def block(n, width):
            lin = nn.Linear(n, width)
            nn.init.zeros_(lin.bias)
            return [lin, nn.Tanh()]
        net = nn.Sequential(*block(5, 8), *block(8, 4), nn.Linear(4, 1))
        """
    assert layers(text) == STACK


FITS = "m = Net()\nm.compile('adam', 'mse')\nm.fit(x, y)\n"
PARTS = """
class Net(keras.Model):
    def __init__(self, widths=(8, 4)):
        super().__init__()
        self.hidden = [layers.Dense(w, activation="relu") for w in widths]
        self.drop = layers.Dropout(0.2)
        self.out = layers.Dense(1, activation="sigmoid")
"""
CALLS = [
    """
    def call(self, x, training=False):
        for one in self.hidden:
            x = one(x)
        return self.out(self.drop(x, training=training))
""",
    """
    def call(self, inputs, training=None, mask=None):
        x = ops.tanh(inputs)
        for layer in self.hidden:
            x = layer(x)
        if training:
            x = self.drop(x, training=training)
        return self.out(x)
""",
]


@pytest.mark.parametrize("call", CALLS)
def test_a_subclassed_keras_model_is_what_its_call_does(call: str) -> None:
    """Layers in attributes and plain lists, called with or without `training`."""
    script = script_of(Code("train.py", KERAS + "from keras import ops\n" + PARTS + call + FITS), [])
    assert script is not None and script.model is not None
    weighted = [one.type for one in script.model.layers if one.units is not None or one.rate is not None]
    assert weighted == ["Dense", "Dense", "Dropout", "Dense"]
    assert script.model.layers[-1].activation == "sigmoid"


@pytest.mark.parametrize("returned", ["self.out(x) + self.drop(x)", "self.other(x)", "self.out(x), x"])
def test_a_subclassed_keras_model_that_forks_has_no_list(returned: str) -> None:
    """Two ways for one input, a part that is not known, several outputs."""
    body = PARTS + f"    def call(self, x):\n        return {returned}\n"
    script = script_of(Code("train.py", KERAS + body + FITS), [])
    assert script is not None and script.model is None


BUILDS = """
import keras
from keras import layers

def build(n_in):
    m = keras.Sequential([keras.Input((n_in,)), layers.Dense(32, activation="relu"), layers.Dense(1, activation="softmax")])
    m.compile(optimizer=keras.optimizers.Adam(1e-3), loss="binary_crossentropy")
    return m
"""  # noqa: E501


def test_a_file_that_builds_the_model_and_trains_nothing(tmp_path: Path) -> None:
    """Its layers and what it compiles them with are those of the run; of its loop nothing is said."""
    (tmp_path / "log.csv").write_text("epoch,loss\n0,1.0\n1,0.8\n2,0.7\n")
    (tmp_path / "model.py").write_text(BUILDS)
    m = Measures(read_run(tmp_path))
    assert m.run.script is None
    assert (m.value("model.output.activation"), m.value("model.output.units")) == ("softmax", 1)
    assert (m.value("config.loss"), m.value("config.learning_rate")) == ("binary-cross-entropy", 0.001)
    (tmp_path / "other.py").write_text(BUILDS)
    assert Measures(read_run(tmp_path)).value("model.output.units") is None


@pytest.mark.parametrize(
    ("head", "body"),
    [
        ("self, x, h=None", "y, h = self.rnn(self.emb(x), h)\n        return self.out(y), h"),
        ("self, x, hidden=None", "y, hidden = self.rnn(self.emb(x), hidden)\n        return self.out(y[:, -1])"),
        ("self, x", "y, _ = self.rnn(self.emb(x))\n        return self.out(y)"),
    ],
)
def test_a_recurrent_layer_may_be_given_its_state(head: str, body: str) -> None:
    """The state goes round beside the input, and is given back beside the output."""
    text = f"""
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.emb = nn.Embedding(30, 24)
        self.rnn = nn.GRU(24, 64, batch_first=True)
        self.out = nn.Linear(64, 30)
    def forward({head}):
        {body}
net = Net()
"""
    assert layers(text) == ["Embedding 24", "GRU 64", "Linear 30"]
