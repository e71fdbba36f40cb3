"""`schema.yaml`: the feature dictionary, read strictly.

label: churned
features:
  - {name: age, type: integer, min: 0, max: 120}
  - {name: plan, type: categorical, values: [free, pro], nullable: true}
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal, get_args

import msgspec

from mladvisor import yaml_io
from mladvisor.errors import ReadError, nearest

Type = Literal["numeric", "integer", "categorical", "boolean", "text", "datetime", "identifier"]
TYPES: tuple[str, ...] = get_args(Type)
MAX_BYTES = 4_000_000
OTHER_NAMES = {
    "float": "numeric", "number": "numeric", "double": "numeric", "real": "numeric", "continuous": "numeric",
    "int": "integer", "count": "integer", "category": "categorical", "enum": "categorical", "nominal": "categorical",
    "ordinal": "categorical", "bool": "boolean", "flag": "boolean", "string": "text", "str": "text", "date": "datetime",
    "timestamp": "datetime", "time": "datetime", "id": "identifier", "key": "identifier",
}  # fmt: skip


class Expected(msgspec.Struct, frozen=True):
    """What one column should be. A limit that is None is not checked.

    Attributes:
        values: the vocabulary; empty when it is open.
        required: the column must be there.
        nullable: cells may be blank.
        median: of the trusted data; what shows that a unit changed.
        unit: for people.
    """

    name: str
    type: Type | None = None
    min: float | str | None = None
    max: float | str | None = None
    values: tuple[Any, ...] = ()
    required: bool = True
    nullable: bool = True
    median: float | None = None
    unit: str = ""
    doc: str = ""


class Schema(msgspec.Struct, frozen=True):
    """The feature dictionary.

    Attributes:
        label: the label's column, which a table for scoring may lack.
        closed: columns that are not named here are a violation, too.
    """

    file: str
    features: tuple[Expected, ...]
    label: str | None = None
    closed: bool = True

    def get(self, name: str) -> Expected | None:
        """The entry of a column."""
        return next((each for each in self.features if each.name == name), None)


_KEYS = ("name", "type", "min", "max", "values", "required", "nullable", "median", "unit", "doc")
_TOP = ("features", "label", "closed", "notes")


def read_schema(path: Path, file: str) -> Schema:
    """The feature dictionary in a file. Raises ReadError with file, line and the nearest valid key."""
    try:
        if path.stat().st_size > MAX_BYTES:
            raise ReadError("is too large to be a feature dictionary", file=file)
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise ReadError("does not exist", file=file) from None
    except UnicodeDecodeError:
        raise ReadError("is not a text file", file=file) from None
    try:
        documents = yaml_io.load_strict(text)
    except yaml_io.YamlError as error:
        raise ReadError(error.message, file=file, place=f"line {error.line}") from None

    def fail(message: str, *where: str | int) -> ReadError:
        return ReadError(message, file=file, place=f"line {yaml_io.position(text, where)[0]}")

    content = documents[0] if documents else None
    if isinstance(content, list):
        content = {"features": content}
    if len(documents) != 1 or not isinstance(content, dict) or "features" not in content:
        raise fail("expected one mapping with the key features: [{name: ..., type: ...}, ...]")
    for key in content:
        if key not in _TOP:
            raise fail(f'unknown key "{key}"{nearest(key, _TOP)}; known are {", ".join(_TOP)}', key)
    entries = content["features"]
    if isinstance(entries, dict):
        entries = [{"name": name, **(entry or {})} for name, entry in entries.items() if isinstance(entry, dict | None)]
    if not isinstance(entries, list) or not entries:
        raise fail("features must be a list of {name, type, ...}", "features")
    features = tuple(dict.fromkeys(_expected(entry, index, fail) for index, entry in enumerate(entries)))
    names = [feature.name for feature in features]
    double = next((name for name in names if names.count(name) > 1), None) if len(set(names)) < len(names) else None
    if double is not None:
        raise fail(f'the feature "{double}" stands here twice, and not alike', "features")
    label = content.get("label")
    if label is not None and not isinstance(label, str):
        raise fail("label must be the name of a column", "label")
    return Schema(file, features, label, content.get("closed", True) is not False)


def _expected(entry: Any, index: int, fail: Any) -> Expected:
    if isinstance(entry, str):
        entry = {"name": entry}
    if not isinstance(entry, dict) or "name" not in entry:
        raise fail("each feature needs a name", "features", index)
    for key in entry:
        if key not in _KEYS:
            raise fail(
                f'unknown key "{key}"{nearest(key, _KEYS)}; known are {", ".join(_KEYS)}', "features", index, key
            )
    fields: dict[str, Any] = {"name": str(entry["name"])}
    if entry.get("type") is not None:
        said = str(entry["type"]).lower()
        kind = OTHER_NAMES.get(said, said)
        if kind not in TYPES:
            raise fail(
                f'unknown type "{said}"{nearest(said, TYPES)}; known are {", ".join(TYPES)}', "features", index, "type"
            )
        fields["type"] = kind
    for key in ("min", "max", "median"):
        if entry.get(key) is not None:
            fields[key] = _limit(entry[key], key, fields.get("type"), fail, index)
    low, high = fields.get("min"), fields.get("max")
    if low is not None and high is not None and type(low) is type(high) and low > high:
        raise fail(f"min {low} is above max {high}", "features", index, "min")
    if entry.get("values") is not None:
        if not isinstance(entry["values"], list):
            raise fail("values must be a list", "features", index, "values")
        if any(isinstance(value, list | dict) for value in entry["values"]):
            raise fail("values must be plain: texts, numbers, true or false", "features", index, "values")
        fields["values"] = tuple(entry["values"])
    for key in ("required", "nullable"):
        if key in entry:
            if not isinstance(entry[key], bool):
                raise fail(f"{key} must be true or false", "features", index, key)
            fields[key] = entry[key]
    for key in ("unit", "doc"):
        fields[key] = str(entry.get(key) or "")
    return Expected(**fields)


def _limit(value: Any, key: str, kind: str | None, fail: Any, index: int) -> float | str:
    if kind == "datetime" and isinstance(value, str):
        return value
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise fail(f'{key} must be a number, not "{value}"', "features", index, key)
    return float(value)
