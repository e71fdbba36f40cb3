"""Notes that set a run beside an earlier one: "reference (last release): val acc 0.847; this run: 0.697"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

_MAX_LINE = 300
_REFERENCE = re.compile(
    r"\b(?:reference|référence|referencia|referência|referenz|riferimento|last (?:release|version|model|run)"
    r"|previous (?:release|version|model|run)|prior (?:model|version|run)|champion|incumbent|in production"
    r"|production model|current(?:ly)? (?:model|deployed)|version en service)\b",
    re.IGNORECASE,
)
_OWN = re.compile(
    r"\b(?:this (?:run|model|version|one)|candidate|new (?:model|version|run)|ours|ce run|cette version"
    r"|este (?:run|modelo)|esta ejecuci[oó]n|dieser lauf|neuer lauf|questo run)\b",
    re.IGNORECASE,
)
_NUMBER = r"(\d+(?:[.,]\d+)?(?:e[-+]?\d+)?\s?%?|nan)"
_SCORE = re.compile(rf"([A-Za-z][A-Za-z0-9_@/ -]{{0,30}}?)(?:\s*[:=]\s*|\s+){_NUMBER}(?![\w.])", re.IGNORECASE)
_VALUE = re.compile(rf"(?<![\w.]){_NUMBER}(?![\w.])", re.IGNORECASE)


class Reference(NamedTuple):
    """What a metric is called, its value for the earlier model, and for this run."""

    metric: str
    before: float
    own: float


def references_in(lines: list[str]) -> Iterator[Reference]:
    """Each line that gives one metric of an earlier model and of this run, in this order."""
    for whole in lines:
        line = whole[:_MAX_LINE]
        earlier = _REFERENCE.search(line)
        own = _OWN.search(line, earlier.end()) if earlier else None
        if earlier is None or own is None:
            continue
        said = list(_SCORE.finditer(line, earlier.end(), own.start()))
        value = _VALUE.search(line, own.end())
        if said and value is not None:
            yield Reference(said[-1][1].strip(), _number(said[-1][2]), _number(value[1]))


def _number(text: str) -> float:
    value = float(text.rstrip("% ").replace(",", "."))
    return value / 100.0 if text.endswith("%") else value
