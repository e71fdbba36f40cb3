"""Records (one mapping of names to numbers for each logging call) as curves; shared by the JSON readers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from mladvisor.runs.model import Split
from mladvisor.runs.readers.base import RawCurve
from mladvisor.runs.readers.decoding import number
from mladvisor.runs.readers.nameless import QUANTITY, VALUE, names_quantities, plain_key
from mladvisor.runs.readers.rows import Axis, curve
from mladvisor.runs.roles import Columns

MAX_DEPTH = 6
MAX_KEYS = 2_000
_NESTED = 1_000  # rank of a key that counts below another one: it gives way to one that stands alone
_LASTING = 3  # records without a number at the end of a log, from which on they are NaN
_JUDGED = frozenset(("loss", "metric", "reward", "gradient-norm", "learning-rate"))
_LEFT_OUT = frozenset(("config", "hist_stats", "env_info", "git", "node_ip", "pid"))


def flat_numbers(record: dict[str, Any], prefix: str = "", depth: int = 0) -> dict[str, float]:
    """The numbers of one record, nested keys joined with "/"; of COCO's list of twelve the first, which is AP."""
    flat: dict[str, float] = {}
    for key, value in record.items():
        kind = type(value)
        if kind is float or kind is int or kind is str or value is None:
            found = number(value)
            if found is not None:
                flat[f"{prefix}{key}"] = found
        elif kind is dict:
            if depth < MAX_DEPTH and key not in _LEFT_OUT:
                flat.update(flat_numbers(value, f"{prefix}{key}/", depth + 1))
        elif kind is list and len(value) == 12 and "coco" in str(key).lower():
            found = number(value[0])
            if found is not None:
                flat[f"{prefix}{key}".replace("_eval", "") + " AP"] = found
    return flat


def without_unlogged(records: Sequence[dict[str, Any]], columns: Columns) -> Sequence[dict[str, Any]]:
    """The records without the nulls that stand for what was not logged at that call.

    JSON has no NaN, so null stands for both. It is taken for NaN where a quantity is null from some record on to the
    end, as it is once training has diverged, unless another loss still has numbers there (LLaMA-Factory writes every
    key at every call: training rows have no `eval_loss`, evaluation rows no `loss`).
    """
    if not any(value is None for record in records for value in record.values()):
        return records
    last: dict[str, int] = {}  # key -> the last record in which it is no null
    for at, record in enumerate(records):
        last.update((key, at if value is not None else last.get(key, -1)) for key, value in record.items())
    numbered = max((at for key, at in last.items() if columns.meaning(key).kind == "loss"), default=-1)
    lost = {key: at for key, at in last.items() if numbered <= at and len(records) - at > _LASTING}
    return [
        {key: value for key, value in record.items() if value is not None or at > lost.get(key, at)}
        for at, record in enumerate(records)
    ]


def untidied(records: Sequence[dict[str, Any]], columns: Columns) -> Sequence[dict[str, Any]]:
    """Records of one value each, which say in a key what it is (metric, value), as records with that as a key."""
    keys = tidy_keys(records, columns)
    if keys is None:
        return records
    quantity, value = keys
    return [
        {**{key: own for key, own in one.items() if key not in keys}, str(one[quantity]): one[value]}
        if quantity in one and value in one
        else one
        for one in records
    ]


def tidy_keys(records: Sequence[dict[str, Any]], columns: Columns) -> tuple[str, str] | None:
    """The keys that hold what each record's value is, and the value; None where records are no such."""
    first = records[0] if records else {}
    called = {plain_key(key): key for key in reversed(first)}
    quantity = next((called[name] for name in QUANTITY if isinstance(first.get(called.get(name, "")), str)), None)
    value = next((called[name] for name in VALUE if name in called and called[name] != quantity), None)
    if quantity is None or value is None or not names_quantities([str(one.get(quantity)) for one in records], columns):
        return None
    return quantity, value


def curves_of(
    records: Sequence[dict[str, Any]],
    lines: Sequence[int],
    columns: Columns,
    *,
    splits: Sequence[Split | None] | None = None,
    by_step: bool = False,
) -> list[RawCurve]:
    """The curves of a sequence of records.

    Args:
        records: in the order of the file, flat or nested.
        lines: the line, or number, of each.
        splits: what each record was computed on, where the log says so (`"mode": "val"`).
        by_step: steps count even where epochs could.
    """
    flat = [flat_numbers(record) for record in records]
    counting = _counting(flat, columns)
    chosen = set(counting.values())
    values: dict[tuple[str, Split | None], list[float]] = {}
    indexes: dict[tuple[str, Split | None], list[int]] = {}
    for at, record in enumerate(flat):
        split = splits[at] if splits is not None else None
        for name, value in record.items():
            if name in chosen:
                continue
            key = (name, split)
            if key not in values:
                if len(values) >= MAX_KEYS:
                    continue
                values[key], indexes[key] = [], []
            values[key].append(value)
            indexes[key].append(at)
    arrays = {key: np.array(own, dtype=np.int64) for key, own in indexes.items()}
    main = [arrays[key] for key in arrays if columns.meaning(key[0]).kind in _JUDGED] or list(arrays.values())
    axis = Axis(*(_column(flat, counting.get(kind)) for kind in ("epoch", "step", "batch")))
    x, unit, epochs = axis.choose_step(main) if by_step else axis.choose(main)
    line_of = np.array(lines, dtype=np.int64)
    made = []
    for (name, split), own in values.items():
        index = arrays[(name, split)]
        one = curve(name, np.array(own), index, x=x, x_unit=unit, epochs=epochs, lines=line_of, split=split)
        one.steps = axis.steps_beside(unit, index)
        one.blanks = 0  # records hold what was logged at that call: a key that others have is no blank
        made.append(one)
    return made


def _counting(flat: list[dict[str, float]], columns: Columns) -> dict[str, str]:
    """Kind of counting -> the most telling key of that kind."""
    best: dict[str, tuple[int, str]] = {}
    for name in dict.fromkeys(name for record in flat for name in record):
        kind = columns.x_kind(name)
        if kind is None and "/" in name:  # a logger's "fields/epoch"
            inner = columns.x_kind(name.rpartition("/")[2])
            kind = (inner[0], inner[1] + _NESTED) if inner and inner[0] in ("epoch", "step") else None
        if kind is not None and kind[0] == "step" and _is_length(flat, name):
            continue
        if kind is not None and (kind[0] not in best or kind[1] < best[kind[0]][0]):
            best[kind[0]] = (kind[1], name)
    return {kind: name for kind, (_, name) in best.items()}


def _is_length(flat: list[dict[str, float]], name: str) -> bool:
    """`step=3.00e-06` is how far each step goes, and counts nothing: all its values lie between 0 and 1."""
    values = [record[name] for record in flat if name in record]
    return len(values) > 1 and all(0 < value < 1 for value in values)


def _column(flat: list[dict[str, float]], name: str | None) -> np.ndarray | None:
    if name is None:
        return None
    nan = float("nan")
    return np.array([record.get(name, nan) for record in flat])
