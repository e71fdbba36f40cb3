"""The shipped rules as an earlier start left them: typed documents and parsed expressions.

They are used while no rule file, and none of the code that reads rules, has changed; checks that reach beyond a
document (names, arrows, circles) are made at every start.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

import msgspec

from mladvisor import kept
from mladvisor.rulebook import documents
from mladvisor.rulebook.expression.parse import trees
from mladvisor.rulebook.expression.tree import Node
from mladvisor.rulebook.layers import Entry
from mladvisor.rulebook.places import Source
from mladvisor.rulebook.reading import Document, rule_files

_NAME = "rules"


class _Kept(msgspec.Struct, array_like=True):
    """What is kept: the stamps it holds for, the text of each file, the documents and the trees of expressions."""

    made_of: kept.Stamps
    texts: dict[str, str]
    documents: list[_KeptDocument]
    trees: dict[str, Node]


class _Place(NamedTuple):
    file: str
    number: int
    alone: bool


class _KeptDocument(NamedTuple):
    place: _Place
    kind: str
    id: str
    typed: msgspec.Raw
    overlays: list[_Place]


def made_of(root: Path) -> kept.Stamps:
    """The stamps of the rule files below a folder and of the code that reads them."""
    code = os.path.dirname(__file__)  # noqa: PTH120
    folders = (code, os.path.join(code, "expression"))  # noqa: PTH118
    python = [entry.path for folder in folders for entry in os.scandir(folder) if entry.name.endswith(".py")]
    return kept.stamps([*rule_files(root), *python])


def recalled(sources: kept.Stamps) -> list[Document] | None:
    """The documents made of just these files at an earlier start; None when there are none."""
    found = kept.recall(_NAME, _Kept)
    if found is None or found.made_of != sources:
        return None
    read = {kind: msgspec.msgpack.Decoder(struct).decode for kind, struct in documents.KINDS.items()}
    try:
        shipped = [
            Document(
                one.kind,
                one.id,
                _source(one.place, found.texts),
                None,
                read[one.kind](one.typed),
                [Document("adjust", one.id, _source(place, found.texts)) for place in one.overlays],
            )
            for one in found.documents
        ]
    except (KeyError, msgspec.MsgspecError):
        return None
    trees.update(found.trees)
    return shipped


def _source(place: _Place, texts: dict[str, str]) -> Source:
    return Source(place.file, texts[place.file], place.number, 0, place.alone)


def _place(document: Document) -> _Place:
    return _Place(document.source.file, document.source.document, document.source.alone)


def remember(sources: kept.Stamps, entries: Iterable[Entry]) -> None:
    """Keep the entries of the shipped rules, which must be free of errors, for the next start."""
    if not kept.settled(sources, time.time_ns()):
        return
    known = list(entries)
    texts = {one.source.file: one.source.text for entry in known for one in (entry.origin, *entry.overlays)}
    kept.keep(
        _NAME,
        _Kept(
            sources,
            texts,
            [
                _KeptDocument(
                    _place(entry.origin),
                    entry.origin.kind,
                    entry.origin.id,
                    msgspec.Raw(msgspec.msgpack.encode(entry.typed)),
                    [_place(overlay) for overlay in entry.overlays],
                )
                for entry in known
            ],
            trees,
        ),
    )
