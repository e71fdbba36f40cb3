"""Plots: every curve of the run full size, with zoom, pan, scale, smoothing, and a second run beside."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from textual import on
from textual.app import ComposeResult
from textual.containers import Container
from textual.worker import get_current_worker

from mladvisor.errors import MladvisorError
from mladvisor.render.cells import Cell
from mladvisor.render.text import fit, shorten
from mladvisor.tui.belief import HEALTHY
from mladvisor.tui.bindings import bindings_of
from mladvisor.tui.case import Case
from mladvisor.tui.curves import Drawing
from mladvisor.tui.quantities import KINDS, Quantity, quantities
from mladvisor.tui.screens.base import Page, title_of
from mladvisor.tui.widgets.bars import KeyBar, TitleBar
from mladvisor.tui.widgets.ink import Line, Sheet
from mladvisor.tui.widgets.plot_view import PlotView

if TYPE_CHECKING:
    from mladvisor.features.measured import Where
    from mladvisor.runs.model import Run

SMOOTHING = (0.0, 0.01, 0.03, 0.1)
"""Widths of the moving mean, as shares of the curve."""


class Quantities(Sheet, can_focus=True, inherit_bindings=False):
    """What was logged."""


class PlotsScreen(Page):
    """One quantity at a time."""

    BINDINGS = bindings_of("plots")
    AUTO_FOCUS = "#view"
    name_shown = "Plots"

    def __init__(self, case: Case) -> None:
        super().__init__()
        self.case = case
        run = case.session.run
        self.quantities: list[Quantity] = quantities(run) if run is not None else []
        self.at = 0
        self.beside: Run | None = None
        self._number: int | None = None
        self._cache: dict[tuple[int, float], Any] = {}

    def compose(self) -> ComposeResult:
        yield TitleBar(self.name_shown)
        with Container(classes="columns -plots"):
            yield Quantities(id="quantities", classes="pane")
            with Container(id="views"):
                yield PlotView(id="view", classes="pane")
                yield PlotView(id="second", classes="pane")
        yield KeyBar()

    def on_mount(self) -> None:
        self.query_one("#quantities").border_title = "Logged"
        self.query_one("#second").display = False
        for view in self.query(PlotView):
            view.glyphs = self.advisor.settings.glyphs
        self.query_one(TitleBar).tell(about=self.case.path or "")
        self._draw()

    # Drawing

    def _evidence(self) -> list[tuple[str, Where]]:
        """(finding, place) of the evidence for the cause in view, strongest first."""
        cause = self.case.selected
        placed = self.case.evidence(cause) if cause != HEALTHY else []
        return [(one.title, one.where) for one in placed if one.where is not None]

    def _draw(self, *, keep: bool = False) -> None:
        view, second = self.query_one("#view", PlotView), self.query_one("#second", PlotView)
        if not self.quantities:
            return
        quantity = self.quantities[self.at]
        evidence = self._evidence()
        places = [where for _, where in evidence]
        if self._number is not None and evidence:
            places = [evidence[self._number % len(evidence)][1]]
        view.show(Drawing(quantity.panel(places), self._cache), keep=keep)
        view.border_title = title_of(self.case.name)
        if self.beside is not None:
            same = next(
                (one for one in quantities(self.beside) if (one.kind, one.name) == (quantity.kind, quantity.name)), None
            )
            second.empty = f"{self.beside.name} has no {quantity.name}"
            second.show(Drawing(same.panel([]), self._cache) if same else None)
            second.border_title = title_of(self.beside.name)
        self._note()
        self.query_one("#quantities", Sheet).show(self._list, chosen=str(self.at))
        self.query_one("#quantities", Sheet).choose(str(self.at))

    def _list(self, columns: int) -> list[Line]:
        from mladvisor.render.text import sparkline

        lines: list[Line] = []
        kind = ""
        for number, quantity in enumerate(self.quantities):
            if quantity.kind != kind:
                kind = quantity.kind
                lines += [Line([])] * bool(lines) + [Line([Cell(KINDS[kind], "accent")])]
            here = number == self.at
            longest = max(quantity.curves, key=len)
            values = longest.y[:: max(1, len(longest) // 400)].tolist()
            lead = Cell("▌" if here else " ", "accent")
            lines.append(
                Line(
                    [lead, Cell(fit(quantity.name, columns - 11)), Cell(" "), Cell(sparkline(values, 8), "train")],
                    str(number),
                )
            )
        return lines

    def _note(self) -> None:
        """What the plot is showing, in its border."""
        view = self.query_one("#view", PlotView)
        parts = []
        if view.drawing is not None:
            names = [
                (str(n + 1), curve.label or "curve", n in view.hidden)
                for n, curve in enumerate(view.drawing.panel.curves)
            ]
            if len(names) > 1:
                parts.append(
                    "   ".join(f"{number} {'○' if hidden else '●'} {label}" for number, label, hidden in names)
                )
        if view.scale != "auto":
            parts.append(view.scale)
        if view.smooth:
            parts.append(f"mean over {view.smooth:.0%}")
        if view.window is not None:
            low, high = view.window
            parts.append(f"{low:,.6g} to {high:,.6g}")
        evidence = self._evidence()
        if self._number is not None and evidence:
            at = self._number % len(evidence)
            parts.append(f"evidence {at + 1}/{len(evidence)}: {shorten(evidence[at][0], 40)}")
        view.border_subtitle = title_of(" · ".join(parts))

    # Keys

    def action_quantity(self, by: int) -> None:
        if self.quantities:
            self.at = (self.at + by) % len(self.quantities)
            self._number = None
            self._draw()

    @on(Sheet.Clicked, "#quantities")
    def _clicked(self, event: Sheet.Clicked) -> None:
        self.at = int(event.key)
        self._draw()

    @on(PlotView.Moved)
    def _moved(self, event: PlotView.Moved) -> None:
        for view in self.query(PlotView):
            if view is not event.view:
                view.window = event.view.window
                view.redraw()
        self._note()

    def _each(self, change: Any) -> None:
        for view in self.query(PlotView):
            change(view)
        self._note()

    def action_zoom(self, factor: float) -> None:
        self._each(lambda view: view.zoom(factor))

    def action_pan(self, share: float) -> None:
        self._each(lambda view: view.pan(share))

    def action_reset(self) -> None:
        self._each(lambda view: view.reset())

    def action_toggle_log(self) -> None:
        def change(view: PlotView) -> None:
            view.scale = {"auto": "log", "log": "linear", "linear": "auto"}[view.scale]  # type: ignore[assignment]
            view.redraw()

        self._each(change)

    def action_smooth(self) -> None:
        now = self.query_one("#view", PlotView).smooth
        wanted = SMOOTHING[(SMOOTHING.index(now) + 1) % len(SMOOTHING)]

        def change(view: PlotView) -> None:
            view.smooth = wanted
            view.redraw()

        self._each(change)

    def action_series(self, number: int) -> None:
        view = self.query_one("#view", PlotView)
        count = len(view.drawing.panel.curves) if view.drawing is not None else 0
        if number <= count and (number - 1 in view.hidden or len(view.hidden) < count - 1):
            self._each(lambda one: (one.hidden.symmetric_difference_update({number - 1}), one.redraw()))

    def action_evidence(self, by: int) -> None:
        evidence = self._evidence()
        if not evidence:
            self.notify("The selected cause has no evidence that lies on a curve.", markup=False)
            return
        count = len(evidence)
        self._number = (0 if by > 0 else count - 1) if self._number is None else (self._number + by) % count
        where = evidence[self._number][1]
        for number, quantity in enumerate(self.quantities):
            if any(curve.place.file == where.file and curve.place.column == where.column for curve in quantity.curves):
                self.at = number
                break
        self._draw()

    # A second run

    def action_beside(self) -> None:
        from mladvisor.tui.screens.run_picker import RunPicker

        if self.beside is not None:
            self.beside = None
            self.query_one("#second").display = False
            return
        path = self.case.path
        root = Path(path).resolve().parent if path else self.advisor.root
        self.app.push_screen(RunPicker(root, "A run to put beside this one"), self._picked)

    def _picked(self, path: str | None) -> None:
        if path is not None:
            self.run_worker(lambda: self._read(path), thread=True, exclusive=True, exit_on_error=False)

    def _read(self, path: str) -> None:
        from mladvisor.runs.read import read_run

        worker = get_current_worker()
        try:
            run = read_run(path)
        except MladvisorError as error:
            if not worker.is_cancelled:
                self.app.call_from_thread(self.notify, str(error), severity="warning", markup=False)
            return
        if not worker.is_cancelled:
            self.app.call_from_thread(self._put_beside, run)

    def _put_beside(self, run: Run) -> None:
        self.beside = run
        self.query_one("#second").display = True
        self._draw(keep=True)
