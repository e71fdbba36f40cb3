"""Settings: theme, signs, motion, following. A change shows at once and is kept."""

from __future__ import annotations

from typing import Any, cast

from mladvisor.render.cells import Cell
from mladvisor.render.text import fit
from mladvisor.tui.app import AdvisorApp
from mladvisor.tui.screens.overlay import Overlay
from mladvisor.tui.settings import Settings
from mladvisor.tui.widgets.ink import Line, Sheet

_ROWS = (
    ("theme", "Theme"),
    ("glyphs", "Curves are drawn with"),
    ("motion", "Bars move"),
    ("follow", "Follow a run that trains"),
)


class SettingsScreen(Overlay):
    """F2."""

    BINDINGS = [
        ("down,j", "move(1)", "Down"),
        ("up,k", "move(-1)", "Up"),
        ("right,enter,space,l", "turn(1)", "Next"),
        ("left,h", "turn(-1)", "Previous"),
        ("f2", "close", "Close"),
    ]
    AUTO_FOCUS = ""

    def __init__(self) -> None:
        super().__init__("Settings", self._build, note="kept in the settings file, where keys can be changed too")
        self._at = 0
        self.chosen = _ROWS[0][0]

    def keys(self) -> list[tuple[str, str, str]]:
        return [
            ("up", "", "move(-1)"),
            ("down", "Choose", "move(1)"),
            ("left", "", "turn(-1)"),
            ("right", "Change", "turn(1)"),
            ("escape", "Close", "close"),
        ]

    @property
    def advisor(self) -> AdvisorApp:
        return cast("AdvisorApp", self.app)

    def _choices(self, name: str) -> list[object]:
        if name == "theme":
            ansi = (
                {one for one, theme in self.app.available_themes.items() if theme.ansi} if self.app.no_color else set()
            )
            own = ["mladvisor", "mladvisor-light"]
            return [*own, *sorted(set(self.app.available_themes) - set(own) - ansi)]
        return ["braille", "quadrant", "ascii"] if name == "glyphs" else [True, False]

    def _build(self, columns: int) -> list[Line]:
        settings = self.advisor.settings
        lines = []
        for number, (name, title) in enumerate(_ROWS):
            value = getattr(settings, name)
            text = {True: "yes", False: "no"}.get(value, value) if isinstance(value, bool) else str(value)
            lead = Cell("▌" if number == self._at else " ", "accent")
            lines.append(
                Line(
                    [
                        lead,
                        Cell(fit(title, 28)),
                        Cell("‹ ", "dim"),
                        Cell(fit(str(text), 24), "strong"),
                        Cell(" ›", "dim"),
                    ],
                    name,
                )
            )
        return lines

    def _draw(self) -> None:
        self.query_one("#body", Sheet).show(self._build, chosen=_ROWS[self._at][0])

    def action_move(self, by: int) -> None:
        self._at = (self._at + by) % len(_ROWS)
        self._draw()

    def action_turn(self, by: int) -> None:
        name = _ROWS[self._at][0]
        choices = self._choices(name)
        settings: Settings = self.advisor.settings
        value = getattr(settings, name)
        at = choices.index(value) if value in choices else 0
        self.advisor.change(settings._replace(**cast("dict[str, Any]", {name: choices[(at + by) % len(choices)]})))
        self._draw()

    def on_sheet_clicked(self, event: Sheet.Clicked) -> None:
        self._at = [name for name, _ in _ROWS].index(event.key)
        self.action_turn(1)
