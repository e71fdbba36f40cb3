"""How many inputs the weights of a layer have, by the shape that a table writes beside them; and which files are called
after the start of training.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from math import prod, sqrt

from mladvisor.runs.word_sets import parted, word_set

_SHAPE = word_set("shape dims dimensions")
_INPUTS = word_set("fan_in fanin n_in in_features inputs n_inputs num_inputs")
_DIMENSION = re.compile(r"\d{1,9}")
_TURNED = re.compile(r"(?i)(?:^|[._/])(?:kernel|embeddings?)(?::0)?$")
_ROWS_ARE_UNITS = re.compile(r"(?i)(?:^|[._/])weight(?:_[a-z]{2}_l\d)?$")
_NEAR = 8
"""A matrix whose sides differ by no more has about as many inputs as the root of their product, whichever they are."""
_START = word_set("init initial initially initialization initialisation initialised initialized start untrained fresh")
_STEP_0 = re.compile(r"(?:step|epoch|iter)_?0+(?!\d)|before_?train|at_?start")


def column_in(columns: Sequence[str]) -> str | None:
    """The column of a table of layers that tells their shapes or the number of their inputs."""
    low = {name: name.strip().lower().replace(" ", "_") for name in columns}
    return next((name for name in columns if low[name] in _SHAPE | _INPUTS), None)


def inputs_of(layer: str, column: str, cell: str) -> float | None:
    """The number of inputs of a layer; None for vectors, and where the shape does not tell it.

    >>> inputs_of("fc1.weight", "shape", "torch.Size([64, 20])"), inputs_of("dense/kernel:0", "shape", "(20, 64)")
    (20.0, 20.0)
    """
    sides = [int(each) for each in _DIMENSION.findall(cell)][:6]
    if column.strip().lower().replace(" ", "_") in _INPUTS:
        return float(sides[0]) if len(sides) == 1 and sides[0] > 0 else None
    if len(sides) < 2 or min(sides) < 1:
        return None
    if _ROWS_ARE_UNITS.search(layer):
        return float(prod(sides[1:]))
    if _TURNED.search(layer):
        return float(prod(sides[:-1]))
    return sqrt(prod(sides)) if len(sides) == 2 and max(sides) <= _NEAR * min(sides) else None


def at_start(stem: str) -> bool:
    """A file is called after the start of training: "initial_weights", "weights_before_training", "stats_step0"."""
    said = parted(stem[:100]).lower()
    words = set(re.findall(r"[a-z]+", said))
    return not words.isdisjoint(_START) or bool(_STEP_0.search(re.sub(r"[^a-z0-9]+", "_", said)))
