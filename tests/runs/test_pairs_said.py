"""Inputs that stand beside labels of other rows, by checks, queries and sentences."""

from __future__ import annotations

import pytest

from mladvisor.runs.pairs_said import apart_in_check, apart_in_line, apart_in_rows


@pytest.mark.parametrize(
    ("line", "share"),
    [
        ("From row 90 on each label belongs to the row before (41 of 50 pairs are wrong).", 0.82),
        ("The labels are shifted by one against the rows.", 1.0),
        ("Ab Zeile 90 gehört jedes Label zur vorhergehenden Zeile.", 1.0),
        ("La etiqueta de cada fila está desplazada una fila.", 1.0),
        ("The labels are not shifted by one against the rows.", None),
        ("If the labels are shifted by one against the rows, nothing is learnt.", None),
        ("Fixed: each label belonged to the row before.", None),
        ("3 of 500 labels are wrong in the sample of images.", None),  # badly labelled, in their place
    ],
)
def test_sentences(line: str, share: float | None) -> None:
    """What is said to be shifted, counted or not; conditions, negations and mended ones say nothing."""
    assert apart_in_line(line) == share


def test_queries() -> None:
    """Rows of a join by position, and how many are of one case; without a word of labels it is another comparison."""
    rows = [{"n": "900", "same_case": "9"}]
    assert list(apart_in_rows(rows, "select from inputs join labels")) == [0.99]
    assert list(apart_in_rows(rows, "rows of train that are in test")) == []


def test_checks() -> None:
    """Keys of inputs and labels that should be equal, row by row."""
    check = {"kwargs.column_a": "x_key", "kwargs.column_b": "y_key", "element_count": 200, "unexpected_count": 150}
    assert apart_in_check(check) == 0.75
    assert apart_in_check({**check, "kwargs.column_a": "price", "kwargs.column_b": "cost"}) is None
