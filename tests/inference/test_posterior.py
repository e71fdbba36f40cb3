"""What must hold of the posterior, whatever the network."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mladvisor.inference import build_network, posterior, posteriors

from .reference import UNLISTED, cases, changed, degree, marginals, networks, pointing_to_one, posterior_of_sets

LIMITS = st.sampled_from([1, 2, 3])
few = settings(max_examples=60, deadline=None)


@few
@given(cases(), LIMITS, st.data())
def test_equals_brute_force(case, largest, data):
    """Probabilities are those of the definition, summed over every set one by one."""
    network, degrees = case
    possible = data.draw(
        st.none() | st.lists(st.booleans(), min_size=len(network.causes), max_size=len(network.causes))
    )
    healthy = data.draw(st.none() | st.floats(0.05, 0.95))
    found = posterior(network, degrees, possible=possible, largest=largest, healthy=healthy)
    expected = posterior_of_sets(network, degrees, largest, possible, healthy)
    np.testing.assert_allclose(found.probability, marginals(network, expected), atol=1e-11)
    assert found.healthy == pytest.approx(expected[()], abs=1e-11)
    assert found.unlisted == pytest.approx(expected[UNLISTED], abs=1e-11)


@few
@given(cases(), LIMITS)
def test_is_a_distribution(case, largest):
    """Each probability lies in 0..1, and healthy, the unlisted fault and all non-empty sets sum to 1."""
    network, degrees = case
    found = posterior(network, degrees, largest=largest)
    assert np.all((found.probability >= 0) & (found.probability <= 1))
    assert found.mass.sum() == pytest.approx(1.0)
    assert found.mass[0] == found.healthy
    prior = posterior(network, np.full(degrees.shape, np.nan), largest=largest).healthy
    assert found.log_evidence == pytest.approx(np.log(prior / found.healthy), abs=1e-9)
    assert sum(p for _, p in found.sets) <= 1 + 1e-12


@few
@given(cases(), st.data())
def test_unknown_changes_nothing(case, data):
    """Leaving out a finding that is unknown gives the same posterior as keeping it, and so does degree 1/2."""
    network, degrees = case
    j = data.draw(st.integers(0, len(network.findings) - 1))
    degrees[j] = np.nan
    keep = [row for row in range(len(network.findings)) if row != j]
    smaller = changed(network, rows=keep)
    with_unknown = posterior(network, degrees).probability
    np.testing.assert_allclose(with_unknown, posterior(smaller, degrees[keep]).probability, atol=1e-12)
    degrees[j] = 0.5
    np.testing.assert_allclose(with_unknown, posterior(network, degrees).probability, atol=1e-12)


@few
@given(cases(), st.randoms(use_true_random=False))
def test_order_of_evidence_is_irrelevant(case, random):
    """Shuffling the findings changes no probability."""
    network, degrees = case
    order = list(range(len(network.findings)))
    random.shuffle(order)
    shuffled = changed(network, rows=order)
    found, again = posterior(network, degrees), posterior(shuffled, degrees[order])
    np.testing.assert_allclose(found.probability, again.probability, atol=1e-12)


@settings(max_examples=200, deadline=None)
@given(cases(), st.data(), LIMITS)
def test_present_finding_never_lowers_the_one_cause_it_points_to(case, data, largest):
    """Whatever else is known, in its group or not: a present finding that points to one cause alone never lowers it."""
    network, degrees = case
    j = data.draw(st.integers(0, len(network.findings) - 1))
    i = data.draw(st.integers(0, len(network.causes) - 1))
    network = pointing_to_one(network, j, i)
    degrees[j] = np.nan
    before = posterior(network, degrees, largest=largest).probability[i]
    degrees[j] = 1.0
    assert posterior(network, degrees, largest=largest).probability[i] >= before - 1e-12


@settings(max_examples=100, deadline=None)
@given(cases(), st.data(), st.booleans())
def test_monotone_in_the_degree_where_one_cause_is_pointed_to(case, data, present):
    """The surer a finding is that points to one cause alone, the more probable the cause."""
    network, degrees = case
    j = data.draw(st.integers(0, len(network.findings) - 1))
    i = data.draw(st.integers(0, len(network.causes) - 1))
    network = pointing_to_one(network, j, i)
    if not present:
        # Absent findings of a group are pooled for the unlisted fault by another strongest than for the cause.
        network = changed(network, unlisted=0.0)
    side = st.floats(0.5, 1) if present else st.floats(0, 0.5)
    degrees[j], higher = sorted((data.draw(side), data.draw(side)))
    less = posterior(network, degrees).probability[i]
    degrees[j] = higher
    assert posterior(network, degrees).probability[i] >= less - 1e-12


@few
@given(networks(excludes=False), st.data())
def test_single_finding_moves_the_odds_against_healthy_the_way_it_points(network, data):
    """From the prior, presence never lowers a cause's odds against healthy, and absence never raises them."""
    j = data.draw(st.integers(0, len(network.findings) - 1))
    degrees = np.full(len(network.findings), np.nan)
    prior = posterior(network, degrees)
    for value, sign in ((1.0, 1), (0.0, -1)):
        degrees[j] = value
        after = posterior(network, degrees)
        for i in np.flatnonzero(network.arrows[j]):
            moved = after.probability[i] / after.healthy - prior.probability[i] / prior.healthy
            assert sign * moved >= -1e-9


@few
@given(cases(), st.data())
def test_continuous_where_evidence_turns(case, data):
    """Just above and just below degree 1/2 the posterior is the same."""
    network, degrees = case
    j = data.draw(st.integers(0, len(network.findings) - 1))
    found = []
    for value in (0.5 - 1e-9, 0.5 + 1e-9):
        degrees[j] = value
        found.append(posterior(network, degrees).probability)
    np.testing.assert_allclose(found[0], found[1], atol=1e-6)


@few
@given(cases(causes=(3, 5)), LIMITS)
def test_excluded_and_impossible_causes(case, largest):
    """Sets with an excluded pair have no probability, and an impossible cause has none either."""
    network, degrees = case
    possible = [i != 0 for i in range(len(network.causes))]
    found = posterior(network, degrees, possible=possible, largest=largest)
    assert found.probability[0] == 0.0
    free = posterior(network, degrees, largest=largest)
    for number, mass in enumerate(free.mass.tolist()):
        members = free.numbering.members(number)
        assert mass == 0.0 or not any(a in members and b in members for a, b in network.excludes)


def test_nothing_possible_is_healthy_or_unlisted():
    """When no cause can be at work, healthy and the unlisted fault share everything."""
    network = build_network(["a", "b"], ["f"], [[0.5, 0.5]], [0.1])
    found = posterior(network, [1.0], possible=[False, False])
    assert found.probability.tolist() == [0.0, 0.0]
    assert found.healthy + found.unlisted == pytest.approx(1.0)


@few
@given(networks(), st.lists(st.lists(degree, min_size=6, max_size=6), min_size=1, max_size=4))
def test_many_runs_at_once_are_each_run(network, rows):
    """A batch gives for each run what it would get alone."""
    degrees = np.array(rows)[:, : len(network.findings)]
    for row, found in zip(degrees, posteriors(network, degrees, largest=2), strict=True):
        np.testing.assert_array_equal(found.probability, posterior(network, row, largest=2).probability)


def test_priors_keep_healthy_whatever_the_limit():
    """Adding causes or allowing larger sets does not make a run sicker before anything is known."""
    for n in (2, 10, 41):
        network = build_network([f"c{i}" for i in range(n)], [], np.empty((0, n)), [])
        for largest in (1, 2, 3):
            assert posterior(network, [], largest=largest).healthy == pytest.approx(0.35)


def test_one_cause_explains_away_another():
    """Two causes explain one finding; evidence for the first lowers the second again."""
    network = build_network(["a", "b"], ["shared", "only-a"], [[0.9, 0.9], [0.9, 0.0]], [0.02, 0.02])
    shared = posterior(network, [1.0, np.nan]).probability
    both = posterior(network, [1.0, 1.0]).probability
    assert both[0] > shared[0]
    assert both[1] < shared[1]


def test_three_views_of_one_thing_are_not_three_witnesses():
    """Findings in one group count less than the same findings apart, and at least as much as one of them."""
    arrows, otherwise = [[0.9, 0.0]] * 3, [0.1] * 3
    apart = build_network(["a", "b"], "xyz", arrows, otherwise)
    group = build_network(["a", "b"], "xyz", arrows, otherwise, groups=["g", "g", "g"])
    one, three = [1.0, np.nan, np.nan], [1.0, 1.0, 1.0]
    assert posterior(apart, one).probability[0] == pytest.approx(posterior(group, one).probability[0])
    assert posterior(group, one).probability[0] < posterior(group, three).probability[0]
    assert posterior(group, three).probability[0] < posterior(apart, three).probability[0]


def test_findings_that_no_cause_explains_together_point_to_the_unlisted_fault():
    """Many strong findings of as many different causes are more likely one fault that is not listed."""
    n = 12
    network = build_network([f"c{i}" for i in range(n)], [f"f{i}" for i in range(n)], np.eye(n) * 0.85, [0.02] * n)
    assert posterior(network, [1.0] + [0.0] * (n - 1)).unlisted < 0.05
    assert posterior(network, [1.0] * n).unlisted > 0.5


def test_far_apart_likelihoods_stay_finite():
    """Two hundred sure findings against tiny frequencies give no overflow, nan or infinity."""
    f = 200
    network = build_network(["a", "b"], [f"f{j}" for j in range(f)], [[0.999, 0.0]] * f, [1e-9] * f)
    for value in (0.0, 1.0):
        found = posterior(network, [value] * f)
        assert np.isfinite(found.probability).all()
        assert np.isfinite(found.log_evidence)
        assert found.probability[0] == pytest.approx(value, abs=1e-9)


@pytest.mark.parametrize(
    ("degrees", "message"), [([0.5], r"\(1,\)"), ([1.5, 0.0], '"first"'), ([0.0, -0.1], '"second"')]
)
def test_wrong_degrees_are_named(degrees, message):
    """A wrong number of degrees, or one outside 0..1, is an error that names it."""
    network = build_network(["a"], ["first", "second"], [[0.5], [0.5]], [0.1, 0.1])
    with pytest.raises(ValueError, match=message):
        posterior(network, degrees)
