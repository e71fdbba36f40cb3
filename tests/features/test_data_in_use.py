"""Rows in use beside the splits: what they hold besides inputs, and whether it is they that differ."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from mladvisor.features.catalogue import Measures
from mladvisor.features.data_tables import tables
from mladvisor.runs.read import read_run


def _table(rows: int, seed: int, shift: float, last: str) -> str:
    rng = np.random.default_rng(seed)
    lines = [f"{rng.normal(50 + shift, 5):.2f},{rng.normal(3, 1):.3f},{int(rng.random() < 0.4)}" for _ in range(rows)]
    extra = ",0.61" if last == "outcome,score" else ""
    return f"load,age,{last}\n" + "".join(f"{line}{extra}\n" for line in lines)


@pytest.mark.parametrize(("shift", "told"), [(8.0, "serving/scored_may.csv"), (0.0, None)])
def test_rows_in_use_that_differ(tmp_path: Path, shift: float, told: str | None) -> None:
    """Scores and outcomes beside served rows are no columns that training lacks."""
    (tmp_path / "metrics.csv").write_text("epoch,loss\n1,2\n2,1\n3,0.9\n")
    for name in ("data", "serving"):
        (tmp_path / name).mkdir()
    (tmp_path / "data" / "train.csv").write_text(_table(600, 1, 0.0, "label"))
    (tmp_path / "data" / "val.csv").write_text(_table(300, 2, 0.0, "label"))
    (tmp_path / "serving" / "scored_may.csv").write_text(_table(300, 3, shift, "outcome,score"))
    m = Measures(read_run(tmp_path))
    assert m.value("data.drifts_in_use") == told
    assert list(m.once(tables).splits["test"].columns) == ["load", "age"]
