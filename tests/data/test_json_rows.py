"""Rows of data in files of JSON beside the log, and arrays that are stored column by column."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from mladvisor.features.catalogue import Measures
from mladvisor.runs.read import read_run

LOG = "epoch,loss,val_loss\n" + "".join(f"{n},{1 / n:.4f},{1.1 / n:.4f}\n" for n in range(1, 12))


def rows(count: int, start: int = 0) -> list[dict[str, Any]]:
    """Short texts with a label; some hold a field that others lack."""
    made = [{"text": f"order {n} came late by {n * 7 % 31} days", "label": n % 3} for n in range(start, start + count)]
    return [{**one, "note": "x"} if n % 5 == 0 else one for n, one in enumerate(made)]


def lines(found: list[dict[str, Any]]) -> str:
    """A row a line."""
    return "".join(json.dumps(one) + "\n" for one in found)


@pytest.mark.parametrize("folder", ["", "data/"])
@pytest.mark.parametrize("suffix", ["jsonl", "json"])
def test_rows_in_json_are_tables(tmp_path: Path, folder: str, suffix: str) -> None:
    """In lines or as a list, beside the log or in a folder of data."""
    (tmp_path / "log.csv").write_text(LOG)
    (tmp_path / folder).mkdir(exist_ok=True)
    for split, found in (("train", rows(60)), ("dev", rows(30, 45))):
        text = lines(found) if suffix == "jsonl" else json.dumps(found)
        (tmp_path / f"{folder}{split}.{suffix}").write_text(text)
    run = read_run(tmp_path)
    assert (run.files["train"], run.files["val"]) == ((f"{folder}train.{suffix}",), (f"{folder}dev.{suffix}",))
    m = Measures(run)
    assert m.value("data.rows.train") == 60
    assert m["split.copies_share"]["val"].value == pytest.approx(0.5)


@pytest.mark.parametrize(
    "record",
    [
        {"epoch": 1, "loss": 0.5, "lr": 0.1},
        {"step": 1, "train_loss": 0.5, "grad_norm": 1.0, "name": "a long name of a run that says nothing else"},
        {"split": "train", "accuracy": 0.5, "epoch": 3, "name": "a long name of a run that says nothing else"},
    ],
)
def test_a_log_of_that_name_is_none(tmp_path: Path, record: dict[str, Any]) -> None:
    """What counts epochs, or holds a loss, is what a trainer wrote."""
    found = [{key: value + n if isinstance(value, int) else value for key, value in record.items()} for n in range(40)]
    (tmp_path / "train.jsonl").write_text(lines(found))
    run = read_run(tmp_path)
    assert "train" not in run.files
    assert run.curves


@pytest.mark.parametrize(
    "text", ["[1, 2, 3]" * 400, '{"text": ' * 300, "[" * 5000, '[{"a": 1}, {"b": 2}]' + " " * 2000]
)
def test_other_json_of_that_name_is_none(tmp_path: Path, text: str) -> None:
    """Numbers, torn text, rows with nothing in common."""
    (tmp_path / "log.csv").write_text(LOG)
    (tmp_path / "train.json").write_text(text)
    assert "train" not in read_run(tmp_path).files


@pytest.mark.parametrize("form", ["npy", "npz"])
def test_arrays_stored_column_by_column_are_read(tmp_path: Path, form: str) -> None:
    """As those are which `DataFrame.values` gives."""
    (tmp_path / "log.csv").write_text(LOG)
    values = np.asfortranarray(np.random.default_rng(0).normal(size=(90, 4)))
    for split, which in (("train", slice(60)), ("val", slice(45, 90))):
        part, asked = np.asfortranarray(values[which]), (np.arange(90) % 2)[which]
        if form == "npz":
            np.savez(tmp_path / f"{split}.npz", x=part, y=asked)
        else:
            np.save(tmp_path / f"X_{split}.npy", part)
            np.save(tmp_path / f"y_{split}.npy", asked)
    m = Measures(read_run(tmp_path))
    assert m.value("data.rows.train") == 60
    assert m["split.copies_share"]["val"].value == pytest.approx(15 / 45)


def test_a_last_line_that_is_cut_off_costs_that_row_alone(tmp_path: Path) -> None:
    """Whoever was writing it was stopped; a line that is wrong amid the others is named."""
    (tmp_path / "log.csv").write_text(LOG)
    (tmp_path / "train.jsonl").write_text(lines(rows(60)) + '{"text": "cut o')
    m = Measures(read_run(tmp_path))
    assert m.value("data.rows.train") == 60
    assert "train.jsonl: its last line is cut off and was left out" in m.notes
    torn = lines(rows(30)) + "[1, 2]\n" + lines(rows(30))
    (tmp_path / "train.jsonl").write_text(torn)
    m = Measures(read_run(tmp_path))
    assert m.value("data.rows.train") is None
    assert any("train.jsonl: line 31 is no row of JSON" in note for note in m.notes)
