"""Tables in a workbook, a database, Feather, ARFF and LIBSVM; annotations of images; pairs of files; ablations."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

import pandas as pd
import pytest

from mladvisor.runs.ablations import ablations_in
from mladvisor.runs.arff import attributes_in
from mladvisor.runs.coco import NOTHING, images_in
from mladvisor.runs.data_records import Record
from mladvisor.runs.data_scores import models_said
from mladvisor.runs.read import read_run
from mladvisor.runs.readers import Candidate
from mladvisor.runs.sheets.file_pairs import copies_in_pairs
from mladvisor.runs.sheets.forms import of_text
from mladvisor.runs.split_lists import lists_beside, read_list
from mladvisor.runs.tables_within import split_of, splits_in
from mladvisor.tables.collection import Tables
from mladvisor.tables.load import read_table

LOG = "epoch,train_loss,val_loss\n" + "".join(f"{n},{1 / n},{1.1 / n}\n" for n in range(1, 9))
ROWS = pd.DataFrame({"age": range(60), "pay": [x * 2.5 for x in range(60)], "label": [0, 1] * 30})


@pytest.mark.parametrize(
    ("name", "split"),
    [("train", "train"), ("customers_valid", "val"), ("holdout", "val"), ("users", None), ("test_predictions", None),
     ("train_labels", None)],
)  # fmt: skip
def test_tables_are_called_after_splits(name: str, split: str | None) -> None:
    assert split_of(name) == split


def test_a_database_with_a_table_for_each_split(tmp_path: Path) -> None:
    (tmp_path / "log.csv").write_text(LOG, encoding="utf-8")
    connection = sqlite3.connect(tmp_path / "shop.db")
    ROWS[:40].to_sql("train", connection, index=False)
    ROWS[20:].to_sql("valid", connection, index=False)
    ROWS[:5].to_sql("notes", connection, index=False)
    connection.close()
    assert splits_in(Candidate(str(tmp_path / "shop.db"), "shop.db")) == {"train": "train", "val": "valid"}
    run = read_run(tmp_path)
    assert run.files["train"] == run.files["val"] == ("shop.db",)
    tables = Tables(run)
    assert {name: table.rows for name, table in tables.splits.items()} == {"train": 40, "val": 40}
    assert tables.splits["val"].file == "shop.db [val]"


def test_a_workbook_with_a_sheet_for_each_split(tmp_path: Path) -> None:
    with pd.ExcelWriter(tmp_path / "data.xlsx") as book:
        ROWS[:40].to_excel(book, sheet_name="train", index=False)
        ROWS[40:].to_excel(book, sheet_name="validation", index=False)
    assert splits_in(Candidate(str(tmp_path / "data.xlsx"), "data.xlsx")) == {"train": "train", "val": "validation"}
    table = read_table(tmp_path / "data.xlsx", "val", "data.xlsx", most_bytes=10**6)
    assert table.rows == 20 and table.file == "data.xlsx [validation]"


def test_other_formats_of_tables(tmp_path: Path) -> None:
    (tmp_path / "train.arff").write_text(
        "@relation r\n@attribute age numeric\n@ATTRIBUTE 'the sex' {F,M}\n@data\n31,F\n% no row\n?,M\n",
        encoding="utf-8",
    )
    weka = read_table(tmp_path / "train.arff", "train", "train.arff", most_bytes=10**6)
    assert weka.columns == ["age", "the sex"] and weka.rows == 2
    (tmp_path / "train.libsvm").write_text("+1 1:0.5 3:2\n-1 2:1 # a remark\n", encoding="utf-8")
    sparse = read_table(tmp_path / "train.libsvm", "train", "train.libsvm", most_bytes=10**6)
    assert sparse.frame.to_numpy().tolist() == [[1.0, 0.5, 0.0, 2.0], [-1.0, 0.0, 1.0, 0.0]]
    pytest.importorskip("pyarrow")
    ROWS.to_feather(tmp_path / "train.feather")
    assert read_table(tmp_path / "train.feather", "train", "train.feather", most_bytes=10**6).rows == 60


def test_the_head_of_a_table_of_weka_ends_where_its_rows_begin() -> None:
    assert attributes_in(["@attribute a real", "@data", "@attribute b real"]) == [("a", True)]


def test_annotations_list_the_images_of_a_split(tmp_path: Path) -> None:
    def written(split: str, first: int) -> Candidate:
        images = [{"id": n, "file_name": f"{n:05}.jpg"} for n in range(first, first + 12)]
        marks = [{"image_id": n, "category_id": 1 + n % 2} for n in range(first, first + 11)]
        kinds = [{"id": 1, "name": "car"}, {"id": 2, "name": "bus"}]
        path = tmp_path / f"instances_{split}2017.json"
        path.write_text(json.dumps({"images": images, "annotations": marks, "categories": kinds}), encoding="utf-8")
        return Candidate(str(path), path.name)

    files = [written("train", 0), written("val", 6)]
    assert read_list(files[0], "train")[:2] == [("00000.jpg", "car"), ("00001.jpg", "bus")]
    assert read_list(files[0], "train")[-1] == ("00011.jpg", NOTHING)
    (tmp_path / "log.csv").write_text(LOG, encoding="utf-8")
    found = lists_beside(read_run(tmp_path), files)
    assert found == {"train_list": ("instances_train2017.json",), "val_list": ("instances_val2017.json",)}
    assert images_in({"images": 3}) == [] and images_in([]) == []


@pytest.mark.parametrize(
    ("second", "distance", "copies"),
    [("val", 2, ("copies-counted", 3.0)), ("train", 2, ("copies", 0.0)), ("val", 20, None)],
)
def test_pairs_of_files_of_two_splits(second: str, distance: int, copies: tuple[str, float] | None) -> None:
    text = "a,b,hamming\n" + "".join(f"train/{n}.jpg,{second}/{n + 50}.jpg,{distance}\n" for n in range(3))
    (sheet,) = of_text(text, "near_duplicates")
    assert [(each.what, each.value) for each in copies_in_pairs(sheet)] == ([copies] if copies else [])


def test_a_table_of_an_ablation() -> None:
    text = "features,val AUC\nall,0.998\n- code,0.64\nwithout age,0.997\nw/o pay,0.996\n"
    (sheet,) = of_text(text, "study")
    found = [(each.what, each.name, round(each.value, 3)) for each in ablations_in(sheet)]
    assert found == [("ablation-base", "", 0.998), ("ablated", "code", 0.358), ("ablated", "age", 0.001),
                     ("ablated", "pay", 0.002)]  # fmt: skip
    (parts,) = of_text("part,val accuracy\nfull,0.99\n- batch norm,0.95\n- mixup,0.97\n- attention,0.55\n", "study")
    assert not list(ablations_in(parts))
    assert not list(models_said(Record(("study", "1"), {"removed": "attention", "accuracy": 0.55})))
    (other,) = of_text("model,val AUC\nall,0.9\nlogreg,0.8\ntree,0.7\nknn,0.6\n", "models")
    assert not list(ablations_in(other))
