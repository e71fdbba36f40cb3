"""A rule document as YAML gave it -> its typed form, and every mistake in it told at its place."""

from __future__ import annotations

import re
from typing import Any

import msgspec

from mladvisor.errors import RuleError, nearest
from mladvisor.rulebook import documents
from mladvisor.rulebook.reading import MOST_MISTAKES, Document, Typed


def convert(document: Document, data: dict[str, Any], errors: list[RuleError]) -> Typed | None:
    """The typed document; None, with errors added, when a field is missing, unknown or of the wrong type."""
    struct = documents.KINDS[document.kind]
    fields = documents.field_names(struct)
    unknown = [key for key in data if key not in fields]
    errors.extend(
        document.source.error([key], f'a {document.kind} has no field "{key[:60]}"{nearest(key, fields)}')
        for key in unknown
    )
    if unknown:
        data = {key: value for key, value in data.items() if key in fields}
    required = fields[: len(fields) - len(struct.__struct_defaults__)]
    missing = [field for field in required if field not in data]
    errors.extend(document.source.error([], f'the field "{field}" is missing') for field in missing)
    unknown += missing
    data = {**data, **{field: _STAND_INS[field] for field in missing}}
    wrong = bool(unknown)
    for _ in range(MOST_MISTAKES):
        try:
            typed: Typed = msgspec.convert(data, struct)
            return None if wrong else typed
        except msgspec.ValidationError as error:
            errors.append(_readable(document, data, str(error)))
            rest = _without(data, _path_of(str(error)), required)
        except (RecursionError, ValueError) as error:
            errors.append(document.source.error([], str(error)))
            return None
        if rest is None:
            return None
        data, wrong = rest, True
    return None


def _without(data: dict[str, Any], path: list[str | int], required: tuple[str, ...]) -> dict[str, Any] | None:
    """The data without the value that is wrong, so that the rest is looked at too; None when nothing can be left out.

    Of a list (of tests, of fixes) or a map only the entry that is wrong goes.
    """
    if not path or not isinstance(path[0], str) or path[0] not in data:
        return None
    field = path[0]
    inside = data[field]
    if isinstance(inside, list) and len(path) > 1 and isinstance(path[1], int) and path[1] < len(inside):
        # A place keeper, because the places of the others are told by their number.
        keeper = next((one for one in _KEEPERS.get(field, ())), None)
        if keeper is None or inside[path[1]] == keeper:
            return None
        return {**data, field: [keeper if n == path[1] else one for n, one in enumerate(inside)]}
    if field in required:
        keeper = _STAND_INS.get(field)
        return None if keeper is None or data[field] == keeper else {**data, field: keeper}
    return {key: value for key, value in data.items() if key != field}


_PATH = re.compile(r" - at `(?:key in )?\$(.*)`$", re.DOTALL)
_STEP = re.compile(r"\.([A-Za-z_][A-Za-z0-9_]*)|\[(\d+)\]|\[\.\.\.\]")
# For required fields that are missing, so that the others are checked all the same.
_STAND_INS: dict[str, Any] = {
    "title": "-", "source": [], "family": "data", "prior": 1.0, "ask": "-", "sets": "-", "kind": "number", "given": {},
}  # fmt: skip
_KEEPERS: dict[str, tuple[dict[str, Any], ...]] = {
    "tests": ({"given": {}, "expect": "unknown"},),
    "fixes": ({"do": "-"},),
    "advice": ({"do": "-"},),
}


def _path_of(message: str) -> list[str | int]:
    """The place that a msgspec message names."""
    found = _PATH.search(message)
    path: list[str | int] = []
    for name, index, *_ in _STEP.findall(found[1]) if found else ():
        if not (name or index):
            break
        path.append(name or int(index))
    return path


def _readable(document: Document, data: dict[str, Any], message: str) -> RuleError:
    """A msgspec message as one about a place in the file."""
    path = _path_of(message)
    message = _PATH.sub("", message)
    missing = re.match(r"Object missing required field `(.*)`", message)
    extra = re.match(r"Object contains unknown field `(.*)`", message)
    if missing:
        message = f'the field "{missing[1]}" is missing'
    elif "matching regex" in message and path[-1:] in (["expect"], ["healthy"]):
        value = _at(data, path)
        words = ("present", "absent", "unknown") if path[-1] == "expect" else ()
        expected = ", ".join((*words, "or a range as 0.3..0.7" if words else "a range as 0.6..1"))
        hint = nearest(value, words)
        return document.source.error(path, f'"{value[:60]}" is not what can be expected: {expected}{hint}', value=value)
    elif extra:
        inner = (documents.Try, documents.Fix, documents.LookAlike, documents.Show, documents.RuleTest, documents.Fact,
                 documents.NetworkNumbers)  # fmt: skip
        known = {name for struct in inner for name in documents.field_names(struct)}
        hint = nearest(extra[1], known) or ("; a text with a comma in {..} needs quotes" if " " in extra[1] else "")
        message = f'there is no field "{extra[1]}" here{hint}'
        path.append(extra[1])
    else:
        message = message[:1].lower() + message[1:].replace("`", '"').replace("object", "map").replace("array", "list")
        if path:
            message = f"{'.'.join(map(str, path))}: {message}"
            message += _enumeration(document.kind, path, message)
    return document.source.error(path, message)


def _at(data: Any, path: list[str | int]) -> str:
    for step in path:
        data = data[step]
    return str(data)


_WORDS: dict[str, tuple[str, ...]] = {
    "explained_by": tuple(documents.FREQUENCIES),
    "otherwise": tuple(documents.FREQUENCIES),
    "due_to": tuple(documents.FREQUENCIES),
    "shows": tuple(documents.FREQUENCIES),
    "prior": tuple(documents.PRIORS),
    "family": documents.FAMILIES,
    "status": ("experimental", "tested", "stable", "off"),
    "effort": ("glance", "check", "experiment"),
    "each": ("column", "layer", "slice", "class", "batch", "split"),
    "kind": ("number", "choice", "yes-no"),
}


def _enumeration(kind: str, path: list[str | int], message: str) -> str:
    words = _WORDS.get(str(path[0]), ())
    if path[0] == "try" and path[-1] == "effort":
        words = ("minutes", "one run", "many runs")
    if not words:
        return ""
    given = re.search(r"'(.*)'", message)
    hint = nearest(given[1], words) if given else ""
    return f"; it is one of {', '.join(words)}{' or a number' if path[0] in _NUMBERS else ''}{hint}"


_NUMBERS = ("explained_by", "otherwise", "due_to", "shows", "prior")
