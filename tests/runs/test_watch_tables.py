"""Tables that follow a model in use are no logs, and tell what is left of its scores."""

from __future__ import annotations

from pathlib import Path

import pytest

from mladvisor.features.catalogue import Measures
from mladvisor.runs.read import read_run
from mladvisor.runs.watch_tables import is_judged, is_statistics_in_time, is_watch, names_versions

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


WEEKLY = "week,n,age_mean,pay_mean,accuracy\n" + "".join(
    f"2026-W{n},300,{40 + 3 * (n - 10)},{2000 + n},{0.9 - 0.05 * (n - 10)}\n" for n in range(10, 18)
)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (WEEKLY, True),
        (WEEKLY.replace("week", "tydzien").replace(",", ";"), True),
        ("week,age,pay\n2026-W10,40,2000\n2026-W11,41,2100\n", False),
        ("date,age_mean,pay_mean\n2026-01-01,40,2000\n2026-01-01,41,2100\n", False),  # rows of data, several a day
    ],
)
def test_means_for_each_week_are_no_rows(text: str, told: bool) -> None:
    assert is_statistics_in_time(text.splitlines()) is told


@pytest.mark.parametrize(("reference", "shift"), [("reference_stats.json", 2.1), ("other_values.json", None)])
def test_weeks_in_use_beside_a_reference(tmp_path: Path, reference: str, shift: float | None) -> None:
    """What a reference is of needs no other word: data in use is compared with that of training."""
    (tmp_path / "log.csv").write_text(LOG)
    (tmp_path / "serving_weekly.csv").write_text(WEEKLY)
    (tmp_path / reference).write_text('{"age": {"mean": 40, "std": 10}, "pay": {"mean": 2010, "std": 400}}')
    m = Measures(read_run(tmp_path))
    assert "serving" not in m.run.files
    assert m["report.shift_in_use"].value == (pytest.approx(shift) if shift else None)
    assert m["report.use_worsens"].value > 1


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("model,offline_auc,retained\nv1,0.7,1982\nv2,0.8,1971\nv3,0.9,1899\n", True),
        ("candidate;auc\nranker-v1.0;0.7\nranker-v1.1;0.8\nranker-v2.0;0.9\n", True),
        ("model,auc\nforest,0.7\nlinear,0.8\nv3,0.9\n", False),
        ("model,auc\nv1,0.7\nv1,0.8\nv2,0.9\n", False),
        ("pump,auc\nv1,0.7\nv2,0.8\nv3,0.9\n", False),
    ],
)
def test_versions_in_the_first_column(text: str, told: bool) -> None:
    assert names_versions(text.splitlines()) is told
