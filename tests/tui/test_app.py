"""The app, driven by keys and mouse: every screen, every key, both layouts, and what may go wrong meanwhile."""

from __future__ import annotations

import json
import random
import re
import shutil
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from textual.widgets import Input

from mladvisor.consultation.journal import read_journal
from mladvisor.diagnosis.model import NextStep
from mladvisor.tui.actions import ACTIONS, SCREENS, everywhere, on_screen
from mladvisor.tui.app import AdvisorApp, Source
from mladvisor.tui.case import Case
from mladvisor.tui.screens.consultation import ConsultationScreen
from mladvisor.tui.widgets.bars import KeyBar, TitleBar
from mladvisor.tui.widgets.ink import Sheet
from mladvisor.tui.widgets.plot_view import PlotView

from .conftest import Open, rows, screen_text, settle, write_run

WAYS: dict[str, tuple[str, ...]] = {
    "consultation": (),
    "plots": ("p",),
    "tables": ("t",),
    "rules": ("R",),
    "report": ("e",),
}


def consultation(app: AdvisorApp) -> ConsultationScreen:
    """The consultation that is open, whatever covers it."""
    return next(screen for screen in app.screen_stack if isinstance(screen, ConsultationScreen))


def ranking(app: AdvisorApp) -> list[tuple[str, float]]:
    """Cause and probability, as they stand."""
    case = consultation(app).case
    assert case is not None
    return [(one.cause, one.probability) for one in case.ranking]


# The first look


async def test_a_newcomer_sees_what_is_wrong_what_to_do_and_what_to_press(run: Path, open_app: Open) -> None:
    """Verdict, first fix, ranked causes, curve, evidence, question and its keys are on the first screen."""
    async with open_app(run) as pilot:
        text = screen_text(pilot.app)
    for part in (
        "Do first:",
        "Overfitting",
        "loss",
        "val",
        "For it",
        "metrics.csv",
        "Question 1",
        "yes",
        "not sure",
        "why?",
    ):
        assert part in text, part
    for key in ("F1 Help", "^p Palette", "y u n s Answer"):
        assert key in text, key


@pytest.mark.parametrize("size", [(120, 36), (80, 24)])
async def test_the_first_screen_says_it_at_both_sizes(run: Path, open_app: Open, size: tuple[int, int]) -> None:
    """The verdict, the ranking and the question never fall off the screen."""
    async with open_app(run, size=size) as pilot:
        text = screen_text(pilot.app)
        assert max(len(line) for line in text.splitlines()) <= size[0]
    for part in ("Do first:", "What it may be", "Overfitting", "Question 1", "skip"):
        assert part in text, part


async def test_the_layout_follows_the_terminal(run: Path, open_app: Open) -> None:
    """From 110 columns on panes stand side by side; below they are tabs; a change of size at run time changes it."""
    async with open_app(run) as pilot:
        app = pilot.app
        assert app.screen.query_one("#talk").region.area and not app.screen.query_one("#tabs").display
        await pilot.resize_terminal(80, 24)
        await settle(pilot)
        assert app.screen.query_one("#tabs").display and not app.screen.query_one("#talk").display
        await pilot.press("full_stop", "full_stop")
        await settle(pilot)
        assert app.screen.query_one("#evidence").region.area
        await pilot.press("comma")
        assert app.screen.query_one("#curve").display
        await pilot.resize_terminal(120, 36)
        await settle(pilot)
        assert all(app.screen.query_one(f"#{pane}").region.area for pane in ("causes", "curve", "evidence", "talk"))
        await pilot.resize_terminal(30, 8)
        await settle(pilot)


# Answers


@pytest.mark.parametrize("key", ["y", "Y", "u", "N", "n", "s"])
async def test_one_key_answers(run: Path, open_app: Open, key: str) -> None:
    """Each answer leads to another question; all but unsure and skip move the ranking; z takes it back."""
    async with open_app(run) as pilot:
        screen = consultation(pilot.app)
        assert screen.case is not None
        before, step = ranking(pilot.app), screen.case.step
        await pilot.press(key)
        await settle(pilot)
        assert step is not None
        assert screen.case.step is None or screen.case.step.finding != step.finding
        assert (ranking(pilot.app) != before) == (key in "yYNn")
        if key != "s":
            await pilot.press("z")
            await settle(pilot)
            assert [name for name, _ in ranking(pilot.app)] == [name for name, _ in before]
            assert screen.case.answers_given == 0


async def test_an_answer_shows_its_change_with_arrow_and_number(run: Path, open_app: Open) -> None:
    """Beside the bars stands by how much each moved."""
    async with open_app(run) as pilot:
        await pilot.press("y")
        await settle(pilot)
        text = pilot.app.screen.query_one("#causes", Sheet).plain
        assert "▲" in text and "▼" in text


async def test_bars_move_when_motion_is_on(run: Path, open_app: Open) -> None:
    """The bars reach the new belief in steps and end on it."""
    async with open_app(run) as pilot:
        app = pilot.app
        app.animation_level = "full"
        await pilot.press("y")
        for _ in range(40):
            await pilot.pause(0.02)
            screen = consultation(app)
            assert screen.case is not None
            target = {one.cause: one.probability for one in screen.case.ranking}
            if all(abs(screen._shares[cause] - share) < 1e-9 for cause, share in target.items()):
                break
        else:
            pytest.fail("the bars never arrived")


async def test_words_go_to_the_prompt_and_into_the_transcript(run: Path, open_app: Open) -> None:
    """i opens the prompt, letters are text there, enter says it, escape leaves it."""
    async with open_app(run) as pilot:
        await pilot.press("i", *"yzzy", "enter")
        await settle(pilot)
        screen = consultation(pilot.app)
        assert screen.case is not None and screen.case.answers_given == 0
        assert "yzzy" in screen.query_one("#talk", Sheet).plain
        assert "not understand" in screen.query_one("#talk", Sheet).plain
        await pilot.press("escape")
        await settle(pilot)
        assert not isinstance(pilot.app.focused, Input)


async def test_slash_commands_do_what_keys_do(run: Path, open_app: Open) -> None:
    """/undo takes back, /explain NAME opens a page, an unknown one names the nearest."""
    async with open_app(run) as pilot:
        await pilot.press("y")
        await settle(pilot)
        await pilot.press("i", "slash", *"undo", "enter")
        await settle(pilot)
        screen = consultation(pilot.app)
        assert screen.case is not None and screen.case.answers_given == 0
        await pilot.press("slash", *"explain leak", "enter")
        await settle(pilot)
        assert pilot.app.screen.is_modal
        await pilot.press("escape", "slash", *"undoo", "enter")
        await settle(pilot)
        assert any("/undoo" in str(one.message) for one in pilot.app._notifications)


async def test_ruling_out_asks_for_a_reason_and_can_be_taken_back(run: Path, open_app: Open) -> None:
    """X, a reason, enter; z brings it back; escape rules nothing out."""
    async with open_app(run) as pilot:
        await pilot.press("X", "escape")
        assert len(ranking(pilot.app)) == 4
        await pilot.press("X", *"no", "enter")
        await settle(pilot)
        assert len(ranking(pilot.app)) == 3
        await pilot.press("z")
        await settle(pilot)
        assert len(ranking(pilot.app)) == 4


async def test_what_if_shows_an_effect_and_notes_only_on_enter(run: Path, open_app: Open) -> None:
    """Escape leaves all as it was; enter notes the answer in view."""
    async with open_app(run) as pilot:
        before = ranking(pilot.app)
        await pilot.press("x", "down", "tab")
        assert "▲" in screen_text(pilot.app) or "▼" in screen_text(pilot.app)
        await pilot.press("escape")
        await settle(pilot)
        assert ranking(pilot.app) == before
        await pilot.press("x", *"both splits", "enter")
        await settle(pilot)
        case = consultation(pilot.app).case
        assert case is not None and case.session.answers == {"same-rows": "yes"}


async def test_overlays_tell_why_how_and_what(run: Path, open_app: Open) -> None:
    """w, h and d open, name what they are about, and escape closes them."""
    async with open_app(run) as pilot:
        for key, part in (("w", "If yes"), ("h", "Before anything was read"), ("d", "learns the rows by heart")):
            if key == "d":
                case = consultation(pilot.app).case
                assert case is not None
                while case.selected != "overfitting":
                    await pilot.press("k" if case.ranking[0].cause != case.selected else "j")
            await pilot.press(key)
            await settle(pilot)
            assert part in screen_text(pilot.app), key
            await pilot.press("escape")
            await settle(pilot)
            assert not pilot.app.screen.is_modal


async def test_selecting_a_cause_changes_evidence_and_curve(run: Path, open_app: Open) -> None:
    """j goes down, k up, a click selects; evidence and picture follow."""
    async with open_app(run) as pilot:
        screen = consultation(pilot.app)
        assert screen.case is not None
        first = screen.case.selected
        await pilot.press("j")
        second = screen.case.selected
        assert second != first
        title = screen.case.entry(second).title.split()[0]
        assert title in screen.query_one("#evidence", Sheet).plain
        await pilot.press("k")
        assert screen.case.selected == first
        await pilot.click("#causes", offset=(6, 2))
        assert screen.case.selected == second


async def test_evidence_can_be_walked_through(run: Path, open_app: Open) -> None:
    """] shows a piece of evidence on its curve, named in the border, and escape goes back to all."""
    async with open_app(run, size=(80, 24)) as pilot:
        screen = consultation(pilot.app)
        await pilot.press("right_square_bracket")
        await settle(pilot)
        assert "Validation loss rises" in str(screen.query_one("#curve").border_title)
        assert screen.query_one("#curve").display
        await pilot.press("left_square_bracket", "escape")
        assert str(screen.query_one("#curve").border_title) == "Curve"


# Every key of every screen


async def go_to(pilot: object, screen: str) -> None:
    """From the consultation to another screen."""
    for key in WAYS[screen]:
        await pilot.press(key)  # type: ignore[attr-defined]
    await settle(pilot)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("screen", "size"),
    [*((name, (120, 36)) for name in SCREENS if name != "home"), ("consultation", (80, 24)), ("rules", (80, 24))],
)
async def test_every_key_works_on_every_screen(run: Path, open_app: Open, screen: str, size: tuple[int, int]) -> None:
    """Each key of the registry, pressed one after the other, does something that can be left again."""
    async with open_app(run, size=size) as pilot:
        app = pilot.app
        await go_to(pilot, screen)
        page = app.screen
        for action in [*on_screen(screen), *(everywhere() if screen == "consultation" else ())]:
            if action.id in ("quit", "back"):
                continue
            for key in action.keys.split(","):
                if app.focused is not None and isinstance(app.focused, Input):
                    app.screen.set_focus(None)
                await pilot.press(key)
                await pilot.pause()
                assert app.is_running and app._exception is None, (action.id, key)
                while app.screen is not page and page in app.screen_stack:
                    app.pop_screen()
                    await pilot.pause()
                if page not in app.screen_stack:  # another consultation took its place
                    app.push_screen(page)
                    await pilot.pause()
        await settle(pilot)


async def test_every_key_of_home_works(run: Path, open_app: Open) -> None:
    """The same for the first screen."""
    async with open_app(None) as pilot:
        app = pilot.app
        page = app.screen
        for action in on_screen("home"):
            if action.id in ("quit", "back"):
                continue
            for key in action.keys.split(","):
                app.screen.set_focus(None)
                await pilot.press(key)
                await settle(pilot)
                assert app.is_running and app._exception is None, (action.id, key)
                while app.screen is not page:
                    app.pop_screen()
                    await pilot.pause()


async def test_quit_leaves_and_back_goes_one_step(run: Path, open_app: Open) -> None:
    """Escape never leaves the app by accident; ctrl+q does."""
    async with open_app(run) as pilot:
        await pilot.press("p")
        await pilot.press("escape")
        await settle(pilot)
        assert isinstance(pilot.app.screen, ConsultationScreen)
        await pilot.press("escape")
        await settle(pilot)
        assert pilot.app.is_running
        await pilot.press("ctrl+q")
        await pilot.pause()
        assert not pilot.app.is_running


async def test_help_lists_every_live_key(run: Path, open_app: Open) -> None:
    """F1 is made from the bindings that work now."""
    async with open_app(run) as pilot:
        live = {one.binding.id for one in pilot.app.screen.active_bindings.values()}
        await pilot.press("f1")
        await settle(pilot)
        text = pilot.app.screen.query_one("#body", Sheet).plain
        for action in ACTIONS:
            if action.id in live:
                assert action.verb in text, action.id
        await pilot.press("f1")
        await settle(pilot)
        assert not pilot.app.screen.is_modal


async def test_the_footer_shows_only_what_works(run: Path, open_app: Open) -> None:
    """Undo appears when there is something to undo."""
    async with open_app(run) as pilot:
        assert "Undo" not in screen_text(pilot.app)
        await pilot.press("y")
        await settle(pilot)
        assert "z Undo" in screen_text(pilot.app)
        assert pilot.app.screen.query_one(KeyBar).region.height == 1


async def test_a_key_map_replaces_keys_by_their_ids(run: Path, open_app: Open, tmp_path: Path) -> None:
    """What the settings file names works, is shown, and the former key does nothing."""
    config = tmp_path / "keys.toml"
    config.write_text('[keys]\n"view.plots" = "g"\n')
    async with open_app(run, config=config) as pilot:
        assert "g Plots" in screen_text(pilot.app)
        await pilot.press("p")
        assert isinstance(pilot.app.screen, ConsultationScreen)
        await pilot.press("g")
        await settle(pilot)
        assert not isinstance(pilot.app.screen, ConsultationScreen)


async def test_jump_mode_goes_to_any_pane(run: Path, open_app: Open) -> None:
    """ctrl+o puts a letter on each pane; the letter goes there."""
    async with open_app(run) as pilot:
        await pilot.press("ctrl+o", "d")
        await settle(pilot)
        assert pilot.app.focused is not None and pilot.app.focused.id == "evidence"


async def test_the_palette_finds_what_can_be_done(run: Path, open_app: Open) -> None:
    """Typing part of a verb finds the action and enter does it."""
    async with open_app(run) as pilot:
        await pilot.press("ctrl+p")
        await pilot.press(*"open the plots")
        for _ in range(50):
            await pilot.pause(0.02)
            if "view: Open the plots" in screen_text(pilot.app):
                break
        await pilot.press("down", "enter")
        await settle(pilot)
        await settle(pilot)
        assert type(pilot.app.screen).__name__ == "PlotsScreen"


async def test_settings_show_at_once_and_are_kept(run: Path, open_app: Open, tmp_path: Path) -> None:
    """The theme changes under the overlay, and a second start has it."""
    config = tmp_path / "tui.toml"
    async with open_app(run, config=config) as pilot:
        await pilot.press("f2", "right", "down", "right", "escape")
        await settle(pilot)
        assert pilot.app.theme == "mladvisor-light"
    async with open_app(run, config=config) as pilot:
        assert pilot.app.theme == "mladvisor-light"
        assert pilot.app.screen.query_one("#curve", PlotView).glyphs == "quadrant"


# Themes


@pytest.mark.parametrize("theme", ["mladvisor-light", "nord", "textual-ansi", "ansi-dark", "ansi-light"])
async def test_every_kind_of_theme_draws(
    run: Path, open_app: Open, monkeypatch: pytest.MonkeyPatch, theme: str
) -> None:
    """Light, built in and the terminal's own colours."""
    monkeypatch.setenv("TEXTUAL_THEME", theme)
    async with open_app(run) as pilot:
        assert "Overfitting" in screen_text(pilot.app)
        assert pilot.app.theme == theme or theme not in pilot.app.available_themes


async def test_no_color_stays_legible(run: Path, open_app: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    """Text and background of an ANSI theme never fall together under NO_COLOR."""
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("TEXTUAL_THEME", "ansi-dark")
    async with open_app(run) as pilot:
        assert not pilot.app.current_theme.ansi
        picture = pilot.app.export_screenshot()
        assert picture.count("#") > 10
        from mladvisor.tui.themes import DARK

        assert pilot.app.theme == DARK.name


# Other screens


async def test_plots_zoom_pan_hide_and_smooth(run: Path, open_app: Open) -> None:
    """Each key changes the window or the picture; 0 shows all again."""
    async with open_app(run) as pilot:
        await pilot.press("p")
        await settle(pilot)
        view = pilot.app.screen.query_one("#view", PlotView)
        await pilot.press("plus", "plus")
        assert view.window is not None
        low, high = view.window
        assert high - low == pytest.approx((view.span[1] - view.span[0]) / 4)
        await pilot.press("right")
        assert view.window is not None and view.window[0] > low
        await pilot.press("end")
        assert view.window is not None and view.window[1] == pytest.approx(view.span[1])
        await pilot.press("home")
        assert view.window is not None and view.window[0] == pytest.approx(view.span[0])
        await pilot.press("0")
        assert view.window is None
        await pilot.press("2", "m", "l")
        assert view.hidden == {1} and view.smooth > 0 and view.scale == "log"
        await pilot.press("1")
        assert view.hidden == {1}, "the last curve stays"
        await pilot.press("j")
        assert "accuracy" in screen_text(pilot.app)
        for _ in range(30):
            await pilot.press("plus")
        await settle(pilot)
        assert view.window is not None and view.window[1] > view.window[0]


async def test_the_wheel_zooms_and_dragging_pans(run: Path, open_app: Open) -> None:
    """Around the place that the mouse is at."""
    async with open_app(run) as pilot:
        await pilot.press("p")
        await settle(pilot)
        view = pilot.app.screen.query_one("#view", PlotView)
        view.zoom(0.5)
        before = view.window
        await pilot.mouse_down("#view", offset=(60, 10))
        await pilot.hover("#view", offset=(40, 10))
        await pilot.mouse_up("#view", offset=(40, 10))
        assert before is not None and view.window is not None and view.window[0] > before[0]


async def test_a_second_run_stands_beside(run: Path, open_app: Open, tmp_path: Path) -> None:
    """v picks another run; both move together; v takes it away."""
    write_run(tmp_path / "runs" / "vit", best=59)
    async with open_app(run) as pilot:
        await pilot.press("p", "v")
        await settle(pilot)
        await pilot.press(*"vit", "enter")
        await settle(pilot)
        second = pilot.app.screen.query_one("#second", PlotView)
        assert second.region.area and second.drawing is not None
        await pilot.press("plus")
        assert second.window == pilot.app.screen.query_one("#view", PlotView).window
        await pilot.press("v")
        assert not second.display


async def test_tables_show_findings_values_columns_configuration_and_gaps(run: Path, open_app: Open) -> None:
    """Five tables, one after the other."""
    async with open_app(run) as pilot:
        await pilot.press("t")
        seen = []
        for _ in range(5):
            await settle(pilot)
            seen.append(pilot.app.screen.query_one("#table", Sheet).plain)
            await pilot.press("full_stop")
    for text, part in zip(seen, ("Present (1)", "loss.val.best", "train_loss", "learning_rate", ""), strict=True):
        assert part in text


async def test_a_rule_is_tested_on_the_run(run: Path, open_app: Open) -> None:
    """t says fires, silent or unknown, and what is missing."""
    async with open_app(run) as pilot:
        await pilot.press("R")
        await settle(pilot)
        for words, part in (
            ("val-turns", "fires on resnet"),
            ("same-rows", "unknown on resnet"),
            ("leak", "% on resnet"),
        ):
            await pilot.press("slash", *words, "enter")
            await settle(pilot)
            await pilot.press("t")
            await settle(pilot)
            assert part in pilot.app.screen.query_one("#page", Sheet).plain
            await pilot.press("escape")


async def test_report_and_conversation_are_written(run: Path, open_app: Open, tmp_path: Path) -> None:
    """m, h, j and t write beside each other, never over another file; the paths are told at the end."""
    async with open_app(run) as pilot:
        await pilot.press("e")
        await settle(pilot)
        for key in "mmhjt":
            await pilot.press(key, "enter")
            await settle(pilot)
        await pilot.press("f")
        await settle(pilot)
        written = pilot.app.written
    assert [path.name for path in written] == [
        "mladvisor-resnet.md",
        "mladvisor-resnet-2.md",
        "mladvisor-resnet.html",
        "mladvisor-resnet.json",
        "mladvisor-resnet.talk.md",
    ]
    assert all(path.parent == tmp_path for path in written)
    assert json.loads(written[3].read_text())["runs"][0]["hypotheses"]
    assert "<script" not in written[2].read_text()


# Home


async def test_home_lists_runs_with_verdicts_and_opens_one(run: Path, open_app: Open, tmp_path: Path) -> None:
    """Each run below the folder, with its curve and what is probably wrong; enter opens it."""
    (tmp_path / "runs" / "broken").mkdir()
    (tmp_path / "runs" / "broken" / "metrics.csv").write_text("nothing,here\n")
    async with open_app(None) as pilot:
        text = screen_text(pilot.app)
        assert "runs/resnet" in text and "runs/broken" in text and "2 runs" in text
        await pilot.press("G", "enter")
        await settle(pilot)
        assert consultation(pilot.app).case is not None


async def test_home_filters_and_takes_a_path(run: Path, open_app: Open, tmp_path: Path) -> None:
    """/ filters by any word of a line; what is a path is opened."""
    elsewhere = write_run(tmp_path / "elsewhere" / "other")
    async with open_app(None, root=run.parent) as pilot:
        await pilot.press("slash", *"zzz")
        await settle(pilot)
        assert "resnet" not in pilot.app.screen.query_one("#runs", Sheet).plain
        pilot.app.screen.query_one("#filter", Input).value = str(elsewhere)
        await pilot.press("enter")
        await settle(pilot)
        case = consultation(pilot.app).case
        assert case is not None and case.name == "other"


async def test_a_case_is_taken_up_from_home(run: Path, open_app: Open) -> None:
    """The answers of the first session stand in the second."""
    async with open_app(run) as pilot:
        await pilot.press("y")
        await settle(pilot)
        answers = consultation(pilot.app).case.session.answers  # type: ignore[union-attr]
    async with open_app(None) as pilot:
        assert "Cases begun before" in screen_text(pilot.app)
        await pilot.press("G", "enter")
        await settle(pilot)
        case = consultation(pilot.app).case
        assert case is not None and case.session.answers == answers


async def test_an_empty_folder_says_what_can_be_done(open_app: Open, tmp_path: Path) -> None:
    """No run: the way to words and to a path is named."""
    async with open_app(None, root=tmp_path) as pilot:
        assert "No training run was found here" in screen_text(pilot.app)
        await pilot.press("w")
        await settle(pilot)
        assert isinstance(pilot.app.focused, Input)


# What may go wrong


async def test_names_in_brackets_are_names(open_app: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Markup in folder, column and setting names is shown as it stands, on every screen."""
    monkeypatch.chdir(tmp_path)
    name = "[red]run[/] [bold $error]x[link='http://x']"
    folder = write_run(tmp_path / "runs" / name.replace("/", "∕"))
    log = (folder / "metrics.csv").read_text().replace("val_accuracy", "val_accuracy,[blink]col[/blink]", 1)
    head, *lines = log.splitlines()
    (folder / "metrics.csv").write_text("\n".join([head, *(f"{line},1" for line in lines)]) + "\n")
    (folder / "config.yaml").write_text('"[red]key": "[bold]value"\n')
    async with open_app(folder.relative_to(tmp_path)) as pilot:
        assert "[red]run" in screen_text(pilot.app)
        for way in WAYS.values():
            for key in way:
                await pilot.press(key)
            await settle(pilot)
            assert pilot.app._exception is None
            if way == ("t",):
                await pilot.press("comma", "comma")
                await settle(pilot)
                assert "[red]key" in screen_text(pilot.app)
            await pilot.press("escape" if way else "f5")
    async with open_app(None) as pilot:
        assert "[red]" in screen_text(pilot.app)


@pytest.mark.parametrize("content", [None, "", "no log at all"])
async def test_what_cannot_be_read_says_why_and_offers_ways_on(
    open_app: Open, tmp_path: Path, content: str | None
) -> None:
    """No traceback; o opens another run."""
    folder = tmp_path / "bad"
    if content is not None:
        folder.mkdir()
        if content:
            (folder / "metrics.csv").write_text(content)
    async with open_app(folder) as pilot:
        text = screen_text(pilot.app)
        assert "bad" in text and "open another run" in text and "What now?" in text
        await pilot.press("y", "h", "p", "o")
        await settle(pilot)
        assert type(pilot.app.screen).__name__ == "HomeScreen"


async def test_words_take_over_from_a_run_that_cannot_be_read(open_app: Open, tmp_path: Path) -> None:
    """Where nothing could be read, what is typed opens a consultation without a run, and is understood in it."""
    async with open_app(tmp_path / "nowhere") as pilot:
        await pilot.press("i")
        pilot.app.screen.query_one("#prompt", Input).value = "the labels are wrong"
        await pilot.press("enter")
        await settle(pilot)
        await settle(pilot)
        case = consultation(pilot.app).case
        assert case is not None and case.path is None and case.answers_given == 1
        assert "Noisy" in screen_text(pilot.app) or "Labels are wrong" in screen_text(pilot.app)


async def test_the_overlay_of_how_copies_what_it_shows(
    run: Path, open_app: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    """c hands the whole text to the clipboard and says so; so it does in the overlay of why."""
    copied: list[str] = []
    monkeypatch.setattr(AdvisorApp, "copy_to_clipboard", lambda _, text: copied.append(text))
    async with open_app(run) as pilot:
        await pilot.press("h", "c")
        await settle(pilot)
        assert "copied" in screen_text(pilot.app)
        await pilot.press("escape", "w", "c")
    assert "Before anything was read" in copied[0] and "takes back 56%" in copied[0] and "Now" in copied[0]
    assert "apart best" in copied[1]


async def test_how_goes_from_the_prior_to_the_number_of_the_ranking(run: Path, open_app: Open) -> None:
    """The percentages of the overlay are one after the other, and the last is the one that is explained."""
    async with open_app(run) as pilot:
        await pilot.press("h")
        await settle(pilot)
        shown = re.findall(r"(\d+)%$", pilot.app.screen.query_one("#body", Sheet).plain, re.MULTILINE)
        chance = dict(ranking(pilot.app))["overfitting"]
    assert len(shown) >= 3
    assert shown[-1] == shown[-2] == f"{chance:.0%}"[:-1]


async def test_the_selected_row_has_one_colour_where_the_terminal_chooses_them(run: Path, open_app: Open) -> None:
    """Reversed, a grey or red of the terminal's own would be unreadable: the whole row is in the text's colour."""
    async with open_app(run) as pilot:
        pilot.app.theme = "ansi-dark"
        await settle(pilot)
        sheet = pilot.app.screen.query_one("#causes", Sheet)
        styles = {segment.style for segment in sheet.render_line(0)}
        others = {segment.style for segment in sheet.render_line(1)}
    assert len(styles) == 1 and all(style is not None and style.reverse for style in styles)
    assert len(others) > 1


async def test_the_footer_tells_what_the_line_does_while_it_is_typed_in(run: Path, open_app: Open) -> None:
    """Letters are text there: undo is shown with the key that still works, and enter with what it does."""
    async with open_app(run) as pilot:
        await pilot.press("n", "i")
        await settle(pilot)
        footer = screen_text(pilot.app).splitlines()[-1]
        assert "enter Send" in footer and "^z Undo" in footer and "y u n s" not in footer
        await pilot.press("escape")
        await settle(pilot)
        assert "z Undo" in screen_text(pilot.app).splitlines()[-1].replace("^z", "")


async def test_a_run_that_trains_is_followed(run: Path, open_app: Open) -> None:
    """New rows change the ranking without a key."""
    async with open_app(run) as pilot:
        before = dict(ranking(pilot.app))
        (run / "metrics.csv").write_text("epoch,train_loss,val_loss,val_accuracy\n" + rows(60, 59))
        consultation(pilot.app)._look()
        await settle(pilot)
        await settle(pilot)
        assert dict(ranking(pilot.app))["overfitting"] < before["overfitting"] - 0.1


async def test_a_run_that_disappears_is_told_once_and_keeps_what_was_read(run: Path, open_app: Open) -> None:
    """No crash, no repeated notice; when it is back, it is followed again."""
    async with open_app(run) as pilot:
        before = ranking(pilot.app)
        shutil.move(run, run.parent / "away")
        for _ in range(3):
            consultation(pilot.app)._look()
            await settle(pilot)
            await settle(pilot)
        assert "folder is gone" in screen_text(pilot.app)
        assert sum("no longer there" in str(one.message) for one in pilot.app._notifications) == 1
        assert ranking(pilot.app) == before
        await pilot.press("y", "p", "escape")
        shutil.move(run.parent / "away", run)
        consultation(pilot.app)._look()
        await settle(pilot)
        await settle(pilot)
        assert "folder is gone" not in screen_text(pilot.app)


async def test_following_can_be_switched_off_and_a_reload_asked_for(run: Path, open_app: Open) -> None:
    """W stops it; ctrl+r reads all the same."""
    async with open_app(run) as pilot:
        before = dict(ranking(pilot.app))
        await pilot.press("W")
        (run / "metrics.csv").write_text("epoch,train_loss,val_loss,val_accuracy\n" + rows(60, 59))
        consultation(pilot.app)._look()
        await settle(pilot)
        assert dict(ranking(pilot.app)) == before
        await pilot.press("ctrl+r")
        await settle(pilot)
        await settle(pilot)
        assert dict(ranking(pilot.app)) != before


async def test_reading_can_be_cancelled(run: Path, open_app: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    """Escape while a run is read stops it, and the screen says so."""
    release = threading.Event()
    from mladvisor.tui import case as case_module

    real = case_module.open_case

    def slow(path: str | None, **rest: object) -> object:
        release.wait(5)
        return real(path, **rest)  # type: ignore[arg-type]

    monkeypatch.setattr(case_module, "open_case", slow)
    app = AdvisorApp(Source(str(run)))
    async with app.run_test(size=(120, 36)) as pilot:
        await pilot.pause()
        await pilot.pause()
        assert "reading" in screen_text(app)
        await pilot.press("escape")
        release.set()
        await settle(pilot)
        assert consultation(app).case is None
        assert "stopped" in screen_text(app)


async def test_every_event_is_in_the_journal_at_once(run: Path, open_app: Open, tmp_path: Path) -> None:
    """A kill after any key loses nothing that was answered before it."""
    journal = tmp_path / "case.jsonl"
    async with open_app(source=Source(str(run), journal=journal)) as pilot:
        for count, key in enumerate(("y", "n", "z"), 1):
            await pilot.press(key)
            await settle(pilot)
            events = [one.event for one in read_journal(journal) if one.event in ("answered", "undone")]
            assert len(events) == count
    async with open_app(source=Source(resumed=journal)) as pilot:
        case = consultation(pilot.app).case
        assert case is not None and case.answers_given == 1


async def test_the_title_names_the_run_and_its_answers(run: Path, open_app: Open) -> None:
    """What is open, and how many answers stand."""
    async with open_app(run) as pilot:
        await pilot.press("y")
        await settle(pilot)
        bar = pilot.app.screen.query_one(TitleBar)
        assert bar.about == "runs/resnet" and "1 answer" in bar.state


# Checks on demand


def with_check(screen: ConsultationScreen) -> None:
    """The open question becomes an offer to measure something."""
    case = screen.case
    assert case is not None
    step = NextStep("val-turns-up", "check", "Shall I measure it (a minute)?", 0.3, "glance", ["yes", "no"])
    case._step, case.session.dialogue.step = step, step
    screen._draw_question()
    screen.refresh_bindings()


async def test_a_check_runs_beside_the_screen_and_its_result_is_told(
    run: Path, open_app: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    """y starts it; other answers wait; the end of it is in the transcript and the journal."""
    release = threading.Event()
    real = Case.measure

    def slow(self: Case, finding: str, progress: object) -> object:
        release.wait(10)
        return real(self, finding, progress)  # type: ignore[arg-type]

    monkeypatch.setattr(Case, "measure", slow)
    async with open_app(run) as pilot:
        screen = consultation(pilot.app)
        with_check(screen)
        await pilot.press("y")
        await pilot.pause()
        assert "measuring" in screen_text(pilot.app) and "esc stops it" in screen_text(pilot.app)
        await pilot.press("n", "j")
        assert screen.case is not None and screen.case.answers_given == 0
        release.set()
        await settle(pilot)
        await settle(pilot)
        assert any(one.event == "checked" for one in screen.case.session.events)
        assert "Measured" in screen.query_one("#talk", Sheet).plain


async def test_a_check_can_be_cancelled(run: Path, open_app: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    """Escape brings the question back, and nothing was noted."""
    release = threading.Event()

    def slow(self: Case, finding: str, progress: Callable[[str], None]) -> dict[str, object]:
        release.wait(10)
        progress("more")
        raise AssertionError("it went on after it was cancelled")

    monkeypatch.setattr(Case, "measure", slow)
    async with open_app(run) as pilot:
        screen = consultation(pilot.app)
        with_check(screen)
        await pilot.press("y", "escape")
        release.set()
        await settle(pilot)
        assert screen.case is not None
        assert not any(one.event == "checked" for one in screen.case.session.events)
        assert "Shall I measure it" in screen_text(pilot.app)


async def test_a_slash_command_writes_a_report(run: Path, open_app: Open, tmp_path: Path) -> None:
    """`/report html` asks where at once; an unknown format names those that there are."""
    async with open_app(run) as pilot:
        await pilot.press("i", "slash", *"report html", "enter")
        await settle(pilot)
        assert not (tmp_path / "mladvisor-resnet.html").exists()
        await pilot.press("enter", "escape")
        await settle(pilot)
        assert (tmp_path / "mladvisor-resnet.html").exists()
        await pilot.press("slash", *"report pdf", "enter")
        await settle(pilot)
        assert any("one of md" in str(one.message) for one in pilot.app._notifications)


async def test_the_palette_opens_once(run: Path, open_app: Open) -> None:
    """Its key closes it again; over a help that covers it, no second one is opened."""
    async with open_app(run) as pilot:
        depth = len(pilot.app.screen_stack)
        await pilot.press("ctrl+p", "ctrl+p")
        await settle(pilot)
        assert len(pilot.app.screen_stack) == depth
        await pilot.press("ctrl+p", "f1", "ctrl+p")
        await settle(pilot)
        assert sum(type(one).__name__ == "CommandPalette" for one in pilot.app.screen_stack) == 1


KEYS = (
    *"yYuNns123456789zixhdjkXpteRlmvg0wocqf", "right_square_bracket", "left_square_bracket", "full_stop", "comma",
    "plus", "minus", "slash", "question_mark", "enter", "escape", "escape", "escape", "tab", "up", "down", "left",
    "right", "home", "end", "ctrl+o", "ctrl+p", "f1", "f2", "ctrl+r", "ctrl+z",
)  # fmt: skip


@pytest.mark.parametrize("seed", [3, 7])
async def test_no_order_of_keys_breaks_it(run: Path, open_app: Open, seed: int) -> None:
    """A hundred and twenty keys as they come, on whatever screen they lead to, with the terminal changing its size."""
    chance = random.Random(seed)
    async with open_app(run) as pilot:
        for number in range(120):
            await pilot.press(chance.choice(KEYS))
            if not number % 20:
                await pilot.resize_terminal(*chance.choice([(120, 36), (80, 24), (60, 18), (30, 8)]))
        await settle(pilot)
        assert consultation(pilot.app).case is not None or len(pilot.app.screen_stack) > 1
