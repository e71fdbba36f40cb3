"""Columns that a transform has flattened to one value, against indicators of a category that these rows do not have."""

from __future__ import annotations

from pathlib import Path

import pytest

from mladvisor.features.catalogue import Measures
from mladvisor.runs.read import read_run

LOG = "epoch,loss,val_loss\n" + "".join(f"{n},{1 / n:.4f},{1.1 / n:.4f}\n" for n in range(1, 13))


@pytest.mark.parametrize(
    ("made", "flat"),
    [
        ("age_bucket", True),  # of 60 ages, all in one bucket
        ("age_90_99", False),  # an indicator of a range
        ("age_sin", True),  # of few ages, too
        ("age_missing", False),  # no blank in these rows
        ("city_oslo", False),  # an indicator of a category
    ],
)
def test_a_made_column_that_never_changes(made: str, flat: bool, tmp_path: Path) -> None:
    """What it is named after says whether it may be constant."""
    ages = 24 if made == "age_sin" else 60
    raw = "age,city,label\n" + "".join(f"{18 + n % ages},{'bergen' if n % 2 else 'vik'},{n % 2}\n" for n in range(240))
    own = f"{made},pay,label\n" + "".join(f"0,{n % 37},{n % 2}\n" for n in range(240))
    for name, text in {"metrics.csv": LOG, "train_raw.csv": raw, "train.csv": own}.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    constant = Measures(read_run(tmp_path))["column.became_constant"]
    assert isinstance(constant, dict)
    assert constant[made].value is flat
