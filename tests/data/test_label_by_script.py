"""The label by what the training script does with the columns of its table."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from mladvisor.runs.read import read_run
from mladvisor.tables.collection import Tables

TABLE = pd.DataFrame(
    {"key": range(60), "built": [1950 + n % 50 for n in range(60)], "price": [n * 1.5 for n in range(60)],
     "rooms": [n % 5 for n in range(60)], "sold": [2019 + n % 3 for n in range(60)]}
)  # fmt: skip
READ = 'import pandas as pd\nimport torch\ndf = pd.read_csv("houses.csv")\n'
DROPS = 'df["age"] = df["sold"] - df["built"]\ndf = df.drop(columns=["built", "sold"])\n'
KEY = 'X = df.drop(columns=["key", "price"])\nids = df["key"]\n'


@pytest.mark.parametrize(
    "text",
    [
        DROPS + 'y = scaler.fit_transform(df[["price"]])\nmodel.fit(df[F], y)\n',
        DROPS + 'F = [c for c in df.columns if c != "price"]\nmodel.fit(df[F], df["price"])\n',
        KEY + 'y = df["price"]\nmodel.fit(X, y)\n',
        KEY + 'model.fit(X, df["price"])\n',
        'F = [c for c in df.columns if c not in ("key", "price")]\nmodel.fit(df[F], y=df.price.values)\n',
        'y = df.pop("price")\nmodel.fit(df.drop(columns="key"), y)\n',
    ],
)
def test_the_label_is_what_the_script_learns(tmp_path: Path, text: str) -> None:
    """Keys, and columns that features are made of, are taken out as well: what is kept as answers is the label."""
    TABLE.to_csv(tmp_path / "houses.csv", index=False)
    (tmp_path / "train.py").write_text(READ + text)
    assert Tables(read_run(tmp_path)).label_column == "price"
