"""Scores of classes under the names that people give the columns."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from mladvisor.features.evaluation.prediction_table import read
from mladvisor.tables.table import Table


def _table(names: list[str], classes: list[object], truth: str = "label") -> Table:
    rng = np.random.default_rng(0)
    scores = rng.dirichlet(np.ones(len(names)), 90)
    true = [classes[at % len(classes)] for at in range(90)]
    return Table(
        "predictions", "p.csv", pd.DataFrame({truth: true, **{name: scores[:, at] for at, name in enumerate(names)}})
    )


@pytest.mark.parametrize(
    ("names", "classes"),
    [
        (["p0", "p1", "p2"], [0, 1, 2]),
        (["prob0", "prob1", "prob2", "prob3"], [0, 1, 2]),
        (["class_0", "class_1", "class_2"], [0, 1, 2]),
        (["cat", "dog", "fox"], ["cat", "dog", "fox"]),
        (["Cat", "Dog", "Fox"], ["cat", "dog", "fox"]),
        (["cat_prob", "dog_prob", "fox_prob"], ["cat", "dog", "fox"]),
        (["prob_cat", "prob_dog", "prob_fox"], ["cat", "dog", "fox"]),
        (["0", "1", "2"], [0, 1, 2]),
    ],
)
def test_scores_under_any_name(names: list[str], classes: list[object]) -> None:
    """A prefix, a suffix, or the class alone; a class that no row has may have a score, where classes are numbers."""
    found = read(_table(names, classes))
    assert found.scores is not None
    assert found.scores.shape == (90, len(names))
    assert found.kind == "multiclass"


def test_other_columns_are_no_scores() -> None:
    """Columns of the data that end in numbers stay what they are."""
    frame = pd.DataFrame({"y_true": [0, 1, 2] * 30, "y_pred": [0, 1, 2] * 30, "c1": range(90), "c7": range(90)})
    assert read(Table("predictions", "p.csv", frame)).scores is None


def test_the_only_unit_of_an_output_tells_the_second_class() -> None:
    """`out_0` counts the units of the output: one unit says how sure the model is of 1; `prob_0` is the class 0."""
    frame = pd.DataFrame({"y_true": [0, 1] * 30, "out_0": [0.1, 0.9] * 30})
    found = read(Table("predictions", "p.csv", frame))
    assert found.score is not None
    assert found.score[1] == pytest.approx(0.9)
    other = read(Table("predictions", "p.csv", frame.rename(columns={"out_0": "prob_0"})))
    assert other.score is not None
    assert other.score[1] == pytest.approx(0.1)
