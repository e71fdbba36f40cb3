"""Models set against each other by both scores: which one is in use, and what another does better."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from mladvisor.features.catalogue import Measures
from mladvisor.runs.cell_tables import tables_in_text
from mladvisor.runs.fits_said import fits_in
from mladvisor.runs.read import read_run

SIZES = """components,rmse_train,rmse_test,deployed
2,0.90,0.91,{}
8,0.50,0.55,{}
32,0.30,0.72,{}
"""


def measures(tmp_path: Path, **files: str) -> Measures:
    """Measurements of a folder of files; "__" in a name stands for the point."""
    for name, content in files.items():
        (tmp_path / name.replace("__", ".")).write_text(content, encoding="utf-8")
    return Measures(read_run(tmp_path))


def test_a_larger_model_that_fits_both_better(tmp_path: Path) -> None:
    """The row that is marked is the one in use; what another does without is told as the smaller part of both."""
    m = measures(tmp_path, tries__csv=SIZES.format("yes", "no", "no"))
    assert m.value("fits.lead") == pytest.approx(1 - (0.55 / 0.91) ** 2)
    assert m.value("fits.by") == "size"


def test_the_best_of_them_in_use_lacks_nothing(tmp_path: Path) -> None:
    """Where the model in use does best on other rows, no other leads, nor is one calmer."""
    m = measures(tmp_path, tries__csv=SIZES.format("no", "yes", "no"))
    assert m.value("fits.lead") <= 0
    assert m.value("fits.calmer") == 0


def test_a_closer_fit_that_does_worse(tmp_path: Path) -> None:
    """The model in use errs far less on its own rows; one that fits them less closely does better elsewhere."""
    m = measures(tmp_path, tries__csv=SIZES.format("no", "no", "yes"))
    assert m.value("fits.calmer") == pytest.approx(1 - (0.55 / 0.72) ** 2)


TABLE = "| alpha | train acc | cv acc |\n|---|---|---|\n| 0.1 | 0.9 | 0.9 |\n| 50 | 0.6 | 0.6 |\n\n"
CELLS = "alpha,train_acc,val_acc\n0.1,0.9,0.9\n50,0.6,0.6\n"


@pytest.mark.parametrize(
    ("files", "lead"),
    [
        ({"a__md": TABLE + "In production: alpha 50.\n"}, True),
        ({"a__md": TABLE + "alpha 50 is not in use.\n"}, False),
        ({"a__csv": CELLS, "conf__json": json.dumps({"alpha": 50.0})}, True),
        ({"a__csv": CELLS, "conf__json": json.dumps({"beta": 50.0})}, False),
        ({"a__txt": "alpha    train   test\n 0.1     0.90    0.90\n  50     0.60    0.60\nselected row 2\n"}, True),
    ],
)  # fmt: skip
def test_what_says_which_is_in_use(tmp_path: Path, files: dict[str, str], lead: bool) -> None:
    """A sentence beside the table, or the settings; where nothing tells, nothing is compared."""
    m = measures(tmp_path, **files)
    assert m.value("fits.lead") == (pytest.approx(0.75) if lead else None)
    assert m.value("fits.by") == ("penalty" if lead else None)


def test_other_layers_are_another_shape(tmp_path: Path) -> None:
    """Fewer layers, or models told in words, are no larger ones."""
    table = "n_layers,train_acc,val_acc,used\n2,0.9,0.9,\n20,0.2,0.2,x\n"
    assert measures(tmp_path, a__csv=table).value("fits.by") == "shape"


@pytest.mark.parametrize(
    "text",
    [
        "epoch,train_loss,val_loss\n1,0.9,0.9\n2,0.5,0.6\n",
        "region,train_acc,test_acc\nnorth,0.9,0.9\nsouth,0.4,0.4\n",
        "n_train,train_acc,test_acc\n100,0.9,0.5\n900,0.8,0.7\n",
        "train_loss,val_loss,lr\n0.9,0.9,0.1\n0.5,0.6,0.01\n",
    ],
)
def test_epochs_groups_and_numbers_of_rows_are_no_models(text: str) -> None:
    """Tables with both scores whose rows are one model's."""
    assert [fits for rows in tables_in_text(text) if (fits := fits_in(rows)) is not None] == []


def test_a_table_on_its_side() -> None:
    """Rows that are columns: the settings in the first line, the scores below."""
    (rows,) = tables_in_text(
        "some words\ndepth   1      2      3\ntrain   0.61   0.74   0.80\ncv      0.60   0.73   0.79\n"
    )
    assert rows[0] == {"depth": "1", "train": "0.61", "cv": "0.60"}
    found = fits_in(rows)
    assert found is not None
    assert found.fits[0].said == (0.61, 0.60)
