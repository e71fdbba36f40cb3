"""Columns that a script makes are worked out on the table: `df["band"] = df["km"] // 50`."""

from __future__ import annotations

import ast

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mladvisor.tables.made import made_columns
from mladvisor.tables.table import Table


def _table() -> Table:
    rng = np.random.default_rng(0)
    return Table(
        "train",
        "train.csv",
        pd.DataFrame(
            {"km": rng.uniform(1, 30, 60), "grade": rng.choice(list("ABC"), 60), "age": rng.integers(18, 80, 60)}
        ),
    )


@pytest.mark.parametrize(
    ("expression", "cut"),
    [("df.km.clip(0, 1)", 1.0), ("np.clip(df.age, 0, 100)", 0.0), ("df.km.clip(lower=20)", None), ("df.km", None)],
)
def test_the_share_beyond_both_limits(expression: str, cut: float | None) -> None:
    """A hinge has one limit; what lies within both is left as it was."""
    nodes = list(ast.walk(ast.parse(f'df["new"] = {expression}\nFEATS = ["new"]')))
    assert [one.cut for one in made_columns(nodes, _table())] == [cut]


def _made(text: str) -> dict[str, int]:
    """Column -> how many values it takes, blanks left out."""
    nodes = list(ast.walk(ast.parse(text + '\nFEATS = ["new"]')))
    return {one.column: len(np.unique(one.values[~np.isnan(one.values)])) for one in made_columns(nodes, _table())}


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ('df["new"] = df["km"] // 50', 1),
        ('df["new"] = df["km"] // 10', 3),
        ('df["new"] = df["grade"].map({c: i for i, c in enumerate("abc")}).fillna(0)', 1),
        ('df["new"] = df["grade"].str.lower().map({"a": 0, "b": 1, "c": 2})', 3),
        ('df["new"] = (df.km > 500).astype(int)', 1),
        ('df["new"] = np.log1p(df["age"]).clip(0, 1)', 1),
        ('df["new"] = df["grade"].isin(["A", "C"])', 2),
        ('df.loc[:, "new"] = (df["age"] / 100).astype("int64")', 1),
        ('df["new"] = df.km / df.km.max().astype(int) // 2', 1),
        ("f = pd.DataFrame(index=df.index)\nf['age'] = df.age // 100\nf['new'] = df.age // 100", 1),
        ("df = df.assign(new=lambda d: d.km % 7 - d.km % 7)", 1),
    ],
)
def test_columns_are_worked_out(text: str, values: int) -> None:
    """Floor divisions, maps, comparisons, clips and casts, in the ways that they are written."""
    assert _made(text)["new"] == values


@pytest.mark.parametrize(
    ("text", "made"),
    [
        ('for c in ["km", "age"]:\n    df[c] = pd.cut(df[c], bins=[-1, 0, 1000], labels=False)', {"km": 1, "age": 1}),
        ('COLS = ["km", "age"]\nfor c in COLS:\n    df[c + "_far"] = df[c] > 99', {"km_far": 1, "age_far": 1}),
        ('for c in ("km",):\n    df[f"log_{c}"] = np.log(df[c]) // 10', {"log_km": 1}),
        ('df["age"] = np.digitize(df["age"], [100, 200])', {"age": 1}),
        ('df["age"] = np.where(df["age"] > 200, 1, 0)', {"age": 1}),
        ('df["km"] = pd.cut(df["km"], [0, 10, 20, 30], right=False)', {"km": 3}),
        ("for c in names():\n    df[c] = df[c] // 1000", {}),
        ('df["age"] = pd.cut(df["age"], 4)', {}),
    ],
)
def test_columns_made_anew_and_in_loops(text: str, made: dict[str, int]) -> None:
    """A raw column may be replaced by what is made of it, and a loop over names that are written down makes each."""
    nodes = list(ast.walk(ast.parse(f"{text}\nuse('km_far', 'age_far', 'log_km')")))
    found = made_columns(nodes, _table())
    assert {one.column: len(np.unique(one.values[~np.isnan(one.values)])) for one in found} == made


def test_a_table_of_features_that_starts_empty_is_used_whole() -> None:
    """Its columns may be called as the raw ones are, and need no mention; what was put into it is no raw column."""
    fresh = "f = pd.DataFrame(index=d.index)\nf['age'] = d.age // 100\nf['km'] = f['age'] // 2\nf['far'] = d.km > 20\n"
    assert _made(fresh) == {"age": 1, "far": 2}
    assert _made(fresh.replace("(index=d.index)", "(d)")) == {"age": 1}  # made anew, once; the others hang on it


@pytest.mark.parametrize(
    "use",
    [
        'FEATS = [c for c in df.columns if c != "age"]',
        'FEATS = [c for c in list(df.columns) if c not in ("age", "id")]',
        'X = df.drop(columns=["age"])',
        'X, y = df.drop("age", axis=1), df["age"]',
        'FEATS = df.columns.difference(["age"])',
    ],
)
def test_of_a_table_that_is_used_whole_a_column_needs_no_mention(use: str) -> None:
    """All columns but some are features; of other tables a column that is named nowhere else is not used."""
    nodes = list(ast.walk(ast.parse(f'df["new"] = df["km"] // 50\n{use}')))
    assert [one.column for one in made_columns(nodes, _table())] == ["new"]
    nodes = list(ast.walk(ast.parse(f'other["new"] = df["km"] // 50\n{use}')))
    assert made_columns(nodes, _table()) == []


@pytest.mark.parametrize(
    "text",
    [
        'df["km"] = df["km"] * 100\ndf["km"] += 1\ndf["new"] = df["km"] // 50',
        'df["new"] = df["km"] // 50\ndf["new"] += 1',
        'df["new"] = df["elsewhere"] // 50',
        'df["new"] = df["km"] // args.width',
        'df["new"] = mine(df["km"])',
        'df["new"] = 0',
        'df["grade"] = df["grade"].map({})',
    ],
)
def test_what_is_not_understood_is_left_aside(text: str) -> None:
    """A raw column that the script changes, unknown names and functions, and constants that somebody meant."""
    assert _made(text) == {}


@given(st.text(alphabet='df["km"]()/*+-.<>=, 0123456789newagemapclipfillnaastypeint', max_size=60))
def test_any_expression_is_read_without_a_crash(text: str) -> None:
    try:
        ast.parse(f'df["new"] = {text}')
    except (SyntaxError, ValueError):
        return
    _made(f'df["new"] = {text}')
