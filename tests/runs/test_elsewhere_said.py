"""Sentences and texts that speak of something else than the run say nothing of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from mladvisor.runs.elsewhere_said import is_of_anything, own_sentences
from mladvisor.runs.readers.base import Candidate
from mladvisor.runs.sheets.told import told_by

_AUG = '{"train": {"flip_rate": 0.5}, "val": {"flip_rate": 0.0}}'
_DAILY = "date,revenue\n" + "".join(f"2023-11-{day:02d},{9100 if day == 24 else 210 + day}\n" for day in range(1, 31))


@pytest.mark.parametrize(
    ("line", "left"),
    [
        ("In the old benchmark 27 % of the test set are in train. Ours has 30 rows.", "Ours has 30 rows."),
        ("Smith et al. report that 30 % label noise costs 12 points. We have none.", "We have none."),
        ("Im alten Datensatz waren 20 % der Labels falsch. Der neue ist geprüft.", "Der neue ist geprüft."),
        ("If 30 % of the labels were wrong we would see it; we do not.", "we do not."),
        ("Of the old rows we kept all, e.g. row 3.", ""),
        ("In alten Zeilen fehlt es. 3 % falsch.", "In alten Zeilen fehlt es. 3 % falsch."),
        ("Before deduplication 412 of 2000 images were in train.", ""),
        ("- corrupt rows? look at batch 120", ""),
        ("Never leave inputs unscaled.", ""),
        ("300 of 1,200 validation clips are duplicates of training clips", None),
        ("the previous batch holds one class only", None),
        ("| overlap? | 3 |", None),
    ],
)
def test_sentences_about_something_else(line: str, left: str | None) -> None:
    """Other runs, questions and advice are left out; rows of tables and statements stay."""
    assert own_sentences(line) == (line if left is None else left)


@pytest.mark.parametrize(
    ("name", "text", "general"),
    [
        ("faq.md", "30 % of the test rows are in train", True),
        ("slides.txt", "Slide 4: what can go wrong\n- test rows in train: 30 %", True),
        ("ticket.txt", "Problem: copies.\nSolution: a new split.", True),
        ("notes.md", "30 % of the test rows are in train", False),
        ("faq.csv", "what can go wrong,n\na,1", False),
    ],
)
def test_texts_about_anything(name: str, text: str, general: bool) -> None:
    """By their names, their first lines, or a solution below the problem."""
    assert is_of_anything(name, text) is general


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("hours.csv", "annotator,train,val\nanna,120,15\nbernd,310,2\nchris,44,41\n"),
        ("speed.md", "| stage | train | eval |\n|---|---|---|\n| load | 31 % | 60 % |\n| forward | 69 % | 40 % |\n"),
        ("aug.json", _AUG),
        ("history.json", '{"train": [0.5, 0.3, 0.2], "val": [0.7, 0.2, 0.1]}'),
        ("files.md5", "d41d8cd98f00b204e9800998ecf8427e  train/a.txt\nd41d8cd98f00b204e9800998ecf8427e  val/a.txt\n"),
        ("notes.md", "CPU load in train 60 %, in eval 20 %.\n"),
        ("sales.csv", _DAILY),
        ("out.csv", "output,mae,std\nforce,120,4100\nangle,0.001,0.02\n"),
        ("pytest.txt", "FAILED tests/test_cli.py::test_export_shared_names - assert 3 == 4\n"),
        ("pytest.txt", "FAILED tests/test_eval.py::test_batch_order_in_report - assert 'b' == 'a'\n"),
        ("pytest.log", "FAILED tests/test_x.py::test_unit_conversion - assert 3600 == 60\n"),
        ("readme.md", "Inputs: age std 12.2, income std 22010, height std 0.1. They are standardised first.\n"),
        ("readme.md", "Pixels are not normalised on disk, the transform divides by 255.\n"),
        ("readme.md", "Validation is done only on rank 0.\n"),
        ("readme.md", "95 % of validation species are also present in the training set.\n"),
        ("readme.md", "Rows 480 to 495 hold base64 in a column that is not read.\n"),
    ],
)
def test_sound_folders_are_told_nothing(tmp_path: Path, name: str, text: str) -> None:
    """Costs, speeds, augmentations, empty files, business figures, tests of something else and mended matters."""
    (tmp_path / name).write_text(text)
    assert [said for said in told_by(Candidate(str(tmp_path / name), name)) if said.value > 0.03] == []


def test_numbers_too_long_for_a_float(tmp_path: Path) -> None:
    """Whole numbers of JSON may have hundreds of digits, and a condition number may be infinite."""
    many = "9" * 400
    for name, text in (
        ("a.json", f'{{"train_pos_rate": {many}, "val_pos_rate": 1, "overlap_train_val": {many}}}'),
        ("d.json", f'{{"batch": 1, "median_loss": {many}, "worst_loss": {many}}}'),
        ("b.json", f'{{"train": [{many}, 1], "val": [1, 1]}}'),
        ("c.txt", "condition number = 1e309\n"),
    ):
        (tmp_path / name).write_text(text)
        assert all(said.value < 1e6 for said in told_by(Candidate(str(tmp_path / name), name)))
