"""Dropout behind the last layer by the settings."""

from __future__ import annotations

from typing import Any

import pytest

from .fakes import measures


@pytest.mark.parametrize(
    ("config", "expected"),
    [
        ({"head": "Linear(64, 10) -> Dropout(0.6)"}, "dropout"),
        ({"model.head": ["Dense(32)", "ReLU", "Dense(10)", "BatchNormalization"]}, "batchnormalization"),
        ({"model.head": "nn.Linear(64, 10), nn.Dropout(0.5)"}, "dropout"),
        ({"head_post": "dropout"}, "dropout"),
        ({"after_logits": "LayerNorm"}, "layernorm"),
        ({"head": "Dropout(0.6) -> Linear(64, 10)"}, None),
        ({"head": "Linear(64, 10) -> Softmax"}, None),
        ({"head_post": "none"}, None),
        ({"head_dropout": 0.6}, None),
        ({"classifier": "logistic"}, None),
    ],
)
def test_what_stands_behind_the_last_layer(config: dict[str, Any], expected: str | None) -> None:
    """Only what follows the layer of weights changes finished answers."""
    assert measures(config=config).one("config.behind_output").value == expected
