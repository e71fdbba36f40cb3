"""Changes to the data: each takes the data, a strength and a generator, and returns the damaged (or varied) data.

The test split is the oracle's and stays sound, except where a fault is in the data as a whole.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from benchmarks.faults.tasks import Data

Change = Callable[[Data, float, np.random.Generator], Data]


def _swap_labels(data: Data, share: float, rng: np.random.Generator, splits: tuple[str, ...]) -> Data:
    for split in splits:
        y = data.y[split].copy()
        rows = rng.random(len(y)) < share
        if data.task == "regression":
            y[rows] = rng.permutation(y)[rows]
        else:
            y[rows] = (y[rows] + rng.integers(1, data.classes, rows.sum())) % data.classes
        data = data.with_split(split, y=y)
    return data


def noisy_labels(data: Data, share: float, rng: np.random.Generator) -> Data:
    """A share of the labels is wrong, in training and validation alike."""
    return _swap_labels(data, share, rng, ("train", "val"))


def random_labels(data: Data, strength: float, rng: np.random.Generator) -> Data:
    """The features say nothing: labels are dealt out anew, everywhere."""
    for split in ("train", "val", "test"):
        data = data.with_split(split, y=rng.permutation(data.y[split]))
    return data


def shifted_labels(data: Data, strength: float, rng: np.random.Generator) -> Data:
    """Inputs and labels of the training split are out of step by one row."""
    return data.with_split("train", y=np.roll(data.y["train"], 1))


def sorted_rows(data: Data, strength: float, rng: np.random.Generator) -> Data:
    """Training rows stand in the order of their labels, as a database export does."""
    y = data.y["train"]
    if data.task == "language-modelling":
        order = np.lexsort((data.x["train"][:, -1], y))
    else:
        order = np.argsort(y + 0.0, kind="stable")
    return data.with_split("train", data.x["train"][order], y[order])


def sorted_validation(data: Data, strength: float, rng: np.random.Generator) -> Data:
    order = np.argsort(data.y["val"], kind="stable")
    return data.with_split("val", data.x["val"][order], data.y["val"][order])


def biased_split(data: Data, strength: float, rng: np.random.Generator) -> Data:
    """The rows were cut without shuffling: training holds one end of the labels, validation the other."""
    x = np.concatenate([data.x["train"], data.x["val"]])
    y = np.concatenate([data.y["train"], data.y["val"]])
    rank = np.empty(len(y))
    rank[np.argsort(y + rng.random(len(y)) * 0.5, kind="stable")] = np.linspace(0, 1, len(y))
    order = np.argsort(rank + rng.normal(0, strength, len(y)), kind="stable")
    train, n = rng.permutation(order[: len(data.y["train"])]), len(data.y["train"])
    return data.with_split("train", x[train], y[train]).with_split("val", x[order[n:]], y[order[n:]])


def overlap(data: Data, strength: float, rng: np.random.Generator) -> Data:
    """Validation rows are copies of training rows."""
    n = len(data.y["val"])
    rows = rng.choice(len(data.y["train"]), n, replace=len(data.y["train"]) < n)
    return data.with_split("val", data.x["train"][rows], data.y["train"][rows])


def leak(data: Data, strength: float, rng: np.random.Generator) -> Data:
    """One column is the label in disguise; in the test split, as in production, it is empty."""
    for split in ("train", "val", "test"):
        x, y = data.x[split].copy(), data.y[split].astype(np.float32)
        column = (
            rng.normal(0, 0.02, len(y)) + (y - y.mean()) / (y.std() or 1.0) if split != "test" else np.zeros(len(y))
        )
        if data.kind == "table":
            x = np.column_stack([x, 3.0 * column]).astype(np.float32)
        else:
            x.reshape(len(x), -1)[:, 0] = 3.0 * column
        data = data.with_split(split, x)
    if data.kind == "table":
        data = _with_column(data, "followup_score")
    return data


def _with_column(data: Data, name: str) -> Data:
    """The name and scale of a column that was appended to the inputs."""
    width = len(data.features)
    centre, spread = (np.broadcast_to(value, width) for value in (data.centre, data.spread))
    return replace(data, features=(*data.features, name), centre=np.append(centre, 0.0), spread=np.append(spread, 1.0))


def other_units(data: Data, factor: float, rng: np.random.Generator) -> Data:
    """In validation, some columns come in other units (grams for kilograms)."""
    x = data.x["val"].copy()
    count = max(1, x.shape[1] // 3)
    columns = np.argsort(-np.abs(x.mean(axis=0)))[:count]
    x[:, columns] *= factor
    return data.with_split("val", x)


def drift(data: Data, strength: float, rng: np.random.Generator) -> Data:
    """In validation, the mean and spread of the inputs have moved by that many standard deviations."""
    x = data.x["val"].copy()
    if data.kind == "sequence":
        rows = rng.random(x.shape) < min(0.9, 0.35 * strength)
        x[rows] = rng.integers(0, data.vocabulary, rows.sum())
        return data.with_split("val", x)
    flat = x.reshape(len(x), -1)
    sign = rng.choice([-1.0, 1.0], flat.shape[1]) if data.kind == "table" else 1.0
    flat += strength * sign * data.x["train"].reshape(len(data.x["train"]), -1).std(axis=0)
    return data.with_split("val", x)


def corrupt_rows(data: Data, factor: float, rng: np.random.Generator) -> Data:
    """A block of neighbouring training rows is corrupt: a sensor stuck at an absurd value, with any label."""
    x, y = data.x["train"].copy(), data.y["train"].copy()
    n = max(4, len(x) // 60)
    start = int(rng.integers(0, len(x) - n))
    rows = slice(start, start + n)
    if data.kind == "sequence":
        y[rows] = rng.integers(0, data.classes, n)
        x[rows] = x[start]
    else:
        x[rows] = 0.3 * factor * rng.normal(0, 1, x[0].shape)
        if data.task == "regression":
            y[rows] = 0.3 * factor * rng.normal(0, 1, n)
        else:
            y[rows] = rng.integers(0, data.classes, n)
    return data.with_split("train", x, y)


def missing_values(data: Data, share: float, rng: np.random.Generator) -> Data:
    """NaN in some training inputs."""
    x = data.x["train"].copy()
    rows = rng.permutation(len(x))[: max(1, int(share * len(x)))]
    flat = x.reshape(len(x), -1)
    flat[rows, rng.integers(0, flat.shape[1], len(rows))] = np.nan
    return data.with_split("train", x)


def rare_positives(data: Data, share: float, rng: np.random.Generator) -> Data:
    """Class 1 (or the last class) is thinned out in every split."""
    rare = data.classes - 1
    for split in ("train", "val", "test"):
        y = data.y[split]
        held = np.flatnonzero(y == rare)
        others = int((y != rare).sum())
        keep = max(2, int(share / (1 - share) * others))
        rows = np.sort(np.concatenate([np.flatnonzero(y != rare), held[:keep]]))
        data = data.with_split(split, data.x[split][rows], y[rows])
    return data


def noise_features(data: Data, count: float, rng: np.random.Generator) -> Data:
    """More columns, which say nothing: what a small training set overfits to."""
    for split in ("train", "val", "test"):
        x = data.x[split]
        extra = rng.normal(0, 1, (len(x), int(count))) * x.std()
        data = data.with_split(split, np.column_stack([x, extra]).astype(np.float32))
    for index in range(int(count)):
        data = _with_column(data, f"aux_{index}")
    return data


def target_noise(data: Data, share: float, rng: np.random.Generator) -> Data:
    """The same label noise everywhere, as honest noise of the world (a control: the floor of the loss is high)."""
    return _swap_labels(data, share, rng, ("train", "val", "test"))


CHANGES: dict[str, Change] = {
    function.__name__.replace("_", "-"): function
    for function in (
        noisy_labels,
        random_labels,
        shifted_labels,
        sorted_rows,
        sorted_validation,
        biased_split,
        overlap,
        leak,
        other_units,
        drift,
        corrupt_rows,
        missing_values,
        rare_positives,
        noise_features,
        target_noise,
    )
}


def apply(data: Data, changes: tuple[tuple[str, float], ...], rng: np.random.Generator) -> Data:
    """The data after each named change in turn."""
    for name, strength in changes:
        data = CHANGES[name](data, strength, rng)
    return data


def prepare(data: Data, scale: bool, scale_targets: bool) -> Data:
    """What a sound pipeline does: inputs and regression targets to unit scale, by the training split's statistics."""
    train = data.x["train"]
    if scale and data.kind != "sequence":
        axis = 0 if data.kind == "table" else None
        with np.errstate(invalid="ignore"):
            mean, std = np.nanmean(train, axis=axis), np.nanstd(train, axis=axis) + 1e-6
        data = replace(data, centre=np.asarray(mean, np.float64), spread=np.asarray(std, np.float64))
        for split in ("train", "val", "test"):
            data = data.with_split(split, ((data.x[split] - mean) / std).astype(np.float32))
    if data.task == "regression" and scale_targets:
        mean, std = float(data.y["train"].mean()), float(data.y["train"].std()) or 1.0
        data = replace(data, y_centre=mean, y_spread=std)
        for split in ("train", "val", "test"):
            data = data.with_split(split, y=((data.y[split] - mean) / std).astype(np.float32))
    return data
