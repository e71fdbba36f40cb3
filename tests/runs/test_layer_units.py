"""Tables with a row for each unit tell which share of a layer is dead."""

from __future__ import annotations

from pathlib import Path

import pytest

from mladvisor.features.catalogue import Measures
from mladvisor.runs.layer_units import is_unit_table
from mladvisor.runs.read import read_run

ACTIVE = ((0.2, 9.1), (0.0, 0.0), (0.0, 0.0), (0.0, 0.0), (0.5, 3.0))


def measured(folder: Path, name: str, header: str, rows: list[str]) -> Measures:
    (folder / name).write_text("\n".join([header, *rows]) + "\n")
    (folder / "metrics.csv").write_text("epoch,loss\n0,1.0\n1,0.8\n2,0.7\n")
    return Measures(read_run(folder))


@pytest.mark.parametrize(
    ("header", "cells"),
    [
        ("layer,unit,share_active", [f"{share}" for share, _ in ACTIVE]),
        ("layer,neuron,max_activation", [f"{most}" for _, most in ACTIVE]),
        ("layer_name,channel,firing_rate", [f"{share}" for share, _ in ACTIVE]),
        ("layer,unit_id,zero_frac", [f"{1 - share}" for share, _ in ACTIVE]),
        ("layer,unit,is_dead", [f"{not share}" for share, _ in ACTIVE]),
        ("layer,neuron,activation_std", [f"{most}" for _, most in ACTIVE]),
    ],
)
def test_units_that_never_fire_are_counted(header: str, cells: list[str], tmp_path: Path) -> None:
    rows = [f"fc1,{at},{cell}" for at, cell in enumerate(cells)]
    found = measured(tmp_path, "unit_activity.csv", header, rows)["layer.dead_share"]
    assert isinstance(found, dict)
    assert found["fc1"].value == pytest.approx(0.6)
    assert found["fc1"].where is not None and found["fc1"].where.file == "unit_activity.csv"


def test_the_last_epoch_counts(tmp_path: Path) -> None:
    rows = [f"{epoch},fc1,{unit},{int(unit < 2 * epoch)}" for epoch in range(4) for unit in range(6)]
    found = measured(tmp_path, "units.csv", "epoch,layer,unit,dead", rows)["layer.dead_share"]
    assert isinstance(found, dict)
    assert found["fc1"].value == pytest.approx(1.0)


@pytest.mark.parametrize(
    "columns",
    [
        ["layer", "unit", "weight_norm"],
        ["layer", "unit", "mean"],
        ["layer", "channel", "grad_zero_frac"],
        ["layer", "share_active"],
        ["unit", "share_active"],
    ],
)
def test_other_tables_are_none_of_units(columns: list[str]) -> None:
    assert not is_unit_table(columns)
