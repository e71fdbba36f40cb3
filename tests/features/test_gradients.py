"""The logged gradient norm."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from .fakes import curve, measures

RNG = np.random.default_rng(7)
STEADY = np.exp(0.2 * RNG.normal(size=200))


def _norm(y, name: str = "grad_norm"):  # type: ignore[no-untyped-def]
    return measures(curve(name, "gradient-norm", None, y))


def test_steady_norms_neither_grow_nor_spike() -> None:
    """Noise alone is no symptom."""
    m = _norm(STEADY)
    assert m.value("gradient.growth") == pytest.approx(1, abs=0.2)
    assert m.value("gradient.spike_count") == 0
    assert m.value("gradient.vanishing") == 0
    assert m.value("gradient.clipped_share") == 0


def test_growth_is_a_ratio_with_an_error() -> None:
    """From 1 to 100 in the mean is a hundredfold."""
    found = _norm(STEADY * np.repeat([1, 1, 10, 100], 50)).one("gradient.growth")
    assert found.value == pytest.approx(100, rel=0.3)
    assert 0 < found.se < found.value


def test_a_spike_is_seen_beside_its_neighbours_and_not_beside_the_start() -> None:
    """A norm that falls a hundredfold in a calm way has no spike; one point of 50 times its neighbours is one."""
    assert _norm(STEADY * np.logspace(2, 0, 200)).value("gradient.spike_count") == 0
    y = STEADY.copy()
    y[120] = 50
    m = _norm(y)
    assert m.value("gradient.spike_count") == 1
    assert m.value("gradient.spike_ratio") > 30


def test_norms_cut_at_a_cap_are_seen() -> None:
    """Norms logged after clipping at 1 sit at 1."""
    assert _norm(np.minimum(STEADY, 0.9)).value("gradient.clipped_share") > 0.4


def test_clipping_limit_of_the_configuration() -> None:
    """Norms logged before clipping are compared with the configured limit."""
    m = measures(curve("grad_norm", "gradient-norm", None, STEADY * 10), config={"max_grad_norm": 1.0})
    assert m.value("gradient.above_clip_share") == 1


def test_non_finite_norms_are_counted_and_kept_out_of_the_rest() -> None:
    """Two NaN and an infinity are three bad points; the median is that of the others."""
    m = _norm([1.0, float("nan"), 1.0, float("inf"), 1.0, float("nan"), 1.0])
    assert m.value("gradient.nonfinite_count") == 3
    assert m.value("gradient.count") == 7
    assert m.value("gradient.norm_median") == 1


def test_squared_norms_are_taken_the_root_of() -> None:
    """A curve called grad_norm_square holds squares."""
    assert _norm([4.0] * 10, "grad_norm_square").value("gradient.norm_median") == 2


def test_without_a_curve_all_is_unknown() -> None:
    """Not logged is not zero."""
    m = measures()
    assert all(not m.one(name).known for name in m if name.startswith("gradient."))


@given(st.lists(st.floats(allow_nan=True, allow_infinity=True), max_size=50))
def test_no_curve_makes_a_measurement_crash(y: list[float]) -> None:
    """Whatever was logged, each measurement is a value or unknown."""
    m = _norm(y)
    for name in [name for name in m if name.startswith("gradient.")]:
        m.one(name)
    assert not m.failures


def test_norms_of_single_batches_jitter_and_sums_do_not() -> None:
    """A fifth of scatter is told as such; a smooth curve has next to none, wherever it leads."""
    assert _norm(STEADY).value("gradient.jitter") == pytest.approx(0.2, abs=0.06)
    assert _norm(np.linspace(1, 110, 200)).value("gradient.jitter") < 0.02
    assert _norm(np.linspace(1, 9, 15) ** 0.1).value("gradient.jitter") < 0.03
    assert not _norm(STEADY[:11]).one("gradient.jitter").known


def test_steps_that_are_all_clipped_are_as_much_shorter() -> None:
    """A limit a hundred times below all norms takes two decades off the rate of SGD, and nothing off that of Adam."""
    norm = curve("gnorm", "gradient-norm", None, [1.0, 1.1, 0.9, 1.2, 1.0, 1.3, 1.0, 1.1, 0.95, 1.05])
    for optimizer, above in (("sgd", 0.0), ("adam", 2.7)):
        config = {"optimizer": optimizer, "lr": 0.5, "clip_norm": 0.01}
        m = measures(norm, config=config)
        assert m.value("gradient.cut_decades") == pytest.approx(2.0, abs=0.1)
        assert m.value("lr.over_default") == pytest.approx(above, abs=0.1)
    assert measures(norm, config={"clip_norm": 1.5}).value("gradient.cut_decades") == 0.0
    assert measures(norm).value("gradient.cut_decades") is None
