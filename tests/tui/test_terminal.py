"""In a real terminal: a session from the opening to the report, driven through tmux."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from mladvisor.consultation.cases import resume

from .conftest import write_run

TMUX = shutil.which("tmux")
pytestmark = pytest.mark.skipif(TMUX is None, reason="tmux is not installed")
LONGEST = 60.0
"""Seconds to wait for what must come; the machine may be busy."""


class Terminal:
    """A tmux session of its own server."""

    def __init__(self, folder: Path, columns: int, rows: int) -> None:
        self.folder = folder
        self.socket = str(folder / "tmux.sock")
        self._run("new-session", "-d", "-x", str(columns), "-y", str(rows), "-c", str(folder), "sh")
        self._run("set-option", "-g", "remain-on-exit", "on")

    def _run(self, *arguments: str) -> str:
        # A size in the environment would beat that of the terminal.
        kept = {name: value for name, value in os.environ.items() if name not in ("COLUMNS", "LINES")}
        environ = {**kept, "XDG_CONFIG_HOME": str(self.folder / "c"), "XDG_STATE_HOME": str(self.folder / "s")}
        command = [str(TMUX), "-S", self.socket, "-f", "/dev/null", *arguments]
        return subprocess.run(command, capture_output=True, text=True, env=environ, check=True).stdout

    def type(self, text: str) -> None:
        """Letters, as they are."""
        self._run("send-keys", "-l", text)

    def press(self, *keys: str) -> None:
        """Named keys."""
        self._run("send-keys", *keys)

    @property
    def text(self) -> str:
        """What is on the screen."""
        return self._run("capture-pane", "-p")

    def wait(self, *parts: str) -> str:
        """Wait until all parts are on the screen."""
        end = time.monotonic() + LONGEST
        while time.monotonic() < end:
            text = self.text
            if all(part in text for part in parts):
                return text
            time.sleep(0.1)
        pytest.fail(f"{parts} did not come; the screen shows:\n{self.text}")

    def wait_without(self, *parts: str) -> None:
        """Wait until none of the parts is on the screen."""
        end = time.monotonic() + LONGEST
        while any(part in self.text for part in parts):
            if time.monotonic() > end:
                pytest.fail(f"{parts} did not go; the screen shows:\n{self.text}")
            time.sleep(0.1)

    def resize(self, columns: int, rows: int) -> None:
        """Make the window another size."""
        self._run("resize-window", "-x", str(columns), "-y", str(rows))

    def renew(self) -> None:
        """Another shell, in a terminal that nothing was left in."""
        self._run("respawn-pane", "-k", "-c", str(self.folder), "sh")

    def close(self) -> None:
        """End the server of this session."""
        subprocess.run([str(TMUX), "-S", self.socket, "kill-server"], capture_output=True, check=False)


@pytest.fixture
def terminal(tmp_path: Path) -> Iterator[Terminal]:
    """A terminal of 120 x 36 in a folder with one run."""
    write_run(tmp_path / "runs" / "resnet")
    opened = Terminal(tmp_path, 120, 36)
    yield opened
    opened.close()


def test_a_session_from_opening_to_report(terminal: Terminal) -> None:
    """Open, understand, answer, look at curves, resize, write the report, leave: the shell is told what was written."""
    terminal.type(f"{sys.executable} -m mladvisor chat runs/resnet")
    terminal.press("Enter")
    terminal.wait("What it may be", "Do first", "F1 Help", "Conversation")
    terminal.type("h")
    terminal.wait("Before anything was read")
    terminal.press("Escape")
    terminal.wait("F1 Help", "Conversation")
    terminal.type("p")
    terminal.wait("Plots", "Losses")
    terminal.type("++")
    terminal.press("Escape")
    terminal.resize(80, 24)
    terminal.wait("Causes", "Curve", "Talk")
    terminal.resize(120, 36)
    terminal.wait("Conversation")
    terminal.type("i")
    terminal.type("I don't shuffle the data")
    terminal.press("Enter")
    terminal.wait("1 answer")
    terminal.press("Escape")
    terminal.wait("j k Select")
    terminal.type("e")
    terminal.wait("What matters most")
    terminal.type("m")
    terminal.wait("Write Markdown to", "mladvisor-resnet.md")
    terminal.press("Enter")
    terminal.wait("written")
    terminal.press("C-q")
    text = terminal.wait("mladvisor: wrote", "--resume")
    assert "Traceback" not in text
    assert (terminal.folder / "mladvisor-resnet.md").read_text().startswith("##")
    assert list((terminal.folder / "s" / "mladvisor" / "cases").glob("*.jsonl"))


def test_a_kill_loses_no_answer(terminal: Terminal) -> None:
    """The process is killed right after an answer; the case is taken up with it."""
    chat = f"exec {sys.executable} -m mladvisor chat runs/resnet --journal case.jsonl"
    terminal.type(f"sh -c 'echo $$ > pid; {chat}'; echo left: $?")
    terminal.press("Enter")
    terminal.wait("Conversation", "F1 Help")
    terminal.type("i")
    terminal.type("the learning rate is 0.5")
    terminal.press("Enter")
    terminal.wait("1 answer")
    os.kill(int((terminal.folder / "pid").read_text()), signal.SIGKILL)
    terminal.wait("left: 137")
    events = (terminal.folder / "case.jsonl").read_text().splitlines()
    assert any('"answered"' in line for line in events)


def test_an_answer_is_explained(terminal: Terminal) -> None:
    """From words: why the next question is asked, an answer to it, and how it changed the number."""
    terminal.type(f"{sys.executable} -m mladvisor chat --words")
    terminal.press("Enter")
    terminal.wait("Tell me what you see", "What do you see?")
    terminal.type("val loss goes up after epoch 5")
    terminal.press("Enter")
    terminal.wait("Noted", "1 answer", "Question 2")
    terminal.press("Escape")
    terminal.wait("w Why ask", "in which of these areas")
    terminal.type("s")  # it tells where to look, and nothing apart
    terminal.wait("ask about that next. skip")
    terminal.type("w")
    terminal.wait("apart best", "esc")
    terminal.press("Escape")
    terminal.wait_without("apart best")
    terminal.type("n")
    terminal.wait("2 answers")
    terminal.type("h")
    terminal.wait("Before anything was read")
    terminal.press("Escape")
    terminal.press("C-q")
    assert "Traceback" not in terminal.wait("--resume")


def test_a_terminal_that_cannot_draw_gets_plain_questions(terminal: Terminal) -> None:
    """TERM=dumb: no escape sequence, the questions of --plain, and ctrl+c leaves."""
    terminal.type(f"TERM=dumb {sys.executable} -m mladvisor chat runs/resnet; echo left $?")
    terminal.press("Enter")
    text = terminal.wait("cannot draw the app", "What I make of it", ">")
    assert "╭" not in text
    terminal.press("C-c")
    terminal.wait("interrupted", "left 130")


def test_what_is_typed_survives_any_size(terminal: Terminal) -> None:
    """From 200 x 50 to 60 x 18 and back in the middle of a sentence: no letter is lost, and nothing breaks."""
    terminal.resize(200, 50)
    terminal.type(f"{sys.executable} -m mladvisor chat runs/resnet")
    terminal.press("Enter")
    terminal.wait("j k Select", "Conversation")
    terminal.type("i")
    for number, (columns, rows) in enumerate([(200, 50), (60, 18), (34, 10), (200, 50), (80, 24), (60, 18), (200, 50)]):
        terminal.type(f"w{number} ")
        terminal.resize(columns, rows)
        time.sleep(0.1)
    terminal.wait("w0 w1 w2 w3 w4 w5 w6", "Conversation", "What it may be")
    terminal.resize(60, 18)
    text = terminal.wait("w0 w1 w2 w3 w4 w5 w6", "Causes")
    assert max(len(line) for line in text.splitlines()) <= 60
    terminal.press("C-u", "Escape")
    terminal.resize(120, 36)
    terminal.press("C-q")
    assert "Traceback" not in terminal.text


def test_the_ranking_changes_while_the_log_grows(terminal: Terminal) -> None:
    """A run that is still written is followed: the verdict moves without any key."""
    log = terminal.folder / "runs" / "live"
    write_run(log, epochs=12, best=59)
    terminal.type(f"{sys.executable} -m mladvisor chat runs/live")
    terminal.press("Enter")
    terminal.wait("still improving", "j k Select")
    before = [line for line in terminal.text.splitlines() if "Overfitting" in line]
    with (log / "metrics.csv").open("a") as file:
        for epoch in range(12, 60):
            file.write(f"{epoch},{1.0 / (1 + 0.2 * epoch):.4f},{0.45 + 0.02 * (epoch - 12):.4f},0.6\n")
            file.flush()
            time.sleep(0.02)
    text = terminal.wait("✗ Overfitting", "The run went on")
    assert [line for line in text.splitlines() if "Overfitting" in line] != before


@pytest.mark.slow
def test_a_folder_that_disappears_is_told(terminal: Terminal) -> None:
    """The run is moved away and comes back; what was read stays, and answers go on."""
    terminal.type(f"{sys.executable} -m mladvisor chat runs/resnet")
    terminal.press("Enter")
    terminal.wait("Do first", "j k Select")
    (terminal.folder / "runs").rename(terminal.folder / "elsewhere")
    terminal.wait("folder is gone")
    terminal.type("i")
    terminal.type("the learning rate is 0.5")
    terminal.press("Enter")
    terminal.wait("1 answer", "folder is gone")
    (terminal.folder / "elsewhere").rename(terminal.folder / "runs")
    terminal.wait_without("folder is gone")


@pytest.mark.slow
def test_kills_at_any_moment_leave_a_case_that_opens(terminal: Terminal) -> None:
    """Killed while reading, while asking, while answering: no answer is lost, and the case can be taken up again."""
    delays = random.Random(11)
    answered = 0
    stuck = "".join(
        f"{n},{2.3 + 0.01 * (n * 7 % 5 - 2):.3f},{2.31 + 0.01 * (n * 3 % 5 - 2):.3f}\n" for n in range(1, 21)
    )
    (terminal.folder / "runs" / "resnet" / "metrics.csv").write_text("epoch,train_loss,val_loss\n" + stuck)
    journal = terminal.folder / "case.jsonl"
    for turn in range(4):
        where = "--resume case.jsonl" if journal.exists() else "runs/resnet --journal case.jsonl"
        chat = f"exec {sys.executable} -m mladvisor chat {where}"
        terminal.type(f"clear; sh -c 'echo $$ > pid; {chat}'; echo left $?")
        terminal.press("Enter")
        if turn:  # the first is killed wherever it is
            terminal.wait("Conversation", "h How sure")  # the case is open: keys before that answer nothing
            for key in "nusn"[: delays.randint(1, 4)]:
                terminal.type(key)
                time.sleep(delays.uniform(0.0, 0.4))
        else:
            time.sleep(delays.uniform(0.2, 1.5))
        pid = terminal.folder / "pid"
        end = time.monotonic() + LONGEST
        while not pid.exists() and time.monotonic() < end:
            time.sleep(0.05)
        os.kill(int(pid.read_text()), signal.SIGKILL)
        terminal.wait("left 137")
        pid.unlink()
        terminal.renew()
        if journal.exists() and journal.stat().st_size:
            session = resume(journal)
            assert len(session.answers) >= answered
            answered = len(session.answers)
    assert answered


@pytest.mark.slow
def test_words_alone_in_a_small_terminal(terminal: Terminal) -> None:
    """Without a run it invites to speak, understands, asks back, and goes on with questions."""
    terminal.resize(80, 24)
    terminal.type(f"{sys.executable} -m mladvisor chat --words")
    terminal.press("Enter")
    terminal.wait("Tell me what you see", "What do you see?", "^q Quit")
    terminal.type("val loss goes up after epoch 5")
    terminal.press("Enter")
    terminal.wait("Noted", "Question")
    terminal.type("/quit")
    terminal.press("Escape")
    terminal.press("C-q")
    assert "Traceback" not in terminal.wait("--resume")
