"""Scripts whose inputs are the whole table, label and all."""

from __future__ import annotations

import pytest

from mladvisor.features.code_label_kept import keeps_label_out
from mladvisor.runs.script.code import Code

HEAD = "import pandas as pd\nfrom sklearn.model_selection import train_test_split\ndf = pd.read_csv('a.csv')\n"
SPLIT = "\na, b, c, d = train_test_split(X, y, test_size=0.2)\n"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("X = df.values\ny = df['price']", False),
        ("y = to_categorical(df.target)\nX = df.to_numpy().astype('float32')", False),
        ("TARGET = 'kind'\ny = df[TARGET].values\nX = pd.get_dummies(df)", False),
        ("X = scaler.fit_transform(df)\ny = df['price'].values", False),
        ("y = df.pop('price')\nX = df.values", None),
        ("X = df.drop(columns=['price']).values\ny = df['price']", None),
        ("y = df['price']\ndf = df.drop('price', axis=1)\nX = df.values", None),
        ("y = df['price']\ndel df['price']\nX = df.values", None),
        ("X = df.values\ny = df['close'].shift(-1)", None),
        ("X = df[FEATURES]\ny = df['price']", None),
        ("COLS = ['a', 'price']\nX = df[COLS]\ny = df['price']", False),
        ("T = 'price'\nnum, cat = ['a', T], ['b']\nX = df[num + cat]\ny = df[T].values", False),
        ("COLS = ['a', 'price']\nfit(df[COLS], df['price'])", False),
        ("COLS = ['a', 'b']\nX = df[COLS]\ny = df['price']", None),
        ("COLS = ['a', 'price']\ndf = df[COLS]\ny = df['price']", None),
        ("COLS = ['a', 'price']  # lags\nX = df[COLS]\ny = df['price']", None),
        ("cols = [c for c in df.columns if c != 'id']\nX, y = df[cols], df['price']", False),
        ("cols = [c for c in df.columns if c not in ('id', 'price')]\nX, y = df[cols], df['price']", None),
        ("cols = [c for c in df.columns if c not in HIDDEN]\nX, y = df[cols], df['price']", None),
        ("cols = [c for c in df.columns if c.startswith('f')]\nX, y = df[cols], df['price']", None),
        ("X = df.drop(columns=['id'])\ny = df['price']", False),
        ("X = df.drop(['id', 'name'], axis=1).values\ny = df['price'].values", False),
        ("X = df.drop(columns=['id'])\ny = df['price']\nX = X.drop(columns=['price'])", None),
        ("df = df.drop(columns=['id'])\nX = df[[c for c in df if c != 'price']]\ny = df['price']", None),
        ("X = df.drop(columns=['id', TARGET])\ny = df['price']", None),
        ("X = df.drop(index=[0])\ny = df['price']", None),
        ("data = df.values\nX = data[:, :-1]\ny = df['price']", None),
        ("X = df.values\ndf['target'] = labels\ny = df['target']", None),
        ("X = df.values\ny = labels['price']", None),
    ],
)
def test_the_label_among_the_inputs(text: str, expected: bool | None) -> None:
    """Whatever picks columns anywhere may take it out: then nothing is said."""
    found = keeps_label_out(Code("train.py", HEAD + text + SPLIT))
    assert (found[0] if found is not None else None) is expected


def test_inputs_that_never_meet_the_labels_are_not_judged() -> None:
    """An autoencoder learns the table, and its labels colour a chart."""
    text = "X = df.values\ny = df['kind']\nmodel.fit(X, X)\nplt.scatter(z, c=y)\n"
    assert keeps_label_out(Code("train.py", HEAD + text)) is None
