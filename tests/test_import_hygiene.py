"""Start-up is a feature: what each command imports is counted, since milliseconds depend on the machine."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

HEAVY = {
    "pandas", "scipy", "sklearn", "openpyxl", "textual", "pydantic", "rich", "torch", "matplotlib", "importlib.metadata"
}  # fmt: skip


def imported_by(arguments: list[str], **environment: str) -> set[str]:
    """Modules in memory after `mladvisor ARGUMENTS` ran to its end in a fresh process."""
    code = (
        "import sys, mladvisor.cli\n"
        f"sys.argv = ['mladvisor', *{arguments!r}]\n"
        "try:\n    mladvisor.cli.main()\nexcept SystemExit:\n    pass\n"
        "print('\\n' + ' '.join(sys.modules), file=sys.stderr)\n"
    )
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, capture_output=True, text=True, check=True, env={**os.environ, **environment})
    return set(done.stderr.rsplit("\n", 2)[-2].split())


@pytest.mark.parametrize("arguments", [["--help"], ["--version"]])
def test_help_imports_no_numbers_and_no_yaml(arguments: list[str]) -> None:
    """Asking for help must not wait for numpy."""
    assert not imported_by(arguments) & (HEAVY | {"numpy", "yaml", "msgspec"})


def test_diagnosing_curves_and_config_imports_nothing_heavy(tmp_path: Path) -> None:
    """A folder with curves and configuration is judged with numpy alone."""
    rows = "\n".join(f"{epoch},{1 / (epoch + 1):.4f},{1.1 / (epoch + 1):.4f}" for epoch in range(40))
    (tmp_path / "log.csv").write_text(f"epoch,loss,val_loss\n{rows}\n")
    (tmp_path / "config.yaml").write_text("learning_rate: 0.001\nbatch_size: 32\n")
    modules = imported_by(["diagnose", str(tmp_path)])
    assert "numpy" in modules
    assert not modules & (HEAVY | {"numpy.fft", "numpy.random", "numpy.ma"})


def test_a_later_start_needs_no_yaml_for_plain_settings(tmp_path: Path) -> None:
    """Rules and columns come from what the first start kept, and nested keys are read without PyYAML."""
    rows = "\n".join(f"{epoch},{1 / (epoch + 1):.4f}" for epoch in range(40))
    run = tmp_path / "run"
    run.mkdir()
    (run / "log.csv").write_text(f"epoch,loss\n{rows}\n")
    (run / "config.yaml").write_text("optimizer:\n  name: adam\n  lr: 0.001\n")
    cache = str(tmp_path / "cache")
    assert "yaml" in imported_by(["diagnose", str(run)], MLADVISOR_CACHE=cache)
    assert "yaml" not in imported_by(["diagnose", str(run)], MLADVISOR_CACHE=cache)
