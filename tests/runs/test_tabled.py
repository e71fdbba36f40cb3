"""A small table is the same table in whatever form somebody saved it."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

from mladvisor.diagnosis.api import diagnose
from mladvisor.runs.printed_frames import printed_frames
from mladvisor.runs.readers import Candidate
from mladvisor.runs.tabled import Tabled, as_cells

DRIFT = pd.DataFrame(
    {"feature": ["age", "income", "tenure", "region code"], "psi": [0.02, 1.8, 0.01, 0.03], "n": [900, 900, 900, 900]}
)
WEEKS = pd.DataFrame(
    {
        "week": [f"2025-W{week}" for week in range(20, 28)],
        "auc_offline": [0.62, 0.69, 0.74, 0.78, 0.81, 0.83, 0.85, 0.86],
        "revenue_per_user": [2.31, 2.24, 2.19, 2.11, 2.02, 1.97, 1.90, 1.84],
    }
)


def saved(folder: Path, frame: pd.DataFrame, name: str) -> Path:
    """The frame in the form that its name says."""
    path = folder / name
    form = name.rpartition(".")[2]
    if form == "csv":
        frame.to_csv(path, index=False)
    elif form == "xlsx":
        frame.to_excel(path, index=False)
    elif form == "html":
        path.write_text(f"<html><body><h1>Report</h1>{frame.to_html(index=False)}</body></html>")
    elif form == "txt":
        path.write_text(frame.to_string(index="numbered" in name) + "\n")
    elif form in ("json", "yaml"):
        path.write_text(json.dumps({column: frame[column].tolist() for column in frame.columns}))
    return path


FORMS = ["csv", "xlsx", "html", "txt", "json", "yaml"]


@pytest.mark.parametrize("form", FORMS[1:])
def test_the_cells_are_those_of_the_table(form: str, tmp_path: Path) -> None:
    path = saved(tmp_path, DRIFT, f"drift.{form}")
    file = as_cells(Candidate(str(path), path.name))
    assert isinstance(file, Tabled) and (file.name, file.rel) == ("drift.csv", f"drift.{form}")
    assert [line.split(",")[0] for line in file.lines] == ["feature", *DRIFT["feature"]]
    assert file.lines[2].split(",")[1:] == ["1.80", "900"] if form == "txt" else ["1.8", "900"]


def test_numbers_of_rows_are_left_out(tmp_path: Path) -> None:
    path = saved(tmp_path, DRIFT, "numbered.txt")
    assert as_cells(Candidate(str(path), path.name)).lines[0] == "feature,psi,n"


@pytest.mark.parametrize("form", FORMS)
def test_the_diagnosis_does_not_depend_on_the_form(form: str, tmp_path: Path) -> None:
    saved(tmp_path, WEEKS, f"weekly_dashboard.{form}")
    (first, *_) = diagnose(tmp_path).hypotheses
    assert first.cause == "proxy-metric-divergence" and first.probability > 0.5


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("train_log.txt", "epoch  loss  val_loss\n    1  0.71      0.70\n    2  0.52      0.60\n"),
        ("history.json", '{"loss": [0.7, 0.5], "val_loss": [0.7, 0.6]}'),
        ("config.yaml", "name: [a, b]\nlr: [0.1, 0.2]\n"),
        ("notes.txt", "we looked at it\n\nfeature  psi\n    age  0.1\n income  0.2\n\nand found nothing\n"),
        ("describe.txt", "        age\ncount   4.0\nmean   31.0\nmin    20.0\nmax    42.0\n"),
        ("two.html", "<table><tr><td>a</td><td>b</td></tr><tr><td>c</td><td>1</td></tr></table>" * 2),
        ("broken.xlsx", "no workbook"),
        ("broken.json", "{"),
    ],
)
def test_what_is_no_single_table_or_has_a_reader_of_its_own_is_left(name: str, text: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_text(text)
    assert not isinstance(as_cells(Candidate(str(path), name)), Tabled)


def test_printed_frames_in_a_text() -> None:
    """Prose is none, nor are rows without a head; a line above is the heading, a name of two words one cell."""
    frame = DRIFT.to_string(index=False)
    text = f"We compared both.\n\nBy feature:\n{frame}\n\n1 2 3\n4 5 6\n7 8 9\n\nThat is all of it\n"
    (found,) = printed_frames(text)
    assert found.heading == "By feature" and found.head == ["feature", "psi", "n"]
    assert found.rows[3] == ["region code", "0.03", "900"]


def test_a_report_as_yaml_is_read_as_one_in_json(tmp_path: Path) -> None:
    (tmp_path / "eval_by_device.yaml").write_text(
        "".join(
            f"{name}:\n  train_rows: {rows}\n  eval_rows: 190\n  accuracy: {score}\n"
            for name, rows, score in (("phone", 700, 0.98), ("tablet", 690, 0.99), ("watch", 14, 0.45))
        )
    )
    (first, *_) = diagnose(tmp_path).hypotheses
    assert first.cause == "underrepresented-slice" and first.probability > 0.5


def test_names_of_several_words_over_short_numbers() -> None:
    """Two blanks part the names; the blanks between their words stand over blanks of every row."""
    text = (
        "Monat     MAE Liegedauer (Tage)   Wartezeit Notaufnahme (h)\n"
        "2023-06                    2.25                         6.1\n"
        "2023-07                    1.78                         7.0\n\n"
        "Personal unveraendert.\n"
    )
    (table,) = printed_frames(text)
    assert table.head == ["Monat", "MAE Liegedauer (Tage)", "Wartezeit Notaufnahme (h)"]
    assert table.rows == [["2023-06", "2.25", "6.1"], ["2023-07", "1.78", "7.0"]]
