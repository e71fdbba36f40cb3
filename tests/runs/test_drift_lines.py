"""Drift that a program prints; lists of what is wrong with the data; tables that are squares; shares of blank cells."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from mladvisor.runs.blank_counts import blanks_printed
from mladvisor.runs.columns_absent import absent_in_line
from mladvisor.runs.data_records import Record, _side_by_side
from mladvisor.runs.data_reports import may_report
from mladvisor.runs.data_said import said_in
from mladvisor.runs.drift_lines import means_below, moved_in_line
from mladvisor.runs.entries_said import called_check, entries_said
from mladvisor.runs.label_lines import said_of_labels
from mladvisor.runs.label_tables import squares_said
from mladvisor.runs.lines_said import said_in_lines
from mladvisor.runs.readers import Candidate
from mladvisor.runs.report_forms import tables_in, titled_report
from mladvisor.runs.sheets.forms import of_text
from mladvisor.runs.sheets.shared import copies_in_sheet
from mladvisor.tables.arranged import divided
from mladvisor.tables.table import Table


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("ks_2samp(train, test) income: statistic=0.480 pvalue=1.2e-40", [("distance", "income", 1.29)]),
        ("ks_2samp(train, test) income: statistic=0.480 pvalue=0.2", [("distance", "income", 0.0)]),
        ("PSI income 0.41", [("psi", "income", 0.41)]),
        ("psi(age) = 0.02", [("psi", "age", 0.02)]),
        ("income: PSI=0.41", [("psi", "income", 0.41)]),
        ("tasks 3 of 12", []),
        ("epoch 3 KS 0.41 p=0.01", []),
        ("PSI total 0.41", []),
        ("Rule of thumb: PSI above 0.25 means drift.", []),
        ("In March PSI income 0.41 (currency). Fixed by converting it.", []),
    ],
)
def test_columns_that_moved(line: str, said: list[tuple[str, str, float]]) -> None:
    assert [(each.what, each.name, round(each.value, 2)) for each in moved_in_line(line)] == said


def test_means_of_two_tables() -> None:
    lines = ["Check of means (train / test):", "  age  41.1 / 55.0", "  pay  2871.0 / 7204.8", "", "  x 1.0 / 2.0"]
    assert [(each.name, each.split, each.value) for each in means_below(lines)] == [
        ("age", "train", 41.1), ("age", "test", 55.0), ("pay", "train", 2871.0), ("pay", "test", 7204.8)
    ]  # fmt: skip
    assert not list(means_below(["mean accuracy (train / test):", "  a  0.9 / 0.8", "  b  0.9 / 0.8"]))


def test_entries_of_a_list_of_violations() -> None:
    def told(path: str, *entries: dict[str, object]) -> list[tuple[str, str, float]]:
        records = [Record(("checks", path, str(n)), entry) for n, entry in enumerate(entries)]
        return [(each.what, each.name, round(each.value, 4)) for each in entries_said(records)]

    typed: dict[str, object] = {"feature_name": "age", "constraint_check_type": "data_type_check"}
    assert told("violations", typed) == [("broken", "age", 0.05)]
    assert told("columns", typed) == []
    row: dict[str, object] = {"type": "type-error", "fieldname": "pay", "rownumber": 3}
    assert told("errors", *[row] * 30) == [("broken", "pay", 0.05)]
    assert told("errors", row) == [("broken", "pay", 0.0005)]


def test_a_check_that_names_its_column_in_quotes() -> None:
    cells = {"description": 'IsComplete "pay"', "result": "FAIL", "evaluationmessage": "Value: 0.64 does not meet it"}
    told = called_check(cells)
    assert told is not None and [(each.what, each.name, round(each.value, 2)) for each in told] == [
        ("blank", "pay", 0.36)
    ]
    assert called_check({"description": 'trained with "pay"', "result": "FAIL"}) is None


def test_lists_beside_a_list_of_names() -> None:
    found = list(_side_by_side({"feature_names": ["age", "pay"], "distance": [0.4, 0.1], "n": 3}, ("ks",)))
    assert [record.cells for record in found] == [
        {"feature": "age", "distance": 0.4},
        {"feature": "pay", "distance": 0.1},
    ]


def test_given_labels_against_corrected_ones() -> None:
    rows = [{"original\\corrected": "a", "a": 8, "b": 2}, {"original\\corrected": "b", "a": 1, "b": 9}]
    said = list(squares_said([Record(("relabel",), row) for row in rows]))
    assert [(each.what, round(each.value, 2)) for each in said] == [("wrong-labels", 0.15)]
    model = [{"true\\predicted": "a", "a": 8, "b": 2}, {"true\\predicted": "b", "a": 1, "b": 9}]
    assert not list(squares_said([Record(("confusion",), row) for row in model]))


def test_correlations_of_all_columns() -> None:
    frame = pd.DataFrame({"age": [1.0, 2.0, 3.0, 5.0], "pay": [2.0, 1.0, 4.0, 3.0], "target": [0.0, 0.0, 1.0, 1.0]})
    table = frame.corr().round(3)
    records = [Record(("corr",), {"name": name, **row}) for name, row in table.to_dict("index").items()]
    found = {each.name: each.value for each in said_in(records) if each.what == "related"}
    assert found == {"age": table.loc["target", "age"], "pay": table.loc["target", "pay"]}


def test_blank_cells_in_other_forms() -> None:
    shares = blanks_printed(["null share: {'age': 0.01, 'pay': 0.326}"], "run")
    assert {each.name: each.value for each in shares} == {"age": 0.01, "pay": 0.326}
    (counted,) = blanks_printed(["> colSums(is.na(train))", "  age  pay  calls ", "   12  391      0 "], "run")
    assert (counted.what, counted.value) == ("cells-blank", 403.0)
    (alert,) = blanks_printed(["[pay] has 391 (32.6%) missing values"], "run")
    assert (alert.name, round(alert.value, 3)) == ("pay", 0.326)
    printed = list(said_in_lines(["np.isnan(X_train).sum() = 412", "log_pay: 214 of 1200 values are -inf"]))
    assert [(each.what, each.value) for each in printed] == [("cells-blank", 412.0), ("infinite", 214.0)]


def test_a_percentage_beside_counted_blanks() -> None:
    record = Record(("eda",), {"column": "pay", "missing": 391, "%": 32.6})
    assert [round(each.value, 3) for each in said_in([record]) if each.what == "missing"] == [0.326]


def test_a_column_of_yes_and_no_divides_a_table() -> None:
    frame = pd.DataFrame({"age": range(20), "label": [0, 1] * 10, "is_train": [1] * 15 + [0] * 5})
    parts = divided(Table("train", "all.csv", frame))
    assert {name: part.rows for name, part in parts.items()} == {"train": 15, "val": 5}
    assert divided(Table("train", "all.csv", frame.rename(columns={"is_train": "is_trained"}))) == {}


def test_who_is_in_both_splits_by_two_columns() -> None:
    rows = "".join(f"u{n},{int(n < 60)},{int(n >= 50)}\n" for n in range(100))
    (sheet,) = of_text("user,in_train,in_test\n" + rows, "membership")
    assert [(each.what, each.value) for each in copies_in_sheet(sheet)] == [("copies", 0.2)]


def test_numbers_of_each_group_below_their_names(tmp_path: Path) -> None:
    (tmp_path / "metrics.json").write_text(
        '{"by_group": {"accuracy": {"F": 0.9, "X": 0.5}, "count": {"F": 700, "X": 90}}}', encoding="utf-8"
    )
    _, table = titled_report(tmp_path, "metrics.json")
    assert "slice" in table.names


def test_reports_of_drift_in_yaml_and_groups_between_bars(tmp_path: Path) -> None:
    def candidate(name: str, text: str) -> Candidate:
        (tmp_path / name).write_text(text, encoding="utf-8")
        return Candidate(str(tmp_path / name), name)

    assert may_report(candidate("psi.yaml", "reference: train\npsi:\n  age: 0.44\n  pay: 0.71\n"))
    assert not may_report(candidate("data.yaml", "psi: 3\nlr: 0.1\n"))
    file = candidate(
        "by_device.txt", " device | n_test | acc \n--------+--------+------\n a | 10 | 0.9\n b | 20 | 0.5\n"
    )
    ((_, rows),) = list(tables_in(file, "txt", "by_device"))[-1:]
    assert rows[1] == {"device": "b", "n_test": "20", "acc": "0.5"}


def test_label_issues_among_examples() -> None:
    (said,) = said_of_labels("cleanlab: found 246 label issues in 1200 examples")
    assert (said.what, round(said.value, 3)) == ("wrong-labels", 0.205)


def test_columns_missing_behind_their_count() -> None:
    said = [each.name for each in absent_in_line("expected 9 columns, found 7; missing: pay, calls")]
    assert sorted(set(said)) == ["calls", "pay"]
    assert not list(absent_in_line("found 7 files; missing: a, b"))
