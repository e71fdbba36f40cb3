"""Folders beside a log: reports and settings that lie in them belong to the run."""

from __future__ import annotations

import pytest

from mladvisor.runs.folders import MAX_OTHERS, companions_below
from mladvisor.runs.read import read_run

from .conftest import Folder

LOG = "epoch,train_loss,val_loss\n" + "".join(f"{at},{1 / (at + 1)},{1 / (at + 1) + 0.1}\n" for at in range(8))
LAYERS = "epoch,layer,grad_norm\n" + "".join(f"{at},{layer},0.1\n" for at in range(4) for layer in ("conv1", "fc"))


def test_reports_below_are_reports_of_the_run(folder: Folder) -> None:
    run = read_run(folder({"metrics.csv": LOG, "diagnostics/grads.csv": LAYERS, "docs/design.yaml": "layers: []\n"}))
    assert run.files["layers"] == ("diagnostics/grads.csv",)
    assert run.files["design"] == ("docs/design.yaml",)
    assert {curve.place.file for curve in run.curves} == {"metrics.csv"}


def test_rows_of_a_split_lie_in_folders_of_data_only(folder: Folder) -> None:
    run = read_run(folder({"metrics.csv": LOG, "reports/test.csv": "a,b\n1,2\n"}))
    assert "test" not in run.files


def test_the_only_settings_in_a_folder_of_settings(folder: Folder) -> None:
    run = read_run(folder({"metrics.csv": LOG, "conf/baseline.yml": "optimizer: adam\nlr: 0.01\n"}))
    assert run.config["lr"].value == 0.01
    assert any("conf/baseline.yml" in line for line in run.assumed)


def test_settings_beside_the_log_go_before_and_several_below_are_those_of_others(folder: Folder) -> None:
    below = {"conf/a.yml": "lr: 0.01\n", "conf/b.yml": "lr: 0.02\n"}
    assert not read_run(folder({"metrics.csv": LOG, **below})).config
    run = read_run(folder({"metrics.csv": LOG, "conf/a.yml": "lr: 0.01\n", "config.yml": "lr: 0.5\n"}))
    assert run.config["lr"].value == 0.5


def test_json_lines_in_a_folder_of_data_are_rows(folder: Folder) -> None:
    rows = "".join(f'{{"id": {at}, "text": "word {at}", "label": "{"ab"[at % 2]}"}}\n' for at in range(30))
    run = read_run(folder({"metrics.csv": LOG, "data/train.jsonl": rows, "data/dev.jsonl": rows}))
    assert run.files["train"] == ("data/train.jsonl",)
    assert run.files["val"] == ("data/dev.jsonl",)
    assert {curve.place.file for curve in run.curves} == {"metrics.csv"}


def test_plain_settings_are_told_as_assumed_and_broken_ones_as_unknown(folder: Folder) -> None:
    run = read_run(folder({"metrics.csv": LOG, "run.ini": "[training]\nlr = 0.1\nbatch_size = 32\n"}))
    assert run.config["training.lr"].value == 0.1
    assert any("run.ini" in line for line in run.assumed)
    run = read_run(folder({"metrics.csv": LOG, "run.ini": "[training\nlr\n0.1\nbatch\n"}))
    assert any("run.ini" in line and "key = value" in line for line in run.warnings)


BUSINESS = "week,offline_auc,revenue\n" + "".join(f"{at},0.{60 + at},{900 - at}\n" for at in range(1, 9))


@pytest.mark.parametrize(
    "below", ["offline_eval", "artifacts/eval", "artifacts", "auswertung", "weekly", "results/health"]
)
def test_reports_are_found_in_a_folder_of_any_name(folder: Folder, below: str) -> None:
    run = read_run(folder({"metrics.csv": LOG, f"{below}/weekly_kpi.csv": BUSINESS}))
    assert run.files["business"] == (f"{below}/weekly_kpi.csv",)


def test_a_folder_for_each_patient_is_not_looked_through(folder: Folder) -> None:
    """Those called after reports are, wherever they stand among them."""
    patients = {f"patient_{at:03}/weekly_kpi.csv": BUSINESS for at in range(60)}
    path = folder({"metrics.csv": LOG, "weekly_reports/weekly_kpi.csv": BUSINESS, **patients})
    found = [file.rel for file in companions_below(str(path))]
    assert "weekly_reports/weekly_kpi.csv" in found
    assert len(found) == 1 + MAX_OTHERS


@pytest.mark.parametrize("below", ["baseline_eval", "old", "figures", "other/metrics.csv-run"])
def test_what_belongs_to_others_is_left(folder: Folder, below: str) -> None:
    files = {"metrics.csv": LOG, f"{below}/weekly_kpi.csv": BUSINESS}
    run = read_run(folder({**files, **({f"{below}/metrics.csv": LOG} if "-run" in below else {})}))
    assert "business" not in run.files


def test_what_the_store_of_a_tracker_keeps_deeper(folder: Folder) -> None:
    inner = "mlruns/1/5d63c6f88e0ddb7dbf36cb51468c07d8"
    values = "".join(f"17190502{at:02}000 {1 / (at + 1)} {at}\n" for at in range(8))
    rows = "a,b,label\n" + "".join(f"{at},{at % 7},{at % 2}\n" for at in range(60))
    kept = {"meta.yaml": "run_id: 5d63\n", "metrics/loss_train": values, "artifacts/qa/weekly_kpi.csv": BUSINESS}
    kept |= {"artifacts/dataset/train.csv": rows}
    run = read_run(folder({f"{inner}/{name}": text for name, text in kept.items()}))
    assert run.files["business"] == (f"{inner}/artifacts/qa/weekly_kpi.csv",)
    assert run.files["train"] == (f"{inner}/artifacts/dataset/train.csv",)
