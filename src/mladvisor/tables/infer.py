"""A feature dictionary from tables that are trusted: loose enough that more data of the same source keeps to it.

Limits are wider than what was seen, because the next sample always holds a new extreme: a column that never was
negative stays so, every other limit lies a whole range beyond the last value, rounded outwards.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from typing import Any

import msgspec
import numpy as np

from mladvisor.tables.drift import spelled
from mladvisor.tables.schema import TYPES, Expected, Schema
from mladvisor.tables.table import Table

MOST_VALUES = 60
"""A longer vocabulary is left open: nobody reads it."""
MOST_UNSEEN = 0.002
"""Good and Turing's estimate of the share of rows with a value never seen before: above it the vocabulary is open."""
LEAST_FOR_MEDIAN = 50


def infer_schema(tables: list[Table], *, label: str | None = None) -> Schema:
    """The feature dictionary that all the tables keep to; columns in the order of the first table.

    A column that some table lacks is not required.
    """
    columns = list(dict.fromkeys(column for table in tables for column in table.columns))
    features = tuple(
        _expected([table for table in tables if column in table], column, len(tables)) for column in columns
    )
    return Schema("schema.yaml", features, label if label in columns else None)


def _expected(tables: list[Table], column: str, of: int) -> Expected:
    kinds = [kind for kind in dict.fromkeys(table.kind(column) for table in tables) if kind != "empty"]
    kind: Any = _common(kinds)
    fields: dict[str, Any] = {
        "required": len(tables) == of,
        "nullable": not kinds or any(bool(table.missing(column).any()) for table in tables),
    }
    if kind in ("numeric", "integer"):
        values = np.concatenate([table.numbers(column) for table in tables])
        fields.update(_limits(values[np.isfinite(values)], whole=kind == "integer"))
    elif kind == "categorical":
        fields["values"] = _vocabulary(tables, column)
    return Expected(column, kind if kind in TYPES else None, **fields)


def _common(kinds: Sequence[str]) -> str | None:
    """One type for what several tables hold: whole numbers are numbers too."""
    if len(kinds) == 1:
        return kinds[0]
    if kinds and set(kinds) <= {"integer", "numeric"}:
        return "numeric"
    if kinds and set(kinds) <= {"integer", "boolean"}:
        return "integer"
    return "categorical" if kinds and set(kinds) <= {"categorical", "text"} else None


def _limits(values: np.ndarray, *, whole: bool) -> dict[str, Any]:
    if not len(values):
        return {}
    low, high = float(values.min()), float(values.max())
    span = (high - low) or abs(high) or 1.0
    fields: dict[str, Any] = {
        "min": 0.0 if low >= 0.0 else _outward(low - span, down=True),
        "max": 1.0 if low >= 0.0 and 0.9 <= high <= 1.0 else 0.0 if high <= 0.0 else _outward(high + span, down=False),
    }
    if whole:
        fields = {key: float(round(value)) for key, value in fields.items()}
    middle = float(np.median(values))
    if len(values) >= LEAST_FOR_MEDIAN and middle != 0.0 and low * high >= 0.0 and len(np.unique(values)) > 10:
        fields["median"] = float(f"{middle:.4g}")
    return fields


def _outward(value: float, *, down: bool) -> float:
    """Two significant digits, away from zero or towards it as the limit asks."""
    if value == 0.0 or not math.isfinite(value):
        return value
    unit = 10.0 ** (math.floor(math.log10(abs(value))) - 1)
    rounded = (math.floor if down else math.ceil)(value / unit) * unit
    return float(f"{rounded:.2g}")


def _vocabulary(tables: list[Table], column: str) -> tuple[str, ...]:
    counts: dict[str, int] = {}
    for table in tables:
        codes = table.codes(column)
        for value, count in zip(codes.values, codes.counts().tolist(), strict=True):
            counts[spelled(value)] = counts.get(spelled(value), 0) + count
    once = sum(count == 1 for count in counts.values())
    if len(counts) > MOST_VALUES or once > MOST_UNSEEN * sum(counts.values()):
        return ()
    return tuple(sorted(counts))


def as_yaml(schema: Schema, *, source: str) -> str:
    """The feature dictionary as YAML for people: one line a column, in the order of the table."""
    lines = [
        f"# What each column should hold. Made from {source} by `mladvisor schema infer`: correct what is wrong.",
        "# type: " + ", ".join(TYPES),
    ]
    if schema.label is not None:
        lines.append(f"label: {_scalar(schema.label)}")
    lines.append("features:")
    for each in schema.features:
        parts = [f"name: {_scalar(each.name)}"]
        if each.type is not None:
            parts.append(f"type: {each.type}")
        for key in ("min", "max", "median"):
            value = getattr(each, key)
            if value is not None:
                parts.append(f"{key}: {_number(value)}")
        if each.values:
            parts.append(f"values: [{', '.join(_scalar(value) for value in each.values)}]")
        if not each.required:
            parts.append("required: false")
        if not each.nullable:
            parts.append("nullable: false")
        lines.append("  - {" + ", ".join(parts) + "}")
    return "\n".join(lines) + "\n"


def _number(value: float | str) -> str:
    if isinstance(value, str):
        return _scalar(value)
    return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)


_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_ ./-]*[A-Za-z0-9_]|[A-Za-z_]")
_WORDS = frozenset(("null", "true", "false", "yes", "no", "on", "off", "y", "n"))


def _scalar(value: Any) -> str:
    """Plain where YAML reads it back as the same text, else quoted as JSON, which is YAML too."""
    text = str(value)
    if _PLAIN.fullmatch(text) and text.lower() not in _WORDS:
        return text
    return msgspec.json.encode(text).decode()
