"""The model's layers from files alone: activations, order, output. One value per layer where it has a name.

Nothing is taken for wrong because a file is silent: PyTorch keeps activations in `forward`, summary tables leave them
out, and a list of modules is in the order of their making; such models give fewer measurements.
"""

from __future__ import annotations

from itertools import pairwise

from mladvisor.features.catalogue import Measures, feature
from mladvisor.features.layer_list import HOW, Architecture, Stage, architecture, known
from mladvisor.features.measured import Items, Measured, not_applicable

_SQUASHING = ("sigmoid", "hardsigmoid", "tanh")
_OPEN = ("relu", "leakyrelu", "prelu", "elu", "selu", "celu", "gelu", "silu", "swish", "mish", "softplus")


@feature(
    "layer.activation",
    type="choice",
    each="layer",
    doc="Activation behind each layer with weights, by its canonical name; linear when there is none",
    how=HOW,
    source="+activation",
)
def layer_activation(m: Measures) -> Items | None:
    found: Architecture | None = m.once(architecture)
    if found is None:
        return None
    return {s.name: known(s.activation, found, s.name) for s in found.stages if s.activation is not None}


def _hidden(found: Architecture) -> tuple[Stage, ...]:
    """Hidden layers whose activation is told."""
    return tuple(stage for stage in found.hidden if stage.activation is not None)


def _narrowest(found: Architecture, stage: Stage) -> bool:
    """The layer is a bottleneck on purpose: narrower than what stands before and behind it."""
    at = found.stages.index(stage)
    behind = found.stages[at + 1].layer.units if at + 1 < len(found.stages) else None
    before = found.stages[at - 1].layer.units if at else stage.layer.options.get("inputs")
    units = stage.layer.units
    return units is not None and behind is not None and before is not None and units < behind and units < before


@feature(
    "layer.collapses",
    type="flag",
    each="layer",
    doc="A hidden layer has no non-linearity between it and the next one, so that the two are one linear map; narrow"
    " layers in the middle (codes of autoencoders) and layers before pooling are left out",
    how=HOW,
    source="+activation Glorot & Bengio 2010",
)
def collapses(m: Measures) -> Items | Measured | None:
    found: Architecture | None = m.once(architecture)
    if found is None:
        return None
    if not found.source.chain:
        return not_applicable("the layers do not form one chain")
    values = {}
    for stage in _hidden(found):
        follower = found.stages[found.stages.index(stage) + 1]
        joined = stage.kind == follower.kind or (stage.kind == "conv" and follower.kind == "dense")
        plain = stage.activation == "linear" and joined and "pool" not in stage.after
        values[stage.name] = known(plain and not _narrowest(found, stage), found, stage.name)
    return values or None


@feature(
    "model.hidden.linear_share",
    unit="fraction",
    doc="Share of the hidden layers (fully connected, convolutional) without any non-linearity",
    how=HOW,
    source="+activation Glorot & Bengio 2010",
)
def linear_share(m: Measures) -> Measured | None:
    found: Architecture | None = m.once(architecture)
    if found is None:
        return None
    if any(stage.kind in ("recurrent", "attention") for stage in found.stages):
        return not_applicable("recurrent and attention layers are not linear by themselves")
    hidden = _hidden(found)
    if not found.hidden:
        return not_applicable("there is no hidden layer")
    if len(hidden) < len(found.hidden):
        return None
    linear = [s.name for s in hidden if s.activation == "linear" and "pool" not in s.after]
    return known(len(linear) / len(hidden), found, note=", ".join(linear[:6]))


@feature(
    "model.hidden.open_share",
    unit="fraction",
    doc="Share of the hidden layers (fully connected, convolutional) with a non-linearity that has no upper end: ReLU,"
    " GELU, ELU and their like",
    how=HOW,
    source="+activation Glorot & Bengio 2010",
)
def open_share(m: Measures) -> Measured | None:
    found: Architecture | None = m.once(architecture)
    if found is None or any(stage.kind in ("recurrent", "attention") for stage in found.stages):
        return None
    hidden = _hidden(found)
    if not hidden or len(hidden) < len(found.hidden):
        return None
    return known(sum(stage.activation in _OPEN for stage in hidden) / len(hidden), found)


@feature(
    "model.recurrent_unbounded",
    type="flag",
    doc="A recurrent layer has an activation without an upper end (ReLU and its like) where sigmoid or tanh are usual",
    how=HOW,
    source="+activation",
)
def recurrent_unbounded(m: Measures) -> Measured | None:
    found: Architecture | None = m.once(architecture)
    recurrent = [s for s in found.stages if s.kind == "recurrent" and s.layer.activation] if found else []
    if found is None or not recurrent:
        return None
    open_ones = [stage.name for stage in recurrent if stage.activation in (*_OPEN, "relu6", "linear")]
    return known(bool(open_ones), found, open_ones[0] if open_ones else "", note=", ".join(open_ones[:4]))


@feature(
    "model.trainable_share",
    unit="fraction",
    doc="Share of the layers with weights that are trainable, where the file tells it of each",
    how=HOW,
    source="feat.tiny",
)
def trainable_share(m: Measures) -> Measured | None:
    found: Architecture | None = m.once(architecture)
    told = [stage.layer.trainable for stage in found.stages] if found is not None else []
    if found is None or not told or None in told:
        return None
    return known(sum(bool(each) for each in told) / len(told), found)


@feature(
    "model.told_whole",
    type="flag",
    doc="The file tells all that the model does to its inputs (Keras' JSON, or a script that compiles the one model it"
    " builds); a list of PyTorch's modules leaves out what `forward` or the training loop apply by functions",
    how=HOW,
    source="+model",
)
def told_whole(m: Measures) -> Measured | None:
    found: Architecture | None = m.once(architecture)
    if found is None:
        return None
    whole = found.source.form == "keras"
    if found.source.form == "code" and m.run.script is not None:
        from mladvisor.runs.script.losses import compiles

        whole = len(compiles(m.run.script.code)) == 1
    return known(whole, found)


@feature(
    "layer.hidden_softmax",
    type="flag",
    each="layer",
    doc="A hidden layer has softmax as its activation, so that its units compete",
    how=HOW,
    source="+activation",
)
def hidden_softmax(m: Measures) -> Items | None:
    found: Architecture | None = m.once(architecture)
    if found is None or not found.source.chain:
        return None
    return {s.name: known(s.activation in ("softmax", "logsoftmax"), found, s.name) for s in _hidden(found)} or None


def _run_of(found: Architecture, names: tuple[str, ...]) -> int:
    """Most hidden layers in a row with one of these activations and no normalisation among them."""
    best = now = 0
    for stage in found.hidden:
        squashes = stage.activation in names and not {"batch-norm", "norm-other", "merge"} & set(stage.after)
        now = now + 1 if squashes else 0
        best = max(best, now)
    return best


@feature(
    "model.hidden.sigmoid_run",
    unit="layers",
    doc="Most hidden layers in a row that squash by sigmoid, without normalisation between them",
    how=HOW,
    source="+activation Glorot & Bengio 2010",
)
def sigmoid_run(m: Measures) -> Measured | None:
    return _squashing(m, _SQUASHING[:2])


@feature(
    "model.hidden.tanh_run",
    unit="layers",
    doc="Most hidden layers in a row that squash by tanh or sigmoid, without normalisation between them",
    how=HOW,
    source="+activation Glorot & Bengio 2010",
)
def tanh_run(m: Measures) -> Measured | None:
    return _squashing(m, _SQUASHING)


def _squashing(m: Measures, names: tuple[str, ...]) -> Measured | None:
    found: Architecture | None = m.once(architecture)
    if found is None or not _hidden(found):
        return None
    return known(float(_run_of(found, names)), found)


@feature(
    "layer.misplaced",
    type="choice",
    each="layer",
    choices=(
        "behind the last layer",
        "dense without flatten",
        "repeated",
        "dropout before batch norm",
        "pooled before the first convolution",
        "",
    ),
    doc="A layer stands where it does harm or nothing: dropout or normalisation behind the last layer, a fully"
    " connected layer straight behind a convolution, the same pooling or dropout twice in a row,"
    " the input pooled before the first convolution; empty when it is fine",
    how=HOW,
    source="hyper.depth",
)
def misplaced(m: Measures) -> Items | Measured | None:
    found: Architecture | None = m.once(architecture)
    if found is None:
        return None
    if not found.source.chain:
        return not_applicable("the layers do not form one chain")
    last = found.output.at if found.output else len(found.kinds)
    layers, values = found.source.layers, {}
    for at, (layer, kind) in enumerate(zip(layers, found.kinds, strict=True)):
        values[layer.name] = known(_fault(found, at, kind, last), found, layer.name)
    return values or None


def _fault(found: Architecture, at: int, kind: str, last: int) -> str:
    before = found.kinds[at - 1] if at else ""
    if at > last and kind in ("dropout", "batch-norm", "norm-other"):
        # A layer of an unknown type with units of its own is the last one: a margin product, a custom head.
        after = zip(found.source.layers[at + 1 :], found.kinds[at + 1 :], strict=True)
        return "" if any(kind == "other" and layer.units for layer, kind in after) else "behind the last layer"
    if kind == "dense" and before:
        behind = [found.kinds[back] for back in range(at - 1, -1, -1) if found.kinds[back] not in _SILENT]
        spatial = behind and behind[0] in ("conv", "pool", "depthwise")
        if spatial and _flat_output(found) and found.source.form != "summary":
            return "dense without flatten"
    if kind in ("pool", "pool-global") and "conv" in found.kinds[at:] and _is_first(found, at):
        return "pooled before the first convolution"
    if before == kind and kind in ("pool", "dropout", "batch-norm"):
        return "repeated"
    if kind == "batch-norm" and before == "dropout" and 0 < at < last:
        return "dropout before batch norm"
    return ""


def _is_first(found: Architecture, at: int) -> bool:
    """No layer with weights stands before: what is pooled are the inputs themselves."""
    earlier = found.source.layers[:at]
    return all(layer.units is None and not layer.params for layer in earlier)


_SILENT = ("activation", "dropout", "batch-norm", "norm-other", "other", "identity")


def _flat_output(found: Architecture) -> bool:
    """The output is one vector per row: a fully connected last layer, nothing that maps back to space behind it."""
    output = found.output
    return output is not None and output.kind == "dense" and not {"reshape", "flatten"} & set(output.after)


@feature(
    "model.output.every_step",
    type="flag",
    doc="The last recurrent layer gives every step of its sequence to the fully connected output, with nothing between"
    " that takes one step, pools or flattens, and no TimeDistributed around it",
    how=HOW,
    source="hyper.depth",
)
def every_step(m: Measures) -> Measured | None:
    found: Architecture | None = m.once(architecture)
    if found is None or not found.source.chain or found.output is None or found.output.kind != "dense":
        return None
    recurrent = [stage for stage in found.stages if stage.kind == "recurrent"]
    if not recurrent:
        return None
    last = recurrent[-1]
    gives = last.layer.options.get("sequences")
    if gives is None:
        return None
    ends = {"flatten", "pool", "pool-global", "reshape", "attention", "conv", "other"}
    kinds = set(found.kinds[last.at + 1 : found.output.at])
    by_step = bool(gives) and not kinds & ends and "(" not in found.output.layer.type
    return known(by_step, found, last.name, note=last.name)


@feature(
    "model.output.softmax_twice",
    type="flag",
    doc="The output goes through softmax (or sigmoid) twice",
    how=HOW,
    source="+model",
)
def softmax_twice(m: Measures) -> Measured | None:
    found: Architecture | None = m.once(architecture)
    if found is None or found.output is None or not found.source.chain:
        return None
    output = found.output
    squashes = ("softmax", "sigmoid")
    return known(output.activation in squashes and output.twice in squashes, found, output.name)


@feature(
    "model.widths_grow",
    type="flag",
    doc="A fully connected hidden layer is wider than the one before it, the narrow middle of an autoencoder left out",
    how=HOW,
    source="hyper.depth",
)
def widths_grow(m: Measures) -> Measured | None:
    found: Architecture | None = m.once(architecture)
    if found is None or not found.source.chain:
        told = m.one("config.widths_grow")
        return told if told.known else None
    widths = [(s.name, s.layer.units) for s in found.hidden if s.kind == "dense" and s.layer.units]
    if m.value("model.reconstructs"):
        return not_applicable("it gives its inputs back, so it widens again")
    if len(widths) < 2:
        return None
    grows = [name for (_, before), (name, after) in pairwise(widths) if after > before]
    return known(bool(grows), found, note=", ".join(grows))


@feature(
    "model.reconstructs",
    type="flag",
    doc="The output is as wide as the input, with a narrower layer between: the model gives its inputs back",
    how=HOW,
    source="+model",
)
def reconstructs(m: Measures) -> Measured | None:
    if m.value("model.family") == "vae":
        return m.one("model.family") and Measured(True, note="an autoencoder by its name")
    found: Architecture | None = m.once(architecture)
    if found is None or not found.stages:
        return None
    widths = [stage.layer.units for stage in found.stages]
    first = found.stages[0].layer.options.get("inputs")
    shape = next((layer.options["shape"] for layer in found.source.layers if "shape" in layer.options), None)
    if first is None and shape is not None:
        first = shape[-1] if isinstance(shape[-1], int | float) else None
    last = widths[-1]
    if last is None:
        return None
    middle = [width for width in widths[:-1] if width is not None]
    if first is not None:
        return known(first == last and last > 1 and any(width < last for width in middle), found)
    narrow = min(middle, default=last)
    hourglass = bool(middle) and narrow < last and middle[0] > narrow and last > 16 and last >= middle[-1]
    return known(True, found) if hourglass else None
