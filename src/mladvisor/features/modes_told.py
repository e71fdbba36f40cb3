"""What notes, tables and reports beside the log tell of batch normalisation: scores by mode and batch size."""

from __future__ import annotations

from math import log10

from mladvisor.features.catalogue import Measures, feature
from mladvisor.features.inside_told import place, told
from mladvisor.features.measured import Measured
from mladvisor.runs import modes_said
from mladvisor.runs.modes_said import ByMode

_HOW = "score the same rows with model.train() and with model.eval(), and write both beside the log"
_HOW_SIZE = "score the same rows one by one and in large batches, and write both beside the log"
_LEAST = 1e-6


def by_mode(m: Measures) -> list[tuple[str, ByMode]]:
    """(file, scores of the same rows in both modes). Use `m.once`."""
    return [
        (file, pair)
        for file, numbers in told(m, modes_said.CUES)
        for pair in (
            *modes_said.taken_anew(numbers.cells),
            *modes_said.by_mode(numbers.cells),
            *modes_said.modes_in_lines(numbers.lines),
        )
    ]


def score_gap(m: Measures) -> Measured | None:
    """The score in training mode minus that in evaluation mode, where files tell both: the largest."""
    pairs: list[tuple[str, ByMode]] = m.once(by_mode)
    scored = [(file, pair) for file, pair in pairs if not pair.loss]
    if not scored:
        return None
    file, pair = max(scored, key=lambda each: each[1].train - each[1].evaluation)
    return Measured(pair.train - pair.evaluation, where=place(file, pair.row))


@feature(
    "norm.told_mode_loss",
    unit="decades",
    doc="Decades by which the loss of the same rows is larger in evaluation mode than in training mode, as a table or"
    " note beside the log tells",
    how=_HOW,
    source="fig5.b",
)
def mode_loss(m: Measures) -> Measured | None:
    pairs: list[tuple[str, ByMode]] = m.once(by_mode)
    found = [
        (log10(max(pair.evaluation, _LEAST) / max(pair.train, _LEAST)), file, pair) for file, pair in pairs if pair.loss
    ]
    if not found:
        return None
    decades, file, pair = max(found, key=lambda each: each[0])
    return Measured(decades, note=f"{pair.train:.3g} and {pair.evaluation:.3g}", where=place(file, pair.row))


@feature(
    "norm.told_size_gap",
    unit="fraction",
    doc="Accuracy (or score) of the same rows in large batches minus that one by one or in the smallest "
    "ones, as a table,"
    " report or note beside the log tells",
    how=_HOW_SIZE,
    source="fig5.b",
)
def size_gap(m: Measures) -> Measured | None:
    for file, numbers in told(m, modes_said.CUES):
        sizes = [*modes_said.by_size(numbers.cells), *modes_said.sizes_in_lines(numbers)]
        if sizes:
            most = max(sizes, key=lambda each: each.many - each.few)
            return Measured(most.many - most.few, note=f"{most.few:g} and {most.many:g}", where=place(file, most.row))
        letter = modes_said.with_others(numbers.lines)
        if letter is not None:
            return Measured(
                abs(letter[1] - letter[0]), note=f"{letter[0]:g} and {letter[1]:g}", where=place(file, letter[2])
            )
    return None


@feature(
    "norm.told_left_on",
    type="flag",
    doc="A file beside the log says, or its code shows, that batch normalisation takes the statistics of "
    "each batch where"
    " the model is served, exported or called at all",
    how="call the normalisation layers with `training=training`, and export in evaluation mode",
    source="fig5.b",
)
def left_on(m: Measures) -> Measured | None:
    for file, numbers in told(m, modes_said.LEFT_ON_CUES):
        found = modes_said.left_on(numbers)
        if found is not None:
            return Measured(True, note=found[0], where=place(file, found[1]))
    return None


@feature(
    "norm.told_last_share",
    unit="fraction",
    doc="Share of the last batch in the running statistics of batch normalisation, by a line of PyTorch's "
    "that stands in a"
    " note or script beside the log",
    how="keep the script that builds the model beside the log",
    source="fig5.b",
)
def last_share(m: Measures) -> Measured | None:
    for file, numbers in told(m, modes_said.MOMENTUM_CUES):
        found = modes_said.momentum_of_torch(numbers.lines)
        if found is not None:
            return Measured(found[0], where=place(file, found[1]))
    return None
