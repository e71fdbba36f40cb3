"""Sentences of checks: cells that fail one, columns that are not there; constraints and scans of tools."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from mladvisor.runs.checks_in_lines import broken_by_row, broken_in_line
from mladvisor.runs.checks_said import check_said
from mladvisor.runs.columns_absent import absent_in_line, absent_in_row
from mladvisor.runs.data_records import Record
from mladvisor.runs.data_verdicts import verdict
from mladvisor.runs.tool_checks import deequ_said, soda_said


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("[FAIL] age: 131 of 400 values out of range [18, 100]", ("age", 0.3275)),
        ("column 'plan': 12.4 % of values not in allowed set", ("plan", 0.124)),
        ("dtype mismatch in column amount: expected float64, got object", ("amount", 0.05)),
        ("unexpected categories in city: ['LEEDS', 'YORK'] (73 rows)", ("city", 0.05)),
        ("income: 0 of 400 values out of range", ("income", 0.0)),
        ("schema: column income expected float64 but found object", ("income", 0.05)),
        ("no unexpected values in column plan", None),
        ("clipped 12 values out of range in column age", None),
        ("dropped 40 of 900 rows with invalid values in column age", None),
        ("IndexError: index 5 is out of bounds for axis 0 with size 5", None),
        ("RuntimeError: expected scalar type Float but found Double", None),
        ("UserWarning: Found unknown categories in columns [2] during transform", None),
        ("label 7 is out of range: 3 of 90 rows", None),
        ("learning rate out of range: 0.1", None),
        ("test_rows.py: feeds column plan: 100 % unknown categories, expects ValueError ... ok", None),
        ("alert when column plan: 5 % unknown categories", None),
        ("| share | how many cells of a column are out of range |", None),
    ],
)
def test_cells_that_fail_a_check(line: str, said: tuple[str, float] | None) -> None:
    assert [(each.name, each.value) for each in broken_in_line(line)] == ([said] if said else [])


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("missing columns: income, tenure", ["income", "tenure"]),
        ("Columns missing from test: ['income']", ["income"]),
        ("WARNING missing required columns in serving data: income and tenure", ["income", "tenure"]),
        ("missing columns: none", []),
        ("columns missing from test: churned", []),
        ("missing columns = set()", []),
        ("missing features: 3", []),
        ("checking missing columns: ok", []),
        ("missing inputs: we will look at the sensors next week", []),
    ],
)
def test_columns_that_are_not_there(line: str, names: list[str]) -> None:
    assert [each.name for each in absent_in_line(line) if each.what == "absent"] == names


def test_absent_columns_in_a_row_of_a_table() -> None:
    row = absent_in_row({"check": "missing columns", "train": "-", "test": "income, tenure"})
    assert row is not None and {each.name for each in row} == {"income", "tenure"}
    assert absent_in_row({"check": "missing columns", "train": "-", "test": "-"}) == []
    assert absent_in_row({"check": "rows", "train": 3}) is None


def test_constraints_of_deequ() -> None:
    failed = {"constraint": "CompletenessConstraint(Completeness(pay,None,None))", "constraint_status": "Failure",
              "constraint_message": "Value: 0.64 does not meet the constraint requirement!"}  # fmt: skip
    told = deequ_said(failed)
    assert told is not None and [(each.what, each.name, round(each.value, 2)) for each in told] == [
        ("blank", "pay", 0.36)
    ]
    passed = deequ_said({**failed, "constraint_status": "Success", "constraint_message": ""})
    assert passed is not None and [each.value for each in passed] == [0.0]
    metric = deequ_said({"entity": "Column", "instance": "pay", "name": "Completeness", "value": 0.9})
    assert metric is not None and round(metric[0].value, 2) == 0.1
    assert deequ_said({"constraint": "x"}) is None


def test_a_scan_of_soda() -> None:
    lines = ["  missing_percent(pay) < 1 [FAILED]", "    check_value: 34.2", "  invalid_count(age) = 0 [PASSED]"]
    assert [(each.what, each.name, round(each.value, 3)) for each in soda_said(lines)] == [
        ("missing", "pay", 0.342),
        ("broken", "age", 0.0),
    ]


def test_a_test_of_dbt_is_named_before_its_hash() -> None:
    cells = {"unique_id": "test.shop.accepted_values_orders_plan__basic__pro.1a2b", "status": "fail"}
    told = verdict(Record(("run_results", "results", "0"), cells))
    assert told is not None and [(each.what, each.name) for each in told] == [("broken", "orders_plan")]


def test_an_entry_of_a_schema_names_its_column_and_what_it_expects() -> None:
    cells = {"name": "pay", "expected": "float, EUR", "ok": False, "violations": 9, "rows": 90}
    record = Record(("schema_check", "columns", "1"), cells)
    told = check_said(record, None)
    assert told is not None and [(each.what, each.name, each.value) for each in told] == [("broken", "pay", 0.1)]


@pytest.mark.parametrize(
    ("rows", "end", "share"),
    [
        (range(20), "20 of 80 rows outside the expected range", 0.25),
        (range(0, 40, 2), "", 20 / 39),
        (range(3), "", 0.05),  # the first few
        ((), "0 of 80 rows outside the expected range", None),
    ],
)
def test_a_line_for_each_row_that_fails(rows: Iterable[int], end: str, share: float | None) -> None:
    """Validators print a warning for each cell; none of them counts anything."""
    lines = [f"WARNING row {n}: temp={120 + n}.5 outside expected range [20, 95]" for n in rows] + [end]
    found = [(said.what, said.name, said.value) for said in broken_by_row(lines)]
    assert found == ([] if share is None else [("broken", "temp", pytest.approx(share))])
    assert not any(broken_by_row([line.replace("temp", "loss").replace("row", "gradient") for line in lines]))
