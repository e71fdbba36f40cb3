"""Rows that are repeated and look like no other."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from mladvisor.tables.absurd import absurd_copies

from .folders import measured, plain, present, table, values

NUMERIC = ["height", "pay", "load", "shift"]


def _hung(rows: int, *, columns: int = 4, first: int = 50) -> pd.DataFrame:
    """A device hung for so many rows, and wrote the same values, far off in some columns; labels went on."""
    frame = plain()
    stuck = slice(first, first + rows - 1)
    for name in frame.columns:
        if name not in ("row_id", "label"):
            frame.loc[stuck, name] = frame.loc[first, name]
    for name, value in list(zip(NUMERIC, (900.0, 1e6, 700.0, -80.0), strict=True))[:columns]:
        frame.loc[stuck, name] = value
    return frame


def test_a_device_that_hung_is_found_with_its_lines(tmp_path: Path) -> None:
    """Seven equal rows, far outside in four columns, in whatever table."""
    m = measured(tmp_path, train=_hung(7), test=plain(200, seed=1))
    assert values(m, "split.absurd_copies") == {"train": pytest.approx(7 / 400), "test": 0.0}
    said = values(m, "split.absurd_says")["train"]
    assert said.startswith(
        "7 equal rows on end from line 52, outside all others in 4 of 5 columns (height = 900, others"
    )
    assert present(m)["absurd-row-repeated"] == ("train",)


def test_scattered_copies_count_too() -> None:
    """After shuffling the copies are no neighbours."""
    found = absurd_copies(table(_hung(7).sample(frac=1.0, random_state=0)), [*NUMERIC, "visits"])
    assert found is not None
    assert (found.rows, found.neighbours) == (7, False)


@pytest.mark.parametrize(
    ("rows", "columns"), [(3, 4), (7, 1), (7, 0), (90, 4)], ids=["too few", "one column", "usual", "too many"]
)
def test_few_copies_and_usual_rows_are_not_absurd(rows: int, columns: int) -> None:
    """A row that was repeated on purpose may be extreme in one column; a quarter of the table is no accident."""
    found = absurd_copies(table(_hung(rows, columns=columns)), [*NUMERIC, "visits"])
    assert found is not None
    assert found.rows == 0


def test_words_alone_say_nothing() -> None:
    """There is no range of words."""
    assert absurd_copies(table(plain()), ["city", "member"]) is None
