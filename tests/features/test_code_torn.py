"""Pairs that part where they are handed over."""

from __future__ import annotations

import pytest

from mladvisor.features.code_shuffled import keeps_labels_with_rows
from mladvisor.runs.script.code import Code

HEAD = "import numpy as np, torch\nfrom torch.utils.data import Dataset, TensorDataset\n"
SET = """
class Rows(Dataset):
    def __init__(self, x, y):
        {init}
        self.order = np.random.permutation(len(x))
    def __getitem__(self, i):
        j = np.random.randint(len(self.y))
        {get}
"""
PLAIN = "self.x, self.y = x, y"


def _of(text: str) -> bool | None:
    found = keeps_labels_with_rows(Code("train.py", HEAD + text))
    return found[0] if found is not None else None


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("rows = TensorDataset(X[torch.randperm(len(X))], y)", False),
        ("net.fit(X[rng.permutation(len(X))], y, epochs=3)", False),
        ("ds = tf.data.Dataset.from_tensor_slices((images, labels[np.random.permutation(len(labels))]))", False),
        ("rows = TensorDataset(X[:900], y[torch.randperm(900)])", False),
        ("rows = TensorDataset(X[::2], y[torch.randperm(900)])", None),
        ("net.fit(X, y)\nnull.fit(X[rng.permutation(len(X))], y)", None),  # what chance gives
        ("rows = TensorDataset(X[order], y[order])", None),
        ("rows = TensorDataset(X[torch.randperm(len(X))], X)", None),
        ("net.score(X[rng.permutation(len(X))], y)", None),  # how much does it hang on the inputs?
        ("importance = net.fit(X[rng.permutation(len(X))], y)", None),
    ],
)
def test_one_half_is_mixed_in_the_call(line: str, expected: bool | None) -> None:
    assert _of(line) is expected


@pytest.mark.parametrize(
    ("init", "get", "expected"),
    [
        (PLAIN, "return self.x[i], self.y[j]", False),
        (PLAIN, "return self.x[self.order[i]], self.y[i]", False),
        (PLAIN, "x = torch.tensor(self.x[i])\n        return x, torch.tensor(self.y[j])", False),
        ("self.x = x[np.random.permutation(len(x))]\n        self.y = y", "return self.x[i], self.y[i]", False),
        (PLAIN, "return self.x[i], self.y[i]", None),
        (PLAIN, "return self.x[j], self.y[j]", None),
        (PLAIN, "k = self.order[i]\n        return self.x[k], self.y[k]", None),
        (PLAIN, "return self.x[i], self.x[j], self.y[i] == self.y[j]", None),
        (PLAIN, "return self.x[i], self.y[i + 12]", None),  # a target some steps ahead
        (PLAIN, "return self.x[i], self.y[self.video_of[i]]", None),  # a label for each group
        (PLAIN, "return self.x[i], self.y[j]  # negatives", None),
    ],
)
def test_a_data_set_gives_a_row_with_its_own_label(init: str, get: str, expected: bool | None) -> None:
    assert _of(SET.format(init=init, get=get)) is expected
