"""Texts with values in them: `{name:spec}`, arithmetic inside, and `[..]` parts that go when a value is unknown.

A formatter of its own: no attribute access, nothing but the expression language inside the braces. `{items}`,
`{worst}` and `{case}` stand for what the judged finding names. `{{`, `}}`, `[[` and `]]` are the plain signs.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from typing import Any, Final

import msgspec

from mladvisor.rulebook.expression.compile import Compiled, compile_value
from mladvisor.rulebook.expression.names import Names
from mladvisor.rulebook.expression.parse import parse
from mladvisor.rulebook.expression.scope import Scope
from mladvisor.rulebook.expression.tree import ExpressionError
from mladvisor.rulebook.expression.values import NA, Uncertain

MAX_LENGTH: Final = 4_000
SPECIAL: Final = ("items", "worst", "case")
_SPEC: Final = r"[+]?,?(\.\d{1,2})?[%fegd]?"
_SHOWN_ITEMS = 5
_SHOWN_LETTERS = 100


class Value(msgspec.Struct, frozen=True):
    """A `{...}`: an expression, or one of the special names."""

    compiled: Compiled | None
    special: str
    spec: str


Part = str | Value | tuple[Any, ...]


class Filled(msgspec.Struct, frozen=True):
    """What the special names stand for."""

    items: Sequence[str] = ()
    worst: str | None = None
    case: str | None = None


def compile_template(text: str, names: Names) -> tuple[Part, ...]:
    """The parts of a template. Raises `ExpressionError` at the offset of what is wrong."""
    if len(text) > MAX_LENGTH:
        raise ExpressionError(f"the text has {len(text):,} characters; at most {MAX_LENGTH:,} are read", 0)
    parts, at = _parts(text, 0, names, optional=False)
    if at < len(text):
        raise ExpressionError('"]" closes nothing; write "]]" for a plain one', at)
    return parts


def _parts(text: str, at: int, names: Names, *, optional: bool) -> tuple[tuple[Part, ...], int]:
    parts: list[Part] = []
    plain: list[str] = []
    while at < len(text):
        mark = text[at]
        if mark in "{}[]" and text[at : at + 2] == mark * 2:
            plain.append(mark)
            at += 2
            continue
        if mark == "]":
            break
        if mark == "}":
            raise ExpressionError('"}" closes nothing; write "}}" for a plain one', at)
        if mark not in "{[":
            plain.append(mark)
            at += 1
            continue
        if plain:
            parts.append("".join(plain))
            plain = []
        if mark == "{":
            end = text.find("}", at)
            if end < 0:
                raise ExpressionError('"{" is never closed; write "{{" for a plain one', at)
            parts.append(_value(text[at + 1 : end], at + 1, names))
            at = end + 1
        else:
            if optional:
                raise ExpressionError('a "[..]" part cannot hold another; write "[[" for a plain "["', at)
            inner, end = _parts(text, at + 1, names, optional=True)
            if end >= len(text):
                raise ExpressionError('"[" is never closed; write "[[" for a plain one', at)
            parts.append(inner)
            at = end + 1
    if plain:
        parts.append("".join(plain))
    return tuple(parts), at


def _value(inside: str, at: int, names: Names) -> Value:
    expression, spec = _split(inside)
    if not re.fullmatch(_SPEC, spec):
        where = at + len(expression) + 1
        raise ExpressionError(f'"{spec}" is no number format; examples: .2f  .0%  .3g  .1e  d  ,d', where, len(spec))
    if expression.strip() in SPECIAL:
        return Value(None, expression.strip(), spec)
    try:
        return Value(compile_value(parse(expression), names), "", spec)
    except ExpressionError as error:
        raise ExpressionError(error.message, at + error.at, error.width) from None


def _split(inside: str) -> tuple[str, str]:
    """Expression and format; a colon inside quotes belongs to the expression."""
    quote = ""
    for index, mark in enumerate(inside):
        if quote:
            quote = "" if mark == quote else quote
        elif mark in "\"'":
            quote = mark
        elif mark == ":":
            return inside[:index], inside[index + 1 :]
    return inside, ""


def render(parts: tuple[Part, ...], scope: Scope, filled: Filled) -> str:
    """The text with values; a value that is unknown is written "unknown", and drops the `[..]` part it stands in."""
    told = "".join(_joined([_render(part, scope, filled) for part in parts]))
    return told.replace("the last 100% of the run", "the whole run")


def all_unknown(parts: tuple[Part, ...], scope: Scope, filled: Filled) -> bool:
    """Whether a template has values outside `[..]`, and not one of them is known."""
    values = [part for part in parts if isinstance(part, Value)]
    return bool(values) and all(_text_of(value, scope, filled) is None for value in values)


def _render(part: Part, scope: Scope, filled: Filled) -> tuple[str, bool]:
    """A part as text, and whether it is a value."""
    if isinstance(part, str):
        return part, False
    if isinstance(part, Value):
        return _text_of(part, scope, filled) or "unknown", True
    texts = []
    for inner in part:
        text = inner if isinstance(inner, str) else _text_of(inner, scope, filled)
        if text is None:
            return "", False
        texts.append((text, not isinstance(inner, str)))
    return "".join(_joined(texts)), False


_VOWEL = re.compile(r"([aeiouAEIO]|[FfLlMmRr][1-9]\b|[MR][A-Z]{2}|8|1[18]\b)")
_PLURAL = re.compile(
    r"( (?:more )?)(epoch|step|point|row|time|evaluation|column|layer|class|batch|unit|run|spike|value|item|group"
    r"|update|cell|filter|feature)(es|s)\b"
)


def _joined(texts: list[tuple[str, bool]]) -> list[str]:
    """The texts with the grammar that depends on values: "an accuracy", "1 epoch"."""
    told = [text for text, _ in texts]
    for number, (text, is_value) in enumerate(texts):
        if not is_value:
            continue
        before = told[number - 1] if number else ""
        if before.endswith((" a ", "A ")) and before[-3:-2] in ("", " ", ":", ";") and _VOWEL.match(text):
            told[number - 1] = f"{before[:-1]}n "
        if text == "1" and number + 1 < len(told):
            plural = _PLURAL.match(told[number + 1])
            if plural:
                told[number + 1] = plural[1] + plural[2] + told[number + 1][plural.end() :]
    return told


def _text_of(value: Value, scope: Scope, filled: Filled) -> str | None:
    if value.compiled is None:
        if value.special == "items":
            return listing(filled.items) or None
        word = filled.worst if value.special == "worst" else filled.case
        return None if word is None else clean(word)
    found = value.compiled.run(scope)
    if found is None or found is NA:
        return None
    if isinstance(found, str):
        return clean(found)
    number = found.value if isinstance(found, Uncertain) else float(found)
    if value.compiled.kind == "condition" and not value.spec:
        return "yes" if number >= 0.5 else "no"
    return formatted(number, value.spec)


def formatted(number: float, spec: str = "") -> str:
    """A number in a format of ours; without one, about three digits, whole numbers whole."""
    if not math.isfinite(number):
        return "NaN" if math.isnan(number) else "infinite" if number > 0 else "-infinite"
    if spec.endswith("d"):
        return format(round(number), spec)
    if spec:
        return _readable(number, spec)
    if number == round(number) and abs(number) < 1e6:
        return format(round(number), "d")
    return format(number, ".3g")


def _readable(number: float, spec: str) -> str:
    """A number by its format, where that says something: 0.03% instead of 0.0%, 99.8% instead of 100%, 154,271
    instead of 154271.0, 114 instead of 114.33, 1,600 instead of 1.6e+03."""
    text = format(number, spec)
    size = abs(number)
    if spec.endswith("%"):
        shown = float(text.rstrip("%").replace(",", ""))
        if shown == 0.0 and size >= 1e-9:
            sign = "+" if spec.startswith("+") else ""
            return f"{100 * number:{sign}.1g}%" if size >= 1e-6 else "0%"
        if abs(shown) == 100.0 and 0.99 <= size < 0.9995:
            return format(number, ".1%")
        if shown in (0.0, 100.0):
            return f"{shown:.0f}%"
        if size >= 10:
            return format(number, ",.0%")
    elif size >= 1e9 and spec.endswith("f"):
        return format(number, ".2g")  # thirty digits are not read
    elif size >= 100 and spec.endswith("f"):
        return format(number, ",.0f")
    elif "e+" in text and spec.endswith("g") and size < 1e9:
        return format(float(text), ",.0f")
    return text


def clean(text: str) -> str:
    """A text from a user's file on one line, without control characters, cut at a bearable length."""
    text = "".join(mark if mark.isprintable() else " " for mark in text[: 2 * _SHOWN_LETTERS])
    return text if len(text) <= _SHOWN_LETTERS else text[: _SHOWN_LETTERS - 1] + "…"


def listing(items: Sequence[str]) -> str:
    """Names in a sentence: a, b and c; a, b, c, d, e and 3 more."""
    names = [clean(item) for item in items[:_SHOWN_ITEMS]]
    if len(items) > _SHOWN_ITEMS:
        return f"{', '.join(names)} and {len(items) - _SHOWN_ITEMS} more"
    return " and ".join(filter(None, (", ".join(names[:-1]), *names[-1:])))
