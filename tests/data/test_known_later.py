"""Columns that are not yet known when the model is asked: filled in for one class, or standing still in later rows."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from mladvisor.features.catalogue import Measures
from mladvisor.features.data_filled import is_nothing
from mladvisor.features.data_tables import tables
from mladvisor.runs.read import read_run

LOG = "epoch,loss,val_loss\n" + "".join(f"{n},{1 / n:.4f},{1.1 / n:.4f}\n" for n in range(1, 13))


def rows(n: int, seed: int, **more: Any) -> pd.DataFrame:
    """Machines of which a fifth fails; how they shake says something of it."""
    rng = np.random.default_rng(seed)
    failed = (rng.random(n) < 0.2).astype(int)
    table = pd.DataFrame({"shaking": (rng.normal(3, 1, n) + 2 * failed).round(2), "age": rng.integers(1, 900, n)})
    table["failed"] = failed
    return table.assign(**{name: make(failed, rng) for name, make in more.items()})


def measured(folder: Path, **frames: pd.DataFrame) -> Measures:
    """A run folder with these tables."""
    (folder / "metrics.csv").write_text(LOG)
    for name, frame in frames.items():
        frame.to_csv(folder / f"{name}.csv", index=False)
    return Measures(read_run(folder))


def order(failed: Any, rng: Any) -> Any:
    """A number that is given to what has failed."""
    return np.where(failed == 1, rng.integers(4000, 9000, len(failed)), 0)


def test_a_number_given_to_one_class_only_is_seen(tmp_path: Path) -> None:
    """Zero for what did not fail, another number for everything that did: nothing is left open."""
    m = measured(tmp_path, train=rows(500, 0, order_no=order), val=rows(200, 1, order_no=order))
    assert m["column.filled_tells"]["order_no"].value == 1.0  # type: ignore[index]
    assert m["column.gap_closed"]["order_no"].value > 0.95  # type: ignore[index]
    assert m["column.gap_closed"]["shaking"].value == 0.0  # type: ignore[index]


def test_a_fee_that_most_of_a_rare_class_have_and_nobody_else(tmp_path: Path) -> None:
    """Not every row of the class has one, and yet it is given to that class alone."""
    fee = {
        "fee": lambda failed, rng: np.where(rng.random(len(failed)) < 0.9, failed * rng.integers(5, 90, len(failed)), 0)
    }
    frames = {"train": rows(500, 0, **fee), "val": rows(200, 1, **fee)}
    m = measured(tmp_path, **{name: frame.rename(columns={"failed": "label"}) for name, frame in frames.items()})
    assert 0.7 < m["column.filled_tells"]["fee"].value < 0.99  # type: ignore[index]
    assert m["column.filled_beside"]["fee"].value == 0.0  # type: ignore[index]


def test_an_honest_quantity_has_a_value_for_every_row(tmp_path: Path) -> None:
    m = measured(tmp_path, train=rows(500, 0), val=rows(200, 1))
    assert m["column.filled_tells"]["shaking"].value < 0.05  # type: ignore[index]


def test_a_flag_is_not_filled_in(tmp_path: Path) -> None:
    """It says yes and no: that it follows the label is told by other measurements."""
    m = measured(tmp_path, train=rows(500, 0, alarm=lambda failed, _: failed), val=rows(200, 1))
    assert m.one("column.filled_tells").state == "unknown"


def test_the_column_that_rows_in_use_lack_is_the_label(tmp_path: Path) -> None:
    """Whatever stands behind it: only the answer is not known yet."""
    flag = {"ticket": lambda failed, _: failed}
    served = rows(150, 2, ticket=lambda failed, _: 0 * failed).drop(columns="failed")
    served = served.assign(ticket=0)
    frames = {"train": rows(500, 0, **flag), "val": rows(200, 1, **flag), "serving_sample": served}
    m = measured(tmp_path, **{name: frame.rename(columns={"failed": "zork"}) for name, frame in frames.items()})
    assert m.once(tables).label_column == "zork"
    assert m["column.idle_chance"]["ticket"].value < 1e-9  # type: ignore[index]
    assert m["column.idle_chance"]["shaking"].value == 1.0  # type: ignore[index]


def test_a_default_that_training_never_shows_stands_still_as_well(tmp_path: Path) -> None:
    """A code of the outcome for every row of the past, and 0 for rows whose outcome is not known yet."""
    code = {"order_no": lambda failed, _: 100 + failed}
    later = rows(150, 2).assign(order_no=0)
    frames = {"train": rows(500, 0, **code), "val": rows(200, 1, **code), "test": later}
    m = measured(tmp_path, **{name: frame.rename(columns={"failed": "label"}) for name, frame in frames.items()})
    assert m["column.idle_chance"]["order_no"].value < 1e-9  # type: ignore[index]


def test_where_rows_in_use_lack_two_columns_nothing_is_concluded(tmp_path: Path) -> None:
    served = rows(150, 2).drop(columns=["failed", "age"])
    m = measured(tmp_path, train=rows(500, 0).rename(columns={"failed": "zork"}), serving_sample=served)
    label = m.once(tables).label
    assert label is None or "lacks" not in label.reason


@pytest.mark.parametrize("value", [0, 0.0, -1, "", " ", "none", "N/A", "Not applicable"])
def test_nothing_is_written_in_many_ways(value: Any) -> None:
    assert is_nothing(value)


@pytest.mark.parametrize("value", [1, 0.5, True, False, "yes", "refund"])
def test_what_says_something_is_not_nothing(value: Any) -> None:
    assert not is_nothing(value)
