"""Settings that sentences state: "Adam, mini-batch 64, learning rate 0.08", "each update sees one image"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from mladvisor.runs.tuning_outcomes import amount
from mladvisor.runs.tuning_said import SAYS, Unit, changes_in, may_be
from mladvisor.runs.tuning_words import (
    BATCH,
    IS,
    MOMENTUM,
    NUMBER,
    OPTIMIZER,
    PLANNED,
    RATE,
    SIZE,
    THINGS,
    UPDATE,
    WITH,
)


class Stated(NamedTuple):
    """A setting of the run, as a sentence gives it: "learning_rate", "batch_size", "momentum", "optimizer",
    "updates_per_epoch", with the line that it stands on."""

    key: str
    value: float | str
    row: int


_ONE_WORDS = "one|a single|einen?|une seule|un seul|una sola|uma unica|um unico"
_MADE = "updates?|steps?|mises? a jour|atualizac(?:ao|oes)|actualizac(?:ion|iones)|aktualisierung(?:en)?|schritte?"
_OF_WEIGHTS = "(?: (?:dos|de|des|der|los|dei) (?:pesos|poids|gewichte|pesi))?"
_EPOCH = "(?:per|an|pro|je|par|por|a) (?:epoch|epoche|epoque|epoca|pass)"
_STATED: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("batch_size", re.compile(rf"{BATCH}(?: size| groesse)?{IS}{SIZE}")),
    (
        "batch_size",
        re.compile(
            rf"(?:each|every|one|a) (?:single )?{UPDATE}s? (?:now |only )?(?:sees|uses|has|is|gets) "
            rf"(?:now |only |just )?(?P<n>{_ONE_WORDS}|{NUMBER}) {THINGS}"
        ),
    ),
    (
        "batch_size",
        re.compile(rf"(?<![\w.,])(?P<n>{_ONE_WORDS}|{NUMBER}) {THINGS} (?:per|in each) (?:{UPDATE}|{BATCH})"),
    ),
    ("learning_rate", re.compile(rf"{RATE}{IS}(?P<n>0[.,]\d+|\d(?:[.,]\d+)?e-\d+)(?![\d.,]*\d|[a-z%])")),
    ("momentum", re.compile(rf"{MOMENTUM}{IS}(?P<n>0?[.,]\d+)(?!\d|%)")),
    (
        "updates_per_epoch",
        re.compile(rf"(?P<n>{_ONE_WORDS}|{NUMBER}) (?:weight )?(?:{_MADE}){_OF_WEIGHTS} {_EPOCH}"),
    ),
)
_OTHERS = re.compile(
    rf"(?<![a-z])(?:{WITH}|instead of|statt|au lieu de|em vez de|old|former|not|from|was|if|copied)\s(?:a |the |an )?$"
)
_OPTIMIZER_NAMED = re.compile(OPTIMIZER)
_ONE = re.compile(_ONE_WORDS)


def stated_in(units: list[Unit]) -> list[Stated]:
    """Settings of the run, where the text gives one value of each and not as that of another trial."""
    found: dict[str, list[Stated]] = {}
    for unit in units:
        if not SAYS.search(unit.text) or PLANNED.search(unit.text):
            continue
        changed = list(changes_in(unit))
        for kind, _, _, new, _ in changed:
            key = {"batch": "batch_size", "rate": "learning_rate", "optimizer": "optimizer"}[kind]
            found.setdefault(key, []).append(Stated(key, new, unit.row))
        if changed:
            continue
        here = list(_values(unit))
        for each in here:
            found.setdefault(each.key, []).append(each)
        named = {each[0] for each in _OPTIMIZER_NAMED.finditer(unit.text)}
        if len(named) == 1 and {"learning_rate", "batch_size", "momentum"} & {each.key for each in here}:
            found.setdefault("optimizer", []).append(Stated("optimizer", named.pop(), unit.row))
    return [each[0] for each in found.values() if len({one.value for one in each}) == 1]


def _values(unit: Unit) -> Iterator[Stated]:
    seen: set[int] = set()
    for key, pattern in _STATED:
        for found in pattern.finditer(unit.text):
            value = 1.0 if _ONE.fullmatch(found["n"]) else amount(found["n"])
            if value is None or _OTHERS.search(unit.text[: found.start()]) or found.start("n") in seen:
                continue
            if key in ("batch_size", "updates_per_epoch") and not may_be("batch", value):
                continue
            seen.add(found.start("n"))
            yield Stated(key, value, unit.row)
