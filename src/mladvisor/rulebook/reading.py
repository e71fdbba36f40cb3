"""Folders of rule files to typed documents, each with its place. Nothing is linked here.

All errors of a folder are collected, so that an author sees them together.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, NamedTuple

import msgspec

from mladvisor.errors import RuleError, UsageError, nearest
from mladvisor.rulebook import documents
from mladvisor.rulebook.places import Source
from mladvisor.yaml_io import YamlError, load_strict

MAX_FILES: Final = 5_000
MAX_BYTES: Final = 500_000
"""Of one file: a rule has one or two thousand, a file of fitted numbers for a whole rulebook fifty thousand."""
MAX_DOCUMENTS: Final = 2_000
MAX_FOLDER_DEPTH: Final = 12
MOST_MISTAKES: Final = 20
"""Values of the wrong type that are told of one document."""

Typed = (
    documents.Finding | documents.Cause | documents.Facts | documents.Question | documents.Case | documents.Statements
)

ID: Final = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*\Z")


class Document(msgspec.Struct):
    """One document as it stands in a file.

    Attributes:
        kind: its first key: finding, cause, facts, question, adjust, case, statements, network.
        id: the value of that key; "" for the kinds that have none.
        parsed: its plain data, None until somebody asks for it.
        typed: what it says, if that is known already.
        layered: the `adjust` documents of its own layer that are in `typed` already.
    """

    kind: str
    id: str
    source: Source
    parsed: dict[str, Any] | None = None
    typed: Typed | None = None
    layered: list[Document] = []

    @property
    def data(self) -> dict[str, Any]:
        """The document as plain data."""
        if self.parsed is None:
            self.parsed = load_strict(self.source.text)[self.source.document]
        return self.parsed

    @property
    def replaces(self) -> bool:
        """Whether it takes the place of an earlier one of the same id."""
        if self.typed is not None:
            return getattr(self.typed, "replace", False)
        return self.data.get("replace") is True

    def names(self) -> list[str]:
        """What others refer to it by: its id, or the names of its facts."""
        facts = self.data.get("facts")
        return [self.id] if self.id else list(facts) if isinstance(facts, dict) else []


def shipped_folder() -> Path:
    """The rules that come with the program: inside a wheel, else beside `src` in a clone."""
    package = Path(__file__).parent.parent
    packaged = package / "_rules"
    return packaged if packaged.is_dir() else package.parent.parent / "rules"


def rule_files(root: Path) -> list[str]:
    """The YAML files of a folder (or the single file), sorted, hidden ones left out; links to folders are skipped.

    Texts instead of `Path`s: two hundred of those cost as much as compiling the rules.
    """
    if root.is_file():
        return [str(root)]
    if not root.is_dir():
        raise UsageError(f'there is no folder or file of rules "{root}"')
    files: list[str] = []
    stack = [(str(root), 0)]
    while stack:
        folder, depth = stack.pop()
        with os.scandir(folder) as entries:
            for entry in entries:
                if entry.name.startswith("."):
                    continue
                if entry.is_dir(follow_symlinks=False):
                    if depth < MAX_FOLDER_DEPTH:
                        stack.append((entry.path, depth + 1))
                elif entry.name.endswith((".yaml", ".yml")) and entry.is_file():
                    files.append(entry.path)
        if len(files) > MAX_FILES:
            raise UsageError(f'"{root}" holds more than {MAX_FILES:,} YAML files: is it a folder of rules?')
    if not files:
        raise UsageError(f'"{root}" holds no rules: no file in it ends in .yaml or .yml')
    return sorted(files)


def read_layer(root: Path, layer: int, errors: list[RuleError]) -> list[Document]:
    """The documents of one folder; what cannot be read is added to `errors`."""
    found: list[Document] = []
    # Shipped files are called rules/..., wherever they are installed; others as the user gave the folder.
    cut, start = (len(str(root)), "rules") if layer == 0 else (0, "")
    for file in rule_files(root):
        name = start + file[cut:]
        found.extend(read_file(file, Shown(name.replace(os.sep, "/"), layer), errors))
    return found


class Shown(NamedTuple):
    """How a file is called in messages, and the layer it belongs to."""

    name: str
    layer: int


def read_file(file: str, shown: Shown, errors: list[RuleError]) -> Iterator[Document]:
    """The documents of one file."""
    name = shown.name
    try:
        handle = os.open(file, os.O_RDONLY)
        try:
            size = os.fstat(handle).st_size
            raw = os.read(handle, size + 1) if size <= MAX_BYTES else b""
        finally:
            os.close(handle)
    except OSError as error:
        errors.append(RuleError(f"cannot be read: {error.strerror or error}", file=name))
        return
    if size > MAX_BYTES:
        errors.append(RuleError(f"is larger than the {MAX_BYTES:,} bytes that are read", file=name))
        return
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        errors.append(RuleError(f"is not UTF-8 text (byte {error.start + 1})", file=name, line=line))
        return
    yield from read_text(text, shown, errors)


def read_text(text: str, shown: Shown, errors: list[RuleError]) -> Iterator[Document]:
    """The documents of the text of one file."""
    name = shown.name
    try:
        loaded = load_strict(text)
    except YamlError as error:
        lines = text.splitlines()
        snippet = lines[error.line - 1] if 0 < error.line <= len(lines) else ""
        snippet = snippet if len(snippet) < 110 and snippet.isprintable() else ""
        errors.append(
            RuleError(
                f"not valid YAML: {error.message}", file=name, line=error.line, column=error.column, snippet=snippet
            )
        )
        return
    except (RecursionError, ValueError) as error:
        errors.append(RuleError(f"not valid YAML: {error}", file=name))
        return
    if len(loaded) > MAX_DOCUMENTS:
        errors.append(RuleError(f"holds more than {MAX_DOCUMENTS:,} documents", file=name))
        return
    for number, data in enumerate(loaded):
        source = Source(name, text, number, shown.layer, len(loaded) == 1)
        problem = _kind_problem(data)
        if problem:
            errors.append(source.error([], problem))
            continue
        kind = next(iter(data))
        identity = data[kind] if kind not in documents.UNNAMED else ""
        if identity == "" and kind not in documents.UNNAMED:
            errors.append(source.error([kind], f'"{kind}" needs an id'))
        elif isinstance(identity, str) and (not identity or ID.match(identity)):
            yield Document(kind, identity, source, data)
        else:
            shown_id = str(identity)[:60]
            errors.append(
                source.error([kind], f'"{shown_id}" is not an id: small letters and digits, words joined by "-"')
            )


def _kind_problem(data: Any) -> str:
    kinds = (*documents.KINDS, "adjust")
    if not isinstance(data, dict) or not data:
        return f"a document is a map that starts with one of {', '.join(kinds)}"
    first = str(next(iter(data)))
    if first in kinds:
        return ""
    inside = next((kind for kind in kinds if kind in data), "")
    if inside:
        return f'"{inside}" must be the first key of its document, not "{first[:60]}"'
    return f'a document starts with one of {", ".join(kinds)}, not "{first[:60]}"{nearest(first, kinds)}'


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
        inner = (documents.Try, documents.Fix, documents.LookAlike, documents.Show, documents.RuleTest, documents.Fact)
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
