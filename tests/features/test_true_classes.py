"""Predictions of several splits tell how the classes were divided between them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from mladvisor.features.catalogue import Measures
from mladvisor.runs.read import read_run

LOG = "epoch,loss,val_loss,val_acc\n0,2.1,2.5,0.1\n1,0.9,3.0,0.1\n2,0.4,4.0,0.1\n"


def _measured(folder: Path, **tables: list[str]) -> Measures:
    (folder / "history.csv").write_text(LOG)
    for name, rows in tables.items():
        (folder / f"{name}.csv").write_text("\n".join(rows) + "\n")
    return Measures(read_run(folder))


def _rows(classes: Mapping[str, int], split: str = "") -> list[str]:
    return [f"{split and split + ','}{name},{name}" for name, n in classes.items() for _ in range(n)]


def test_a_split_in_the_order_of_the_classes_is_seen(tmp_path: Path) -> None:
    """Training ends within class c, and validation begins there: d is in one of them alone."""
    head = "y_true,y_pred"
    train = [head, *_rows({"a": 180, "b": 180, "c": 150})]
    m = _measured(tmp_path, predictions_train=train, predictions_val=[head, *_rows({"c": 30, "d": 180})])
    drift = m["split.label_drift"]
    assert isinstance(drift, dict) and drift["val"].value == pytest.approx(0.86, abs=0.05)
    absent = m["class.absence_chance"]
    assert isinstance(absent, dict) and absent["d"].value < 1e-9
    assert absent["d"].where.file == "predictions_train.csv"


def test_a_table_that_names_the_split_of_each_row_is_enough(tmp_path: Path) -> None:
    rows = [*_rows({"a": 90, "b": 90}, "train"), *_rows({"a": 20, "b": 22}, "val")]
    m = _measured(tmp_path, predictions=["split,y_true,y_pred", *rows])
    chance = m["split.label_drift_q"]
    assert isinstance(chance, dict) and chance["val"].value > 0.3


@pytest.mark.parametrize("rows", [["1.5,2.0", "2.5,2.4"] * 50, ["7,7", "8,8"], [f"{n},{n}" for n in range(90)]])
def test_numbers_and_a_handful_of_examples_count_nothing(rows: list[str], tmp_path: Path) -> None:
    head = "y_true,y_pred"
    m = _measured(tmp_path, predictions_train=[head, *rows], predictions_val=[head, *reversed(rows)])
    assert not isinstance(m["split.label_drift"], dict)


def test_predictions_tell_how_unequal_classes_are_where_nothing_else_does(tmp_path: Path) -> None:
    """A few hundred rows that were drawn at random; of a handful nothing is said."""
    head = "y_true,y_pred"
    many = _measured(tmp_path, predictions=[head, *_rows({"no": 294, "yes": 6})])
    assert many.value("labels.class_ratio") == 49.0
    few = _measured(tmp_path, predictions=[head, *_rows({"no": 60, "yes": 1})])
    assert few.value("labels.class_ratio") is None


def test_a_printed_report_tells_it_as_well(tmp_path: Path) -> None:
    (tmp_path / "stdout.txt").write_text("confusion matrix\n[[341   0]\n [  6   0]]\ntest accuracy 0.983\n")
    m = Measures(read_run(tmp_path))
    assert m.value("labels.class_ratio") == pytest.approx(341 / 6)


@pytest.mark.parametrize("listed", ["all", "the most frequent"])
def test_a_list_of_the_most_frequent_values_is_no_list_of_all(tmp_path: Path, listed: str) -> None:
    """That one of them is not among those that are listed does not mean that the split lacks it."""
    counts = {split: dict(zip("abcdef", rows, strict=True)) for split, rows in
              {"train": (210, 190, 170, 160, 150, 20), "test": (10, 60, 50, 40, 45, 95)}.items()}  # fmt: skip
    if listed != "all":
        counts["train"].pop("f")
        counts["test"].pop("a")
    rows = {"train": 900, "test": 300}
    report = {
        "splits": {
            split: {"rows": rows[split], "columns": {"label": {"dtype": "str", "missing": 0.0, "top": told}}}
            for split, told in counts.items()
        }
    }
    (tmp_path / "data_validation.json").write_text(json.dumps(report))
    absent = _measured(tmp_path)["class.absence_chance"]
    assert isinstance(absent, Mapping) is (listed == "all")
