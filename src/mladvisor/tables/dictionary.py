"""Feature dictionaries as people write them: a table with a line for each column, JSON or YAML of any layout.

`schema.yaml` is ours and read strictly (`tables/schema.py`). Of other people's files only what is plain is taken: names
of columns, types, ranges, vocabularies, and what must be there. What is not understood is no expectation.
"""

from __future__ import annotations

import csv
import json
import re
from pathlib import Path
from typing import Any

from mladvisor import yaml_io
from mladvisor.errors import ReadError
from mladvisor.tables.schema import MAX_BYTES, OTHER_NAMES, TYPES, Expected, Schema

MAX_ENTRIES = 5_000
ROUND = 0.1
"""Share of a range by which cells may pass its ends: a bill of 134 where 15 to 130 is written is no fault. A lowest
value of zero is meant as it stands."""
_NAME = ("column", "feature", "name", "field", "variable", "attribute", "column_name", "feature_name", "col")
_TYPE = ("type", "dtype", "kind", "data_type", "datatype", "format")
_LOW = ("min", "minimum", "ge", "low", "lower", "min_value")
_HIGH = ("max", "maximum", "le", "high", "upper", "max_value")
_VALUES = ("values", "allowed", "enum", "categories", "levels", "domain", "vocabulary", "allowed_values", "range")
_REQUIRED = ("required", "mandatory", "must", "needed")
_NULLABLE = ("nullable", "null", "optional", "allow_null", "allow_na", "missing_allowed", "nulls")
_UNIT = ("unit", "units")
_LABEL = ("label", "target", "outcome", "label_column", "target_column")
_ROLE = ("role", "usage", "use")
_LISTS = ("features", "columns", "fields", "properties", "variables", "attributes", "schema", "inputs")
_RANGE = re.compile(
    r"^[\[(]?\s*(-?[\d.]+(?:e[+-]?\d+)?)\s*(?:\.\.+|to|…|–|,|:|(?<=\d)-)\s*(-?[\d.]+(?:e[+-]?\d+)?)\s*[\])]?$", re.I
)
_YES, _NO = ("yes", "y", "true", "1", "required", "mandatory"), ("no", "n", "false", "0", "optional", "")
_TYPES = {**OTHER_NAMES, **{name: name for name in TYPES}, "float64": "numeric", "float32": "numeric",
          "int64": "integer", "int32": "integer", "long": "integer", "decimal": "numeric"}  # fmt: skip
_LOOSE = ("text", "identifier", "boolean")
"""Types that people give so loosely ("string" of a key, "bool" of 0 and 1) that cells are not judged by them."""


def read_dictionary(path: Path, file: str) -> Schema:
    """The columns that a file describes. Raises ReadError where it describes none."""
    if path.stat().st_size > MAX_BYTES:
        raise ReadError("is too large to be a feature dictionary", file=file)
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise ReadError("is not a text file", file=file) from None
    suffix = path.suffix.lower()
    try:
        entries, label = _of_lines(text) if suffix in (".csv", ".tsv") else _of_content(_loaded(text, suffix))
    except (ValueError, TypeError, yaml_io.YamlError, RecursionError):
        raise ReadError("is no feature dictionary that can be read", file=file) from None
    found = {each.name: each for each in entries[:MAX_ENTRIES]}
    if len(found) < 2:
        raise ReadError("describes no columns that could be told", file=file)
    return Schema(file, tuple(found.values()), label, closed=False)


def _loaded(text: str, suffix: str) -> Any:
    if suffix == ".json":
        return json.loads(text)
    documents = yaml_io.load_strict(text)
    return documents[0] if documents else None


def _of_lines(text: str) -> tuple[list[Expected], str | None]:
    """A table with a line for each column of the data."""
    lines = text.splitlines()
    mark = max(",;\t|", key=lines[0].count) if lines else ","
    rows = list(csv.DictReader(lines, delimiter=mark))
    rows = [{str(key).strip().lower().replace(" ", "_"): value for key, value in row.items()} for row in rows]
    if not rows or not any(name in rows[0] for name in _NAME):
        raise ValueError("no names")
    return _entries([(str(_first(row, _NAME) or "").strip(), row) for row in rows])


def _of_content(content: Any) -> tuple[list[Expected], str | None]:
    """Mappings or lists of descriptions, at the top or one level below."""
    label = None
    required: Any = None
    if isinstance(content, dict):
        label = next((content[key] for key in _LABEL if isinstance(content.get(key), str)), None)
        required = content.get("required")
        below = next((content[key] for key in _LISTS if isinstance(content.get(key), dict | list)), None)
        content = content if below is None else below
    pairs: list[tuple[str, dict[str, Any]]] = []
    if isinstance(content, dict):
        pairs = [(str(name), entry if isinstance(entry, dict) else {"type": entry}) for name, entry in content.items()]
    elif isinstance(content, list):
        for entry in content:
            name = _first(entry, _NAME) if isinstance(entry, dict) else entry if isinstance(entry, str) else None
            pairs.append((str(name or ""), entry if isinstance(entry, dict) else {}))
    entries, told = _entries(pairs)
    if isinstance(required, list):
        must = {str(each) for each in required}
        entries = [Expected(**{**_fields(each), "required": each.name in must}) for each in entries]
    return entries, label or told


def _fields(each: Expected) -> dict[str, Any]:
    return {name: getattr(each, name) for name in each.__struct_fields__}


def _entries(pairs: list[tuple[str, dict[str, Any]]]) -> tuple[list[Expected], str | None]:
    found, label = [], None
    for name, entry in pairs:
        if not name or len(name) > 200:
            continue
        lower = {str(key).lower(): value for key, value in entry.items()}
        found.append(_expected(name, lower))
        if str(_first(lower, _ROLE) or "").strip().lower() in _LABEL:
            label = name
    return found, label


def _expected(name: str, entry: dict[str, Any]) -> Expected:
    kind, empty = _type(_first(entry, _TYPE))
    low, high = _number(_first(entry, _LOW)), _number(_first(entry, _HIGH))
    low_told, high_told, values = _allowed(_first(entry, _VALUES))
    low, high = low if low is not None else low_told, high if high is not None else high_told
    if kind in ("numeric", "integer") and values:
        numbers = [_number(value) for value in values]
        values = () if None in numbers else values
    if low is not None and high is not None and not values:  # people write round limits, which a few rows pass
        slack = ROUND * (high - low)
        low, high = (low - slack if low else low), high + slack
    nullable = _said(_first(entry, _NULLABLE))
    required = _said(_first(entry, _REQUIRED))
    return Expected(
        name,
        type=None if kind in _LOOSE else kind,  # type: ignore[arg-type]
        min=low,
        max=high,
        values=values,
        required=required is not False,
        nullable=nullable is not False or empty,
        unit=str(_first(entry, _UNIT) or ""),
    )


def _first(entry: dict[str, Any], names: tuple[str, ...]) -> Any:
    return next((entry[name] for name in names if entry.get(name) not in (None, "")), None)


def _type(said: Any) -> tuple[str | None, bool]:
    """Our type and whether blanks are named among the types (["number", "null"])."""
    words = [str(each).strip().lower() for each in (said if isinstance(said, list) else [said])]
    kinds = [_TYPES[word] for word in words if word in _TYPES]
    return (kinds[0] if len(kinds) == 1 else None), "null" in words


def _number(said: Any) -> float | None:
    try:
        return float(said) if said is not None and not isinstance(said, bool) else None
    except (TypeError, ValueError):
        return None


def _said(said: Any) -> bool | None:
    if isinstance(said, bool):
        return said
    word = str(said).strip().lower() if said is not None else None
    return True if word in _YES else False if word in _NO else None


def _allowed(said: Any) -> tuple[float | None, float | None, tuple[Any, ...]]:
    """(lowest, highest, vocabulary) of "0..72", "[15, 130]", "monthly|one_year|two_year" or a list."""
    if isinstance(said, list):
        if (
            len(said) == 2
            and all(isinstance(each, int | float) for each in said)
            and said[0] < said[1]
            and said != [0, 1]
        ):
            return float(said[0]), float(said[1]), ()
        return None, None, tuple(said) if all(isinstance(each, str | int | float) for each in said) else ()
    if not isinstance(said, str):
        return None, None, ()
    found = _RANGE.match(said.strip())
    if found and (numbers := (_number(found[1]), _number(found[2])))[0] is not None and numbers[1] is not None:
        return (*sorted(numbers), ()) if numbers[0] != numbers[1] else (None, None, ())  # type: ignore[type-var,return-value]
    for mark in ("|", ";", ","):
        parts = [part.strip() for part in said.split(mark)]
        if len(parts) > 1 and all(parts) and all(len(part.split()) <= 3 for part in parts):
            return None, None, tuple(parts)
    return None, None, ()
