"""A network is checked when it is built, and errors name what is wrong."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings

from mladvisor.errors import RuleError
from mladvisor.inference import build_network, misleading_arrows, posterior

from .reference import networks

GOOD = {"causes": ["a", "b"], "findings": ["f"], "arrows": [[0.5, 0.0]], "otherwise": [0.1]}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"arrows": [[1.0, 0.0]]}, 'from cause "a" to finding "f" is 1'),
        ({"arrows": [[0.5, float("nan")]]}, 'from cause "b" to finding "f" is nan'),
        ({"arrows": [[0.5]]}, r"arrows has the shape \(1, 1\); \(1, 2\)"),
        ({"otherwise": [0.0]}, 'finding "f" is 0; a frequency above 0'),
        ({"otherwise": [0.1, 0.1]}, "otherwise has the shape"),
        ({"prior": [1.0, 0.0]}, 'prior of cause "b" is 0'),
        ({"weight": [-1.0]}, 'weight of finding "f" is -1'),
        ({"causes": ["a", "a"]}, '"a" stands twice'),
        ({"causes": [], "arrows": np.empty((1, 0))}, "at least one cause"),
        ({"groups": ["g", "h"]}, "2 groups for 1 findings"),
        ({"absent_factor": 1.5}, "absent_factor is 1.5"),
        ({"echo": -0.1}, "echo is -0.1"),
        ({"healthy": 0.0}, "healthy is 0"),
        ({"unlisted": 1.0}, "unlisted is 1"),
        ({"unlisted_share": 2.0}, "unlisted share is 2"),
        ({"sizes": ()}, "sizes are"),
        ({"excludes": [(0, 5)]}, r"\(0, 5\)"),
        ({"excludes": [(1, 1)]}, r"\(1, 1\)"),
        ({"temperature": 0.0}, "temperature is 0"),
    ],
)
def test_wrong_numbers_are_named(change, message):
    """Each number outside its range is a RuleError that names the finding or cause and what was expected."""
    with pytest.raises(RuleError, match=message):
        build_network(**{**GOOD, **change})


def test_arrays_cannot_be_changed_behind_the_caches():
    """What was computed from a network stays true: its arrays are read-only copies."""
    arrows = np.array([[0.5, 0.0]])
    network = build_network(["a", "b"], ["f"], arrows, [0.1])
    arrows[0, 0] = 0.9
    assert network.arrows[0, 0] == 0.5
    with pytest.raises(ValueError, match="read-only"):
        network.arrows[0, 0] = 0.9


@settings(max_examples=60, deadline=None)
@given(networks(density=1))
def test_misleading_arrows_are_exactly_those_that_mislead(network):
    """From the prior, a single present finding lowers no cause that it points to, nor does an absent one raise it,
    save for the arrows that are reported."""
    nothing = np.full(len(network.findings), np.nan)
    prior = posterior(network, nothing).probability
    reported = misleading_arrows(network)
    for j in range(len(network.findings)):
        worst = np.zeros(len(network.causes))
        for value, sign in ((1.0, 1), (0.0, -1)):
            degrees = nothing.copy()
            degrees[j] = value
            worst = np.minimum(worst, sign * (posterior(network, degrees).probability - prior))
        for i in np.flatnonzero(network.arrows[j]).tolist():
            if (j, i) in reported:
                assert worst[i] < 0
            else:
                assert worst[i] > -1e-10


@settings(max_examples=60, deadline=None)
@given(networks(density=1, causes=(2, 5), excludes=False))
def test_equal_arrows_never_mislead(network):
    """Where the causes of a finding show it alike, it raises each of them from the prior."""
    same = build_network(
        network.causes,
        network.findings,
        np.repeat(network.arrows[:, :1], len(network.causes), axis=1),
        network.otherwise,
        prior=network.prior,
        healthy=network.healthy,
        absent_factor=network.absent_factor,
    )
    assert misleading_arrows(same) == []


def test_an_arrow_much_weaker_than_the_others_misleads():
    """With strong rivals, a finding that a cause hardly ever shows speaks against it, and the arrow is reported."""
    network = build_network(["strong", "weak"], ["f"], [[0.95, 0.02]], [0.02])
    assert misleading_arrows(network) == [(0, 1)]
