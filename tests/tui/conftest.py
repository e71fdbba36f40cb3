"""A small rulebook, a run that overfits, and the app on it: fast, and independent of what the shipped rules say."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from mladvisor.rulebook import Rulebook, load
from mladvisor.tui.app import AdvisorApp, Source

RULES = """
cause: overfitting
title: Overfitting
family: optimisation
prior: common
source: mine
explain: "What it is: the model learns the rows by heart."
fixes:
  - {do: Stop when validation stops improving, cost: one run}
  - {do: "Regularise [more than {config.weight_decay:g}]", cost: one run}
---
cause: leak
title: Rows stand in both splits
family: data
prior: occasional
source: mine
fixes: [{do: Split by group, cost: minutes}]
---
cause: noisy-labels
title: Labels are wrong in places and nobody has looked at them for a long time now
family: data
prior: occasional
source: mine
fixes: [{do: Read fifty rows, cost: minutes}]
---
finding: val-turns-up
title: Validation loss rises while training loss falls
when: loss.val.rise_of_fall > 0.2
measured: "validation loss takes back {loss.val.rise_of_fall:.0%} of its fall"
explained_by: {overfitting: usually, leak: often, noisy-labels: often}
otherwise: 0.01
source: mine
tests:
  - {given: {loss.val.rise_of_fall: 0.6}, expect: present}
  - {given: {loss.val.rise_of_fall: 0}, expect: absent}
---
finding: same-rows
title: The same rows are in both splits
ask: Are some rows in both splits?
explained_by: {leak: usually}
otherwise: 0.05
source: mine
---
finding: labels-doubtful
title: Labels look doubtful
ask: When fifty rows are read, are some labels wrong?
effort: check
said: [the labels are wrong]
explained_by: {noisy-labels: usually}
otherwise: 0.05
source: mine
---
finding: more-data-helps
title: More data helps
ask: Does validation improve with more data?
try: {do: Train on half of the data, command: "python train.py --half", effort: one run}
effort: experiment
explained_by: {overfitting: often}
otherwise: 0.2
source: mine
"""


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--accept` keeps the screens as they are now."""
    parser.addoption("--accept", action="store_true", help="keep the screens of the app as they look now")


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> bool | None:
    """Run tests that are coroutines; no plug-in is needed for that."""
    if not inspect.iscoroutinefunction(pyfuncitem.obj):
        return None
    wanted = inspect.signature(pyfuncitem.obj).parameters
    asyncio.run(pyfuncitem.obj(**{name: pyfuncitem.funcargs[name] for name in wanted}))
    return True


@pytest.fixture(scope="session")
def book(tmp_path_factory: pytest.TempPathFactory) -> Rulebook:
    """The rules above, without the shipped ones."""
    folder: Path = tmp_path_factory.mktemp("rules")
    for text in RULES.split("---\n"):
        name = text.strip().split("\n")[0].split(":")[1].strip()
        (folder / f"{name}.yaml").write_text(text)
    return load([folder], shipped=False)


@pytest.fixture(autouse=True)
def _small(book: Rulebook, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Every consultation of these tests uses the small rulebook and keeps its files in a folder of its own."""
    monkeypatch.setattr("mladvisor.consultation.cases.rulebook_with", lambda rules=(): book)
    monkeypatch.setattr("mladvisor.diagnosis.api.rulebook_with", lambda rules=(): book)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.delenv("TEXTUAL_THEME", raising=False)


def rows(count: int, best: int, *, start: int = 0) -> str:
    """Rows of a log whose validation loss is best at the epoch `best`."""
    lines = []
    for epoch in range(start, count):
        val = 1.0 / (1 + 0.1 * epoch) if epoch <= best else 1.0 / (1 + 0.1 * best) + 0.01 * (epoch - best)
        lines.append(f"{epoch},{1.0 / (1 + 0.2 * epoch):.4f},{val:.4f},{0.5 + epoch / (2.2 * count):.4f}")
    return "\n".join(lines) + "\n"


def write_run(folder: Path, *, epochs: int = 60, best: int = 20) -> Path:
    """A run folder with a table of losses and a configuration."""
    folder.mkdir(parents=True)
    (folder / "metrics.csv").write_text("epoch,train_loss,val_loss,val_accuracy\n" + rows(epochs, best))
    (folder / "config.yaml").write_text("learning_rate: 0.001\nbatch_size: 32\n")
    return folder


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A run that overfits, named relative to the current folder."""
    monkeypatch.chdir(tmp_path)
    write_run(tmp_path / "runs" / "resnet")
    return Path("runs/resnet")


Open = Callable[..., AbstractAsyncContextManager[Pilot[None]]]


async def settle(pilot: Pilot[None]) -> None:
    """Wait for workers and for what they lead to; never for a clock."""
    await pilot.pause()
    await pilot.app.workers.wait_for_complete()
    await pilot.pause()
    while any(not getattr(screen, "is_settled", True) for screen in pilot.app.screen_stack):
        await pilot.pause(0.01)
    for _ in range(2):
        await pilot.pause()


@pytest.fixture
def open_app(tmp_path: Path) -> Open:
    """The app on a run (or None: home), settled: `async with open_app(path, size=(120, 36)) as pilot`."""

    @asynccontextmanager
    async def opened(
        path: Path | str | None = None, *, size: tuple[int, int] = (120, 36), source: Source | None = None, **rest: Any
    ) -> AsyncIterator[Pilot[None]]:
        chosen = source or (Source(str(path)) if path is not None else None)
        app = AdvisorApp(chosen, root=rest.pop("root", Path()), **rest)
        app.animation_level = "none"
        async with app.run_test(size=size) as pilot:
            await settle(pilot)
            yield pilot

    return opened


def screen_text(app: AdvisorApp) -> str:
    """What the screen shows, as text."""
    width, height = app.size
    strips = app.screen._compositor.render_strips()
    return "\n".join(strip.crop(0, width).text.rstrip() for strip in strips[:height])
