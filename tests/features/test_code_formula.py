"""Losses written by hand: a formula without a lowest value, and the many that have one."""

from __future__ import annotations

import pytest

from mladvisor.features.code_formula import loss_has_floor
from mladvisor.runs.script.code import Code

HEAD = "import torch\nimport torch.nn.functional as F\n"


def judged(text: str) -> bool | None:
    """The fact for a script."""
    found = loss_has_floor(Code("train.py", HEAD + text))
    return None if found is None else found[0]


@pytest.mark.parametrize(
    "text",
    [
        "def loss_fn(out, y):\n    return (y - out).mean()\n",
        "def my_loss(pred, target):\n    diff = target.float() - pred.squeeze(-1)\n    return torch.mean(diff)\n",
        "def weighted_mse(pred, y):\n    w = (y > 0).float()\n    return (w * (pred - y)).mean()\n",
        "def relative_loss(pred, y):\n    return ((pred - y) / y).mean()\n",
        "def nll(out, y):\n    return F.log_softmax(out, 1).gather(1, y[:, None]).mean()\n",
        "def loss_fn(out, y):\n    p = out.softmax(1).gather(1, y[:, None])\n    return torch.log(p + 1e-8).mean()\n",
    ],
)
def test_a_loss_that_can_fall_for_ever(text: str) -> None:
    """Signed differences, and likelihoods without their minus."""
    assert judged(text) is False


@pytest.mark.parametrize(
    "text",
    [
        "def loss_fn(out, y):\n    return ((y - out) ** 2).mean()\n",
        "def loss_fn(out, y):\n    return (y - out).abs().mean()\n",
        "def loss_fn(out, y):\n    diff = y - out\n    return diff.pow(2).mean()\n",
        "def loss_fn(out, y):\n    return -F.log_softmax(out, 1).gather(1, y[:, None]).mean()\n",
        "def loss_fn(pred, y):\n    return ((pred - y) * (pred - y)).mean()\n",
        "def loss_fn(pred, y):\n    s = torch.sign(pred - y)\n    return (s * (pred - y)).mean()\n",
        "def critic_loss(real, fake):\n    return (fake - real).mean()\nloss = -critic_loss(a, b)\n",
        "def log_cosh_loss(a, b):\n    return torch.log(torch.cosh(a - b)).mean()\n",
        "def rmsle_loss(a, b):\n    return (torch.log(a) - torch.log(b)).pow(2).mean()\n",
        "def gap(out, y):\n    return (y - out).mean()\n",
        "def loss_fn(out, y):\n    return F.cross_entropy(out, y)\n",
    ],
)
def test_a_loss_with_a_floor_says_nothing(text: str) -> None:
    """Squares, sizes, minus signs, logarithms of what is no likelihood, and functions that are no loss."""
    assert judged(text) is None
