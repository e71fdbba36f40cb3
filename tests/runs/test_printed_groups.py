"""What a program prints of its groups, a line for each, is a report by group however it is written."""

from pathlib import Path

import pytest

from mladvisor.features.catalogue import Measures
from mladvisor.features.measured import Measured
from mladvisor.runs.printed_groups import groups_in, printed_groups
from mladvisor.runs.read import read_run

LOG = "".join(f"epoch {i} train loss {1 / (i + 1):.3f} test loss {1.1 / (i + 1):.3f}\n" for i in range(9))


@pytest.mark.parametrize(
    "lines",
    [
        "  region north  n= 195  acc 0.938\n  region south  n= 62  acc 0.452",
        "region=north n=195 acc=0.938\nregion=south n=62 acc=0.452",
        "by region\nnorth: n=195, acc=0.938\nsouth: n=62, acc=0.452",
        "acc by region:\n  north: 0.938 (n=195)\n  south: 0.452 (n=62)",
        "acc per region\n  north (n=195): acc 0.938\n  south (n=62): acc 0.452",
    ],
)
def test_a_line_for_each_group_is_read_with_or_without_a_heading(lines: str) -> None:
    (said, rows, _), *others = groups_in(f"test acc: 0.9\n\n{lines}\n", "")
    assert "region" in said and not others
    assert [{key: row[key] for key in ("region", "n", "acc")} for row in rows] == [
        {"region": "north", "n": "195", "acc": "0.938"},
        {"region": "south", "n": "62", "acc": "0.452"},
    ]


@pytest.mark.parametrize(
    "table",
    [
        "          n    acc\nregion            \nnorth   195  0.938\nsouth    62  0.452\n",
        "region    n    acc\n north  195  0.938\n south   62  0.452\n",
    ],
)
def test_a_table_as_pandas_prints_it_is_a_list_of_groups(table: str) -> None:
    (said, rows, first), *others = groups_in(f"done\n{table}\n", "")
    assert said == "by region" and not others
    assert rows[1] == {"region": "south", "n": "62", "acc": "0.452"} and first > 1


def test_a_report_by_class_is_no_report_by_group() -> None:
    report = (
        "              precision    recall  f1-score   support\n\n"
        "           0       0.75      0.87      0.80       538\n"
        "           1       0.67      0.46      0.55       299\n"
    )
    assert groups_in(report, "") == []
    assert groups_in("epoch  n  acc\n1  195  0.938\n2  195  0.948\n", "") == []


def test_a_group_may_be_called_by_a_number() -> None:
    (said, rows, _), *_ = groups_in("store 12  n=40  acc 0.91\nstore 13  n=35  acc 0.88\n", "")
    assert (said, [row["store"] for row in rows]) == ("by store", ["12", "13"])


@pytest.mark.parametrize(
    "lines",
    [
        "class 0 n=195 acc 0.938\nclass 1 n=62 acc 0.452",
        "fold 1 n=195 acc 0.938\nfold 2 n=62 acc 0.452",
        "epoch 1 n=195 acc 0.938\nepoch 2 n=62 acc 0.452",
        "train n=195 acc 0.938\ntest n=62 acc 0.452",
        "train loss 0.3 acc 0.9\ntest loss 0.4 acc 0.8",
    ],
)
def test_classes_folds_epochs_and_splits_are_no_groups(lines: str) -> None:
    assert groups_in(lines + "\n", "") == []


@pytest.mark.parametrize(
    "counts",
    [
        "train rows by region: {'north': 900, 'south': 36}",
        "training counts: Counter({'north': 900, 'south': 36})",
        "train rows: north=900, south=36",
        "regions in train {'north': 900, 'south': 36} test {'north': 195, 'south': 62}",
        "train rows\nnorth    900\nsouth     36\n",
    ],
)
def test_training_rows_of_the_groups_are_counted_in_a_line_or_in_a_list(counts: str) -> None:
    text = f"{counts}\n\nregion north  n= 195  acc 0.938\nregion south  n= 62  acc 0.452\n"
    assert [row["n_train"] for row in groups_in(text, "")[0].rows] == ["900", "36"]


def test_groups_in_the_log_itself_are_measured_with_their_lines(tmp_path: Path) -> None:
    groups = "region north  n= 195  acc 0.938\nregion south  n= 162  acc 0.452\n"
    (tmp_path / "train.log").write_text(LOG + groups)
    m = Measures(read_run(tmp_path))
    found = m["reported_slice.error"]
    assert not isinstance(found, Measured)
    assert {name: round(each.value, 3) for name, each in found.items()} == {"north": 0.062, "south": 0.548}
    assert found["south"].where.rows == (11, 11)


def test_rows_of_each_split_are_counted_in_words() -> None:
    lines = "region north  train n= 514  test n= 235  acc=0.804\nregion west   train n=  36  test n=  19  acc=0.222\n"
    ((_, rows, _),) = groups_in(lines, "stdout")
    assert rows[1] == {"region": "west", "n_train": "36", "n_test": "19", "acc": "0.222"}


def test_rows_of_training_beside_those_that_are_judged_tell_that_names_are_of_groups() -> None:
    """An error of amounts has no classes; folds are as large as each other."""
    text = "Overall MAPE 16%\nNorth  train= 590 test= 120 MAPE= 10.8%\nHarbour  train= 12 test= 86 MAPE= 49.4%\n"
    ((_, rows),) = printed_groups(text, "evaluation")
    assert rows[1] == {"group": "Harbour", "n_train": "12", "n": "86", "mape": "49.4"}
    assert not list(printed_groups(text.replace("590", "14"), "evaluation"))
    assert not list(printed_groups(text.replace("MAPE", "acc"), "evaluation"))
    assert not list(printed_groups(text.replace("North", "fold a").replace("Harbour", "fold b"), "evaluation"))
