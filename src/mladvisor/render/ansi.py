"""Rows of cells as text for a terminal: the colours of the semantic styles, and when to use them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import IO, Literal

from mladvisor.render.cells import Row, Style
from mladvisor.render.safe import clean, to_ascii

Colour = Literal["none", "16", "256"]
When = Literal["auto", "always", "never"]

# Blue and orange stay apart for every common kind of colour blindness. Signals (good, bad, warn) use the terminal's
# own 16 colours, so that they follow the user's theme.
_SGR: dict[Colour, dict[Style, str]] = {
    "16": {
        "train": "94",
        "val": "33",
        "other": "36",
        "evidence": "35",
        "mark": "36",
        "dim": "90",
        "track": "90",
        "good": "32",
        "bad": "31",
        "warn": "33",
        "accent": "1;36",
        "strong": "1",
    },
    "256": {
        "train": "38;5;33",
        "val": "38;5;208",
        "other": "38;5;37",
        "evidence": "38;5;133",
        "mark": "38;5;37",
        "dim": "38;5;244",
        "track": "38;5;238",
        "good": "32",
        "bad": "31",
        "warn": "33",
        "accent": "1;38;5;37",
        "strong": "1",
    },
}


def colour_for(when: When, environ: Mapping[str, str], *, terminal: bool) -> Colour:
    """How many colours to use.

    `when` (--color) decides first; then NO_COLOR (any value but empty: none) and CLICOLOR_FORCE (any but empty and 0:
    colours even into a pipe); then whether the output is a terminal that can (TERM is not dumb).
    """
    term = environ.get("TERM", "")
    forced = when == "always"
    if not forced:
        if when == "never" or environ.get("NO_COLOR"):
            return "none"
        forced = environ.get("CLICOLOR_FORCE", "0") not in ("", "0")
    if not forced and (not terminal or term in ("dumb", "")):
        return "none"
    rich = "256color" in term or environ.get("COLORTERM", "") in ("truecolor", "24bit")
    return "256" if rich else "16"


def paint(rows: Iterable[Row], colour: Colour = "none", *, ascii_only: bool = False) -> str:
    """The rows as lines of text, each ended by a line feed; trailing blanks are dropped.

    Every cell passes `clean` here, once more, so that nothing drawn can carry a control code.
    """
    codes = _SGR.get(colour, {})
    lines = []
    for cells in rows:
        parts = []
        for dirty, style in _trimmed(cells):
            text = to_ascii(clean(dirty)) if ascii_only else clean(dirty)
            code = codes.get(style)
            parts.append(f"\x1b[{code}m{text}\x1b[0m" if code and text else text)
        lines.append("".join(parts))
    return "".join(line + "\n" for line in lines)


def _trimmed(cells: Row) -> Row:
    end = len(cells)
    while end and not cells[end - 1].text.strip(" "):
        end -= 1
    if not end:
        return []
    last = cells[end - 1]
    return [*cells[: end - 1], last._replace(text=last.text.rstrip(" "))]


def is_terminal(stream: IO[str]) -> bool:
    """Whether a person looks at `stream`."""
    try:
        return stream.isatty()
    except (AttributeError, ValueError):
        return False
