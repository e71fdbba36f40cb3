"""The data checks on a pair of tables with planted faults and on the clean pair: what is found, what it costs.

    python benchmarks/data.py [--rows 100000] [--keep FOLDER]

Both pairs have 30 mixed columns. Each planted fault names the finding (and column) that must report it; on the clean
pair no finding may be present. Costs are CPU seconds and peak memory of a fresh process that runs `mladvisor diagnose`.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

PLANTED = {
    "shifted columns": {"columns-drift": ("num_2", "num_5", "cat_3")},
    "leaking column": {"single-feature-tells-label": ("leak",)},
    "constant column": {"column-constant": ("flat",)},
    "numbers among words": {"types-mixed": ("cat_1",)},
    "new category in test": {"category-unseen-in-training": ("cat_2",)},
    "copies of train in test": {"duplicates-across-splits": ("test",)},
    "duplicates in train": {"rows-duplicated": ("train",)},
    "overlapping dates": {"dates-overlap": ("signed_up",)},
}
CITIES = ("berlin", "paris", "madrid", "rome", "oslo", "vienna", "prague", "lisbon")


def table(rows: int, seed: int, start: str, days: int) -> pd.DataFrame:
    """A clean table of 30 columns: keys, dates, amounts of several shapes, counts, flags, categories, text, a label."""
    rng = np.random.default_rng(seed)
    frame: dict[str, Any] = {
        "row_id": np.arange(rows) + seed * 10_000_000,
        "signed_up": pd.Timestamp(start) + pd.to_timedelta(np.sort(rng.integers(0, days * 86_400, rows)), unit="s"),
    }
    frame["signed_up"] = frame["signed_up"].astype("datetime64[s]").astype(str)
    for index in range(8):
        frame[f"num_{index}"] = np.round(rng.normal(index * 3.0, 1.0 + index, rows), 5)
    for index in range(3):
        frame[f"amount_{index}"] = np.round(rng.lognormal(3 + index, 0.8, rows), 2)
    frame["ratio"] = np.round(rng.beta(2, 5, rows), 6)
    frame["age"] = rng.integers(18, 90, rows)
    frame["visits"] = rng.poisson(3.0, rows)
    frame["children"] = rng.integers(0, 4, rows)
    for index in range(3):
        frame[f"flag_{index}"] = rng.random(rows) < 0.2 + 0.2 * index
    for index in range(5):
        names = [f"{CITIES[index]}_{letter}" for letter in "abcdefgh"[: 3 + index]]
        shares = np.arange(len(names), 0, -1.0)
        frame[f"cat_{index}"] = rng.choice(names, rows, p=shares / shares.sum())
    frame["zip"] = rng.choice(np.arange(10_000, 10_400), rows)
    frame["note"] = [f"customer said thing {a} about item {b}" for a, b in rng.integers(0, 5_000, (rows, 2))]
    blanks = rng.random(rows) < 0.04
    frame["income"] = np.where(blanks, np.nan, np.round(rng.gamma(4.0, 900.0, rows), 1))
    frame["score"] = np.round(rng.random(rows) * 10, 3)
    signal = (frame["num_0"] + 0.4 * frame["num_1"] + 2.0 * frame["flag_1"] + rng.normal(0, 2.0, rows)).astype(float)
    frame["label"] = (signal > np.quantile(signal, 0.6)).astype(int)
    return pd.DataFrame(frame)


def clean(rows: int, seed: int = 1) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Training and test table of one source, test later in time."""
    train = table(rows, seed, "2022-01-01", 500)
    test = table(rows // 4, seed + 1_000, "2023-05-20", 120)
    return train, test


def faulty(rows: int, seed: int = 1) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The same with every fault of `PLANTED`."""
    rng = np.random.default_rng(seed + 77)
    train, test = clean(rows, seed)
    test["num_2"] += 0.5 * 3.0
    test["num_5"] = test["num_5"] * 1.6
    moved = rng.random(len(test)) < 0.3
    test.loc[moved, "cat_3"] = train["cat_3"].mode()[0]
    for frame in (train, test):
        frame["score"] = frame["label"] * 2.0 + np.round(rng.normal(0, 0.2, len(frame)), 4)
        frame["children"] = 1
        number = rng.random(len(frame)) < 0.03
        frame["cat_1"] = (
            frame["cat_1"].astype(object).where(~number, pd.Series(rng.integers(0, 999, len(frame))).astype(str))
        )
    train = train.rename(columns={"score": "leak", "children": "flat"})
    test = test.rename(columns={"score": "leak", "children": "flat"})
    test.loc[rng.random(len(test)) < 0.01, "cat_2"] = "madrid_new"
    early = rng.random(len(test)) < 0.15
    test.loc[early, "signed_up"] = rng.choice(train["signed_up"].to_numpy()[-len(train) // 5 :], int(early.sum()))
    copies = train.sample(int(0.01 * len(test)), random_state=3)
    test = pd.concat([test.iloc[len(copies) :], copies], ignore_index=True)
    doubles = train.sample(int(0.02 * len(train)), random_state=4)
    train = pd.concat([train.iloc[len(doubles) :], doubles], ignore_index=True)
    return train, test.sample(frac=1.0, random_state=5)


def write(folder: Path, tables: tuple[pd.DataFrame, pd.DataFrame]) -> Path:
    """train.csv and test.csv in a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, frame in zip(("train", "test"), tables, strict=True):
        frame.to_csv(folder / f"{name}.csv", index=False)
    return folder


def diagnose(folder: Path, *more: str) -> tuple[dict[str, Any], float, float]:
    """(the run of the JSON document, CPU seconds, peak MiB) of a fresh process."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(
        [sys.executable, "-m", "mladvisor", "diagnose", str(folder), "--format", "json", *more],
        capture_output=True,
        text=True,
        check=True,
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return json.loads(done.stdout)["runs"][0], cpu, after.ru_maxrss / 1024


def present(run: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The findings that are present, by id."""
    return {one["finding"]: one for one in run["findings"] if (one["degree"] or 0) >= 0.5}


def main() -> None:
    """Make both pairs, diagnose them, print found and false alarms, CPU and memory."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--keep", type=Path)
    parser.add_argument("--budget", default="")
    options = parser.parse_args()
    more = ("--budget", options.budget) if options.budget else ()
    root = options.keep or Path(tempfile.mkdtemp())
    bad = write(root / "faulty", faulty(options.rows))
    good = write(root / "clean", clean(options.rows))
    run, cpu, peak = diagnose(good, *more)
    alarms = present(run)
    print(f"clean : {cpu:5.2f} CPU s, peak {peak:4.0f} MiB, false alarms: {len(alarms)}")
    for name, one in alarms.items():
        print(f"          {name}: {one['items']} {one['because']}")
    run, cpu, peak = diagnose(bad, *more)
    print(f"faulty: {cpu:5.2f} CPU s, peak {peak:4.0f} MiB (the largest of both)")
    found = present(run)
    wanted: set[str] = set()
    for what, rules in PLANTED.items():
        for finding, items in rules.items():
            wanted.add(finding)
            seen = found.get(finding, {}).get("items", [])
            missed = [item for item in items if item not in seen and finding in found and seen]
            state = "MISSED" if finding not in found else f"without {missed}" if missed else "found"
            print(f"  {what:26} {finding:30} {state}: {found.get(finding, {}).get('because', '')}")
    for name in found.keys() - wanted:
        print(f"  beside                     {name:30} {found[name]['items']} {found[name]['because']}")
    for one in run["hypotheses"][:5]:
        print(f"  {one['probability']:.2f} {one['cause']}")


if __name__ == "__main__":
    main()
