"""A feature dictionary as people write it: a table (CSV, TSV, markdown, Excel) with a row per column, or JSON in other
words.

    column,type,allowed,meaning                     {"columns": {"age": {"type": "number", "min": 0}}}
    tenure_months,int,0..72,months since contract

Read leniently, unlike `schema.yaml`, which is written for us: what is not understood is not checked, columns that it
does not name may be there, keys and the label may be absent, and a range is a usual one, not a limit.
"""

from __future__ import annotations

import csv
import json
import re
from pathlib import Path
from typing import Any

from mladvisor import yaml_io
from mladvisor.errors import ReadError
from mladvisor.runs.markdown import bar_tables
from mladvisor.runs.other_languages import english
from mladvisor.tables.schema import MAX_BYTES, OTHER_NAMES, TYPES, Expected, Schema

_NAME = (
    "name",
    "column",
    "field",
    "feature",
    "variable",
    "attribute",
    "column_name",
    "feature_name",
    "col",
    "var",
    "features",
)
_TYPE = ("type", "kind", "dtype", "data_type", "datatype")
_VALUES = (
    "values",
    "allowed",
    "enum",
    "categories",
    "levels",
    "domain",
    "vocabulary",
    "allowed_values",
    "options",
    "range",
    "bounds",
    "limits",
    "interval",
)
_SPANS = _VALUES[-4:]
"""Of these a list holds the two ends, and not all that is allowed."""
_LOW, _HIGH = ("min", "minimum", "low", "lower"), ("max", "maximum", "high", "upper")
_WORDS = ("meaning", "description", "doc", "definition", "comment", "notes")
_UNIT, _ROLE = ("unit", "units"), ("role", "usage", "use", "used_as")
_FLAGS = ("required", "nullable", "mandatory")
_NUMBER = ("", "#", "no", "no.", "nr", "nr.", "index", "id", "position")
_LISTED = ("columns", "fields", "features", "properties", "variables", "attributes", "feature")
_AS_NUMBER = r"(-?(?:\d+(?:\.(?!\.)\d*)?|\.\d+)(?:e[+-]?\d+)?)"
_RANGE = re.compile(rf"^[\[(]?\s*{_AS_NUMBER}\s*(?:\.\.+|to|–|—|-|,|;)\s*{_AS_NUMBER}\s*[\])]?$", re.I)
_ONE_SIDE = re.compile(r"^(>=|<=|≥|≤)\s*(-?[\d.]+)$")
_MORE_TYPES = {
    "int64": "integer", "int32": "integer", "float64": "numeric", "float32": "numeric", "object": "text",
    "varchar": "text", "char": "text", "decimal": "numeric", "categoric": "categorical", "cat": "categorical",
    "factor": "categorical", "binary": "boolean", "uuid": "identifier", "bytes": "text",
}  # fmt: skip
_YES, _NO = ("yes", "true", "1", "y", "x", "required"), ("no", "false", "0", "n", "optional", "")
_LABEL = ("label", "target", "outcome", "label_column", "target_column")
_LOOSE = ("text", "boolean")
"""Types that people give so loosely ("string" of anything, "bool" of 0 and 1) that cells are not judged by them."""
_LEAST = 2  # columns of a dictionary


def read_dictionary(path: Path, file: str) -> Schema:
    """The dictionary in a CSV, TSV, markdown or JSON file. Raises ReadError when it is none."""
    try:
        if path.stat().st_size > MAX_BYTES:
            raise ReadError("is too large to be a feature dictionary", file=file)
        workbook = file.lower().endswith(".xlsx")
        text = "" if workbook else path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError):
        raise ReadError("cannot be read as text", file=file) from None
    suffix = file.rpartition(".")[2].lower()
    content = _parsed(text, suffix) if suffix in ("json", "yaml", "yml") else None
    if workbook:
        entries = _of_workbook(path, file)
    else:
        entries = _of_rows(text, suffix) if suffix not in ("json", "yaml", "yml") else _of_content(content)
    found = [one for one in map(_expected, entries) if one is not None]
    if len(found) < _LEAST:
        raise ReadError("is no feature dictionary: expected a row for each column, with its name and type", file=file)
    label = next((str(_get(one, _NAME)) for one in entries if _told_as(one) & {"label", "target"}), None)
    if label is None and isinstance(content, dict):
        label = next((content[key] for key in _LABEL if isinstance(content.get(key), str)), None)
    return Schema(file, tuple(dict.fromkeys(found)), label, closed=False)


def _parsed(text: str, suffix: str) -> Any:
    try:
        return json.loads(text) if suffix == "json" else yaml_io.load_lenient(text)
    except (ValueError, RecursionError, yaml_io.YamlError):
        return None


def _of_content(content: Any) -> list[dict[str, Any]]:
    listed = content
    if isinstance(content, dict):
        listed = next((content[key] for key in _LISTED if isinstance(content.get(key), dict | list)), content)
        features = content.get("feature")
        if isinstance(features, list) and listed is features:
            return [_with_domain(one, _shared_domains(content)) for one in features if isinstance(one, dict)]
    if isinstance(listed, dict):
        required = content.get("required") if isinstance(content.get("required"), list) else None
        return [
            {"name": name, **({"required": name in required} if required is not None else {}), **entry}
            for name, entry in _described(listed)
        ]
    entries = listed if isinstance(listed, list) else []
    return [{"name": one} if isinstance(one, str) else one for one in entries if isinstance(one, str | dict)]


_DOMAINS = ("domain", "int_domain", "float_domain", "string_domain", "intdomain", "floatdomain", "stringdomain")


def _shared_domains(content: dict[str, Any]) -> dict[str, Any]:
    """Vocabularies that several features of a schema of TFDV share, by name."""
    listed = next(
        (each for key, each in content.items() if str(key).lower() in _DOMAINS and isinstance(each, list)), []
    )
    return {str(one["name"]): one for one in listed if isinstance(one, dict) and "name" in one}


def _with_domain(entry: dict[str, Any], shared: dict[str, Any]) -> dict[str, Any]:
    """A feature of a schema of TensorFlow Data Validation, the range or vocabulary of its domain beside its name."""
    told = next((each for key, each in entry.items() if str(key).lower() in _DOMAINS), None)
    if isinstance(told, str):
        told = shared.get(told)
    if isinstance(told, list):
        told = {"value": told}
    if not isinstance(told, dict):
        return entry
    values = told.get("value", told.get("values"))
    plain = {key: each for key, each in entry.items() if str(key).lower() not in _DOMAINS}
    return {**plain, **{key: told[key] for key in ("min", "max") if key in told}, "values": values}


def _described(listed: dict[Any, Any]) -> list[tuple[Any, dict[str, Any]]]:
    """Names with what is said of them: a mapping, or the type alone."""
    said = {name: {"type": each} if isinstance(each, str) else each for name, each in listed.items()}
    return [(name, each) for name, each in said.items() if isinstance(each, dict)]


def _of_rows(text: str, suffix: str) -> list[dict[str, Any]]:
    """Rows of a table, by the names in its header; of a markdown file, of its first table with such a header."""
    if suffix == "md":
        found = next((one for one in bar_tables(text) if _is_header(one.head)), None)
        rows = [found.head, *found.rows] if found is not None else []
    else:
        delimiter = "\t" if suffix == "tsv" else ";" if ";" in text.partition("\n")[0] else ","
        rows = [[cell.strip() for cell in row] for row in csv.reader(text.splitlines(), delimiter=delimiter)]
    return _entries(rows)


def _of_workbook(path: Path, file: str) -> list[dict[str, Any]]:
    """Rows of the first sheet with such a header."""
    from mladvisor.runs.workbook import sheets

    books = [[[str(cell) for cell in row] for row in rows] for _, rows in sheets(path, file)]
    return next((found for rows in books if (found := _entries(rows))), [])


def _entries(rows: list[list[str]]) -> list[dict[str, Any]]:
    at = next((number for number, row in enumerate(rows) if _is_header(row)), None)
    if at is None:
        return []
    head = [_said(cell) for cell in rows[at]]
    return [dict(zip(head, row, strict=False)) for row in rows[at + 1 :] if len(row) > 1]


def _said(cell: str) -> str:
    return english(cell.lower()).replace(" ", "_")


def _is_header(row: list[str]) -> bool:
    """Names the columns of a dictionary: the name of a column (after a number), and its type, role or meaning."""
    cells = [_said(cell) for cell in row]
    if cells and cells[0] in _NUMBER:
        cells = cells[1:]
    said = (*_TYPE, *_VALUES, *_WORDS, *_UNIT, *_ROLE, *_FLAGS)
    return bool(cells) and cells[0] in _NAME and not set(said).isdisjoint(cells[1:])


def _get(entry: dict[str, Any], keys: tuple[str, ...]) -> Any:
    return next((entry[key] for key in keys if entry.get(key) not in (None, "")), None)


def _expected(entry: dict[str, Any]) -> Expected | None:
    name = _get(entry, _NAME)
    if not isinstance(name, str) or not name:
        return None
    said = _get(entry, _TYPE)
    written = str(said[0] if isinstance(said, list) and said else said).lower()
    kind: Any = OTHER_NAMES.get(written, _MORE_TYPES.get(written, written))
    span = _span(_get(entry, _SPANS))
    low, high, values = (*span, ()) if span is not None else _allowed(_get(entry, _VALUES))
    if values == ("key",) or str(_get(entry, _ROLE)).lower() in ("key", "id", "identifier"):
        kind, values = "identifier", ()
    low = _number(_get(entry, _LOW)) if low is None else low
    high = _number(_get(entry, _HIGH)) if high is None else high
    if low is not None and high is not None:
        # People write down what is usual. A little outside lies its tail; farther out than it is wide, no.
        low, high = (low - (high - low) if low else low), high + (high - low)  # zero is meant as it stands
    aside = kind == "identifier" or _is_aside(name, entry)
    return Expected(
        name=name,
        type=kind if kind in TYPES and kind not in _LOOSE else None,
        min=low,
        max=high,
        values=values if kind not in ("numeric", "datetime") else (),
        required=not aside and _flag(entry.get("required"), True),
        nullable=_flag(entry.get("nullable"), True),
        unit=str(_get(entry, _UNIT) or ""),
        doc=str(_get(entry, _WORDS) or ""),
    )


_ASIDE = ("label", "target", "unused", "dropped", "ignored", "excluded", "metadata", "meta", "key", "id")
_USED = re.compile(r"(?:^|_)(?:used?|in_model|is_feature|model_input|active|selected)(?:_|$)")
_SAID_ASIDE = re.compile(
    r"\b(?:not (?:an? )?(?:feature|input|used)|dropped|excluded|removed|unused|ignored"
    r"|planned|proposed|ideas?|candidate|todo|not yet|deprecated|retired"
    r"|(?:primary |join )?key|identifier|for reference|audit only|target|label)\b",
    re.I,
)
_KEY = re.compile(r"(?:^|_)(?:id|uuid|guid|key)$|^index$|^row_?(?:id|nr|number)$", re.I)


def _told_as(entry: dict[str, Any]) -> set[str]:
    """What a column is by its role, or by what stands for one in place of its type."""
    return {str(_get(entry, keys)).lower() for keys in (_ROLE, _TYPE)}


def _is_aside(name: str, entry: dict[str, Any]) -> bool:
    """A column that need not be among the inputs: a key, the label, or what is said to be no feature."""
    unused = any(_USED.search(str(key)) and str(value).strip().lower() in _NO[:4] for key, value in entry.items())
    said = str(_get(entry, _WORDS) or "")
    return (
        not _told_as(entry).isdisjoint(_ASIDE)
        or unused
        or _KEY.search(name) is not None
        or _SAID_ASIDE.search(said) is not None
    )


def _number(value: Any) -> float | None:
    try:
        return float(value) if not isinstance(value, bool) else None
    except (TypeError, ValueError):
        return None


def _span(value: Any) -> tuple[float | None, float | None] | None:
    """The ends of a range in its own words: [0, 1], [0, null], {"min": 0, "max": 1}."""
    if isinstance(value, dict):
        value = [_get(value, _LOW), _get(value, _HIGH)]
    if not isinstance(value, list) or len(value) != 2:
        return None
    low, high = map(_number, value)
    fits = all(each is None or end is not None for each, end in zip(value, (low, high), strict=True))
    return (low, high) if fits and (low, high) != (None, None) else None


def _allowed(value: Any) -> tuple[float | None, float | None, tuple[Any, ...]]:
    """Range or vocabulary: "0..72" is (0, 72, ()), "monthly|one_year" (None, None, ("monthly", "one_year"))."""
    if isinstance(value, list):
        return None, None, _plain_values(value)
    if not isinstance(value, str):
        return None, None, ()
    text = value.strip()
    if span := _RANGE.match(text):
        low, high = _number(span[1]), _number(span[2])
        return (low, high, ()) if low is not None and high is not None and low <= high else (None, None, ())
    if side := _ONE_SIDE.match(text):
        limit = _number(side[2])
        return (limit, None, ()) if side[1] in (">=", "≥") else (None, limit, ())
    parts = [part.strip(" '\"{}[]") for part in re.split(r"[|;]|,(?!\d)", text)]
    return None, None, tuple(part for part in parts if part) if len(parts) > 1 or text == "key" else ()


_MEANT = ("value", "code", "key", "name", "id")
"""Keys of an entry of a vocabulary that has its meaning beside it."""


def _plain_values(listed: list[Any]) -> tuple[Any, ...]:
    """The values themselves of `[{"value": "free", "label": "no fee"}, ...]`; () where an entry holds none."""
    values = [_get(each, _MEANT) if isinstance(each, dict) else each for each in listed]
    lacking = any(value is None for each, value in zip(listed, values, strict=True) if isinstance(each, dict))
    return () if lacking or any(isinstance(value, list | dict) for value in values) else tuple(values)


def _flag(value: Any, default: bool) -> bool:
    if isinstance(value, bool):
        return value
    low = english(str(value).strip().lower())
    return True if low in _YES else False if low in _NO and value is not None else default
