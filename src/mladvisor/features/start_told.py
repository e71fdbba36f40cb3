"""What notes, tables and tests beside the log tell of the start of training: weights alike, a signal that dies out, the
cost of the first batch; and of the function between the layers.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import log10
from statistics import median

from mladvisor.features.catalogue import Measures, feature
from mladvisor.features.inside_told import place, told
from mladvisor.features.layer_names import activation
from mladvisor.features.layer_rows import LayerRows, layer_rows
from mladvisor.features.measured import Measured
from mladvisor.runs import hidden_said, start_said

_HOW = "write mean and spread of each layer's weights and outputs before the first step into a table beside the log"
_LEAST_CHANCE = 5.0
"""What guessing costs at most where nothing tells it: a hundred and fifty classes."""


@feature(
    "start.told_alike",
    type="flag",
    doc="A note, table or test beside the log says that the weights or the units of a layer are all the same",
    how=_HOW,
    source="+initialisation Glorot & Bengio 2010",
)
def told_alike(m: Measures) -> Measured | None:
    for file, numbers in told(m, start_said.CUES):
        found = next(start_said.alike_in(numbers), None)
        if found is not None:
            return Measured(True, note=found.said, where=place(file, found.row))
    return None


@feature(
    "start.told_decades",
    unit="decades",
    doc="Decades by which the outputs of the layers grow (> 0) or fade (< 0) from the first layer to the last before"
    " training, as a note, table or test beside the log tells",
    how=_HOW,
    source="+initialisation He et al. 2015",
)
def told_decades(m: Measures) -> Measured | None:
    best: Measured | None = None
    for file, numbers in told(m, start_said.CUES):
        for course in start_said.courses_in(numbers):
            first, last = max(course.sizes[0], 1e-30), max(course.sizes[-1], 1e-30)
            decades = log10(last / first)
            if best is None or abs(decades) > abs(float(best.value or 0)):
                best = Measured(decades, note=f"{first:.2g} to {last:.2g}", where=place(file, course.row))
        product = start_said.product_in(numbers)
        if product is not None and product[0] > 0 and best is None:
            best = Measured(log10(product[0]), note=f"product {product[0]:.2g}", where=place(file, product[1]))
    return best


@feature(
    "start.told_width",
    unit="ratio",
    doc="How many times 1 / sqrt(inputs) the first weights of a layer spread, at the layer where it is most, by a table"
    " that has both numbers",
    how=_HOW,
    source="+initialisation He et al. 2015",
)
def told_width(m: Measures) -> Measured | None:
    for file, numbers in told(m, start_said.WIDTH_CUES):
        found = start_said.widest_start(numbers)
        if found is not None:
            return Measured(found[0], note=found[1], where=place(file, found[2], found[1]))
    return None


@feature(
    "start.told_first_loss",
    unit="ratio",
    doc="The loss of the first batch over that of guessing, where a text tells both; of several trainings the middle of"
    " their first losses",
    how="print the loss before the first step, and what guessing costs (ln K for K classes)",
    source="+initialisation Karpathy's recipe",
)
def told_first_loss(m: Measures) -> Measured | None:
    for file, numbers in told(m, start_said.CUES):
        found = start_said.first_loss_in(numbers.lines)
        if found is not None:
            return Measured(
                found[0] / found[1], note=f"{found[0]:g} where {found[1]:g} is chance", where=place(file, found[2])
            )
        several = start_said.first_losses_in(numbers.cells)
        if several and median(several) > 0:
            value = median(several)
            return Measured(
                value / _LEAST_CHANCE, note=f"{value:g} in the middle of {len(several)}", where=place(file, 0)
            )
    return None


@feature(
    "start.told_constant",
    type="flag",
    doc="Code or settings beside the log set the weights of all layers to one value",
    how=_HOW,
    source="+initialisation Glorot & Bengio 2010",
)
def told_constant(m: Measures) -> Measured | None:
    found = next((each for each in _settings(m) if each[1].what == "constant"), None)
    return Measured(True, note=found[1].said, where=place(found[0], found[1].row)) if found else None


@feature(
    "start.told_spread",
    unit="decades",
    doc="The spread that code beside the log draws the weights of all layers with, as a power of ten, where it is far"
    " smaller or larger than any scheme would have it",
    how=_HOW,
    source="+initialisation He et al. 2015",
)
def told_spread(m: Measures) -> Measured | None:
    found = next((each for each in _settings(m) if each[1].what == "spread" and each[1].spread > 0), None)
    return Measured(log10(found[1].spread), note=found[1].said, where=place(found[0], found[1].row)) if found else None


def _settings(m: Measures) -> Iterator[tuple[str, start_said.Setting]]:
    for file, numbers in told(m, start_said.SETTING_CUES):
        for each in start_said.settings_in(numbers.lines):
            yield file, each


@feature(
    "hidden.told",
    type="choice",
    choices=("linear", "softmax", "flat", "bent"),
    doc="What a small file says of the function between the layers: nothing there (linear), softmax, or one without a"
    " slope anywhere (flat); bent where operations or pairs of values show a function that bends",
    how="print the model, and write the activation into the settings",
    source="+activation Glorot & Bengio 2010",
)
def hidden_told(m: Measures) -> Measured | None:
    for file, numbers in told(m, hidden_said.CUES):
        found = next(hidden_said.said_of_hidden(numbers), None)
        if found is not None:
            return Measured(found.what, note=found.said, where=place(file, found.row))
        same = hidden_said.equals_components(numbers.cells)
        if same is not None:
            return Measured(
                "linear", note=f"{same[0]:g} as principal components, {same[1]:g}", where=place(file, same[2])
            )
    return _by_types(m)


def _by_types(m: Measures) -> Measured | None:
    """By what a table or a hook's lines call the function of each layer: softmax behind two hidden layers or more."""
    found: LayerRows | None = m.once(layer_rows)
    if found is None or "type" not in found.table:
        return None
    types = found.table.texts("type")
    told = {layer: activation(types[at[0]]) for (layer, kind), at in found.rows.items() if kind == "activation"}
    named = [each for each in told.values() if each]
    if len(named) <= _LEAST_HIDDEN or named[:-1].count("softmax") < len(named) - 1:  # the last may be the output
        return None
    return Measured("softmax", note=f"softmax behind {len(named) - 1} layers", where=found.where("", "activation"))


_LEAST_HIDDEN = 2


@feature(
    "hidden.toy_gap",
    unit="fraction",
    doc="Accuracy on linear toy problems (the least) minus that on such as need a bend: xor, rings, spirals (the most)",
    how="train the model on a few toy problems, and write name and accuracy of each into a table",
    source="+activation",
)
def toy_gap(m: Measures) -> Measured | None:
    for file, numbers in told(m, hidden_said.TOY_CUES):
        found = hidden_said.toy_problems(numbers.cells)
        if found is not None:
            return Measured(found[0] - found[1], note=f"{found[0]:g} and {found[1]:g}", where=place(file, found[2]))
    return None
