"""The page of a cause, finding or question: what a person wants to know of a rule, from its YAML."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from mladvisor.render.cells import Cell, Row
from mladvisor.render.text import paragraph
from mladvisor.rulebook.documents import FREQUENCIES, listed

if TYPE_CHECKING:
    from mladvisor.rulebook import Rulebook
    from mladvisor.rulebook.book import CauseRule, FindingRule
    from mladvisor.rulebook.documents import Question


def page(book: Rulebook, name: str, columns: int) -> list[Row]:
    """The page of the rule called `name`; the rows of nothing when there is none."""
    columns = min(columns, 100)
    if name in book.causes:
        return _cause(book, book.causes[name], columns)
    if name in book.findings:
        return _finding(book, book.findings[name], columns)
    if name in book.questions:
        return _question(book.questions[name], columns)
    return []


def frequency_word(probability: float) -> str:
    """The nearest of the format's words for a frequency."""
    return min(FREQUENCIES, key=lambda word: abs(FREQUENCIES[word] - probability))


def _cause(book: Rulebook, rule: CauseRule, columns: int) -> list[Row]:
    doc = rule.doc
    rows = _head(doc.title, f"cause {rule.id} · {doc.family} · {_prior(doc.prior)} · {doc.status}", columns)
    rows += _prose(doc.explain, columns)
    rows += _listing("What it shows", _arrows(rule.arrows, _finding_titles(book)), columns)
    rows += _listing("Told apart from", [f"{_title(book, one.cause)}: {one.tell}" for one in doc.look_alikes], columns)
    rows += _listing("May come from", _arrows(rule.due_to, _cause_titles(book)), columns)
    rows += _listing("Never together with", [_title(book, other) for other in sorted(rule.excludes)], columns)
    if rule.requires is not None:
        rows += _listing("Only possible if", [str(doc.requires)], columns)
    rows += _fixes(
        [(fix.doc.do, fix.doc.cost, fix.doc.when, fix.doc.source) for fix in rule.fixes], "What to do", columns
    )
    rows += _listing("People say", list(doc.said), columns)
    return rows + _foot(doc.source, rule.entry.origin.source.file, columns)


def _finding(book: Rulebook, rule: FindingRule, columns: int) -> list[Row]:
    doc = rule.doc
    rows = _head(
        doc.title, f"finding {rule.id} · {doc.status}" + (f" · group {doc.group}" if doc.group else ""), columns
    )
    rows += _prose(doc.explain, columns)
    when = doc.when
    conditions = (
        [f"{case}: {text}" for case, text in when.items()] if isinstance(when, Mapping) else [str(when)] if when else []
    )
    rows += _listing("Present when", conditions, columns)
    if doc.applies is not True:
        rows += _listing("Judged only if", [str(doc.applies)], columns)
    rows += _listing("It reads", _measurements(rule), columns)
    rows += _listing("Or ask", [doc.ask] if doc.ask else [], columns)
    if doc.try_ is not None:
        rows += _listing("Or try", [doc.try_.do + (f": {doc.try_.command}" if doc.try_.command else "")], columns)
    rows += _listing("Explained by", _arrows(rule.arrows, _cause_titles(book)), columns)
    if rule.otherwise is not None:
        rows += _listing("Seen with none of these", [f"in {rule.otherwise:.2g} of runs"], columns)
    rows += _listing("Also seen with", list(doc.also_seen_when), columns)
    rows += _fixes([(fix.do, fix.cost, fix.when, fix.source) for fix in doc.advice], "What to do", columns)
    rows += _listing("People say", list(doc.said), columns)
    return rows + _foot(doc.source, rule.entry.origin.source.file, columns)


def _question(doc: Question, columns: int) -> list[Row]:
    rows = _head(doc.ask, f"question {doc.question} · sets {doc.sets}", columns)
    return rows + _listing(
        "Answers", list(doc.choices) or [doc.kind + (f", in {doc.unit}" if doc.unit else "")], columns
    )


def _head(title: str, small: str, columns: int) -> list[Row]:
    return [*paragraph(title, columns, style="strong"), *paragraph(small, columns, style="dim")]


def _prose(text: str, columns: int) -> list[Row]:
    """Paragraphs, which blank lines separate."""
    rows: list[Row] = []
    for part in text.strip().split("\n\n"):
        if part.strip():
            rows += [[], *paragraph(part, columns)]
    return rows


def _listing(title: str, lines: Iterable[str], columns: int) -> list[Row]:
    rows: list[Row] = []
    for line in lines:
        rows += paragraph(line, columns, lead=Cell("  · ", "dim"))
    return [[], [Cell(title, "accent")], *rows] if rows else []


def _fixes(fixes: Sequence[tuple[Any, str, Any, Any]], title: str, columns: int) -> list[Row]:
    rows: list[Row] = []
    for number, (do, cost, when, source) in enumerate(fixes, 1):
        steps = listed(do)
        rows += paragraph(steps[0], columns, lead=Cell(f"  {number} ", "accent"))
        for step in steps[1:]:
            rows += paragraph(step, columns, lead="    then ")
        small = [f"takes {cost}" if cost else "", "" if when is True else f"if {when}", ", ".join(listed(source))]
        text = " · ".join(part for part in small if part)
        rows += paragraph(text, columns, lead="    ", style="dim") if text else []
    return [[], [Cell(title, "accent")], *rows] if rows else []


def _foot(source: str | list[str], file: str, columns: int) -> list[Row]:
    return [[], *paragraph(f"source: {', '.join(listed(source))} · file: {file}", columns, style="dim")]


def _arrows(arrows: Mapping[str, float], titles: Mapping[str, str]) -> list[str]:
    """Arrows in words, the strongest first."""
    ranked = sorted(arrows.items(), key=lambda pair: -pair[1])
    return [f"{frequency_word(p)}: {titles.get(name, name)} ({name})" for name, p in ranked]


def _measurements(rule: FindingRule) -> list[str]:
    from mladvisor.features.catalogue import find

    lines = []
    for name in rule.leaves:
        entry = find(name)
        unit = f", {entry.unit}" if entry is not None and entry.unit else ""
        lines.append(f"{name}: {entry.doc}{unit}" if entry is not None else name)
    return lines


def _prior(prior: str | float) -> str:
    return prior if isinstance(prior, str) else f"prior weight {prior:g}"


def _title(book: Rulebook, cause: str) -> str:
    return f"{book.causes[cause].doc.title} ({cause})" if cause in book.causes else cause


def _finding_titles(book: Rulebook) -> dict[str, str]:
    return {name: rule.doc.title for name, rule in book.findings.items()}


def _cause_titles(book: Rulebook) -> dict[str, str]:
    return {name: rule.doc.title for name, rule in book.causes.items()}
