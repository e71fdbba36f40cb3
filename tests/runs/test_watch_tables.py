"""Tables that follow a model in use are no logs, and tell what is left of its scores."""

from __future__ import annotations

from pathlib import Path

import pytest

from mladvisor.features.catalogue import Measures
from mladvisor.runs.read import read_run
from mladvisor.runs.watch_tables import is_judged, is_watch

LOG = "epoch,train_loss,val_loss,val_auc\n" + "".join(f"{n},{1 / n},{1.1 / n},{0.7 + n / 50}\n" for n in range(1, 9))
WEEKS = (
    "week,n,accuracy,recall,auc\nvalidation,600,0.98,0.97,0.95\n2024-W41,60,0.75,0.0,0.7\n2024-W42,180,0.75,0.0,0.74\n"
)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (WEEKS, True),
        ("semaine;n;mae\nvalidation;600;4830,0\n2024-W41;70;140700,0\n", True),
        ("Monat;Anzahl;rmse\nValidierung;600;1,5\n2024-05;70;4,5\n", True),
        ("month,n,auc\noffline test,600,0.9\nJan,70,0.8\n", True),
        ("epoch,loss,auc\n1,0.9,0.8\n2,0.8,0.9\n", False),
        ("week,n,auc\n2024-W41,60,0.7\n2024-W42,180,0.74\n", False),  # a model trained anew each week has such rows
        ("week,orders\nvalidation,60\n2024-W42,180\n", False),
    ],
)
def test_a_row_for_each_week_in_use(text: str, told: bool) -> None:
    assert is_watch(text.splitlines()) is told


def test_what_a_model_was_judged_by() -> None:
    assert is_judged("validation") and is_judged("offline holdout") and not is_judged("2024-W41")


@pytest.mark.parametrize("name", ["monitoring_weekly.csv", "suivi_hebdo.csv", "after_release.csv"])
def test_scores_in_use_are_no_curves_and_are_held_against_validation(tmp_path: Path, name: str) -> None:
    """The order of scores, which neither the threshold nor the mix of classes moves, says how much is lost."""
    (tmp_path / "log.csv").write_text(LOG)
    (tmp_path / name).write_text(WEEKS)
    m = Measures(read_run(tmp_path))
    assert {curve.name for curve in m.run.curves} == {"train_loss", "val_loss", "val_auc"}
    assert m["report.lost_in_use"].value == pytest.approx(1 - (0.73 - 0.5) / (0.95 - 0.5))


def test_the_log_of_a_tracker_is_found_below_such_a_table(tmp_path: Path) -> None:
    metrics = tmp_path / "mlruns/1/abc/metrics"
    metrics.mkdir(parents=True)
    for name, least in (("train_loss", 0.1), ("val_loss", 0.2)):
        (metrics / name).write_text("".join(f"{1730073600000 + n} {least + 1 / (n + 1)} {n}\n" for n in range(6)))
    (tmp_path / "monitoring_weekly.csv").write_text(WEEKS)
    run = read_run(tmp_path)
    assert {curve.name for curve in run.curves} == {"train_loss", "val_loss"}
    assert run.files["in_use"] == ("monitoring_weekly.csv",)


def test_weeks_in_another_language_beside_a_log(tmp_path: Path) -> None:
    """Releases without a row for validation are no curves of the training beside them, either."""
    (tmp_path / "log.csv").write_text(LOG)
    (tmp_path / "semanas.csv").write_text("semana,n,recall\n2024-W41,60,0.1\n2024-W42,180,0.2\n")
    assert "recall" not in {curve.name for curve in read_run(tmp_path).curves}
