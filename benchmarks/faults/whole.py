"""What an organised user leaves in a run folder besides log and configuration.

Tables of the splits, the feature dictionary, a manifest, predictions, the design, and (from mladvisor's own probe) the
model, its layers and its batches. Only the files that fit a run are written, and of those only the ones that this user
keeps: `Kept` is drawn by the run's style.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import yaml
from benchmarks.faults import columns
from benchmarks.faults.columns import LOOKS, Table
from benchmarks.faults.evidence import Folder
from benchmarks.faults.extras import write_business, write_checks
from benchmarks.faults.recipe import Recipe
from benchmarks.faults.tasks import Data
from benchmarks.faults.train import History

PROBED = ("layers.csv", "batches.csv", "model.json")


class Kept(NamedTuple):
    """What a user keeps of a run.

    Attributes:
        tables, ...: whether that file is kept. dated, grouped: tables have a column of dates, and of groups.
    """

    tables: bool = True
    test: bool = True
    schema: bool = True
    manifest: bool = True
    predictions: bool = True
    train_predictions: bool = False
    layers: bool = True
    batches: bool = True
    model: bool = True
    design: bool = True
    raw: bool = False
    dated: bool = True
    grouped: bool = True


def drawn(style: np.random.Generator, recipe: Recipe) -> Kept:
    """Habits of one user: nearly everything, seldom all of it; what a recipe asks for is always kept."""
    chances = {
        "tables": 0.95,
        "test": 0.5,
        "schema": 0.75,
        "manifest": 0.7,
        "predictions": 0.95,
        "train_predictions": 0.15,
        "layers": 0.9,
        "batches": 0.9,
        "model": 0.95,
        "design": 0.7,
        "raw": 0.12,
        "dated": 0.4,
        "grouped": 0.7,
    }
    asked = recipe.option("keep", ())
    return Kept(**{name: bool(style.random() < chance) or name in asked for name, chance in chances.items()})


def tables_of(data: Data, kept: Kept) -> dict[str, Table]:
    """The tables of train, val and (if it is kept) test."""
    found = {}
    for split in ("train", "val", "test")[: 3 if kept.test else 2]:
        inputs = columns.input_cells(data, split)
        extra = columns.carried(data, inputs, dated=kept.dated)
        group = extra["group"] if kept.grouped else {}
        label = {LOOKS[data.name].label: columns.label_cells(data, data.natural(split)[1])}
        cells = {**extra["before"], **group, **inputs, **label}
        found[split] = Table(_shown(data, split, cells), len(data.y[split]))
    return found


def _shown(data: Data, split: str, cells: dict[str, list[str]]) -> dict[str, list[str]]:
    """What the tables show otherwise than the model got it (`Data.shown`, `Data.blanks`)."""
    if data.blanks is not None:
        for index, name in enumerate(data.features):
            blank = data.blanks[split][:, index]
            if blank.any():
                cells[name] = ["" if gone else cell for gone, cell in zip(blank.tolist(), cells[name], strict=True)]
    for what, name, where in data.shown:
        if where not in ("all", split):
            continue
        if what == "absent":
            del cells[name]
        elif what == "blank":
            cells[name] = [""] * len(cells[name])
        elif what == "capitals":
            cells[name] = [cell.upper() for cell in cells[name]]
    return cells


def write_whole(folder: Path, history: History, probed: Path, *, style: np.random.Generator, kept: Kept) -> Folder:
    """Leave all files that this user keeps; returns them as `evidence.py` looks at them."""
    data, recipe = history.data, history.recipe
    assert data is not None
    kept = kept._replace(raw=kept.raw and kept.tables and data.kind == "table" and recipe.scale and not data.shown)
    raw = tables_of(data.before or data, kept)
    if data.before is not None and not kept.raw:
        raise ValueError("a transform went wrong, and no table shows it")
    tables = {split: engineered(data, split) for split in raw} if kept.raw else tables_of(data, kept)
    if kept.tables:
        names = {"train": "train", "val": str(style.choice(["val", "valid", "validation"])), "test": "test"}
        for split, table in tables.items():
            (folder / f"{names[split]}.csv").write_text(table.text())
            if kept.raw:
                (folder / f"{names[split]}_raw.csv").write_text(raw[split].text())
    if kept.schema and kept.tables and not kept.raw and data.kind != "image":
        _yaml(folder / "schema.yaml", _schema(recipe, data, tables["train"]))
    if kept.manifest:
        _yaml(folder / "mladvisor.yaml", _manifest(data, kept))
    if kept.predictions and history.scores:
        for split in ("val", "train")[: 2 if kept.train_predictions else 1]:
            write_predictions(folder, history, split, raw[split])
    for name in PROBED:
        if getattr(kept, name.partition(".")[0]) and (probed / name).is_file():
            shutil.copyfile(probed / name, folder / name)
    if kept.design and recipe.family != "boosting":
        _yaml(folder / "design.yaml", {"layers": design(recipe.option("meant", recipe), data)})
    if recipe.option("business", ""):
        write_business(folder, history, style)
    if recipe.option("checks", ""):
        write_checks(folder, history)
    return Folder(folder, history, tables, raw)


def engineered(data: Data, split: str) -> Table:
    """The table that goes into the model: scaled inputs, the label as it was."""
    x = data.x[split].astype(np.float64)
    label = columns.label_cells(data, data.natural(split)[1])
    if data.before is not None and data.blanks is not None:
        x[data.blanks[split]] = np.nan
    cells = {name: columns.numbers(x[:, index], 5) for index, name in enumerate(data.features)}
    return Table({**cells, LOOKS[data.name].label: label}, len(label))


def _yaml(path: Path, content: dict[str, Any]) -> None:
    path.write_text(yaml.safe_dump(content, sort_keys=False, allow_unicode=True, width=110))


def _schema(recipe: Recipe, data: Data, train: Table) -> dict[str, Any]:
    look = LOOKS[data.name]
    kinds = {look.key: "identifier", look.dated: "datetime", look.group: "categorical"}
    beside = {name: kind for name, kind in kinds.items() if name and name in train.columns}
    found = columns.schema(data.name, recipe.seed % 5, beside)
    if data.blanks is not None and data.before is None:  # blanks are known of, and allowed
        with_blanks = {name for name, cells in train.columns.items() if "" in cells}
        found["features"] = [
            entry | {"nullable": True} if entry["name"] in with_blanks else entry for entry in found["features"]
        ]
    return found


def _manifest(data: Data, kept: Kept) -> dict[str, Any]:
    look = LOOKS[data.name]
    content: dict[str, Any] = {"task": data.task, "label": look.label}
    if data.task == "binary":
        content["positive_class"] = look.classes[1]
    if look.group and kept.grouped:
        content["slices"] = [look.group]
    return content


def write_predictions(folder: Path, history: History, split: str, table: Table) -> None:
    """`predictions.csv` as the probe writes it: what the loop hands over after training."""
    from mladvisor.probes.files import RunFiles

    data, recipe = history.data, history.recipe
    assert data is not None
    look, scores = LOOKS[data.name], history.scores[split]
    true: list[Any] = table.columns[look.label]
    slices = {look.group: table.columns[look.group]} if look.group in table.columns else {}
    given: dict[str, list[float]] = {}
    with np.errstate(all="ignore"):
        if data.task == "regression":
            true = [float(value) for value in true]
            said: list[Any] = [float(f"{v:.6g}") for v in (scores * data.y_spread + data.y_centre).tolist()]
        elif data.task == "binary":
            said = [look.classes[int(score >= recipe.threshold)] for score in scores.tolist()]
            if recipe.loss != "mse":
                given = {"y_score": [round(score, 6) for score in scores.tolist()]}
        else:
            said = [look.classes[index] for index in scores.argmax(axis=1).tolist()]
            if recipe.loss == "auto":
                shares = np.exp(scores - scores.max(axis=1, keepdims=True))
                shares /= shares.sum(axis=1, keepdims=True)
                given = {
                    f"score_{name}": [round(float(v), 6) for v in shares[:, i]] for i, name in enumerate(look.classes)
                }
    RunFiles(folder).predictions(split, true, said, given, slices)


def design(recipe: Recipe, data: Data) -> list[dict[str, Any]]:
    """The architecture as it was meant, in the words of a design document."""
    outputs = data.classes if data.task in ("multiclass", "language-modelling") else 1
    if recipe.loss in ("mse", "binary") and data.task != "regression":
        outputs = 1
    elif recipe.loss in ("nll-of-logits", "gaussian-nll"):
        outputs = max(2, data.classes)
    head = {"name": "output", "type": "dense", "units": outputs}
    dropout = [{"name": "dropout", "type": "dropout", "rate": recipe.dropout}] if recipe.dropout else []
    if recipe.family in ("gru", "rnn"):
        body = [
            {"name": "embedding", "type": "embedding", "units": 12},
            {"name": "encoder", "type": recipe.family, "units": recipe.hidden[0]},
        ]
        return [*body, *dropout, head]
    if recipe.family == "transformer":
        blocks = [{"name": f"block_{i + 1}", "type": "transformer_encoder"} for i in range(len(recipe.hidden))]
        return [{"name": "embedding", "type": "embedding", "units": recipe.hidden[0]}, *blocks, head]
    layers: list[dict[str, Any]] = []
    conv, side = recipe.family == "cnn", data.x["train"].shape[-1]
    for index, width in enumerate(recipe.hidden, 1):
        name = f"conv_{index}" if conv else f"hidden_{index}"
        layers.append({"name": name, "type": "conv2d" if conv else "dense", "units": width})
        if recipe.batch_norm:
            layers.append({"name": f"norm_{index}", "type": "batch_norm"})
        else:
            layers[-1]["activation"] = recipe.activation
        if conv and side >= 4:
            layers.append({"name": f"pool_{index}", "type": "max_pool2d"})
            side //= 2
        if not conv:
            layers += [{**each, "name": f"dropout_{index}"} for each in dropout]
    behind = recipe.option("behind", None)
    last = [{"name": "dropout_out", "type": "dropout", "rate": behind[1]}] if behind else []
    return [*layers, *(dropout if conv else []), head, *last]
