"""How far those agree who labelled the same rows, in a table with a column for each of them."""

from __future__ import annotations

from itertools import combinations

import numpy as np

from mladvisor.features.catalogue import Measures
from mladvisor.features.measured import Measured, Where
from mladvisor.features.report_tables import report_tables
from mladvisor.runs.label_looks import OF_MODELS, votes_in
from mladvisor.runs.report_names import words_of

_LEAST = 30  # rows that two have both labelled
_MOST_CLASSES = 50
_MOST_ROWS = 100_000
_BLANK = ("", "nan", "none", "null", "na", "n/a", "?")


def votes_agreement(m: Measures) -> Measured | None:
    """The mean of the kappas of each two of those who labelled the same rows; None without such a table."""
    for file, _, table in report_tables(m, "label_votes"):
        if not OF_MODELS.isdisjoint(words_of(file)):
            continue
        names = votes_in(table.names)
        cells = [[_plain(cell) for cell in table.texts(name)[:_MOST_ROWS]] for name in names]
        kappas = [kappa for one, other in combinations(cells, 2) if (kappa := _kappa(one, other)) is not None]
        if kappas:
            said = f"{len(names)} votes a row, {names[0]} to {names[-1]}"
            return Measured(float(np.mean(kappas)), note=said, where=Where(file, names[0]))
    return None


def _plain(cell: str) -> str:
    text = cell.lower()
    return "" if text in _BLANK else text.removesuffix(".0")


def _kappa(one: list[str], other: list[str]) -> float | None:
    """Cohen's kappa of the rows that both have labelled; None for few rows, one class, or what are no classes."""
    both = [(a, b) for a, b in zip(one, other, strict=True) if a and b]
    classes = {each for pair in both for each in pair}
    if len(both) < _LEAST or not 1 < len(classes) <= _MOST_CLASSES:
        return None
    from sklearn.metrics import cohen_kappa_score

    return float(cohen_kappa_score(*zip(*both, strict=True)))
