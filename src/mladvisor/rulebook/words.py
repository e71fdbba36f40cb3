"""Texts of the rulebook with a run's values in them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from mladvisor.features.measured import Items, Measured
from mladvisor.rulebook.documents import Show
from mladvisor.rulebook.expression.compile import compile_number
from mladvisor.rulebook.expression.parse import parse
from mladvisor.rulebook.expression.scope import ItemScope, Scope
from mladvisor.rulebook.expression.tree import ExpressionError
from mladvisor.rulebook.expression.values import parts
from mladvisor.rulebook.templates import Filled, all_unknown, clean, compile_template, formatted, listing, render

if TYPE_CHECKING:
    from mladvisor.rulebook.book import Judged, Rulebook

SHOW_EXPRESSIONS = ("start", "end", "level", "every", "at")


def _within(book: Rulebook, scope: Scope, judged: Judged | None) -> Scope:
    """The scope of the worst item, for the texts of a finding that is judged by item."""
    finding = book.findings.get(judged.finding) if judged else None
    if judged and finding and finding.doc.each and judged.worst is not None:
        return ItemScope(scope, finding.doc.each, judged.worst)
    return scope


def text(book: Rulebook, cache: dict[str, Any], template: str, scope: Scope, judged: Judged | None) -> str:
    """See `Rulebook.text`."""
    if not any(mark in template for mark in "{}[]"):
        return template
    compiled = cache.get(template)
    if compiled is None:
        try:
            compiled = compile_template(template, book.names)
        except ExpressionError:
            compiled = (template,)
        cache[template] = compiled
    filled = Filled(judged.items, judged.worst, judged.case) if judged else Filled()
    try:
        return render(compiled, _within(book, scope, judged), filled)
    except Exception as error:
        scope.note(f'the text "{clean(template)}" failed ({type(error).__name__}: {error})')
        return template


def sentence(book: Rulebook, scope: Scope, judged: Judged) -> str:
    """See `Rulebook.sentence`."""
    finding = book.findings[judged.finding]
    if finding.doc.measured:
        told = book.text(finding.doc.measured, scope, judged)
        return "" if judged.state == "answered" and _says_nothing(book, scope, judged) else told
    shown = (f"{name} = {_value(value, judged.worst)}" for name, value in judged.features.items())
    start = f"{listing(judged.items)}: " if judged.items else ""
    return start + ", ".join(text for text in shown if not text.endswith(" = "))


def _says_nothing(book: Rulebook, scope: Scope, judged: Judged) -> bool:
    """Whether no value of the sentence is known, because a person has answered what was not measured."""
    try:
        compiled = compile_template(book.findings[judged.finding].doc.measured, book.names)
        filled = Filled(judged.items, judged.worst, judged.case)
        return all_unknown(compiled, _within(book, scope, judged), filled)
    except Exception:
        return False


def values_read(book: Rulebook, scope: Scope, judged: Judged) -> list[str]:
    """Every value that the rule reads, as `name = value ± standard error`; of an unknown one, why.

    Where it does not apply those stand there that decide so.
    """
    finding = book.findings[judged.finding]
    applies = finding.applies.leaves if finding.applies is not None and judged.state == "not-applicable" else ()
    names = [*sorted(applies), *finding.leaves]
    return [f"{name} = {_value_or_why(scope.measured(name), judged)}" for name in dict.fromkeys(names)]


def _value_or_why(value: Measured | Items, judged: Judged) -> str:
    told = _value(value, judged.worst)
    if told:
        return told + (f" ({clean(judged.worst)})" if isinstance(value, Mapping) and judged.worst else "")
    if not isinstance(value, Measured):
        return f"{len(value)} values" if value else "unknown"
    state = value.state.replace("-", " ")
    return f"{state} ({clean(value.note)})" if value.note else state


def _value(value: Measured | Items, item: str | None) -> str:
    if isinstance(value, Mapping):
        inside = value.get(item) if item is not None else None
        return _value(inside, None) if inside is not None else ""
    if value.value is None:
        return ""
    if isinstance(value.value, str):
        return clean(value.value)
    if isinstance(value.value, bool):
        return "yes" if value.value else "no"
    error = f" ± {formatted(value.se, '.2g')}" if value.se > 0 else ""
    return formatted(float(value.value)) + error


def shown(book: Rulebook, scope: Scope, judged: Judged) -> dict[str, Any]:
    """See `Rulebook.shown`."""
    show = book.findings[judged.finding].doc.show
    if show is None:
        return {}
    inside = _within(book, scope, judged)
    result: dict[str, Any] = {}
    for field, name in zip(Show.__struct_fields__, Show.__struct_encode_fields__, strict=True):
        value = getattr(show, field)
        if value == "":
            continue
        if field in SHOW_EXPRESSIONS:
            value = _number(book, inside, value)
        if value is not None:
            result[name] = value
    return result


def _number(book: Rulebook, scope: Scope, expression: Any) -> float | None:
    if isinstance(expression, int | float):
        return float(expression)
    try:
        value = compile_number(parse(expression), book.names).run(scope)
    except Exception:
        return None
    return parts(value)[0] if isinstance(value, float) or hasattr(value, "errors") else None
