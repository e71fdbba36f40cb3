"""The report: what it will say, and files to write it to."""

from __future__ import annotations

import re
from pathlib import Path

from textual import on
from textual.app import ComposeResult
from textual.widgets import Input

from mladvisor.render.cells import Row
from mladvisor.tui.bindings import bindings_of
from mladvisor.tui.case import Case
from mladvisor.tui.screens.base import Page, title_of
from mladvisor.tui.widgets.bars import KeyBar, TitleBar
from mladvisor.tui.widgets.ink import Sheet

FORMS = {"md": "Markdown", "html": "HTML", "json": "JSON", "talk": "The conversation"}


class ReportScreen(Page):
    """A preview, and m, h, j or t to write it where the person says.

    Args:
        write: the form to ask a place for at once.
    """

    BINDINGS = bindings_of("report")
    AUTO_FOCUS = "#report"
    name_shown = "Report"

    def __init__(self, case: Case, *, write: str = "") -> None:
        super().__init__()
        self.case = case
        self.full = False
        self.form = write

    def compose(self) -> ComposeResult:
        yield TitleBar(self.name_shown)
        yield Sheet(id="report", classes="pane")
        yield Input(id="where", name="Write", select_on_focus=False)
        yield KeyBar()

    def on_mount(self) -> None:
        self.query_one(TitleBar).tell(
            about=self.case.path or "what you told", state="m h j t write a file where you say"
        )
        self._draw()
        if self.form:
            self.action_export(self.form)

    def _draw(self) -> None:
        from mladvisor.report.text import page

        glyphs = self.advisor.settings.glyphs

        def build(columns: int) -> list[Row]:
            return page(self.case.story, width=columns, glyphs=glyphs, full=self.full)

        sheet = self.query_one("#report", Sheet)
        sheet.border_title = title_of("Everything" if self.full else "What matters most (f: everything)")
        sheet.show(build, top=True)

    def action_full(self) -> None:
        self.full = not self.full
        self._draw()

    def action_copy_block(self) -> None:
        from mladvisor.report.markdown import page

        self.app.copy_to_clipboard(page(self.case.story))
        self.notify("Copied as Markdown", markup=False)

    def action_export(self, form: str) -> None:
        """Ask where to write; the place that is offered is free."""
        self.form = form
        line = self.query_one("#where", Input)
        line.border_title = title_of(f"Write {FORMS[form]} to")
        line.border_subtitle = title_of("enter writes · esc does not")
        line.value = str(free_place(self.case, form, Path.cwd()))
        line.cursor_position = len(line.value)
        line.add_class("-open")
        self.set_focus(line)

    @property
    def _asking(self) -> bool:
        return self.query_one("#where").has_class("-open")

    def go_back(self) -> bool:
        """Escape leaves the line, and nothing is written."""
        if not self._asking:
            return False
        self.query_one("#where").remove_class("-open")
        self.set_focus(self.query_one("#report"))
        return True

    @on(Input.Submitted, "#where")
    def _written(self, event: Input.Submitted) -> None:
        said = event.value.strip()
        if not said:
            self.go_back()
            return
        try:
            path = write(self.case, self.form, Path(said).expanduser())
        except FileExistsError:
            self.advisor.say("That file is there already: choose another name.", warn=True)
            return
        except (OSError, RuntimeError, ValueError) as error:  # no such user, a NUL in the name
            self.advisor.say(f"It cannot be written there ({getattr(error, 'strerror', None) or error}).", warn=True)
            return
        self.advisor.written.append(path)
        self.go_back()
        self.query_one(TitleBar).tell(state=f"written: {path.name}")


def free_place(case: Case, form: str, folder: Path) -> Path:
    """A file in `folder` for the report (md, html, json) or the conversation (talk) that is not there yet."""
    short = re.sub(r"[^A-Za-z0-9._-]+", "-", case.name)[:60].strip("-.") or "run"
    ending = "talk.md" if form == "talk" else form
    number = 1
    while (path := folder / f"mladvisor-{short}{f'-{number}' if number > 1 else ''}.{ending}").exists():
        number += 1
    return path


def write(case: Case, form: str, path: Path) -> Path:
    """Write the report or the conversation, never over another file; the whole path. A folder gets a file of its own.

    Raises:
        OSError: it cannot be written; `FileExistsError`: the file is there already.
    """
    if form == "md":
        from mladvisor.report.markdown import page as markdown

        text = markdown(case.story)
    elif form == "html":
        from mladvisor.report.html import page as html

        text = html([case.story])
    elif form == "talk":
        from mladvisor.report.case import markdown as conversation

        text = conversation(case.session)
    else:
        from mladvisor.report.json import document

        text = document([case.diagnosis])
    if path.is_dir():
        path = free_place(case, form, path)
    with path.open("x", encoding="utf-8") as file:
        file.write(text)
    return path.resolve()
