"""A group that is rare in training, and whether it is all that differs between the tables."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from mladvisor.tables.entities import apart_by_name
from mladvisor.tables.table import Table

from .folders import measured, plain, present


def _tables(here: float, there: float) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Training and evaluation rows of which these shares are rural; rural rows have another pay and label."""
    made = []
    for seed, share, rows in ((0, here, 900), (1, there, 400)):
        rng = np.random.default_rng(seed + 10)
        frame = plain(rows, seed=seed)
        rural = rng.random(rows) < share
        frame["area"] = np.where(rural, "rural", "urban")
        frame["pay"] = np.where(rural, 5.0 * frame["pay"], frame["pay"])
        frame["label"] = np.where(rural, rng.random(rows) < 0.9, frame["label"]).astype(int)
        made.append(frame)
    return made[0], made[1]


def test_a_group_that_explains_every_difference_is_named_with_its_shares(tmp_path: Path) -> None:
    """Pay and label differ only because rural rows came; without them the tables agree."""
    train, test = _tables(0.01, 0.3)
    m = measured(tmp_path, train=train, test=test)
    assert m.value("data.thin_group") > 10.0
    assert m["data.thin_group_says"].value.startswith("area = rural is ")
    assert "group-thin-in-training" in present(m)


def test_what_else_differs_is_no_group_s_doing(tmp_path: Path) -> None:
    """Another column moved in all rows as well: the tables were collected elsewhere."""
    train, test = _tables(0.01, 0.3)
    m = measured(tmp_path, train=train, test=test.assign(height=test["height"] + 12))
    assert m.value("data.thin_group") == 1.0
    assert "group-thin-in-training" not in present(m)


def test_a_group_that_is_as_rare_where_it_is_judged_is_no_fault(tmp_path: Path) -> None:
    """A small group is small."""
    train, test = _tables(0.05, 0.05)
    m = measured(tmp_path, train=train, test=test)
    assert m.value("data.thin_group") == 1.0
    assert m["data.thin_group_says"].state == "not-applicable"


@pytest.mark.parametrize(("form", "expected"), [("P{:03d}", "identifier"), ("Golf {}", "categorical")])
def test_numbered_entities(form: str, expected: str) -> None:
    """ "P001", "P002" under "patient" are patients; kinds of vehicle bear numbers, too."""
    names = [form.format(n % 60) if "P" in form else f"{'Golf' if n % 2 else 'Polo'} {n % 60}" for n in range(400)]
    column = "patient" if "P" in form else "vehicle"
    assert Table("train", "train.csv", pd.DataFrame({column: names})).kind(column) == expected


@pytest.mark.parametrize(
    ("settings", "told"),
    [("split: leave-one-hospital-out\n", True), ("cv: {group_column: hospital}\n", True), ("model: mlp\n", False)],
)
def test_the_column_that_the_rows_are_divided_by(tmp_path: Path, settings: str, told: bool) -> None:
    """Hospitals of the evaluation table are new on purpose where the settings say so."""
    train, test = plain(600).assign(hospital=lambda f: np.resize(["A", "B", "C"], len(f))), plain(300, seed=1)
    test = test.assign(hospital=np.resize(["D", "E"], len(test)))
    (tmp_path / "config.yaml").write_text(settings)
    (tmp_path / "log.csv").write_text("epoch,loss\n" + "".join(f"{at},{1 / at}\n" for at in range(1, 9)))
    found = present(measured(tmp_path, train=train, test=test))
    signs = ("category-unseen-in-training", "columns-drift", "split-cut-by-category")
    assert set(signs).isdisjoint(found) is told


def test_folds_are_no_column_of_one_side(tmp_path: Path) -> None:
    """A fold's number is taken out of training, and of the tables that it is compared with."""
    train, test = (plain(n, seed=n).assign(fold=np.arange(n) % 5) for n in (600, 300))
    m = measured(tmp_path, train=train, test=test)
    assert "column-unknown-to-training" not in present(m)


@pytest.mark.parametrize(
    ("column", "here", "there", "apart"),
    [
        ("vehicle", ["bike", "scooter"], ["car"], False),
        ("vehicle", ["V01", "V02"], ["V03"], True),
        ("patient", ["anna", "bert"], ["carl"], True),
    ],
)
def test_kinds_of_a_thing_are_no_split_by_group(column: str, here: list[str], there: list[str], apart: bool) -> None:
    """That no car is among the vehicles of training is a fault, and no care taken of the split."""
    train, test = (Table("x", "x.csv", pd.DataFrame({column: 50 * names})) for names in (here, there))
    assert apart_by_name(train, test, column) is apart
