"""Numbers of one column that are written with a unit in some cells and without in others."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mladvisor.tables.table import Table
from mladvisor.tables.written_units import with_unit


def _share(cells: list[str]) -> float:
    return with_unit(Table("train", "train.csv", pd.DataFrame({"a": cells})), "a").share


@pytest.mark.parametrize(
    ("cells", "share"),
    [
        (["46 mo", "12", "7", "3 mo"], 0.5),
        (["62.1 EUR", "70", "1,200.5", "88"], 0.25),
        (["€ 12", "13", "14", "15"], 0.25),
        (["7%", "8", "9%", "10"], 0.5),
        (["46 mo", "12 mo", "7 mo", "3 mo"], 0.0),
        (["S", "M", "38", "40"], 0.0),
        (["12a", "12b", "12c", "13"], 0.0),
        (["north", "south", "12 km", "3"], 0.0),
    ],
)
def test_units_in_some_cells(cells: list[str], share: float) -> None:
    """A unit is one and the same, and all other cells are plain numbers; sizes and house numbers have none."""
    assert _share(cells * 20) == pytest.approx(share)


@given(st.lists(st.text(max_size=12), min_size=1, max_size=30))
def test_any_cells_are_read_without_a_crash(cells: list[str]) -> None:
    assert 0.0 <= _share(cells) <= 1.0
