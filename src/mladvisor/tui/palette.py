"""The command palette: what can be done here now, as "area: Verb thing", from the registry and the live bindings."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import cast

from textual.command import DiscoveryHit, Hit, Hits, Provider
from textual.content import Content

from mladvisor.render.text import fit
from mladvisor.tui.actions import ACTIONS, keys_shown
from mladvisor.tui.app import AdvisorApp

NAMED = 58
"""Columns that a command's name takes before its keys."""


class Commands(Provider):
    """Actions of the screen below, themes."""

    def _entries(self) -> Iterator[tuple[str, str]]:
        """(what it is called and its keys, action)."""
        live = {one.binding.id: one for one in self.screen.active_bindings.values()}
        for action in ACTIONS:
            active = live.get(action.id)
            if active is None or not active.enabled or action.id == "palette":
                continue
            namespace = "screen" if action.screens else "app"
            what = action.verb if action.verb.lower().startswith(action.area) else f"{action.area}: {action.verb}"
            yield fit(what, NAMED) + keys_shown(action.keys), f"{namespace}.{action.call}"

    def _themes(self) -> Iterator[tuple[str, str]]:
        for name, theme in sorted(self.app.available_themes.items()):
            if not (self.app.no_color and theme.ansi):
                yield f"theme: Use {name}", name

    def _use(self, name: str) -> None:
        app = cast("AdvisorApp", self.app)
        app.change(app.settings._replace(theme=name))

    async def discover(self) -> Hits:
        for text, call in self._entries():
            yield DiscoveryHit(Content(text), partial(self.app.run_action, call, self.screen))

    async def search(self, query: str) -> Hits:
        matcher = self.matcher(query)
        for text, call in self._entries():
            score = matcher.match(text)
            if score:
                yield Hit(score, matcher.highlight(text), partial(self.app.run_action, call, self.screen))
        for text, name in self._themes():
            score = matcher.match(text)
            if score:
                yield Hit(score * 0.9, matcher.highlight(text), partial(self._use, name))
