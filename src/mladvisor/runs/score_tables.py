"""Tables beside the log that hold a validation loss and a score in each row: of checkpoints, of epochs, of runs.

| epoch | val_loss | entity_f1 |     run,val_loss,recall_at_20     [{"run": "r1", "val_loss": 0.5, "map50": 0.41}]
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from mladvisor.errors import ReadError
from mladvisor.runs.layout import stem_and_suffix
from mladvisor.runs.other_languages import english
from mladvisor.runs.outcome_words import direction, is_of_business
from mladvisor.runs.readers import Candidate
from mladvisor.runs.report_forms import tables_in
from mladvisor.runs.report_names import is_loss, is_metric, words_of
from mladvisor.runs.word_sets import word_set

_SUFFIXES = ("csv", "tsv", "md", "json", "jsonl", "txt")
_MOST_BYTES, _MOST_ROWS, _LEAST_ROWS, _MOST_COLUMNS = 100_000, 500, 6, 30
_ROWS = word_set(
    "epoch epochs step steps checkpoint ckpt iteration iter run runs run_id exp experiment trial id name model version"
)
_JUDGED = word_set("val valid validation dev eval test heldout holdout")
_ERRORS = word_set("mse rmse")
"""What is minimised and called by its own name."""
_COST = word_set("cost")
_OTHER_LOSS = word_set("smoothing smooth weight weights gamma focal temperature tau margin beta criterion objective")
"""Settings that change what a loss is a number of."""


class Scored(NamedTuple):
    """The loss and the score of each row.

    Attributes:
        loss, score: names of the columns. losses, scores: their cells. file: where they stand. of: what rows are.
    """

    loss: str
    score: str
    losses: list[float]
    scores: list[float]
    file: str
    of: str


def holds_scores(file: Candidate) -> bool:
    """A small table of this kind."""
    return bool(scored_in(file))


def holds_costs(file: Candidate) -> bool:
    """A log that counts a cost or another outcome beside the loss, which its readers take for no metric."""
    return stem_and_suffix(file.name)[1] in ("csv", "tsv") and any(
        not is_metric(each.score) for each in scored_in(file)
    )


def scored_in(file: Candidate) -> list[Scored]:
    """The loss beside each score of the first such table in a file, looked for once."""
    return file.once(_scored_in)


def _scored_in(file: Candidate) -> list[Scored]:
    stem, suffix = stem_and_suffix(file.name)
    if suffix not in _SUFFIXES or file.size > _MOST_BYTES or file.binary:
        return []
    try:
        low = file.head.lower()
        if not any(word in low for word in (b"loss", b"mse", b"nll", b"logloss")):
            return []
        tables = list(tables_in(file, suffix, stem)) if suffix not in ("csv", "tsv") else _cells(file, suffix)
    except (ReadError, OSError):
        return []
    return next((found for _, rows in tables if (found := _of_rows(rows, file.rel))), [])


def _cells(file: Candidate, suffix: str) -> list[tuple[str, list[dict[str, Any]]]]:
    import csv

    lines = file.lines[: _MOST_ROWS + 2]
    if not 0 < len(lines) <= _MOST_ROWS:
        return []
    mark = "\t" if suffix == "tsv" else max(",;", key=lines[0].count)
    names = [name.strip(' "') for name in lines[0].split(mark)]
    if not (_counts_rows(names[0]) and any(map(is_judged_score, names)) and any(map(_is_judged_loss, names))):
        return []
    return [("", [{str(key): cell for key, cell in row.items()} for row in csv.DictReader(lines, delimiter=mark)])]


def _of_rows(rows: Sequence[Mapping[str, Any]], file: str) -> list[Scored]:
    if not _LEAST_ROWS <= len(rows) <= _MOST_ROWS or not 3 <= len(rows[0]) <= _MOST_COLUMNS:
        return []
    names = list(rows[0])
    if not _counts_rows(names[0]):
        return []
    if any(not _OTHER_LOSS.isdisjoint(words_of(name)) for name in names[1:] if not is_loss(name)):
        return []  # rows whose losses are no longer the same number
    losses = [name for name in names[1:] if _is_judged_loss(name)]
    plain = [name for name in losses if not _JUDGED.isdisjoint(words_of(name))] or losses
    if len(plain) != 1:
        return []
    found = []
    for name in names[1:]:
        if name in losses or not is_judged_score(name):
            continue
        pairs = [(_number(row.get(plain[0])), _number(row.get(name))) for row in rows]
        both = [(loss, score) for loss, score in pairs if loss is not None and score is not None]
        if len(both) >= _LEAST_ROWS:
            found.append(Scored(plain[0], name, [a for a, _ in both], [b for _, b in both], file, names[0]))
    return found


def _counts_rows(name: str) -> bool:
    """The column says which checkpoint, epoch or run a row is."""
    words = words_of(english(name))
    return bool(words) and not _ROWS.isdisjoint((words[0], words[-1], "_".join(words)))


def _is_judged_loss(name: str) -> bool:
    words = set(words_of(name))
    return "train" not in words and (is_loss(name) or bool(words & _ERRORS and words & _JUDGED))


def is_judged_score(name: str) -> bool:
    """A metric, or a cost or another outcome whose better side its name tells, of no training rows."""
    words = set(words_of(name))
    told = is_metric(name) or (bool(direction(name)) and (is_of_business(name) or bool(words & _COST)))
    return told and "train" not in words and not is_loss(name)


def _number(value: Any) -> float | None:
    if isinstance(value, bool) or value is None:
        return None
    try:
        return float(str(value).rstrip("% "))
    except ValueError:
        return None
