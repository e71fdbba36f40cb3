"""The limit of iterations that a warning names."""

from __future__ import annotations

from pathlib import Path

import pytest

from mladvisor.features.catalogue import Measures
from mladvisor.runs.read import read_run

LOG = "epoch,loss,val_loss\n0,0.5,0.5\n1,0.3,0.3\n2,0.2,0.25\n"


@pytest.mark.parametrize(
    ("line", "limit"),
    [
        ("ConvergenceWarning: Stochastic Optimizer: Maximum iterations (5) reached and the optimization hasn't", 5),
        ("ConvergenceWarning: Solver terminated early (max_iter=20).  Consider pre-processing your data", 20),
        ("Maximum number of iteration reached before convergence. Consider increasing max_iter", None),
        ("maximum accuracy (5) of the month", None),
    ],
)
def test_the_limit_stands_in_the_warning(tmp_path: Path, line: str, limit: int | None) -> None:
    (tmp_path / "metrics.csv").write_text(LOG)
    (tmp_path / "nohup.out").write_text(f"start\n{line}\n  warnings.warn(\n")
    assert Measures(read_run(tmp_path)).value("printed.iterations_limit") == limit


@pytest.mark.parametrize(
    ("lines", "gain"),
    [
        (
            "max_iter 20: test 0.9685\nmax_iter 60: train 0.99 test 0.974\nmax_iter 150: train 1.0 test 0.97",
            -0.004,
        ),
        ("max_iter=100 val accuracy 0.61\nmax_iter=1000 val accuracy 0.83", 0.22),
        ("max_iter=100 val accuracy 0.61\nmax_iter=120 val accuracy 0.63", None),
        ("max_iter=100 train accuracy 0.61\nmax_iter=1000 train accuracy 0.83", None),
        ("iter 100 val accuracy 0.61\niter 1000 val accuracy 0.83", None),
    ],
)
def test_what_more_iterations_bring(tmp_path: Path, lines: str, gain: float | None) -> None:
    """Fits with several limits, each with its score on other rows."""
    (tmp_path / "metrics.csv").write_text("epoch,loss\n0,0.5\n1,0.3\n2,0.2\n")
    (tmp_path / "nohup.out").write_text(f"{lines}\n")
    assert Measures(read_run(tmp_path)).value("printed.iterations_gain") == (gain and pytest.approx(gain))
