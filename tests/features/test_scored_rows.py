"""Rows that a model was given in use, with its answers to them."""

from __future__ import annotations

from pathlib import Path

from mladvisor.features.catalogue import Measures
from mladvisor.runs.read import read_run

LOSSES = "".join(f"epoch {n} train_loss {1 / n:.4f} val_loss {1.1 / n:.4f}\n" for n in range(1, 9))


def test_an_answer_that_is_always_the_same_is_no_constant_input(tmp_path: Path) -> None:
    (tmp_path / "train.log").write_text(LOSSES)
    (tmp_path / "scoring").mkdir()
    rows = "".join(f"{n},{n % 2},1.0,{4e6 + 1e4 * n},{7}\n" for n in range(60))
    (tmp_path / "scoring" / "scored_2024w09.csv").write_text(f"id,y_true,score,income,region\n{rows}")
    m = Measures(read_run(tmp_path))
    found = m["column.constant"]
    assert isinstance(found, dict)
    assert {name for name, each in found.items() if each.value} == {"region"}
