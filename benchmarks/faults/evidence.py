"""What a whole folder shows of a fault, measured on what was left in it, by means other than mladvisor's own.

A piece of evidence is a number with a limit from which on a person who looks at that file would see it. Unlike the
effects of `traces.py` it needs no twin: the limits stand where (nearly) no healthy control reaches them, which
`measure.py` prints. A piece that is `enough` makes the fault visible although the training shows no effect: a row that
stands in both tables is an overlap whether it did harm or not. The others only explain an effect.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from benchmarks.faults.columns import LOOKS, Table
from benchmarks.faults.train import History

Rows = list[dict[str, str]]


class Folder:
    """What was left of one run, file by file; None or empty where it is not there."""

    def __init__(self, path: Path, history: History, tables: dict[str, Table], raw: dict[str, Table]) -> None:
        self.path, self.history, self.tables, self.raw = path, history, tables, raw
        assert history.data is not None
        self.data = history.data

    def has(self, *kinds: str) -> bool:
        """All of these files are there."""
        names = {"tables": "train.csv", "schema": "schema.yaml", "design": "design.yaml", "model": "model.json"}
        names |= {"checks": "checks.json", "raw": "train_raw.csv"}
        return all((self.path / names.get(kind, f"{kind}.csv")).is_file() for kind in kinds)

    def _rows(self, name: str) -> Rows:
        if not (self.path / name).is_file():
            return []
        with (self.path / name).open(newline="") as file:
            return list(csv.DictReader(file))

    @cached_property
    def layers(self) -> Rows:
        return self._rows("layers.csv")

    @cached_property
    def batches(self) -> Rows:
        return [row for row in self._rows("batches.csv") if row.get("split") != "val"]

    def layer(self, kind: str, column: str) -> dict[str, np.ndarray]:
        """Layer -> the values of a column over the measured steps."""
        found: dict[str, list[float]] = {}
        for row in self.layers:
            if row["kind"] == kind and row[column] != "":
                found.setdefault(row["layer"], []).append(float(row[column]))
        return {name: np.array(values) for name, values in found.items()}

    def batch(self, column: str) -> np.ndarray:
        """A column of the batches, blanks left out."""
        return np.array([float(row[column]) for row in self.batches if row.get(column, "") != ""])

    @cached_property
    def inputs(self) -> dict[str, np.ndarray]:
        """Split -> inputs in natural units, (rows, columns); of a text, words and its last two."""
        found = {}
        for split in ("train", "val"):
            x, _ = self.data.natural(split)
            if self.data.kind == "sequence":
                words = range(self.data.vocabulary)
                ends = [x[:, place] == word for place in (-1, -2) for word in words]
                found[split] = np.stack([(x == word).sum(axis=1) for word in words] + ends, axis=1)
            else:
                found[split] = x.reshape(len(x), -1)
        return found

    def labels(self, split: str) -> np.ndarray:
        """Labels in natural units."""
        return self.data.natural(split)[1]

    @cached_property
    def forest(self) -> tuple[float, float]:
        """A forest on the training table: skill on rows that it has not seen, and on the validation table.

        Skill is 0 for a constant and 1 for perfection; both 0 where the table has blanks.
        """
        from sklearn.ensemble import RandomForestClassifier, RandomForestRegressor

        x, y = self.inputs["train"], self.labels("train")
        if not (np.isfinite(x).all() and np.isfinite(self.inputs["val"]).all()):
            return 0.0, 0.0
        kind = RandomForestRegressor if self.data.task == "regression" else RandomForestClassifier
        model = kind(60, oob_score=True, random_state=0, min_samples_leaf=2)
        model.fit(x, y)
        said = model.predict(self.inputs["val"])
        if self.data.task == "regression":
            return float(model.oob_score_), self.skill(said)
        most = float(np.bincount(y).max() / len(y))
        return (float(model.oob_score_) - most) / max(1e-9, 1 - most), self.skill(said)

    def skill(self, said: np.ndarray, split: str = "val") -> float:
        """Of labels or values: 0 for a constant (the commonest class of training), 1 for perfection."""
        y = self.labels(split)
        if self.data.task == "regression":
            return 1 - float(((y - said) ** 2).mean()) / max(1e-12, float(y.var()))
        most = float((y == np.bincount(self.labels("train")).argmax()).mean())
        return (float((y == said).mean()) - most) / max(1e-9, 1 - most)

    def said(self, split: str = "val") -> np.ndarray | None:
        """What the model answers, as labels or natural values; None when it is not finite."""
        scores = self.history.scores.get(split)
        if scores is None or not np.isfinite(scores).all():
            return None
        if self.data.task == "regression":
            return scores * self.data.y_spread + self.data.y_centre
        if self.data.task == "binary":
            return (scores >= self.history.recipe.threshold).astype(int)
        return scores.argmax(axis=1)


class Piece(NamedTuple):
    """`measure(folder)` at or above `limit` shows, in a folder that has all files of `needs`."""

    limit: float
    needs: tuple[str, ...]
    measure: Callable[[Folder], float]
    enough: bool = False


# --- tables


def _absurd_rows(folder: Folder) -> float:
    x = folder.inputs["train"]
    if folder.data.kind == "sequence":
        return 0.0
    middle = np.nanmedian(x, axis=0)
    width = np.nanquantile(x, 0.9, axis=0) - np.nanquantile(x, 0.1, axis=0)
    fine = width > 0
    far = np.abs(x[:, fine] - middle[fine]) / width[fine]
    return float((np.nanmedian(far, axis=1) > 2.5).sum())


def _labels_differ(folder: Folder) -> float:
    mine, other = folder.labels("train"), folder.labels("val")
    if folder.data.task == "regression":
        grid = np.sort(np.concatenate([mine, other]))
        there, here = (np.searchsorted(np.sort(y), grid, "right") / len(y) for y in (mine, other))
        return float(np.abs(there - here).max()) / max(0.25, 2.2 / np.sqrt(len(other)))
    shares = [np.bincount(y, minlength=folder.data.classes) / len(y) for y in (mine, other)]
    return float(np.abs(shares[0] - shares[1]).sum() / 2) / max(
        0.15, 2.2 * np.sqrt(folder.data.classes / len(other) / 4)
    )


def _inputs_differ(folder: Folder) -> float:
    mine, other = folder.inputs["train"], folder.inputs["val"]
    if folder.data.kind == "sequence":
        shares = [x.sum(axis=0) / max(1, x.sum()) for x in (mine, other)]
        return float(np.abs(shares[0] - shares[1]).sum() / 2) / 0.1
    spread = np.nanstd(mine, axis=0)
    fine = spread > 0
    if folder.data.kind == "image":
        return float(abs(np.nanmean(other) - np.nanmean(mine)) / np.nanstd(mine)) / 0.3
    moved = np.abs(np.nanmean(other, axis=0) - np.nanmean(mine, axis=0))[fine] / spread[fine]
    return float(moved.max()) / max(0.5, 5 / np.sqrt(len(other)))


def _copies(folder: Folder) -> float:
    known = {row.tobytes() for row in folder.inputs["train"]}
    if folder.data.kind == "sequence":
        known = {row.tobytes() for row in folder.data.x["train"]}
        return float(np.mean([row.tobytes() in known for row in folder.data.x["val"]]))
    return float(np.mean([row.tobytes() in known for row in folder.inputs["val"]]))


def _telling_column(folder: Folder) -> float:
    """How well the best single column tells the label: share right of a stump's leaves, or the rank correlation."""
    if folder.data.kind != "table":
        return 0.0
    x, y = folder.inputs["train"], folder.labels("train")
    best = 0.0
    for column in x.T:
        if not np.isfinite(column).all() or column.std() == 0:
            continue
        if folder.data.task == "regression":
            best = max(best, abs(float(np.corrcoef(column.argsort().argsort(), y.argsort().argsort())[0, 1])))
        else:
            ordered = y[column.argsort(kind="stable")]
            size = max(5, len(y) // 40)
            whole = [ordered[i : i + size] for i in range(0, len(ordered), size)]
            best = max(best, sum(np.bincount(part).max() for part in whole) / len(y))
    return best


def _rare(folder: Folder) -> float:
    if folder.data.task != "binary":
        return 0.0
    counts = np.bincount(folder.labels("train"), minlength=2)
    return 0.07 / max(1e-9, float(counts.min() / counts.sum()))


def _schema_broken(folder: Folder) -> float:
    import yaml

    worst = 0.0
    known = yaml.safe_load((folder.path / "schema.yaml").read_text())["features"]
    for entry in known:
        for split in ("train", "val"):
            cells = folder.tables[split].columns.get(entry["name"])
            if cells is None:
                return 1.0
            worst = max(worst, float(np.mean([_breaks(cell, entry) for cell in cells])))
    return worst


def _breaks(cell: str, entry: dict[str, object]) -> bool:
    if cell == "":
        return not entry["nullable"]
    if "values" in entry:
        return cell not in entry["values"]  # type: ignore[operator]
    if "min" not in entry:
        return False
    try:
        return not float(entry["min"]) <= float(cell) <= float(entry["max"])  # type: ignore[arg-type]
    except ValueError:
        return True


def _missing_columns(folder: Folder) -> float:
    import yaml

    known = yaml.safe_load((folder.path / "schema.yaml").read_text())["features"]
    tables = [folder.tables[split].columns for split in ("train", "val")]
    return float(
        sum(any(not any(table.get(entry["name"], [])) for table in tables) for entry in known)
    )  # absent, or blank throughout


# --- predictions


def _below_baseline(folder: Folder) -> float:
    said = folder.said()
    return 0.0 if said is None else folder.forest[1] - folder.skill(said)


def _memorised(folder: Folder) -> float:
    """How much better the model answers on what it was trained on."""
    mine, other = folder.said("train"), folder.said("val")
    return 0.0 if mine is None or other is None else folder.skill(mine, "train") - max(0.0, folder.skill(other))


def _better_threshold(folder: Folder) -> float:
    """How much F1 of the rarer class gains with the best threshold."""
    scores = folder.history.scores.get("val")
    if scores is None or folder.data.task != "binary" or not np.isfinite(scores).all():
        return 0.0
    y = folder.labels("val") == 1

    def f1(threshold: float) -> float:
        hits = float(((scores >= threshold) & y).sum())
        return 2 * hits / max(1.0, float((scores >= threshold).sum() + y.sum()))

    return max(f1(t) for t in np.unique(np.quantile(scores, np.linspace(0, 1, 41)))) - f1(
        folder.history.recipe.threshold
    )


def _one_class(folder: Folder) -> float:
    said = folder.said()
    if said is None or folder.data.task == "regression":
        return 0.0
    y = folder.labels("val")
    return float(np.bincount(said).max() / len(said)) - float(np.bincount(y).max() / len(y))


def _thin_slice(folder: Folder) -> float:
    """How much more the model errs on a group of which training has next to nothing."""
    name, said = LOOKS[folder.data.name].group, folder.said()
    if said is None or name not in folder.tables["val"].columns:
        return 0.0
    y = folder.labels("val")
    wrong = np.abs(said - y) / max(1e-9, y.std()) if folder.data.task == "regression" else (said != y).astype(float)
    groups = {split: np.array(folder.tables[split].columns[name]) for split in ("train", "val")}
    worst = 0.0
    for group in np.unique(groups["val"]):
        here = groups["val"] == group
        if min(here.sum(), (~here).sum()) < 15:
            continue
        there = groups["train"] == group
        if there.mean() > 0.5 * here.mean() and there.sum() > 60:
            continue
        noise = np.sqrt(wrong[here].var() / here.sum() + wrong[~here].var() / (~here).sum())
        excess = float(wrong[here].mean() - wrong[~here].mean())
        if excess > 3 * noise:
            worst = max(worst, excess)
    return worst


# --- layers


def _hidden(found: dict[str, np.ndarray]) -> list[np.ndarray]:
    return list(found.values())[:-1]


def _gradient_ratio(folder: Folder) -> float:
    """Gradient norm of the first layer with weights over that of the last, median over the first steps."""
    norms = [values for values in folder.layer("gradient", "norm").values() if len(values)]
    if len(norms) < 3:
        return 1.0
    some = min(8, len(norms[0]), len(norms[-1]))
    first, last = norms[0][:some], norms[-1][:some]
    ratio = float(np.median(first / np.maximum(last, 1e-30)))
    return ratio if np.isfinite(ratio) and ratio > 0 else 1.0


def _still(folder: Folder) -> float:
    """Layers that no update moves, or an optimizer that never makes a step: the probe counts its steps."""
    steps = folder.batch("step")
    if len(steps) > 10 and steps.max() == 0:
        return 1.0
    norms = folder.layer("update", "norm")
    if folder.layers and not norms:
        return 1.0
    return float(any(len(values) > 3 and values.max() == 0 for values in norms.values()))


def _update_ratio(folder: Folder) -> float:
    ratios = [
        np.median(v[np.isfinite(v)]) for v in folder.layer("update", "update_ratio").values() if np.isfinite(v).any()
    ]
    return float(np.median(ratios)) if ratios else float("nan")


def _largest(folder: Folder, kind: str, column: str, *, first: bool = False) -> float:
    found = _hidden(folder.layer(kind, column))
    return max((float(values[0] if first else np.median(values[-4:])) for values in found), default=0.0)


def _alike(folder: Folder) -> float:
    return max(_largest(folder, kind, "identical_share") for kind in ("weight", "activation"))


def _nonfinite_layer(folder: Folder) -> float:
    return float(any(row["nan_share"] not in ("", "0") or row["inf_share"] not in ("", "0") for row in folder.layers))


# --- batches


def _uneven_labels(folder: Folder) -> float:
    """Spread of a label's share over batches, in units of what dealing at random gives."""
    worst = 0.0
    for column in {name for row in folder.batches for name in row if name.startswith("label_share_")}:
        share, rows = folder.batch(column), float(np.median(folder.batch("rows")))
        p = share.mean()
        if 0.02 < p < 0.98 and rows >= 4 and len(share) >= 10:
            worst = max(worst, float(share.std() / np.sqrt(p * (1 - p) / rows)))
    return worst


def _spread_of_inputs(folder: Folder) -> float:
    found = folder.batch("input_std")
    return float(np.nanmax(found) / max(1e-12, float(np.nanmedian(found)))) if len(found) else 1.0


def _median(folder: Folder, column: str) -> float:
    found = folder.batch(column)
    return float(np.nanmedian(found)) if len(found) else float("nan")


def _training_mode(folder: Folder) -> float:
    rows = [row for row in folder._rows("batches.csv") if row.get("split") == "val"]
    return float(np.mean([row.get("training") == "1" for row in rows])) if rows else 0.0


# --- model, checks, outcomes, engineered tables


def _list_of_layers(folder: Folder) -> list[dict[str, Any]]:
    return json.loads((folder.path / "model.json").read_text())["layers"]


def _sizes(layers: list[dict[str, Any]]) -> list[tuple[int, str]]:
    """Units of each layer with weights, and its activation."""
    found: list[tuple[int, str]] = []
    for layer in layers:
        kind = str(layer["type"]).lower()
        if layer.get("units") and any(word in kind for word in ("linear", "dense", "conv", "gru", "rnn", "embedding")):
            found.append((int(layer["units"]), str(layer.get("activation") or "none")))
        elif kind in ("relu", "tanh", "sigmoid", "gelu", "softmax") and found and found[-1][1] == "none":
            found[-1] = (found[-1][0], kind)
    return found


def _unlike_design(folder: Folder) -> float:
    import yaml

    meant = _sizes(yaml.safe_load((folder.path / "design.yaml").read_text())["layers"])
    built = _sizes(_list_of_layers(folder))
    plain = [(units, "none" if word in ("linear", "identity") else word) for units, word in meant]
    if folder.history.recipe.family == "transformer":
        return 0.0
    if folder.history.recipe.family in ("cnn", "mlp", "linear"):
        return float(plain != built)
    return float([units for units, _ in plain] != [units for units, _ in built])


def _odd_layers(folder: Folder) -> float:
    """A waist, a layer behind the last one with weights, or very many layers."""
    layers = _list_of_layers(folder)
    if folder.history.recipe.family == "transformer":
        return 0.0
    units = [size for size, _ in _sizes(layers)]
    last = str(layers[-1]["type"]).lower()
    waist = any(low <= 2 < min(before, after) for before, low, after in zip(units, units[1:], units[2:], strict=False))
    return float(waist or "dropout" in last or "norm" in last or len(units) > 9)


def _few_outputs(folder: Folder) -> float:
    classes = folder.data.classes if folder.data.task in ("multiclass", "language-modelling") else 0
    return float(classes > 2 and _sizes(_list_of_layers(folder))[-1][0] < classes)


def _failed_checks(folder: Folder) -> float:
    found = json.loads((folder.path / "checks.json").read_text())
    return float(sum(name.startswith("refuses") and one["passed"] is False for name, one in found.items()))


def _outcome_against(folder: Folder) -> float:
    """How clearly the real-world metric goes against the model's: minus their rank correlation."""
    rows = folder._rows("business.csv")
    model, outcome = list(rows[0])[1:3]
    less = -1.0 if any(word in outcome for word in ("complaint", "return")) else 1.0
    mine, other = (np.array([float(row[name]) for row in rows]).argsort().argsort() for name in (model, outcome))
    return -less * float(np.corrcoef(mine, other)[0, 1])


def _engineered_off(folder: Folder) -> float:
    """Columns of an engineered table that are blank, infinite, constant or out of scale where the raw ones are not."""
    raw = folder.raw["train"].columns
    off = 0
    for name, cells in folder.tables["train"].columns.items():
        if name not in raw or name == LOOKS[folder.data.name].label:
            continue
        constant = len(set(cells)) == 1 and len(set(raw[name])) > 1
        broken = any(cell in ("", "inf", "-inf") for cell in cells)
        there, here = (
            [float(c or "nan") for c in t.columns[name]] for t in (folder.tables["val"], folder.tables["train"])
        )
        far = abs(np.nanmean(there) - np.nanmean(here)) > 4 * (np.nanstd(here) + 1e-9)
        wider = np.nanstd(there) / (np.nanstd(here) + 1e-9)
        off += constant or broken or bool(far) or not 0.2 < wider < 5
    return float(off)


def _unknown_words(folder: Folder) -> float:
    """The largest share of cells of a worded column in validation whose word training does not have."""
    words = LOOKS[folder.data.name].words
    tables = [folder.tables[split].columns for split in ("train", "val")]
    shares = [
        np.mean([cell not in set(tables[0][name]) for cell in tables[1][name]]) for name in words if name in tables[1]
    ]
    return float(max(shares, default=0.0))


def _blank_in_one(folder: Folder) -> float:
    """The largest share of blanks of a column in one table beyond the other's."""
    worst = 0.0
    for name, cells in folder.tables["train"].columns.items():
        shares = [
            np.mean([cell == "" for cell in one]) for one in (cells, folder.tables["val"].columns.get(name, [""]))
        ]
        worst = max(worst, float(abs(shares[0] - shares[1])))
    return worst


PIECES: dict[str, Piece] = {
    "blank-cells": Piece(1, ("tables",), lambda f: float(np.isnan(f.inputs["train"]).sum()), True),
    "absurd-rows": Piece(3, ("tables",), _absurd_rows, True),
    "labels-differ": Piece(1, ("tables",), _labels_differ, True),
    "inputs-differ": Piece(1, ("tables",), _inputs_differ, True),
    "copies": Piece(0.2, ("tables",), _copies, True),
    "telling-column": Piece(0.99, ("tables",), _telling_column, True),
    "nothing-there": Piece(1, ("tables",), lambda f: float(max(f.forest) < 0.05), True),
    "little-there": Piece(1, ("tables",), lambda f: float(max(f.forest) < 0.55)),
    "rare": Piece(1, ("tables",), _rare, True),
    "schema-broken": Piece(0.01, ("tables", "schema"), _schema_broken, True),
    "missing-columns": Piece(1, ("tables", "schema"), _missing_columns, True),
    "large-target": Piece(30, ("tables",), lambda f: float(np.std(f.labels("train")))),
    "below-baseline": Piece(0.15, ("tables", "predictions"), _below_baseline),
    "memorised": Piece(0.35, ("predictions",), _memorised),
    "better-threshold": Piece(0.12, ("predictions",), _better_threshold, True),
    "one-class": Piece(0.25, ("predictions",), _one_class),
    "thin-slice": Piece(0.12, ("tables", "predictions"), _thin_slice, True),
    "dead": Piece(0.5, ("layers",), lambda f: _largest(f, "activation", "dead_share"), True),
    "saturated": Piece(0.5, ("layers",), lambda f: _largest(f, "activation", "saturated_share")),
    "fading": Piece(100, ("layers",), lambda f: 1 / _gradient_ratio(f), True),
    "growing": Piece(100, ("layers",), _gradient_ratio),
    "large-gradient": Piece(
        100,
        ("layers",),
        lambda f: max((float(np.nanmax(v)) for v in f.layer("gradient", "norm").values()), default=0.0),
    ),
    "still": Piece(1, (), _still, True),
    "large-steps": Piece(0.1, ("layers",), _update_ratio),
    "small-steps": Piece(2e4, ("layers",), lambda f: 1 / max(1e-12, _update_ratio(f))),
    "alike": Piece(0.9, ("layers",), _alike, True),
    "starts-large": Piece(8, ("layers",), lambda f: _largest(f, "activation", "std", first=True)),
    "starts-small": Piece(
        100, ("layers",), lambda f: 1 / max(1e-12, _largest(f, "activation", "std", first=True) or 1.0)
    ),
    "nonfinite-layer": Piece(1, ("layers",), _nonfinite_layer, True),
    "uneven-labels": Piece(2.5, ("batches",), _uneven_labels, True),
    "uneven-inputs": Piece(4, ("batches",), _spread_of_inputs, True),
    "large-inputs": Piece(5, ("batches",), lambda f: _median(f, "input_std")),
    "unlike-design": Piece(1, ("design", "model"), _unlike_design, True),
    "odd-layers": Piece(1, ("model",), _odd_layers),
    "few-outputs": Piece(1, ("model",), _few_outputs, True),
    "failed-checks": Piece(1, ("checks",), _failed_checks, True),
    "outcome-against": Piece(0.5, ("business",), _outcome_against, True),
    "engineered-off": Piece(1, ("tables", "raw"), _engineered_off, True),
    "unknown-words": Piece(0.2, ("tables",), _unknown_words, True),
    "blank-in-one": Piece(0.5, ("tables",), _blank_in_one, True),
    "few-rows": Piece(1, ("batches",), lambda f: 2.0 / _median(f, "rows")),
    "all-rows": Piece(1, ("batches",), lambda f: _median(f, "rows") / (0.45 * float(f.history.facts["train_rows"]))),  # type: ignore[arg-type]
    "training-mode": Piece(0.25, ("batches",), _training_mode),
}

SHOWN_BY: dict[str, tuple[str, ...]] = {
    "schema-skew": ("schema-broken", "inputs-differ"),
    "value-skew": ("inputs-differ",),
    "missing-features": ("missing-columns", "blank-in-one"),
    "nan-inputs": ("blank-cells", "nonfinite-layer"),
    "anomalous-batches": ("absurd-rows", "uneven-inputs"),
    "unscaled-features": ("large-inputs",),
    "unscaled-targets": ("large-target",),
    "engineered-feature-fault": ("engineered-off",),
    "biased-split": ("labels-differ",),
    "split-overlap": ("copies",),
    "label-leakage": ("telling-column",),
    "noisy-labels": ("little-there",),
    "weak-features": ("nothing-there",),
    "class-imbalance": ("rare",),
    "underrepresented-slice": ("thin-slice",),
    "poor-shuffling": ("uneven-labels",),
    "learning-rate-too-high": ("large-steps",),
    "learning-rate-too-low": ("small-steps",),
    "batch-size-too-small": ("few-rows",),
    "batch-size-too-large": ("all-rows",),
    "overfitting": ("memorised",),
    "excessive-regularization": ("below-baseline",),
    "insufficient-capacity": ("below-baseline",),
    "unsuited-optimizer": ("small-steps", "large-steps"),
    "exploding-gradients": ("growing", "large-gradient"),
    "vanishing-gradients": ("fading",),
    "dead-units": ("dead",),
    "poor-initialization": ("alike", "starts-large", "starts-small"),
    "batch-norm-misuse": ("training-mode", "few-rows"),
    "architecture-mismatch": ("unlike-design",),
    "unsuited-architecture": ("odd-layers",),
    "training-pipeline-bug": ("still",),
    "weak-input-validation": ("failed-checks",),
    "wrong-loss-function": ("few-outputs",),
    "wrong-output-activation": ("below-baseline",),
    "loss-metric-mismatch": ("one-class", "below-baseline"),
    "threshold-misplaced": ("better-threshold",),
    "proxy-metric-divergence": ("outcome-against",),
}
"""Cause -> the pieces that would show it in a folder; a fault may name others."""

MODEL_KEYS = frozenset(("hidden", "activation", "batch_norm", "model"))
"""Settings that `model.json` shows although no configuration names them."""


def evidence(folder: Folder, names: tuple[str, ...]) -> dict[str, float]:
    """The named pieces that the folder's files can give, in multiples of their limits."""
    found = {}
    with np.errstate(all="ignore"):
        for name in names:
            piece = PIECES[name]
            if folder.has(*piece.needs):
                size = piece.measure(folder) / piece.limit
                found[name] = min(size, 999.0) if size == size else 0.0  # noqa: PLR0124
    return found
