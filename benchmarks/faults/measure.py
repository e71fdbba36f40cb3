"""How often each finding is present, per cause and on healthy runs: `python benchmarks/faults/measure.py OUT`.

Judges the runs of OUT (see make.py) and prints

- for each finding: its mean degree on healthy runs (what `otherwise` should say) and on the runs of each cause in which
  it is more than `otherwise` (what the arrows should say), with the number of runs in which it was judged;
- how often each piece of evidence of `evidence.py` reaches its limit on a healthy control, where it means nothing.

Runs whose fault left no trace count as healthy; faint ones, pairs and faults that this evidence hides are left out.
Measurements are kept in OUT/.measured. How right the diagnoses are is said by `benchmarks/score.py`.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import numpy as np
from benchmarks.scoring.kept import Workshop
from benchmarks.scoring.runs import rows_of

from mladvisor.calibration.labelled import Labelled
from mladvisor.calibration.labels import LEVELS
from mladvisor.diagnosis.api import rulebook_with
from mladvisor.diagnosis.network import network_of
from mladvisor.inference import Network

MOST = 9
"""Causes told for each finding."""
RAISED = 0.1
"""A cause raises a finding when it shows it so much more than healthy runs do."""


def frequencies(network: Network, labelled: Labelled) -> Iterable[str]:
    """A line for each finding: its mean degree on healthy runs, and where it is more."""
    for row, finding in sorted(enumerate(network.findings), key=lambda item: item[1]):
        degrees = labelled.degrees[:, row]
        known = ~np.isnan(degrees)
        calm = degrees[known & (labelled.label < 0)]
        otherwise = float(calm.mean()) if calm.size else 0.0
        raised = []
        for column in np.unique(labelled.label[known & (labelled.label >= 0)]):
            some = degrees[known & (labelled.label == column)]
            raised.append((float(some.mean()), network.causes[column], some.size))
        raised.sort(key=lambda each: (-each[0], each[1]))
        told = [f"{cause} {share:.2f} ({n})" for share, cause, n in raised[:MOST] if share > otherwise + RAISED]
        if known.any():
            yield f"{finding}: healthy {otherwise:.3f} ({calm.size}); {', '.join(told) or 'no cause raises it'}"


def limits(rows: Iterable[Mapping[str, str]]) -> str:
    """The pieces of evidence that healthy controls show, of which hardly any should be enough to see a fault."""
    calm = [row.get("evidence", "") for row in rows if row["cause"] == "healthy"]
    count = Counter(piece.partition(":")[0] for told in calm for piece in told.split())
    return "evidence on healthy controls: " + (", ".join(f"{name} {n}" for name, n in count.most_common()) or "none")


def main() -> None:
    """The command line; see the module's text."""
    parser = argparse.ArgumentParser(description="Measure finding frequencies on labelled runs.")
    parser.add_argument("out", type=Path)
    parser.add_argument("--half", default="", choices=["", "dev", "test"], help="only one (rules are tuned on dev)")
    parser.add_argument("--level", default="folder", choices=LEVELS)
    parser.add_argument("--jobs", type=int, default=2)
    given = parser.parse_args()
    rulebook = rulebook_with()
    rows = rows_of(given.out, rulebook, given.half)
    labelled = Workshop(given.out, jobs=given.jobs).judge(rows, rulebook, given.level)
    single = labelled.only(~labelled.hidden & (labelled.causes.sum(axis=1) <= 1))
    for line in frequencies(network_of(rulebook), single):
        print(line)
    print("\n" + limits(rows))


if __name__ == "__main__":
    main()
