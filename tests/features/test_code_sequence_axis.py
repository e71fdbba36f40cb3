"""Layers of sequences that are read along the rows of a batch, and all that only looks like it."""

from __future__ import annotations

import pytest

from mladvisor.features.code_sequence_axis import keeps_rows_apart
from mladvisor.runs.script.code import Code

NET = """
import torch
from torch import nn
from torch.utils.data import DataLoader

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = {layer}
        self.fc = nn.Linear(8, 2)

    def forward(self, x):
        {body}
"""
STACK = "nn.TransformerEncoder(nn.TransformerEncoderLayer(8, 2{first}), 2)"


def found(layer: str, body: str) -> bool | None:
    fact = keeps_rows_apart(Code("train.py", NET.format(layer=layer, body=body)))
    return None if fact is None else fact[0]


@pytest.mark.parametrize(
    ("layer", "body"),
    [
        ("nn.LSTM(3, 8)", "out, _ = self.layer(x)\n        return self.fc(out[:, -1, :])"),
        ("nn.GRU(3, 8, batch_first=False)", "out, h = self.layer(x)\n        return self.fc(out[:, -1])"),
        ("nn.RNN(3, 8)", "return self.fc(self.layer(x)[0][:, -1])"),
        ("nn.LSTM(3, 8)", "out, _ = self.layer(x)\n        return self.fc(out.mean(dim=1))"),
        ("nn.LSTM(3, 8, batch_first=True)", "out, _ = self.layer(x)\n        return self.fc(out[-1])"),
        (STACK.format(first=""), "h = self.layer(x)\n        return self.fc(h.mean(1))"),
        (STACK.format(first=""), "x = self.layer(x)\n        return self.fc(x[:, -1])"),
        (STACK.format(first=""), "return self.fc(self.layer(x).mean(1))"),
    ],
)
def test_rows_that_are_taken_for_steps(layer: str, body: str) -> None:
    assert found(layer, body) is False


@pytest.mark.parametrize(
    ("layer", "body"),
    [
        ("nn.LSTM(3, 8, batch_first=True)", "out, _ = self.layer(x)\n        return self.fc(out[:, -1, :])"),
        ("nn.LSTM(3, 8)", "out, _ = self.layer(x)\n        return self.fc(out[-1])"),
        ("nn.LSTM(3, 8)", "out, _ = self.layer(x.permute(1, 0, 2))\n        return self.fc(out[-1])"),
        ("nn.LSTM(3, 8)", "out, _ = self.layer(x.transpose(0, 1))\n        return self.fc(out.transpose(0, 1)[:, -1])"),
        ("nn.LSTM(3, 8)", "_, (h, _) = self.layer(x)\n        return self.fc(h[-1])"),
        ("nn.LSTM(3, 8, batch_first=first)", "out, _ = self.layer(x)\n        return self.fc(out[:, -1])"),
        ("nn.LSTM(3, 8)", "out, _ = self.layer(x)\n        return self.fc(out)"),
        ("nn.LSTM(3, 8)", "out, _ = self.layer(x)\n        return self.fc(out[:, 0])"),
        (STACK.format(first=", batch_first=True"), "h = self.layer(x)\n        return self.fc(h.mean(1))"),
        (STACK.format(first=""), "h = self.layer(x)\n        return self.fc(h.mean(0))"),
        (STACK.format(first=""), "h = self.layer(x)\n        return self.fc(h[0])"),
    ],
)
def test_axes_that_fit_or_are_moved(layer: str, body: str) -> None:
    assert found(layer, body) is None


def test_one_sequence_at_a_time_may_be_read_anyhow() -> None:
    text = NET.replace("from torch.utils.data import DataLoader\n", "")
    text = text.format(layer="nn.LSTM(3, 8)", body="out, _ = self.layer(x)\n        return self.fc(out[:, -1])")
    assert keeps_rows_apart(Code("train.py", text)) is None
