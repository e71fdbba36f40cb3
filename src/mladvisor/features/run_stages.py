"""Whether the log itself says that training went through stages: pruning, longer sequences, larger pictures."""

from __future__ import annotations

import numpy as np

from mladvisor.features.catalogue import Measures, feature
from mladvisor.features.measured import Measured, Where
from mladvisor.runs.roles import default_columns
from mladvisor.runs.word_sets import word_set

_OF_STAGES = word_set("sparsity stage phase curriculum difficulty resolution imgsize seqlen task")
_PAIRS = frozenset((("img", "size"), ("image", "size"), ("seq", "len"), ("sequence", "length"), ("crop", "size")))
_FEWEST, _MOST = 1, 20


@feature(
    "run.stages",
    unit="stages",
    doc="Stages that a column of the log counts, such as the sparsity of a network that is pruned, where it moves in"
    " steps: the loss leaps at each on purpose",
    how="log what changes between the stages of training (`sparsity`, `stage`)",
    source="+reading",
)
def stages(m: Measures) -> Measured | None:
    for curve in m.run.curves:
        words = default_columns().words(curve.name)
        named = not _OF_STAGES.isdisjoint(words) or words[-2:] in _PAIRS
        if not named or curve.role.kind != "other" or len(curve.y) < _MOST:
            continue
        steps = int(np.count_nonzero(np.diff(curve.y)))
        if _FEWEST <= steps <= min(_MOST, len(curve.y) // 4):
            return Measured(float(steps + 1), note=curve.name, where=Where(curve.place.file, curve.name))
    return None
