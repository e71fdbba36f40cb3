"""Labels of two annotators that stand in the table of the data, and what a report of scores calls the label."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from mladvisor.features.catalogue import Measures
from mladvisor.features.data_tables import tables
from mladvisor.runs.label_looks import Looks, by_annotators, label_looks
from mladvisor.runs.read import read_run

from .folders import plain, write

CLASSES = np.array(["ash", "elm", "oak"])


def _frame(share: float, *, settled: bool = False, people: int = 2) -> pd.DataFrame:
    """Labels of which another annotator sees a share otherwise; settled ones are now those of one, now of the other."""
    rng = np.random.default_rng(3)
    first = rng.choice(CLASSES, 400)
    looks = [np.where(rng.random(400) < share, rng.choice(CLASSES, 400), first) for _ in range(people - 1)]
    kind = np.where(rng.random(400) < 0.5, first, looks[0]) if settled else first
    told = {f"annotator_{number}": each for number, each in enumerate([first, *looks], 1)}
    return plain(400).drop(columns=["label"]).assign(kind=kind, **told)


def _run(folder: Path, frame: pd.DataFrame) -> Measures:
    write(folder, train=frame)
    log = "epoch,loss,val_loss\n" + "".join(f"{n},{1 / n},{1.1 / n}\n" for n in range(1, 9))
    (folder / "metrics.csv").write_text(log)
    scores = {"target": "kind", "train": {"accuracy": 0.7}, "test": {"accuracy": 0.6}}
    (folder / "evaluation.json").write_text(json.dumps(scores))
    return Measures(read_run(folder))


def test_a_second_annotator_who_sees_other_classes(tmp_path: Path) -> None:
    m = _run(tmp_path, _frame(0.45))
    assert m.once(tables).label_column == "kind"
    assert m.once(tables).left_out == {"annotator_1", "annotator_2"}
    assert m.value("labels.recheck_differs") == pytest.approx(0.3, abs=0.05)


@pytest.mark.parametrize("frame", [_frame(0.45, settled=True), _frame(0.45, people=3)])
def test_labels_that_were_settled_between_annotators_are_those_of_none(tmp_path: Path, frame: pd.DataFrame) -> None:
    assert not _run(tmp_path, frame).one("labels.recheck_differs").known


def test_columns_of_annotators_are_told_by_their_names() -> None:
    assert by_annotators(["age", "annotator_1", "annotator_2"]) == ("annotator_1", "annotator_2")
    assert by_annotators(["age", "annotator", "label"]) == ()
    assert by_annotators(["annotator_id", "annotator_name", "label"]) == ()


def test_one_thing_by_two_sides_in_a_table_that_is_called_a_check() -> None:
    """The side that looks closer is the second look; scores of two models are none."""
    found = label_looks(["part_id", "code_line", "code_expert"], "second_reading")
    assert found == Looks("code_line", ("code_expert",))
    assert label_looks(["part_id", "code_line", "code_expert"], "parts") is None
    assert label_looks(["part_id", "code_ai", "code_expert"], "second_reading") is None
    assert label_looks(["part_id", "loss_old", "acc_expert"], "second_reading") is None
