"""Columns that are chosen by all labels, and scalers that a function fits anew to each part."""

from __future__ import annotations

import pytest

from mladvisor.features.code_chosen import chooses_after_split
from mladvisor.features.code_data import fits_on_training_rows_only
from mladvisor.runs.script.code import Code

HEAD = "".join(f"from sklearn.{part} import *\n" for part in ("preprocessing", "feature_selection", "model_selection"))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Z = SelectKBest(k=9).fit_transform(X, y)\ns = cross_val_score(m, Z, y)", False),
        ("X = SelectKBest(k=9).fit_transform(X, y)\na, b, c, d = train_test_split(X, y)", False),
        ("k = RFE(m)\nk.fit(X, y)\nX = k.transform(X)\na, b, c, d = train_test_split(X, y)", False),
        ("Z = SelectKBest(k=9).fit_transform(X, y)\ng = GridSearchCV(m, p)\ng.fit(Z, y)", False),
        ("a, b, c, d = train_test_split(X, y)\na = SelectKBest(k=9).fit_transform(a, c)", None),
        ("m = make_pipeline(SelectKBest(k=9), m)\ns = cross_val_score(m, X, y)", None),
        ("Z = PCA(9).fit_transform(X)\ns = cross_val_score(m, Z, y)", None),
        ("Z = SelectKBest(k=9).fit_transform(X, y)\ns = cross_val_score(m, X, y)", None),
        ("for i, j in cv.split(X):\n    Z = SelectKBest(k=9).fit_transform(X[i], y[i])\n    m.split(Z)", None),
    ],
)
def test_columns_are_chosen_by_training_rows(text: str, expected: bool | None) -> None:
    found = chooses_after_split(Code("train.py", HEAD + text + "\n"))
    assert (found[0] if found is not None else None) is expected


PREPARE = "def prepare(X, train=False):\n    s = StandardScaler()\n    return s.fit_transform(X)\n"
OWN = (
    "class Prep:\n    def __init__(self):\n        self.s = MinMaxScaler()\n"
    "    def run(self, X):\n        return self.s.fit_transform(X)\np = Prep()\n"
)
BOTH = "a = prepare(X_train)\nb = prepare(X_test)\n"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (PREPARE + BOTH, False),
        (PREPARE + "a = prepare(X_train)\nb = prepare(X_new)\n", False),
        (OWN + "a = p.run(train_df)\nb = p.run(test_df)\n", False),
        (PREPARE.replace("return", "if train: return") + BOTH, None),
        (PREPARE.replace("return s.fit_transform(X)", "return s.fit_transform(X) if train else X") + BOTH, None),
        (PREPARE + "a = prepare(X)\n", None),
        (PREPARE + "b = prepare(X_test)\n", None),
        (PREPARE.replace("    s =", "    X = load()\n    s =") + BOTH, None),
    ],
)
def test_a_function_that_fits_a_scaler_anew_to_each_part(text: str, expected: bool | None) -> None:
    found = fits_on_training_rows_only(Code("train.py", HEAD + text))
    assert (found[0] if found is not None else None) is expected
