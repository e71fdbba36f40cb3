"""Slices: planted ones are found, and none among columns that mean nothing."""

from __future__ import annotations

import numpy as np

from mladvisor.features.evaluation.slicing import Coded, cut_numbers, find_slices, with_edges


def noise(rng: np.random.Generator, n: int, columns: int = 8) -> list[Coded]:
    """Columns that have nothing to do with anything."""
    return [cut_numbers(f"x{i}", rng.normal(size=n))[0] for i in range(columns)]


def test_errors_at_random_are_no_slice() -> None:
    """Over 200 tables with pairs of eight columns, at most two have a slice at a rate of discoveries of 0.005."""
    found = 0
    for seed in range(200):
        rng = np.random.default_rng(seed)
        n = int(rng.choice([100, 300, 1000]))
        slices = find_slices(noise(rng, n), (rng.random(n) < rng.choice([0.03, 0.1, 0.3])).astype(float))
        found += bool(slices) and slices[0].q < 0.005 and slices[0].excess > 0.05
    assert found <= 2


def test_a_planted_slice_is_named() -> None:
    """A region with three times the errors is the first, with its rows and shares."""
    rng = np.random.default_rng(0)
    region = rng.choice(3, 900, p=[0.5, 0.4, 0.1])
    errors = (rng.random(900) < np.where(region == 2, 0.5, 0.12)).astype(float)
    words = ("region = north", "region = south", "region = east")
    first = find_slices([*noise(rng, 900, 4), Coded("region", region, words)], errors)[0]
    assert first.words == "region = east"
    assert first.rows == int((region == 2).sum())
    assert first.q < 0.001
    assert first.excess > 0.25


def test_a_pair_is_named_only_where_it_is_worse_than_each_of_its_two() -> None:
    """Errors in the corner of two columns: the pair comes first; errors in one column: no pair of it does."""
    rng = np.random.default_rng(1)
    a, b = rng.integers(0, 3, 3000), rng.integers(0, 3, 3000)
    columns = [Coded("a", a, ("a0", "a1", "a2")), Coded("b", b, ("b0", "b1", "b2"))]
    corner = find_slices(columns, (rng.random(3000) < np.where((a == 1) & (b == 1), 0.6, 0.05)).astype(float))
    assert corner[0].words == "a1 and b1"
    side = find_slices(columns, (rng.random(3000) < np.where(a == 1, 0.6, 0.05)).astype(float))
    assert side[0].words == "a1"
    assert not any(" and " in each.words for each in side if each.q < 0.01)


def test_a_slice_with_more_of_the_hard_class_is_not_a_slice_of_its_own() -> None:
    """Where rows have an expected error, a part that holds more hard rows is as good as any other."""
    rng = np.random.default_rng(2)
    part = rng.integers(0, 2, 3000)
    hard = rng.random(3000) < np.where(part == 1, 0.5, 0.1)
    rate = np.where(hard, 0.6, 0.05)
    errors = (rng.random(3000) < rate).astype(float)
    columns = [Coded("part", part, ("first", "second"))]
    assert find_slices(columns, errors)[0].q < 1e-6
    held = find_slices(columns, errors, expected=rate)
    assert not held or held[0].q > 0.01


def test_numbers_are_cut_alike_in_another_table() -> None:
    """The edges of one table cut another one into the same parts, missing values apart."""
    values = np.array([1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, np.nan])
    coded, edges = cut_numbers("age", values)
    assert (with_edges(values, edges) == coded.codes).all()
    assert coded.words[coded.codes[-1]] == "age missing"
    assert with_edges(np.array([100.0, -5.0]), edges).tolist() == [coded.codes[7], coded.codes[0]]


def test_few_rows_have_no_slices() -> None:
    """Forty rows cannot be cut into slices of thirty and a rest."""
    rng = np.random.default_rng(0)
    assert find_slices(noise(rng, 40), np.ones(40)) == []
