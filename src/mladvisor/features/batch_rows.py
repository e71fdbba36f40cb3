"""Per-batch logs of a run: the columns as numbers, epochs apart, and how far each batch lies from the others."""

from __future__ import annotations

from math import isfinite
from typing import TYPE_CHECKING

import msgspec
import numpy as np

from mladvisor.features.layer_rows import log_table
from mladvisor.features.measured import Where
from mladvisor.runs import layout
from mladvisor.runs.batch_columns import in_our_words, input_statistic
from mladvisor.runs.log_table import LogTable

if TYPE_CHECKING:
    from mladvisor.features.catalogue import Measures
    from mladvisor.runs.model import Curve

HOW = "log each batch into batches.csv (epoch, step, batch, rows, first_row, loss, label_share_<class>, input_mean,"
HOW += " input_std): `from mladvisor.probes import probe` writes it during training"
HOW_ROWS = "log `row_ratio` of each batch into batches.csv: the norm of its largest row over that of its median row;"
HOW_ROWS += " `for x, y in p.batches(loader):` of the probe does, with the numbers of the rows"
FEWEST = 8
"""Batches of an epoch below which nothing is said of their order or of outliers among them."""
FAR = 6.0
"""Robust standard deviations from which a batch counts as an outlier."""


class BatchRows(msgspec.Struct, eq=False):
    """The table and its epochs.

    Attributes:
        table: as read.
        at: rows of training batches (validation batches, where logged, are told by `split`).
        epochs: rows of each epoch in order.
        batch: (rows,) number of the batch in its epoch, from 0.
    """

    table: LogTable
    at: np.ndarray
    epochs: list[np.ndarray]
    batch: np.ndarray

    def numbers(self, name: str) -> np.ndarray:
        return self.table.numbers(name)

    def where(self, rows: np.ndarray, column: str = "") -> Where:
        """The lines of the log in which batches stand."""
        if not len(rows):
            return Where(self.table.file, column)
        unit = "step" if "step" in self.table else "row"
        x = self.numbers("step") if unit == "step" else np.arange(self.table.rows, dtype=np.float64)
        ends = (self.table.line(int(rows.min())), self.table.line(int(rows.max())))
        return Where(self.table.file, column, unit, float(x[rows].min()), float(x[rows].max()), rows=ends)

    def words(self, row: int) -> str:
        """`epoch 2, batch 17 (rows 544 to 575)`."""
        epoch, batch = self.numbers("epoch")[row], self.batch[row]
        said = f"epoch {epoch:g}, batch {batch:g}" if isfinite(epoch) else f"batch {batch:g}"
        first, count = self.numbers("first_row")[row], self.numbers("rows")[row]
        if isfinite(first):
            said += f" (rows {first:g} to {first + count - 1:g})" if isfinite(count) else f" (from row {first:g})"
        return said


def batch_rows(m: Measures) -> BatchRows | None:
    """The per-batch log of a run; None when there is none. Use `m.once`."""
    table = log_table(m, "batches")
    table = in_our_words(table) if table is not None else _in_log(m)
    if table is None or not table.rows:
        return None
    at = np.arange(table.rows)
    if "split" in table:
        at = at[np.array([text.lower() in ("train", "training", "") for text in table.texts("split")])]
    if not len(at):
        return None
    batch = table.numbers("batch")
    epoch = table.numbers("epoch")
    if "epoch" in table and not np.isnan(epoch[at]).all():
        cuts = np.flatnonzero(np.diff(epoch[at]) != 0) + 1
    elif "batch" in table:
        cuts = np.flatnonzero(np.diff(batch[at]) < 0) + 1
    else:
        cuts = np.empty(0, dtype=int)
    epochs = [rows for rows in np.split(at, cuts) if len(rows)]
    if "batch" not in table or np.isnan(batch[at]).all():
        batch = np.full(table.rows, np.nan)
        for rows in epochs:
            batch[rows] = np.arange(len(rows))
    return BatchRows(table, at, epochs, batch)


def _in_log(m: Measures) -> LogTable | None:
    """The steps of a log that tells what each of them was fed: `{"step": 6, "loss": 1.98, "px_mean": 9.0}`."""
    told: dict[str, Curve] = {}
    for curve in m.run.curves:
        ours = input_statistic(curve.name) if curve.x_unit == "step" and curve.role.split in (None, "train") else None
        if ours is not None and curve.epochs is not None and len(curve.y) >= 2 * FEWEST:
            told.setdefault(ours, curve)
    if not told:
        return None
    first = next(iter(told.values()))
    epochs = first.epochs
    if epochs is None or len(set(epochs.tolist())) == len(first.y):  # one row an epoch: those of no batch
        return None
    columns: dict[str, np.ndarray] = {"epoch": epochs, "step": first.x}
    columns |= {name: curve.y for name, curve in told.items() if np.array_equal(curve.x, first.x)}
    loss = next((curve for curve in m.run.curves if _is_loss_beside(curve, first)), None)
    if loss is not None:
        columns["loss"] = loss.y
    table = LogTable(first.place.file, list(columns), [one.tolist() for one in columns.values()], len(first.x))
    if first.rows is not None:
        table.lines = np.asarray(first.rows)
    return table


def _is_loss_beside(curve: Curve, other: Curve) -> bool:
    mine = curve.role.kind == "loss" and curve.role.split == "train" and not curve.role.component
    return mine and curve.place.file == other.place.file and np.array_equal(curve.x, other.x)


def label_columns(found: BatchRows) -> list[str]:
    """Columns of label shares."""
    return [name for name in found.table.names if name.startswith(layout.LABEL_SHARE_PREFIX)]


def robust_z(values: np.ndarray, least: float = 1e-6) -> np.ndarray:
    """Distance of each value from the median in robust standard deviations; 0 where a value is not finite.

    The spread is at least `least` times the level, so that rounding is no outlier in a constant column.
    """
    finite = np.isfinite(values)
    if finite.sum() < FEWEST:
        return np.zeros(len(values))
    middle = float(np.median(values[finite]))
    spread = 1.4826 * float(np.median(np.abs(values[finite] - middle)))
    spread = max(spread, least * abs(middle), 1e-30)
    return np.where(finite, (values - middle) / spread, 0.0)
