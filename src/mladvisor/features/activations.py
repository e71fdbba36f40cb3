"""Activations of the model's layers from files alone: which stand behind hidden layers, which are missing or doubled.

PyTorch keeps activations in `forward`, and summary tables leave them out; such models give fewer measurements.
"""

from __future__ import annotations

import re
from typing import Any

from mladvisor.features.catalogue import Measures, feature
from mladvisor.features.config_lookup import pick, text
from mladvisor.features.layer_list import HOW, Architecture, Stage, architecture, known
from mladvisor.features.layer_names import activation
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
    "model.recurrent_plain",
    type="flag",
    doc="All recurrent layers are plain ones, without the gates of an LSTM or GRU",
    how=HOW,
    source="+activation",
)
def recurrent_plain(m: Measures) -> Measured | None:
    found: Architecture | None = m.once(architecture)
    recurrent = [stage for stage in found.stages if stage.kind == "recurrent"] if found else []
    if found is None or not recurrent:
        return _plain_by_settings(m) if found is None else None
    kinds = [stage.layer.type.rpartition(".")[2].lower() for stage in recurrent]
    return known(all(kind in _PLAIN or "(simplernn" in kind for kind in kinds), found, recurrent[0].name)


def _plain_by_settings(m: Measures) -> Measured | None:
    """A recurrent model whose settings name its cells: `cell: rnn`, or a model that is called plain ("vanilla_rnn")."""
    if m.value("model.family") != "rnn":
        return None
    picked = pick(m, "cell", _cell_is_plain) or pick(m, "model", _named_plain)
    if picked is not None:
        return Measured(picked.value == "plain", where=picked.where())
    # Gates have activations of their own: what is only called "rnn" and names its non-linearity is nn.RNN.
    named = pick(m, "recurrent_activation", lambda value: activation(text(value) or "-"))
    chosen = named is not None and named.value in ("relu", "tanh") and "nonlin" in named.key.lower().replace("_", "")
    called = pick(m, "model", lambda value: True if (text(value) or "").lower() == "rnn" else None)
    return Measured(True, where=named.where()) if chosen and called is not None and named is not None else None


_PLAIN = ("rnn", "simplernn", "rnncell", "simplernncell")
_PLAIN_CELLS = (*_PLAIN, "vanilla", "vanillarnn", "simple", "elman", "elmanrnn", "rnntanh", "rnnrelu", "plain", "tanh")
_GATED = ("lstm", "gru", "sru", "mgu")


def _cell_is_plain(value: object) -> str | None:
    """ "plain" or "gated", by the name of a recurrent cell; None for other things that are called cells."""
    name = re.sub(r"[^a-z]", "", (text(value) or "").lower())
    return "plain" if name in _PLAIN_CELLS else "gated" if any(gate in name for gate in _GATED) else None


def _named_plain(value: object) -> str | None:
    """ "plain" for a model whose own name says so; "rnn" alone may be any recurrent one."""
    name = re.sub(r"[^a-z]", "", (text(value) or "").lower())
    return "plain" if name != "rnn" and name in _PLAIN_CELLS[1:] and "rnn" in name else None


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
        return _unbounded_by_settings(m)
    open_ones = [stage.name for stage in recurrent if stage.activation in (*_OPEN, "relu6", "linear")]
    return known(bool(open_ones), found, open_ones[0] if open_ones else "", note=", ".join(open_ones[:4]))


def _unbounded_by_settings(m: Measures) -> Measured | None:
    """A recurrent model whose settings name the activation of its cells: `nonlinearity` is what nn.RNN calls it, and
    "rnn_relu" a cell that has it.
    """
    if m.value("model.family") != "rnn":
        return None
    picked = pick(m, "recurrent_activation", lambda value: activation(text(value) or "-")) or pick(m, "cell", _in_cell)
    return Measured(picked.value in (*_OPEN, "relu6", "linear"), where=picked.where()) if picked else None


def _in_cell(value: Any) -> str | None:
    """The activation in the name of a plain cell ("RNN_TANH", "relu-rnn", "SimpleRNN (relu)"), or a cell called by it
    alone; gates have their own.
    """
    words = re.findall(r"[a-z]+", (text(value) or "").lower())
    plain = len(words) == 1 or any(word in ("rnn", "simplernn", "elman", "vanilla") for word in words)
    return next((word for word in words if word in ("relu", "tanh")), None) if plain else None


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
    recurrent = [s for s in found.stages[:-1] if s.kind == "recurrent" and s.activation is not None]
    values = {s.name: known(s.activation in ("softmax", "logsoftmax"), found, s.name) for s in _hidden(found)}
    return values | {s.name: known(s.activation == "softmax", found, s.name) for s in recurrent} or None


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


@feature(
    "model.hidden.plain_run",
    unit="layers",
    doc="Most hidden layers in a row with ReLU or its like, with neither normalisation nor shortcut between them; known"
    " where each layer is known to feed the next one alone",
    how=HOW,
    source="+activation He et al. 2016",
)
def plain_run(m: Measures) -> Measured | None:
    found: Architecture | None = m.once(architecture)
    if found is None or not found.source.chain or not found.hidden:
        return None
    return known(float(_run_of(found, _OPEN)), found)


def _squashing(m: Measures, names: tuple[str, ...]) -> Measured | None:
    found: Architecture | None = m.once(architecture)
    if found is None or not _hidden(found):
        return None
    return known(float(_run_of(found, names)), found)


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
