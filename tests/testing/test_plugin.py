"""The pytest plugin: cases become tests, failures are readable, results are kept."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = """
import numpy as np
import pytest

class Nearest:
    def fit(self, x, y):
        self.x, self.y = x, y
        return self
    def predict(self, x):
        x = np.{CLEAN}(np.asarray(x, dtype=float))
        if x.shape[1:] != self.x.shape[1:]: raise ValueError("columns")
        if not np.isfinite(x).all(): raise ValueError("NaN")
        return self.y[((x[:, None] - self.x[None]) ** 2).sum(2).argmin(1)]

@pytest.fixture(scope="session")
def mladvisor_model():
    rng = np.random.default_rng(0)
    x = rng.normal(size=(90, 3))
    return Nearest(), (x, (x[:, 0] > 0).astype(int))

def test_model(mladvisor_case):
    mladvisor_case.check()
"""


def run(folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    """pytest in a project of its own, with this plugin alone."""
    command = [sys.executable, "-m", "pytest", "-p", "mladvisor.testing.plugin", "-p", "no:cacheprovider", *options]
    environment = {**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, env=environment, check=False)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project whose model mends bad input."""
    (tmp_path / "test_model.py").write_text(PROJECT.replace("{CLEAN}", "nan_to_num"))
    return tmp_path


def test_each_case_is_a_test_and_failures_are_readable(project: Path) -> None:
    """No traceback of ours, only what happened."""
    done = run(project, "--mladvisor-run", "kept")
    assert done.returncode == 1
    assert "test_model[refuses_nan]" in done.stdout and "answered as if nothing were wrong" in done.stdout
    assert "Traceback" not in done.stdout
    kept = json.loads((project / "kept" / "checks.json").read_text())
    assert kept["refuses_nan"]["passed"] is False and kept["learns_tiny_set"]["passed"] is True
    assert kept["initial_loss"]["passed"] is None


def test_a_failure_begins_with_what_happened(project: Path) -> None:
    """So that the short summary says it too; then the numbers, then what is tested."""
    done = run(project, "--mladvisor-only", "refuses_nan", "-rf")
    lines = done.stdout.splitlines()
    at = next(number for number, line in enumerate(lines) if line.startswith("NaN stood in three rows"))
    assert lines[at + 1].startswith("  measured: answered, limit ValueError")
    assert lines[at + 2].startswith("  what is tested: NaN in a column")
    summary = next(line for line in lines if line.startswith("FAILED"))
    assert "[refuses_nan] - Failed: NaN stood in" in summary


def test_an_assertion_of_a_result_is_one_readable_line(project: Path) -> None:
    """`assert mladvisor_case()` shows the verdict and what happened, not fields of a structure."""
    page = (project / "test_model.py").read_text().replace("mladvisor_case.check()", "assert mladvisor_case()")
    (project / "test_model.py").write_text(page)
    done = run(project, "--mladvisor-only", "refuses_nan")
    assert "<refuses_nan FAILED: NaN stood in three rows" in done.stdout
    assert "Result(name=" not in done.stdout


@pytest.mark.parametrize(
    ("returned", "said"),
    [
        ("Nearest()", "returns Nearest, expected (model, (X, y))"),
        ("Nearest(), (x, (x[:60, 0] > 0).astype(int))", "90 rows of inputs but 60 labels"),
        ("object(), (x, (x[:, 0] > 0).astype(int))", "object is no model: expected fit and predict"),
    ],
)
def test_a_wrong_fixture_is_one_sentence(returned: str, said: str, project: Path) -> None:
    """What the fixture returned, and what is expected; nothing of our own code."""
    page = (project / "test_model.py").read_text().replace("return Nearest(), (x, (x[:, 0] > 0).astype(int))",
                                                          f"return {returned}")  # fmt: skip
    (project / "test_model.py").write_text(page)
    done = run(project, "--mladvisor-only", "converges")
    assert done.returncode == 1 and said in done.stdout
    assert "prepare(" not in done.stdout and "plugin.py" not in done.stdout


def test_an_unknown_case_ends_the_session_with_its_neighbour(project: Path) -> None:
    """Wrong usage, not a failing test."""
    done = run(project, "--mladvisor-only", "convergse")
    assert done.returncode == 4
    assert 'did you mean "converges"' in done.stdout + done.stderr
    assert "Traceback" not in done.stdout + done.stderr


def test_a_model_that_raises_fails_with_its_own_words(project: Path) -> None:
    """The error of the model, in the test that met it."""
    page = (
        (project / "test_model.py").read_text().replace("self.x, self.y = x, y", "raise RuntimeError('out of memory')")
    )
    (project / "test_model.py").write_text(page)
    done = run(project, "--mladvisor-only", "converges")
    assert done.returncode == 1
    assert "the model's own code raised RuntimeError: out of memory" in done.stdout


def test_a_sound_model_passes_and_inapplicable_tests_are_skipped(project: Path) -> None:
    """With the reason."""
    (project / "test_model.py").write_text(PROJECT.replace("{CLEAN}", "asarray"))
    done = run(project, "-rs")
    assert done.returncode == 0, done.stdout
    assert "skipped" in done.stdout and "no design" in done.stdout


def test_one_case_can_be_chosen(project: Path) -> None:
    """`--mladvisor-only`."""
    done = run(project, "--mladvisor-only", "converges")
    assert done.returncode == 0 and "1 passed" in done.stdout


def test_the_fixture_has_to_be_defined(tmp_path: Path) -> None:
    """The message says how."""
    (tmp_path / "test_model.py").write_text("def test_model(mladvisor_case):\n    mladvisor_case.check()\n")
    done = run(tmp_path, "--mladvisor-only", "converges")
    assert done.returncode == 1 and "define a fixture mladvisor_model" in done.stdout


def test_the_plugin_imports_nothing_heavy_for_projects_that_do_not_use_it() -> None:
    """It is loaded in every pytest session of the environment."""
    code = "import sys, mladvisor.testing.plugin as p; print(any(m in sys.modules for m in ('numpy', 'torch', 'yaml')))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_of_several_models_a_failure_is_kept() -> None:
    """One fixture gives two models: what failed for either is what the run folder holds, in whatever order."""
    from mladvisor.testing.plugin import _worst
    from mladvisor.testing.result import Result

    good, bad, skipped = (Result("a", passed=passed) for passed in (True, False, None))
    for order in ([good, bad, skipped], [bad, good, skipped], [skipped, bad, good]):
        assert [one.passed for one in _worst(order)] == [False]
