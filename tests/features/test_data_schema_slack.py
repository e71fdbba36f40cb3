"""A dictionary of features names no label, and its ends may be those of the rows it was written from."""

from __future__ import annotations

from pathlib import Path

import pytest

from mladvisor.features.catalogue import Measures
from mladvisor.runs.read import read_run

SCHEMA = (
    "features:\n- {name: gb, type: numeric, min: 0.7, max: 106.3, required: true}\n"
    "- {name: pay, type: numeric, min: 0, max: 90, required: true}\n"
)


def _measures(folder: Path, gb: float, pay: float) -> Measures:
    rows = [f"{1 + n % 90},{n % 80},{n % 2}" for n in range(300)]
    (folder / "train.csv").write_text("\n".join(["gb,pay,churned", *rows]))
    (folder / "val.csv").write_text("\n".join(["gb,pay,churned", f"{gb},{pay},0", *rows[:200]]))
    (folder / "schema.yaml").write_text(SCHEMA)
    (folder / "log.csv").write_text("epoch,train_loss,val_loss,val_auc\n1,0.7,0.7,0.6\n2,0.6,0.6,0.7\n3,0.5,0.6,0.7\n")
    return Measures(read_run(folder))


@pytest.mark.parametrize(
    ("gb", "pay", "broken"), [(0.4, 3, []), (-40, 3, ["gb"]), (3, -0.5, ["pay"]), (3, 95, ["pay"])]
)
def test_a_row_a_hair_beyond_the_ends(tmp_path: Path, gb: float, pay: float, broken: list[str]) -> None:
    found = _measures(tmp_path, gb, pay)["column.schema.range_share"]
    assert isinstance(found, dict)
    assert [name for name, each in found.items() if each.value] == broken


def test_the_label_is_no_unexpected_column(tmp_path: Path) -> None:
    found = _measures(tmp_path, 3, 3)["column.schema.unexpected"]
    assert isinstance(found, dict)
    assert not any(each.value for each in found.values())


@pytest.mark.parametrize(("known", "broken"), [(0, False), (7, True)])
def test_the_other_value_of_a_flag_is_no_broken_limit(tmp_path: Path, known: int, broken: bool) -> None:
    """Of an indicator the trusted rows may have had one value alone; of another column one value is what may be."""
    rows = [f"{1 + n % 90},{known + (n % 25 == 0)},{n % 2}" for n in range(300)]
    for split in ("train", "val"):
        (tmp_path / f"{split}.csv").write_text("\n".join(["gb,pay_missing,churned", *rows]))
    (tmp_path / "schema.yaml").write_text(
        "features:\n- {name: gb, type: numeric, min: 0, max: 95}\n"
        f"- {{name: pay_missing, type: integer, min: {known}, max: {known}}}\n"
    )
    (tmp_path / "log.csv").write_text("epoch,train_loss,val_loss\n1,0.7,0.7\n2,0.6,0.6\n3,0.5,0.6\n")
    found = Measures(read_run(tmp_path))["column.schema.range_share"]
    assert isinstance(found, dict)
    assert bool(found["pay_missing"].value) is broken
