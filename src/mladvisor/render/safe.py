"""Text from files made harmless for a terminal: the one helper through which user data reaches a screen."""

from __future__ import annotations

_SEQUENCES = (
    "\x1b\\[[0-?]*[ -/]*[@-~]"  # CSI: colours, cursor movement
    "|\x1b[\\]PX^_][^\x07\x1b]*(?:\x07|\x1b\\\\)?"  # OSC, DCS, SOS, PM, APC to their end: titles, links, clipboard
    "|\x9b[0-?]*[ -/]*[@-~]"  # CSI as one C1 byte
    "|[\x90\x98\x9d-\x9f][^\x07\x1b\x9c]*(?:\x07|\x1b\\\\|\x9c)?"
    "|\x1b[ -/]*[0-~]?"  # any other escape
)


def clean(text: str) -> str:
    """`text` on one line, without escape sequences, control codes, bidirectional overrides or invisible marks.

    Line ends and tabs become one space each; lone surrogates (undecodable bytes) become U+FFFD. Printable text of any
    script is left as it is.
    """
    if text.isprintable():
        return text
    import re

    text = re.sub(_SEQUENCES, "", text)
    return "".join(_harmless(character) for character in text)


def _harmless(character: str) -> str:
    if character.isprintable():
        return character
    if character.isspace():
        return " "
    return "\ufffd" if "\ud800" <= character <= "\udfff" else ""


_ASCII = {
    **dict.fromkeys("–—−‐‑", "-"),
    **dict.fromkeys("‘’‚ʼ", "'"),
    **dict.fromkeys("“”„«»", '"'),
    **dict.fromkeys("•·∙●▸", "*"),
    **dict.fromkeys("▏▎▍▌▋▊▉", "#"),
    **dict(zip("▁▂▃▄▅▆▇", "_.:-=+*", strict=True)),
    "÷": "/",
    "○": "o",
    "…": "...",
    "×": "x",
    "→": "->",
    "←": "<-",
    "≈": "~",
    "≤": "<=",
    "≥": ">=",
    "±": "+/-",
    "µ": "u",
    "μ": "u",
    "✓": "+",
    "✗": "X",
    "✔": "+",
    "✘": "X",
    "▲": "^",
    "▼": "v",
    "█": "#",
    "░": ":",
    "▒": ":",
    "┊": "|",
    "─": "-",
    "━": "=",
    "│": "|",
    "┤": "|",
    "└": "+",
    "┬": "+",
    "┴": "+",
    "┼": "+",
    "╰": "+",
    "╭": "+",
}


def to_ascii(text: str) -> str:
    """`text` in ASCII: signs by their usual stand-ins, accents dropped, everything else as `?`."""
    if text.isascii():
        return text
    from unicodedata import normalize

    parts = []
    for character in text:
        if character.isascii():
            parts.append(character)
        elif character in _ASCII:
            parts.append(_ASCII[character])
        else:
            bare = normalize("NFKD", character).encode("ascii", "ignore").decode()
            parts.append(bare or "?")
    return "".join(parts)
