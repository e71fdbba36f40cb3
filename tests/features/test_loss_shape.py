"""The shape of a loss curve: levels, fall, trend and where it is at its end."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from mladvisor.features.catalogue import catalogue

from .loss_runs import curve, decay, measured, measures, noise, red_noise

LOSS = [name for name, entry in catalogue().items() if name.startswith("loss.") and not entry.each]
RELATIVE = (
    "fall",
    "fall_best",
    "end_fall",
    "end_slope",
    "elbow_share",
    "plateau_share",
    "time_to_converge",
    "noise",
    "noise_level",
    "oscillation",
    "swing",
    "oscillation_growth",
    "spike_count",
    "spike_height",
    "explosion",
    "explosion_share",
    "max_jump",
    "rise_from_best",
    "period",
    "period_strength",
)
CHOICES = ("trend", "end_trend", "constant", "spikes_recover")


def _same(a: object, b: object) -> None:
    for name in RELATIVE:
        x, y = measured(a, f"train.{name}"), measured(b, f"train.{name}")  # type: ignore[arg-type]
        assert x.state == y.state, name
        if x.known:
            assert x.value == pytest.approx(y.value, rel=1e-5, abs=1e-6), name
    for name in CHOICES:
        assert measured(a, f"train.{name}").value == measured(b, f"train.{name}").value, name  # type: ignore[arg-type]


@settings(max_examples=25, deadline=None)
@given(st.integers(8, 300), st.integers(0, 10**6), st.floats(-9, 9))
@example(141, 318, 2.0)  # the end is the lowest level but for rounding
def test_units_of_a_positive_loss_do_not_matter(n: int, seed: int, exponent: float) -> None:
    """Measurements that are shares or ratios are the same for a loss of 1e-9 and one of 1e9."""
    y = decay(n) * np.exp(0.1 * noise(n, seed))
    _same(measures(y), measures(y * 10.0**exponent))


@settings(max_examples=25, deadline=None)
@given(st.integers(8, 300), st.integers(0, 10**6), st.floats(1e-3, 1e4), st.floats(-1e6, 1e6))
def test_units_of_x_do_not_matter(n: int, seed: int, stretch: float, shift: float) -> None:
    """Counting x in other units, or from another start, changes no share."""
    y = decay(n) + 0.05 * noise(n, seed)
    x = np.arange(float(n))
    _same(measures(y, x=x, unit="step"), measures(y, x=x * stretch + shift, unit="step"))


@settings(max_examples=25, deadline=None, derandomize=True)
@given(st.integers(60, 300), st.integers(0, 10**6))
def test_each_point_twice_hardly_matters(n: int, seed: int) -> None:
    """Logging every point twice leaves the fall, the explosion and the trend where they were."""
    y = decay(n) + 0.03 * noise(n, seed)
    once, twice = measures(y), measures(np.repeat(y, 2), x=np.repeat(np.arange(1.0, n + 1), 2))
    for name in ("fall", "explosion", "max_jump", "end_fall", "rise_from_best"):
        assert measured(twice, f"train.{name}").value == pytest.approx(measured(once, f"train.{name}").value, abs=0.1)
    assert measured(twice, "train.trend").value == measured(once, "train.trend").value


@settings(max_examples=20, deadline=None, derandomize=True)
@given(st.integers(0, 10**6))
def test_every_third_point_hardly_matters(seed: int) -> None:
    """A third of the points tells the same story."""
    y = decay(600) + 0.03 * noise(600, seed)
    whole, third = measures(y), measures(y[::3], x=np.arange(1.0, 601, 3))
    for name in ("fall", "explosion", "max_jump", "end_fall", "oscillation"):
        assert measured(third, f"train.{name}").value == pytest.approx(measured(whole, f"train.{name}").value, abs=0.08)


@settings(max_examples=40, deadline=None, derandomize=True)
@given(st.integers(12, 400), st.integers(0, 10**6), st.floats(0.0, 0.08))
def test_noise_moves_levels_within_their_errors(n: int, seed: int, sd: float) -> None:
    """White noise moves start, end and fall by no more than a few of the standard errors that they come with."""
    clean, noisy = measures(decay(n)), measures(decay(n) + sd * noise(n, seed))
    for name in ("end", "fall"):
        before, after = measured(clean, f"train.{name}"), measured(noisy, f"train.{name}")
        assert abs(before.value - after.value) <= 6.0 * after.se + 0.03


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 12), st.integers(0, 10**6), st.booleans(), st.sampled_from([1e-9, 1.0, 1e12, -1.0]))
def test_short_curves_never_crash(n: int, seed: int, flat: bool, scale: float) -> None:
    """Every loss feature of a run of 1 to 12 points is known or says why not."""
    y = np.full(n, scale) if flat else scale * (1.0 + noise(n, seed))
    m = measures(y, y[: max(1, n // 2)] * 1.1)
    for name in LOSS:
        value = m.one(name)
        assert value.known or value.note, name
        assert not value.known or not isinstance(value.value, float) or np.isfinite(value.value), name
    assert not m.failures


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.one_of(st.floats(allow_nan=True, allow_infinity=True), st.sampled_from([0.0, 1e-9, 1e12, 1.0])),
        min_size=1,
        max_size=90,
    )
)
@example([np.inf, np.inf, np.inf])  # the spread of infinities
@example([0.0] * 7 + [5e-324])  # a width that has no hundredth
@example([5.5e-85, 1.0, 1.0, 2.7e-222])  # a ratio of losses whose error has no square
@example([0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.3e-289])  # the error of a swing beside next to no progress
def test_absurd_curves_never_crash(values: list[float]) -> None:
    """NaN, infinities, zeros and sizes from 1e-308 to 1e308 give numbers or reasons, never a crash or a warning."""
    m = measures(values, values[::-1])
    for name in LOSS:
        value = m.one(name)
        assert not isinstance(value.value, float) or np.isfinite(value.value), (name, value)
    assert not m.failures


@settings(max_examples=15, deadline=None, derandomize=True)
@given(st.integers(0, 10**6), st.floats(0.5, 20.0), st.sampled_from([30, 100, 1000, 6000]), st.floats(0.0, 0.05))
def test_healthy_decay_shows_nothing(seed: int, rate: float, n: int, sd: float) -> None:
    """An exponential fall with noise has no swing, spike, explosion, jump or rise worth the name."""
    m = measures(decay(n, rate, start=3.0, floor=1.0) + sd * noise(n, seed))
    assert measured(m, "train.oscillation").value < 0.35
    assert measured(m, "train.spike_count").value == 0
    assert measured(m, "train.explosion").value < 0.35
    assert measured(m, "train.max_jump").value < 0.35
    rise = measured(m, "train.rise_from_best")
    assert rise.value < max(0.05, 4.0 * rise.se)
    assert measured(m, "train.trend").value == "falling"


@pytest.mark.parametrize("n", [10, 30, 100, 1000, 5000])
def test_flat_noise_has_no_trend(n: int) -> None:
    """Of 60 flat noisy curves at most 3 show a trend, over the whole run or at its end."""
    for name in ("trend", "end_trend"):
        seen = [measured(measures(10 + noise(n, seed)), f"train.{name}").value for seed in range(60)]
        assert seen.count("flat") >= 57


def test_end_trend_respects_autocorrelation() -> None:
    """Slow wandering is not taken for a trend as often as its plain standard error would make it."""
    seen = [measured(measures(20 + red_noise(400, seed, 0.95)), "train.end_trend").value for seed in range(60)]
    assert seen.count("flat") >= 36


def test_trend_names_the_direction() -> None:
    """Falling, rising and flat are told apart."""
    assert measured(measures(decay(50)), "train.trend").value == "falling"
    assert measured(measures(decay(50)[::-1].copy()), "train.trend").value == "rising"
    assert measured(measures(np.full(50, 0.7)), "train.trend").value == "flat"


def test_fall_of_positive_and_negative_losses() -> None:
    """A positive loss falls by a share of its start; one that goes below zero by a share of its movement."""
    assert measured(measures(np.linspace(2.0, 0.5, 100)), "train.fall").value == pytest.approx(0.75, abs=0.04)
    assert measured(measures(np.linspace(1.0, -9.0, 100)), "train.fall").value == pytest.approx(1.0, abs=0.06)
    assert measured(measures(np.linspace(0.5, 1.0, 100)), "train.fall").value < -0.9


def test_wide_losses_are_seen_on_a_logarithmic_axis() -> None:
    """A loss that falls by powers of ten at a steady pace is still falling at its end, and has no elbow."""
    m = measures(1e12 * 10.0 ** (-np.linspace(0, 10, 200)))
    assert measured(m, "train.end_trend").value == "falling"
    assert measured(m, "train.end_fall").value == pytest.approx(0.2, abs=0.04)
    assert measured(m, "train.elbow_share").state == "unknown"


def test_one_bad_first_batch_is_not_the_start() -> None:
    """A first value of 1e12 before a normal curve leaves the start level where the curve starts."""
    y = decay(100)
    y[0] = 1e12
    assert measured(measures(y), "train.start").value < 3.0
    assert measured(measures(y), "train.first").value == 1e12


def test_end_fall_counts_new_ground_only() -> None:
    """After a warm restart, coming back to the old level is no progress; a straight line makes a fifth."""
    cycle = decay(50, 6.0, start=1.0, floor=0.2)
    assert measured(measures(np.tile(cycle, 3)), "train.end_fall").value < 0.05
    assert measured(measures(np.linspace(2, 1, 100)), "train.end_fall").value == pytest.approx(0.2, abs=0.04)


def test_elbow_and_convergence() -> None:
    """A quick fall bends early and has converged early; a straight line has no elbow."""
    m = measures(decay(200, 30.0))
    assert measured(m, "train.elbow_share").value < 0.2
    assert measured(m, "train.time_to_converge").value < 0.25
    assert measured(m, "train.plateau_share").value > 0.75
    assert measured(measures(np.linspace(2, 1, 100)), "train.elbow_share").state == "unknown"
    assert measured(measures(np.full(30, 0.5)), "train.elbow_share").state == "not-applicable"


def test_plateau_then_drop() -> None:
    """A loss that waits and then falls is told from one that falls at once or steadily."""
    t = np.linspace(0, 1, 200)
    late = 0.7 - 0.6 / (1 + np.exp(-(t - 0.5) * 60)) + 0.002 * noise(200)
    assert measured(measures(late), "train.plateau_then_drop").value == pytest.approx(0.45, abs=0.06)
    assert measured(measures(decay(200)), "train.plateau_then_drop").value < 0.05
    assert measured(measures(np.linspace(2, 1, 200)), "train.plateau_then_drop").value == 0.0


def test_printed_digits_are_not_a_trend() -> None:
    """A log rounded to two digits that toggles between 0.64 and 0.63 neither falls nor rises."""
    y = np.where(noise(40) > 0, 0.64, 0.63)
    assert measured(measures(y), "train.trend").value == "flat"


def test_places_name_file_column_and_stretch() -> None:
    """A measurement says where it stands: file, column, x and rows."""
    where = measured(measures(decay(100)), "train.end").where
    assert where is not None
    assert (where.file, where.column, where.x) == ("metrics.csv", "train_loss", "epoch")
    assert where.start == pytest.approx(95, abs=1)
    assert where.end == 100
    assert where.rows == (97, 101)


def test_a_million_points() -> None:
    """A curve of a million points is measured like one of a thousand."""
    n = 1_000_000
    m = measures(curve(decay(n, 10.0, start=3.0, floor=1.0) + 0.2 * noise(n), unit="step"))
    assert measured(m, "train.fall").value == pytest.approx(2 / 3, abs=0.02)
    assert measured(m, "train.spike_count").value == 0
    assert measured(m, "train.period_q").value > 0.001
    assert measured(m, "train.oscillation").value < 0.3


def test_missing_is_not_absent() -> None:
    """Without a validation loss its features are unknown and say what to log; with two points they say how many."""
    m = measures(decay(50))
    assert measured(m, "val.fall").reason == "not-logged"
    assert "validation loss" in measured(m, "val.fall").note
    assert measured(measures([1.0, 0.5]), "train.oscillation").reason == "too-few-points"


def test_learning_slows_down_and_learning_by_heart_speeds_up() -> None:
    """Of a decay most of the fall comes early, of a curve that bends down most of it late; a flat one has no share."""
    t = np.linspace(0, 1, 40)
    assert measures(np.exp(-5 * t)).value("loss.train.late_fall_share") < 0.15
    assert measures(2.3 - 1.2 * t**3).value("loss.train.late_fall_share") > 0.7
    assert measures(2.3 + 0 * t + 0.001 * t).one("loss.train.late_fall_share").state == "not-applicable"


def test_the_gain_of_the_last_point_is_told_of_the_shortest_logs() -> None:
    """From 0.4 to 0.3 is a quarter; a loss below zero has no share."""
    assert measured(measures([0.6, 0.4, 0.3]), "train.last_gain").value == pytest.approx(0.25)
    assert measured(measures([0.6, -0.4, -0.5]), "train.last_gain").state == "not-applicable"


def test_an_evaluation_that_comes_early_gains_what_it_would_at_the_usual_distance() -> None:
    """The last evaluation of a run that is counted in steps stands where the steps end."""
    m = measures(curve([1.6, 1.58, 1.56, 1.55], x=np.array([35.0, 70.0, 105.0, 122.5])))
    assert measured(m, "train.last_gain").value == pytest.approx(2 * 0.01 / 1.56)
    assert measured(m, "train.last_pace").value == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("y", "pace"),
    [
        ([2.2, 2.05, 1.77, 1.41], 1.67),
        ([0.58, 0.43, 0.31], 0.8),
        ([0.41, 0.37, 0.33, 0.3, 0.28], 0.55),
        ([1.39, 1.15, 0.96, 0.86, 0.83], 0.17),
        ([1.0, 0.8, 0.9, 0.6], None),
    ],
)
def test_pace_of_the_last_epoch(y: list[float], pace: float | None) -> None:
    """The last fall over the mean of those before; a loss that rises in between has none."""
    found = measured(measures(y), "train.last_pace").value
    assert found == (None if pace is None else pytest.approx(pace, abs=0.03))


def test_a_loss_printed_as_zero_is_a_small_one() -> None:
    """A log of five digits prints 0.00000 of what is learnt by heart: the gap to validation is the wider for it."""
    train = np.array([23.26, 2.08, 0.215, 0.027, 0.004, 0.0007, 0.00013, 0.00002, *[0.0] * 12])
    val = np.array([32.9, 21.1, *[20.3] * 18])
    assert measured(measures(train, val), "gap_ratio").value > 1e5
    assert measured(measures(np.zeros(20), val), "gap_ratio").value is None
