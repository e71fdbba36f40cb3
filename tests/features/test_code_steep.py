"""Hidden outputs that a script multiplies before it squashes them."""

from __future__ import annotations

import pytest

from mladvisor.features.code_steep import squashes_gently
from mladvisor.runs.script.code import Code

SCRIPT = """
import torch
from torch import nn
STEEP = 50.0
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1, self.fc2 = nn.Linear(4, 8), nn.Linear(8, 8)
        self.body = nn.Linear(4, 8)
        self.out = nn.Linear(8, 1)
    def forward(self, x):
        {body}
"""


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("h = torch.tanh(self.body(x) * 60)\n        return self.out(h)", False),
        ("return self.out(torch.sigmoid(STEEP * self.body(x)))", False),
        ("return self.out((self.body(x) * 20).tanh())", False),
        ("return self.out(torch.tanh(self.body(x) * 1.5))", None),
        ("return self.out(torch.relu(self.body(x) * 60))", None),
        ("return torch.sigmoid(self.out(x) * 20)", None),  # a soft threshold
        ("p = torch.sigmoid(self.out(x) * 20)\n        return p", None),
        ("return self.out(torch.tanh(x * 60))", None),  # inputs may be small
    ],
)
def test_a_factor_before_the_squashing(body: str, expected: bool | None) -> None:
    found = squashes_gently(Code("train.py", SCRIPT.format(body=body)))
    assert (found[0] if found is not None else None) is expected
