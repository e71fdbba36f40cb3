"""Inputs and labels out of two tables: joined by their key, or laid side by side."""

from __future__ import annotations

from pathlib import Path

import pytest

from mladvisor.features.catalogue import Measures
from mladvisor.runs.read import read_run

SCRIPT = """
import pandas as pd
from sklearn.linear_model import LogisticRegression
features = pd.read_csv("features.csv")
labels = pd.read_csv("labels.csv")
{join}
X = features[["a", "b"]].to_numpy()
y = labels["failed"].to_numpy()
model = LogisticRegression().fit(X, y)
"""


@pytest.mark.parametrize(
    ("join", "keys", "expected"),
    [
        ("", lambda n: (7 * n) % 60, False),
        ("", lambda n: n, None),  # one order
        ("", lambda n: n + 1000, None),  # other keys
        ("labels = features[['id']].merge(labels, on='id')", lambda n: (7 * n) % 60, None),
        ("labels = labels.set_index('id').loc[features['id']]", lambda n: (7 * n) % 60, None),
        ("features, labels = features.sort_values('id'), labels.sort_values('id')", lambda n: (7 * n) % 60, None),
    ],
)
def test_two_tables_are_joined_by_key_or_by_place(tmp_path: Path, join: str, keys: object, expected: object) -> None:
    """By place is wrong where the same keys stand in another order, and nothing joins or sorts the rows."""
    assert callable(keys)
    (tmp_path / "train.py").write_text(SCRIPT.format(join=join))
    (tmp_path / "features.csv").write_text("id,a,b\n" + "".join(f"{n},{n % 7},{n % 5}\n" for n in range(60)))
    (tmp_path / "labels.csv").write_text("id,failed\n" + "".join(f"{keys(n)},{n % 2}\n" for n in range(60)))
    (tmp_path / "log.csv").write_text("epoch,loss\n" + "".join(f"{n},{1 / n}\n" for n in range(1, 9)))
    m = Measures(read_run(tmp_path))
    assert m.value("code.joins_by_key") is expected
    if expected is False:
        assert "id stands in another order in 5" in str(m.value("code.joins_by_key_says"))
