"""Shapes of what a data set of the script gives, row by row."""

from __future__ import annotations

import pytest

from mladvisor.features.code_names import names_of
from mladvisor.features.code_shapes import compares_like_with_like
from mladvisor.runs.script.assignments import constants
from mladvisor.runs.script.code import Code
from mladvisor.runs.script.ends import end_of

TEXT = """
import torch
from torch import nn
from torch.utils.data import Dataset, DataLoader
from sklearn.datasets import make_regression
class Rows(Dataset):
    def __init__(self, x, y):
        self.x = torch.tensor(x)
        self.y = {kept}
    def __getitem__(self, i):
        return {item}
X, y = make_regression(90, 8); y = y / y.std()
train_dl, val_dl = DataLoader(Rows(X[:60], y[:60]), 9), DataLoader(Rows(X[60:], y[60:]), 9)
net = nn.Sequential(nn.Linear(8, 4), nn.ReLU(), nn.Linear(4, 1))
opt = torch.optim.Adam(net.parameters())
lossf = nn.MSELoss()
for xb, yb in train_dl:
    lossf(net(xb), yb).backward()
"""


@pytest.mark.parametrize(
    ("kept", "item", "expected"),
    [
        ("torch.tensor(y)", "self.x[i], self.y[i]", False),
        ("torch.tensor(y).view(-1, 1)", "self.x[i], self.y[i]", True),
        ("y", "self.x[i], torch.tensor(self.y[i]).float()", False),
        ("y", "self.x[i], torch.tensor([self.y[i]])", None),
        ("torch.tensor(y)", "self.x[i], self.y[i].view(1)", None),
        ("torch.tensor(y)", "self.x[i], self.y[i:i + 1]", None),
        ("torch.tensor(y)", "{'x': self.x[i], 'y': self.y[i]}", None),
    ],
)
def test_batches_have_the_shape_of_what_is_kept(kept: str, item: str, expected: bool | None) -> None:
    code = Code("train.py", TEXT.format(kept=kept, item=item))
    found = compares_like_with_like(code, names_of(code))
    assert (found[0] if found is not None else None) is expected


@pytest.mark.parametrize(
    ("made", "activation"),
    [
        ("nn.Sequential(*[nn.Sequential(nn.Linear(a, b), nn.ReLU()) for a, b in pairs])", "ReLU"),
        ("nn.Sequential(*[nn.Sequential(nn.Linear(a, b), nn.ReLU()) for a, b in pairs], nn.Linear(8, 3))", "linear"),
    ],
)
def test_a_model_of_blocks_ends_as_its_blocks_do(made: str, activation: str) -> None:
    code = Code("train.py", f"from torch import nn\nnet = {made}\n")
    end = end_of(code, constants(code))
    assert end is not None and end.activation == activation
