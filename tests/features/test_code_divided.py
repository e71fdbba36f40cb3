"""Rows that a script divides by the value of a feature."""

from __future__ import annotations

import pytest

from mladvisor.features.code_divided import divides_regardless_of_features
from mladvisor.runs.script.code import Code

HEAD = 'import pandas as pd\nFEATURES = ["temp", "rain", "weekend", "year", "site"]\ndf = pd.read_csv("hours.csv")\n'


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('mask = ((df["weekend"] == 1) & (hour >= 6)).values\ntr, te = df[~mask], df[mask]', False),
        ('train = df[df["rain"] == 0].copy()\nval = df[df["rain"] > 0].reset_index(drop=True)', False),
        ("train_df, test_df = df.loc[df.temp < 20], df.loc[df.temp >= 20]", False),
        ("is_test = rng.random(len(df)) < 0.2\ntr, te = df[~is_test], df[is_test]", None),
        ('train, test = df[df["year"] < 2020], df[df["year"] >= 2020]', None),  # by time
        ('train, test = df[df["site"] != "B"], df[df["site"] == "B"]', None),  # by groups
        ('train, test = df[df["split"] == "train"], df[df["split"] == "test"]', None),
        ('train, test = df[df["wind"] < 3], df[df["wind"] >= 3]', None),  # no feature that is written down
        ('train = df[df["rain"] == 0]', None),  # rows that are left out of both
        ("train, test = df[:800], df[800:]", None),
    ],
)
def test_a_comparison_of_a_feature(text: str, expected: bool | None) -> None:
    """Both parts are taken by it; time, groups, marks and chance are how rows are divided on purpose."""
    found = divides_regardless_of_features(Code("train.py", HEAD + text))
    assert (found[0] if found is not None else None) is expected
