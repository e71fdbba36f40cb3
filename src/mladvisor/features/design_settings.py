"""The settings held against a design, or against the layers built where no design tells what was meant."""

from __future__ import annotations

from mladvisor.features.catalogue import Measures, feature
from mladvisor.features.config_keys import meanings
from mladvisor.features.config_lookup import Candidate, number, number_list, settings
from mladvisor.features.config_names import listed
from mladvisor.features.design import HOW, Difference, compared, parts_of
from mladvisor.features.design_built import CONV_KEYS, built_unlike, in_words
from mladvisor.features.inside_told import place, told
from mladvisor.features.layer_list import WEIGHTED, Architecture, architecture, design
from mladvisor.features.measured import Measured, Where
from mladvisor.runs import built_said
from mladvisor.runs.model_content import read_numbers

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
        wanted = convs if leaf in CONV_KEYS else (dense if not convs or leaf.startswith("fc") else dense | convs)
        if leaf not in CONV_KEYS | _DENSE_KEYS or not wanted or setting.place.file == meant.source.file:
            continue
        single = number(setting.value)
        widths = number_list(setting.value) or ([single] if single is not None else [])
        place = place or (Where(setting.place.file, key) if widths else None)
        odd += [f"{key} is {width:g} (the design has {in_words(wanted)})" for width in widths if width not in wanted]
    return (list(dict.fromkeys(odd)), place) if place is not None else None


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


@feature("design.settings_unlike", unit="settings", doc="What the settings say of the layers, and the design has otherwise; without a design, the layers built", how=HOW, source="test.architecture")  # fmt: skip  # noqa: E501
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


@feature("design.counts_unlike", unit="numbers", doc="Numbers of parameters, layers or units that a check beside the log counts, and that were expected otherwise", how="write what was expected and what was built into a small file beside the log: quantity, expected, found", source="test.architecture")  # fmt: skip  # noqa: E501
def counts_unlike(m: Measures) -> Measured | None:
    for file, numbers in told(m, built_said.CUES):
        counts = built_said.counts_in(numbers)
        if counts:
            odd = [one for one in counts if one.differs]
            said = "; ".join(f"{one.what}: {one.built:g} instead of {one.expected:g}" for one in odd[:4])
            return Measured(float(len(odd)), note=said, where=place(file, odd[0].row if odd else 0))
    return None


@feature("design.counts_said", type="choice", doc="The same in words", how="", source="test.architecture")
def counts_said(m: Measures) -> Measured | None:
    found = m.one("design.counts_unlike")
    return Measured(found.note, where=found.where) if found.known and found.note else None
