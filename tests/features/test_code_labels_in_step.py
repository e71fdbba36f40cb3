"""Scripts whose labels part from their rows, or get codes of their own in evaluation."""

from __future__ import annotations

import pytest

from mladvisor.features.code_cut_to_fit import keeps_rows_in_step
from mladvisor.features.code_label_codes import codes_labels_once
from mladvisor.runs.script.code import Code
from mladvisor.runs.script.trains import trains

MAPS = (
    "train_map = {{n: i for i, n in enumerate(pd.unique(train_names))}}\n"
    "test_map = {{n: i for i, n in enumerate({0}(test_names))}}\n"
    "{1}_train = [train_map[n] for n in train_names]\n{1}_test = [test_map[n] for n in test_names]\n"
)
HEAD = "import numpy as np\nimport pandas as pd\nfrom sklearn.preprocessing import LabelEncoder\n"
ENCODED = "LabelEncoder().fit_transform({}.pop('{}'))"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"a = {ENCODED.format('train', 'label')}\nb = {ENCODED.format('test', 'label')}", False),
        ("le = LabelEncoder()\ny_train = le.fit_transform(y_train)\ny_test = le.fit_transform(y_test)", False),
        ("y_train, _ = pd.factorize(train['label'])\ny_val, _ = pd.factorize(val['label'])", False),
        ("y_train = train.label.astype('category').cat.codes\ny_val = val.label.astype('category').cat.codes", False),
        ("le = LabelEncoder()\ny_train = le.fit_transform(y_train)\ny_test = le.transform(y_test)", None),
        ("y = LabelEncoder().fit_transform(df.label)\nX_train, X_test, y_train, y_test = train_test_split(X, y)", None),
        ("s = StandardScaler()\nX_train = s.fit_transform(X_train)\nX_test = s.fit_transform(X_test)", None),
        (MAPS.format("set", "y"), False),
        (MAPS.format("set", "t") + "F.cross_entropy(net(x), t_train[i])\nF.cross_entropy(z, t_test)", False),
        (MAPS.format("set", "city"), None),
        (MAPS.format("set", "y").replace("test_map[n]", "train_map[n]").replace("test_map =", "other ="), None),
        (f"a = {ENCODED.format('train', 'city')}\nb = {ENCODED.format('test', 'city')}", None),  # inputs
    ],
)  # fmt: skip
def test_labels_get_their_codes_once(text: str, expected: bool | None) -> None:
    found = codes_labels_once(Code("train.py", HEAD + text + "\n"))
    assert (found[0] if found is not None else None) is expected


READ = "X = pd.read_csv('x.csv')\ny = pd.read_csv('y.csv'{})\n"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (READ.format(", skiprows=[1]") + "n = min(len(X), len(y))\nX, y = X.iloc[:n], y.iloc[:n]", False),
        (READ.format(", header=None") + "y = y[:len(X)]", False),
        (READ.format("") + "X = X.dropna()\ny = y.iloc[: X.shape[0]]", False),
        (READ.format("") + "X = X.dropna()\ny = y.loc[X.index]", None),
        (READ.format("") + "n = min(len(X), len(y))", None),
        (READ.format(", skiprows=[1]") + "assert len(X) == len(y)", None),
        (READ.format("") + "X = X.dropna()\ny = y.dropna()\nn = min(len(X), len(y))", None),
        ("X = pd.read_csv('x.csv', skiprows=1)\nn = min(len(X), 1000)\nX = X[:n]", None),
    ],
)
def test_rows_of_two_files_stay_in_step(text: str, expected: bool | None) -> None:
    found = keeps_rows_in_step(Code("train.py", HEAD + text + "\n"))
    assert (found[0] if found is not None else None) is expected


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        ("fit(X, y, epochs=20, lr=2e-3)", True),
        ("train_model(model, data, num_epochs=5, batch_size=32)", True),
        ("show(X, y, epochs=20)", False),
        ("plot(X, y, epochs=20, lr=2e-3)", False),
    ],
)
def test_a_function_of_the_scripts_own_trains_by_what_it_is_handed(call: str, expected: bool) -> None:
    assert trains(Code("train.py", HEAD + call + "\n")) is expected
