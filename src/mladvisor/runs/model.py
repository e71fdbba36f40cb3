"""What a reader makes of a run folder: a `Run` with curves, configuration and the places they came from.

These types are plain data, shared by everything to the right of `runs`. They are msgspec structs because defining
and creating them costs a tenth of what dataclasses do, and every start of the program pays for it.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

import msgspec
import numpy as np

Split = Literal["train", "val", "test"]
Kind = Literal["loss", "metric", "learning-rate", "gradient-norm", "time", "reward", "other"]
XUnit = Literal["epoch", "step", "row"]
TASKS = (
    "binary",
    "multiclass",
    "regression",
    "language-modelling",
    "detection",
    "segmentation",
    "reinforcement",
    "adversarial",
    "other",
)
"""What a manifest may call the task, and what is inferred where it says nothing."""


class Place(msgspec.Struct, frozen=True):
    """Where in the user's files something stands.

    Attributes:
        file: path relative to the run folder, with forward slashes, as shown to people.
        column: the column, tag or key in that file ("" when the whole file is meant).
        row: line of the file, from 1, where one line is meant; else 0.
    """

    file: str
    column: str = ""
    row: int = 0


class Role(msgspec.Struct, frozen=True):
    """What a logged column means.

    Attributes:
        kind: loss, metric, learning-rate, gradient-norm, time, reward (reinforcement learning) or other.
        split: train, val or test; None where it has no meaning (learning rate) or cannot be told.
        name: the canonical quantity: "total" for the loss that is optimised, else the component ("box", "kl"); for a
            metric its standard name ("accuracy", "f1", "auc", "rmse", "perplexity", "map50") or the log's own.
        higher_is_better: for metrics; None where it cannot be told.
        component: one of several losses that sum to a total.
        running: a running mean, best-so-far or end-of-run summary: shown, never judged.
    """

    kind: Kind
    split: Split | None = None
    name: str = ""
    higher_is_better: bool | None = None
    component: bool = False
    running: bool = False


class Curve(msgspec.Struct, frozen=True, eq=False):
    """One logged quantity over time.

    Attributes:
        name: the column as the log spells it (stripped).
        role: what it means.
        x: shape (n,), float64, never decreasing; epoch, step or row number as logged.
        y: shape (n,), float64. NaN and infinities are kept where they were logged as such; a blank cell is no point.
        x_unit: what x counts.
        place: file and column.
        rows: shape (n,), int64: the line (text) or record (binary) of each point in the file, from 1; None if unknown.
        epochs: shape (n,), float64: the epoch of each point where x is a step and epochs are known; else None.
        blanks: points that the log left blank between this curve's first and last point.
    """

    name: str
    role: Role
    x: np.ndarray
    y: np.ndarray
    x_unit: XUnit
    place: Place
    rows: np.ndarray | None = None
    epochs: np.ndarray | None = None
    blanks: int = 0

    def __len__(self) -> int:
        return len(self.y)


class Setting(msgspec.Struct, frozen=True):
    """One configuration value as it was written, and where."""

    value: Any
    place: Place


class Script(msgspec.Struct, frozen=True, eq=False):
    """The training script beside the log, read and never run.

    Attributes:
        file: relative to the run folder.
        code: its syntax tree (`runs.script.code.Code`).
        called: settings that are arguments of calls (`optim.SGD(params, lr=0.1)` is "optimizer.lr").
        named: settings that only have a name (`lr = 0.1`): what else a name may mean is for the reader to weigh.
        model: the layers (`runs.model_files.ModelFile`), None where they cannot be told for certain.
        tables: (path, name) of the tables that it reads; the path as far as it is written down.
        read_late: paths of those that it reads after it has trained: the model is asked about them.
        taken_out: columns that it takes out of a table to use them by themselves; the label is one.
        answered: columns that it keeps under a name for answers, or fits its model to.
        left_out: columns that it keeps from its model by name, and names nowhere else.
        kept: the columns of its only table that are left when it takes some out of it and goes on with these alone.
        target: the kind of target that it makes and learns (`runs.script.targets.Target`), None where it is not told.
        gives_back: it trains the model to give its inputs back; what it loads as labels is then no target.
        loaded: files of settings that it loads.
        end: the last layer (`runs.script.ends.End`), which may be told where the whole model is not.
    """

    file: str
    code: Any
    called: dict[str, Setting] = {}
    named: dict[str, Setting] = {}
    model: Any = None
    tables: tuple[tuple[str, str], ...] = ()
    read_late: frozenset[str] = frozenset()
    taken_out: tuple[str, ...] = ()
    answered: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()
    target: Any = None
    gives_back: bool = False
    end: Any = None
    loaded: tuple[str, ...] = ()


class Manifest(msgspec.Struct, frozen=True):
    """`mladvisor.yaml`: what the user says about the run. Every field is optional."""

    task: str | None = None
    label: str | None = None
    positive_class: Any = None
    priority_classes: tuple[Any, ...] = ()
    slices: tuple[str, ...] = ()
    splits: dict[str, str] = {}
    schema: str | None = None
    design: str | None = None
    columns: dict[str, str] = {}
    business_metrics: tuple[str, ...] = ()
    notes: str = ""


class Ignored(msgspec.Struct, frozen=True):
    """A file that was looked at and not used, and why, in words."""

    file: str
    why: str


class Run(msgspec.Struct):
    """A run folder (or single file) as it was understood.

    Attributes:
        path: the folder or file as given.
        name: how to call it in a sentence.
        format: id of the reader that gave the main curves ("lightning-csv", "tensorboard", ...); "" when only tables
            or configuration were found.
        curves: all curves, in the order of the log; of several logs of one run, de-duplicated.
        config: dotted key -> Setting, from every configuration file beside the log (nested keys joined with ".").
        files: what else stands in the folder, kind -> files ("train" -> ("train.csv",), "predictions", "layers",
            "batches", "checks", "schema", "model", "design", "business"): named here, opened by those who need it.
        printed: texts in which a program's output may stand, the log itself among them.
        kept: log -> first and last row of the training that is used, where the file holds others as well.
        script: the training script that lies beside the log.
        builder: without one, the only file that builds a model: its layers are read, and what it compiles them with.
        modules: without one, the code beside the log: what a part of it does wrong by itself is wrong in any training.
        evaluating: and the code beside it that is called after evaluation (`evaluate.py`).
        manifest: the user's own statements.
        notes: what a person should know of the reading ("epoch falls back at row 40: the last of 2 trainings is used").
        warnings: what may make the diagnosis wrong.
        assumed: what was inferred without a manifest.
        ignored: files looked at and left.
        looked_at: every file that belongs to the run, used or not.
        growing: the log's last line is torn, or it changed within the last minute: it may still be training.
    """

    path: Path
    name: str
    format: str = ""
    curves: tuple[Curve, ...] = ()
    config: dict[str, Setting] = {}
    files: dict[str, tuple[str, ...]] = {}
    printed: tuple[str, ...] = ()
    kept: dict[str, tuple[float, float]] = {}
    script: Script | None = None
    builder: Script | None = None
    modules: tuple[Any, ...] = ()
    evaluating: tuple[Any, ...] = ()
    manifest: Manifest = Manifest()
    notes: list[str] = []
    warnings: list[str] = []
    assumed: list[str] = []
    ignored: list[Ignored] = []
    looked_at: tuple[str, ...] = ()
    growing: bool = False

    @property
    def folder(self) -> Path:
        """Where the names of `files` begin: the run folder, or the one in which the single file lies."""
        return self.path if self.path.is_dir() else self.path.parent

    @property
    def logs(self) -> set[str]:
        """The files that the curves stand in."""
        return {curve.place.file for curve in self.curves}

    def having(self, kind: Kind, split: Split | None = None) -> list[Curve]:
        """Curves of a kind (and split), running means and summaries left out, in the order of the log."""
        return [
            curve
            for curve in self.curves
            if curve.role.kind == kind and not curve.role.running and (split is None or curve.role.split == split)
        ]
