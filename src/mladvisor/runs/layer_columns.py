"""Tables of layers under other names: one row for a layer at an epoch, or one column for each layer.

The probes write a row per layer, kind of tensor and step (`LAYER_COLUMNS`). People write a row per layer with
`weight_norm, grad_norm, zero_frac`, or a file of gradient norms with a column per layer. What a column means is told by
its words: a kind of tensor and a statistic of it.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from mladvisor.runs import layer_shapes
from mladvisor.runs.layer_histograms import from_histogram, is_histogram
from mladvisor.runs.layer_meanings import (
    KINDS,
    SHARE,
    Meaning,
    layer_and_statistic,
    meaning,
    told_by,
    words_in,
)
from mladvisor.runs.layer_numbers import out_of_logs
from mladvisor.runs.layer_places import is_layer
from mladvisor.runs.layer_units import by_layer, is_unit_table
from mladvisor.runs.layout import LAYER_COLUMNS
from mladvisor.runs.log_table import LogTable
from mladvisor.runs.other_languages import english
from mladvisor.runs.word_sets import word_set

_LAYER = word_set(
    "layer layer_name layername module module_name param parameter param_name parameter_name tensor tensor_name block "
    "weight_name variable"
)
_TENSOR = word_set("tensor param parameter")
_X = {
    word: x
    for x, words in {"epoch": "epoch epochs ep", "step": "step global_step iteration iter it batch update"}.items()
    for word in words.split()
}
_WHOLE = [called - {"relu"} for called in KINDS.values()]
_TYPES = ("type", "layer_type", "module_type", "class", "op", "function", "activation", "nonlinearity", "act_fn")
_TOTAL = word_set("units n_units num_units width size n_neurons neurons channels n_channels filters n_features")
_NOT_LAYERS = word_set("loss acc accuracy auc f1 lr precision recall metric")
_OF_ALL = word_set("total all global overall whole mean avg average median min max ratio first last over norm grad")
"""Words of a column that is about all layers: "total_norm", "ratio"; it is none of them."""


def _joined_names(columns: Sequence[str]) -> dict[str, tuple[str, str]]:
    """Columns that each are a statistic of a layer, where nothing but what is counted stands beside them."""
    told = {name: found for name in columns if (found := layer_and_statistic(name))}
    others = [name.strip().lower() for name in columns if name not in told]
    layers = {layer for layer, _ in told.values()}
    return told if len(layers) > 1 and others and all(name in _X for name in others) else {}


def _layer_column(columns: Sequence[str]) -> str | None:
    said = {name: english(name).strip().lower().replace(" ", "_").replace(".", "_") for name in columns}
    # A bare "name" is that of a layer where nothing else is, beside what is counted.
    bare = [name for name in columns if said[name] == "name"] if any(said[name] in _X for name in columns) else []
    return next((name for name in columns if said[name] in _LAYER), bare[0] if bare else None)


def _of_file(stem: str) -> Meaning | None:
    """What a file with a column for each layer holds, by its name: "grad_norms", "dead_relu_share"."""
    words = told_by(stem)
    if words & KINDS["gradient"] and words & {"norm", "norms", "gradients", "grads", "flow", "grad", "gradient"}:
        return Meaning("gradient", "norm")
    found = meaning(stem)
    if found is None or found.statistic in ("dead_share", "zero_share", "saturated_share"):
        return found
    return found if found.kind in ("weight", "update") and found.statistic in ("norm", "std", "update_ratio") else None


def _by_column(columns: Sequence[str], stem: str) -> list[str]:
    """The columns that are layers, where each layer has a column and the file's name says of what."""
    low = [name.strip().lower() for name in columns]
    told = _of_file(stem)
    if told is None or low[0] not in _X or _layer_column(columns) is not None:
        return []
    layers = [name for name in low if name not in _X and not {*words_in(name)} <= _OF_ALL]
    usual = any(_NOT_LAYERS & told_by(name) or meaning(name) for name in layers)
    if told.kind in ("weight", "update") and not all(map(is_layer, layers)):  # weights may be those of assets
        return []
    return layers if len(layers) > 1 and not usual else []


def is_layer_table(columns: Sequence[str], stem: str) -> bool:
    """A table of statistics of layers, by its header and the words of its name."""
    if any(_NOT_LAYERS & told_by(name) for name in columns):
        return False
    if is_histogram(columns, stem) or is_unit_table(columns):
        return True
    layer = _layer_column(columns)
    if layer is None:
        return bool(_by_column(columns, stem) or _joined_names(columns))
    own = {"kind", *LAYER_COLUMNS[5:]}
    told = [found for name in columns if name != layer and (found := meaning(name))]
    if not layer.strip().lower().startswith("layer"):  # a block or a module may be anything, with weights of its own
        if any(each.kind == "gradient" or each.statistic in ("dead_share", "zero_share") for each in told):
            return True
        sized = [found for name in columns if name != layer and (found := meaning(name, _kind_of(stem, name)))]
        return bool(_TENSOR & {*words_in(layer)}) and any(each.kind in ("weight", "update") for each in sized)
    return bool(told) or any(name.strip().lower() in own for name in columns if name != layer)


def in_our_words(table: LogTable) -> LogTable:
    """The table in the columns of `LAYER_COLUMNS`, a row per layer and kind; itself where it is so already."""
    stem = table.file.rpartition("/")[2].partition(".")[0]
    if is_histogram(table.names, stem):
        return from_histogram(table) or table
    if is_unit_table(table.names):
        return by_layer(table) or table
    layers = _by_column(table.names, stem)
    if layers:
        return _turned(table, layers, _of_file(stem))
    layer = _layer_column(table.names)
    if layer is None:
        split = _joined_names(table.names)
        return in_our_words(_unfolded(table, split)) if split else table
    by_row = "activation" if "kind" in table and not _kinds_are_types(table) else None  # or what the row is about
    told = {
        name: found
        for name in table.names
        if name not in (layer, "kind") and (found := meaning(name, _kind_of(stem, name) or by_row))
    }
    if "kind" in table and not _kinds_are_types(table) and all(name in LAYER_COLUMNS for name in told):
        return table  # beside "weight_std" and "grad_norm" a kind says no more than the columns do
    kinds = {each.kind for each in told.values()}
    typed = any(name.strip().lower() in _TYPES[1:] for name in table.names)
    plain = kinds <= {"activation"} and not typed and not layer_shapes.column_in(table.names)
    if "kind" not in table and layer == "layer" and plain and all(name in LAYER_COLUMNS for name in told):
        return table
    return _parted(table, layer, told, start=layer_shapes.at_start(stem) and not kinds & {"gradient", "update"})


def _kinds_are_types(table: LogTable) -> bool:
    """The column "kind" says what a layer is ("ReLU", "Linear"), not what tensor of it a row is about."""
    return "kind" in table and not any(told_by(cell) & called for cell in set(table.texts("kind")) for called in _WHOLE)


def _kind_of(stem: str, name: str) -> str | None:
    """The kind of tensor that a column means which only says "mean" or "norm": that of the file's name."""
    words = told_by(stem)
    found = next((each for each, called in KINDS.items() if words & called), None)
    return found or ("activation" if words_in(name) in (["mean"], ["std"]) else None)


def _x_of(table: LogTable) -> dict[str, str]:
    """Our name of what is counted -> the table's."""
    found: dict[str, str] = {}
    for name in table.names:
        if (said := english(name).strip().lower()) in _X:
            found.setdefault(_X[said], name)
    return found


def _parted(table: LogTable, layer: str, told: dict[str, Meaning], *, start: bool = False) -> LogTable:
    """A row per layer and kind of tensor out of rows with a column for each.

    Args:
        start: the table is called after the start of training, so that what counts nothing was measured at step 0.
    """
    kinds = list(dict.fromkeys(each.kind for each in told.values()))
    x = _x_of(table)
    shape = layer_shapes.column_in(table.names)
    shapes = table.texts(shape) if shape else []
    said = "kind" if _kinds_are_types(table) else next((name for name in _TYPES if name in table), None)
    types = table.texts(said) if said else [""] * table.rows
    more = [*(["step"] if start and not x else []), *(["inputs"] if shape else [])]
    names = [*x, "layer", "type", "kind", *more, *dict.fromkeys(each.statistic for each in told.values())]
    columns: dict[str, list[object]] = {name: [] for name in names}
    scaled = {name: _cells(table, name, each) for name, each in told.items()}
    layers = table.texts(layer)
    counted = {own: table.texts(name) for own, name in x.items()}
    lines: list[int] = []
    # "mean" and "std" of a row are those of what the row is about, where a column tells it.
    open_ = {name for name in told if meaning(name) is None}
    about = table.texts("kind") if "kind" in table and said != "kind" else [""] * table.rows
    known = {
        cell: next((kind for kind, called in KINDS.items() if told_by(cell) & called), None) for cell in set(about)
    }
    kinds = list(dict.fromkeys([*kinds, *(kind for kind in known.values() if kind)])) if open_ else kinds
    for at in range(table.rows):
        own_kind = known[about[at]]
        of = {name: own_kind if own_kind and name in open_ else each.kind for name, each in told.items()}
        for kind in kinds:
            cells = {each.statistic: scaled[name][at] for name, each in told.items() if of[name] == kind}
            if not any(str(cell).strip() for cell in cells.values()):
                continue  # a blank cell: this layer has no such tensor
            lines.append(table.line(at))
            row = {"step": 0, **{own: cells_of[at] for own, cells_of in counted.items()}}
            row |= {"layer": layers[at], "type": types[at], "kind": kind}
            if shape and kind == "weight" and (inputs := layer_shapes.inputs_of(layers[at], shape, shapes[at])):
                row["inputs"] = inputs
            for name in names:
                columns[name].append(row.get(name, cells.get(name, "")))
    found = LogTable(table.file, names, [columns[name] for name in names], len(columns["layer"]))
    found.notes, found.lines = table.notes, np.array(lines, dtype=np.int64)
    return found


def _cells(table: LogTable, name: str, told: Meaning) -> list[object]:
    """Cells of a column in our unit; counts of dead units become shares where the layer's size stands beside them."""
    if told.statistic == "dead_share" and "%" not in name and not told_by(name) & SHARE:
        total = next((each for each in table.names if each.strip().lower() in _TOTAL), None)
        values = table.numbers(name)
        if total is not None:
            with np.errstate(divide="ignore", invalid="ignore"):
                values = values / table.numbers(total)
        elif not ((values >= 0) & (values <= 1)).all() or bool((values == np.round(values)).all()):
            return [""] * table.rows  # a count of nobody knows how many
        return ["" if np.isnan(value) else value for value in values.tolist()]
    if told.factor != 1.0:
        return ["" if np.isnan(value) else value * told.factor for value in table.numbers(name).tolist()]
    return list(table.texts(name))


def _turned(table: LogTable, layers: list[str], told: Meaning | None) -> LogTable:
    """A row per layer out of a column for each."""
    if told is None:
        return table
    x = _x_of(table)
    names = [*x, "layer", "kind", told.statistic]
    columns: list[list[object]] = [[cell for cell in table.texts(name) for _ in layers] for name in x.values()]
    cells: Sequence[Sequence[object]] = [table.texts(layer) for layer in layers]
    if told.statistic in ("norm", "update_ratio"):
        cells = out_of_logs(cells, [table.numbers(layer) for layer in layers])
    values = [column[at] for at in range(table.rows) for column in cells]
    rows = table.rows * len(layers)
    found = LogTable(table.file, names, [*columns, layers * table.rows, [told.kind] * rows, values], rows)
    found.notes, found.lines = table.notes, np.repeat([table.line(at) for at in range(table.rows)], len(layers))
    return found


def _unfolded(table: LogTable, split: dict[str, tuple[str, str]]) -> LogTable:
    """A row per layer, with a column for each statistic, out of columns that are named after both."""
    x = _x_of(table)
    layers = list(dict.fromkeys(layer for layer, _ in split.values()))
    told = list(dict.fromkeys(statistic for _, statistic in split.values()))
    cells = {both: table.texts(name) for name, both in split.items()}
    blank = [""] * table.rows
    counted = [[cell for cell in table.texts(name) for _ in layers] for name in x.values()]
    values = [
        [cells.get((layer, statistic), blank)[at] for at in range(table.rows) for layer in layers] for statistic in told
    ]
    found = LogTable(
        table.file, [*x, "layer", *told], [*counted, layers * table.rows, *values], table.rows * len(layers)
    )
    found.notes, found.lines = table.notes, np.repeat([table.line(at) for at in range(table.rows)], len(layers))
    return found


def joined(tables: Sequence[LogTable]) -> LogTable:
    """The tables in the columns of `LAYER_COLUMNS` as one: people keep a file of gradients beside one of activations.

    Rows of a later table count where it counts as the first does, and only what no table before says of that layer.
    """
    first = tables[0]
    others = [one for one in tables[1:] if "layer" in one and _counts_of(one) == _counts_of(first)]
    if not others or "layer" not in first:
        return first
    known: set[tuple[str, str, str]] = set()
    taken: list[tuple[LogTable, list[int]]] = []
    for table in (first, *others):
        told = [(name, table.texts(name)) for name in table.names if name not in _KEYS]
        layers, kinds = table.texts("layer"), _said_kinds(table)
        new = [
            {(layer, kind, name) for name, cells in told if cells[at]}
            for at, (layer, kind) in enumerate(zip(layers, kinds, strict=True))
        ]
        taken.append((table, [at for at, said in enumerate(new) if table is first or (said and not said & known)]))
        known.update(*new)
    return _stacked([(table, rows) for table, rows in taken if rows])


_KEYS = frozenset(("epoch", "step", "layer", "index", "kind"))


def _counts_of(table: LogTable) -> set[str]:
    return {"epoch", "step"} & set(table.names)


def _said_kinds(table: LogTable) -> list[str]:
    return table.texts("kind") if "kind" in table else ["activation"] * table.rows


def _stacked(parts: list[tuple[LogTable, list[int]]]) -> LogTable:
    """Rows of several tables below each other; what a table does not tell is blank."""
    names = list(dict.fromkeys(["kind", *(name for table, _ in parts for name in table.names)]))
    columns: list[list[object]] = [[] for _ in names]
    for table, rows in parts:
        for name, column in zip(names, columns, strict=True):
            cells = _said_kinds(table) if name == "kind" else table.texts(name) if name in table else [""] * table.rows
            column.extend(cells[at] for at in rows)
    found = LogTable(parts[0][0].file, names, list(columns), sum(len(rows) for _, rows in parts))
    found.notes = [note for table, _ in parts for note in table.notes]
    found.files = [table.file for table, rows in parts for _ in rows]
    found.lines = np.array([table.line(at) for table, rows in parts for at in rows], dtype=np.int64)
    return found
