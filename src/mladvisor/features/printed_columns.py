"""Columns that the run printed to be missing: a loader that goes on without them says so in a line of its log."""

from __future__ import annotations

import re

from mladvisor.features.catalogue import Measures, feature
from mladvisor.features.measured import Measured, unknown
from mladvisor.features.printed import texts

HOW = "keep what the training prints, its warnings too, beside the log (`python train.py > train.log 2>&1`)"
_WORDS = (
    b"channel",
    b"sensor",
    b"signal",
    b"column",
    b"feature",
    b"field",
    b"variable",
    b"spalte",
    b"columna",
    b"colonne",
    b"colonna",
    b"coluna",
)
_THING = r"(?:columns?|features?|fields?|variables?|spalten?|columnas?|colunas?|colonn[aei]s?|merkmale?)"
_QUOTE = r"""['"`][^'"`\n]{1,80}['"`]"""
_NAMED = rf"(?:\s*[:=]?\s*(?:\[[^\]\n]{{1,400}}\]|\([^)\n]{{1,400}}\)|{_QUOTE}(?:,\s*{_QUOTE})*|[A-Za-z]\w*_\w+))"
_GONE = (
    r"(?:not (?:found|present|available|in (?:the )?\w+)|(?:is|are|was|were) (?:missing|absent|unavailable|not there)"
    r"|missing (?:in|from)|absent (?:in|from)|do(?:es)? not exist|nicht gefunden|fehl(?:t|en)|no encontrad[oa]s?"
    r"|introuvables?|absente?s?|non trovat[aei]|mancanti?|nao encontrad[oa]s?)\b"
)
_AFTER = re.compile(rf"\b{_THING}\b{_NAMED}.{{0,60}}?\b{_GONE}", re.IGNORECASE)
_BEFORE = re.compile(
    rf"\b(?:missing|absent|unavailable|fehlende|faltan|manquantes?)\s+(?:input\s+)?{_THING}\b{_NAMED}", re.IGNORECASE
)
_SOURCE = r"(?:channels?|sensors?|signals?|tags?|inputs?|columns?|features?|fields?|variables?)"
_DEFAULTED = re.compile(
    rf"\b{_SOURCE}\b.{{0,60}}?\b(?:not (?:subscribed|received|delivered|connected|found|available|present|sent)"
    r"|unsubscribed|offline|unavailable|(?:is|are|was|were) (?:missing|absent))\b"
    r".{0,60}?\b(?:defaults?|default values?|zeros?|filled with 0|fill value|constant|placeholder)\b",
    re.IGNORECASE,
)
"""Where values come from is gone, and something that says nothing takes their place: no value before, and no median of
a few cells that are missing."""
_NO_DATA = re.compile(
    r"\b(?:config\w{0,10}|settings?|arguments?|args|options?|flags?|handler|pipeline|buffer|cuda|gpu|driver)\b"
    r"|\b(?:0|no|none) (?:\w{1,20} )?(?:is |are |was |were )?(?:not|missing|absent|offline|unavailable)\b",
    re.IGNORECASE,
)
"""A part of the program that is not there, or nothing that is not there."""
_IN_BRACKETS = re.compile(r"[(\[]\s{0,3}(\w{1,60}(?:\s{0,3},\s{0,3}\w{1,60}){0,40})\s{0,3}[)\]]")
_NOT_THIS = re.compile(
    r"missing (?:values?|cells?|data|entries)|\b(?:unused|optional|expected missing|metadata|id column)\b"
    r"|target|label|\bdropped by design\b|\bignored by design\b|Error\b|\bPASS(?:ED)?\b"
    r"|\b(?:not|missing) (?:\w{1,12} )?(?:in|from) (?:the )?(?:config\w{0,10}|settings|environment|checkpoint)\b"
    r"|\btest_\w|\bdefaults? (?:none|settings)\b",
    re.IGNORECASE,
)
_QUOTED = re.compile(r"['\"`]([^'\"`]{1,80})['\"`]")
_SHOWN = 160


def gone(m: Measures) -> tuple[set[str], Measured] | None:
    """The columns, and the first line that names some. Use `m.once`."""
    names: set[str] = set()
    first: Measured | None = None
    for text in m.once(texts):
        for at, line in text.lines(*_WORDS):
            found = _AFTER.search(line) or _BEFORE.search(line)
            defaulted = _DEFAULTED.search(line) if found is None and _NO_DATA.search(line) is None else None
            found = found or defaulted
            if found is None or _NOT_THIS.search(line):
                continue
            listed = _IN_BRACKETS.search(line) if defaulted is not None else None
            quoted = set(listed[1].replace(" ", "").split(",")) if listed else set(_QUOTED.findall(found[0]))
            names |= quoted or {found[0]}
            first = first or Measured(line.strip()[:_SHOWN], where=text.where(at))
    return (names, first) if first is not None else None


@feature("messages.columns_gone", unit="columns", doc="Columns that the run printed to be missing from a table, and"
         " went on without; unknown where it printed nothing of the kind", how=HOW,
         source="test.missing-inputs")  # fmt: skip
def columns_gone(m: Measures) -> Measured:
    found = m.once(gone)
    if found is None:
        return unknown("" if m.once(texts) else HOW)
    return Measured(float(len(found[0])), where=found[1].where)


@feature("messages.columns_gone_line", type="any", doc="The first printed line that says that columns are missing",
         how=HOW, source="test.missing-inputs")  # fmt: skip
def columns_gone_line(m: Measures) -> Measured:
    found = m.once(gone)
    return found[1] if found is not None else unknown("" if m.once(texts) else HOW)
