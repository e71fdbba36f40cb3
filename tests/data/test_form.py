"""Tables as they are really written: encodings, separators, decimal marks, damaged text."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from mladvisor.errors import ReadError
from mladvisor.runs.data_sets import columns_of
from mladvisor.tables.hygiene import odd
from mladvisor.tables.load import read_table
from mladvisor.tables.table import Table

ROWS = "age,pay,city\n" + "".join(f"{20 + i},{i}.5,{'Köln' if i % 2 else 'Rome'}\n" for i in range(40))


def read(path: Path, data: bytes, most: int = 1 << 24) -> Table:
    """The table that a file of these bytes holds."""
    path.write_bytes(data)
    return read_table(path, "train", path.name, most_bytes=most)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
def test_each_encoding_gives_the_same_table(tmp_path: Path, encoding: str) -> None:
    """A mark of the byte order, or none, changes neither a name nor a cell."""
    table = read(tmp_path / "train.csv", ROWS.encode(encoding))
    assert table.columns == ["age", "pay", "city"]
    assert table.rows == 40
    assert set(table.frame["city"]) == {"Köln", "Rome"}


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_each_end_of_line_gives_the_same_table(tmp_path: Path, end: str) -> None:
    """Lines may end as on any system, a lone carriage return among them."""
    table = read(tmp_path / "train.csv", ROWS.replace("\n", end).encode())
    assert (table.rows, table.columns) == (40, ["age", "pay", "city"])


@pytest.mark.parametrize("separator", [";", "\t", "|", " "])
def test_other_separators_and_decimal_commas(tmp_path: Path, separator: str) -> None:
    """Where the comma is no separator, 3,5 is a number."""
    text = ROWS.replace(",", separator)
    plain = read(tmp_path / "plain.csv", text.encode())
    comma = read(tmp_path / "comma.csv", text.replace(".", ",").encode())
    assert plain.columns == comma.columns == ["age", "pay", "city"]
    assert list(plain.frame["pay"]) == list(comma.frame["pay"]) == [i + 0.5 for i in range(40)]


def test_a_comma_beside_a_point_is_no_decimal_mark(tmp_path: Path) -> None:
    """With 1.5 in one column, 1,5 in another is a text: nobody writes both."""
    table = read(tmp_path / "train.csv", b"a;b\n" + b"1.5;1,5\n" * 30)
    assert table.frame["a"][0] == 1.5
    assert table.frame["b"][0] == "1,5"


def test_comments_above_the_header_are_left_out(tmp_path: Path) -> None:
    """Lines that start with # stand above a header; a header whose first name starts so is one."""
    table = read(tmp_path / "train.csv", b"# made by a script\n# on a day\n" + ROWS.encode())
    assert (table.rows, table.columns) == (40, ["age", "pay", "city"])
    assert read(tmp_path / "hash.csv", b"#" + ROWS.encode()).columns == ["#age", "pay", "city"]


def test_zero_bytes_within_text_are_left_out_and_told(tmp_path: Path) -> None:
    """A damaged text is still a table; bytes of a program are none."""
    table = read(tmp_path / "train.csv", ROWS.encode().replace(b"Rome", b"Ro\0me", 1))
    assert table.rows == 40
    assert set(table.frame["city"]) == {"Köln", "Rome"}
    assert any("zero bytes" in note for note in table.notes)
    with pytest.raises(ReadError, match="binary"):
        read(tmp_path / "binary.csv", bytes(range(256)) * 20)


def test_a_quotation_mark_that_never_closes_is_told(tmp_path: Path) -> None:
    """One lost mark does not take the rest of the file with it."""
    table = read(tmp_path / "train.csv", ROWS.replace("Rome", '"Rome', 1).encode())
    assert table.rows == 40
    assert any("quotation mark" in note for note in table.notes)


def test_line_breaks_within_quotation_marks(tmp_path: Path) -> None:
    """A cell may go over several lines."""
    table = read(tmp_path / "train.csv", b"a,b\n" + b'1,"said ""x"",\nand left"\n' * 20)
    assert table.rows == 20


def test_a_long_file_whose_lines_cannot_be_found_is_read_from_its_start(tmp_path: Path) -> None:
    """UTF-16 has no byte that stands for the end of a line and nothing else."""
    table = read(tmp_path / "train.csv", (ROWS + ROWS.split("\n", 1)[1] * 200).encode("utf-16"), most=20_000)
    assert 100 < table.rows < 1_500
    assert set(table.frame["city"]) == {"Köln", "Rome"}
    assert any("from its start" in note for note in table.notes)


def test_marks_within_quotation_marks_separate_nothing(tmp_path: Path) -> None:
    """Names with commas in them outnumbered the semicolons, and half of the header became the label."""
    head = '"Preis, EUR";"Lage, km, Luft";"y"\n'
    table = read(tmp_path / "train.csv", (head + '1,5;2,5;"a"\n' * 30).encode())
    assert table.columns == ["Preis, EUR", "Lage, km, Luft", "y"]
    assert set(table.frame["Preis, EUR"]) == {1.5}
    assert columns_of(tmp_path / "train.csv") == table.columns


@pytest.mark.parametrize(("head", "rows"), [("0,1,2,3", 30), ("1,2,3,4", 30), ("0,1,1,0", 31), ("5,6,7,8", 31)])
def test_names_that_count_are_a_header(head: str, rows: int, tmp_path: Path) -> None:
    """pandas numbers the columns of an array, and as a row 0, 1, 2, 3 would be of a class of its own."""
    table = read(tmp_path / "train.csv", (head + "\n" + "0.5,1.5,2.5,1\n" * 30).encode())
    assert table.rows == rows
    assert (table.columns == head.split(",")) == (rows == 30)


def test_a_number_in_two_parts_is_a_name(tmp_path: Path) -> None:
    """Bands of age are written 18_24, which Python would read as 1824: such a column is of words throughout."""
    cells = ["18_24", "25_34", "65plus"] * 20 + ["18_24"] * 200
    table = Table("train", "train.csv", pd.DataFrame({"band": cells}))
    assert table.kind("band") == "categorical"
    assert odd(table, "band").mixed == 0.0


def test_doubled_names_stay_distinct_beside_names_like_theirs(tmp_path: Path) -> None:
    """A workbook may hold "a", "a.1", and "a" once more, which pandas would have called a.1."""
    pytest.importorskip("openpyxl")
    frame = pd.DataFrame([[1, 2, 3]] * 5)
    frame.to_excel(tmp_path / "train.xlsx", index=False, header=["a", "a.1", "a"])
    table = read_table(tmp_path / "train.xlsx", "train", "train.xlsx", most_bytes=1 << 20)
    assert table.columns == ["a", "a.1", "a.2"]
    assert table.duplicate_names == ("a",)
