"""Swings, spikes, explosions, jumps and NaN in a loss, and what must not be taken for them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mladvisor.features.measured import Measured

from .loss_runs import curve, decay, measured, measures, noise


def _swinging(n: int = 100, width: float = 1.0) -> np.ndarray:
    """A loss that falls from 2 to 1 and then jumps up and down by `width`."""
    return decay(n, 20.0, start=2.0, floor=1.0) + 0.5 * width * np.sign(noise(n)) * (np.arange(n) > 5)


def test_oscillation_compares_swing_with_progress() -> None:
    """Swings as large as the whole fall are 1 or more; the same swings after a long fall are little."""
    assert measured(measures(_swinging()), "train.oscillation").value > 0.8
    assert measured(measures(_swinging() + 40 * decay(100, 30, start=1, floor=0)), "train.oscillation").value < 0.1


def test_without_progress_the_error_is_no_larger_than_the_ratio() -> None:
    """A few evaluations that leap about one level: however small the progress, the swings are not small beside it."""
    found = measured(measures(val=[0.75, 0.92, 1.31, 1.01, 0.97, 0.87, 0.71, 1.0]), "val.oscillation")
    assert found.value > 5
    assert found.se <= found.value


def test_swing_is_a_share_of_the_level() -> None:
    """Swings of plus and minus 0.5 around 1 are about the level itself; around 100 they are a hundredth."""
    assert measured(measures(_swinging()), "train.swing").value == pytest.approx(1.0, abs=0.5)
    assert measured(measures(_swinging() + 100), "train.swing").value < 0.03


def test_single_batches_may_scatter() -> None:
    """The plain scatter of single batches counts a third of the same scatter of epoch means."""
    y = decay(2000, 10.0, start=2.0, floor=1.0) + 0.2 * noise(2000)
    batches = measured(measures(y, unit="step"), "train.oscillation").value
    means = measured(measures(y[::20]), "train.oscillation").value
    assert batches < 0.4 * means


def test_slow_swings_of_single_batches_count() -> None:
    """Waves that averaging over neighbouring batches does not remove are swings for step losses as well."""
    t = np.arange(2000)
    y = decay(2000, 20.0, start=2.0, floor=1.0) + 0.6 * np.sin(t / 40) + 0.05 * noise(2000)
    assert measured(measures(y, unit="step"), "train.oscillation").value > 0.5


@pytest.mark.parametrize(("grows", "low", "high"), [(True, 1.5, 20.0), (False, 0.5, 1.8)])
def test_oscillation_growth(grows: bool, low: float, high: float) -> None:
    """Swings that grow along the run have a ratio well above 1; steady ones about 1."""
    t = np.linspace(0, 1, 300)
    size = t**2 if grows else np.ones(300)
    y = 5.0 + 0.5 * size * noise(300, 3)
    assert low < measured(measures(y), "train.oscillation_growth").value < high


def test_spikes_are_found_and_placed() -> None:
    """Two sharp peaks that recover are two spikes, the higher one is placed, and they are no explosion."""
    y = decay(200) + 0.01 * noise(200)
    y[80] += 2.0
    y[140] += 1.0
    m = measures(y)
    assert measured(m, "train.spike_count").value == 2
    assert measured(m, "train.spike_x").value == 81
    assert measured(m, "train.spike_height").value == pytest.approx(2.0 / 1.5, abs=0.1)
    assert measured(m, "train.spike_ratio").value > 3
    assert measured(m, "train.spikes_recover").value is True
    assert measured(m, "train.explosion").value < 0.1


@settings(max_examples=20, deadline=None, derandomize=True)
@given(st.integers(0, 10**6), st.sampled_from(["skewed", "exponential", "shrinking"]))
def test_heavy_tails_are_not_spikes(seed: int, kind: str) -> None:
    """Losses of single batches are skewed, or scatter less and less: that is how they are, not spikes."""
    rng = np.random.default_rng(seed)
    level = decay(1500, 8.0, start=2.0, floor=0.2)
    y = {
        "skewed": level * np.exp(0.6 * rng.standard_normal(1500)),
        "exponential": level * (0.1 + rng.exponential(size=1500)),
        "shrinking": level + 0.3 * (level - 0.15) * rng.standard_normal(1500),
    }[kind]
    assert measured(measures(y, unit="step"), "train.spike_rate").value < 0.004


def test_steps_of_the_learning_rate_are_no_spikes() -> None:
    """A loss that drops in steps, as when the rate is cut, has no spikes, jumps or explosion."""
    t = np.arange(3000)
    y = np.select([t < 1000, t < 2000], [1.0, 0.5], 0.3) + 0.02 * noise(3000)
    m = measures(y, unit="step")
    assert measured(m, "train.spike_count").value == 0
    assert measured(m, "train.max_jump").value < 0.05
    assert measured(m, "train.explosion").value < 0.1


def test_explosion_is_sized_and_placed() -> None:
    """A loss that loses all its progress at point 70 and stays there has an explosion of 1 that starts there."""
    y = decay(100) + 0.01 * noise(100)
    y[70:] = y[0]
    m = measures(y)
    assert measured(m, "train.explosion").value == pytest.approx(1.0, abs=0.05)
    assert measured(m, "train.explosion_x").value == pytest.approx(70, abs=1)
    assert measured(m, "train.explosion_share").value == pytest.approx(0.7, abs=0.02)
    assert measured(m, "train.explosion_speed").value < 0.1
    assert measured(m, "train.max_jump").value > 0.8


def test_explosion_in_the_last_points_counts() -> None:
    """Training that is stopped right after it blew up has exploded, also when it ends in NaN."""
    y = decay(100) + 0.01 * noise(100)
    y[-2:] = 50.0
    assert measured(measures(y), "train.explosion").value > 10
    y[-2:] = [50.0, np.nan]
    assert measured(measures(y), "train.explosion").value > 10


def test_bumps_that_recover_are_no_explosion() -> None:
    """A bump in the warm-up, or a spike in the middle, is made good at the end."""
    y = decay(100) + 0.01 * noise(100)
    y[2:6] += 3.0
    y[50] += 9.0
    assert measured(measures(y), "train.explosion").value < 0.1


def test_never_learning_must_double_to_explode() -> None:
    """A loss that wanders from 0.69 to 0.75 has not exploded; one that goes from 0.69 to 7 has."""
    wander = np.linspace(0.69, 0.75, 100) + 0.005 * noise(100)
    assert measured(measures(wander), "train.explosion").value < 0.3
    assert measured(measures(np.where(np.arange(100) < 60, 0.69, 7.0)), "train.explosion").value > 5


def test_slow_rise_takes_its_time() -> None:
    """Overfitting that rises over half the run is a slow rise, not a sudden one."""
    y = np.concatenate((decay(100), 0.5 + np.linspace(0, 1.5, 100)))
    assert measured(measures(y), "train.explosion_speed").value > 0.3


def test_constant() -> None:
    """Exactly equal values are constant; a log rounded to two digits that changes is not; nor is a small loss."""
    assert measured(measures(np.full(20, 0.6931)), "train.constant").value is True
    assert measured(measures([0.64, 0.64, 0.63]), "train.constant").value is False
    assert measured(measures([3e-9, 2e-9, 1e-9]), "train.constant").value is False


def test_distinct() -> None:
    """Values that a loss takes are counted once each."""
    assert measured(measures([0.7, 0.6, 0.7, 0.5]), "train.distinct").value == 3


def test_nonfinite_from_the_start() -> None:
    """NaN everywhere is counted and placed, and what cannot be measured is unknown."""
    m = measures([np.nan] * 10)
    assert measured(m, "train.nonfinite_count").value == 10
    assert measured(m, "train.nonfinite_x").value == 1
    assert measured(m, "train.nonfinite_at_end").value is True
    assert measured(m, "train.fall").reason == "too-few-points"
    assert measured(m, "train.nonfinite_leadup").state == "unknown"


def test_nonfinite_lead_up_or_none() -> None:
    """A loss that climbs tenfold before the NaN is told from one that was quite normal."""
    calm = decay(60) + 0.01 * noise(60)
    climbing = calm.copy()
    climbing[-4:] *= [2, 4, 8, 20]
    tail = np.full(10, np.nan)
    sudden, grown = measures(np.concatenate((calm, tail))), measures(np.concatenate((climbing, tail)))
    assert measured(sudden, "train.nonfinite_leadup").value < 1.2
    assert measured(grown, "train.nonfinite_leadup").value > 5
    assert measured(grown, "train.nonfinite_x").value == 61


def test_infinite_and_absurd_values_are_not_finite() -> None:
    """Infinity, and a number that no single-precision training holds, count as not finite, as NaN does."""
    m = measures([1.0, 0.9, np.inf, 0.8, 1e200, np.nan, 0.7])
    assert measured(m, "train.nonfinite_count").value == 3
    assert measured(m, "train.nonfinite_at_end").value is False


def test_which_kind_of_bad_value_comes_first() -> None:
    """Infinity before NaN, behind a finite value; a log that begins with it says nothing of what was before."""
    assert measured(measures([9000.0, np.inf, np.nan, np.nan]), "train.infinite_first").value is True
    assert measured(measures([9000.0, np.nan, np.inf, np.nan]), "train.infinite_first").value is False
    assert measured(measures([np.inf, np.nan, np.nan]), "train.infinite_first").value is False
    assert measured(measures(decay(20)), "train.infinite_first").state == "not-applicable"


def test_finite_losses_have_no_nonfinite_place() -> None:
    """Where nothing is NaN the count is 0, and where it began does not apply."""
    m = measures(decay(20))
    assert measured(m, "train.nonfinite_count").value == 0
    assert measured(m, "train.nonfinite_x").state == "not-applicable"


def test_single_steps_are_looked_at_where_they_are_logged() -> None:
    """A spike and a NaN that the epoch mean hides are seen in the step twin of the loss."""
    steps = decay(400) + 0.01 * noise(400)
    steps[200] += 3.0
    m = measures(curve(decay(20), name="train_loss_epoch"))
    twin = curve(steps, name="train_loss_step", unit="step")
    m.run.curves = (*m.run.curves, twin)
    assert measured(m, "train.count").value == 20
    assert measured(m, "train.spike_count").value == 1
    assert measured(m, "train.spike_x").value == 201


def test_three_points_before_the_first_nan_can_show_a_growth() -> None:
    """1, 1, 40 and then NaN grew; 1.1, 1.0, 0.9 did not; a last value of 1e30 needs no other beside it."""
    bad = [np.nan] * 10
    assert measured(measures([1.0, 1.0, 40.0, *bad]), "train.nonfinite_leadup").value > 5
    assert measured(measures([1.1, 1.0, 0.9, *bad]), "train.nonfinite_leadup").value < 1
    assert measured(measures([1e30, *bad]), "train.nonfinite_leadup").value > 100
    assert measured(measures([1.0, *bad]), "train.nonfinite_leadup").state == "unknown"


def _spiky(at: list[int], n: int = 400, per_epoch: int = 40) -> Measured:
    y = decay(n) + 0.01 * noise(n)
    y[at] += 3.0
    steps = curve(y, x=np.arange(float(n)), unit="step", epochs=np.arange(n) / per_epoch)
    return measured(measures(steps), "train.spike_phase_q")


def test_spikes_of_one_batch_stand_at_one_place_of_the_epoch() -> None:
    """Every fortieth step is the same batch of an epoch of forty steps; places far apart are chance."""
    assert _spiky([57, 97, 137, 177, 217, 257, 297]).value < 0.01
    assert _spiky([57, 111, 169, 230, 296, 351]).value > 0.05
    assert _spiky([57]).state == "not-applicable"


def test_the_place_of_spikes_needs_several_points_in_each_epoch() -> None:
    """Means of epochs have no place within the epoch."""
    y = decay(60) + 0.005 * noise(60)
    y[[20, 30, 41]] += 3.0
    assert measured(measures(y), "train.spike_phase_q").state == "unknown"


def test_noise_about_a_negative_constant_is_neither_swing_nor_fall() -> None:
    """Scatter of a thousandth of the level is no movement, below zero as above it."""
    m = measures(-7.7 + 0.002 * noise(200))
    assert measured(m, "train.swing").value < 0.1
    assert measured(m, "train.fall_best").value < 0.02


def test_what_precedes_the_first_nan_is_counted_on_the_same_curve() -> None:
    """Steps that were finite before the first NaN are told, with the place where their own curve begins."""
    y = np.concatenate(([5.0, 4.0, 3.0, 2.5, 2.0], np.full(20, np.nan)))
    m = measures(curve(y, x=np.arange(25.0), unit="step"))
    assert measured(m, "train.nonfinite_before").value == 5
    assert measured(m, "train.nonfinite_first_x").value == 0
    assert not measured(measures(decay(20)), "train.nonfinite_before").known


@pytest.mark.parametrize(("wide", "least", "most"), [(False, -0.2, 0.12), (True, 0.4, 0.9)])
def test_what_is_left_of_a_spike_one_batch_later(wide: bool, least: float, most: float) -> None:
    """Nothing where a single batch is spoilt; much where a stretch of rows is hard and the model gets used to it."""
    rng = np.random.default_rng(2)
    y = 2.0 * np.exp(-np.arange(240) / 90) + 0.02 * rng.normal(size=240)
    for start in range(17, 240, 30):
        y[start : start + 8] += 3.0 * (0.6 ** np.arange(len(y[start : start + 8]))) if wide else 0.0
        y[start] += 0.0 if wide else 3.0
    left = measured(measures(y, x=np.arange(240), unit="step"), "train.spike_shoulder").value
    assert isinstance(left, float)
    assert least < left < most
