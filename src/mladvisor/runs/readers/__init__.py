"""The readers, and how a file finds its own.

`base` holds the protocol. A new format is one module with one object, and one line in `_BUILT_IN`.
"""

from __future__ import annotations

from importlib import import_module
from typing import Literal, NamedTuple

from mladvisor.errors import ReadError
from mladvisor.runs import log_names
from mladvisor.runs.readers.base import Candidate, RawCurve, Reader, Reading
from mladvisor.runs.roles import Columns

__all__ = ["Candidate", "RawCurve", "Reader", "Reading", "as_text", "best_reader", "readers", "register"]

Shape = Literal["binary", "json", "text", "bare", "markdown"]


class _Entry(NamedTuple):
    """A built-in reader, imported when a file of its shape is met first: start-up time is a feature.

    Attributes:
        module, name: where it is.
        shapes: which files it can claim at all: binary; text that begins like JSON; other text; text in a file
            without a suffix or in MLflow's store; Markdown by its suffix.
        most: the highest certainty that it ever gives; a file already claimed more surely is not shown to it.
    """

    module: str
    name: str
    shapes: tuple[Shape, ...]
    most: float = 1.0


_BUILT_IN = (
    _Entry("table", "TABLE", ("text", "bare")),
    _Entry("tensorboard", "TENSORBOARD", ("binary",)),
    _Entry("wandb", "WANDB_LOG", ("binary",)),
    _Entry("mlflow", "DATABASE", ("binary",)),
    _Entry("huggingface", "TRAINER_STATE", ("json",)),
    _Entry("jsonl", "JSON_LINES", ("json", "bare")),
    _Entry("messages", "MESSAGES", ("json", "bare"), 0.25),
    _Entry("history", "HISTORY", ("json", "bare"), 0.5),
    _Entry("wandb", "WANDB_SUMMARY", ("json",), 0.7),
    _Entry("sacred", "SACRED", ("json",)),
    _Entry("allennlp", "ALLENNLP", ("json",)),
    _Entry("epoch_files", "EPOCH_FILES", ("json",), 0.4),
    _Entry("ludwig", "LUDWIG", ("json",)),
    _Entry("mlflow", "METRIC_FILE", ("bare",)),
    _Entry("card", "CARD", ("markdown",), 0.8),
    _Entry("text", "PLAIN_TEXT", ("text", "json", "bare"), 0.25),
    _Entry("printed_lists", "PRINTED_LISTS", ("text", "json", "bare"), 0.1),
)

_loaded: dict[_Entry, Reader] = {}
_added: list[Reader] = []


def _load(entry: _Entry) -> Reader:
    reader = _loaded.get(entry)
    if reader is None:
        reader = _loaded[entry] = getattr(import_module(f"{__name__}.{entry.module}"), entry.name)
    return reader


def readers() -> list[Reader]:
    """Every known reader; the built-in ones first."""
    return [*map(_load, _BUILT_IN), *_added]


def register(reader: Reader) -> None:
    """Add a reader of one's own: it is shown every file, and with equal certainty the later one wins."""
    _added.append(reader)


_BEGINNING = 600  # characters, in which a script may say something before its first record


def _shape(candidate: Candidate) -> Shape:
    """What the file looks like before anything reads it."""
    if candidate.binary:
        return "binary"
    if "." not in candidate.name or log_names.is_of_store(candidate.name, candidate.folder):
        return "bare"
    if log_names.is_card(candidate.name):
        return "markdown"
    begins = candidate.text[:_BEGINNING]
    return "json" if begins.lstrip()[:1] in ("{", "[") or '\n{"' in begins else "text"


def as_text(file: Candidate, columns: Columns | None = None) -> Candidate:
    """The file, or the text that a packed log holds (`packed`). Raises ReadError."""
    if log_names.packed_as(file.name) is None:
        return file
    from mladvisor.runs.readers.packed import Packed

    return Packed(file.path, file.rel, file.size, file.mtime, columns)


def best_reader(candidate: Candidate) -> tuple[Reader | None, float]:
    """The reader that claims the file most surely, and how surely; (None, 0.0) when none does."""
    best: Reader | None = None
    highest = 0.0
    shape = _shape(candidate)
    for entry in _BUILT_IN:
        if shape in entry.shapes and entry.most > highest:
            reader = _load(entry)
            sure = _sureness(reader, candidate)
            if sure > highest:
                best, highest = reader, sure
    for reader in _added:
        sure = _sureness(reader, candidate)
        if sure > 0 and sure >= highest:
            best, highest = reader, sure
    return best, highest


def _sureness(reader: Reader, candidate: Candidate) -> float:
    try:
        return reader.sniff(candidate)
    except ReadError:
        return 0.0
