"""What is read of every real run: `read.csv` was compared by eye with the collection's INDEX.csv, and stays as it is.

MLADVISOR_WRITE_READ=1 python -m pytest tests/real_runs/test_read.py      writes it anew; read the difference
"""

from __future__ import annotations

import csv
import os
from pathlib import Path

import pytest

from mladvisor.runs.model import Curve
from mladvisor.runs.primary import metric_name, primary
from mladvisor.runs.read import read_run

RUNS = Path(__file__).resolve().parents[3] / "shared" / "real_runs"
TABLE = Path(__file__).with_name("read.csv")
COLUMNS = ("folder", "format", "train_loss", "val_loss", "metric", "curves")

pytestmark = pytest.mark.skipif(not RUNS.is_dir(), reason="the collection of real runs is not beside the repository")


def described(curve: Curve | None) -> str:
    """Name, number of points, x and ends of a curve."""
    if curve is None:
        return ""
    x, y = curve.x, curve.y
    return f"{curve.name}: {len(curve)} points, {curve.x_unit} {x[0]:g} to {x[-1]:g}, {y[0]:.4g} to {y[-1]:.4g}"


def read(folder: Path) -> dict[str, str]:
    """One row of the table."""
    run = read_run(folder)
    return {
        "folder": folder.relative_to(RUNS).as_posix(),
        "format": run.format,
        "train_loss": described(primary(run, "loss", "train")),
        "val_loss": described(primary(run, "loss", "val")),
        "metric": metric_name(run) or "",
        "curves": str(len(run.curves)),
    }


def test_every_folder_is_read_as_before() -> None:
    """Formats, judged columns, their points and ends."""
    folders = sorted(path for group in RUNS.iterdir() if group.is_dir() for path in group.iterdir() if path.is_dir())
    rows = [read(folder) for folder in folders]
    if os.environ.get("MLADVISOR_WRITE_READ"):
        with TABLE.open("w", newline="") as file:
            writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)
    with TABLE.open(newline="") as file:
        assert rows == list(csv.DictReader(file))
