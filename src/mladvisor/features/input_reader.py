"""What a reader of data printed of input that it should have refused: checks that are off, cells that it made up."""

from __future__ import annotations

import re
from collections.abc import Iterator

from mladvisor.features.catalogue import Measures, feature
from mladvisor.features.measured import Measured, Where, unknown
from mladvisor.features.printed import Text, texts

_HOW = "keep what the training prints beside the log (`python train.py > train.log 2>&1`)"
_OFF = re.compile(
    r"\b(?:schema|input|data|request|row|type|feature)s?[ _-]?(?:check(?:s|ing|er)?|validat(?:ion|or))\b\W{0,4}"
    r"(?:is |are |was )?(?:disabled|off\b|skipped|switched off|turned off|not enabled|bypassed|inactive)"
    r"|\b(?:skipping|without|bypassing|disabled?) (?:the )?"
    r"(?:schema|input|data|request|row|type)s? (?:check|validation)",
    re.IGNORECASE,
)
_UNREADABLE = r"unpars(?:e?able|ed)|invalid|malformed|non-?numeric|unreadable|unconvertible|corrupt(?:ed)?|bad|illegal"
_WHAT = r"values?|cells?|entries|strings?|fields?|numbers?|tokens?"
_COERCED = re.compile(
    rf"\b(?P<n>\d[\d,_]{{0,12}}) (?:{_UNREADABLE}) (?:{_WHAT})\b.{{0,80}}?"
    r"(?:coerced|replaced|set to|filled|treated as|converted|mapped|read as|taken as|->|defaulted)"
    rf"|\b(?:coerced|coercing|replaced|replacing) (?P<m>\d[\d,_]{{0,12}}) "
    rf"(?:{_UNREADABLE}|non-?finite)? ?(?:{_WHAT})\b",
    re.IGNORECASE,
)


def _matches(m: Measures, pattern: re.Pattern[str], *words: bytes) -> Iterator[tuple[re.Match[str], Where]]:
    parts: list[Text] = m.once(texts)
    for text in parts:
        for at, line in text.lines(*words):
            match = pattern.search(line)
            if match is not None:
                yield match, text.where(at)


@feature(
    "reader.checks_off",
    type="flag",
    doc="The program printed that it does not check its input (a schema check that is disabled, validation skipped)",
    how=_HOW,
    source="test.errors",
)
def checks_off(m: Measures) -> Measured:
    found = next(_matches(m, _OFF, b"check", b"validat"), None)
    if found is None:
        return unknown("nothing was printed of checks of the input", "not-logged")
    return Measured(True, note=found[0][0], where=found[1])


@feature(
    "reader.cells_coerced",
    unit="cells",
    doc="Cells that could not be read and were given some value instead, by what the program printed",
    how=_HOW,
    source="test.errors",
)
def cells_coerced(m: Measures) -> Measured:
    found = list(_matches(m, _COERCED, b"coerc", b"unpars", b"invalid", b"malformed", b"numeric", b"bad ", b"corrupt"))
    if not found:
        return unknown("nothing was printed of cells that could not be read", "not-logged")
    counts = [float(re.sub(r"\D", "", match["n"] or match["m"])) for match, _ in found]
    return Measured(max(counts), where=found[0][1])
