"""Counts of classes by split in summaries and settings; numbers by split that are something else."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mladvisor.features.catalogue import Measures
from mladvisor.runs.read import read_run
from mladvisor.runs.readers import Candidate
from mladvisor.runs.split_counts import _in_markdown, counted_once, counts_in, nested, split_counts

from .conftest import Folder

LOG = "epoch,loss,val_loss,val_acc\n" + "".join(
    f"{n},{1 / n:.4f},{1.1 / n:.4f},{1 - 0.5 / n:.4f}\n" for n in range(1, 13)
)
TRAIN, VAL = {"benign": 290, "malignant": 40}, {"benign": 30, "malignant": 85}
SUMMARY = {"train": {"rows": 330, **TRAIN}, "val": {"rows": 115, **VAL}}


@pytest.mark.parametrize(
    "content",
    [
        SUMMARY,
        {"splits": SUMMARY},
        {"class_counts": {"train": TRAIN, "validation": VAL}},
        {"train_class_counts": TRAIN, "val_class_counts": VAL},
        {"train": {"n": 330, "labels": TRAIN}, "dev": {"n": 115, "labels": VAL}},
    ],
)
def test_counts_by_split_are_read_in_many_forms(content: Any) -> None:
    assert split_counts(content) == {"train": TRAIN, "val": VAL}


@pytest.mark.parametrize(
    "train", [{"n": 200, "positives": 20}, {"n": 200, "positive_rate": 0.1}, {"label_counts": [180, 20]}]
)
def test_two_classes_may_be_told_by_one_number(train: dict[str, Any]) -> None:
    found = split_counts({"train": train, "test": train})
    assert sorted(found["train"].values()) == [20, 180]


@pytest.mark.parametrize(
    "content",
    [
        {"train": {"loss": 1, "accuracy": 2}, "val": {"loss": 2, "accuracy": 1}},
        {
            "train": {"n": 100, "tp": 40, "fp": 10, "tn": 45, "fn": 5},
            "val": {"n": 10, "tp": 4, "fp": 1, "tn": 4, "fn": 1},
        },
        {"train": {"n": 100, "correct": 90, "wrong": 10}, "val": {"n": 100, "correct": 80, "wrong": 20}},
        {"train": 900, "val": 100},
        {"train": {"rows": 330, **TRAIN}},
        {"val": {"rows": 115, **VAL}, "test": {"rows": 115, **VAL}},
        {"train": {"rows": 400, **TRAIN}, "val": {"rows": 200, **VAL}},
        [SUMMARY],
    ],
)
def test_numbers_that_do_not_add_up_to_the_rows_are_no_classes(content: Any) -> None:
    assert split_counts(content) == {}


KEYS = st.sampled_from(["train", "val", "n", "class_counts", "positives", "a.b"])
LEAVES = st.none() | st.booleans() | st.floats() | st.text()


@given(st.recursive(LEAVES, lambda inner: st.lists(inner) | st.dictionaries(KEYS, inner), max_leaves=12))
def test_no_content_breaks_the_reading(content: Any) -> None:
    split_counts(content)


def test_dotted_keys_are_mappings_again() -> None:
    assert nested({"a.b": 1, "a.c": 2, "a": 3}) == {"a": 3}
    assert nested({"a.b": 1, "a.c.d": 2}) == {"a": {"b": 1, "c": {"d": 2}}}


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("split_summary.json", json.dumps(SUMMARY)),
        (
            "config.json",
            json.dumps({"lr": 0.1, "epochs": 12, "batch_size": 32, "class_counts": {"train": TRAIN, "val": VAL}}),
        ),
        ("splits_overview.csv", "split,rows,benign,malignant\ntrain,330,290,40\nval,115,30,85\n"),
        (
            "label_balance.csv",
            "split,label,count\ntrain,benign,290\ntrain,malignant,40\nval,benign,30\nval,malignant,85\n",
        ),
    ],
)
def test_without_tables_the_counts_tell_how_the_label_differs(folder: Folder, name: str, text: str) -> None:
    m = Measures(read_run(folder({"log.csv": LOG, name: text})))
    assert m["split.label_drift"]["val"].value > 0.5  # type: ignore[index]
    assert m["split.label_drift_q"]["val"].value < 1e-6  # type: ignore[index]
    assert m.value("labels.class_ratio") == pytest.approx(290 / 40)


@pytest.mark.parametrize("count", [10**400, "9" * 500, "²", -1, 0.5])
def test_what_no_rows_can_be_is_no_count(count: object) -> None:
    assert split_counts({"train_label_counts": {"a": count, "b": 3}, "val_label_counts": {"a": 1, "b": 2}}) == {}


def test_a_column_for_each_class() -> None:
    """Without a total the names of the columns say what is counted; splits have names in other languages."""
    from mladvisor.runs.split_counts import _of_rows

    wide = [{"split": "train", "class_0": "51", "class_1": "0"}, {"split": "val", "class_0": "33", "class_1": "28"}]
    assert _of_rows(wide) == {"train": {"class_0": 51, "class_1": 0}, "val": {"class_0": 33, "class_1": 28}}
    foreign = [{"class": "a", "treino": "50", "validacao": "5"}, {"class": "b", "treino": "60", "validacao": "40"}]
    assert _of_rows(foreign) == {"train": {"a": 50, "b": 60}, "val": {"a": 5, "b": 40}}
    assert _of_rows([{"split": "train", "loss": "3", "steps": "5"}, {"split": "val", "loss": "2", "steps": "9"}]) == {}


@pytest.mark.parametrize(
    ("settings", "ratio"),
    [
        ("class_counts: {a: 900, b: 30}\n", 30.0),
        ("data:\n  rows_per_class: [900, 30]\n", 30.0),
        ("anzahl_je_klasse: [900, 30]\n", 30.0),
        ("class_weights: [1, 30]\n", None),
        ("num_classes: 2\n", None),
        ("val_class_counts: [900, 30]\n", None),
    ],
)
def test_settings_may_count_the_classes_of_no_split(folder: Folder, settings: str, ratio: float | None) -> None:
    m = Measures(read_run(folder({"log.csv": LOG, "config.yaml": settings})))
    assert m.value("labels.class_ratio") == (pytest.approx(ratio) if ratio else None)


def test_a_class_without_rows_leaves_counts_open() -> None:
    assert counted_once({"class_counts": {"a": 10, "b": 0}}) == {}


def test_positives_beside_totals() -> None:
    content = {"positives": {"train": 755, "train_total": 4200, "val": 590, "val_total": 1800}}
    assert split_counts(content) == {
        "train": {"positive": 755, "other": 3445},
        "val": {"positive": 590, "other": 1210},
    }


def test_plain_counts_in_what_is_called_after_splits() -> None:
    """Elsewhere numbers by split may be anything, and even there they may count columns or files."""
    content = {"train": {"cat": 900, "dog": 100}, "val": {"dog": 60}}
    assert split_counts(content, called="split_report") == content
    assert split_counts({"class_balance": content}) == content
    assert split_counts(content, called="speed") == {}
    days = {"train": {"monday": 900, "sunday": 100}, "val": {"monday": 200, "saturday": 250}}
    assert split_counts(days, called="split_report") == {}
    assert split_counts({"train": {"files": 900, "dog": 100}, "val": {"dog": 60}}, called="split_report") == {}


COUNTS = {"train": {"a": 90, "b": 60}, "val": {"a": 30, "b": 20}}


@pytest.mark.parametrize(
    ("name", "text", "counts"),
    [
        ("split_counts.csv", "split,digit_3,digit_8\ntrain,90,60\nval,30,20\n", ("digit_3", "digit_8")),
        ("class_counts.csv", "crop,train,val\na,90,30\nb,60,20\n", ("a", "b")),
        ("counts.json", json.dumps({"train": {"0": 90, "1": 60}, "val": {"0": 30, "1": 20}}), ("0", "1")),
        ("sizes.csv", "split,digit_3,digit_8\ntrain,90,60\nval,30,20\n", None),
        ("split_counts.csv", "split,site_a,site_b\ntrain,90,60\nval,30,20\n", None),
        ("row_counts.csv", "crop,train,val\na,90,30\nb,60,20\n", None),
        ("counts.json", json.dumps({"train": {"2": 90, "5": 60}, "val": {"2": 30, "5": 20}}), None),
    ],
)
def test_the_name_of_the_file_may_say_that_classes_are_counted(
    tmp_path: Path, name: str, text: str, counts: tuple[str, str] | None
) -> None:
    """What the columns do not call classes is counted where the file is called after splits and counts, or classes."""
    file = tmp_path / name
    file.write_text(text)
    found = counts_in(Candidate(str(file), name), name.rpartition(".")[2])
    expected = {
        split: dict(zip(counts, each.values(), strict=True)) for split, each in COUNTS.items() if counts is not None
    }
    assert found == expected


def test_a_table_of_parts_in_a_note() -> None:
    """The parts of a split by other names, and the positives by the name of what happened."""
    text = "# Notes\n\n| part | rows | defaults |\n|---|---|---|\n| fit | 2,415 | 136 |\n| holdout | 1585 | 1069 |\n"
    found = _in_markdown(text)
    assert found == {"train": {"positive": 136, "other": 2279}, "val": {"positive": 1069, "other": 516}}
    assert _in_markdown(text.replace("defaults", "patients")) == {}
    assert _in_markdown(text.replace("| fit |", "| Monday |")) == {}
