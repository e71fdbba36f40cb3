"""Which labelled runs a benchmark looks at."""

from __future__ import annotations

from pathlib import Path

from mladvisor.calibration.labels import read_labels
from mladvisor.errors import MladvisorError, nearest
from mladvisor.rulebook import Rulebook


def rows_of(out: Path, rulebook: Rulebook, half: str = "") -> list[dict[str, str]]:
    """The labels of a half, of all runs when none is given.

    Raises:
        SystemExit: there is no such half, or the labels cannot be used; with a line that says so.
    """
    try:
        rows = read_labels(out, rulebook)
    except MladvisorError as error:
        raise SystemExit(str(error)) from None
    halves = sorted({row.get("half", "") for row in rows} - {""})
    if half and half not in halves:
        there = f"there are: {', '.join(halves)}" if halves else 'no run has one in the column "half"'
        raise SystemExit(f'{out / "labels.csv"}: there is no half "{half}"{nearest(half, halves)}; {there}')
    return [row for row in rows if half in ("", row.get("half", ""))]
