"""Inputs and labels that a script puts in two orders: drawn by an index, by two seeds, while taken, or by sorting."""

from __future__ import annotations

import pytest

from mladvisor.features.code_shuffled import keeps_labels_with_rows
from mladvisor.runs.script.code import Code

SCRIPT = """
import numpy as np
import pandas as pd
import torch
from sklearn.utils import shuffle
{lines}
net.fit({given})
"""


def verdict(lines: str, given: str = "X, y") -> bool | None:
    found = keeps_labels_with_rows(Code("train.py", SCRIPT.format(lines=lines, given=given)))
    return found[0] if found else None


@pytest.mark.parametrize(
    "lines",
    [
        "idx = np.arange(len(y))\nnp.random.shuffle(idx)\ny = y[idx]",
        "idx = list(range(len(X)))\nrandom.shuffle(idx)\nX = X[idx]",
        "X = shuffle(X, random_state=0)\ny = shuffle(y, random_state=1)",
        "X = shuffle(X)\ny = shuffle(y)",
        "X = t.drop(columns=['label']).sample(frac=1, random_state=0).values\ny = t['label'].values",
        "X = t[columns].to_numpy()\ny = t['label'].sample(frac=1).to_numpy()",
        "y = np.sort(y)",
        "y, _ = torch.sort(y)",
        "X = X[X[:, 0].argsort()]",
        "X = np.sort(X, axis=0)",
    ],
)
def test_two_orders(lines: str) -> None:
    assert verdict(lines) is False


@pytest.mark.parametrize(
    "lines",
    [
        "idx = np.arange(len(y))\nnp.random.shuffle(idx)\nX = X[idx]\ny = y[idx]",
        "idx = np.arange(len(y))\ny = y[idx]",
        "X = shuffle(X, random_state=0)\ny = shuffle(y, random_state=0)",
        "X = shuffle(X, random_state=seed)\ny = shuffle(y, random_state=other)",
        "t = t.sample(frac=1)\nX = t[columns].values\ny = t['label'].values",
        "X = t.drop(columns=['label']).sample(frac=1)\ny = t['label']",  # the index is kept
        "X = t[columns].sample(frac=0.5).values\nspread = t['label'].values.std()",
        "X = np.sort(X)",  # within each row
        "X = np.sort(X, axis=1)",
        "order = X[:, 0].argsort()\nX = X[order]\ny = y[order]",
        "y = y[X[:, 0].argsort()]\nX = X[X[:, 0].argsort()]",
    ],
)
def test_one_order(lines: str) -> None:
    """Both halves by one index or state, whole tables, and what is no order of rows."""
    assert verdict(lines) is None
