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
