"""What was built against what was meant: the two layer lists aligned, and their differences in words and numbers.

Layers are matched in order by what they do and how wide they are, not by their names, which differ between a design
and a framework. What a design leaves open (no units, no activation) is not compared, and kinds of layers that the
design never mentions and that have no weights (input, flatten, augmentation, dropout beside nothing but layers with
weights) are not missed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import NamedTuple

from mladvisor.features.catalogue import Measures, feature
from mladvisor.features.config_keys import meanings, words
from mladvisor.features.config_lookup import Candidate, number, number_list, settings
from mladvisor.features.config_names import listed
from mladvisor.features.layer_list import WEIGHTED, Architecture, architecture, called, design
from mladvisor.features.measured import Measured, Where
from mladvisor.runs.model_content import read_numbers

HOW = "put design.yaml (`layers: [{name, type, units, activation}]`) and model.json beside the log"
MOST = 400
"""Layers of a list that are aligned: the table grows with the square."""
_GAP, _WIDTH = 1.0, 0.9
_BLOCKS = ("encoder", "decoder", "block")
_SIDE = ("input", "prepare", "flatten", "reshape", "identity", "activation", "other")


class Part(NamedTuple):
    """A layer as it is compared."""

    name: str
    kind: str
    units: float | None
    activation: str | None
    rate: float | None
    times: int = 1
    """Layers that a framework keeps in one module, one behind the other."""
    inputs: float | None = None

    @property
    def words(self) -> str:
        size = f" of {self.units:g}" if self.units is not None and self.kind in WEIGHTED else ""
        return f"{self.name} ({self.kind}{size})" if self.name else f"{self.kind}{size}"


class Difference(NamedTuple):
    """One difference: missing, extra, moved, width, activation or rate; in words."""

    kind: str
    words: str


def parts_of(found: Architecture) -> list[Part]:
    """The layers of a list, activations folded into the layers that they follow."""
    activations = {stage.at: stage.activation for stage in found.stages}
    return [
        Part(
            called(str(layer.options.get("called", layer.name))),
            kind,
            layer.units,
            activations.get(at),
            layer.rate,
            _times(layer.options),
            _entering(layer.options),
        )
        for at, (layer, kind) in enumerate(zip(found.source.layers, found.kinds, strict=True))
        if kind != "activation" and not (kind == "dropout" and layer.rate == 0)  # which does nothing
    ]


def _entering(options: Mapping[str, object]) -> float | None:
    inputs = options.get("inputs")
    return float(inputs) if isinstance(inputs, int | float) else None


def _times(options: Mapping[str, object]) -> int:
    times = options.get("times", 1)
    return times if isinstance(times, int) and 1 <= times <= MOST else 1


def _unfolded(parts: list[Part], other: list[Part]) -> list[Part]:
    """The list with a module of several layers as so many layers, as far as the other list names them one by one."""
    named = Counter(_shape(part) for part in other)
    return [part for part in parts for _ in range(max(1, min(part.times, named[_shape(part)])))]


def differences(built: list[Part], meant: list[Part]) -> list[Difference]:
    """How `built` differs from `meant`, in the order of the layers."""
    built, meant = _unfolded(built, meant), _unfolded(meant, built)
    mentioned = {part.kind for part in meant}
    built = [part for part in built if part.kind not in _SIDE or part.kind in mentioned]
    named = {part.kind for part in built}
    meant = [part for part in meant if part.kind not in _SIDE or part.kind in named]
    if meant and all(part.kind in WEIGHTED for part in meant):  # a list of layers with weights is silent of the others
        built = [part for part in built if part.kind != "dropout"]
    pairs = align(built[:MOST], meant[:MOST])
    found: list[Difference] = []
    missing = Counter(_shape(one) for here, one in pairs if here is None and one is not None)
    extra = Counter(_shape(one) for one, there in pairs if there is None and one is not None)
    moved = missing & extra
    told = Counter[tuple[str, float | None]]()
    for here, there in pairs:
        if here is not None and there is not None:
            found.extend(_within(here, there))
            continue
        one = here or there
        if one is None:
            continue
        shape = _shape(one)
        if moved[shape]:
            if here is not None and told[shape] < moved[shape]:
                told[shape] += 1
                found.append(Difference("moved", f"{one.words} stands elsewhere than in the design"))
        elif here is None:
            found.append(Difference("missing", f"{one.words} is missing"))
        else:
            found.append(Difference("extra", f"{one.words} is not in the design"))
    return found


def _shape(part: Part) -> tuple[str, float | None]:
    return part.kind, part.units if part.kind in WEIGHTED else None


def _within(here: Part, there: Part) -> list[Difference]:
    found = []
    if here.kind in WEIGHTED and None not in (here.units, there.units) and here.units != there.units:
        found.append(
            Difference("width", f"{here.name or here.kind} has {here.units:g} units instead of {there.units:g}")
        )
    if here.activation and there.activation and here.activation != there.activation:
        words = f"{here.name or here.kind} has {_said(here.activation)} instead of {_said(there.activation)}"
        found.append(Difference("activation", words))
    if here.rate is not None and there.rate is not None and abs(here.rate - there.rate) > 1e-6:
        found.append(Difference("rate", f"{here.name or here.kind} drops {here.rate:g} instead of {there.rate:g}"))
    return found


def _said(activation: str) -> str:
    return "no activation" if activation == "linear" else activation


def _cost(here: Part, there: Part) -> float:
    """What it costs to take one layer for the other; more than two gaps when they do different things."""
    if here.kind != there.kind:
        return 3 * _GAP
    cost = 0.0
    if None not in (here.units, there.units) and here.units != there.units and here.kind in WEIGHTED:
        cost += _WIDTH
    if here.activation and there.activation and here.activation != there.activation:
        cost += 0.3
    return cost - (0.3 if here.name.lower() == there.name.lower() else 0.0)


def align(built: list[Part], meant: list[Part]) -> list[tuple[Part | None, Part | None]]:
    """Pairs (built, meant) in order, None where the other side has no such layer: the cheapest alignment."""
    rows, columns = len(built), len(meant)
    table = [[float(column) * _GAP for column in range(columns + 1)]]
    for row in range(1, rows + 1):
        line, above = [row * _GAP], table[-1]
        for column in range(1, columns + 1):
            match = above[column - 1] + _cost(built[row - 1], meant[column - 1])
            line.append(min(match, above[column] + _GAP, line[-1] + _GAP))
        table.append(line)
    pairs: list[tuple[Part | None, Part | None]] = []
    row, column = rows, columns
    while row or column:
        here = table[row][column]
        if row and column:
            match = table[row - 1][column - 1] + _cost(built[row - 1], meant[column - 1])
            if abs(match - here) < 1e-9:
                row, column = row - 1, column - 1
                pairs.append((built[row], meant[column]))
                continue
        if row and abs(table[row - 1][column] + _GAP - here) < 1e-9:
            row -= 1
            pairs.append((built[row], None))
        else:
            column -= 1
            pairs.append((None, meant[column]))
    pairs.reverse()
    return pairs


def compared(m: Measures) -> tuple[list[Difference], Where] | None:
    """The differences and where the built model stands; None without both lists. Use `m.once`."""
    built: Architecture | None = m.once(architecture)
    meant: Architecture | None = m.once(design)
    if built is None or meant is None:
        return None
    if _blocks(meant) and not _blocks(built):
        return None  # whole blocks are meant, and their inner layers listed
    if not meant.source.form.startswith("prose"):
        return differences(parts_of(built), parts_of(meant)), built.where()
    # Words name layers with weights, and of those no more than how wide they are.
    here, there = (
        [part._replace(activation=None, rate=None) for part in parts_of(each) if part.kind in WEIGHTED]
        for each in (built, meant)
    )
    if meant.source.form == "prose-hidden" and len(here) > 1:
        here = here[:-1]
    return differences(here, there), built.where()


def _blocks(found: Architecture) -> bool:
    """Some layer of the list is a whole block of several layers."""
    return any(word in layer.type.lower() for layer in found.source.layers for word in _BLOCKS)


_CONV_KEYS = frozenset(listed("channels filters n_filters num_filters conv_channels n_channels num_channels"))
_DENSE_KEYS = frozenset(
    listed(
        "fc hidden hidden_units hidden_sizes hidden_layer_sizes hidden_layers_sizes hidden_dims fc_units dense_units"
        " fc_dim fc_size units hidden_dim hidden_size mlp_dim mlp_dims fc_hidden"
    )
)


def settings_unlike(m: Measures) -> tuple[list[str], Where] | None:
    """Widths in the settings that no layer of the design has; None where layers themselves are told. Use `m.once`."""
    meant: Architecture | None = m.once(design)
    if meant is None or m.once(architecture) is not None:
        if m.once(compared) is not None:
            return None
        told: tuple[list[str], Where] | None = m.once(numbers_unlike) or m.once(built_unlike)
        return told
    convs = {part.units for part in parts_of(meant) if part.kind == "conv" and part.units}
    dense = {part.units for part in parts_of(meant) if part.kind in WEIGHTED - {"conv", "depthwise"} and part.units}
    odd: list[str] = []
    place: Where | None = None
    for key, setting in m.run.config.items():
        leaf = key.rpartition(".")[2].lower()
        wanted = convs if leaf in _CONV_KEYS else (dense if not convs or leaf.startswith("fc") else dense | convs)
        if leaf not in _CONV_KEYS | _DENSE_KEYS or not wanted or setting.place.file == meant.source.file:
            continue
        single = number(setting.value)
        widths = number_list(setting.value) or ([single] if single is not None else [])
        place = place or (Where(setting.place.file, key) if widths else None)
        odd += [f"{key} is {width:g} (the design has {_words(wanted)})" for width in widths if width not in wanted]
    return (list(dict.fromkeys(odd)), place) if place is not None else None


_LISTED_KEYS = frozenset(
    listed(
        "hidden hidden_sizes hidden_layer_sizes hidden_units hidden_dims hidden_dim hidden_size hidden_layers fc_units"
        " dense_units layer_sizes layer_widths layer_dims widths mlp_dims mlp_sizes mlp_units mlp"
    )
)
_INSIDE = (1, 2, 4)
"""Multiples of its width that gates make of a layer."""


def built_unlike(m: Measures) -> tuple[list[str], Where] | None:
    """Widths that the settings list for hidden layers, and no layer that was built has; None where nothing is told.

    Only of a model of layers with weights one after another: elsewhere a list may be of one part of many.
    """
    built: Architecture | None = m.once(architecture)
    if built is None or m.once(design) is not None or not built.source.chain:
        return None
    parts = [part for part in parts_of(built) if part.kind in WEIGHTED]
    if len(parts) < 2 or any(part.kind != "dense" or not part.units for part in parts):
        return None
    widths = {part.units for part in parts if part.units}
    for key, setting in m.run.config.items():
        wanted = number_list(setting.value) if isinstance(setting.value, list) else None
        if words(key.rpartition(".")[2]) not in _LISTED_KEYS or not wanted or setting.place.file == built.source.file:
            continue
        entering = parts[0].inputs
        if len(wanted) > 1 and entering is not None and wanted[0] == entering != parts[0].units:
            wanted = wanted[1:]  # widths from the input on
        odd = dict.fromkeys(
            _without_a_layer(wanted, [part.units for part in parts for _ in range(part.times) if part.units])
        )
        told = [
            f"{key} has {width:g}{' more often' * (width in widths)} (the layers built have {_words(widths)})"
            for width in odd
        ]
        return told, Where(setting.place.file, key)
    return None


def _without_a_layer(wanted: list[float], built: list[float]) -> list[float]:
    """The listed widths for which no built layer is left: each is one of them, as wide or as its gates make it."""
    left = list(built)
    for times in _INSIDE:
        odd = []
        for width in wanted:
            if times * width in left:
                left.remove(times * width)
            else:
                odd.append(width)
        wanted = odd
    return wanted


_QUANTITIES = ("layers", "width", "attention_heads")
_EXACT = frozenset(
    listed(
        "intermediate_size ffn_dim dim_feedforward mlp_ratio kernel_size n_filters num_filters embedding_dim mlp_dim"
    )
)
"""What a network is made of, compared under the very same key alone."""
_INNER = frozenset(listed("intermediate_size ffn_dim dim_feedforward d_ff ffn_hidden_size ffn_embed_dim n_inner"))
"""Keys of the width between the two layers of a block, which mean the same."""


def numbers_unlike(m: Measures) -> tuple[list[str], Where] | None:
    """Depth, width or heads that a design tells by key and the settings have otherwise; None where none is in both."""
    named = m.run.manifest.design
    folder = m.run.folder
    odd: list[str] = []
    place: Where | None = None
    for file in (named,) if named else m.run.files.get("design", ()):
        for key, wanted in read_numbers(folder, file).items():
            meant = {quantity for quantity, _ in meanings(key) if quantity in _QUANTITIES}
            if not meant and key.lower() not in _EXACT | _INNER:
                continue
            alike = {key.lower()} | (_INNER if key.lower() in _INNER else frozenset())
            same = [
                Candidate((0, 0, 0), name, setting)
                for name, setting in m.run.config.items()
                if name.rpartition(".")[2].lower() in alike
            ]
            others = [one for quantity in sorted(meant) for one in m.once(settings).get(quantity, ())]
            for found in (same, others):
                told = [(one, value) for one in found if one.setting.place.file != file
                        and (value := number(one.setting.value)) is not None]  # fmt: skip
                if told:
                    place = place or Where(told[0][0].setting.place.file, told[0][0].key)
                    if all(value != wanted for _, value in told):
                        odd.append(f"{told[0][0].key} is {told[0][1]:g} (the design has {key} {wanted:g})")
                    break
    return (odd, place) if place is not None else None


def _words(widths: set[float]) -> str:
    return ", ".join(f"{width:g}" for width in sorted(widths)[:6])


def _count(m: Measures, *kinds: str) -> Measured | None:
    found: tuple[list[Difference], Where] | None = m.once(compared)
    if found is None:
        return None
    words = [one.words for one in found[0] if not kinds or one.kind in kinds]
    return Measured(float(len(words)), note="; ".join(words[:6]), where=found[1])


@feature("design.differences", unit="layers", doc="Differences between the layers built and the design", how=HOW, source="test.architecture")  # fmt: skip  # noqa: E501
def all_differences(m: Measures) -> Measured | None:
    return _count(m)


@feature("design.missing", unit="layers", doc="Layers of the design that were not built", how=HOW, source="test.architecture")  # fmt: skip  # noqa: E501
def missing_layers(m: Measures) -> Measured | None:
    return _count(m, "missing")


@feature("design.extra", unit="layers", doc="Layers built that the design does not have", how=HOW, source="test.architecture")  # fmt: skip  # noqa: E501
def extra_layers(m: Measures) -> Measured | None:
    return _count(m, "extra")


@feature("design.moved", unit="layers", doc="Layers that stand in another place than in the design", how=HOW, source="test.architecture")  # fmt: skip  # noqa: E501
def moved_layers(m: Measures) -> Measured | None:
    return _count(m, "moved")


@feature("design.widths", unit="layers", doc="Layers with another number of units than in the design", how=HOW, source="test.architecture")  # fmt: skip  # noqa: E501
def widths(m: Measures) -> Measured | None:
    return _count(m, "width")


@feature("design.activations", unit="layers", doc="Layers with another activation or dropout rate than in the design", how=HOW, source="test.architecture")  # fmt: skip  # noqa: E501
def activations(m: Measures) -> Measured | None:
    return _count(m, "activation", "rate")


@feature("design.settings_unlike", unit="settings", doc="Widths in the settings that no layer of the design has", how=HOW, source="test.architecture")  # fmt: skip  # noqa: E501
def unlike(m: Measures) -> Measured | None:
    found: tuple[list[str], Where] | None = m.once(settings_unlike)
    return Measured(float(len(found[0])), note="; ".join(found[0][:4]), where=found[1]) if found else None


@feature("design.diff", type="choice", doc="The differences between the layers built and the design, in words", how=HOW, source="test.architecture")  # fmt: skip  # noqa: E501
def diff(m: Measures) -> Measured | None:
    found: tuple[list[Difference], Where] | None = m.once(compared)
    if found is None:
        settings: tuple[list[str], Where] | None = m.once(settings_unlike)
        return Measured("; ".join(settings[0][:6]) or "none", where=settings[1]) if settings else None
    words = [one.words for one in found[0]]
    more = f"; and {len(words) - 6} more" if len(words) > 6 else ""
    return Measured("; ".join(words[:6]) + more if words else "none", where=found[1])
