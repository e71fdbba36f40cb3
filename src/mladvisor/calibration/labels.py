"""`labels.csv`: what was wrong with each run of a labelled root, a folder with that table and the runs that it names.

Columns, separated by commas, semicolons or tabs:

    run      the run's folder, relative to the root (or to its `runs/`)
    cause    the cause's id, or `healthy`
    second   the other cause of a pair; optional
    also     mechanisms and look-alikes that may rightly be named first, separated by spaces (or `;`); optional
    alike    runs of the same `alike` value are near copies: together they count less, and they are held out together
    half     `dev` or `test`; optional
    shows    the least evidence that shows the fault: `curves`, `config` or `folder` (of several the least counts);
             `none`: it left no trace, the run counts as healthy; `faint`: left out; optional, every fault shows
             without it
"""

from __future__ import annotations

import csv
import os
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Literal, get_args

from mladvisor.errors import ReadError, nearest
from mladvisor.rulebook import Rulebook
from mladvisor.rulebook.word_model import HEALTHY
from mladvisor.runs.readers.decoding import decode

Level = Literal["curves", "config", "folder"]
"""What is looked at of a run: its curves alone; its configuration, too; everything that is in the folder."""
LEVELS: tuple[Level, ...] = get_args(Level)
UNSHOWN = ("none", "faint")
NEEDED = ("run", "cause")
SEPARATORS = ",;\t"
"""What spreadsheets put between cells; where a comma is the decimal point, they write semicolons."""
MOST_TOLD = 10
"""So many wrong rows are told: more are one mistake made often."""


def read_labels(root: Path, rulebook: Rulebook) -> list[dict[str, str]]:
    """The rows of `labels.csv`.

    Raises:
        ReadError: there is no usable table, or it names unknown causes.
    """
    path = root / "labels.csv"
    shown = os.fspath(path)
    try:
        lines = decode(path.read_bytes()).splitlines()
        header = next((line for line in lines if line.strip()), "")
        table = csv.reader(lines, delimiter=max(SEPARATORS, key=header.count), skipinitialspace=True)
        # Rows are counted as a spreadsheet counts them, empty ones too.
        numbered = [(at, [cell.strip() for cell in row]) for at, row in enumerate(table, 1)]
        cells = [(at, row) for at, row in numbered if any(row)]
    except FileNotFoundError:
        raise ReadError("is missing: a table with the columns run and cause is expected", file=shown) from None
    except (OSError, UnicodeError, csv.Error) as error:
        raise ReadError(f"cannot be read ({error})", file=shown) from None
    names = [name.lower() for name in cells[0][1]] if cells else []
    if not set(NEEDED) <= set(names):
        there = ", ".join(f'"{name[:40]}"' for name in names[:8]) or "none"
        raise ReadError(f"the columns run and cause are expected; there are: {there}", file=shown)
    placed = [(at, dict(zip(names, [*row, *[""] * len(names)], strict=False))) for at, row in cells[1:]]
    placed = [(at, row) for at, row in placed if any(row[name] for name in NEEDED)]
    rows = [row for _, row in placed]
    if not rows:
        raise ReadError("holds no rows below the columns run and cause", file=shown)
    _check(placed, rulebook, shown)
    wrong = [f"row {at}: {told}" for at, told in _contradictions(placed)]
    if wrong:
        raise ReadError("; ".join(wrong[:MOST_TOLD]) + _and_more(len(wrong)), file=shown)
    for row in rows:
        levels = [level for level in LEVELS if level in shows_of(row)]
        if levels:
            row["shows"] = levels[0]
    return rows


def _contradictions(placed: Sequence[tuple[int, Mapping[str, str]]]) -> Iterator[tuple[int, str]]:
    """What no row may say, with the row's number."""
    seen: dict[str, int] = {}
    for at, row in placed:
        run, shows = row["run"], shows_of(row)
        if not run:
            yield at, "names no run, the folder of one is expected"
            continue
        first = seen.setdefault(os.path.normpath(run), at)
        if first != at:
            yield at, f'"{run}" is labelled in row {first} already; one row for each run is expected'
        for column, names in (("second", causes_of(row)[1:]), ("also", also_of(row))):
            if HEALTHY in names:
                yield at, f'"{HEALTHY}" in the column {column} of {run}: a cause is expected, or nothing'
            elif column == "second" and names and row["cause"] == HEALTHY:
                yield at, f'{run} is "{HEALTHY}" and has a second cause, "{names[0]}": one of the two is expected'
        known = (*LEVELS, *UNSHOWN, *([HEALTHY] if row["cause"] == HEALTHY else []))
        odd = next((each for each in shows if each not in known), None)
        if odd is not None:
            yield at, f'"{odd}"{nearest(odd, known)} in the column shows of {run}: {_listed(known)} is expected'
        elif len(shows) > 1 and not {*shows} <= {*LEVELS}:
            yield at, f'"{row["shows"]}" in the column shows of {run} contradicts itself: one of them is expected'


def _listed(names: Sequence[str]) -> str:
    return f"{', '.join(names[:-1])} or {names[-1]}"


def _and_more(count: int) -> str:
    return f"; and {count - MOST_TOLD} more" if count > MOST_TOLD else ""


def _check(placed: Sequence[tuple[int, Mapping[str, str]]], rulebook: Rulebook, shown: str) -> None:
    """Raise ReadError that tells all of what nobody can use, so that one correction does."""
    known = [*rulebook.causes, HEALTHY]
    wrong: dict[str, list[str]] = {}
    for at, row in placed:
        for name in (*causes_of(row), *also_of(row)):
            if name not in known:
                wrong.setdefault(name, []).append(f"{row['run'] or 'a run without a name'} in row {at}")
    if not wrong:
        return
    told = [
        f'"{name or "(empty)"}"{nearest(name, known)} of {runs[0]}'
        + (f" and {len(runs) - 1} more" if len(runs) > 1 else "")
        for name, runs in wrong.items()
    ]
    first = "there is no cause" if len(told) == 1 else f"{len(told)} causes do not exist:"
    raise ReadError(f"{first} {', '.join(told)}; `mladvisor rules list --kind cause` lists all", file=shown)


def copies(rows: Sequence[Mapping[str, str]]) -> Counter[str]:
    """How many runs are near copies of each other, by what they have in common."""
    return Counter(alike_of(row) for row in rows)


def alike_of(row: Mapping[str, str]) -> str:
    """What a run has in common with its near copies; its own name where it has none."""
    return row.get("alike") or row["run"]


def causes_of(row: Mapping[str, str]) -> list[str]:
    """The causes at work, the one to be named first before the other; `healthy` where there is none."""
    return [row["cause"], *(row.get("second") or "").split()]


def also_of(row: Mapping[str, str]) -> list[str]:
    """What may rightly be named first besides."""
    return re.findall(r"[^\s;,]+", row.get("also") or "")


def shows_of(row: Mapping[str, str]) -> list[str]:
    """What is said to show the fault."""
    return re.findall(r"[^\s;,|+/]+", row.get("shows") or "")


def folder_of(root: Path, run: str) -> Path:
    """Where a labelled run lies."""
    inside = root / "runs" / run
    return inside if inside.exists() else root / run
