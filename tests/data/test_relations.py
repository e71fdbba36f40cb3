"""Columns that are related differently in two tables."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from .folders import measured, plain, present, values


def test_a_column_that_slipped_against_the_others(tmp_path: Path) -> None:
    """Each column is as it was, and the two no longer go together: the pair is named."""
    train, test = plain(2000), plain(800, seed=1)
    for frame in (train, test):
        frame["load"] = (frame["height"] + np.random.default_rng(3).normal(0, 3, len(frame))).round(3)
    test["load"] = np.random.default_rng(0).permutation(test["load"].to_numpy())
    m = measured(tmp_path, train=train, test=test)
    assert values(m, "split.relation_shift")["test"] > 0.5
    assert values(m, "split.relation_shift_says")["test"].startswith("height and load: 0.9")
    found = present(m)
    assert found["columns-related-differently"] == ("test",)
    assert "columns-drift" not in found


@pytest.mark.parametrize("rows", [150, 600, 3000])
@pytest.mark.parametrize("seed", range(3))
def test_one_source_relates_alike(tmp_path: Path, rows: int, seed: int) -> None:
    """Whatever the number of rows."""
    m = measured(tmp_path, train=plain(rows, seed=seed), test=plain(rows // 3 + 60, seed=seed + 30))
    assert values(m, "split.relation_shift").get("test", 0.0) == 0.0
