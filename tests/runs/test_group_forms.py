"""Groups with training rows and a score are a report by group, whatever program or person leaves them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from mladvisor.features.catalogue import Measures
from mladvisor.features.slice_reports import reported
from mladvisor.runs.key_groups import grouped_keys, labelled_gauges
from mladvisor.runs.markdown import bar_tables
from mladvisor.runs.other_languages import english
from mladvisor.runs.read import read_run
from mladvisor.runs.report_names import slice_columns

from .conftest import Folder

LOG = "epoch,loss,val_loss\n" + "".join(f"{n},{1 / n:.4f},{1.1 / n:.4f}\n" for n in range(1, 13))
QUERY = (
    " harbour | train_rows | eval_rows |  mae \n---------+------------+-----------+------\n"
    " north   |       9000 |       900 | 0.21\n south   |       8000 |       800 | 0.22\n"
    " west    |         30 |       500 | 1.91\n"
    "(3 rows)\n"
)
FRAME = "+--------+-----+\n| harbour | acc |\n+--------+-----+\n| west | 0.4 |\n+---+---+\n"
TABLE = (
    "             train    eval   balanced acc\nnorth pier    9000    900    0.91\n"
    "south pier    8000    800    0.92\nwest pier       30    500    0.41\n"
)
SITES = {
    "dice": [
        {"harbour": name, "scans_train": rows, "dice": dice}
        for name, rows, dice in (("a", 900, 0.9), ("b", 700, 0.91), ("c", 4, 0.3))
    ]
}
TFMA = [
    {"sliceKey": {}, "metrics": {"example_count": 2200, "auc": 0.9}},
    {"sliceKey": {"pier": "north"}, "metrics": {"example_count": 900, "auc": 0.93}},
    {"sliceKey": {"pier": "south"}, "metrics": {"example_count": 800, "auc": 0.92}},
    {"sliceKey": {"pier": "west"}, "metrics": {"example_count": 500, "auc": 0.61}},
]
LINES = "training rows per pier: north 9000, south 8000, west 30\nauc by pier: north 0.93, south 0.92, west 0.61\n"
HAN = "门店类型,训练样本数,测试样本数,准确率\n甲,9000,900,0.91\n乙,8000,800,0.92\n丙,30,500,0.41\n"


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("by_harbour.out", QUERY),
        ("slices.txt", TABLE),
        ("result.json", json.dumps(SITES)),
        ("eval.json", json.dumps(TFMA)),
        ("notes.txt", LINES),
        ("report.csv", HAN),
        ("piers.csv", "pier,n_train,correct\nnorth,9000,0.91\nsouth,8000,0.92\nwest,30,0.41\n"),
        ("piers.txt", "pier N  train 9000  top-1 0.91\npier S  train 8000  top-1 0.92\npier W  train 30  top-1 0.41\n"),
    ],
)
def test_the_worst_group_is_told_from_the_others(folder: Folder, file: str, text: str) -> None:
    run = folder({"metrics.csv": LOG, file: text})
    found = Measures(read_run(run)).once(reported)
    assert len(found) == 3
    worst = max(found.values(), key=lambda each: each.error - each.rest)
    assert worst.q < 0.005 and worst.error > 2 * worst.rest
    if "example_count" not in text:
        assert worst.train_rows is not None and worst.train_rows <= 30


def test_groups_in_the_names_of_what_is_logged(folder: Folder) -> None:
    head = "epoch,loss,val_loss,n/north,n/west,val_acc/north,val_acc/west\n"
    rows = "".join(f"{n},{1 / n:.4f},{1.1 / n:.4f},9000,36,0.91,0.4\n" for n in range(1, 13))
    found = Measures(read_run(folder({"metrics.csv": head + rows}))).once(reported)
    assert found["west"].rows == 36 and found["west"].error == pytest.approx(0.6)


@pytest.mark.parametrize(
    ("columns", "stem"),
    [
        (["method", "n_train", "acc"], "comparison"),
        (["fold", "train_rows", "acc"], "cv"),
        (["fraction", "n_train", "acc"], "sizes"),
        (["epoch", "train_images", "acc"], "log"),
        (["model", "train", "acc"], "models"),
    ],
)
def test_what_learned_from_some_rows_each_is_no_group_of_them(columns: list[str], stem: str) -> None:
    assert slice_columns(columns, stem) is None


def test_scores_on_training_rows_are_no_rows(folder: Folder) -> None:
    run = folder({"metrics.csv": LOG, "by_pier.csv": "pier,train,acc\nnorth,1.0,0.9\nwest,1.0,0.4\n"})
    assert Measures(read_run(run)).once(reported) == {}


def test_a_log_that_lists_groups_at_its_end_stays_one(folder: Folder) -> None:
    lines = "".join(f"epoch {n} train loss {1 / n:.4f} val loss {1.1 / n:.4f}\n" for n in range(1, 13))
    run = read_run(folder({"stdout.txt": lines + LINES}))
    assert run.curves and len(Measures(run).once(reported)) == 3


def test_tables_of_a_database_and_in_a_frame() -> None:
    assert next(bar_tables(QUERY)).rows[2] == ["west", "30", "500", "1.91"]
    assert next(bar_tables(FRAME)).rows == [["west", "0.4"]]
    assert not list(bar_tables("epoch 1 | loss 2\nepoch 2 | loss 1\n"))


def test_keys_that_end_in_parts_or_in_too_little_are_no_groups() -> None:
    assert not grouped_keys({"loss/train": 0.1, "loss/val": 0.2, "acc/train": 0.9, "acc/val": 0.8})
    assert not grouped_keys({"acc/a": 0.1, "acc/b": 0.2})
    assert [row["slice"] for row in grouped_keys({"n/a": 1, "n/b": 2, "acc/a": 0.1, "acc/b": 0.2})] == ["a", "b"]


def test_gauges_with_one_label_are_rows() -> None:
    text = '# HELP x\nrecall20{model="a"} 0.2\nrecall20{model="b"} 0.3\nchurn{model="a"} 61\nchurn{model="b"} 70 1700\n'
    assert labelled_gauges(text)[1] == {"model": "b", "recall20": 0.3, "churn": 70.0}
    assert labelled_gauges(text + 'up{job="x"} 1\n') == []


def test_words_that_are_written_without_blanks() -> None:
    assert english("训练样本数") == "train_rows"
    assert english("テスト件数") == "test_count"


def test_a_notebook_that_looks_at_the_groups(folder: Folder) -> None:
    cell = {"cell_type": "code", "source": [], "outputs": [{"output_type": "stream", "name": "stdout", "text": TABLE}]}
    book = json.dumps({"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5})
    run: Path = folder({"metrics.csv": LOG, "slices.ipynb": book})
    assert len(Measures(read_run(run)).once(reported)) == 3
