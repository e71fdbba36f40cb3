"""fastai's printed table: columns of one width, in which a long name or value touches the one behind it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

_HEAD = re.compile(r"epoch +(?=train_loss)")
_NEAR = 200  # lines in which the first head stands
_ROW = re.compile(r"epoch |\d+ ")


def unglued(lines: list[str]) -> list[str]:
    """The lines, with a blank between cells of such a table that touch: "-7011.026855 -11106.2382810.363333".

    A width is taken from a head whose first three names stand at its multiples.
    """
    found = next((match for line in lines[:_NEAR] if (match := _HEAD.match(line))), None)
    if found is None:
        return lines
    width = found.end()
    if not found.string.startswith("valid_loss", 2 * width):
        return lines
    return [_apart(line, width) if _ROW.match(line) else line for line in lines]


def _apart(line: str, width: int) -> str:
    cells = [line[at : at + width] for at in range(0, len(line), width)]
    return " ".join(cells) if _touch(cells) else line


def _touch(cells: Sequence[str]) -> bool:
    return any(not left[-1:].isspace() and right[:1].strip() for left, right in pairwise(cells))
