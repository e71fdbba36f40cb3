"""Exponentials that a loss takes twice."""

from __future__ import annotations

import pytest

from mladvisor.features.code_exponents import raises_once
from mladvisor.runs.script.code import Code

HEAD = "import torch\nfrom torch import nn\nimport torch.nn.functional as F\n"
NLL = "def nll(out, y):\n    rate = torch.exp(out)\n    return ({0} - y * out).mean()\n"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (NLL.format("torch.exp(rate)"), False),
        (NLL.format("rate.exp()"), False),
        (NLL.format("torch.exp(torch.exp(out))"), False),
        (NLL.format("rate"), None),
        ("def gumbel_nll(z):\n    return (z + torch.exp(-torch.exp(-z))).mean()\n", None),
        ("def scale(z):\n    return torch.exp(torch.exp(z))\n", None),
        ("loss = F.poisson_nll_loss(torch.exp(out), y)\n", False),
        ("rate = net(x).exp()\nloss = F.poisson_nll_loss(rate, y)\n", False),
        ("loss = F.poisson_nll_loss(torch.exp(out), y, log_input=False)\n", None),
        ("loss = F.poisson_nll_loss(torch.exp(out), y, False)\n", None),
        ("crit = nn.PoissonNLLLoss(False)\nloss = crit(torch.exp(out), y)\n", None),
        ("loss = F.poisson_nll_loss(torch.exp(out), y, True)\n", False),
        ("loss = F.poisson_nll_loss(net(x), y)\n", None),
        ("crit = nn.PoissonNLLLoss()\nloss = crit(torch.exp(out), y)\n", False),
        ("crit = nn.PoissonNLLLoss(log_input=False)\nloss = crit(torch.exp(out), y)\n", None),
    ],
)
def test_an_exponential_of_an_exponential(text: str, expected: bool | None) -> None:
    """By name or by itself; a minus between the two is that of another likelihood."""
    found = raises_once(Code("train.py", HEAD + text))
    assert (found[0] if found is not None else None) is expected
