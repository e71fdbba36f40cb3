"""What could be known at most: a random forest on the same measurements, `python benchmarks/headroom.py OUT`.

Trains a forest (scikit-learn, 500 trees) to tell the cause from every number and choice that the rules look at, and
scores it as benchmarks/score.py does. Between the halves it meets other tasks, data and families, as the rules do; in
mixed folds it has seen neighbours of each run (the same data, the same family), which nobody who diagnoses
somebody else's run has. Between the two lies what these measurements can tell at all: where a target is above it, rules
cannot reach it, and other evidence is needed. Needs the measurements that score.py kept in OUT/.measured.
"""

from __future__ import annotations

import argparse
import os
import sys
import warnings
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import numpy as np
from benchmarks.scoring.kept import Kept, Workshop
from benchmarks.scoring.tables import Table, counts, made_by, replace_section
from sklearn.ensemble import RandomForestClassifier
from sklearn.model_selection import StratifiedKFold

from mladvisor.calibration.labelled import Labelled
from mladvisor.calibration.labels import LEVELS, read_labels
from mladvisor.diagnosis.api import rulebook_with
from mladvisor.features.measured import Measured

TREES = 500
FOLDS = 6
ABSENT = -12345.0
"""What is not known: a tree may ask for it."""
LARGE = 1e9
HEALTHY = -1


def matrix(kept: Sequence[Kept]) -> np.ndarray:
    """(R, K) every scalar measurement; choices are numbered, columns are left out of tables by their worst value."""
    names = sorted({name for each in kept for name in each.values})
    columns = []
    for name in names:
        values = [_scalar(each.values.get(name)) for each in kept]
        words = {word: float(number) for number, word in enumerate(sorted({v for v in values if isinstance(v, str)}))}
        column = np.array([words[v] if isinstance(v, str) else v for v in values], dtype=float)
        if len(np.unique(column)) > 1:
            columns.append(column)
    return np.array(columns).T


def _scalar(found: Any) -> float | str:
    if isinstance(found, Measured):
        value = found.value
        if isinstance(value, bool | int | float):
            return float(np.clip(value, -LARGE, LARGE)) if np.isfinite(value) else LARGE
        return value if isinstance(value, str) and len(value) < 40 else ABSENT
    if isinstance(found, dict):
        numbers = [n for each in found.values() if isinstance(n := _scalar(each), float) and n != ABSENT]
        return max(numbers, default=ABSENT)
    return ABSENT


def between_halves(half: np.ndarray, _: np.ndarray) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Learn on dev, ask on test."""
    yield np.flatnonzero(half == "dev"), np.flatnonzero(half == "test")


def mixed(half: np.ndarray, label: np.ndarray) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Folds by chance over both halves; only test runs are asked."""
    for learn, ask in StratifiedKFold(FOLDS, shuffle=True, random_state=0).split(label, label):
        yield learn, ask[half[ask] == "test"]


def row(name: str, splits: Iterator[tuple[np.ndarray, np.ndarray]], x: np.ndarray, runs: Labelled) -> list[str]:
    """Scores of one way to learn."""
    label = np.where((runs.label >= 0) & ~runs.hidden, runs.label, HEALTHY)
    first, three, also, alarms = [], [], [], []
    for learn, ask in splits:
        forest = RandomForestClassifier(TREES, class_weight="balanced_subsample", random_state=0, n_jobs=-1)
        forest.fit(x[learn], label[learn])
        believed = forest.predict_proba(x[ask])
        causes = forest.classes_
        believed = believed[:, causes != HEALTHY]
        causes = causes[causes != HEALTHY]
        order = causes[np.argsort(-believed, axis=1)]
        for run, leads, top in zip(ask.tolist(), order, believed.max(axis=1), strict=True):
            if label[run] == HEALTHY:
                alarms.append(top >= 0.5)
            elif runs.causes[run].sum() == 1:
                first.append(leads[0] == label[run])
                three.append(label[run] in leads[:3])
                also.append(runs.fine[run, leads[0]])
    n = len(first)
    return [
        name,
        str(n),
        counts(float(np.mean(first)), n, interval=True),
        counts(float(np.mean(also)), n),
        counts(float(np.mean(three)), n, interval=True),
        counts(float(np.mean(alarms)), len(alarms)),
    ]


def main() -> None:
    """Judge from the command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("out", type=Path, help="a labelled root that score.py has measured")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--stale", action="store_true", help="take measurements of older code")
    parser.add_argument("--markdown", type=Path, help="page of the docs whose part is replaced")
    given = parser.parse_args()
    warnings.filterwarnings("ignore", "The least populated class")  # rare causes are missing from some folds
    rulebook = rulebook_with()
    rows = read_labels(given.out, rulebook)
    workshop = Workshop(given.out, jobs=given.jobs, stale=given.stale)
    cells = []
    for level in LEVELS:
        runs = workshop.judge(rows, rulebook, level)
        kept = workshop.kept(level)
        shown = ~runs.hidden
        runs = runs.only(shown)
        x = matrix([kept[run] for run in runs.runs])
        half = np.array(runs.half)
        label = np.where(runs.label >= 0, runs.label, HEALTHY)
        cells.append(row(f"{level}: learnt on the other half", between_halves(half, label), x, runs))
        cells.append(row(f"{level}: neighbours seen", mixed(half, label), x, runs))
        print(*cells[-2:], sep="\n", flush=True)
    table = Table(
        "A forest on the same measurements",
        ("", "faults", "first", "or also", "three", "alarms"),
        cells,
        "What a learner makes of every number that the rules look at; see benchmarks/headroom.py.",
    )
    print(table.text())
    if given.markdown:
        replace_section(given.markdown, "headroom", f"{made_by(parser, given)}\n\n{table.markdown()}")


if __name__ == "__main__":
    main()
