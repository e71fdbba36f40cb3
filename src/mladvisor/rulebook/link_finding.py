"""One finding, linked: its conditions compiled, its parts checked against each other."""

from __future__ import annotations

from mladvisor.errors import nearest
from mladvisor.rulebook import documents
from mladvisor.rulebook.book import FindingRule
from mladvisor.rulebook.expression.compile import compile_number
from mladvisor.rulebook.expression.tree import Call, Compare, ExpressionError, Name, Negate, Node, Number
from mladvisor.rulebook.layers import Entry
from mladvisor.rulebook.linking import Linking, Path, tree_of
from mladvisor.rulebook.words import SHOW_EXPRESSIONS


def link_finding(linking: Linking, entry: Entry) -> FindingRule:
    """The finding of an entry; its arrows and group come later."""
    doc: documents.Finding = entry.typed
    rule = FindingRule(doc, entry)
    rule.applies = linking.run_condition(entry, ["applies"], doc.applies)
    if doc.when is None and not doc.ask and doc.try_ is None:
        linking.errors.append(entry.error([], f'"{doc.finding}" needs a "when", an "ask" or a "try"'))
    if doc.when is not None:
        _when(linking, rule)
    if doc.at_least >= 1 and doc.at_least != int(doc.at_least):
        linking.errors.append(entry.error(["at_least"], "at_least is a count, or a share below 1"))
    if doc.each is None and doc.at_least != 1:
        linking.errors.append(entry.error(["at_least"], '"at_least" counts items: it needs "each"'))
    for number, test in enumerate(doc.tests):
        linking.band(entry, ["tests", number, "expect"], test.expect)
    rule.parent = _parent(linking, entry, doc)
    linking.text(entry, ["measured"], doc.measured, doc.each)
    if linking.texts and doc.show is not None:
        _show(linking, entry, doc)
    for name in doc.implies:
        if name not in linking.names.entries:
            hint = nearest(name, linking.names.entries)
            linking.errors.append(entry.error(["implies", name], f'there is no feature "{name}"{hint}'))
    return rule


def _when(linking: Linking, rule: FindingRule) -> None:
    doc, entry = rule.doc, rule.entry
    cases = doc.when if isinstance(doc.when, dict) else {"": doc.when}
    leaves: set[str] = set()
    when = []
    for case, expression in cases.items():
        path: Path = ["when", case] if isinstance(doc.when, dict) else ["when"]
        try:
            compiled = linking.compiled(expression)  # type: ignore[arg-type]
        except ExpressionError as error:
            linking.add(entry, path, str(expression), error)
            continue
        if compiled.family and compiled.family != doc.each:
            message = f'this has one value per {compiled.family}: the finding needs "each: {compiled.family}"'
            linking.errors.append(entry.error(path, message))
        leaves |= compiled.leaves
        rule.heavy = rule.heavy or compiled.heavy
        when.append((case, compiled.run))
        if doc.each and rule.direction is None:
            rule.direction = _direction(linking, tree_of(expression))  # type: ignore[arg-type]
    rule.when = tuple(when)
    rule.leaves = tuple(sorted(leaves))
    rule.item_leaves = tuple(name for name in rule.leaves if linking.names.entries[name].family)
    if doc.each and when and not rule.item_leaves:
        message = f'"each: {doc.each}" needs a condition over features with one value per {doc.each}'
        linking.errors.append(entry.error(["each"], message))


def _direction(linking: Linking, node: Node) -> tuple[str, float] | None:
    """The item feature whose size breaks ties, and the sign in which it is worse."""
    match node:
        case Call("ramp", (Name(name), low, high)) if _per_item(linking, name):
            ends = [_plain(linking, low), _plain(linking, high)]
            if None not in ends:
                return name, 1.0 if ends[1] >= ends[0] else -1.0  # type: ignore[operator]
        case Compare(">" | ">=", Name(name), _) | Compare("<" | "<=", _, Name(name)) if _per_item(linking, name):
            return name, 1.0
        case Compare("<" | "<=", Name(name), _) | Compare(">" | ">=", _, Name(name)) if _per_item(linking, name):
            return name, -1.0
        case _:
            for inner in getattr(node, "parts", ()):
                found = _direction(linking, inner)
                if found:
                    return found
    return None


def _per_item(linking: Linking, name: str) -> bool:
    entry = linking.names.entries.get(name)
    return entry is not None and bool(entry.family) and entry.kind != "text"


def _plain(linking: Linking, node: Node) -> float | None:
    match node:
        case Number(value):
            return value
        case Negate(Number(value)):
            return -value
        case Name(name):
            return linking.names.entries[name].constant
    return None


def _parent(linking: Linking, entry: Entry, doc: documents.Finding) -> str:
    if not doc.refines:
        return ""
    parent = linking.refer(entry, ["refines"], doc.refines, "finding")
    return doc.refines if parent is not None and not parent.off else ""


def _show(linking: Linking, entry: Entry, doc: documents.Finding) -> None:
    for field in SHOW_EXPRESSIONS:
        expression = getattr(doc.show, field)
        name = {"start": "from", "end": "to"}.get(field, field)
        if expression == "":
            continue
        try:
            compiled = compile_number(tree_of(expression), linking.names)
        except ExpressionError as error:
            linking.add(entry, ["show", name], str(expression), error)
            continue
        if compiled.family and compiled.family != doc.each:
            linking.errors.append(entry.error(["show", name], f"this depends on the {compiled.family}"))
