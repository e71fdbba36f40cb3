"""Menus and requests for files, linked: the findings that options settle, and slips in them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from mladvisor.errors import nearest
from mladvisor.features.catalogue import catalogue
from mladvisor.rulebook import documents
from mladvisor.rulebook.answers import NONE, UNSURE
from mladvisor.rulebook.book import FindingRule, MenuRule
from mladvisor.rulebook.layers import Entry
from mladvisor.rulebook.linking import Linking

FEWEST, MOST = 2, 8
"""Options of a menu: one alone is a question, with more of them "none of these" has no key of its own."""


def link_menus(linking: Linking, entries: Sequence[Entry], findings: Mapping[str, FindingRule]) -> dict[str, MenuRule]:
    """The menus, those that others open before those that open them."""
    names = {entry.id for entry in entries}
    of_areas = [entry for entry in entries if not names.isdisjoint(_named(entry.typed))]
    menus = {entry.id: _link_menu(linking, entry, findings, {}) for entry in entries if entry not in of_areas}
    return menus | {entry.id: _link_menu(linking, entry, findings, menus) for entry in of_areas}


def _named(doc: documents.Menu) -> set[str]:
    return {name for value in doc.options.values() for name in documents.listed(value)}


def _link_menu(
    linking: Linking, entry: Entry, findings: Mapping[str, FindingRule], menus: Mapping[str, MenuRule]
) -> MenuRule:
    """The menu; an option whose findings are all off is left out."""
    doc: documents.Menu = entry.typed
    rule = MenuRule(doc, entry)
    used: dict[str, str] = {}
    for option, value in doc.options.items():
        settled = []
        opened = tuple(name for name in documents.listed(value) if name in menus)
        if opened:
            rule.opens[option] = opened
        behind = [one for name in opened for findings_of in menus[name].options.values() for one in findings_of]
        for name in dict.fromkeys([*(name for name in documents.listed(value) if name not in menus), *behind]):
            if linking.refer(entry, ["options", option], name, "finding") is None:
                continue
            if name in used and opened:
                continue
            if name in used:
                message = f'"{name}" is settled by the option "{used[name]}" already'
                linking.errors.append(entry.error(["options", option], message))
            used[name] = option
            if name in findings:
                settled.append(name)
        if settled:
            rule.options[option] = tuple(settled)
    if not FEWEST <= len(doc.options) <= MOST:
        message = f"a menu has {FEWEST} to {MOST} options, not {len(doc.options)}"
        linking.errors.append(entry.error(["options"], message))
    for option in doc.options:
        if option.lower() in (NONE, UNSURE, "not sure") or option.isdigit():
            message = f'"{option}" is an answer to every menu already; word the option otherwise'
            linking.errors.append(entry.error(["options", option], message))
    _tests(linking, entry, doc)
    return rule


def link_handover(linking: Linking, entry: Entry) -> documents.Handover:
    """The request; the beginnings of names are checked."""
    doc: documents.Handover = entry.typed
    for number, start in enumerate(doc.tells if linking.texts else ()):  # the whole catalogue takes time to load
        if not any(name.startswith(f"{start}.") for name in catalogue()):
            hint = nearest(start, {name.split(".")[0] for name in catalogue()})
            linking.errors.append(entry.error(["tells", number], f'no measurement is called "{start}.…"{hint}'))
    return doc


def _tests(linking: Linking, entry: Entry, doc: documents.Menu) -> None:
    for number, test in enumerate(doc.tests):
        for at, option in enumerate(test.pick):
            if option not in doc.options:
                message = f'there is no option "{option}"{nearest(option, doc.options)}'
                linking.errors.append(entry.error(["tests", number, "pick", at], message))
        for at, name in enumerate(test.top):
            linking.refer(entry, ["tests", number, "top", at], name, "cause")
        for at, name in enumerate(test.absent):
            linking.refer(entry, ["tests", number, "absent", at], name, "finding")
