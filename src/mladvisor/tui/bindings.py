"""From the registry of actions to Textual bindings."""

from __future__ import annotations

from textual.binding import Binding, BindingType

from mladvisor.tui.actions import Action, everywhere, on_screen, shown


def _binding(action: Action, *, app: bool = False) -> list[BindingType]:
    if action.call in ("choose", "series"):  # one action, nine keys: the key is the argument
        return [
            Binding(
                key, f"{action.call}({key})", action.label, show=False, id=f"{action.id}.{key}", tooltip=action.verb
            )
            for key in action.keys.split(",")
        ]
    return [
        Binding(
            action.keys,
            f"app.{action.call}" if app else action.call,
            action.label,
            key_display=shown(action.keys.split(",")[0]),
            show=action.footer,
            priority=action.urgent,
            id=action.id,
            tooltip=action.verb,
        )
    ]


def bindings_of(screen: str) -> list[BindingType]:
    """The bindings of one screen."""
    return [binding for action in on_screen(screen) for binding in _binding(action)]


def app_bindings() -> list[BindingType]:
    """The bindings that hold on every screen."""
    return [binding for action in everywhere() for binding in _binding(action)]
