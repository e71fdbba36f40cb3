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
    told = list(blanks_by_column(lines, None))
    assert share or [(each.what, each.value) for each in told] == [("cells-blank", 3.0)]


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


def test_a_list_is_given_once_and_of_few_lists_at_all() -> None:
    """Serving prints the columns for each request, and all lists are held against each other."""
    same = ["columns: ['age', 'pay', 'calls', 'visits']"] * 3
    assert len(list(lists_in(same))) == 1
    assert len(list(lists_in([f"{n}: ['age', 'pay', 'calls', 'visits']" for n in range(900)]))) == 100


@pytest.mark.parametrize(
    ("heading", "cells"),
    [
        ("done", [0.512, 0.288, 0.2, 0.0, 0.0, 0.0]),  # importances
        ("share of zeros by column", [0.0, 0.0, 0.0, 0.92, 0.1, 0.0]),
        ("outliers clipped", [0.0, 0.1, 0.0, 0.0, 0.2, 0.0]),
    ],
)
def test_series_of_shares_that_are_no_blanks(heading: str, cells: list[float]) -> None:
    lines = str(pd.Series(cells, index=list("abcdef"))).splitlines()
    assert not list(blanks_by_column([heading, *lines], 900.0))
    assert list(
        blanks_by_column(["missing", *str(pd.Series([0.0, 0.0, 0.9, 0.4], index=list("abcd"))).splitlines()], 9)
    )
