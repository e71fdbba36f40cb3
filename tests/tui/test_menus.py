"""Menus in the app: several options are picked, by key or by mouse, and noted together."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.pilot import Pilot

from mladvisor.diagnosis.model import NextStep
from mladvisor.rulebook import Rulebook, load
from mladvisor.rulebook.answers import NONE
from mladvisor.tui.case import Case
from mladvisor.tui.panes.question import question_lines
from mladvisor.tui.screens.consultation import ConsultationScreen

from .conftest import Open, screen_text, settle

MENU = """menu: look
ask: What do you see when you look at the rows?
options:
  the same rows stand in both splits: same-rows
  some labels are wrong: labels-doubtful
  half of the data is as good as all of it, or nearly so: more-data-helps
"""


@pytest.fixture(autouse=True)
def _with_menu(_small: None, book: Rulebook, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The small rulebook with a menu over its questions."""
    (tmp_path / "menus").mkdir()
    (tmp_path / "menus" / "look.yaml").write_text(MENU)
    own = load([Path(book.entries[0].origin.source.file).parent, tmp_path / "menus"], shipped=False)
    monkeypatch.setattr("mladvisor.consultation.cases.rulebook_with", lambda rules=(): own)


def case_of(pilot: Pilot[None]) -> Case:
    """The case that is open, its menu asked."""
    screen = pilot.app.screen
    assert isinstance(screen, ConsultationScreen) and screen.case is not None
    assert screen.case.step is not None and screen.case.step.finding == "look"
    return screen.case


@pytest.mark.parametrize("size", [(120, 36), (80, 24)])
async def test_several_options_are_picked_and_noted_together(run: Path, open_app: Open, size: tuple[int, int]) -> None:
    """Digits pick and put back, the ticks show it, nothing is noted before enter; undo takes all of it back."""
    async with open_app(run, size=size) as pilot:
        case = case_of(pilot)
        assert "pick one or more" in screen_text(pilot.app) and "✓ " not in screen_text(pilot.app).split("Question")[1]
        await pilot.press("1", "2", "3", "2")
        await settle(pilot)
        assert case.picked == [case.step.choices[0], case.step.choices[2]] and not case.session.answers
        text = screen_text(pilot.app)
        assert "1  ✓ the same rows" in text and "2    some labels" in text and "note these 2" in text
        await pilot.press("enter")
        await settle(pilot)
        assert pilot.app.screen.case is case
        assert list(case.session.answers["look"]) == [
            "the same rows stand in both splits",
            "half of the data is as good as all of it, or nearly so",
        ]
        assert not case.picked and "note these" not in screen_text(pilot.app)
        await pilot.press("z")
        await settle(pilot)
        assert not case.session.answers and not case.picked


async def test_a_click_picks_and_a_click_notes(run: Path, open_app: Open) -> None:
    """The mouse does what the keys do."""
    async with open_app(run) as pilot:
        case = case_of(pilot)
        rows = screen_text(pilot.app).split("\n")
        at = next(number for number, row in enumerate(rows) if "some labels are wrong" in row)
        await pilot.click(offset=(rows[at].index("some"), at))
        await settle(pilot)
        assert case.picked == ["some labels are wrong"]
        rows = screen_text(pilot.app).split("\n")
        at = next(number for number, row in enumerate(rows) if "note it" in row)
        await pilot.click(offset=(rows[at].index("note it"), at))
        await settle(pilot)
        assert case.session.answers == {"look": ["some labels are wrong"]}


async def test_enter_still_explains_where_nothing_is_picked(run: Path, open_app: Open) -> None:
    """Without a pick enter shows how sure the selected cause is; n says that none of the options holds."""
    async with open_app(run) as pilot:
        case = case_of(pilot)
        await pilot.press("enter")
        await settle(pilot)
        assert "Before anything was read" in screen_text(pilot.app)
        await pilot.press("escape", "1", "n")
        await settle(pilot)
        assert case.session.answers == {"look": []}


def step_of(*options: str) -> NextStep:
    """A menu with these options."""
    return NextStep("look", "ask", "What do you see?", 0.5, "glance", [*options, NONE], sets="look")


@pytest.mark.parametrize(("columns", "box", "whole"), [(76, 12, True), (40, 12, False), (76, 6, False)])
def test_options_are_whole_where_there_is_room(columns: int, box: int, whole: bool) -> None:
    """One under the other, wrapped; cut only where the box has too few rows, and never more rows than it has."""
    options = [f"option {number} that takes about fifty columns of any line" for number in range(1, 8)]
    lines = question_lines(step_of(*options), [], columns, box=box, picked=options[1:2])
    texts = ["".join(cell.text for cell in line.cells).rstrip() for line in lines]
    assert max(map(len, texts)) <= columns
    assert all(any(option in text for text in texts) for option in options) is whole
    assert [text for text in texts if "✓" in text] and all(f" {number} " in "".join(texts) for number in range(1, 8))
    assert len(lines) <= box
