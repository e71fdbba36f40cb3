"""The loss of a few rows that were to be learnt by heart, as people keep it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from mladvisor.features.catalogue import Measures
from mladvisor.runs.learning_scores import learnt_by_curve
from mladvisor.runs.read import read_run


def _records(*losses: float) -> list[dict[str, float]]:
    return [{"step": 25 * at, "loss": loss} for at, loss in enumerate(losses)]


@pytest.mark.parametrize(
    ("content", "said", "told"),
    [
        ({"rows": 16, "curve": _records(1.8, 1.75, 1.7)}, "overfit_16_rows", False),
        ({"rows": 16, "curve": _records(1.8, 0.4, 0.02)}, "overfit_16_rows", True),
        ({"losses": [2.3, 1.2, 0.9]}, "overfit_one_batch", None),  # on its way
        ({"overfit_single_batch": {"train_loss": [0.7, 0.69, 0.69]}}, "debug", False),
        ({"curve": _records(1.8, 1.75, 1.7)}, "all_rows", None),
        ({"lr": [0.1, 0.1, 0.1], "losses": [2.3, float("nan")]}, "overfit_one_batch", None),
        ([1, 2, 3], "debug", None),
    ],
)
def test_a_curve_tells_whether_a_few_rows_were_learnt(content: Any, said: str, told: bool | None) -> None:
    assert list(learnt_by_curve(content, said).values()) == ([] if told is None else [told])


def test_it_is_found_in_a_folder_of_checks(tmp_path: Path) -> None:
    (tmp_path / "log.csv").write_text("epoch,loss,val_loss\n" + "".join(f"{n},1.8{n},1.8{n}\n" for n in range(6)))
    (tmp_path / "sanity").mkdir()
    (tmp_path / "sanity" / "overfit_8_examples.json").write_text(json.dumps({"curve": _records(1.8, 1.77, 1.75)}))
    m = Measures(read_run(tmp_path))
    assert m.value("checks.learns_tiny_set.passed") is False
    assert len(m.run.having("loss", "train")[0]) == 6
