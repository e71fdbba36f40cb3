"""The run folder as a probe writes it: rows are appended and flushed, so that every file can be read while it grows.

Knows no framework. Memory is bounded: rows wait for at most `FLUSH_ROWS` rows or `FLUSH_SECONDS`, nothing else is kept.
File and column names come from `runs.layout`, the one place that knows them.
"""

from __future__ import annotations

import csv
import json
import os
import time
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import IO, Any

from mladvisor.runs import layout
from mladvisor.runs.settings_names import may_be_config

FLUSH_ROWS = 64
FLUSH_SECONDS = 2.0
MAX_CLASSES = 50
"""Label shares and scores get a column per class up to here; more columns than that nobody reads."""


def number(value: Any) -> str:
    """A number as a CSV cell: eight digits, "nan" and "inf" spelled out, "" for None."""
    if value is None:
        return ""
    if isinstance(value, float):
        return format(value, ".8g")
    return str(value)


class Table:
    """A CSV file that grows. Columns are those of the first row; a new one later rewrites the file once.

    Args:
        path: the file; opened when the first row is flushed.
        columns: fixed columns, or None: the columns are the keys that rows bring.
        keep: append to what is there instead of starting anew.
    """

    def __init__(self, path: Path, columns: Sequence[str] | None = None, *, keep: bool = False) -> None:
        self.path, self._fixed = path, columns is not None
        self.columns: list[str] = list(columns or ())
        self._waiting: list[Mapping[str, Any]] = []
        self._stream: IO[str] | None = None
        self._flushed = time.monotonic()
        self._begun = False
        if keep and path.is_file():
            self._continue()
        else:
            path.unlink(missing_ok=True)

    def _continue(self) -> None:
        with self.path.open(newline="", encoding="utf-8") as old:
            header = next(csv.reader(old), [])
        if self._fixed and header != self.columns:
            self.path.unlink()
        elif header:
            self.columns, self._begun = header, True

    def add(self, row: Mapping[str, Any], *, now: bool = False) -> None:
        """Take a row; it reaches the file with its neighbours, at once with `now`."""
        self._waiting.append(row)
        if now or len(self._waiting) >= FLUSH_ROWS or time.monotonic() - self._flushed > FLUSH_SECONDS:
            self.flush()

    def flush(self) -> None:
        """Write what waits. Whole lines only, so that a reader never sees half a row for long."""
        if not self._waiting:
            return
        rows, self._waiting = self._waiting, []
        if not self._fixed:
            fresh = [name for row in rows for name in row if name not in self.columns]
            if fresh:
                self._widen(list(dict.fromkeys(fresh)))
        if self._stream is None and self._begun:
            self._stream = self.path.open("a", newline="", encoding="utf-8")
        elif self._stream is None:
            self._begun = True
            self._stream = self.path.open("w", newline="", encoding="utf-8")
            csv.writer(self._stream, lineterminator="\n").writerow(self.columns)
        csv.writer(self._stream, lineterminator="\n").writerows(
            [number(row.get(name)) for name in self.columns] for row in rows
        )
        self._stream.flush()
        self._flushed = time.monotonic()

    def _widen(self, fresh: list[str]) -> None:
        self.columns += fresh
        if not self._begun:
            return
        if self._stream is not None:
            self._stream.close()
        with self.path.open(newline="", encoding="utf-8") as old:
            rows = list(csv.DictReader(old))
        beside = self.path.with_name(self.path.name + ".part")
        with beside.open("w", newline="", encoding="utf-8") as new:
            writer = csv.DictWriter(new, self.columns, restval="", lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)
        beside.replace(self.path)
        self._stream = self.path.open("a", newline="", encoding="utf-8")

    def close(self) -> None:
        """Flush and let go of the file; a later row opens it again."""
        self.flush()
        if self._stream is not None:
            self._stream.close()
            self._stream = None


class RunFiles:
    """All files of one run folder that a probe writes.

    Args:
        folder: made when missing. Files of an earlier probe in it are replaced.
        keep: continue them instead (a resumed training).
    """

    def __init__(self, folder: str | os.PathLike[str], *, keep: bool = False) -> None:
        self.folder = Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self._keep = keep
        self._curves: Table | None = None
        self._layers: Table | None = None
        self._batches: Table | None = None

    def curve(self, row: Mapping[str, Any]) -> None:
        """One row of curves: epoch, step and whatever was measured. Flushed at once: it is what people watch."""
        if self._curves is None:
            self._curves = Table(self.folder / layout.CURVES_FILE, keep=self._keep)
        self._curves.add(row, now=True)

    def layer(self, row: Mapping[str, Any]) -> None:
        """One row of layer statistics, columns of `layout.LAYER_COLUMNS`."""
        if self._layers is None:
            self._layers = Table(self.folder / layout.LAYERS_FILE, layout.LAYER_COLUMNS, keep=self._keep)
        self._layers.add(row)

    def batch(self, row: Mapping[str, Any], shares: Mapping[str, float] | None = None) -> None:
        """One row of batch statistics; label shares get a column per class."""
        if self._batches is None:
            self._batches = Table(self.folder / layout.BATCHES_FILE, keep=self._keep)
        if shares:
            row = {**row, **{layout.LABEL_SHARE_PREFIX + name: share for name, share in shares.items()}}
        self._batches.add(row)

    def model(self, description: Mapping[str, Any]) -> None:
        """`model.json`: layers as they are."""
        self._json(layout.MODEL_FILE, description)

    def config(self, values: Mapping[str, Any]) -> None:
        """`config.json`: hyper-parameters. A configuration that the trainer itself left there stays the only one."""
        names = {path.name for path in self.folder.iterdir()} - {layout.CONFIG_FILE}
        if not any(map(may_be_config, names)):
            self._json(layout.CONFIG_FILE, values)

    def predictions(
        self,
        split: str,
        y_true: Iterable[Any],
        y_pred: Iterable[Any],
        scores: Mapping[str, Iterable[float]] | None = None,
        slices: Mapping[str, Iterable[Any]] | None = None,
    ) -> None:
        """`predictions.csv`: replaces the rows of this split and keeps those of the others.

        Args:
            scores: column name -> one number per row ("y_score", or "score_<class>").
            slices: column name -> one value per row, by which quality is to be looked at.
        """
        extra = {**(scores or {}), **(slices or {})}
        header = [*layout.PREDICTION_COLUMNS[:3], *extra]
        path = self.folder / layout.PREDICTIONS_FILE
        beside = path.with_name(path.name + ".part")
        with beside.open("w", newline="", encoding="utf-8") as new:
            kept: list[dict[str, str]] = []
            if path.is_file():
                with path.open(newline="", encoding="utf-8") as old:
                    reader = csv.DictReader(old)
                    kept = [row for row in reader if row.get("split") != split]
                    header += [name for name in reader.fieldnames or () if name not in header] if kept else []
            writer = csv.writer(new, lineterminator="\n")
            writer.writerow(header)
            writer.writerows([row.get(name, "") for name in header] for row in kept)
            blanks = [""] * (len(header) - 3 - len(extra))
            for true, predicted, *rest in zip(y_true, y_pred, *extra.values(), strict=True):
                writer.writerow([split, number(true), number(predicted), *map(number, rest), *blanks])
        beside.replace(path)

    def _json(self, name: str, values: Mapping[str, Any]) -> None:
        path = self.folder / name
        beside = path.with_name(name + ".part")
        beside.write_text(json.dumps(values, indent=1, default=str) + "\n", encoding="utf-8")
        beside.replace(path)

    def flush(self) -> None:
        """Write what waits in every table."""
        for table in (self._curves, self._layers, self._batches):
            if table is not None:
                table.flush()

    def close(self) -> None:
        """Flush and let go of the files."""
        for table in (self._curves, self._layers, self._batches):
            if table is not None:
                table.close()
