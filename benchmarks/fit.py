"""The overlay that is shipped: `python benchmarks/fit.py OUT [--half dev] --frequencies-only [--write FILE]`.

Fits the written words to the labelled runs of one half as `mladvisor calibrate --afresh` does, with two differences:
measurements are kept (see score.py), so that a second try takes a minute, and constants are chosen on all three levels
of evidence, since the rules must serve them all (what is shipped holds frequencies alone, see
docs/calibration.md). Prints the scores of both halves before and after, as score.py counts;
with `--write rules/fitted/frequencies.yaml` the overlay is what is shipped.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import numpy as np
from benchmarks.scoring.kept import Workshop
from benchmarks.scoring.runs import rows_of
from benchmarks.scoring.tables import Table, counts, percent

from mladvisor.calibration.calibrated import calibrated
from mladvisor.calibration.labelled import Labelled, joined, kept_as_written
from mladvisor.calibration.labels import LEVELS
from mladvisor.calibration.overlay import LEGEND, SHIPPED, as_written
from mladvisor.calibration.score import beliefs, score
from mladvisor.diagnosis.network import network_of
from mladvisor.inference import Network


def row(name: str, network: Network, labelled: Labelled) -> list[str]:
    """The scores of one network on some runs."""
    found = score(beliefs(network, labelled), labelled)
    ill = found.runs - found.healthy_runs
    return [
        name,
        *(percent(share, ill) for share in (found.first, found.first_or_also, found.among_three, found.missed)),
        counts(found.both_among_three, found.pairs),
        counts(found.false_alarms, found.healthy_runs),
        f"{found.log_loss:.3f}",
        f"{found.brier:.3f}",
        f"{found.calibration_error:.3f}",
        f"{found.by_chance.mean:.3f}",
    ]


def main() -> None:
    """The command line; see the module's text."""
    parser = argparse.ArgumentParser(description="Fit the overlay that is shipped.")
    parser.add_argument("out", type=Path)
    parser.add_argument("--half", default="dev")
    parser.add_argument("--level", action="append", choices=LEVELS, help="the evidence that there is; may be repeated")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--stale", action="store_true", help="take measurements of older code")
    parser.add_argument(
        "--write", type=Path, help=f"write the overlay here; rules/{SHIPPED}/frequencies.yaml is shipped"
    )
    parser.add_argument("--frequencies-only", action="store_true", help="leave constants and weights of groups alone")
    given = parser.parse_args()
    rulebook = as_written()
    network = network_of(rulebook)
    rows_of(given.out, rulebook, given.half)  # a half that does not exist ends here
    rows = rows_of(given.out, rulebook)
    workshop = Workshop(given.out, jobs=given.jobs, stale=given.stale)
    levels = [level for level in LEVELS if not given.level or level in given.level]
    views = {level: workshop.judge(rows, rulebook, level) for level in levels}
    views = {level: each.only(~each.hidden) for level, each in views.items()}
    mine = {level: each.only(np.array([half == given.half for half in each.half])) for level, each in views.items()}
    whole = mine[levels[-1]]
    judge = joined(list(mine.values()))
    found = calibrated(
        network,
        whole,
        kept_as_written(rulebook),
        judge=judge,
        frequencies_only=given.frequencies_only,
        tell=lambda text: print(text, file=sys.stderr),
    )
    lines = []
    for level, each in views.items():
        for half in sorted(set(each.half)):
            some = each.only(np.array([one == half for one in each.half]))
            lines += [
                row(f"{level}, {half}: {name}", net, some)
                for name, net in (("as written", network), ("fitted", found.network))
            ]
    header = (
        "",
        "first %",
        "or also",
        "three %",
        "missed %",
        "both",
        "alarms",
        "log loss",
        "Brier",
        "ECE",
        "chance",
    )
    print(Table("Before and after (pairs count as faults: either cause)", header, lines).text())
    if given.write is not None:
        given.write.parent.mkdir(parents=True, exist_ok=True)
        heading = f"Frequencies fitted by benchmarks/fit.py to {len(whole.runs)} runs of half {given.half}.\n{LEGEND}"
        given.write.write_text(found.overlay(rulebook, heading), encoding="utf-8")
        print(f"wrote {given.write}", file=sys.stderr)


if __name__ == "__main__":
    main()
