"""The numbering of sets, and the sums over their subsets and supersets."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest

from mladvisor.inference.sets import all_sets, sum_over_subsets, sum_over_supersets, union_table


@pytest.mark.parametrize("causes", [1, 2, 3, 6])
@pytest.mark.parametrize("largest", [1, 2, 3])
def test_every_set_once(causes, largest):
    """All sets of up to `largest` causes have one number each, and so has the unlisted fault."""
    sets = all_sets(causes, largest)
    members = [sets.members(number) for number in range(sets.total)]
    expected = [c for size in range(largest + 1) for c in combinations(range(causes), size)]
    assert sorted(members) == sorted([*expected, (causes,)])
    assert sets.sizes().tolist() == [len(chosen) for chosen in members]


def test_41_causes():
    """41 causes give healthy, 41 single causes, 820 pairs, 10,660 triples, and the unlisted fault."""
    assert all_sets(41, 3).total == 11_523
    assert all_sets(41, 2).total == 863


@pytest.mark.parametrize("causes", [1, 2, 4, 6])
@pytest.mark.parametrize("largest", [1, 2, 3])
def test_sums_over_supersets_and_subsets(causes, largest):
    """Both sums equal those over all pairs of sets of which one holds the other."""
    rng = np.random.default_rng(causes)
    sets = all_sets(causes, largest)
    members = [set(sets.members(number)) for number in range(sets.total)]
    mass = rng.random(sets.total)
    above = sum_over_supersets(sets, mass)
    assert above[-1] == 0.0
    for number, chosen in enumerate(members):
        expected = sum(m for m, other in zip(mass, members, strict=True) if chosen <= other)
        assert above[number] == pytest.approx(expected)
    below = sum_over_subsets(sets, mass[sets.singles], mass[sets.doubles], mass[sets.threes])
    for number, chosen in enumerate(members):
        expected = sum(m for m, other in zip(mass, members, strict=True) if other and other <= chosen)
        assert below[number] == pytest.approx(expected)


@pytest.mark.parametrize("largest", [2, 3])
def test_union_table(largest):
    """The union of a pair and a cause has its number, or the number after the last where it is too large."""
    sets = all_sets(5, largest)
    numbers = {sets.members(number): number for number in range(sets.total)}
    for row, pair in enumerate(sets.pairs.T.tolist()):
        for cause in range(6):
            union = tuple(sorted({*pair, cause}))
            assert union_table(5, largest)[row, cause] == (numbers.get(union, sets.total))


def test_other_limits_are_refused():
    """Only sets of up to 1, 2 or 3 causes are enumerated."""
    with pytest.raises(ValueError, match="not 4"):
        all_sets(5, 4)
