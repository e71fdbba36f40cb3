"""What mails, reviews and commits say of another rate, batch or optimizer that was tried, or that there was before.

"batch size 64 -> 8000 ... accuracy 0.48 (was 0.96)", "with the step size divided by 30 the loss was at 0.21". A plan is
no trial, and says nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from math import inf
from typing import NamedTuple

from mladvisor.runs.other_languages import plainly
from mladvisor.runs.tuning_outcomes import Outcome, amount, outcome_of_change, outcome_of_trial
from mladvisor.runs.tuning_words import (
    BATCH,
    LARGER,
    NUMBER,
    OF,
    OPTIMIZER,
    PART,
    PLANNED,
    RATE,
    SIZE,
    SMALLER,
    THINGS,
    TIMES,
    UPDATE,
    WITH,
)


class Tried(NamedTuple):
    """Another choice than the run's, and what came of it.

    Attributes:
        kind: "rate", "batch" or "optimizer".
        larger: the other value is the larger one; None where only `value` tells it, or there is no order.
        value: the other value, where it is given. own: the run's own, where the sentence gives both.
        outcome: how it did.
        row: the line that it stands on. text: the sentence.
    """

    kind: str
    larger: bool | None
    value: float | str | None
    own: float | str | None
    outcome: Outcome
    row: int
    text: str


class Unit(NamedTuple):
    """A sentence in plain lower case, with its line."""

    text: str
    row: int


_MOST_LINES, _MAX_LINE, _SHOWN = 200, 1200, 140
_ENDS = re.compile(r"(?<=[.!?;])\s+|[。；]")
SAYS = re.compile(
    r"batch|lot|update|mise|atualiza|actualiza|learning|lr\b|rate|step|schritt|pas\b|paso|passo|taux|tasa|taxa|momentum|adam|sgd|rmsprop|批|学|动量|步长",
    re.IGNORECASE,
)
_VERSION = re.compile(r"^(?:#+\s*)?\[?v?\d+\.\d+(?:\.\d+)?\]?\b")
_COMMIT = re.compile(r"^commit [0-9a-f]{7,40}\b")


def units_of(lines: list[str]) -> list[Unit]:
    """The sentences of a text; of a log of changes or commits those of the newest."""
    found: list[Unit] = []
    heads = {"version": 0, "commit": 0}
    for row, line in enumerate(lines[:_MOST_LINES], 1):
        plain = plainly(line[:_MAX_LINE]).strip(" >*`|#\t")
        heads["version"] += line.startswith("#") and bool(_VERSION.match(line))
        heads["commit"] += bool(_COMMIT.match(line))
        if max(heads.values()) > 1:
            break
        found += [Unit(part, row) for part in _ENDS.split(plain) if part]
    return found


def may_speak_of_tuning(text: str) -> bool:
    """Some word of it is one for a rate, a batch or an optimizer."""
    return bool(SAYS.search(text))


_BECOMES = "->|=>|→|to|auf|a|para|por|up to|down to|改为|改成|到"
_PAIR = rf"\(?({NUMBER})\s?\)?(?:[a-z ]{{0,12}})?\s?(?:{_BECOMES})\s?({NUMBER})(?![a-z%])"
_CHANGED = tuple(
    (kind, re.compile(rf"{word}[^.;:\d]{{0,24}}?(?:from|von|de|da|desde|从)?\s?{_PAIR}"))
    for kind, word in (("batch", BATCH), ("rate", RATE))
)
_ARROW = re.compile(r"->|=>|→|\bfrom\b|\bvon\b|\bde\b|\bda\b|\bdesde\b|从")
_OPTIMIZERS = (
    re.compile(
        rf"(?:replac\w+|swap\w*|exchang\w+|ersetz\w+|remplac\w+|reemplaz\w+|substitu\w+)\s(?P<old>{OPTIMIZER})"
        rf"[^.;]{{0,30}}?\s(?:by|with|for|to|durch|par|por|per)\s[^.;]{{0,20}}?(?P<new>{OPTIMIZER})"
    ),
    re.compile(rf"(?P<new>{OPTIMIZER})\s(?:instead of|statt|au lieu de|em vez de|en vez de)\s(?P<old>{OPTIMIZER})"),
    re.compile(
        rf"(?:move|moved|moving|switch\w*|chang\w+|migrat\w+|wechsel\w*|umstellung|passage|cambio|mudan\w+)\s[^.;]{{0,20}}?"
        rf"(?:from|von|de|da)\s[^.;]{{0,12}}?(?P<old>{OPTIMIZER})\s[^.;]{{0,12}}?(?:to|auf|zu|a|para)\s[^.;]{{0,12}}?(?P<new>{OPTIMIZER})"
    ),
    re.compile(rf"(?P<old>{OPTIMIZER})\s?(?:->|=>|→)\s?(?P<new>{OPTIMIZER})"),
)
_FACTOR = (
    re.compile(
        rf"{RATE}[^.;\d]{{0,30}}?(?P<way>divided by|geteilt durch|divisee? par|dividid[oa] por|除以|/)\s?{NUMBER}"
    ),
    re.compile(
        rf"{RATE}[^.;\d]{{0,30}}?(?P<way>multiplied by|times|multiplie par|multiplicad[oa] por|乘以|x)\s?{NUMBER}"
    ),
    re.compile(
        rf"(?<![\d.,e-])({NUMBER})[ -]?{TIMES}(?![a-z])\s?(?:as |so |the |a |plus |mas |mais |of |{OF} )*"
        rf"(?P<way>{SMALLER}|{LARGER})?[a-z ]{{0,10}}?{RATE}"
    ),
    re.compile(rf"{RATE}\s[^.;\d]{{0,12}}?({NUMBER})[ -]?{TIMES}(?![a-z])\s?(?:as |so )?(?P<way>{SMALLER}|{LARGER})"),
    re.compile(rf"(?P<way>{PART}) (?:{OF} )*{RATE}"),
)
_TO = re.compile(
    rf"(?P<way>{SMALLER}|{LARGER})\w{{0,3}}\s[^.;\d]{{0,24}}?{RATE}[^.;\d]{{0,24}}?\s(?:to|auf|a|à|为|到)\s(?P<to>{NUMBER})"
    rf"|{RATE}[^.;\d]{{0,24}}?\s(?:to|auf|a)\s(?P<to2>{NUMBER})\s(?P<way2>{SMALLER}|{LARGER})"
)
_ANY_OF = r"(?:a |an |einer |un |une |um |des |batches )?"
_BATCH_TRIED = (
    re.compile(rf"(?<![a-z])(?:{WITH})\s{_ANY_OF}{BATCH}[^.;\d]{{0,12}}?{SIZE}"),
    re.compile(rf"averag\w+ over (?P<n>{NUMBER}) {THINGS}"),
    re.compile(rf"(?<![a-z])(?:{WITH})\s(?P<n>{NUMBER}) {THINGS} (?:per|pro|por|par) (?:{UPDATE}|{BATCH})"),
)
_OPTIMIZER_TRIED = re.compile(rf"(?<![a-z])(?:{WITH}|用)\s?(?:plain |ordinary )?(?P<name>{OPTIMIZER})")
_NO_MOMENTUM = re.compile(
    r"(?:without|no|ohne|sans|sin|sem|senza) (?:the |any |le )?(?:momentum|momento)(?![a-z])"
    r"|去掉动量|不用动量|取消动量|(?:dropp\w+|remov\w+) (?:the )?momentum"
)


def tried_in(units: list[Unit]) -> Iterator[Tried]:
    """Other choices than the run's, with what came of them, in the order of the text."""
    for at, unit in enumerate(units):
        if not SAYS.search(unit.text) or PLANNED.search(unit.text):
            continue
        changed = list(changes_in(unit))
        for kind, larger, old, new, end in changed:
            outcome = _judged(units, at, end, changed=True)
            yield Tried(kind, larger, old, new, outcome, unit.row, unit.text[:_SHOWN])
        for kind, larger, value, end in () if changed else _trials(unit):
            yield Tried(kind, larger, value, None, _judged(units, at, end, changed=False), unit.row, unit.text[:_SHOWN])


def changes_in(unit: Unit) -> Iterator[tuple[str, bool | None, float | str, float | str, int]]:
    """(kind, the old one is larger, the old value, the new one, where it ends) of each change of the own setting."""
    for kind, pattern in _CHANGED:
        found = pattern.search(unit.text)
        if found is None or not _ARROW.search(found[0]):
            continue
        old, new = amount(found[1]), amount(found[2])
        if old is not None and new is not None and old != new and may_be(kind, old) and may_be(kind, new):
            yield kind, old > new, old, new, found.end()
    for pattern in _OPTIMIZERS:
        found = pattern.search(unit.text)
        names = found.groupdict() if found is not None else {}
        old_name, new_name = names.get("old"), names.get("new")
        if found is not None and old_name and new_name and old_name != new_name:
            yield "optimizer", None, old_name, new_name, found.end()
            return


def may_be(kind: str, value: float) -> bool:
    return 1 <= value < inf and value == int(value) if kind == "batch" else 0 < value < _MOST_RATE


_MOST_RATE = 100.0


def _trials(unit: Unit) -> Iterator[tuple[str, bool | None, float | str | None, int]]:
    """(kind, the other is larger, its value, where it ends) of each other choice that somebody tried."""
    for pattern in _FACTOR:
        if found := pattern.search(unit.text):
            yield "rate", not _shrinks(found["way"]), None, found.end()
            break
    else:
        if found := _TO.search(unit.text):
            value = amount(found["to"] or found["to2"])
            if value is not None and 0 < value < 1:
                yield "rate", not _shrinks(found["way"] or found["way2"]), value, found.end()
    for pattern in _BATCH_TRIED:
        for found in pattern.finditer(unit.text):
            value = amount(found["n"])
            if value is not None and may_be("batch", value):
                yield "batch", None, value, found.end()
    if found := _NO_MOMENTUM.search(unit.text):
        yield "optimizer", None, "no momentum", found.end()
    elif found := _OPTIMIZER_TRIED.search(unit.text):
        yield "optimizer", None, found["name"], found.end()


_SHRINKS = re.compile(rf"{SMALLER}|{PART}|divi|geteilt|除以|^/$")


def _shrinks(way: str | None) -> bool:
    return way is not None and _SHRINKS.search(way) is not None


def _judged(units: list[Unit], at: int, end: int, changed: bool) -> Outcome:
    unit = units[at]
    behind = [each.text for each in units[at + 1 : at + 4] if not PLANNED.search(each.text)]
    above = f"{units[at - 1].text} {unit.text[:end]}" if at else unit.text[:end]
    judge = outcome_of_change if changed else outcome_of_trial
    return judge([unit.text[end:], *behind], above)
