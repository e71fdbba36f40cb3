"""Tables: findings as they were judged, measurements, columns of the log, configuration, what is missing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from textual.app import ComposeResult

from mladvisor.diagnosis.model import FindingResult
from mladvisor.diagnosis.phrases import percent
from mladvisor.features.catalogue import Measures
from mladvisor.features.measured import Measured
from mladvisor.render.cells import Cell, Row, Style
from mladvisor.render.text import paragraph, table, width
from mladvisor.tui.bindings import bindings_of
from mladvisor.tui.case import Case
from mladvisor.tui.screens.base import Page
from mladvisor.tui.widgets.bars import KeyBar, Tabs, TitleBar
from mladvisor.tui.widgets.ink import Sheet

_NAMES = (
    ("findings", "Findings"),
    ("values", "Measurements"),
    ("columns", "Columns"),
    ("config", "Configuration"),
    ("gaps", "Not measured"),
)
SETTLED = 5
"""Findings that are named of those that a measurement would settle."""
_HEADS = {"present": "Present", "absent": "Looked for and not found", "unknown": "Not known"}


class TablesScreen(Page):
    """One table at a time."""

    BINDINGS = bindings_of("tables")
    AUTO_FOCUS = "#table"
    name_shown = "Tables"

    def __init__(self, case: Case) -> None:
        super().__init__()
        self.case = case
        self.at = 0
        self._values: list[Sequence[str]] | None = None

    def compose(self) -> ComposeResult:
        yield TitleBar(self.name_shown)
        tabs = Tabs(_NAMES, id="tables")
        yield tabs
        yield Sheet(id="table", classes="pane")
        yield KeyBar()

    def on_mount(self) -> None:
        self.query_one(TitleBar).tell(about=self.case.path or "what you told")
        self._draw()

    def _draw(self) -> None:
        name = _NAMES[self.at][0]
        self.query_one(Tabs).go(name)
        build: dict[str, Callable[[int], list[Row]]] = {
            "findings": self._findings,
            "values": self._measurements,
            "columns": self._columns,
            "config": self._config,
            "gaps": self._gaps,
        }
        self.query_one("#table", Sheet).show(build[name], top=True)

    def action_table(self, by: int) -> None:
        self.at = (self.at + by) % len(_NAMES)
        self._draw()

    def action_show_pane(self, name: str) -> None:
        """A tab was clicked."""
        self.at = [one for one, _ in _NAMES].index(name)
        self._draw()

    # The tables

    def _findings(self, columns: int) -> list[Row]:
        marks: dict[str, tuple[str, Style]] = {
            "present": ("✗", "bad"),
            "absent": ("✓", "good"),
            "unknown": ("?", "dim"),
        }
        groups: dict[str, list[FindingResult]] = {"present": [], "absent": [], "unknown": []}
        for one in sorted(self.case.diagnosis.findings, key=lambda each: (-(each.degree or 0.0), each.title.lower())):
            if one.state != "not-applicable":
                groups["unknown" if one.degree is None else "present" if one.degree >= 0.5 else "absent"].append(one)
        rows: list[Row] = []
        for kind, found in groups.items():
            rows += [[], [Cell(f"{_HEADS[kind]} ({len(found)})", "accent")]] if found else []
            for one in found:
                rows += _finding(one, *marks[kind], columns)
        return rows[1:]

    def _measurements(self, columns: int) -> list[Row]:
        if self._values is None:
            self._values = _measured(self.case)
        if not self._values:
            return paragraph("Nothing was measured: there is no run.", columns, style="dim")
        narrow = columns < 90
        heads = ["measurement", "value"] if narrow else ["measurement", "value", "where"]
        rows: list[list[Cell | str]] = [
            [Cell(name, "dim"), value, *([] if narrow else [Cell(where, "dim")])] for name, value, where in self._values
        ]
        return table(heads, rows, columns, right=(1,), flexible=0 if narrow else 2)

    def _columns(self, columns: int) -> list[Row]:
        run = self.case.session.run
        if run is None or not run.curves:
            return paragraph("There is no curve.", columns, style="dim")
        rows: list[list[Cell | str]] = []
        for curve in run.curves:
            role = curve.role
            means = " ".join(
                part for part in (role.split or "", role.kind, role.name if role.kind == "metric" else "") if part
            )
            note = "running mean" if role.running else "component" if role.component else ""
            first, last = (f"{curve.y[0]:.5g}", f"{curve.y[-1]:.5g}") if len(curve) else ("", "")
            rows.append(
                [
                    curve.name,
                    Cell(means, "dim" if role.kind == "other" else "accent"),
                    f"{len(curve):,}",
                    first,
                    last,
                    Cell(note, "dim"),
                    Cell(curve.place.file, "dim"),
                ]
            )
        return table(
            ["column", "taken for", "points", "first", "last", "", "file"],
            rows,
            columns,
            right=(2, 3, 4),
            flexible=0,
            middle=True,
        )

    def _config(self, columns: int) -> list[Row]:
        run = self.case.session.run
        if run is None or not run.config:
            return paragraph("No configuration was found beside the log.", columns, style="dim")
        rows: list[list[Cell | str]] = [
            [name, str(setting.value), Cell(setting.place.file, "dim")] for name, setting in run.config.items()
        ]
        return table(["setting", "value", "file"], rows, columns, flexible=1)

    def _gaps(self, columns: int) -> list[Row]:
        rows: list[Row] = []
        for gap in self.case.story.gaps:
            rows += paragraph(gap.how, columns, lead=Cell("○ ", "warn"))
            more = f"; and {len(gap.settles) - SETTLED} more" if len(gap.settles) > SETTLED else ""
            settles = "; ".join(gap.settles[:SETTLED]) + more
            rows += [*paragraph(f"would settle: {settles}", columns, lead="  ", style="dim"), []]
        return rows or paragraph("Nothing is missing.", columns, style="dim")


def _finding(one: FindingResult, sign: str, tone: Style, columns: int) -> list[Row]:
    """A finding, with how true it is where that is not plain, and what was measured where it is present."""
    note = "you say so" if one.state == "answered" else ""
    if one.degree is not None and 0.01 <= one.degree <= 0.99:
        note = f"{percent(one.degree)} true" + (", you say" if note else "")
    room = columns - (width(note) + 2 if note else 0)
    rows = paragraph(one.title, room, lead=Cell(f"{sign} ", tone), style="" if one.degree is not None else "dim")
    used = sum(width(cell.text) for cell in rows[0])
    rows[0] = [*rows[0], Cell(" " * max(1, columns - used - width(note))), Cell(note, "dim")]
    if one.because and (one.degree or 0.0) >= 0.5:
        rows += paragraph(one.because, columns, lead="  ", style="dim")
    return rows


def _measured(case: Case) -> list[Sequence[str]]:
    """(name, value, place) of every measurement that is cheap and known."""
    from mladvisor.diagnosis.reasons import place
    from mladvisor.features.catalogue import catalogue

    if case.session.run is None:
        return []
    measures = Measures(case.session.run)
    rows: list[Sequence[str]] = []
    for name, entry in catalogue().items():
        if "*" in name or entry.cost == "heavy":
            continue
        value: Any = measures[name]
        items = (
            [(name, value)]
            if isinstance(value, Measured)
            else [(f"{name}[{item}]", one) for item, one in value.items()]
        )
        for title, one in items[:20]:
            if one.known:
                rows.append((title, _shown(one, entry.unit), place(one.where) if one.where is not None else ""))
    return rows


def _shown(value: Measured, unit: str) -> str:
    if isinstance(value.value, bool):
        return "yes" if value.value else "no"
    if isinstance(value.value, str):
        return value.value
    text = f"{value.value:.4g}" + (f" ±{value.se:.2g}" if value.se else "")
    return f"{text} {unit}".rstrip() if unit and len(unit) <= 8 else text
