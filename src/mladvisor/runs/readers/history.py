"""JSON histories: lists of numbers by name (Keras), pandas' dict of dicts, lists of records, also of one value each
that say what it is (MLflow's API), CatBoost's own."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any, NamedTuple

import numpy as np

from mladvisor.errors import ReadError
from mladvisor.runs import settings_names
from mladvisor.runs.model import Role
from mladvisor.runs.readers.base import Candidate, RawCurve, Reading
from mladvisor.runs.readers.decoding import number
from mladvisor.runs.readers.nameless import QUANTITY, VALUE, numbered_sets, plain_key
from mladvisor.runs.readers.records import curves_of, flat_numbers, tidy_keys, untidied
from mladvisor.runs.roles import Columns

_JUDGED = frozenset(("loss", "metric", "reward"))
_EPOCHS = 3
_COUNTED = re.compile(r"(?:(?:epoch|ep|step|iter|iteration|round|pass)[ _-]?)?(\d{1,9})", re.IGNORECASE)
_TRAINED = frozenset(("loss", "reward"))  # a report by class has metrics, too
_POINT = (2, 3)
_OF_POINT = 5  # keys
_MAX_DEPTH = 6
_MAX_SERIES = 2_000
_CONFIG_KEYS = frozenset(
    (
        "config",
        "configuration",
        "params",
        "parameters",
        "args",
        "hparams",
        "hyperparameters",
        "hyper_parameters",
        "settings",
    )
)
# "name": [1.5   or   "name": {"0": 1.5   in the first kilobytes; all repeats are bounded
_SERIES = re.compile(
    r'"([^"\n\\]{1,120})"\s{0,40}:\s{0,40}(?:\[\s{0,80}(?:-?[\d.]|null|NaN|-?Inf|\[\s{0,80}-?\d|\{\s{0,80}"(?:step|epoch|value|wall_time|timestamp|iteration|x|y)")|\{\s{0,80}"0")'
)
# "name": "train loss" of a trace, "loss": {"train": {"x": ..., "y": ...
_TRACE_NAME = re.compile(r'"(?:name"\s{0,40}:\s{0,40}")?([^"\n\\]{1,120})"\s{0,40}(?:[,}]|:\s{0,40}\{)')
_SCALAR = re.compile(r'"([^"\n\\]{1,120})"\s{0,40}:\s{0,40}(?:-?[\d.]|NaN|-?Inf)')
# "key": "val_loss", "metricName": "val_loss"; "value": 0.5, "metricValue": "0.5"
_TEXT = re.compile(r'"(\w{1,40})"\s{0,40}:\s{0,40}"([^"\n\\]{1,120})"')
_OF_VALUE = re.compile(r'"(\w{1,40})"\s{0,40}:\s{0,40}"?(?:-?[\d.]|NaN|-?Inf)')


class Series(NamedTuple):
    """A list of numbers in the file: its path, its values, and where they stand if each says so."""

    name: str
    values: np.ndarray
    x: np.ndarray | None = None


class HistoryReader:
    """A JSON file that holds a whole training."""

    id = "json-history"
    joins = False

    def sniff(self, candidate: Candidate) -> float:
        """By names of losses or metrics that are followed by lists of numbers."""
        head = candidate.text.lstrip()[:1]
        if head not in ("{", "[") or '"log_history"' in candidate.text:
            return 0.0
        text = candidate.text
        columns = candidate.columns
        if '"iterations"' in text and '"learn_metrics"' in text:
            return 0.25  # CatBoost: its tables hold the same, line by line
        if _of_quantities(text, columns):
            return 0.5
        if head == "[":
            names = {match.group(1) for match in _SCALAR.finditer(text, 0, 4000)}
            if _lists_things(text, names, columns):
                return 0.0
            return 0.4 if any(columns.meaning(name).kind in _JUDGED for name in names) else 0.0
        judged = sum(columns.meaning(match.group(1)).kind in _JUDGED for match in _SERIES.finditer(text))
        if not judged and (_of_each_epoch(text, columns) or _draws_loss(text, columns)):
            return 0.35
        if not judged or (judged < 2 and settings_names.may_be_config(candidate.name)):
            return 0.0
        return 0.5

    def read(self, candidate: Candidate) -> Reading:
        """The curves of the history. Raises ReadError when there is none."""
        content = candidate.read_json()
        columns = candidate.columns
        reading = Reading(format=self.id)
        if isinstance(content, list):
            records = [record for record in content if isinstance(record, dict)]
            reading.curves = curves_of(untidied(records, columns), range(1, len(records) + 1), columns)
        elif isinstance(content, dict):
            reading.config = {k: v for k, v in content.items() if k in _CONFIG_KEYS and isinstance(v, dict)}
            if len(reading.config) == 1:
                reading.config = next(iter(reading.config.values()))
            if "iterations" in content and "meta" in content:
                reading.curves = _catboost(content, columns)
                reading.format = "catboost"
            else:
                reading.curves = _histories(content, columns)
                numbered_sets(reading.curves, reading.assumed)
        if not any(columns.meaning(one.name).kind in _JUDGED or one.role for one in reading.curves):
            raise ReadError("holds no list of numbers that is called like a loss or metric", file=candidate.rel)
        return reading


def _lists_things(text: str, names: set[str], columns: Columns) -> bool:
    """Each record is named by a text of its own, and none counts: scores of features, groups or models, and no course
    of a training.
    """
    if any((counted := columns.x_kind(name)) is not None and counted[0] != "set" for name in names):
        return False
    said: dict[str, list[str]] = {}
    for match in _TEXT.finditer(text, 0, 4000):
        said.setdefault(match.group(1), []).append(match.group(2).strip())
    return any(
        len(set(cells)) == len(cells) > 1
        and columns.x_kind(key) is None
        and not columns.meaning(key).resource
        and not any(cell[:1].isdigit() or number(cell) is not None for cell in cells)
        for key, cells in said.items()
    )


def _of_each_epoch(text: str, columns: Columns) -> bool:
    """One loss, metric or reward has a value in several objects ({"epoch_1": {"loss": 0.5}, "epoch_2": ...})."""
    met: dict[str, int] = {}
    for match in _SCALAR.finditer(text):
        met[match.group(1)] = met.get(match.group(1), 0) + 1
    sure = _JUDGED if '"epoch' in text else _TRAINED
    return any(count >= _EPOCHS and columns.meaning(name).kind in sure for name, count in met.items())


def _draws_loss(text: str, columns: Columns) -> bool:
    """Lines of a drawing (Plotly, ClearML: x, y and a name each), one of which is called after a loss or reward."""
    if '"x"' not in text or '"y"' not in text:
        return False
    return any(columns.meaning(match.group(1)).kind in _TRAINED for match in _TRACE_NAME.finditer(text))


def _of_quantities(text: str, columns: Columns) -> bool:
    """Records of one value each, several of which are of one loss, metric or reward."""
    met = Counter(match.group(2) for match in _TEXT.finditer(text) if plain_key(match.group(1)) in QUANTITY)
    told = {name for name, count in met.items() if count >= _EPOCHS and columns.meaning(name).kind in _JUDGED}
    return bool(told) and any(plain_key(match.group(1)) in VALUE for match in _OF_VALUE.finditer(text))


def _histories(content: dict[str, Any], columns: Columns) -> list[RawCurve]:
    """Curves of all lists of numbers that belong to the training."""
    found: list[Series] = []
    records: list[list[dict[str, Any]]] = []
    _collect(content, "", 0, found, records)
    tidy = max((one for one in records if tidy_keys(one, columns)), key=len, default=None)
    if tidy is not None:
        return curves_of(untidied(tidy, columns), range(1, len(tidy) + 1), columns)
    if not found and records:
        longest = max(records, key=len)
        counts = (columns.x_kind(key.rpartition("/")[2]) for key in flat_numbers(longest[0])) if longest else ()
        if not any(kind is not None and kind[0] in ("epoch", "step") for kind in counts):
            return []  # folds, classes or trials
        return curves_of(longest, range(1, len(longest) + 1), columns)
    judged = [one for one in found if columns.meaning(one.name).kind in _JUDGED]
    lengths = {len(one.values) for one in judged}
    kept = [one for one in found if len(one.values) in lengths]
    counting: dict[int, tuple[int, str, np.ndarray]] = {}
    for one in kept:
        kind = _x_kind(one.name, columns)
        if kind is not None and kind[0] in ("epoch", "step"):
            rank = (kind[0] == "step") * 1000 + kind[1]
            if len(one.values) not in counting or rank < counting[len(one.values)][0]:
                counting[len(one.values)] = (rank, kind[0], one.values)
    curves = [_curve(one, counting.get(len(one.values))) for one in kept if _x_kind(one.name, columns) is None]
    return curves


def _curve(one: Series, counted: tuple[int, str, np.ndarray] | None) -> RawCurve:
    rows = np.arange(1, len(one.values) + 1)
    if one.x is not None:
        return RawCurve(one.name, one.values, one.x, "step", rows)
    if counted is not None and np.isfinite(counted[2]).all():
        return RawCurve(one.name, one.values, counted[2], "epoch" if counted[1] == "epoch" else "step", rows)
    return RawCurve(one.name, one.values, None, "row", rows)


def _collect(value: Any, path: str, depth: int, found: list[Series], records: list[list[dict[str, Any]]]) -> None:
    """Gather lists of numbers, pandas columns and lists of records below `value`."""
    if depth > _MAX_DEPTH or len(found) >= _MAX_SERIES:
        return
    if isinstance(value, list):
        points = None if _says_what(value) else _points(value)
        if points is not None:
            found.append(Series(path, points[1], points[0]))
            return
        if value and isinstance(value[0], dict) and _trace(value[0]) is not None:
            for at, each in enumerate(value):
                _collect(each, f"{path}/{at}", depth + 1, found, records)
            return
        if value and isinstance(value[0], dict):
            records.append([record for record in value if isinstance(record, dict)])
        numbers = _numbers(value)
        if numbers is not None:
            found.append(Series(path, numbers))
        return
    if not isinstance(value, dict):
        return
    trace = _trace(value)
    if trace is not None:
        said = value.get("name")
        last = path.rpartition("/")[2]
        # ClearML names a line once more, within what is drawn; Plotly's lines have only a place in a list
        found.append(Series(said if isinstance(said, str) and said != last and last.isdigit() else path, *trace))
        return
    counted = {key: int(count[1]) for key in value if isinstance(key, str) and (count := _COUNTED.fullmatch(key))}
    if value and len(counted) == len(value):
        keys = sorted(value, key=counted.__getitem__)
        ordered = [
            {"epoch": counted[key], **value[key]} if isinstance(value[key], dict) else value[key] for key in keys
        ]
        _collect(ordered, path, depth + 1, found, records)
        return
    for key, item in value.items():
        if depth or key not in _CONFIG_KEYS:
            below = "" if not depth and key == "history" else f"{path}{'/' if path else ''}{key}"
            _collect(item, below, depth + 1, found, records)


def _trace(value: Any) -> tuple[np.ndarray, np.ndarray | None] | None:
    """y and x of a line that is drawn ({"name": "val loss", "x": [0, 1], "y": [0.7, 0.5]}); None for all else."""
    if not isinstance(value, dict) or not isinstance(value.get("y"), list) or not isinstance(value.get("x"), list):
        return None
    xs, ys = _numbers(value["x"]), _numbers(value["y"])
    if xs is None or ys is None or len(xs) != len(ys) or not np.isfinite(xs).all() or bool((np.diff(xs) < 0).any()):
        return None
    return ys, xs


def _says_what(values: list[Any]) -> bool:
    """Records of one value each, which say in a key what it is."""
    return (
        bool(values)
        and isinstance(values[0], dict)
        and any(isinstance(value, str) and plain_key(key) in QUANTITY for key, value in values[0].items())
    )


def _points(values: list[Any]) -> tuple[np.ndarray, np.ndarray] | None:
    """x and y of a list of points: [3, 0.52], TensorBoard's [wall time, 3, 0.52], or {"step": 3, "value": 0.52}."""
    if len(values) < _EPOCHS:
        return None
    pairs: list[tuple[float | None, float | None]] = []
    for value in values:
        if isinstance(value, list) and len(value) in _POINT and not any(isinstance(v, (list, dict)) for v in value):
            pairs.append((number(value[-2]), number(value[-1])))
        elif isinstance(value, dict) and len(value) <= _OF_POINT:
            x = next((value[key] for key in ("step", "epoch", "x", "iteration") if key in value), "")
            y = next((value[key] for key in ("value", "y", "v") if key in value), "")
            pairs.append((number(x), number(y)))
        else:
            return None
    if any(x is None or y is None or x != x for x, y in pairs):  # noqa: PLR0124 - NaN
        return None
    xs, ys = np.array(pairs, dtype=float).T
    return (xs, ys) if bool((np.diff(xs) >= 0).all()) else None


def _x_kind(name: str, columns: Columns) -> tuple[str, int] | None:
    """What a list counts, by its own name or by the last part of its path."""
    return columns.x_kind(name) or columns.x_kind(name.rpartition("/")[2])


def _numbers(values: list[Any]) -> np.ndarray | None:
    """A list of numbers (null and "NaN" are NaN) as an array; None when it holds anything else."""
    if not values or isinstance(values[0], dict | list | bool):
        return None
    cells = [number(value) for value in values]
    return None if any(cell is None for cell in cells) else np.array(cells, dtype=float)


def _catboost(content: dict[str, Any], columns: Columns) -> list[RawCurve]:
    """`catboost_training.json`: the first metric of each set is what is optimised."""
    meta, iterations = content.get("meta"), content.get("iterations")
    if not isinstance(meta, dict) or not isinstance(iterations, list):
        return []
    curves: list[RawCurve] = []
    for key, names in (("learn", meta.get("learn_metrics")), ("test", meta.get("test_metrics"))):
        if not isinstance(names, list):
            continue
        for at, name in enumerate(names):
            pairs = [
                (number(record.get("iteration")), number(record[key][at]))
                for record in iterations
                if isinstance(record, dict) and isinstance(record.get(key), list) and len(record[key]) > at
            ]
            good = [(x, y) for x, y in pairs if x is not None and y is not None]
            if good:
                xs, ys = np.array(good).T
                said = name.get("name", "metric") if isinstance(name, dict) else str(name)
                role = Role("loss", "train" if key == "learn" else "test", "total", False) if not at else None
                curves.append(RawCurve(f"{key}/{said}", ys, xs, "step", np.arange(1, len(ys) + 1), role=role))
    return curves


HISTORY = HistoryReader()
