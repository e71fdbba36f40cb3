"""From a rulebook to the network that inference works on: the only place where the two meet."""

from __future__ import annotations

import weakref

import msgspec
import numpy as np

from mladvisor import kept
from mladvisor.inference import Network, build_network, sets, terms
from mladvisor.inference.terms import Packed
from mladvisor.rulebook import Rulebook

_networks: weakref.WeakKeyDictionary[Rulebook, Network] = weakref.WeakKeyDictionary()


def network_of(rulebook: Rulebook) -> Network:
    """The noisy-OR network of a rulebook; built once for each rulebook and kept as long as it lives."""
    network = _networks.get(rulebook)
    if network is None:
        network = _networks[rulebook] = _build(rulebook)
        if rulebook.shipped:
            _with_terms(network)
    return network


class _KeptTerms(msgspec.Struct, array_like=True):
    """The terms for sets of up to two and three causes, with the numbers and the code that they were made of."""

    code: kept.Stamps
    numbers: list[bytes]
    terms: dict[int, Packed]


def _with_terms(network: Network) -> None:
    """Give the network the terms that an earlier start found, or find and keep them."""
    code = kept.stamps((str(terms.__file__), str(sets.__file__)))
    arrays = (network.arrows, network.otherwise, network.group, np.array(network.unlisted_rate))
    numbers = [array.tobytes() for array in arrays]
    found = kept.recall("terms", _KeptTerms)
    if found is not None and (found.code, found.numbers) == (code, numbers):
        for largest, arrays_of in found.terms.items():
            terms.unpack(network, largest, arrays_of)
    else:
        sizes = (2, 3)
        kept.keep(
            "terms", _KeptTerms(code, numbers, {size: terms.packed(terms.terms_of(network, size)) for size in sizes})
        )


def _build(rulebook: Rulebook) -> Network:
    rules = rulebook.in_inference()
    column = {cause: index for index, cause in enumerate(rulebook.causes)}
    frequencies = np.zeros((len(rules), len(column)))
    for row, rule in enumerate(rules):
        for cause, frequency in rule.arrows.items():
            frequencies[row, column[cause]] = frequency
    numbers = rulebook.network_numbers()
    weights = numbers.pop("weights", {})
    numbers.pop("words", None)  # they move the prior of one run, and are no part of the network
    return build_network(
        tuple(column),
        [rule.id for rule in rules],
        frequencies,
        [rule.otherwise or 0.0 for rule in rules],
        groups=[rule.doc.group or None for rule in rules],
        weight=[weights.get(rule.doc.group or rule.id, 1.0) for rule in rules] if weights else None,
        prior=[cause.prior for cause in rulebook.causes.values()],
        excludes=[(column[cause.id], column[other]) for cause in rulebook.causes.values() for other in cause.excludes],
        roots={
            column[cause.id]: [column[root] for root in cause.due_to]
            for cause in rulebook.causes.values()
            if cause.due_to
        },
        **numbers,
    )
