"""A workbook that holds a run: the log, the settings and the judged rows, each on a sheet of its own."""

from __future__ import annotations

import io
from typing import Any

import pytest

from mladvisor.runs.read import read_run
from mladvisor.tables.load import read_table

from .conftest import Folder

openpyxl = pytest.importorskip("openpyxl")
HISTORY = [["epoch", "train_loss", "val_loss"], *([e, 1 / (e + 1), 1.2 / (e + 1)] for e in range(6))]
PAIRS = [["setting", "value"], ["lr", "0.002"], ["hidden", "[64, 32]"], ["shuffle", "False"], ["batch_size", 32]]
ROW = [["lr", "hidden", "shuffle", "batch_size"], [0.002, "[64, 32]", False, 32]]
ANSWERS = [
    ["sample", "observed", "probability", "predicted"],
    *([at, at % 2, 0.3 + at % 2 / 2, at % 2] for at in range(40)),
]
COSTS = [["month", "revenue"], *([at, 100 + at] for at in range(6))]


def book(**sheets: list[list[Any]]) -> bytes:
    made = openpyxl.Workbook()
    made.remove(made.active)
    for name, rows in sheets.items():
        sheet = made.create_sheet(name)
        for row in rows:
            sheet.append(row)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


@pytest.mark.parametrize("settings", [PAIRS, ROW], ids=["a row each", "a column each"])
def test_a_run_in_one_workbook(folder: Folder, settings: list[list[Any]]) -> None:
    root = folder({"experiment.xlsx": book(history=HISTORY, settings=settings, validation=ANSWERS)})
    run = read_run(root)
    assert [(c.role.split, len(c)) for c in run.having("loss")] == [("train", 6), ("val", 6)]
    found = {key: run.config[key].value for key in ("lr", "hidden", "shuffle", "batch_size")}
    assert found == {"lr": 0.002, "hidden": [64, 32], "shuffle": False, "batch_size": 32}
    assert run.files["predictions"] == ("experiment.xlsx",)
    table = read_table(root / "experiment.xlsx", "predictions", "experiment.xlsx", most_bytes=10**7)
    assert (table.rows, "observed" in table.columns) == (40, True)


def test_workbooks_of_other_things_are_no_logs(folder: Folder) -> None:
    run = read_run(folder({"metrics.csv": "epoch,loss\n0,1\n1,0.5\n2,0.4\n", "report.xlsx": book(kpi=COSTS)}))
    assert {curve.place.file for curve in run.curves} == {"metrics.csv"}
    assert not run.config
    assert "predictions" not in run.files
