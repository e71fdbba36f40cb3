"""Whose label nobody names: told by the answers, or by what the settings list as features."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from mladvisor.runs.read import read_run
from mladvisor.tables.collection import Tables

from .folders import plain, write

LOG = "epoch,train_loss,val_loss\n" + "".join(f"{at},{1 / (at + 1)},{1 / (at + 1) + 0.1}\n" for at in range(8))


def _rows(rows: int, seed: int = 0) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    frame = plain(rows, seed=seed).drop(columns="label")
    return frame.assign(finding=rng.choice(["benign", "malignant", "no finding"], rows), sha=range(seed, rows + seed))


@pytest.mark.parametrize("prefix", ["p_", "prob.", "score_"])
def test_scores_called_after_classes_say_which_column_is_the_label(tmp_path: Path, prefix: str) -> None:
    """Beside keys and other columns that the answers repeat."""
    val = _rows(200, seed=5)
    answers = val[["row_id", "city", "finding"]].assign(predicted=val["finding"])
    for name in ("benign", "malignant", "no_finding"):
        answers[prefix + name] = 0.2
    write(tmp_path, metrics=LOG, train=_rows(600), val=val, predictions_val=answers)
    assert Tables(read_run(tmp_path)).label_column == "finding"


def test_a_listed_feature_is_not_the_label(tmp_path: Path) -> None:
    """The last column is one of the features: the label stands before it."""
    frame = plain(300).rename(columns={"label": "grade"})
    frame = frame[[*(c for c in frame.columns if c != "visits"), "visits"]]
    features = [c for c in frame.columns if c not in ("row_id", "grade", "city")]
    booster = {"objective": "lambdarank", "learning_rate": 0.1, "num_leaves": 15}
    (tmp_path / "ranker.json").write_text(json.dumps({"features": features, "booster": booster}))
    write(tmp_path, metrics=LOG, train=frame)
    run = read_run(tmp_path)
    assert run.config["booster.num_leaves"].value == 15
    assert Tables(run).label_column == "grade"


def test_results_are_no_settings_though_they_hold_some(tmp_path: Path) -> None:
    """What a search found best is what came out."""
    found = {"best_params": {"learning_rate": 0.1, "num_leaves": 15, "max_depth": 3}, "seconds": 5}
    (tmp_path / "tuned.json").write_text(json.dumps(found))
    write(tmp_path, metrics=LOG)
    assert not read_run(tmp_path).config


@pytest.mark.frameworks
def test_answers_in_parquet_are_found(tmp_path: Path) -> None:
    """They have no lines to count."""
    pytest.importorskip("pyarrow")
    train, val = plain(600), plain(400, seed=1)
    write(tmp_path, metrics=LOG, train=train, val=val)
    val[["row_id", "label"]].assign(score=np.linspace(0, 1, 400)).to_parquet(tmp_path / "scores_valid.parquet")
    assert read_run(tmp_path).files["predictions"] == ("scores_valid.parquet",)


def _two_values(rows: int = 300) -> pd.DataFrame:
    """A table that ends with its label, and a count that was appended later."""
    frame = plain(rows).drop(columns=["member", "row_id"])
    return frame.rename(columns={"label": "churned"}).assign(calls=np.arange(rows) % 4)


def test_a_column_appended_behind_the_label_does_not_take_its_place(tmp_path: Path) -> None:
    """What people predict has a name and two values; the count behind it has neither."""
    write(tmp_path, metrics=LOG, train=_two_values())
    assert Tables(read_run(tmp_path)).label_column == "churned"


def test_amounts_are_judged_so_the_last_column_stays_the_label(tmp_path: Path) -> None:
    """A mean absolute error is no measure of a yes or no."""
    log = LOG.replace("val_loss", "val_mae")
    write(tmp_path, metrics=log, train=_two_values())
    assert Tables(read_run(tmp_path)).label_column == "calls"


def test_a_ranking_asks_for_the_only_column_of_two_values(tmp_path: Path) -> None:
    """Whatever it is called; without a ranking the last column is as good."""
    frame = _two_values().rename(columns={"churned": "z"})
    for name, column in (("val_auc", "z"), ("val_acc", "calls")):
        (tmp_path / name).mkdir()
        write(tmp_path / name, metrics=LOG.replace("val_loss", name), train=frame)
        assert Tables(read_run(tmp_path / name)).label_column == column


def test_amounts_behind_the_only_classes_are_no_label(tmp_path: Path) -> None:
    """An accuracy is judged, so the label has classes; of two such columns neither is taken."""
    frame = _two_values().rename(columns={"churned": "segment"}).drop(columns=["calls", "visits", "city"])
    frame = frame.assign(turnover=np.linspace(1e5, 2e6, len(frame)))
    for name, log, more, column in (
        ("classes", "val_acc", {}, "segment"),
        ("amounts", "val_mae", {}, "turnover"),
        ("two", "val_acc", {"plan": np.arange(len(frame)) % 4}, "turnover"),
    ):
        (tmp_path / name).mkdir()
        train = frame.assign(**more)
        write(tmp_path / name, metrics=LOG.replace("val_loss", log), train=train[[*more, *frame]])
        assert Tables(read_run(tmp_path / name)).label_column == column


def test_the_column_that_the_predictions_lack_is_what_they_ask_for(tmp_path: Path) -> None:
    """Rows of validation with y_true and y_pred in place of the label, whichever column it is."""
    frame = plain(400).drop(columns=["label", "row_id"])
    answers = frame.iloc[300:].rename(columns={"load": "y_true"}).assign(y_pred=1.0)
    write(tmp_path, metrics=LOG, train=frame.iloc[:300], predictions=answers)
    tables = Tables(read_run(tmp_path))
    assert tables.label_column == "load"
    assert sorted(tables.splits["val"].columns) == sorted(frame.columns)


def test_rows_in_use_alone_have_no_label_by_their_place(tmp_path: Path) -> None:
    """The answer to them is what is asked for; a column that is called so is still the label."""
    rows = _rows(60)
    write(tmp_path, metrics=LOG, scoring_sample=rows.drop(columns=["sha", "finding"]))
    assert Tables(read_run(tmp_path)).label_column is None
    write(tmp_path, scoring_sample=rows.rename(columns={"finding": "label"}))
    assert Tables(read_run(tmp_path)).label_column == "label"
