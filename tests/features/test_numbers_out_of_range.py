"""Numbers that no float holds, or that arithmetic loses, make a measurement unknown, and never wrong or a crash."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from mladvisor.features.catalogue import Measures, _numbers_alone, catalogue
from mladvisor.features.measured import Measured
from mladvisor.runs.read import read_run

from .fakes import loss, measures


def test_what_comes_out_as_nan_is_unknown() -> None:
    """By itself, or with an error of NaN; of a family the other items stay."""
    nan = float("nan")
    one = _numbers_alone(Measured(nan))
    assert isinstance(one, Measured) and one.state == "unknown" and one.reason == "failed"
    assert not _numbers_alone(Measured(1.0, se=nan)).known  # type: ignore[union-attr]
    assert _numbers_alone({"a": Measured(nan), "b": Measured(2.0)}) == {"b": Measured(2.0)}
    assert isinstance(_numbers_alone({"a": Measured(nan)}), Measured)
    assert _numbers_alone(Measured("nan")) == Measured("nan")


@pytest.mark.parametrize("cell", ["9" * 400, "-" + "9" * 400, "1e308", "-1e200"])
def test_one_cell_out_of_range_leaves_the_table_readable(cell: str, tmp_path: Path) -> None:
    """A cell of 400 digits is infinite: what is measured of the other columns stays."""
    rows = "\n".join(f"{k},{k % 7},{k % 2}" for k in range(60))
    (tmp_path / "train.csv").write_text(f"a,b,label\n{rows}\n{cell},3,1\n")
    (tmp_path / "val.csv").write_text(f"a,b,label\n{rows}\n")
    m = Measures(read_run(tmp_path), budget=60.0)
    for name in catalogue():
        if "*" not in name:
            found = m[name]
            for one in [found] if isinstance(found, Measured) else found.values():
                assert one.value == one.value and one.se == one.se, name
    assert not m.failures
    assert m.value("task") == "binary"


def test_an_x_out_of_range_still_has_an_order() -> None:
    """The length of such a run is infinite; its points stand in their order."""
    m = measures(loss(np.linspace(2.0, 1.0, 30), x=[-1e308, *map(float, range(28)), 1e308], unit="step"))
    assert m.value("loss.train.trend") == "falling" and not m.failures
    _ = [m[name] for name in catalogue() if name.startswith("loss.train.")]
    assert not m.failures
