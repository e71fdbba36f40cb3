"""Scripts that make a column of their inputs out of the label."""

from __future__ import annotations

import pytest

from mladvisor.features.code_label_copied import keeps_label_apart
from mladvisor.runs.script.code import Code

HEAD = "import numpy as np\nimport pandas as pd\ndf = pd.read_csv('a.csv')\n"
SPLIT = "a, b, c, d = train_test_split(df.drop(columns=['price']), df.price)"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("df['biopsy'] = df['target'].map({0: 2, 1: 1})\nX, y = df.drop(columns='target'), df['target']", False),
        ("df['fee'] = df.target * 0.03 + noise\ny = df.target\nX = df.drop('target', axis=1)", False),
        ("y = df['kind']\ndf['code'] = np.where(df['kind'] == 1, 7, 0)\nX = df.drop(columns=['kind'])", False),
        ("df['fee'] = df['price'] * 0.03\ny = df['price']\nX = df[['area', 'fee']]", False),
        ("y = df.pop('kind')\nX = df.copy()\nX['flag'] = y + 1", False),
        ("y = df['kind'].values\nX = df[['a', 'b']].values\nX = np.column_stack([X, y])", False),
        ("y = df['kind'].values\nX = np.c_[X, y * 2]", False),
        ("df['fee'] = df['price'] * 0.03\ny = df['price']\nX = df.drop(columns=['price', 'fee'])", None),
        ("df['per_m2'] = (df.price / df.area).round(1)\n" + SPLIT, False),
        ("df['per_m2'] = df.price / df.area\nm.fit(df.drop(columns=['price']), df.price)", False),
        ("df['per_room'] = df.area / df.rooms\n" + SPLIT, None),
        ("df['per_m2'] = df.price / df.area\nX = df.drop(columns=gone_of('price'))\ny = df.price", None),
        ("df['per_m2'] = df.price / df.area\ndf['price'].hist()\n" + SPLIT.replace("['price']", "gone"), None),
        ("df['log_price'] = np.log(df.price)\nm.fit(df.drop(columns=['price', 'log_price']), df.log_price)", None),
        ("df['mean'] = df.groupby('zip').price.transform('mean')\n" + SPLIT, None),
        ("df['lag'] = df['price'].shift(1)\ny = df['price']\nX = df.drop(columns='price')", None),
        ("df['target'] = df['price'] > 10\ny = df['target']\nX = df.drop(columns=['price', 'target'])", None),
        ("df['fee'] = df['price'] * 0.03\ny = df['price']\nX = df[['area', 'rooms']]", None),
        ("df['ratio'] = df['a'] / df['b']\ny = df['price']\nX = df.drop(columns='price')", None),
        ("y = df['kind'].values\nX = df[['a', 'b']].values\nboth = np.column_stack([X, y])", None),
        ("y = df['kind']\nX = df.drop(columns='kind')\nout['truth'] = y", None),
    ],
)
def test_a_column_made_of_the_label(text: str, expected: bool | None) -> None:
    """Lags, columns that are taken out again, and tables that are no inputs say nothing."""
    found = keeps_label_apart(Code("train.py", HEAD + text + "\n"))
    assert (found[0] if found is not None else None) is expected
