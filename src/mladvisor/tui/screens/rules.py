"""Rules: all knowledge there is, to read, and to test on the run at hand."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.widgets import Input
from textual.worker import get_current_worker

from mladvisor.render.cells import Cell, Row, Style
from mladvisor.render.text import fit, paragraph
from mladvisor.tui.bindings import bindings_of
from mladvisor.tui.screens.base import Page, title_of
from mladvisor.tui.widgets.bars import KeyBar, TitleBar
from mladvisor.tui.widgets.ink import Line, Sheet

if TYPE_CHECKING:
    from mladvisor.rulebook import Rulebook
    from mladvisor.tui.case import Case


class Entry(NamedTuple):
    """One rule in the list."""

    id: str
    title: str
    section: str


class RuleList(Sheet, can_focus=True, inherit_bindings=False):
    """The rules by section."""


class RulesScreen(Page):
    """A list and a page."""

    BINDINGS = bindings_of("rules")
    AUTO_FOCUS = "#list"
    name_shown = "Rules"

    def __init__(self, case: Case | None, rules: tuple[str, ...]) -> None:
        super().__init__()
        self.case, self.rules = case, rules
        self.book: Rulebook | None = case.session.rulebook if case is not None else None
        self.entries: list[Entry] = []
        self.chosen = ""
        self._words = ""
        self._verdict: dict[str, list[tuple[str, Style]]] = {}

    def compose(self) -> ComposeResult:
        yield TitleBar(self.name_shown)
        yield Input(id="filter", placeholder="filter by id or words of the title")
        with Horizontal(classes="columns"):
            yield RuleList(id="list", classes="pane")
            yield Sheet(id="page", classes="pane")
        yield KeyBar()

    def on_mount(self) -> None:
        self.query_one("#list").border_title = "Causes and findings"
        about = f"t tests a rule on {self.case.name}" if self.case is not None and self.case.path else ""
        self.query_one(TitleBar).tell(about=about)
        if self.book is None:
            self.run_worker(self._load, thread=True, exclusive=True, exit_on_error=False)
        else:
            self._loaded(self.book)

    def _load(self) -> None:
        from mladvisor.rulebook.load import load_leniently

        book, errors = load_leniently(self.rules, texts=False)
        if not get_current_worker().is_cancelled:
            self.app.call_from_thread(self._loaded, book)
            if errors:
                self.app.call_from_thread(
                    self.notify, f"{len(errors)} errors in the rules", severity="warning", markup=False
                )

    def _loaded(self, book: Rulebook) -> None:
        self.book = book
        causes = [Entry(one.id, one.doc.title, f"Causes: {one.doc.family}") for one in book.causes.values()]
        findings = [
            Entry(one.id, one.doc.title, _section(one.entry.origin.source.file)) for one in book.findings.values()
        ]
        questions = [Entry(one.question, one.ask, "Questions") for one in book.questions.values()]
        questions += [Entry(one.id, one.doc.ask, "Questions") for one in book.menus.values()]
        questions += [Entry(one.handover, one.ask, "Questions") for one in book.handovers.values()]
        self.entries = [*sorted(causes, key=_order), *sorted(findings, key=_order), *sorted(questions, key=_order)]
        selected = self.case.selected if self.case is not None else ""
        self.chosen = selected if selected in book.causes else self.entries[0].id if self.entries else ""
        count = len(book.causes)
        self.query_one(TitleBar).tell(state=f"{count} causes, {len(book.findings)} findings")
        self._draw()

    def _shown(self) -> list[Entry]:
        words = self._words.lower().split()
        return [
            one for one in self.entries if all(word in f"{one.id} {one.title} {one.section}".lower() for word in words)
        ]

    def _draw(self) -> None:
        shown = self._shown()
        if shown and self.chosen not in {one.id for one in shown}:
            self.chosen = shown[0].id
        sheet = self.query_one("#list", Sheet)
        sheet.show(lambda columns: _list(shown, self.chosen, columns), chosen=self.chosen)
        sheet.choose(self.chosen)
        self._page()

    def _page(self) -> None:
        from mladvisor.report.rule_pages import page

        book, name = self.book, self.chosen
        if book is None or not name:
            return
        told = self._verdict.get(name, [])

        def build(columns: int) -> list[Row]:
            rows: list[Row] = []
            for text, style in told:
                rows += paragraph(text, columns, style=style)
            return [*rows, *([[]] if rows else []), *page(book, name, columns)]

        sheet = self.query_one("#page", Sheet)
        sheet.border_title = title_of(name)
        sheet.show(build, top=True)

    # Keys

    def action_move(self, by: int) -> None:
        shown = [one.id for one in self._shown()]
        if shown:
            at = shown.index(self.chosen) if self.chosen in shown else 0
            self.chosen = shown[max(0, min(len(shown) - 1, at + by))]
            self._draw()

    def key_down(self) -> None:
        if self.focused is not None and self.focused.id == "list":
            self.action_move(1)

    def key_up(self) -> None:
        if self.focused is not None and self.focused.id == "list":
            self.action_move(-1)

    def action_read_page(self) -> None:
        self.query_one(".columns").add_class("-reading")
        self.set_focus(self.query_one("#page"))

    def go_back(self) -> bool:
        box, columns = self.query_one("#filter", Input), self.query_one(".columns")
        if columns.has_class("-reading"):
            columns.remove_class("-reading")
            self.set_focus(self.query_one("#list"))
        elif box.has_class("-open"):
            box.clear()
            box.remove_class("-open")
            self.set_focus(self.query_one("#list"))
        else:
            return False
        return True

    def action_filter(self) -> None:
        box = self.query_one("#filter", Input)
        box.add_class("-open")
        self.set_focus(box)

    @on(Input.Changed, "#filter")
    def _typed(self, event: Input.Changed) -> None:
        self._words = event.value
        self._draw()

    @on(Input.Submitted, "#filter")
    def _submitted(self) -> None:
        self.set_focus(self.query_one("#list"))

    @on(Sheet.Clicked, "#list")
    def _clicked(self, event: Sheet.Clicked) -> None:
        self.chosen = event.key
        self._draw()
        if event.chain > 1:
            self.action_read_page()

    def action_copy_block(self) -> None:
        self.app.copy_to_clipboard(self.query_one("#page", Sheet).plain)
        self.notify("Copied", markup=False)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action == "test_rule":
            return self.case is not None and self.case.session.run is not None
        return True

    def action_test_rule(self) -> None:
        """Judge the rule on the run, in a thread: a measurement on demand may take a while. Escape leaves it."""
        if self.case is not None and self.chosen:
            name = self.chosen
            self._verdict[name] = [("testing …", "dim")]
            self._page()
            self.run_worker(lambda: self._test(name), thread=True, exclusive=True, group="test", exit_on_error=False)

    def _test(self, name: str) -> None:
        assert self.case is not None
        worker = get_current_worker()
        told = verdict_on(self.case, name)
        if not worker.is_cancelled and self.is_attached:
            self.app.call_from_thread(self._tested, name, told)

    def _tested(self, name: str, told: list[tuple[str, Style]]) -> None:
        self._verdict[name] = told
        self._page()


def verdict_on(case: Case, name: str) -> list[tuple[str, Style]]:
    """What a rule says of this run: fires, silent or unknown with what is missing; a cause: its probability."""
    from mladvisor.diagnosis.phrases import percent

    book, state = case.session.rulebook, case.session.state
    run = case.name
    if name in book.findings:
        judged = state.judged[name]
        if judged.degree is None:
            word = "does not apply to" if judged.state == "not-applicable" else "? unknown on"
            lines: list[tuple[str, Style]] = [(f"{word} {run}" + (f": {judged.note}" if judged.note else ""), "warn")]
            if judged.missing:
                lines.append(("missing: " + ", ".join(judged.missing), "dim"))
            return lines
        sentence = book.sentence(judged, state.scope)
        if judged.present:
            return [(f"✗ fires on {run} (degree {judged.degree:.2f})", "bad"), (sentence, "")]
        return [(f"✓ silent on {run} (degree {judged.degree:.2f})", "good"), (sentence, "")]
    if name in book.causes:
        at = state.network.causes.index(name)
        if not state.possible[at]:
            return [(f"impossible on {run}", "warn")]
        return [(f"{percent(float(state.belief.probability[at]))} on {run}", "accent")]
    answer = case.session.answers.get(name)
    return [(f"answered: {answer}" if answer is not None else f"not answered for {run}", "accent")]


def _section(file: str) -> str:
    """The folder that a rule stands in, as a heading."""
    parts = file.replace("\\", "/").split("/")
    return parts[-2].replace("-", " ").capitalize() if len(parts) > 1 else "Rules"


def _order(entry: Entry) -> tuple[str, str]:
    return entry.section, entry.title.lower()


def _list(entries: list[Entry], chosen: str, columns: int) -> list[Line]:
    if not entries:
        return [Line([Cell("no rule of that name", "dim")])]
    lines: list[Line] = []
    section = ""
    for one in entries:
        if one.section != section:
            section = one.section
            lines += [*([Line([])] if lines else []), Line([Cell(section, "accent")])]
        here = one.id == chosen
        lines.append(
            Line(
                [Cell("▌" if here else " ", "accent"), Cell(fit(one.title, columns - 1), "strong" if here else "")],
                one.id,
            )
        )
    return lines
