"""What single rows, surplus columns and columns that nobody can read are not taken for."""

from __future__ import annotations

from pathlib import Path

from .folders import measured, plain, present


def test_one_row_of_each_table_accuses_nothing(tmp_path: Path) -> None:
    """Two rows of two classes: no class of one stands in the other, and that means nothing."""
    m = measured(tmp_path, train="a,b,y\n1,2,0\n", test="a,b,y\n3,9,1\n")
    assert present(m) == {}


def test_a_column_of_the_evaluation_table_alone_is_surplus_and_missing_nowhere(tmp_path: Path) -> None:
    """What training lacks breaks the schema of evaluation; what evaluation lacks is missing there."""
    test = plain(400, seed=1)
    found = present(
        measured(tmp_path, train=plain(1200), test=test.assign(extra=test["pay"])[["extra", *test.columns]])
    )
    assert found["column-unknown-to-training"] == ("extra",)
    assert "columns-differ-between-splits" not in found


def test_an_amount_about_nought_in_a_raw_table_is_no_scaled_one(tmp_path: Path) -> None:
    """Ten times the values of one column that happens to have mean 0 and spread 1: its unit, and no scaler's fault."""
    test = plain(800, seed=1)
    found = present(measured(tmp_path, train=plain(2400), test=test.assign(shift=test["shift"] * 10)))
    assert "shift" in found["unit-changed"]
    assert "engineered-column-off" not in found
