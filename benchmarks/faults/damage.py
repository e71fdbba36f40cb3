"""Changes to the data: each takes the data, a strength and a generator, and returns the damaged (or varied) data.

The test split is the oracle's and stays sound, except where a fault is in the data as a whole.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from benchmarks.faults.tasks import GROUPS, Data

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


def partial_overlap(data: Data, share: float, rng: np.random.Generator) -> Data:
    """A share of the validation rows are copies of training rows."""
    x, y = data.x["val"].copy(), data.y["val"].copy()
    here = rng.permutation(len(y))[: int(share * len(y))]
    there = rng.permutation(len(data.y["train"]))[: len(here)]
    x[here[: len(there)]], y[here[: len(there)]] = data.x["train"][there], data.y["train"][there]
    return data.with_split("val", x, y)


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


# --- faults and habits of tables


def _strongest(data: Data, count: int = 1) -> list[int]:
    """The columns that go with the label most, by rank correlation with it (or with its first class)."""
    x, y = data.x["train"], data.y["train"]
    y = (y == y.min()) if data.task == "multiclass" else y
    ranks, label = x.argsort(axis=0).argsort(axis=0), np.argsort(np.argsort(y, kind="stable"))
    label = label if data.task == "regression" else y.astype(float)
    strength = [abs(float(np.corrcoef(column, label)[0, 1])) if column.std() else 0.0 for column in ranks.T]
    return np.argsort(strength)[::-1][:count].tolist()


def _filled(data: Data, columns: list[int], splits: tuple[str, ...]) -> Data:
    """The model gets the mean of training where the column is gone."""
    for split in splits:
        x = data.x[split].copy()
        x[:, columns] = 0.0
        data = data.with_split(split, x)
    return data


def absent_columns(data: Data, count: float, rng: np.random.Generator) -> Data:
    """Columns of the feature dictionary are in no table; the loader fills in the mean."""
    columns = _strongest(data, int(count))
    shown = tuple(("absent", data.features[index], "all") for index in columns)
    return replace(_filled(data, columns, ("train", "val", "test")), shown=(*data.shown, *shown))


def empty_columns(data: Data, count: float, rng: np.random.Generator) -> Data:
    """Columns are there and blank throughout in the table that the model is judged on; the mean is filled in."""
    columns = _strongest(data, int(count))
    shown = tuple(("blank", data.features[index], "val") for index in columns)
    return replace(_filled(data, columns, ("val",)), shown=(*data.shown, *shown))


def respelt(data: Data, strength: float, rng: np.random.Generator) -> Data:
    """The words of a category are written otherwise in validation; the encoder does not know them (the first code)."""
    from benchmarks.faults.columns import LOOKS

    names = [name for name in data.features if name in LOOKS[data.name].words]
    for name in names:
        x = data.x["val"].copy()
        index = data.features.index(name)
        x[:, index] = data.x["train"][:, index].min()
        data = data.with_split("val", x)
    return replace(data, shown=(*data.shown, *(("capitals", name, "val") for name in names)))


def swapped_columns(data: Data, strength: float, rng: np.random.Generator) -> Data:
    """In validation two columns have changed places."""
    first = _strongest(data)[0]
    other = int(rng.choice([i for i in range(len(data.features)) if i != first]))
    x = data.x["val"].copy()
    x[:, [first, other]] = x[:, [other, first]]
    return data.with_split("val", x)


def engineered_blanks(data: Data, share: float, rng: np.random.Generator) -> Data:
    """A transform gives NaN for the smallest values of a column (a logarithm, say); the loader fills in the mean."""
    holes = engineered_nan(data, share, rng)
    filled, blanks = holes, {}
    for split in ("train", "val", "test"):
        blanks[split] = np.isnan(holes.x[split])
        filled = filled.with_split(split, np.nan_to_num(holes.x[split]))
    return replace(filled, blanks=blanks)


def engineered_nan(data: Data, share: float, rng: np.random.Generator) -> Data:
    """The same, and nobody fills them in."""
    column = _strongest(data)[0]
    limit = np.quantile(data.x["train"][:, column], share)
    changed = data
    for split in ("train", "val", "test"):
        x = data.x[split].copy()
        x[x[:, column] <= limit, column] = np.nan
        changed = changed.with_split(split, x)
    return replace(changed, before=data)


def engineered_constant(data: Data, count: float, rng: np.random.Generator) -> Data:
    """Columns come out of their transform as a constant."""
    return replace(_filled(data, _strongest(data, int(count)), ("train", "val", "test")), before=data)


def engineered_unscaled(data: Data, count: float, rng: np.random.Generator) -> Data:
    """The scaler is not applied to some columns of validation."""
    spread, centre = (np.broadcast_to(value, len(data.features)) for value in (data.spread, data.centre))
    far = np.abs(centre) / spread + np.abs(np.log10(spread))
    columns = np.argsort(far)[::-1][: int(count)]
    x = data.x["val"].copy()
    x[:, columns] = x[:, columns] * spread[columns] + centre[columns]
    return replace(data.with_split("val", x), before=data)


def thin_group(data: Data, rows: float, rng: np.random.Generator) -> Data:
    """Training holds only so many rows of a group that is common where the model is judged."""
    member = data.x["train"][:, data.features.index(GROUPS[data.name])] == 1
    kept = np.flatnonzero(member)[: int(rows)]
    chosen = np.sort(np.concatenate([np.flatnonzero(~member), kept]))
    return data.with_split("train", data.x["train"][chosen], data.y["train"][chosen])


def small_group(data: Data, share: float, rng: np.random.Generator) -> Data:
    """The group is as small as that everywhere."""
    for split in ("train", "val", "test"):
        member = data.x[split][:, data.features.index(GROUPS[data.name])] == 1
        kept = np.flatnonzero(member)[: max(2, int(share / (1 - share) * (~member).sum()))]
        chosen = np.sort(np.concatenate([np.flatnonzero(~member), kept]))
        data = data.with_split(split, data.x[split][chosen], data.y[split][chosen])
    return data


def some_drift(data: Data, strength: float, rng: np.random.Generator) -> Data:
    """In validation the strongest column and another one have moved, far."""
    x = data.x["val"].copy()
    columns = [_strongest(data)[0], int(rng.integers(x.shape[1]))]
    x[:, columns] += np.float32(strength) * rng.choice([-1, 1], 2).astype(np.float32)
    return data.with_split("val", x)


def slight_drift(data: Data, strength: float, rng: np.random.Generator) -> Data:
    """Validation was collected later: two columns have moved a little, within what training knows (a control)."""
    x, known = data.x["val"].copy(), data.x["train"]
    columns = rng.permutation(x.shape[1])[:2]
    x[:, columns] += np.float32(strength) * rng.choice([-1, 1], 2).astype(np.float32)
    x[:, columns] = x[:, columns].clip(known[:, columns].min(axis=0), known[:, columns].max(axis=0))
    return data.with_split("val", x)


def imputed_blanks(data: Data, share: float, rng: np.random.Generator) -> Data:
    """Some cells are blank in every table, and the loader fills in the mean (a control)."""
    blanks = {}
    for split in ("train", "val", "test"):
        x = data.x[split].copy()
        blanks[split] = (rng.random(x.shape) < share) & (np.arange(x.shape[1]) % 3 == 0)
        x[blanks[split]] = 0.0
        data = data.with_split(split, x)
    return replace(data, blanks=blanks)


def few_copies(data: Data, count: float, rng: np.random.Generator) -> Data:
    """A few rows of training stand in it twice (a control)."""
    x, y = data.x["train"].copy(), data.y["train"].copy()
    rows = rng.permutation(len(y))[: 2 * int(count)].reshape(2, -1)
    x[rows[0]], y[rows[0]] = x[rows[1]], y[rows[1]]
    return data.with_split("train", x, y)


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
        partial_overlap,
        leak,
        other_units,
        drift,
        corrupt_rows,
        missing_values,
        rare_positives,
        noise_features,
        target_noise,
        absent_columns,
        empty_columns,
        respelt,
        swapped_columns,
        engineered_blanks,
        engineered_nan,
        engineered_constant,
        engineered_unscaled,
        thin_group,
        small_group,
        some_drift,
        slight_drift,
        imputed_blanks,
        few_copies,
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
