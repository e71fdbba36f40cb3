"""Notes that set a run beside an earlier one."""

from __future__ import annotations

from pathlib import Path

import pytest

from mladvisor.features.catalogue import Measures
from mladvisor.runs.read import read_run
from mladvisor.runs.reference_lines import references_in


@pytest.mark.parametrize(
    ("line", "behind"),
    [
        ("- reference (last release, same period): val acc 0.847; this run: 0.697", 0.15),
        ("référence (version en service) : val acc 0,892 ; ce run : 0,770", 0.122),
        ("previous model auc=0.91, this run auc=0.93", -0.02),
        ("in production: val mae 5.0; candidate: 6.0", 0.2),
    ],
)
def test_how_far_a_run_stays_behind(tmp_path: Path, line: str, behind: float) -> None:
    """In points for a share, else as a share of the earlier value; of errors less is better."""
    (tmp_path / "metrics.csv").write_text("epoch,train_loss,val_loss\n0,1,1\n1,0.9,0.9\n2,0.8,0.8\n")
    (tmp_path / "NOTES.md").write_text(f"# Notes\n\n{line}\n")
    assert Measures(read_run(tmp_path)).value("report.behind_reference") == pytest.approx(behind)


@pytest.mark.parametrize(
    "line", ["previous epoch loss 0.5 now 0.4", "this run: 0.7; reference: 0.8", "reference implementation of acc 0.9"]
)
def test_other_lines_set_no_run_beside_another(line: str) -> None:
    """The earlier one comes first, and both have a value."""
    assert not list(references_in([line]))
