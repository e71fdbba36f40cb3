"""The readers, and how a file finds its own.

`base` holds the protocol. A new format is one module with one object, and one line in `_BUILT_IN`.
"""

from __future__ import annotations

from importlib import import_module

from mladvisor.errors import ReadError
from mladvisor.runs.readers.base import Candidate, RawCurve, Reader, Reading

__all__ = ["Candidate", "RawCurve", "Reader", "Reading", "best_reader", "readers", "register"]

_BUILT_IN: tuple[tuple[str, str], ...] = (
    ("table", "TABLE"),
    ("jsonl", "JSON_LINES"),
    ("history", "HISTORY"),
    ("huggingface", "TRAINER_STATE"),
    ("tensorboard", "TENSORBOARD"),
    ("text", "PLAIN_TEXT"),
    ("wandb", "WANDB_LOG"),
    ("wandb", "WANDB_SUMMARY"),
    ("mlflow", "METRIC_FILE"),
    ("mlflow", "DATABASE"),
    ("sacred", "SACRED"),
    ("allennlp", "ALLENNLP"),
    ("ludwig", "LUDWIG"),
)

_loaded: list[Reader] = []
_added: list[Reader] = []


def readers() -> list[Reader]:
    """Every known reader; the built-in ones first."""
    if not _loaded:
        _loaded.extend(getattr(import_module(f"{__name__}.{module}"), name) for module, name in _BUILT_IN)
    return _loaded + _added


def register(reader: Reader) -> None:
    """Add a reader of one's own; with equal certainty the later one wins."""
    _added.append(reader)


def best_reader(candidate: Candidate) -> tuple[Reader | None, float]:
    """The reader that claims the file most surely, and how surely; (None, 0.0) when none does."""
    best: Reader | None = None
    highest = 0.0
    for reader in readers():
        try:
            sure = reader.sniff(candidate)
        except ReadError:
            continue
        if sure > 0 and sure >= highest:
            best, highest = reader, sure
    return best, highest
