"""The value of a question: what an answer is expected to tell, and whether it could change anything."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mladvisor.inference import (
    area_information,
    build_network,
    entropy,
    information,
    joint_information,
    leader,
    posterior,
    primary,
    would_change,
)

from .reference import absent, cases, entropy_of_primary, posterior_of_sets, seen

few = settings(max_examples=40, deadline=None)
LIMITS = st.sampled_from([1, 2, 3])


def _with(degrees, j, value):
    changed = degrees.copy()
    changed[j] = value
    return changed


@few
@given(cases(), LIMITS)
def test_information_is_the_expected_fall_in_entropy(case, largest):
    """Bits equal those of asking in turn, with the probability of each answer, by brute force; never below 0."""
    network, degrees = case
    found = information(network, degrees, range(len(network.findings)), largest=largest)
    now = posterior_of_sets(network, degrees, largest)
    for j in range(len(network.findings)):
        if not math.isnan(degrees[j]):
            assert found[j] == 0.0
            continue
        expected = entropy_of_primary(network, now)
        for answer in (0.95, 0.05):
            chance = sum(p * seen(network, j, answer, chosen) for chosen, p in now.items())
            after = posterior_of_sets(network, _with(degrees, j, answer), largest)
            expected -= chance * entropy_of_primary(network, after)
        assert found[j] == pytest.approx(max(0.0, expected), abs=1e-8)


@few
@given(cases(), LIMITS)
def test_one_question_of_two_outcomes_is_a_yes_no_question(case, largest):
    """A question whose outcomes are yes and no is worth what the finding is worth, and the chances sum to 1."""
    network, degrees = case
    for j in np.flatnonzero(np.isnan(degrees)).tolist():
        rows = np.full((2, degrees.size), np.nan)
        rows[:, j] = 0.95, 0.05
        found = joint_information(network, degrees, rows, largest=largest)
        assert found.bits == pytest.approx(information(network, degrees, [j], largest=largest)[0], abs=1e-9)
        assert found.probability.sum() == pytest.approx(1.0)


@few
@given(cases(), LIMITS)
def test_would_change_says_whether_an_answer_moves_the_leader(case, largest):
    """True exactly where the leading cause after yes or after no is another than now."""
    network, degrees = case

    def leads(values):
        found = posterior(network, values, largest=largest)
        return leader(np.round(found.probability, 9), round(found.healthy, 9))

    def rounded(probability, healthy):
        return leader(np.round(probability, 9), round(healthy, 9))

    indices = np.flatnonzero(np.isnan(degrees)).tolist()
    found = would_change(network, degrees, indices, decide=rounded, largest=largest)
    expected = [any(leads(_with(degrees, j, value)) != leads(degrees) for value in (0.95, 0.05)) for j in indices]
    assert found == expected


def test_primary_shares_a_set_among_its_causes():
    """The primary cause is a distribution; a sure pair is one bit of doubt, not none and not two."""
    network = build_network(["a", "b"], ["f", "g"], [[0.95, 0], [0, 0.95]], [1e-6, 1e-6])
    shares = primary(posterior(network, [1.0, 1.0]))
    assert shares.sum() == pytest.approx(1.0)
    assert shares[:2] == pytest.approx([0.5, 0.5], abs=0.01)
    assert entropy(shares) == pytest.approx(1.0, abs=0.05)


def test_the_finding_that_tells_two_suspects_apart_is_worth_most():
    """Between two equal suspects, a finding of one of them tells more than one that both or neither show."""
    network = build_network(
        ["a", "b", "c"],
        ["seen", "apart", "both", "other"],
        [[0.9, 0.9, 0], [0.9, 0, 0], [0.9, 0.9, 0], [0, 0, 0.9]],
        [0.02, 0.05, 0.05, 0.05],
    )
    bits = information(network, [1.0, np.nan, np.nan, np.nan], [1, 2, 3])
    assert bits[0] == max(bits) > 0.2


def test_outcomes_that_change_nothing_are_worth_nothing():
    """A finding with no arrows is worth 0 bits and changes no decision."""
    network = build_network(["a"], ["empty", "f"], [[0.0], [0.9]], [0.3, 0.1])
    assert information(network, [np.nan, 1.0], [0])[0] == pytest.approx(0.0, abs=1e-12)
    assert would_change(network, [np.nan, 1.0], [0]) == [False]


def test_a_value_that_settles_several_findings():
    """For a choice of several values, each outcome has its probability and its leading cause."""
    network = build_network(
        ["high", "low"], ["too-high", "too-low"], [[0.95, 0.0], [0.0, 0.95]], [0.02, 0.02], healthy=0.2
    )
    outcomes = [[1.0, 0.0], [0.0, 0.0], [0.0, 1.0]]
    found = joint_information(network, [np.nan, np.nan], outcomes)
    assert found.leaders == (0, None, 1)
    assert found.bits > 0.3
    weighted = joint_information(network, [np.nan, np.nan], outcomes, weights=[8, 1, 1])
    assert weighted.probability[0] > found.probability[0]


def test_decisions_other_than_the_leader():
    """`decide` may be any function of the probabilities, as that of the first fix."""
    network = build_network(["a"], ["f"], [[0.9]], [0.1])
    assert would_change(network, [np.nan], [0], decide=lambda probability, healthy: probability[0] > 0.999) == [False]
    assert would_change(network, [np.nan], [0], decide=lambda probability, healthy: healthy > 0.5) == [True]


@few
@given(cases(), LIMITS, st.data())
def test_area_information_is_that_of_where_something_is_present(case, largest, data):
    """By brute force: for each set of causes the chance that just this area holds something, and what is left then."""
    network, degrees = case
    rows = list(range(len(network.findings)))
    cut = data.draw(st.integers(0, len(rows)))
    areas = [rows[:cut], rows[cut:]]
    before = posterior_of_sets(network, degrees, largest)
    outcomes = []
    for named in (0, 1, None):
        mass = {}
        for chosen, probability in before.items():
            none = [math.prod(absent(network, j, chosen) for j in area) for area in areas]
            held = [1 - none[k] if k == named else none[k] for k in range(2)]
            mass[chosen] = probability * math.prod(held)
        outcomes.append(mass)
    chances = [sum(mass.values()) for mass in outcomes]
    expected = sum(
        chance / sum(chances) * entropy_of_primary(network, {chosen: one / chance for chosen, one in mass.items()})
        for chance, mass in zip(chances, outcomes, strict=True)
        if chance
    )
    found = area_information(network, areas, posterior(network, degrees, largest=largest))
    assert found == pytest.approx(max(0.0, entropy_of_primary(network, before) - expected), abs=1e-9)
