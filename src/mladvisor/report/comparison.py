"""Two runs beside each other, as a page for the terminal."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from mladvisor.diagnosis.comparison import Change, Comparison, Outcome
from mladvisor.diagnosis.phrases import begun, lowered
from mladvisor.diagnosis.verdict import NAMED
from mladvisor.render.cells import Cell, Row, Style
from mladvisor.render.safe import clean
from mladvisor.render.text import paragraph, shorten, table
from mladvisor.report.words import percent

SIGNS: Final[dict[Outcome, tuple[str, Style]]] = {
    "fixed": ("✓ ", "good"),
    "nothing": ("✓ ", "good"),
    "gone": ("✓ ", "warn"),
    "worse": ("✗ ", "bad"),
    "other": ("✗ ", "bad"),
    "remains": ("✗ ", "bad"),
    "new": ("✗ ", "bad"),
    "unsure": ("? ", "warn"),
}
MOST: Final = 8
"""Settings and findings of one kind that are listed without --full."""
WIDEST_VALUE: Final = 24


def page(made: Comparison, columns: int, *, full: bool = False) -> list[Row]:
    """The outcome, then what changed: settings, numbers, causes, findings."""
    most = 10_000 if full else MOST
    sign, style = SIGNS[made.outcome]
    rows: list[Row] = [[Cell(f"{clean(made.before)}  →  {clean(made.after)}", "dim")], []]
    rows += paragraph(clean(made.sentence), columns, lead=Cell(sign, style), style="strong")
    for warning in made.warnings:
        rows += [[], *paragraph(clean(begun(warning)), columns, lead=Cell("! ", "warn"))]
    for title, pairs in (("What was changed", made.settings), ("The numbers", made.numbers)):
        if pairs:
            judged = any(pair.worse for pair in pairs)
            cells = [
                [clean(pair.name), _value(pair.before), _value(pair.after), *(["worse" if pair.worse else ""] * judged)]
                for pair in pairs[:most]
            ]
            heads = ("", "before", "now", *([""] * judged))
            rows += [[], [Cell(title, "strong")], *table(heads, cells, columns, right=(1, 2))]
            rows += _more(len(pairs) - most)
    if made.causes:
        cells = [[one.title, _share(one.before), _share(one.after)] for one in made.causes[:most]]
        rows += [[], [Cell("Causes", "strong")], *table(("", "before", "now"), cells, columns, right=(1, 2))]
    groups: Sequence[tuple[str, str, Style, list[Change]]] = (  # of what is gone the numbers are history
        ("Cleared", "✓ ", "good", made.cleared),
        ("Appeared", "! ", "bad", made.appeared),
        ("Still present", "· ", "warn", made.unchanged),
        ("Not to be judged now", "? ", "dim", made.lost),
    )
    for title, lead, colour, changes in groups:
        if changes:
            rows += [[], [Cell(title, "strong")]]
            for one in changes[:most]:
                here = one.after is not None and one.after >= NAMED
                text = one.because if here and one.because else lowered(one.title)
                rows += paragraph(clean(text), columns, lead=Cell(f"  {lead}", colour))
            rows += _more(len(changes) - most)
    return rows


def _more(count: int) -> list[Row]:
    return [[Cell(f"    and {count} more (--full)", "dim")]] if count > 0 else []


def _value(value: Any) -> str:
    if value is None:
        return "-"
    return shorten(f"{value:.4g}" if isinstance(value, float) else clean(str(value)), WIDEST_VALUE)


def _share(probability: float | None) -> str:
    return "-" if probability is None else percent(probability)
