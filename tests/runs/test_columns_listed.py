"""Columns as a program prints them: lists of names, and counts of blank cells."""

from __future__ import annotations

import pandas as pd
import pytest

from mladvisor.runs.columns_listed import blanks_by_column, lists_in

FRAME = pd.DataFrame({"age": [1.0, 2.0], "pay": [None, None], "calls": [1.0, 1.0], "visits": [3.0, None]})


@pytest.mark.parametrize("share", [False, True])
def test_blank_cells_as_pandas_counts_them(share: bool) -> None:
    blank = FRAME.isna()
    lines = str(blank.mean() if share else blank.sum()).splitlines()
    said = {one.name: one.value for one in blanks_by_column(["loaded", *lines, "epoch 1"], 2.0)}
    assert said == {"age": 0.0, "pay": 1.0, "calls": 0.0, "visits": 0.5}
    assert list(blanks_by_column(lines, None if not share else 1.0)) == [] or share


def test_other_series_count_no_blanks() -> None:
    for series in (FRAME.nunique(), pd.Series([5, 3, 2, 0], index=list("abcd")), FRAME["age"].describe()):
        assert not list(blanks_by_column(str(series).splitlines(), 5.0))


def test_lists_of_all_columns() -> None:
    lines = [
        "features: ['age', 'pay', 'calls', 'visits']",
        "categorical features: ['age', 'pay', 'calls', 'visits']",
        "scored features, best first: ['age', 'pay', 'calls', 'visits']",
        "['a', 'b']",
        "predictions [1, 2, 3, 4]",
    ]
    assert [each.names for each in lists_in(lines)] == [("age", "pay", "calls", "visits")]
