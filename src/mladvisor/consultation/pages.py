"""The page of a cause, finding or question, written for somebody who meets it for the first time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from mladvisor.consultation.turn import Block
from mladvisor.diagnosis.phrases import begun, effort, percent
from mladvisor.features.catalogue import find
from mladvisor.rulebook import Rulebook
from mladvisor.rulebook.book import CauseRule, FindingRule, FixRule, MenuRule
from mladvisor.rulebook.documents import FREQUENCIES, Handover, Question, listed

MANY = 6
"""Entries of a list on a page: more are looked up in the rule itself."""


def page(book: Rulebook, name: str) -> list[Block]:
    """The page called `name`; nothing when there is none."""
    if name in book.causes:
        return _cause(book, book.causes[name])
    if name in book.findings:
        return _finding(book, book.findings[name])
    if name in book.questions:
        return _question(book, book.questions[name])
    if name in book.menus:
        return _menu(book, book.menus[name])
    if name in book.handovers:
        return _handover(book.handovers[name])
    return []


def frequency_word(probability: float) -> str:
    """The nearest of the format's words for a frequency."""
    return min(FREQUENCIES, key=lambda word: abs(FREQUENCIES[word] - probability))


def _cause(book: Rulebook, rule: CauseRule) -> list[Block]:
    doc = rule.doc
    blocks = [Block(doc.title, "head"), Block(f"cause {rule.id} · {doc.family} · {_prior(doc.prior)}", "small")]
    blocks += [Block(f"also called: {', '.join(doc.called)}", "small")] if doc.called else []
    blocks += _prose(doc.explain)
    signs = {name: book.findings[name].doc.title for name in rule.arrows}
    blocks += _listing("Signs of it", _arrows(rule.arrows, signs))
    blocks += _listing("Easily taken for", [f"{_title(book, one.cause)}: {one.tell}" for one in doc.look_alikes])
    blocks += _listing("It may itself come from", _arrows(rule.due_to, _titles(book, rule.due_to)))
    blocks += _fixes(rule.fixes, "How to fix it")
    return [*blocks, _source(doc.source, rule.entry.origin.source.file)]


def _finding(book: Rulebook, rule: FindingRule) -> list[Block]:
    doc = rule.doc
    blocks = [Block(doc.title, "head"), Block(f"finding {rule.id}", "small")]
    blocks += _prose(doc.explain)
    if doc.ask:
        blocks += [Block("The question to ask", "head"), Block(doc.ask)]
    if doc.try_ is not None:
        command = f": {doc.try_.command}" if doc.try_.command else ""
        blocks += [Block("Or try it", "head"), Block(doc.try_.do + command, "item", effort(doc.try_.effort))]
    measured, hows = _measured(rule)
    blocks += _listing("How it is measured", measured)
    blocks += _listing("To have it measured", hows)
    blocks += _listing("What may be behind it", _arrows(rule.arrows, _titles(book, rule.arrows)))
    if rule.otherwise is not None:
        share = f"Of the runs that have none of these, about {percent(rule.otherwise)} show it too."
        blocks.append(Block(share, "small"))
    blocks += _listing("Harmless look-alikes", list(doc.also_seen_when))
    blocks += _fixes(book.advice.get(rule.id, ()), "What to do")
    return [*blocks, _source(doc.source, rule.entry.origin.source.file)]


def _question(book: Rulebook, doc: Question) -> list[Block]:
    entry = find(doc.sets)
    blocks = [Block(doc.ask, "head"), Block(f"question {doc.question} · sets {doc.sets}", "small")]
    if entry is not None:
        blocks += [Block(f"{entry.doc}."), Block(f"To have it read from the run: {entry.how}.", "small")]
    readers = [rule.doc.title for rule in book.findings.values() if doc.sets in rule.leaves]
    blocks += _listing("What it settles", readers)
    return [*blocks, *_listing("Answers", list(doc.choices) or [doc.kind + (f", in {doc.unit}" if doc.unit else "")])]


def _menu(book: Rulebook, rule: MenuRule) -> list[Block]:
    blocks = [Block(rule.doc.ask, "head"), Block(f"menu {rule.id} · takes {effort(rule.doc.effort)}", "small")]
    for option, findings in rule.options.items():
        blocks += [Block(option, "item")]
        if opened := rule.opens.get(option):
            blocks += [Block(f"opens: {book.menus[name].doc.ask} ({name})", "small") for name in opened]
        else:
            blocks += [Block(f"{book.findings[name].doc.title} ({name})", "small") for name in findings]
    return [*blocks, _source(rule.doc.source, rule.entry.origin.source.file)]


def _handover(doc: Handover) -> list[Block]:
    blocks = [Block(doc.ask, "head"), Block(f"request {doc.handover} · takes {effort(doc.effort)}", "small")]
    return [*blocks, *_listing("Files", list(doc.brings)), *_listing("What is measured on them", doc.tells)]


def _prose(text: str) -> list[Block]:
    """Paragraphs, which blank lines separate; a paragraph that opens with "What it is:" keeps that as its heading."""
    blocks = []
    for part in text.strip().split("\n\n"):
        words = " ".join(part.split())
        head, colon, rest = words.partition(": ")
        if colon and head.istitle() is False and head[:1].isupper() and len(head.split()) <= 4:
            blocks += [Block(head, "head"), Block(begun(rest))]
        elif words:
            blocks.append(Block(words))
    return blocks


def _listing(title: str, lines: list[str]) -> list[Block]:
    if not lines:
        return []
    rest = len(lines) - MANY
    more = [Block(f"and {rest} more", "small")] if rest > 0 else []
    return [Block(title, "head"), *(Block(line, "item") for line in lines[:MANY]), *more]


def _arrows(arrows: Mapping[str, float], titles: Mapping[str, str]) -> list[str]:
    """Arrows in words, the strongest first."""
    ranked = sorted(arrows.items(), key=lambda pair: -pair[1])
    return [f"{frequency_word(p)}: {titles[name]} ({name})" for name, p in ranked]


def _measured(rule: FindingRule) -> tuple[list[str], list[str]]:
    """What is measured for a finding, and how to make that possible."""
    docs: list[str] = []
    hows: dict[str, None] = {}
    for name in rule.leaves:
        entry = find(name)
        docs.append(f"{entry.doc} ({name})" if entry is not None else name)
        if entry is not None and entry.how:
            hows[entry.how] = None
    return docs, list(hows)


def _fixes(fixes: tuple[FixRule, ...], title: str) -> list[Block]:
    blocks = []
    for fix in fixes:
        steps = listed(fix.doc.do)
        blocks.append(Block(plain(steps[0]), "item", effort(fix.doc.cost)))
        blocks += [Block(f"then: {plain(step)}", "small") for step in steps[1:]]
    return [Block(title, "head"), *blocks] if blocks else []


def plain(template: str) -> str:
    """A text of the rulebook without the parts that need the values of a run."""
    kept: list[str] = []
    depth = 0
    for sign in template:
        depth += sign in "[{"
        if not depth:
            kept.append(sign)
        depth -= sign in "]}"
        if sign == "}" and not depth:
            kept.append("…")
    return "".join(kept)


def _source(source: str | list[str], file: str) -> Block:
    return Block(f"source: {', '.join(listed(source))} · file: {file}", "small")


def _prior(prior: str | float) -> str:
    return prior if isinstance(prior, str) else f"prior weight {prior:g}"


def _titles(book: Rulebook, causes: Iterable[str]) -> dict[str, str]:
    return {name: book.causes[name].doc.title for name in causes}


def _title(book: Rulebook, cause: str) -> str:
    return f"{book.causes[cause].doc.title} ({cause})" if cause in book.causes else cause
