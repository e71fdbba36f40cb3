"""Make the sample runs with tables: `python scripts/make_sample_tables.py [NAME ...]` (needs the frameworks extra).

Each run is a real training of a small network of scikit-learn on a made-up table of a kind people have: its log per
epoch, its configuration, the tables, and the predictions for test rows. One fault each, or none. What must be said of
each stands in tests/golden/, never here and never in the folders.
"""

from __future__ import annotations

import shutil
import sys
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

ROOT = Path(__file__).resolve().parents[1]
Frame = pd.DataFrame


class World(NamedTuple):
    """A kind of table: how rows are drawn, what is learned, and the label's name."""

    rows: Callable[[np.random.Generator, int], Frame]
    task: str
    label: str


def logistic(z: np.ndarray) -> np.ndarray:
    """Probability of a log odds."""
    return np.asarray(1 / (1 + np.exp(-z)))


def loans(rng: np.random.Generator, n: int, *, offset: float = -0.9, scale: float = 1.6) -> Frame:
    """Consumer loans; the label is whether one is not paid back."""
    age, income = rng.normal(43, 12, n).clip(18, 80), rng.lognormal(7.9, 0.4, n)
    ratio, months = rng.beta(2, 4, n), rng.gamma(2.0, 30.0, n)
    job = rng.choice(["employee", "self-employed", "civil servant", "student"], n, p=[0.6, 0.2, 0.12, 0.08])
    region = rng.choice(["north", "south", "east", "west"], n, p=[0.32, 0.3, 0.2, 0.18])
    z = 4.2 * (ratio - 0.33) - 1.3 * (np.log(income) - 7.9) - 0.012 * (months - 60) - 0.02 * (age - 43)
    z += 0.9 * (job == "self-employed") + 0.7 * (job == "student") + 0.002 * (age - 43) ** 2 - 0.28
    y = rng.random(n) < logistic(scale * z + offset)
    return pd.DataFrame(
        {
            "age": age.round(0).astype(int),
            "income_eur": income.round(0).astype(int),
            "debt_ratio": ratio.round(3),
            "months_at_bank": months.round(0).astype(int),
            "job": job,
            "region": region,
            "defaulted": y.astype(int),
        }
    )


def plants(rng: np.random.Generator, n: int) -> Frame:
    """Leaves of four kinds of disease, by what a sensor sees."""
    kind = rng.choice(4, n, p=[0.35, 0.3, 0.2, 0.15])
    spots = rng.poisson(np.array([2, 9, 5, 14])[kind])
    green, moisture = rng.normal(0, 0.09, n) + np.array([0.7, 0.55, 0.42, 0.5])[kind], rng.normal(0, 5, n)
    moisture += np.array([62, 45, 60, 71])[kind]
    leaf, soil = rng.normal(7.5, 1.6, n), rng.choice(["clay", "loam", "sand"], n)
    names = np.array(["healthy", "rust", "blight", "mildew"])
    return pd.DataFrame(
        {
            "spots": spots,
            "greenness": green.round(3),
            "moisture_pct": moisture.round(1),
            "leaf_cm": leaf.round(1),
            "soil": soil,
            "disease": names[kind],
        }
    )


def flats(rng: np.random.Generator, n: int) -> Frame:
    """Flats and their monthly rent."""
    area = rng.gamma(7.0, 10.0, n) + 18
    rooms = np.clip(np.round(area / 25 + rng.normal(0, 0.5, n)), 1, 8)
    built, distance = rng.integers(1890, 2023, n), rng.exponential(4.0, n)
    district = rng.choice(["Altstadt", "Hafen", "Nord", "Wiesen"], n, p=[0.2, 0.25, 0.35, 0.2])
    lift = rng.random(n) < 0.45
    rent = 240 + 8.4 * area + 42 * rooms - 21 * distance + 60 * lift + 0.012 * (built - 1950) ** 2
    rent += np.select([district == "Altstadt", district == "Hafen"], [210.0, 120.0], 0.0) + rng.normal(0, 55, n)
    return pd.DataFrame(
        {
            "area_m2": area.round(1),
            "rooms": rooms.astype(int),
            "year_built": built,
            "distance_km": distance.round(2),
            "district": district,
            "has_lift": lift.astype(int),
            "rent_eur": rent.round(0).astype(int),
        }
    )


LOANS, PLANTS = World(loans, "binary", "defaulted"), World(plants, "multiclass", "disease")
FLATS = World(flats, "regression", "rent_eur")


class Tables(NamedTuple):
    """The three splits of a run, and further files by name."""

    train: Frame
    val: Frame
    test: Frame
    more: dict[str, Frame | str] = {}  # noqa: RUF012  (never changed)


Fault = Callable[[np.random.Generator, World, Tables], Tables]


def draw(world: World, rng: np.random.Generator, sizes: tuple[int, int, int]) -> Tables:
    """Three splits of one population."""
    frame = world.rows(rng, sum(sizes))
    train, val = sizes[:2]
    parts = frame[:train], frame[train : train + val], frame[train + val :]
    return Tables(*(part.reset_index(drop=True) for part in parts))


# Faults: each changes one thing


def clean(_: np.random.Generator, __: World, tables: Tables) -> Tables:
    """Nothing is wrong."""
    return tables


def shifted(rng: np.random.Generator, world: World, tables: Tables) -> Tables:
    """Evaluation rows come from another year and other branches."""

    def later(frame: Frame) -> Frame:
        drawn = world.rows(rng, 6 * len(frame))
        drawn["income_eur"] = (drawn["income_eur"] * 1.5).round(0).astype(int)
        weight = np.where(drawn["region"] == "west", 6.0, 1.0) * np.where(drawn["age"] > 45, 3.0, 1.0)
        chosen = rng.choice(len(drawn), len(frame), replace=False, p=weight / weight.sum())
        return drawn.iloc[chosen].reset_index(drop=True)

    return tables._replace(val=later(tables.val), test=later(tables.test))


SCHEMA = """label: rent_eur
features:
  - {name: area_m2, type: numeric, min: 10, max: 260, nullable: false}
  - {name: rooms, type: integer, min: 1, max: 8}
  - {name: year_built, type: integer, min: 1850, max: 2025}
  - {name: distance_km, type: numeric, min: 0, max: 60}
  - {name: district, type: categorical, values: [Altstadt, Hafen, Nord, Wiesen]}
  - {name: has_lift, type: boolean}
  - {name: rent_eur, type: integer, min: 0, max: 9000}
"""


def unit(_: np.random.Generator, __: World, tables: Tables) -> Tables:
    """Evaluation rows give the area in square feet."""
    val, test = tables.val.copy(), tables.test.copy()
    for frame in (val, test):
        frame["area_m2"] = (frame["area_m2"] * 10.7639).round(1)
    return tables._replace(val=val, test=test, more={"schema.yaml": SCHEMA})


def leak(rng: np.random.Generator, world: World, tables: Tables) -> Tables:
    """A column that is filled in after the outcome."""

    def known_later(frame: Frame) -> Frame:
        calls = np.where(frame[world.label] == 1, rng.poisson(5.0, len(frame)) + 1, rng.random(len(frame)) < 0.015)
        frame = frame.copy()
        frame.insert(4, "reminder_calls", calls.astype(int))
        return frame

    return Tables(*(known_later(frame) for frame in tables[:3]))


def overlap(rng: np.random.Generator, _: World, tables: Tables) -> Tables:
    """A third of the evaluation rows are training rows."""

    def mixed(frame: Frame) -> Frame:
        copies = tables.train.sample(len(frame) // 3, random_state=int(rng.integers(1 << 30)))
        both = pd.concat([copies, frame.iloc[len(copies) :]])
        return both.sample(frac=1, random_state=int(rng.integers(1 << 30))).reset_index(drop=True)

    return tables._replace(val=mixed(tables.val), test=mixed(tables.test))


def wrong_labels(rng: np.random.Generator, world: World, tables: Tables) -> Tables:
    """A fifth of the labels are those of another class."""

    def flipped(frame: Frame) -> Frame:
        frame = frame.copy()
        names = np.unique(frame[world.label])
        wrong = rng.random(len(frame)) < 0.2
        shift = rng.integers(1, len(names), len(frame))
        other = names[(np.searchsorted(names, frame[world.label]) + shift) % len(names)]
        frame[world.label] = np.where(wrong, other, frame[world.label])
        return frame

    return Tables(*(flipped(frame) for frame in tables[:3]))


def nothing_told(rng: np.random.Generator, world: World, tables: Tables) -> Tables:
    """The label has nothing to do with the features."""

    def unrelated(frame: Frame) -> Frame:
        frame = frame.copy()
        frame[world.label] = rng.permutation(frame[world.label].to_numpy())
        return frame

    return Tables(*(unrelated(frame) for frame in tables[:3]))


def rare(rng: np.random.Generator, _: World, tables: Tables) -> Tables:
    """Few positives, and decisions at one half."""
    sizes = [len(frame) for frame in tables[:3]]
    frame = loans(rng, sum(sizes), offset=-4.2, scale=1.8)
    return Tables(
        frame[: sizes[0]],
        frame[sizes[0] : sizes[0] + sizes[1]].reset_index(drop=True),
        frame[sizes[0] + sizes[1] :].reset_index(drop=True),
    )


def thin_slice(rng: np.random.Generator, world: World, tables: Tables) -> Tables:
    """A region with few training rows, where things are the other way round."""

    def with_islands(frame: Frame, share: float) -> Frame:
        frame = frame.copy()
        there = rng.random(len(frame)) < share
        frame.loc[there, "region"] = "islands"
        z = -7.0 * (frame["debt_ratio"] - 0.33) + 2.6 * (np.log(frame["income_eur"]) - 7.9)
        y = (rng.random(len(frame)) < logistic(1.6 * z.to_numpy())).astype(int)
        frame.loc[there, world.label] = y[there]
        return frame

    return Tables(with_islands(tables.train, 0.015), with_islands(tables.val, 0.16), with_islands(tables.test, 0.16))


def bad_transform(_: np.random.Generator, __: World, tables: Tables) -> Tables:
    """The raw table is sound; of the engineered columns one is constant and one is empty for a third of the rows."""

    def engineered(frame: Frame) -> Frame:
        made = frame.copy()
        with np.errstate(all="ignore"):
            made["log_distance"] = np.log(frame["distance_km"] - 1.6).round(4)
        made["rooms_per_m2"] = (frame["rooms"] // frame["area_m2"]).astype(float)
        made["age_years"] = 2024 - frame["year_built"]
        label = made.pop("rent_eur")
        return made.drop(columns=["distance_km", "rooms", "year_built"]).assign(rent_eur=label)

    raw = {f"{name}_raw.csv": frame for name, frame in zip(("train", "val", "test"), tables[:3], strict=True)}
    return Tables(*(engineered(frame) for frame in tables[:3]), more={"train_raw.csv": raw["train_raw.csv"]})


def outcome_falls(rng: np.random.Generator, _: World, tables: Tables) -> Tables:
    """Each release ranks better, and less is earned with it."""
    releases = np.arange(1, 15)
    auc = 0.71 + 0.011 * releases + rng.normal(0, 0.006, len(releases))
    revenue = 41.0 - 0.75 * releases + rng.normal(0, 0.8, len(releases))
    calls = 118 + rng.normal(0, 6, len(releases))
    table = pd.DataFrame(
        {
            "version": releases,
            "auc": auc.round(4),
            "revenue_per_loan_eur": revenue.round(2),
            "support_calls": calls.round(0),
        }
    )
    return tables._replace(more={"business.csv": table})


class Sample(NamedTuple):
    """A world, a fault, the seed and the sizes of the splits; regularised or not; what a miss costs in false alarms."""

    world: World
    fault: Fault
    seed: int
    sizes: tuple[int, int, int] = (900, 300, 400)
    hidden: tuple[int, ...] = (16,)
    epochs: int = 40
    rate: float = 0.003
    weight_decay: float = 1e-2
    miss: int | None = None


SAMPLES: dict[str, Sample] = {
    "loans-tables-mlp": Sample(LOANS, clean, 1),
    "flats-tables-mlp": Sample(FLATS, clean, 2, rate=0.01),
    "loans-tables-branches": Sample(LOANS, shifted, 3),
    "flats-tables-export": Sample(FLATS, unit, 4, rate=0.01),
    "loans-tables-calls": Sample(LOANS, leak, 5),
    "loans-tables-refresh": Sample(LOANS, overlap, 6),
    "plants-tables-crowd": Sample(PLANTS, wrong_labels, 7, sizes=(1200, 400, 500)),
    "loans-tables-survey": Sample(LOANS, nothing_told, 8),
    "loans-tables-prime": Sample(LOANS, rare, 9, sizes=(1150, 350, 850), miss=9),
    "loans-tables-islands": Sample(LOANS, thin_slice, 10, sizes=(900, 300, 500)),
    "flats-tables-pipeline": Sample(FLATS, bad_transform, 11, sizes=(700, 200, 300), rate=0.01),
    "loans-tables-releases": Sample(LOANS, outcome_falls, 12),
}


def matrix(train: Frame, frame: Frame, label: str) -> np.ndarray:
    """Numbers scaled by the training rows, categories as 0/1 columns; what is blank or infinite becomes 0."""
    columns = []
    for name in train.columns:
        if name == label:
            continue
        if pd.api.types.is_numeric_dtype(train[name]):
            mean, spread = (getattr(train[name].replace([np.inf, -np.inf], np.nan), each)() for each in ("mean", "std"))
            columns.append(((frame[name] - mean) / (spread or 1.0)).to_numpy(float))
        else:
            columns += [(frame[name] == value).to_numpy(float) for value in sorted(train[name].unique())]
    return np.nan_to_num(np.column_stack(columns), nan=0.0, posinf=0.0, neginf=0.0)


def trained(sample: Sample, tables: Tables) -> tuple[Frame, Any]:
    """(log per epoch, predictions of the test rows) of a real training."""
    from sklearn.metrics import accuracy_score, log_loss, mean_squared_error, r2_score
    from sklearn.neural_network import MLPClassifier, MLPRegressor

    label, regression = sample.world.label, sample.world.task == "regression"
    xs = [matrix(tables.train, frame, label) for frame in tables[:3]]
    ys = [frame[label].to_numpy() for frame in tables[:3]]
    mean, spread = (ys[0].mean(), ys[0].std()) if regression else (0.0, 1.0)
    settings: dict[str, Any] = {
        "hidden_layer_sizes": sample.hidden,
        "learning_rate_init": sample.rate,
        "alpha": sample.weight_decay,
        "batch_size": 32,
        "random_state": sample.seed,
    }
    model = MLPRegressor(**settings) if regression else MLPClassifier(**settings)
    rows = []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for epoch in range(1, sample.epochs + 1):
            if regression:
                model.partial_fit(xs[0], (ys[0] - mean) / spread)
                losses = [
                    mean_squared_error((y - mean) / spread, model.predict(x)) for x, y in zip(xs, ys, strict=True)
                ]
                scores = [r2_score((y - mean) / spread, model.predict(x)) for x, y in zip(xs, ys, strict=True)]
            else:
                model.partial_fit(xs[0], ys[0], classes=np.unique(ys[0]))
                names = model.classes_
                losses = [log_loss(y, model.predict_proba(x), labels=names) for x, y in zip(xs, ys, strict=True)]
                scores = [accuracy_score(y, model.predict(x)) for x, y in zip(xs, ys, strict=True)]
            metric = "r2" if regression else "accuracy"
            rows.append({"epoch": epoch, "train_loss": losses[0], "val_loss": losses[1], f"val_{metric}": scores[1]})
    if regression:
        predicted = pd.DataFrame({"y_pred": (model.predict(xs[2]) * spread + mean).round(1)})
    else:
        scores = model.predict_proba(xs[2]).round(4)
        names = model.classes_
        columns = (
            {"y_score": scores[:, 1]} if len(names) == 2 else {f"score_{n}": scores[:, i] for i, n in enumerate(names)}
        )
        predicted = pd.DataFrame({"y_pred": names[scores.argmax(axis=1)], **columns})
    predicted.insert(0, "split", "test")
    predicted.insert(1, "y_true", ys[2])
    return pd.DataFrame(rows).round(5), predicted


CONFIG = """model: mlp
hidden_dims: {hidden}
activation: relu
optimizer: adam
learning_rate: {rate:g}
weight_decay: {decay:g}
batch_size: 32
epochs: {epochs}
normalize: true
loss: {loss}
label: {label}
"""


def make(sample: Sample, folder: Path) -> None:
    """Train one run and write its folder, which must not exist."""
    rng = np.random.default_rng([71, sample.seed])
    tables = sample.fault(rng, sample.world, draw(sample.world, rng, sample.sizes))
    log, predicted = trained(sample, tables)
    folder.mkdir(parents=True)
    log.to_csv(folder / "metrics.csv", index=False)
    predicted.to_csv(folder / "predictions.csv", index=False)
    for name, frame in zip(("train", "val", "test"), tables[:3], strict=True):
        frame.to_csv(folder / f"{name}.csv", index=False)
    for name, content in tables.more.items():
        if isinstance(content, str):
            (folder / name).write_text(content)
        else:
            content.to_csv(folder / name, index=False)
    loss = "mse" if sample.world.task == "regression" else "cross_entropy"
    text = CONFIG.format(
        hidden=list(sample.hidden),
        rate=sample.rate,
        decay=sample.weight_decay,
        epochs=sample.epochs,
        loss=loss,
        label=sample.world.label,
    )
    if sample.miss is not None:
        text += f"cost_false_positive: 1\ncost_false_negative: {sample.miss}\n"
    (folder / "config.yaml").write_text(text)


def main() -> None:
    """Make the samples named on the command line, or all."""
    for name in sys.argv[1:] or SAMPLES:
        folder = ROOT / "sample_runs" / name
        if folder.exists():
            shutil.rmtree(folder)
        make(SAMPLES[name], folder)
        size = sum(path.stat().st_size for path in folder.iterdir())
        print(f"{name}: {size / 1000:.0f} kB")


if __name__ == "__main__":
    main()
