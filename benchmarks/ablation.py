"""Which findings earn their place: `python benchmarks/ablation.py OUT [--half dev] [--level config]`.

Takes each finding, each group of findings (one phenomenon) and each section of rules away in turn and scores the
labelled runs again; measurements are kept (see score.py), only the inference is done anew. Prints

- what hurts (the score is better without) and what helps most, by mean log likelihood of the truth in nats per run,
  healthy and faulty runs weighted as the network expects them; with what happens to first places and false alarms;
- findings that no run shows, and findings that no run could be judged on;
- findings that healthy runs show, beside what their `otherwise` says.

A fall of the log likelihood within some 0.002 is noise of a few hundred runs.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from multiprocessing import get_context
from pathlib import Path
from typing import NamedTuple

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import numpy as np
from benchmarks.scoring.kept import Workshop
from benchmarks.scoring.runs import rows_of
from benchmarks.scoring.tables import Table, made_by, percent, replace_section

from mladvisor.calibration.constants import weights
from mladvisor.calibration.labelled import Labelled
from mladvisor.calibration.labels import LEVELS
from mladvisor.calibration.score import LEAST, Beliefs, beliefs, likelihoods, score
from mladvisor.diagnosis.api import rulebook_with
from mladvisor.diagnosis.network import network_of
from mladvisor.inference import Network, sort_keys
from mladvisor.rulebook import Rulebook

PRESENT = 0.5


class Change(NamedTuple):
    """What a score changes by when findings are taken away; above 0 is better without.

    Attributes:
        name: of what was taken away.
        runs: in which it was judged; shown: in which it was present.
        nats: mean log likelihood of the truth. first: runs whose cause is newly named first, less those no longer.
        alarms: healthy runs newly accused, less those no longer.
    """

    name: str
    runs: int
    shown: int
    nats: float
    first: int
    alarms: int


def without(network: Network, labelled: Labelled, before: Beliefs, name: str, rows: Sequence[int]) -> Change:
    """The change when the findings at these rows of the network are unknown in every run."""
    known = ~np.isnan(labelled.degrees[:, rows])
    touched = known.any(axis=1)
    shown = (np.nan_to_num(labelled.degrees[:, rows]) >= PRESENT).any(axis=1)
    some = labelled.only(touched)
    some.degrees[:, rows] = np.nan
    new = beliefs(network, some)
    after = Beliefs(before.causes.copy(), before.healthy.copy())
    after.causes[touched], after.healthy[touched] = new.causes, new.healthy
    after.keys = sort_keys(after.causes, network.roots)
    then, now = score(before, labelled), score(after, labelled)
    ill = int(((labelled.label >= 0) & ~labelled.hidden).sum())
    return Change(
        name,
        int(touched.sum()),
        int(shown.sum()),
        log_likelihood(network, after, labelled) - log_likelihood(network, before, labelled),
        round((now.first - then.first) * ill),
        round((now.false_alarms - then.false_alarms) * now.healthy_runs),
    )


def log_likelihood(network: Network, found: Beliefs, labelled: Labelled) -> float:
    """Mean log likelihood of the truth; healthy and faulty runs have the shares that the network expects."""
    each = weights(network, labelled)
    return float(each @ np.log(np.maximum(likelihoods(found, labelled), LEAST)) / each.sum())


def parts(network: Network, sections: Mapping[str, str], groups: Mapping[str, str]) -> dict[str, list[int]]:
    """What is taken away together: name -> rows of the network."""
    found: dict[str, list[int]] = defaultdict(list)
    for row, finding in enumerate(network.findings):
        found[finding].append(row)
        if groups.get(finding):
            found[f"group {groups[finding]}"].append(row)
        found[f"section {sections[finding]}"].append(row)
    return dict(found)


def ablation(network: Network, labelled: Labelled, taken: Mapping[str, Sequence[int]], jobs: int) -> list[Change]:
    """The change without each; those in which no run could be judged are left out."""
    global _shared  # noqa: PLW0603 - what a forked process inherits need not be pickled
    _shared = (network, labelled, beliefs(network, labelled))
    work = [(name, rows) for name, rows in taken.items() if not np.isnan(labelled.degrees[:, rows]).all()]
    with get_context("fork").Pool(jobs) as pool:
        return pool.map(_without, work, chunksize=4)


_shared: tuple[Network, Labelled, Beliefs]


def _without(part: tuple[str, Sequence[int]]) -> Change:
    return without(*_shared, *part)


def changes(found: Iterable[Change], title: str) -> Table:
    """Changes, best without first."""
    rows = [
        [each.name, str(each.runs), str(each.shown), f"{each.nats:+.4f}", f"{each.first:+d}", f"{each.alarms:+d}"]
        for each in found
    ]
    return Table(title, ("without", "judged", "shown", "nats", "first", "alarms"), rows)


def shown_by_healthy(network: Network, labelled: Labelled) -> Table:
    """Findings that healthy runs show, most first, beside their `otherwise`."""
    calm = labelled.label < 0
    rows = []
    for row, finding in enumerate(network.findings):
        degrees = labelled.degrees[calm, row]
        judged = degrees[~np.isnan(degrees)]
        present = int((judged >= PRESENT).sum())
        if present:
            otherwise = f"{100 * network.otherwise[row]:.1f}"
            rows.append([finding, f"{present} of {judged.size}", percent(judged.mean(), judged.size), otherwise])
    rows.sort(key=lambda each: -int(each[2]))
    return Table("Shown by healthy runs", ("finding", "present", "mean degree %", "otherwise %"), rows)


def silent(network: Network, labelled: Labelled) -> Table:
    """Findings that no run shows, or on which no run could be judged."""
    rows = []
    for row, finding in enumerate(network.findings):
        degrees = labelled.degrees[:, row]
        judged = degrees[~np.isnan(degrees)]
        if not (judged >= PRESENT).any():
            rows.append([finding, f"never present in {judged.size}" if judged.size else "never judged"])
    rows.sort(key=lambda each: (each[1] == "never judged", each[0]))
    return Table("Never shown", ("finding", "in these runs"), rows)


def sections_of(rulebook: Rulebook) -> dict[str, str]:
    """Finding -> the folder of rules that it stands in."""
    return {rule.id: Path(rule.entry.origin.source.file).parent.name for rule in rulebook.in_inference()}


def main() -> None:
    """The command line; see the module's text."""
    parser = argparse.ArgumentParser(description="Score labelled runs without each finding.")
    parser.add_argument("out", type=Path)
    parser.add_argument("--half", default="", help="only runs of this half (dev or test)")
    parser.add_argument("--level", default="folder", choices=LEVELS)
    parser.add_argument("--rules", action="append", default=[], help="a folder of rules on top of the shipped ones")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--stale", action="store_true", help="take measurements of older code")
    parser.add_argument("--markdown", type=Path, help="write the tables into this page, between its marks")
    given = parser.parse_args()
    rulebook = rulebook_with(given.rules)
    network = network_of(rulebook)
    rows = rows_of(given.out, rulebook, given.half)
    labelled = Workshop(given.out, jobs=given.jobs, stale=given.stale).judge(rows, rulebook, given.level)
    labelled = labelled.only(~labelled.hidden)
    groups = {rule.id: rule.doc.group or "" for rule in rulebook.in_inference()}
    found = ablation(network, labelled, parts(network, sections_of(rulebook), groups), given.jobs)
    found.sort(key=lambda each: -each.nats)
    several = [each for each in found if each.name.startswith(("group ", "section "))]
    single = [each for each in found if each not in several]
    tables = [
        changes([each for each in single if each.nats > 0.0005], "Better without"),
        changes([each for each in reversed(single) if each.nats < -0.0005], "Worse without"),
        changes(several, "Groups and sections"),
        shown_by_healthy(network, labelled),
        silent(network, labelled),
    ]
    for table in tables:
        print(table.text())
    if given.markdown is not None:
        text = "\n".join([made_by(parser, given), "", *(table.markdown() for table in tables)])
        replace_section(given.markdown, "ablation", text)


if __name__ == "__main__":
    main()
