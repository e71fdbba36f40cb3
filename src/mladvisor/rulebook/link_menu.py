"""Menus and requests for files, linked: the findings that options settle, and slips in them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

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
    names = {name for name, kind in (*linking.kind_of.items(), *linking.broken.items()) if kind == "menu"}  # off or not
    areas = [entry for entry in entries if any(_opens(value, names) for value in entry.typed.options.values())]
    menus = {entry.id: _link_menu(linking, entry, findings) for entry in entries if entry not in areas}
    of_areas = {entry.id for entry in areas}
    return menus | {entry.id: _link_area(linking, entry, menus, names, of_areas) for entry in areas}


def _opens(value: str | list[str], names: Collection[str]) -> tuple[str, ...]:
    return tuple(name for name in documents.listed(value) if name in names)


def _link_menu(linking: Linking, entry: Entry, findings: Mapping[str, FindingRule]) -> MenuRule:
    """A menu of findings; an option whose findings are all off is left out."""
    rule = MenuRule(entry.typed, entry)
    used: dict[str, str] = {}
    for option, value in rule.doc.options.items():
        named = [name for name in documents.listed(value) if linking.refer(entry, ["options", option], name, "finding")]
        for name in named:
            if name in used:
                message = f'"{name}" is settled by the option "{used[name]}" already'
                linking.errors.append(entry.error(["options", option], message))
            used[name] = option
        if settled := tuple(name for name in named if name in findings):
            rule.options[option] = settled
    return _checked(linking, rule)


def _link_area(
    linking: Linking, entry: Entry, menus: Mapping[str, MenuRule], names: Collection[str], areas: Collection[str]
) -> MenuRule:
    """A menu that opens others; all findings behind an option stand at the first option that leads to them."""
    rule = MenuRule(entry.typed, entry)
    told: set[str] = set()
    for option, value in rule.doc.options.items():
        opened = _opens(value, names)
        for name in documents.listed(value):
            if name not in opened:
                message = f'"{name}" is no menu, and this menu opens others: give it a menu of its own'
                linking.errors.append(entry.error(["options", option], message))
            elif name in areas:
                message = f'"{name}" opens menus itself: name here what it opens'
                linking.errors.append(entry.error(["options", option], message))
        live = tuple(name for name in opened if name in menus)
        behind = [one for name in live for some in menus[name].options.values() for one in some]
        if settled := tuple(one for one in dict.fromkeys(behind) if one not in told):
            told.update(settled)
            rule.options[option] = settled
            rule.opens[option] = live
    return _checked(linking, rule)


def _checked(linking: Linking, rule: MenuRule) -> MenuRule:
    doc, entry = rule.doc, rule.entry
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
