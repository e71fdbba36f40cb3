"""Which causes the known findings can say anything about."""

from __future__ import annotations

import numpy as np

from mladvisor.inference import build_network, looked_at

NETWORK = build_network(
    ["seen", "half", "faint", "other"],
    ["a", "b", "c", "d"],
    [[0.9, 0.0, 0.0, 0.0], [0.0, 0.4, 0.0, 0.0], [0.0, 0.4, 0.1, 0.0], [0.0, 0.0, 0.0, 0.9]],
    [0.05, 0.05, 0.05, 0.05],
    groups=[None, None, None, None],
)
NAN = float("nan")


def test_a_cause_was_looked_at_when_known_findings_would_show_it() -> None:
    """One frequent finding does, two of 0.4 do together (0.64), one of 0.1 does not, an unknown one never."""
    assert looked_at(NETWORK, [0.0, 0.0, 0.0, NAN]).tolist() == [True, True, False, False]
    assert looked_at(NETWORK, [0.0, 0.0, NAN, NAN]).tolist() == [True, False, False, False]


def test_what_is_present_opens_every_cause_that_it_speaks_for() -> None:
    """However rarely the cause shows it; an arrow no larger than in healthy runs speaks for nothing."""
    assert looked_at(NETWORK, [NAN, NAN, 1.0, NAN]).tolist() == [False, True, True, False]
    usual = build_network(["one"], ["a"], [[0.1]], [0.1])
    assert not looked_at(usual, [1.0]).any()


def test_findings_of_a_group_are_one_look() -> None:
    """Two views of one thing show a cause no more often than the better of them."""
    grouped = build_network(["one"], ["a", "b"], [[0.4], [0.4]], [0.01, 0.01], groups=["x", "x"])
    assert not looked_at(grouped, np.zeros(2)).any()
