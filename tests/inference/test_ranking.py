"""The order of a root and the mechanism that it works through."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from mladvisor.inference import sort_keys


def _order(probability: list[float], roots: dict[int, Sequence[int]]) -> list[int]:
    return np.argsort(-sort_keys(np.array([probability]), roots)[0], kind="stable").tolist()


def test_a_believed_root_stands_before_its_mechanism() -> None:
    """Its fix mends both, although the mechanism left more traces; what stands between keeps its place."""
    assert _order([0.99, 0.9, 0.8], {0: [2]}) == [2, 0, 1]


def test_a_doubtful_root_stays_where_it_is() -> None:
    """Below one half nobody would start with it."""
    assert _order([0.9, 0.4], {0: [1]}) == [0, 1]


def test_of_two_roots_only_the_likelier_is_raised() -> None:
    """One explanation is enough."""
    assert _order([0.9, 0.6, 0.7], {0: [1, 2]}) == [2, 0, 1]


def test_a_chain_of_roots_starts_with_the_last() -> None:
    """The root of a root comes first."""
    assert _order([0.9, 0.8, 0.7], {0: [1], 1: [2]}) == [2, 1, 0]


@given(st.lists(st.floats(0, 1), min_size=1, max_size=9))
def test_without_roots_the_probability_decides(probability: list[float]) -> None:
    """And nothing is raised."""
    assert sort_keys(np.array([probability]), {}).tolist() == [probability]


@given(st.lists(st.floats(0, 0.49), min_size=2, max_size=9))
def test_below_one_half_nothing_is_raised(probability: list[float]) -> None:
    """Whatever is the root of what."""
    roots = {index: range(index) for index in range(1, len(probability))}
    assert sort_keys(np.array([probability]), roots).tolist() == [probability]
