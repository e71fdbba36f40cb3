"""The ranking: causes and "nothing is wrong" with their bars, and how far each moved."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from mladvisor.diagnosis.phrases import percent
from mladvisor.render.cells import Cell
from mladvisor.render.text import fit, gauge, wrap
from mladvisor.tui.belief import HEALTHY, Entry
from mladvisor.tui.widgets.ink import Line, Link

if TYPE_CHECKING:
    from mladvisor.render.cells import Style

LEAST = 0.01
"""Causes below this are counted, not listed."""
LIKELY = 0.1
"""Causes from here on have their titles whole."""
FEWEST = 6
"""So many are listed all the same."""


def cause_lines(ranking: Sequence[Entry], shares: Mapping[str, float], chosen: str, columns: int) -> list[Line]:
    """The ranking: number, title, bar, percent and change."""
    listed = [
        one for number, one in enumerate(ranking)
        if one.probability >= LEAST or number < FEWEST or one.cause in (chosen, HEALTHY)
    ]  # fmt: skip
    length = max(6, min(16, columns // 6))
    moved = any(change(one.change) for one in listed)
    room = columns - 4 - 5 - (5 if moved else 0) - 1 - length
    lines: list[Line] = []
    number = 0
    for one in listed:
        healthy = one.cause == HEALTHY
        number += not healthy
        here = one.cause == chosen
        strength: Style = "strong" if here or one.probability >= 0.5 else "" if one.probability >= 0.1 else "dim"
        title = wrap(one.title, room) if here or one.probability >= LIKELY else [one.title]
        cells: list[Cell | Link] = [
            Cell("▌" if here else " ", "accent"),
            Cell(f"{'✓' if healthy else number:>2} ", "good" if healthy else "dim"),
            Cell(fit(title[0], room), strength),
            Cell(f" {percent(one.probability):>4}", strength),
            *([Cell(f" {change(one.change):>4}")] if moved else []),
            Cell(" "),
            *gauge(shares.get(one.cause, one.probability), length, "good" if healthy else "train"),
        ]
        lines.append(Line(cells, one.cause))
        bar: Cell = Cell("▌" if here else " ", "accent")
        lines += [Line([bar, Cell("   "), Cell(rest, strength)], one.cause) for rest in title[1:]]
    left = len(ranking) - len(listed)
    if left:
        lines.append(Line([Cell(f"    {left} more below 1 %", "dim")]))
    return lines


def change(amount: float) -> str:
    """A change of belief in points, with sign and arrow; "" when it rounds to nothing."""
    points = round(amount * 100)
    return "" if not points else f"{'▲' if points > 0 else '▼'}{abs(points)}"
