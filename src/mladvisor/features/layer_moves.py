"""Which layers move, by per-layer logs: those that stand still while others move, and how large the steps are."""

from __future__ import annotations

from math import log10

import numpy as np

from mladvisor.errors import ReadError
from mladvisor.features.catalogue import Measures, feature
from mladvisor.features.inside_told import place
from mladvisor.features.layer_rows import HOW, LayerRows, layer_rows
from mladvisor.features.measured import Items, Measured
from mladvisor.features.printed import texts
from mladvisor.features.step_ratio import ratio_of_all
from mladvisor.runs import still_said
from mladvisor.runs.readers import Candidate

_FADED = 1e-5  # of the largest gradient: float32 holds seven digits of a weight, and logs write fewer


@feature(
    "layer.never_moves",
    type="choice",
    choices=("left out", "switched off", ""),
    each="layer",
    doc="A layer's weights are the same at every logged step while others move: left out of the updates although it is"
    " trainable, or switched off; empty for layers that move",
    how=HOW,
    source="feat.tiny",
)
def never_moves(m: Measures) -> Items | None:
    found: LayerRows | None = m.once(layer_rows)
    if found is None:
        return None
    off = {layer.name for layer in found.model.layers if layer.trainable is False} if found.model else set()
    judged = {layer: _is_still(found, layer, 1 if layer in off else least(found)) for layer in found.weighted()}
    faded = _faded(found) | _beyond_reach(m, found) | _moved_too_little_to_show(m, found)
    still = {layer: value for layer, value in judged.items() if value is not None and not (value and layer in faded)}
    if not still or all(still.values()):
        return None  # nothing moves at all: that is a finding of its own
    return {
        layer: Measured(
            ("switched off" if layer in off else "left out") if value else "",
            where=found.where(layer, _moving(found, layer)),
        )
        for layer, value in still.items()
    }


def _faded(found: LayerRows) -> set[str]:
    """Layers whose gradient is so much smaller than the largest that the steps are below the digits that are logged.

    Where it comes down to nothing later on, as behind units that have died, it is judged while there was any.
    """
    sizes = {layer: found.size(layer, "gradient") for layer in found.weighted()}
    usual = {layer: float(np.median(size[size > 0])) for layer, size in sizes.items() if (size > 0).any()}
    largest = max(usual.values(), default=0.0)
    return {layer for layer, size in usual.items() if 0 < size < _FADED * largest}


_AS_LONG_AS_THE_RATE = ("adam", "adamw", "nadam", "radam", "adamax", "lion")
_SEEN = 1e-3  # of the size of the weights: what moves each of them by less leaves spread and norm as they are logged


def _beyond_reach(m: Measures, found: LayerRows) -> set[str]:
    """Layers whose weights are so large that all steps together, each as long as the rate, would not show in them."""
    rate, steps = m.value("config.learning_rate"), m.value("run.updates")
    if m.value("config.optimizer") not in _AS_LONG_AS_THE_RATE:
        return set()
    if not isinstance(rate, float) or not isinstance(steps, float) or "std" not in found.table:
        return set()
    spreads = {layer: found.values(layer, "weight", "std") for layer in found.weighted()}
    return {layer for layer, y in spreads.items() if len(y) and rate * steps < _SEEN * float(np.median(np.abs(y)))}


_AS_LONG_AS_THE_GRADIENT = ("sgd", "momentum", "nesterov")


def _moved_too_little_to_show(m: Measures, found: LayerRows) -> set[str]:
    """Layers that plain SGD would not move by as much as a log shows: they would go as far as the layers that do move,
    for the size of their gradients.
    """
    if m.value("config.optimizer") not in _AS_LONG_AS_THE_GRADIENT:
        return set()
    drifts, pulls = {}, {}
    for layer in found.weighted():
        weights, gradients = found.size(layer, "weight"), found.size(layer, "gradient")
        usual = float(np.median(weights)) if len(weights) else 0.0
        if usual > 0 and len(gradients):
            drifts[layer] = float(weights.max() - weights.min()) / usual
            pulls[layer] = float(np.median(gradients)) / usual
    reach = max((drifts[layer] / pull for layer, pull in pulls.items() if pull > 0 and drifts[layer] > 0), default=0.0)
    return {layer for layer, pull in pulls.items() if pull > 0 and 0 < reach * pull < _SEEN}


@feature(
    "layer.gradient_unused",
    type="flag",
    each="layer",
    doc="A layer never moves although a gradient reaches it at the logged steps and others move: it is not frozen, but"
    " the steps leave it out",
    how=HOW,
    source="feat.tiny",
)
def gradient_unused(m: Measures) -> Items | None:
    found: LayerRows | None = m.once(layer_rows)
    moves = m["layer.never_moves"]
    if found is None or not isinstance(moves, dict):
        return None
    sizes = {layer: found.size(layer, "gradient") for layer in moves}
    return {
        layer: Measured(moves[layer].value == "left out" and float(np.median(size)) > 0, where=moves[layer].where)
        for layer, size in sizes.items()
        if len(size) >= 2
    } or None


def _stuck(m: Measures, how: str) -> Measured | None:
    """Names of the layers that never move for this reason; None where there are none."""
    moves = m["layer.never_moves"]
    if not isinstance(moves, dict):
        return None
    names = [layer for layer, value in moves.items() if value.value == how]
    if not names:
        return None
    more = f" and {len(names) - 4} more" if len(names) > 4 else ""
    return Measured(", ".join(names[:4]) + more, where=moves[names[0]].where)


@feature(
    "layers.switched_off",
    type="choice",
    doc="The layers that are switched off (requires_grad or trainable is false) and never move, by name",
    how=HOW,
    source="feat.tiny",
)
def switched_off(m: Measures) -> Measured | None:
    return _stuck(m, "switched off")


@feature(
    "layers.left_out",
    type="choice",
    doc="The layers that are trainable and never move while others do, by name",
    how=HOW,
    source="feat.tiny",
)
def left_out(m: Measures) -> Measured | None:
    return _stuck(m, "left out")


def _moving(found: LayerRows, layer: str) -> str:
    return "update" if (layer, "update") in found.rows else "weight"


def least(found: LayerRows) -> int:
    """Steps of nothing after which a layer stands still: one, where a table tells of each layer once, as of how far it
    has come in the whole training.
    """
    once = found.x_unit == "row" and all(len(rows) == 1 for (_, kind), rows in found.rows.items() if kind == "update")
    return 1 if once else 2


_STEPS = (("update", "norm"), ("update", "max_abs"), ("update", "update_ratio"), ("weight", "update_ratio"))
"""Where the size of a step may stand: in rows of its own, or beside the weights, whose digits may not show it."""


def _is_still(found: LayerRows, layer: str, least: int = 2) -> bool | None:
    """Whether nothing moved in at least so many logged updates (or three states of the weights); None with fewer, and
    where all weights are zero: no gradient comes through them.
    """
    if found.all_zero(layer):
        return None
    for kind, name in _STEPS:
        moves = found.values(layer, kind, name)
        if (moves != 0).any():
            return False
        if len(moves) >= least:
            return True
    states = [found.values(layer, "weight", name) for name in ("norm", "std", "mean") if name in found.table]
    states = [state for state in states if len(state)]  # a column may be of the gradients alone
    if states and min(len(state) for state in states) >= 3:
        return all(bool((state == state[0]).all()) for state in states)
    return None


@feature(
    "layers.told_still",
    unit="tensors",
    doc="Tensors of weights that a line of the log or a file beside it lists as getting no gradient, as being in no"
    " optimizer, or as never changing",
    how="compare all weights before and after a step, and print the names of those that are the same",
    source="feat.tiny",
)
def told_still(m: Measures) -> Measured | None:
    for text in m.once(texts):
        if any(cue.encode() in text.lower for cue in still_said.CUES):
            found = still_said.still_in_lines(text.bare.decode("utf-8", "replace").split("\n"))
            if found is not None:
                row = text.row + found.row - 1 if text.row else 0
                return Measured(float(found.tensors), note=found.said, where=place(text.file, row))
    for name in m.run.files.get("still_said", ()):
        try:
            content = Candidate(str(m.run.folder / name), name).read_text(still_said.MOST_BYTES)
        except (ReadError, OSError):
            continue
        found = still_said.still_in(content, name.lower().rpartition(".")[2])
        if found is not None:
            return Measured(float(found.tensors), note=found.said, where=place(name, found.row))
    return None


@feature(
    "layers.still_share",
    unit="fraction",
    doc="Share of the layers with weights that are the same at every logged step",
    how=HOW,
    source="feat.tiny",
)
def still_share(m: Measures) -> Measured | None:
    found: LayerRows | None = m.once(layer_rows)
    if found is None:
        return None
    still = [value for layer in found.weighted() if (value := _is_still(found, layer, least(found))) is not None]
    return Measured(sum(still) / len(still), where=found.where("", "")) if still else None


@feature(
    "layers.update_ratio",
    unit="decades",
    doc="Size of a step beside the size of the weights, as a power of ten: median over layers and over the first half"
    " of the log; -3 is the rule of thumb",
    how=HOW,
    source="hyper.lr-effect",
)
def update_ratio(m: Measures) -> Measured | None:
    found: LayerRows | None = m.once(layer_rows)
    return (_ratio_by_layer(found) if found is not None else None) or ratio_of_all(m)


def _ratio_by_layer(found: LayerRows) -> Measured | None:
    levels = []
    for layer in found.weighted():
        ratios = found.values(layer, "update", "update_ratio")
        ratios = ratios[np.isfinite(ratios)]
        if not len(ratios) and (layer, "weight") in found.rows:
            steps, sizes = found.values(layer, "update", "norm"), found.values(layer, "weight", "norm")
            count = min(len(steps), len(sizes))
            ratios = steps[:count][sizes[:count] > 0] / sizes[:count][sizes[:count] > 0] if count else ratios
        early = ratios[: max(1, (len(ratios) + 1) // 2)]
        if len(early) and np.median(early) > 0:
            levels.append(log10(float(np.median(early))))
    return Measured(float(np.median(levels)), where=found.where(found.order[0], "update")) if levels else None
