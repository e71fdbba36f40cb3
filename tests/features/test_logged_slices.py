"""Metrics of single groups: as curves of the log beside counts in the settings, or as a report with decimal commas."""

from __future__ import annotations

from pathlib import Path

import pytest

from mladvisor.features.catalogue import Measures
from mladvisor.runs.read import read_run


def run_of(folder: Path, log: str, settings: str) -> Measures:
    (folder / "metrics.csv").write_text(log)
    (folder / "config.yaml").write_text(settings)
    return Measures(read_run(folder))


@pytest.mark.parametrize(("one", "other"), [("val_acc_scan", "val_acc_photo"), ("val/acc/scan", "val/acc/photo")])
@pytest.mark.parametrize("counted", ["sources", "class_counts"])
def test_curves_of_groups_are_a_report_by_slice(tmp_path: Path, one: str, other: str, counted: str) -> None:
    """Where the settings count the rows of the groups; what counts classes is about no groups."""
    log = f"epoch,train_loss,val_loss,val_acc,{one},{other}\n" + "".join(
        f"{n},{1 / (n + 1):.3f},{1 / (n + 1):.3f},{0.5 + 0.03 * n:.3f},{0.6 + 0.03 * n:.3f},{0.1 + 0.01 * n:.3f}\n"
        for n in range(10)
    )
    settings = f"{counted}:\n  train: {{scan: 1400, photo: 10}}\n  val: {{scan: 280, photo: 80}}\n"
    found = run_of(tmp_path, log, settings)["reported_slice.error"]
    if counted == "class_counts":
        assert "photo" not in str(found)
        return
    m = Measures(read_run(tmp_path))
    assert m["reported_slice.error"]["photo"].value == pytest.approx(0.82)
    assert m["reported_slice.rest"]["photo"].value == pytest.approx(0.16)
    assert m["reported_slice.train_rows"]["photo"].value == 10
    assert m["reported_slice.share"]["photo"].value == pytest.approx(80 / 360)


@pytest.mark.parametrize("name", ["metriques_par_segment", "metricas_por_segmento", "metriken_nach_segment"])
def test_a_report_may_be_written_with_decimal_commas(tmp_path: Path, name: str) -> None:
    """Between semicolons 0,93 is a number; the name says in any language what the rows are cut by."""
    rows = "statut;n_train;n_eval;accuracy\nheberge;12;310;0,5258\nlocataire;1326;291;0,8763\nALL;1338;601;0,7\n"
    (tmp_path / f"{name}.csv").write_text(rows)
    m = run_of(tmp_path, "epoch,train_loss,val_loss\n0,1,1\n1,0.9,0.9\n2,0.8,0.8\n", "lr: 0.1\n")
    assert m["reported_slice.error"]["heberge"].value == pytest.approx(0.4742)
    assert set(m["reported_slice.error"]) == {"heberge", "locataire"}
