"""How often healthy tables show each data finding: generated tables of many shapes, split as one should.

    python benchmarks/data_false_alarms.py [--seeds 200]

Prints the share of the tables in which each finding was present, with the 95 % upper limit (rule of three for none),
and an example. The limits of the rules and their `otherwise` stand on it.
"""

from __future__ import annotations

import argparse
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

SHAPES = ("normal", "lognormal", "pareto", "uniform", "gamma", "zero-inflated", "bimodal", "t3", "cents", "bounded")


def numbers(rng: np.random.Generator, shape: str, rows: int) -> np.ndarray:
    """A column of one of `SHAPES`, on a scale of its own."""
    scale = 10.0 ** rng.integers(-3, 5)
    values = {
        "normal": lambda: rng.normal(rng.normal(0, 5), 1, rows),
        "lognormal": lambda: rng.lognormal(0, rng.uniform(0.3, 1.5), rows),
        "pareto": lambda: rng.pareto(rng.uniform(1.2, 4), rows),
        "uniform": lambda: rng.random(rows),
        "gamma": lambda: rng.gamma(rng.uniform(0.5, 5), 1, rows),
        "zero-inflated": lambda: np.where(rng.random(rows) < rng.uniform(0.3, 0.95), 0.0, rng.lognormal(1, 1, rows)),
        "bimodal": lambda: rng.normal(np.where(rng.random(rows) < 0.4, -3, 3), 1, rows),
        "t3": lambda: rng.standard_t(3, rows),
        "cents": lambda: np.round(rng.lognormal(2, 0.8, rows), 2) / scale,
        "bounded": lambda: np.round(rng.beta(0.5, 0.5, rows), 2) / scale,
    }[shape]()
    return np.asarray(values * scale)


def healthy(seed: int) -> tuple[dict[str, pd.DataFrame], dict[str, Any]]:
    """Tables of a healthy run (train, and val or test or both; sometimes raw parents) and its manifest."""
    rng = np.random.default_rng(seed)
    rows = int(10 ** rng.uniform(2.3, 4.3))
    frame: dict[str, Any] = {}
    if rng.random() < 0.6:
        frame["id"] = rng.permutation(rows) + 1
    latent = rng.normal(size=rows)
    for index in range(int(rng.integers(3, 15))):
        values = numbers(rng, str(rng.choice(SHAPES)), rows)
        if rng.random() < 0.4:  # features go together
            order = np.argsort(np.argsort(latent + rng.normal(0, rng.uniform(0.2, 2), rows)))
            values = np.sort(values)[order]
        if rng.random() < 0.2:
            values = np.where(rng.random(rows) < rng.uniform(0.01, 0.4), np.nan, values)
        frame[f"x{index}"] = values
    for index in range(int(rng.integers(0, 8))):
        names = [f"v{k}" for k in range(int(rng.integers(2, 40)))]
        shares = rng.dirichlet(np.full(len(names), rng.uniform(0.2, 3)))
        frame[f"c{index}"] = rng.choice(names, rows, p=shares)
    if rng.random() < 0.3:
        frame["size"] = rng.choice(["S", "M", "L", "38", "40", "42"], rows)
    if rng.random() < 0.3:
        frame["grade"] = rng.choice([1, 2, 3, 4, 5], rows, p=[0.1, 0.2, 0.4, 0.2, 0.1])
    if rng.random() < 0.3:
        frame["count"] = rng.poisson(rng.uniform(0.2, 30), rows)
    if rng.random() < 0.3:
        frame["is_new"] = rng.random(rows) < rng.uniform(0.02, 0.98)
    if rng.random() < 0.3:
        frame["name"] = [f"person {a}" for a in rng.zipf(1.6, rows)]
    if rng.random() < 0.3:
        frame["zip"] = rng.integers(10_000, 10_000 + int(rng.integers(50, 3_000)), rows)
    day = None
    if rng.random() < 0.3:
        day = np.sort(rng.integers(0, 700, rows))
        frame["day"] = (pd.Timestamp("2021-01-01") + pd.to_timedelta(day, unit="D")).strftime("%Y-%m-%d")
    groups = None
    if rng.random() < 0.2:
        groups = rng.integers(0, max(5, rows // 6), rows)
        frame["customer_id"] = groups + 5_000
    kind = str(rng.choice(["binary", "multiclass", "regression"]))
    signal = latent + rng.normal(0, 1, rows)
    if kind == "regression":
        frame["target"] = np.round(signal * 10.0 ** rng.integers(-2, 4), 4)
    else:
        cuts = [rng.uniform(0.1, 0.9)] if kind == "binary" else [0.3, 0.6, 0.8]
        frame["target"] = np.searchsorted(np.quantile(signal, cuts), signal)
    table = pd.DataFrame(frame)
    side = _split(rng, rows, day, groups)
    names = [("train", "test"), ("train", "val"), ("train", "val", "test")][int(rng.integers(0, 3))]
    parts = {name: table[side == number].reset_index(drop=True) for number, name in enumerate(names)}
    if groups is None and day is None:
        parts = {name: part.sample(frac=1.0, random_state=seed) for name, part in parts.items()}
    return (_engineered(parts) if rng.random() < 0.3 else parts), {"label": "target"}


def _split(rng: np.random.Generator, rows: int, day: np.ndarray | None, groups: np.ndarray | None) -> np.ndarray:
    """0 for train, 1 and 2 for the evaluation tables: by group, by day, or at random."""
    shares = np.array([0.7, 0.15, 0.15])
    if groups is not None:
        return rng.choice(3, groups.max() + 1, p=shares)[groups]
    if day is not None:
        return np.searchsorted(np.quantile(day, [0.7, 0.85]), day)
    return rng.choice(3, rows, p=shares)


def _engineered(parts: dict[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """Raw tables, and beside them tables filled, scaled and one-hot coded with what training shows."""
    train = parts["train"]
    fill = train.median(numeric_only=True)
    mean, sd = train.mean(numeric_only=True), train.std(numeric_only=True)
    scaled = ("x", "zip", "count", "grade")
    columns = [name for name in train if name.startswith(scaled) and sd.get(name, 0) > 0]
    result = {}
    for name, part in parts.items():
        own = part.copy()
        own[columns] = (own[columns].fillna(fill[columns]) - mean[columns]) / sd[columns]
        coded = [column for column in own if column.startswith("c") and column[1:].isdigit()]
        indicators = {f"{c}_{v}": (part[c] == v).astype(int) for c in coded for v in sorted(train[c].unique())}
        own = pd.concat([own.drop(columns=coded), pd.DataFrame(indicators)], axis=1)
        result[name], result[f"{name}_raw"] = own, part
    return result


def main() -> None:
    """Diagnose generated healthy tables and count what is present."""
    from mladvisor.diagnosis.api import rulebook_with
    from mladvisor.features.catalogue import Measures
    from mladvisor.runs.read import read_run

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=200)
    parser.add_argument("--start", type=int, default=0)
    options = parser.parse_args()
    book = rulebook_with()
    counts: Counter[str] = Counter()
    known: Counter[str] = Counter()
    examples: dict[str, str] = {}
    crashed: Counter[str] = Counter()
    for seed in range(options.start, options.start + options.seeds):
        with tempfile.TemporaryDirectory() as folder:
            tables, manifest = healthy(seed)
            for name, frame in tables.items():
                frame.to_csv(Path(folder) / f"{name}.csv", index=False)
            Path(folder, "mladvisor.yaml").write_text("".join(f"{key}: {value}\n" for key, value in manifest.items()))
            measures = Measures(read_run(folder))
            scope = book.scope(measures.__getitem__)
            for name, judged in book.evaluate(scope).items():
                if judged.degree is not None:
                    known[name] += 1
                    if judged.degree >= 0.5:
                        counts[name] += 1
                        sentence = book.sentence(judged, scope)
                        examples.setdefault(name, f"seed {seed}: {', '.join(judged.items[:3])}: {sentence}")
            crashed.update(measures.failures.values())
    for name, total in sorted(known.items(), key=lambda one: (-counts[one[0]] / one[1], one[0])):
        upper = 3.0 / total if not counts[name] else (counts[name] + 2.0 * counts[name] ** 0.5 + 2.0) / total
        print(f"{counts[name] / total:7.3f} (below {upper:.3f}) of {total:4}  {name:34} {examples.get(name, '')[:150]}")
    for why, times in crashed.most_common():
        print(f"crashed {times} times: {why}")


if __name__ == "__main__":
    main()
