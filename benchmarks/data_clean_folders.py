"""What is found in tables that were split at random, and in which nothing is wrong with the split.

    python benchmarks/data_clean_folders.py [--seeds 3] [--rows 150]

scikit-learn's bundled sets and sets that it makes, each split at random (70 and 30 %) with several seeds, as they are
and cut to `--rows` rows; the label is named. Findings are printed with how often they are present and one example: what
the data are like by nature (unequal classes, a column that tells the label) is true of some.
"""

from __future__ import annotations

import argparse
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd


def tables() -> Iterator[tuple[str, pd.DataFrame]]:
    """(name, table with a column "target")."""
    from sklearn import datasets

    for name in ("iris", "wine", "breast_cancer", "digits", "diabetes"):
        yield name, getattr(datasets, f"load_{name}")(as_frame=True).frame
    made = {
        "blobs": datasets.make_blobs(600, 6, centers=4, random_state=1),
        "moons": datasets.make_moons(500, noise=0.3, random_state=1),
        "circles": datasets.make_circles(500, noise=0.2, factor=0.5, random_state=1),
        "classification": datasets.make_classification(2_000, 20, n_informative=5, random_state=1),
        "unequal": datasets.make_classification(2_000, 15, weights=[0.85], random_state=2),
        "many classes": datasets.make_classification(3_000, 12, n_informative=8, n_classes=8, random_state=3),
        "regression": datasets.make_regression(1_500, 20, noise=20, random_state=1),
        "friedman": datasets.make_friedman1(1_200, noise=1, random_state=1),
        "hastie": datasets.make_hastie_10_2(3_000, random_state=1),
        "quantiles": datasets.make_gaussian_quantiles(n_samples=1_000, n_classes=3, n_features=5, random_state=1),
        "swiss roll": datasets.make_swiss_roll(1_000, noise=0.5, random_state=1),
        "sparse": datasets.make_sparse_uncorrelated(800, 15, random_state=1),
        "multilabel counts": _counts(datasets.make_multilabel_classification(1_000, 12, random_state=1)),
    }
    for name, (x, y) in made.items():
        yield name, pd.DataFrame(np.round(x, 4), columns=[f"x{i}" for i in range(x.shape[1])]).assign(target=y)


def _counts(made: tuple[np.ndarray, np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    x, y = made
    return x, y[:, 0]


def main() -> None:
    """Print how many folders are without any finding, and what is found in the others."""
    from mladvisor import diagnose

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--rows", type=int, default=150)
    options = parser.parse_args()
    counts: Counter[str] = Counter()
    examples: dict[str, str] = {}
    folders = silent = accused = 0
    for name, whole in tables():
        for seed in range(options.seeds):
            for rows in sorted({len(whole), min(options.rows, len(whole))}):
                frame = whole.sample(rows, random_state=seed)
                cut = int(0.7 * rows)
                with tempfile.TemporaryDirectory() as folder:
                    frame[:cut].to_csv(Path(folder, "train.csv"), index=False)
                    frame[cut:].to_csv(Path(folder, "test.csv"), index=False)
                    Path(folder, "mladvisor.yaml").write_text("label: target\n", encoding="utf-8")
                    found = diagnose(folder)
                present = [one for one in found.findings if (one.degree or 0.0) >= 0.5]
                folders, silent = folders + 1, silent + (not present)
                accused += bool(found.hypotheses and found.hypotheses[0].probability >= 0.5)
                for one in present:
                    counts[one.finding] += 1
                    examples.setdefault(one.finding, f"{name}, {rows} rows, seed {seed}: {one.because}")
    print(f"{folders} folders: {silent} without a finding, {accused} with a cause at even odds")
    for finding, count in counts.most_common():
        print(f"{count:4d}  {finding:32} {examples[finding][:140]}")


if __name__ == "__main__":
    main()
