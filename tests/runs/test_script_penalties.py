"""Penalties and groups of parameters in a training script: what they set beside the optimizer's own arguments."""

from __future__ import annotations

from textwrap import dedent
from typing import Any

import pytest

from mladvisor.runs.script.code import Code
from mladvisor.runs.script.find import script_of

STARTS = """
import torch
import torch.nn as nn
from functools import partial
from keras import layers, regularizers
"""
TRAINS = """
for x, y in loader:
    loss = criterion(model(x), y)
    {adds}
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
"""


def called(text: str, adds: str = "pass") -> dict[str, Any]:
    """Settings that are arguments of calls, of a script that trains."""
    script = script_of(Code("train.py", STARTS + dedent(text) + TRAINS.format(adds=adds)), [])
    assert script is not None
    return {key: setting.value for key, setting in script.called.items()}


GROUPS = [
    ("[{'params': a, 'weight_decay': 5.0}, {'params': b, 'weight_decay': 0.0}]", {"weight_decay": 5.0, "lr": 1e-3}),
    ("[{'params': a, 'lr': 0.1}, {'params': b}]", {"lr": 0.1}),
    ("[{'params': a, 'lr': 1e-5}, {'params': b, 'lr': 1e-4}]", {"lr": 1e-4}),
    ("[dict(params=a, lr=1e-5), dict(params=b, lr=BASE * 10)]", {"lr": 0.2}),
    ("[{'params': a, 'lr': unknown()}, {'params': b}]", {"lr": None}),
    ("[{'params': p, 'weight_decay': 0.0 if p.ndim < 2 else 0.3} for p in model.parameters()]", {"weight_decay": 0.3}),
    ("model.parameters()", {"lr": 1e-3}),
    ("[a, b]", {"lr": 1e-3}),
]


@pytest.mark.parametrize(("groups", "expected"), GROUPS)
def test_what_a_group_of_parameters_sets_stands_above_the_optimizer(groups: str, expected: dict[str, Any]) -> None:
    """Of groups that differ the largest value counts, and a value that cannot be told is unknown."""
    found = called(f"BASE = 0.02\noptimizer = torch.optim.AdamW({groups}, lr=1e-3)\n")
    assert {name: found.get(f"optimizer.{name}") for name in expected} == expected
    assert "weight_decay" in expected or "optimizer.weight_decay" not in found


@pytest.mark.parametrize(
    "made",
    [
        "groups = [{'params': a, 'weight_decay': 2.0}, {'params': b, 'weight_decay': 0.0}]",
        "groups = []\ngroups.append({'params': a, 'weight_decay': 2.0})\ngroups.append({'params': b, 'lr': 1e-4})",
        "def split(model, decay):\n    return [{'params': a, 'weight_decay': decay}, {'params': b}]\n"
        "groups = split(model, 2.0)",
    ],
)
def test_groups_are_followed_to_where_they_are_made(made: str) -> None:
    """A list under a name, one that is filled by and by, and one that a helper returns."""
    assert called(f"{made}\noptimizer = torch.optim.AdamW(groups, lr=1e-3)\n")["optimizer.weight_decay"] == 2.0


REGULARIZERS = [
    ("regularizers.l2(0.3)", {"penalty.l2": 0.3}),
    ("regularizers.L1(0.02)", {"penalty.l1": 0.02}),
    ("regularizers.l1_l2(l1=1e-5, l2=0.1)", {"penalty.l1": 1e-5, "penalty.l2": 0.1}),
    ("'l2'", {"penalty.l2": 0.01}),
    ("regularizers.l2(unknown())", {}),
    ("None", {}),
]


@pytest.mark.parametrize(("written", "expected"), REGULARIZERS)
def test_a_regulariser_of_a_layer_is_read_where_the_layer_is_a_recipe(written: str, expected: dict[str, Any]) -> None:
    """`partial(Dense, kernel_regularizer=...)` builds no layer yet, and tells the strength all the same."""
    found = called(f"FC = partial(layers.Dense, kernel_regularizer={written})\n")
    assert {key: value for key, value in found.items() if key.startswith("penalty")} == expected


SUMS = [
    ("l1 = sum(p.abs().sum() for p in model.parameters())", "loss = loss + LAMBDA * l1", {"penalty.l1": 0.05}),
    ("l2 = sum(p.pow(2.0).sum() for p in model.parameters())", "loss += 0.3 * l2", {"penalty.l2": 0.3}),
    ("pass", "loss = loss + LAMBDA * sum((w ** 2).sum() for n, w in model.named_parameters())", {"penalty.l2": 0.05}),
    ("reg = 0\nfor p in model.parameters():\n    reg += torch.norm(p, 1)", "loss += .05 * reg", {"penalty.l1": 0.05}),
    ("g = sum(p.grad.norm() ** 2 for p in model.parameters())", "loss = loss + 0 * g", {}),
    ("n = sum(p.numel() for p in model.parameters())", "size = 1 + 4 * n", {}),
    ("l1 = sum(p.abs().sum() for p in model.parameters())", "print(LAMBDA * l1)", {}),
    ("l1 = sum(p.abs().sum() for p in model.parameters())", "loss = loss + unknown() * l1", {}),
]  # fmt: skip


@pytest.mark.parametrize(("before", "adds", "expected"), SUMS)
def test_a_penalty_that_is_added_by_hand_is_a_setting(before: str, adds: str, expected: dict[str, Any]) -> None:
    """Its factor is the strength; sums of gradients, counts, and products that are only printed are none."""
    found = called(f"LAMBDA = 0.05\n{before}\n", adds)
    assert {key: value for key, value in found.items() if key.startswith("penalty")} == expected


KERAS_STARTS = [
    ("s = keras.initializers.RandomNormal(stddev=1e-5)\nfc = lambda n: layers.Dense(n, kernel_initializer=s)", 1e-5),
    ("FC = partial(layers.Dense, kernel_initializer=keras.initializers.RandomUniform(-6, 6))", 12 / 12**0.5),
    ("layers.Dense(1, kernel_initializer=keras.initializers.RandomUniform(-3e-3, 3e-3))", None),
    ("layers.Dense(8, kernel_initializer=keras.initializers.GlorotUniform())", None),
]  # fmt: skip


@pytest.mark.parametrize(("text", "spread"), KERAS_STARTS)
def test_the_spread_of_keras_initialisers_is_read(text: str, spread: float | None) -> None:
    """Of layers that share one; a single layer may be the last, which starts small on purpose."""
    assert called(f"import keras\n{text}\n").get("start.init_std") == (spread and pytest.approx(spread))
