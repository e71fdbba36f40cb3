"""How features go with the label, in the words, forms and languages that people write it down in."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from mladvisor.features.catalogue import Measures
from mladvisor.runs.read import read_run

LOG = "epoch,train_loss,val_loss,val_acc\n" + "".join(f"{n},{1 / n},{1.1 / n},0.9\n" for n in range(1, 9))
AREAS = {"age": 0.55, "pay": 0.61, "code": 0.98, "late": 0.42}


def _measures(folder: Path, name: str, text: str) -> Measures:
    (folder / "log.csv").write_text(LOG)
    (folder / name).write_text(text)
    return Measures(read_run(folder))


@pytest.mark.parametrize(
    "head",
    ["feature,pearson_with_target", "variable,corr_y", "column,abs_spearman_label", "variabile,correlazione",
     "variavel,correlacao", "feature,cramers_v"],
)  # fmt: skip
def test_a_correlation_by_the_words_of_its_column(tmp_path: Path, head: str) -> None:
    text = f"{head}\nage,0.1\npay,-0.3\ncode,0.97\nlate,0.02\n"
    m = _measures(tmp_path, "ties.csv", text)
    assert m.value("report.best_correlation") == pytest.approx(0.97)
    assert m.value("report.next_correlation") == pytest.approx(0.3)


def test_the_label_beside_itself_is_no_feature(tmp_path: Path) -> None:
    """`frame.corr()["target"]` lists the target as well."""
    m = _measures(tmp_path, "correlations.csv", "feature,corr_target\na,0.1\nb,0.2\nc,0.3\nd,0.4\ntarget,1.0\n")
    assert m.value("report.best_correlation") == pytest.approx(0.4)


@pytest.mark.parametrize("head", ["feature,corr_with_age", "feature,p_value_of_corr", "feature,auc"])
def test_what_ties_a_feature_to_something_else(tmp_path: Path, head: str) -> None:
    """An area without a word may be that of a model without the feature."""
    m = _measures(tmp_path, "feature_report.csv", f"{head}\na,0.9\nb,0.2\nc,0.3\nd,0.4\n")
    assert not m.one("report.best_correlation").known
    assert not m.one("report.best_alone").known


def test_areas_in_a_list_of_json_are_no_log(tmp_path: Path) -> None:
    """Each record is named by a text of its own, and none counts."""
    rows = [{"feature": name, "auc_alone": area} for name, area in AREAS.items()]
    m = _measures(tmp_path, "areas.json", json.dumps(rows))
    assert not [curve for curve in m.run.curves if "areas" in curve.place.file]
    (tmp_path / "areas.json").rename(tmp_path / "feature_areas.json")
    assert Measures(read_run(tmp_path)).value("report.best_alone") == pytest.approx(0.96)


def test_a_history_of_named_times_stays_a_log(tmp_path: Path) -> None:
    rows = [{"when": f"2024-05-0{n}", "loss": 1.0 / n, "val_acc": 0.5 + n / 20} for n in range(1, 8)]
    (tmp_path / "history.json").write_text(json.dumps(rows))
    assert {curve.name for curve in read_run(tmp_path).curves} >= {"loss", "val_acc"}


def test_a_printed_table_of_features(tmp_path: Path) -> None:
    rows = "".join(f"{name:>10} {area:10.3f}\n" for name, area in AREAS.items())
    m = _measures(tmp_path, "power.txt", f"{'feature':>10} {'auc_alone':>10}\n{rows}")
    assert m.value("report.best_alone") == pytest.approx(0.96)


def test_statistics_in_another_language_and_keys(tmp_path: Path) -> None:
    rows = [
        {"variable": name, "moyenne": 300.0, "ecart_type": 20.0, "min": 0.0, "max": 900.0, "manquants": 0.25}
        for name in AREAS
    ]
    m = _measures(tmp_path, "profil.json", json.dumps(rows))
    assert m["column.reported_blank"]["age"].value == pytest.approx(0.25)  # type: ignore[index]


def test_statistics_called_after_a_split_are_no_rows(tmp_path: Path) -> None:
    text = "variable,mean,std,min,max,missing\nage,40,9,18,90,0.0\npay,3000,900,400,9000,0.03\n"
    m = _measures(tmp_path, "validation.csv", text)
    assert m.run.files.get("data_report") == ("validation.csv",)
    assert "val" not in m.run.files


@pytest.mark.parametrize("head", ["posinf", "n_inf", "isinf_count", "infinite"])
def test_infinite_cells(tmp_path: Path, head: str) -> None:
    m = _measures(tmp_path, "features.csv", f"feature,n,nan,{head}\na,900,0,0\nb,900,0,3\n")
    assert m["column.reported_infinite"]["b"].value == 3  # type: ignore[index]


@pytest.mark.parametrize(
    ("line", "cells"),
    [("loaded train.parquet: 900 rows, 12 columns, null count 2", 2.0), ("read 900 rows, 7 missing values", 7.0),
     ("epoch 3: missing 4", None), ("table read, missing 3.5% of pay", None)],
)  # fmt: skip
def test_blank_cells_that_a_line_counts(tmp_path: Path, line: str, cells: float | None) -> None:
    m = _measures(tmp_path, "train.log", f"{line}\nepoch 1 loss 0.5\nepoch 2 loss 0.4\n")
    assert m.value("report.blank_cells") == cells


def test_a_score_beside_what_came_true(tmp_path: Path) -> None:
    """Three columns: a number of the row, the only one of zeros and ones, and a score."""
    rows = "".join(f"{70_000 + n};{n % 5 == 0:d};{(n * 37 % 100) / 100}\n" for n in range(200))
    m = _measures(tmp_path, "scores.csv", "case;sepsis;score\n" + rows)
    assert m.run.files.get("predictions") == ("scores.csv",)


def test_what_a_german_note_says_of_decisions(tmp_path: Path) -> None:
    """Decimal commas, and words for the cut and the rate."""
    m = _measures(tmp_path, "bericht.md", "Alarmschwelle: 0,97\n\nZiel: Sensitivität mindestens 0,90\n")
    assert m.value("config.threshold") == 0.97
    assert m.run.config["min_recall"].value == 0.9


def test_importance_of_trees_that_cut_by_one_feature(tmp_path: Path) -> None:
    """A library of boosted trees lists the features that it uses; of another model a list of one says nothing."""
    report = "feature,gain\ncode,271.8\n"
    assert not _measures(tmp_path, "importance.csv", report).one("report.top_importance").known
    (tmp_path / "log.csv").unlink()
    rounds = "".join(f"[{n}]\ttrain-logloss:{0.6 / (n + 1):.5f}\ttest-logloss:{0.6 / (n + 1):.5f}\n" for n in range(9))
    (tmp_path / "xgb.txt").write_text(rounds)
    assert Measures(read_run(tmp_path)).value("report.top_importance") == 1.0
