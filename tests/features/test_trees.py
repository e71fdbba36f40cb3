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
