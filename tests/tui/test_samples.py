"""The app on the shipped sample runs with the shipped rules: what a person sees, not a small rulebook of our own."""

from __future__ import annotations

from pathlib import Path

import pytest

from mladvisor.render.text import width
from mladvisor.rulebook import Rulebook, load
from mladvisor.tui.case import open_case
from mladvisor.tui.panes.evidence import evidence_lines
from mladvisor.tui.panes.question import question_lines
from mladvisor.tui.panes.ranking import cause_lines
from mladvisor.tui.panes.talk import talk_lines
from mladvisor.tui.panes.verdict import verdict_lines
from mladvisor.tui.widgets.ink import Sheet

from .conftest import Open, screen_text, settle

SAMPLES = Path(__file__).parents[2] / "sample_runs"
HEALTHY = "digits-mlp-sgdr"
NAMES = [*sorted(folder.name for folder in SAMPLES.iterdir() if folder.is_dir())[::5], HEALTHY, "digits-probed-mlp"]
"""A few of each kind; all of them would take half a minute."""


@pytest.fixture(scope="module")
def shipped() -> Rulebook:
    """The rules that come with the program."""
    return load()


@pytest.fixture(autouse=True)
def _small(shipped: Rulebook, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """In place of the small rulebook: the shipped one."""
    monkeypatch.setattr("mladvisor.consultation.cases.rulebook_with", lambda rules=(): shipped)
    monkeypatch.setattr("mladvisor.diagnosis.api.rulebook_with", lambda rules=(): shipped)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))


@pytest.mark.parametrize("name", NAMES)
def test_every_pane_of_every_sample_can_be_shown(name: str) -> None:
    """Whatever the verdict: each pane has text for each listed cause, and no line is wider than its pane."""
    case = open_case(str(SAMPLES / name))
    shares = {one.cause: one.probability for one in case.ranking}
    for columns in (34, 56, 76):
        for most in (3, 4):
            told = verdict_lines(case.story, columns, most)
            text = "".join(cell.text for line in told for cell in line.cells)
            assert 0 < len(told) <= most
            assert ("Do first" in text) is bool(case.story.fixes) or columns < 76
        assert question_lines(case.step, case.choices, columns)
        shown = [*cause_lines(case.ranking, shares, case.selected, columns), *talk_lines(case.said, columns)]
        for cause in [one.cause for one in case.ranking[:6]] + ["healthy"]:
            told = evidence_lines(case, cause, 0, columns)
            assert told
            shown += told
        for line in shown:
            assert sum(width(cell.text) for cell in line.cells) <= columns, line


@pytest.mark.parametrize("size", [(120, 36), (80, 24)])
async def test_a_healthy_run_opens_with_what_was_looked_at(open_app: Open, size: tuple[int, int]) -> None:
    """Where nothing is wrong, the verdict says so, and the evidence lists what was checked."""
    async with open_app(SAMPLES / HEALTHY, size=size) as pilot:
        text = screen_text(pilot.app)
        await pilot.press("full_stop", "full_stop")
        await settle(pilot)
        evidence = pilot.app.screen.query_one("#evidence", Sheet).plain
    assert "This run looks healthy" in text
    assert "Nothing needs to be done" in text
    assert "guessing" in evidence


@pytest.mark.parametrize("rows", [28, 36, 41])
async def test_nothing_is_cut_off_beside_a_scrollbar(open_app: Open, rows: int) -> None:
    """However high the panes: where a scrollbar comes, lines end before it, with a column between."""
    async with open_app(SAMPLES / "breast-cancer-mlp-bce", size=(120, rows)) as pilot:
        for sheet in pilot.app.screen.query(Sheet):
            room = sheet.scrollable_content_region.width - sheet.show_vertical_scrollbar
            widest = max((sum(width(cell.text) for cell in line.cells) for line in sheet.lines), default=0)
            assert widest <= room, sheet.id
