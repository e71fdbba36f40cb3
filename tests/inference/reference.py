"""Inference straight from its definition: every set, every finding, plain numbers. It shares no code with ours."""

from __future__ import annotations

import math
from itertools import combinations

import numpy as np
from hypothesis import strategies as st

from mladvisor.inference import Network, build_network

UNLISTED = "unlisted"


def sets_and_priors(network: Network, largest: int, possible=None, healthy=None) -> dict:
    """Prior of each set (a tuple of cause indices, or UNLISTED)."""
    start = network.healthy if healthy is None else healthy
    causes = [i for i in range(len(network.causes)) if possible is None or possible[i]]
    by_size = {}
    for size in range(1, largest + 1):
        allowed = [
            chosen
            for chosen in combinations(causes, size)
            if not any(a in chosen and b in chosen for a, b in network.excludes)
        ]
        if allowed and size <= len(network.sizes):
            by_size[size] = {chosen: math.prod(network.prior[i] for i in chosen) for chosen in allowed}
    priors = {(): start, UNLISTED: (1 - start) * network.unlisted}
    rest = 1 - sum(priors.values())
    shares = sum(network.sizes[size - 1] for size in by_size)
    for size, weights in by_size.items():
        for chosen, weight in weights.items():
            priors[chosen] = rest * network.sizes[size - 1] / shares * weight / sum(weights.values())
    total = sum(priors.values())
    return {chosen: value / total for chosen, value in priors.items()}


def absent(network: Network, finding: int, chosen) -> float:
    """P(finding absent | set)."""
    arrows = network.arrows[finding]
    if chosen == UNLISTED:
        factors = [1 - min(network.unlisted_rate, *arrows[arrows > 0])] if arrows.any() else []
    else:
        factors = [1 - arrows[i] for i in chosen]
    return (1 - network.otherwise[finding]) * math.prod(factors)


def seen(network: Network, finding: int, degree: float, chosen) -> float:
    """Probability of what was seen of a finding: present and absent mixed by its degree."""
    q = absent(network, finding, chosen)
    return degree * (1 - q) + (1 - degree) * q


def says(network: Network, finding: int, degree: float, chosen) -> float:
    """What one finding adds by itself to the log likelihood of a set, relative to healthy."""
    if math.isnan(degree) or degree == 0.5:
        return 0.0
    if chosen == UNLISTED and degree > 0.5:
        best = max(says(network, finding, degree, (i,)) for i in range(len(network.causes)))
        return network.unlisted_share * best
    weight = network.weight[finding] * (1.0 if degree > 0.5 else network.absent_factor) / network.temperature
    return weight * math.log(seen(network, finding, degree, chosen) / seen(network, finding, degree, ()))


def posterior_of_sets(network: Network, degrees, largest=3, possible=None, healthy=None) -> dict:
    """Posterior probability of each set."""
    result = {}
    for chosen, prior in sets_and_priors(network, largest, possible, healthy).items():
        total = 0.0
        for group in sorted(set(network.group.tolist())):
            values = [
                says(network, j, float(degrees[j]), chosen) for j in range(len(degrees)) if network.group[j] == group
            ]
            speaking_for = sorted((v for v in values if v > 0), reverse=True)
            speaking_against = sorted(v for v in values if v < 0)
            for side in (speaking_for, speaking_against):
                total += sum(side[:1]) + network.echo * sum(side[1:])
        result[chosen] = prior * math.exp(total)
    evidence = sum(result.values())
    return {chosen: value / evidence for chosen, value in result.items()}


def marginals(network: Network, sets: dict) -> np.ndarray:
    """Probability of each cause, from the probabilities of the sets."""
    return np.array([
        sum(p for chosen, p in sets.items() if chosen != UNLISTED and i in chosen)
        for i in range(len(network.causes))
    ])  # fmt: skip


def entropy_of_primary(network: Network, sets: dict) -> float:
    """Entropy in bits over healthy, the unlisted fault, and each cause with its share of each set."""
    outcomes = [sets[()], sets[UNLISTED]] + [
        sum(p / len(chosen) for chosen, p in sets.items() if chosen != UNLISTED and i in chosen)
        for i in range(len(network.causes))
    ]
    return -sum(p * math.log2(p) for p in outcomes if p > 0)


def changed(network: Network, **fields) -> Network:
    """The network with other values; `rows` chooses and orders its findings."""
    names = (
        "causes findings arrows otherwise weight prior absent_factor echo healthy "
        "unlisted unlisted_share unlisted_rate sizes excludes temperature"
    )
    values = {**{name: getattr(network, name) for name in names.split()}, "groups": network.group.tolist()}
    rows = fields.pop("rows", range(len(network.findings)))
    for name in ("findings", "arrows", "otherwise", "weight", "groups"):
        chosen = [values[name][j] for j in rows]
        values[name] = np.reshape(chosen, (len(chosen), len(network.causes))) if name == "arrows" else chosen
    return build_network(**{**values, **fields})


def pointing_to_one(network: Network, finding: int, cause: int) -> Network:
    """The network with no arrow to the finding but one from the cause."""
    arrows = network.arrows.copy()
    strength = arrows[finding].max() or 0.3
    arrows[finding] = 0.0
    arrows[finding, cause] = strength
    return changed(network, arrows=arrows)


frequency = st.floats(0.02, 0.95)
degree = st.one_of(st.just(float("nan")), st.sampled_from([0.0, 0.05, 0.2, 0.5, 0.8, 0.95, 1.0]), st.floats(0.0, 1.0))


@st.composite
def networks(draw, *, causes=(1, 5), findings=(1, 6), excludes=True, density=0.5) -> Network:
    """Small networks of all kinds: groups, weights, exclusions, temperatures."""
    n, f = draw(st.integers(*causes)), draw(st.integers(*findings))
    arrow = st.one_of(st.just(0.0), frequency) if density < 1 else frequency
    pairs = [(a, b) for a in range(n) for b in range(a + 1, n)]
    return build_network(
        [f"cause-{i}" for i in range(n)],
        [f"finding-{j}" for j in range(f)],
        [[draw(arrow) for _ in range(n)] for _ in range(f)],
        [draw(st.floats(0.005, 0.5)) for _ in range(f)],
        groups=[draw(st.sampled_from([None, "a", "b"])) for _ in range(f)],
        weight=[draw(st.floats(0.2, 1.5)) for _ in range(f)],
        prior=[draw(st.sampled_from([10.0, 2.0, 0.5])) for _ in range(n)],
        absent_factor=draw(st.floats(0.0, 1.0)),
        echo=draw(st.floats(0.0, 1.0)),
        healthy=draw(st.floats(0.05, 0.9)),
        unlisted=draw(st.sampled_from([0.0, 0.05, 0.4])),
        excludes=draw(st.lists(st.sampled_from(pairs), max_size=2)) if excludes and pairs else (),
        temperature=draw(st.sampled_from([1.0, 1.4])),
    )


@st.composite
def cases(draw, **options):
    """A network and the degrees of its findings."""
    network = draw(networks(**options))
    return network, np.array([draw(degree) for _ in network.findings])
