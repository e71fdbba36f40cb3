"""Layers that run and are no parts of their module: kept in plain lists, or made in `forward`."""

from __future__ import annotations

import pytest

from mladvisor.features.code_registered import registers_layers
from mladvisor.runs.script.code import Code

NET = """
import torch
from torch import nn

class Net(nn.Module):
    def __init__(self, sizes):
        super().__init__()
        self.act = nn.ReLU()
{made}

    def forward(self, x):
{run}

net = Net([4, 8])
opt = torch.optim.Adam({given}, lr=1e-3)
"""
RUN = "for layer in self.blocks:\n    x = self.act(layer(x))\nreturn x"


def verdict(made: str, run: str = RUN, given: str = "net.parameters()") -> bool | None:
    def inner(text: str) -> str:
        return "\n".join(f"        {line}" for line in text.split("\n"))

    found = registers_layers(Code("train.py", NET.format(made=inner(made), run=inner(run), given=given)))
    return found[0] if found else None


@pytest.mark.parametrize(
    "made",
    [
        "self.blocks = [nn.Linear(4, 4), nn.Linear(4, 1)]",
        "self.blocks = [nn.Linear(n, n) for n in sizes]",
        "self.blocks = []\nfor n in sizes:\n    self.blocks.append(nn.Linear(n, n))",
        "blocks = []\nfor n in sizes:\n    blocks += [nn.Conv2d(n, n, 3), nn.ReLU()]\nself.blocks = blocks",
        "self.blocks = tuple_ = (nn.Linear(4, 4), nn.Linear(4, 1))",
    ],
)
def test_layers_in_a_plain_list(made: str) -> None:
    """However it is filled: the optimizer gets none of them."""
    assert verdict(made) is False


@pytest.mark.parametrize(
    ("made", "given"),
    [
        ("self.blocks = nn.ModuleList([nn.Linear(4, 4)])", "net.parameters()"),
        ("self.blocks = nn.ModuleList()\nself.blocks.append(nn.Linear(4, 4))", "net.parameters()"),
        ("blocks = [nn.Linear(n, n) for n in sizes]\nself.blocks = nn.ModuleList(blocks)", "net.parameters()"),
        ("blocks = [nn.Linear(n, n) for n in sizes]\nself.blocks = blocks\nself.net = nn.Sequential(*blocks)",
         "net.parameters()"),
        ("self.a = nn.Linear(4, 4)\nself.blocks = [self.a]", "net.parameters()"),
        ("self.blocks = [nn.Linear(4, 4)]\nfor i, b in enumerate(self.blocks):\n    self.add_module(str(i), b)",
         "net.parameters()"),
        ("self.blocks = [nn.Linear(4, 4)]", "[p for b in net.blocks for p in b.parameters()]"),
        ("self.blocks = [nn.ReLU(), nn.Tanh()]", "net.parameters()"),
    ],
)  # fmt: skip
def test_lists_whose_layers_are_found(made: str, given: str) -> None:
    """Registered in some other way, handed over by hand, or without weights."""
    assert verdict(made, given=given) is None


@pytest.mark.parametrize(
    ("run", "expected"),
    [
        ("return nn.Linear(4, 1)(self.act(x))", False),
        ("head = nn.Linear(4, 1)\nreturn head(self.act(x))", False),
        ("self.head = nn.Linear(x.shape[1], 1)\nreturn self.head(x)", False),
        ("if self.head is None:\n    self.head = nn.Linear(x.shape[1], 1)\nreturn self.head(x)", None),
        ("return nn.ReLU()(x)", None),
        ("return nn.functional.linear(x, self.weight)", None),
    ],
)
def test_layers_made_in_forward(run: str, expected: bool | None) -> None:
    """New random weights each time; made once, when the first rows come, they are another matter."""
    assert verdict("self.head = None", run) is expected
