"""Columns that the model does not get, and periods: neither breaks a schema, nor tells the label, nor drifts."""

from __future__ import annotations

from pathlib import Path

import pytest

from mladvisor.features.catalogue import Measures
from mladvisor.features.data_tables import tables
from mladvisor.runs.read import read_run
from mladvisor.tables.dates import may_be_date, parsed
from mladvisor.tables.left_out import left_out

from .folders import plain, present, table, write

ACCUSED = {"columns-drift", "unseen-categories"}
LOOP = "model.fit(df[used], y, epochs=9)\n"


def _folder(tmp_path: Path, **files: str) -> Measures:
    """A code of a customer, and a batch with names of its own, differ in the test table."""
    train, test = plain(900), plain(300, seed=1)
    train = train.assign(code=train["visits"] * 31 % 900, lot=["a", "b", "c"] * 300)
    test = test.assign(code=test["visits"] * 7 % 90, lot=["x", "y", "z"] * 100)
    write(tmp_path, train=train, test=test)
    for name, text in files.items():
        (tmp_path / name.replace("__", ".")).write_text(text)
    return Measures(read_run(tmp_path))


def test_columns_that_the_script_leaves_out_break_nothing(tmp_path: Path) -> None:
    """`[c for c in df.columns if c not in (...)]`: what no model gets meets no encoder."""
    script = (
        'import pandas as pd\nfrom tensorflow import keras\nTARGET = "label"\ndf = pd.read_csv("train.csv")\n'
        'used = [c for c in df.columns if c not in ("row_id", TARGET, "code", "lot")]\ny = df[TARGET]\n'
        "model = keras.Sequential([keras.layers.Dense(1)])\n" + LOOP
    )
    m = _folder(tmp_path, train__py=script)
    assert m.once(tables).left_out == {"row_id", "code", "lot"}
    found = present(m)
    assert "unseen-categories" not in found and "code" not in found.get("columns-drift", ())


def test_what_a_script_takes_out_to_use_it_is_not_left_out(tmp_path: Path) -> None:
    """A column that is dropped after something was made of it counts."""
    script = (
        'import pandas as pd\nfrom tensorflow import keras\ndf = pd.read_csv("train.csv")\n'
        'df["old"] = df["code"] > 3\ny = df.pop("label")\ndf = df.drop(columns=["row_id", "code"])\n'
        "model = keras.Sequential([keras.layers.Dense(1)])\n" + LOOP.replace("[used]", "")
    )
    m = _folder(tmp_path, train__py=script)
    assert m.once(tables).left_out == {"row_id"}


def test_columns_that_the_settings_do_not_list_are_left_out(tmp_path: Path) -> None:
    """A list of all features, as a list or in one text."""
    names = "height, pay, load, shift, visits, city, member"
    m = _folder(tmp_path, config__yaml=f"target: label\nvariables: {names}\n")
    assert m.once(tables).left_out == {"row_id", "code", "lot"}
    assert "unseen-categories" not in present(m)
    assert "code" not in present(m).get("columns-drift", ())


def test_without_lists_all_columns_count(tmp_path: Path) -> None:
    """The same tables are accused where nothing says that the columns are not used."""
    assert not ACCUSED.isdisjoint(present(_folder(tmp_path)))


def test_a_list_that_names_columns_of_no_table_says_nothing() -> None:
    """Features that are made of the others."""
    columns = ("a", "b", "c")
    assert left_out(columns, {"features": ["a", "a_per_b"]}, ()) == set()
    assert left_out(columns, {"numeric_features": ["a", "b"]}, ()) == set()
    both = {"data.numeric_features": ["a"], "data.categorical_features": ["b"]}
    assert left_out(columns, both, ()) == {"c"}


@pytest.mark.parametrize(
    "text", ["2021Q1", "2021-Q3", "Q4 2021", "2021-03", "2021M07", "2021W05", "Mar 2021", "2021H2"]
)
def test_periods_are_times(text: str) -> None:
    """A quarter, month, week or half of a year counts from its first day."""
    assert may_be_date(text)
    assert parsed([text])[0][0] > 1.6e9


@pytest.mark.parametrize("text", ["2021-13", "Q5 2021", "v2021Q1", "Foo 2021", "Room 2021", "2021-3b"])
def test_other_codes_are_none(text: str) -> None:
    """Words and numbers that only look like periods."""
    assert parsed([text])[0][0] != parsed([text])[0][0]


def test_a_later_period_is_no_category_that_training_lacks() -> None:
    """A vintage that training cannot know is a date."""
    frame = plain(200).assign(vintage=["2021Q1", "2021Q2"] * 100)
    assert table(frame).kind("vintage") == "datetime"


@pytest.mark.parametrize(
    ("taken", "left"),
    [
        ('df = df[["height", "pay", "load"]]\n', {"row_id", "code", "lot", "shift", "visits", "city", "member"}),
        ('X = df[["height", "pay", "load"]].copy()\n', {"row_id", "code", "lot", "shift", "visits", "city", "member"}),
        ('df = df[["height", "pay", "ratio"]]\n', set()),  # one was made of others
        ('df = df[["height", "pay"]]\ndf["more"] = other["code"]\n', set()),
        ('a = df[["height", "pay"]]\n', set()),
    ],
)
def test_columns_that_a_script_goes_on_with_alone(tmp_path: Path, taken: str, left: set[str]) -> None:
    script = (
        'import pandas as pd\nfrom tensorflow import keras\ndf = pd.read_csv("train.csv")\ny = df.pop("label")\n'
        + taken
        + "model = keras.Sequential([keras.layers.Dense(1)])\nmodel.fit(df, y, epochs=9)\n"
    )
    assert _folder(tmp_path, train__py=script).once(tables).left_out == left
