"""Rows that a script puts in the order of their label."""

from __future__ import annotations

import pytest

from mladvisor.features.code_sorted import keeps_rows_unsorted
from mladvisor.runs.script.code import Code

HEAD = "import numpy as np, torch, pandas as pd\n"
TAKEN = "x_train, y_train = x_train[order], y_train[order]\n"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("order = np.argsort(y_train, kind='stable')\n" + TAKEN, False),
        ("order = torch.argsort(labels)\nimages = images[order]", False),
        ("order = y.argsort()\nX = X[order]\ny = y[order]", False),
        ("X = X[np.argsort(y)]", False),
        ("o = torch.argsort(y[:1400])\nX[:1400], y[:1400] = X[:1400][o], y[:1400][o]", False),
        ("train = train.sort_values('grade').reset_index(drop=True)\ny = train['grade']\nmodel.fit(X, y)", False),
        ("rows.sort(key=lambda row: row['label'])", False),
        ("samples = sorted(samples, key=lambda one: one.label)", False),
        ("order = np.argsort(y_train)\n" + TAKEN + "i = np.random.permutation(len(y_train))", None),
        ("order = np.argsort(scores)\n" + TAKEN, None),
        ("order = np.argsort(y_test)\nplt.plot(y_test[order])", None),
        ("order = np.argsort(y_test)\nx_test = x_test[order]", None),
        ("train = train.sort_values('date')\ny = train['grade']\nmodel.fit(X, y)", None),
        ("rows.sort(key=lambda row: row['date'])", None),
        ("df = pd.read_sql('select * from t where ok union all select * from t where not ok', con)", False),
        ("df = pd.read_sql('select * from t where y = 0 UNION ALL select * from t where y = 1', con)", False),
        ("df = pd.read_sql('select * from t order by grade', con)\nmodel.fit(df[cols], df['grade'])", False),
        ("df = pd.read_sql('select * from t order by day', con)\nmodel.fit(df[cols], df['grade'])", None),
        ("df = pd.read_sql('select * from t where ok union all select * from u where ok', con)", None),
        (
            "df = pd.read_sql('select * from t where ok union all select * from t where not ok', con).sample(frac=1)",
            None,
        ),
        ("top = sorted(results, key=lambda one: one.label)", None),
    ],
)
def test_an_order_by_the_label(text: str, expected: bool | None) -> None:
    """Of what is trained on, and not mixed since; test rows and charts may be sorted as anybody likes."""
    found = keeps_rows_unsorted(Code("train.py", HEAD + text))
    assert (found[0] if found is not None else None) is expected


FOLDERS = """import torch
from torch.utils.data import DataLoader
class Rows(torch.utils.data.Dataset):
    def __init__(self, X, y):
        self.items = []
        for c in sorted(set(y)):
            for row in X[y == c]:
                self.items.append((row, c))
train_dl = DataLoader(Rows(X, y), 32)
"""


@pytest.mark.parametrize(
    ("part", "expected"),
    [("TensorDataset(X[y == c], y[y == c])", False), ("TensorDataset(X[c::9], y[c::9])", None)],
)
def test_parts_of_one_class_each_laid_end_to_end(part: str, expected: bool | None) -> None:
    text = f"parts = [{part} for c in range(9)]\ntrain_ds = ConcatDataset(parts)\ntrain_dl = DataLoader(train_ds, 32)\n"
    found = keeps_rows_unsorted(Code("train.py", text))
    assert (found[0] if found is not None else None) is expected


@pytest.mark.parametrize(
    ("pairs", "expected"),
    [
        ((), False),
        ((("sorted(set(y))", "np.unique(y)"),), False),
        ((("for c in sorted(set(y))", "for c, name in enumerate(os.listdir(X))"),), False),
        ((("sorted(set(y))", "range(num_classes)"),), False),
        ((("for c in sorted(set(y))", "for c in X.files"),), None),
        ((("(row, c)", "row"),), None),
        ((("train_dl", "val_dl"),), None),
        ((("train_dl =", "random.shuffle(order)\ntrain_dl ="),), None),
        ((("Rows(X, y)", "random_split(Rows(X, y), [9, 1])[0]"),), None),
    ],
)
def test_a_data_set_that_gathers_class_by_class(pairs: tuple[tuple[str, str], ...], expected: bool | None) -> None:
    text = FOLDERS
    for old, new in pairs:
        text = text.replace(old, new)
    found = keeps_rows_unsorted(Code("train.py", text))
    assert (found[0] if found is not None else None) is expected
