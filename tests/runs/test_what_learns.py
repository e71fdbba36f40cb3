"""Counts of the parameters that learn, and lists of those that stand still."""

from __future__ import annotations

import json

import pytest

from mladvisor.runs.learning_counts import learning_in
from mladvisor.runs.still_said import still_in

TABLE = "name        shape    numel requires_grad\nfc1.weight  48x20      960 False\nhead.weight  5x48      240 True\n"


@pytest.mark.parametrize(
    ("text", "suffix", "counts"),
    [
        (TABLE, "txt", (240, 1200)),
        ("name,shape,trainable\na,\"(4, 5)\",False\nb,\"(2, 5)\",True\n", "csv", (10, 30)),
        (json.dumps([{"params": 10, "frozen": 1}, {"params": 5, "frozen": 0}]), "json", (5, 15)),
        (json.dumps({"param_groups": [{"lr": 0.1, "n_params": 245}], "model_params": 8309}), "json", (245, 8309)),
        ("params in optimizer: 245\nparams in model: 8,309\n", "txt", (245, 8309)),
        ("optimizer holds 2 of 10 parameter tensors\n", "txt", (2, 10)),
        ("parameters total 6058, requires_grad 10\n", "txt", (10, 6058)),
        ("optimizer: SGD over 2 tensors (245 params), model has 10 tensors (8309 params)\n", "log", (2, 10)),
    ],
)  # fmt: skip
def test_counts(text: str, suffix: str, counts: tuple[int, int]) -> None:
    """Tensor by tensor, or by what the optimizer holds beside the model."""
    found = learning_in(text, suffix)
    assert found is not None and (found.learn, found.whole) == counts


@pytest.mark.parametrize(
    ("text", "suffix"),
    [("optimizer: adam, model: mlp, 20 epochs\n", "txt"), ('{"optimizer": "adam", "params": 12}', "json"),
     ("frozen,meals\nyes,3\nno,4\n", "csv")],
)  # fmt: skip
def test_no_counts(text: str, suffix: str) -> None:
    """Settings, and data in which something else is frozen."""
    assert learning_in(text, suffix) is None


@pytest.mark.parametrize(
    ("text", "suffix", "count"),
    [
        ("WARNING parameters without gradient after backward: ['fc1.weight', 'fc1.bias', 'fc2.weight']\n", "log", 2),
        ('{"changed": ["head.weight"], "unchanged": ["fc1.weight", "fc1.bias"]}', "json", 1),
        ("after 10 steps 12 of 14 parameter tensors did not change\n", "txt", 12),
        ("not in the optimizer: encoder.0.weight\n", "txt", 1),
    ],
)
def test_still(text: str, suffix: str, count: int) -> None:
    """Weights that get no gradient, are in no optimizer, or never change."""
    found = still_in(text, suffix)
    assert found is not None and found.tensors == count


@pytest.mark.parametrize(
    ("text", "suffix"),
    [
        ("all 8 parameters received a gradient\n", "log"),
        ("backbone.conv1.weight is frozen on purpose and does not receive a gradient\n", "log"),
        ("weights not updated from checkpoint: head.weight\n", "log"),
        ('{"unchanged": []}', "json"),
        ('{"unchanged": ["price", "age"]}', "json"),
        ("0 of 14 parameter tensors did not change\n", "txt"),
        ("embed.weight never updated: we use fixed GloVe vectors\n", "txt"),
        ("Before the fix fc1.weight had no gradient. All weights move now.\n", "txt"),
        ("these do not receive weight decay: ln.weight\n", "txt"),
        ("teacher.fc.weight: no grad\n", "txt"),
        ("while D is trained G.fc1.weight does not receive gradient\n", "txt"),
        ("unchanged since last week: init of fc1.weight\n", "txt"),
    ],
)
def test_not_still(text: str, suffix: str) -> None:
    """What is meant so, and where nothing stands still."""
    assert still_in(text, suffix) is None
