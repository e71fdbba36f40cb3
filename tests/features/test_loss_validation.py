"""Validation loss against its best and against training loss."""

from __future__ import annotations

import numpy as np
import pytest

from .loss_runs import curve, decay, measured, measures, noise


def _turning(n: int = 60, rise: float = 0.5) -> np.ndarray:
    t = np.linspace(0, 1, n)
    return decay(n, 20.0, start=2.0, floor=0.8) + rise * np.maximum(t - 0.3, 0) / 0.7


@pytest.mark.parametrize("n", [8, 12, 25, 60, 400, 3000])
def test_a_turn_is_sized_and_sure(n: int) -> None:
    """A rise from 0.8 to 1.3 is about 60 % of the best, far beyond its error, for short and long curves."""
    rise = measured(measures(decay(n), _turning(n) + 0.01 * noise(n)), "val.rise_from_best")
    assert rise.value == pytest.approx(0.6, abs=0.2)
    assert rise.value > 4 * rise.se


@pytest.mark.parametrize("n", [10, 30, 100, 600])
@pytest.mark.parametrize("sd", [0.01, 0.2])
def test_the_luck_of_the_best_is_no_rise(n: int, sd: float) -> None:
    """Of 100 flat noisy losses, as of tiny validation sets, at most 5 have risen by three standard errors."""
    rises = [measured(measures(decay(n), 1.0 + sd * noise(n, seed)), "val.rise_from_best") for seed in range(100)]
    assert sum(rise.value > 3.0 * rise.se for rise in rises) <= 5
    assert float(np.median([rise.value for rise in rises])) < 0.1 * sd


def test_a_rise_in_the_last_digits_of_a_long_fall_is_none() -> None:
    """From 1.0 to 0.001 and back to 0.002: doubled, but nothing beside the fall."""
    y = np.concatenate((np.linspace(1.0, 0.001, 50), np.linspace(0.001, 0.002, 50)))
    assert measured(measures(y * 1.0, y), "val.rise_from_best").value < 0.05


def test_double_descent_has_not_risen() -> None:
    """A curve that rises in between and ends at a new low has not risen from its best."""
    t = np.linspace(0, 1, 200)
    y = 2.0 * np.exp(-4 * t) + 0.5 * np.exp(-(((t - 0.4) / 0.1) ** 2))
    assert measured(measures(y, y), "val.rise_from_best").value == pytest.approx(0.0, abs=0.02)


def test_gap_at_start_end_and_growth() -> None:
    """A gap that opens from 0 to 0.4 of the starting loss is told from one that is 0.5 all along."""
    n = 100
    train = decay(n, 6.0, start=2.0, floor=0.2)
    opening, steady = measures(train, train + np.linspace(0, 0.8, n)), measures(train, train + 1.0)
    assert measured(opening, "gap").value == pytest.approx(0.36, abs=0.05)
    assert measured(opening, "gap_start").value < 0.08
    assert measured(opening, "gap_growth").value > 0.25
    assert measured(steady, "gap_start").value == pytest.approx(0.5, abs=0.03)
    assert abs(measured(steady, "gap_growth").value) < 0.02
    assert measured(steady, "gap_ratio").value == pytest.approx(1.2 / 0.2, rel=0.1)


def test_losses_in_other_units_are_not_compared_by_size() -> None:
    """Marian's "Cost" is nats a word, its "valid cross-entropy" nats a sentence; names alike are compared."""
    y = decay(40)
    words, sentences = curve(y, name="Cost"), curve(20 * y, "val", name="valid cross-entropy")
    for name in ("gap", "gap_ratio", "val.first_over_train", "val.below_train"):
        assert measured(measures(words, sentences), name).state == "not-applicable"
        assert measured(measures(y, 20 * y), name).known
    assert measured(measures(words, sentences), "val.follows_train").value == pytest.approx(1)
    assert measured(measures(words, curve(1.2 * y, "val", name="valid cross-entropy")), "gap").known


def test_losses_are_matched_by_x() -> None:
    """Validation every tenth step is compared with training at the same steps, not at the same rows."""
    n = 500
    train = decay(n, 6.0)
    x = np.arange(1.0, n + 1)
    val = curve(train[9::10] + 0.3, "val", x=x[9::10], unit="step")
    m = measures(curve(train, x=x, unit="step"), val)
    assert measured(m, "gap_start").value == pytest.approx(0.15, abs=0.02)
    assert measured(m, "gap").value == pytest.approx(0.15, abs=0.02)


def test_losses_in_steps_and_epochs_are_matched() -> None:
    """Training by step (with epochs beside) and validation by epoch are matched by epochs."""
    n = 500
    train = decay(n, 6.0)
    epochs = np.arange(1.0, n + 1) / 50
    val = curve(np.interp(np.arange(1.0, 6.0), epochs, train) + 0.3, "val", x=np.arange(1.0, 6.0))
    m = measures(curve(train, unit="step", epochs=epochs), val)
    assert measured(m, "gap_start").value == pytest.approx(0.15, abs=0.03)


def test_below_train_and_follows() -> None:
    """A parallel curve below training loss lies below it everywhere and follows it; a rising one contradicts it."""
    train = decay(80, 5.0) + 0.002 * noise(80)
    below = measures(train, train - 0.2)
    assert measured(below, "val.below_train").value == 1.0
    assert measured(below, "val.follows_train").value > 0.9
    against = measures(train, 3.0 - train)
    assert measured(against, "val.follows_train").value < -0.9


def test_negative_losses_have_a_gap_but_no_ratio() -> None:
    """A loss that goes below zero (log-likelihood, Dice) is compared by differences only."""
    y = -decay(50)[::-1].copy()
    m = measures(np.linspace(0.5, -2, 50), y)
    assert measured(m, "gap").known
    assert measured(m, "gap_ratio").state == "not-applicable"


def test_one_loss_alone_has_no_gap() -> None:
    """Without validation loss the gap is unknown, and the note says which loss to log."""
    value = measured(measures(decay(30)), "gap")
    assert value.state == "unknown"
    assert "validation loss" in value.note


def test_a_test_loss_stands_in_for_validation() -> None:
    """A test loss logged during training is looked at where there is no validation loss."""
    m = measures(curve(decay(40)), curve(_turning(40), "test"))
    assert measured(m, "val.rise_from_best").value > 0.3


@pytest.mark.parametrize("scale", [1e-6, 1.0, 1e9])
def test_a_validation_loss_that_starts_high_is_measured_in_any_unit(scale: float) -> None:
    """Twice the loss at which training starts, whatever the unit; and half of it for a sound run."""
    train = decay(40) * scale
    high = measured(measures(train, np.full(40, 2.0 * train[0])), "val.first_over_train")
    sound = measured(measures(train, 0.5 * train), "val.first_over_train")
    assert high.value == pytest.approx(2.0, rel=0.1)
    assert 0.3 < sound.value < 0.55


@pytest.mark.parametrize("scale", [1e-6, 1.0, 1e9])
def test_training_loss_over_validation_loss(scale: float) -> None:
    """Three times as high at the end, in any unit."""
    found = measured(measures(3.0 * decay(40) * scale, decay(40) * scale), "train.over_val")
    assert found.value == pytest.approx(3.0, rel=0.01)


def test_what_training_fell_before_validation_began_is_left_out() -> None:
    """Training falls in the first epoch only; validation is first logged after it."""
    steps = np.concatenate((np.linspace(3.0, 1.0, 20), np.full(180, 1.0)))
    train = curve(steps, x=np.arange(200.0), unit="step")
    late = curve(np.full(10, 1.1), "val", x=np.arange(19.0, 200.0, 20.0), unit="step")
    assert measured(measures(train, late), "train.fall").value > 0.5
    assert abs(measured(measures(train, late), "train.fall_beside_val").value) < 0.15
    both = measures(decay(30), decay(30))
    assert measured(both, "train.fall_beside_val").value == pytest.approx(0.75, abs=0.05)


@pytest.mark.parametrize("constant", [25.0, 100.0, 1000.0])
def test_a_constant_added_to_both_losses_hides_no_turn(constant: float) -> None:
    """Overfitting on top of a large constant term is still a rise and a gap that grows; its shape is what counts."""
    t = np.linspace(0.0, 1.0, 200)
    train = decay(200, 6.0, start=2.0, floor=0.1) + 0.004 * noise(200)
    val = decay(200, 6.0, start=2.0, floor=0.3) + 1.2 * np.maximum(t - 0.35, 0.0) + 0.004 * noise(200, 1)
    m = measures(train + constant, val + constant)
    assert measured(m, "val.rise_from_best").value > 0.1
    assert measured(m, "gap").value - measured(m, "gap_start").value > 0.15


def test_a_small_clean_rise_is_compared_with_the_level() -> None:
    """At ordinary levels a small rise stays small, however exact the log is."""
    t = np.linspace(0.0, 1.0, 200)
    val = 0.5 - 0.02 * np.minimum(t, 0.5) + 0.01 * np.maximum(t - 0.5, 0.0)
    assert measured(measures(decay(200, start=0.6, floor=0.4), val), "val.rise_from_best").value < 0.04


def test_a_loss_that_is_logged_under_two_names_is_told() -> None:
    """Equal in every digit at all epochs; two losses that are merely near are not."""
    y = np.linspace(1.0, 0.2, 20)
    assert measures(y, y).value("loss.equal_share") == 1.0
    assert measures(y, y + 1e-6).value("loss.equal_share") == 0.0
    assert not measures(y).one("loss.equal_share").known
