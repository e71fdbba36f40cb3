"""Sentences about outcomes in use beside the metric, and about features that know the answer."""

from __future__ import annotations

import pytest

from mladvisor.runs.leaks_said import leaks_said
from mladvisor.runs.outcomes_said import moved_said


@pytest.mark.parametrize(
    "text",
    [
        "Offline NDCG@10 improved from 0.39 to 0.43.\nIn the A/B test, click-through rate dropped by 1.9% (p = 0.002).",
        "AUC is up two points, but in production conversion fell from 5.1 % to 4.6 %.",
        "After the rollout: RMSE down by 8 %, complaints up 12 %.",
        "A/B test: revenue per user -2.3%, AUC +0.02",
    ],
)
def test_the_metric_got_better_and_the_outcome_worse(text: str) -> None:
    assert moved_said(text.splitlines()).against


@pytest.mark.parametrize(
    "text",
    [
        "Offline NDCG improved from 0.39 to 0.43. In the A/B test click-through rate rose by 2.1%.",
        "In production accuracy fell and revenue fell.",  # the metric went with it
        "Accuracy improved. Live conversion did not drop.",
        "The loss dropped from 1.2 to 0.3, and accuracy improved.",  # nothing of use
        "Validation AUC improved; online churn fell by 3 %.",
    ],
)
def test_outcomes_that_follow_or_are_not_told_speak_against_nothing(text: str) -> None:
    assert not moved_said(text.splitlines()).against


@pytest.mark.parametrize(
    "line",
    [
        "The feature `case_closed_reason` is only filled in after the customer has churned.",
        "days_overdue is derived from the target.",
        "`closed_at` is not available at scoring time.",
        "status_code leaks the label",
    ],
)
def test_a_feature_that_knows_the_answer_is_named(line: str) -> None:
    assert leaks_said([line])


@pytest.mark.parametrize(
    "line",
    [
        "The feature `x_y` was removed because it leaks the target.",
        "No target leakage was found in any feature.",
        "`reason_code` is filled in after settlement. We left it out.",
        "- closed_at: filled in after the case was closed",
        "| closed_at | filled in after the case was closed |",
        "The target column is derived from the label file.",
        "Data was augmented after the split; label column: y",
        "The model was retrained after the outcome was known.",
    ],
)
def test_what_was_removed_or_not_found_is_no_leak(line: str) -> None:
    assert not leaks_said([line])
