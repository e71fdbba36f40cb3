"""From a rulebook to the network that inference works on: the only place where the two meet."""

from __future__ import annotations

import weakref

import numpy as np

from mladvisor.inference import Network, build_network
from mladvisor.rulebook import Rulebook

_networks: weakref.WeakKeyDictionary[Rulebook, Network] = weakref.WeakKeyDictionary()


def network_of(rulebook: Rulebook) -> Network:
    """The noisy-OR network of a rulebook; built once for each rulebook and kept as long as it lives."""
    network = _networks.get(rulebook)
    if network is None:
        network = _networks[rulebook] = _build(rulebook)
    return network


def _build(rulebook: Rulebook) -> Network:
    rules = rulebook.in_inference()
    column = {cause: index for index, cause in enumerate(rulebook.causes)}
    frequencies = np.zeros((len(rules), len(column)))
    for row, rule in enumerate(rules):
        for cause, frequency in rule.arrows.items():
            frequencies[row, column[cause]] = frequency
    return build_network(
        tuple(column),
        [rule.id for rule in rules],
        frequencies,
        [rule.otherwise or 0.0 for rule in rules],
        groups=[rule.doc.group or None for rule in rules],
        prior=[cause.prior for cause in rulebook.causes.values()],
        excludes=[(column[cause.id], column[other]) for cause in rulebook.causes.values() for other in cause.excludes],
        **rulebook.network_numbers(),
    )
