"""Parts that hold one stretch each of a column, end to end: rows that were sorted by it and cut."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from .folders import measured, plain


def _cut(frame: pd.DataFrame, column: str) -> dict[str, pd.DataFrame]:
    frame = frame.sort_values(column, ascending=False)
    return {"train": frame.iloc[:600], "val": frame.iloc[600:750], "test": frame.iloc[750:]}


@pytest.mark.parametrize(("name", "told"), [("height", True), ("week", False)])
def test_rows_sorted_by_a_column_and_cut(tmp_path: Path, name: str, told: bool) -> None:
    """The column is named, unless it counts time: later rows are what such a split asks for."""
    parts = _cut(plain(900).rename(columns={"height": name}), name)
    found = measured(tmp_path, **parts)["column.cut_along"]
    assert isinstance(found, dict)
    assert [column for column, each in found.items() if each.value] == [name] * told


def test_rows_dealt_at_random_and_other_units_are_no_cut(tmp_path: Path) -> None:
    """Another unit puts a part elsewhere, and the parts do not meet."""
    frame = plain(900)
    val, test = frame.iloc[600:750], frame.iloc[750:]
    parts = {
        "train": frame.iloc[:600],
        "val": val.assign(height=val.height * 10),
        "test": test.assign(height=test.height / 100),
    }
    found = measured(tmp_path, **parts)["column.cut_along"]
    assert isinstance(found, dict) and not any(each.value for each in found.values())


def test_a_narrower_part_is_no_cut(tmp_path: Path) -> None:
    """A test set of tall people lies within what training holds."""
    frame = plain(900)
    tall = frame.height > np.quantile(frame.height, 0.8)
    parts = {"train": frame.iloc[:600], "val": frame.iloc[600:750], "test": frame[tall].iloc[:150]}
    found = measured(tmp_path, **parts)["column.cut_along"]
    assert isinstance(found, dict) and not found["height"].value


@pytest.mark.parametrize("seed", range(5))
def test_of_two_parts_the_seam_is_sharp(tmp_path: Path, seed: int) -> None:
    """A part that is shifted by its own width may meet the other, but both thin out there."""
    frame = plain(900, seed).sort_values("height")
    found = measured(tmp_path, train=frame.iloc[:700], test=frame.iloc[700:])["column.cut_along"]
    assert isinstance(found, dict) and found["height"].value
    frame = plain(900, seed)
    moved = frame.iloc[700:].assign(height=lambda t: t.height + 4.1 * t.height.std())
    found = measured(tmp_path, train=frame.iloc[:700], test=moved)["column.cut_along"]
    assert isinstance(found, dict) and not found["height"].value
