"""What inference costs: milliseconds of CPU, on a network of the size of the rulebook (41 causes, 150 findings).

    python benchmarks/inference.py

Prints the median of repeated runs. Targets: 10 ms for one run with triples, 1 ms a run in a batch with pairs.
"""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np

from mladvisor.inference import (
    Network,
    build_network,
    evidence_table,
    information,
    path,
    posterior,
    posteriors,
    would_change,
)

CAUSES, FINDINGS, RUNS = 41, 150, 200


def example(rng: np.random.Generator) -> Network:
    """A network with one to seven arrows a finding, a third of them in groups of two to four."""
    arrows = np.zeros((FINDINGS, CAUSES))
    groups: list[int | None] = []
    while len(groups) < FINDINGS:
        parents = rng.choice(CAUSES, rng.integers(1, 8), replace=False)
        size = min(int(rng.choice([1, 1, 1, 2, 4])), FINDINGS - len(groups))
        for row in range(len(groups), len(groups) + size):
            arrows[row, parents] = rng.choice([0.95, 0.85, 0.6, 0.3, 0.08], parents.size)
        groups += [None] if size == 1 else [len(groups)] * size
    return build_network(
        [f"cause-{i}" for i in range(CAUSES)],
        [f"finding-{j}" for j in range(FINDINGS)],
        arrows,
        rng.choice([0.02, 0.05, 0.1, 0.2], FINDINGS),
        groups=groups,
        prior=rng.choice([10.0, 2.0, 0.5], CAUSES),
    )


def milliseconds(function: Callable[[], object], repeats: int = 15) -> float:
    """Median CPU time of a call."""
    times = []
    for _ in range(repeats):
        start = time.process_time()
        function()
        times.append(time.process_time() - start)
    return float(np.median(times)) * 1e3


def main() -> None:
    rng = np.random.default_rng(0)
    network = example(rng)
    runs = np.where(rng.random((RUNS, FINDINGS)) < 0.4, np.nan, rng.random((RUNS, FINDINGS)) ** 6)
    run = runs[0]
    open_findings = np.flatnonzero(np.isnan(run)).tolist()
    print(f"{CAUSES} causes, {FINDINGS} findings, {int((network.arrows > 0).sum())} arrows; ms of CPU")
    print(f"{'first posterior, network and tables included':50}", end="")
    print(f"{milliseconds(lambda: posterior(example(np.random.default_rng(0)), run)):8.2f}")
    for largest, name in ((3, "triples"), (2, "pairs")):
        for title, function in (
            ("posterior", lambda largest=largest: posterior(network, run, largest=largest)),
            ("evidence of all findings for all causes",
             lambda largest=largest: evidence_table(network, run, largest=largest)),
            (f"information of {len(open_findings)} open questions",
             lambda largest=largest: information(network, run, open_findings, largest=largest)),
            ("would any answer change the leader",
             lambda largest=largest: would_change(network, run, open_findings, largest=largest)),
        ):  # fmt: skip
            function()
            print(f"{title + ', ' + name:50}{milliseconds(function):8.2f}")
    print(f"{'path of one cause, triples':50}{milliseconds(lambda: path(network, run, 0), 5):8.2f}")
    print(
        f"{f'per run in a batch of {RUNS}, pairs':50}{milliseconds(lambda: posteriors(network, runs), 5) / RUNS:8.2f}"
    )


if __name__ == "__main__":
    main()
