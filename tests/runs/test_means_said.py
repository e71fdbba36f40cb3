"""Means of columns in two tables, as sentences tell them."""

from __future__ import annotations

import pytest

from mladvisor.runs.means_said import means_in_line


@pytest.mark.parametrize(
    ("line", "means", "spreads"),
    [
        ("vib: train mean 1.6 (sd 1.9), val mean 6.3 (sd 2.1)", [1.6, 6.3], [1.9, 2.1]),
        ("- pressure train mean=2.0 std=0.5, test mean=3.5 std=0.5", [2.0, 3.5], [0.5, 0.5]),
        ("vibration mean 1.6 in train and 6.3 in val, std 1.9 in both", [1.6, 6.3], [1.9, 1.9]),
        ("age has a mean of 41 in training and 63 in production", [41.0, 63.0], []),
        ("epoch 3: train mean loss 0.3, val mean 0.5", [], []),
        ("loss train mean 0.3, val mean 0.5", [], []),
        ("rmse has mean 1.2 (sd 0.1) in train and 1.9 (sd 0.1) in val over five seeds", [], []),
        ("confidence: train mean 0.95 (sd 0.02), val mean 0.86 (sd 0.02)", [], []),
        ("latency has mean 31 (sd 2) in train and 11 (sd 2) in val", [], []),
        ("we subtract the train mean 1.6 from all columns", [], []),
        ("vib: train mean 1.6, val mean 6.3 before the sensor was fixed", [], []),
    ],
)
def test_means_by_split(line: str, means: list[float], spreads: list[float]) -> None:
    said = list(means_in_line(line))
    assert [each.value for each in said if each.what == "mean"] == means
    assert [each.value for each in said if each.what == "std"] == spreads
