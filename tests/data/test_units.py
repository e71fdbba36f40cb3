"""Changes of unit: factors, scales of temperature, and a part of the rows."""

from __future__ import annotations

import numpy as np
import pytest

from mladvisor.tables.units import unit_of

RNG = np.random.default_rng(4)


@pytest.mark.parametrize(
    ("there", "says"),
    [
        (lambda x: 1.8 * x + 32.0, "Celsius in training and degrees Fahrenheit"),
        (lambda x: x + 273.15, "Celsius in training and kelvins"),
        (lambda x: x * 1000.0, "factor of 1000 (g and kg"),
    ],
)
def test_a_unit_is_named(there: object, says: str) -> None:
    """Each change of unit is told in words, in both directions no healthy sample shows one."""
    first, second = RNG.normal(15, 7, 3000), RNG.normal(15, 7, 1000)
    assert says in unit_of(first, there(second)).says  # type: ignore[operator]
    assert unit_of(first, second).says == ""


def test_another_climate_is_no_other_unit() -> None:
    """A place that is thirty degrees warmer, or varies twice as much, is drift."""
    first = RNG.normal(15, 7, 3000)
    assert unit_of(first, RNG.normal(45, 7, 1000)).says == ""
    assert unit_of(first, RNG.normal(15, 14, 1000)).says == ""
    assert unit_of(first, RNG.normal(60, 9, 1000)).says == ""


def test_a_few_prices_that_doubled_are_no_degrees() -> None:
    """Forty rows fit many maps: a column that names a temperature needs no more, another one does."""
    first, second = RNG.normal(65, 24, 40), RNG.normal(140, 41, 1000)
    assert unit_of(first, second, "monthly_charges").says == ""
    same = RNG.normal(15, 7, 40)
    assert "Fahrenheit" in unit_of(same, 1.8 * RNG.normal(15, 7, 1000) + 32, "outside_temp").says
    assert "Fahrenheit" in unit_of(RNG.normal(15, 7, 3000), 1.8 * RNG.normal(15, 7, 1000) + 32, "x3").says


@pytest.mark.parametrize(("log", "says"), [(np.log, "natural"), (np.log10, "base of ten"), (np.log1p, "one more")])
def test_a_logarithm_is_told_in_both_directions(log: object, says: str) -> None:
    """Amounts in one table, their logarithms in the other; amounts that grew are none."""
    first, second = RNG.lognormal(1.5, 0.7, 3000), RNG.lognormal(1.5, 0.7, 1000)
    assert says in unit_of(first, log(second)).says  # type: ignore[operator]
    assert "what training holds the" in unit_of(log(first), second).says  # type: ignore[operator]
    assert "logarithm" not in unit_of(first, 0.2 * second).says


def test_a_thousand_comes_before_its_neighbours() -> None:
    first = RNG.gamma(2, 4, 1600)
    assert unit_of(first, 1010.0 * RNG.gamma(2, 4, 600)).factor == 1000.0


def test_areas_that_happen_to_fit_are_no_temperatures() -> None:
    """Half as large again, around 1,600: no kelvins are so hot where data are collected."""
    first = RNG.lognormal(np.log(1640), 0.35, 2000)
    assert "kelvins" not in unit_of(first, 1.5 * RNG.lognormal(np.log(1640), 0.35, 700)).says


@pytest.mark.parametrize("share", [0.1, 0.4])
def test_a_part_of_the_rows_in_another_unit(share: float) -> None:
    """Two heaps of which one is the other in cents; a heavier tail is none."""
    first, second = RNG.lognormal(3, 0.5, 4000), RNG.lognormal(3, 0.5, 2000)
    mixed = np.where(RNG.random(2000) < share, 100.0, 1.0) * second
    assert "100 times the others" in unit_of(first, mixed).says
    assert "in training" in unit_of(mixed, first).says
    assert unit_of(first, np.exp(np.log(second) * 1.5)).says == ""
    assert unit_of(first, second * RNG.lognormal(0, 1, 2000)).says == ""


def test_what_is_called_a_charge_is_no_temperature() -> None:
    """Whatever map its numbers fit."""
    first, second = RNG.normal(60, 22, 2000), 1.8 * RNG.normal(60, 22, 700) + 32.0
    assert "Fahrenheit" in unit_of(first, second, "outside").says
    assert "Fahrenheit" not in unit_of(first, second, "monthly_charges").says


def test_stretches_of_one_weather_in_other_degrees() -> None:
    """Hours that follow each other are no independent rows: what is left in one unit is more than chance."""
    generator = np.random.default_rng(3)
    train = np.round(generator.normal(3.0, 4.2, 900), 1)
    there = np.round(1.8 * generator.normal(3.7, 4.3, 240) + 32.0, 1)
    assert "Fahrenheit" in unit_of(train, there, "temp_c").says
    assert not unit_of(train, np.round(generator.normal(24.0, 4.3, 240), 1), "temp_c").says
