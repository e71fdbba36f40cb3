"""What a script makes of raw columns, worked out on the rows that lie beside it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from mladvisor.features.catalogue import Measures
from mladvisor.runs.read import read_run

TOP = 'import numpy as np\nimport pandas as pd\ndf = pd.read_csv("houses.csv")\n'
REST = 'X = df.drop(columns=["price"])\ny = df["price"]\nmodel.fit(X, y)\n'


def _lost(folder: Path, script: str) -> dict[str, float] | None:
    rng = np.random.default_rng(0)
    frame = pd.DataFrame({"income": np.arange(20_000, 80_000, 100), "rooms": rng.integers(1, 6, 600)})
    frame["price"] = frame["income"] * 3 + rng.normal(0, 5_000, 600).round()
    frame.to_csv(folder / "houses.csv", index=False)
    (folder / "train.py").write_text(TOP + script + REST)
    (folder / "log.csv").write_text("epoch,loss\n" + "".join(f"{at},nan\n" for at in range(5)))
    found = Measures(read_run(folder))["column.made_lost_share"]
    return {name: round(float(one.value), 3) for name, one in found.items()} if isinstance(found, dict) else None  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("script", "lost"),
    [
        ('df["income"] = np.log(df["income"] - 50_000)\n', {"income": 0.502}),
        ('df["per"] = df["income"] / (df["rooms"] // 9)\n', {"per": 1.0}),
        ('df["income"] = np.log(df["income"])\n', {"income": 0.0}),
        ('df["root"] = np.sqrt(df["income"] - 50_000)\nprint(np.isfinite(df["root"]).all())\n', {"root": 0.5}),
        ('df["above"] = df["income"] - 50_000\ndf["root"] = np.sqrt(df["above"])\n', {"above": 0.0, "root": 0.5}),
        (
            'df["root"] = np.sqrt(df["income"] - 50_000)\ndf = df.replace([np.inf, -np.inf], 0)\n',
            {"root": 0.5},
        ),
    ],
)
def test_cells_that_a_transform_loses(tmp_path: Path, script: str, lost: dict[str, float]) -> None:
    """The logarithm of what is not above zero, a division by zero; a question about them is no guard, and
    what replaces infinite numbers leaves NaN. A column may be made of one that was made before."""
    assert _lost(tmp_path, script) == lost


@pytest.mark.parametrize(
    "script",
    [
        'df = df[df["income"] > 50_000]\ndf["income"] = np.log(df["income"] - 50_000)\n',
        'df["income"] = np.log(df["income"] - 50_000)\ndf = df.dropna()\n',
        'df["income"] = np.log(df["income"] - 50_000)\nkeep = np.isfinite(df["income"])\ndf = df[keep]\n',
        'df["income"] = np.log(df["income"].clip(50_001) - 50_000).fillna(0)\n',
    ],
)
def test_rows_left_out_or_filled_say_nothing(tmp_path: Path, script: str) -> None:
    assert _lost(tmp_path, script) is None
