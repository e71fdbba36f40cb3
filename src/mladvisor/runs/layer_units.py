"""Tables with a row for each unit of a layer, as people write them who look for dead ones.

layer,unit,max_activation,share_active          epoch,layer,neuron,dead
fc1,0,26.3,0.17                                 3,fc2,0,1
fc1,1,0.0,0.0                                   3,fc2,1,0

What a unit does over the rows it was given is told by its words: how often it fires, how often it is zero, its largest
output or its spread, or plainly whether it is dead. A layer's row is the share of its units that are.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

import numpy as np

from mladvisor.runs.log_table import LogTable
from mladvisor.runs.word_sets import parted, word_set

_UNIT = word_set(
    "unit unit_id unit_index unit_idx neuron neuron_id neuron_index neuron_idx channel channel_id channel_index "
    "filter filter_id filter_index node node_id feature_map hidden_unit latent"
)
_LAYER = word_set("layer layer_name module module_name block relu")
_X = word_set("epoch step iteration iter")
_FLAGS = {"true": 1.0, "yes": 1.0, "dead": 1.0, "false": 0.0, "no": 0.0, "alive": 0.0, "active": 0.0}
_FIRES = word_set("active activated alive fires fired firing firings nonzero activations")
_OFTEN = word_set("share frac fraction rate ratio pct percent percentage prop count times n num rows freq frequency")
_ZERO = word_set("zero zeros silent inactive off")
_LARGEST = word_set("max maximum largest peak absmax maxabs")
_SPREAD = word_set("std stddev stdev sd variance var")
_OUTPUT = word_set("act acts activation activations output outputs out value relu abs")
_DEAD = word_set("dead died dying")
_ELSEWHERE = word_set("grad grads gradient gradients weight weights bias update loss acc accuracy")
_LEAST = 4
"""Rows of a layer: fewer units are told one by one for another reason."""


def _named(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "_", parted(name[:80]).lower()).strip("_")


def _test_of(name: str) -> Callable[[np.ndarray], np.ndarray] | None:
    """Which values of a column a dead unit has; None for a column that says nothing of it."""
    said = _named(name)
    words = set(said.split("_"))
    if words & _ELSEWHERE:
        return None
    if words & _DEAD or ("never" in words and words & _FIRES) or ("always" in words and words & _ZERO):
        return lambda values: values >= 1
    if "zero" not in words and words & _FIRES and words & _OFTEN and not words & (_LARGEST | {"mean", "avg"}):
        return lambda values: values <= 0
    if words & _ZERO and words & _OFTEN and not words & {"count", "times", "n", "num", "rows", "non"}:
        whole = 100.0 if words & {"pct", "percent", "percentage"} else 1.0
        return lambda values: values >= whole
    # What a ReLU gives a dead unit is exactly zero; a largest output below it is that of another activation.
    if words & _OUTPUT and words & _LARGEST:
        return lambda values: values == 0
    if words & _OUTPUT and words & _SPREAD:
        return lambda values: values == 0
    return None


def _columns(columns: Sequence[str]) -> tuple[str, str, str] | None:
    """The columns of layers, of units and of what tells the dead ones."""
    layer = next((name for name in columns if _named(name) in _LAYER), None)
    unit = next((name for name in columns if _named(name) in _UNIT), None)
    if layer is None or unit is None:
        return None
    told = [name for name in columns if name not in (layer, unit) and _test_of(name) is not None]
    plain = sorted(told, key=lambda name: (not _named(name).startswith(("dead", "is_dead")), told.index(name)))
    return (layer, unit, plain[0]) if plain else None


def is_unit_table(columns: Sequence[str]) -> bool:
    """A row is one unit of a layer, and a column tells whether it ever does anything."""
    return _columns(columns) is not None


def by_layer(table: LogTable) -> LogTable | None:
    """A row for each layer, at each time where that is told, with the share of its units that are dead; None where no
    layer has units enough, or what was taken for a unit does not tell them apart.
    """
    found = _columns(table.names)
    if found is None:
        return None
    layer, unit, told = found
    test = _test_of(told)
    x = next((name for name in table.names if _named(name) in _X), None)
    values = table.numbers(told)
    values = np.where(
        np.isnan(values), [_FLAGS.get(cell.strip().lower(), np.nan) for cell in table.texts(told)], values
    )
    units: dict[tuple[str, str], dict[str, tuple[int, bool]]] = {}
    times = table.texts(x) if x else [""] * table.rows
    for at, key in enumerate(zip(times, table.texts(layer), strict=True)):
        if not np.isnan(values[at]) and test is not None:
            dead = bool(test(values[at : at + 1])[0])
            units.setdefault(key, {}).setdefault(table.texts(unit)[at], (at, dead))
    rows = [(*key, own) for key, own in units.items() if len(own) >= _LEAST]
    if not rows:
        return None
    lines = [next(iter(own.values()))[0] for *_, own in rows]
    shares = [sum(dead for _, dead in own.values()) / len(own) for *_, own in rows]
    names = ["layer", "kind", "dead_share"]
    columns: list[Sequence[object]] = [[each[1] for each in rows], ["activation"] * len(rows), shares]
    if x:
        names, columns = (
            [_named(x).replace("iteration", "step").replace("iter", "step"), *names],
            [
                [each[0] for each in rows],
                *columns,
            ],
        )
    made = LogTable(table.file, names, columns, len(rows))
    made.notes, made.lines = table.notes, np.array([table.line(at) for at in lines], dtype=np.int64)
    return made
