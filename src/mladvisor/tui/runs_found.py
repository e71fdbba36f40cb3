"""The runs below a folder and the cases begun before, each in a line: what home and the picker list."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, cast

from mladvisor.errors import MladvisorError
from mladvisor.render.cells import Cell, Style
from mladvisor.render.text import fit, paragraph, shorten, shorten_middle, sparkline
from mladvisor.tui.widgets.ink import Line

if TYPE_CHECKING:
    from mladvisor.runs.model import Run

MOST = 300
"""Runs that are looked at; more are counted by `batch`."""
MOST_CASES = 20
NO_RUN = "No training run was found here. / takes the path of one; w describes a problem without a run."


class Found(NamedTuple):
    """One line: a run, or a case that was begun."""

    path: str
    name: str
    about: str
    shape: tuple[float, ...] = ()
    verdict: str = ""
    probability: float | None = None
    sign: str = " "
    tone: Style = ""
    case: bool = False


def look_at(path: Path, root: Path, rules: tuple[str, ...]) -> Found:
    """One run in a line; whatever goes wrong is told in it."""
    from mladvisor.diagnosis.api import diagnose_safely, rulebook_with
    from mladvisor.report.batch import line

    try:
        name = str(path.relative_to(root)) if path != root else path.resolve().name
    except ValueError:
        name = str(path)
    diagnosis, run = diagnose_safely(path, rulebook_with(rules))
    summary = line(diagnosis, _shape(run) if run is not None else ())
    sign, tone = _SIGNS.get(summary.kind, ("?", "warn"))
    verdict = summary.reason if summary.kind == "unreadable" else summary.verdict
    return Found(str(path), name, summary.format, tuple(summary.shape), verdict, summary.probability, sign, tone)


def _shape(run: Run) -> list[float]:
    """The judged curve, thinned out for a miniature."""
    from mladvisor.diagnosis.picture import panels

    drawn = panels(run, [])
    if not drawn:
        return []
    values = drawn[0].curves[-1].y
    return cast("list[float]", values[:: max(1, len(values) // 100)].tolist())


_SIGNS: dict[str, tuple[str, Style]] = {
    "healthy": ("✓", "good"),
    "one": ("✗", "bad"),
    "two": ("✗", "bad"),
    "unreadable": ("!", "warn"),
}


def cases_in(folder: Path) -> list[Found]:
    """The latest cases, newest first. What cannot be read is left out."""
    from mladvisor.consultation.journal import read_journal

    try:
        files = sorted(folder.glob("*.jsonl"), key=lambda file: file.stat().st_mtime, reverse=True)[:MOST_CASES]
    except OSError:
        return []
    cases = []
    for file in files:
        try:
            events = read_journal(file)
        except MladvisorError:
            continue
        count = sum(event.event == "answered" for event in events)
        last = next((event.top for event in reversed(events) if event.top is not None), None)
        verdict = last[0].replace("-", " ") if last is not None else "no answer yet"
        probability = last[1] if last is not None else None
        run = _short(events[0].run) if events[0].run else "without a run"
        about = f"{count} answer{'s' * (count != 1)}"
        cases.append(Found(str(file), run, about, (), verdict, probability, "↻", "accent", True))
    return cases


def _short(run: str) -> str:
    """The run of a case as it is called from here; from elsewhere, its name and that of the folder that it is in."""
    path = Path(run)
    try:
        return str(path.relative_to(Path.cwd()))
    except ValueError:
        return str(Path(*path.parts[-2:]))


def run_lines(found: Sequence[Found], chosen: str, columns: int, *, done: bool, filtered: bool = False) -> list[Line]:
    """Name, format, curve and verdict of each run; then the cases.

    Args:
        done: all were looked for.
        filtered: some may be there that are not shown.
    """
    from mladvisor.diagnosis.phrases import percent

    lines: list[Line] = []
    if not found or (done and found[0].case and not filtered):
        text = NO_RUN if done else "looking for runs …"
        lines = [Line([]), *(Line(row) for row in paragraph(text, columns - 2, lead="  ", style="dim"))]
    if not found:
        return lines
    names = min(max(12, *(len(one.name) for one in found)), max(16, columns // 3))
    about = min(max(len(one.about) for one in found), 16) if columns >= 96 else 0
    shape = 12 if columns >= 96 else 8 if columns >= 60 else 0
    room = columns - 9 - names - 2 - about - (2 if about else 0) - shape - (2 if shape else 0)
    for number, one in enumerate(found):
        if one.case and (not number or not found[number - 1].case):
            lines += [*([Line([])] if lines else []), Line([Cell("  Cases begun before", "accent")])]
        cells = [
            Cell("▌" if one.path == chosen else " ", "accent"),
            Cell(f"{one.sign} ", one.tone),
            Cell(fit(shorten_middle(one.name, names), names) + "  ", "strong" if one.path == chosen else ""),
        ]
        if about:
            cells.append(Cell(fit(one.about, about) + "  ", "dim"))
        if shape:
            cells.append(Cell(fit(sparkline(list(one.shape), shape) if one.shape else "", shape) + "  ", "train"))
        sure = percent(one.probability) if one.probability is not None else ""
        quiet: Style = "dim" if one.tone == "good" and one.path != chosen else ""
        cells += [Cell(f"{sure:>4}  ", quiet), Cell(shorten(one.verdict, room), quiet)]
        lines.append(Line(cells, one.path))
    return lines
