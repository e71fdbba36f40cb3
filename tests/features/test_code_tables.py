"""Columns of tables that a script reads, and whether outputs have their shape in the loss."""

from __future__ import annotations

import pytest

from mladvisor.features.code_names import names_of
from mladvisor.features.code_shapes import compares_like_with_like
from mladvisor.runs.script.code import Code

SCRIPT = """
import numpy as np
import pandas as pd
import torch
import torch.nn as nn
df = pd.read_csv('t.csv').dropna()
df = df.sample(frac=1)
net = nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Linear(8, 1))
{labels}
for xb in batches:
    pred = net(xb)
    {loss}
    loss.backward()
"""
SQUARES = "loss = ((pred - y) ** 2).mean()"


def verdict(labels: str, loss: str = SQUARES) -> bool | None:
    code = Code("train.py", SCRIPT.format(labels=labels, loss=loss))
    found = compares_like_with_like(code, names_of(code))
    return found[0] if found is not None else None


@pytest.mark.parametrize(
    "labels",
    [
        "y = torch.tensor(df.price.values / 1e5).float()",
        "y = torch.tensor(df.pop('price').to_numpy())",
        "y = torch.tensor(df.iloc[:, -1].values)",
        "y = torch.tensor(df.loc[:, 'price'].values)",
        "y = torch.tensor(df.values[:, -1])",
        "data = df.to_numpy()\ny = torch.from_numpy(df[df.price > 0].price.values)",
    ],
)
def test_a_column_is_flat(labels: str) -> None:
    assert verdict(labels) is False


@pytest.mark.parametrize(
    "labels",
    [
        "y = torch.tensor(df.price.values).view(-1, 1)",
        "y = torch.tensor(df.iloc[:, -1:].values)",
        "y = torch.tensor(df[['price']].values)",
        "y = torch.tensor(df.values)",
        "y = torch.tensor(row.price.values)",
        "df = other(df)\ny = torch.tensor(df.price.values)",
    ],
)
def test_tables_and_what_is_not_known_are_not_flat(labels: str) -> None:
    assert verdict(labels) is not False


@pytest.mark.parametrize(
    ("loss", "expected"),
    [
        ("err = pred - y; loss = (err ** 2).mean()", False),
        ("diff = y - pred; loss = torch.mean(diff * diff)", False),
        ("loss = torch.mean(torch.square(pred - y))", False),
        ("err = pred[:, 0] - y; loss = (err ** 2).mean()", True),
        ("gap = pred - shift; loss = (gap ** 2).mean()", None),
    ],
)
def test_differences_that_are_kept_under_a_name(loss: str, expected: bool | None) -> None:
    assert verdict("y = torch.tensor(df.price.values)", loss) is expected


def test_a_table_times_a_column() -> None:
    text = (
        "import numpy as np\nX = np.random.randn(100, 3)\ny = np.random.randn(100)\nw = np.zeros((3, 1))\n"
        "for i in range(100):\n    err = X @ w - y\n    w = w - 0.1 * X.T.dot(err) / len(X)\n"
    )
    code = Code("train.py", text)
    found = compares_like_with_like(code, names_of(code))
    assert found is not None and found[0] is False
