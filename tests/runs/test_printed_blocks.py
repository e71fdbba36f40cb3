"""Statistics that pandas prints into a text, joins that matched nothing, and rows of another part."""

from __future__ import annotations

import pandas as pd
import pytest

from mladvisor.runs.data_records import Record, printed_records
from mladvisor.runs.data_said import said_in
from mladvisor.runs.joins_said import unmatched_in_line

FRAME = pd.DataFrame({"age": [20.0, 30.0, 40.0], "pay": [1.0, 2.0, 6.0]})


@pytest.mark.parametrize("turned", [True, False])
def test_describe(turned: bool) -> None:
    """Of two splits one after the other, under their headings, as it prints itself and turned over."""
    shown = FRAME.describe()
    text = (shown.T if turned else shown).round(3).to_string()
    lines = f"loaded 3 rows\n== train ==\n{text}\n\n== test ==\n{text}\nepoch 1 loss 0.3 val 0.4\n".splitlines()
    said = {(one.what, one.split, one.name): one.value for one in said_in(list(printed_records(lines, "eda")))}
    assert said["mean", "train", "age"] == 30.0
    assert said["std", "test", "age"] == 10.0
    assert said["high", "test", "pay"] == 6.0


def test_other_tables_are_left_alone() -> None:
    """A log, a report by class, a confusion matrix."""
    lines = [
        *("epoch train_loss valid_loss", "0 2.27 2.28", "1 2.20 2.21"),
        *("   precision recall f1-score support", "a 0.9 0.8 0.85 20", "b 0.7 0.9 0.8 30"),
        *("max mean", "grad 0.3 0.2", "grad 0.2 0.1"),
    ]
    assert not list(printed_records(lines, "out"))


def test_another_part() -> None:
    """A row that is called neither after training nor after validation is of other data."""
    rows = [
        Record(("check",), {"split": name, "mean": mean, "std": 1.0})
        for name, mean in (("train", 0.0), ("val", 0.1), ("line2", 3.0), ("total", 1.0), ("raw", 9.0))
    ]
    said = {(one.what, one.split): one.value for one in said_in(rows)}
    assert (said["mean", "val"], said["mean", "serving"]) == (0.1, 3.0)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("INFO join clients x visits on ref: 900 left rows, 0 matched", [1.0]),
        ("[join] usage: 45 of 900 keys matched, hours filled with 0", [0.95]),
        ("merge on store_id: matched 300/400", [0.25]),
        ("lookup: 12 of 12 codes found", [0.0]),
        ("join of train and test on customer_id: 0 of 900 matched", []),
        ("INFO looked up ids in blocklist: 0 of 900 found", []),
        ("epoch 3 of 10 matched the best so far", []),
        ("joined the meeting, 3 rows", []),
    ],
)
def test_joins(line: str, expected: list[float]) -> None:
    assert [said.value for said in unmatched_in_line(line)] == pytest.approx(expected)


SIDE_BY_SIDE = """            mean_train  std_train  mean_val  std_val  mean_line2  std_line2
pressure        -0.504      2.021    -0.507    2.010      -0.460      2.066
heat            -0.365      1.041    -0.427    1.032       2.127      1.007
"""
TWO_LINES = """               train                live              psi
                mean   std  min  max  mean   std  min  max
pressure       36.78  20.0  1.0   71  12.9   7.3  0.0   25  4.8
heat           48.40  17.0  18.0  79  48.0  18.2  18.0  79  0.0
"""


@pytest.mark.parametrize(("text", "name", "serving"), [(SIDE_BY_SIDE, "heat", 2.127), (TWO_LINES, "pressure", 12.9)])
def test_statistics_of_tables_side_by_side(text: str, name: str, serving: float) -> None:
    """Told by the names of the columns, or by a line above; a table of another name is of other data."""
    said = {(one.what, one.split, one.name): one.value for one in said_in(list(printed_records(text.splitlines(), "")))}
    assert said["mean", "serving", name] == serving
    assert ("std", "train", name) in said


def test_a_difference_is_no_other_table() -> None:
    text = SIDE_BY_SIDE.replace("line2", "diff")
    said = said_in(list(printed_records(text.splitlines(), "")))
    assert not any(one.split == "serving" for one in said)


@pytest.mark.parametrize("named", [True, False])
def test_describe_of_a_series(named: bool) -> None:
    """Its name stands below, or it is that of the file."""
    lines = FRAME["pay"].describe().to_string().splitlines() + (["Name: pay, dtype: float64"] if named else [])
    said = {(one.what, one.name): one.value for one in said_in(list(printed_records(lines, "target")))}
    assert said["mean", "pay" if named else "target"] == 3.0
    assert not list(printed_records(["count 3", "max 4", "loss 0.3"], "x"))
