"""A rare class that is hardly found: accuracy beside recall, counts of positives and hits, rows by class."""

from __future__ import annotations

import json

import pytest

from mladvisor.features.catalogue import Measures
from mladvisor.features.measured import Measured
from mladvisor.runs.rare_said import rare_in
from mladvisor.runs.read import read_run

from .conftest import Folder

LOG = "epoch,loss,val_loss\n" + "".join(f"{n},{0.7 / n:.4f},{0.7 / n:.4f}\n" for n in range(1, 13))


@pytest.mark.parametrize(
    ("text", "accuracy", "recall"),
    [
        ("val accuracy 0.991, recall 0.02", 0.991, 0.02),
        ("- Genauigkeit im Test: 98,7 %.\n- Erkannter Ausschuss: 0 von 53 Teilen.", 0.987, 0.0),
        ("De los 88 impagos no detecta ninguno.\nLa exactitud es 98,8 %.", 0.988, 0.0),
        ("准确率 98.8%\n欺诈召回率 0.8% (3/360)", 0.988, 0.008),
        ("accuracy: 99%\nfound 2 of 60 frauds", 0.99, 2 / 60),
        ("accuracy 0.91, recall 0.88", 0.91, 0.88),
    ],
)
def test_accuracy_beside_recall(text: str, accuracy: float, recall: float) -> None:
    found = {said.what: said.value for said in rare_in(text.splitlines())}
    assert found == {"accuracy-told": pytest.approx(accuracy), "recall-told": pytest.approx(recall)}


@pytest.mark.parametrize(
    "text",
    [
        "accuracy 0.99",
        "recall 0.01",
        "epoch 3 accuracy 0.99 recall 0.0",
        "previous model: accuracy 0.99, recall 0.1",
        "",
    ],
)
def test_one_of_both_or_a_course_tells_nothing(text: str) -> None:
    assert not list(rare_in(text.splitlines()))


QUERY = (
    " split |  pos |    n   | predicted_pos | hits\n-------+------+--------+---------------+-----\n"
    " train | 5311 | 412001 |            19 |   11\n"
)
FRAME = (
    "+-------+-------+-------------+\n| Class | IoU | pixel share |\n+-------+-------+-------------+\n"
    "| ground | 99.6 | 99.63% |\n| crack | 0.42 | 0.37% |\n+---+---+---+\n"
)


@pytest.mark.parametrize(
    ("file", "text", "share", "recall"),
    [
        ("counts.out", QUERY, 5311 / 412001, 11 / 5311),
        ("iou.txt", FRAME, 0.0037, 0.0042),
        ("tag_distribution.tsv", "tag\ttokens\trecall\nO\t9800\t1.0\nGENE\t200\t0.01\n", 0.02, 0.01),
        ("monitor.json", json.dumps({"events": 90000, "incidents": 300, "true_alerts": 3}), 1 / 300, 0.01),
        (
            "scores.json",
            json.dumps({"n_pos": 18, "n_neg": 1482, "quantiles": {"pos": {"max": 0.21}}, "threshold": 0.5}),
            0.012,
            0.0,
        ),
    ],
)
def test_share_and_recall_of_the_rare_class(folder: Folder, file: str, text: str, share: float, recall: float) -> None:
    measures = Measures(read_run(folder({"metrics.csv": LOG, file: text})))
    for name, value in (("report.rare_share", share), ("report.rare_recall", recall)):
        found = measures[name]
        assert isinstance(found, Measured) and found.value == pytest.approx(value, abs=1e-4)


def test_a_model_as_good_as_the_dummy(folder: Folder) -> None:
    text = "model,accuracy,balanced_accuracy\nmost_frequent,0.985,0.5\nmlp,0.985,0.51\n"
    measures = Measures(read_run(folder({"metrics.csv": LOG, "vs_dummy.csv": text})))
    found = measures["report.recall"]
    assert isinstance(found, Measured) and found.value == pytest.approx(0.035)
