"""Scores of simple models in lines of a note."""

from __future__ import annotations

import pytest

from mladvisor.runs.models_in_lines import models_in_lines


@pytest.mark.parametrize(
    ("line", "scores"),
    [
        ("Random forest, 60 trees, same inputs: R2 hold-out -0.097", {"random forest": -0.097}),
        ("Ridge, same inputs: R2 hold-out -0.009", {"ridge": -0.009}),
        ("ridge: r2=-0.01", {"ridge": -0.01}),
        (
            "Logistic regression AUC 0.55, gradient boosting AUC 0.54",
            {"logistic regression": 0.55, "gradient boosting": 0.54},
        ),
        ("We trained it on 2024-06, twice: R2 0.1", {}),
    ],
)
def test_asides_and_scores_below_zero(line: str, scores: dict[str, float]) -> None:
    """What is said of a model stands between its name and its score; an R2 may lie below zero."""
    assert {said.name: said.value for said in models_in_lines([line]) if said.what == "baseline"} == scores
