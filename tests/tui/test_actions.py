"""The registry of actions is the one source of keys, footer, help, palette, slash commands and the page of keys."""

from __future__ import annotations

from collections import Counter
from importlib import import_module
from pathlib import Path

import pytest

from mladvisor.tui.actions import ACTIONS, SCREENS, everywhere, keys_shown, on_screen, slash_commands, table
from mladvisor.tui.app import AdvisorApp

CLASSES = {
    "home": ("home", "HomeScreen"),
    "consultation": ("consultation", "ConsultationScreen"),
    "plots": ("plots", "PlotsScreen"),
    "tables": ("tables", "TablesScreen"),
    "rules": ("rules", "RulesScreen"),
    "report": ("report", "ReportScreen"),
}


def test_ids_and_slash_commands_are_unique() -> None:
    """An id in a key map and a slash command each mean one thing."""
    assert [name for name, count in Counter(one.id for one in ACTIONS).items() if count > 1] == []
    assert len(slash_commands()) == sum(bool(one.slash) for one in ACTIONS)


@pytest.mark.parametrize("screen", SCREENS)
def test_no_key_has_two_meanings_on_a_screen(screen: str) -> None:
    """What a key does on a screen is certain, with what works everywhere taken in."""
    keys = Counter(key for one in [*on_screen(screen), *everywhere()] for key in one.keys.split(","))
    assert {key: count for key, count in keys.items() if count > 1} == {}


@pytest.mark.parametrize("screen", SCREENS)
def test_every_action_is_carried_out_somewhere(screen: str) -> None:
    """A binding without a handler would be a key that does nothing."""
    module, name = CLASSES[screen]
    owner = getattr(import_module(f"mladvisor.tui.screens.{module}"), name)
    calls = {one.call.partition("(")[0] for one in on_screen(screen)}
    assert {call for call in calls if not hasattr(owner, f"action_{call}")} == set()


def test_every_action_of_the_app_is_carried_out() -> None:
    """The same for what works everywhere."""
    calls = {one.call.partition("(")[0] for one in everywhere()}
    assert {call for call in calls if not hasattr(AdvisorApp, f"action_{call}")} == set()


def test_actions_name_known_screens_and_say_what_they_do() -> None:
    """Help and palette are made from these words."""
    for one in ACTIONS:
        assert set(one.screens) <= set(SCREENS), one.id
        assert one.verb[0].isupper() and not one.verb.endswith("."), one.id
        assert one.keys and keys_shown(one.keys), one.id


def test_the_footer_of_no_screen_is_crowded() -> None:
    """Seven entries beside jump, help and palette; the rest is in help and palette."""
    for screen in SCREENS:
        shown = {one.group or one.id for one in on_screen(screen) if one.footer} - {"plot.log"}
        assert len(shown) <= 7, (screen, shown)


def test_the_page_of_keys_is_the_registry() -> None:
    """`docs/keys.md` is written by `python -m mladvisor.tui.actions > docs/keys.md`."""
    page = Path(__file__).parents[2] / "docs" / "keys.md"
    assert page.read_text(encoding="utf-8") == table()
