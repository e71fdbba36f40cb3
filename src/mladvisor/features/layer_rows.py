"""Per-layer logs of a run, grouped by layer and kind in the order of the network: what `layer.*` measurements share."""

from __future__ import annotations

import re
from math import isfinite
from typing import TYPE_CHECKING

import msgspec
import numpy as np

from mladvisor.errors import ReadError
from mladvisor.features.layer_ends import with_ends
from mladvisor.features.layer_names import activation
from mladvisor.features.measured import Where
from mladvisor.features.printed import texts
from mladvisor.features.printed_layers import printed_layers
from mladvisor.runs import layer_lines
from mladvisor.runs.layer_columns import in_our_words, joined
from mladvisor.runs.layer_meanings import EITHER_SHARE
from mladvisor.runs.layout import stem_and_form, stem_and_suffix
from mladvisor.runs.log_table import LINES, LogTable, read_log_table
from mladvisor.runs.model_files import ModelFile
from mladvisor.runs.report_forms import SUFFIXES, read_report
from mladvisor.runs.tabled import opened

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mladvisor.features.catalogue import Measures

HOW = "log statistics of each layer into layers.csv: `from mladvisor.probes import probe` writes it during training"
_STATISTICS = ("mean", "std", "max_abs", "norm", "update_ratio")
_SHARES_OF_SOUND = ("zero_share", "saturated_share", "dead_share", "identical_share")
_WHOLE = 0.999  # of a tensor; logs round
LAST_DIGITS = 1e-6  # of the mean: what float32 makes of the spread of equal numbers


class LayerRows(msgspec.Struct, eq=False):
    """The table, and where each layer's rows are.

    Attributes:
        table: as read.
        rows: (layer, kind) -> row numbers, in the order of the file.
        order: layers in the order of the network (the `index` column, else as they first appear).
        x: (rows,) step, or epoch where steps are not logged; x_unit says which.
        bad: (rows,) bool: something in the row is NaN or infinite.
        empty: (rows,) bool: nothing in the row is finite, so that its statistics say nothing.
        model: the layers as the model's file lists them.
    """

    table: LogTable
    rows: dict[tuple[str, str], np.ndarray]
    order: list[str]
    x: np.ndarray
    x_unit: str
    bad: np.ndarray
    empty: np.ndarray
    model: ModelFile | None = None

    def values(self, layer: str, kind: str, name: str) -> np.ndarray:
        """Known values of a statistic of one layer, in time."""
        rows = self.rows.get((layer, kind))
        if rows is None or name not in self.table:
            return np.empty(0)
        if name in _STATISTICS or name in _SHARES_OF_SOUND:
            rows = rows[~self.empty[rows]]
        found: np.ndarray = self.table.numbers(name)[rows]
        return np.asarray(found[~np.isnan(found)])

    def size(self, layer: str, kind: str) -> np.ndarray:
        """Root mean square of one layer's tensor in time, from mean and spread; its norm where those are missing."""
        rows = self.rows.get((layer, kind))
        if rows is None:
            return np.empty(0)
        rows = rows[~self.bad[rows]]
        if "std" in self.table and "mean" in self.table:
            found: np.ndarray = np.hypot(self.table.numbers("mean")[rows], self.table.numbers("std")[rows])
            if not np.isnan(found).all():
                return np.asarray(found[~np.isnan(found)])
        found = self.table.numbers("norm")[rows]
        if kind == "weight" and np.isnan(found).all() and "std" in self.table:
            found = self.table.numbers("std")[rows]  # weights lie around zero: their spread is their size
        return np.asarray(found[~np.isnan(found)])

    def weighted(self) -> list[str]:
        """Layers with gradients, weights or steps, in order; those that only normalise are left out."""
        named = {layer.name: layer.type.lower() for layer in self.model.layers} if self.model else {}
        return [
            layer
            for layer in self.order
            if any((layer, kind) in self.rows for kind in ("gradient", "weight", "update"))
            and "norm" not in named.get(layer, layer.lower())
        ]

    def all_zero(self, layer: str) -> bool:
        """The weights of a layer are zero in the whole log."""
        weights = self.size(layer, "weight")
        return len(weights) > 0 and not weights.any()

    def silent_from(self) -> str | None:
        """The first hidden layer whose weights are all zero: it and what follows are silent by that alone, and no
        gradient comes back through it.
        """
        return next((layer for layer in self.weighted()[:-1] if self.all_zero(layer)), None)

    def kind_of(self, layer: str) -> str:
        """The type of a layer in the model's file, "" when it is not there."""
        if self.model is None:
            return ""
        return next((one.type for one in self.model.layers if one.name == layer), "")

    def where(self, layer: str, kind: str, rows: np.ndarray | None = None) -> Where:
        """The stretch of the log that a layer's measurement stands on."""
        at = self.rows.get((layer, kind)) if rows is None else rows
        if at is None or not len(at):
            of_kind = next((own[0] for (_, each), own in self.rows.items() if each == kind), 0)
            return Where(self.table.file_at(int(of_kind)), layer)
        file = self.table.file_at(int(at[0]))
        low, high = float(self.x[at[0]]), float(self.x[at[-1]])
        return Where(
            file,
            layer,
            self.x_unit,
            low,
            high,
            rows=(self.table.line(int(at[0])), self.table.line(int(at[-1]))),
        )


def layer_rows(m: Measures) -> LayerRows | None:
    """The per-layer log of a run; None (and a note) when there is none. Use `m.once`."""
    tables = [in_our_words(table) for table in log_tables(m, "layers")]
    tables += kept_arrays(m)
    if not tables:
        tables = [each for each in (printed_layers(m), _lined(m)) if each is not None]
    if not tables:
        return None
    table = joined(tables)
    if "layer" not in table or not table.rows:
        m.notes.append(f'{table.file} has no column "layer" or no rows')
        return None
    from mladvisor.features.layer_list import architecture, called

    found = m.once(architecture) if m.run.files.get("model") or m.run.files.get("model_text") else None
    # The log calls layers as the framework does; measurements call them as the model's measurements do.
    words = {layer.options.get("called", layer.name): layer.name for layer in found.source.layers} if found else {}
    told = {name: _tensor(name) for name in set(table.texts("layer"))}
    spelled = {name: words.get(name) or words.get(own) or called(own) for name, (own, _) in told.items()}
    layers = [spelled[name] for name in table.texts("layer")]
    kinds = table.texts("kind") if "kind" in table else ["activation"] * table.rows
    # A bias may start at one value, and that of a single unit has no spread: it is no layer's weights.
    kinds = [f"bias {kind}" if told[name][1] else kind for name, kind in zip(table.texts("layer"), kinds, strict=True)]
    grouped: dict[tuple[str, str], list[int]] = {}
    for at, key in enumerate(zip(layers, kinds, strict=True)):
        grouped.setdefault(key, []).append(at)
    rows = {(layer, kind.lower()): np.array(at) for (layer, kind), at in grouped.items()}
    first: dict[str, float] = {}
    index = table.numbers("index")
    for (layer, _), where in rows.items():
        place = float(index[where[0]])
        if layer not in first or place < first[layer]:
            first[layer] = place if isfinite(place) else float(where[0])
    x_unit = "step" if "step" in table else "epoch" if "epoch" in table else "row"
    x = table.numbers(x_unit) if x_unit != "row" else np.arange(table.rows, dtype=np.float64)
    bad = np.zeros(table.rows, dtype=bool)
    not_finite = np.zeros(table.rows)
    for name in ("nan_share", "inf_share"):
        if name in table:
            shares = np.nan_to_num(table.numbers(name))
            bad |= shares > 0
            not_finite += shares
    for name in _STATISTICS:
        if name in table:
            bad |= table.not_finite(name)
    order = sorted(first, key=lambda layer: first[layer])
    empty = not_finite >= _WHOLE
    if EITHER_SHARE in table:
        table = _told_apart(m, table, layers, found.source if found else None)
    table = with_ends(table, _activations(table, layers, kinds, found.source if found else None))
    return LayerRows(table, rows, order, x, x_unit, bad, empty, found.source if found else None)


_IN_NAME = re.compile(r"\((\w{1,30})\)$|(?:^|[._/])([a-z]{1,20}?)_?\d{0,3}$", re.IGNORECASE)
"""The type that a log keeps beside a layer's number or makes its name of: "layer 1 (Tanh)", "body.tanh_2"."""


def _activations(table: LogTable, layers: list[str], kinds: list[str], model: ModelFile | None) -> list[str | None]:
    """What each row's outputs went through last, as its own name or the model's file tells; None for other rows."""
    listed = {one.name: activation(one.type) for one in model.layers} if model else {}
    types = table.texts("type") if "type" in table else [""] * table.rows
    said: dict[str, str | None] = {}
    for layer in set(layers):
        named = _IN_NAME.search(layer)
        said[layer] = listed.get(layer) or (activation(named[1] or named[2]) if named else None)
    rows = zip(types, layers, kinds, strict=True)
    return [(activation(one) or said[layer]) if kind.lower() == "activation" else None for one, layer, kind in rows]


_BOUNDED = ("sigmoid", "hardsigmoid", "tanh")
_NUMBER = re.compile(r"(\d{1,4})(?!.*\d)")


def _told_apart(m: Measures, table: LogTable, layers: list[str], model: ModelFile | None) -> LogTable:
    """Shares of outputs that are zero or at the ends, in a column for each: by the activation that a row is about."""
    listed = {numbered(one.name): activation(one.type) for one in model.layers} if model else {}
    usual = m.value("config.activation")
    told = {layer: listed.get(numbered(layer)) or usual for layer in set(layers)}
    shares = table.texts(EITHER_SHARE)
    names = [name for name in table.names if name != EITHER_SHARE]
    apart: dict[str, list[object]] = {}
    for name, bounded in (("zero_share", False), ("saturated_share", True)):
        if name not in names:
            names.append(name)
            own = zip(shares, layers, strict=True)
            apart[name] = [cell if (told[layer] in _BOUNDED) is bounded else "" for cell, layer in own]
    found = LogTable(table.file, names, [apart.get(name) or table.texts(name) for name in names], table.rows)
    found.notes, found.lines, found.files = table.notes, table.lines, table.files
    return found


def numbered(name: str) -> str:
    """What a layer is numbered by, "3" of "act_3" and of "layer 3 (Tanh)"; else its name."""
    at = _NUMBER.search(name)
    return at[1] if at else name


_PARAMETER = re.compile(r"(.{1,200})[./](weight|kernel|bias)(?::0)?")


def _tensor(name: str) -> tuple[str, bool]:
    """The layer of a parameter that a row is called after ("fc1.weight", "dense/bias:0"), and whether it is a bias."""
    found = _PARAMETER.fullmatch(name.strip())
    return (found[1], found[2] == "bias") if found else (name, False)


def _lined(m: Measures) -> LogTable | None:
    """What lines of the log tell of layers, a line for each."""
    for text in m.once(texts):
        if not text.row or not any(cue.encode() in text.lower for cue in layer_lines.CUES):
            continue
        rows = layer_lines.rows_in(text.bare.decode("utf-8", "replace"), stem_and_suffix(text.file)[0])
        if rows:
            names = list(dict.fromkeys(name for row in rows for name in row))
            table = LogTable(text.file, names, [[row.get(name, "") for row in rows] for name in names], len(rows))
            return in_our_words(table)
    return None


def kept_arrays(m: Measures) -> list[LogTable]:
    """Statistics of the layers whose outputs, gradients or first weights were kept as arrays."""
    if not (files := m.run.files.get("layer_arrays")):
        return []
    from mladvisor.runs.layer_arrays import kind_called, table_of, table_of_folder
    from mladvisor.runs.readers import Candidate

    each = [Candidate(str(m.run.folder / name), name) for name in files]
    folders: dict[str, list[Candidate]] = {}
    for file in each:
        if kind_called(file.name) is None or file.name.endswith(".npy"):
            folders.setdefault(file.rel.rpartition("/")[0], []).append(file)
    found = [table_of(file) for file in each if file.name.endswith(".npz")]
    found += [table_of_folder(inside, folder) for folder, inside in folders.items()]
    return [table for table in found if table is not None]


def log_table(m: Measures, kind: str) -> LogTable | None:
    """The first `layers.*` or `batches.*` file of the run that can be read."""
    return next(log_tables(m, kind), None)


def log_tables(m: Measures, kind: str) -> Iterator[LogTable]:
    """The `layers.*` or `batches.*` files of the run that can be read, in their order."""
    folder = m.run.folder
    for file in m.run.files.get(kind, ()):
        try:
            # a callback's rows, kept as JSON
            other = stem_and_form(opened(folder, file).name)[1] in SUFFIXES
            other = other and not (kind == "batches" and file.lower().endswith(LINES))
            table = read_report(folder, file) if other else read_log_table(folder, file)
        except ReadError as error:
            m.notes.append(f"{file} {error.message}" + (f" ({error.place})" if error.place else ""))
            continue
        m.notes.extend(table.notes)
        yield table


def late(values: np.ndarray) -> float | None:
    """Median of the last quarter of a series (at least one value), or None when it is empty."""
    return float(np.median(values[-max(1, len(values) // 4) :])) if len(values) else None
