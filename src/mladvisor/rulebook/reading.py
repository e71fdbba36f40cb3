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
        kind: its first key: finding, cause, facts, question, menu, handover, adjust, case, statements, network.
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
