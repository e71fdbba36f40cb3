"""Kinds, tasks and settings of real training logs, where those lie beside the repository."""

from __future__ import annotations

from pathlib import Path

import pytest

from mladvisor.features.catalogue import Measures, catalogue
from mladvisor.runs.read import read_run

ROOT = Path(__file__).resolve().parents[3] / "shared" / "real_runs"
FOLDERS = sorted(path for path in ROOT.glob("*/*") if path.is_dir())
REINFORCEMENT = ("sb3_progress", "spinningup", "ray_tune")
DETECTION = ("ultralytics", "yolov5", "detectron2")

pytestmark = pytest.mark.skipif(not FOLDERS, reason="the real runs are not here")


def _kind(folder: Path) -> str:
    """What the folder's trainer trains, as far as its format alone tells."""
    if (
        folder.parent.name in REINFORCEMENT
        or "RL-" in folder.name
        or "RLlib" in folder.name
        or "WiiSports" in folder.name
    ):
        return "reinforcement"
    return "adversarial" if "GAN" in folder.name else "supervised"


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: f"{folder.parent.name}/{folder.name}"[:60])
def test_each_real_run_is_measured_without_a_crash(folder: Path) -> None:
    """Every feature has a value or a reason, the kind of training is right, and settings lie within their bounds."""
    m = Measures(read_run(folder))
    for name in catalogue():
        if "*" not in name:
            _ = m[name]
    assert not m.failures
    if m.one("run.kind").known:
        assert m.value("run.kind") == _kind(folder)
    if folder.parent.name in DETECTION:
        assert m.value("task") == "detection"
    rate = m.value("config.learning_rate")
    assert rate is None or 0 <= rate <= 1
