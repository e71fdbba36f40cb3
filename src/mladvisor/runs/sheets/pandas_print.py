"""What pandas prints in a form of its own, as plain rows: counts by two keys, and tables with a name above their index.

split  target              split  train  val
train  0         731       label
       1         469       0        731   40
val    1         360       1        469  360
"""

from __future__ import annotations

import re
from collections.abc import Sequence

_GAP = re.compile(r"\s{2,}|\t")
_NUMBER = re.compile(r"-?\d[\d.,]{0,20}(?:e[-+]?\d{1,3})?%?", re.IGNORECASE)
_NAME = re.compile(r"[A-Za-z_][\w.-]{0,40}\s*")
_LEAST = 2


def flat(lines: Sequence[str]) -> list[str]:
    """The lines, with the keys that pandas leaves out written again, and one line above each index."""
    found: list[str] = []
    above: list[str] = []
    head = -1  # of the rows that stand above, where it is open what their last column is called
    for at, line in enumerate(lines):
        cells = [cell for cell in _GAP.split(line.strip()) if cell]
        counted = len(cells) >= _LEAST and _NUMBER.fullmatch(cells[-1]) is not None
        if counted and above and line[:1] in " \t" and len(cells) == len(above) - 1 and len(above) > _LEAST:
            if head >= 0:
                found[head] = f"{found[head].rstrip()}  count"
                head = -1
            cells = [above[0], *cells]
            found.append("  ".join(cells))
        elif _names_index(lines, at):
            names = [cell for cell in _GAP.split(lines[at - 1].strip()) if cell]
            found[-1] = "  ".join([line.strip(), *names[1:]])
            cells = []
        else:
            found.append(line)
            before = [cell for cell in _GAP.split(lines[at - 1].strip()) if cell] if at and counted else []
            if counted and not above:
                head = (
                    len(found) - 2 if len(before) == len(cells) - 1 and not any(map(_NUMBER.fullmatch, before)) else -1
                )
        above = cells if counted else []
    return found


def _names_index(lines: Sequence[str], at: int) -> bool:
    """One name between a head of names and rows as wide as it."""
    if not 0 < at < len(lines) - 1 or _NAME.fullmatch(lines[at]) is None:
        return False
    head, row = ([cell for cell in _GAP.split(line.strip()) if cell] for line in (lines[at - 1], lines[at + 1]))
    return (
        len(head) == len(row) > _LEAST
        and not any(map(_NUMBER.fullmatch, head))
        and all(map(_NUMBER.fullmatch, row[1:]))
    )
