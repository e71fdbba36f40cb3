"""Tables of layers found in a text: `model.summary()` of Keras 1 to 3, Flax's `tabulate`, torchsummary and torchinfo.

Cells may be cut at their column's width, go on in the next line, or be missing where a terminal was too narrow; rows
of models inside the model stand below their own row. All of that is put right as far as the text tells.
"""

from __future__ import annotations

import re
from itertools import pairwise
from math import prod

import msgspec

from mladvisor.runs.model_layer import MAX_LAYERS, Layer, plain_number

_BOX = re.compile(r"[┃│|]")
_RULE = re.compile(r"^\s*\|?[┏┓┗┛┡┩└┘├┤┼╇┳┻┴┬━─═╋+\-=]{3,}\|?\s*$")
_NAMED = re.compile(r"^([\w/.\- ]{1,80}?) ?\((\w{1,60})(\)?)")
_PLAIN = re.compile(
    r"^[\s|¯]*([\w/.\-]{1,80}) ?\((\w{1,60})(\)?)\s*?[\s)]"
    r"((?:[\[({]{1,2}(?:None|-|-?\d|\?|batch\b|[BN]\b|\().{0,80}?[\])}]{1,2})|multiple|\?)\s+([\d,]{1,16})\b(.*)$"
)
"""A row of Keras 1 and 2, or of a table that somebody prints of a PyTorch model in that form: "0 (Linear)  [-, 64]"."""
_OF_HOOKS = re.compile(r"[\[(](?:-|-1|\?|batch|[BN])\s*[,\])]")
"""The shape of an output as hooks see it, whose batch is of any size."""
_WITHOUT_SHAPE = re.compile(
    r"^\s{0,8}([\w/.\-]{1,80}) ?\((\w{1,60})((?:, ?\w{1,20} ?= ?[\w.]{1,20}){0,6})\)\s+([\d,]{1,16}|-)"
    r"(?:\s+(True|False|Yes|No|-))?\s*$"
)
"""A row of a table without shapes, where each layer may tell its own width: "fc1 (Linear, out=64)   4160   True"."""
_WIDTH = ("out", "units", "out_features", "out_channels", "filters", "channels", "width", "features", "hidden")
_RATE = ("p", "rate", "dropout")
_GOES_ON = re.compile(r"^[\s|]*(\w{1,40})\)[\s|]*$")
_ROW = re.compile(r"^\s*(\w{1,60})-(\d{1,5})\s+\[(.{1,60}?)\]\s+([\d,]{1,16})\s*$")
_DEPTH = re.compile(r"^([\s│├└─|]*[├└]─)(\w{1,60})(?: \((\w{1,60})\))?(?:: \d{1,3}(?:-\d{1,5})?)?\s")
_SHAPE = re.compile(r"[\[(]([^\[\]()]{0,80})[\])]")
_SOURCE = re.compile(r"([\w/.\-]{1,80})\[\d{1,4}\]")
_PARAMS = re.compile(r"^\D{0,4}(\d[\d,]{0,15})(?: \(|$)", re.MULTILINE)
_TITLE = re.compile(r'Model: "(\w{0,80})"')
_SEQUENTIAL = ("sequential", "functional", "model")
_MERGES = ("Add", "Concatenate", "Merge", "Multiply", "Average", "Maximum", "Subtract", "Dot")
_INSIDE = ("Sequential", "Functional", "Model")
_CUT = ("BatchNormalization", "Bidirectional", "TimeDistributed", "GlobalAveragePooling1D", "GlobalAveragePooling2D",
        "GlobalMaxPooling1D", "GlobalMaxPooling2D", "MaxPooling1D", "MaxPooling2D", "AveragePooling2D", "InputLayer",
        "SpatialDropout1D", "SpatialDropout2D", "LayerNormalization", "SeparableConv2D", "DepthwiseConv2D",
        "Conv2DTranspose", "ZeroPadding2D", "UpSampling2D", "MultiHeadAttention", "Concatenate", "RepeatVector",
        "Activation", "Embedding", "Sequential", "Functional", "LeakyReLU")  # fmt: skip


class _Record(msgspec.Struct):
    """One row of a table.

    Attributes:
        depth: how far inside other models it stands.
        sources: names of the layers that feed it; None where the table has no such column.
        units, rate, trainable: as a table without shapes tells them.
    """

    name: str
    type: str
    shape: str
    params: str
    depth: int = 0
    sources: list[str] | None = None
    units: float | None = None
    rate: float | None = None
    trainable: bool | None = None


def table(lines: list[str], at: int) -> tuple[tuple[Layer, ...], str, bool] | None:
    """(layers, "summary", chain) of the table whose header is line `at`; None when no row can be read."""
    header = lines[at]
    below = lines[at + 1 : at + 1 + 8 * MAX_LAYERS]
    if "depth-idx" in header or "(var_name)" in header:
        records = _by_depth(header, below)
        chain = _is_sequential(below, records)
    elif _BOX.search(header):
        records, chain = _boxed(header, below), True
    else:
        records, chain = _plain(header, below)
    records = _without_containers(records)[:MAX_LAYERS]
    if not records:
        return None
    title = next((found[1] for line in reversed(lines[max(0, at - 3) : at]) if (found := _TITLE.search(line))), None)
    subclassed = title is not None and not title.lower().startswith(_SEQUENTIAL)
    chain = chain and not subclassed and _one_after_another(records)
    layers = [_layer(record) for record in records]
    if chain:
        layers = [layers[0], *(_with_inputs(layer, before) for before, layer in pairwise(layers))]
    if chain and all(_OF_HOOKS.match(record.shape) for record in records):
        # All that a `Sequential` applies has a row; behind it its owner may apply more.
        layers = [*(msgspec.structs.replace(layer, told=True) for layer in layers[:-1]), layers[-1]]
    return tuple(layers), "summary", chain


def _is_sequential(lines: list[str], records: list[_Record]) -> bool:
    """The whole model is a `Sequential`, and so is whatever holds others in it: the rows run one after the other."""
    root = next((line for line in lines if line.strip() and not _RULE.match(line)), "")
    inner = [one.type for one, after in pairwise(records) if after.depth > one.depth]
    return root.startswith("Sequential") and all(each == "Sequential" for each in inner)


def is_header(line: str) -> bool:
    """The line names the columns of a table of layers."""
    if "Layer (type" in line:
        return True
    return "┃ path" in line and "module" in line


def _boxed(header: str, lines: list[str]) -> list[_Record]:
    """Rows between rules; each cell may take several lines (Keras 3, Flax)."""
    names = [cell.strip().lower() for cell in _BOX.split(header)[1:]]
    by_path = names[:1] == ["path"]
    records: list[_Record] = []
    cells: list[list[str]] = []
    indent = 0
    for line in lines:
        if "otal params" in line or "otal Parameters" in line or not line.strip():
            break
        if not _RULE.match(line):
            parts = _BOX.split(line.lstrip())[1:]
            if not cells:
                indent = len(parts[0]) - len(parts[0].lstrip(" ")) if parts else 0
            cells.append([part.strip() for part in parts])
            continue
        if not cells:
            continue
        joined = {
            name: "\n".join(row[at] for row in cells if at < len(row) and row[at]) for at, name in enumerate(names)
        }
        record = _of_flax(joined) if by_path else _of_keras(joined, indent)
        if record is not None:
            records.append(record)
        cells = []
        if len(records) >= 2 * MAX_LAYERS:
            break
    return records


def _of_keras(cells: dict[str, str], indent: int) -> _Record | None:
    first = cells.get("layer (type)", "").replace("\n", " ")
    nested = "└" in first
    found = _NAMED.match(first.lstrip("└ ─"))
    if not found:
        return None
    connected = cells.get("connected to")
    return _Record(
        found[1],
        found[2] if found[3] else _whole(found[2], found[1]),
        cells.get("output shape", "").replace("\n", " "),
        cells.get("param #", ""),
        depth=(indent + 3) // 3 if nested else 0,
        sources=_sources(connected) if connected is not None else None,
    )


def _of_flax(cells: dict[str, str]) -> _Record | None:
    """A row of `tabulate`; the model itself has no path."""
    path = cells.get("path", "").replace("\n", "")
    if not path:
        return None
    params = next(iter(_PARAMS.findall(cells.get("params", ""))), "")
    shape = cells.get("outputs", "").replace("\n", "")
    return _Record(path, cells.get("module", "").split("\n")[0][:60], shape, params, depth=path.count("/"), sources=[])


def _plain(header: str, lines: list[str]) -> tuple[list[_Record], bool]:
    """Rows of Keras 1 and 2, and of torchsummary, which says nothing of branches."""
    connected = "Connected to" in header
    records: list[_Record] = []
    cut = ""
    chain = True
    for line in lines:
        if "otal params" in line or len(records) >= 2 * MAX_LAYERS:
            break
        found = _PLAIN.match(line)
        if found:
            name, written, closed, shape, params, rest = found.groups()
            cut = "" if closed else written
            depth = line[: line.find(name)].count("|")
            sources = _sources(rest) if connected else None
            records.append(_Record(name, _whole(written, name) if cut else written, shape, params, depth, sources))
            # Hooks see modules in the order of calls; only the numbers of a `Sequential` tell of no branches.
            chain = chain and not (_OF_HOOKS.match(shape) and _number_in(name) != len(records) - 1)
            continue
        bare = _WITHOUT_SHAPE.match(line) if "hape" not in header else None
        if bare:
            records.append(_without_shape(bare))
            # numbered one after the other, as `Sequential` does; else in the order of their making
            chain = chain and _number_in(bare[1]) in (len(records) - 1, len(records))
            continue
        other = _ROW.match(line)
        if other:
            records.append(_Record(f"{other[1]}-{other[2]}", other[1], f"[{other[3]}]", other[4]))
            chain = False  # in the order of calls, but branches do not show
            continue
        more = _GOES_ON.match(line)
        if more and records and cut:
            records[-1].type = cut + more[1]
            cut = ""
        elif connected and records and records[-1].sources is not None:
            records[-1].sources.extend(_sources(line))
    return records, chain


def _number_in(name: str) -> int | None:
    """The number that a name ends in, of a module in a `Sequential`."""
    found = re.search(r"(?:^|[_.])(\d{1,4})$", name)
    return int(found[1]) if found else None


def _without_shape(row: re.Match[str]) -> _Record:
    told = {key.strip().lower(): value.strip() for key, _, value in (each.partition("=") for each in row[3].split(","))}
    units, rate = (next((plain_number(told[key]) for key in keys if key in told), None) for keys in (_WIDTH, _RATE))
    trained = {"True": True, "Yes": True, "False": False, "No": False}.get(row[5] or "")
    return _Record(row[1], row[2], "", row[4], units=units, rate=rate, trainable=trained)


def _by_depth(header: str, lines: list[str]) -> list[_Record]:
    """Rows of torchinfo, which says how deep each module stands."""
    names = [name.strip().lower() for name in re.split(r"\s{2,}", header.strip())]
    records: list[_Record] = []
    for line in lines:
        if "otal params" in line or len(records) >= 2 * MAX_LAYERS:
            break
        found = _DEPTH.match(line)
        if not found:
            continue
        cells = re.split(r"\s{2,}", line[found.end() - 1 :].strip())
        told: dict[str, str] = dict(zip(names[1:], cells, strict=False))
        shape = told.get("output shape", told.get("input shape", ""))
        name = found[3] or f"{found[2]} {len(records) + 1}"
        records.append(_Record(name, found[2], shape, told.get("param #", ""), depth=1 + len(found[1]) // 5))
    return records


def _without_containers(records: list[_Record]) -> list[_Record]:
    """Rows without those of models whose own rows follow."""
    kept = []
    for at, record in enumerate(records):
        below = records[at + 1] if at + 1 < len(records) else None
        if below is None or below.depth <= record.depth or below.name == record.name:
            kept.append(record)
    return kept


def _sources(text: str) -> list[str]:
    return [name for name in _SOURCE.findall(text[:4_000]) if name]


def _one_after_another(records: list[_Record]) -> bool:
    """Each layer is fed by the one before, as far as the table tells."""
    if sum(record.type == "InputLayer" for record in records) > 1 or any(each.type in _MERGES for each in records):
        return False
    names = {record.name for record in records}
    for before, record in pairwise(records):
        known = [name for name in record.sources or () if name in names]
        if len(record.sources or ()) > 1 or (known and known != [before.name]):
            return False
    return True


def _whole(written: str, name: str) -> str:
    """A type that was cut at the width of its column ("BatchNo"), from the layer's name or the known types."""
    own = re.sub(r"_\d{1,5}$", "", name.rpartition("/")[2])
    by_name = "".join(part.capitalize() for part in own.split("_"))
    fitting = [known for known in _CUT if known.startswith(written)]
    exact = next((known for known in _CUT if known.lower() == by_name.lower()), by_name)
    if exact.lower().startswith(written.lower()):
        return exact
    return fitting[0] if fitting and len(written) >= 4 else written


def _layer(record: _Record) -> Layer:
    """Units from the shape: the last axis, or the one behind the batch's for convolutions of PyTorch.

    Where the shape is that of PyTorch's weights, as the number of parameters tells, units are its first axis.
    """
    if not record.shape:
        own = _PARAMS.search(record.params)
        return Layer(
            record.name,
            record.type,
            record.units,
            params=plain_number(own[1].replace(",", "")) if own else None,
            trainable=record.trainable,
            rate=record.rate,
        )
    shape = _SHAPE.search(record.shape)
    parts = [part.strip() for part in (shape[1] if shape else "").split(",") if part.strip()]
    sizes = [plain_number(part) for part in parts]
    known = [size for size in sizes if size is not None and size > 0]
    axes = max(0, len(parts) - 1)
    last = known[-1] if known else None
    if record.type.endswith("d") and record.type.startswith(("Conv", "BatchNorm")) and known:
        last = known[0] if axes == len(known) else known[1] if len(known) > 1 else known[0]
    found = _PARAMS.search(record.params)
    params = plain_number(found[1].replace(",", "")) if found else None
    of_weights = _units_of_weights(record, [size for size in sizes if size is not None], params)
    if of_weights is not None:
        return Layer(
            record.name, record.type, of_weights, params=params, options={"dims": 1} if len(parts) == 2 else {}
        )
    return Layer(
        record.name,
        record.type,
        last,
        params=params,
        options={"dims": axes} if parts else {},
    )


def _with_inputs(layer: Layer, before: Layer) -> Layer:
    """A dense layer with what comes in, which is what the layer before it gives, if its number of weights agrees."""
    if not layer.units or not before.units or "inputs" in layer.options:
        return layer
    if layer.params not in (before.units * layer.units, (before.units + 1) * layer.units):
        return layer
    return msgspec.structs.replace(layer, options={**layer.options, "inputs": before.units})


_GATES = {"RNN": 1, "GRU": 3, "LSTM": 4}


def _units_of_weights(record: _Record, sizes: list[float], params: float | None) -> float | None:
    """Units that come out, where the shape is that of PyTorch's weights; None where it is that of the output.

    The number of parameters tells: it is that of the shape, with or without a bias for each unit. Of a recurrent layer
    the second shape is that of the weights from step to step, all gates of a unit one below the other.
    """
    if record.type in _GATES:
        shapes = [found[1].split(",") for found in _SHAPE.finditer(record.shape)]
        inner = [plain_number(part.strip()) for part in shapes[1]] if len(shapes) > 1 else []
        rows, units = inner if len(inner) == 2 else (None, None)
        return units if rows is not None and units and rows == _GATES[record.type] * units else None
    linear = record.type == "Linear" and len(sizes) == 2
    if not sizes or not (linear or (_CONVOLVES.fullmatch(record.type) and len(sizes) == int(record.type[4]) + 2)):
        return None
    return sizes[0] if params in (prod(sizes), prod(sizes) + sizes[0]) else None


_CONVOLVES = re.compile(r"Conv[123]d")
