"""What a script, or people's own words, say of the data: parts read in a loop, a development sample, loops by hand."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from mladvisor.errors import ReadError
from mladvisor.features.catalogue import Measures
from mladvisor.runs.read import read_run

from .conftest import Folder

ROWS = "".join(f"{n},{n % 7},{n % 2}\n" for n in range(400))
TABLE = "age,income,bad\n" + ROWS
LOG = "epoch,train_loss,val_loss\n" + "".join(f"{n},{1 / n},{1.1 / n}\n" for n in range(1, 9))
HEAD = "import pandas as pd\nfrom sklearn.linear_model import SGDClassifier\n"
FIT = HEAD + "{}\nmodel = SGDClassifier()\nmodel.fit(x, y)\n"


@pytest.mark.parametrize(
    "reading",
    [
        'd = {s: pd.read_csv(f"rows/{s}.csv", sep=";") for s in ("fit", "check")}',
        'fit, check = (pd.read_csv("rows/" + s + ".csv") for s in ["fit", "check"])',
        'd = {}\nfor s in ("fit", "check"):\n    d[s] = pd.read_csv(f"rows/{s}.csv")',
        'd = {k: pd.read_csv(p) for k, p in {"train": "rows/fit.csv", "valid": "rows/check.csv"}.items()}',
    ],
)
def test_tables_that_a_script_reads_in_turn(folder: Folder, reading: str) -> None:
    """One call in a loop over names that are written down reads one table for each."""
    run = read_run(folder({"log.csv": LOG, "fit.py": FIT.format(reading)}))
    assert run.script is not None
    assert [path for path, _ in run.script.tables] == ["rows/fit.csv", "rows/check.csv"]


def test_a_development_sample_beside_a_holdout_was_learned_from(folder: Folder) -> None:
    """In lending dev, holdout and oot are what others call training, validation and test data."""
    reading = 'd = {s: pd.read_csv(f"data/{s}.csv") for s in ("dev", "holdout", "oot")}'
    log = "round,dev_logloss,holdout_logloss\n" + "".join(f"{n},{1 / n},{1.1 / n}\n" for n in range(1, 9))
    tables = {f"data/{name}.csv": TABLE for name in ("dev", "holdout", "oot")}
    run = read_run(folder({"log.csv": log, "fit.py": FIT.format(reading), **tables}))
    assert {kind: run.files[kind] for kind in ("train", "val", "test")} == {
        "train": ("data/dev.csv",),
        "val": ("data/holdout.csv",),
        "test": ("data/oot.csv",),
    }
    assert [curve.role.split for curve in run.having("loss")] == ["train", "val"]


def test_dev_beside_training_data_is_validation(folder: Folder) -> None:
    """With a curve of training beside it, dev is what it is everywhere else."""
    log = "epoch,train_loss,dev_loss,holdout_loss\n" + "".join(
        f"{n},{1 / n},{1.1 / n},{1.2 / n}\n" for n in range(1, 9)
    )
    run = read_run(folder({"log.csv": log}))
    assert [curve.role.split for curve in run.having("loss")] == ["train", "val", "val"]


def test_settings_of_any_name_that_the_script_loads(folder: Folder) -> None:
    """What a script loads are settings of its run, whatever the file and its keys are called."""
    head = 'import json\nc = json.load(open("job.json"))'
    run = read_run(folder({"log.csv": LOG, "job.json": '{"passes": 8, "alarm_at": 0.25}', "fit.py": FIT.format(head)}))
    assert run.config["alarm_at"].value == 0.25


def test_descent_that_is_written_out(folder: Folder) -> None:
    """A loop within a loop that takes a step off the weights trains; without one a script only prepares."""
    loop = "import numpy as np\nlr = 0.1\nfor e in range(9):\n    for j in range(9):\n        w -= lr * g[j]\n"
    assert read_run(folder({"log.csv": LOG, "fit.py": loop})).script is not None
    flat = "import numpy as np\nlr = 0.1\nx -= x.mean(0)\n"
    assert read_run(folder({"log.csv": LOG, "fit.py": flat})).script is None


def test_a_log_in_logfmt(folder: Folder) -> None:
    """`key=value` lines are read under the suffix that is theirs."""
    text = "".join(f"epoch={n} train_loss={1 / n:.4f} val_loss={1.1 / n:.4f}\n" for n in range(1, 9))
    run = read_run(folder({"metrics.logfmt": text}))
    assert [curve.role.split for curve in run.having("loss")] == ["train", "val"]


@pytest.mark.parametrize(
    "line",
    ["y = d.bad.to_numpy()", 'ya, yv = a["bad"].values, b["bad"].values', 'TARGET = "bad"'],
)
def test_the_label_is_what_is_kept_as_answers(folder: Folder, line: str) -> None:
    """A column that is kept under a name for answers is the label."""
    run = read_run(folder({"log.csv": LOG, "fit.py": FIT.format(line)}))
    assert run.script is not None
    assert "bad" in run.script.taken_out


@pytest.mark.parametrize("script", ["", FIT.format('test_df = pd.read_csv("data/holdout_table.csv")')])
def test_a_holdout_beside_validation_data_is_the_last_test(folder: Folder, script: str) -> None:
    """By what lies beside it, or by what the script calls it."""
    tables = {f"data/{name}_table.csv": TABLE for name in ("train", "val", "holdout")}
    run = read_run(folder({"log.csv": LOG, "fit.py": script or "x = 1\n", **tables}))
    assert run.files["test"] == ("data/holdout_table.csv",) and run.files["val"] == ("data/val_table.csv",)


CROSS = """
import pandas as pd
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import cross_val_score
rows = pd.read_csv("members.csv")
print(cross_val_score(LogisticRegression(), rows.drop(columns="left"), rows.left, scoring="f1"))
"""
MEMBERS = "age,visits,left\n" + "".join(f"{20 + n % 50},{n % 7},{n % 3 // 2}\n" for n in range(60))


def test_a_script_that_trains_and_its_data_are_a_run_without_a_log(folder: Folder) -> None:
    """What was printed holds no curve: the tables and the script are judged, and it is said that nothing was logged."""
    run = read_run(folder({"fit.py": CROSS, "members.csv": MEMBERS, "job.log": "[0.61 0.58 0.64]\n"}))
    assert run.script is not None and run.files["train"] == ("members.csv",) and not run.curves
    assert any("no training log was found" in warning for warning in run.warnings)


def test_what_the_notebook_that_trains_printed_is_read_without_a_log(folder: Folder) -> None:
    """Warnings and reports in its outputs are those of the run, though no curve is among them."""
    shown = {"output_type": "stream", "name": "stdout", "text": "train accuracy 0.81\n"}
    cell = {"cell_type": "code", "source": CROSS + "LogisticRegression().fit(rows, rows.left)\n", "outputs": [shown]}
    run = read_run(folder({"fit.ipynb": json.dumps({"cells": [cell]}), "members.csv": MEMBERS}))
    assert run.printed == ("fit.ipynb",)


def test_columns_called_like_metrics_are_none_by_their_values(folder: Folder) -> None:
    """An acceleration falls below 0, where no accuracy does: its table is data, and the log beside it is the log."""
    rows = "acc,recall,move\n" + "".join(f"{(-1) ** n * 0.7},{n / 30 - 0.5},walk\n" for n in range(30))
    with pytest.raises(ReadError, match="values that no metric has"):
        read_run(folder({"new_recordings.csv": rows}))
    run = read_run(folder({"new_recordings.csv": rows, "log.csv": LOG}))
    assert {curve.place.file for curve in run.curves} == {"log.csv"}


FOREST = """
import pandas as pd
from sklearn.ensemble import RandomForestClassifier
table = pd.read_csv("gaits.csv")
train = table.sample(frac=0.8)
forest = RandomForestClassifier().fit(train.drop(columns="gait"), train.gait)
later = pd.read_csv("week_after.csv")
print("later acc", forest.score(later.drop(columns="gait"), later.gait))
"""


def test_columns_of_one_measure_are_the_axes_of_a_sensor(folder: Folder) -> None:
    """A log has one accuracy of a split, unless it counts: of three, whatever their values, none is one."""
    rows = "acc_x,acc_y,acc_z\n" + "".join(f"{n % 7 / 9},{n % 5 / 9},{n % 3 / 9}\n" for n in range(30))
    with pytest.raises(ReadError, match="no known log format"):
        read_run(folder({"watch.csv": rows}))


def test_what_is_read_after_the_fit_is_not_learned_from(tmp_path: Path) -> None:
    """Of two tables that nothing names the one that stands before the fit is the training data."""
    rows = "".join(f"{0.1 * n:.2f},{0.3 * n % 2:.2f},{-0.2 * n:.2f},{'walk' if n % 2 else 'run'}\n" for n in range(60))
    for name in ("gaits.csv", "week_after.csv"):
        (tmp_path / name).write_text("acc_x,acc_y,acc_z,gait\n" + rows)
    (tmp_path / "forest.py").write_text(FOREST)
    run = read_run(tmp_path)
    assert not run.curves
    assert run.files["train"] == ("gaits.csv",)


NEW = (
    HEAD
    + """
df = pd.read_csv("machines.csv")
new = pd.read_csv("machines_march.csv")
{}
model = SGDClassifier().fit(X_train, y_train)
"""
)


@pytest.mark.parametrize(
    "uses",
    [
        "X_train, y_train = df.drop(columns='bad'), df['bad']\nX_test, y_test = new.drop(columns='bad'), new['bad']",
        "X = df.drop(columns='bad').values\ny = df['bad'].values\nX_train, y_train = X, y\n"
        "X_test = new.drop(columns='bad').values\ny_test = new['bad']",
        "train_df = df.dropna()\nX_train, y_train = train_df.iloc[:, :-1], train_df['bad']\n"
        "test_df = pd.get_dummies(new)",
    ],
)
def test_a_table_is_what_the_rows_made_of_it_are_called(folder: Folder, uses: str) -> None:
    """Two tables of plain names: which one is tested on, the variables made of them say."""
    run = read_run(
        folder({"log.csv": LOG, "fit.py": NEW.format(uses), "machines.csv": TABLE, "machines_march.csv": TABLE})
    )
    assert {kind: run.files[kind] for kind in ("train", "test")} == {
        "train": ("machines.csv",),
        "test": ("machines_march.csv",),
    }


def test_a_table_that_is_cut_afterwards_is_no_split(folder: Folder) -> None:
    """All rows are in one table: it holds training rows, and those that are tested on."""
    cut = (
        "X_train, X_test, y_train, y_test = train_test_split(df.drop(columns='bad'), df['bad'])\n"
        "model_test = SGDClassifier().fit(new, new['bad'])\ntest_pred = model_test.predict(new)"
    )
    run = read_run(folder({"log.csv": LOG, "fit.py": NEW.format(cut)}))
    assert run.script is not None
    assert [name for _, name in run.script.tables] == ["df", "new"]


@pytest.mark.parametrize(
    "cut",
    [
        "df_test = new.sample(frac=0.2)\ntrain = new.drop(df_test.index)",
        "X, y = new[new.age < 30], new['bad']\nmodel = SGDClassifier().fit(X, y)\nX_test = new[new.age > 29]",
    ],
)
def test_a_table_of_which_only_one_part_has_a_clear_name_is_no_split(folder: Folder, cut: str) -> None:
    """The other part is what the model learns."""
    run = read_run(folder({"log.csv": LOG, "fit.py": FIT.format("x = y = 0\nnew = pd.read_csv('all.csv')\n" + cut)}))
    assert run.script is not None
    assert [name for _, name in run.script.tables] == ["new"]


def test_scores_beside_the_column_that_the_script_learns_are_predictions(folder: Folder) -> None:
    """The data lies elsewhere; what is measured on a table of scores alone needs no threshold."""
    script = (
        HEAD + "df = pd.read_csv('/data/loans.csv')\ny = df.pop('default')\nmodel = SGDClassifier()\nmodel.fit(df, y)\n"
    )
    scores = "loan,default,score\n" + "".join(f"{n},{n % 3 // 2},{(n * 37 % 100) / 100}\n" for n in range(300))
    run = read_run(folder({"log.csv": LOG, "fit.py": script, "holdout_scores.csv": scores}))
    assert run.files["predictions"] == ("holdout_scores.csv",)
    auc = Measures(run).one("predictions.auc")
    assert auc.known and 0.4 < auc.value < 0.6
