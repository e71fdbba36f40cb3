"""Rows of all parts in one table, rows as JSON lines, and decisions beside scores under any name."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from mladvisor.runs.read import read_run
from mladvisor.tables.collection import Tables

LOG = "epoch,train_loss,val_loss\n" + "".join(f"{n},{1 / n},{1.1 / n}\n" for n in range(1, 9))
RNG = np.random.default_rng(0)


def _tables(folder: Path, **files: str) -> Tables:
    for name, text in {"log_csv": LOG, **files}.items():
        (folder / name.replace("_csv", ".csv").replace("_py", ".py").replace("_jsonl", ".jsonl")).write_text(text)
    return Tables(read_run(folder))


@pytest.mark.parametrize("column", ["part", "fold", "usage"])
def test_a_column_that_says_which_part_a_row_belongs_to(tmp_path: Path, column: str) -> None:
    """Words for parts that are no usual names of splits count in columns that are called so."""
    rows = "".join(f"{n},{n % 7},{'fit' if n % 4 else 'check'},{n % 2}\n" for n in range(400))
    tables = _tables(tmp_path, train_csv=f"size,age,{column},label\n{rows}")
    assert {name: table.rows for name, table in tables.splits.items()} == {"train": 300, "val": 100}


def test_a_category_of_words_is_no_division(tmp_path: Path) -> None:
    """A column of the data whose values are no names of splits divides nothing."""
    rows = "".join(f"{n},{'city' if n % 4 else 'mall'},{n % 2}\n" for n in range(400))
    assert list(_tables(tmp_path, train_csv=f"size,sample,label\n{rows}").splits) == ["train"]


def test_rows_as_json_lines(tmp_path: Path) -> None:
    """A table that a script reads may be JSON lines."""
    rows = "".join(json.dumps({"title": f"word {n}", "kind": n % 3}) + "\n" for n in range(100))
    script = (
        'import pandas as pd\nd = {s: pd.read_json(s + ".jsonl", lines=True) for s in ("train", "dev")}\nm.fit(d)\n'
    )
    tables = _tables(tmp_path, train_jsonl=rows, dev_jsonl=rows, fit_py=script)
    assert {name: table.columns for name, table in tables.splits.items()} == {
        "train": ["title", "kind"],
        "val": ["title", "kind"],
    }


@pytest.mark.parametrize(
    ("column", "values", "cut"),
    [("flagged", ("0", "1"), 0.3), ("action", ("accept", "reject"), 0.3), ("contact", ("0", "1"), 2.0)],
)
def test_decisions_follow_the_score(tmp_path: Path, column: str, values: tuple[str, str], cut: float) -> None:
    """Two values that part the scores are decisions, whatever they are called, in the classes of the truth."""
    score = RNG.random(200).round(3)
    truth = (RNG.random(200) < score).astype(int)
    rows = "".join(f"{y},{s},{values[int(s >= cut)]}\n" for y, s in zip(truth, score, strict=True))
    found = _tables(tmp_path, predictions_csv=f"y_true,score,{column}\n{rows}").get("predictions")
    assert found is not None
    assert found.series("y_pred").tolist() == (score >= cut).astype(int).tolist()


def test_two_values_that_do_not_follow_the_score_are_none(tmp_path: Path) -> None:
    """A group of rows is no decision."""
    score = RNG.random(200).round(3)
    rows = "".join(f"{n % 2},{s},{'ab'[n // 2 % 2]}\n" for n, s in enumerate(score))
    found = _tables(tmp_path, predictions_csv=f"y_true,score,group\n{rows}").get("predictions")
    assert found is not None
    assert "y_pred" not in found
