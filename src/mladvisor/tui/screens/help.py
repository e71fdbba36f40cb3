"""Help: the keys that work on the screen below, made from its live bindings."""

from __future__ import annotations

from typing import Any

from textual.screen import Screen
from textual.widgets import Input

from mladvisor.render.cells import Cell, Row
from mladvisor.render.text import fit, paragraph
from mladvisor.tui.actions import ACTIONS, everywhere, keys_shown, shown
from mladvisor.tui.screens.overlay import Overlay

AREAS = {
    "answer": "Answer",
    "explain": "Understand",
    "cause": "Causes",
    "evidence": "Evidence",
    "pane": "Panes",
    "view": "Other views",
    "plot": "Plot",
    "list": "List",
    "home": "Runs",
    "rules": "Rules",
    "tables": "Tables",
    "report": "Report",
    "run": "Run",
}
INTRODUCTION = {
    "ConsultationScreen": (
        "At the top stands what is probably wrong, how sure that is, and what to do first. The list ranks all causes; "
        "its bars move with each answer. The box at the bottom asks one question: press the letter before your answer. "
        "“healthy” is how likely it is that nothing is wrong at all. Behind each piece of evidence stands by how much "
        "it changes the odds: ×10 makes a cause ten times as likely, ÷10 a tenth."
    ),
    "PlotsScreen": "Shaded stretches are the evidence, a dotted line the best point, × a value that is not finite.",
    "HomeScreen": "The runs below this folder, and the cases that you began before.",
    "RulesScreen": "All knowledge is in these rules. t tests one on the open run.",
}


def live_rows(screen: Screen[Any]) -> list[Row]:
    """Keys and what they do, by area; what does not work at the moment is in grey."""
    live = {one.binding.id.rpartition(".")[0] if (one.binding.id or "")[-1:].isdigit() else one.binding.id: one
            for one in screen.active_bindings.values() if one.binding.id}  # fmt: skip
    keys: dict[str | None, list[str]] = {}
    for key, one in screen.active_bindings.items():
        keys.setdefault(one.binding.id, []).append(key)
    rows: list[Row] = []
    area = ""
    for action in ACTIONS:
        if action.id not in live:
            continue
        title = AREAS.get(action.area, "Everywhere")
        if title != area:
            rows += [[], [Cell(title, "accent")]]
            area = title
        names = keys.get(action.id)
        text = keys_shown(",".join(names)) if names else keys_shown(action.keys)
        slash = f"  /{action.slash}" if action.slash else ""
        style = "" if live[action.id].enabled else "dim"
        rows.append([Cell("  "), Cell(fit(text, 10), "key" if style == "" else "dim"),  # type: ignore[arg-type]
                     Cell(fit(action.verb, 44), style), Cell(slash, "dim")])  # type: ignore[arg-type]  # fmt: skip
    return [*rows, *_own_rows(screen)]


def _row(keys: str, what: str) -> Row:
    return [Cell("  "), Cell(fit(keys, 10), "accent"), Cell(what)]


def _own_rows(screen: Screen[Any]) -> list[Row]:
    """What works besides the registry's keys: those of the line that is typed in, of a window, and around it."""
    rows: list[Row] = []
    line = screen.focused
    if isinstance(line, Input):
        rows += [[], [Cell("Line", "accent")], _row("enter", line.name or "Take what is typed")]
    own: dict[str, list[str]] = {}
    for key, one in screen.active_bindings.items():
        if one.node is screen and one.binding.id is None and one.binding.show and one.binding.description:
            own.setdefault(one.binding.description, []).append(key)
    if own:
        rows += [[], [Cell("This window", "accent")]]
        rows += [_row(keys_shown(",".join(keys)), what) for what, keys in own.items()]
    if screen.is_modal:  # urgent keys reach the app through any window; a jump needs a whole screen
        rows += [[], [Cell("Everywhere", "accent")]]
        rows += [_row(keys_shown(one.keys), one.verb) for one in everywhere() if one.urgent and one.call != "jump"]
    return rows


class HelpScreen(Overlay):
    """F1."""

    BINDINGS = [("f1,question_mark", "close", "Close")]

    def __init__(self, below: Screen[Any]) -> None:
        introduction = INTRODUCTION.get(type(below).__name__, "")
        rows = live_rows(below)

        def build(columns: int) -> list[Row]:
            # The bindings of the screen below were looked at before this one covered it.
            head = paragraph(introduction, min(columns, 96)) if introduction else []
            return [*head, *rows] if head else rows[1:]  # the first row parts the areas from what stands above

        super().__init__("Help", build, note=f"{shown('ctrl+p')} finds any command by name")
        self.wide = True
