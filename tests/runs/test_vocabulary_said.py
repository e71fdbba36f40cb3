"""What a vocabulary does not know, by statistics of tokens and by warnings of an encoder."""

from __future__ import annotations

import pytest

from mladvisor.runs.data_records import Record
from mladvisor.runs.data_said import said_in
from mladvisor.runs.vocabulary_said import unknown_values_in_line


def test_shares_by_split() -> None:
    rows = [
        Record(("token_stats", "train"), {"unk_rate": 0.01, "mean_token_id": 21.0}),
        Record(("token_stats", "validation"), {"unk_rate": 0.6, "mean_token_id": 10.0}),
        Record(("token_stats",), {"test_oov_pct": 30.0, "unk_id": 0, "unknown_users_share": 0.9}),
    ]
    said = {one.split: one.value for one in said_in(rows) if one.what == "unknown-words"}
    assert said == {"train": 0.01, "val": 0.6, "test": pytest.approx(0.3)}


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("WARNING encoder: plan: 900 of 900 values not in vocabulary ['a', 'b']", [("plan", 1.0)]),
        ("city: 45 of 900 values unseen, encoded as zeros", [("city", 0.05)]),
        ("WARNING: column order of the file differs from training, read by position", [("table", 1.0)]),
        ("epoch 3 of 10 rows 900", []),
        ("columns in the order of the file", []),
    ],
)
def test_warnings(line: str, expected: list[tuple[str, float]]) -> None:
    assert [(said.name, said.value) for said in unknown_values_in_line(line)] == expected


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("after tokenize(): 52 distinct ids, [UNK] share 0.866, docs with only [UNK]: 58", [(None, 0.866)]),
        ("valid after tokenize(): [UNK] share 86.8%", [("val", 0.868)]),
        ("test: 12.5% of the tokens are <unk>", [("test", 0.125)]),
        ("train oov rate 0.01, test oov rate 0.4", []),
        ("unk_token: [UNK], share of the vocabulary 0.5", []),
    ],
)
def test_shares_in_lines(line: str, expected: list[tuple[str | None, float]]) -> None:
    assert [(said.split, pytest.approx(said.value)) for said in unknown_values_in_line(line)] == expected


def test_a_set_of_a_later_year_is_named() -> None:
    """Beside training of one year a set of another name and year is of data in use; its note tells the year."""
    names = ("train_2021", "valid_2021", "articles_2024q1")
    rows = [Record(("oov",), {"set": name, "docs": 600, "unk_share": n / 4}) for n, name in enumerate(names)]
    said = [(one.split, one.note.rpartition(" ")[2]) for one in said_in(rows) if one.what == "unknown-words"]
    assert said == list(zip(("train", "val", "serving"), names, strict=True))
