"""A column that jumps where the script cuts its one table in two."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from mladvisor.features.catalogue import Measures
from mladvisor.features.code_cut import cut_share
from mladvisor.runs.read import read_run
from mladvisor.runs.script.code import Code

CUT = "n = {}\ntrain, test = df[:n], df[n:]\n"
READ = 'import pandas as pd\nimport torch\ndf = pd.read_csv("load.csv")\n'


@pytest.mark.parametrize(
    ("text", "share"),
    [
        (CUT.format("int(len(df) * 0.8)"), 0.8),
        (CUT.format("int(0.75 * df.shape[0])"), 0.75),
        (CUT.format("len(df) * 8 // 10"), 0.8),
        ("rows = len(df)\n" + CUT.format("round(0.9 * rows)"), 0.9),
        (CUT.format("800"), None),
        ("df = df.sample(frac=1)\n" + CUT.format("int(len(df) * 0.8)"), None),
        ("n = int(len(df) * 0.8)\ntrain = df[:n]\n", None),  # what becomes of the rest?
        (CUT.format("int(len(df) * 0.01)"), None),
    ],
)
def test_the_place_of_the_cut(text: str, share: float | None) -> None:
    """Written as a share of the rows, and nothing mixes them before."""
    found = cut_share(Code("train.py", READ + text))
    assert (found[0] if found is not None else None) == share


@pytest.mark.parametrize(
    ("name", "low", "high"), [("jump", 3.0, 12.0), ("trend", 0.0, 0.3), ("season", 0.0, 0.5), ("steady", 0.0, 0.3)]
)
def test_a_jump_is_told_from_what_goes_on(tmp_path: Path, name: str, low: float, high: float) -> None:
    """A trend and a season show within the first part, too."""
    rng, at = np.random.default_rng(0), np.arange(1000)
    noise = rng.normal(0, 1, 1000)
    columns = {
        "jump": noise + 8 * (at >= 800), "trend": noise + at / 100, "season": noise + 5 * np.sin(at / 80),
        "steady": noise, "label": noise,
    }  # fmt: skip
    pd.DataFrame(columns).to_csv(tmp_path / "load.csv", index=False)
    (tmp_path / "train.py").write_text(
        READ + CUT.format("int(len(df) * 0.8)") + 'y = df["label"]\nfor e in range(9):\n    loss.backward()\n'
    )
    found = Measures(read_run(tmp_path))["column.shift_at_cut"]
    assert low <= found[name].value <= high
