"""What is typed stays text, at every size and however busy the advisor is; and what the app says to it."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from textual import events
from textual.widgets import Input

from mladvisor.consultation.interpret.heard import Heard, Note, Unsure
from mladvisor.tui.actions import ACTIONS
from mladvisor.tui.app import AdvisorApp, Source
from mladvisor.tui.case import Case
from mladvisor.tui.screens.consultation import ConsultationScreen
from mladvisor.tui.screens.overlay import Overlay
from mladvisor.tui.widgets.ink import Sheet

from .conftest import Open, screen_text, settle, write_run

SIZES = pytest.mark.parametrize("size", [(120, 36), (80, 24), (60, 18)])


def page(pilot: object) -> ConsultationScreen:
    """The consultation that is open."""
    return next(one for one in pilot.app.screen_stack if isinstance(one, ConsultationScreen))  # type: ignore[attr-defined]


def words_of(screen: ConsultationScreen) -> list[str]:
    """What the person said so far."""
    assert screen.case is not None
    return [one.words for one in screen.case.said if one.who == "you"]


@SIZES
async def test_a_sentence_after_an_answer_is_no_row_of_keys(
    run: Path, open_app: Open, tmp_path: Path, size: tuple[int, int]
) -> None:
    """The line keeps the focus after an answer, a change of size and a click on a tab, until escape."""
    async with open_app(run, size=size) as pilot:
        screen = page(pilot)
        before = set(tmp_path.iterdir())
        await pilot.press("i", *"why?", "enter")
        await settle(pilot)
        assert screen.query_one("#talk").display
        await pilot.press(*"yes I shuffle my data h m")
        await settle(pilot)
        assert pilot.app.screen is screen and screen.case is not None
        assert screen.query_one("#prompt", Input).value == "yes I shuffle my data h m"
        assert not screen.case.session.answers and set(tmp_path.iterdir()) - before <= {tmp_path / "state"}
        await pilot.resize_terminal(100 if size[0] > 100 else 130, 30)
        await settle(pilot)
        screen.action_show_pane("curve")
        await settle(pilot)
        await pilot.press("n")
        assert screen.query_one("#prompt", Input).value.endswith("mn")
        await pilot.press("ctrl+u", "enter", "y")
        assert screen.query_one("#prompt", Input).value == "y"
        await pilot.press("escape")
        assert pilot.app.focused is not None and pilot.app.focused.id == screen.pane
        await pilot.press("n")
        await settle(pilot)
        assert screen.case.answers_given == 1


@SIZES
async def test_a_choice_is_given_in_the_line(
    run: Path, open_app: Open, size: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where several readings are offered, the line keeps the focus and takes the number."""
    notes = tuple(Note(name, "yes", name, "rows or labels", 0.4) for name in ("same-rows", "labels-doubtful"))
    both = Heard("rows or labels", unsure=(Unsure("rows or labels", notes),))
    monkeypatch.setattr("mladvisor.consultation.interpret.interpret", lambda *_, **__: both)
    async with open_app(run, size=size) as pilot:
        screen = page(pilot)
        assert screen.case is not None
        await pilot.press("i", *"rows or labels", "enter")
        await settle(pilot)
        assert len(screen.case.choices) == 3 and screen.query_one("#prompt", Input).has_focus
        await pilot.press("1", "enter")
        await settle(pilot)
        assert screen.case.session.answers == {"same-rows": "yes"}
        assert not screen.case.choices and screen.query_one("#prompt", Input).has_focus


async def test_sentences_that_are_sent_at_once_are_read_one_by_one(
    run: Path, open_app: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While the phrases are made, what is typed stays, and what is sent waits for its turn, each by itself."""
    release = threading.Event()
    ready = threading.Event()
    quick = Case.is_quick

    def prepare(self: Case) -> None:
        release.wait(10)
        ready.set()

    monkeypatch.setattr(Case, "prepare", prepare)
    monkeypatch.setattr(Case, "is_quick", lambda self, words: ready.is_set() and quick(self, words))
    async with open_app(run, size=(80, 24)) as pilot:
        screen = page(pilot)
        await pilot.press("i", *"the labels are wrong", "enter", *"why?", "enter", *"zzz", "enter", *"and yes")
        await pilot.pause()
        assert "reading your words" in screen_text(pilot.app)
        assert screen.query_one("#prompt", Input).value == "and yes" and not words_of(screen)
        release.set()
        await settle(pilot)
        await settle(pilot)
        assert words_of(screen) == ["the labels are wrong", "why?", "zzz"]
        assert screen.query_one("#prompt", Input).value == "and yes"


async def test_a_line_is_empty_when_it_is_sent(run: Path, open_app: Open) -> None:
    """Keys that come before the sentence is taken from the line belong to the next one; a paste is one line."""
    async with open_app(run) as pilot:
        screen = page(pilot)
        await pilot.press("i")
        line = screen.query_one("#prompt", Input)
        line.value = "why?"
        for key, character in (
            ("enter", None),
            ("z", "z"),
            ("q", "q"),
            ("backspace", None),
            ("y", "y"),
            ("enter", None),
            ("x", "x"),
        ):
            pilot.app.post_message(events.Key(key, character))
        await settle(pilot)
        assert words_of(screen) == ["why?", "zy"] and line.value == "x"
        line.post_message(events.Paste(" and\n\nmore"))
        await settle(pilot)
        assert line.value == "xand more"


async def test_what_is_sent_while_the_run_is_read_is_all_read(
    run: Path, open_app: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two sentences before the run is there: both are answered when it is."""
    from mladvisor.tui.screens.consultation.reading import Reading

    begin = Reading._begin
    monkeypatch.setattr(Reading, "_begin", lambda self: None)
    app = AdvisorApp(Source(str(run)))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        screen = page(pilot)
        await pilot.press("i", *"zzz", "enter", *"qqq", "enter")
        begin(screen)
        await settle(pilot)
        await settle(pilot)
        assert words_of(screen) == ["zzz", "qqq"]


@SIZES
async def test_an_explanation_asked_for_in_words_is_told_in_the_conversation(
    run: Path, open_app: Open, size: tuple[int, int]
) -> None:
    """No window opens, one goes on typing, and the whole page is one key away."""
    async with open_app(run, size=size) as pilot:
        screen = page(pilot)
        await pilot.press("i", *"what is overfitting?", "enter")
        await settle(pilot)
        assert pilot.app.screen is screen
        talk = screen.query_one("#talk", Sheet).plain
        assert "learns the rows by heart" in talk and "F3 shows the whole page" in talk and "Signs of it" not in talk
        await pilot.press("y", "f3")
        await settle(pilot)
        assert isinstance(pilot.app.screen, Overlay)
        assert "Signs of it" in pilot.app.screen.query_one("#body", Sheet).plain
        await pilot.press("escape", "z")
        assert screen.query_one("#prompt", Input).value == "yz"


@pytest.mark.parametrize(
    "keys", [("h",), ("w",), ("X",), ("x",), ("f2",), ("i",), ("ctrl+p",), ("e", "m"), ("R", "slash")]
)
async def test_help_lists_the_live_keys_everywhere(run: Path, open_app: Open, keys: tuple[str, ...]) -> None:
    """Over any window and in any line, help says how to leave it and what else works."""
    async with open_app(run) as pilot:
        await pilot.press(*keys)
        await settle(pilot)
        below = pilot.app.screen
        live = {one.binding.id for one in below.active_bindings.values() if one.enabled}
        own = {
            one.binding.description
            for one in below.active_bindings.values()
            if one.node is below and one.binding.id is None and one.binding.show
        }
        await pilot.press("f1")
        await settle(pilot)
        text = pilot.app.screen.query_one("#body", Sheet).plain
        for one in (*(action.verb for action in ACTIONS if action.id in live), *own):
            assert one in text, one
        assert "esc" in text and "F1" in text and "Leave" in text
        await pilot.press("f1")
        assert pilot.app.screen is below


@pytest.mark.parametrize("size", [(120, 36), (80, 24)])
async def test_a_pane_is_enlarged_and_put_back(run: Path, open_app: Open, size: tuple[int, int]) -> None:
    """f gives a pane more room, over the question where panes are tabs; what cannot be seen is not answered."""
    async with open_app(run, size=size) as pilot:
        screen = page(pilot)
        assert screen.case is not None
        height = screen.query_one("#causes").size.height
        await pilot.press("f")
        await settle(pilot)
        assert screen.query_one("#causes").size.height > height
        hidden = size[0] < 110
        assert screen.query_one("#ask").display is not hidden
        await pilot.press("y")
        await settle(pilot)
        assert screen.case.answers_given == (0 if hidden else 1)
        await pilot.press("escape")
        await settle(pilot)
        assert screen.query_one("#ask").display and screen.query_one("#causes").size.height <= height
        await pilot.press("f", "i")
        await settle(pilot)
        assert screen.query_one("#prompt").has_focus and screen.query_one("#ask").display


async def test_a_notice_takes_few_lines_and_breaks_no_path(run: Path) -> None:
    """A long path loses its middle; it is not broken over lines."""
    app = AdvisorApp(Source(str(run)))
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await settle(pilot)
        app.say(f"Not read: {'/very/long' * 9}/metrics.csv")
        await settle(pilot)
        [notice] = pilot.app.screen.query("Toast")
        assert notice.size.height <= 2
        assert any("…" in line and "metrics.csv" in line for line in screen_text(pilot.app).splitlines())


async def test_nothing_is_written_where_nobody_said(run: Path, open_app: Open, tmp_path: Path) -> None:
    """A key of the report asks where, with a free place; escape writes nothing; no file is ever overwritten."""
    async with open_app(run, size=(80, 24)) as pilot:
        await pilot.press("e")
        await settle(pilot)
        await pilot.press("m", "escape")
        await settle(pilot)
        assert not list(tmp_path.glob("mladvisor-*"))
        await pilot.press("h")
        line = pilot.app.screen.query_one("#where", Input)
        assert line.value == str(tmp_path / "mladvisor-resnet.html")
        assert "enter Write" in screen_text(pilot.app)
        line.value = str(tmp_path / "nowhere" / "x.html")
        await pilot.press("enter")
        await settle(pilot)
        assert line.has_focus and not pilot.app.written
        (tmp_path / "mine.html").write_text("mine")
        line.value = str(tmp_path / "mine.html")
        await pilot.press("enter")
        await settle(pilot)
        assert line.has_focus and (tmp_path / "mine.html").read_text() == "mine"
        (tmp_path / "pages").mkdir()
        line.value = str(tmp_path / "pages")
        await pilot.press("enter")
        await settle(pilot)
        assert pilot.app.written == [tmp_path / "pages" / "mladvisor-resnet.html"]
        assert "written: mladvisor-resnet.html" in screen_text(pilot.app) and not pilot.app.screen.query(
            "Toast.-information"
        )


async def test_each_key_is_offered_once(run: Path, open_app: Open) -> None:
    """Where no question is open, `i` stands in the line alone."""
    async with open_app(run) as pilot:
        for _ in range(9):
            await pilot.press("s")
            await settle(pilot)
        text = screen_text(pilot.app)
        assert "No open question" in text
        assert "tell me more" not in text and text.count(" i  ") == 1


async def test_a_replaced_log_is_told_and_is_no_training_that_goes_on(
    run: Path, open_app: Open, tmp_path: Path
) -> None:
    """A finished run's log put in the place of another's: the conversation says so, the title does not say training."""
    import os

    async with open_app(run) as pilot:
        other = write_run(tmp_path / "other", best=59)
        text = (other / "metrics.csv").read_text().replace(",1.0000,1.0000,", ",0.7200,0.9000,")
        (run / "metrics.csv").write_text(text)
        os.utime(run, (1, 1))
        await pilot.press("ctrl+r")
        await settle(pilot)
        await settle(pilot)
        talk = page(pilot).query_one("#talk", Sheet).plain
        assert "replaced" in talk and "went on" not in talk
        assert "still training" not in screen_text(pilot.app)
        assert any("replaced" in str(one.message) for one in pilot.app._notifications)


@pytest.mark.parametrize("size", [(120, 30), (80, 18)])
async def test_a_long_reply_is_read_from_its_start(run: Path, open_app: Open, size: tuple[int, int]) -> None:
    """The conversation shows the words that were sent, and the first lines of the reply; a short one, all before it."""
    async with open_app(run, size=size) as pilot:
        screen = page(pilot)
        talk = screen.query_one("#talk", Sheet)
        await pilot.press("i", *"help", "enter")
        await settle(pilot)
        assert talk.max_scroll_y > talk.scroll_y > 0
        assert talk.plain.split("\n")[round(talk.scroll_y)] == "› help"
        talk.scroll_to(y=2, animate=False, immediate=True)
        screen._draw()
        await settle(pilot)
        assert round(talk.scroll_y) == 2  # what is read stays where it is as long as nothing new is said
        await pilot.press(*"zzz", "enter")
        await settle(pilot)
        shown = talk.plain.split("\n")[round(talk.scroll_y) :]
        assert "› zzz" in shown and "I did not understand" in "".join(shown[shown.index("› zzz") :])


@SIZES
async def test_keys_that_are_letters_now_say_so(run: Path, open_app: Open, size: tuple[int, int]) -> None:
    """While the line has the focus, the keys of the question stand behind the one that leaves the line."""
    async with open_app(run, size=size) as pilot:
        screen = page(pilot)
        question = screen.query_one("#question", Sheet)
        assert "why?" in question.plain and " esc " not in question.plain
        await pilot.press("i", *"why?", "enter")
        await settle(pilot)
        assert screen.query_one("#prompt", Input).has_focus
        assert " esc  then " in question.plain and "why?" in question.plain
        await pilot.press("escape")
        await settle(pilot)
        assert " esc " not in question.plain
