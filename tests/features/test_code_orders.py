"""Inputs and labels that a script puts in two orders: drawn by an index, by two seeds, while taken, or by sorting."""

from __future__ import annotations

import pytest

from mladvisor.features.code_shuffled import keeps_labels_with_rows
from mladvisor.runs.script.code import Code

SCRIPT = """
import numpy as np
import pandas as pd
import torch
from sklearn.utils import shuffle
{lines}
net.fit({given})
"""


def verdict(lines: str, given: str = "X, y") -> bool | None:
    found = keeps_labels_with_rows(Code("train.py", SCRIPT.format(lines=lines, given=given)))
    return found[0] if found else None


@pytest.mark.parametrize(
    "lines",
    [
        "idx = np.arange(len(y))\nnp.random.shuffle(idx)\ny = y[idx]",
        "idx = list(range(len(X)))\nrandom.shuffle(idx)\nX = X[idx]",
        "X = shuffle(X, random_state=0)\ny = shuffle(y, random_state=1)",
        "X = shuffle(X)\ny = shuffle(y)",
        "rng = np.random.RandomState(0)\nrng.shuffle(X)\nrng.shuffle(y)",
        "rng = np.random.default_rng(0)\nrng.shuffle(X)\nrng.shuffle(y)",
        "X = t.drop(columns=['label']).sample(frac=1, random_state=0).values\ny = t['label'].values",
        "X = t[columns].to_numpy()\ny = t['label'].sample(frac=1).to_numpy()",
        "y = np.sort(y)",
        "y, _ = torch.sort(y)",
        "X = X[X[:, 0].argsort()]",
        "X = np.sort(X, axis=0)",
    ],
)
def test_two_orders(lines: str) -> None:
    assert verdict(lines) is False


@pytest.mark.parametrize(
    "lines",
    [
        "idx = np.arange(len(y))\nnp.random.shuffle(idx)\nX = X[idx]\ny = y[idx]",
        "idx = np.arange(len(y))\ny = y[idx]",
        "X = shuffle(X, random_state=0)\ny = shuffle(y, random_state=0)",
        "rng = np.random.RandomState(0)\nrng.shuffle(X)\nrng = np.random.RandomState(0)\nrng.shuffle(y)",
        "np.random.RandomState(0).shuffle(X)\nnp.random.RandomState(0).shuffle(y)",
        "a.rng.shuffle(X)\nb.rng.shuffle(y)",
        "X = shuffle(X, random_state=seed)\ny = shuffle(y, random_state=other)",
        "t = t.sample(frac=1)\nX = t[columns].values\ny = t['label'].values",
        "X = t.drop(columns=['label']).sample(frac=1)\ny = t['label']",  # the index is kept
        "X = t[columns].sample(frac=0.5).values\nspread = t['label'].values.std()",
        "X = np.sort(X)",  # within each row
        "X = np.sort(X, axis=1)",
        "order = X[:, 0].argsort()\nX = X[order]\ny = y[order]",
        "y = y[X[:, 0].argsort()]\nX = X[X[:, 0].argsort()]",
    ],
)
def test_one_order(lines: str) -> None:
    """Both halves by one index or state, whole tables, and what is no order of rows."""
    assert verdict(lines) is None


WINDOWS = """
import numpy as np
from keras import layers
def windows(a, w=24):
    X = np.stack([a[i:i + w] for i in range(len(a) - w)])
    y = a[w:, 0]
    p = np.random.RandomState(0).permutation(len(X))
    {mix}
    {given}
X, y = windows(series)
p = net.predict(X)
"""


@pytest.mark.parametrize(
    ("mix", "given", "expected"),
    [
        ("X = X[p]", "return X, y", False),
        ("X = X[p]", "return {'x': X, 'y': y}", False),
        ("X, y = X[p], y[p]", "return X, y", None),
        ("X = X[p]", "return X, y[p]", None),
        ("X = X[p]", "return X", None),
    ],
)
def test_a_function_that_mixes_one_half_gives_both_back(mix: str, given: str, expected: bool | None) -> None:
    found = keeps_labels_with_rows(Code("train.py", WINDOWS.format(mix=mix, given=given)))
    assert (found[0] if found else None) is expected


def test_a_function_that_mixes_inputs_for_a_test_is_none_to_train_by() -> None:
    text = WINDOWS.replace("windows", "shuffled_labels_test").format(mix="X = X[p]", given="return X, y")
    assert keeps_labels_with_rows(Code("train.py", text)) is None


def test_names_of_classes_that_are_sorted_elsewhere_order_no_rows() -> None:
    text = (
        "import torch\ndef prepare(df):\n    X = torch.tensor(df[NUMBERS].values)\n"
        "    y = df['kind'].map({c: i for i, c in enumerate(sorted(df['kind'].unique()))}).values\n"
        "    return X, torch.tensor(y)\n"
        "X, y = prepare(table)\nX = X[torch.randperm(len(X))]\nloader = DataLoader(TensorDataset(X, y))\n"
    )
    found = keeps_labels_with_rows(Code("train.py", text))
    assert found is not None and found[0] is False


ENCODED = """
import torch
def encode(part):
    return torch.tensor(part[columns].to_numpy()), torch.tensor(part["label"].to_numpy())
{lines}
for epoch in range(9):
    loss = loss_fn(model(xt), yt)
"""


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ("(xt, _), (xv, yv) = encode(train), encode(val)\nyt = encode(train.sort_values('id'))[1]", False),
        ("xt = encode(train.sample(frac=1))[0]\nyt = encode(train)[1]", False),
        ("xt, yt = encode(train.sort_values('id'))", None),
        ("xt, yt = encode(train)\nys = encode(train.sort_values('id'))[1]", None),  # for a look at them in order
        ("xt = encode(train)[0]\nyt = encode(train)[1]", None),
    ],
)
def test_a_table_that_is_encoded_in_two_orders(lines: str, expected: bool | None) -> None:
    """Inputs of the one and labels of the other belong to different rows."""
    found = keeps_labels_with_rows(Code("train.py", ENCODED.format(lines=lines)))
    assert (found[0] if found else None) is expected


EPOCHS = """
import numpy as np
from sklearn.utils import shuffle
rng = np.random.default_rng(0)
{before}
for epoch in range(30):
    {each}
    for i in range(0, len(X_train), 32):
        x, t = X_train[i:i + 32], {labels}[i:i + 32]
        W -= 0.1 * x.T @ (x @ W - t)
"""


@pytest.mark.parametrize(
    ("each", "expected"),
    [
        ("rng.shuffle(X_train)", False),
        ("np.random.shuffle(X_train)", False),
        ("X_train = rng.permutation(X_train)", False),
        ("X_train = shuffle(X_train)", False),
        ("X_train = X_train[rng.permutation(len(X_train))]", False),
        ("order = rng.permutation(len(X_train)); X_train, y_train = X_train[order], y_train[order]", None),
        ("order = rng.permutation(len(X_train)); X_train = X_train[order]; y_train = y_train[order]", None),
        ("X_train, y_train = shuffle(X_train, y_train)", None),
        ("np.random.seed(epoch); np.random.shuffle(X_train); np.random.seed(epoch); np.random.shuffle(y_train)", None),
        ("np.random.default_rng(epoch).shuffle(X_train); np.random.default_rng(epoch).shuffle(y_train)", None),
        ("rng.shuffle(order)", None),
        ("rng.shuffle(X_other)", None),
    ],
)
def test_shuffled_at_each_epoch(each: str, expected: bool | None) -> None:
    """By hand, in the loop that learns: the labels must follow."""
    text = EPOCHS.format(before="", each=each, labels="y_train")
    found = keeps_labels_with_rows(Code("train.py", text))
    assert (found[0] if found else None) is expected


@pytest.mark.parametrize(
    ("before", "labels"),
    [("y_train = X_train[:, 0]", "y_train"), ("y_train = random_labels(X_train)", "y_train"), ("", "noise")],
)
def test_labels_that_follow_or_are_none(before: str, labels: str) -> None:
    """A column of the array itself moves with it; random labels are a test on purpose."""
    text = EPOCHS.format(before=before, each="rng.shuffle(X_train)", labels=labels)
    assert keeps_labels_with_rows(Code("train.py", text)) is None
