"""Workbooks of Excel, read without a library: cells, shared and inline texts, titles; and long tables."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mladvisor.errors import ReadError
from mladvisor.runs.read import read_run
from mladvisor.runs.report_forms import is_long, read_report
from mladvisor.runs.workbook import sheets, tables

from .conftest import Folder

LOG = "epoch,loss,val_loss\n" + "".join(f"{n},{1 / n:.4f},{1.1 / n:.4f}\n" for n in range(1, 13))


def workbook(*rows: list[str | float], name: str = "Sheet1") -> bytes:
    """A workbook with one sheet: texts are shared, as Excel writes them."""
    shared = list(dict.fromkeys(cell for row in rows for cell in row if isinstance(cell, str) and cell))
    lines = []
    for y, row in enumerate(rows, 1):
        cells = "".join(
            f'<c r="{chr(65 + x)}{y}" t="s"><v>{shared.index(cell)}</v></c>' if isinstance(cell, str)
            else f'<c r="{chr(65 + x)}{y}"><v>{cell}</v></c>'
            for x, cell in enumerate(row) if cell != ""
        )  # fmt: skip
        lines.append(f'<row r="{y}">{cells}</row>')
    parts = {
        "xl/workbook.xml": f'<workbook><sheets><sheet name="{name}" sheetId="1" r:id="rId1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": '<Relationships><Relationship Id="rId1" Target="worksheets/sheet1.xml"/>'
        "</Relationships>",
        "xl/sharedStrings.xml": "<sst>" + "".join(f"<si><t>{text}</t></si>" for text in shared) + "</sst>",
        "xl/worksheets/sheet1.xml": f"<worksheet><sheetData>{''.join(lines)}</sheetData></worksheet>",
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as book:
        for part, text in parts.items():
            book.writestr(part, text)
    return out.getvalue()


def test_a_sheet_is_read_below_its_title() -> None:
    """A title and a blank line stand above the head; empty cells keep their place."""
    data = workbook(["Scorecard", ""], ["Release", "AUC"], ["R1", 0.8], ["R2", ""], name="KPIs")
    assert list(tables(data)) == [("KPIs", ["Release", "AUC"], [["R1", 0.8], ["R2", ""]])]


def test_inline_texts_and_entities() -> None:
    """Libraries write texts into the cell itself."""
    data = workbook(["a &amp; b", "c"])
    (_, rows), *_ = sheets(data)
    assert rows == [["a & b", "c"]]


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
