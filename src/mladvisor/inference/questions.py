"""What an answer would be worth: expected fall in entropy, and whether it could change what is done first.

The entropy is over the *primary cause*: healthy has the probability of the empty set, the unlisted fault has its own,
and the mass of every other set is shared equally among its causes. It is a distribution over C + 2 outcomes, so that
two causes that are both sure do not count as doubt about whether the run is ill, but as one bit of doubt about which
is the first.

An answer comes with the probability that the plain noisy-OR gives it, while beliefs move by the pooled weights. Where
the two differ the expected entropy can rise slightly; such a question is worth 0, never less.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from typing import NamedTuple

import msgspec
import numpy as np
from numpy.typing import ArrayLike

from mladvisor.inference.marginals import tilted, tilted_totals
from mladvisor.inference.network import Floats, Network
from mladvisor.inference.pooling import alone, exchanged, likelihood, weigh
from mladvisor.inference.posterior import Posterior, posterior, set_log_likelihood
from mladvisor.inference.sets import sum_over_supersets
from mladvisor.inference.terms import Terms, terms_of

YES, NO = 0.95, 0.05


class Outcomes(NamedTuple):
    """What the answers to one question of several outcomes would do.

    Attributes:
        bits: expected fall in the entropy of the primary cause.
        probability: (K,) of each outcome.
        leaders: (K,) the leading cause after each, None for healthy.
    """

    bits: float
    probability: Floats
    leaders: tuple[int | None, ...]


def primary(now: Posterior) -> Floats:
    """(C + 2,) the primary cause: each set's mass shared among its causes, then the unlisted fault, then healthy."""
    sets = now.numbering
    shares = now.mass / np.maximum(sets.sizes(), 1)
    return np.append(sum_over_supersets(sets, shares)[sets.singles], now.healthy)


def entropy(distribution: Floats) -> Floats:
    """Entropy in bits along the last axis."""
    logs = np.log2(distribution, out=np.zeros_like(distribution), where=distribution > 0)
    return np.asarray(-(distribution * logs).sum(axis=-1), dtype=np.float64)


def leader(probability: Floats, healthy: float) -> int | None:
    """The most probable cause, or None when healthy is at least as probable; the first of equals."""
    best = int(np.argmax(probability))
    return best if probability[best] > healthy else None


def information(
    network: Network,
    degrees: ArrayLike,
    candidates: Sequence[int],
    *,
    possible: ArrayLike | None = None,
    largest: int = 3,
    healthy: float | None = None,
    yes: float = YES,
    no: float = NO,
) -> Floats:
    """(n,) expected bits for learning each candidate finding: present (degree `yes`) or absent (degree `no`).

    A finding that is known already is worth 0. Other arguments as in `posterior`.
    """
    terms = terms_of(network, largest)
    now = posterior(network, degrees, possible=possible, largest=largest, healthy=healthy)
    said = alone(network, terms, *weigh(network, degrees))
    sets, chosen = terms.sets, np.asarray(candidates, dtype=np.intp)
    above = sum_over_supersets(sets, now.mass)
    shares = sum_over_supersets(sets, now.mass / np.maximum(sets.sizes(), 1))
    expected = np.zeros(chosen.size)
    wanted = np.isin(np.arange(len(network.findings)), chosen)
    for answer in (yes, no):
        none, some = likelihood(network, terms, np.full(len(network.findings), answer))
        chance = tilted_totals(terms, above, none, some - none[terms.finding])[chosen]
        ones, factor = np.ones(none.size), _answered(network, terms, said, answer)
        after = np.column_stack([tilted(terms, shares, ones, factor, wanted), ones * now.healthy])[chosen]
        after = np.maximum(after, 0.0)
        expected += chance * entropy(after / after.sum(axis=1, keepdims=True))
    bits = np.maximum(entropy(primary(now)) - expected, 0.0)
    bits[~np.isnan(np.asarray(degrees, dtype=np.float64)[chosen])] = 0.0
    return np.asarray(bits, dtype=np.float64)


def joint_information(
    network: Network,
    degrees: ArrayLike,
    outcomes: ArrayLike,
    *,
    weights: ArrayLike | None = None,
    possible: ArrayLike | None = None,
    largest: int = 3,
    healthy: float | None = None,
    now: Posterior | None = None,
) -> Outcomes:
    """What a question is worth whose answer settles several findings at once.

    Args:
        outcomes: (K, F) the degrees that each answer would give; nan where it leaves a finding as it is.
        weights: (K,) how probable each outcome is before the model is asked, relative to the others; None: alike.
        now: the posterior given `degrees`, if it is there already.

    The outcomes exclude each other. The probability of one is in proportion to its weight times the plain noisy-OR
    probability of the degrees that it settles, where a finding that it leaves open counts 1/2.
    """
    terms = terms_of(network, largest)
    given, rows = np.asarray(degrees, dtype=np.float64), np.asarray(outcomes, dtype=np.float64)
    limits = {"possible": possible, "largest": largest, "healthy": healthy}
    if now is None:
        now = posterior(network, given, possible=possible, largest=largest, healthy=healthy)
    settled = ~np.isnan(rows)
    opened = np.where(settled.any(axis=0), np.nan, given)
    known_again = not np.isnan(given[settled.any(axis=0)]).all()
    open_now = posterior(network, opened, **limits) if known_again else now  # type: ignore[arg-type]
    chance = np.ones(len(rows)) if weights is None else np.array(weights, dtype=np.float64)
    after: list[Posterior] = []
    for k, (row, known) in enumerate(zip(rows, settled, strict=True)):
        degree, _ = weigh(network, row)
        counts = known.astype(np.float64)
        none, some = likelihood(network, terms, degree)
        healthy_log = float(counts @ np.log(2.0 * none))
        relative = counts[terms.finding] * (np.log(some) - np.log(none)[terms.finding])
        chance[k] *= open_now.mass @ np.exp(set_log_likelihood(terms, relative) + healthy_log)
        after.append(posterior(network, np.where(known, row, given), **limits))  # type: ignore[arg-type]
    chance /= chance.sum()
    expected = float(chance @ np.array([entropy(primary(each)) for each in after]))
    return Outcomes(
        bits=max(0.0, float(entropy(primary(now))) - expected),
        probability=chance,
        leaders=tuple(leader(each.probability, each.healthy) for each in after),
    )


def area_information(network: Network, areas: Sequence[Sequence[int]], now: Posterior) -> float:
    """Expected bits for learning in which of several areas, each of some unknown findings, anything is present.

    The outcomes are "in this area alone" for each, and "in none". What an area that is named holds is left open, so
    that its probability under a set of causes is one minus that of all its findings being absent; findings of one area
    are taken as independent given the causes.
    """
    terms = terms_of(network, now.numbering.largest)
    none, some = likelihood(network, terms, np.zeros(len(network.findings)))
    absent = np.empty((len(areas), now.mass.size))
    for row, area in enumerate(areas):
        chosen = np.isin(np.arange(none.size), area)
        relative = np.where(chosen[terms.finding], np.log(some) - np.log(none)[terms.finding], 0.0)
        absent[row] = np.exp(set_log_likelihood(terms, relative) + np.log(none[chosen]).sum())
    others = np.stack([np.delete(absent, row, axis=0).prod(axis=0) for row in range(len(areas))])
    joint = now.mass * np.vstack([others * (1.0 - absent), absent.prod(axis=0)])
    joint = joint[joint.any(axis=1)]
    chance = joint.sum(axis=1)
    after = [msgspec.structs.replace(now, mass=mass, healthy=mass[0]) for mass in joint / chance[:, None]]
    expected = float(chance @ np.array([entropy(primary(each)) for each in after]) / chance.sum())
    return max(0.0, float(entropy(primary(now))) - expected)


def would_change(
    network: Network,
    degrees: ArrayLike,
    candidates: Sequence[int],
    *,
    decide: Callable[[Floats, float], Hashable] = leader,
    possible: ArrayLike | None = None,
    largest: int = 3,
    healthy: float | None = None,
    yes: float = YES,
    no: float = NO,
) -> list[bool]:
    """For each candidate finding, whether learning it alone could change the decision.

    `decide` makes a decision (the leading cause, the first fix ...) from the probabilities of the causes (C,) and of
    healthy. When no candidate would change it, asking more is idle; two answers together still might.
    """
    terms = terms_of(network, largest)
    now = posterior(network, degrees, possible=possible, largest=largest, healthy=healthy)
    above = sum_over_supersets(terms.sets, now.mass)
    said, ones = alone(network, terms, *weigh(network, degrees)), np.ones(len(network.findings))
    current = decide(now.probability, now.healthy)
    changes = [False] * len(candidates)
    wanted = np.isin(np.arange(ones.size), candidates)
    for answer in (yes, no):
        factor = _answered(network, terms, said, answer)
        total = tilted_totals(terms, above, ones, factor)
        after = np.clip(tilted(terms, above, ones, factor, wanted) / total[:, None], 0.0, 1.0)
        fine = now.healthy / total
        for n, j in enumerate(candidates):
            changes[n] = changes[n] or decide(after[j, :-1], float(fine[j])) != current
    return changes


def _answered(network: Network, terms: Terms, said: Floats, answer: float) -> Floats:
    """(M,) by how much each set's mass grows when one finding gets the degree `answer`, for each finding in turn."""
    reply = alone(network, terms, *weigh(network, np.full(len(network.findings), answer)))
    return np.asarray(np.expm1(exchanged(network, terms, said, reply)), dtype=np.float64)
