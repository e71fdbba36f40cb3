"""Layers that a model runs where nothing flows back."""

from __future__ import annotations

from textwrap import dedent

import pytest

from mladvisor.features.code_names import names_of
from mladvisor.features.code_still import run_without_gradients
from mladvisor.runs.script.code import Code

HEAD = "import torch\nfrom torch import nn\n"
MODEL = """
{before}
class Net(nn.Module):
    def __init__(self{parameters}):
        super().__init__()
        {init}
    def forward(self, x):
        {body}
net = Net()
opt = torch.optim.Adam(net.parameters())
"""
MADE = "enc = nn.Sequential(nn.Linear(64, 4))\ndec = nn.Linear(4, 64)"
PARTS = "self.net = nn.Sequential(nn.Linear(64, 4), nn.Linear(4, 64))"
OWN = "self.enc, self.dec = nn.Linear(64, 4), nn.Linear(4, 64)"
STOPPED = "with torch.no_grad(): z = self.enc(x)\n        return self.dec(z)"


def still(*, before: str = "", parameters: str = "", init: str = OWN, body: str = STOPPED, after: str = "") -> bool:
    """Whether a model of an encoder and a decoder keeps a layer still."""
    text = MODEL.format(before=before, parameters=parameters, init=init, body=body)
    code = Code("train.py", HEAD + dedent(text) + after)
    return run_without_gradients(code, names_of(code)) is not None


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({}, True),
        ({"before": MADE, "init": "self.enc, self.dec = enc, dec"}, True),
        ({"before": "class Enc(nn.Module):\n    def forward(self, x): return x", "init": "self.enc = Enc()"}, True),
        ({"body": "return self.dec(self.enc(x).detach())"}, True),
        ({"body": "z = self.enc(x)\n        return self.dec(z + (z.round() - z).detach())"}, False),
        ({"body": "z = self.enc(x)\n        return self.dec(z), self.enc(x).detach()"}, False),
        ({"body": "h = torch.relu(self.enc(x)).detach()\n        return self.dec(h)"}, True),
        ({"body": "h = self.enc(x)\n        return self.dec(h.detach())"}, True),
        ({"body": "h = self.enc(x)\n        return self.dec(h.detach()), h.mean()"}, False),
        ({"body": "h = self.enc(x)\n        h = h.detach()\n        return self.dec(h), h.mean()"}, True),
        (
            {"body": "h = self.enc(x)\n        g = h.mean()\n        h = h.detach()\n        return self.dec(h), g"},
            False,
        ),
        ({"body": "return self.dec(self.enc(x).data)"}, True),
        ({"body": "return self.dec(self.f(x))\n    @torch.no_grad()\n    def f(self, x): return self.enc(x)"}, True),
        (
            {
                "body": "return self.dec(self.f(x))\n    def f(self, x):\n        "
                + STOPPED.partition("\n")[0]
                + "; return z"
            },
            True,
        ),
        ({"body": "return self.dec(x)\n    @torch.no_grad()\n    def f(self, x): return self.enc(x)"}, False),
        ({"init": PARTS, "body": "with torch.no_grad(): h = self.net[0](x)\n        return self.net[1](h)"}, True),
        ({"init": PARTS, "body": "with torch.no_grad(): h = self.net[0](x)\n        return self.net(x) - h"}, False),
        ({"init": PARTS, "body": "return self.net[1](self.net[0](x))"}, False),
        ({"body": "return self.dec(self.enc(x))"}, False),
        ({"body": "return self.dec(self.enc(x).detach())\n    def score(self, x): return self.enc(x)"}, False),
        ({"init": "self.enc = load('enc.onnx')"}, False),
        (
            {
                "body": STOPPED
                + "\n    def follow(self, a, b):\n        for p, q in zip(a.parameters(), b.parameters()):"
                "\n            q.data = 0.9 * q.data + 0.1 * p.data"
            },
            False,
        ),  # a teacher
    ],
)
def test_a_layer_that_runs_without_gradients(given: dict[str, str], expected: bool) -> None:
    """Made where it is stored or before, under `no_grad` or detached at once, and used in no other way."""
    assert still(**given) is expected


def test_what_a_second_optimizer_may_have_trained_is_left_alone() -> None:
    """Of two stages the second may well keep still what the first one has learnt."""
    second = "opt2 = torch.optim.Adam(enc.parameters())\n"
    assert still(before=MADE, init="self.enc, self.dec = enc, dec", after=second) is False
