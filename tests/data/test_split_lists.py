"""Splits that stand in lists of their examples: numbers of rows, keys, names of files, folds."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from mladvisor.features.catalogue import Measures
from mladvisor.runs.read import read_run
from mladvisor.tables.collection import Tables

from .folders import measured, plain, present

LOG = "epoch,train_loss,val_loss\n" + "".join(f"{n},{1 / n},{1.1 / n}\n" for n in range(1, 9))


def _tables(folder: Path, **files: str) -> Tables:
    for name, text in {"log.csv": LOG, **files}.items():
        (folder / name).parent.mkdir(exist_ok=True, parents=True)
        (folder / name).write_text(text)
    return Tables(read_run(folder))


def _lines(names: list[str]) -> str:
    return "".join(f"{name}\n" for name in names)


ROWS = "size,age,outcome\n" + "".join(f"{n},{n % 7},{n % 2}\n" for n in range(400))


@pytest.mark.parametrize("form", ["text", "floats", "json", "npy"])
def test_rows_of_one_table_by_their_numbers(tmp_path: Path, form: str) -> None:
    """Numbers of rows, as people write them, part the one table beside the log."""
    train, val = list(range(300)), list(range(300, 400))
    files = {"cohort.csv": ROWS}
    if form == "json":
        files["splits.json"] = json.dumps({"train": train, "val": val})
    elif form == "npy":
        np.save(tmp_path / "train_idx.npy", train)
        np.save(tmp_path / "val_idx.npy", val)
    else:
        write = (lambda n: f"{n:.18e}") if form == "floats" else str
        files |= {"train_idx.txt": _lines([*map(write, train)]), "val_idx.txt": _lines([*map(write, val)])}
    tables = _tables(tmp_path, **files)
    assert {name: table.rows for name, table in tables.splits.items()} == {"train": 300, "val": 100}
    assert tables.splits["val"].numbers("size").tolist() == val


def test_rows_of_one_table_by_their_key(tmp_path: Path) -> None:
    """A list may name rows by a key of the table."""
    rows = "scan_id,age,outcome\n" + "".join(f"s{n:04d}.dcm,{n % 7},{n % 2}\n" for n in range(100))
    names = [f"s{n:04d}.dcm" for n in range(100)]
    lists = {"train_ids.txt": _lines(names[:70]), "test_ids.txt": _lines(names[70:])}
    tables = _tables(tmp_path, **{"scans.csv": rows, **lists})
    assert {name: table.rows for name, table in tables.splits.items()} == {"train": 70, "test": 30}
    assert tables.notes == ["scans.csv: its rows are told apart by lists (train_ids.txt, test_ids.txt)"]


def test_lists_alone_are_tables_of_names_and_labels(tmp_path: Path) -> None:
    """Without a table the lists themselves say which files are on both sides, and how the classes are mixed."""
    names = [f"img/{n:04d}.png {n % 3}" for n in range(100)]
    lists = {"splits/train.txt": _lines(names[:80]), "splits/val.txt": _lines(names[70:])}
    tables = _tables(tmp_path, **lists)
    assert {name: table.columns for name, table in tables.splits.items()} == {
        "train": ["example", "label"],
        "val": ["example", "label"],
    }


@pytest.mark.parametrize(
    "text",
    [
        "the cat sat on the mat\n" * 50,  # what a language model learns from
        "".join(f"{n} {1 / (n + 1):.4f}\n" for n in range(50)),  # a curve
        "12\n13\n",  # a note
    ],
)
def test_text_that_is_learned_from_and_curves_are_no_lists(tmp_path: Path, text: str) -> None:
    """They are called alike, so the lines decide."""
    assert not _tables(tmp_path, **{"train.txt": text, "val.txt": text})


def test_lists_that_speak_of_another_table_part_nothing(tmp_path: Path) -> None:
    """Numbers beyond the rows of the table are those of other rows."""
    lists = {"train_idx.txt": _lines([*map(str, range(900))]), "val_idx.txt": _lines([*map(str, range(900, 1500))])}
    assert list(_tables(tmp_path, **{"cohort.csv": ROWS, **lists}).splits) == ["train"]


def test_the_first_of_numbered_folds_is_held_out(tmp_path: Path) -> None:
    """Each fold is held out once; beside a table of validation rows a fold is bookkeeping."""
    rows = "size,age,fold,outcome\n" + "".join(f"{n},{n % 7},{n % 5},{n % 2}\n" for n in range(400))
    tables = _tables(tmp_path, **{"folds.csv": rows})
    assert {name: (table.rows, "fold" in table) for name, table in tables.splits.items()} == {
        "train": (320, False),
        "val": (80, False),
    }
    beside = _tables(tmp_path / "beside", **{"train.csv": rows, "val.csv": ROWS})
    assert all("fold" not in table for table in beside.splits.values())


def test_a_column_that_says_the_split_makes_a_table_data(tmp_path: Path) -> None:
    """The only table beside the log needs no well-known label where its rows are told apart."""
    rows = "size,age,sold,split\n" + "".join(f"{n},{n % 7},{n % 2},{'val' if n % 4 else 'train'}\n" for n in range(100))
    assert list(_tables(tmp_path, **{"everything.csv": rows}).splits) == ["train", "val"]


def test_who_labelled_a_row_is_no_feature(tmp_path: Path) -> None:
    """Training rows say who labelled them, evaluation rows need not: no column is missing."""
    train, test = plain(300, seed=0), plain(150, seed=1)
    m = measured(tmp_path, train=train.assign(annotator=["ann", "bob", "cy"] * 100), test=test)
    assert "columns-differ-between-splits" not in present(m)


def test_patients_on_both_sides_whose_visits_are_alike(tmp_path: Path) -> None:
    """A split by row of patients whose labels go together; of stores the same is no finding about people."""
    rng = np.random.default_rng(0)
    own = rng.normal(0, 2.0, 150)
    who = np.repeat(np.arange(150), 6)
    frame = pd.DataFrame({"patient_id": [f"p{n}" for n in who], "x": rng.normal(size=900)})
    frame["label"] = (rng.normal(size=900) + own[who] > 0).astype(int)
    held = rng.random(900) < 0.3
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
    m = measured(tmp_path / "a", train=frame[~held], test=frame[held])
    assert "people-on-both-sides" in present(m)
    stores = frame.rename(columns={"patient_id": "store_id"})
    m = measured(tmp_path / "b", train=stores[~held], test=stores[held])
    assert "people-on-both-sides" not in present(m)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("train_idx.npy", b""),
        ("train_idx.npy", b"\x93NUMPY\x01\x00"),
        ("train_idx.txt", b"1.0e+9999\n" * 20),
        ("splits.json", b'{"train": ' + b"[" * 5000),
    ],
)
def test_a_list_that_is_broken_is_none(tmp_path: Path, name: str, content: bytes) -> None:
    """An empty array, a number beyond all numbers: the run is read as if it were not there."""
    (tmp_path / "log.csv").write_text(LOG)
    (tmp_path / "cohort.csv").write_text(ROWS)
    (tmp_path / name).write_bytes(content)
    assert not {"train_list", "val_list"} & read_run(tmp_path).files.keys()


@pytest.mark.parametrize(("name", "column"), [("subj{:03d}_frame{}", "subject_id"), ("video_{}/{}.png", "video_id")])
def test_whose_the_listed_examples_are(tmp_path: Path, name: str, column: str) -> None:
    """Names of a word and a number with more behind it say which examples belong together."""
    every = [name.format(of, part) for of in range(40) for part in range(4)]
    lists = {"train": [each for n, each in enumerate(every) if n % 4], "val": every[::4]}
    _tables(tmp_path, **{"splits.json": json.dumps(lists)})
    overlap = Measures(read_run(tmp_path))["column.group_overlap"]
    assert isinstance(overlap, dict)
    assert {of: each.value for of, each in overlap.items()} == {column: 1.0}


@pytest.mark.parametrize("name", ["img_{:04d}", "a{}b", "{:06d}_{}", "{}"])
def test_names_that_number_the_examples_alone(tmp_path: Path, name: str) -> None:
    """One number, or numbers of nobody: nothing says what belongs together."""
    every = [name.format(n, n) for n in range(160)]
    _tables(tmp_path, **{"splits.json": json.dumps({"train": every[:120], "val": every[120:]})})
    m = Measures(read_run(tmp_path))
    assert "train_list" in m.run.files
    assert not isinstance(m["column.group_overlap"], dict)


def test_numbers_in_lists_measure_nothing(tmp_path: Path) -> None:
    """Row numbers of two splits differ in their mean by how they were drawn: no label; copies are told."""
    files = {"splits/train_ids.txt": _lines([str(n) for n in range(5000, 5300)]),
             "splits/valid_ids.txt": _lines([str(n) for n in (*range(5100, 5200), *range(9000, 9050))])}  # fmt: skip
    assert _tables(tmp_path, **files).label_column is None
    found = Measures(read_run(tmp_path))["column.key_overlap"]
    assert isinstance(found, dict) and found["example"].value == pytest.approx(0.65, abs=0.05)


@pytest.mark.parametrize(
    ("said", "taken"),
    [
        ("{'acc_x': 0.0, 'acc_y': 0.0, 'gyr_x': 1.0, 'kind': 0.0}\n", True),
        ("acc_x and kind are logged\n", False),
        ("", False),
    ],
)
def test_the_only_table_whose_columns_the_log_prints(tmp_path: Path, said: str, taken: bool) -> None:
    rows = "".join(f"{n},{n / 7:.3f},,{n % 3}\n" for n in range(200))
    (tmp_path / "sensors.csv").write_text("acc_x,acc_y,gyr_x,kind\n" + rows)
    log = "".join(f"epoch {n} train loss {1 / n:.4f} val loss {1.1 / n:.4f}\n" for n in range(1, 9))
    (tmp_path / "output.txt").write_text(said + log)
    assert (read_run(tmp_path).files.get("train") == ("sensors.csv",)) is taken


def test_a_table_of_keys_with_the_part_that_each_is_in(tmp_path: Path) -> None:
    """Of two columns, one is the split; one of few values is no key."""
    train, valid = list(range(7000, 7200)), list(range(7150, 7250))
    rows = [f"train,{key}" for key in train] + [f"valid,{key}" for key in valid]
    tables = _tables(tmp_path, **{"ids.csv": "part,account\n" + _lines(rows)})
    assert {name: table.rows for name, table in tables.splits.items()} == {"train": 200, "val": 100}
    assert 0.4 < Measures(read_run(tmp_path))["column.key_overlap"]["example"].value <= 0.5  # at the least


def test_labels_by_part_are_no_list(tmp_path: Path) -> None:
    rows = [f"train,{n % 3}" for n in range(200)] + [f"valid,{n % 3}" for n in range(100)]
    (tmp_path / "log.csv").write_text(LOG)
    (tmp_path / "labels.csv").write_text("part,label\n" + _lines(rows))
    assert not any(kind.endswith("_list") for kind in read_run(tmp_path).files)


@pytest.mark.parametrize("column", ["date", "word", "hour_of_year", "feature"])
def test_what_both_sides_hold_by_nature_is_no_list(tmp_path: Path, column: str) -> None:
    """Rows that are dealt out at random share their days, words and columns."""
    rows = [f"{part},x{n * 7}" for part in ("train", "valid") for n in range(20 if part == "valid" else 0, 200)]
    (tmp_path / "log.csv").write_text(LOG)
    (tmp_path / "assigned.csv").write_text(f"part,{column}\n" + _lines(rows))
    assert not any(kind.endswith("_list") for kind in read_run(tmp_path).files)


@pytest.mark.parametrize(("first", "share"), [(30, 1.0), (0, 0.0), (80, 0.5), (100, 0.0)])
def test_examples_that_two_lists_name(tmp_path: Path, first: int, share: float) -> None:
    """Files out of the middle of those of training are the same; those that begin with them were numbered anew."""
    names = [f"s{n:04d}.png" for n in range(200)]
    files = {
        "log.csv": LOG,
        "splits/train.txt": _lines(names[:100]),
        "splits/val.txt": _lines(names[first : first + 40]),
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    found = Measures(read_run(tmp_path))["split.listed_in_training"]
    assert isinstance(found, dict)
    assert found["val"].value == pytest.approx(share)
