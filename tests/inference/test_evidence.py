"""What each finding is said to weigh, and the path from the prior to the posterior."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mladvisor.inference import build_network, evidence, evidence_table, joint_evidence, path, posterior

from .reference import UNLISTED, cases, marginals, posterior_of_sets

few = settings(max_examples=40, deadline=None)


def _decibans(probability: float) -> float:
    return 10 * math.log10(probability / (1 - probability))


@few
@given(cases(), st.sampled_from([1, 2, 3]))
def test_weights_are_odds_with_over_odds_without(case, largest):
    """Decibans are those of leaving each finding out, one by one, by brute force."""
    network, degrees = case
    table = evidence_table(network, degrees, largest=largest)

    def everything(values):
        sets = posterior_of_sets(network, values, largest)
        return [*marginals(network, sets), sets[UNLISTED], sets[()]]

    after = everything(degrees)
    for j in range(len(network.findings)):
        without = degrees.copy()
        without[j] = np.nan
        for column, (now, before) in enumerate(zip(after, everything(without), strict=True)):
            if 1e-9 < now < 1 - 1e-9 and 1e-9 < before < 1 - 1e-9:
                assert table[j, column] == pytest.approx(_decibans(now) - _decibans(before), abs=1e-4)


@few
@given(cases(), st.sampled_from([1, 2, 3]), st.data())
def test_several_at_once_weigh_what_leaving_out_all_of_them_takes(case, largest, data):
    """By brute force; of one finding it is what the table says of it."""
    network, degrees = case
    rows = data.draw(st.lists(st.integers(0, len(network.findings) - 1), min_size=1, max_size=3, unique=True))
    found = joint_evidence(network, degrees, rows, largest=largest)
    without = degrees.copy()
    without[rows] = np.nan
    after, before = (marginals(network, posterior_of_sets(network, one, largest)) for one in (degrees, without))
    for column, (now, then) in enumerate(zip(after, before, strict=True)):
        if 1e-9 < now < 1 - 1e-9 and 1e-9 < then < 1 - 1e-9:
            assert found[column] == pytest.approx(_decibans(now) - _decibans(then), abs=1e-4)
    alone = joint_evidence(network, degrees, rows[:1], largest=largest)
    assert alone == pytest.approx(evidence_table(network, degrees, largest=largest)[rows[0]], abs=1e-4)


@few
@given(cases())
def test_unknown_weighs_nothing(case):
    """Unknown findings have exactly 0 decibans for everything."""
    network, degrees = case
    assert not evidence_table(network, degrees)[np.isnan(degrees)].any()


@few
@given(cases(), st.data())
def test_path_leads_from_prior_to_posterior(case, data):
    """Each step starts where the one before ended; the first at the prior, the last exactly at the posterior."""
    network, degrees = case
    cause = data.draw(st.none() | st.integers(0, len(network.causes) - 1))

    def belief(values):
        found = posterior(network, values)
        return found.healthy if cause is None else found.probability[cause]

    steps = path(network, degrees, cause)
    levels = [belief(np.full(degrees.shape, np.nan)), *(step.after for step in steps)]
    assert [step.before for step in steps] == levels[:-1]
    # Evidence added in another order may round differently in the last place.
    assert levels[-1] == pytest.approx(belief(degrees), abs=1e-12)
    assert len({step.finding for step in steps}) == len(steps)


def test_path_takes_the_strongest_first_and_equals_by_id():
    """Order: by what a finding weighs, then by id."""
    network = build_network(["a", "b"], ["z", "weak", "m"], [[0.9, 0.0], [0.2, 0.0], [0.9, 0.0]], [0.02, 0.1, 0.02])
    assert [step.finding for step in path(network, [1.0, 1.0, 1.0], 0)] == ["m", "z", "weak"]


def test_signs():
    """A present finding speaks for its cause and against healthy; an absent one the other way round."""
    network = build_network(["a", "b"], ["f"], [[0.9, 0.0]], [0.05])
    assert evidence(network, [1.0], 0)[0] > 5
    assert evidence(network, [1.0], None)[0] < 0
    assert evidence(network, [0.0], 0)[0] < 0
    assert evidence(network, [0.0], None)[0] > 0


def test_certainty_has_no_infinite_weights():
    """Where a probability rounds to 1, weights stay finite numbers."""
    f = 60
    network = build_network(["a", "b"], [f"f{j}" for j in range(f)], [[0.99, 0.0]] * f, [1e-6] * f)
    assert np.isfinite(evidence_table(network, np.ones(f))).all()


@few
@given(cases())
def test_rows_of_present_findings_alone_are_those_of_the_whole_table(case):
    """Leaving absent findings out changes no number of a present one."""
    network, degrees = case
    whole, part = evidence_table(network, degrees), evidence_table(network, degrees, present_only=True)
    present = degrees > 0.5
    np.testing.assert_allclose(part[present], whole[present], atol=1e-9)
    assert not part[~present].any()
