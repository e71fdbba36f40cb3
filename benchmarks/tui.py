"""What the app costs: CPU until its first frame beside a bare Textual app, an answer until the new ranking is on the
screen, and a curve of a million points under zoom and pan.

    python benchmarks/tui.py [RUN ...]
"""

from __future__ import annotations

import asyncio
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mladvisor.diagnosis.model import NextStep

ROOT = Path(__file__).parents[1]
RUNS = ("digits-cnn-adam", "houses-mlp-adam", "loans-tables-survey")
TIMES = 7
ASKED = 12
"""Steps of a consultation, of which those that are questions are answered and timed."""

BARE = """
import time
from textual.app import App
from textual.widgets import Static, Input
class Bare(App):
    def compose(self):
        yield Static("hello")
        yield Input()
    def on_mount(self):
        self.call_after_refresh(self.done)
    def done(self):
        print(time.process_time()); self.exit()
import asyncio
async def main():
    app = Bare()
    async with app.run_test(size=(120, 36)) as pilot:
        await pilot.pause()
asyncio.run(main())
"""

OURS = """
import sys, time, asyncio
from mladvisor.cli import chat
from mladvisor.tui.app import AdvisorApp, Source
from mladvisor.tui.screens import consultation
def done(self):
    print(time.process_time()); self.app.exit()
consultation.ConsultationScreen._begin = done  # where reading would begin: the first frame is on the screen
async def main():
    app = AdvisorApp(Source(sys.argv[1]))
    async with app.run_test(size=(120, 36)) as pilot:
        await pilot.pause()
asyncio.run(main())
"""


def first_frame(code: str, *arguments: str) -> float:
    """CPU seconds of a fresh process from its start until its first frame, the best of several."""
    seconds = []
    for _ in range(TIMES):
        done = subprocess.run([sys.executable, "-c", code, *arguments], capture_output=True, text=True, check=True)
        seconds.append(float(done.stdout.split()[0]))
    return min(seconds)


def watch(sheet: Any, before: str) -> asyncio.Event:
    """An event that is set when the sheet is painted with another text."""
    painted = asyncio.Event()
    render = type(sheet).render_line

    def watched(y: int) -> object:
        if sheet.plain != before:
            painted.set()
        return render(sheet, y)

    sheet.render_line = watched
    return painted


def keys_for(step: NextStep, number: int) -> list[str]:
    """Keys that answer a step, now and then with yes; the last one gives the answer, "s" passes over the step."""
    from mladvisor.diagnosis.handovers import is_request
    from mladvisor.diagnosis.menus import is_menu

    if step.kind == "check" or is_request(step):
        return ["s"]
    if is_menu(step):
        return ["1", "enter"] if number % 4 == 3 else ["n"]
    if step.sets and step.choices != ["yes", "no"]:
        return ["1"] if step.choices else ["s"]  # a number is typed
    return ["y" if number % 4 == 3 else "n"]


async def answers(run: str) -> list[float]:
    """Seconds from the key of an answer until the ranking that it leads to is on the screen."""
    from textual.events import Key

    from mladvisor.tui.app import AdvisorApp, Source
    from mladvisor.tui.screens.consultation import ConsultationScreen
    from mladvisor.tui.widgets.ink import Sheet

    seconds = []
    with tempfile.TemporaryDirectory() as folder:
        app = AdvisorApp(Source(run), config=Path(folder, "c.toml"), cases=Path(folder, "cases"))
        async with app.run_test(size=(120, 36)) as pilot:
            await pilot.pause(0.2)
            await app.workers.wait_for_complete()
            await pilot.pause(0.3)
            screen = app.screen
            assert isinstance(screen, ConsultationScreen)
            sheet = screen.query_one("#causes", Sheet)
            for number in range(ASKED):
                if screen.case is None or screen.case.step is None:
                    break
                *first, key = keys_for(screen.case.step, number)
                await pilot.press(*first)
                if key == "s":  # files and checks are no answers of a person
                    await pilot.press(key)
                    await pilot.pause(0.2)
                    continue
                before = sheet.plain
                painted = watch(sheet, before)
                start = time.perf_counter()
                app.post_message(Key(key, key))
                try:
                    await asyncio.wait_for(painted.wait(), 2)
                    seconds.append(time.perf_counter() - start)
                except TimeoutError:
                    pass  # an answer that changes nothing
                await pilot.pause(0.4)
    return seconds


def million() -> tuple[float, list[float]]:
    """Seconds for the first picture of a million points, and for each of many windows after it."""
    import numpy as np

    from mladvisor.diagnosis.picture import DrawnCurve, Panel
    from mladvisor.tui.curves import Drawing

    x = np.arange(1_000_000, dtype=float)
    y = np.exp(-x / 2e5) + 0.05 * np.random.default_rng(0).standard_normal(len(x)) ** 2
    drawing = Drawing(Panel("loss", "step", [DrawnCurve("train", "train", x, y)], log_helps=True))
    start = time.perf_counter()
    drawing.rows(110, 30)
    first = time.perf_counter() - start
    later = []
    for width in (1e6, 3e5, 1e5, 1e4, 1e3, 100):
        for place in (0.0, 0.3, 0.7):
            low = place * (1e6 - width)
            start = time.perf_counter()
            drawing.rows(110, 30, window=(low, low + width))
            later.append(time.perf_counter() - start)
    return first, later


def main(runs: list[str]) -> None:
    bare, ours = first_frame(BARE), first_frame(OURS, runs[0])
    print(f"first frame, CPU: bare app {bare * 1e3:.0f} ms, chat {ours * 1e3:.0f} ms, ratio {ours / bare:.2f}")
    waits = [seconds for run in runs for seconds in asyncio.run(answers(run))]
    if waits:
        middle = statistics.median(waits) * 1e3
        print(f"answer to new ranking: median {middle:.0f} ms, best {min(waits) * 1e3:.0f} ms, of {len(waits)} answers")
    first, later = million()
    print(f"a million points: first {first * 1e3:.0f} ms, then median {statistics.median(later) * 1e3:.1f} ms", end="")
    print(f" and at most {max(later) * 1e3:.1f} ms a frame")


if __name__ == "__main__":
    main(sys.argv[1:] or [str(ROOT / "sample_runs" / name) for name in RUNS])
