"""Tables of a folder: read as they are, with a note for whatever is odd, and never a crash."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from mladvisor.tables.dates import parsed
from mladvisor.tables.kinds import kind_of, nested_columns

from .folders import measured, opened, plain, present, table

ODD = {
    "no rows": ({"train": "a,b,label\n", "test": plain()}, "no rows"),
    "one row": ({"train": plain(), "test": plain(1, seed=1)}, "single row"),
    "empty": ({"train": b"", "test": plain()}, "is empty"),
    "binary": ({"train": b"\0\1\2" * 50, "test": plain()}, "is binary"),
    "names twice": ({"train": "a,a,label\n" + "1,2,0\n3,4,1\n" * 20}, "more than once"),
    "torn lines": ({"train": "a,b,label\n1,2,3,4,5\n" + "1,2,0\n3,4,1\n" * 20}, "more cells than the header"),
    "no header": ({"train": "1,2.5,0\n3,4.5,1\n" * 20}, "holds numbers only"),
    "open quote": ({"train": 'a,b,label\n"open,1,0\n' + "1,2,0\n" * 20}, "never closes"),
    "no label in test": ({"train": plain(), "test": plain(seed=1).drop(columns="label")}, 'no column "label"'),
}


@pytest.mark.parametrize("case", ODD)
def test_odd_tables_give_a_note(case: str, tmp_path: Path) -> None:
    """Each gives one clear sentence, and no measurement fails."""
    frames, said = ODD[case]
    m = measured(tmp_path, **frames)
    present(m)
    assert not m.failures
    assert any(said in note for note in m.notes), m.notes


STRANGE = {
    "one class": plain().assign(label=1),
    "all null": plain().assign(pay=np.nan, height=np.nan),
    "infinite": plain().assign(pay=np.inf),
    "huge": plain().assign(pay=lambda frame: frame["pay"] * 1e305),
    "lists in cells": plain().assign(city="[1, 2]"),
    "one column": plain()[["label"]],
    "words among numbers": plain().astype({"pay": object}).assign(pay=lambda f: f["pay"].where(f.index % 5 > 0, "x")),
}


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("case", STRANGE)
def test_strange_columns_break_nothing(case: str, tmp_path: Path) -> None:
    """No measurement fails, and nothing warns."""
    m = measured(tmp_path, train=STRANGE[case], test=STRANGE[case].head(60))
    for name in ("column.blank_share", "column.drift", "split.copies_share", "column.date_overlap", "data.label_runs"):
        _ = m[name]
    present(m)
    assert not m.failures


def test_ten_thousand_columns_are_read_and_bounded(tmp_path: Path) -> None:
    """A table wider than long is judged within the budget: what does not fit is named."""
    wide = pd.DataFrame(np.random.default_rng(0).normal(size=(20, 10_000))).add_prefix("c")
    m = measured(tmp_path, train=wide.assign(label=[0, 1] * 10), test=wide.assign(label=[0, 1] * 10))
    found = present(m)
    assert not m.failures
    assert "columns-differ-between-splits" not in found


def test_without_pandas_the_note_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """pandas is optional: without it a table is a note, not an error."""
    import builtins

    real = builtins.__import__

    def refuse(name: str, *more: object, **named: object) -> object:
        if name.split(".", maxsplit=1)[0] == "pandas":
            raise ImportError(name)
        return real(name, *more, **named)  # type: ignore[arg-type]

    folder = tmp_path
    plain().to_csv(folder / "train.csv", index=False)
    monkeypatch.setattr(builtins, "__import__", refuse)
    found = opened(folder)
    assert found.get("train") is None
    assert "pip install pandas" in found.errors["train"]


def test_a_log_called_train_is_no_table(tmp_path: Path) -> None:
    """`train.csv` may be the training log: then no table is taken from it."""
    log = pd.DataFrame({"epoch": range(30), "loss": np.linspace(1, 0.1, 30)})
    assert not opened(tmp_path, train=log)


@pytest.mark.parametrize(
    ("cells", "kind", "name"),
    [
        ([1.5, 2.5, np.nan], "numeric", "x"),
        ([1, 2, 2, 3], "integer", "x"),
        ([0, 1, 1, 0], "boolean", "x"),
        (["true", "false"], "boolean", "x"),
        (["a", "b", "a"], "categorical", "x"),
        ([None, None], "empty", "x"),
        (list(range(500)), "identifier", "x"),
        ([f"u{i:06d}" for i in range(200)], "identifier", "x"),
        ([f"I{i % 100:05d}" for i in range(300)], "identifier", "inspection"),
        ([f"M{i % 100:03d}" for i in range(3000)], "categorical", "model"),
        ([7, 7, 8, 9] * 30, "integer", "x"),
        (list(range(60)) * 3, "identifier", "customer_id"),
        ([f"2024-01-{1 + i % 28:02d}" for i in range(60)], "datetime", "x"),
        ([f"the {i} th of many words here" for i in range(200)], "text", "x"),
        ([[1, 2]] * 40, "nested", "x"),
        (["1", "2", "3.5", "4"] * 20 + ["oops"], "numeric", "x"),
    ],
)
def test_kinds_are_told_from_cells(cells: list[object], kind: str, name: str) -> None:
    """Cells decide what a column is; names break ties."""
    assert kind_of(table(pd.DataFrame({name: cells})), name) == kind


def test_dates_in_five_formats_are_the_same_day() -> None:
    """Formats are told from their shape and from what the column holds most of."""
    texts = [
        "2024-03-05",
        "05/03/2024",
        "25/03/2024",
        "05.03.2024",
        "Mar 5, 2024",
        "5 Mar 2024",
        "2024-03-05T00:00:00Z",
    ]
    seconds, formats = parsed([*texts, "no date"])
    days = {int(one // 86_400) for one in seconds[[0, 1, 3, 4, 5, 6]]}
    assert days == {19_787}
    assert np.isnan(seconds[-1])
    assert len(formats) == 5


def test_the_label_is_what_the_manifest_says_else_a_known_name_else_the_last_column(tmp_path: Path) -> None:
    """What was inferred is told."""
    frame = plain()
    m = measured(tmp_path, train=frame.rename(columns={"label": "outcome"}))
    from mladvisor.features.data_tables import tables

    assert m.once(tables).label_column == "outcome"
    assert any('"outcome"' in line for line in m.assumed)
    said = measured(tmp_path, train=frame, mladvisor="label: visits\n")
    assert said.once(tables).label_column == "visits"
    assert not said.assumed


def test_a_large_file_is_read_in_pieces_that_represent_it(tmp_path: Path) -> None:
    """Pieces are spread over a sorted file, every row in them is whole, and the note says so."""
    from mladvisor.tables.load import read_table

    frame = pd.DataFrame({"i": np.arange(60_000), "half": np.arange(60_000) // 30_000, "text": "abc"})
    frame.to_csv(tmp_path / "train.csv", index=False)
    size = (tmp_path / "train.csv").stat().st_size
    found = read_table(tmp_path / "train.csv", "train", "train.csv", most_bytes=size // 4)
    assert 0.2 < found.rows / 60_000 < 0.3
    assert found.share == pytest.approx(0.25, abs=0.01)
    assert abs(found.frame["half"].mean() - 0.5) < 0.03
    assert set(found.frame["text"]) == {"abc"}
    assert "in 64 pieces" in found.notes[0]


def test_a_label_that_never_changes_is_a_finding(tmp_path: Path) -> None:
    """In a healthy table it changes; of a handful of rows nothing is said."""
    cases = {"one": plain().assign(label=1), "both": plain(), "few": plain(8).assign(label=1)}
    found = {}
    for case, frame in cases.items():
        folder = tmp_path / case
        folder.mkdir()
        found[case] = "label-never-changes" in present(measured(folder, train=frame, test=plain(seed=1)))
    assert found == {"one": True, "both": False, "few": False}


def test_columns_of_lists_and_structures_are_named() -> None:
    """Whatever is not looked into is said."""
    frame = plain(30).assign(tags=[[1, 2]] * 30, more=[{"a": 1}] * 30)
    assert nested_columns(frame) == ["tags", "more"]
    assert nested_columns(plain(30)) == []


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("version https://git-lfs.github.com/spec/v1\noid sha256:abc\nsize 9\n", "git lfs pull"),
        ("<!DOCTYPE html>\n<html><body>404</body></html>\n", "web page"),
    ],
)
def test_what_only_stands_for_a_table_is_named(tmp_path: Path, content: str, says: str) -> None:
    """A pointer of Git LFS or an error page is no table of one column."""
    found = opened(tmp_path, train=content)
    assert found.splits == {}
    assert says in found.errors["train"]


def test_codes_that_read_like_huge_numbers_are_no_infinities(tmp_path: Path) -> None:
    """`12e999` among hexadecimal codes is a name; inf in a column of numbers is infinite."""
    frame = plain(300).assign(
        code=[f"{n:02x}e{n:03d}" for n in range(300)], load=lambda f: f["load"].where(f.index > 2, np.inf)
    )
    found = measured(tmp_path, train=frame)["column.infinite_share"]
    assert isinstance(found, dict)
    assert found["code"].value == 0.0
    assert found["load"].value == pytest.approx(0.01)
