"""`chat --plain`: transcripts of whole sessions, and input that means no good."""

from __future__ import annotations

import io
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
RUN = "sample_runs/digits-cnn-adam"


def chat(typed: str | bytes, *arguments: str, timeout: float = 60) -> subprocess.CompletedProcess[bytes]:
    """A whole session with `typed` on stdin."""
    return subprocess.run(
        [sys.executable, "-m", "mladvisor", "chat", "--plain", *arguments],
        input=typed.encode() if isinstance(typed, str) else typed,
        capture_output=True,
        cwd=ROOT,
        env={**os.environ, "COLUMNS": "80", "PYTHONIOENCODING": "utf-8"},
        timeout=timeout,
        check=False,
    )


def shape(text: str) -> str:
    """What is told, without numbers, bars and the questions and causes that a change of the rules may move."""
    kept = [line for line in text.splitlines() if re.match(r"(>|What |Noted|In the end|Suppose|You can say)", line)]
    return "\n".join(re.sub(r"[\d.]+%?", "N", line) for line in kept)


def test_a_session_from_opening_to_summary() -> None:
    """What is typed is echoed into a pipe's transcript, and each turn has its heading."""
    done = chat("the loss is stuck and i don't shuffle\nwhy\nwhat if the learning rate was 1e-4\nnot sure\ndone\n", RUN)
    text = done.stdout.decode()
    assert done.returncode == 0, done.stderr
    assert shape(text).splitlines() == [
        "What I see",
        "What I make of it",
        "> the loss is stuck and i don't shuffle",
        "Noted",
        "> why",
        "> what if the learning rate was Ne-N",
        "Suppose: learning rate: N",
        "> not sure",
        "> done",
        "In the end",
        "What you told me",
        "What to do",
    ]
    assert "\x1b" not in text
    assert "  1 yes\n  2 probably\n  3 not sure\n  4 probably not\n  5 no\n" in text


def test_the_end_of_the_input_ends_with_the_summary() -> None:
    """A pipe that runs dry is no error."""
    done = chat("", RUN)
    assert done.returncode == 0
    assert "In the end" in done.stdout.decode()


def test_it_works_without_any_run() -> None:
    """From words and answers alone."""
    done = chat("my validation loss goes up while training loss goes down\n1\n5\nfix\n")
    text = done.stdout.decode()
    assert done.returncode == 0, done.stderr
    assert "Tell me what you see" in text
    assert "validation loss rises again" in text


def test_hostile_input_is_survived() -> None:
    """Control codes, wrong bytes, endless lines and markup are read as text, and nothing of them reaches the screen."""
    typed = (
        b"\x1b[31mred\x1b]0;title\x07\n\xff\xfe\x00\n"
        + b"a" * 300_000
        + b"\n[bold]x[/]\n$(reboot)\n{0}{x}%s\n\n\n9999\n-1\n"
    )
    done = chat(typed, RUN)
    assert done.returncode == 0, done.stderr
    assert b"\x1b" not in done.stdout and b"\x07" not in done.stdout
    assert b"Traceback" not in done.stderr


def test_a_run_that_cannot_be_read_is_one_line(tmp_path: Path) -> None:
    """As everywhere: status 2 and a reason."""
    done = chat("", str(tmp_path / "nowhere"))
    assert done.returncode == 2
    assert done.stderr.decode().startswith("mladvisor: ") and b"Traceback" not in done.stderr


def test_a_case_is_kept_and_taken_up_again(tmp_path: Path) -> None:
    """The journal holds every answer; --resume goes on with it, and `report` writes it down beside the journal."""
    journal = tmp_path / "case.jsonl"
    assert chat("I don't shuffle\n", RUN, "--journal", str(journal)).returncode == 0
    done = chat("report\ndone\n", "--resume", str(journal))
    assert done.returncode == 0, done.stderr
    assert "not shuffled" in done.stdout.decode()
    assert "I don't shuffle" in (tmp_path / "case.md").read_text()
    assert "<html" in (tmp_path / "case.html").read_text()


def test_interrupting_keeps_the_journal(tmp_path: Path) -> None:
    """Ctrl-C is 130, with the case on disk and the command that takes it up."""
    journal = tmp_path / "case.jsonl"
    process = subprocess.Popen(
        [sys.executable, "-m", "mladvisor", "chat", "--plain", RUN, "--journal", str(journal)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=ROOT,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # noqa: PLW1509 - a job in the background of a shell ignores it
    )
    assert process.stdin is not None
    process.stdin.write(b"I don't shuffle\n")
    process.stdin.flush()
    for _ in range(300):
        if journal.exists() and b"answered" in journal.read_bytes():
            break
        time.sleep(0.1)
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=30)
    assert process.returncode == 130, errors.decode()
    assert b"--resume" in errors
    assert b"not-shuffled" in journal.read_bytes()


@pytest.mark.parametrize("line", ["no, it is smooth", "2", "probably"])
def test_talk_reads_any_stream(line: str, capsys: pytest.CaptureFixture[str]) -> None:
    """The front end is a function over a session and a stream."""
    from mladvisor.cli.common import screen
    from mladvisor.cli.plain import talk
    from mladvisor.consultation.cases import consult

    talk(consult(ROOT / RUN), screen(), source=io.StringIO(f"{line}\n"))
    assert f"> {line}" in capsys.readouterr().out
