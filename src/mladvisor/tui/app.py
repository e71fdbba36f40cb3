"""The app: themes, settings, and which screen is shown. Everything else is a screen's own affair."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from textual.app import App
from textual.screen import Screen

from mladvisor.tui import settings as settings_of
from mladvisor.tui.bindings import app_bindings
from mladvisor.tui.themes import DARK, LIGHT, permitted, variables

if TYPE_CHECKING:
    from textual.app import SystemCommand
    from textual.command import Provider

WIDE = 110
"""From so many columns on, panes stand side by side; below, they are tabs."""
NOTICE = 60
"""Columns of a notice, at most; it takes no more than half of the screen."""


class Source(NamedTuple):
    """What a consultation is about.

    Attributes:
        path: run folder or log; None: words alone.
        journal: file for the journal, from the start.
        resumed: journal to take up; the rest follows from it.
    """

    path: str | None = None
    rules: tuple[str, ...] = ()
    journal: Path | None = None
    resumed: Path | None = None


def _commands() -> type[Provider]:
    from mladvisor.tui.palette import Commands

    return Commands


class AdvisorApp(App[None]):
    """mladvisor in the terminal.

    Attributes:
        written: files that were written, for the last words on the terminal.
        last_journal: the journal of the case that was open last.
    """

    TITLE = "mladvisor"
    CSS_PATH = "app.tcss"
    BINDINGS = app_bindings()
    COMMANDS = {_commands}
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (WIDE, "-wide")]
    VERTICAL_BREAKPOINTS = [(0, "-low"), (30, "-tall")]
    NOTIFICATION_TIMEOUT = 4

    def __init__(
        self,
        source: Source | None = None,
        *,
        root: Path | None = None,
        rules: tuple[str, ...] = (),
        config: Path | None = None,
        cases: Path | None = None,
    ) -> None:
        """`source`: what to open at once; without one, the app starts with the runs below `root`."""
        super().__init__()
        self.source, self.root, self.rules = source, root or Path(), rules
        self.config = config or settings_of.config_file()
        self.cases = cases or settings_of.state_folder()
        self.settings, self._complaint = settings_of.load(self.config)
        self.written: list[Path] = []
        self.last_journal: Path | None = None
        self.register_theme(DARK)
        self.register_theme(LIGHT)
        wanted = os.environ.get("TEXTUAL_THEME") or self.settings.theme
        self.theme = permitted(wanted, dict(self.available_themes), no_color=self.no_color)
        if not self.settings.motion:
            self.animation_level = "none"

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """Colours of curves for themes that are not ours."""
        return variables(self.current_theme)

    def on_mount(self) -> None:
        if self.settings.keys:
            self.set_keymap(self.settings.keys)
        if self._complaint:
            self.notify(self._complaint, severity="warning", markup=False, timeout=8)
        if self.source is not None:
            self.open(self.source)
        else:
            self.action_home()

    def get_system_commands(self, screen: Screen[Any]) -> Iterable[SystemCommand]:
        """None: the palette is made from the registry of actions."""
        return ()

    # Screens

    def open(self, source: Source) -> None:
        """Begin a consultation, in place of the one that is open."""
        from mladvisor.tui.screens.consultation import ConsultationScreen

        screen = ConsultationScreen(source)
        if isinstance(self.screen, ConsultationScreen):
            self.switch_screen(screen)
        else:
            self.push_screen(screen)

    def action_home(self) -> None:
        from mladvisor.tui.screens.home import HomeScreen

        self.push_screen(HomeScreen(self.root))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Nothing to go back to: no key for it in the footer."""
        if action == "back":
            from mladvisor.tui.screens.base import Page

            screen = self.screen
            return len(self.screen_stack) > 2 or (isinstance(screen, Page) and screen.can_go_back)
        return True

    async def action_back(self) -> None:
        from mladvisor.tui.screens.base import Page

        if isinstance(self.screen, Page) and self.screen.go_back():
            return
        if len(self.screen_stack) > 2:
            self.pop_screen()
        else:
            self.notify("ctrl+q leaves", markup=False)

    def action_jump(self) -> None:
        from mladvisor.tui.screens.jump import JumpScreen, targets

        if not self.screen.is_modal and targets(self.screen):
            self.push_screen(JumpScreen(self.screen))

    def action_help(self) -> None:
        from mladvisor.tui.screens.help import HelpScreen

        if isinstance(self.screen, HelpScreen):
            self.pop_screen()
        else:
            self.push_screen(HelpScreen(self.screen))

    def action_command_palette(self) -> None:
        """Open the palette; the same key closes it. A second one, above a help that covers it, would end the app."""
        from textual.command import CommandPalette

        if isinstance(self.screen, CommandPalette):
            self.pop_screen()
        elif not any(isinstance(screen, CommandPalette) for screen in self.screen_stack):
            super().action_command_palette()

    def action_settings(self) -> None:
        from mladvisor.tui.screens.settings import SettingsScreen

        if isinstance(self.screen, SettingsScreen):
            self.pop_screen()
        else:
            self.push_screen(SettingsScreen())

    def action_help_quit(self) -> None:
        """What ctrl+c does where there is nothing to copy."""
        self.notify("ctrl+q leaves", markup=False)

    def change(self, settings: settings_of.Settings) -> None:
        """Use and keep new settings."""
        self.settings = settings
        self.theme = permitted(settings.theme, dict(self.available_themes), no_color=self.no_color)
        self.animation_level = "full" if settings.motion else "none"
        problem = settings_of.save(settings, self.config)
        if problem:
            self.notify(problem, severity="warning", markup=False)

    def notify(self, message: str, *, markup: bool = False, **rest: Any) -> None:
        """A notice, never markup; a long word, as a path is, loses its middle instead of being broken over lines."""
        from mladvisor.render.text import shorten_middle

        room = max(10, min(NOTICE, self.size.width // 2) - 4)
        super().notify(" ".join(shorten_middle(word, room) for word in message.split(" ")), markup=False, **rest)

    def say(self, text: str, *, warn: bool = False) -> None:
        """A short notice. Its text is never taken for markup."""
        self.notify(text, severity="warning" if warn else "information", markup=False)


def run(
    source: Source | None, *, root: Path | None = None, rules: tuple[str, ...] = ()
) -> tuple[list[Path], Path | None, int]:
    """Run the app; the files that it wrote, the journal of the last case, and its exit status."""
    app = AdvisorApp(source, root=root, rules=rules)
    app.run()
    return app.written, app.last_journal, app.return_code or 0
