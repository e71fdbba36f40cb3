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


def test_answers_in_parquet_are_found(tmp_path: Path) -> None:
    """They have no lines to count."""
    pytest.importorskip("pyarrow")
    train, val = plain(600), plain(400, seed=1)
    write(tmp_path, metrics=LOG, train=train, val=val)
    val[["row_id", "label"]].assign(score=np.linspace(0, 1, 400)).to_parquet(tmp_path / "scores_valid.parquet")
    assert read_run(tmp_path).files["predictions"] == ("scores_valid.parquet",)
