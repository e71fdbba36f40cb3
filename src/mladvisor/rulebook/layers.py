"""Documents of several folders to one set: later layers add, replace by id, adjust single fields, or disable."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final

import msgspec

from mladvisor.errors import RuleError, nearest
from mladvisor.rulebook import documents
from mladvisor.rulebook.conversion import convert
from mladvisor.rulebook.places import Source
from mladvisor.rulebook.reading import Document, Typed

ARROW_FIELDS: Final = ("explained_by", "due_to", "shows")


class Entry(msgspec.Struct):
    """A document after all layers.

    Attributes:
        typed: what it says.
        origin: the document that it is, with the place it stands at.
        overlays: the `adjust` documents merged into it, in order.
    """

    typed: Any
    origin: Document
    overlays: list[Document]

    @property
    def id(self) -> str:
        return self.origin.id

    @property
    def off(self) -> bool:
        return getattr(self.typed, "status", "") == "off"

    def source(self, path: Sequence[str | int]) -> Source:
        """The file that the value at `path` comes from."""
        for overlay in reversed(self.overlays):
            if path and path[0] in overlay.data:
                return overlay.source
        return self.origin.source

    def error(self, path: Sequence[str | int], message: str) -> RuleError:
        """An error about the value at `path`."""
        return self.source(path).error(path, message)


class Merged(list[Entry]):
    """The entries after all layers; `broken` are the documents that are none because of errors in them."""

    def __init__(self, entries: Iterable[Entry] = ()) -> None:
        super().__init__(entries)
        self.broken: list[Document] = []


def merge_layers(layers: Iterable[Sequence[Document]], errors: list[RuleError]) -> Merged:
    """All entries, off ones included, in the order in which they first appeared."""
    kept: dict[tuple[str, str], Document] = {}
    overlays: dict[str, list[Document]] = {}
    for layer in layers:
        for document in layer:
            if document.kind != "adjust":
                _place(document, kept, errors)
        for document in layer:
            if document.kind == "adjust":
                overlays.setdefault(document.id, []).append(document)
    ids = {identity for _, identity in kept}
    for identity, adjusts in overlays.items():
        if identity not in ids:
            for adjust in adjusts:
                message = f'there is nothing named "{identity}" to adjust{nearest(identity, ids)}'
                errors.append(adjust.source.error(["adjust"], message))
    entries = Merged()
    for document in kept.values():
        own = [*document.layered, *(_later(overlays.get(document.id, []), document) if document.id else [])]
        typed = _typed(document, own, errors)
        if typed is None and own:  # a wrong change leaves the rule as it was
            own = [one for one in own if one.source.layer == document.source.layer]
            typed = _typed(document, own, [])
        if typed is not None:
            entries.append(Entry(typed, document, own))
        else:
            entries.broken.append(document)
    return entries


def _later(overlays: list[Document], document: Document) -> list[Document]:
    """What replaces a rule is its author's: changes of layers below were meant for another."""
    return [one for one in overlays if one.source.layer >= document.source.layer]


def _place(document: Document, kept: dict[tuple[str, str], Document], errors: list[RuleError]) -> None:
    """Keep a document under its id, or complain that the id is taken. Facts and statements are told apart by place."""
    if document.kind in documents.UNNAMED:
        kept[document.kind, f"{document.source.file}#{document.source.document}"] = document
        return
    same = next((other for other in kept.values() if other.id == document.id), None) if _taken(document, kept) else None
    replaces = document.replaces
    if same is None:
        if replaces:
            errors.append(document.source.error(["replace"], f'there is no earlier "{document.id}" to replace'))
        kept[document.kind, document.id] = document
        return
    if same.kind == document.kind and replaces and same.source.layer < document.source.layer:
        kept[document.kind, document.id] = document
        return
    line, _ = same.source.place([])
    where = f"{same.source.file}:{line}"
    if same.source.layer < document.source.layer and same.kind == document.kind:
        hint = f'; start with "adjust: {document.id}" to change fields of it, or add "replace: true"'
    else:
        hint = "; ids are unique over findings, causes, questions and cases"
    errors.append(document.source.error([document.kind], f'"{document.id}" is there already ({where}){hint}'))


def _taken(document: Document, kept: dict[tuple[str, str], Document]) -> bool:
    return any((kind, document.id) in kept for kind in documents.KINDS)


def _typed(document: Document, overlays: list[Document], errors: list[RuleError]) -> Typed | None:
    if document.typed is not None and len(overlays) == len(document.layered):
        return document.typed
    data = document.data
    fine = True
    for overlay in overlays:
        changes = {key: value for key, value in overlay.data.items() if key != "adjust"}
        fields = documents.field_names(documents.KINDS[document.kind])
        for key in list(changes):
            if key not in fields or key in (document.kind, "replace"):
                del changes[key]
                message = f'a {document.kind} has no field "{key[:60]}" to adjust{nearest(key, fields)}'
                errors.append(overlay.source.error([key], message))
                fine = False
        data = merged(data, changes)
    entry = Entry(None, document, overlays)
    data = _without_null_arrows(data)
    data, sound = _with_sound_arrows(entry, data, errors)
    typed = convert(document, data, errors)
    return typed if fine and sound else None


def merged(data: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    """`data` with changes: maps merge, null removes, everything else replaces."""
    result = dict(data)
    for key, change in changes.items():
        old = result.get(key)
        if change is None:
            result.pop(key, None)
        elif isinstance(change, dict) and isinstance(old, dict):
            result[key] = merged(old, change)
        else:
            result[key] = change
    return result


def _without_null_arrows(data: dict[str, Any]) -> dict[str, Any]:
    for name in ARROW_FIELDS:
        arrows = data.get(name)
        if isinstance(arrows, dict) and None in arrows.values():
            data = {**data, name: {key: value for key, value in arrows.items() if value is not None}}
    return data


def _with_sound_arrows(entry: Entry, data: dict[str, Any], errors: list[RuleError]) -> tuple[dict[str, Any], bool]:
    """The data without frequencies that are none, which are errors, and whether there were none of them.

    Checked before typing, so that the message can name the arrow.
    """
    fine = True
    for name in ARROW_FIELDS:
        arrows = data.get(name)
        wrong = set()
        for key, value in arrows.items() if isinstance(arrows, dict) else ():
            problem = frequency_problem(value)
            if value == "never":
                problem = 'an arrow that is "never" says nothing: leave it out'
            if problem:
                errors.append(entry.source([name]).error([name, key], f'"{key}": {problem}', value=str(value)))
                wrong.add(key)
        if wrong and isinstance(arrows, dict):
            data = {**data, name: {key: value for key, value in arrows.items() if key not in wrong}}
            fine = False
    if "otherwise" in data and (problem := frequency_problem(data["otherwise"])):
        errors.append(entry.error(["otherwise"], problem))
        data = {key: value for key, value in data.items() if key != "otherwise"}
        fine = False
    return data, fine


def frequency_problem(value: Any) -> str:
    """What is wrong with a frequency; "" when nothing is."""
    words = ", ".join(documents.FREQUENCIES)
    if isinstance(value, str):
        if value in documents.FREQUENCIES:
            return ""
        return f'"{value[:60]}" is no frequency{nearest(value, documents.FREQUENCIES) or f"; words: {words}"}'
    if isinstance(value, int | float) and not isinstance(value, bool) and 0.0 < value < 1.0:
        return ""
    return f"a frequency is one of {words}, or a number between 0 and 1, both excluded"
