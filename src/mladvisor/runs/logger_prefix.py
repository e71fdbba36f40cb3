"""What a logger writes before a message: date, time, level and name, as Python's, loguru's and glog's do."""

from __future__ import annotations

import re

_STARTS = frozenset("0123456789[DIWEC")
_PART = re.compile(
    r"""\s*(?:
      \d{4}[-/.]\d\d[-/.]\d\d(?:T\d\d:\d\d(?::\d\d(?:[.,]\d{1,9})?)?(?:Z|[+-]\d\d:?\d\d)?)?(?![\w.])
    | \d\d[-/]\d\d(?=\s\d\d:)
    | \d\d?:\d\d:\d\d(?:[.,]\d{1,9})?(?:\s?(?:Z|[+-]\d\d:?\d\d|[AP]M))?(?![\w.])
    | \[(?=[^\]]{0,40}(?:[a-zA-Z]|\d:\d\d))[\w\ .,:/+-]{1,60}\](?=[\s:\[])
    | (?:DEBUG|INFO|WARNING|WARN|ERROR|CRITICAL)\b(?::[\w.]{1,60}:(?:\d{1,6}:)?)?
    | [DIWE]\d{4}(?=\s\d\d:\d\d:\d\d)
    )(?:\s{0,8}[:|\-](?=\s|$))?""",
    re.VERBOSE,
)
_NAME = re.compile(
    r"\s*[\w.<>-]{1,60}(?::[\w<>.]{1,60}){0,2}\s{1,20}[-|](?=\s)|\s*\d{1,8}\s[\w.-]{1,60}:\d{1,6}\](?=\s)"
)
_BEFORE_MODULE = re.compile(r"\s*[\w.<>-]{1,60}(?::\d{1,6})?\s?[:\]](?=\s+(?:\([\w -]{1,80}\): |\)\s*$))")


def without_prefix(line: str) -> str:
    """The message of a line, its own indentation kept; a line that no logger wrote is returned as it is.

    >>> without_prefix("2024-03-01 10:00:01,123 - train - INFO -   (fc1): Linear(4, 2)")
    '  (fc1): Linear(4, 2)'
    """
    if line[:1] not in _STARTS:
        return line
    at, dated = 0, False
    for _ in range(8):
        found = _PART.match(line, at) or (_NAME.match(line, at) if dated else None)
        if not found or found.end() == at:
            break
        at, dated = found.end(), True
    if dated and (named := _BEFORE_MODULE.match(line, at)):
        at = named.end()
    return line[at + 1 :] if at and line[at : at + 1] == " " else line[at:]
