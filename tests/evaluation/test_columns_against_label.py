"""What a column explains: noise nothing, a line as much as bins, a bell only in bins, a leak everything."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from mladvisor.features.evaluation import binning

RNG = np.random.default_rng(0)
X = RNG.normal(size=2000)


def test_noise_explains_nothing_on_average() -> None:
    """Corrected for chance: the mean over 100 columns of noise is within a tenth of a percent of 0."""
    label = binning.class_label(RNG.integers(0, 2, 500), 2)
    found = [binning.by_groups(binning.bins_of(RNG.normal(size=500)), label) for _ in range(100)]
    assert abs(np.mean([each.share for each in found if each])) < 0.003
    assert sum(each.p < 0.01 for each in found if each) <= 5


def test_a_line_is_seen_by_both_and_a_bell_only_by_bins() -> None:
    """On one scale: a slope explains as much in bins; a parabola explains nothing in a line and nearly all in bins."""
    straight = binning.number_label(X + 0.5 * RNG.normal(size=2000))
    line, bins = binning.by_line(X, straight), binning.by_groups(binning.bins_of(X), straight)
    assert line is not None and bins is not None
    assert bins.share == pytest.approx(line.share, abs=0.05)
    bell = binning.number_label(X**2)
    line, bins = binning.by_line(X, bell), binning.by_groups(binning.bins_of(X), bell)
    assert line is not None and bins is not None
    assert line.share < 0.02
    assert bins.share > 0.7


def test_a_leak_tells_the_label_and_a_good_column_does_not_wholly() -> None:
    """The label with 1 % of the rows flipped tells it nearly wholly, for two and for four classes."""
    y = RNG.integers(0, 4, 2000)
    leak = np.where(RNG.random(2000) < 0.01, RNG.integers(0, 4, 2000), y).astype(float)
    found = binning.tells(leak, binning.bins_of(leak), binning.class_label(y, 4))
    assert found is not None
    assert found[0] > 0.97
    binary = (X + RNG.normal(size=2000) > 0).astype(int)
    honest = binning.tells(X, binning.bins_of(X), binning.class_label(binary, 2))
    assert honest is not None
    assert 0.3 < honest[0] < 0.7


def test_a_curved_leak_is_seen_although_it_ranks_nothing() -> None:
    """Positives in the middle of a column: AUC of the values is one half, and the bins tell all."""
    positive = (np.abs(X) < 0.6).astype(int)
    found = binning.tells(X, binning.bins_of(X), binning.class_label(positive, 2))
    assert found is not None
    assert found[0] > 0.9


@given(arrays(np.float64, st.integers(1, 60), elements=st.sampled_from([0.0, 1.0, 2.5, -1e300, 1e300, np.nan])))
def test_bins_keep_equal_values_together_and_blanks_apart(values: np.ndarray) -> None:
    """Equal values share a bin, the order of bins is the order of values, and NaN has the last bin for itself."""
    codes = binning.bins_of(values)
    missing = np.isnan(values)
    assert not set(codes[missing]) & set(codes[~missing])
    order = np.argsort(values[~missing], kind="stable")
    assert (np.diff(codes[~missing][order]) >= 0).all()
    for value in set(values[~missing].tolist()):
        assert len(set(codes[values == value].tolist())) == 1


def test_a_constant_column_or_label_has_no_answer() -> None:
    """Nothing varies: None, rather than a division by zero."""
    label = binning.class_label(RNG.integers(0, 2, 100), 2)
    assert binning.by_line(np.ones(100), label) is None
    assert binning.by_groups(np.zeros(100, np.int64), label) is None
    assert binning.by_line(np.full(100, np.nan), label) is None


def test_a_heavy_tail_of_the_label_hides_no_column() -> None:
    """An amount over powers of ten that a column orders well: ranks are explained where amounts are not."""
    rng = np.random.default_rng(1)
    x = rng.normal(size=3000)
    amounts = binning.number_label(np.exp(9 + x + 0.7 * rng.standard_t(2, 3000)))
    ranks = binning.ranked_label(amounts)
    assert ranks is not None
    plain, placed = binning.by_groups(binning.bins_of(x), amounts), binning.by_groups(binning.bins_of(x), ranks)
    assert plain is not None and placed is not None
    assert plain.share < 0.05
    assert placed.share > 0.3
    assert binning.better(plain, placed) == placed
    assert binning.better(None, plain) == binning.better(plain, None) == plain
    noise = binning.by_groups(binning.bins_of(rng.normal(size=3000)), ranks)
    assert noise is not None and noise.share < 0.01


@given(arrays(np.float64, st.integers(1, 60), elements=st.floats(-1e300, 1e300)))
def test_ranks_keep_the_order_and_lie_between_nought_and_one(values: np.ndarray) -> None:
    """Equal values share a rank, larger ones have a larger one, and one half is their mean."""
    ranks = binning.ranked(values, values)
    assert ((ranks > 0) & (ranks < 1)).all() or len(values) == 0
    assert (np.sign(np.subtract.outer(values, values)) == np.sign(np.subtract.outer(ranks, ranks))).all()
    assert ranks.mean() == pytest.approx(0.5)
