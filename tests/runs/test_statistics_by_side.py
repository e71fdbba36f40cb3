"""Statistics of columns side by side of two tables, in any language, whatever the file is called; and without a log."""

from __future__ import annotations

from pathlib import Path

import pytest

from mladvisor.errors import ReadError
from mladvisor.features.catalogue import Measures
from mladvisor.features.report_said import told
from mladvisor.runs.read import read_run

LOG = "epoch,train_loss,val_loss\n" + "".join(f"{n},{1 / n},{1.1 / n}\n" for n in range(1, 9))
ROWS = "{0}\nheight{1}1.5{1}0.2{1}2.5{1}0.2{1}0.0\nweight{1}70{1}9{1}71{1}9{1}1.0\n"


def _said(folder: Path, name: str, text: str, *, log: str = LOG) -> dict[tuple[str, str | None, str], float]:
    (folder / name).write_text(text)
    if log:
        (folder / "log.csv").write_text(log)
    return {(one.what, one.split, one.name): one.value for one, _ in Measures(read_run(folder)).once(told)}


@pytest.mark.parametrize(
    ("name", "head", "gap"),
    [
        ("compare.csv", "feature,mean_offline,std_offline,mean_online,std_online,missing_online", ","),
        ("derive.tsv", "variable\tmoyenne_apprentissage\tecart_type_apprentissage\tmoyenne_production\t"
         "ecart_type_production\tmanquants_production", "\t"),
        ("columns.csv", "column,train_mean,train_std,serve_mean,serve_std,serve_null", ","),
        ("raw_stats.csv", "feature,mean_train,std_train,mean_scoring,std_scoring,null_rate_scoring", ","),
        ("features.csv", "zmienna,srednia_trening,odch_trening,srednia_produkcja,odch_produkcja,braki_produkcja", ","),
    ],
)  # fmt: skip
def test_two_sides(tmp_path: Path, name: str, head: str, gap: str) -> None:
    """Means and spreads of training and of use, also in a file that is called after a dictionary or a raw table."""
    said = _said(tmp_path, name, ROWS.format(head, gap))
    assert said["mean", "train", "height"] == 1.5
    assert (said["mean", "serving", "height"], said["std", "serving", "height"]) == (2.5, 0.2)
    assert said["missing", "serving", "weight"] == 1.0
    assert not {"schema", "train_raw", "train"} & read_run(tmp_path).files.keys()


def test_two_sides_in_json(tmp_path: Path) -> None:
    said = _said(
        tmp_path, "perfil.json",
        '[{"variavel": "peso", "media_treino": 70, "desvio_treino": 9, "media_validacao": 71, "desvio_validacao": 8}]',
    )  # fmt: skip
    assert (said["mean", "train", "peso"], said["std", "val", "peso"]) == (70.0, 8.0)


def test_two_years(tmp_path: Path) -> None:
    """A column that the later year lacks is missed; what moved from year to year may both have been learned from."""
    head = "feature,mean_2022,std_2022,missing_2022,mean_2023,std_2023,missing_2023\n"
    said = _said(tmp_path, "variables.csv", head + "rain,500,100,0.0,,,1.0\nheat,20,3,0.0,27,3,0.0\n")
    assert (said["missing", "train", "rain"], said["missing", "serving", "rain"]) == (0.0, 1.0)
    assert ("mean", "serving", "heat") not in said


def test_a_dictionary_stays_one(tmp_path: Path) -> None:
    """What is allowed is no statistics of what is there."""
    (tmp_path / "log.csv").write_text(LOG)
    (tmp_path / "columns.csv").write_text("column,type,min,max,required\nheight,float,0,3,yes\n")
    assert read_run(tmp_path).files["schema"] == ("columns.csv",)


def test_reports_without_a_log(tmp_path: Path) -> None:
    """They are judged; a folder of anything else is no run."""
    said = _said(tmp_path, "null_rates.csv", "feature,null_train,null_serving\nage,0.0,1.0\npay,0.0,0.0\n", log="")
    assert said["missing", "serving", "age"] == 1.0
    other = tmp_path / "other"
    other.mkdir()
    (other / "report.json").write_text('{"title": "weekly report", "pages": 12}')
    with pytest.raises(ReadError, match="no training log"):
        read_run(other)


def test_a_record_for_each_feature_is_no_log(tmp_path: Path) -> None:
    """Its Kolmogorov-Smirnov statistics are no curve of a metric."""
    rows = ", ".join(
        f'{{"feature": "f{n}", "ks_stat": 0.{n}, "psi": 0.3, "drift_detected": true}}' for n in range(1, 6)
    )
    said = _said(tmp_path, "drift.json", f"[{rows}]")
    assert said["psi", None, "f1"] == 0.3
    assert {curve.place.file for curve in read_run(tmp_path).curves} == {"log.csv"}
