"""Columns that never vary, by what `describe()` printed."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mladvisor.features.catalogue import Measures
from mladvisor.features.printed_statistics import tables_in
from mladvisor.runs.read import read_run

CURVE = "".join(f"epoch {at} loss {1 / at:.3f} val_loss {1.1 / at:.3f}\n" for at in range(1, 9))
FRAME = pd.DataFrame({"rooms": range(40), "decades": 0, "size": 300.0, "rare": [1] + [0] * 39})


ALL = {"rooms": False, "decades": True, "size": True, "rare": False}


@pytest.mark.parametrize(
    ("printed", "expected"),
    [
        (FRAME.describe().T.to_string(), ALL),
        (FRAME.describe().to_string(), ALL),
        (
            FRAME.describe().T[["mean", "std", "min", "max"]].round(2).to_string(),
            {name: constant for name, constant in ALL.items() if name != "decades"},
        ),
    ],
)
def test_both_forms_are_read(tmp_path: Path, printed: str, expected: dict[str, bool]) -> None:
    """A column that is 0 in nearly all rows varies; one of zeros with few digits may hold small shares."""
    (tmp_path / "train.log").write_text(f"{printed}\n{CURVE}")
    found = Measures(read_run(tmp_path))["column.printed_constant"]
    assert {name: one.value for name, one in found.items()} == expected


@pytest.mark.parametrize("printed", ["", "mean std min max of the loss\n", "epoch mean std\n1 0.5 0.0\n"])
def test_other_tables_say_nothing(tmp_path: Path, printed: str) -> None:
    (tmp_path / "train.log").write_text(f"{CURVE}{printed}")
    assert not Measures(read_run(tmp_path)).one("column.printed_constant").known


@given(st.text(alphabet="count mean std min max 01.\n", max_size=120))
def test_any_text_is_read_without_a_crash(text: str) -> None:
    list(tables_in(text.split("\n")))
