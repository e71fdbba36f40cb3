"""`mladvisor chat` and `mladvisor serve` on the command line, and what the first frame imports."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest


def mladvisor(*arguments: str) -> subprocess.CompletedProcess[str]:
    """The command in a process of its own, without a terminal."""
    command = [sys.executable, "-m", "mladvisor", *arguments]
    return subprocess.run(command, capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False)


@pytest.mark.parametrize(
    ("arguments", "part"),
    [
        (("chat", "runs/resnet"), "--plain works without one"),
        (("chat", "runs/resnet", "--words"), "without a run"),
        (("chat", "--resume", "case.jsonl", "--words"), "--resume takes up a whole case"),
        (("serve", "nowhere"), "nowhere"),
    ],
)
def test_wrong_usage_is_told_in_a_sentence(run: Path, arguments: tuple[str, ...], part: str) -> None:
    """One line on stderr, status 2, nothing on stdout."""
    Path("case.jsonl").write_text("")
    done = mladvisor(*arguments)
    assert done.returncode == 2
    assert part in done.stderr and "Traceback" not in done.stderr
    assert done.stdout == ""


def test_the_first_frame_waits_for_no_numbers_and_no_rules() -> None:
    """What the main screen imports before it is drawn: neither numpy nor the rulebook nor the consultation."""
    code = (
        "import sys; from mladvisor.tui.app import AdvisorApp; import mladvisor.tui.screens.consultation; "
        "print(' '.join(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    modules = set(done.stdout.split())
    assert "textual.app" in modules
    assert not modules & {"numpy", "msgspec", "yaml", "tomllib", "sklearn", "pandas", "mladvisor.rulebook"}
    assert not {name for name in modules if name.startswith(("mladvisor.consultation", "mladvisor.diagnosis"))}
