"""A request for files in the app: a path is read and can be taken back, and whoever has none says so by a key."""

from __future__ import annotations

from pathlib import Path

import pytest

from mladvisor.rulebook import Rulebook, load
from mladvisor.tui.case import Case
from mladvisor.tui.screens.consultation import ConsultationScreen

from .conftest import Open, screen_text, settle

RULES = {
    "settings": """handover: settings
ask: Have you the configuration as a file?
brings: [config]
tells: [config]
source: mine
""",
    "decay-missing": """finding: decay-missing
title: There is no weight decay
when: config.weight_decay == 0
explained_by: {overfitting: usually}
otherwise: 0.05
source: mine
tests:
  - {given: {config.weight_decay: 0}, expect: present}
  - {given: {config.weight_decay: 0.1}, expect: absent}
""",
}


@pytest.fixture(autouse=True)
def _with_request(_small: None, book: Rulebook, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The small rulebook with a request for the configuration, which a log alone does not have."""
    folder = tmp_path / "own"
    folder.mkdir()
    for name, text in RULES.items():
        (folder / f"{name}.yaml").write_text(text)
    own = load([Path(book.entries[0].origin.source.file).parent, folder], shipped=False)
    monkeypatch.setattr("mladvisor.consultation.cases.rulebook_with", lambda rules=(): own)


@pytest.fixture
def settings(run: Path, tmp_path: Path) -> Path:
    """A configuration that lies elsewhere; beside the log there is none."""
    (run / "config.yaml").unlink()
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    (folder / "config.yaml").write_text("weight_decay: 0\n")
    return folder


async def asked(pilot: object) -> Case:
    """The case, once the request is the open question; what is asked before is skipped."""
    screen = pilot.app.screen  # type: ignore[attr-defined]
    assert isinstance(screen, ConsultationScreen) and screen.case is not None
    for _ in range(6):
        assert screen.case.step is not None
        if screen.case.step.finding == "settings":
            break
        await pilot.press("s")  # type: ignore[attr-defined]
        await settle(pilot)  # type: ignore[arg-type]
    assert screen.case.step is not None and screen.case.step.finding == "settings"
    return screen.case


@pytest.mark.parametrize("size", [(120, 36), (80, 24)])
async def test_a_path_is_read_and_taken_back(run: Path, settings: Path, open_app: Open, size: tuple[int, int]) -> None:
    """The ranking moves, the next question comes, the journal keeps it; undo asks for the files again."""
    async with open_app(run, size=size) as pilot:
        case = await asked(pilot)
        assert "type the path" in screen_text(pilot.app) and "I have none" in screen_text(pilot.app)
        before = case.entry("overfitting").probability
        await pilot.press("i", *str(settings), "enter")
        await settle(pilot)
        assert case.session.standing.given == (("settings", str(settings)),)
        assert case.entry("overfitting").probability > before and case.answers_given == 1
        assert case.step is None or case.step.finding != "settings"
        await pilot.press("escape", "z")
        await settle(pilot)
        assert not any(case.session.standing)
        assert case.entry("overfitting").probability == pytest.approx(before)
        assert "I leave aside what I read" in "\n".join(b.text for one in case.said for b in one.blocks)


async def test_who_has_no_files_says_so_by_a_key(run: Path, settings: Path, open_app: Open) -> None:
    """n passes over the request for good; yes is no key here, for a path is wanted."""
    async with open_app(run) as pilot:
        case = await asked(pilot)
        await pilot.press("y", "u")
        await settle(pilot)
        assert not case.session.answers
        await pilot.press("n")
        await settle(pilot)
        assert case.session.answers == {"settings": "unsure"}
        assert case.step is None or case.step.finding != "settings"
        assert "I have none" in next(one.words for one in reversed(case.said) if one.who == "you")
