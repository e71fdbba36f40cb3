"""How to count findings that measure the same thing, and whether to leave room for an unlisted fault: a simulation.

    python benchmarks/pooling.py [SEED]

Runs are drawn from a network of 41 causes and 130 findings. Findings of a group are correlated beyond their common
causes (a Gaussian copula), some measurements are noisy and give degrees between 0 and 1, and the advisor's numbers are
not the true ones: arrows are off by one logit, some are missing, and `otherwise` is off by 0.7 logits. A quarter of the
runs in the third setting have a fault that no cause describes. Each way of counting then judges the same runs.

Columns: the right cause is the most probable one; it is, and passes a limit that 5 % of the healthy runs pass; healthy
runs and runs with unlisted faults with some cause at 50 % or more; runs with a wrong cause at 80 % or more; calibration
error of the most probable cause; log loss of what is true.
"""

from __future__ import annotations

import math
import sys
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from mladvisor.inference import Network, build_network, posterior, posteriors
from mladvisor.inference.reliability import calibration_error

CAUSES, FINDINGS, RUNS = 41, 130, 800
Floats = NDArray[np.float64]
_cdf = np.vectorize(lambda z: 0.5 * math.erfc(-z / math.sqrt(2)))


class World(NamedTuple):
    """What is true: frequencies, groups and priors; and the frequencies that the advisor believes in."""

    arrows: Floats
    otherwise: Floats
    groups: list[int | None]
    prior: Floats
    believed_arrows: Floats
    believed_otherwise: Floats

    def network(self, **options: Any) -> Network:
        """The advisor's network."""
        causes, findings = [f"c{i}" for i in range(CAUSES)], [f"f{j}" for j in range(FINDINGS)]
        return build_network(
            causes, findings, self.believed_arrows, self.believed_otherwise, prior=self.prior, **options
        )


def shifted(frequency: Floats, noise: Floats) -> Floats:
    """Frequencies moved by some logits."""
    inside = np.clip(frequency, 0.003, 0.997)
    return np.asarray(1 / (1 + np.exp(-np.log(inside / (1 - inside)) - noise)), dtype=np.float64)


def world(rng: np.random.Generator) -> World:
    arrows, otherwise = np.zeros((FINDINGS, CAUSES)), np.zeros(FINDINGS)
    groups: list[int | None] = []
    while len(groups) < FINDINGS:
        parents = rng.choice(CAUSES, rng.integers(1, 6), replace=False)
        size = min(int(rng.choice([1, 1, 1, 2, 3, 4, 6])), FINDINGS - len(groups))
        rows = slice(len(groups), len(groups) + size)
        words = rng.choice([0.95, 0.85, 0.6, 0.3, 0.08], (size, parents.size), p=[0.2, 0.3, 0.25, 0.2, 0.05])
        arrows[rows, parents] = np.clip(words * rng.uniform(0.8, 1.04, words.shape), 0, 0.98)
        otherwise[rows] = rng.choice([0.005, 0.02, 0.05, 0.1, 0.2, 0.3]) * rng.uniform(0.6, 1.5, size)
        groups += [None] if size == 1 else [len(groups)] * size
    believed = np.where(arrows > 0, shifted(arrows, rng.normal(size=arrows.shape)), 0.0)
    believed[rng.random(arrows.shape) < 0.15] = 0.0
    prior = rng.choice([10.0, 2.0, 0.5], CAUSES, p=[0.3, 0.5, 0.2])
    return World(arrows, otherwise, groups, prior, believed, shifted(otherwise, 0.7 * rng.normal(size=FINDINGS)))


def draw(
    rng: np.random.Generator, truth: World, known: float, unlisted: float
) -> tuple[list[tuple[int, ...] | None], Floats]:
    """Runs: the causes of each (None: an unlisted fault), and the degrees (R, F) of the findings."""
    start = posterior(truth.network(unlisted=0.0), np.full(FINDINGS, np.nan))
    chosen = rng.choice(start.mass.size, RUNS, p=start.mass / start.mass.sum())
    causes: list[tuple[int, ...] | None] = [start.numbering.members(int(number)) for number in chosen]
    degrees = np.full((RUNS, FINDINGS), np.nan)
    shared = {group: rng.normal(size=RUNS) for group in set(truth.groups) if group is not None}
    for run in range(RUNS):
        absent = 1 - truth.otherwise
        if rng.random() < unlisted:
            causes[run] = None
            absent = absent * np.where(rng.random(FINDINGS) < 0.15, 1 - rng.choice([0.6, 0.85], FINDINGS), 1.0)
        for cause in causes[run] or ():
            absent = absent * (1 - truth.arrows[:, cause])
        own = rng.normal(size=FINDINGS)
        luck = np.array([
            own[j] if group is None else math.sqrt(0.7) * shared[group][run] + math.sqrt(0.3) * own[j]
            for j, group in enumerate(truth.groups)
        ])  # fmt: skip
        # Present when a standard normal falls below its quantile; noise blurs the uniform scale of the margin.
        margin = (1 - absent) - _cdf(luck)
        noise = np.where(rng.random(FINDINGS) < 0.3, 0.1, 1e-6)
        degree = _cdf((margin + noise * rng.normal(size=FINDINGS)) / noise)
        degrees[run] = np.where(rng.random(FINDINGS) < known, degree, np.nan)
    return causes, degrees


def judge(network: Network, causes: list[tuple[int, ...] | None], degrees: Floats) -> str:
    """One row of the table."""
    found = posteriors(network, degrees)
    best = np.array([int(each.probability.argmax()) for each in found])
    sure = np.array([float(each.probability.max()) for each in found])
    ill = np.array([bool(true) for true in causes])
    right = np.array([bool(true) and guess in true for true, guess in zip(causes, best, strict=True)])
    healthy = np.array([true == () for true in causes])
    other = np.array([true is None for true in causes])
    strict = np.quantile(sure[healthy], 0.95)
    loss = -np.mean([
        math.log(max(1e-4, each.unlisted if true is None else each.healthy if not true
                     else float(np.exp(np.mean(np.log(each.probability[list(true)] + 1e-9))))))
        for each, true in zip(found, causes, strict=True)
    ])  # fmt: skip
    return (
        f"{right[ill].mean():10.2f}{(right & (sure > strict))[ill].mean():10.2f}{(sure[healthy] >= 0.5).mean():10.3f}"
        f"{(sure[other] >= 0.5).mean() if other.any() else 0:10.3f}{(~right & (sure >= 0.8)).mean():10.3f}"
        f"{calibration_error(sure, right):8.3f}{loss:8.2f}"
    )


def main() -> None:
    rng = np.random.default_rng(int(sys.argv[1]) if len(sys.argv) > 1 else 0)
    truth = world(rng)
    numbers = [truth.groups.count(group) if group is not None else 1 for group in truth.groups]
    fixed = np.array(numbers, dtype=np.float64) ** -0.5
    ways = {
        "each finding in full": truth.network(unlisted=0.0),
        "fixed weights, size^-1/2": truth.network(unlisted=0.0, weight=fixed),
        **{
            f"strongest, others x {e}": truth.network(unlisted=0.0, groups=truth.groups, echo=e)
            for e in (0.0, 0.1, 0.3)
        },
        "strongest, others x 0.1; unlisted": truth.network(groups=truth.groups),
        "the same, temperature 1.25": truth.network(groups=truth.groups, temperature=1.25),
    }
    head = f"{'right':>10}{'right, 5%':>10}{'healthy':>10}{'unlisted':>10}{'wrong':>10}{'ECE':>8}{'log':>8}"
    under = f"{'first':>10}{'accused':>10}{'accused':>10}{'accused':>10}{'at .8':>10}{'':>8}{'loss':>8}"
    for known, unlisted in ((0.6, 0.0), (0.15, 0.0), (0.6, 0.25)):
        causes, degrees = draw(rng, truth, known, unlisted)
        print(f"\n{known:.0%} of the findings known, {unlisted:.0%} unlisted faults\n{'':34}{head}\n{'':34}{under}")
        for name, network in ways.items():
            print(f"{name:34}{judge(network, causes, degrees)}")


if __name__ == "__main__":
    main()
