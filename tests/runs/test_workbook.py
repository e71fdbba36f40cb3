"""Workbooks of Excel: cells, titles, limits; and long tables."""

from __future__ import annotations

import io
import zipfile
from datetime import date, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from mladvisor.errors import ReadError
from mladvisor.runs.read import read_run
from mladvisor.runs.report_forms import is_long, read_report
from mladvisor.runs.workbook import sheets, tables

from .conftest import Folder

LOG = "epoch,loss,val_loss\n" + "".join(f"{n},{1 / n:.4f},{1.1 / n:.4f}\n" for n in range(1, 13))


def workbook(*rows: list[object], name: str = "Sheet1") -> bytes:
    """A workbook with one sheet."""
    book = Workbook()
    sheet = book.active
    sheet.title = name
    for row in rows:
        sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_a_sheet_is_read_below_its_title() -> None:
    """A title and a blank line stand above the head; empty cells keep their place."""
    data = workbook(["Scorecard", ""], ["Release", "AUC"], ["R1", 0.8], ["R2", ""], name="KPIs")
    assert list(tables(data)) == [("KPIs", ["Release", "AUC"], [["R1", 0.8], ["R2", ""]])]


def test_a_head_may_leave_the_numbers_of_rows_unnamed() -> None:
    """As `to_excel` of pandas does unless it is told otherwise."""
    assert list(tables(workbook(["", "a", "b"], [0, 1.5, 2]))) == [("Sheet1", ["Unnamed: 0", "a", "b"], [[0, 1.5, 2]])]


def test_cells_are_plain_values() -> None:
    """Dates are read as dates are written, whole numbers stay whole, and rows of nothing but zeros are rows."""
    rows = [[date(2024, 3, 1), True, " a & b "], [datetime(2024, 3, 1, 6), 7, None], [0, 0, 0.0]]
    (_, _head, body), *_ = tables(workbook(["day", "paid", "name"], *rows))
    assert body == [["2024-03-01", True, "a & b"], ["2024-03-01 06:00:00", 7, ""], [0, 0, 0.0]]
    assert isinstance(body[1][1], int)


def test_a_workbook_that_would_fill_memory_is_not_opened() -> None:
    """A few bytes that unpack to very many are no table."""
    out = io.BytesIO(workbook(["a", "b"], [1, 2]))
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as book:
        book.writestr("xl/worksheets/sheet2.xml", b"<c/>" * 1_000_000)
    with pytest.raises(ReadError, match="tightly"):
        list(sheets(out.getvalue()))


@given(st.binary(max_size=200))
def test_anything_else_is_a_message(data: bytes) -> None:
    """What is no workbook raises the error of readers, whatever it holds."""
    with pytest.raises(ReadError):
        list(sheets(data))


def test_a_scorecard_in_a_workbook_is_outcomes_in_use(folder: Folder, tmp_path: Path) -> None:
    """Told by its columns, as any table is."""
    rows = [[f"R{n}", 0.7 + 0.01 * n, 5.0 - 0.1 * n] for n in range(8)]
    run_folder = folder({"metrics.csv": LOG})
    (run_folder / "scorecard.xlsx").write_bytes(workbook(["Release", "Offline AUC", "Conversion rate %"], *rows))
    run = read_run(run_folder)
    assert run.files["business"] == ("scorecard.xlsx",)
    table = read_report(run_folder, "scorecard.xlsx")
    assert table.names == ["release", "offline auc", "conversion rate %"] and table.rows == 8


def test_a_long_table_is_outcomes_with_a_column_for_each_metric(folder: Folder) -> None:
    """A row for each metric of each release."""
    text = "release,metric,value\n" + "".join(
        f"r{n},offline_auc,{0.7 + n / 100}\nr{n},click_through_rate,{4 - n / 10}\n" for n in range(8)
    )
    run_folder = folder({"metrics.csv": LOG, "long.csv": text})
    assert read_run(run_folder).files["business"] == ("long.csv",)
    assert read_report(run_folder, "long.csv").names == ["release", "offline_auc", "click_through_rate"]
    assert not is_long(["sensor", "name", "value"])


def test_releases_beside_a_log_are_no_log(folder: Folder) -> None:
    """A metric of each deployment is no curve of this training."""
    text = "Deploy;Offline F1;Orders per day\n" + "".join(f"{n};0,{70 + n};{5200 - 100 * n}\n" for n in range(1, 9))
    run = read_run(folder({"metrics.csv": LOG, "export.csv": text}))
    assert run.files["business"] == ("export.csv",)
    assert {curve.place.file for curve in run.curves} == {"metrics.csv"}
