"""In what way columns differ between tables: shifted as they are, stretched, exchanged."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mladvisor.tables.moved import exchanged, form_of

from .folders import measured, plain, present, values


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10_000), shift=st.floats(0.8, 4.0), sign=st.sampled_from([-1.0, 1.0]))
def test_a_constant_offset_is_a_shift_alone_whatever_the_form(seed: int, shift: float, sign: float) -> None:
    """Adding a constant to a skewed column leaves its form and spread."""
    rng = np.random.default_rng(seed)
    one, other = rng.gamma(3.0, 1.0, 400), rng.gamma(3.0, 1.0, 200)
    found = form_of(one, other + sign * shift * one.std())
    assert found.alone
    assert np.sign(found.shift) == sign


@pytest.mark.parametrize("factor", [0.01, 0.1, 10.0, 1000.0])
def test_another_unit_is_no_shift(factor: float) -> None:
    """A factor changes the spread by itself."""
    rng = np.random.default_rng(1)
    found = form_of(rng.normal(20.0, 4.0, 300), factor * rng.normal(20.0, 4.0, 100))
    assert not found.alone
    assert found.ratio == pytest.approx(factor, rel=0.3)


def test_a_selection_of_rows_is_no_shift_alone() -> None:
    """The upper third of a bell curve is narrower, not moved."""
    rng = np.random.default_rng(2)
    all_ = rng.normal(size=600)
    assert not form_of(all_, np.sort(all_)[400:]).alone


def test_few_rows_and_constants_have_no_form() -> None:
    """Nothing is said of a dozen rows or of a constant."""
    rng = np.random.default_rng(3)
    for one, other in (
        (rng.normal(size=12), rng.normal(size=100)),
        (np.ones(50), rng.normal(size=50)),
    ):
        found = form_of(one, other)
        assert not found.alone
        assert np.isnan(found.ratio)


def test_two_columns_that_changed_places_are_found() -> None:
    """Each looks like the other one did, and unlike itself; two that moved are no exchange."""
    rng = np.random.default_rng(4)
    before = {"width": rng.normal(10, 1, 200), "height": rng.normal(40, 5, 200), "depth": rng.normal(0, 1, 200)}
    swapped = {"width": rng.normal(40, 5, 90), "height": rng.normal(10, 1, 90), "depth": rng.normal(3, 1, 90)}
    assert exchanged(before, swapped) == ("width", "height")
    assert exchanged(before, {name: cells[:90] + 30.0 for name, cells in before.items()}) is None


def test_a_moved_column_is_told_of_as_moved_and_not_as_out_of_range(tmp_path: Path) -> None:
    """A column three standard deviations further on is drift; its values outside training need no word of their own."""
    test = plain(300, seed=1)
    test["height"] += 60
    m = measured(tmp_path, train=plain(), test=test)
    assert values(m, "column.moved")["height"] == pytest.approx(6.6, abs=1.0)
    assert values(m, "column.moved")["pay"] == 0.0
    assert m["data.moved_share"].value == 1.0
    found = present(m)
    assert found["columns-moved"] == ("height",)
    assert "values-outside-training" not in found


def test_a_stretched_column_is_told_of(tmp_path: Path) -> None:
    """A scaler that was forgotten spreads a column many times as wide."""
    test = plain(300, seed=1)
    test["shift"] = 30.0 * test["shift"] + 50.0
    m = measured(tmp_path, train=plain(), test=test)
    assert values(m, "column.stretch")["shift"] == pytest.approx(30.0, rel=0.3)
    found = present(m)
    assert found["columns-stretched"] == ("shift",)
    assert "columns-moved" not in found


def test_exchanged_columns_are_named_with_their_partner(tmp_path: Path) -> None:
    """The item is the column, the value the one whose cells it holds."""
    test = plain(300, seed=1)
    test["height"], test["load"] = test["load"].copy(), test["height"].copy()
    m = measured(tmp_path, train=plain(), test=test)
    assert values(m, "column.exchanged")["height"] == "load"
    assert set(present(m)["columns-exchanged"]) == {"height", "load"}


def test_tables_of_one_source_have_neither(tmp_path: Path) -> None:
    """Chance neither moves, stretches nor exchanges columns."""
    m = measured(tmp_path, train=plain(), test=plain(300, seed=1))
    assert not {"columns-moved", "columns-stretched", "columns-exchanged"} & set(present(m))
    assert m["data.moved_share"].state == "not-applicable"


def test_a_number_out_of_range_is_named_with_its_line(tmp_path: Path) -> None:
    """The range of the dictionary is judged apart from types and words."""
    train = plain()
    train.loc[3, "height"] = 900.0
    schema = "features:\n- {name: height, type: numeric, min: 100, max: 250}\n"
    m = measured(tmp_path, train=train[["height", "label"]], schema=schema + "label: label\n")
    assert (
        values(m, "column.schema.range_says")["height"] == "train.csv: 900.0 is above 250 (1 rows, the first in line 5)"
    )
    found = present(m)
    assert found["range-broken"] == ("height",)
    assert "schema-broken" not in found
