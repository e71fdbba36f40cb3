"""Settings in the command lines of learners that are programs of their own."""

from __future__ import annotations

from pathlib import Path

import pytest

from mladvisor.runs.program_lines import program_settings
from mladvisor.runs.readers import Candidate


def found(tmp_path: Path, **files: str) -> dict[str, object]:
    """What the files say, by name."""
    for name, content in files.items():
        (tmp_path / name.replace("__", ".")).write_text(content)
    names = [name.replace("__", ".") for name in files]
    told = program_settings([Candidate(str(tmp_path / name), name) for name in names])
    return {name: setting.value for name, setting in told.items()}


@pytest.mark.parametrize(
    ("text", "settings"),
    [
        ("xgboost a.conf max_depth=6 \\\n  lambda=2 alpha=0.5\n", {"max_depth": 6, "lambda": 2, "alpha": 0.5}),
        ("$ vw -d a.dat --l2 1e-6 --passes 3 > out.txt\n", {"l2": 1e-6, "passes": 3}),
        ("fasttext supervised -dim 10 -lr 0.5\n", {"dim": 10, "lr": 0.5}),
        ("vw -d a.dat --l2 $L2\n", {}),
        ("pip install xgboost lambda=2\n", {}),
    ],
)
def test_one_command(tmp_path: Path, text: str, settings: dict[str, object]) -> None:
    """Options by name; what the shell would fill in is not known."""
    assert found(tmp_path, run__sh=text) == settings


def test_two_commands_say_nothing(tmp_path: Path) -> None:
    """Which of them made the model is open."""
    assert found(tmp_path, a__sh="vw -d a --l2 1e-6\n", b__sh="vw -d a --l2 1e-3\n") == {}
