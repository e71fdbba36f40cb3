"""Scores that a program printed when it was done."""

from __future__ import annotations

import pytest

from mladvisor.runs.printed_scores import scores_printed


@pytest.mark.parametrize(
    ("line", "scores"),
    [
        ("train accuracy 1.0", {("accuracy", "train"): 1.0}),
        ("Training set score: 0.9546  Test set score: 0.93", {("score", "train"): 0.9546, ("score", "outside"): 0.93}),
        ("external cohort 0.6", {("score", "outside"): 0.6}),
        ("R2 prospective cohort (n=720) 0.641", {("r2", "outside"): 0.641}),
        ("ROC AUC out of time sample 0.6367", {("auc", "outside"): 0.6367}),
        ("AUC Bestand 2024 0.616  (n=800)", {("auc", "in-use"): 0.616}),
        (
            "Offline AUC (valid) 0.858; on the matured week-9 sample 0.509.",
            {("auc", "own"): 0.858, ("auc", "in-use"): 0.509},
        ),
        ("R^2 on the test set: -0.31", {("r2", "outside"): -0.31}),
        ("Accuracy of the network on the 10000 test images: 54 %", {("accuracy", "outside"): 0.54}),
        ("degree 9 train mse 0.0063 test mse 0.0283", {("mse", "train"): 0.0063, ("mse", "outside"): 0.0283}),
        ("AUC train=0.999 valid=0.61", {("auc", "train"): 0.999, ("auc", "own"): 0.61}),
        ("[train] macro F1 = 98.1%  [dev] macro F1 = 44.0%", {("f1", "train"): 0.981, ("f1", "own"): 0.44}),
        ("{'train_accuracy': 0.99, 'testAcc': 0.61}", {("accuracy", "train"): 0.99, ("accuracy", "outside"): 0.61}),
        (
            "Trainings-Genauigkeit: 0.99, Testgenauigkeit 0.7",
            {("accuracy", "train"): 0.99, ("accuracy", "outside"): 0.7},
        ),
        ("oob acc 0.82 test acc 0.4", {("accuracy", "own"): 0.82, ("accuracy", "outside"): 0.4}),
        ("out-of-bag score 0.82", {("score", "own"): 0.82}),
        ("CV scores: [0.61, 0.39, 0.72] mean 0.5733", {("score", "own"): 0.5733}),
    ],
)
def test_scores_in_words(line: str, scores: dict[tuple[str, str], float]) -> None:
    """The rows and the metric stand before the number; a metric is said once for several kinds of rows."""
    assert {(one.name, one.place): one.value for one in scores_printed([line])} == pytest.approx(scores)


@pytest.mark.parametrize(
    "line",
    [
        "train 1200 test 300",
        "train_size 0.8",
        "train 0.80 val 0.10 test 0.10",
        "train (1200, 3) pos rate 0.413",
        "train loss 0.31",
        "train mean 333.5 std 55.6 | test mean 336.7 std 53.6",
        "baseline test accuracy 0.61",
        "2024-06-06 12:55 auc 0.91",
        "auc in epoch 9 0.91",
        "weights [0.5, 0.25, 0.75] 0.9",
    ],
)
def test_what_is_no_score(line: str) -> None:
    """Counts, shares of rows, losses, statistics, and what other models score."""
    assert scores_printed([line]) == []


def test_a_curve_is_no_final_score() -> None:
    """What is printed after each epoch is read as a log."""
    assert scores_printed(f"epoch {at} train acc 0.9 val acc 0.8" for at in range(5)) == []


BLOCKS = (
    "== train n = 2250 positives = 839\nauc 1.00  accuracy 1.00\n[[1411 0]\n [0 839]]\n\n"
    "== test n = 750 positives = 279\nauc 0.68  accuracy 0.69\n"
)


def test_a_heading_names_the_rows_of_the_scores_below() -> None:
    """Scores in blocks, each under the name of its rows."""
    told = {(score.place, score.name): score.value for score in scores_printed(BLOCKS.splitlines())}
    assert told == {
        ("train", "auc"): 1.0,
        ("train", "accuracy"): 1.0,
        ("outside", "auc"): 0.68,
        ("outside", "accuracy"): 0.69,
    }


@pytest.mark.parametrize(
    "text",
    [
        "== train epoch 3\naccuracy 0.9\n",  # of a log
        "== train vs test\naccuracy 0.9\n",  # of both
        "== train\na\nb\nc\naccuracy 0.9\n",  # too far above
        "training the network\naccuracy 0.9\n",  # no heading
        "== test\nthreshold 0.5\n",  # no score
    ],
)
def test_other_lines_are_no_heading(text: str) -> None:
    """What does not name one kind of rows alone, right above."""
    assert scores_printed(text.splitlines()) == []
