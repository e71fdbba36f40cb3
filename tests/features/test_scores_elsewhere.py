"""Scores on data beyond validation, as people note them, held against those of validation."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from mladvisor.features.catalogue import Measures
from mladvisor.runs.read import read_run

LOG = "epoch,train_loss,val_loss,val_auc\n" + "".join(f"{n},{1 / n},{1.1 / n},{0.7 + n / 50}\n" for n in range(1, 9))


def _measured(folder: Path, name: str, content: object) -> Measures:
    (folder / "log.csv").write_text(LOG)
    (folder / name).write_text(content if isinstance(content, str) else json.dumps(content))
    return Measures(read_run(folder))


@pytest.mark.parametrize(
    ("name", "content", "lost"),
    [
        ("monitoring.json", {"auc_live": 0.7, "auc_offline": 0.9}, 0.5),
        ("online_eval.json", {"n": 400, "auc": 0.7, "offline_test_auc": 0.9}, 0.5),
        ("report.json", {"offline": {"val": {"auc": 0.9}}, "production": {"auc": 0.7}}, 0.5),
        ("scores.csv", "split,auc,n\nvalidation,0.9,300\nproduction,0.7,400\n", 0.5),
        ("results.json", {"valid_logloss": 0.3, "prod_logloss": 0.6}, 0.5),
        ("live_scores.json", {"auc": 0.86}, 0.0),  # the log ends at 0.86
        ("report.json", {"accuracy_offline": 90.0, "accuracy_live": 45.0}, 0.5),
        ("notes.md", "Offline AUC was 0.9, but in production it is 0.7.\n", 0.5),
        ("report.json", {"auc_offline": 0.9, "auc_live": 0.7, "f1_offline": 0.8, "f1_live": 0.2}, 0.5),
    ],
)
def test_what_is_lost_in_use(tmp_path: Path, name: str, content: object, lost: float) -> None:
    """Of skill above guessing, or of how small an error is; by the metric that loses least."""
    found = _measured(tmp_path, name, content)["report.lost_in_use"]
    assert found.value == pytest.approx(lost)


@pytest.mark.parametrize(
    ("name", "content", "counted"),
    [
        ("external_test.json", {"n": 480, "auc": 0.68}, True),
        ("leaderboard.json", {"cv_auc": 0.86, "public_lb_auc": 0.68, "private_lb_auc": None}, False),
        ("test_metrics.json", {"auc": 0.68}, False),
        ("final.json", {"holdout": {"auc": 0.68, "n": 200}}, True),
    ],
)
def test_what_is_lost_outside(tmp_path: Path, name: str, content: object, counted: bool) -> None:
    """On data of others, of a leaderboard, or held out for later; few rows leave it unsure."""
    found = _measured(tmp_path, name, content)["report.lost_outside"]
    assert found.value == pytest.approx(0.5)
    assert (found.se > 0) == counted


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("production.json", {"auc_offline": 0.9}),  # nothing of use
        ("production.json", {"latency_live": 0.2, "auc_gap_live": 0.1}),
        ("production.json", {"rmse": 14000.0}),  # the log may count in other units
        ("production.json", {"auc_offline": 0.52, "auc_live": 0.5}),  # nothing to lose
        ("production.json", {"train_auc": 0.99, "auc_live": None}),
        ("production.json", {"production_auc": 0.7, "candidate_auc": 0.9}),  # of another model
        ("promotion.json", {"champion": {"prod_auc": 0.7}, "challenger": {"val_auc": 0.9}}),
        ("notes.md", "the auc in production is 0.7; for the old model it was 0.9 offline\n"),
    ],
)
def test_what_says_nothing_of_a_loss(tmp_path: Path, name: str, content: object) -> None:
    m = _measured(tmp_path, name, content)
    assert not m["report.lost_in_use"].known
    assert not m["report.lost_outside"].known


@pytest.mark.parametrize(
    ("name", "content", "gap", "ratio"),
    [
        ("metrics.json", {"train": {"auc": 1.0, "acc": 0.99}, "valid": {"auc": 0.6, "acc": 0.7}}, 0.29, None),
        ("scores.csv", "split,r2,rmse\ntrain,0.95,2.0\ntest,0.45,9.0\n", 0.5, 4.5),
        ("results.json", {"train_acc": 98.0, "val_acc": 96.0, "train_loss": 0.001, "val_loss": 0.1}, 0.02, None),
        ("notes.md", "| split | mae |\n|---|---|\n| train | 1.5 |\n| val | 1.8 |\n", None, 1.2),
        ("results.json", {"train_accuracy": 0.98}, None, None),
    ],
)  # fmt: skip
def test_scores_on_the_training_rows(
    tmp_path: Path, name: str, content: object, gap: float | None, ratio: float | None
) -> None:
    """Beside those on others, for the metric that differs least; losses are left to their curves."""
    m = _measured(tmp_path, name, content)
    assert m.one("report.train_gap").value == (None if gap is None else pytest.approx(gap))
    assert m.one("report.train_error_ratio").value == (None if ratio is None else pytest.approx(ratio))


@pytest.mark.parametrize(
    ("table", "ratio", "gap"),
    [
        ("n_train,train_rmse,val_rmse\n60,0.1,0.9\n600,0.2,0.4\n", 2.0, None),
        ("training examples,train mae,cv mae\n600,0.0,0.4\n60,0.0,0.9\n", 1000.0, None),
        ("train_size,train_accuracy,test_accuracy\n0.1,1.0,0.6\n1.0,0.98,0.9\n", None, 0.08),
    ],
)
def test_a_learning_curve_over_sizes_is_no_log_and_counts_by_its_last_size(
    tmp_path: Path, table: str, ratio: float | None, gap: float | None
) -> None:
    """A model trained anew on ever more rows, in any order; alone in its folder, too."""
    (tmp_path / "sizes.csv").write_text(table)
    run = read_run(tmp_path)
    assert not run.curves
    m = Measures(run)
    assert m.one("report.train_error_ratio").value == (None if ratio is None else pytest.approx(ratio))
    assert m.one("report.train_gap").value == (None if gap is None else pytest.approx(gap))


@pytest.mark.parametrize(
    "table",
    [
        "epoch,train_loss,val_loss,train_samples\n1,0.9,0.8,500\n2,0.7,0.75,500\n3,0.5,0.7,500\n",
        "step,n_train,train_loss,val_loss\n1,60,0.9,0.8\n2,600,0.7,0.75\n3,900,0.6,0.7\n",
    ],
)
def test_what_counts_epochs_stays_a_log(tmp_path: Path, table: str) -> None:
    """Rows seen so far stand in logs as well."""
    (tmp_path / "log.csv").write_text(table)
    assert read_run(tmp_path).curves


@pytest.mark.parametrize(
    ("text", "gap"),
    [
        ("Training set score: 0.99\nTest set score: 0.61\n", 0.38),
        ("train 1.0\n[0.611 0.389 0.722 0.611 0.389] 0.5444444\n", 0.4556),
        ("train accuracy 1.0\n[[ 0 59  0]\n [ 0 71  0]\n [ 0 48  0]]\n", 0.6011),
        ("train accuracy 0.399\n[[ 0 59  0]\n [ 0 71  0]\n [ 0 48  0]]\n", None),  # may be of the same rows
        ("train accuracy 0.99\n", None),
    ],
)
def test_printed_scores_beside_those_of_training(tmp_path: Path, text: str, gap: float | None) -> None:
    """What a script prints at its end; a confusion matrix says how many others were right."""
    (tmp_path / "fit.py").write_text(
        "from sklearn.svm import SVC\nfrom sklearn.datasets import load_wine\n"
        "from sklearn.metrics import confusion_matrix\nX, y = load_wine(return_X_y=True)\n"
        "clf = SVC().fit(X, y)\nprint(confusion_matrix(y, clf.predict(X)))\n"
    )
    (tmp_path / "answers.txt").write_text(text)
    assert Measures(read_run(tmp_path)).value("report.train_gap") == (pytest.approx(gap, abs=1e-3) if gap else None)


def test_what_is_printed_of_live_rows_counts_from_what_is_printed_of_test_rows(tmp_path: Path) -> None:
    (tmp_path / "output.txt").write_text("rows 900\ntest auc 0.95\nlive auc 0.6\n")
    m = Measures(read_run(tmp_path))
    assert m.value("report.lost_in_use") == pytest.approx(1 - 0.2 / 0.9)


def test_the_score_before_use_may_stand_in_another_file(tmp_path: Path) -> None:
    (tmp_path / "model_report.txt").write_text("LogisticRegression\nAUC train 0.99 val 0.95\n")
    (tmp_path / "production_q3.json").write_text('{"requests": 800, "auc": 0.6}')
    assert Measures(read_run(tmp_path)).value("report.lost_in_use") == pytest.approx(1 - 0.2 / 0.9)


def test_what_a_log_of_serving_prints_is_of_use(tmp_path: Path) -> None:
    (tmp_path / "train.log").write_text("fit forest\nvalidation accuracy 0.95\n")
    (tmp_path / "serve.log").write_text("scored 600 rows\nback-test against inspection: accuracy 0.57\n")
    m = Measures(read_run(tmp_path))
    assert m.value("report.lost_in_use") == pytest.approx(0.4)
    assert not m["report.lost_outside"].known


def test_who_is_right_on_others_too_has_nothing_to_gain(tmp_path: Path) -> None:
    """The score on rows that were not trained on, as it was printed at the end."""
    (tmp_path / "train.py").write_text("from sklearn.neural_network import MLPClassifier\n")
    (tmp_path / "output.txt").write_text("train 1.0 test 0.98\n")
    assert Measures(read_run(tmp_path)).value("report.score_on_others") == pytest.approx(0.98)
