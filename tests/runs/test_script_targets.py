"""What kind of target a script learns, followed back to where it is made."""

from __future__ import annotations

from pathlib import Path

import pytest

from mladvisor.features.catalogue import Measures
from mladvisor.features.code_target import standardises_target
from mladvisor.features.code_windows import cuts_windows
from mladvisor.runs.read import read_run
from mladvisor.runs.script.assignments import constants
from mladvisor.runs.script.code import Code
from mladvisor.runs.script.ends import end_of
from mladvisor.runs.script.targets import target_of

HEAD = """import numpy as np, torch, keras
from torch import nn
import torch.nn.functional as F
from keras import layers
from keras.utils import to_categorical
from sklearn.datasets import *
from sklearn.datasets import load_digits, load_iris, load_breast_cancer, load_diabetes, make_blobs, make_moons
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import LabelEncoder, StandardScaler
"""


def told(text: str) -> tuple[str, int | None] | None:
    """(kind, classes) of a script's target."""
    code = Code("train.py", HEAD + text)
    target = target_of(code, constants(code))
    return None if target is None else (target.kind, target.classes)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("X, y = load_digits(return_X_y=True)", ("classes", 10)),
        ("d = load_digits()\ny = torch.tensor(d.target)", ("classes", 10)),
        ("d = load_digits()\nmodel.fit(d.data, to_categorical(d.target))", ("classes", 10)),
        ("X, y = make_blobs(500, centers=4)", ("classes", 4)),
        ("X, y = load_breast_cancer(return_X_y=True)", ("yes-no", 2)),
        ("X, y = load_diabetes(return_X_y=True)\ny = (y - y.mean()) / y.std()\nloss(net(X), y)", ("number", None)),
        ("X, price = make_friedman1(500)\na, b, c, d = train_test_split(X, price)\nm.fit(a, c)", ("number", None)),
        ("(x_train, y_train), (x_test, y_test) = keras.datasets.mnist.load_data()", ("classes", 10)),
        ("d = load_digits()\ny = (d.target > 4).astype(int)", ("yes-no", 2)),
        ("X = np.random.rand(90, 3)\ny = np.sin(X[:, 0]) + 0.1 * np.random.randn(90)", ("number", None)),
        ("y = np.array([[0], [1], [1], [0]])", ("yes-no", 2)),
        ("labels = np.array([0] * 50 + [1] * 50 + [2] * 50)", ("classes", 3)),
        ("y = np.concatenate([np.zeros(40), np.ones(60)])", ("yes-no", 2)),
        ("y = np.repeat(np.arange(4), 25)", ("classes", 4)),
        ("T = lambda v: torch.tensor(v)\nX, y = make_moons(200)\ny = T(y)\nloss(net(X), y)", ("yes-no", 2)),
        ("def make(n):\n    label = torch.randint(0, 3, (n,))\n    return torch.rand(n), label\nx, y = make(9)",
         ("classes", 3)),
        ("X, Y = make_multilabel_classification(300)\nmodel.fit(X, Y)", ("labels", None)),
        ("y = X.sum(1) % 2", ("yes-no", 2)),
    ],
)  # fmt: skip
def test_targets_that_a_script_makes(text: str, expected: tuple[str, int | None]) -> None:
    """Bundled sets, generators, comparisons and arithmetic, through splits, casts and small functions."""
    assert told(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        'import pandas as pd\ny = pd.read_csv("train.csv")["price"].values',
        "y = labels_of(rows)",
        "y = np.array([1, 2, 3, 4])",  # a line through four points, or four classes
        "X, y = load_iris(return_X_y=True)\ny2_y = np.sin(X)",  # two targets that differ
        "d = load_iris()\nkeep = d.target < 2\ny = d.target[keep]",  # some of the classes
    ],
)
def test_what_cannot_be_followed_is_unknown(text: str) -> None:
    """A file, a function of elsewhere, a choice of rows: nothing is guessed."""
    found = told(text)
    assert found is None or found == ("classes", None)


def test_labels_that_are_only_carried_along_are_no_target() -> None:
    """`X, y = load_digits()` for an autoencoder: `y` is cast and shuffled, and nothing is ever done with it."""
    carried = "X, y = load_digits(return_X_y=True)\ny = torch.tensor(y)\nX, y = X[p], y[p]\n"
    assert told(carried + "loss(net(X), X)") is None
    assert told(carried + "loss(net(X), y)") == ("classes", 10)


def test_what_a_model_answers_is_no_target() -> None:
    """`y_pred` is called like a target and is none."""
    assert told("X, y = load_diabetes(return_X_y=True)\ny_pred = model.predict(X) > 0.5") == ("number", None)


def test_a_script_that_never_ends_is_given_up() -> None:
    """Values that are made of each other twice over are not followed for ever."""
    steps = "\n".join(f"a{n + 1} = a{n} + a{n}" for n in range(60))
    assert told(f"a0 = f()\n{steps}\ny = a60") is None


def end(text: str) -> tuple[str, int | None] | None:
    """(activation, units) of the last layer of a script's model."""
    code = Code("train.py", HEAD + text)
    found = end_of(code, constants(code))
    return None if found is None else (found.activation, found.units)


LOOP = """
def build(n, sizes):
    mods = []
    for size in sizes:
        mods.append(nn.Linear(n, size))
        mods.append(nn.ReLU())
        n = size
    {last}
    return nn.Sequential(*mods)
"""
MODULE = """
class Net(nn.Module):
    def __init__(self, units):
        super().__init__()
        self.rnn = nn.GRU(3, units, batch_first=True)
        self.head = nn.Linear(units, {out})
    def forward(self, x):
        h, _ = self.rnn(x)
        {last}
"""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (LOOP.format(last="mods += [nn.Linear(n, 1), nn.ReLU()]"), ("ReLU", 1)),
        (LOOP.format(last="mods.append(nn.Linear(n, 1))"), ("linear", 1)),
        (LOOP.format(last="mods.append(nn.Linear(n, 7)); mods.append(nn.Sigmoid()); mods.append(nn.Flatten())"),
         ("Sigmoid", 7)),
        (LOOP.format(last="pass"), None),  # the loop may not run
        (LOOP.format(last="if n: mods.append(nn.Tanh())"), None),
        (MODULE.format(out=1, last="return torch.sigmoid(self.head(h[:, -1])).squeeze(-1)"), ("sigmoid", 1)),
        (MODULE.format(out="k", last="out = self.head(h[:, -1])\n        return out"), ("linear", None)),
        (MODULE.format(out=3, last="return F.softmax(self.head(h), dim=1)"), ("softmax", 3)),
        (MODULE.format(out=3, last="return self.head(h) + x"), None),
        ("m = keras.Sequential()\nfor n in sizes:\n    m.add(layers.Dense(n))\n"
         "m.add(layers.Dense(4, activation='tanh'))",
         ("tanh", 4)),
        ("x = layers.Input((3,))\nh = layers.Dense(9)(x)\nout = layers.Dense(1, activation='sigmoid')(h)\n"
         "model = keras.Model(x, out)", ("sigmoid", 1)),
    ],
)  # fmt: skip
def test_the_last_layer_of_a_model_that_is_not_told_whole(text: str, expected: tuple[str, int | None] | None) -> None:
    """What stands last in no loop and no branch is told; everything else is unknown."""
    assert end(text) == expected


def test_raw_outputs_that_are_squashed_elsewhere_are_not_told() -> None:
    """The loss may see what `torch.sigmoid` makes of them."""
    text = LOOP.format(last="mods.append(nn.Linear(n, 1))") + "loss = crit(torch.sigmoid(net(x)), y)"
    assert end(text) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("y = (y - y.mean()) / y.std()\nloss(net(X), y)", True),
        ("y_mean, y_std = y.mean(), y.std()\nt = torch.tensor(((df[TARGET] - y_mean) / y_std).to_numpy())", True),
        ("ym, ys = yt.mean(), yt.std()\nyt, yv = (yt - ym) / ys, (yv - ym) / ys", True),
        ("s = StandardScaler()\ny_train = s.fit_transform(y_train.reshape(-1, 1))", True),
        ('s = StandardScaler()\ny_train = s.fit_transform(train[["price"]])', True),
        ('s = StandardScaler()\nytr = s.fit_transform(train[["price"]]).ravel()', True),
        ('a, b = StandardScaler(), StandardScaler()\nytr = b.fit_transform(train[["price"]])', True),
        ('s = StandardScaler()\nX_train = s.fit_transform(train[["price"]])', None),
        ("y = (y - y.min()) / (y.max() - y.min())", None),
        ("X = (X - X.mean(0)) / X.std(0)", None),
        ("s = StandardScaler()\nX = s.fit_transform(X)", None),
    ],
)
def test_a_standardised_target_is_seen(text: str, expected: bool | None) -> None:
    """Its mean is taken off; a target between 0 and 1, and inputs, are another matter."""
    found = standardises_target(Code("train.py", HEAD + text))
    assert (found[0] if found is not None else None) is expected


WINDOWS = """
def windows(a, target, n=8):
    X, y = [], []
    for i in range(len(a) - n):
        X.append(a[i:i + n])
        y.append(target[i + n])
    return np.array(X), np.array(y)
"""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (WINDOWS + "s = (s - s[:90].mean()) / s.std()\nX_train, y_train = windows(f[:90], s[:90])", True),
        (WINDOWS + "f = (f - f.mean(0)) / f.std(0)\nX_train, y_train = windows(f[:90], s[:90])", None),
        ("z = StandardScaler().fit_transform(load)\ny = torch.tensor(z[5:, 0])", True),
        ("z = StandardScaler().fit_transform(load)\nX, y = z[:, 1:], z[:, 0]", True),
        ("y = df.pop('price')\ndf = (df - df.mean()) / df.std()", None),  # taken out before
        ("df['age'] = (df['age'] - df['age'].mean()) / df['age'].std()\ny = df['price']", None),  # of another column
        ("z = StandardScaler().fit_transform(load)\ny = (z[:, 0] > 0).astype(int)", None),
        ("z = StandardScaler().fit_transform(load)\ny_pred = model.predict(z)", None),
    ],
)
def test_a_target_that_is_cut_out_of_a_standardised_series_is_standardised(text: str, expected: bool | None) -> None:
    """Labels are followed back through functions and slices to what was scaled before."""
    found = standardises_target(Code("train.py", HEAD + text))
    assert (found[0] if found is not None else None) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (WINDOWS, True),
        ("X = np.stack([s[i:i + 8] for i in range(len(s) - 8)])", True),
        ("X = [s[i - 8:i] for i in range(8, len(s))]", True),
        ("class D:\n    def __getitem__(self, i):\n        return self.s[i:i + self.n], self.s[i + self.n]", True),
        ("X = np.lib.stride_tricks.sliding_window_view(s, 8)", True),
        ("ds = keras.utils.timeseries_dataset_from_array(s[:-8], s[8:], sequence_length=8)", True),
        ("for k in (1, 24):\n    df[f'lag_{k}'] = df['load'].shift(k)", True),
        ("X = np.stack([s[i:i + W] for i in range(0, len(s) - W, 3)])", True),
        ("for i in range(0, len(X), 32):\n    xb = X[i:i + 32]", None),  # a batch
        ("for i in range(0, len(X), bs):\n    xb = X[i:i + bs]", None),
        ("h = nn.Unfold(3)(x)", None),
        ("df['change'] = df['load'] - df['load'].shift(1)", None),
    ],
)
def test_windows_that_slide_over_a_series_are_told_from_batches(text: str, expected: bool | None) -> None:
    """They lie a row or a few apart; batches lie as far apart as they are large."""
    found = cuts_windows(Code("train.py", HEAD + text))
    assert (found[0] if found is not None else None) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("import lightgbm as lgb\nm = lgb.train(params, data)", "boosting"),
        ("from xgboost import XGBClassifier\nm = XGBClassifier(reg_lambda=1.0).fit(X, y)", "boosting"),
        ("import lightgbm as lgb, torch\nm = lgb.train(params, data)", None),  # a baseline beside a network
    ],
)
def test_a_script_that_boosts_trees_tells_the_family(tmp_path: Path, text: str, expected: str | None) -> None:
    """An L2 penalty of 1 is a usual one there, and a fault of a network."""
    (tmp_path / "train.py").write_text(text)
    (tmp_path / "log.csv").write_text(
        "step,train_loss,val_loss\n" + "".join(f"{n},{1 / n},{1 / n}\n" for n in range(1, 9))
    )
    assert Measures(read_run(tmp_path)).value("model.family") == expected
