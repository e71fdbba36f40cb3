"""A narrow layer between two wide ones: what the wide ones before it tell apart is lost to the wide ones behind it."""

from __future__ import annotations

from mladvisor.features.catalogue import Measures, feature
from mladvisor.features.config_lookup import number_list, pick
from mladvisor.features.layer_list import HOW, Architecture, architecture, known
from mladvisor.features.measured import Measured, not_applicable, unknown
from mladvisor.features.run_kind import configured_task


@feature(
    "model.waist",
    unit="ratio",
    doc="Width of the narrower neighbour of a hidden layer over its own width, where that is largest: layers of 64, 2"
    " and 32 units give 16",
    how=HOW,
    source="hyper.depth",
)
def waist(m: Measures) -> Measured | None:
    if m.value("model.reconstructs"):
        return not_applicable("it gives its inputs back, through a narrow middle")
    found: Architecture | None = m.once(architecture)
    if found is not None and found.source.chain:
        hidden = [stage for stage in found.hidden if stage.kind == "dense" and stage.layer.units]
        narrowest = _narrowest([float(stage.layer.units or 0) for stage in hidden])
        return known(narrowest[0], found, hidden[narrowest[1]].name) if narrowest else None
    listed = pick(m, "widths", number_list)
    told = _narrowest(listed.value) if listed is not None and min(listed.value, default=0) >= 1 else None
    if listed is None or told is None:
        return None
    classes = configured_task(m) is not None or m.value("config.classes") is not None
    classes = classes or m.value("config.loss") == "cross-entropy"  # of exclusive classes, which no inputs are
    if listed.value == listed.value[::-1] and not classes:
        return unknown("the widths come back to where they began, as those of an autoencoder do")
    note = f"{listed.key} = {[int(width) for width in listed.value[:12]]}"
    return Measured(told[0], note=note, where=listed.where())


def _narrowest(widths: list[float]) -> tuple[float, int] | None:
    """(ratio, place) of the layer that is narrowest beside both of its neighbours; None where none has two."""
    inner = range(1, len(widths) - 1)
    return max(((min(widths[at - 1], widths[at + 1]) / widths[at], at) for at in inner), default=None)
