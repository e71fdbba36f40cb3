"""How large trees may grow."""

from __future__ import annotations

from typing import Any

import pytest

from .fakes import measures


@pytest.mark.parametrize(
    ("config", "leaves"),
    [
        ({"num_leaves": 2}, 2),
        ({"params.max_depth": 1}, 2),
        ({"max_depth": 6, "num_leaves": 31}, 31),
        ({"max_depth": 3, "num_leaves": 31}, 8),
        ({"max_depth": -1, "num_leaves": 31}, 31),
        ({"max_depth": -1}, None),
        ({}, None),
    ],
)
def test_leaves_of_a_tree_at_most(config: dict[str, Any], leaves: float | None) -> None:
    """The tighter of leaves and depth counts; no limit is no number."""
    assert measures(config=config).value("config.tree_leaves") == leaves


@pytest.mark.parametrize(
    ("config", "rows"),
    [
        ({"min_data_in_leaf": 500}, 500),
        ({"params.min_child_samples": 20}, 20),
        ({"min_data_in_leaf": -1}, None),
        ({}, None),
    ],
)
def test_rows_of_a_leaf_at_least(config: dict[str, Any], rows: float | None) -> None:
    """By the names that libraries give it."""
    assert measures(config=config).value("config.leaf_rows") == rows


@pytest.mark.parametrize(
    ("config", "weight"),
    [({"min_child_weight": 300}, 300), ({"min_sum_hessian_in_leaf": 0.001}, 0.001), ({"min_child_samples": 20}, None)],
)
def test_weight_of_a_leaf_at_least(config: dict[str, Any], weight: float | None) -> None:
    """The sum of second derivatives, which is no count of rows."""
    assert measures(config=config).value("config.leaf_weight") == weight


@pytest.mark.parametrize(
    ("config", "l1", "l2"),
    [
        ({"objective": "binary:logistic", "eta": 0.1, "min_child_weight": 1, "lambda": 1e5, "alpha": 2.0}, 2.0, 1e5),
        ({"learning_rate": 0.1, "num_leaves": 7, "lambda": 3.0, "lambda_l2": 1.0}, None, 1.0),
        ({"lr": 0.1, "lambda": 1e5, "alpha": 0.5}, None, None),  # of a network they may be anything
    ],
)
def test_penalties_as_xgboost_calls_them(config: dict[str, Any], l1: float | None, l2: float | None) -> None:
    """`lambda` and `alpha` are penalties where trees are boosted; a name that says more comes first."""
    m = measures(config=config)
    assert (m.value("config.l1"), m.value("config.l2")) == (l1, l2)


@pytest.mark.parametrize(
    ("config", "gain"),
    [
        ({"booster": "gbtree", "max_depth": 5, "gamma": 300.0}, 300.0),
        ({"min_split_loss": 4, "booster": "gbtree"}, 4.0),
        ({"gamma": 0.99, "env": "CartPole-v1"}, None),
        ({"scheduler.gamma": 0.1, "booster": "gbtree"}, None),
    ],
)
def test_least_gain_of_a_split(config: dict[str, Any], gain: float | None) -> None:
    """Gamma is one of boosted trees alone, and not that of a schedule."""
    assert measures(config=config).value("config.least_gain") == gain
