"""Evaluations as people leave them: tables of scores, curves over thresholds, tables by class, ablations, outcomes."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from mladvisor.features.catalogue import Measures
from mladvisor.features.measured import Measured
from mladvisor.runs.read import read_run

LOG = "epoch,train_loss,val_loss,val_acc\n" + "".join(f"{n},{1 / n},{1.1 / n},{0.9 - 0.3 / n}\n" for n in range(1, 13))


def _measures(folder: Path, **files: object) -> Measures:
    """A run with a log and other files, whose names have `__` for the point."""
    (folder / "history.csv").write_text(LOG)
    for name, content in files.items():
        told = content if isinstance(content, str) else json.dumps(content)
        (folder / name.replace("__", ".")).write_text(told)
    return Measures(read_run(folder))


def _one(m: Measures, name: str) -> Measured:
    found = m[name]
    assert isinstance(found, Measured)
    return found


@pytest.mark.parametrize("against", [True, False])
def test_a_score_beside_the_loss_of_several_runs(tmp_path: Path, against: bool) -> None:
    sign = -1 if against else 1
    rows = [f"r{n},{0.6 - 0.03 * n:.2f},{0.5 + sign * 0.02 * n:.3f}" for n in range(8)]
    m = _measures(tmp_path, experiments__csv="run,val_loss,recall_at_20\n" + "\n".join(rows) + "\n")
    high = _one(m, "score_table.agreement_high").value
    assert isinstance(high, float)
    assert (high < 0) is against


def test_a_table_of_epochs_in_a_note_is_no_log_and_is_read(tmp_path: Path) -> None:
    rows = "".join(f"| {n} | {1 / n:.3f} | {0.5 - 0.02 * n:.2f} |\n" for n in range(1, 9))
    m = _measures(tmp_path, notes__md=f"| epoch | val_loss | entity_f1 |\n|---|---|---|\n{rows}")
    assert float(_one(m, "score_table.lost").value or 0) > 0.1


def test_curves_of_precision_and_recall_are_cuts(tmp_path: Path) -> None:
    """The curve has one point more than thresholds."""
    cuts = np.linspace(0.01, 0.99, 99)
    recall = np.append(np.where(cuts < 0.1, 0.9, 0.2), 0.0)
    np.savez(tmp_path / "pr_curve.npz", precision=np.append(np.full(99, 0.8), 1.0), recall=recall, thresholds=cuts)
    m = _measures(tmp_path, config__json={"threshold": 0.5, "task": "binary classification"})
    assert _one(m, "threshold_table.f1_gain").value == pytest.approx(0.53, abs=0.02)


def test_a_matrix_in_an_array_tells_the_classes(tmp_path: Path) -> None:
    np.save(tmp_path / "confusion_matrix.npy", np.array([[85, 5], [8, 2]]))
    m = _measures(tmp_path)
    recall = m["class.recall"]
    assert isinstance(recall, dict)
    assert [each.value for each in recall.values()] == [pytest.approx(85 / 90), pytest.approx(0.2)]


def test_the_rare_class_of_a_table_by_class(tmp_path: Path) -> None:
    table = "class_name,train_count,ap\nwalk,42000,0.95\nsit,39000,0.93\nfall,190,0.06\n"
    assert _one(_measures(tmp_path, per_class__csv=table), "report.rare_class_lost").value == pytest.approx(
        0.936, abs=0.01
    )


def test_one_feature_carries_a_score(tmp_path: Path) -> None:
    table = "removed,auc\nnone,0.998\nclosed_days,0.69\nage,0.997\nplan,0.998\n"
    m = _measures(tmp_path, feature_ablation__csv=table)
    assert _one(m, "report.carrying").value == "closed_days"
    assert float(_one(m, "report.lost_without_one").value or 0) > 0.5
    assert float(_one(m, "report.lost_without_next").value or 1) < 0.01


def test_two_that_were_left_out_are_enough(tmp_path: Path) -> None:
    m = _measures(tmp_path, ablation__csv="removed,val_acc\nnone,1.0\nfirst token,0.7\nall punctuation,1.0\n")
    assert m.value("report.ablation_base") == 1.0
    assert m.value("report.ablation_drop") == pytest.approx(0.3)
    m = _measures(tmp_path, ablation__csv="removed,val_acc\nnone,1.0\nfirst token,0.7\n")
    assert m.value("report.ablation_drop") is None


def test_outcomes_that_a_program_printed_by_release(tmp_path: Path) -> None:
    lines = "".join(
        f"[rollout] release={n} offline_rmse={0.5 - 0.03 * n:.2f} stockout_rate={0.06 + 0.01 * n:.2f}\n"
        for n in range(6)
    )
    m = _measures(tmp_path, train__log=lines)
    assert _one(m, "business.outcome").value == "stockout_rate"
    assert _one(m, "business.agreement").value == pytest.approx(-1.0)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("results__json", {"test_accuracy": 0.962, "majority_class_accuracy": 0.9615, "mcc": 0.03}),
        ("summary__txt", "test accuracy: 0.962\nmajority class baseline: 0.9615\nbalanced accuracy: 0.515\n"),
    ],
)
def test_accuracy_beside_that_of_the_commonest_class(tmp_path: Path, name: str, content: object) -> None:
    m = _measures(tmp_path, **{name: content})
    assert float(_one(m, "report.over_majority").value or 1) < 0.05
    assert _one(m, "report.rare_found").value == pytest.approx(0.03)


def test_runs_whose_loss_is_another_number_are_not_compared(tmp_path: Path) -> None:
    rows = "".join(f"r{n},{0.02 * n:.2f},{0.3 + 0.03 * n:.2f},{0.5 + 0.02 * n:.3f}\n" for n in range(8))
    m = _measures(tmp_path, runs__csv="run,label_smoothing,val_loss,val_f1\n" + rows)
    assert not _one(m, "score_table.lost").known


@pytest.mark.parametrize(("shared", "expected"), [(100, 0.25), (0, 0.0)])
def test_keys_of_training_rows_among_the_judged_ones(tmp_path: Path, shared: int, expected: float) -> None:
    train = [f"u{n}" for n in range(600)]
    test = train[:shared] + [f"v{n}" for n in range(400 - shared)]
    for name, keys in (("train_predictions.csv", train), ("test_predictions.csv", test)):
        rows = [f"{key},{n % 2},{0.1 + 0.8 * (n % 2)}" for n, key in enumerate(keys)]
        (tmp_path / name).write_text("customer_id,y_true,y_prob\n" + "\n".join(rows) + "\n")
    assert _one(_measures(tmp_path), "predictions.keys_of_training").value == pytest.approx(expected)


def test_a_learning_curve_of_lists_is_no_log(tmp_path: Path) -> None:
    """Its last column is the model on all rows."""
    lists = {"train_sizes": [100, 200, 400], "train_scores": [1, 1, 1], "test_scores": [0.5, 0.6, 0.7]}
    m = _measures(tmp_path, learning_curve__json=lists)
    assert _one(m, "report.train_gap").value == pytest.approx(0.3)


def test_predictions_in_a_folder_of_answers_are_no_tables_of_the_split(tmp_path: Path) -> None:
    (tmp_path / "predictions").mkdir()
    for split in ("val", "test"):
        rows = "\n".join(f"{n % 2},{0.2 + 0.6 * (n % 2)}" for n in range(60))
        (tmp_path / "predictions" / f"{split}.csv").write_text(f"y,p\n{rows}\n")
    files = _measures(tmp_path).run.files
    assert sorted(files["predictions"]) == ["predictions/test.csv", "predictions/val.csv"]
    assert "val" not in files


def test_models_below_a_heading_that_names_the_metric(tmp_path: Path) -> None:
    printed = "baselines (R2 on validation)\n  mean predictor: 0.000\n  ridge: 0.004\n  random forest: -0.02\n"
    assert _one(_measures(tmp_path, output__txt=printed), "report.best_baseline").value == pytest.approx(0.004)


def test_a_long_table_by_group_and_one_in_a_card(tmp_path: Path) -> None:
    rows = "".join(
        f"{kind},train_rows,{n}\n{kind},mae,{error}\n{kind},test_rows,900\n"
        for kind, n, error in (("market", 12000, 4.1), ("kiosk", 140, 15.2), ("online", 8000, 4.0))
    )
    m = _measures(tmp_path, segment_metrics__csv="store_type,metric,value\n" + rows)
    found = m["reported_slice.train_rows"]
    assert isinstance(found, dict)
    assert found["kiosk"].value == 140


def test_a_card_tells_groups(tmp_path: Path) -> None:
    card = (
        "## Performance by skin type\n\n| Type | Train images | Test images | Sensitivity |\n|---|---|---|---|\n"
        "| I-II | 8200 | 1200 | 0.91 |\n| III-IV | 4100 | 800 | 0.89 |\n| V-VI | 160 | 140 | 0.55 |\n"
    )
    found = _measures(tmp_path, model_card__md=card)["reported_slice.error"]
    assert isinstance(found, dict)
    assert found["V-VI"].value == pytest.approx(0.45)


@pytest.mark.parametrize(
    ("rows", "recall", "lost"),
    [
        (5, 0.0, 1.0),
        (2, 0.0, None),  # both may be missed by chance
        (5, 0.8, None),
        (60, 0.0, None),  # it fails, and is not rare
    ],
)
def test_a_rare_class_by_the_rows_that_were_judged(
    tmp_path: Path, rows: int, recall: float, lost: float | None
) -> None:
    classes = {
        "normal": {"support": 267, "recall": 0.82, "precision": 0.83},
        "wear": {"support": 174, "recall": 0.75, "precision": 0.72},
        "failing": {"support": rows, "recall": recall, "precision": 0.0},
    }
    text = {"split": "test", "accuracy": 0.78, "per_class": classes}
    assert _one(_measures(tmp_path, evaluation__json=text), "report.rare_class_lost").value == lost
