"""Scripts that train a network of bare arrays: found as scripts, their widths, activation and start read."""

from __future__ import annotations

from pathlib import Path

import pytest

from mladvisor.features.catalogue import Measures
from mladvisor.runs.read import read_run
from mladvisor.runs.script.code import Code
from mladvisor.runs.script.trains import trains_by_hand

LOG = "epoch,loss,val_loss\n" + "".join(f"{e},{1 / (e + 1):.4f},{1.1 / (e + 1):.4f}\n" for e in range(10))
HEAD = "import numpy as np\nrng = np.random.default_rng(0)\nd, h, lr = 4, 16, 0.1\n"
LOOP = """
for epoch in range(10):
    z1 = X @ W1 + b1
    {hidden}
    p = sigmoid(a1 @ W2 + b2)
    W1 -= lr * dW1
    W2 -= lr * dW2
"""
DRAWN = "W1, W2 = rng.normal(0, .1, (d, h)), rng.normal(0, .1, (h, 1))\n"


def _value(folder: Path, text: str, name: str) -> object:
    (folder / "log.csv").write_text(LOG)
    (folder / "train.py").write_text(HEAD + text)
    found = Measures(read_run(folder)).one(name)
    return found.value if found.known else None


@pytest.mark.parametrize(
    ("weights", "varied", "narrowest"),
    [
        (DRAWN, True, 16),
        ("W1 = np.random.randn(d, h) * 0.01\nW2 = np.random.randn(h, 1) * 0.01\n", True, 16),
        ("W1 = np.zeros((d, h))\nW2 = np.zeros((h, 1))\n", False, 16),
        ("W1 = 0.5 * np.ones((d, h))\nW2 = np.full((h, 1), 0.5)\n", False, 16),
        ("W1 = rng.normal(size=(d, 2))\nW2 = np.zeros((2, 1))\n", True, 2),
        ("W1 = rng.normal(size=(h, d))\nW2 = rng.normal(size=(1, h))\n", True, 16),
    ],
)
def test_weights_of_bare_arrays(tmp_path: Path, weights: str, varied: bool, narrowest: int) -> None:
    """All constant is a fault; the last one alone may be zero. Shapes may be written either way round."""
    text = weights + LOOP.format(hidden="a1 = np.maximum(z1, 0)")
    assert _value(tmp_path, text, "code.starts_varied") is varied
    assert _value(tmp_path, text, "config.narrowest") == narrowest


@pytest.mark.parametrize(
    ("before", "hidden", "expected"),
    [
        ("", "a1 = np.maximum(0, z1)", "relu"),
        ("", "a1 = np.tanh(z1)", "tanh"),
        ("", "a1 = z1", "linear"),
        ("act = lambda z: z\n", "a1 = act(z1)", "linear"),
        ("act = lambda z: z * (z > 0)\n", "a1 = act(z1)", "relu"),
        ("def squash(z):\n    return 1.0 / (1.0 + np.exp(-z))\n", "a1 = squash(z1)", "sigmoid"),
        ("", "a1 = layer(z1)", None),
    ],
)
def test_the_activation_between_two_products(tmp_path: Path, before: str, hidden: str, expected: object) -> None:
    """By the formula, or by the body of a function of the script; what is not here is unknown."""
    text = before + DRAWN + LOOP.format(hidden=hidden)
    assert _value(tmp_path, text, "config.activation") == expected


def test_a_network_of_a_library_is_not_told_by_arrays(tmp_path: Path) -> None:
    """Beside torch a matrix called W1 may be anything."""
    text = "import torch\n" + DRAWN + LOOP.format(hidden="a1 = z1")
    assert _value(tmp_path, text, "config.activation") is None


@pytest.mark.parametrize(
    ("step", "expected"),
    [
        ("for i in range(9):\n    W -= lr * X.T @ d", True),
        ("for i in range(9):\n    W = W - lr * dW / m", True),
        ("for i in range(9):\n    params['W1'] = params['W1'] - lr * grads['dW1']", True),
        ("def update(p, g):\n    p['W'] -= lr * g['W']\n\nfor i in range(9):\n    update(p, g)", True),
        ("W -= lr * X.T @ d", False),  # once
        ("for i in range(9):\n    rest = rest - 1", False),
        ("for i in range(9):\n    X = X - X.mean(0)", False),
    ],
)
def test_steps_of_descent_in_their_usual_spellings(step: str, expected: bool) -> None:
    """With the operator or spelled out, of matrices or of entries of a dictionary, in a function that is repeated."""
    assert trains_by_hand(Code("net.py", f"import numpy as np\nlr = 0.1\n{step}\n")) is expected


@pytest.mark.parametrize(
    ("step", "expected"),
    [
        ("W2 -= .5 * h.T @ d", True),
        ("W2 -= h.T @ d", False),
        ("left -= .5 * taken", False),
        ("W2 += .5 * h.T @ d", False),
    ],
)
def test_steps_whose_rate_is_a_number(step: str, expected: bool) -> None:
    """A share of a product of matrices is taken off in a loop within a loop."""
    text = f"import numpy as np\nfor epoch in range(9):\n    for i in range(0, 90, 10):\n        {step}\n"
    assert trains_by_hand(Code("net.py", text)) is expected


@pytest.mark.parametrize(
    ("head", "step", "expected"),
    [
        ("import random", "b -= lr * gb", True),
        ("import math", "w[k] -= learning_rate * g[k] / n", True),
        ("", "x -= lr * g", True),
        ("import random", "balance -= rate * balance", False),  # of money
        ("import random", "x -= alpha * v", False),
        ("import torch", "x -= lr * g", False),  # there it is a call that trains
        ("import random", "seen.append(lr * g)", False),
    ],
)
def test_steps_of_descent_without_arrays(head: str, step: str, expected: bool) -> None:
    """Numbers and lists of plain Python are moved by what can only be a learning rate, in a loop within a loop."""
    text = f"{head}\nlr = 0.1\nfor epoch in range(9):\n    for i in range(9):\n        {step}\n"
    assert trains_by_hand(Code("net.py", text)) is expected


def test_who_laid_a_script_beside_the_log_is_not_asked_for_one(tmp_path: Path) -> None:
    """A helper that trains nothing is named, instead of asking for a script as if there were none."""
    (tmp_path / "log.csv").write_text("epoch,loss\n1,2.0\n2,1.5\n3,1.2\n4,1.1\n")
    wanted = Measures(read_run(tmp_path)).one("code.zeroes_gradients").note
    assert "put the training script" in wanted
    (tmp_path / "pairs.py").write_text("import random\nX, y = make(9)\nrandom.shuffle(X)\n")
    wanted = Measures(read_run(tmp_path)).one("code.zeroes_gradients").note
    assert "pairs.py holds no call that does" in wanted


def test_parts_of_a_library_that_bring_data_make_no_layers(tmp_path: Path) -> None:
    """`load_digits` beside matrices of zeros leaves the network one of bare arrays."""
    zeros = "W1 = np.zeros((d, h))\nW2 = np.zeros((h, 1))\n" + LOOP.format(hidden="a1 = np.tanh(z1)")
    assert _value(tmp_path, f"from sklearn.datasets import load_digits\n{zeros}", "code.starts_varied") is False
    assert _value(tmp_path, f"from sklearn.neural_network import MLPClassifier\n{zeros}", "code.starts_varied") is None


@pytest.mark.parametrize(
    ("text", "rate"),
    [
        ("for it in range(9):\n    W = W - lr * X.T @ (X @ W - y) / len(y)\n", 0.1),
        ("alpha = 2e-5\nfor it in range(9):\n    theta += alpha * grad_log_likelihood(theta)\n", 2e-5),
        ("eta = 0.3\nfor it in range(9):\n    for g in grads:\n        w -= eta * g\n        b -= lr * g\n", None),
        ("for it in range(9):\n    for g in grads:\n        w -= given() * lr\n", 0.1),
        ("for lr in (1, 2):\n    for g in grads:\n        w -= lr * g\n", None),
    ],
)
def test_the_rate_of_steps_by_hand(tmp_path: Path, text: str, rate: float | None) -> None:
    """The factor that is called like a rate, where all steps have the same one."""
    assert _called(tmp_path, text, "steps.lr") == rate


def _called(folder: Path, text: str, key: str) -> object:
    (folder / "log.csv").write_text(LOG)
    (folder / "train.py").write_text(HEAD + text)
    script = read_run(folder).script
    found = script.called.get(key) if script is not None else None
    return found.value if found is not None else None


def test_a_table_of_values(tmp_path: Path) -> None:
    """A cell that goes part of the way to what was seen; descent has no such cell."""
    table = "Q, alpha = np.zeros((9, 4)), 2e-5\nfor ep in range(9):\n    for s, a, r, s2 in episode(Q):\n        "
    assert _value(tmp_path, table + "Q[s, a] += alpha * (r + Q[s2].max() - Q[s, a])\n", "config.table_rate") == 2e-5
    assert _value(tmp_path, table + "Q[s, a] -= alpha * r\n", "config.table_rate") is None


def test_the_higher_rate_of_two_optimizers(tmp_path: Path) -> None:
    """A generator's and its critic's; optimizers of different kinds are compared, or used one after the other."""
    head = "import torch\nG = torch.optim.Adam(g, lr=1e-3)\n"
    step = "loss.backward()\nG.step()\nD.step()\n"
    assert _called(tmp_path, f"{head}D = torch.optim.Adam(d, lr=0.2)\n{step}", "optimizer.lr") == 0.2
    assert _called(tmp_path, f"{head}D = torch.optim.SGD(d, lr=0.2)\n{step}", "optimizer.lr") is None


def test_a_short_name_that_is_a_width(tmp_path: Path) -> None:
    """`WD = 24` beside a network is no weight decay, `wd = 1e-4` is one."""
    step = "for it in range(9):\n    W -= lr * grad(W)\n"
    assert _value(tmp_path, "WD = 24\n" + step, "config.weight_decay") is None
    assert _value(tmp_path, "wd = 0.0001\n" + step, "config.weight_decay") == 1e-4
