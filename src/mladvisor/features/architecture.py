"""The model's layers from files alone: their order, widths and output, and what the file tells of training them.

Nothing is taken for wrong because a file is silent: a list of modules is in the order of their making, and such models
give fewer measurements. What stands behind each layer is in `activations`.
"""

from __future__ import annotations

from itertools import pairwise

from mladvisor.features.catalogue import Measures, feature
from mladvisor.features.layer_list import HOW, WEIGHTED, Architecture, architecture, known
from mladvisor.features.measured import Items, Measured, not_applicable
from mladvisor.runs.model_layer import is_torch


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
    "layer.misplaced",
    type="choice",
    each="layer",
    choices=(
        "behind the last layer",
        "dense without flatten",
        "repeated",
        "dropout before batch norm",
        "pooled before the first convolution",
        "dropout made last",
        "",
    ),
    doc="A layer stands where it does harm or nothing: dropout or normalisation behind the last layer, a fully"
    " connected layer straight behind a convolution, the same pooling or dropout twice in a row,"
    " the input pooled before the first convolution; or a single dropout was made last, and the list does not tell"
    " where it runs; empty when it is fine",
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
        fault = _fault(found, at, kind, last)
        if fault == "behind the last layer" and kind == "dropout" and _may_be_in_forward(found, at):
            values[layer.name] = known("dropout made last", found, layer.name)
        elif not (fault in ("dense without flatten", "behind the last layer") and _may_be_in_forward(found, at)):
            values[layer.name] = known(fault, found, layer.name)
    return values or None


def _may_be_in_forward(found: Architecture, at: int) -> bool:
    """PyTorch's modules in a list: `forward` may flatten by a function before the fully connected layer, and may use a
    single dropout, made last, anywhere."""
    if found.source.form != "list" or not any(is_torch(layer.type) for layer in found.source.layers):
        return False
    if found.kinds[at] == "dropout" and _has_own_activations(found):
        return False
    return found.kinds[at] == "dense" or (found.kinds[at] == "dropout" and found.kinds.count("dropout") == 1)


def _has_own_activations(found: Architecture) -> bool:
    """Each of several hidden layers is followed by an activation of its own: such a list runs as it stands."""
    output = found.output.at if found.output else len(found.kinds)
    hidden = [stage.at for stage in found.stages if stage.at < output]
    return len(hidden) > 1 and all(found.kinds[at + 1] in ("activation", "batch-norm") for at in hidden)


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
    narrows = kind == "pool" or found.pools_all(at)  # another number of points may be the size that is wanted
    if narrows and "conv" in found.kinds[at:] and _is_first(found, at):
        return "pooled before the first convolution"
    if before == kind and kind in ("pool", "dropout", "batch-norm"):
        return "repeated"
    if kind == "batch-norm" and before == "dropout" and 0 < at < last:
        return "dropout before batch norm"
    return ""


def _is_first(found: Architecture, at: int) -> bool:
    """No layer with weights stands before: what is pooled are the inputs themselves."""
    earlier = found.source.layers[:at]
    return all(kind not in WEIGHTED and not layer.params for layer, kind in zip(earlier, found.kinds, strict=False))


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
    doc="The model gives its inputs back: its script compares the two, or the output is as wide as the input, with a"
    " narrower layer between",
    how=HOW,
    source="+model",
)
def reconstructs(m: Measures) -> Measured | None:
    if m.value("model.family") == "vae":
        return m.one("model.family") and Measured(True, note="an autoencoder by its name")
    if m.run.script is not None and m.run.script.gives_back:
        return Measured(True, note=f"{m.run.script.file} compares what comes out of the model with what went in")
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


_BETWEEN = ("activation", "dropout", "batch-norm", "norm-other", "identity")
"""Kinds that leave the width of what passes as it is."""


@feature(
    "model.misfit",
    type="choice",
    doc="Fully connected layers of the training script that take another width than the one before gives, in words;"
    " empty where all fit",
    how=HOW,
    source="test.architecture",
)
def misfit(m: Measures) -> Measured | None:
    found: Architecture | None = m.once(architecture)
    if found is None or found.source.form != "code" or not found.source.chain:
        return None
    odd: list[str] = []
    seen = False
    for before, after in pairwise(found.stages):
        between = found.kinds[before.at + 1 : after.at]
        takes, gives = after.layer.options.get("inputs"), before.layer.units
        dense = before.kind == after.kind == "dense" and all(kind in _BETWEEN for kind in between)
        if dense and isinstance(takes, int | float) and gives is not None:
            seen = True
            if takes != gives:
                odd.append(f"{after.name} takes {takes:g} and gets {gives:g}")
    return Measured("; ".join(odd[:4]), where=found.where()) if seen else None
