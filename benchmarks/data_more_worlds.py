"""Two more worlds and eleven more faults for the data checks, one fault at a time, and the clean pairs.

    python benchmarks/data_more_worlds.py [--rows 100000] [--seeds 1] [--only NAME]

`meters` is a series of readings of 400 places with seasons, spells of zero, heavy tails and slow drift within a day;
`adverts` holds sparse counts, categories by the thousand, codes, coordinates and a rare label. Train and test of one
source are cut by time. Printed: whether the finding that names a fault is present and names the column, what else is
present, and the CPU seconds of the clean pair.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable

import numpy as np
import pandas as pd
from data_worlds import HOURS, Rng, World, faulty, names, present
from data_worlds import clean as clean_pair


def meters(rng: Rng, rows: int, start: str, days: int, off: int) -> tuple[pd.DataFrame, str]:
    """Readings in order of time: places of unlike size, weather, spells of zero, heavy tails, an amount to predict."""
    f: dict[str, object] = {}
    when = np.sort(rng.integers(0, days * 24, rows))
    f["reading_id"] = off + np.arange(rows)
    f["read_at"] = (pd.Timestamp(start) + pd.to_timedelta(when, unit="h")).strftime("%Y-%m-%d %H:%M")
    place = rng.integers(0, 400, rows)
    size = np.exp(np.random.default_rng(9).normal(0, 1, 400))[place]
    f["place"] = np.char.add("P", place.astype(str))
    f["grid"] = rng.choice(["north", "south", "east", "isle"], rows, p=[0.4, 0.3, 0.28, 0.02])
    f["tariff"] = names(rng, rows, 9, "T", 1.0)
    f["meter_type"] = names(rng, rows, 24, "type ", 1.3)
    f["firmware"] = names(rng, rows, 60, "v", 0.8)
    air = rng.normal(9, 8, rows)
    f["air_c"] = np.round(air, 1)
    f["wind_ms"] = np.round(rng.weibull(1.8, rows) * 5, 1)
    f["rain_mm"] = np.where(rng.random(rows) < 0.83, 0.0, np.round(rng.gamma(0.6, 3, rows), 1))
    f["sun_min"] = np.round(np.clip(rng.normal(20, 30, rows), 0, 60))
    f["pressure_hpa"] = np.round(rng.normal(1013, 9, rows), 1)
    f["volt"] = np.round(rng.normal(231, 1.6, rows), 2)
    f["flicker"] = np.round(rng.pareto(2.2, rows), 4)
    f["harmonics"] = np.round(rng.standard_t(3, rows), 4)
    f["outages"] = rng.poisson(0.03, rows)
    f["heat_pump"] = rng.choice(["yes", "no"], rows, p=[0.18, 0.82])
    f["persons"] = 1 + rng.poisson(1.3, rows)
    f["floor_m2"] = np.round(rng.gamma(9, 11, rows), 1)
    f["solar_kw"] = np.where(rng.random(rows) < 0.7, 0.0, np.round(rng.gamma(4, 1.6, rows), 2))
    f["battery_pct"] = np.where(rng.random(rows) < 0.4, np.nan, np.round(rng.beta(3, 1.3, rows) * 100, 1))
    f["last_fault"] = np.where(rng.random(rows) < 0.9, None, names(rng, rows, 35, "E", 1.1))
    f["year_built"] = rng.integers(1890, 2021, rows)
    f["insulation"] = rng.choice([1, 2, 3, 4, 5], rows, p=[0.1, 0.25, 0.3, 0.25, 0.1])
    f["signal_db"] = np.round(-60 - rng.gamma(4, 5, rows), 1)
    f["offset_s"] = np.round(rng.laplace(0, 2, rows), 2)
    f["price_ct"] = np.round(rng.lognormal(3.3, 0.25, rows), 2)
    heat = np.clip(18 - air, 0, None) * np.where(f["heat_pump"] == "yes", 0.35, 0.05)  # type: ignore[arg-type]
    f["kwh"] = np.round(size * (0.4 + heat) * rng.lognormal(0, 0.4, rows), 3)
    return pd.DataFrame(f), "kwh"


def adverts(rng: Rng, rows: int, start: str, days: int, off: int) -> tuple[pd.DataFrame, str]:
    """Sparse counts, categories by the thousand, codes of fixed width, coordinates, a rare label."""
    f: dict[str, object] = {}
    day, hour = np.sort(rng.integers(0, days, rows)), rng.choice(24, rows, p=HOURS)
    f["impression"] = [f"{x:010x}" for x in off + np.arange(rows)]
    f["shown_on"] = (pd.Timestamp(start) + pd.to_timedelta(day, unit="D")).strftime("%d.%m.%Y")
    f["hour"] = hour
    f["site"] = names(rng, rows, 4_000, "site", 1.1)
    f["campaign"] = names(rng, rows, 300, "c-", 0.7)
    f["slot"] = rng.choice(["top", "side", "feed", "end"], rows, p=[0.3, 0.25, 0.4, 0.05])
    f["device"] = rng.choice(["phone", "desktop", "tablet", "tv"], rows, p=[0.62, 0.28, 0.08, 0.02])
    f["os"] = names(rng, rows, 18, "os ", 1.4)
    f["carrier"] = np.where(rng.random(rows) < 0.35, None, names(rng, rows, 45, "net", 1.0))
    f["postcode"] = np.char.zfill((rng.zipf(1.3, rows) % 99_999).astype(str), 5)
    f["lat"] = np.round(rng.normal(48, 4, rows), 4)
    f["lon"] = np.round(rng.normal(9, 6, rows), 4)
    for i, mean in enumerate((0.02, 0.1, 0.4, 1.5, 6.0)):
        f[f"seen_{i}"] = rng.negative_binomial(0.4, 0.4 / (0.4 + mean), rows)
    for i in range(4):
        f[f"topic_{i}"] = np.where(rng.random(rows) < 0.85, 0.0, np.round(rng.beta(0.7, 3, rows), 4))
    f["bid"] = np.round(rng.lognormal(-1, 0.9, rows), 3)
    f["floor_price"] = np.round(rng.lognormal(-2, 1.2, rows), 3)
    f["dwell_s"] = np.round(rng.pareto(1.6, rows) * 4, 2)
    f["scroll"] = np.round(rng.beta(1.2, 0.9, rows), 3)
    f["age_band"] = rng.choice(["18-24", "25-34", "35-49", "50+", "not said"], rows, p=[0.2, 0.25, 0.3, 0.2, 0.05])
    f["consent"] = rng.random(rows) < 0.71
    f["frequency_cap"] = rng.choice([3, 5, 10, 20], rows)
    f["creative_kb"] = rng.integers(20, 400, rows)
    f["load_ms"] = np.round(rng.gamma(2, 130, rows), 0)
    chance = 0.02 + 0.2 * f["scroll"] * (f["slot"] == "feed") + 0.05 * (np.asarray(f["seen_3"]) > 2)  # type: ignore[operator]
    f["clicked"] = (rng.random(rows) < chance).astype(int)
    return pd.DataFrame(f), "clicked"


WORLDS = {
    "meters": World(
        meters, ("pressure_hpa", "floor_m2"), "firmware", "meter_type", "tariff", "read_at", "offset_s", "outages"
    ),
    "adverts": World(
        adverts, ("lat", "creative_kb"), "os", "campaign", "device", "shown_on", "load_ms", "frequency_cap"
    ),
}

Plant = Callable[[pd.DataFrame, pd.DataFrame, Rng, World, str], list[str]]


def _part(frame: pd.DataFrame, rng: Rng, share: float) -> np.ndarray:
    return rng.random(len(frame)) < share


def unit(train: pd.DataFrame, test: pd.DataFrame, rng: Rng, world: World, label: str) -> list[str]:
    column = "floor_m2" if "floor_m2" in test else "load_ms"
    test[column] = test[column] * (10.763910 if column == "floor_m2" else 0.001)
    return [column]


def unit_of_a_part(train: pd.DataFrame, test: pd.DataFrame, rng: Rng, world: World, label: str) -> list[str]:
    column = "price_ct" if "price_ct" in test else "creative_kb"
    test[column] = test[column] * np.where(_part(test, rng, 0.2), 1000.0, 1.0)
    return [column]


def temperature(train: pd.DataFrame, test: pd.DataFrame, rng: Rng, world: World, label: str) -> list[str]:
    column = "air_c" if "air_c" in test else "lat"
    test[column] = test[column] * 1.8 + 32.0
    return [column]


def stuck(train: pd.DataFrame, test: pd.DataFrame, rng: Rng, world: World, label: str) -> list[str]:
    first = len(test) // 3
    test.loc[first : first + len(test) // 10, world.shifts[0]] = test[world.shifts[0]].iloc[first]
    return [world.shifts[0]]


def one_kind(train: pd.DataFrame, test: pd.DataFrame, rng: Rng, world: World, label: str) -> list[str]:
    test[world.moved] = test[world.moved].iloc[0]
    return [world.moved]


def near_copies(train: pd.DataFrame, test: pd.DataFrame, rng: Rng, world: World, label: str) -> list[str]:
    rows = len(test) // 50
    copies = train.sample(rows, random_state=3).reset_index(drop=True)
    for column in copies.select_dtypes("float"):
        low, high = train[column].quantile([0.16, 0.84])
        copies[column] += rng.normal(0, 0.01 * (high - low) / 2, rows)
    keep = [column for column in train.columns if column not in (train.columns[0], world.date)]
    test.loc[: rows - 1, keep] = copies[keep]
    test[world.date] = np.where(np.arange(len(test)) < rows, np.resize(copies[world.date], len(test)), test[world.date])
    return ["test"]


def words(train: pd.DataFrame, test: pd.DataFrame, rng: Rng, world: World, label: str) -> list[str]:
    test[world.shifts[1]] = test[world.shifts[1]].astype(str) + " u"
    return [world.shifts[1]]


def respelled(train: pd.DataFrame, test: pd.DataFrame, rng: Rng, world: World, label: str) -> list[str]:
    test[world.moved] = test[world.moved].where(~_part(test, rng, 0.1), test[world.moved].str.upper() + " ")
    return [world.moved]


def sentinel(train: pd.DataFrame, test: pd.DataFrame, rng: Rng, world: World, label: str) -> list[str]:
    train.loc[_part(train, rng, 0.01), world.shifts[1]] = -999
    return [world.shifts[1]]


def blanks(train: pd.DataFrame, test: pd.DataFrame, rng: Rng, world: World, label: str) -> list[str]:
    test[world.shifts[0]] = test[world.shifts[0]].where(~_part(test, rng, 0.2))
    return [world.shifts[0]]


def labels_lost(train: pd.DataFrame, test: pd.DataFrame, rng: Rng, world: World, label: str) -> list[str]:
    train[label] = train[label].where(~_part(train, rng, 0.05))
    return ["train"]


FAULTS: dict[str, tuple[Plant, str]] = {
    "another unit": (unit, "unit-changed"),
    "a part in another unit": (unit_of_a_part, "unit-changed"),
    "another temperature scale": (temperature, "unit-changed"),
    "a stuck sensor": (stuck, "sensor-stuck"),
    "test of one kind only": (one_kind, "one-place-only"),
    "near copies": (near_copies, "near-copies-across-splits"),
    "numbers with a unit behind": (words, "numbers-written-as-words"),
    "respelled categories": (respelled, "category-respelled"),
    "-999 for blanks": (sentinel, "blanks-disguised"),
    "blanks in test": (blanks, "blanks-differ-between-splits"),
    "labels lost": (labels_lost, "label-blank"),
}


def main() -> None:
    """Print what is found of each fault, and what on the clean pairs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--seeds", type=int, default=1)
    parser.add_argument("--only", default="")
    options = parser.parse_args()
    for name, world in WORLDS.items():
        for seed in range(1, options.seeds + 1):
            before = time.process_time()
            usual = present(*clean_pair(world, options.rows, seed))
            print(f"{name} {seed}: {time.process_time() - before:.1f} CPU s; clean: {', '.join(usual) or 'nothing'}")
            for finding, one in usual.items():
                print(f"    on the clean pair: {finding} {list(one.items[:3])} {one.because}")
            if not options.only:
                train, test, label, wanted = faulty(world, options.rows, seed)
                found = present(train, test, label)
                for finding, items in wanted.items():
                    lacking = [i for i in items if finding not in found or i not in found[finding].items]
                    print(f"    eight at once, {finding}: {f'without {lacking}' if lacking else 'found'}")
                print(
                    f"    eight at once, beside: {', '.join(found.keys() - wanted.keys() - usual.keys()) or 'nothing'}"
                )
            for fault, (plant, finding) in FAULTS.items():
                if options.only and options.only != fault:
                    continue
                train, test, label = clean_pair(world, options.rows, seed)
                items = plant(train, test, np.random.default_rng([seed, 11]), world, label)
                found = present(train, test, label)
                good = finding in found and set(items) <= set(found[finding].items)
                beside = ", ".join(found.keys() - usual.keys() - {finding})
                print(
                    f"    {fault}: {'found' if good else 'MISSED'} {found[finding].because if good else ''} [{beside}]"
                )


if __name__ == "__main__":
    main()
