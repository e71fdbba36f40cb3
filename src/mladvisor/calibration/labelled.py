"""Labelled runs: what was wrong with each, and how the rulebook judges its findings.

A labelled root is a folder with a `labels.csv` and the runs that it names. Columns:

    run      the run's folder, relative to the root (or to its `runs/`)
    cause    the cause's id, or `healthy`
    second   the other cause of a pair; optional
    also     mechanisms and look-alikes that may rightly be named first, separated by spaces; optional
    alike    runs of the same `alike` value are near copies: together they count less, and they are held out together
    half     `dev` or `test`; optional
    shows    `none`: the fault left no trace, the run counts as healthy; `folder` or `faint`: left out; optional
"""

from __future__ import annotations

import csv
import os
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import msgspec
import numpy as np
from numpy.typing import NDArray

from mladvisor.diagnosis.engine import LARGEST
from mladvisor.diagnosis.network import network_of
from mladvisor.diagnosis.state import believe
from mladvisor.errors import MladvisorError, ReadError, nearest
from mladvisor.features.catalogue import Measures
from mladvisor.rulebook import Rulebook
from mladvisor.runs.read import read_run

HEALTHY = "healthy"
COPIES = 3.0
"""However many near copies of a run there are, together they count as this many: they are one case seen again."""


class Labelled(msgspec.Struct, eq=False):
    """Labelled runs as numbers.

    Attributes:
        runs: their names.
        degrees: (R, F) degrees of the findings in the order of the network, nan where unknown.
        causes: (R, C) True where a cause is at work; a healthy run has none.
        fine: (R, C) True where naming the cause first is no error: it is at work, or a mechanism of one that is.
        label: (R,) column of the cause that should be named first; -1 for healthy.
        possible: (R, C) False where a cause cannot be at work.
        weight: (R,) what a run counts.
        alike: what near copies have in common; the run's own name where it has none.
        half: "dev", "test" or "" for each run.
        skipped: run -> why it was left out.
    """

    runs: list[str]
    degrees: NDArray[np.float64]
    causes: NDArray[np.bool_]
    fine: NDArray[np.bool_]
    label: NDArray[np.intp]
    possible: NDArray[np.bool_]
    weight: NDArray[np.float64]
    alike: list[str]
    half: list[str]
    skipped: dict[str, str]

    def only(self, chosen: NDArray[np.bool_]) -> Labelled:
        """The chosen runs."""
        index = np.flatnonzero(chosen)
        return Labelled(
            [self.runs[i] for i in index],
            self.degrees[index],
            self.causes[index],
            self.fine[index],
            self.label[index],
            self.possible[index],
            self.weight[index],
            [self.alike[i] for i in index],
            [self.half[i] for i in index],
            self.skipped,
        )


def read_labelled(root: Path, rulebook: Rulebook, progress: Callable[[int, int], None] | None = None) -> Labelled:
    """Judge every labelled run below `root`.

    Raises:
        ReadError: there is no usable `labels.csv`, or it names an unknown cause.
    """
    rows = _rows(root, rulebook)
    network = network_of(rulebook)
    column = {cause: index for index, cause in enumerate(network.causes)}
    copies = Counter(_alike(row) for row in rows)
    kept: list[dict[str, str]] = []
    degrees, possible, skipped = [], [], {}
    for number, row in enumerate(rows):
        if progress is not None:
            progress(number, len(rows))
        if row.get("shows") in ("folder", "faint"):
            skipped[row["run"]] = f"its fault is labelled as {row['shows']}"
            continue
        try:
            run = read_run(_folder(root, row["run"]))
            state = believe(Measures(run).__getitem__, rulebook, {}, largest=LARGEST, healthy=None)
        except MladvisorError as error:
            skipped[row["run"]] = str(error)
            continue
        kept.append(row)
        degrees.append(state.degrees)
        possible.append(state.possible)
    causes = np.zeros((len(kept), len(column)), dtype=bool)
    fine = causes.copy()
    label = np.full(len(kept), -1, dtype=np.intp)
    for index, row in enumerate(kept):
        if row["cause"] != HEALTHY and row.get("shows") != "none":
            label[index] = column[row["cause"]]
            causes[index, [column[each] for each in _causes(row)]] = True
            fine[index, [column[each] for each in (*_causes(row), *_also(row))]] = True
    weight = np.array([min(1.0, COPIES / copies[_alike(row)]) for row in kept])
    return Labelled(
        [row["run"] for row in kept],
        np.array(degrees).reshape(len(kept), len(network.findings)),
        causes,
        fine,
        label,
        np.array(possible, dtype=bool).reshape(len(kept), len(column)),
        weight,
        [_alike(row) for row in kept],
        [row.get("half", "") for row in kept],
        skipped,
    )


def _rows(root: Path, rulebook: Rulebook) -> list[dict[str, str]]:
    path = root / "labels.csv"
    shown = os.fspath(path)
    try:
        with path.open(newline="", encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
    except FileNotFoundError:
        raise ReadError("is missing: a table with the columns run and cause is expected", file=shown) from None
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise ReadError(f"cannot be read ({error})", file=shown) from None
    if not rows or not {"run", "cause"} <= rows[0].keys():
        raise ReadError("holds no rows with the columns run and cause", file=shown)
    for number, row in enumerate(rows, start=2):
        for name in (*_causes(row), *_also(row)):
            if name not in rulebook.causes and name != HEALTHY:
                hint = nearest(name, [*rulebook.causes, HEALTHY])
                raise ReadError(f'there is no cause "{name}"{hint}', file=shown, place=f"line {number}")
    return rows


def _alike(row: dict[str, str]) -> str:
    return row.get("alike") or row["run"]


def _causes(row: dict[str, str]) -> list[str]:
    return [row["cause"], *(row.get("second") or "").split()]


def _also(row: dict[str, str]) -> list[str]:
    return (row.get("also") or "").split()


def _folder(root: Path, run: str) -> Path:
    inside = root / "runs" / run
    return inside if inside.exists() else root / run


SETTINGS = ("config.", "lr.over_default", "lr.outside", "lr.usual", "optimizer.", "model.", "task", "run.", "chance.")
"""Features that say how a training was set up, not what came of it."""


def settings_only(rulebook: Rulebook) -> set[str]:
    """Findings that are judged by settings alone.

    How often people use a batch of 8 says something about the people who were asked, as priors do: a labelled root
    tells what a setting leads to, not how common it is among healthy runs of the world.
    """
    return {
        rule.id
        for rule in rulebook.in_inference()
        if rule.leaves and all(leaf.startswith(SETTINGS) for leaf in rule.leaves)
    }
