"""The lines at the edges of a screen: what is open above, which keys work below, and the tabs of the narrow layout."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from textual.screen import Screen
from textual.widgets import Input

from mladvisor.render.cells import Cell
from mladvisor.render.text import shorten, shorten_middle, width
from mladvisor.tui.actions import ACTIONS, shown
from mladvisor.tui.widgets.ink import Bar, Link

Cells = Sequence[Cell | Link]
EVERYWHERE = ("back", "jump", "help", "palette", "quit")
"""What the footer shows at its right end."""


class TitleBar(Bar):
    """Where we are: the name of the app or screen, what is open, and a state at the right end."""

    DEFAULT_CSS = "TitleBar { dock: top; background: $panel; padding: 0 1; }"

    def __init__(self, name: str, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.screen_name, self.about, self.state = name, "", ""
        self.details: Sequence[str] = ()

    def tell(self, about: str | None = None, details: Sequence[str] | None = None, state: str | None = None) -> None:
        """Change what it says; None leaves a part as it is."""
        self.about = self.about if about is None else about
        self.details = self.details if details is None else details
        self.state = self.state if state is None else state
        self.refresh()

    def build(self, columns: int) -> Cells:
        columns -= 2
        right = shorten(self.state, columns // 2)
        room = columns - width(self.screen_name) - 2 - width(right) - 2
        about = shorten_middle(self.about, max(0, room)) if room > 4 else ""
        used = width(self.screen_name) + 2 + width(about)
        cells: list[Cell | Link] = [Cell(self.screen_name, "accent"), Cell("  "), Cell(about, "strong")]
        for detail in self.details:
            if used + 3 + width(detail) + width(right) + 2 > columns:
                break
            cells.append(Cell(f" · {detail}", "dim"))
            used += 3 + width(detail)
        return [*cells, Cell(" " * max(0, columns - used - width(right))), Cell(right, "dim")]


class KeyBar(Bar):
    """The keys that work here now, made from the live bindings; a click presses them."""

    DEFAULT_CSS = "KeyBar { dock: bottom; background: $panel; padding: 0 1; }"

    def on_mount(self) -> None:
        self.screen.bindings_updated_signal.subscribe(self, self._changed)

    def _changed(self, _: Screen[object]) -> None:
        self.refresh()

    def build(self, columns: int) -> Cells:
        columns -= 2
        entries = self._entries()
        tail = [entry for entry in entries if entry[0] in EVERYWHERE]
        head = [entry for entry in entries if entry not in tail]

        def too_wide() -> bool:
            return sum(size for _, _, size in [*head, *tail]) + 3 * (len(head) + len(tail) - 1) > columns

        for name in ("jump", "palette"):  # the help names them
            tail = [entry for entry in tail if entry[0] != name] if too_wide() else tail
        while head and too_wide():
            head.pop()
        cells: list[Cell | Link] = []
        used = 0
        for number, (_, parts, size) in enumerate(head):
            gap = "   " if number else ""
            cells += [Cell(gap), *parts]
            used += size + len(gap)
        after: list[Cell | Link] = []
        size_after = 0
        for number, (_, parts, size) in enumerate(tail):
            gap = "   " if number else ""
            if used + size_after + size + len(gap) + 2 <= columns:
                after += [Cell(gap), *parts]
                size_after += size + len(gap)
        return [*cells, Cell(" " * max(0, columns - used - size_after)), *after]

    def _entries(self) -> list[tuple[str, list[Cell | Link], int]]:
        """(id or group, cells, width) of what the footer shows, in the order of the registry."""
        live: dict[str | None, Any] = {}
        for binding in self.screen.active_bindings.values():  # of several keys, the first that works here is shown
            live.setdefault(binding.binding.id, binding)
        made: dict[str, list[Cell | Link]] = {}
        typed_in = self.screen.focused
        if isinstance(typed_in, Input) and typed_in.name:  # what enter does with what is typed
            made["enter"] = [Link("enter", "key"), Link(f" {typed_in.name}", "dim")]
        for one in ACTIONS:
            active = live.get(one.id)
            if active is None or not one.footer or not active.enabled:
                continue
            if one.id == "plot.log" and "view.plots" in live:
                continue  # beside a question there are more useful keys to show
            key = shown(active.binding.key)
            call = active.binding.action
            call = call if "." in call.split("(")[0] else f"screen.{call}"
            if one.id in EVERYWHERE:
                call = call.replace("screen.", "app.")
            name = one.group or one.id
            if one.group and name in made:
                made[name].insert(-1, Link(f" {key}", "key", call))
            else:
                made[name] = [Link(key, "key", call), Link(f" {one.group or one.label}", "dim", call)]
        return [(name, cells, sum(width(cell.text) for cell in cells)) for name, cells in made.items()]


class Tabs(Bar):
    """The panes of the narrow layout."""

    DEFAULT_CSS = "Tabs { padding: 0 1; background: $surface; }"

    def __init__(self, names: Sequence[tuple[str, str]], *, id: str | None = None, hint: str = ", . switch") -> None:
        super().__init__(id=id)
        self.names, self.current, self.hint = names, names[0][0], hint

    def go(self, name: str) -> None:
        """Mark a tab as the current one."""
        self.current = name
        self.refresh()

    def build(self, columns: int) -> Cells:
        cells: list[Cell | Link] = []
        for name, label in self.names:
            here = name == self.current
            cells.append(Link(f" {label} ", "chosen" if here else "dim", f"screen.show_pane('{name}')"))
            cells.append(Cell(" "))
        used = sum(width(cell.text) for cell in cells)
        if used + len(self.hint) + 2 <= columns:
            cells += [Cell(" " * (columns - 2 - used - len(self.hint))), Cell(self.hint, "dim")]
        return cells
