"""The feature with most importance beside a dictionary that describes the others."""

from __future__ import annotations

from pathlib import Path

import pytest

from mladvisor.features.catalogue import Measures
from mladvisor.runs.read import read_run

LOSSES = "".join(f"epoch {n} train_loss {1 / n:.4f} val_loss {1.1 / n:.4f}\n" for n in range(1, 9))
DICTIONARY = "# trips\n\n| column | type | description |\n|---|---|---|\n" + "".join(
    f"| {name} | number | {name} |\n" for name in ("distance", "items", "hour", "vehicle", "minutes")
)


@pytest.mark.parametrize(
    ("names", "told"),
    [
        (("wait_afterwards", "distance", "items", "hour", "vehicle=bike"), True),
        (("distance", "items", "hour", "vehicle=bike"), False),
        (("log_distance", "items", "hour", "vehicle=bike"), False),
        (("f12", "distance", "items", "hour"), None),  # a place, and no name
        (("wait_afterwards", "x_corner", "y_corner", "distance", "hour"), None),  # a dictionary of other columns
    ],
)
def test_a_giant_that_the_dictionary_does_not_know(tmp_path: Path, names: tuple[str, ...], told: bool | None) -> None:
    (tmp_path / "train.log").write_text(LOSSES)
    (tmp_path / "data_dictionary.md").write_text(DICTIONARY)
    rows = "".join(f"{name},{900 if n == 0 else 10 - n}\n" for n, name in enumerate(names))
    (tmp_path / "feature_importance.csv").write_text(f"feature,gain\n{rows}")
    assert Measures(read_run(tmp_path)).one("report.top_undescribed").value is told
