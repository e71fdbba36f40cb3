"""Reports and matrices that a training prints stand for a table of predictions, where there is none."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
import pytest

from mladvisor import diagnose
from mladvisor.features.catalogue import Measures
from mladvisor.features.measured import Measured
from mladvisor.features.printed_counts import END
from mladvisor.runs.read import read_run

metrics = pytest.importorskip("sklearn.metrics")
pd = pytest.importorskip("pandas")

CURVE = "".join(
    f"Epoch {at}/15 - loss: {0.1 + 0.5 * 0.7**at:.4f} - val_loss: {0.11 + 0.5 * 0.7**at:.4f}\n" for at in range(1, 16)
)
OVERALL = ("rows", "classes", "accuracy", "majority_share", "over_majority", "precision", "recall", "f1",
           "balanced_accuracy", "decision_skill", "same_share")  # fmt: skip
BY_CLASS = ("recall", "precision", "f1", "rows", "share", "deficit", "deficit_low", "deficit_q", "taken_for",
            "confusion", "mutual_confusion")  # fmt: skip
RARE = (np.repeat([0, 1], [2187, 63]), np.zeros(2250, int))


def measures(folder: Path, log: str, **files: str) -> Measures:
    folder.mkdir(exist_ok=True)
    (folder / "train.log").write_text(log)
    for name, text in files.items():
        (folder / name.replace("_py", ".py").replace("_csv", ".csv")).write_text(text)
    return Measures(read_run(folder))


def report(true: np.ndarray, predicted: np.ndarray, **more: object) -> str:
    return str(metrics.classification_report(true, predicted, zero_division=0, **more))


def matrix(true: np.ndarray, predicted: np.ndarray) -> str:
    return f"{metrics.confusion_matrix(true, predicted)}\n"


def rows(classes: int, seed: int = 0, n: int = 400) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    true = np.concatenate((np.arange(classes), rng.choice(classes, n, p=rng.dirichlet(np.full(classes, 1.5)))))
    return true, np.where(rng.random(len(true)) < 0.6, true, rng.integers(0, classes, len(true)))


def sure(items: object) -> dict[str, Measured]:
    """Those of a family that are known."""
    assert isinstance(items, dict)
    return {name: each for name, each in items.items() if each.known}


def same(mine: object, theirs: object, within: float) -> None:
    if isinstance(theirs, Measured):
        assert isinstance(mine, Measured)
        assert mine.state == theirs.state
        if isinstance(theirs.value, float):
            assert (mine.value, mine.se) == pytest.approx((theirs.value, theirs.se), abs=within, rel=within)
        else:
            assert mine.value == theirs.value
        return
    assert isinstance(mine, dict)
    assert isinstance(theirs, dict)
    assert mine.keys() == theirs.keys()
    for each in mine:
        same(mine[each], theirs[each], within)


@pytest.mark.parametrize("classes", [2, 3, 9])
@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("what", ["matrix", "both", "report"])
def test_what_is_printed_gives_the_features_of_the_table(tmp_path: Path, classes: int, seed: int, what: str) -> None:
    """The same values and errors as from predictions.csv; of a report of many classes all that it tells."""
    true, predicted = rows(classes, seed)
    table = pd.DataFrame({"y_true": true, "y_pred": predicted}).to_csv(index=False)
    theirs = measures(tmp_path / "table", CURVE, predictions_csv=table)
    text = {
        "matrix": "Confusion matrix:\n" + matrix(true, predicted),
        "both": matrix(true, predicted) + report(true, predicted),
        "report": report(true, predicted, digits=4),
    }[what]
    mine = measures(tmp_path / "printed", CURVE + text)
    alone = what == "report" and classes > 2
    for name in OVERALL:
        if not (alone and name in ("same_share", "f1")):
            same(mine.one(f"predictions.{name}"), theirs.one(f"predictions.{name}"), 1e-3 if alone else 1e-9)
    for name in BY_CLASS:
        if alone and "confusion" in name + name.replace("taken_for", "confusion"):
            assert mine.one(f"class.{name}").state == "unknown"
        elif alone and name == "precision":  # 0.00 may stand for a class that is never called
            same(sure(mine["class.precision"]), {k: v for k, v in theirs["class.precision"].items() if v.value}, 5e-3)
        elif not (alone and name in ("f1", "deficit_q")):
            same(mine[f"class.{name}"], theirs[f"class.{name}"], 5e-3 if alone else 1e-9)
    if alone:  # how often a class without hits is called is not told, so the error of its F1 is larger
        assert mine.value("predictions.f1") == pytest.approx(theirs.value("predictions.f1"), abs=1e-4)
    assert not mine.failures


def test_the_place_is_the_lines_that_were_printed(tmp_path: Path) -> None:
    """Matrix and report after 15 epochs: lines 16 to 25, whatever follows; the reading is told as assumed."""
    m = measures(tmp_path, CURVE + matrix(*RARE) + report(*RARE) + "saved model.pt\n")
    where = m.one("predictions.accuracy").where
    assert where is not None
    assert (where.file, where.rows) == ("train.log", (16, 25))
    recalls = m["class.recall"]
    assert not isinstance(recalls, Measured)
    assert (recalls["1"].value, recalls["0"].value) == (0.0, 1.0)
    assert any("train.log, lines 16-25" in line for line in m.assumed)


def test_lines_are_counted_in_a_long_log_too(tmp_path: Path) -> None:
    """Only the end of a large file is looked through, and its line numbers still hold."""
    filler = "epoch 1 loss 0.5 a line of the log\n" * (END // 30)
    m = measures(tmp_path, CURVE + filler + report(*RARE))
    first = 16 + END // 30
    assert m.one("predictions.rows").where.rows == (first, first + 7)  # type: ignore[union-attr]


def test_the_last_report_counts(tmp_path: Path) -> None:
    """One each epoch: what the model decides at the end is judged."""
    good = RARE[0], RARE[0]
    assert measures(tmp_path / "a", CURVE + report(*RARE) + report(*good)).value("predictions.recall") == 1.0
    assert measures(tmp_path / "b", CURVE + report(*good) + report(*RARE)).value("predictions.recall") == 0.0


@pytest.mark.parametrize("heading", ["Train report:", "Dummy baseline (most frequent)", "=== training set ==="])
def test_training_rows_and_baselines_are_not_judged_beside_others(tmp_path: Path, heading: str) -> None:
    """A report of them that is printed last does not stand for the model."""
    good = RARE[0], RARE[0]
    log = f"{CURVE}Test report:\n{report(*good)}\n{heading}\n{report(*RARE)}"
    m = measures(tmp_path, log)
    assert (m.value("predictions.recall"), m.value("predictions.split")) == (1.0, "test")


def test_a_baseline_alone_tells_nothing_of_the_model(tmp_path: Path) -> None:
    """Unknown, as without a report."""
    assert not measures(tmp_path, f"{CURVE}DummyClassifier baseline\n{report(*RARE)}").one("predictions.recall").known


def test_training_rows_alone_are_told_to_be_such(tmp_path: Path) -> None:
    """As in a table of predictions."""
    m = measures(tmp_path, f"{CURVE}Training set\n{report(*RARE)}")
    assert m.value("predictions.split") == "train"
    assert any("too good" in line for line in m.assumed)


def test_the_report_says_which_axis_is_the_truth(tmp_path: Path) -> None:
    """A matrix of (predicted, true) is turned where the report's rows per class fit its columns."""
    true, predicted = rows(3, 1)
    turned = matrix(predicted, true)
    m = measures(tmp_path, CURVE + turned + report(true, predicted))
    recalls = m["class.recall"]
    assert not isinstance(recalls, Measured)
    assert recalls["0"].value == pytest.approx((predicted == true)[true == 0].mean())
    assert not isinstance(m["class.taken_for"], Measured)


def test_an_axis_that_cannot_be_told_leaves_unknown_what_hangs_on_it(tmp_path: Path) -> None:
    """A class with calls and without rows: more likely the axes are the other way round, but nobody knows."""
    m = measures(tmp_path, CURVE + "confusion matrix\n[[2187   63]\n [   0    0]]\n")
    assert m.value("predictions.accuracy") == pytest.approx(2187 / 2250)
    assert m.value("predictions.rows") == 2250
    for name in ("predictions.recall", "predictions.majority_share", "class.recall", "predictions.same_share"):
        assert m.one(name).state == "unknown"


def test_a_matrix_of_other_rows_than_the_report_is_left(tmp_path: Path) -> None:
    """Validation matrix, then test report: the report counts alone."""
    first, second = rows(3, 1), rows(3, 2, n=150)
    m = measures(tmp_path, CURVE + "Confusion matrix (val)\n" + matrix(*first) + "Test\n" + report(*second))
    assert m.value("predictions.rows") == 153
    assert m.one("class.confusion").state == "unknown"


@pytest.mark.parametrize("text", ["weights:\n[[30 2]\n [4 50]]\n", "[[30 2]\n [4 50]]\n", "cm\n[[1 0]\n [0 1]]\n"])
def test_a_square_of_numbers_alone_is_no_confusion_matrix(tmp_path: Path, text: str) -> None:
    """Nothing says that it is one, or it is of next to no rows."""
    m = measures(tmp_path, CURVE + text)
    assert m.one("predictions.accuracy").state == "unknown"
    assert not m.assumed


def test_the_script_or_the_accuracy_says_that_it_is_one(tmp_path: Path) -> None:
    """A script that calls `confusion_matrix`; an accuracy in the log that is that of the matrix."""
    bare = CURVE + matrix(*RARE)
    script = "from sklearn.metrics import confusion_matrix as cm\nmodel.fit(x, y)\nprint(cm(y, model.predict(x)))\n"
    assert not measures(tmp_path / "a", bare).one("predictions.accuracy").known
    assert measures(tmp_path / "b", bare, train_py=script).value("predictions.rows") == 2250
    logged = CURVE.replace("\n", " - val_accuracy: 0.9720\n") + matrix(*RARE)
    assert measures(tmp_path / "c", logged).value("predictions.rows") == 2250


def test_a_table_of_predictions_outranks_what_is_printed(tmp_path: Path) -> None:
    """Also where the table cannot be used: what was printed may be of another run."""
    table = pd.DataFrame({"y_true": [0, 1] * 50, "y_pred": [0, 1] * 50}).to_csv(index=False)
    assert measures(tmp_path / "a", CURVE + report(*RARE), predictions_csv=table).value("predictions.recall") == 1.0
    broken = measures(tmp_path / "b", CURVE + report(*RARE), predictions_csv="y_pred\n1\n0\n")
    assert not broken.one("predictions.recall").known


def test_a_report_whose_decimals_leave_counts_open_is_as_unsure_as_they_are(tmp_path: Path) -> None:
    """Two decimals of 100 000 rows: 1.00 may be 400 false alarms, so whether the rare class is called is unknown."""
    true = np.repeat([0, 1], [100_000, 63])
    m = measures(tmp_path, CURVE + report(true, np.zeros_like(true)))
    precisions, recalls = m["class.precision"], m["class.recall"]
    assert not isinstance(precisions, Measured)
    assert not isinstance(recalls, Measured)
    assert precisions["1"].state == "unknown"
    assert recalls["1"].value == 0.0
    assert m.one("predictions.same_share").state == "unknown"


@pytest.mark.parametrize("text", [report(*RARE, digits=3), matrix(*RARE), matrix(*RARE) + report(*RARE)])
def test_a_rare_class_that_is_never_found_is_class_imbalance(tmp_path: Path, text: str) -> None:
    """97 % accuracy, and 63 of 2250 rows that are all missed."""
    log = CURVE.replace("\n", " - val_accuracy: 0.9720\n")
    measures(tmp_path, log + text)
    result = diagnose(tmp_path)
    assert result.hypotheses[0].cause == "class-imbalance"
    found = {each.finding for each in result.findings if each.state == "measured" and each.degree and each.degree > 0.5}
    assert {"rare-class-never-called", "single-class-fails"} <= found


def test_a_good_report_accuses_nobody(tmp_path: Path) -> None:
    """Unequal classes that are all found well: no finding of the decisions, and none of imbalance."""
    rng = np.random.default_rng(3)
    true = rng.choice(4, 800, p=[0.55, 0.25, 0.15, 0.05])
    predicted = np.where(rng.random(800) < 0.95, true, rng.integers(0, 4, 800))
    lines = CURVE.splitlines()
    log = "".join(f"{line} - val_accuracy: {0.96 - 0.3 * 0.7**at:.4f}\n" for at, line in enumerate(lines))
    measures(tmp_path / "with", log + matrix(true, predicted) + report(true, predicted))
    measures(tmp_path / "without", log)
    with_report, without = diagnose(tmp_path / "with"), diagnose(tmp_path / "without")
    found = {
        each.finding for each in with_report.findings if each.state == "measured" and each.degree and each.degree > 0.5
    }
    assert found - {"classes-unequal"} == {  # a plain fact, which the counts of the report tell
        each.finding for each in without.findings if each.state == "measured" and each.degree and each.degree > 0.5
    }
    assert with_report.healthy > 0.5 and with_report.hypotheses[0].probability < 0.3


def test_a_long_log_of_brackets_is_read_in_no_time(tmp_path: Path) -> None:
    """Half a megabyte of arrays."""
    begin = time.process_time()
    measures(tmp_path, CURVE + "[[1 2 3 4 5 6 7 8 9 [[ " * (END // 24)).one("predictions.accuracy")
    measures(tmp_path, CURVE + "x f1-score {'a': {'b': \n" * (END // 24)).one("predictions.accuracy")
    assert time.process_time() - begin < 5


def test_a_report_of_test_rows_is_held_against_validation(tmp_path: Path) -> None:
    """Of far worse decisions on test rows nothing is taken for those of validation, and what is lost is told."""
    log = CURVE.replace("\n", " - val_accuracy: 0.9850\n")
    true = np.repeat(range(3), 90)
    wrong = np.where(np.arange(270) % 4 == 0, true, (true + 1) % 3)
    measures(tmp_path, log)
    (tmp_path / "test_report.txt").write_text(report(true, wrong))
    m = Measures(read_run(tmp_path))
    lost = m.one("report.lost_outside")
    assert lost.value == pytest.approx(1 - 0.252 / 0.985, abs=0.02) and lost.where.file == "test_report.txt"
    right = np.where(np.arange(270) % 40 == 0, (true + 1) % 3, true)
    (tmp_path / "test_report.txt").write_text(report(true, right))
    assert Measures(read_run(tmp_path)).value("report.lost_outside") < 0.05


def test_the_printed_decisions_stand_on_the_ladder_of_baselines(tmp_path: Path) -> None:
    """Weighted classes give up accuracy for recall: what does the model more credit counts."""
    data = "a,b,label\n" + "".join(f"{i},{i * 7 % 5},{i % 2}\n" for i in range(90))
    plain = measures(tmp_path / "plain", CURVE + "Test set:\n" + report(*rows(2), digits=4), train_csv=data)
    model, over = plain.value("baseline.model"), plain.value("predictions.over_majority")
    assert isinstance(model, float) and isinstance(over, float) and model >= over - 0.01
    true = np.repeat([0, 1], [750, 150])
    weighted = np.concatenate((np.repeat([0, 1], [590, 160]), np.repeat([0, 1], [35, 115])))
    judged = measures(tmp_path / "weighted", CURVE + report(true, weighted, digits=4), train_csv=data)
    assert judged.value("baseline.metric") == "balanced-accuracy"
    assert judged.value("baseline.model") == pytest.approx(590 / 750 + 115 / 150 - 1, abs=1e-3)
    curve = CURVE.replace("\n", " - val_accuracy: 0.7833\n")
    logged = measures(tmp_path / "logged", curve + report(true, weighted, digits=4), train_csv=data)
    assert logged.value("baseline.metric") == "balanced-accuracy"
    trained = measures(tmp_path / "trained", CURVE + "Training set:\n" + report(true, weighted), train_csv=data)
    assert trained.one("baseline.model").state == "unknown"
