"""Tables as people leave them beside a log: their names, their folders, and answers of the model among the columns."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from mladvisor.features.catalogue import Measures
from mladvisor.features.data_tables import tables
from mladvisor.runs.read import read_run
from mladvisor.tables.collection import Tables

from .folders import plain

LOG = "".join(f"epoch {at} loss {1 / at:.3f}\n" for at in range(1, 9))


def opened(folder: Path, **frames: pd.DataFrame) -> Tables:
    """The tables of a folder with a log; `a__b` is the file b.csv of the folder a."""
    (folder / "train.log").write_text(LOG)
    for name, frame in frames.items():
        path = folder / f"{name.replace('__', '/')}.csv"
        path.parent.mkdir(exist_ok=True)
        frame.to_csv(path, index=False)
    found: Tables = Measures(read_run(folder)).once(tables)
    return found


def test_data_in_use_stands_where_the_test_split_would(tmp_path: Path) -> None:
    """A test split beside it moves to the place of validation data, where that is free."""
    found = opened(tmp_path, train=plain(60), test=plain(40), serving=plain(30))
    assert {name: table.file for name, table in found.splits.items()} == {
        "train": "train.csv",
        "val": "test.csv",
        "test": "serving.csv",
    }


@pytest.mark.parametrize("name", ["serving_log", "test_clean"])
def test_a_table_of_other_things_is_left_aside_and_told(tmp_path: Path, name: str) -> None:
    """The name of a split and the columns of something else: no data of this run, which is said."""
    other = pd.DataFrame({"request": range(30), "latency_ms": 5.0, "host": "a"})
    found = opened(tmp_path, train=plain(60), **{name: other})
    assert list(found.splits) == ["train"]
    assert any(f"{name}.csv" in note and "too few columns" in note for note in found.notes)


def test_folders_of_tables_belong_to_the_log_beside_them(tmp_path: Path) -> None:
    """`raw/` holds what the others were made of; what is no table stays where it is."""
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "notes.csv").write_text("epoch,loss\n1,2\n2,1\n")
    found = opened(tmp_path, processed__train_features=plain(60), data__val=plain(40), raw__train=plain(60))
    assert (found.file("train"), found.file("val"), found.file("train_raw")) == (
        "processed/train_features.csv",
        "data/val.csv",
        "raw/train.csv",
    )
    assert not any("notes" in curve.place.file for curve in found.run.curves)


def test_answers_of_the_model_are_no_columns_of_the_data(tmp_path: Path) -> None:
    """A column called like a score that training has is data; one that training lacks is an answer."""
    train = plain(60).assign(score=1.0)
    found = opened(tmp_path, train=train, test=train.assign(p=0.5, predicted_label=1))
    assert found.splits["test"].columns == list(train.columns)


@pytest.mark.parametrize(
    ("answers", "role"), [(np.linspace(0, 1, 60), "y_score"), (np.arange(60) % 2, "y_pred"), (7.5, "y_pred")]
)
def test_predictions_in_the_words_of_the_data(tmp_path: Path, answers: object, role: str) -> None:
    """The label by its own name, and scores told from decisions by their values; both are said."""
    label = "bought"
    frame = plain(60).rename(columns={"label": label})
    (tmp_path / "mladvisor.yaml").write_text(f"label: {label}\n")
    found = opened(tmp_path, train=frame, val_predictions=frame[[label]].assign(**{f"predicted_{label}": answers}))
    table = found.get("predictions")
    assert table is not None
    assert table.columns == ["y_true", role]
    assert any("taken for y_true" in note for note in found.notes)


def test_predictions_that_hold_the_data_are_a_split_where_there_is_none(tmp_path: Path) -> None:
    """Rows with the columns of training, and the label under its own name; a real split is not replaced."""
    frame = plain(60)
    label = str(frame.columns[-1])
    (tmp_path / "mladvisor.yaml").write_text(f"label: {label}\n")
    found = opened(tmp_path, train=frame, predictions=frame.assign(pred=0.5))
    assert found.splits["val"].columns == list(frame.columns)
    (tmp_path / "test.csv").write_text(frame.to_csv(index=False))
    again: Tables = Measures(read_run(tmp_path)).once(tables)
    assert list(again.splits) == ["train", "test"]


def test_outcomes_of_a_model_in_use_may_be_columns_of_the_log(tmp_path: Path) -> None:
    """Weekly retraining logs them beside the metric; business.csv, where it lies there, goes first."""
    weeks = range(1, 13)
    lines = [
        f'{{"week": {at}, "val_loss": {1 / at}, "val_auc": {0.7 + at / 50}, "online_revenue": {9 - at / 3}}}'
        for at in weeks
    ]
    (tmp_path / "history.jsonl").write_text("\n".join(lines))
    m = Measures(read_run(tmp_path))
    assert (m.value("business.outcome"), m.value("business.agreement")) == ("online_revenue", pytest.approx(-1))
    own = "epoch,auc,profit\n" + "".join(f"{at},{0.7 + at / 50},{at}\n" for at in weeks)
    (tmp_path / "business.csv").write_text(own)
    assert Measures(read_run(tmp_path)).value("business.outcome") == "profit"


def test_the_only_table_beside_a_log_is_the_training_data(tmp_path: Path) -> None:
    """Of any name, which is said, where something of the run speaks of it; of two none is taken."""
    unlinked = plain(60).rename(columns={"label": "usd"})
    assert opened(tmp_path, passengers=unlinked).file("train") is None
    found = opened(tmp_path, passengers=plain(60))
    assert found.file("train") == "passengers.csv"
    assert any("passengers.csv" in line for line in found.run.assumed)
    assert opened(tmp_path, ferries=plain(60)).file("train") is None


@pytest.mark.parametrize(
    ("more", "label"),
    [
        ({"config": '{"features": ["height", "pay", "load", "shift", "visits", "city", "member"]}'}, "label"),
        ({"answers": "p_member"}, "member"),
        ({}, "city"),
    ],
)
def test_the_label_by_what_lies_beside(tmp_path: Path, more: dict[str, str], label: str) -> None:
    """The column that is no feature; the one that answers are for; else the last column."""
    frame = plain(60).rename(columns={"label": "taken"})[
        ["row_id", "height", "pay", "load", "shift", "visits", "member", "taken", "city"]
    ]
    if "config" in more:
        (tmp_path / "config.json").write_text(more["config"])
        label = "taken"
    test = frame.assign(**{more["answers"]: 0.5}) if "answers" in more else frame
    assert opened(tmp_path, train=frame, test=test).label_column == label


READS = """import pandas as pd
from pathlib import Path
tr, held = pd.read_csv("data/loans_2019.csv").dropna(), pd.read_csv(Path("data") / "loans_2023.csv")
{more}
y = tr.pop("shift")
model.fit(tr, y, epochs=8)
"""


@pytest.mark.parametrize(
    ("more", "splits"),
    [
        ("", {"train": "data/loans_2019.csv"}),
        ('val = pd.read_csv("../input/extra.csv")', {"train": "data/loans_2019.csv", "val": "data/extra.csv"}),
        ('test_df = pd.read_csv("nowhere.csv")', {"train": "data/loans_2019.csv"}),
        (
            'def get(f):\n    return pd.read_csv("data/" + f)\nheld_out_test = get("extra.csv")',
            {"train": "data/loans_2019.csv", "test": "data/extra.csv"},
        ),
        (
            "get = lambda s: pd.read_csv(f'{root}/{s}.csv')\nx_val, q = get('extra').dropna(), get(name)",
            {"train": "data/loans_2019.csv", "val": "data/extra.csv"},
        ),
    ],
)
def test_the_script_says_which_table_is_which(tmp_path: Path, more: str, splits: dict[str, str]) -> None:
    """By the variable that a table is read into, wherever it lies, and the label by what is taken out of it; told."""
    (tmp_path / "fit.py").write_text(READS.format(more=more))
    found = opened(tmp_path, data__loans_2019=plain(60), data__loans_2023=plain(40), data__extra=plain(30))
    assert {name: table.file for name, table in found.splits.items()} == splits
    assert found.label_column == "shift"
    assert any("loans_2019.csv as train" in line and "fit.py" in line for line in found.run.assumed)


def test_one_table_that_the_script_reads_is_the_training_data(tmp_path: Path) -> None:
    """Among others that nobody reads; a second one that the script does not call anything makes it unknown."""
    (tmp_path / "fit.py").write_text('d = pd.read_csv("data/scans.csv")\nmodel.fit(d)\n')
    found = opened(tmp_path, data__scans=plain(60), data__other=plain(60))
    assert found.file("train") == "data/scans.csv"
    (tmp_path / "fit.py").write_text(
        'd, e = pd.read_csv("data/scans.csv"), pd.read_csv("data/other.csv")\nmodel.fit(d)\n'
    )
    assert not Tables(read_run(tmp_path))


def test_tables_that_are_called_alike_belong_together(tmp_path: Path) -> None:
    """Names that differ in the split alone; logs of losses do as well, and are none."""
    cars = pd.DataFrame({"wheels": range(30), "doors": 4, "label": 0})
    found = opened(tmp_path, data__loans_train=plain(60), data__loans_valid=plain(40), data__cars_test=cars)
    assert {name: table.file for name, table in found.splits.items()} == {
        "train": "data/loans_train.csv",
        "val": "data/loans_valid.csv",
    }
    assert any("called alike" in line for line in found.run.assumed)


def test_splits_by_name_and_columns(tmp_path: Path) -> None:
    """ "dev" and "test_oot" are rows of the data where they have its columns and lie beside it."""
    other = pd.DataFrame({"request": range(30), "latency_ms": 5.0, "host": "a"})
    found = opened(tmp_path, train=plain(60), dev=plain(40), test_oot=plain(30), test_latency=other)
    assert {name: table.file for name, table in found.splits.items()} == {
        "train": "train.csv",
        "val": "dev.csv",
        "test": "test_oot.csv",
    }


def test_labels_in_tables_of_their_own(tmp_path: Path) -> None:
    """Row by row beside the features; a table of other rows is left aside, which is said."""
    whole = plain(60)
    features, labels = whole.drop(columns="label"), whole[["label"]].rename(columns={"label": "churned"})
    found = opened(
        tmp_path, data__X_train=features, data__y_train=labels, data__X_val=features, data__y_val=labels.head(7)
    )
    assert found.label_column == "churned"
    assert found.splits["train"].frame["churned"].tolist() == whole["label"].tolist()
    assert "churned" not in found.splits["val"]
    assert any("y_val.csv: does not hold one label for each row" in note for note in found.notes)


@pytest.mark.parametrize("case", ["placeholder", "other order", "labelled"])
def test_labels_that_are_none_of_these_rows(tmp_path: Path, case: str) -> None:
    """A file of zeros for the rows to come, rows in another order, and a table that has its own labels."""
    whole = plain(60)
    features, labels = whole.drop(columns="label"), whole[["row_id", "label"]]
    if case == "placeholder":
        labels = labels.assign(label=0)
    elif case == "other order":
        labels = labels[::-1]
    else:
        features, labels = whole, labels.assign(label=0)
    found = opened(tmp_path, data__X_train=features, data__y_train=labels)
    own = found.splits["train"]
    assert ("label" in own) == (case == "labelled")
    assert found.label_column == ("label" if case == "labelled" else None)  # the last column is none
    assert case != "labelled" or own.frame["label"].tolist() == whole["label"].tolist()


def test_folds_are_no_features(tmp_path: Path) -> None:
    """Columns that serve the training stand in its table alone, and nothing is missing elsewhere."""
    found = opened(tmp_path, train=plain(60).assign(fold=1, sample_weight=0.5), val=plain(40))
    assert found.splits["train"].columns == found.splits["val"].columns


def test_all_splits_in_one_table(tmp_path: Path) -> None:
    """A column of splits divides it and is no feature; a column of that name with other values is one."""
    rows = plain(60).assign(split=["train"] * 40 + ["valid"] * 20)
    found = opened(tmp_path, dataset=rows)
    assert {name: table.rows for name, table in found.splits.items()} == {"train": 40, "val": 20}
    assert "split" not in found.columns
    assert any("which split each belongs to" in note for note in found.notes)
    assert list(opened(tmp_path, dataset=rows.assign(split="small")).splits) == ["train"]
