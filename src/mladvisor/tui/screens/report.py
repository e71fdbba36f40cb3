"""The report: what it will say, and files to write it to."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from textual.app import ComposeResult

from mladvisor.render.cells import Row
from mladvisor.tui.bindings import bindings_of
from mladvisor.tui.case import Case
from mladvisor.tui.screens.base import Page, title_of
from mladvisor.tui.widgets.bars import KeyBar, TitleBar
from mladvisor.tui.widgets.ink import Sheet

if TYPE_CHECKING:
    from mladvisor.tui.app import AdvisorApp

FORMS = {"md": "Markdown", "html": "HTML", "json": "JSON", "talk": "The conversation"}


class ReportScreen(Page):
    """A preview, and m, h or j to write it."""

    BINDINGS = bindings_of("report")
    AUTO_FOCUS = "#report"
    name_shown = "Report"

    def __init__(self, case: Case) -> None:
        super().__init__()
        self.case = case
        self.full = False

    def compose(self) -> ComposeResult:
        yield TitleBar(self.name_shown)
        yield Sheet(id="report", classes="pane")
        yield KeyBar()

    def on_mount(self) -> None:
        self.query_one(TitleBar).tell(about=self.case.path or "what you told", state="m h j t write a file here")
        self._draw()

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
        path = export(self.advisor, self.case, form)
        if path is not None:
            self.query_one(TitleBar).tell(state=f"written: {path.name}")


def export(app: AdvisorApp, case: Case, form: str) -> Path | None:
    """Write the report into the current folder and say where; None, with a notice, when it cannot be written."""
    try:
        path = write(case, form, Path())
    except OSError as error:
        app.say(f"The report could not be written ({error.strerror}).", warn=True)
        return None
    app.written.append(path)
    app.say(f"{FORMS[form]} written: {path}")
    return path


def write(case: Case, form: str, folder: Path) -> Path:
    """Write the report (md, html, json) or the conversation (talk) into a folder, never over another file; its path.

    Raises:
        OSError: it cannot be written.
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
    short = re.sub(r"[^A-Za-z0-9._-]+", "-", case.name)[:60].strip("-.") or "run"
    number = 1
    while True:
        ending = "talk.md" if form == "talk" else form
        path = folder / f"mladvisor-{short}{f'-{number}' if number > 1 else ''}.{ending}"
        try:
            with path.open("x", encoding="utf-8") as file:
                file.write(text)
        except FileExistsError:
            number += 1
            continue
        return path.resolve()
