"""The program as a process: it ends at once, and loses nothing by it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

SAMPLE = Path(__file__).parents[2] / "sample_runs" / "wine-linear-sgd"


def ended(code: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """What a process says and ends with that runs some code, and then the program."""
    program = f"import sys\nfrom mladvisor.__main__ import run\nsys.argv = ['mladvisor', *{arguments!r}]\n{code}\nrun()"
    return subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False, timeout=60)


def test_all_that_was_written_arrives() -> None:
    """A document that is longer than a pipe holds is whole."""
    done = ended("", "diagnose", *[str(SAMPLE)] * 4, "--format", "json")
    assert len(done.stdout) > 70_000 and len(json.loads(done.stdout)["runs"]) == 4
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize(("arguments", "status"), [(["--version"], 0), (["diagnose"], 2), (["no-such-thing"], 2)])
def test_the_status_is_that_of_the_command(arguments: list[str], status: int) -> None:
    """Every exit status reaches the shell."""
    assert ended("", *arguments).returncode == status


def test_functions_for_the_exit_are_run() -> None:
    """What somebody registered with `atexit` (coverage, a log) is done."""
    done = ended("import atexit\natexit.register(print, 'at the end')", "--version")
    assert done.stdout.endswith("\nat the end\n") and done.returncode == 0


def test_threads_at_work_are_waited_for() -> None:
    """A thread that is not a daemon ends its work, as with any Python program."""
    work = "import threading, time\ndef work():\n    time.sleep(0.3)\n    print('done')\n"
    done = ended(f"{work}threading.Thread(target=work).start()", "--version")
    assert done.stdout.endswith("\ndone\n") and done.returncode == 0


@pytest.mark.skipif(sys.platform == "win32", reason="a shell's redirection")
@pytest.mark.parametrize("closed", [">&-", "2>&-", ">/dev/full"])
def test_closed_streams_are_no_traceback(closed: str) -> None:
    """Without a stream, or with a full disk behind it, there is a status and at most one line."""
    command = f"{sys.executable} -m mladvisor --version {closed}"
    done = subprocess.run(command, shell=True, capture_output=True, text=True, check=False)
    assert done.returncode == (0 if closed == "2>&-" else 2)
    assert done.stderr.count("\n") <= 1 and "Traceback" not in done.stderr
