"""What each finding says for or against a cause, and one path of steps from the prior to the posterior."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from mladvisor.inference.marginals import tilted, tilted_totals
from mladvisor.inference.network import Floats, Network
from mladvisor.inference.pooling import alone, exchanged, weigh
from mladvisor.inference.posterior import Posterior, posterior
from mladvisor.inference.sets import sum_over_supersets
from mladvisor.inference.terms import part_of

# Probabilities nearer to 0 or 1 than this are rounding; it bounds what one finding can be said to weigh.
_SURE = 1e-14


class Step(NamedTuple):
    """One finding taken in, and the probability of the cause (or of healthy) before and after."""

    finding: str
    before: float
    after: float


def evidence_table(
    network: Network,
    degrees: ArrayLike,
    *,
    possible: ArrayLike | None = None,
    largest: int = 3,
    healthy: float | None = None,
    now: Posterior | None = None,
    present_only: bool = False,
) -> Floats:
    """(F, C + 2) decibans of each finding for each cause, then for the unlisted fault, and last for healthy.

    A weight is 10 log10 of the posterior odds over the odds with this finding unknown and all others as they are. It
    is 0 for unknown findings. Weights of one cause need not add up to the whole way from prior to posterior: see
    `path`.

    Args:
        now: the posterior given all of `degrees`, if it is there already.
        present_only: leave the rows of absent findings at 0, which is most of the work.
        others: as in `posterior`.
    """
    degree, weight = weigh(network, degrees)
    known = weight > 0
    part, terms = part_of(network, largest, known)
    if now is None:
        now = posterior(network, degrees, possible=possible, largest=largest, healthy=healthy)
    without = np.expm1(exchanged(part, terms, alone(part, terms, degree[known], weight[known]), 0.0))
    above = sum_over_supersets(terms.sets, now.mass)
    none = np.ones(len(part.findings))
    total = tilted_totals(terms, above, none, without)
    wanted = degree[known] > 0.5 if present_only else none > 0
    before = np.column_stack([tilted(terms, above, none, without, wanted), none * now.healthy]) / total[:, None]
    after = _columns(now)
    table = np.zeros((len(network.findings), after.size))
    table[np.flatnonzero(known)[wanted]] = 10.0 * (_log10_odds(after) - _log10_odds(before[wanted]))
    return table


def joint_evidence(
    network: Network,
    degrees: ArrayLike,
    rows: Sequence[int],
    *,
    possible: ArrayLike | None = None,
    largest: int = 3,
    healthy: float | None = None,
    now: Posterior | None = None,
) -> Floats:
    """(C + 2) decibans of several findings at once, columns and arguments as in `evidence_table`.

    Of findings that measure the same each says little by itself, because the others say it as well.
    """
    given = np.asarray(degrees, dtype=np.float64)
    without = given.copy()
    without[list(rows)] = np.nan
    if now is None:
        now = posterior(network, given, possible=possible, largest=largest, healthy=healthy)
    before = posterior(network, without, possible=possible, largest=largest, healthy=healthy)
    return np.asarray(10.0 * (_log10_odds(_columns(now)) - _log10_odds(_columns(before))), dtype=np.float64)


def _columns(found: Posterior) -> Floats:
    """(C + 2,) of each cause, of the unlisted fault, of healthy."""
    return np.concatenate([found.probability, [found.unlisted, found.healthy]])


def evidence(
    network: Network,
    degrees: ArrayLike,
    cause: int | None,
    *,
    possible: ArrayLike | None = None,
    largest: int = 3,
    healthy: float | None = None,
) -> Floats:
    """(F,) decibans of each finding for one cause (an index), or for healthy (None); see `evidence_table`."""
    table = evidence_table(network, degrees, possible=possible, largest=largest, healthy=healthy)
    return table[:, -1 if cause is None else cause]


def path(
    network: Network,
    degrees: ArrayLike,
    cause: int | None,
    *,
    possible: ArrayLike | None = None,
    largest: int = 3,
    healthy: float | None = None,
    order: ArrayLike | None = None,
) -> list[Step]:
    """Steps from the prior of one cause, or of healthy (None), to exactly its posterior.

    The findings that weigh most (for or against) come first, equal ones by id. Another order would take other steps to
    the same end. Findings that cannot say anything (unknown, degree 1/2, no arrows) are left out.

    Args:
        order: (F,) what each is taken to weigh; by default what `evidence` says of it.
    """
    given = np.asarray(degrees, dtype=np.float64)
    if order is None:
        order = evidence(network, given, cause, possible=possible, largest=largest, healthy=healthy)
    decibans = np.asarray(order, dtype=np.float64)
    _, weight = weigh(network, given)
    telling = np.flatnonzero((weight > 0) & (network.arrows > 0).any(axis=1))
    rows = sorted(telling.tolist(), key=lambda j: (-round(abs(float(decibans[j])), 6), network.findings[j]))
    taken = np.full(given.shape, np.nan)

    def belief() -> float:
        now = posterior(network, taken, possible=possible, largest=largest, healthy=healthy)
        return now.healthy if cause is None else float(now.probability[cause])

    steps: list[Step] = []
    before = belief()
    for j in rows:
        taken[j] = given[j]
        after = belief()
        steps.append(Step(network.findings[j], before, after))
        before = after
    return steps


def _log10_odds(probability: Floats) -> Floats:
    """log10 odds; 0 and 1 are moved to the edge of what float64 tells apart."""
    inside = np.clip(probability, 1e-300, 1.0 - _SURE)
    return np.asarray(np.log10(inside) - np.log10(np.maximum(1.0 - inside, _SURE)), dtype=np.float64)
