"""Three splits of one task, and the cut that makes them."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np


@dataclass(frozen=True)
class Data:
    """Three splits of one task.

    Attributes:
        name, task: data set; binary, multiclass, regression or language-modelling.
        kind: table (n, features) float32, image (n, 1, h, w) float32, sequence (n, length) int64 tokens.
        classes: number of classes, or of tokens for language modelling; 1 for regression.
        x, y: split name -> array; y is int64 for classes, float32 for regression.
        features: column names of a table.
        vocabulary: number of tokens of a sequence task.
        shown: what tables show otherwise than the model gets it, each as (what, column, split or "all").
        blanks: split -> cells that are blank in the table, (n, features) bool; the model gets a filled-in value.
        before: the data as they were before a transform went wrong.
        centre, spread: `x * spread + centre` is in natural units again, likewise `y * y_spread + y_centre`.
    """

    name: str
    task: str
    kind: str
    classes: int
    x: dict[str, np.ndarray]
    y: dict[str, np.ndarray]
    features: tuple[str, ...] = ()
    vocabulary: int = 0
    centre: np.ndarray | float = 0.0
    spread: np.ndarray | float = 1.0
    y_centre: float = 0.0
    y_spread: float = 1.0
    shown: tuple[tuple[str, str, str], ...] = ()
    blanks: dict[str, np.ndarray] | None = None
    before: Data | None = None

    def natural(self, split: str) -> tuple[np.ndarray, np.ndarray]:
        """Inputs and labels of a split in natural units, as a table holds them."""
        if self.kind == "sequence":
            return self.x[split], self.y[split]
        y = self.y[split]
        if self.task == "regression":
            y = y.astype(np.float64) * self.y_spread + self.y_centre
        return self.x[split].astype(np.float64) * self.spread + self.centre, y

    def with_split(self, split: str, x: np.ndarray | None = None, y: np.ndarray | None = None) -> Data:
        """The same data with one split replaced."""
        return replace(
            self,
            x={**self.x, split: self.x[split] if x is None else x},
            y={**self.y, split: self.y[split] if y is None else y},
        )


def cut(  # noqa: PLR0917  (in the order of Data's fields)
    name: str, task: str, kind: str, classes: int, x: np.ndarray, y: np.ndarray, sizes: tuple[int, int], **more: object
) -> Data:
    """Cut shuffled rows into train, val and test; `sizes` are the first two, the rest is test."""
    train, val = sizes
    cuts = {"train": slice(0, train), "val": slice(train, train + val), "test": slice(train + val, None)}
    y = y.astype(np.float32 if task == "regression" else np.int64)
    x = x if kind == "sequence" else x.astype(np.float32)
    return Data(
        name,
        task,
        kind,
        classes,
        {split: x[cut] for split, cut in cuts.items()},
        {split: y[cut] for split, cut in cuts.items()},
        **more,  # type: ignore[arg-type]
    )
