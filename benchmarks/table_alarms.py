"""How often findings on tables and predictions appear on clean runs, and on runs with one planted fault.

    python benchmarks/table_alarms.py [--runs 200] [--faults]

Clean runs draw a table of one of three kinds, of 150 to 2,000 rows, train a linear model, boosted trees or a forest,
and store the tables and predictions: nothing is wrong with any of them. A finding that appears on more than two in a
hundred of these cries wolf; `otherwise:` in its rule is this rate. `--faults` counts the same for the faults of the
sample runs.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
import warnings
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "scripts"))

from make_sample_tables import FLATS, LOANS, PLANTS, SAMPLES, Fault, Tables, World, clean, draw, matrix

from mladvisor import diagnose
from mladvisor.errors import MladvisorError

PRESENT = 0.5


def model_of(world: World, rng: np.random.Generator) -> Any:
    """A model that suits small tables."""
    from sklearn.ensemble import (
        GradientBoostingClassifier,
        GradientBoostingRegressor,
        RandomForestClassifier,
        RandomForestRegressor,
    )
    from sklearn.linear_model import LogisticRegression, Ridge

    kind, seed = int(rng.integers(3)), int(rng.integers(1 << 30))
    if world.task == "regression":
        return [
            Ridge(),
            GradientBoostingRegressor(n_estimators=80, random_state=seed),
            RandomForestRegressor(60, min_samples_leaf=3, random_state=seed),
        ][kind]
    return [
        LogisticRegression(max_iter=500),
        GradientBoostingClassifier(n_estimators=40, max_depth=2, random_state=seed),
        RandomForestClassifier(80, min_samples_leaf=5, random_state=seed),
    ][kind]


def write(world: World, tables: Tables, rng: np.random.Generator, folder: Path) -> None:
    """Train, and write tables and predictions."""
    label = world.label
    train, _, test = tables[:3]
    model = model_of(world, rng)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model.fit(matrix(train, train, label), train[label])
        x = matrix(train, test, label)
        stored = {"split": "test", "y_true": test[label], "y_pred": model.predict(x)}
        if world.task != "regression":
            scores = model.predict_proba(x).round(4)
            names = [f"score_{name}" for name in model.classes_] if world.task == "multiclass" else ["", "y_score"]
            stored |= {name: scores[:, i] for i, name in enumerate(names) if name}
    folder.mkdir()
    for name, frame in zip(("train", "val", "test"), tables[:3], strict=True):
        frame.to_csv(folder / f"{name}.csv", index=False)
    pd.DataFrame(stored).to_csv(folder / "predictions.csv", index=False)
    for name, content in tables.more.items():
        if isinstance(content, str):
            (folder / name).write_text(content)
        else:
            content.to_csv(folder / name, index=False)


def judged(world: World, fault: Fault, seed: int, root: Path) -> dict[str, float]:
    """Finding -> degree of one run."""
    rng = np.random.default_rng([seed, 909])
    rows = int(rng.choice([150, 300, 600, 1200, 2000]))
    tables = fault(rng, world, draw(world, rng, (rows, max(rows // 3, 60), max(rows // 2, 80))))
    folder = root / f"run{seed}"
    write(world, tables, rng, folder)
    try:
        found = diagnose(folder)
    except MladvisorError as error:
        print(f"seed {seed}: {error}")
        return {}
    finally:
        shutil.rmtree(folder)
    if found.warnings[1:]:
        print(f"seed {seed}: {found.warnings[1:]}")
    result = {each.finding: each.degree for each in found.findings if each.degree is not None}
    return {**result, "(no cause at even odds)": float(found.hypotheses[0].probability < PRESENT)}


def main() -> None:
    """Print the rates."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=200)
    parser.add_argument("--faults", action="store_true")
    arguments = parser.parse_args()
    worlds = (LOANS, PLANTS, FLATS)
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        if not arguments.faults:
            known, present = Counter[str](), Counter[str]()
            for seed in range(arguments.runs):
                for finding, degree in judged(worlds[seed % 3], clean, seed, root).items():
                    known[finding] += 1
                    present[finding] += degree >= PRESENT
            for finding, count in sorted(present.items(), key=lambda item: -item[1] / known[item[0]]):
                if count:
                    print(f"{count / known[finding]:6.1%} of {known[finding]:4d}  {finding}")
            return
        for name, sample in SAMPLES.items():
            if sample.fault is clean:
                continue
            seen: dict[str, list[float]] = defaultdict(list)
            for seed in range(arguments.runs):
                for finding, degree in judged(sample.world, sample.fault, 10_000 + seed, root).items():
                    seen[finding].append(degree)
            shares = {f: sum(d >= PRESENT for d in degrees) / arguments.runs for f, degrees in seen.items()}
            top = sorted(shares.items(), key=lambda item: -item[1])[:8]
            print(f"{name}: " + ", ".join(f"{finding} {share:.0%}" for finding, share in top if share > 0.1))


if __name__ == "__main__":
    main()
