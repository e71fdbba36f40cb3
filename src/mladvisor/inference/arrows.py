"""Arrows that say the opposite of what they seem to say."""

from __future__ import annotations

import numpy as np

from mladvisor.inference.marginals import tilted, tilted_totals
from mladvisor.inference.network import Network
from mladvisor.inference.pooling import alone, weigh
from mladvisor.inference.posterior import log_prior
from mladvisor.inference.sets import sum_over_supersets
from mladvisor.inference.terms import terms_of

_ROUNDING = 1e-12


def misleading_arrows(network: Network, *, largest: int = 3) -> list[tuple[int, int]]:
    """(finding, cause) of each arrow by which the finding, alone and present, lowers the cause, or absent raises it.

    An arrow that is much weaker than the finding's other arrows does that: few causes hold at once, so what the others
    gain, this one loses. Such an arrow is better made stronger, or removed.
    """
    terms = terms_of(network, largest)
    above = sum_over_supersets(terms.sets, np.exp(log_prior(network, largest)))
    prior = above[terms.sets.singles][:-1]
    wrong = np.zeros(network.arrows.shape, dtype=bool)
    none = np.ones(len(network.findings))
    for degree, sign in ((1.0, 1.0), (0.0, -1.0)):
        says = alone(network, terms, *weigh(network, np.full(none.size, degree)))
        factor = np.expm1(says)
        total = tilted_totals(terms, above, none, factor)
        after = tilted(terms, above, none, factor)[:, :-1] / total[:, None]
        wrong |= sign * (after - prior) < -_ROUNDING
    return [(int(j), int(i)) for j, i in np.argwhere(wrong & (network.arrows > 0))]
