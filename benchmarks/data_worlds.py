"""Five more worlds for the data checks: other types, names and shapes than `benchmarks/data.py` has.

    python benchmarks/data_worlds.py [--rows 100000] [--seeds 1]

Of each world a clean pair of tables and one with the eight planted faults: what is missed, what is found on the clean
pair (a label of very unequal classes is told, and is true of two of these worlds), and the CPU seconds.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

Rng = np.random.Generator
_BY_HOUR = np.array([1, 1, 1, 1, 1, 2, 4, 6, 8, 9, 10, 10, 11, 10, 9, 9, 10, 11, 12, 13, 12, 8, 4, 2.0])
HOURS = _BY_HOUR / _BY_HOUR.sum()


def names(rng: Rng, rows: int, n: int, prefix: str, a: float = 1.0) -> Any:
    """`n` names of which the first are common and the last rare."""
    p = 1 / np.arange(1, n + 1) ** a
    p /= p.sum()
    return rng.choice([f"{prefix}{i}" for i in range(n)], rows, p=p)


def hospital(rng: Rng, rows: int, start: str, days: int, off: int) -> tuple[pd.DataFrame, str]:
    """Keys as texts, timestamps with a zone, yes and no, numbers as codes, sparse blanks, values that go together."""
    f: dict[str, Any] = {}
    f["patient_id"] = [f"P-{off + i:08d}" for i in range(rows)]
    t = pd.Timestamp(start) + pd.to_timedelta(np.sort(rng.integers(0, days * 86400, rows)), unit="s")
    f["admitted_at"] = t.strftime("%Y-%m-%dT%H:%M:%S+02:00")
    sev = rng.normal(size=rows)
    f["age"] = np.clip(rng.normal(58, 19, rows), 0, 104).astype(int)
    f["sex"] = rng.choice(["F", "M"], rows)
    f["smoker"] = rng.choice(["yes", "no"], rows, p=[0.22, 0.78])
    f["diabetic"] = rng.choice(["Y", "N"], rows, p=[0.09, 0.91])
    f["icd_code"] = names(rng, rows, 600, "I", 0.9)
    f["triage_level"] = rng.choice([1, 2, 3, 4, 5], rows, p=[0.02, 0.13, 0.45, 0.3, 0.1])
    f["ward"] = names(rng, rows, 14, "ward ", 0.5)
    f["insurer"] = names(rng, rows, 35, "ins-", 1.2)
    for n, m, s, c in (
        ("sbp", 128, 19, 0.5),
        ("dbp", 77, 11, 0.5),
        ("heart_rate", 84, 16, 0.4),
        ("resp_rate", 17, 4, 0.5),
        ("spo2", 96, 2.5, -0.4),
        ("temp_c", 37, 0.6, 0.3),
    ):
        f[n] = np.round(m + s * (c * sev + np.sqrt(1 - c * c) * rng.normal(size=rows)), 1)
    for n, m in (("creatinine", 0.0), ("crp", 2.5), ("lactate", 0.4), ("bnp", 5.2), ("glucose", 4.8)):
        v = np.round(np.exp(m + 0.7 * rng.normal(size=rows) + 0.3 * sev), 2)
        f[n] = np.where(
            rng.random(rows) < {"creatinine": 0.02, "crp": 0.15, "lactate": 0.6, "bnp": 0.8, "glucose": 0.04}[n],
            np.nan,
            v,
        )
    f["prior_visits"] = rng.negative_binomial(1, 0.3, rows)
    f["n_meds"] = rng.poisson(5, rows)
    f["length_cm"] = np.round(rng.normal(169, 10, rows), 0).astype(int)
    f["weight_kg"] = np.round(rng.gamma(20, 3.8, rows), 1)
    f["ambulance"] = (rng.random(rows) < 0.3).astype(int)
    f["complaint"] = [
        f"patient reports {a} pain since {b} hours, code {c}"
        for a, b, c in zip(
            rng.choice(["chest", "back", "head", "leg", "arm"], rows),
            rng.integers(1, 96, rows),
            rng.integers(0, 9999, rows),
            strict=True,
        )
    ]
    f["device_serial"] = names(rng, rows, 3000, "SN", 0.3)
    f["night"] = rng.random(rows) < 0.33
    s = sev + 0.02 * (f["age"] - 58) + rng.normal(0, 1, rows)
    f["died"] = np.where(s > 1.9, "yes", "no")
    return pd.DataFrame(f), "died"


def shop(rng: Rng, rows: int, start: str, days: int, off: int) -> tuple[pd.DataFrame, str]:
    """German dates, several classes, prices with heavy tails, numbers as kinds, random keys, mostly zeros."""
    f: dict[str, Any] = {}
    f["order_uuid"] = [
        f"{a:08x}-{b:04x}" for a, b in zip(rng.integers(0, 2**32, rows), rng.integers(0, 65536, rows), strict=True)
    ]
    f["customer"] = off + rng.integers(0, max(10, rows // 3), rows)
    t = pd.Timestamp(start) + pd.to_timedelta(np.sort(rng.integers(0, days, rows)), unit="D")
    f["ordered"] = t.strftime("%d.%m.%Y")
    f["basket_eur"] = np.round(rng.pareto(1.6, rows) * 20 + 1, 2)
    f["shipping_eur"] = rng.choice([0, 3.9, 4.9, 9.9], rows, p=[0.5, 0.2, 0.2, 0.1])
    f["discount"] = np.where(rng.random(rows) < 0.7, 0, np.round(rng.beta(2, 8, rows), 2))
    f["items"] = 1 + rng.geometric(0.4, rows)
    f["category_id"] = rng.choice([11, 12, 17, 23, 31, 42, 55, 61, 70, 99], rows, p=np.arange(10, 0, -1) / 55)
    f["store_no"] = rng.integers(100, 180, rows)
    f["payment"] = rng.choice(["card", "paypal", "invoice", "cash", "voucher"], rows, p=[0.5, 0.3, 0.15, 0.045, 0.005])
    f["country"] = names(rng, rows, 60, "C", 1.5)
    f["channel"] = rng.choice(["web", "app", "tel"], rows, p=[0.6, 0.39, 0.01])
    f["browser"] = names(rng, rows, 90, "UA/", 1.3)
    f["session_s"] = np.round(rng.lognormal(5, 1.2, rows), 0)
    f["pages"] = rng.poisson(8, rows)
    f["returning"] = rng.choice(["TRUE", "FALSE"], rows)
    f["newsletter"] = rng.choice([0, 1], rows)
    f["gift"] = rng.choice(["ja", "nein"], rows, p=[0.05, 0.95])
    f["rating"] = np.where(rng.random(rows) < 0.55, np.nan, rng.choice([1, 2, 3, 4, 5], rows))
    f["lat"] = np.round(rng.normal(50.5, 1.8, rows), 5)
    f["lon"] = np.round(rng.normal(10, 2.2, rows), 5)
    f["margin"] = np.round(f["basket_eur"] * 0.3 + rng.normal(0, 2, rows), 2)
    f["stock"] = np.where(rng.random(rows) < 0.6, 0, rng.poisson(40, rows))
    f["weight_g"] = np.round(rng.lognormal(6, 0.9, rows), 0)
    f["sku"] = names(rng, rows, 5000, "SKU-", 0.8)
    f["size"] = rng.choice(["S", "M", "L", "XL", "38", "40", "42"], rows)
    f["comment"] = np.where(
        rng.random(rows) < 0.8, "", [f"please leave at door {a} thanks" for a in rng.integers(0, 9000, rows)]
    )
    f["hour"] = rng.choice(24, rows, p=HOURS)
    f["season_score"] = np.round(rng.uniform(-1, 1, rows), 4)
    s = 0.6 * np.log(f["basket_eur"]) + 0.2 * f["items"] + rng.normal(0, 1, rows)
    f["outcome"] = np.where(s > 2.9, "returned", np.where(s > 2.2, "complained", np.where(s > 1.7, "asked", "kept")))
    return pd.DataFrame(f), "outcome"


def sensors(rng: Rng, rows: int, start: str, days: int, off: int) -> tuple[pd.DataFrame, str]:
    """A number to predict, seconds since 1970, readings that go together, hexadecimal batches, rare error codes."""
    f: dict[str, Any] = {}
    f["ts"] = np.sort(rng.integers(0, days * 86400, rows)) + int(pd.Timestamp(start).timestamp())
    f["machine"] = names(rng, rows, 40, "M", 0.2)
    f["line"] = rng.choice(list("ABCD"), rows)
    f["shift_no"] = rng.choice([1, 2, 3], rows)
    load = rng.beta(2, 2, rows)
    for i in range(6):
        f[f"temp_{i}"] = np.round(20 + 60 * load + rng.normal(0, 3 + i, rows), 2)
    for i in range(4):
        f[f"vib_{i}"] = np.abs(rng.standard_t(3, rows) * (1 + load)).astype(np.float32)
    for i in range(3):
        f[f"cur_{i}"] = np.round(rng.gamma(3, 2, rows) * load, 3)
    f["pressure_bar"] = np.round(rng.normal(6, 0.4, rows), 3)
    f["flow"] = np.where(rng.random(rows) < 0.01, np.nan, np.round(rng.normal(120, 15, rows), 2))
    f["rpm"] = np.round(rng.choice([900, 1200, 1500], rows) + rng.normal(0, 5, rows), 0)
    f["door_open"] = rng.random(rows) < 0.01
    f["error_code"] = rng.choice([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 101, 102, 205, 307], rows)
    f["operator"] = names(rng, rows, 220, "op", 0.6)
    f["batch"] = [f"{x:06x}" for x in rng.integers(0, 2**24, rows)]
    f["humid"] = np.round(rng.beta(4, 3, rows) * 100, 1)
    f["setpoint"] = rng.choice([55.0, 60.0, 65.0, 70.0], rows)
    f["age_days"] = rng.integers(0, 4000, rows)
    f["volt"] = np.round(rng.normal(400, 2, rows), 2)
    f["tool_wear"] = np.round(rng.exponential(50, rows), 2)
    f["energy_kwh"] = np.round(30 * load + 0.5 * np.abs(f["vib_0"]) + rng.normal(0, 4, rows), 3)
    return pd.DataFrame(f), "energy_kwh"


def bank(rng: Rng, rows: int, start: str, days: int, off: int) -> tuple[pd.DataFrame, str]:
    """American dates, one positive in seventy, account numbers, amounts in cents, T and F."""
    f: dict[str, Any] = {}
    f["AccountNo"] = off * 7 + rng.permutation(rows) + 1_000_000_000
    t = pd.Timestamp(start) + pd.to_timedelta(np.sort(rng.integers(0, days, rows)), unit="D")
    f["TxDate"] = t.strftime("%m/%d/%Y")
    f["AmountCents"] = np.round(rng.lognormal(8, 1.5, rows)).astype(int)
    f["Balance"] = np.round(rng.normal(2000, 4000, rows), 2)
    f["MCC"] = rng.choice(np.arange(5000, 5180), rows)
    f["State"] = names(rng, rows, 51, "S", 0.8)
    f["CardType"] = rng.choice(["Debit", "Credit", "Prepaid"], rows, p=[0.6, 0.37, 0.03])
    f["Chip"] = rng.choice(["T", "F"], rows, p=[0.8, 0.2])
    f["Online"] = rng.choice(["T", "F"], rows, p=[0.4, 0.6])
    for i in range(8):
        f[f"V{i}"] = rng.normal(0, 1.5 / (1 + i * 0.3), rows)
    f["Tenure"] = rng.integers(0, 360, rows)
    f["Score"] = np.clip(rng.normal(680, 70, rows), 300, 850).astype(int)
    f["Income"] = np.where(rng.random(rows) < 0.12, np.nan, np.round(rng.lognormal(10.8, 0.5, rows), -2))
    f["Employer"] = names(rng, rows, 8000, "Emp", 0.7)
    f["Dependents"] = rng.choice([0, 1, 2, 3, 4, 5], rows, p=[0.4, 0.25, 0.2, 0.1, 0.04, 0.01])
    f["Zip"] = rng.choice(np.arange(10001, 10801), rows)
    f["Age"] = rng.integers(18, 92, rows)
    f["Merchant"] = names(rng, rows, 400, "Mer", 1.1)
    f["Risk"] = rng.choice(["low", "medium", "high"], rows, p=[0.8, 0.17, 0.03])
    f["LoginHour"] = rng.integers(0, 24, rows)
    f["Velocity"] = rng.poisson(0.4, rows)
    f["Utilization"] = np.round(rng.beta(1.2, 3, rows), 3)
    s = f["V0"] - f["V1"] + 0.4 * np.log(f["AmountCents"]) + rng.normal(0, 1, rows)
    f["Fraud"] = (s > np.quantile(s, 0.985)).astype(int)
    return pd.DataFrame(f), "Fraud"


def schools(rng: Rng, rows: int, start: str, days: int, off: int) -> tuple[pd.DataFrame, str]:
    """Column names with spaces and umlauts, percentages as texts, grades, answers from 1 to 7, mostly blank."""
    f: dict[str, Any] = {}
    f["Schüler Nr."] = off + np.arange(rows)
    t = pd.Timestamp(start) + pd.to_timedelta(np.sort(rng.integers(0, days, rows)), unit="D")
    f["Prüfung am"] = t.strftime("%Y/%m/%d")
    f["Bundesland"] = names(rng, rows, 16, "Land ", 0.6)
    f["Note Mathe"] = rng.choice([1.0, 1.3, 1.7, 2.0, 2.3, 2.7, 3.0, 3.3, 3.7, 4.0, 5.0], rows)
    f["Note Deutsch"] = np.clip(f["Note Mathe"] + rng.choice([-0.7, -0.3, 0, 0.3, 0.7], rows), 1, 5)
    f["Anteil"] = [f"{x}%" for x in rng.integers(0, 101, rows)]
    f["Schule, Name"] = names(rng, rows, 900, "Schule, am Platz ", 0.5)
    f["Niveau"] = rng.choice(["sehr gut", "gut", "befriedigend", "ausreichend"], rows, p=[0.1, 0.4, 0.4, 0.1])
    f["Geschwister"] = rng.choice([0, 1, 2, 3, 4, 5, 6], rows, p=[0.3, 0.4, 0.18, 0.08, 0.03, 0.008, 0.002])
    f["Fehltage"] = np.where(rng.random(rows) < 0.5, 0, rng.geometric(0.1, rows))
    f["Bus"] = rng.choice(["ja", "nein", ""], rows, p=[0.4, 0.5, 0.1])
    f["Email"] = [
        f"user{a}@mail{b}.de" for a, b in zip(rng.integers(0, 10**7, rows), rng.integers(0, 9, rows), strict=True)
    ]
    f["IQ"] = np.where(rng.random(rows) < 0.93, np.nan, np.round(rng.normal(100, 15, rows)))
    for i in range(7):
        f[f"Item {i + 1}"] = rng.choice([1, 2, 3, 4, 5, 6, 7], rows, p=[0.05, 0.1, 0.15, 0.25, 0.2, 0.15, 0.1])
    f["Dauer (min)"] = np.round(rng.weibull(2, rows) * 60, 1)
    f["Tablet"] = rng.random(rows) < 0.5
    f["Jahrgang"] = rng.choice([2008, 2009, 2010, 2011], rows)
    f["Förderung"] = np.where(rng.random(rows) < 0.97, "keine", rng.choice(["LRS", "ADHS", "DaZ"], rows))
    f["Entfernung km"] = np.round(rng.exponential(4, rows), 1)
    f["Lehrer"] = names(rng, rows, 2500, "L. ", 0.4)
    f["Stunden"] = rng.integers(20, 36, rows)
    f["Lesetest"] = np.round(rng.normal(50, 10, rows) - 3 * (f["Note Deutsch"] - 2.5), 1)
    s = f["Lesetest"] / 10 - f["Note Mathe"] + rng.normal(0, 1, rows)
    f["Empfehlung"] = np.where(s > 3.2, "Gymnasium", np.where(s > 1.8, "Realschule", "Hauptschule"))
    return pd.DataFrame(f), "Empfehlung"


class World(NamedTuple):
    """How to make a table, and the columns that faults are planted in.

    Attributes:
        shifts: two columns of numbers that move. mixed: words among which numbers are put. fresh: gets a new category.
        moved: gets another mix of categories. date: overlaps. leak: is made from the label. flat: becomes constant.
    """

    make: Callable[[Rng, int, str, int, int], tuple[pd.DataFrame, str]]
    shifts: tuple[str, str]
    mixed: str
    fresh: str
    moved: str
    date: str
    leak: str
    flat: str


WORLDS = {
    "hospital": World(hospital, ("sbp", "length_cm"), "insurer", "icd_code", "ward", "admitted_at", "temp_c", "night"),
    "shop": World(shop, ("session_s", "lat"), "country", "browser", "channel", "ordered", "season_score", "newsletter"),
    "sensors": World(sensors, ("pressure_bar", "temp_2"), "operator", "machine", "line", "", "volt", "setpoint"),
    "bank": World(bank, ("V2", "Score"), "State", "Merchant", "CardType", "TxDate", "Utilization", "LoginHour"),
    "schools": World(
        schools, ("Lesetest", "Dauer (min)"), "Bundesland", "Lehrer", "Niveau", "Prüfung am", "Stunden", "Tablet"
    ),
}


def clean(world: World, rows: int, seed: int) -> tuple[pd.DataFrame, pd.DataFrame, str]:
    """Training and test table, the test later in time, and the label's column."""
    rng = np.random.default_rng([seed, 7])
    train, label = world.make(rng, rows, "2021-03-01", 500, seed * 10_000_000)
    test, _ = world.make(rng, max(rows // 4, 50), "2022-08-01", 120, seed * 10_000_000 + 5_000_000)
    return train, test, label


def faulty(world: World, rows: int, seed: int) -> tuple[pd.DataFrame, pd.DataFrame, str, dict[str, list[str]]]:
    """The same with eight faults, and finding -> the columns or tables that it must name."""
    rng = np.random.default_rng([seed, 8])
    train, test, label = clean(world, rows, seed)
    for column in world.shifts:
        moved = test[column] + 0.45 * train[column].std()
        test[column] = moved.round().astype(int) if train[column].dtype.kind == "i" else moved
    test.loc[rng.random(len(test)) < 0.3, world.moved] = train[world.moved].mode()[0]
    number = train[label].dtype.kind in "fi" and train[label].nunique() > 10
    classes = sorted(train[label].unique())
    for frame in (train, test):
        code = frame[label] if number else pd.Series(pd.Categorical(frame[label], categories=classes).codes)
        frame[world.leak] = code * 2.0 + rng.normal(0, 0.02 * code.std() if number else 0.2, len(frame))
        frame[world.flat] = 1
        odd = rng.random(len(frame)) < 0.03
        frame[world.mixed] = frame[world.mixed].astype(object)
        frame.loc[odd, world.mixed] = [str(each) for each in rng.integers(0, 999, int(odd.sum()))]
    test.loc[rng.random(len(test)) < 0.01, world.fresh] = "brand_new"
    if world.date:
        early = rng.random(len(test)) < 0.15
        test.loc[early, world.date] = rng.choice(train[world.date].to_numpy()[-len(train) // 5 :], int(early.sum()))
    copies = train.sample(max(1, len(test) // 100), random_state=3)
    test = pd.concat([test.iloc[len(copies) :], copies], ignore_index=True).sample(frac=1.0, random_state=5)
    doubles = train.sample(len(train) // 50, random_state=4)
    train = pd.concat([train.iloc[len(doubles) :], doubles], ignore_index=True)
    wanted = {
        "columns-drift": [*world.shifts, world.moved],
        "single-feature-tells-label": [world.leak],
        "column-constant": [world.flat],
        "types-mixed": [world.mixed],
        "category-unseen-in-training": [world.fresh],
        "duplicates-across-splits": ["test"],
        "rows-duplicated": ["train"],
    }
    return train, test, label, wanted | ({"dates-overlap": [world.date]} if world.date else {})


def present(train: pd.DataFrame, test: pd.DataFrame, label: str) -> dict[str, Any]:
    """Finding -> what is present of it, in a folder with the two tables."""
    from mladvisor import diagnose

    with tempfile.TemporaryDirectory() as folder:
        train.to_csv(Path(folder, "train.csv"), index=False)
        test.to_csv(Path(folder, "test.csv"), index=False)
        Path(folder, "mladvisor.yaml").write_text(f"label: {label}\n", encoding="utf-8")
        found = diagnose(folder)
    return {one.finding: one for one in found.findings if (one.degree or 0.0) >= 0.5}


def main() -> None:
    """Print what is missed, and what is found on clean pairs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--seeds", type=int, default=1)
    options = parser.parse_args()
    for name, world in WORLDS.items():
        for seed in range(1, options.seeds + 1):
            before = time.process_time()
            alarms = present(*clean(world, options.rows, seed))
            spent = time.process_time() - before
            train, test, label, wanted = faulty(world, options.rows, seed)
            found = present(train, test, label)
            missed = [
                f"{finding} ({item})"
                for finding, items in wanted.items()
                for item in items
                if finding not in found or item not in found[finding].items
            ]
            print(f"{name} {seed}: {spent:.1f} CPU s; missed: {', '.join(missed) or 'nothing'}")
            for finding, one in alarms.items():
                print(f"    on the clean pair: {finding} {one.items[:3]} {one.because}")


if __name__ == "__main__":
    main()
