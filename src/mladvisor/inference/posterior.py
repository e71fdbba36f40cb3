"""The posterior over sets of causes, exact within the limit of three causes a set."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
import numpy as np
from numpy.typing import ArrayLike, NDArray

from mladvisor.inference.network import Floats, Network
from mladvisor.inference.pooling import alone, pooled, weigh
from mladvisor.inference.sets import Indices, Sets, all_sets, sum_over_subsets, sum_over_supersets
from mladvisor.inference.terms import Terms, invert, part_of

_KEPT_PRIORS = 64


class Posterior(msgspec.Struct, frozen=True, eq=False):
    """What is believed after the evidence.

    Attributes:
        probability: (C,) of each cause, alone or together with others.
        healthy: of no fault at all. unlisted: of a fault that none of the causes describes.
            These two and the probabilities of all non-empty sets of causes sum to 1.
        log_evidence: log of the pooled probability of the evidence, relative to its probability when healthy.
        mass: (N,) probability of each set, in the numbering of `numbering`.
    """

    probability: Floats
    healthy: float
    unlisted: float
    log_evidence: float
    mass: Floats
    numbering: Sets

    @property
    def sets(self) -> list[tuple[tuple[int, ...], float]]:
        """The ten most probable sets of causes (indices; () is healthy, (C,) unlisted), with their probabilities."""
        order = np.argsort(-self.mass, kind="stable")[:10]
        return [(self.numbering.members(int(n)), float(self.mass[n])) for n in order if self.mass[n] > 0]


def posterior(
    network: Network,
    degrees: ArrayLike,
    *,
    possible: ArrayLike | None = None,
    largest: int = 3,
    healthy: float | None = None,
) -> Posterior:
    """The posterior given findings.

    Args:
        degrees: (F,) how surely each finding is present, 0 to 1; nan where unknown.
        possible: (C,) what the prior of each cause counts in this run, 1 (True) as it stands, 0 (False) where it cannot
            be at work; None: all as they stand.
        largest: most causes in a set, 1 to 3.
        healthy: prior probability of no cause, instead of the network's.
    """
    degree, weight = weigh(network, degrees)
    known = weight > 0
    part, terms = part_of(network, largest, known)
    log_mass = set_log_likelihood(terms, pooled(part, terms, alone(part, terms, degree[known], weight[known])))
    log_mass += log_prior(network, largest, possible, healthy)
    top = float(log_mass.max())
    mass = np.exp(log_mass - top)
    total = float(mass.sum())
    mass /= total
    above = sum_over_supersets(terms.sets, mass)
    return Posterior(
        probability=np.minimum(above[terms.sets.singles][:-1], 1.0),
        healthy=float(mass[0]),
        unlisted=float(above[terms.sets.singles.stop - 1]),
        log_evidence=top + float(np.log(total)),
        mass=mass,
        numbering=terms.sets,
    )


def posteriors(
    network: Network,
    degrees: ArrayLike,
    *,
    possible: Sequence[ArrayLike | None] | None = None,
    largest: int = 2,
    healthy: float | None = None,
) -> list[Posterior]:
    """The posteriors of many runs: degrees (R, F), and for each run what is possible."""
    rows = np.asarray(degrees, dtype=np.float64)
    masks = [None] * len(rows) if possible is None else possible
    return [
        posterior(network, row, possible=mask, largest=largest, healthy=healthy)
        for row, mask in zip(rows, masks, strict=True)
    ]


def log_prior(
    network: Network, largest: int, possible: ArrayLike | None = None, healthy: float | None = None
) -> NDArray[np.float64]:
    """(N,) log prior of each set, -inf where it is impossible.

    Healthy has its own probability, and so has the unlisted fault. The sizes share the rest in the proportion of
    `sizes`, and inside a size the allowed sets share by the product of their causes' weights. A size without an allowed
    set leaves its share to the others, and all sizes leave it to healthy and the unlisted fault.
    """
    mask = None if possible is None else np.asarray(possible, dtype=np.float64)
    if mask is not None and mask.shape != network.prior.shape:
        raise ValueError(f"possible has the shape {mask.shape}; {network.prior.shape} is expected")
    start = network.healthy if healthy is None else float(healthy)
    if not 0 < start < 1:
        raise ValueError(f"the prior probability of healthy is {start:g}; a number between 0 and 1 is expected")
    key = ("prior", largest, None if mask is None else mask.tobytes(), start)
    if key not in network.cache:
        kept = [old for old in network.cache if old[0] == "prior"]
        if len(kept) >= _KEPT_PRIORS:
            del network.cache[kept[0]]
        network.cache[key] = _log_prior(network, largest, mask, start)
    result: Floats = network.cache[key]
    return result


def _log_prior(network: Network, largest: int, possible: Floats | None, healthy: float) -> Floats:
    sets = all_sets(len(network.causes), largest)
    one = network.prior / network.prior.max()
    if possible is not None:
        one = one * possible
    allowed = np.ones((one.size, one.size))
    for a, b in network.excludes:
        allowed[a, b] = allowed[b, a] = 0.0
    a, b = sets.pairs
    two = one[a] * one[b] * allowed[a, b]
    a, b, c = sets.triples
    three = one[a] * one[b] * one[c] * allowed[a, b] * allowed[a, c] * allowed[b, c]
    prior = np.zeros(sets.total)
    prior[0] = healthy
    prior[sets.singles.stop - 1] = (1.0 - healthy) * network.unlisted
    rest = 1.0 - prior.sum()
    blocks = list(
        zip((slice(1, 1 + sets.causes), sets.doubles, sets.threes), (one, two, three), network.sizes, strict=False)
    )
    shares = [(where, weights / weights.sum(), size) for where, weights, size in blocks if weights.sum() > 0]
    total = sum(size for _, _, size in shares)
    for where, weights, size in shares:
        prior[where] = rest * size / total * weights
    prior /= prior.sum()
    with np.errstate(divide="ignore"):
        return np.asarray(np.log(prior), dtype=np.float64)


def set_log_likelihood(terms: Terms, value: Floats) -> Floats:
    """(N,) log likelihood of each set relative to healthy: the sum of what the findings say (M,) about its subsets."""
    single, double, triple = invert(terms, value)
    sets = terms.sets
    return sum_over_subsets(
        sets,
        _gather(terms.cause, single, sets.causes + 1),
        _gather(terms.pair, double, sets.pairs.shape[1]),
        _gather(terms.triple, triple, sets.triples.shape[1]),
    )


def _gather(where: Indices, value: Floats, count: int) -> Floats:
    return np.bincount(where, value, count).astype(np.float64, copy=False)
