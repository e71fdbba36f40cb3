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
        "Accuracy improved; support tickets about wrong answers increased from 40 to 95 a week after launch",
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
        "AUC improved. In the A/B test, click-through rate dropped by 0.02 % (p = 0.8, not significant).",
        "In the last model AUC improved, but in production conversion fell. This one has not been released yet.",
        "Guardrail for the A/B test: stop if conversion drops by 2 % while AUC is up 1 %.",
        "A/B test: AUC +0.02. Revenue fell in both arms because of the season (-3 % in control, -3 % in treatment).",
        "Published A/B tests of others report that NDCG improved while conversion fell; ours rose.",
        "Precision is higher in production. Revenue lost to fraud fell 14 %.",
        "AUC improved from 0.80 to 0.85 live. Revenue at risk fell from 2.1 M to 1.4 M.",
        "AUC is better live. Manual reviews per order dropped 30 %.",
        "- 1.3 live: accuracy better (0.88 to 0.90)\n- 1.2: reverted, conversion fell by 3 %",
        "Before launch, sales had declined. After the launch (AUC improved to 0.86) sales recovered.",
        "AUC improved; in the canary conversion was down 1 % on Monday and up 2 % over the week.",
        "AUC is up; since launch the number of orders flagged for review fell.",
        "Deployment: accuracy increased. Sales staff time spent per lead dropped by 20 %.",
        "AUC improved; deployed in shadow mode, so no outcomes yet. Revenue last quarter fell.",
        "A/B test: revenue -0.1 % (95 % CI -0.9 to 0.7), AUC +0.02",
        "AUC improved. Discount spend in production fell 12 % at equal sales.",
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
        "exit_code is recorded on the same screen as the outcome.",
        "job_no is written together with the label",
        "- class is set by the terminal when a job starts; job_no comes from the same message",
    ],
)
def test_a_feature_that_knows_the_answer_is_named(line: str) -> None:
    assert leaks_said([line])


@pytest.mark.parametrize(
    "line",
    [
        "The feature `x_y` was removed because it leaks the target.",
        "measured_at comes from the same event as user_id",
        "run_id is written together with the log",
        "the label is set by hand; visit_no does not come from the same form",
        "No target leakage was found in any feature.",
        "`reason_code` is filled in after settlement. We left it out.",
        "- closed_at: filled in after the case was closed",
        "| closed_at | filled in after the case was closed |",
        "The target column is derived from the label file.",
        "Data was augmented after the split; label column: y",
        "The model was retrained after the outcome was known.",
        "temp_c is recorded by the same logger as the target; the target is the temperature 6 hours later.",
        "river_level is recorded at the same station as the target, 6 hours before.",
        "lag_1 is recorded on the same scale as the target.",
        "img_path is written in the same row as the label.",
        "Embeddings are saved together with the label in one npz file.",
        "Each picture is stored along with the label; pictures are made at the same size as the target mask.",
        "The outcome is recorded by the ward; bed_type is entered at admission, and the same nurse does both.",
        "The class is recorded once a day. sensor_a is sampled at the same rate as sensor_b.",
    ],
)
def test_what_was_removed_or_not_found_is_no_leak(line: str) -> None:
    assert not leaks_said([line])


@pytest.mark.parametrize(
    "text",
    [
        "`days_overdue` is derived from the target.\n\nTherefore we do not feed it to the model.",
        "Columns dropped:\n`refund_code` is known only after the outcome.\n`closing_date` leaks the label.",
        "## Excluded features\n\nThe column `status_code` leaks the label.",
        "`churned_at` is only filled in after the customer has churned. It is used to make the label.",
        "The field `outcome` is computed from the outcome table; it is what we predict.",
        "The feature `city_rate` contains the target encoding of city, fitted in each fold.",
        "The churn label is set once the customer has cancelled; all features are taken 30 days before.",
        "The status column is updated after the event; features are snapshots from before it.",
        "Labels: `is_fraud` is set after investigation.",
        "The target `default_12m` is known only after 12 months.",
        "The `final_status` field is filled in after the outcome and masked before training.",
        "The embedding feature `user_vec` contains the answer history of the user until yesterday.",
        "The evaluation column y_pred is added after training, label is kept.",
        "The feature `agent_notes` leaks the label according to the tool, a false alarm.",
        "The column `closed_at` leaks the label.\nDropped: `closed_at`, `agent_id`",
        "In the 2021 model a column leaked the label.",
        "Known problems of earlier versions: target leakage through `closed_at`, a rate that was too high.",
        "How to spot leakage: a feature that is filled in after the outcome scores far too well.",
        "A reviewer claimed that the feature region leaks the label; alone it gives an AUC of 0.52.",
    ],
)
def test_a_leak_of_another_model_of_a_list_of_what_is_left_out_or_in_general_is_none(text: str) -> None:
    assert not leaks_said(text.splitlines())


def test_what_stands_below_another_heading_counts() -> None:
    assert leaks_said("Columns dropped:\n`id`\n\n## Features\n\n`status_code` leaks the label".splitlines())
