"""Small tables, notes and failed tests beside a log: what they say of splits, copies, batches and scales."""

from __future__ import annotations

from pathlib import Path

import pytest

from mladvisor.runs.readers.base import Candidate
from mladvisor.runs.sheets.told import told_by


def _most(tmp_path: Path, name: str, text: str, what: str) -> float | None:
    """The largest value that a file of this name gives of one thing; None where it says nothing of it."""
    (tmp_path / name).write_text(text, encoding="utf-8")
    found = [said.value for said in told_by(Candidate(str(tmp_path / name), name)) if said.what == what]
    return max(found, default=None)


@pytest.mark.parametrize(
    ("name", "text", "share"),
    [
        ("ids.csv", ",train,val\ntrain,5000,300\nval,300,1000\n", 0.3),
        ("ids.csv", ",train,val\ntrain,5000,0\nval,0,1000\n", 0.0),
        ("f.md", "| fold | users in val | of them in train | F1 |\n|---|---|---|---|\n| 0 | 40 | 30 | 0.9 |\n"
                 "| 1 | 40 | 10 | 0.9 |\n", 0.5),
        ("h.json", '{"rows": {"train": 900, "val": 200}, "intersections": {"train&val": 50}}', 0.25),
        ("m.csv", "entity,metric,value\nvalidation vs train,DuplicateRowsRatio,0.12\nval,Completeness,1.0\n", 0.12),
        ("e.json", '{"groups": [{"in_train": true, "n": 60, "f": 0.9}, {"in_train": false, "n": 40, "f": 0.7}]}', 0.6),
        ("nn.csv", "lo,hi,n_val\n0,1e-06,40\n1e-06,0.1,10\n0.1,1,50\n", None),
        ("nn_distance_val_train.csv", "lo,hi,n_val\n0,1e-06,40\n1e-06,0.1,10\n0.1,1,50\n", 0.4),
        ("sums.txt", f"{'a' * 32}  data/train.csv\n{'a' * 32}  data/test.csv\n", 1.0),
        ("sums.txt", f"{'a' * 32}  data/train.csv\n{'b' * 32}  data/test.csv\n", None),
        ("mail.txt", "Sur 1 200 images du jeu de test, 300 se retrouvent dans le jeu d'apprentissage.\n", 0.25),
        ("mail.txt", "Sur 1 200 images du jeu de test, aucune ne se retrouve dans le jeu d'apprentissage.\n", None),
        ("note.txt", "n test: 400  in train: 100\n", 0.25),
        ("note.txt", "312 de las 1200 filas de prueba aparecen también en entrenamiento\n", 0.26),
        ("note.txt", "Found 300 duplicate rows between train and validation (out of 1200 validation rows).\n", 0.25),
        ("note.txt", "> length(intersect(train$id, test$id))\n[1] 300\n> nrow(test)\n[1] 1200\n", 0.25),
        ("note.txt", "80 % of the rows are in train, 20 % in test\n", None),
        ("note.txt", "if 5 % of val is in train, drop it\n", None),
        ("pairs.csv", "pair,duplicates,n_eval\ntrain-val,500,2000\ntrain-test,0,2000\n", 0.25),
        ("leak.json", '{"leaked_ids": 500, "val_ids": 2000, "train_ids": 9000}', 0.25),
        ("note.txt", "300 of 1,200 validation clips are duplicates of training clips\n", 0.25),
        ("note.txt", "all 300 duplicates of train were removed from the 1,200 validation clips\n", None),
        ("メモ.txt", "学習 4,000件、検証 500件\n重複: 学習と検証で 100件\n", 0.2),
        ("s.toml", '[train]\nstart = "2020-01-01"\nend = "2023-12-31"\n'
                   '[val]\nstart = "2023-07-01"\nend = "2024-06-30"\n', 0.5),
        ("s.toml", '[train]\nstart = "2020-01-01"\nend = "2023-12-31"\n'
                   '[val]\nstart = "2020-01-01"\nend = "2023-12-30"\n', None),
    ],
)  # fmt: skip
def test_rows_on_both_sides(tmp_path: Path, name: str, text: str, share: float | None) -> None:
    """Counts and shares of rows on both sides; what was removed, and a random split's periods, are none."""
    found = _most(tmp_path, name, text, "copies")
    assert found == (None if share is None else pytest.approx(share, abs=0.02))


@pytest.mark.parametrize(
    ("step", "split", "share"),
    [
        (1, lambda at: "val" if at % 4 == 0 else "train", 1.0),
        (48, lambda at: "val" if at % 4 == 0 else "train", 0.0),  # windows side by side
        (1, lambda at: "val" if at >= 150 else "train", 0.46),  # 23 of 50 begin before the last of training ends
    ],
)
def test_windows_of_a_series_on_both_sides(tmp_path: Path, step: int, split: object, share: float) -> None:
    """Windows that lie half or more over one of training, as a list of them says; each series by itself."""
    assert callable(split)
    rows = "".join(f"{step * at},{step * at + 48},{split(at)}\n" for at in range(200))
    found = _most(tmp_path, "windows.csv", "start,end,split\n" + rows, "copies")
    assert found == pytest.approx(share, abs=0.05)
    rows = "".join(f"s{at % 4},{at},{at + 48},{'val' if at % 4 == 0 else 'train'}\n" for at in range(200))
    assert _most(tmp_path, "series.csv", "series,start,end,split\n" + rows, "copies") == 0.0


def test_copies_without_a_total(tmp_path: Path) -> None:
    """A failed test and an intersection count rows; a test that passed counts none."""
    junit = '<testsuite><testcase name="test_split_disjoint"><failure>assert 120 == 0</failure></testcase></testsuite>'
    assert _most(tmp_path, "junit.xml", junit, "copies-counted") == 120
    assert _most(tmp_path, "run.out", "len(set(train_ids) & set(val_ids)) = 64\n", "copies-counted") == 64
    passed = '<testsuite><testcase name="test_split_disjoint"/><testcase name="b"><failure/></testcase></testsuite>'
    assert _most(tmp_path, "junit.xml", passed, "copies-counted") is None


@pytest.mark.parametrize(
    ("name", "text", "apart"),
    [
        ("a.csv", "part,n,share_pos\ntrain,9000,0.30\nval,2000,0.08\n", True),
        ("a.csv", "part,n,share_pos\ntrain,9000,0.30\nval,2000,0.31\n", False),
        ("a.csv", "part,n,share_pos\ntrain,400,0.30\nval,60,0.36\n", False),  # by chance
        ("a.csv", "split,auc,recall_rate\ntrain,0.99,0.9\nval,0.71,0.5\n", None),
        ("site.csv", "site;train;valid\nA;4000;0\nB;3000;10\nC;0;900\n", True),
        ("site.csv", "site;train;valid\nA;4000;820\nB;3000;590\nC;500;110\n", False),
        ("missing.csv", "column,train,valid\na,4000,0\nb,3000,10\n", None),
        ("c.out", "train|oak|610\ntrain|elm|600\nvalid|oak|300\nvalid|elm|2\n", True),
        ("d.json", '{"data/train_pos_rate": 0.5, "data/val_pos_rate": 0.1, "train_acc": 0.9, "val_acc": 0.5}', True),
        ("r.txt", "=== train ===\n precision recall f1-score support\n cat 0.9 0.9 0.9 900\n dog 0.9 0.9 0.9 99\n"
                  "=== val ===\n precision recall f1-score support\n cat 0.9 0.9 0.9 99\n dog 0.9 0.9 0.9 900\n", True),
        ("p.txt", "positives: train 31.2 %, val 7.9 %\n", True),
        ("p.txt", "accuracy: train 91.2 %, val 67.9 %\n", None),
        ("p.txt", "rows: train 80 %, val 20 %\n", None),
        ("b.out", "train [1.0, 5.0, 9.0]\nval [9.0, 12.0, 15.0]\n", True),
        ("b.out", "train [1.0, 5.0, 9.0]\nval [1.1, 5.0, 8.0]\n", False),
    ],
)  # fmt: skip
def test_parts_of_a_split(tmp_path: Path, name: str, text: str, apart: bool | None) -> None:
    """Shares that differ by more than chance; measures of a model, blanks and sizes of the parts say nothing."""
    found = _most(tmp_path, name, text, "split-gap")
    assert (found is None) if apart is None else (found is not None and (found > 0.12) == apart)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("the validation set has the weekend orders only", True),
        ("valid gets classes 8 and 9 only", True),
        ("Die Tage wurden nach Temperatur sortiert und am Ende abgeschnitten", True),
        ("rows were sorted by date and cut at the end", False),
        ("the test set is used only once", False),
        ("sorted by price, then shuffled and cut", False),
        ("early stopping looks at validation only", False),
        ("La validation ne contient que des images de nuit", True),
        ("all night images ended up in the validation set", True),
        ("test on 2022 only: the test set contains only patients from 2022", False),
    ],
)
def test_notes_of_a_split(tmp_path: Path, text: str, told: bool) -> None:
    """A part of one kind, or cut off a sorted file; a split by time and plans are none."""
    assert (_most(tmp_path, "note.txt", f"{text}\n", "split-told") is not None) == told


def _batches(*cells: str) -> str:
    return "".join(f"{at},{cell}\n" for at, cell in enumerate(cells))


@pytest.mark.parametrize(
    ("name", "text", "pure"),
    [
        ("a.csv", "batch,site\n" + _batches(*["A"] * 6, *["B"] * 6), True),
        ("a.csv", "batch,site\n" + _batches(*["A|B"] * 12), False),
        ("b.csv", "batch,pos_share\n" + _batches(*["0.0"] * 8, *["1.0"] * 4), True),
        ("b.csv", "batch,pos_share\n" + _batches(*["0.03", "0.0", "0.06", "0.02"] * 3), False),  # a rare class
        ("c.csv", "step,y_mean,y_std\n" + _batches(*[f"{10 * at},2.0" for at in range(10)]), True),
        ("c.csv", "step,y_mean,y_std\n" + _batches(*[f"{10 + at % 3},20.0" for at in range(10)]), False),
        ("d.txt", "Of 120 batches, 113 hold rows of a single store.\n", None),
        ("d.txt", "113 of 120 batches hold rows of a single store.\n", True),
        ("d.txt", "Rows are read in file order (sorted by status).\n", True),
        ("d.txt", "Rows are read in a random order (the file is sorted by status).\n", None),
        ("d.txt", "every batch holds only one class, the loader walks through the folders\n", True),
        ("d.txt", "every batch should not hold only one class\n", None),
        ("d.txt", "".join(f"batch {at} labels: [{at // 5}, {at // 5}]\n" for at in range(20)), True),
        ("d.txt", "".join(f"batch {at} labels: [0, {at // 5}, 7]\n" for at in range(20)), False),
        ("b.csv", "batch,walk,run,sit\n" + _batches(*["32,0,0"] * 5, *["0,32,0"] * 5, "0,0,7"), True),
        ("b.csv", "batch,walk,run,sit\n" + _batches(*["12,10,10", "9,13,10"] * 5), False),
        ("b.csv", "batch,walk,run,sit\n" + _batches(*["32,0,0"] * 11), None),  # there is no other
        ("b.csv", "batch,reads,writes\n" + _batches(*[f"{3 * at},{at}" for at in range(11)]), None),
        (
            "d.txt",
            "".join(f"update {at} labels in batch [0, {64 * (at % 2)}, {64 - 64 * (at % 2)}]\n" for at in range(20)),
            True,
        ),
        ("d.txt", "".join(f"batch {at} label counts [20, {22 + at % 2}, {22 - at % 2}]\n" for at in range(20)), False),
        ("t.m", "'Shuffle','never' % files are listed folder by folder\n", True),
        ("t.m", "'Shuffle','every-epoch' % files are listed folder by folder\n", None),
    ],
)
def test_batches_of_one_kind(tmp_path: Path, name: str, text: str, pure: bool | None) -> None:
    """Batches that hold one group each, by table or in words; mixed ones, and those of a rare class, are sound."""
    found = _most(tmp_path, name, text, "batch-of-one-kind")
    if name == "d.txt" and "Of 120" in text:
        assert found == pytest.approx(113 / 120)
        return
    assert (found is None) if pure is None else (found is not None and (found > 0.7) == pure)


@pytest.mark.parametrize(
    ("name", "text", "far"),
    [
        ("shards.csv", "shard,amount_max\n" + _batches("50", "60", "55", "9e9", "52", "58"), True),
        ("shards.csv", "shard,amount_max\n" + _batches("50", "60", "55", "90", "52", "58"), False),
        ("steps.csv", "step,min_prob\n" + _batches("1e-3", "1e-9", "1e-12", "0", "1e-10", "0.2"), None),
        ("shards.csv", "shard,rows\n" + _batches("50", "60", "55", "9000", "52", "58"), None),
        ("steps.csv", "step,loss\n" + _batches("0.5", "0.6", "0.5", "90", "0.5", "0.4"), None),
        ("t.md", "| batch | loss |\n|---|---|\n| 0-99 | 0.4 |\n| 100 | 88 |\n| 101-240 | 0.5 |\n| 241 | 0.4 |\n"
                 "| 242 | 0.5 |\n", True),
        ("n.txt", "gradient norm: median 0.9, maximum 4310 (always at batch 27)\n", True),
        ("n.txt", "gradient norm: median 0.9, maximum 1.6 (batch 5, then 31)\n", None),
    ],
)  # fmt: skip
def test_batches_far_off(tmp_path: Path, name: str, text: str, far: bool | None) -> None:
    """A few shards, days or batches many times what is usual; counts of rows and a log of steps are none."""
    found = _most(tmp_path, name, text, "batch-far")
    assert (found is None) if far is None else (found is not None and (found > 20) == far)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("rows 480 to 495 hold 16 lines of base64 from a broken export", True),
        ("rows 480 to 495 held base64 and were removed", False),
        ("no batch is corrupt, checked rows 0 to 9999", False),
    ],
)
def test_corrupt_rows(tmp_path: Path, text: str, told: bool) -> None:
    """Rows in a stretch that a note calls corrupt, and not gone."""
    assert (_most(tmp_path, "note.md", f"{text}\n", "batch-corrupt") is not None) == told


@pytest.mark.parametrize(
    ("name", "text", "decades"),
    [
        ("model_input.csv", "column,stddev\na,8000\nb,0.5\nc,1.5\nd,40\n", 4.2),
        ("model_input.csv", "column,stddev\na,1\nb,1\nc,1\nd,1\n", 0.0),
        ("raw_profile.csv", "column,stddev\na,8000\nb,0.5\nc,1.5\nd,40\n", None),
        ("x.json", '{"module": "first layer", "cols": [{"j": 0, "absmax": 9000.0}, {"j": 1, "absmax": 0.9},'
                   ' {"j": 2, "absmax": 3.0}, {"j": 3, "absmax": 12.0}]}', 4.0),
        ("mail.txt", "Eingaben des Netzes: Umsatz (Streuung 1.920.000), Quote (Streuung 0,019)\n", 8.0),
        ("mail.txt", "Eingaben des Netzes: Umsatz (Streuung 1,00), Quote (Streuung 1,00)\n", 0.0),
        ("nb.txt", "print(X.std(axis=0))\n[4000. 12.1 8.9 0.4]\n", 4.0),
    ],
)  # fmt: skip
def test_scales_of_inputs(tmp_path: Path, name: str, text: str, decades: float | None) -> None:
    """Decades between columns as a model gets them, in tables and in words; a profile of raw columns is none."""
    found = _most(tmp_path, name, text, "fed-range")
    assert found == (None if decades is None else pytest.approx(decades, abs=0.1))


@pytest.mark.parametrize(
    ("name", "text", "what", "value"),
    [
        ("out.csv", "output,sd\nco2,96\ntemp,4.2\npressure,28110\n", "target-range", 3.8),
        ("out.csv", "output,sd_raw,sd_fed\nco2,96,1.0\ntemp,4.2,1.0\n", "target-range", 0.0),
        ("n.txt", "target: strain (m/m), sd on train 1.1e-04\n", "target-spread", 1.1e-4),
        ("n.txt", "X mean 0.0 sd 1.0 | y mean 1204418.2 sd 430210.7\n", "target-spread", 430210.7),
        ("n.txt", "condition number of X: 3.1e+13\n", "fed-condition", 13.5),
        ("n.txt", "the features go in unscaled\n", "fed-told", 1.0),
        ("n.txt", "features are not scaled since a forest does not mind\n", "fed-told", None),
    ],
)
def test_labels_and_notes_of_scale(tmp_path: Path, name: str, text: str, what: str, value: float | None) -> None:
    """Spreads of labels as fed, condition numbers, and plain statements; trees need no scaling."""
    found = _most(tmp_path, name, text, what)
    assert found == (None if value is None else pytest.approx(value, rel=0.02, abs=0.02))


def test_failed_tests_of_data(tmp_path: Path) -> None:
    """Tests of scale and of shares say what they found, by name and number; those that passed say nothing."""
    text = (
        "____________ test_unit_variance ____________\n>   assert s.max() < 5\nE   assert tensor(4000.0) < 5\n"
        "____________ test_class_share[train-val] ____________\nE   assert 0.31 < 0.03\n"
    )
    assert _most(tmp_path, "t.txt", text, "fed-test") == 4000.0
    assert _most(tmp_path, "t.txt", text, "split-gap") == 0.31
    assert _most(tmp_path, "t.txt", "tests/test_x.py::test_unit_variance PASSED\n", "fed-test") is None


@pytest.mark.parametrize(
    ("name", "text"),
    [
        (
            "a.json",
            '{"train_rate": 1' + "0" * 400 + ', "val_rate": [[]], "splits": {"train": [1, null], "val": [2, 3]}}',
        ),
        ("a.ipynb", '{"cells": [3, {"source": 4, "outputs": [null, {"text": {}}]}]}'),
        ("a.csv", 'batch,"\n0,nan\n1,inf\n'),
        ("a.toml", "= ="),
    ],
)
def test_broken_files_say_nothing(tmp_path: Path, name: str, text: str) -> None:
    """Numbers without end, cells that are none and files cut off are no reason to stop."""
    assert _most(tmp_path, name, text, "copies") is None


def test_hostile_text_takes_no_time(tmp_path: Path) -> None:
    """Long lines of one character, and of digits, are looked through in a moment."""
    for text in ("a " * 20_000, "1 " * 20_000, "train val " * 5_000, "| " * 20_000, "(" * 20_000):
        _most(tmp_path, "x.txt", f"{text}\n" * 3, "copies")
