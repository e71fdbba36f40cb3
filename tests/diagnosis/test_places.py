"""Places that rules compute stay on the axis of the log."""

from __future__ import annotations

import pytest

from mladvisor.diagnosis.engine import _on_axis
from mladvisor.features.measured import Where


@pytest.mark.parametrize(
    ("x", "unit", "start", "expected"),
    [
        (-11.8, "step", 5.0, 0.0),
        (158.4, "step", 5.0, 158.0),
        (14.5, "epoch", 0.0, 14.5),
        (-0.5, "epoch", -1.0, -0.5),
        (float("nan"), "step", 0.0, None),
        (None, "", None, None),
    ],
)
def test_a_computed_x_is_one_that_the_log_could_have(
    x: float | None, unit: str, start: float | None, expected: float | None
) -> None:
    """Not before the log can begin, whole where steps are counted, and no number that is none."""
    assert _on_axis(x, Where("log.csv", "loss", unit, start, 20.0)) == expected
