"""`labels.csv`: what was wrong with each run of a labelled root, a folder with that table and the runs that it names.

Columns, separated by commas, semicolons or tabs:

    run      the run's folder, relative to the root (or to its `runs/`)
    cause    the cause's id, or `healthy`
    second   the other cause of a pair; optional
    also     mechanisms and look-alikes that may rightly be named first, separated by spaces (or `;`); optional
    alike    runs of the same `alike` value are near copies: together they count less, and they are held out together
    half     `dev` or `test`; optional
    shows    the least evidence that shows the fault: `curves`, `config` or `folder`; `none`: it left no trace, the run
             counts as healthy; `faint`: left out; optional, every fault shows without it
"""

from __future__ import annotations

import csv
import os
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

from mladvisor.errors import ReadError, nearest
from mladvisor.rulebook import Rulebook
from mladvisor.runs.readers.decoding import decode

HEALTHY = "healthy"
NEEDED = ("run", "cause")
SEPARATORS = ",;\t"
"""What spreadsheets put between cells; where a comma is the decimal point, they write semicolons."""


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
        cells = [[cell.strip() for cell in row] for row in table if any(cell.strip() for cell in row)]
    except FileNotFoundError:
        raise ReadError("is missing: a table with the columns run and cause is expected", file=shown) from None
    except (OSError, UnicodeError, csv.Error) as error:
        raise ReadError(f"cannot be read ({error})", file=shown) from None
    names = [name.lower() for name in cells[0]] if cells else []
    if not set(NEEDED) <= set(names):
        there = ", ".join(f'"{name[:40]}"' for name in names[:8]) or "none"
        raise ReadError(f"the columns run and cause are expected; there are: {there}", file=shown)
    rows = [dict(zip(names, [*row, *[""] * len(names)], strict=False)) for row in cells[1:]]
    rows = [row for row in rows if any(row[name] for name in NEEDED)]
    if not rows:
        raise ReadError("holds no rows below the columns run and cause", file=shown)
    _check(rows, rulebook, shown)
    return rows


def _check(rows: Sequence[Mapping[str, str]], rulebook: Rulebook, shown: str) -> None:
    """Raise ReadError that tells all of what nobody can use, so that one correction does."""
    known = [*rulebook.causes, HEALTHY]
    wrong: dict[str, list[str]] = {}
    for row in rows:
        for name in (*causes_of(row), *also_of(row)):
            if name not in known:
                wrong.setdefault(name, []).append(row["run"])
    if not wrong:
        return
    told = [
        f'"{name or "(empty)"}"{nearest(name, known)} of {runs[0] or "a run without a name"}'
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


def folder_of(root: Path, run: str) -> Path:
    """Where a labelled run lies."""
    inside = root / "runs" / run
    return inside if inside.exists() else root / run
