"""The example project does what its README says."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("sklearn")
pytest.importorskip("pandas")

pytestmark = pytest.mark.frameworks
EXAMPLE = Path(__file__).parents[2] / "examples" / "churn"


def test_tests_training_and_diagnosis_of_the_example(tmp_path: Path) -> None:
    """pytest passes, the probe leaves a run, the advisor finds it healthy and sees the checks."""
    project = tmp_path / "churn"
    shutil.copytree(EXAMPLE, project, ignore=shutil.ignore_patterns("__pycache__", "runs"))
    environment = {**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}

    def run(*command: str) -> str:
        done = subprocess.run(
            [sys.executable, *command], cwd=project, env=environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    run("-m", "pytest", "-p", "mladvisor.testing.plugin", "--mladvisor-run", "runs/candidate")
    run("churn.py", "runs/candidate")
    checks = json.loads((project / "runs" / "candidate" / "checks.json").read_text())
    assert checks["learns_label_as_feature"]["passed"] is True
    said = json.loads(run("-m", "mladvisor", "diagnose", "runs/candidate", "--format", "json"))["runs"][0]
    assert said["error"] is None and said["hypotheses"][0]["probability"] < 0.5
