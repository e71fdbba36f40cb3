"""Counts of blank cells, in the forms in which tools print them."""

from __future__ import annotations

import pytest

from mladvisor.runs.blank_counts import blanks_printed

INFO = """<class 'pandas.core.frame.DataFrame'>
RangeIndex: 900 entries, 0 to 899
Data columns (total 2 columns):
 #   Column  Non-Null Count  Dtype
---  ------  --------------  -----
 0   age     900 non-null    float64
 1   income  855 non-null    float64
dtypes: float64(2)
"""
POLARS = """shape: (1, 2)
┌─────┬────────┐
│ age ┆ income │
│ --- ┆ ---    │
│ u32 ┆ u32    │
╞═════╪════════╡
│ 0   ┆ 45     │
└─────┴────────┘
"""
SPARK = "+---+------+\n|age|income|\n+---+------+\n|  0|    45|\n+---+------+\n"
SODA = "      missing_count(income) = 0 [FAILED]\n        check_value: 45\n"
PANDERA = '"error": "non-nullable series \'income\' contains null values:12 NaN 77 NaN"\n'


@pytest.mark.parametrize(
    ("text", "called"),
    [
        (INFO, "eda"),
        ("shape (900, 2)\nmissing values per column:\nage 0\nincome 45\n", "output"),
        ("900 rows\nnulls:\n- age: 0\n- income: 45\n", "notes"),
        ("read 900 rows\nage       0\nincome   45\n", "null_counts"),
        ("900 rows\nmissing: {'age': 0, 'income': 45}\n", "output"),
    ],
)
def test_shares_where_the_rows_are_told(text: str, called: str) -> None:
    """By the index, the shape, or a count of rows."""
    told = {said.name: said.value for said in blanks_printed(text.splitlines(), called)}
    assert told == {"age": 0.0, "income": 0.05}


@pytest.mark.parametrize(
    "text", ["found 45 NaN in column 'income' (5.0%)", "column income has 45 missing values, 5.0 %"]
)
def test_a_sentence_that_tells_the_share(text: str) -> None:
    """A count, its column, and per cent of the rows."""
    (said,) = blanks_printed([text], "output")
    assert (said.what, said.name, round(said.value, 3)) == ("missing", "income", 0.05)


@pytest.mark.parametrize(
    ("text", "called", "cells"),
    [(POLARS, "null_count", 45), (SPARK, "nulls", 45), (SODA, "scan", 45), (PANDERA, "report", 2)],
)
def test_cells_alone_where_the_rows_are_not_told(text: str, called: str, cells: int) -> None:
    """Frames of Polars and Spark, checks of Soda and Pandera."""
    (said,) = blanks_printed(text.splitlines(), called)
    assert (said.what, said.value) == ("cells-blank", cells)
    (said,) = [each for each in blanks_printed(text.splitlines(), called, 900) if each.value > 0]
    assert (said.what, said.name) == ("missing", "income")


@pytest.mark.parametrize(
    "text",
    [
        "filled missing values per column:\nage 0\nincome 45\n",  # nothing is missing in what the model gets
        "imputed 45 NaN in column 'income'\n",
        "unique values:\nage 70\nincome 45\n",
        "epoch 1\nepoch 2\n",
        "missing values: none\n",
        "train 900\nval 300\n",
    ],
)
def test_other_counts_say_nothing(text: str) -> None:
    """What was filled, and counts of something else."""
    assert blanks_printed(text.splitlines(), "output") == []
