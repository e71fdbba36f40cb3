"""The app's own themes, the colours of curves in every theme, and the guard for NO_COLOR."""

from __future__ import annotations

from textual.color import Color
from textual.theme import Theme

DARK = Theme(
    name="mladvisor",
    primary="#5aa9e6",
    secondary="#8fb8de",
    accent="#7fc8f8",
    warning="#f2a65a",
    error="#f2727f",
    success="#7bc67e",
    foreground="#d7dee8",
    background="#14181f",
    surface="#191e27",
    panel="#222936",
    dark=True,
    variables={"border": "#38435a", "border-blurred": "#2b3445", "input-selection-background": "#5aa9e6 30%"},
)

LIGHT = Theme(
    name="mladvisor-light",
    primary="#1f6fb2",
    secondary="#47698c",
    accent="#0b63a8",
    warning="#a65300",
    error="#b3261e",
    success="#1f7a35",
    foreground="#1f2630",
    background="#f7f8fa",
    surface="#ffffff",
    panel="#e9edf2",
    dark=False,
    variables={"border": "#b9c2cf", "border-blurred": "#d5dbe3"},
)

_DARK = {
    "curve-train": "#5aa9e6",
    "curve-val": "#f2a65a",
    "curve-other": "#6fc2b4",
    "curve-evidence": "#b48ee6",
    "curve-mark": "#6fc2b4",
    "chosen": "#263143",
    "track": "#2b3445",
    "dim": "#8793a6",
}
_LIGHT = {
    "curve-train": "#1f6fb2",
    "curve-val": "#c25a00",
    "curve-other": "#0a7a6c",
    "curve-evidence": "#7a3fc2",
    "curve-mark": "#0a7a6c",
    "chosen": "#dbe7f3",
    "track": "#cfd6e0",
    "dim": "#667080",
}
_ANSI = {
    "curve-train": "ansi_bright_blue",
    "curve-val": "ansi_yellow",
    "curve-other": "ansi_cyan",
    "curve-evidence": "ansi_magenta",
    "curve-mark": "ansi_cyan",
    "chosen": "ansi_bright_black",
    "track": "ansi_bright_black",
    "dim": "ansi_bright_black",
}


def variables(theme: Theme) -> dict[str, str]:
    """The variables of ours that a theme leaves open. Blue and orange stay apart for every common colour blindness."""
    if theme.ansi:
        return _ANSI
    own = _DARK if theme.dark else _LIGHT
    return own if theme.name in (DARK.name, LIGHT.name) else {**own, **_neutral(theme)}


def _neutral(theme: Theme) -> dict[str, str]:
    """Secondary text and the selected row in the theme's own tones."""
    tones = theme.to_color_system().generate()
    ink, paper, tint = (Color.parse(tones[name]) for name in ("foreground", "background", "primary"))
    return {
        "dim": paper.blend(ink, 0.62).hex6,
        "chosen": paper.blend(tint, 0.22).hex6,
        "track": paper.blend(ink, 0.22).hex6,
    }


def permitted(name: str, themes: dict[str, Theme], *, no_color: bool) -> str:
    """The theme to use for a wanted one.

    Under NO_COLOR the terminal's own colours all turn into black on black (Textual 8.2), so that a true-colour theme,
    which turns into greys, takes their place. An unknown name gives our own.
    """
    if name not in themes:
        return DARK.name
    if no_color and themes[name].ansi:
        return DARK.name if themes[name].dark else LIGHT.name
    return name
