"""Rows that are divided by group on purpose."""

from __future__ import annotations

import pytest

from .fakes import loss, measures


@pytest.mark.parametrize(
    ("config", "told"),
    [
        ({"split": "GroupKFold", "folds": 5}, True),
        ({"cv": "leave-one-site-out"}, True),
        ({"cv.group_column": "site"}, True),
        ({"cv.group_column": ""}, None),
        ({"split": "stratified", "param_groups": "2", "wandb.group": "exp 4"}, None),
    ],
)
def test_settings_tell_a_split_by_group(config: dict[str, object], told: bool | None) -> None:
    """By the name of the scheme, or of the group; nothing said is not known."""
    assert measures(loss([1.0, 0.5]), config=config).value("split.by_group") is told
