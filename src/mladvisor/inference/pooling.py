"""What findings count, alone and in groups.

**Alone.** A finding with degree d adds w(d) * log(2 * (d * P(present | S) + (1 - d) * P(absent | S))) to the log
likelihood of the set S of causes. At d = 1/2 that is 0 for every set: the finding says nothing. Above, w is the
finding's weight, below it weight * absent_factor. The two sides meet at 0, so the posterior is continuous in d, and
each side is monotone in d, whatever the factor is. Unknown findings have no weight.

**In a group.** Findings of one group measure the same phenomenon: three views of one validation curve are not three
witnesses. For each set, relative to healthy, the strongest of the group that speaks for the set counts in full, and so
does the strongest that speaks against it; each other counts `echo` times what it says. This sum never falls when
what one finding says rises, so a present finding that points to one cause alone never lowers it; unknown findings
change nothing, and their order does not matter. In simulations (benchmarks/pooling.py) it named more right causes at
the same rate of false alarms than a fixed weight of (size of the group)^-1/2, with less log loss, and where few of a
group's findings are known its probabilities were better calibrated.

**The unlisted fault.** A fault that no cause describes would otherwise become a wrong cause. A present finding says of
it a fixed share of what it says of the best of its causes; so it wins only where findings are present that no small
set of causes explains together, and because it never gains more than a cause that a finding points to alone, that
finding still never lowers the cause. An absent finding speaks as of a cause that shows it at `unlisted_rate`, or at its
least arrow. In simulations where a quarter of the runs had unlisted faults, a third as many runs were given a wrong
cause at 80 %.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from mladvisor.inference.network import Floats, Network
from mladvisor.inference.sets import Indices
from mladvisor.inference.terms import Terms


def weigh(network: Network, degrees: ArrayLike) -> tuple[Floats, Floats]:
    """Degrees with unknown ones filled in, and what each finding counts: (F,) each, weight 0 where unknown.

    Raises:
        ValueError: the wrong shape, or a degree outside 0 to 1.
    """
    given = np.asarray(degrees, dtype=np.float64)
    if given.shape != network.otherwise.shape:
        raise ValueError(f"degrees have the shape {given.shape}; {network.otherwise.shape} is expected")
    unknown = np.isnan(given)
    degree = np.where(unknown, 0.5, given)
    if degree.size and not (degree.min() >= 0.0 and degree.max() <= 1.0):
        wrong = int(np.flatnonzero((degree < 0) | (degree > 1))[0])
        raise ValueError(f'the degree of "{network.findings[wrong]}" is {degree[wrong]:g}; 0 to 1 is expected')
    side = np.where(degree > 0.5, 1.0, np.where(degree < 0.5, network.absent_factor, 0.0))
    return degree, side * (network.weight / network.temperature)


def likelihood(network: Network, terms: Terms, degree: Floats) -> tuple[Floats, Floats]:
    """degree * P(present) + (1 - degree) * P(absent) of each finding, for no cause (F,) and at each term (M,)."""
    none = degree * network.otherwise + (1.0 - degree) * (1.0 - network.otherwise)
    d = degree[terms.finding]
    return none, d * terms.present + (1.0 - d) * terms.absent


def alone(network: Network, terms: Terms, degree: Floats, weight: Floats) -> Floats:
    """(M,) what each finding says by itself about each subset of its parents, relative to healthy (natural log)."""
    none, some = likelihood(network, terms, degree)
    value = np.log(some)
    value -= np.log(none)[terms.finding]
    value *= weight[terms.finding]
    unlisted = slice(terms.ends[0] - none.size, terms.ends[0])
    best = np.zeros(none.size)
    np.maximum.at(best, terms.finding[: unlisted.start], value[: unlisted.start])
    value[unlisted] = np.where(degree > 0.5, network.unlisted_share * best, value[unlisted])
    return np.asarray(value, dtype=np.float64)


def pooled(network: Network, terms: Terms, value: Floats) -> Floats:
    """(M,) values whose sum over the findings of a group is what the group says; `value` is what each says alone."""
    if not terms.shared.size:
        return value
    said = value[terms.shared]
    top = np.maximum(np.maximum.reduceat(said, terms.first), 0.0)
    top += np.minimum(np.minimum.reduceat(said, terms.first), 0.0)
    said *= network.echo
    said[terms.first] += (1.0 - network.echo) * top
    result = value.copy()
    result[terms.shared] = said
    return result


def exchanged(network: Network, terms: Terms, value: Floats, other: Floats | float) -> Floats:
    """(M,) by how much the group's sum changes when one finding says `other` instead, for each finding in turn.

    Args:
        value: (M,) what each finding says alone. other: (M,) or a number: what it would say instead.
    """
    change = np.asarray(other - value, dtype=np.float64)
    if terms.shared.size:
        said = value[terms.shared]
        instead = said + change[terms.shared]
        top = _top_change(said, instead, terms.first, terms.cell)
        top -= _top_change(-said, -instead, terms.first, terms.cell)
        change[terms.shared] = network.echo * change[terms.shared] + (1.0 - network.echo) * top
    return change


def _top_change(said: Floats, instead: Floats, first: Indices, cell: Indices) -> Floats:
    """How the largest value of each cell, at least 0, changes when one entry is replaced, for each entry in turn."""
    top = np.maximum.reduceat(said, first)
    is_top = said == top[cell]
    alone_at_top = is_top & (np.add.reduceat(is_top, first, dtype=np.intp)[cell] == 1)
    second = np.maximum.reduceat(np.where(is_top, -np.inf, said), first)
    rest = np.where(alone_at_top, second[cell], top[cell])
    return np.asarray(np.maximum(np.maximum(rest, instead), 0.0) - np.maximum(top, 0.0)[cell], dtype=np.float64)
