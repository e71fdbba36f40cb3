"""Statistics of layers kept as JSON: a group for each layer, a group for each statistic, maybe under each epoch.

{"1": {"kind": "ReLU", "frac_zero": 1.0, "units": 64, "dead_units": 64}, "3": {"kind": "ReLU", ...}}
{"epoch_5": {"zero_fraction": {"relu1": 0.41, "relu2": 0.97}}, "epoch_10": ...}
{"fc1": {"dead_share": [0.1, 0.5, 0.9]}, "fc2": ...}
[{"epoch": 5, "relu1.zero_fraction": 0.41, "relu2.zero_fraction": 0.97}, ...]

Columns of a table have statistics by the same names, so that the file, a heading or the layers themselves must say that
these are layers.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from mladvisor.runs.layer_meanings import (
    CALLED_ACTIVATIONS,
    CALLED_LAYERS,
    EITHER_SHARE,
    Meaning,
    layer_and_statistic,
    meaning,
)
from mladvisor.runs.layer_numbers import FAINTEST, numbers_of
from mladvisor.runs.layer_shapes import at_start, inputs_of
from mladvisor.runs.layout import LAYER_KINDS
from mladvisor.runs.word_sets import parted, word_set

Row = dict[str, Any]

_SAYS_LAYERS = word_set(
    "layer layers act acts activation activations unit units neuron neurons relu relus grad grads gradient gradients "
    "saturation dead probe probes hook hooks hidden"
)
_LAYER_NAME = re.compile(rf"(?i)^(?:\w+\.)*(?:{CALLED_LAYERS}|{CALLED_ACTIVATIONS}|h|l)[._ -]?\d*(?:\.\w+)*$")
_LAYER_TYPE = re.compile(
    r"(?i)^(?:relu6?|leaky_?relu|prelu|gelu|elu|selu|silu|tanh|sigmoid|linear|dense|conv\dd|softmax)$"
)
_LIMITS = word_set("limit limits alert alerts allowed tolerance budget expected")
"""What a statistic may reach, and not what it is."""
_COUNTED = re.compile(r"(?i)^(epoch|ep|step|iter(?:ation)?)s?[ _=:-]*(\d{1,9})$")
_X = {"epoch": "epoch", "ep": "epoch", "step": "step", "global_step": "step", "iteration": "step", "iter": "step"}
_TELLING = ("dead_share", "zero_share", "saturated_share", EITHER_SHARE)
_LEAST = 2
_DEEPEST = 3


def layer_rows_in(said: str, content: Any) -> list[Row]:
    """A row for each layer (and epoch) of the JSON of one file; [] where it tells of no layers.

    Args:
        said: what the file is called.
    """
    told = set(_words(said))
    if not told.isdisjoint(_OF_DATA):
        return []
    content = numbers_of(content)
    rows = list(_rows(content, not _SAYS_LAYERS.isdisjoint(told), {}, 0))
    if not rows and (found := _of_numbers(said)) is not None:
        rows = list(_plain_sizes(content, found, {}, 0))
    if not rows:
        rows = list(_of_tensors(content, _kind_called(told), {"step": 0} if at_start(said) else {}, 0))
    return rows if len(rows) >= _LEAST else []


_OF_DATA = word_set("column columns feature features dataset schema confusion")
_GRADIENTS = word_set("grad grads gradient gradients gnorm gnorms gradnorm gradnorms")
_UPDATES = word_set("update updates delta deltas change changes moved movement drift")


def _of_numbers(said: str) -> Meaning | None:
    """What a number for each layer is, in a file (or below a key) that is called so."""
    words = set(_words(said))
    found = meaning(said)
    if found is not None and (_is_telling(found) or found.kind == "update"):
        return found
    if words & _GRADIENTS:
        return Meaning("gradient", "norm")
    return Meaning("update", "update_ratio") if words == {"ud"} else None  # update over data, as in makemore


def _series(value: Any) -> list[float]:
    """A number, or several in time."""
    if _is_number(value):
        return [float(value)]
    if isinstance(value, list) and len(value) > 1 and all(map(_is_number, value)):
        return [float(each) for each in value[:5_000]]
    return []


def _kind_called(words: set[str]) -> str | None:
    return "gradient" if words & _GRADIENTS else "update" if words & _UPDATES else None


_PLAIN = word_set(
    "mean std min max norm sd stddev var l2 abs_mean mean_abs absmax max_abs count shape size numel n dtype"
)


def _of_tensors(value: Any, kind: str | None, x: Row, depth: int) -> Iterator[Row]:
    """Mean and spread of each tensor by its name, {"fc1.weight": {"mean": 0.0, "std": 0.02, "shape": [64, 20]}, ...}:
    weights where nothing says that they are gradients.
    """
    if not isinstance(value, dict) or depth > _DEEPEST:
        return
    groups = {str(key): each for key, each in value.items() if isinstance(each, dict)}
    tensors = {name: each for name, each in groups.items() if _PARAMETER.search(name)}
    if len(tensors) >= _LEAST and all(
        not _PLAIN.isdisjoint(map(str.lower, map(str, each))) for each in tensors.values()
    ):
        for name, each in tensors.items():
            shape = next((str(cell) for key, cell in each.items() if str(key).lower() == "shape"), "")
            inputs = inputs_of(name, "shape", shape)
            cells = {str(key).lower(): cell for key, cell in each.items() if isinstance(cell, str | int | float)}
            yield {**x, "layer": name, "kind": kind or "weight", **({"inputs": inputs} if inputs else {}), **cells}
        return
    for name, each in groups.items():
        at = _COUNTED.match(name)
        within = {**x, _X[at[1].lower()]: int(at[2])} if at and at[1].lower() in _X else x
        yield from _of_tensors(each, kind or _kind_called(set(_words(name))), within, depth + 1)


_PARAMETER = re.compile(r"(?i)(?:^|[._])(?:weight|kernel|w)(?:_\w+)?$")
_ALL_LAYERS = word_set("total global all mean max min avg median std norm before after")


def _plain_sizes(value: Any, found: Meaning, x: Row, depth: int) -> Iterator[Row]:
    """A number for each layer, of a file that says of what: {"epoch_1": {"fc1.weight": 0.2, ...}, ...}."""
    if isinstance(value, list):
        for each in value[:2_000]:
            if isinstance(each, dict) and depth <= _DEEPEST:
                yield from _plain_sizes(each, found, x, depth + 1)
        return
    if not isinstance(value, dict):
        return
    x = {**x, **{_X[key.lower()]: each for key, each in value.items() if key.lower() in _X and _is_number(each)}}
    sizes = {str(key): own for key, each in value.items() if (own := _series(each)) and str(key).lower() not in _X}
    cut = [str(key) for key, each in value.items() if each is None] if found.kind == "gradient" else []
    named = sum(bool(_PARAMETER.search(name) or _LAYER_NAME.match(name)) for name in sizes)
    if named >= _LEAST and _ALL_LAYERS.isdisjoint(name.lower() for name in sizes):
        every = [size for own in sizes.values() for size in own]
        if found.statistic.endswith("share") and max(every) * found.factor > 1:
            return  # counts of nobody knows how many
        powers = not found.statistic.endswith("share") and max(every) < 0 and min(every) > FAINTEST
        for name, own in sizes.items():
            for place, size in enumerate(own, 1):
                step = {"step": place} if len(own) > 1 and not x else {}
                value = 10.0**size if powers else size * found.factor
                yield {**x, **step, "layer": name, "kind": found.kind, found.statistic: value}
        for name in cut:  # `p.grad is None`: the layer is no part of what was differentiated
            yield {**x, "layer": name, "kind": "gradient", "norm": 0.0, "no_gradient": 1.0}
        return
    for name, each in value.items():
        at = _COUNTED.match(str(name))
        if depth < _DEEPEST and isinstance(each, dict | list):
            within = {**x, _X[at[1].lower()]: int(at[2])} if at and at[1].lower() in _X else x
            yield from _plain_sizes(each, found, within, depth + 1)


def _words(name: str) -> list[str]:
    return re.findall(r"[a-z]+", parted(name[:100]).lower())


_NAMES = ("name", "layer", "layer_name", "module", "param", "parameter")


def _listed(value: list[Any]) -> list[Row]:
    """Layers as a list, each with its statistics in groups: [{"name": "fc1", "grad": {"l2": 1e-7}}, ...]."""
    rows = []
    for each in value[:2_000]:
        own = next((key for key in _NAMES if isinstance(each, dict) and isinstance(each.get(key), str)), None)
        groups = {str(key): cell for key, cell in each.items() if isinstance(cell, dict)} if own else {}
        if own is None or not groups:
            return []
        flat = {f"{key}_{inner}": cell for key, group in groups.items() for inner, cell in group.items()}
        plain = {str(key): cell for key, cell in each.items() if key != own and isinstance(cell, str | int | float)}
        told = {name: cell for name, cell in flat.items() if _is_number(cell) and meaning(name)}
        rows.append({"layer": each[own], **plain, **told})
    shared = set.intersection(*map(set, rows)) if len(rows) >= _LEAST else set()
    return rows if len(shared) > 1 else []


def _rows(value: Any, told: bool, x: Row, depth: int) -> Iterator[Row]:
    if isinstance(value, list):
        if listed := _listed(value):
            yield from ({**x, **row} for row in listed)
            return
        for each in value[:2_000]:
            if isinstance(each, dict) and depth <= _DEEPEST:
                yield from _rows(each, told, x, depth + 1)
        return
    if not isinstance(value, dict):
        return
    counted = {_X[key.lower()]: each for key, each in value.items() if key.lower() in _X and _is_number(each)}
    x = {**x, **counted}
    value = {key: each for key, each in value.items() if _LIMITS.isdisjoint(_words(str(key)))}
    groups = {str(key): each for key, each in value.items() if isinstance(each, dict)} or _parted_names(value)
    if _are_layers(groups, told):
        for name, each in groups.items():
            yield from _of_layer(name, each, x)
        return
    if _are_statistics(groups, told):
        yield from _turned(groups, x)
        return
    if depth >= _DEEPEST:
        return
    for name, each in value.items():
        at = _COUNTED.match(str(name))
        within = {**x, _X[at[1].lower().removesuffix("s")]: int(at[2])} if at and at[1].lower() in _X else x
        yield from _rows(each, told or not _SAYS_LAYERS.isdisjoint(_words(str(name))), within, depth + 1)


def _parted_names(value: dict[str, Any]) -> dict[str, Any]:
    """A group for each layer out of numbers that are named after layer and statistic."""
    groups: dict[str, Any] = {}
    for key, each in value.items():
        both = layer_and_statistic(str(key)) if _is_number(each) else None
        if both is not None:
            groups.setdefault(both[0], {})[both[1]] = each
    return groups


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _are_layers(groups: dict[str, Any], told: bool) -> bool:
    """Each group is a layer: all hold one telling statistic, and something says that these are layers."""
    if len(groups) < _LEAST or any(_COUNTED.match(name) for name in groups):
        return False
    shared = set.intersection(*(set(map(str, group)) for group in groups.values()))
    tells = any(_is_telling(found) for key in shared if (found := meaning(key)))
    named = all(_LAYER_NAME.match(name) for name in groups)
    typed = all(
        any(isinstance(each, str) and _LAYER_TYPE.match(each) for each in one.values()) for one in groups.values()
    )
    return tells and (told or named or typed)


def _is_telling(found: Meaning) -> bool:
    return found.statistic in _TELLING or found.kind == "gradient"


def _are_statistics(groups: dict[str, Any], told: bool) -> bool:
    """Each group is a statistic, with a number for each layer."""
    found = {name: meaning(name) for name in groups}
    if not groups or not any(each and _is_telling(each) for each in found.values()):
        return False
    telling = [group for name, group in groups.items() if found[name]]
    layers = set.intersection(*map(set, telling))
    plain = all(_is_number(each) for group in telling for each in group.values())
    named = all(_LAYER_NAME.match(str(name)) for name in layers)
    # A network of one hidden layer has one, whose name and whose file must both say so.
    return plain and (told or named) and len(layers) >= (1 if told and named else _LEAST)


def _turned(groups: dict[str, Any], x: Row) -> Iterator[Row]:
    telling = {name: group for name, group in groups.items() if meaning(name)}
    for layer in dict.fromkeys(str(each) for group in telling.values() for each in group):
        yield {**x, "layer": layer, **{name: group[layer] for name, group in telling.items() if layer in group}}


def _of_layer(name: str, group: dict[str, Any], x: Row) -> Iterator[Row]:
    """One row, or one for each place of its lists; what calls the layer's type "kind" is no kind of tensor."""
    cells: Row = {}
    for key, each in group.items():
        own = "type" if key.lower() == "kind" and str(each).lower() not in LAYER_KINDS else key.lower()
        cells[own] = each
    lists = {key: each for key, each in cells.items() if isinstance(each, list) and each and all(map(_is_number, each))}
    plain = {key: each for key, each in cells.items() if isinstance(each, str | int | float)}
    if not lists:
        yield {**x, "layer": name, **plain}
        return
    for at in range(max(map(len, lists.values()))):
        here = {key: each[at] for key, each in lists.items() if at < len(each)}
        yield {"epoch": at + 1, **x, "layer": name, **plain, **here}
