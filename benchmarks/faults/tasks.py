"""The data that the benchmark trains on: scikit-learn's bundled sets, and generated tables, texts and images.

Each loader returns a `Data` with three splits. The test split is the oracle's: no log ever shows it, and it decides
whether a control is really healthy. Tables come in their natural units (unscaled), with the names that such columns
have in the world, so that faults of scale and schema can be injected as they happen.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import numpy as np
from benchmarks.faults import drawn
from benchmarks.faults.sets import Data, cut


def _bundled(name: str, task: str) -> Callable[[np.random.Generator], Data]:
    def load(rng: np.random.Generator) -> Data:
        from sklearn import datasets

        bunch = getattr(datasets, f"load_{name.replace('-', '_')}")(**({"scaled": False} if name == "diabetes" else {}))
        order = rng.permutation(len(bunch.data))
        x, y = bunch.data[order], bunch.target[order]
        classes = 1 if task == "regression" else int(y.max()) + 1
        train, val = int(0.6 * len(x)), int(0.2 * len(x))
        features = tuple(str(column).replace(" (cm)", "_cm").replace(" ", "_") for column in bunch.feature_names)
        return cut(name, task, "table", classes, x, y, (train, val), features=features)

    return load


def _digit_images(rng: np.random.Generator) -> Data:
    from sklearn.datasets import load_digits

    bunch = load_digits()
    order = rng.permutation(len(bunch.data))
    return cut("digits", "multiclass", "image", 10, bunch.images[order][:, None], bunch.target[order], (1000, 300))


def _churn(rng: np.random.Generator) -> Data:
    n = 3000
    tenure, charge = rng.gamma(2.0, 14.0, n), rng.normal(68.0, 24.0, n).clip(15)
    calls, contract = rng.poisson(1.4, n), rng.integers(0, 3, n)
    usage, age, paperless = rng.lognormal(3.4, 0.6, n), rng.normal(46, 15, n).clip(18, 90), rng.integers(0, 2, n)
    late = rng.poisson(0.8, n)
    score = -0.05 * (tenure - 28) + 0.035 * (charge - 68) + 0.75 * (calls - 1.4) - 1.3 * (contract - 1)
    score += 0.9 * (late > 1) * (contract == 0) + 1.2 * np.sin(usage / 14.0)
    y = rng.random(n) < 1 / (1 + np.exp(-1.5 * score))
    x = np.column_stack([tenure, charge, calls, contract, usage, age, paperless, late])
    names = (
        "tenure_months",
        "monthly_charge",
        "support_calls",
        "contract_type",
        "data_usage_gb",
        "age",
        "paperless_billing",
        "late_payments",
    )
    return cut("churn", "binary", "table", 2, x, y, (1400, 500), features=names)


def _fraud(rng: np.random.Generator, share: float = 0.2) -> Data:
    n = 3000
    amount, hour = rng.lognormal(3.6, 1.0, n), rng.integers(0, 24, n)
    distance, age_days = rng.exponential(40.0, n), rng.gamma(2.0, 300.0, n)
    velocity, foreign, score_bureau = rng.poisson(2.0, n), rng.random(n) < 0.15, rng.normal(690.0, 60.0, n)
    risk = 0.9 * (np.log(amount) - 3.6) + 0.016 * (distance - 40) + 0.45 * (velocity - 2) + 1.1 * foreign
    risk += 1.2 * ((hour < 6) - 0.25) - 0.012 * (score_bureau - 690) - 0.001 * (age_days - 600)
    risk += rng.normal(0, 0.7, n)
    y = risk > np.quantile(risk, 1 - share)
    x = np.column_stack([amount, hour, distance, age_days, velocity, foreign, score_bureau])
    names = (
        "amount_eur",
        "hour_of_day",
        "distance_km",
        "account_age_days",
        "tx_last_24h",
        "is_foreign",
        "bureau_score",
    )
    return cut("fraud", "binary", "table", 2, x, y, (900, 400), features=names)


def _machines(rng: np.random.Generator) -> Data:
    n = 2400
    y = rng.integers(0, 4, n)
    phase = rng.uniform(0, 2 * np.pi, n)
    radius = 1.0 + 0.9 * y + rng.normal(0, 0.26, n)
    vibration, shaft = radius * np.cos(phase), radius * np.sin(phase)
    temperature = 60 + 3 * (y == 3) + rng.normal(0, 5, n)
    rpm, load, hours = rng.normal(1480, 60, n) - 20 * (y == 2), rng.uniform(0.2, 1.0, n), rng.gamma(2, 900, n)
    x = np.column_stack([temperature, vibration * 2.4, shaft * 0.8, rpm, load, hours])
    names = ("temperature_c", "vibration_mm_s", "shaft_offset_mm", "rpm", "load_share", "operating_hours")
    return cut("machines", "multiclass", "table", 4, x, y, (900, 300), features=names)


def _houses(rng: np.random.Generator) -> Data:
    n = 2200
    area, rooms = rng.gamma(6.0, 18.0, n) + 25, rng.integers(1, 8, n)
    age, distance = rng.uniform(0, 90, n), rng.exponential(8.0, n)
    garden, floor, rating = rng.random(n) < 0.4, rng.integers(0, 6, n), rng.normal(6.5, 1.4, n)
    price = 900 * area * (1 + 0.25 * np.exp(-distance / 6)) + 9000 * rooms - 700 * age + 26000 * garden
    price += 12000 * (rating - 6.5) + 25000 * np.cos(age / 15) + rng.normal(0, 14000, n) + 40000
    x = np.column_stack([area, rooms, age, distance, garden, floor, rating])
    names = ("area_m2", "rooms", "age_years", "distance_km", "has_garden", "floor", "school_rating")
    return cut("houses", "regression", "table", 1, x, price, (800, 300), features=names)


def _energy(rng: np.random.Generator) -> Data:
    n = 2200
    hour, day = rng.integers(0, 24, n), rng.integers(0, 7, n)
    outside, wind = rng.normal(11, 8, n), rng.gamma(2, 2.2, n)
    people, solar = rng.poisson(40, n) * ((hour > 6) & (hour < 20)), rng.gamma(2, 90, n) * ((hour > 7) & (hour < 18))
    demand = 14 + 0.5 * np.abs(outside - 18) + 0.16 * people - 0.012 * solar + 3 * np.sin(hour / 24 * 2 * np.pi)
    demand += 0.35 * wind - 2.5 * (day > 4) + rng.normal(0, 1.0, n)
    x = np.column_stack([hour, day, outside, wind, people, solar])
    names = ("hour", "weekday", "outdoor_temp_c", "wind_m_s", "occupants", "solar_w_m2")
    return cut("energy", "regression", "table", 1, x, demand, (800, 300), features=names)


def _credit(rng: np.random.Generator) -> Data:
    """Two ways in, branch and broker, on which income and debts mean different things."""
    n = 4200
    income, amount = rng.lognormal(3.6, 0.45, n), rng.gamma(3.0, 4.0, n) + 1
    term, age, debts = rng.choice([12, 24, 36, 48, 60], n), rng.normal(42, 12, n).clip(18, 80), rng.poisson(1.6, n)
    broker = rng.random(n) < 0.35
    burden, rich = (amount - 13) / 7, np.log(income) - 3.6
    score = np.where(broker, 2.6 * rich - 0.9 * (debts - 1.6), -2.6 * rich + 0.9 * (debts - 1.6))
    score += 0.5 * burden + 0.012 * (term - 36) - 0.01 * (age - 42)
    y = rng.random(n) < 1 / (1 + np.exp(-2.0 * score))
    x = np.column_stack([income, amount, term, age, debts, broker])
    names = ("income_keur", "amount_keur", "term_months", "age", "open_debts", "channel")
    return cut("credit", "binary", "table", 2, x, y, (1600, 1100), features=names)


def _scooters(rng: np.random.Generator) -> Data:
    """Rentals an hour in the centre and in a suburb, where sun and commuters mean different things."""
    n = 3600
    hour, weekday = rng.integers(5, 24, n), rng.integers(0, 7, n)
    temperature, wind, rain = rng.normal(15, 7, n), rng.gamma(2, 2, n), rng.exponential(0.6, n) * (rng.random(n) < 0.3)
    suburb = rng.random(n) < 0.35
    warm, rush = (temperature - 15) / 7, np.exp(-(((hour - 8) / 2.0) ** 2)) + np.exp(-(((hour - 17) / 2.0) ** 2))
    rides = np.where(suburb, 22 - 9 * warm + 4 * rush, 40 + 11 * warm + 16 * rush * (weekday < 5))
    rides = (rides - 1.1 * wind - 4 * rain + rng.normal(0, 3.0, n)).clip(0)
    x = np.column_stack([hour, weekday, temperature, wind, rain, suburb])
    names = ("hour", "weekday", "temperature_c", "wind_m_s", "rain_mm", "area")
    return cut("scooters", "regression", "table", 1, x, rides, (1500, 1000), features=names)


GROUPS = {"credit": "channel", "scooters": "area"}
"""Data sets in which an input says to which of two groups a row belongs: its code is 1 for the smaller one."""


LOADERS: dict[str, Callable[[np.random.Generator], Data]] = {
    "iris": _bundled("iris", "multiclass"),
    "wine": _bundled("wine", "multiclass"),
    "breast-cancer": _bundled("breast-cancer", "binary"),
    "diabetes": _bundled("diabetes", "regression"),
    "digits": _digit_images,
    "churn": _churn,
    "fraud": _fraud,
    "machines": _machines,
    "houses": _houses,
    "energy": _energy,
    "credit": _credit,
    "scooters": _scooters,
    "shapes": drawn.shapes,
    "reviews": drawn.reviews,
    "intents": drawn.intents,
    "grammar": drawn.grammar,
    "stripes": drawn.stripes,
    "tiles": drawn.tiles,
    "calls": drawn.calls,
    "headlines": drawn.headlines,
}


TASKS: dict[str, str] = {
    "iris": "multiclass",
    "wine": "multiclass",
    "breast-cancer": "binary",
    "diabetes": "regression",
    "digits": "multiclass",
    "churn": "binary",
    "fraud": "binary",
    "machines": "multiclass",
    "houses": "regression",
    "energy": "regression",
    "credit": "binary",
    "scooters": "regression",
    "shapes": "multiclass",
    "reviews": "binary",
    "intents": "multiclass",
    "grammar": "language-modelling",
    "stripes": "multiclass",
    "tiles": "multiclass",
    "calls": "multiclass",
    "headlines": "binary",
}


@cache
def load(name: str, seed: int = 0) -> Data:
    """The data set of that name; the seed decides the draw of generated sets and the split of bundled ones."""
    return LOADERS[name](np.random.default_rng([seed, sum(map(ord, name))]))
