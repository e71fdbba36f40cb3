"""Settings that stand in the layers rather than in the configuration: dropout rates, penalties, widths."""

from __future__ import annotations

from mladvisor.features.catalogue import Measures, feature
from mladvisor.features.config_keys import words
from mladvisor.features.config_lookup import Picked, between, number_list, pick
from mladvisor.features.layer_list import HOW, Architecture, architecture, known
from mladvisor.features.measured import Measured, on_line


def strongest_dropout(m: Measures) -> Measured | None:
    """The largest rate of a dropout layer; None where no layer tells one."""
    found: Architecture | None = m.once(architecture)
    if found is None:
        return None
    rates = [
        (layer.rate, layer.name)
        for layer, kind in zip(found.source.layers, found.kinds, strict=True)
        if kind == "dropout" and layer.rate is not None and 0 <= layer.rate <= 1
    ]
    return known(*_largest(rates, found)) if rates else None


def strongest_penalty(m: Measures, name: str) -> Measured | None:
    """The largest L1 or L2 penalty on a layer's weights; None where no layer has one.

    Args:
        name: "l1" or "l2".
    """
    found: Architecture | None = m.once(architecture)
    if found is None:
        return None
    values = [
        (float(layer.options[name]), layer.name)
        for layer in found.source.layers
        if isinstance(layer.options.get(name), int | float)
    ]
    return known(*_largest(values, found)) if values else None


def furthest_bias(m: Measures) -> Measured | None:
    """Where biases of hidden layers start, at the layer where that is furthest from 0; None where no layer tells it."""
    found: Architecture | None = m.once(architecture)
    hidden = found.hidden if found is not None else ()
    values = [
        (float(stage.layer.options["bias_start"]), stage.name)
        for stage in hidden
        if "bias_start" in stage.layer.options
    ]
    if found is None or not values:
        return None
    value, name = max(values, key=lambda each: abs(each[0]))
    return known(value, found, name)


def most_inputs(m: Measures) -> float | None:
    """Inputs of the layer that has most of them, by the list of layers or the widths in the configuration."""
    found: Architecture | None = m.once(architecture)
    told = [stage.layer.options.get("inputs") for stage in found.stages] if found is not None else []
    units = [stage.layer.units for stage in found.stages[:-1]] if found is not None else []
    known_sizes = [float(size) for size in (*told, *units) if isinstance(size, int | float) and size >= 1]
    if known_sizes:
        return max(known_sizes)
    widths = pick(m, "widths", number_list)
    return max(widths.value) if widths is not None and widths.value else None


def inputs_of_filters(m: Measures) -> float | None:
    """Inputs that a filter behind the first layer has at least, by the numbers of channels in the configuration."""
    channels = pick(m, "channels", lambda value: number_list(value) if isinstance(value, list) else None)
    if channels is None or len(channels.value) < 2:
        return None
    side = pick(m, "filter_side", between(1, 100, whole=True))
    return float(max(channels.value[:-1]) * (side.value if side is not None else _USUAL_SIDE))


_USUAL_SIDE = 3
"""Points that a filter sees at least: in one direction, as a series has no other."""


def shared_width(m: Measures) -> Picked | None:
    """One width for all hidden layers, by the configuration.

    `hidden: 2` and `n_hidden: 2` may be a number of layers, too, but not where another key tells that one.
    """
    picked = pick(m, "width", between(1, 1e7, whole=True))
    if picked is not None and not (_leaf(picked) in _COUNT_OR_FACTOR and picked.value < _FEWEST):
        return picked
    either = pick(m, "width_or_layers", between(1, 1e7, whole=True))
    if either is None or either.value >= _FEWEST:
        return either
    count = pick(m, "layers", between(1, 10_000, whole=True))
    return either if count is not None and count.key != either.key else None


def _leaf(picked: Picked) -> str:
    return words(picked.key.rpartition(".")[2])


_COUNT_OR_FACTOR = frozenset(("n_hidden", "num_hidden", "width"))
"""Keys of a width that also say how many hidden layers there are, or by how much all are widened."""
_FEWEST = 5  # a smaller number under such a key may be either


def narrowest_width(m: Measures) -> Measured | None:
    """Units of the narrowest hidden layer that is fully connected or recurrent, or of the embedding that all passes.

    None where there is none of them.
    """
    found: Architecture | None = m.once(architecture)
    if found is None:
        return None
    entry = _only_embedding(found)
    kinds = ("dense", "recurrent") if found.source.chain else ("recurrent",)
    widths = [
        (stage.layer.units, stage.name)
        for stage in (found.stages[:-1] if found.source.chain else found.stages)
        if stage.kind in kinds and stage.layer.units is not None and stage.layer.units >= 1
    ]
    if entry is not None and (not widths or entry[0] <= min(widths)[0]):
        return known(entry[0], found, entry[1], note=entry[1])
    if not widths:
        return None
    # Where layers stand beside each other, what passes a sequence is at least what the widest recurrent one holds.
    width, name = min(widths) if found.source.chain else max(widths)
    return known(width, found, name, note=name)


def _only_embedding(found: Architecture) -> tuple[float, str] | None:
    """Width and name of the one embedding of a model, where the layer behind it takes as many numbers and no others.

    Of several embeddings, or one beside other inputs, a narrow one may hold what is simple.
    """
    if sum(kind == "embedding" for kind in found.kinds) != 1 or len(found.stages) < 2:
        return None
    first, second = found.stages[:2]
    units = first.layer.units
    if first.kind != "embedding" or not units or second.layer.options.get("inputs") != units:
        return None
    return units, first.name


@feature(
    "model.penalised",
    type="flag",
    doc="Layers drop units or penalise their weights; false only where the file tells that none does (Keras' JSON), or"
    " the training script that nothing does to speak of",
    how=HOW,
    source="hyper.reg-first-none",
)
def penalised(m: Measures) -> Measured | None:
    found: Architecture | None = m.once(architecture)
    if found is None:
        return _unrestrained(m)
    for layer, kind in zip(found.source.layers, found.kinds, strict=True):
        options = layer.options
        if (kind == "dropout" and layer.rate != 0) or options.get("l1") or options.get("l2") or options.get("drops"):
            return known(True, found, layer.name)
    return known(False, found) if found.source.form == "keras" else _unrestrained(m)


def _unrestrained(m: Measures) -> Measured | None:
    """What the training script says of restraints, where the layers do not tell of any."""
    if m.run.script is None:
        return None
    from mladvisor.features.code_penalty import penalises

    told = penalises(m.run.script.code)
    return Measured(told[0], where=on_line(m.run.script.code.place(told[1]))) if told is not None else None


def _largest(values: list[tuple[float, str]], found: Architecture) -> tuple[float, Architecture, str, str]:
    value, name = max(values)
    return value, found, name, name
