"""Training rows of groups that a note or a small file counts, beside predictions and reports by group."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from mladvisor.features.catalogue import Measures
from mladvisor.runs.groups_said import groups_in_line, groups_in_list
from mladvisor.runs.read import read_run
from mladvisor.runs.readers import Candidate


def _predictions(folder: Path) -> None:
    random = np.random.default_rng(1)
    site = np.repeat(["A", "B"], [300, 150])
    true = random.integers(0, 2, 450)
    wrong = random.random(450) < np.where(site == "A", 0.08, 0.5)
    pd.DataFrame({"y_true": true, "y_pred": np.where(wrong, 1 - true, true), "site": site}).to_csv(
        folder / "predictions.csv", index=False
    )


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("train_sites.json", json.dumps({"A": 980, "B": 20})),
        ("corpus_stats.json", json.dumps({"rows": 1000, "train_by_site": {"A": 980, "B": 20}})),
        ("notes.txt", "training rows by site: A 980, B 20\n"),
    ],
)
def test_the_share_of_a_slice_in_training(tmp_path: Path, name: str, text: str) -> None:
    _predictions(tmp_path)
    (tmp_path / name).write_text(text)
    m = Measures(read_run(tmp_path))
    assert m["slice.train_share"]["site = B"].value == pytest.approx(0.02)  # type: ignore[index]


def test_counts_of_classes_are_of_no_group(tmp_path: Path) -> None:
    _predictions(tmp_path)
    (tmp_path / "train_label_counts.json").write_text(json.dumps({"A": 980, "B": 20}))
    assert not Measures(read_run(tmp_path)).one("slice.train_share").known


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("training rows by age group: adult 2803, senior 1157, child 40", {"adult": 2803, "senior": 1157, "child": 40}),
        ("train samples per site: north=1,200; south=30", {"north": 1200, "south": 30}),
        ("training rows by class: a 20, b 30", {}),
        ("test rows by site: A 10, B 20", {}),
    ],
)
def test_a_line_of_counts(line: str, found: dict[str, int]) -> None:
    assert groups_in_line(line) == found


def test_groups_that_are_called_by_bounds(tmp_path: Path) -> None:
    """ "<30 kg" and ">=30 kg" are parts of one column, and no column called ">"."""
    (tmp_path / "log.csv").write_text("epoch,loss,val_loss\n1,1,1\n2,0.8,0.9\n3,0.7,0.8\n")
    (tmp_path / "by_weight.csv").write_text("segment,n_train,n_eval,mae\n<30kg,1300,1600,6.3\n>=30kg,5,340,38\n")
    m = Measures(read_run(tmp_path))
    assert m["reported_slice.q"][">=30kg"].value < 0.001  # type: ignore[index,operator]


REPORT = """              precision    recall  f1-score   support

          c0      0.750     0.960     0.842        50
          c1      0.920     0.920     0.920        50
          c2      1.000     0.700     0.824        50

    accuracy                          0.860       150
   macro avg      0.890     0.860     0.862       150
weighted avg      0.890     0.860     0.862       150
"""


def test_a_class_that_is_rare_in_training_alone(tmp_path: Path) -> None:
    """The report calls it "c2", the table of counts "2"."""
    (tmp_path / "log.csv").write_text("epoch,loss,val_loss\n1,1,1\n2,0.8,0.9\n3,0.7,0.8\n")
    (tmp_path / "counts.csv").write_text("class,train,test\n0,90,50\n1,95,50\n2,4,50\n")
    (tmp_path / "classification_report.txt").write_text(REPORT)
    shares = Measures(read_run(tmp_path))["class.least_share"]
    assert shares["c2"].value == pytest.approx(4 / 189)  # type: ignore[index]
    assert shares["c0"].value == pytest.approx(1 / 3)  # type: ignore[index]


def test_a_list_of_the_training_examples_counts_their_groups(tmp_path: Path) -> None:
    """ "train_manifest.csv" says of each example which site it is of; classes and numbers are no groups."""
    _predictions(tmp_path)
    rows = "".join(f"{n}.png,{'B' if n < 20 else 'A'},{n % 2},{n % 7}\n" for n in range(1000))
    (tmp_path / "train_manifest.csv").write_text("image,site,label,level\n" + rows)
    m = Measures(read_run(tmp_path))
    assert m["slice.train_share"]["site = B"].value == pytest.approx(0.02)  # type: ignore[index]
    listed = Candidate(str(tmp_path / "train_manifest.csv"), "train_manifest.csv")
    assert groups_in_list(listed) == [{"a": 980, "b": 20}]
