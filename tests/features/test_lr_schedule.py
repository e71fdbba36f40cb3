"""The shape of a logged learning rate."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mladvisor.features.lr_schedule import SHAPES, classify

from .fakes import curve, measures

T = np.linspace(0, 1, 100)
WARM = np.minimum(T / 0.05, 1)
COSINE = 0.5 * (1 + np.cos(np.pi * T))


@pytest.mark.parametrize(
    ("y", "shape"),
    [
        (np.full(50, 1e-3), "constant"),
        (1e-3 * (1 - T), "decay"),
        (1e-3 * np.exp(-4 * T), "decay"),
        (1e-3 * COSINE, "cosine"),
        (1e-3 * np.minimum(WARM, 1 - T), "warmup-decay"),
        (1e-3 * np.minimum(T / 0.3, (1 - T) / 0.7), "one-cycle"),
        (1e-3 * np.where(T < 0.5, 1, 0.1), "step"),
        (1e-3 * (0.5 * (1 + np.cos(3 * np.pi * T % np.pi))), "restarts"),
        (1e-5 * 10 ** (3 * T), "rising"),
        (0.01 * (1 - np.arange(260) / 1000) ** 0.9, "decay"),
    ],
)
def test_shapes(y: Sequence[float], shape: str) -> None:
    """Each usual schedule is called by its name, also a polynomial decay whose single steps are tiny."""
    assert measures(curve("lr", "learning-rate", None, y)).value("lr.schedule") == shape


def test_warm_up_is_a_share_of_the_run() -> None:
    """Five percent of warm-up are five percent."""
    m = measures(curve("lr", "learning-rate", None, WARM * COSINE))
    assert m.value("lr.warmup_share") == pytest.approx(0.05, abs=0.02)


def test_a_rate_that_starts_at_its_top_has_no_warm_up() -> None:
    """Zero, not a small number."""
    assert measures(curve("lr", "learning-rate", None, COSINE)).value("lr.warmup_share") == 0


def test_collapse_is_seen_and_usual_steps_are_not() -> None:
    """Below a hundredth for most of the run is a collapse; three steps down by ten at 30, 60 and 90 % are not."""
    collapsed = measures(curve("lr", "learning-rate", None, np.exp(-40 * T)))
    assert collapsed.value("lr.collapsed_early") is True
    steps = measures(curve("lr", "learning-rate", None, 0.1 ** (np.floor(T / 0.3))))
    assert steps.value("lr.collapsed_early") is False


def test_what_was_gained_before_the_rate_fell_is_measured_by_the_way_gone() -> None:
    """A decay of every epoch cuts a fall short, though it slows down with the rate; a plateau had come to rest."""
    decayed = 0.5 ** np.arange(60.0)
    rates = curve("lr", "learning-rate", None, decayed)
    falls = curve("loss", "loss", "train", np.exp(-np.cumsum(decayed)))
    cut = measures(rates, falls).value("lr.gain_before_drop")
    stepped = curve("lr", "learning-rate", None, np.where(np.arange(60) < 30, 1.0, 0.001))
    rested = curve("loss", "loss", "train", np.exp(-np.arange(60) / 4.0) + 0.1)
    assert cut > 0.1 and measures(stepped, rested).value("lr.gain_before_drop") < 0.01
    assert not measures(rates).one("lr.gain_before_drop").known
    assert not measures(curve("lr", "learning-rate", None, COSINE + 0.2), falls).one("lr.gain_before_drop").known


def test_rates_printed_as_zero_are_unknown() -> None:
    """flair prints 5e-6 as 0.0000: that says nothing."""
    m = measures(curve("LEARNING_RATE", "learning-rate", None, [0.0] * 20))
    assert not m.one("lr.max").known
    assert not m.one("lr.zero_share").known


def test_of_several_groups_the_one_that_does_not_start_high_is_taken() -> None:
    """YOLOv5 warms the biases down from 0.1 beside the main groups."""
    biases = curve("x/lr2", "learning-rate", None, np.maximum(0.1 - T, 0.01))
    main = curve("x/lr0", "learning-rate", None, 0.01 * WARM)
    assert measures(biases, main).value("lr.max") == pytest.approx(0.01)


def test_two_points_are_too_few_for_a_shape() -> None:
    """Unknown, with the reason."""
    found = measures(curve("lr", "learning-rate", None, [0.1, 0.01])).one("lr.schedule")
    assert (found.state, found.reason) == ("unknown", "too-few-points")


@given(st.lists(st.floats(0, 10, allow_subnormal=False), min_size=3, max_size=60))  # a subnormal has fewer digits
def test_every_curve_has_one_of_the_names(y: list[float]) -> None:
    """Any finite sequence gets a name, and its scale does not matter."""
    values = np.asarray(y)
    found = classify(np.arange(len(y), dtype=float), values)
    assert found in SHAPES
    assert classify(np.arange(len(y), dtype=float), values * 1024.0) == found


def test_a_million_points_are_thinned() -> None:
    """Long curves cost no more than a look at each point."""
    t = np.linspace(0, 1, 1_000_000)
    m = measures(curve("lr", "learning-rate", None, 0.5 * (1 + np.cos(np.pi * t))))
    assert m.value("lr.schedule") == "cosine"


@pytest.mark.parametrize(
    ("config", "rates", "value"),
    [
        ({"warmup_steps": 5000, "max_steps": 500}, None, 0.1),
        ({"warmup_steps": 50, "max_steps": 500}, None, 1.0),
        ({"warmup_epochs": 20, "epochs": 5}, None, 0.25),
        ({"warmup_steps": 5000, "lr": 1e-3}, 1e-5 * T, 0.01),
        ({"warmup_steps": 50, "lr": 1e-3}, 1e-3 * WARM * COSINE, 1.0),
        ({"warmup_epochs": 3000, "epochs": 16, "lr": 4e-3}, 4e-3 * T / 100 * COSINE, 0.00262),
        ({"lr": 1e-3}, 1e-5 * T, None),
        ({"warmup_steps": 0, "max_steps": 500}, None, None),
    ],
)
def test_what_a_warm_up_reaches(config: dict[str, float], rates: Sequence[float] | None, value: float | None) -> None:
    """By the steps that are planned, or by the rate that is logged; without a warm-up it is not asked."""
    curves = [] if rates is None else [curve("lr", "learning-rate", None, rates)]
    found = measures(*curves, config=config).value("lr.reached_share")
    assert found is value if value is None else found == pytest.approx(value, rel=0.02)
