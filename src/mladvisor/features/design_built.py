"""The settings held against the layers that were built: what a configuration asks for, and the network has otherwise.

Only of layers one after another, dense, convolutional or recurrent: elsewhere a setting may be of one part of many.
"""

from __future__ import annotations

from collections.abc import Iterator

from mladvisor.features import layer_names
from mladvisor.features.catalogue import Measures
from mladvisor.features.config_keys import words
from mladvisor.features.config_lookup import Picked, between, flag, number, number_list, pick, text
from mladvisor.features.config_names import listed
from mladvisor.features.design import Part, parts_of
from mladvisor.features.layer_list import WEIGHTED, Architecture, architecture, design
from mladvisor.features.measured import Where
from mladvisor.runs.model import Setting

CONV_KEYS = frozenset(listed("channels filters n_filters num_filters conv_channels n_channels num_channels"))
_LISTED_KEYS = frozenset(
    listed(
        "hidden hidden_sizes hidden_layer_sizes hidden_units hidden_dims hidden_dim hidden_size hidden_layers fc_units"
        " dense_units layer_sizes layer_widths layer_dims layers widths mlp_dims mlp_sizes mlp_units mlp fc fc_layers"
    )
)
_BEHIND_CONVS = frozenset(listed("fc fc_units fc_dim fc_size fc_hidden dense_units"))
"""Keys of one dense layer behind convolutions, where a single number is its width."""
_WIDTH_KEYS = frozenset(
    listed(
        "hidden hidden_size hidden_dim hidden_units hidden_width n_hidden_units width layer_width layer_size units"
        " n_units num_units dense_units mlp_dim mlp_units lstm_units rnn_units gru_units lstm_size rnn_size rnn_dim"
        " lstm_hidden rnn_hidden neurons d_hidden hidden_sizes hidden_dims hidden_layer_sizes layer_sizes"
    )
)
"""Keys whose single number is the width of hidden layers: one of those built has it, where the settings are of them."""
_OF_ENCODERS = frozenset(("hidden_size", "hidden_dim"))
_PRINTED = ("print", "summary")
_INSIDE = (1, 2, 4)
"""Multiples of its width that gates make of a layer."""
Odd = tuple[list[str], Where]
"""What differs, in words, and where the settings say otherwise; no words where something was compared and is alike."""


def built_unlike(m: Measures) -> Odd | None:
    """What the settings say of the layers, and those that were built have otherwise; None where nothing is told.

    Where a design tells what was meant, it is held against the layers, and the settings are not. Use `m.once`.
    """
    built: Architecture | None = m.once(architecture)
    if built is None or m.once(design) is not None or not (built.source.chain or built.source.form in _PRINTED):
        return None
    parts = [part for part in parts_of(built) if part.kind in WEIGHTED]
    if len(parts) < 2 or any(part.kind not in ("dense", "recurrent", "embedding", "conv") for part in parts):
        return None
    found = [*_single(m, built, parts)]
    if built.source.chain and all(part.kind in ("dense", "conv") for part in parts):
        found += [*_widths(m, built, parts), *_others(m, built)]
    return ([one for told, _ in found for one in told], found[0][1]) if found else None


def _single(m: Measures, built: Architecture, parts: list[Part]) -> Iterator[Odd]:
    """The one width that a setting gives the hidden layers, where none of those built has it.

    A network may narrow from layer to layer, or double its filters: the width that is told is then that of some layer.
    """
    hidden = [part.units for part in (parts[:-1] if built.source.chain else parts) if part.kind != "embedding"]
    if not hidden or None in hidden or any(part.kind == "conv" for part in parts):
        return
    known = {units for units in hidden if units}
    sides = any(words(key.rpartition(".")[2]) == "height" for key in m.run.config)  # of pictures
    told: dict[str, list[tuple[str, float, str]]] = {}
    for key, setting in m.run.config.items():
        leaf, width = words(key.rpartition(".")[2]), number(setting.value)
        if leaf not in _WIDTH_KEYS or width is None or width < 1 or width % 1 or (sides and leaf == "width"):
            continue
        if not _beside_the_layers(built, setting):
            told.setdefault(leaf, []).append((key, width, setting.place.file))
    for leaf, each in told.items():
        key, width, file = each[0]
        alike = any(units in (of * times, of / times) for units in known for _, of, _ in each for times in _INSIDE)
        # The width of an encoder is what enters, where the head alone is printed.
        alike = alike or (leaf in _OF_ENCODERS and any(of == parts[0].inputs for _, of, _ in each))
        yield ([] if alike else [f"{key} is {width:g} (the layers built have {in_words(known)})"]), Where(file, key)


def _beside_the_layers(built: Architecture, setting: Setting) -> bool:
    """The setting stands in the file of layers itself, as what a framework keeps beside them; a log prints both."""
    return setting.place.file == built.source.file and built.source.form not in _PRINTED


def _widths(m: Measures, built: Architecture, parts: list[Part]) -> Iterator[Odd]:
    convs = [part for part in parts if part.kind == "conv"]
    dense = [part for part in parts if part.kind == "dense"]
    seen: set[str] = set()
    for key, setting in m.run.config.items():
        leaf = words(key.rpartition(".")[2])
        kind = "conv" if leaf in CONV_KEYS else "dense" if leaf in _LISTED_KEYS | _BEHIND_CONVS else ""
        wanted = number_list(setting.value) if isinstance(setting.value, list) else None
        single = number(setting.value) if wanted is None and leaf in _BEHIND_CONVS and convs else None
        wanted = [single] if single is not None and single >= 1 else wanted
        # Widths of layers of no kind may be those of the convolutions, too.
        here = convs if kind == "conv" else dense if leaf in _BEHIND_CONVS or not convs else parts
        if kind in seen or not kind or not wanted or not here or _beside_the_layers(built, setting):
            continue
        seen.add(kind)
        entering = here[0].inputs
        if len(wanted) > 1 and entering is not None and wanted[0] == entering != here[0].units:
            wanted = wanted[1:]  # widths from the input on
        sizes = [part.units for part in here for _ in range(part.times)]
        known = {size for size in sizes if size}
        says = f"the layers built have {in_words(known)}" if known else f"of such layers {len(here)} were built"
        odd = dict.fromkeys(_without_a_layer(wanted, sizes, ends=kind == "dense"))
        yield (
            [f"{key} has {width:g}{' more often' * (width in known)} ({says})" for width in odd],
            Where(setting.place.file, key),
        )


def _without_a_layer(wanted: list[float], built: list[float | None], *, ends: bool) -> list[float]:
    """The listed widths for which no built layer is left: each is one of them, as wide or as its gates make it.

    Args:
        built: widths in the order of the layers; one that is not told may be any.
        ends: the last of them is the output, which is not one of the hidden ones unless it is as wide.
    """
    left = [size for size in built if size]
    for times in _INSIDE:
        odd = []
        for width in wanted:
            if times * width in left:
                left.remove(times * width)
            else:
                odd.append(width)
        wanted = odd
    open_ = sum(not size for size in (built[:-1] if ends else built))
    return wanted[open_:]


def _others(m: Measures, built: Architecture) -> Iterator[Odd]:
    """Activation, batch normalisation, dropout and number of outputs, where both the settings and the layers tell."""

    def told(quantity: str, parse: object) -> Picked | None:
        found = pick(m, quantity, parse)  # type: ignore[arg-type]
        sure = found is not None and not found.note and not found.by_script
        return found if sure and found is not None and not _beside_the_layers(built, found.setting) else None

    wanted = told("activation", _activation)
    seen = {stage.activation for stage in built.hidden}
    if wanted is not None and len(seen) == 1 and (has := next(iter(seen))) is not None:
        yield _odd(wanted, has == wanted.value, f"the layers built have {'none' if has == 'linear' else has}")
    outputs = told("output_units", between(1, 1e6, whole=True))
    units = built.output.layer.units if built.output is not None else None
    if outputs is not None and units and {units, outputs.value} != {1.0, 2.0}:  # yes or no takes one or two
        yield _odd(outputs, units == outputs.value, f"the last layer built has {units:g}")
    if all(kind in WEIGHTED for kind in built.kinds):
        return  # a list of what has weights is silent of the rest
    norm = told("batch_norm", flag)
    if norm is not None:
        has_norm = "batch-norm" in built.kinds
        yield _odd(norm, has_norm == norm.value, f"the layers built have {'some' if has_norm else 'none'}")
    dropout = told("dropout", between(0, 1))
    if dropout is not None and dropout.value > 0:
        yield _odd(dropout, "dropout" in built.kinds, "the layers built drop nothing")


def _activation(value: object) -> str | None:
    named = layer_names.activation(text(value) or "-")
    return named if named != "linear" else None


def _odd(wanted: Picked, alike: bool, has: str) -> Odd:
    value = f"{wanted.value:g}" if isinstance(wanted.value, float) else str(wanted.value).lower()
    return [] if alike else [f"{wanted.key} is {value} ({has})"], Where(wanted.setting.place.file, wanted.key)


def in_words(widths: set[float]) -> str:
    """The first widths of a set, in order."""
    return ", ".join(f"{width:g}" for width in sorted(widths)[:6])
