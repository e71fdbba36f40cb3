"""The head of a table of Weka: `@attribute age numeric`, `@attribute 'sex' {F,M}`."""

from __future__ import annotations

import re
from collections.abc import Iterable

_ATTRIBUTE = re.compile(
    r"\s{0,8}@attribute\s{1,8}(?:'([^']{1,200})'|\"([^\"]{1,200})\"|(\S{1,200}))\s{1,40}(\S.*)", re.I
)
_NUMERIC = ("numeric", "real", "integer")


def attributes_in(lines: Iterable[str]) -> list[tuple[str, bool]]:
    """(name, whether it is a number) of each column, in order."""
    found = []
    for line in lines:
        if line.lstrip()[:5].lower() == "@data":
            break
        match = _ATTRIBUTE.match(line[:_LONGEST])
        if match is not None:
            found.append((match[1] or match[2] or match[3], match[4].strip().lower().startswith(_NUMERIC)))
    return found


_LONGEST = 2_000


def is_data_line(line: str) -> bool:
    """No comment, and not empty."""
    return bool(line.strip()) and not line.lstrip().startswith("%")
