"""Runs the `case` documents of a rulebook: degrees of findings in, ranking out, with nothing measured."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from mladvisor.diagnosis.network import network_of
from mladvisor.inference import posterior
from mladvisor.rulebook import Rulebook


def infer(rulebook: Rulebook, given: Mapping[str, float]) -> tuple[Sequence[str], float]:
    """The causes, most probable first, and the probability of healthy, from degrees of findings alone."""
    network = network_of(rulebook)
    degrees = np.array([given.get(finding, np.nan) for finding in network.findings], dtype=np.float64)
    belief = posterior(network, degrees)
    order = np.argsort(-belief.probability, kind="stable").tolist()
    return [network.causes[index] for index in order], belief.healthy
