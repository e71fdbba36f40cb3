"""AUC, average precision, confusion, F1, R2: values by definition, errors by simulation."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mladvisor.features.evaluation import decisions, numbers, ranking

from .folders import scores


@given(st.lists(st.tuples(st.integers(0, 6), st.booleans()), min_size=2, max_size=40))
def test_auc_is_the_chance_of_ranking_above_ties_a_half(rows: list[tuple[int, bool]]) -> None:
    """By its definition over all pairs of a positive and a negative row."""
    score, positive = np.array([s for s, _ in rows], float), np.array([p for _, p in rows])
    found = ranking.auc(score, positive)
    if positive.all() or not positive.any():
        assert found is None
        return
    a, b = score[positive][:, None], score[~positive][None, :]
    assert found is not None
    assert found[0] == pytest.approx(((a > b) + 0.5 * (a == b)).mean())
    assert found[1] > 0


def test_a_perfect_ranking_of_few_rows_keeps_an_error() -> None:
    """Ten rows ranked perfectly are no proof."""
    value, error = ranking.auc(np.arange(10.0), np.arange(10) >= 5) or (0, 0)
    assert value == 1.0
    assert error > 0.03


def test_the_error_of_auc_is_its_spread_over_samples() -> None:
    """Over 200 samples of one population the standard error is the standard deviation, within a fifth."""
    found = [ranking.auc(*scores(300, seed=seed)) for seed in range(200)]
    values, errors = np.array(found).T
    assert errors.mean() == pytest.approx(values.std(), rel=0.2)


def test_average_precision_takes_ties_together() -> None:
    """All scores equal: the precision is the share of positives; a perfect ranking has 1."""
    positive = np.array([True, False, False, True])
    assert ranking.average_precision(np.ones(4), positive)[0] == pytest.approx(0.5)  # type: ignore[index]
    assert ranking.average_precision(positive.astype(float), positive)[0] == pytest.approx(1.0)  # type: ignore[index]
    assert ranking.average_precision(np.ones(4), np.zeros(4, bool)) is None


def test_precision_is_the_positive_predictive_value() -> None:
    """8 of 10 calls are right although only 2 of 100 negatives are called: precision .8, specificity .98."""
    table = np.array([[98, 2], [4, 8]])
    assert decisions.precision(table, 1)[0] == pytest.approx(0.8)  # type: ignore[index]
    assert decisions.recall(table, 1)[0] == pytest.approx(8 / 12)  # type: ignore[index]
    assert decisions.f1(table, 1)[0] == pytest.approx(2 * 0.8 * (8 / 12) / (0.8 + 8 / 12))  # type: ignore[index]


def test_a_class_without_rows_or_calls_has_no_share() -> None:
    """No rows: no recall; no calls: no precision."""
    table = np.array([[5, 0], [3, 0]])
    assert decisions.precision(table, 1) is None
    assert decisions.recall(np.array([[5, 1], [0, 0]]), 1) is None


def test_r2_of_the_mean_is_zero_and_its_error_is_honest() -> None:
    """Over 200 samples the standard error of R2 is its standard deviation, within a quarter."""
    rng = np.random.default_rng(0)
    found = []
    for _ in range(200):
        x = rng.normal(size=150)
        found.append(numbers.explained(x + rng.normal(size=150), x))
    values, errors = np.array(found).T
    assert errors.mean() == pytest.approx(values.std(), rel=0.25)
    true = rng.normal(size=50)
    assert numbers.explained(true, np.full(50, true.mean()))[0] == pytest.approx(0)  # type: ignore[index]
    assert numbers.explained(np.ones(5), np.ones(5)) is None
