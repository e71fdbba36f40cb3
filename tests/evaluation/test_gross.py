"""Labels of a regression that lie far off."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from mladvisor.features.evaluation.gross import crossed, gross

from .folders import measures


@pytest.mark.parametrize("share", [0.005, 0.03])
def test_gross_errors_are_counted_and_the_farthest_comes_first(share: float) -> None:
    """Labels ten times too large stand far off a linear model; as many as were planted, and none else."""
    rng = np.random.default_rng(1)
    x = rng.normal(size=(4000, 4))
    y = 50 + x @ [5.0, 3.0, 0.0, 1.0] + rng.normal(0, 2, 4000)
    wrong = rng.choice(4000, int(4000 * share), replace=False)
    y[wrong] *= 10
    left = crossed(x, y)
    assert left is not None
    found = gross(left)
    assert found is not None
    assert set(found.rows.tolist()) == set(wrong.tolist())
    assert 0.0 < found.low < found.share == pytest.approx(share, abs=1e-3)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("noise", ["normal", "laplace", "t4", "lognormal", "spread grows", "uniform", "curve"])
def test_labels_that_scatter_by_nature(noise: str, seed: int) -> None:
    """Heavy tails, unequal spread and curved relations are no gross errors."""
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(3000, 4))
    made = {
        "normal": rng.normal(0, 2, 3000),
        "laplace": rng.laplace(0, 2, 3000),
        "t4": rng.standard_t(4, 3000),
        "lognormal": rng.lognormal(0, 1, 3000),
        "spread grows": rng.normal(0, 1, 3000) * np.exp(0.7 * x[:, 1]),
        "uniform": rng.uniform(-3, 3, 3000),
        "curve": 3 * x[:, 2] ** 2 + rng.normal(0, 1, 3000),
    }[noise]
    left = crossed(x, 50 + 5 * x[:, 0] + made)
    assert left is not None
    found = gross(left)
    assert found is None or found.share < 0.002


def test_large_amounts_over_powers_of_ten_are_no_gross_errors(tmp_path: Path) -> None:
    """Labels that live on a logarithmic scale are judged there: large ones are honest, slipped digits are seen."""
    rng = np.random.default_rng(5)
    x = rng.normal(size=(2000, 3))
    amount = np.exp(5 + 2.5 * x[:, 0] + 2 * x[:, 1] + 0.3 * rng.normal(size=2000))
    wrong = np.where(rng.random(2000) < 0.02, amount * 1000, amount)
    for name, label, seen in (("honest", amount, False), ("wrong", wrong, True)):
        train = {"a": x[:, 0], "b": x[:, 1], "c": x[:, 2], "amount": label}
        m = measures(tmp_path / name, train=train, manifest="label: amount\ntask: regression\n")
        low = m.value("labels.gross_low")
        assert (low is not None and low > 0.005) == seen
