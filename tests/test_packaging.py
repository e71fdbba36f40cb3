"""The knowledge travels: clone, editable install and wheel diagnose alike from any folder."""

from __future__ import annotations

import json
import subprocess
import sys
import venv
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]


def run(*command: str | Path, cwd: Path) -> str:
    """What a command prints; it must succeed."""
    done = subprocess.run([str(each) for each in command], cwd=cwd, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_a_wheel_carries_the_rules(tmp_path: Path) -> None:
    """Built, installed into a clean environment and used from another folder, it judges as the clone does."""
    run(sys.executable, "-m", "pip", "wheel", "--no-deps", "--wheel-dir", tmp_path, ROOT, cwd=tmp_path)
    wheel = next(tmp_path.glob("mladvisor-*.whl"))
    venv.create(tmp_path / "venv", with_pip=True)
    python = tmp_path / "venv" / "bin" / "python"
    run(python, "-m", "pip", "install", "--quiet", wheel, cwd=tmp_path)
    sample = next(path for path in sorted((ROOT / "sample_runs").iterdir()) if path.is_dir())
    ask = ["diagnose", sample, "--format", "json"]
    from_wheel = json.loads(run(tmp_path / "venv" / "bin" / "mladvisor", *ask, cwd=tmp_path))
    from_clone = json.loads(run(sys.executable, "-m", "mladvisor", *ask, cwd=ROOT))
    for document in (from_wheel, from_clone):
        for result in document["runs"]:
            assert len(result["hypotheses"]) >= 41
    assert from_wheel == from_clone
    home = run(python, "-c", "import mladvisor; print(mladvisor.__file__)", cwd=tmp_path)
    assert str(tmp_path) in home
