"""What the main screen shows of a case: ranking, verdict, evidence, curve, transcript, question."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from textual.timer import Timer

from mladvisor.tui.screens.base import Page, title_of
from mladvisor.tui.widgets.bars import TitleBar
from mladvisor.tui.widgets.ink import Sheet
from mladvisor.tui.widgets.plot_view import PlotView

if TYPE_CHECKING:
    from mladvisor.tui.app import Source
    from mladvisor.tui.case import Case
    from mladvisor.tui.curves import Drawing


PAINTED = 1 / 30
"""Seconds in which a repaint is through: two of Textual's frames. What takes longer to work out waits for them."""
LOW = 30
"""A screen lower than this gives the verdict one row less."""
OTHERS = 13
"""Rows that the rest of the screen needs beside a question."""
FRAMES = 8
"""Steps in which a bar reaches its new length, a thirtieth of a second each."""


class Drawn(Page):
    """A page with a case on it.

    Attributes:
        case: what is consulted about; None while it is read.
    """

    def __init__(self, source: Source) -> None:
        super().__init__()
        self.source = source
        self.case: Case | None = None
        self.pane = "causes"
        self._number: int | None = None  # of the piece of evidence in the plot
        self._shares: dict[str, float] = {}
        self._moving: Timer | None = None
        self._rest: Timer | None = None
        self._cache: dict[tuple[int, float], Any] = {}
        self._seen: object = None
        self._gone = False
        self._looking = False
        self._broken = False  # nothing could be read
        self._checking = False

    @property
    def is_settled(self) -> bool:
        """Whether everything is drawn as the case stands."""
        return self._rest is None

    def _wait(self, doing: str) -> None:
        from mladvisor.render.cells import Cell

        self.query_one("#question", Sheet).show(lambda _: [[Cell(doing, "dim")]])

    def _draw(self, *, keep_curve: bool = False) -> None:
        """Everything, after a change. The ranking comes first: it is what a person waits for."""
        case = self.case
        if case is None:
            return
        self._draw_causes(move=True)
        if self._rest is not None:
            self._rest.stop()
        self._rest = self.set_timer(PAINTED, lambda: self._draw_rest(keep_curve))

    def _draw_causes(self, *, move: bool = False) -> None:
        from mladvisor.tui.panes.ranking import cause_lines

        case = self.case
        assert case is not None
        if move:
            self._move()
        self.query_one("#causes", Sheet).show(
            lambda columns: cause_lines(case.ranking, self._shares, case.selected, columns), chosen=case.selected
        )
        self.query_one("#causes", Sheet).choose(case.selected)

    def _draw_rest(self, keep_curve: bool = False) -> None:
        from mladvisor.tui.panes.talk import said_key, talk_lines
        from mladvisor.tui.panes.verdict import ROWS, invitation_lines, verdict_lines

        case, self._rest = self.case, None
        if case is None or not self.is_attached:
            return
        self._draw_question()
        story = case.story
        self.query_one("#verdict", Sheet).show(
            invitation_lines
            if case.is_fresh
            else lambda columns: verdict_lines(story, columns, ROWS - (self.size.height < LOW))
        )
        details = [part for part in story.about if part != "may still be training"]
        self.query_one(TitleBar).tell(about=case.path or "no run", details=details, state=self._state())
        newest = said_key(case.newest) if case.newest else ""
        self.query_one("#talk", Sheet).show(lambda columns: talk_lines(case.said, columns), start=newest)
        self._draw_selected(keep_curve=keep_curve)
        self.advisor.last_journal = case.journal
        if case.problem:
            self.notify(case.problem, severity="warning", markup=False)
            case.problem = ""
        self.refresh_bindings()

    def _draw_selected(self, *, keep_curve: bool = False) -> None:
        """Evidence and curve of the selected cause."""
        from mladvisor.tui.panes.evidence import evidence_lines

        case = self.case
        assert case is not None
        pane = self.query_one("#evidence", Sheet)
        pane.show(lambda columns: evidence_lines(case, case.selected, self._number, columns), top=self._number is None)
        placed = case.evidence(case.selected) if case.selected != "healthy" else []
        curve = self.query_one("#curve", PlotView)
        current = placed[self._number % len(placed)] if self._number is not None and placed else None
        pane.choose(f"evidence:{current.finding}" if current else "")
        curve.border_title = title_of("Curve" if current is None else current.title)
        count = len(placed)
        note = f"[ ] show {count} piece{'s' * (count != 1)} of evidence" if count else ""
        if self._number is not None and count:
            note = f"[ ] evidence {self._number % count + 1} of {count}"
        curve.border_subtitle = title_of(note)
        if not keep_curve:
            curve.show(self._drawing())
        self.refresh_bindings()  # escape goes back from a piece of evidence

    @property
    def _typing(self) -> bool:
        return self.focused is not None and self.focused.id == "prompt"

    def _drawing(self) -> Drawing | None:
        from mladvisor.tui.curves import Drawing

        case = self.case
        assert case is not None
        panel = case.picture(case.selected, self._number)
        return Drawing(panel, self._cache) if panel is not None else None

    def _draw_question(self) -> None:
        from mladvisor.tui.panes.question import BOX, question_lines, question_title

        case = self.case
        assert case is not None
        title, note = question_title(case.step, case.answers_given + 1, fresh=case.is_fresh)
        box = self.query_one("#ask")
        box.border_title, box.border_subtitle = title_of(title), title_of(note)
        curves = case.session.run is not None and bool(case.session.run.curves)
        self.query_one("#question", Sheet).show(
            lambda columns: question_lines(
                case.step,
                case.choices,
                columns,
                fresh=case.is_fresh,
                curves=curves,
                picked=case.picked,
                box=max(6, min(BOX, self.size.height - OTHERS)),
                typing=self._typing,
            )
        )

    def _state(self) -> str:
        case = self.case
        assert case is not None
        count = case.answers_given
        parts = [f"{count} answer{'s' * (count != 1)}"] if count else []
        if self._gone:
            parts.append("! folder is gone")
        elif case.session.run is not None and case.session.run.growing:
            parts.append("● still training" if self.advisor.settings.follow else "○ still training, not followed")
        return " · ".join(parts)

    def _move(self) -> None:
        """Let the bars go to their new lengths."""
        case = self.case
        assert case is not None
        target = {one.cause: one.probability for one in case.ranking}
        if self._moving is not None:
            self._moving.stop()
        if self.app.animation_level == "none" or not self._shares:
            self._shares = target
            return
        start, step = {**target, **self._shares}, 0

        def frame() -> None:
            nonlocal step
            step += 1
            done = 1 - (1 - step / FRAMES) ** 3
            self._shares = {cause: start[cause] + (share - start[cause]) * done for cause, share in target.items()}
            if step >= FRAMES and self._moving is not None:
                self._moving.stop()
            self._draw_causes()

        self._moving = self.set_interval(1 / 30, frame)
