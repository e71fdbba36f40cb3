"""Lines that put dropout or a normalisation behind the last layer."""

from __future__ import annotations

import pytest

from mladvisor.runs.behind_output_lines import behind_output_in


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("input 4 -> Dense(16) -> ReLU -> Dense(1) -> Dropout(0.4)", ["dropout"]),
        ("输入 4 → 全连接 16 → ReLU → 全连接 1 → Dropout(0.4)", ["dropout"]),
        ("input 4 -> Dense(16) -> Dropout(0.4) -> Dense(1)", []),
        ("input 4 -> Dense(16) -> ReLU -> Dense(1) -> Dropout(0.0)", []),
        ("x -> Linear(8, 32) -> GELU -> Linear(32, 8) -> Dropout(0.1)", []),  # the inside of a block
        ("Chain(\n  Dense(4 => 16, relu),\n  Dense(16 => 1),\n  Dropout(0.4),\n)", ["dropout"]),
        ("Chain(\n  Dense(4 => 16, relu),\n  Dropout(0.4),\n  Dense(16 => 1),\n)", []),
        ("W7 drop: dropout between last layer and loss", ["dropout"]),
        ("there is no dropout after the last layer", []),
        ("dropout_after_output = 0.3", ["dropout"]),
        ("dropout_after_output = 0.0", []),
    ],
)
def test_behind_the_last_layer(text: str, found: list[str]) -> None:
    """Chains from the inputs on, printed lists, remarks and rates."""
    assert list(behind_output_in(text.splitlines())) == found
