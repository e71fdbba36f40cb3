"""Tables of layers that people print themselves: a row for each module, in columns of their own.

    layer   type                                 params        layer (type)          shape           params
    conv1   Conv2d(1, 8, kernel_size=(3, 3))         80        0 (Conv2d)            (8, 1, 3, 3)        80
    act1    ReLU()                                    0        1 (ReLU)                                   0
    fc      Linear(8, 4)                             36        fc (Linear)   in_features=8, out_features=4  36

A last column may say whether the weights of a layer learn. What a shape is of is told by the number of weights: the
shape of the weights themselves, or that of the output.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from math import prod

import msgspec

from mladvisor.runs.model_layer import MAX_LAYERS, Layer, plain_number

_FIRST = ("layer", "layers", "layername", "name", "module", "modules", "idx", "index", "no", "nr", "block")
_LEARNS = ("trainable", "trained", "frozen", "requiresgrad", "learnable")
_OTHERS = ("type", "class", "module", "kind", "layertype", "operation", "shape", "outputshape", "weightshape", "output",
           "params", "param", "nparams", "numparams", "parameters", "paramcount", "weights", "definition",
           "layer", "paramshape", "parametershape", "kernelshape", *_LEARNS)  # fmt: skip
_GAP = re.compile(r"\s{2,}|\t+|\s*\|\s*|\s*;\s*")
_NAMED = re.compile(r"([\w./\-]{1,80}) ?\(([A-Za-z_][\w.]{0,60})\)")
_MADE = re.compile(r"(?:([\w./\-]{1,80})\s*[:=]?\s+)?([A-Za-z_][\w.]{0,60})\((.*)\)")
_GRAZED = re.compile(r"^(\s{0,20}[\w./\-]{1,80} \([A-Za-z_][\w.]{0,60}\)) ?(?=[\w(])")
_GIVEN = re.compile(r"(?:\d{1,6}, ){0,2}[a-z]\w{0,40}=[^=]")
"""What PyTorch prints of a module in parentheses: "in_features=8, out_features=4", "3, 16, batch_first=True"."""
_SHAPE = re.compile(r"(?:torch\.Size\()?[\[(]([\d, ]{0,60}|(?:None|-1|\?|N|B)(?:, ?\d{1,7}){0,5})[\])]\)?")
_COUNT = re.compile(r"\d{1,3}(?:[,_ ]\d{3}){0,4}|\d{1,12}")
_OF_WEIGHTS = re.compile(r"weight|(?:param(?:eter)?|kernel)s? shape")
_SAYS = {"true": True, "yes": True, "y": True, "✓": True, "false": False, "no": False, "n": False, "✗": False,
         "-": None, "–": None, "n/a": None}  # fmt: skip
_RULE = re.compile(r"[\s|+=\-_─━═┼│]{3,}")
_WEIGHTED = re.compile(r"(?:linear|dense|conv|embedding|lstm|gru|rnn|simplernn|bilinear|separableconv|multihead)", re.I)
_ACTIVATES = re.compile(r"(?:\w{0,6}relu\d?|sigmoid|tanh|gelu|[sc]?elu|silu|softmax|mish|softplus|hard\w{4,8})$", re.I)
_BRANCHES = re.compile(r"(?:lstm|gru|rnn|multihead|transformer|add|concat|downsample|shortcut)", re.I)


def is_rows_header(line: str) -> bool:
    """The line names the columns of such a table: a layer, and its type, shape or number of weights."""
    cells = [re.sub(r"[^a-z]", "", cell) for cell in _GAP.split(line.strip().strip("|").lower())]
    if cells and cells[0] == "":
        cells = cells[1:]  # a column of numbers has no title
    if len(cells) < 2 or not (cells[0] in _FIRST or cells[0] in ("layertype", "moduletype", "nametype")):
        return False
    return all(cell in _OTHERS for cell in cells[1:])


def rows_table(
    lines: list[str], at: int, made: Callable[[str, str, str], Layer]
) -> tuple[tuple[Layer, ...], str, bool] | None:
    """(layers, "print", chain) of the table whose header is line `at`; None when it holds no layers.

    Args:
        made: a layer of its name, its class and the arguments of its constructor.
    """
    header = lines[at].lower()
    weights = _OF_WEIGHTS.search(header) is not None
    says = next((word for word in _LEARNS if re.sub(r"[^a-z]", "", header).endswith(word)), "")
    layers: list[Layer] = []
    summed = False
    for line in lines[at + 1 : at + 1 + 2 * MAX_LAYERS]:
        if not line.strip() and layers:
            break
        if not line.strip() or _RULE.fullmatch(line):
            continue
        if line.strip().lower().startswith(("total", "trainable", "non-trainable", "sum", "all ")):
            summed = True
            break
        row, learns = _told_apart(line) if says else (line, None)
        layer = _row(row, made, weights=weights)
        if layer is None:
            break
        if learns is not None:
            layer = msgspec.structs.replace(layer, trainable=learns != (says == "frozen"))
        layers.append(layer)
        if len(layers) >= MAX_LAYERS:
            break
    layers = [layer for layer in layers if layer.type not in ("Sequential", "ModuleList", "ModuleDict")]
    if len(layers) < 2 - summed or not any(_WEIGHTED.match(_class(layer)) for layer in layers):
        return None
    chain = _one_after_another(layers)
    last = len(layers) - 1
    told = [msgspec.structs.replace(one, told=chain and number < last) for number, one in enumerate(layers)]
    return tuple(told), "print", chain


def _told_apart(line: str) -> tuple[str, bool | None]:
    """A row without its last cell, and whether that says yes or no; None where it says neither."""
    before, _, last = line.rstrip(" |").rpartition(" ")
    return (before, _SAYS[last.lower()]) if last.lower() in _SAYS else (line, None)


def _class(layer: Layer) -> str:
    return layer.type.rpartition(".")[2]


def _one_after_another(layers: list[Layer]) -> bool:
    """Activations are listed among the layers, and none that branches: modules of a `Sequential`, or in its order."""
    if len(layers) == 1:
        return True
    if not any(_ACTIVATES.match(_class(layer)) for layer in layers):
        return False
    names = [layer.name for layer in layers]
    plain = all(name.count(".") < 2 for name in names) and len(set(names)) == len(names)
    return plain and not any(_BRANCHES.match(_class(one)) or _BRANCHES.search(one.name) for one in layers)


def _row(line: str, made: Callable[[str, str, str], Layer], *, weights: bool) -> Layer | None:
    line = _GRAZED.sub(r"\1  ", line, count=1)  # a name that fills its column
    cells = [cell for cell in _GAP.split(line.strip().strip("|").strip()) if cell]
    params = plain_number(re.sub(r"[,_ ]", "", cells[-1])) if len(cells) > 1 and _COUNT.fullmatch(cells[-1]) else None
    if params is not None:
        cells = cells[:-1]
    if len(cells) > 2 and cells[0].isdecimal() and not _SHAPE.fullmatch(cells[1]) and not _MADE.fullmatch(cells[1]):
        cells = cells[1:]  # numbered rows
    shape = next((found for cell in cells[1:] if (found := _SHAPE.fullmatch(cell))), None)
    said = [cell for cell in cells if shape is None or cell != shape[0]]
    named = _NAMED.fullmatch(said[0]) if said else None
    call = next((found for cell in said if (found := _MADE.fullmatch(cell))), None)
    if named is not None and len(said) > 1 and _GIVEN.match(said[1]):
        layer = made(named[1], named[2], said[1])
    elif named is not None and (len(said) == 1 or call is None):
        layer = Layer(named[1], named[2])
    elif call is not None:
        layer = made(call[1] or (said[0] if said[0] != call[0] else call[2]), call[2], call[3])
    elif len(said) == 2 and re.fullmatch(r"[A-Za-z_][\w.]{0,60}", said[1]):
        layer = Layer(said[0], said[1])
    else:
        return None
    units, inputs = _sizes(layer, shape[1] if shape else "", params, weights=weights)
    if layer.units is not None and not weights:
        units = layer.units
    options = {**layer.options, **({"inputs": inputs} if inputs and "inputs" not in layer.options else {})}
    sides = [plain_number(part) for part in shape[1].split(",")[2:]] if shape else []
    if inputs and sides and _class(layer).lower().startswith("conv"):  # PyTorch's: units, inputs and the filter's sides
        options["kernel"] = max(side or 0.0 for side in sides)
    kept = None if "drop" in layer.type.lower() else units if units is not None else layer.units
    return Layer(layer.name[:80], layer.type, kept, layer.activation, False, params=params, rate=layer.rate,
                 options=options)  # fmt: skip


def _sizes(layer: Layer, shape: str, params: float | None, *, weights: bool) -> tuple[float | None, float | None]:
    """(units, inputs) by a shape: PyTorch's weights have the units first, Keras' last; of outputs see the last axis."""
    whole = [plain_number(part) for part in shape.split(",") if part.strip()]
    sizes = [size for size in whole if size is not None and size > 0]
    if not sizes:
        return None, None
    kind = _class(layer).lower()
    product = prod(sizes)
    if len(sizes) == len(whole) and len(sizes) > 1 and (weights or params is not None):
        if kind.startswith("embedding") and (weights or product == params):
            return sizes[-1], None
        if weights or params in (product, product + sizes[0]):
            return sizes[0], sizes[1]
        if params == product + sizes[-1]:
            return sizes[-1], sizes[-2]
    if len(sizes) == 1 and (kind.startswith(("batchnorm", "layernorm", "groupnorm")) or weights):
        return sizes[0], None
    images = kind.endswith("2d") and len(whole) > 3
    return (plain_number(whole[1]) if images else sizes[-1]), None
