"""How many rows of a table a join found nothing for, as a pipeline prints it: "join on ref: 1500 rows, 0 matched"."""

from __future__ import annotations

import re
from collections.abc import Iterator

from mladvisor.runs.data_verdicts import Said

_JOIN = re.compile(r"\b(?:left[ _-])?(?:join(?:ed|ing)?|merg(?:e|ed|ing)|look(?:ed|ing)?[ _-]?up)\b", re.IGNORECASE)
_OF = re.compile(
    r"(\d{1,9})\s{0,3}(?:of|out of|/)\s{0,3}(\d{1,9})\s(?:[a-z]{1,12}\s){0,3}(?:matched|found|joined)", re.IGNORECASE
)
_BESIDE = re.compile(r"(\d{1,9})\s(?:[a-z]{1,12}\s){0,2}rows\b\D{1,20}?(\d{1,9})\s(?:matched|matches)", re.IGNORECASE)
_BEHIND = re.compile(r"\bmatched\s?[:=]?\s?(\d{1,9})\s{0,3}(?:of|out of|/)\s{0,3}(\d{1,9})", re.IGNORECASE)
_MEANT_TO_MISS = re.compile(
    r"\b(?:block[ _-]?list|black[ _-]?list|deny[ _-]?list|leak\w*|overlap\w*|duplicat\w*|disjoint|anti[ _-]?join"
    r"|(?:val|valid|validation|test|hold[ _-]?out)\b.{0,80}\btrain(?:ing)?"
    r"|train(?:ing)?\b.{0,80}\b(?:val|valid|validation|test|hold[ _-]?out))\b",
    re.IGNORECASE,
)
"""Words of a check that is passed where nothing is found: of the parts of a split, of rows that must not be there."""
_MOST_LINE = 500


def unmatched_in_line(line: str) -> Iterator[Said]:
    """The share of the rows of a join that found no partner."""
    line = line[:_MOST_LINE]
    if _JOIN.search(line) is None or _MEANT_TO_MISS.search(line) is not None:
        return
    found = _OF.search(line) or _BEHIND.search(line)
    if found is not None:
        matched, rows = int(found[1]), int(found[2])
    elif (found := _BESIDE.search(line)) is not None:
        rows, matched = int(found[1]), int(found[2])
    else:
        return
    if 0 <= matched <= rows and rows > 0:
        yield Said("unmatched", "", None, 1.0 - matched / rows, line.strip()[:_MOST_NOTE])


_MOST_NOTE = 100
