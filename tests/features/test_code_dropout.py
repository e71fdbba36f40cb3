"""Dropout as a function, which drops in evaluation too unless it is told."""

from __future__ import annotations

import pytest

from mladvisor.features.code_dropout import drops_in_training_only
from mladvisor.runs.script.code import Code

NET = """
import torch.nn as nn, torch.nn.functional as F
class Net(nn.Module):
    def forward(self, x):
        return self.fc({})
"""


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        ("F.dropout(x)", False),
        ("F.dropout(x, p=0.5)", False),
        ("F.dropout2d(x, 0.2)", False),
        ("F.dropout(x, training=self.training)", None),
        ("F.dropout(x, 0.5, self.training)", None),
        ("F.dropout(x, 0.0)", None),
        ("F.dropout(x) if self.training else x", None),
        ("F.dropout(x)  # MC dropout", None),
        ("self.drop(x)", None),
    ],
)
def test_dropout_is_told_whether_the_model_trains(call: str, expected: bool | None) -> None:
    call, mark, said = call.partition("  #")
    found = drops_in_training_only(Code("train.py", NET.format(call) + mark.strip() + said))
    assert (found[0] if found is not None else None) is expected
