"""Rows on both sides of a split, as reports and sentences count them."""

from __future__ import annotations

import pytest

from mladvisor.runs.copies_said import copies_below, copies_in, copies_in_line
from mladvisor.runs.data_records import Record


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ({"train_test_overlap": 0.2}, [0.2]),
        ({"rows_val": 400, "val_rows_found_in_train": 100}, [0.25]),
        ({"test_unique": 50, "train_test_intersection": 5}, [0.1]),
        ({"set": "validation", "against": "train", "rows": 400, "identical_rows": 100}, [0.25]),
        ({"split_a": "train", "split_b": "test", "overlap": 0.5}, [0.5]),
        ({"pair": "train / val", "shared": 30, "of": 120}, [0.25]),
        ({"set": "train", "against": "train", "rows": 400, "identical_rows": 0}, []),
        ({"rows_val": 400, "val_rows_removed_as_train_duplicates": 100}, []),
        ({"n_test": 50, "exact_text_in_train_and_test": 5}, [0.1]),
        ({"train_test_overlap_classes": 1.0}, []),
        ({"train_test_distribution_overlap": 0.97}, []),
        ({"train_val_window_overlap": 0.5}, []),
        ({"train_rows": 900, "val_rows": 100}, []),
    ],
)
def test_cells(cells: dict[str, object], expected: list[float]) -> None:
    """Shares, and counts beside the rows of the other split; what was taken out is there no more."""
    assert [said.value for said in copies_in(Record(("checks",), cells))] == expected


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("test rows present in train 300 of 400", [0.75]),
        ("test customer_id also in train: 100 of 400", [0.25]),
        ("duplicate rows 900 of 2000; test rows present in train 100 of 400", [0.25]),
        ("Validierung: 400 Zeilen, davon auch im Training 100", [0.25]),
        ("validation images also in the training set: 12.5%", [0.125]),
        ("train/test overlap: 0 of 400 rows", [0.0]),
        ("no overlap of rows between train and val, split 80% and 20%", []),
        ("removed 100 of 400 test rows that stand in train, too", []),
        ("copied 900 train images and 100 val images", []),
        ("train and val rows share one scaler: 900 and 100", []),
        ("train 900 of 1000 rows, val 100 of 1000 rows", []),
        ("val words also in train: 800 of 1000", []),
    ],
)
def test_sentences(line: str, expected: list[float]) -> None:
    """A sentence tells which rows are on both sides, and how many of how many."""
    assert [said.value for said in copies_in_line(line)] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("hash check\n train 900 rows\n val 100 rows\n train & val  40\n val & test 0", [0.4]),
        ("duplicates by md5:\ntrain: 900\ntest: 200\ntrain/test: 10", [0.05]),
        ("hash check\n train & val  40", []),
        ("Overlap by row hash\n  train vs val: 30 of 120 rows\n  train vs test: 0 of 120 rows\n", [0.25, 0.0]),
        ("token overlap\n train 900\n val 100\n train & val 90", []),
        ("sizes\n train 900\n val 100\n train & val 90", []),
        ("hash overlap\n val 100\n train & val 21\nremoved 21 rows\nhash overlap\n val 100\n train & val 0", [0.0]),
        ("Duplicates before cleaning\n val 100\n train & val 21\nDuplicates now\n val 100\n train & val 0", [0.0]),
        ("No identical rows.\n train 900\n val 100\n train/val: 9", []),
        ("identical preparation\n train 900\n val 100\n train/val: 9", []),  # nine times as many
        ("windows overlap by half\n train 900\n val 100\n train/val 90/10", []),
    ],
)
def test_pairs_of_splits_below_a_heading(text: str, expected: list[float]) -> None:
    """How many rows two splits share, a line a pair, where other lines say how many each has."""
    assert [said.value for said in copies_below(text.splitlines())] == expected
