"""Tables that pandas prints in forms of its own, and what R's summary counts as blank."""

from __future__ import annotations

import pandas as pd

from mladvisor.runs.r_summary import blanks_in_summary
from mladvisor.runs.sheets.forms import of_text

ROWS = pd.DataFrame({"split": ["train"] * 5 + ["val"] * 4, "label": [0, 0, 0, 1, 1, 0, 1, 1, 1]})


def test_counts_by_two_keys() -> None:
    (sheet,) = of_text(str(ROWS.groupby("split")["label"].value_counts(sort=False)), "counts")
    assert sheet.head == ["split", "label", "count"]
    assert sheet.rows == [["train", "0", "3"], ["train", "1", "2"], ["val", "0", "1"], ["val", "1", "3"]]


def test_a_name_above_the_index() -> None:
    (sheet,) = of_text(str(pd.crosstab(ROWS["label"], ROWS["split"])), "counts")
    assert sheet.head == ["label", "train", "val"]
    assert sheet.rows == [["0", "3", "1"], ["1", "2", "3"]]


def test_a_title_of_several_words_above_the_head() -> None:
    (sheet,) = of_text("label by split\n   train  val\nno   82  61\nyes  38  39\n", "t")
    assert sheet.head == ["", "train", "val"] and len(sheet.rows) == 2


def test_blank_cells_in_a_summary_of_r() -> None:
    text = (
        "      age            income          tenure     \n"
        " Min.   :18.00   Min.   :  812   Min.   :  0.00  \n"
        " Max.   :85.00   Max.   : 8123   Max.   :211.00  \n"
        " NA's   :12                      NA's   :204     \n"
    )
    assert list(blanks_in_summary(text.splitlines())) == [("age", 12), ("tenure", 204)]
