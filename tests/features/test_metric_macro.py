"""A macro F1 that one class alone brings."""

from __future__ import annotations

import numpy as np
import pytest

from .fakes import curve, measures


@pytest.mark.parametrize(
    ("y", "name", "share"),
    [
        ([0.3287] * 11 + [0.4626], "val_macro_f1", 11 / 12),
        ([0.12, 0.31, 0.55, 0.71, 0.78, 0.8], "val_macro_f1", 1 / 6),
        ([0.52, 0.61, 0.7, 0.71, 0.78, 0.8], "val_macro_f1", 0.0),
        ([0.3287] * 12, "val_weighted_f1", None),
    ],
)
def test_a_mean_that_rests_right_below_one_in_three(y: list[float], name: str, share: float | None) -> None:
    """Of three classes one has an F1 of nearly 1, and the others of 0."""
    metric = curve(name, "metric", "val", np.array(y), metric="f1")
    found = measures(metric, config={"num_classes": 3}).value("metric.val.macro_of_one")
    assert found == (share if share is None else pytest.approx(share))
