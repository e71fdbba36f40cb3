"""Coefficients of a linear model among the lines of a log."""

from __future__ import annotations

import pytest

from mladvisor.runs.coefficients_said import coefficients_in

LIST = ["age        0.418", "dti       -0.184", "plan       0.02"]


@pytest.mark.parametrize(
    ("heading", "found"),
    [
        ("coefficients (standardised)", 3),
        ("Pearson correlation coefficients", 0),
        ("Dice coefficient per organ", 0),
        ("done", 0),
    ],
)
def test_lists_below_a_heading(heading: str, found: int) -> None:
    """Other things are called coefficients, too: those are of no inputs."""
    assert len(list(coefficients_in([heading, *LIST, "epoch 1"]))) == found


def test_many_headings_are_read_in_one_pass() -> None:
    assert list(coefficients_in(["coef"] * 200_000)) == []
