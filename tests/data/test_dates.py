"""Dates outside of the years that nanoseconds reach, and the ends of the calendar that stand for no day."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from mladvisor.tables.order import dates
from mladvisor.tables.table import Table

DAY = 86_400.0
NATIVE = np.array(["1600-01-01", "2020-01-01", "2500-01-01"], dtype="datetime64[s]")


@pytest.mark.parametrize("cells", [["1600-01-01", "2020-01-01", "2500-01-01"], NATIVE], ids=["text", "native"])
def test_far_years_keep_their_order(cells: list[str] | np.ndarray) -> None:
    """In nanoseconds the year 1600 came out as 2184, and 2500 as 1915."""
    times = Table("train", "train.csv", pd.DataFrame({"born": cells})).times("born")
    assert (times / DAY).tolist() == [-135_140.0, 18_262.0, 193_579.0]


def _contracts(first: str, rows: int) -> Table:
    day = pd.date_range(first, periods=rows, freq="D").strftime("%Y-%m-%d").to_numpy(dtype=object)
    open_ones = np.where(np.arange(rows) % 3 == 0, "9999-12-31", day)
    return Table("train", "train.csv", pd.DataFrame({"valid_to": open_ones}))


def test_a_day_that_was_never_set_is_a_date_and_no_moment() -> None:
    """Contracts that run on end 9999-12-31: still a column of dates, and the split is judged by the days in it."""
    before, after = _contracts("2020-01-01", 300), _contracts("2021-01-01", 100)
    assert before.kind("valid_to") == "datetime"
    assert np.isposinf(before.times("valid_to")).sum() == 100
    found = dates(before, after, "valid_to")
    assert found is not None
    assert (found.overlap, found.later) == (0.0, 1.0)


def test_months_on_both_sides_of_the_cut() -> None:
    """Rows in the order of time, cut by their number: the month of the cut stands in both tables."""
    months = pd.date_range("2020-01-01", periods=900, freq="D").strftime("%Y-%m").to_numpy(dtype=object)
    before, after = (Table("t", "t.csv", pd.DataFrame({"month": part})) for part in (months[:710], months[710:]))
    found = dates(before, after, "month")
    assert found is not None
    assert (found.overlap, found.later) == (0.0, 1.0)
    moved = dates(before, Table("t", "t.csv", pd.DataFrame({"month": months[620:]})), "month")
    assert moved is not None
    assert moved.overlap > 0.2, "of rows that are earlier than the last one of training it is said"
