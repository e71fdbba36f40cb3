"""`mladvisor check-model` from end to end."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

MODEL = """
import numpy as np
class Nearest:
    def fit(self, x, y):
        self.x, self.y = np.asarray(x, dtype=float), y
    def predict(self, x):
        x = np.asarray(x, dtype=float)
        if x.shape[1:] != self.x.shape[1:] or not np.isfinite(x).all():
            raise ValueError("bad input")
        return self.y[((x[:, None] - self.x[None]) ** 2).sum(2).argmin(1)]
def make(): return Nearest()
class Constant(Nearest):
    def predict(self, x): return np.zeros(len(x), dtype=int)
def broken(): raise RuntimeError("no GPU")
class Hangs(Nearest):
    def fit(self, x, y):
        import pathlib, time
        super().fit(x, y)
        if pathlib.Path("armed").exists():
            pathlib.Path("hanging").write_text("")
            time.sleep(60)
        pathlib.Path("armed").write_text("")
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A model in a module, data as arrays."""
    (tmp_path / "models.py").write_text(MODEL)
    rng = np.random.default_rng(0)
    x = rng.normal(size=(90, 3))
    (tmp_path / "data").mkdir()
    np.save(tmp_path / "data" / "x.npy", x)
    np.save(tmp_path / "data" / "y.npy", (x[:, 0] > 0).astype(int))
    return tmp_path


def check(project: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """The command in a process of its own."""
    command = [sys.executable, "-m", "mladvisor", "check-model", *arguments]
    return subprocess.run(command, cwd=project, capture_output=True, text=True, check=False)


def test_a_sound_model_ends_in_zero_and_leaves_its_results(project: Path) -> None:
    """The table on stdout, progress on stderr, results in the run folder."""
    done = check(project, "models:make", "--data", "data", "--run", "run")
    assert done.returncode == 0, done.stderr
    assert "learns_tiny_set" in done.stdout and "[1/" in done.stderr
    kept = json.loads((project / "run" / "checks.json").read_text())
    assert kept["learns_tiny_set"]["passed"] is True


def test_a_failing_test_ends_in_one_and_is_explained(project: Path) -> None:
    """A class is a factory too."""
    done = check(project, "models:Constant", "--data", "data", "--only", "converges", "--only", "refuses_nan")
    assert done.returncode == 1
    assert "happened" in done.stdout and "tested" in done.stdout
    assert "learns_tiny_set" not in done.stdout


def test_json_is_one_document(project: Path) -> None:
    """For other programs."""
    done = check(project, "models:make", "--data", "data", "--only", "converges", "--format", "json")
    (result,) = json.loads(done.stdout)
    assert result["name"] == "converges" and result["passed"] is True


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("models", "--data", "data"), "MODULE:FACTORY"),
        (("modles:make", "--data", "data"), 'cannot import "modles"'),
        (("models:mkae", "--data", "data"), 'did you mean "make"'),
        (("models:broken", "--data", "data"), "no GPU"),
        (("models:make", "--data", "nowhere"), "is no folder"),
        (("models:make", "--data", "."), "no train.csv"),
        (("models:make", "--data", "data", "--only", "convergse"), 'did you mean "converges"'),
        (("models:np", "--data", "data"), "fit and predict"),
    ],
)
def test_wrong_usage_is_one_line(project: Path, arguments: tuple[str, ...], said: str) -> None:
    """Exit status 2, no traceback."""
    done = check(project, *arguments)
    assert done.returncode == 2
    assert said in done.stderr and "Traceback" not in done.stderr


def test_pickled_arrays_are_not_opened(project: Path) -> None:
    """A data folder may come from other people."""
    np.save(project / "data" / "y.npy", np.array([{}] * 90, dtype=object), allow_pickle=True)
    done = check(project, "models:make", "--data", "data")
    assert done.returncode == 2 and "Traceback" not in done.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="Ctrl-C is another signal there")
def test_ctrl_c_keeps_what_is_known(project: Path) -> None:
    """Exit status 130, the tests that were finished in checks.json, no traceback."""
    command = [sys.executable, "-m", "mladvisor", "check-model", "models:Hangs", "--data", "data", "--run", "run"]
    only = ["--only", "refuses_nan", "--only", "reproducible"]
    with subprocess.Popen(
        [*command, *only],
        cwd=project,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # noqa: PLW1509 - a job in the background of a shell ignores it
    ) as done:
        for _ in range(600):
            if (project / "hanging").exists():
                break
            time.sleep(0.1)
        done.send_signal(signal.SIGINT)
        _, said = done.communicate(timeout=60)
    assert done.returncode == 130, said
    assert "1 of 2 tests were run" in said and "Traceback" not in said
    kept = json.loads((project / "run" / "checks.json").read_text())
    assert set(kept) == {"refuses_nan"}


def test_a_budget_leaves_the_rest_unrun(project: Path) -> None:
    """What does not fit is said, and is no failure of its own."""
    done = check(project, "models:make", "--data", "data", "--run", "run", "--budget", "0.000000001")
    assert done.returncode == 0 and "Traceback" not in done.stderr
    kept = json.loads((project / "run" / "checks.json").read_text())
    assert all(one["passed"] is None and "budget" in one["detail"] for one in kept.values())
