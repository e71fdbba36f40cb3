"""Files larger than the budget: pieces of them, spread evenly; packed ones as well as plain ones."""

from __future__ import annotations

import gzip
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from mladvisor.errors import ReadError
from mladvisor.tables.load import read_table, size_of

from .folders import measured, plain

ROWS = 40_000


@pytest.fixture
def frame() -> pd.DataFrame:
    """A table in which a column counts the rows."""
    return pd.DataFrame({"number": np.arange(ROWS), "word": [f"word {n % 97}" for n in range(ROWS)], "half": 0.5})


@pytest.mark.frameworks
@pytest.mark.parametrize("group", [1_000, ROWS])
def test_of_a_large_parquet_file_pieces_of_all_parts_are_read(tmp_path: Path, frame: pd.DataFrame, group: int) -> None:
    """Whether it has many row groups or one: a tenth of the cells, from the first rows to the last."""
    pytest.importorskip("pyarrow")
    path = tmp_path / "train.parquet"
    frame.to_parquet(path, row_group_size=group)
    table = read_table(path, "train", path.name, most_bytes=size_of(path) // 10)
    numbers = table.numbers("number")
    assert 0.08 < table.share < 0.13
    assert table.rows == pytest.approx(table.share * ROWS)
    counts = np.histogram(numbers, bins=8, range=(0, ROWS))[0]
    assert counts.min() > 0.5 * table.rows / 8
    assert any("pieces spread evenly" in note for note in table.notes)


@pytest.mark.frameworks
def test_a_small_parquet_file_is_read_whole(tmp_path: Path, frame: pd.DataFrame) -> None:
    """Rows in their order, and all of them."""
    pytest.importorskip("pyarrow")
    path = tmp_path / "train.parquet"
    frame.to_parquet(path)
    table = read_table(path, "train", path.name, most_bytes=size_of(path))
    assert table.share == 1.0
    assert table.numbers("number").tolist() == list(range(ROWS))


def test_packed_text_is_read_like_plain_text(tmp_path: Path) -> None:
    """train.csv.gz is the training table; its size is that of the text inside."""
    text = plain(500).to_csv(index=False).encode()
    (tmp_path / "train.csv.gz").write_bytes(gzip.compress(text))
    assert size_of(tmp_path / "train.csv.gz") == len(text)
    found = measured(tmp_path)["split.rows"]
    assert isinstance(found, dict)
    assert found["train"].value == 500


def test_of_large_packed_text_pieces_of_all_parts_are_read(tmp_path: Path, frame: pd.DataFrame) -> None:
    """It can only be unpacked from the start, and still the pieces come from everywhere."""
    path = tmp_path / "train.csv.gz"
    path.write_bytes(gzip.compress(frame.to_csv(index=False).encode()))
    table = read_table(path, "train", path.name, most_bytes=size_of(path) // 10)
    counts = np.histogram(table.numbers("number"), bins=8, range=(0, ROWS))[0]
    assert counts.min() > 0.5 * table.rows / 8


@pytest.mark.parametrize(
    "content", [b"no gzip at all", gzip.compress(b"a,b\n" + b"1,2\n" * 9_000)[:60]], ids=["text", "cut off"]
)
def test_a_broken_packed_file_is_a_sentence(tmp_path: Path, content: bytes) -> None:
    """It names the file and says that it cannot be unpacked."""
    path = tmp_path / "train.csv.gz"
    path.write_bytes(content)
    with pytest.raises(ReadError, match=r"train\.csv\.gz.*unpacked"):
        read_table(path, "train", path.name, most_bytes=10**9)
