"""Reports by group: which column errors are counted from, and the one group that is thin in training."""

from __future__ import annotations

from pathlib import Path

import pytest

from mladvisor.features.catalogue import Measures
from mladvisor.features.measured import Measured
from mladvisor.runs.read import read_run

LOG = "epoch,train_loss,val_loss\n" + "".join(f"{n},{1 / n},{1.1 / n}\n" for n in range(1, 9))


def _run(folder: Path, report: str) -> Measures:
    (folder / "metrics.csv").write_text(LOG)
    (folder / "slice_metrics.csv").write_text(report)
    return Measures(read_run(folder))


def test_errors_are_counted_from_a_metric_that_has_a_zero(tmp_path: Path) -> None:
    """A coefficient of determination has none; the mean error beside it has."""
    m = _run(
        tmp_path, "slice,n_train,n_test,r2,mae\nkind=a,400,120,0.97,2.0\nkind=b,9,60,0.5,14.0\nkind=c,390,110,0.9,2.2\n"
    )
    found = m["reported_slice.error"]
    assert isinstance(found, dict)
    assert found["kind=b"].value == 14.0


THIN = "slice,n_train,n_test,accuracy\nnorth,400,120,0.90\nsouth,380,118,0.91\nwest,{},{},{}\n"


@pytest.mark.parametrize(
    ("report", "times"),
    [
        (THIN.format(12, 90, 0.7), 17.8),
        (THIN.format(12, 90, 0.97), 1.0),  # served as well as the others
        (THIN.format(100, 30, 0.7), 1.0),  # as common as in training
        ("slice,n_train,n_test,accuracy\nnorth,700,120,0.9\nsouth,90,118,0.9\nwest,12,90,0.7\n", 1.0),  # all differ
    ],
)
def test_one_group_that_is_thin_in_training_while_the_others_keep_their_shares(
    tmp_path: Path, report: str, times: float
) -> None:
    found = _run(tmp_path, report)["report.thin_group"]
    assert isinstance(found, Measured)
    assert found.value == pytest.approx(times, rel=0.05)


def test_of_two_groups_nobody_can_tell_which_is_thin(tmp_path: Path) -> None:
    m = _run(tmp_path, "slice,n_train,n_test,accuracy\nnorth,400,120,0.90\nwest,12,90,0.7\n")
    assert not m["report.thin_group"].known  # type: ignore[union-attr]
